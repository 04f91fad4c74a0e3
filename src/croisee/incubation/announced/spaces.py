"""What is announced of the incubator, its spaces, bookings."""


def declare() -> None:
    """Announce it."""
