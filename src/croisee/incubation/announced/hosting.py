"""What is announced of agreements, rents, reviews, ways out."""


def declare() -> None:
    """Announce it."""
