"""Rows that have an address and no coordinates, looked up among the addresses of the loaded territory."""

from django.utils.translation import ngettext

from croisee.foundation.tables import Table
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of


def locate(table: Table) -> list[str]:
    """Fill `lon` and `lat` where an address alone is given and is found without doubt; notes on the others.

    Only an exact answer counts, with its number in the street: a doubtful one would place a pupil, and protect
    or not, on a guess.
    """
    columns = table.columns
    lines = zip(columns["address"], columns["lon"], columns["lat"], strict=True)
    alone = [index for index, (address, lon, lat) in enumerate(lines) if address and not lon and not lat]
    known: dict[str, tuple[str, str] | None] = {}
    missing = 0
    for index in alone:
        address = columns["address"][index]
        if address not in known:
            known[address] = _coordinates(address)
        if found := known[address]:
            columns["lon"][index], columns["lat"][index] = found
        else:
            missing += 1
    if not missing:
        return []
    note = ngettext(
        "%(n)d address is not among those of the loaded territory: its row has no coordinates.",
        "%(n)d addresses are not among those of the loaded territory: their rows have no coordinates.",
        missing,
    )
    return [note % {"n": missing}]


def _coordinates(address: str) -> tuple[str, str] | None:
    best = next((found for found in search_addresses(address, limit=1)), None)
    if best is None or not (best.is_address and best.exact):
        return None
    place = place_of(best.identifier)
    return (f"{place.longitude:.7f}", f"{place.latitude:.7f}") if place else None
