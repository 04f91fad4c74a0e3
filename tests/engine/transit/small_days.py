"""Small random days of public transport, and the slow way to the same answers: rounds over all trips, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Ints
from croisee.engine.transit.walking import FAR, Paths

Reached = dict[int, int]


@dataclass(frozen=True)
class Town:
    """A day of trips, walks between stops, and the walks of a few places to the stops."""

    day: ServiceDay
    between: Paths
    stops: int

    def near(self, seed: int, places: int, chance: float = 0.4) -> Ints:
        """`(stops, places)` seconds on foot, FAR where there is no way; drawn."""
        drawn = np.random.default_rng(seed)
        walks = drawn.integers(0, 600, (self.stops, places))
        return np.where(drawn.random(walks.shape) < chance, walks, FAR).astype(np.int32)


@st.composite
def towns(draw: st.DrawFn, most_trips: int = 25) -> Town:
    """Trips of two to six stops at whole minutes, some of no minute, some stops where one may not get on or off."""
    stops = draw(st.integers(2, 10))
    drawn = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    start, stop, arrival, departure = [0], [], [], []
    for _trip in range(draw(st.integers(1, most_trips))):
        now = int(drawn.integers(0, 50)) * 60
        for _stop in range(int(drawn.integers(2, 7))):
            stop.append(int(drawn.integers(0, stops)))
            arrival.append(now)
            now += 60 * int(drawn.integers(0, 3)) * int(drawn.random() < 0.3)
            departure.append(now)
            now += 60 * int(drawn.integers(0, 6))
        start.append(len(stop))
    size = len(stop)
    day = ServiceDay(
        np.array(start, np.int64),
        np.array(stop, np.int32),
        np.array(arrival, np.int32),
        np.array(departure, np.int32),
        drawn.random(size) < 0.9,
        drawn.random(size) < 0.9,
        np.arange(len(start) - 1, dtype=np.int32),
    )
    pairs = {(here, here): int(drawn.choice([1, 60, 120])) for here in range(stops)}
    for here, there in drawn.integers(0, stops, (int(drawn.integers(0, 2 * stops)), 2)).tolist():
        pairs.setdefault((here, there), int(drawn.integers(1, 400)))
    here, there = np.array(list(pairs), np.int32).T
    return Town(day, Paths.of(stops, here, there, np.array(list(pairs.values()), np.int32)), stops)


def paths(walks: Ints) -> Paths:
    """The walks of `Town.near` as the engine takes them."""
    place, stop = np.nonzero(walks.T < FAR)
    return Paths.of(walks.shape[1], place, stop, walks[stop, place])


def slow_arrivals(town: Town, walk: Ints, departure: int, rides: int) -> list[Reached]:
    """When each stop is first reached by vehicle with at most 1, 2… rides, from the definition alone."""
    ready = {stop: departure + int(walk[stop]) for stop in np.flatnonzero(walk < FAR).tolist()}
    reached: list[Reached] = []
    best: Reached = {}
    for _ride in range(rides):
        new: Reached = {}
        for trip in range(len(town.day.start) - 1):
            _follow(town.day, trip, ready, new)
        for stop, at in new.items():
            best[stop] = min(best.get(stop, at), at)
            for walked in range(town.between.start[stop], town.between.start[stop + 1]):
                there, then = int(town.between.stop[walked]), at + int(town.between.seconds[walked])
                ready[there] = min(ready.get(there, then), then)
        reached.append(dict(best))
    return reached


def _follow(day: ServiceDay, trip: int, ready: Reached, reached: Reached) -> None:
    """Take a trip from its first stop to its last, getting on where one is ready in time."""
    aboard = False
    for row in range(int(day.start[trip]), int(day.start[trip + 1])):
        stop, arrival = int(day.stop[row]), int(day.arrival[row])
        if aboard and day.alights[row]:
            reached[stop] = min(reached.get(stop, arrival), arrival)
        if day.boards[row] and stop in ready and ready[stop] <= day.departure[row]:
            aboard = True
