"""What is announced of first contacts, projects, candidatures."""


def declare() -> None:
    """Announce it."""
