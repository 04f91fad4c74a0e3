"""What attendance announce."""

from croisee.foundation.registry import impersonal
from croisee.stages.models import Attendance, Review


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    impersonal(Attendance, Review)
