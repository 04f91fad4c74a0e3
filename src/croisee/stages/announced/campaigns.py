"""What campaigns announce."""

from croisee.foundation.registry import impersonal
from croisee.stages.models import Campaign, ClassWeek


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    impersonal(Campaign, ClassWeek)
