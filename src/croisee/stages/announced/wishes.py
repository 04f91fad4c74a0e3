"""What wishes announce."""

from croisee.stages.notices import wishes as notices  # noqa: F401  importing it registers the e-mails


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
