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

ARRIVES, LEAVES = 1, 2
"""A trip lets off at a stop, takes aboard there; 3 when it does both in one second."""

Positions = NDArray[np.uint32]
"""Without a sign: nobody looks whether they count from the end, which would cost a fifth of the time of a pass."""

Columns = tuple[Ints, Ints, NDArray[np.int8], Ints, Ints]
"""Time, stop, kind, trip, row."""


class Events(NamedTuple):
    """Events in the order of time: at one second trip after trip, each along its stops.

    Since a change takes a second at least, nobody boards another trip in the second of the arrival, and this order
    is that of cause and effect.

    Attributes:
        time: seconds from the start of the day.
        stop: where.
        kind: ARRIVES, LEAVES or both.
        trip: which of the `trips` that have an event.
        row: the stop time of the service day.
        since: `(events + 1,)` who came by the arrivals `came[since[e]]` to `came[since[e + 1]]` may board at the event
            `e`, and could not yet at the one before that leaves the same stop.
        came: arrivals, numbered in their order; of one event, in the order in which they are ready.
        arrivals: how many there are.
    """

    time: Ints
    stop: Positions
    kind: NDArray[np.int8]
    trip: Positions
    row: Ints
    since: Positions
    came: Positions
    trips: int
    arrivals: int


def events_between(day: ServiceDay, paths: Paths, begin: int, end: int) -> Events:
    """The events from the second `begin` to the second `end` of a service day, both included."""
    calls, trips = _calls(day, begin, end)
    time, stop, kind, trip, row = calls
    changes = _changes(day, paths, worth_making(day, paths, begin, end), calls)
    arrivals = int(np.count_nonzero(kind & ARRIVES))
    where, whose, since, came = (column.astype(np.uint32) for column in (stop, trip, *changes))
    return Events(time, where, kind, whose, row, since, came, trips, arrivals)


def _calls(day: ServiceDay, begin: int, end: int) -> tuple[Columns, int]:
    """The events in their order, and how many trips they are of."""
    room = _room(0)
    room = _room(_collect(day, begin, end, room, False)[0])
    _size, trips = _collect(day, begin, end, room, True)
    order = np.argsort(room[0], kind="stable")
    time, stop, kind, trip, row = room
    return (time[order], stop[order], kind[order], trip[order], row[order]), trips


def _changes(
    day: ServiceDay, paths: Paths, worth: tuple[Longs, Flags], events: Columns
) -> tuple[Longs, Ints]:
    """Where the changes of each event begin, and the arrivals that they are from."""
    time, stop, kind, _trip, row = events
    leave = np.flatnonzero(kind & LEAVES)
    leaving: Ints = leave[np.argsort(stop[leave], kind="stable")].astype(np.int32)
    at: Ints = np.searchsorted(stop[leaving], np.arange(paths.places + 1)).astype(np.int32)
    coming: Ints = row[np.flatnonzero(kind & ARRIVES)]
    arrival, event, ready = _boardings(day, paths, *worth, coming, leaving, at, time)
    order = np.lexsort((ready, event))
    since = np.searchsorted(event[order], np.arange(len(time) + 1))
    return since, arrival[order]


def _room(size: int) -> Columns:
    ints = [np.empty(size, np.int32) for _column in range(4)]
    return ints[0], ints[1], np.empty(size, np.int8), ints[2], ints[3]


@compiled
def _collect(day: ServiceDay, begin: int, end: int, out: Columns, write: bool) -> tuple[int, int]:
    """Writes the events of each trip in the order of its stops, or counts them; how many events, and trips."""
    size = trips = 0
    for t in range(day.start.size - 1):
        first, past, before = day.start[t], day.start[t + 1], size
        if day.arrival[past - 1] < begin or day.departure[first] > end:
            continue
        for i in range(first, past):
            arrives = i > first and day.alights[i] and begin <= day.arrival[i] <= end
            leaves = i < past - 1 and day.boards[i] and begin <= day.departure[i] <= end
            if arrives and leaves and day.arrival[i] == day.departure[i]:
                size = _put(out, size, write, day.arrival[i], day.stop[i], ARRIVES | LEAVES, trips, i)
                continue
            if arrives:
                size = _put(out, size, write, day.arrival[i], day.stop[i], ARRIVES, trips, i)
            if leaves:
                size = _put(out, size, write, day.departure[i], day.stop[i], LEAVES, trips, i)
        trips += size > before
    return size, trips


@compiled
def _put(out: Columns, size: int, write: bool, time: int, stop: int, kind: int, trip: int, row: int) -> int:
    if write:
        out[0][size], out[1][size], out[2][size], out[3][size], out[4][size] = time, stop, kind, trip, row
    return size + 1


@compiled
def _boardings(
    day: ServiceDay,
    paths: Paths,
    walks: Longs,
    worth: Flags,
    coming: Ints,
    leaving: Ints,
    at: Ints,
    time: Ints,
) -> tuple[Ints, Ints, Ints]:
    """For each change worth making after which something leaves: its arrival, the first event that leaves, and when one
    is ready. `coming` are the stop times of the arrivals, `leaving` the events that leave each stop, from `at` on."""
    most, size = np.count_nonzero(worth), 0
    arrival, event, ready = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    for a in range(coming.size):
        i = coming[a]
        for j in range(walks[i + 1] - walks[i]):
            if not worth[walks[i] + j]:
                continue
            walk = paths.start[day.stop[i]] + j
            then, stop = day.arrival[i] + paths.seconds[walk], paths.stop[walk]
            low, past = at[stop], at[stop + 1]
            high = past
            while low < high:
                middle = (low + high) // 2
                if time[leaving[middle]] < then:
                    low = middle + 1
                else:
                    high = middle
            if low < past:
                arrival[size], event[size], ready[size] = a, leaving[low], then
                size += 1
    return arrival[:size], event[:size], ready[:size]
