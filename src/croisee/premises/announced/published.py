"""What is announced of CNIG files, GeoJSON, OGC API."""

from croisee.premises import cnig_import  # noqa: F401  importing it registers the import
from croisee.premises.cards import published as cards


def declare() -> None:
    """Announce the cards."""
    cards.declare()
