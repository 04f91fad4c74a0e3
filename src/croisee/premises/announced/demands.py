"""What is announced of demands, what fits, proposals."""


def declare() -> None:
    """Announce it."""
