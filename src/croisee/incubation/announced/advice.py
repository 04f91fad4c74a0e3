"""What is announced of experts, hours, appointments."""


def declare() -> None:
    """Announce it."""
