"""What is announced of the incubator, its spaces, bookings."""

from croisee.incubation import (
    offer_kind,  # noqa: F401  importing it registers the kind of opportunity
    privacy_of_spaces,
)
from croisee.incubation.cards import spaces as cards
from croisee.incubation.notices import spaces as notices  # noqa: F401  importing it registers the e-mails


def declare() -> None:
    """Announce cards, the link of the main navigation, and what is done with personal data."""
    cards.declare()
    privacy_of_spaces.declare()
