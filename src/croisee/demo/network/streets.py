"""Streets between the places: who is whose neighbour, where stops stand, and the way a line takes."""

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.demo.network.places import Places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

IN_TOWN, OUTSIDE = 430.0, 900.0
# Metres within the outline: the quays of a stop stand a little off it.
MARGIN = 60.0
# Metres that a right angle costs a line: it rather goes on straight.
TURN = 300.0


@dataclass(frozen=True, slots=True)
class Streets:
    """Stops, those at the places first and then those between; streets between places, each with its stops.

    `x`, `y`, `commune`, `built_up` are one row a stop; `ends` (n, 2) are the places that a street joins, `length` its
    metres, `between` the stops on it from the first end to the second.
    """

    x: Floats
    y: Floats
    commune: Ints
    built_up: NDArray[np.bool_]
    ends: Ints
    length: Floats
    between: tuple[tuple[int, ...], ...]

    def stops(self, path: list[int]) -> list[int]:
        """Every stop along a path of places."""
        rows = {(int(a), int(b)): row for row, (a, b) in enumerate(self.ends)}
        found = path[:1]
        for here, there in pairwise(path):
            forwards = (here, there) in rows
            on = self.between[rows[(here, there) if forwards else (there, here)]]
            found += [*(on if forwards else on[::-1]), there]
        return found


def make_streets(places: Places, closer: float = 1.0) -> Streets:
    """Straight streets, none crossing another; `closer` divides the distance between stops."""
    points = np.column_stack([places.x, places.y])
    ends = _neighbours(points)
    length = np.hypot(*(points[ends[:, 1]] - points[ends[:, 0]]).T)
    town = places.built_up[ends[:, 0]] & places.built_up[ends[:, 1]]
    parts = np.maximum(1, np.round(length * closer / np.where(town, IN_TOWN, OUTSIDE))).astype(int)
    inner = shapely.buffer(places.outline, -MARGIN)
    shapely.prepare(inner)
    extra: list[Floats] = []
    commune: list[int] = []
    built_up: list[bool] = []
    between: list[tuple[int, ...]] = []
    for (a, b), count, in_town in zip(ends, parts, town, strict=True):
        share = np.arange(1, count) / count
        on = points[a] + share[:, None] * (points[b] - points[a])
        inside = shapely.contains_xy(inner, on)
        first = len(points) + len(extra)
        extra += list(on[inside])
        commune += [int(places.commune[a if part < 0.5 else b]) for part in share[inside]]
        built_up += [bool(in_town)] * int(inside.sum())
        between.append(tuple(range(first, len(points) + len(extra))))
    every = np.vstack([points, *extra])
    return Streets(
        x=every[:, 0],
        y=every[:, 1],
        commune=np.concatenate([places.commune, np.array(commune, np.int64)]),
        built_up=np.concatenate([places.built_up, np.array(built_up, bool)]),
        ends=ends,
        length=length,
        between=tuple(between),
    )


def _neighbours(points: Floats) -> Ints:
    """Pairs of places with no third in the circle between them (Gabriel 1969): connected, and no two cross."""
    lines = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    lines = lines[shapely.get_num_coordinates(lines) == 2]
    coordinates = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    rows = {tuple(point): row for row, point in enumerate(points.tolist())}
    ends = np.array([sorted((rows[tuple(a)], rows[tuple(b)])) for a, b in coordinates.tolist()])
    ends = ends[np.lexsort(ends.T[::-1])]
    middle = points[ends].mean(axis=1)
    reach = np.hypot(*(points[ends[:, 1]] - points[ends[:, 0]]).T) / 2
    nearest = np.hypot(*(middle[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1)
    return np.asarray(ends[nearest > reach * (1 - 1e-9)], np.int64)


class Ways:
    """The cheapest way between two places, where turning costs and some streets cost more than their length."""

    def __init__(self, places: Places, streets: Streets) -> None:
        ends = np.vstack([streets.ends, streets.ends[:, ::-1]])
        way = np.column_stack([places.x, places.y])
        way = way[ends[:, 1]] - way[ends[:, 0]]
        way /= np.hypot(*way.T)[:, None]
        leaving: dict[int, list[int]] = {}
        for row, (start, _end) in enumerate(ends.tolist()):
            leaving.setdefault(start, []).append(row)
        self._end: list[int] = ends[:, 1].tolist()
        self._leaving = leaving
        self._turns = [
            [(after, TURN * float(1 - way[row] @ way[after])) for after in leaving[end]]
            for row, end in enumerate(self._end)
        ]

    def between(self, start: int, goal: int, cost: Floats) -> list[int]:
        """The places from `start` to `goal`, both included; `cost` is one for each street, in metres."""
        price: list[float] = np.concatenate([cost, cost]).tolist()
        best = {row: price[row] for row in self._leaving[start]}
        before: dict[int, int] = {}
        queue = [(paid, row) for row, paid in best.items()]
        heapq.heapify(queue)
        while queue:
            paid, row = heapq.heappop(queue)
            if paid > best[row]:
                continue
            if self._end[row] == goal:
                return [start, *self._back(before, row)]
            for after, turn in self._turns[row]:
                total = paid + turn + price[after]
                if total < best.get(after, float("inf")):
                    best[after], before[after] = total, row
                    heapq.heappush(queue, (total, after))
        raise ValueError(f"no way from place {start} to place {goal}")

    def _back(self, before: dict[int, int], row: int) -> list[int]:
        path = [self._end[row]]
        while row in before:
            row = before[row]
            path.append(self._end[row])
        return path[::-1]


def without_loops(path: list[int]) -> list[int]:
    """The path with every part cut out that comes back to where it began."""
    kept: list[int] = []
    for place in path:
        if place in kept:
            del kept[kept.index(place) :]
        kept.append(place)
    return kept
