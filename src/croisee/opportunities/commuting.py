"""How long people take to a place of work or of training, each by the way they go about."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from croisee.directory.models import Mode
from croisee.opportunities.distance import metres_between
from croisee.opportunities.fit import BEYOND, NOT_KNOWN
from croisee.territory.travel import modes
from croisee.territory.travel.network import NEVER, Network

Floats = NDArray[np.float64]
Minutes = NDArray[np.int16]
Home = tuple[float, float, str]
"""Longitude and latitude in degrees, and the `Mode`."""

CAR_M_PER_MIN = 400.0
"""Metres a minute from door to door by car, as the crow flies, in town: 24 km/h, detours and parking included."""
KEPT_SITES = 32

NETWORK_MODES = {Mode.TRANSIT: modes.Mode.TRANSIT, Mode.WALK: modes.Mode.FOOT, Mode.BIKE: modes.Mode.BICYCLE}


def minutes_table(
    network: Network, lon: Floats, lat: Floats, going: Sequence[str], to_lon: Floats, to_lat: Floats
) -> Minutes:
    """Minutes from each home to each site (rows: homes), by each person's mode; NEVER where not reached or unknown.

    `lon`, `lat`, `to_lon`, `to_lat` in degrees, nan where unknown; `going` holds a `Mode` for each home.
    """
    table = np.full((len(lon), len(to_lon)), NEVER, np.int16)
    sites = np.flatnonzero(~(np.isnan(to_lon) | np.isnan(to_lat)))
    placed = ~(np.isnan(lon) | np.isnan(lat))
    asked = np.array([str(mode) for mode in going], dtype=object)
    for mode in Mode:
        homes = np.flatnonzero(placed & (asked == mode))
        if not len(homes) or not len(sites):
            continue
        here, there = (lon[homes], lat[homes]), (to_lon[sites], to_lat[sites])
        known = NETWORK_MODES.get(mode)
        table[np.ix_(homes, sites)] = (
            network.minutes(*here, *there, known) if known else _by_car(*here, *there)
        )
    return table


def _by_car(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Minutes:
    metres = [
        [metres_between(x, y, to_x, to_y) for to_x, to_y in zip(to_lon, to_lat, strict=True)]
        for x, y in zip(lon, lat, strict=True)
    ]
    return np.minimum(np.ceil(np.array(metres) / CAR_M_PER_MIN), BEYOND).astype(np.int16)


def minutes_to(network: Network, site: tuple[float, float] | None, homes: Sequence[Home | None]) -> list[int]:
    """Each home's minutes to a site (longitude, latitude): NOT_KNOWN where one of the two is not on the map, BEYOND
    where it is not reached in two hours. Once for those of one home and one means.
    """
    if site is None:
        return [NOT_KNOWN] * len(homes)
    found = _ways(network, site, {home for home in homes if home is not None})
    ways = [NOT_KNOWN if home is None else found[home] for home in homes]
    return [
        BEYOND if way == NEVER and home is not None else way for way, home in zip(ways, homes, strict=True)
    ]


_kept: "OrderedDict[tuple[float, float], tuple[Network, Mapping[Home, int]]]" = OrderedDict()
"""What was found lately in this process, by site: with a timetable a few thousand homes take seconds."""


def _ways(network: Network, site: tuple[float, float], homes: Iterable[Home]) -> Mapping[Home, int]:
    """The minutes from each home to a site; only those of homes that were not asked about lately are looked for."""
    before, known = _kept.get(site, (network, {}))
    if before is not network:
        known = {}
    new = sorted({home for home in homes if home not in known})
    if new:
        lon, lat = (np.array([home[axis] for home in new], float) for axis in (0, 1))
        to_lon, to_lat = (np.array([degrees]) for degrees in site)
        table = minutes_table(network, lon, lat, [home[2] for home in new], to_lon, to_lat)
        known = {**known, **{home: int(way) for home, way in zip(new, table[:, 0], strict=True)}}
        _kept[site] = network, known
        while len(_kept) > KEPT_SITES:
            _kept.popitem(last=False)
    return known
