"""What is announced of de minimis aid."""


def declare() -> None:
    """Announce it."""
