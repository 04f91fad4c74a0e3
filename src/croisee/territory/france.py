"""Where France is, roughly: enough to tell a wrong or swapped coordinate."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FRANCE = (
    (-6.0, 41.0, 10.5, 51.6),
    (-63.5, 14.0, -60.5, 18.5),
    (-55.0, 2.0, -51.0, 6.5),
    (54.5, -22.0, 56.5, -20.0),
    (44.5, -13.5, 45.8, -12.0),
    (-57.0, 46.0, -55.5, 47.8),
)
"""Longitudes and latitudes (west, south, east, north) of the mainland, then of the parts overseas."""

Floats = NDArray[np.float64]


def in_france(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Which points are in a part of France, roughly; NaN is in none."""
    return _holds(FRANCE, lon, lat)


def in_mainland(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Which points are in mainland France or Corsica, roughly."""
    return _holds(FRANCE[:1], lon, lat)


def _holds(boxes: Sequence[tuple[float, ...]], lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(lon), dtype=bool)
    for west, south, east, north in boxes:
        inside |= (lon >= west) & (lat >= south) & (lon <= east) & (lat <= north)
    return inside
