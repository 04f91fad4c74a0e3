"""What is announced of economic sites and their vacancy."""

from croisee.foundation.registry import impersonal
from croisee.premises.cards import sites as cards
from croisee.premises.models import Site


def declare() -> None:
    """Announce the card; sites say nothing about anyone."""
    cards.declare()
    impersonal(Site)
