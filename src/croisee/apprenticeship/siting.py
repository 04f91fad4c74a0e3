"""Where an offer is: an address as people write it, cut in its parts and found on the map when it is known."""

import re
from dataclasses import dataclass

from croisee.territory.answers import place_of
from croisee.territory.queries import search_addresses

_PARTS = re.compile(r"^(?P<address>.*?),?\s*\b(?P<postcode>\d{5})\s+(?P<city>\D.*)$")


@dataclass(frozen=True)
class Site:
    """An address in its parts, with its point in degrees when it is known."""

    address: str
    postcode: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None

    @property
    def written(self) -> str:
        """The address on one line."""
        town = f"{self.postcode} {self.city}".strip()
        return f"{self.address}, {town}" if self.address and town else self.address or town


def locate(text: str, identifier: str = "") -> Site:
    """The site that `text` names: by the suggestion that was chosen, else by an exact match; without one, no point."""
    written = " ".join(text.split())
    found = _PARTS.match(written)
    site = (
        Site(written)
        if found is None
        else Site(found["address"].strip(" ,"), found["postcode"], found["city"].strip(" ,")[:80])
    )
    place = place_of(identifier) if identifier else None
    if place is None or place.label != written:
        best = next(iter(search_addresses(written, 1)), None)
        place = place_of(best.identifier) if best is not None and best.is_address and best.exact else None
    if place is None:
        return site
    return Site(site.address, site.postcode, site.city, place.longitude, place.latitude)
