"""What is announced of the import of a caseload."""

from croisee.foundation.imports.kinds import register
from croisee.journeys.caselists.kind import KIND


def declare() -> None:
    """Announce the import. It begins on the page of a programme."""
    register(KIND)
