"""What is announced of economic sites and their vacancy."""


def declare() -> None:
    """Announce it."""
