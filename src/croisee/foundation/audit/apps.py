"""The audit trail."""

import json
import sys
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Who changed what, and who read whose file."""

    name = "croisee.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        """Name the program in every line, note sign-ins, take away what lets code switch triggers off."""
        from croisee.foundation.audit import signals  # noqa: F401  connects the receiver

        connection_created.connect(say_which_program, dispatch_uid="audit.say_which_program")
        post_migrate.connect(let_no_trigger_be_ignored, dispatch_uid="audit.let_no_trigger_be_ignored")


def program() -> str:
    """What runs: `croisee territory`, `pytest`..."""
    path = Path(sys.argv[0])
    called = path.parent.name if path.stem == "__main__" else path.stem
    return " ".join([called, *sys.argv[1:2]]) if called == "croisee" else called


def say_which_program(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Unless something more precise is known (`audit.services.acting`), a change comes from this program.

    A line without any origin was then written past the software, by someone with the database's password.
    """
    origin = json.dumps({"account": None, "where": program()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, false)", [origin])


def let_no_trigger_be_ignored(using: str, **_: Any) -> None:
    """Make `pgtrigger.ignore` without effect.

    Every trigger that pgtrigger installs first asks this function of the database whether the session wants
    it ignored. The answer is no, for whoever asks: otherwise one line of code could write without a trace.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
            " AS $$ BEGIN RETURN FALSE; END; $$ LANGUAGE plpgsql IMMUTABLE"
        )
