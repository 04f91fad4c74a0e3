"""What is announced of the owners' lists."""


def declare() -> None:
    """Announce it."""
