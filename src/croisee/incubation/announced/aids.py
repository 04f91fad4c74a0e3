"""What is announced of de minimis aid."""

from croisee.foundation.registry import impersonal
from croisee.incubation.models import Aid


def declare() -> None:
    """Announce that aid is about companies."""
    impersonal(Aid)
