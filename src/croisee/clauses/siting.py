"""Where works and jobs are: an address found on the map, and whether that is in a priority neighbourhood."""

from __future__ import annotations

from django.utils import timezone

from croisee.clauses.models.fields import Located
from croisee.directory.models import Residence
from croisee.directory.residence import answer_home
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of


def locate(row: Located, address: str) -> None:
    """Put `address` into `row` (not saved) with its point and the answer about it, as the loaded data give them today.

    The same rule as for homes (`directory.residence`); an address that is not found has no point, and its answer is
    uncertain. An address that did not change keeps the answer that was given.
    """
    written = " ".join(address.split())
    if written == row.address and row.zone_on is not None:
        return
    home = answer_home(written)
    row.address, row.lon, row.lat = written, home.lon, home.lat
    row.in_qpv, row.zone_codes, row.zone_generation = home.answer, home.codes, home.generation
    asked = home.answer is not Residence.UNKNOWN
    row.zone_on = timezone.localdate() if asked else None
    if row.lon is None and written:
        row.lon, row.lat = _point(written)


def _point(address: str) -> tuple[float | None, float | None]:
    """The point of an address written exactly as the loaded data have it: found without outlines too."""
    found = next(iter(search_addresses(address, 1)), None)
    place = place_of(found.identifier) if found is not None and found.exact else None
    return (place.longitude, place.latitude) if place is not None else (None, None)
