"""Where a unit is: the suggestion that was chosen, with its commune, its point, and the neighbourhood that holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from croisee.territory.answers import place_of
from croisee.territory.models import ZoneKind
from croisee.territory.queries import current_zone_index, search_addresses

_PARTS = re.compile(r"^(?P<street>.*?),?\s*\b(?P<postcode>\d{5})\s+(?P<city>\D.*)$")


@dataclass(frozen=True)
class Siting:
    """An address on one line with what the territory knows of it; the point in degrees when it is known."""

    address: str
    postcode: str = ""
    city: str = ""
    commune_code: str = ""
    ban_id: str = ""
    lon: float | None = None
    lat: float | None = None
    zone_codes: str = ""


def street_of(address: str) -> str:
    """An address without its postcode and town."""
    found = _PARTS.match(address)
    return found["street"].strip(" ,") if found else address


def locate(text: str, chosen: str = "") -> Siting:
    """The site that `text` names: by the suggestion that was chosen, else by an exact match; without one, no point."""
    written = " ".join(text.split())
    found = _PARTS.match(written)
    postcode, city = (found["postcode"], found["city"].strip(" ,")[:80]) if found else ("", "")
    place = place_of(chosen) if chosen else None
    if place is None or place.label != written:
        best = next(iter(search_addresses(written, 1)), None) if written else None
        place = place_of(best.identifier) if best is not None and best.is_address and best.exact else None
    if place is None:
        return Siting(written, postcode, city)
    return Siting(
        written,
        postcode,
        city,
        place.commune.code if place.commune else "",
        "" if place.identifier.startswith("street:") else place.identifier,
        place.longitude,
        place.latitude,
        neighbourhood_at(place.longitude, place.latitude),
    )


def neighbourhood_at(lon: float, lat: float) -> str:
    """The code of the priority neighbourhood whose outline holds a point; "" outside of all, or with none loaded."""
    index = current_zone_index(ZoneKind.QPV)
    return "" if index is None else str(index.tag([lon], [lat], crs=4326)[0] or "")
