"""What interchange announce."""

from croisee.foundation.registry import impersonal
from croisee.stages.models import PartnerOffer, PartnerSector, Rejection


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    impersonal(PartnerSector, PartnerOffer, Rejection)
