"""What is announced of what is vacant, what was not found."""


def declare() -> None:
    """Announce it."""
