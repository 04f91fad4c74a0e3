"""What offers announce."""

from croisee.foundation.registry import impersonal
from croisee.stages.models import Internship


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    impersonal(Internship)
