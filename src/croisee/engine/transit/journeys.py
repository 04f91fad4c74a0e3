"""The journeys of one departure, leg by leg: the earliest arrival, and those that come later with fewer rides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.engine.transit.events import ARRIVES, LEAVES, Events, events_between
from croisee.engine.transit.reach import Limits
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Ints
from croisee.engine.transit.walking import FAR, Paths

DOOR = -1
"""The stop of a leg that begins or ends at a door; the trip and the rows of one on foot."""
NONE, ON_FOOT = -1, -2


@dataclass(frozen=True, slots=True)
class Leg:
    """A ride on a trip of the timetable, or a walk when `trip` is DOOR.

    `boards` and `alights` are the stop times of the service day (read forwards) where it begins and ends. Times are
    seconds from the start of the day; stops are those of the timetable, DOOR at either end.
    """

    origin: int
    destination: int
    departure: int
    arrival: int
    trip: int = DOOR
    boards: int = DOOR
    alights: int = DOOR

    @property
    def is_walk(self) -> bool:
        """Whether it is made on foot."""
        return self.trip == DOOR


@dataclass(frozen=True, slots=True)
class Journey:
    """Legs one after the other, a walk between any two rides at different stops."""

    legs: tuple[Leg, ...]

    @property
    def departure(self) -> int:
        """When to leave."""
        return self.legs[0].departure

    @property
    def arrival(self) -> int:
        """When one is there."""
        return self.legs[-1].arrival

    @property
    def rides(self) -> int:
        """How many vehicles."""
        return sum(not leg.is_walk for leg in self.legs)


class Trace(NamedTuple):
    """What a pass leaves behind, to go back along.

    Attributes:
        got_on: for each arrival the event where its traveller got on, NONE when nobody gets off.
        ride: for each arrival how many rides came before the one that arrives.
        by: for each trip and number of rides before it, the arrival of its traveller, ON_FOOT from the door.
        first: for each stop and number of rides before the last one, the arrival that is there first, or NONE.
    """

    got_on: Ints
    ride: Ints
    by: Ints
    first: Ints


def journeys(
    day: ServiceDay,
    between: Paths,
    access: Paths,
    egress: Paths,
    departure: int,
    limits: Limits | None = None,
    on_foot: int | None = None,
) -> list[Journey]:
    """From a place to another, leaving at the second `departure` or later: each earlier than any of fewer rides.

    `access`, `egress` hold one place each; `on_foot` is the walk all the way in seconds, when there is one. On a day
    read backwards `departure` is when to be there, negated, and each leaves later than any of fewer rides.
    Within one number of rides the first vehicle to arrive is taken, and home is left as late as it allows.
    """
    limits = limits or Limits()
    events = events_between(day, between, departure, departure + limits.total)
    walk, last = np.full((2, between.places), FAR, np.int32)
    walk[access.stop], last[egress.stop] = access.seconds, egress.seconds
    trace = _traced(events, walk, departure, limits.rides, events.trips, events.arrivals)
    event_of = np.flatnonzero(events.kind & ARRIVES)
    found = []
    best = departure + limits.total + 1
    if on_foot is not None and departure + on_foot < best:
        best = departure + on_foot
        found.append(Journey((Leg(DOOR, DOOR, departure, best),)))
    for ride in range(limits.rides):
        first = trace.first[:, ride]
        there = np.flatnonzero((first != NONE) & (last < FAR))
        if not len(there):
            continue
        then = events.time[event_of[first[there]]] + last[there]
        if then.min() < best:
            best = int(then.min())
            stop = int(there[np.argmin(then)])
            legs = _legs(day, between, events, event_of, trace, walk, int(first[stop]))
            found.append(Journey((*legs, Leg(stop, DOOR, best - int(last[stop]), best))))
    return [_turned(journey, len(day.stop)) if day.backwards else journey for journey in found]


def _legs(
    day: ServiceDay,
    between: Paths,
    events: Events,
    event_of: NDArray[np.int64],
    trace: Trace,
    walk: Ints,
    arrival: int,
) -> list[Leg]:
    """The legs up to an arrival, found from its end."""
    legs: list[Leg] = []
    while True:
        off, on = int(event_of[arrival]), int(trace.got_on[arrival])
        boards, alights = int(events.row[on]), int(events.row[off])
        trip = int(day.trip[np.searchsorted(day.start, boards, side="right") - 1])
        here, there = int(events.stop[on]), int(events.stop[off])
        leg = Leg(here, there, int(events.time[on]), int(events.time[off]), trip, boards, alights)
        legs.append(leg)
        arrival = int(trace.by[events.trip[on], trace.ride[arrival]])
        if arrival == ON_FOOT:
            legs.append(Leg(DOOR, here, leg.departure - int(walk[here]), leg.departure))
            return legs[::-1]
        came, got_off = int(events.stop[event_of[arrival]]), int(events.time[event_of[arrival]])
        if came != here:
            legs.append(Leg(came, here, got_off, got_off + between.shortest(came, here)))


def _turned(journey: Journey, rows: int) -> Journey:
    """The journey of a day read backwards, the right way round."""
    return Journey(
        tuple(
            replace(
                leg,
                origin=leg.destination,
                destination=leg.origin,
                departure=-leg.arrival,
                arrival=-leg.departure,
                boards=DOOR if leg.is_walk else rows - 1 - leg.alights,
                alights=DOOR if leg.is_walk else rows - 1 - leg.boards,
            )
            for leg in reversed(journey.legs)
        )
    )


@compiled
def _traced(events: Events, walk: Ints, departure: int, rides: int, trips: int, arrivals: int) -> Trace:
    """A traveller with fewer rides who is ready, aboard or there no later makes another one useless."""
    board = np.full((trips, rides), NONE, np.int32)
    ready = np.full((walk.size, rides), NONE, np.int32)
    by = np.full((trips, rides), ON_FOOT, np.int32)
    first = np.full((walk.size, rides), NONE, np.int32)
    got_on, ride = np.full(arrivals, NONE, np.int32), np.zeros(arrivals, np.int32)
    arrival = 0
    for e in range(events.time.size):
        t, s, kind = events.trip[e], events.stop[e], events.kind[e]
        if kind & ARRIVES:
            k = _least(board[t], rides)
            if k < rides:
                got_on[arrival], ride[arrival] = board[t, k], k
                if _least(first[s], k + 1) > k:
                    first[s, k] = arrival
            arrival += 1
        if kind & LEAVES:
            for j in range(events.since[e], events.since[e + 1]):
                came = events.came[j]
                if got_on[came] != NONE and _least(ready[s], ride[came] + 1) > ride[came]:
                    ready[s, ride[came]] = came
            if walk[s] <= events.time[e] - departure:
                on = board[t, 0]
                # Of the stops of one trip, the one that is the shortest walk from the door.
                if on == NONE or walk[s] < walk[events.stop[on]]:
                    board[t, 0] = e
            for k in range(1, rides):
                if _least(board[t], k) < k:
                    break
                if ready[s, k - 1] != NONE and board[t, k] == NONE:
                    board[t, k], by[t, k] = e, ready[s, k - 1]
    return Trace(got_on, ride, by, first)


@compiled
def _least(held: Ints, size: int) -> int:
    """The first of `size` columns that holds something; `size` when none does."""
    for k in range(size):
        if held[k] != NONE:
            return k
    return size
