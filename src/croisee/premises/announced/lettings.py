"""What is announced of visits, options, lettings."""


def declare() -> None:
    """Announce it."""
