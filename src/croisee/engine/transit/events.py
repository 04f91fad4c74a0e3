"""What happens when: all moments of a stretch of a day, in order, so that one pass over them finds every journey."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.engine.transit.changes import worth_making
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Flags, Ints, Longs
from croisee.engine.transit.walking import Paths

READY, ARRIVES, LEAVES = 0, 1, 2
"""Who came by a trip may board at a stop; a trip arrives at a stop; a trip leaves a stop."""


Columns = tuple[Ints, Ints, NDArray[np.int8], Ints, Ints]
"""Time, stop, kind, who, row."""


class Events(NamedTuple):
    """Events in the order of time: at one second those who are ready come first, then trips along their stops.

    Since a change takes a second at least, nobody is ready in the second of the arrival, and this order is
    that of cause and effect.

    Attributes:
        time: seconds from the start of the day.
        stop: where.
        kind: READY, ARRIVES or LEAVES.
        who: which of the `trips` that have an event arrives or leaves; by which of the `arrivals`, numbered in their
            order, one is ready.
        row: the stop time of the service day: of the trip at the stop, or of the arrival that makes ready.
    """

    time: Ints
    stop: Ints
    kind: NDArray[np.int8]
    who: Ints
    row: Ints
    trips: int
    arrivals: int


def events_between(day: ServiceDay, paths: Paths, begin: int, end: int) -> Events:
    """The events from the second `begin` to the second `end` of a service day, both included."""
    walks, worth = worth_making(day, paths, begin, end)
    room = _room(0)
    room = _room(_collect(day, paths, walks, worth, begin, end, room, False)[0])
    _size, trips, arrivals = _collect(day, paths, walks, worth, begin, end, room, True)
    time, stop, kind, who, row = room
    order = np.argsort(2 * time + (kind != READY), kind="stable")
    time, stop, kind, who, row = time[order], stop[order], kind[order], who[order], row[order]
    return Events(time, stop, kind, _by_time(kind, who, row), row, trips, arrivals)


def _by_time(kind: NDArray[np.int8], who: Ints, row: Ints) -> Ints:
    """Whom events are of, arrivals being known by their stop time so far, and numbered in their order from here on."""
    number = np.empty(row.max(initial=-1) + 1, np.int32)
    came = row[kind == ARRIVES]
    number[came] = np.arange(len(came))
    numbered: Ints = np.where(kind == READY, number[row], who)
    return numbered


def _room(size: int) -> Columns:
    ints = [np.empty(size, np.int32) for _column in range(4)]
    return ints[0], ints[1], np.empty(size, np.int8), ints[2], ints[3]


@compiled
def _collect(
    day: ServiceDay,
    paths: Paths,
    walks: Longs,
    worth: Flags,
    begin: int,
    end: int,
    out: Columns,
    write: bool,
) -> tuple[int, int, int]:
    """Writes the events of each trip in the order of its stops, or counts them; how many events, trips, arrivals."""
    size = trips = arrivals = 0
    for t in range(day.start.size - 1):
        first, past, before = day.start[t], day.start[t + 1], size
        if day.arrival[past - 1] < begin or day.departure[first] > end:
            continue
        for i in range(first, past):
            time, here = day.arrival[i], day.stop[i]
            if i > first and day.alights[i] and begin <= time <= end:
                size = _put(out, size, write, time, here, ARRIVES, trips, i)
                arrivals += 1
                for j in range(walks[i + 1] - walks[i]):
                    if worth[walks[i] + j]:
                        walk = paths.start[here] + j
                        then, there = time + paths.seconds[walk], paths.stop[walk]
                        size = _put(out, size, write, then, there, READY, -1, i)
            if i < past - 1 and day.boards[i] and begin <= day.departure[i] <= end:
                size = _put(out, size, write, day.departure[i], here, LEAVES, trips, i)
        trips += size > before
    return size, trips, arrivals


@compiled
def _put(out: Columns, size: int, write: bool, time: int, stop: int, kind: int, who: int, row: int) -> int:
    if write:
        out[0][size], out[1][size], out[2][size], out[3][size], out[4][size] = time, stop, kind, who, row
    return size + 1
