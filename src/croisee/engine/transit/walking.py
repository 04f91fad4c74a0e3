"""How fast people walk, how far apart places are, and lists of walks, however they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.engine.transit.timetable import Floats, Ints, Longs

EARTH = 6_371_008.8
"""Mean radius of the Earth, metres (IUGG 1980)."""

FAR = np.int32(2**26)
"""More seconds than any walk takes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How people walk: `speed` in metres a second, `detour` metres of way for one as the crow flies."""

    speed: float = 1.25
    detour: float = 1.3

    def seconds(self, metres: Floats) -> Ints:
        """How long a straight line takes, rounded up."""
        return np.ceil(metres * self.detour / self.speed).astype(np.int32)

    def metres(self, seconds: float) -> float:
        """How far one gets, as the crow flies."""
        return seconds * self.speed / self.detour


class Paths(NamedTuple):
    """Walks to stops: those of place `p` are `start[p]` to `start[p + 1]`, each to `stop`, of `seconds`."""

    start: Longs
    stop: Ints
    seconds: Ints

    @classmethod
    def of(cls, places: int, place: NDArray[np.integer], stop: NDArray[np.integer], seconds: Ints) -> Paths:
        """From one entry a walk, in any order."""
        order = np.argsort(place, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=places))]).astype(np.int64)
        return cls(start, stop[order].astype(np.int32), seconds[order].astype(np.int32))

    def reversed(self) -> Paths:
        """The same walks the other way round; places are then the stops, all of which had to be places."""
        place = np.repeat(np.arange(self.places, dtype=np.int32), np.diff(self.start))
        # The change at a stop, from itself to itself, stays the first of its walks.
        order = np.argsort(place != self.stop, kind="stable")
        return Paths.of(self.places, self.stop[order], place[order], self.seconds[order])

    @property
    def places(self) -> int:
        """How many places there are to walk from."""
        return len(self.start) - 1

    def shortest(self, place: int, stop: int) -> int:
        """The seconds of the shortest walk of a place to a stop that one of its walks leads to."""
        walks = slice(self.start[place], self.start[place + 1])
        return int(self.seconds[walks][self.stop[walks] == stop].min())

    def taking(self, places: NDArray[np.integer]) -> Paths:
        """The walks of these places, in this order."""
        lengths = np.diff(self.start)[places]
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = np.repeat(self.start[places] - start[:-1], lengths) + np.arange(start[-1])
        return Paths(start, self.stop[rows], self.seconds[rows])


def metres_between(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """The great-circle distance in metres of each pair of points in degrees (haversine)."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    half = np.sin((to_phi - phi) / 2) ** 2
    half = half + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    distance: Floats = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def on_a_plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Mercator's projection: what is nearest on Earth is nearest on the plane, be one town far from another."""
    return np.radians(lon) * EARTH, np.arcsinh(np.tan(np.radians(lat))) * EARTH


def near(
    lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, metres: float
) -> tuple[Longs, Longs, Floats]:
    """The pairs at most so many metres apart: positions here, positions there, metres; by place here."""
    stretched = 1 / np.cos(np.radians(np.abs(lat).max(initial=0.0)))
    tree = shapely.STRtree(shapely.points(*on_a_plane(to_lon, to_lat)))
    here, there = tree.query(
        shapely.points(*on_a_plane(lon, lat)),
        predicate="dwithin",
        distance=metres * stretched * 1.001 + 1,
    )
    distance = metres_between(lon[here], lat[here], to_lon[there], to_lat[there])
    close = distance <= metres
    here, there, distance = here[close], there[close], distance[close]
    order = np.lexsort((there, here))
    return here[order], there[order], distance[order]
