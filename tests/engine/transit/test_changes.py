"""Changes that are left out are missed by nobody: the same arrivals, by as many rides, with and without them."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.transit.changes import lines_of, worth_making
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.walking import FAR, Paths
from tests.engine.transit.small_days import Reached, Town, towns

RIDES = 4


def rounds(
    town: Town, walk: np.ndarray, begin: int, end: int, start: np.ndarray, kept: np.ndarray
) -> list[Reached]:
    """When each stop is first reached with at most 1, 2… rides, changing only by the walks that are `kept`."""
    day, between = town.day, town.between
    ready = {stop: begin + int(walk[stop]) for stop in np.flatnonzero(walk < FAR).tolist()}
    best: Reached = {}
    reached = []
    for _ride in range(RIDES):
        got_off = [row for trip in range(len(day.start) - 1) for row in alighted(day, trip, ready)]
        for row in got_off:
            at, first = int(day.arrival[row]), int(between.start[day.stop[row]])
            if at > end:
                continue
            best[int(day.stop[row])] = min(best.get(int(day.stop[row]), at), at)
            for number in range(int(start[row + 1] - start[row])):
                if kept[start[row] + number]:
                    there, then = int(between.stop[first + number]), at + int(between.seconds[first + number])
                    ready[there] = min(ready.get(there, then), then)
        reached.append(dict(best))
    return reached


def alighted(day: ServiceDay, trip: int, ready: Reached) -> list[int]:
    """The stop times where one may get off a trip, having been ready for it."""
    aboard, rows = False, []
    for row in range(int(day.start[trip]), int(day.start[trip + 1])):
        if aboard and day.alights[row]:
            rows.append(row)
        if day.boards[row] and ready.get(int(day.stop[row]), FAR) <= day.departure[row]:
            aboard = True
    return rows


@settings(max_examples=150)
@given(
    town=towns(),
    begin=st.integers(0, 1500),
    longest=st.integers(300, 3600),
    later=st.integers(0, 600),
    seed=st.integers(0, 2**32 - 1),
)
def test_arrivals_are_the_same_with_the_changes_that_are_kept(
    town: Town, begin: int, longest: int, later: int, seed: int
) -> None:
    end, walk = begin + longest, town.near(seed, 1)[:, 0]
    start, kept = worth_making(town.day, town.between, begin, end)
    everything = np.ones_like(kept)
    # Whoever leaves later in the stretch misses nothing either.
    for departure in (begin, begin + later):
        assert rounds(town, walk, departure, end, start, kept) == rounds(
            town, walk, departure, end, start, everything
        )


@settings(max_examples=60)
@given(town=towns(), begin=st.integers(0, 1500), longest=st.integers(0, 3600))
def test_walks_are_those_of_the_stop_times_where_one_may_get_off(
    town: Town, begin: int, longest: int
) -> None:
    start, kept = worth_making(town.day, town.between, begin, begin + longest)
    assert start[-1] == len(kept)
    for trip, row in rows_of(town.day):
        may = row > town.day.start[trip] and town.day.alights[row]
        may &= begin <= town.day.arrival[row] <= begin + longest
        stop = town.day.stop[row]
        walks = town.between.start[stop + 1] - town.between.start[stop]
        assert start[row + 1] - start[row] == (walks if may else 0)


def rows_of(day: ServiceDay) -> list[tuple[int, int]]:
    """The trip and the row of each stop time."""
    trips = range(len(day.start) - 1)
    return [(trip, row) for trip in trips for row in range(int(day.start[trip]), int(day.start[trip + 1]))]


@settings(max_examples=60)
@given(town=towns(), seed=st.integers(0, 2**32 - 1))
def test_a_line_is_of_the_same_stops_and_nobody_overtakes(town: Town, seed: int) -> None:
    day = town.day
    under_way = np.random.default_rng(seed).random(len(day.start) - 1) < 0.8
    lines = lines_of(day, town.stops, under_way)
    assert sorted(lines.trip.tolist()) == np.flatnonzero(under_way).tolist()
    expected = []
    for line, (first, past) in enumerate(itertools.pairwise(lines.start.tolist())):
        trips = lines.trip[first:past].tolist()
        for before, after in itertools.pairwise(trips):
            one, other = (slice(int(day.start[trip]), int(day.start[trip + 1])) for trip in (before, after))
            for same in (day.stop, day.boards, day.alights):
                assert np.array_equal(same[one], same[other])
            for time in (day.arrival, day.departure):
                assert (time[one] <= time[other]).all()
        begin, last = int(day.start[trips[0]]), int(day.start[trips[0] + 1]) - 1
        expected += [(int(day.stop[row]), line, row - begin) for row in range(begin, last) if day.boards[row]]
    stop = np.repeat(np.arange(town.stops), np.diff(lines.at)).tolist()
    calls = zip(stop, lines.line.tolist(), lines.position.tolist(), strict=True)
    assert sorted(calls) == sorted(expected)


def small_day(*trips: list[tuple[int, int]]) -> ServiceDay:
    """Trips of (stop, minute)."""
    calls = [call for trip in trips for call in trip]
    stop, minute = np.array(calls, np.int32).T
    start = np.cumsum([0, *map(len, trips)])
    flags = np.ones(len(calls), bool)
    return ServiceDay(
        start, stop, 60 * minute, 60 * minute, flags, flags, np.arange(len(trips), dtype=np.int32)
    )


def test_only_what_leads_somewhere_sooner_is_kept() -> None:
    """At B, at 10, one may stay aboard and is at C at 20; each bus below lets one change at B."""
    stops = np.arange(4)
    between = Paths.of(4, stops, stops, np.full(4, 60, np.int32))
    aboard = [(0, 0), (1, 10), (2, 20)]

    def kept_at_b(*others: list[tuple[int, int]]) -> bool:
        start, kept = worth_making(small_day(aboard, *others), between, 0, 3600)
        return bool(kept[start[1]])

    assert kept_at_b([(1, 12), (2, 15)])
    assert not kept_at_b([(1, 12), (2, 30)])
    assert not kept_at_b([(1, 12), (2, 20)])
    assert kept_at_b([(1, 12), (3, 40)])
    # The same bus can be taken at C, as can another: that is as early at D, and a change further on is kept instead.
    assert not kept_at_b([(1, 12), (2, 30), (3, 40)])
    assert not kept_at_b([(1, 12), (3, 40)], [(2, 21), (3, 40)])
    # It left before one is ready; and it is beyond the hour.
    assert not kept_at_b([(1, 10), (2, 15)])
    assert not kept_at_b([(1, 12), (3, 61)])
