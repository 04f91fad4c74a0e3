"""Which changes are worth making: most walks from one stop to another lead to nothing new.

A change from a trip is worth making when some trip that it lets one board is somewhere earlier than can be had from
the same trip otherwise: by staying aboard, or by a change that is kept, further on or at the same stop. For any journey
there is then one as early, of as many rides at most, made of changes that are kept (transfer reduction of Witt,
*Trip-Based Public Transit Routing*, ESA 2015, section 3.2; proved there by replacing changes one by one).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from croisee.engine.compiled import compiled
from croisee.engine.transit.processors import processors
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Flags, Ints, Longs
from croisee.engine.transit.walking import Paths

NEVER = np.int32(2**30)


class Lines(NamedTuple):
    """Trips of the same stops of which none overtakes another, in their order; and the lines at each stop.

    Attributes:
        start: the trips of line `l` are `trip[start[l]]` to `trip[start[l + 1] - 1]`.
        trip: trips of the service day.
        at: the calls at stop `s` are `at[s]` to `at[s + 1]`.
        line, position: of each call, the line and which of its stops it is.
    """

    start: Ints
    trip: Ints
    at: Ints
    line: Ints
    position: Ints


def lines_of(day: ServiceDay, stops: int, under_way: Flags) -> Lines:
    """The lines of the trips that are `under_way`."""
    same: dict[tuple[bytes, ...], list[int]] = {}
    for trip in np.flatnonzero(under_way).tolist():
        rows = slice(int(day.start[trip]), int(day.start[trip + 1]))
        key = (day.stop[rows].tobytes(), day.boards[rows].tobytes(), day.alights[rows].tobytes())
        same.setdefault(key, []).append(trip)
    lines = [line for trips in same.values() for line in _without_overtaking(day, trips)]
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int32)
    in_order = np.array([trip for line in lines for trip in line], np.int32)
    return Lines(start, in_order, *_calls(day, stops, lines))


def _without_overtaking(day: ServiceDay, trips: list[int]) -> list[list[int]]:
    """The trips of the same stops as lines, each trip in the first one whose last trip is before it everywhere."""
    size = int(day.start[trips[0] + 1] - day.start[trips[0]])
    rows = day.start[trips][:, None] + np.arange(size)
    times = np.concatenate([day.departure[rows], day.arrival[rows]], axis=1)
    order = np.lexsort((times[:, -1], times[:, 0]))
    lines: list[list[int]] = []
    for at in order.tolist():
        line = next((line for line in lines if (times[line[-1]] <= times[at]).all()), None)
        if line is None:
            lines.append([at])
        else:
            line.append(at)
    return [[trips[at] for at in line] for line in lines]


def _calls(day: ServiceDay, stops: int, lines: list[list[int]]) -> tuple[Ints, Ints, Ints]:
    """Where lines may be boarded, stop by stop."""
    firsts = [line[0] for line in lines]
    sizes = np.diff(day.start)[firsts] if firsts else np.zeros(0, np.int64)
    line = np.repeat(np.arange(len(lines)), sizes)
    position = np.arange(len(line)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row = np.repeat(day.start[firsts] if firsts else sizes, sizes) + position
    kept = day.boards[row] & (position < np.repeat(sizes, sizes) - 1)
    stop = day.stop[row][kept]
    order = np.argsort(stop, kind="stable")
    at = np.concatenate([[0], np.cumsum(np.bincount(stop, minlength=stops))]).astype(np.int32)
    return at, line[kept][order].astype(np.int32), position[kept][order].astype(np.int32)


def worth_making(day: ServiceDay, paths: Paths, begin: int, end: int) -> tuple[Longs, Flags]:
    """For each stop time, where its walks begin in what follows; for each of its walks, whether it is worth making.

    A stop time has walks when one may get off there from the second `begin` to the second `end`.
    """
    trips = len(day.start) - 1
    under_way = (day.arrival[day.start[1:] - 1] >= begin) & (day.departure[day.start[:-1]] <= end)
    trip = np.repeat(np.arange(trips), np.diff(day.start))
    first = np.zeros(len(day.stop), bool)
    first[day.start[:-1]] = True
    changes = under_way[trip] & day.alights & ~first & (day.arrival >= begin) & (day.arrival <= end)
    walks = np.where(changes, np.diff(paths.start)[day.stop], 0)
    start = np.concatenate([[0], np.cumsum(walks)]).astype(np.int64)
    kept = np.zeros(start[-1], bool)
    lines = lines_of(day, paths.places, under_way)
    shares = np.array_split(np.flatnonzero(under_way), 4 * processors())
    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(lambda share: _judge(share, day, paths, lines, start, end, kept), shares))
    return start, kept


@compiled
def _judge(
    trips: Longs, day: ServiceDay, paths: Paths, lines: Lines, start: Longs, end: int, kept: Flags
) -> None:
    """Marks the walks of some trips, each trip from its last stop to its first."""
    earliest = np.full(paths.start.size - 1, NEVER, np.int32)
    touched = np.empty(earliest.size, np.int32)
    for t in trips:
        count = 0
        for i in range(day.start[t + 1] - 1, day.start[t], -1):
            if day.alights[i] and day.arrival[i] < earliest[day.stop[i]]:
                if earliest[day.stop[i]] == NEVER:
                    touched[count] = day.stop[i]
                    count += 1
                earliest[day.stop[i]] = day.arrival[i]
            if start[i] == start[i + 1]:
                continue
            first = paths.start[day.stop[i]]
            for j in range(start[i + 1] - start[i]):
                then = day.arrival[i] + paths.seconds[first + j]
                if then <= end:
                    better, count = _boarded(
                        paths.stop[first + j], then, day, lines, end, earliest, touched, count
                    )
                    kept[start[i] + j] = better
        for k in range(count):
            earliest[touched[k]] = NEVER


@compiled
def _boarded(
    stop: int,
    time: int,
    day: ServiceDay,
    lines: Lines,
    end: int,
    earliest: Ints,
    touched: Ints,
    count: int,
) -> tuple[bool, int]:
    """Whether the next trip of some line at a stop is somewhere earlier than was had so far, which is noted."""
    better = False
    for call in range(lines.at[stop], lines.at[stop + 1]):
        line, position = lines.line[call], lines.position[call]
        low, high = lines.start[line], lines.start[line + 1]
        past = high
        while low < high:
            middle = (low + high) // 2
            if day.departure[day.start[lines.trip[middle]] + position] >= time:
                high = middle
            else:
                low = middle + 1
        if low == past:
            continue
        trip = lines.trip[low]
        for row in range(day.start[trip] + position + 1, day.start[trip + 1]):
            if day.arrival[row] > end:
                break
            there = day.stop[row]
            if day.alights[row] and day.arrival[row] < earliest[there]:
                if earliest[there] == NEVER:
                    touched[count] = there
                    count += 1
                earliest[there] = day.arrival[row]
                better = True
    return better, count
