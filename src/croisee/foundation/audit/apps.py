"""The audit trail."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Who changed what, and who read whose file."""

    name = "croisee.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        """After each migration, take away what would let code switch triggers off; note sign-ins."""
        from croisee.foundation.audit import signals  # noqa: F401  connects the receiver

        post_migrate.connect(let_no_trigger_be_ignored, dispatch_uid="audit.let_no_trigger_be_ignored")


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
