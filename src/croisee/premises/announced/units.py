"""What is announced of premises and plots."""


def declare() -> None:
    """Announce it."""
