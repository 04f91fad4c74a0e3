"""What is done to the demonstration as a whole: begin it, or take it away."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction

from croisee.demo.models import DemoInstallation
from croisee.demo.plan import Plan
from croisee.demo.queries import installation, is_in_use

MADE_FOLDERS = ("demo", "files", "mail", "reports")


class InUse(Exception):  # noqa: N818  reads as the sentence it is
    """The database holds a real installation: no demonstration is put into it, and none can be taken away."""


class OtherDemo(Exception):  # noqa: N818  reads as the sentence it is
    """The database holds another demonstration than the one asked for."""

    def __init__(self, held: DemoInstallation) -> None:
        super().__init__(str(held))
        self.held = held


@transaction.atomic
def begin(plan: Plan) -> DemoInstallation:
    """Mark this database as a demonstration, or find the mark that is there.

    Raises InUse in a real installation, OtherDemo when another demonstration is there.
    """
    if is_in_use():
        raise InUse
    held = installation()
    if held is None:
        return DemoInstallation.objects.create(epci=plan.epci, seed=plan.seed, pupils=plan.sizes.pupils)
    if (held.epci, held.seed, held.pupils) != (plan.epci, plan.seed, plan.sizes.pupils):
        raise OtherDemo(held)
    return held


def take_away() -> None:
    """Empty the database of a demonstration, all its tables, and remove the files made with it.

    Raises InUse in a real installation.
    """
    if is_in_use():
        raise InUse
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connections.close_all()
    for name in MADE_FOLDERS:
        shutil.rmtree(Path(settings.VAR_DIR) / name, ignore_errors=True)
