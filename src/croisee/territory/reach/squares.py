"""The squares of 200 m that INSEE publishes its figures by, and medians in which each address counts once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj

from croisee.engine.transit.timetable import Floats, Ints, Longs
from croisee.engine.zones.projection import LAMBERT_93, LON_LAT, REGIONS, regions_of

SIDE = 200
"""Metres."""

EUROPE = 3035
"""The projection of INSEE's squares on the mainland (ETRS89-LAEA); overseas, that of the territory."""


def grid_of(lon: Floats, lat: Floats) -> int:
    """The EPSG code of the projection in which the squares of most of these points are drawn."""
    epsg = REGIONS[int(np.bincount(regions_of(lon, lat)).argmax())].epsg
    return EUROPE if epsg == LAMBERT_93 else epsg


@dataclass(frozen=True, slots=True)
class Squares:
    """The squares that hold some points.

    Attributes:
        epsg: their projection.
        east, north: of each, its south-west corner in metres; from south to north, then from west to east.
        of_point: of each point, the position of its square.
    """

    epsg: int
    east: Longs
    north: Longs
    of_point: Longs

    @classmethod
    def of(cls, lon: Floats, lat: Floats, epsg: int) -> Squares:
        """The squares of points in degrees."""
        x, y = _between(LON_LAT, epsg).transform(lon, lat)
        corners = np.column_stack([np.floor(y / SIDE), np.floor(x / SIDE)]).astype(np.int64) * SIDE
        found, of_point = np.unique(corners, axis=0, return_inverse=True)
        return cls(epsg, found[:, 1], found[:, 0], of_point.reshape(-1))

    def __len__(self) -> int:
        return len(self.east)

    def count(self, chosen: Longs | None = None) -> Longs:
        """How many points each holds: of all, or of those at the positions `chosen`."""
        of_point = self.of_point if chosen is None else self.of_point[chosen]
        counts: Longs = np.bincount(of_point, minlength=len(self))
        return counts

    def mean(self, values: Floats, points: int) -> Floats:
        """The mean of a value over the points of each square: of the first `points`, where it holds one of them."""
        first, holds = self.of_point[:points], np.bincount(self.of_point[:points], minlength=len(self))
        own = np.bincount(first, values[:points], minlength=len(self))
        every = np.bincount(self.of_point, values, minlength=len(self))
        mean: Floats = np.where(holds > 0, own, every) / np.where(holds > 0, holds, self.count())
        return mean


def outlines(east: Longs, north: Longs, epsg: int) -> Floats:
    """`(squares, 5, 2)` degrees: the corners of each square, anticlockwise, the first once more at the end."""
    x = east[:, None] + np.array([0, SIDE, SIDE, 0, 0])
    y = north[:, None] + np.array([0, 0, SIDE, SIDE, 0])
    return np.stack(_between(epsg, LON_LAT).transform(x, y), axis=-1)


@cache
def _between(epsg: int, other: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(epsg, other, always_xy=True)


def weighted_medians(values: Ints | Longs, weights: Longs) -> Longs:
    """The median of each column of `values`, of which row `i` counts `weights[i]` times; there must be a weight.

    The least value that at least half of the weight is not above, so that at least half is not below it either.
    """
    order = np.argsort(values, axis=0, kind="stable")
    reached = 2 * np.cumsum(weights[order], axis=0) >= weights.sum()
    at = np.take_along_axis(order, reached.argmax(axis=0)[None], axis=0)
    medians: Longs = np.take_along_axis(values, at, axis=0)[0].astype(np.int64)
    return medians
