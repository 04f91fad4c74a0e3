"""Where an offer takes place: an address as people write it, cut in its parts and found on the map when it is known."""

import re
from dataclasses import dataclass

from croisee.stages.queries.offers import HostFacts
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of

_PARTS = re.compile(r"^(?P<address>.*?),?\s*\b(?P<postcode>\d{5})\s+(?P<city>\D.*)$")


@dataclass(frozen=True)
class Site:
    """An address in its parts, with its point in degrees when it is known."""

    address: str
    postcode: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None


def in_parts(text: str) -> Site:
    """“1 rue du Port, 35000 Rennes” in its parts; what has no postcode stays whole in `address`."""
    written = " ".join(text.split())
    found = _PARTS.match(written)
    if found is None:
        return Site(written)
    return Site(found["address"].strip(" ,"), found["postcode"], found["city"].strip(" ,")[:80])


def written(site: Site) -> str:
    """The address on one line."""
    town = f"{site.postcode} {site.city}".strip()
    return f"{site.address}, {town}" if site.address and town else site.address or town


def locate(text: str, identifier: str, host: HostFacts) -> Site:
    """The site that `text` names: by the suggestion that was chosen, else by an exact match among the addresses loaded,
    else as SIRENE locates the host when the address is its own. Without any, it has no point.
    """
    site = in_parts(text)
    place = place_of(identifier) if identifier else None
    if place is None or place.label != text.strip():
        best = next(iter(search_addresses(text, limit=1)), None)
        place = place_of(best.identifier) if best is not None and best.is_address and best.exact else None
    if place is not None:
        return Site(site.address, site.postcode, site.city, place.longitude, place.latitude)
    if host.lon is not None and host.lat is not None and site == in_parts(host.address):
        return Site(site.address, site.postcode, site.city, host.lon, host.lat)
    return site
