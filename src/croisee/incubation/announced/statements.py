"""What is announced of monthly statements."""


def declare() -> None:
    """Announce it."""
