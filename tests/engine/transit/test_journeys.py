"""The journeys of one departure: each leg is in the timetable, and none is beaten by the slow program."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.transit.journeys import DOOR, Journey, journeys
from croisee.engine.transit.reach import Limits
from croisee.engine.transit.walking import FAR
from tests.engine.transit.small_days import Town, paths, slow_arrivals, towns

LIMITS = Limits(3, 2400)


@settings(max_examples=80)
@given(
    town=towns(),
    departure=st.integers(0, 1500),
    on_foot=st.none() | st.integers(0, 3000),
    seed=st.integers(0, 2**32 - 1),
    backwards=st.booleans(),
)
def test_as_soon_as_by_the_slow_program_for_each_number_of_rides(
    town: Town, departure: int, on_foot: int | None, seed: int, backwards: bool
) -> None:
    walk, last = town.near(seed, 1)[:, 0], town.near(seed + 1, 1)[:, 0]
    seen = town
    if backwards:
        seen = Town(town.day.reversed(), town.between.reversed(), town.stops)
        departure -= 3600
    found = journeys(
        seen.day, seen.between, paths(walk[:, None]), paths(last[:, None]), departure, LIMITS, on_foot
    )
    told = [(journey.rides, -journey.departure if backwards else journey.arrival) for journey in found]
    assert told == _slow(seen, walk, last, departure, on_foot)
    for journey in found:
        assert_travelled(town, journey)
        assert journey.arrival <= -departure if backwards else journey.departure >= departure


def _slow(
    town: Town, walk: np.ndarray, last: np.ndarray, departure: int, on_foot: int | None
) -> list[tuple[int, int]]:
    """Rides and arrival of each journey that is earlier than any of fewer rides."""
    found = []
    best = departure + LIMITS.total + 1
    if on_foot is not None and departure + on_foot < best:
        best = departure + on_foot
        found.append((0, best))
    for ride, reached in enumerate(slow_arrivals(town, walk, departure, LIMITS.rides)):
        there = [at + int(last[stop]) for stop, at in reached.items() if last[stop] < FAR]
        if min(there, default=best) < best:
            best = min(there)
            found.append((ride + 1, best))
    return found


def assert_travelled(town: Town, journey: Journey) -> None:
    """Each leg follows the one before, each ride is a piece of a trip, each walk between stops is one that there is."""
    day, legs = town.day, journey.legs
    assert (legs[0].origin, legs[-1].destination) == (DOOR, DOOR)
    for before, after in pairwise(legs):
        assert before.destination == after.origin
        assert before.arrival <= after.departure
        if not before.is_walk and not after.is_walk:
            assert after.departure - before.arrival >= _walk(town, before.destination, after.origin)
    for leg in legs:
        if not leg.is_walk:
            assert leg.boards < leg.alights < day.start[leg.trip + 1]
            assert day.start[leg.trip] <= leg.boards
            assert (day.stop[leg.boards], day.departure[leg.boards]) == (leg.origin, leg.departure)
            assert (day.stop[leg.alights], day.arrival[leg.alights]) == (leg.destination, leg.arrival)
            assert day.boards[leg.boards]
            assert day.alights[leg.alights]
        elif DOOR not in (leg.origin, leg.destination):
            assert leg.arrival - leg.departure == _walk(town, leg.origin, leg.destination)


def _walk(town: Town, here: int, there: int) -> int:
    rows = range(town.between.start[here], town.between.start[here + 1])
    return min(int(town.between.seconds[row]) for row in rows if town.between.stop[row] == there)


def test_the_stop_nearest_to_the_door_is_taken() -> None:
    """A trip passes two stops near the door: nobody walks back to the first."""
    from croisee.engine.transit.service_day import ServiceDay

    yes = np.ones(3, bool)
    times = np.array([600, 660, 900], np.int32)
    day = ServiceDay(
        np.array([0, 3]), np.arange(3, dtype=np.int32), times, times, yes, yes, np.zeros(1, np.int32)
    )
    own = np.arange(3)
    town = Town(day, paths(np.where(np.eye(3, dtype=bool), 60, FAR).astype(np.int32)), 3)
    assert (town.between.stop == own).all()
    access = paths(np.array([[300], [60], [FAR]], np.int32))
    egress = paths(np.array([[FAR], [FAR], [30]], np.int32))
    [journey] = journeys(day, town.between, access, egress, 0)
    assert [(leg.origin, leg.destination, leg.departure, leg.arrival) for leg in journey.legs] == [
        (DOOR, 1, 600, 660),
        (1, 2, 660, 900),
        (2, DOOR, 900, 930),
    ]
