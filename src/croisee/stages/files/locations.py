"""Where a row is: coordinates checked against France, the swapped and the projected ones told apart."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.foundation.tables import Fault, Table, values

EARTH_RADIUS_M = 6_371_008.8
APART_M = 1e8

# (west, south, east, north), degrees; mainland first. A little sea around each.
FRANCE = (
    (-5.3, 41.2, 9.7, 51.2),  # mainland and Corsica
    (-61.9, 15.7, -60.9, 16.6),  # Guadeloupe
    (-61.3, 14.3, -60.7, 15.0),  # Martinique
    (-54.7, 2.0, -51.5, 6.0),  # Guyane
    (55.1, -21.5, 55.9, -20.8),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.7, -56.0, 47.2),  # Saint-Pierre-et-Miquelon
    (-63.2, 17.8, -62.7, 18.2),  # Saint-Martin, Saint-Barthélemy
)


@dataclass(frozen=True, slots=True)
class Locations:
    """Longitudes and latitudes in degrees, nan where only an address is known; and the addresses."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    addresses: list[str]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where coordinates are known."""
        return ~np.isnan(self.lon)

    def take(self, index: NDArray[np.int64]) -> "Locations":
        """The locations at `index`, in that order."""
        return Locations(self.lon[index], self.lat[index], [self.addresses[i] for i in index])


def inside_france(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int8]:
    """The box of `FRANCE` that holds each point, -1 for none."""
    box = np.full(lon.shape, -1, np.int8)
    for number, (west, south, east, north) in enumerate(FRANCE):
        box[(box < 0) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)] = number
    return box


def read_locations(table: Table, faults: list[Fault]) -> tuple[Locations, NDArray[np.bool_]]:
    """The locations of a table's rows, and which rows are right: an address, or coordinates in France."""
    found = len(faults)
    lon = np.array(table.parse("lon", values.decimal, faults), dtype=np.float64)
    lat = np.array(table.parse("lat", values.decimal, faults), dtype=np.float64)
    written = [np.array([bool(cell) for cell in table.columns[name]], bool) for name in ("lon", "lat")]
    good = ~((written[0] & np.isnan(lon)) | (written[1] & np.isnan(lat)))
    outside = good & written[0] & written[1] & (inside_france(lon, lat) < 0)
    faults += [_outside(table, i, float(lon[i]), float(lat[i])) for i in np.flatnonzero(outside).tolist()]
    half = np.flatnonzero(written[0] != written[1]).tolist()
    faults += [_half(table, i, "lat" if written[0][i] else "lon") for i in half]
    addresses = table.columns["address"]
    nowhere = ~written[0] & ~written[1] & ~np.array([bool(address) for address in addresses], bool)
    problem, remedy = _("neither an address nor coordinates."), _("Fill in the address, or lon and lat.")
    faults += [table.fault(i, "address", problem, remedy) for i in np.flatnonzero(nowhere).tolist()]
    good &= ~outside & (written[0] == written[1]) & ~nowhere
    faults[found:] = sorted(faults[found:], key=lambda fault: fault.row or 0)
    return Locations(lon, lat, addresses), good


def _outside(table: Table, index: int, lon: float, lat: float) -> Fault:
    where = {"lon": f"{lon:.10g}", "lat": f"{lat:.10g}"}
    if inside_france(np.array([lat]), np.array([lon]))[0] >= 0:
        problem = _("lon %(lon)s and lat %(lat)s are swapped: lon holds a latitude of France.")
        remedy = _(
            "Swap the two columns: lon is east-west (-5 to 10 in mainland France), lat about 41 to 51."
        )
    elif abs(lon) > 180 or abs(lat) > 90:
        problem = _("lon %(lon)s and lat %(lat)s are not degrees: they look like metres of a projection.")
        remedy = _("Convert them to longitude and latitude (WGS 84), in degrees.")
    else:
        problem = _("lon %(lon)s and lat %(lat)s are outside France.")
        remedy = _("Check the coordinates, or leave them empty and give the address.")
    return table.fault(index, "lon", problem % where, remedy)


def _half(table: Table, index: int, missing: str) -> Fault:
    return table.fault(
        index,
        missing,
        _("one coordinate is missing."),
        _("Fill in both lon and lat, or neither (the address is then used)."),
    )


def distance_m(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    other_lon: NDArray[np.float64],
    other_lat: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distances in metres between points in degrees (haversine); nan where one is unknown."""
    a, b = np.radians(lat), np.radians(other_lat)
    half = np.sin((b - a) / 2) ** 2
    half = half + np.cos(a) * np.cos(b) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def metres(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) metres, in the official projection of each part of France, the parts far from one another.

    Straight-line distances within one part hold to 0.3 %. nan stays nan.
    """
    from croisee.engine.zones.projection import (  # loads the compiled engine: only when needed
        REGIONS,
        regions_of,
    )

    plane = np.full((lon.size, 2), np.nan)
    known = np.flatnonzero(~np.isnan(lon))
    region_of = regions_of(lon[known], lat[known])
    for number in np.unique(region_of).tolist():
        here = known[region_of == number]
        x, y = REGIONS[number].project(lon[here], lat[here])
        plane[here] = np.column_stack([x + number * APART_M, y])
    return plane
