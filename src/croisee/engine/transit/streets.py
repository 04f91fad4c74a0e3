"""The network of streets as walkers use it: made of lines, points brought to it, and the walks along it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.engine.transit.processors import processors
from croisee.engine.transit.street_search import Doors, Ends, Graph, components, search
from croisee.engine.transit.timetable import Flags, Floats, Ints, Longs
from croisee.engine.transit.walking import EARTH, FAR, Pace, Paths, metres_between, near, on_a_plane

PER_DEGREE = 10_000_000
"""Points are told apart by the ten millionth of a degree, about a centimetre, as OpenStreetMap writes them."""

OFF_THE_STREET = 250.0
"""Metres from the nearest street beyond which a point is not taken to lie on the network."""

TOGETHER = 128
"""Places searched from by a thread at a time."""

Found = tuple[Longs, Longs, Ints]
"""Position of the place, position of the target, seconds."""


@dataclass(frozen=True, slots=True)
class Snapped:
    """Points in degrees and where they stand on the network."""

    lon: Floats
    lat: Floats
    ends: Ends
    doors: Doors

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def is_on(self) -> Flags:
        """Which points are on the network."""
        return self.ends.edge >= 0


@dataclass(frozen=True)
class Streets:
    """`N` nodes, where lines meet or end, and `E` edges between them, walked both ways.

    Attributes:
        lon, lat: `(N,)` degrees, WGS 84.
        first, second: `(E,)` the nodes at the ends of each edge; the same one for a loop.
        metres: `(E,)` the length of the edge: great-circle distances between the points of its line.
        start, line_lon, line_lat: the points of edge `e` are `start[e]` to `start[e + 1]`, its ends included.
    """

    lon: Floats
    lat: Floats
    first: Ints
    second: Ints
    metres: Floats
    start: Longs
    line_lon: Floats
    line_lat: Floats

    @classmethod
    def of(cls, start: NDArray[np.integer], lon: Floats, lat: Floats) -> Streets:
        """Of lines in degrees: the points of line `i` are `start[i]` to `start[i + 1]`.

        A node is where a line ends, and each point that is written more than once: lines that cross without
        a point in common (a bridge, a tunnel) do not meet. A line of less than two different points is nothing.
        """
        line = np.repeat(np.arange(len(start) - 1), np.diff(start))
        place = _places(lon, lat)
        fresh = np.ones(len(line), bool)
        fresh[1:] = (place[1:] != place[:-1]) | (line[1:] != line[:-1])
        line, place, lon, lat = line[fresh], place[fresh], lon[fresh], lat[fresh]
        _places_once, point, times = np.unique(place, return_inverse=True, return_counts=True)
        is_node, changes = times[point] > 1, line[1:] != line[:-1]
        is_node[:1] = is_node[-1:] = True
        is_node[1:] |= changes
        is_node[:-1] |= changes
        cuts = np.flatnonzero(is_node)
        same = line[cuts[:-1]] == line[cuts[1:]]
        begin, end = cuts[:-1][same], cuts[1:][same]
        nodes, node = np.unique(point[np.concatenate([begin, end])], return_inverse=True)
        at = np.empty(len(nodes), np.int64)
        at[node] = np.concatenate([begin, end])
        first, second = node.astype(np.int32).reshape(2, -1)
        edge_start, rows = _stretches(begin, end - begin + 1)
        line_lon, line_lat = lon[rows], lat[rows]
        metres = _lengths(edge_start, line_lon, line_lat)
        return cls(lon[at], lat[at], first, second, metres, edge_start, line_lon, line_lat)

    @property
    def total(self) -> float:
        """Metres of all edges."""
        return float(self.metres.sum())

    @cached_property
    def graph(self) -> Graph:
        """Where one gets from each node; where several edges lead to the same node, by the shortest."""
        origin = np.concatenate([self.first, self.second])
        to = np.concatenate([self.second, self.first])
        metres = np.tile(self.metres, 2)
        order = np.lexsort((metres, to, origin))
        origin, to, metres = origin[order], to[order], metres[order]
        kept = origin != to
        kept[1:] &= (origin[1:] != origin[:-1]) | (to[1:] != to[:-1])
        start = np.concatenate([[0], np.cumsum(np.bincount(origin[kept], minlength=len(self.lon)))])
        return Graph(start.astype(np.int64), to[kept], metres[kept])

    def connected(self) -> Streets:
        """The part, of those whose nodes can all be reached from one another, that has the most metres."""
        if not len(self.first):
            return self
        part = components(self.graph)[self.first]
        kept = np.flatnonzero(part == np.argmax(np.bincount(part, self.metres)))
        start, rows = _stretches(self.start[kept], np.diff(self.start)[kept])
        return Streets.of(start, self.line_lon[rows], self.line_lat[rows])

    def snapped(self, lon: Floats, lat: Floats, longest_metres: float = OFF_THE_STREET) -> Snapped:
        """Each point brought to the nearest point of the nearest edge; to none when that is farther than the bound.

        Of edges that are equally near, the first is taken.
        """
        edge, share, away = np.full(len(lon), -1, np.int32), np.zeros(len(lon)), np.zeros(len(lon))
        lines, tree = self._plane
        points = shapely.points(*on_a_plane(lon, lat))
        if len(lines) and len(points):
            widest = longest_metres / np.cos(np.radians(np.abs(lat).max()))
            point, near_by = tree.query_nearest(points, max_distance=widest * 1.001 + 1)
            order = np.lexsort((near_by, point))
            point, place = np.unique(point[order], return_index=True)
            nearest = near_by[order][place]
            share[point] = shapely.line_locate_point(lines[nearest], points[point], normalized=True)
            foot = shapely.line_interpolate_point(lines[nearest], share[point], normalized=True)
            away[point] = metres_between(lon[point], lat[point], *_in_degrees(foot))
            close = away[point] <= longest_metres
            edge[point[close]] = nearest[close]
        on = edge >= 0
        first, second = np.full((2, len(lon)), -1, np.int32)
        first[on], second[on] = self.first[edge[on]], self.second[edge[on]]
        along, beyond = np.zeros((2, len(lon)))
        along[on], beyond[on] = share[on] * self.metres[edge[on]], (1 - share[on]) * self.metres[edge[on]]
        ends = Ends(edge, first, second, along, beyond, away)
        return Snapped(lon, lat, ends, Doors.of(ends))

    @cached_property
    def _plane(self) -> tuple[NDArray[np.object_], shapely.STRtree]:
        """The edges as lines on a plane, and their index."""
        edge = np.repeat(np.arange(len(self.first)), np.diff(self.start))
        lines: NDArray[np.object_] = shapely.linestrings(
            *on_a_plane(self.line_lon, self.line_lat), indices=edge
        )
        return lines, shapely.STRtree(lines)

    def walks(self, places: Snapped, targets: Snapped, pace: Pace, longest: int) -> Paths:
        """The walks of at most `longest` seconds from each place to the targets; `stop` is the target's position.

        Along the streets the detours are real, and only the speed of `pace` counts. From or to a point that is
        not on the network: as the crow flies, with the detour of `pace`.
        """
        found = [*self._along(places, targets, pace, longest), *_straight(places, targets, pace, longest)]
        here, there, seconds = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((there, here))
        here, there, seconds = here[order], there[order], seconds[order]
        kept = seconds <= longest
        return Paths.of(len(places), here[kept], there[kept], seconds[kept])

    def on_foot(self, places: Snapped, targets: Snapped, pace: Pace, longest: int) -> Ints:
        """`(places, targets)` seconds on foot all the way; FAR beyond `longest`."""
        walks = self.walks(places, targets, pace, longest)
        table = np.full((len(places), len(targets)), FAR, np.int32)
        table[np.repeat(np.arange(len(places)), np.diff(walks.start)), walks.stop] = walks.seconds
        return table

    def _along(self, places: Snapped, targets: Snapped, pace: Pace, longest: int) -> list[Found]:
        """Searched from the side that has fewer points: streets are walked both ways."""
        on = np.flatnonzero(places.is_on)
        if np.count_nonzero(targets.is_on) < len(on):
            back = self._along(targets, places, pace, longest)
            return [(here, there, seconds) for there, here, seconds in back]
        graph, on_streets = self.graph, replace(pace, detour=1.0)

        def work(some: Longs) -> Found:
            here, there, metres = search(
                graph, some, places.ends, targets.ends, targets.doors, on_streets.metres(longest)
            )
            return here, there, on_streets.seconds(metres)

        if len(on) <= TOGETHER:
            return [work(on)]
        with ThreadPoolExecutor(processors()) as pool:
            return list(pool.map(work, np.array_split(on, -(-len(on) // TOGETHER))))


def _straight(places: Snapped, targets: Snapped, pace: Pace, longest: int) -> list[Found]:
    """The walks of which one end is not on the network."""
    found = []
    off = ~places.is_on
    for here, there in (
        (np.flatnonzero(off), np.arange(len(targets))),
        (np.flatnonzero(~off), np.flatnonzero(~targets.is_on)),
    ):
        if len(here) and len(there):
            reach = pace.metres(longest)
            i, j, metres = near(
                places.lon[here], places.lat[here], targets.lon[there], targets.lat[there], reach
            )
            found.append((here[i], there[j], pace.seconds(metres)))
    return found


def _in_degrees(points: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Points of that plane as longitudes and latitudes."""
    lat = np.arctan(np.sinh(shapely.get_y(points) / EARTH))
    return np.degrees(shapely.get_x(points) / EARTH), np.degrees(lat)


def _places(lon: Floats, lat: Floats) -> Longs:
    """One number for each place on Earth."""
    east, north = (np.rint(degrees * PER_DEGREE).astype(np.int64) for degrees in (lon, lat))
    return (east << 32) + north


def _stretches(begin: Longs, sizes: Longs) -> tuple[Longs, Longs]:
    """Where each stretch starts once they stand one after the other, and the rows of all."""
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return start, np.repeat(begin - start[:-1], sizes) + np.arange(start[-1])


def _lengths(start: Longs, lon: Floats, lat: Floats) -> Floats:
    """The metres of each line."""
    if not len(lon):
        return np.empty(0)
    steps = np.zeros(len(lon))
    steps[:-1] = metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps[start[1:] - 1] = 0.0
    lengths: Floats = np.add.reduceat(steps, start[:-1])
    return lengths
