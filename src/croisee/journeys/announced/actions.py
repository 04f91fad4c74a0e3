"""What actions announce: cards, and what goes out in the data·inclusion schema."""

from croisee.foundation.registry import home_cards
from croisee.journeys import published
from croisee.journeys.cards import actions as cards
from croisee.journeys.queries.actions import entries


def declare() -> None:
    """Announce the cards and what is published."""
    for role in cards.WRITERS:
        home_cards.register(role, cards.catalogue)
    for role in cards.OTHERS:
        home_cards.register(role, cards.offered)
    published.register("journeys", entries)
