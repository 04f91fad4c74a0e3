"""What is announced of survival, the dashboard."""


def declare() -> None:
    """Announce it."""
