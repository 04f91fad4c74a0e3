"""What is announced of criteria, committees, minutes, the waiting list."""


def declare() -> None:
    """Announce it."""
