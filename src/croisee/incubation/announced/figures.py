"""What is announced of figures with dates."""


def declare() -> None:
    """Announce it."""
