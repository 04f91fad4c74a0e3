"""Monthly statements are about companies: they name nobody."""

from croisee.foundation.registry import impersonal
from croisee.incubation.models import Statement, StatementLine


def declare() -> None:
    """Announce it."""
    impersonal(Statement, StatementLine)
