"""What is announced of CNIG files, GeoJSON, OGC API."""


def declare() -> None:
    """Announce it."""
