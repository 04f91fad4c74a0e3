"""The shortest ways along a network of streets, from many places at once.

Each search is Dijkstra's (*A Note on Two Problems in Connexion with Graphs*, Numerische Mathematik 1, 1959), stopped
at a distance: it costs what it visits, not what the network holds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from croisee.engine.compiled import compiled
from croisee.engine.transit.timetable import Floats, Ints, Longs


class Graph(NamedTuple):
    """From node `n` one gets to `to[start[n]:start[n + 1]]`, over so many `metres`."""

    start: Longs
    to: Ints
    metres: Floats


class Ends(NamedTuple):
    """Where points stand: `along` metres from the `first` end of an `edge`, `beyond` metres from its `second` end,
    `away` metres off it; `edge` is -1 for a point that is on none."""

    edge: Ints
    first: Ints
    second: Ints
    along: Floats
    beyond: Floats
    away: Floats


class Doors(NamedTuple):
    """Sorted by `node`: `metres` more from there reach `point`. Sorted by `edge`: on it stands `point_on`."""

    node: Ints
    point: Ints
    metres: Floats
    edge: Ints
    point_on: Ints

    @classmethod
    def of(cls, ends: Ends) -> Doors:
        """The doors by which points are reached."""
        on = np.flatnonzero(ends.edge >= 0).astype(np.int32)
        node, point = np.concatenate([ends.first[on], ends.second[on]]), np.tile(on, 2)
        metres = np.concatenate([ends.along[on], ends.beyond[on]]) + np.tile(ends.away[on], 2)
        order, by_edge = np.argsort(node, kind="stable"), np.argsort(ends.edge[on], kind="stable")
        return cls(node[order], point[order], metres[order], ends.edge[on][by_edge], on[by_edge])


@compiled
def components(graph: Graph) -> Longs:
    """For each node the number, from 0, of the connected part that it is in."""
    nodes = graph.start.size - 1
    part = np.full(nodes, -1, np.int64)
    waiting = np.empty(nodes, np.int64)
    parts = 0
    for root in range(nodes):
        if part[root] >= 0:
            continue
        part[root], waiting[0], size = parts, root, 1
        while size:
            size -= 1
            node = waiting[size]
            for i in range(graph.start[node], graph.start[node + 1]):
                if part[graph.to[i]] < 0:
                    part[graph.to[i]] = parts
                    waiting[size] = graph.to[i]
                    size += 1
        parts += 1
    return part


@compiled
def search(
    graph: Graph, origins: Longs, places: Ends, targets: Ends, doors: Doors, bound: float
) -> tuple[Longs, Longs, Floats]:
    """From each origin (a position in `places`) to the targets at most `bound` metres away.

    Returns positions of places, positions of targets, metres: in the order of origins, then of targets.
    """
    best, met = np.full(targets.edge.size, np.inf), np.empty(targets.edge.size, np.int64)
    far, touched = np.full(graph.start.size - 1, np.inf), np.empty(graph.start.size - 1, np.int64)
    keys, heap = np.empty(graph.to.size + 2), np.empty(graph.to.size + 2, np.int64)
    here, there, metres = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64)
    count = 0
    for o in origins:
        reached = _along_one_edge(places, o, targets, doors, bound, best, met)
        size = visited = 0
        for node, way in ((places.first[o], places.along[o]), (places.second[o], places.beyond[o])):
            visited, size = _reach(node, way + places.away[o], bound, far, touched, visited, keys, heap, size)
        while size:
            way, node = keys[0], heap[0]
            size = _pop(keys, heap, size)
            if way > far[node]:  # a shorter way there was found since
                continue
            d = np.searchsorted(doors.node, node)
            while d < doors.node.size and doors.node[d] == node:
                reached = _note(doors.point[d], way + doors.metres[d], bound, best, met, reached)
                d += 1
            for i in range(graph.start[node], graph.start[node + 1]):
                visited, size = _reach(
                    graph.to[i], way + graph.metres[i], bound, far, touched, visited, keys, heap, size
                )
        far[touched[:visited]] = np.inf
        while count + reached > here.size:
            here, there = np.concatenate((here, here)), np.concatenate((there, there))
            metres = np.concatenate((metres, metres))
        for t in np.sort(met[:reached]):
            here[count], there[count], metres[count] = o, t, best[t]
            best[t] = np.inf
            count += 1
    return here[:count], there[:count], metres[:count]


@compiled
def _along_one_edge(
    places: Ends, o: int, targets: Ends, doors: Doors, bound: float, best: Floats, met: Longs
) -> int:
    """Notes the targets on the edge of the origin, which may be reached without passing any node."""
    reached = 0
    d = np.searchsorted(doors.edge, places.edge[o])
    while d < doors.edge.size and doors.edge[d] == places.edge[o]:
        t = doors.point_on[d]
        way = abs(places.along[o] - targets.along[t]) + places.away[o] + targets.away[t]
        reached = _note(t, way, bound, best, met, reached)
        d += 1
    return reached


@compiled
def _note(target: int, way: float, bound: float, best: Floats, met: Longs, reached: int) -> int:
    """Keeps the shorter way to a target; returns how many targets are reached."""
    if way <= bound and way < best[target]:
        if best[target] == np.inf:
            met[reached] = target
            reached += 1
        best[target] = way
    return reached


@compiled
def _reach(
    node: int,
    way: float,
    bound: float,
    far: Floats,
    touched: Longs,
    visited: int,
    keys: Floats,
    heap: Longs,
    size: int,
) -> tuple[int, int]:
    """Keeps the shorter way to a node, to go on from there; returns how many are touched, and how many wait."""
    if way > bound or way >= far[node]:
        return visited, size
    if far[node] == np.inf:
        touched[visited] = node
        visited += 1
    far[node] = way
    at = size
    while at > 0 and keys[(at - 1) >> 1] > way:
        keys[at], heap[at] = keys[(at - 1) >> 1], heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    keys[at], heap[at] = way, node
    return visited, size + 1


@compiled
def _pop(keys: Floats, heap: Longs, size: int) -> int:
    """Takes the nearest out of the binary heap; returns its size."""
    size -= 1
    key, node = keys[size], heap[size]
    at, below = 0, 1
    while below < size:
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], heap[at] = keys[below], heap[below]
        at, below = below, 2 * below + 1
    keys[at], heap[at] = key, node
    return size
