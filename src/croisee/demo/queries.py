"""What is known of the demonstration in this database."""

from django.db import connection

from croisee.demo.models import DemoInstallation
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind


def installation() -> DemoInstallation | None:
    """The demonstration in this database, finished or not; None when there is none, or no table yet."""
    if DemoInstallation._meta.db_table not in connection.introspection.table_names():
        return None
    return DemoInstallation.objects.first()


def is_demo() -> bool:
    """Whether the people of this database are made up."""
    return installation() is not None


def is_in_use() -> bool:
    """Whether this database holds a real installation, which no demonstration may touch."""
    return not is_demo() and Organisation.objects.filter(kind=Kind.METROPOLIS).exists()
