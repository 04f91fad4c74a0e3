"""What is announced of monthly statements."""

from croisee.incubation import privacy_of_statements
from croisee.incubation.cards import statements as cards
from croisee.incubation.notices import statements as notices  # noqa: F401  importing it registers the e-mail


def declare() -> None:
    """Announce cards, and what is done with personal data."""
    cards.declare()
    privacy_of_statements.declare()
