"""The most hours that can be worked: a maximum flow from people's months to lots, found by Dinic's algorithm.

Dinic, *Algorithm for solution of a problem of maximum flow in networks with power estimation*, Soviet
Mathematics Doklady 11, 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from croisee.engine.compiled import compiled
from croisee.engine.hours.problem import Flags, Pairs, Whole


def most_hours(pairs: Pairs, worked: Whole, least: Whole, most: Whole) -> Whole:
    """Raise the hours worked to the most possible, starting from a plan that respects every limit.

    Parameters
    ----------
    pairs : Pairs
    worked : (s,) integers
        Hours in each slot, from `least` to `most`, within people's hours, sites and lots.
    least, most : (s,) integers
        The hours that each slot keeps at least, and may have at most.

    Returns
    -------
    (s,) integers
        Hours in each slot; no others with the same limits have a larger sum.
    """
    return Network.of(pairs, worked, least, most).with_most().worked


@dataclass(frozen=True, eq=False)
class Network:
    """Edges from people's months to lots' months, to lots, to a sink; and from a source to people's months.

    Attributes
    ----------
    tail, head : (e,) integers
        The ends of each edge, those of the slots first.
    flow, low, high : (e,) integers
        What each edge carries now, at least, and at most.
    source, sink : int
    lots : slice
        The edges from lots to the sink.
    slots : int
        How many edges are slots.
    """

    tail: Whole
    head: Whole
    flow: Whole
    low: Whole
    high: Whole
    source: int
    sink: int
    lots: slice
    slots: int

    @classmethod
    def of(cls, pairs: Pairs, worked: Whole, least: Whole, most: Whole) -> Network:
        """The network of all slots of `pairs`; see `most_hours`."""
        lots, people = pairs.lots, pairs.people
        months = people.months
        sites = np.arange(len(lots) * months)
        return cls.between(
            (pairs.slot_person * months + pairs.month, people.hours.ravel()),
            (pairs.slot_lot * months + pairs.month, np.repeat(lots.site, months)),
            (pairs.slot_lot, lots.hours),
            sites // max(months, 1),
            (worked, least, most),
        )

    @classmethod
    def between(
        cls,
        people: tuple[Whole, Whole],
        sites: tuple[Whole, Whole],
        lots: tuple[Whole, Whole],
        site_lot: Whole,
        hours: tuple[Whole, Whole, Whole],
    ) -> Network:
        """The network of `s` slots.

        Parameters
        ----------
        people, sites, lots : pairs of (s,) and (c,), (p,), (l,) integers
            Where each slot is among people's months, sites' months and lots, and the hours that each of these has.
        site_lot : (p,) integers
            The lot of each site's month.
        hours : three (s,) integers
            Worked now, at least, at most.
        """
        (cell, cell_hours), (place, place_hours), (lot, lot_hours) = people, sites, lots
        worked, least, most = hours
        first_site, first_lot = cell_hours.size, cell_hours.size + place_hours.size
        source = first_lot + lot_hours.size
        every_site, every_lot = np.arange(place_hours.size), np.arange(lot_hours.size)
        sums = (
            np.bincount(to, worked, size).astype(np.int64)
            for to, size in ((place, place_hours.size), (lot, lot_hours.size), (cell, cell_hours.size))
        )
        flow = np.concatenate((worked, *sums))
        return cls(
            np.concatenate(
                (cell, first_site + every_site, first_lot + every_lot, np.full(first_site, source))
            ),
            np.concatenate(
                (
                    first_site + place,
                    first_lot + site_lot,
                    np.full(every_lot.size, source + 1),
                    np.arange(first_site),
                )
            ),
            flow,
            np.concatenate((least, np.zeros(flow.size - worked.size, np.int64))),
            np.concatenate((most, place_hours, lot_hours, cell_hours)),
            source,
            source + 1,
            slice(worked.size + every_site.size, worked.size + every_site.size + every_lot.size),
            worked.size,
        )

    @property
    def worked(self) -> Whole:
        """(s,) What the slots carry."""
        return self.flow[: self.slots]

    def with_most(self) -> Network:
        """The same network carrying as much as it can."""
        used = np.flatnonzero(self.high > 0)
        ends, room, order, start = self._residual(used)
        _dinic(ends, room, order, start, self.source, self.sink)
        flow = self.flow.copy()
        flow[used] = self.low[used] + room[1::2]
        return replace(self, flow=flow)

    def settled(self) -> Flags:
        """(e,) Whether each edge carries the same in all flows that carry as much as this one, the most.

        Two such flows differ by cycles of edges with room, which stay within strongly connected parts.
        """
        used = np.flatnonzero(self.high > 0)
        ends, room, order, start = self._residual(used)
        part = np.zeros(start.size - 1, np.int64)
        _strong_parts(ends, room, order, start, part)
        settled = np.ones(self.flow.size, np.bool_)
        settled[used] = part[self.tail[used]] != part[self.head[used]]
        return settled

    def _residual(self, used: Whole) -> tuple[Whole, Whole, Whole, Whole]:
        ends = np.stack((self.tail[used], self.head[used]), axis=1).ravel()
        flow = self.flow[used]
        room = np.stack((self.high[used] - flow, flow - self.low[used]), axis=1).ravel()
        order = np.argsort(ends, kind="stable")
        start = np.searchsorted(ends[order], np.arange(self.sink + 2))
        return ends, room, order, start


@compiled
def _dinic(ends: Any, room: Any, order: Any, start: Any, source: int, sink: int) -> None:
    """Arc `2e` goes along edge `e` and `2e + 1` back; arc `a` leaves `ends[a]` for `ends[a ^ 1]`."""
    nodes = start.size - 1
    level = np.empty(nodes, np.int64)
    queue = np.empty(nodes, np.int64)
    path = np.empty(nodes, np.int64)
    while True:
        level[:] = -1
        level[source] = 0
        queue[0] = source
        taken, put = 0, 1
        while taken < put and level[sink] < 0:
            node = queue[taken]
            taken += 1
            for i in range(start[node], start[node + 1]):
                to = ends[order[i] ^ 1]
                if room[order[i]] > 0 and level[to] < 0:
                    level[to] = level[node] + 1
                    queue[put] = to
                    put += 1
        if level[sink] < 0:
            return
        _blocking(ends, room, order, start, level, path, source, sink)


@compiled
def _blocking(
    ends: Any, room: Any, order: Any, start: Any, level: Any, path: Any, source: int, sink: int
) -> None:
    nodes = start.size - 1
    turn = start[:nodes].copy()
    node, length = source, 0
    while True:
        if node == sink:
            amount = room[path[0]]
            for i in range(length):
                amount = min(amount, room[path[i]])
            cut = length
            for i in range(length - 1, -1, -1):
                room[path[i]] -= amount
                room[path[i] ^ 1] += amount
                if room[path[i]] == 0:
                    cut = i
            length = cut
            node = ends[path[length]]
            continue
        moved = False
        while turn[node] < start[node + 1]:
            arc = order[turn[node]]
            to = ends[arc ^ 1]
            if room[arc] > 0 and level[to] == level[node] + 1:
                path[length] = arc
                length += 1
                node = to
                moved = True
                break
            turn[node] += 1
        if not moved:
            if node == source:
                return
            length -= 1
            node = ends[path[length]]
            turn[node] += 1


@compiled
def _strong_parts(ends: Any, room: Any, order: Any, start: Any, part: Any) -> None:
    """Number the strongly connected parts of the arcs with room (Tarjan 1972, his recursion as a stack)."""
    nodes = start.size - 1
    found = np.zeros(nodes, np.int64)
    low = np.zeros(nodes, np.int64)
    turn = start[:nodes].copy()
    open_ = np.empty(nodes, np.int64)
    path = np.empty(nodes, np.int64)
    count = opened = parts = 0
    for root in range(nodes):
        if found[root] > 0:
            continue
        depth = 1
        path[0] = root
        while depth > 0:
            node = path[depth - 1]
            if found[node] == 0:
                count += 1
                found[node] = low[node] = count
                open_[opened] = node
                opened += 1
            went = False
            while turn[node] < start[node + 1]:
                arc = order[turn[node]]
                to = ends[arc ^ 1]
                turn[node] += 1
                if room[arc] == 0 or part[to] > 0:
                    continue
                if found[to] == 0:
                    path[depth] = to
                    depth += 1
                    went = True
                    break
                low[node] = min(low[node], found[to])
            if went:
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == found[node]:
                parts += 1
                while True:
                    opened -= 1
                    part[open_[opened]] = parts
                    if open_[opened] == node:
                        break
