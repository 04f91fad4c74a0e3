"""What wishes announce."""


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
