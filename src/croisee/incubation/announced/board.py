"""What is announced of the board of mutual help."""


def declare() -> None:
    """Announce it."""
