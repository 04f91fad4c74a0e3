"""What conventions announce."""

from croisee.foundation.registry import impersonal
from croisee.stages.models import Convention, ConventionVersion, Signature, SignatureLink


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    impersonal(Convention, ConventionVersion, Signature, SignatureLink)
