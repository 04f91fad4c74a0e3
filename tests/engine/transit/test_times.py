"""Travel times over a window of departures: the same as by a slow program, written from the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.transit.reach import Limits, Rush, Times, Window
from croisee.engine.transit.walking import FAR, Paths
from tests.engine.transit.small_days import Town, paths, slow_arrivals, towns

HOUR = 3600


def slow_times(
    town: Town, walk: np.ndarray, last: np.ndarray, direct: np.ndarray, window: Window, limits: Limits
) -> list[list[tuple[int, int, int, int]]]:
    """For each pair: median, ninth decile, median of changes, how many departures arrive. Sorting, one by one."""
    found = []
    for origin in range(walk.shape[1]):
        took: list[list[tuple[int, int]]] = [[] for _ in range(last.shape[1])]
        for departure in range(window.begin, window.last + 1, window.step):
            reached = slow_arrivals(town, walk[:, origin], departure, limits.rides)
            for place, arrived in enumerate(took):
                ways = [(departure + int(direct[origin, place]), 0)]
                ways += [
                    (at + int(last[stop, place]), ride + 1)
                    for ride, stops in enumerate(reached)
                    for stop, at in stops.items()
                    if last[stop, place] < FAR
                ]
                at, rides = min(ways)
                if at - departure <= limits.total and (limits.latest is None or at <= limits.latest):
                    arrived.append((at - departure, rides))
        found.append([_figures(arrived) for arrived in took])
    return found


def _figures(arrived: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    if not arrived:
        return -1, -1, -1, 0
    durations = sorted(duration for duration, _rides in arrived)
    changes = sorted(max(rides - 1, 0) for _duration, rides in arrived)
    middle, tenth = -(-len(arrived) // 2) - 1, -(-9 * len(arrived) // 10) - 1
    return durations[middle], durations[tenth], changes[middle], len(arrived)


def as_rows(times: Times) -> list[list[tuple[int, int, int, int]]]:
    columns = (times.typical, times.slow, times.changes, times.counted)
    return [
        [tuple(int(column[origin, place]) for column in columns) for place in range(times.typical.shape[1])]  # type: ignore[misc]
        for origin in range(len(times.typical))
    ]


@settings(max_examples=60)
@given(
    town=towns(),
    origins=st.sampled_from([1, 3, 9, 17]),
    rides=st.sampled_from([2, 4]),
    total=st.integers(300, 3000),
    latest=st.none() | st.integers(0, 4000),
    begin=st.integers(0, 1000),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_pair_is_as_by_the_slow_program(
    town: Town, origins: int, rides: int, total: int, latest: int | None, begin: int, seed: int
) -> None:
    drawn = np.random.default_rng(seed)
    walk, last = town.near(seed, origins), town.near(seed + 1, 3)
    direct = np.where(drawn.random((origins, 3)) < 0.3, drawn.integers(0, 3000, (origins, 3)), FAR)
    window = Window(begin, 7, 60)
    limits = Limits(rides, total, latest)
    times = Rush.of(town.day, town.between, window, limits).times(
        paths(walk), paths(last), direct.astype(np.int32)
    )
    assert as_rows(times) == slow_times(town, walk, last, direct, window, limits)


@settings(max_examples=20)
@given(town=towns(), seed=st.integers(0, 2**32 - 1))
def test_a_day_read_backwards_and_forwards_again_is_the_same_day(town: Town, seed: int) -> None:
    for once, twice in zip(town.day, town.day.reversed().reversed(), strict=True):
        assert np.array_equal(once, twice)
    walks = paths(town.near(seed, town.stops))
    for here, there, seconds in _walks(walks.reversed()):
        assert (there, here, seconds) in set(_walks(walks))


def _walks(walks: Paths) -> list[tuple[int, int, int]]:
    place = np.repeat(np.arange(walks.places), np.diff(walks.start))
    return list(zip(place.tolist(), walks.stop.tolist(), walks.seconds.tolist(), strict=True))


@settings(max_examples=20)
@given(town=towns(), seed=st.integers(0, 2**32 - 1), departure=st.integers(0, 2000))
def test_who_may_be_there_by_a_deadline_is_told_by_the_day_read_backwards(
    town: Town, seed: int, departure: int
) -> None:
    """Leaving at `departure` one is there at t; then to be there by t, one leaves at `departure` or later."""
    walk, last = town.near(seed, 1), town.near(seed + 1, 1)
    window, limits = Window(departure, 1, 60), Limits(4, HOUR)
    there = Rush.of(town.day, town.between, window, limits).times(paths(walk), paths(last)).typical[0, 0]
    if there < 0:
        return
    backwards = Rush.of(
        town.day.reversed(), town.between.reversed(), Window(-departure - int(there), 1, 60), limits
    )
    assert 0 <= backwards.times(paths(last), paths(walk)).typical[0, 0] <= there


def test_nobody_to_ask_about_and_nothing_that_runs() -> None:
    nobody = Paths.of(0, np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.int32))
    nowhere = Paths.of(2, np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.int32))
    from croisee.engine.transit.service_day import ServiceDay

    empty = np.zeros(0, np.int32)
    flags = np.zeros(0, bool)
    day = ServiceDay(np.zeros(1, np.int64), empty, empty, empty, flags, flags, empty)
    rush = Rush.of(day, nobody)
    assert rush.times(nobody, nobody).typical.shape == (0, 0)
    on_foot = np.array([[300, FAR], [FAR, 0]], np.int32)
    times = rush.times(nowhere, nowhere, on_foot)
    assert times.typical.tolist() == [[300, -1], [-1, 0]]
    assert times.changes.tolist() == [[0, -1], [-1, 0]]


def test_limits_are_checked() -> None:
    with pytest.raises(ValueError, match="rides"):
        Limits(rides=8)
    with pytest.raises(ValueError, match="rides"):
        Limits(rides=0)
    assert Window.before(8 * HOUR + 45 * 60).last == 8 * HOUR + 45 * 60
