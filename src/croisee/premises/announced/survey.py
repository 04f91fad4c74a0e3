"""What is announced of the walk with a telephone."""


def declare() -> None:
    """Announce it."""
