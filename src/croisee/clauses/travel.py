"""How long people take to a place of work, each by the way they go about."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from croisee.clauses.models import Mode
from croisee.opportunities.distance import metres_between
from croisee.territory.travel import modes
from croisee.territory.travel.network import NEVER, Network

Floats = NDArray[np.float64]
Minutes = NDArray[np.int16]

CAR_M_PER_MIN = 400.0
"""Metres a minute from door to door by car, as the crow flies, in town: 24 km/h, detours and parking included."""

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
    return np.ceil(np.array(metres) / CAR_M_PER_MIN).astype(np.int16)
