"""One pass over the events of a day finds, for several origins at once, the best journey of every departure.

Connection Scan (Dibbelt, Pajor, Strasser & Wagner, *Connection Scan Algorithm*, ACM Journal of Experimental
Algorithmics 23, 2018) run forwards over a window of departures. Departures are numbered in order; a label is the number
of the *latest* departure that can be somewhere by now. Who can leave later can leave earlier, so one number stands for
all departures up to it, and the pass that answers one departure answers them all.

Counts of rides are the four quarters of a 64-bit word, compared in one go: the highest is that of the most rides, and
one more ride is a shift to the next. The words of the origins of a group lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.engine.transit.events import ARRIVES, LEAVES, Events
from croisee.engine.transit.timetable import Ints
from croisee.engine.transit.walking import FAR, Paths
from croisee.engine.transit.words import is_passed, latest, raise_to

Counts = NDArray[np.int16]
Words = NDArray[np.uint64]
Number = int | np.signedinteger[Any]

TOGETHER = 8
"""Origins in one pass."""

MOST_RIDES = 4
QUARTER, LOWEST, EACH = np.uint64(16), np.uint64(0xFFFF), np.uint64(0x0001_0001_0001_0001)
BITS = 3
RIDES = (1 << BITS) - 1
"""An arrival is kept as (seconds << BITS) + rides: the least is the earliest, then the one of fewest rides."""

NOT = np.int32(2**30)
"""An arrival that does not take place."""


class Work(NamedTuple):
    """Work space of a pass, a column an origin: words of who is ready to board at each stop, is aboard each trip, has
    reached each stop, got off at each arrival; and when each stop was last reached by somebody new."""

    ready: Words
    aboard: Words
    reached: Words
    alighted: Words
    since: Ints

    @classmethod
    def of(cls, stops: int, events: Events, group: int) -> Work:
        """Room for the events and a group of origins."""
        rows = (stops, events.trips, stops, events.arrivals)
        ready, aboard, reached, alighted = (np.empty((count, group), np.uint64) for count in rows)
        return cls(ready, aboard, reached, alighted, np.empty(stops, np.int32))


@cache
def scan_of(group: int) -> Callable[..., None]:
    """The pass over events, with a work space, for so many origins.

    It takes, after these two,

    - walk: `(stops, group)` seconds from origin to stop, `FAR` where there is no way;
    - begin, step, labels: the first departure, the seconds between two, how many;
    - rides: the most rides, 1 to MOST_RIDES;
    - arrivals: `(stops, group, labels)`, written: the earliest arrival by vehicle at each stop, of each departure of
      each origin, seconds after `begin` << BITS + rides, or `NOT`.
    """

    # It knows nothing from around it but a number: what Numba keeps on disk is found again by such values alone.
    @compiled
    def scan(
        events: Events, work: Work, walk: Ints, begin: int, step: int, labels: int, rides: int, arrivals: Ints
    ) -> None:
        ready, aboard, reached, alighted, since = work
        ready[:] = aboard[:] = reached[:] = np.uint64(0)
        arrivals[:] = NOT
        since[:] = NOT
        arrival, often, walkable = np.uint32(0), 1.0 / step, _least(walk) < FAR
        allowed = EACH << (QUARTER * np.uint64(MOST_RIDES - rides))
        for e in range(np.uint32(0), np.uint32(events.time.size)):
            s, t, kind, now = events.stop[e], events.trip[e], events.kind[e], events.time[e] - begin
            if kind & ARRIVES:
                # Who has reached the stop before is let off too: `changes` counts on each trip for itself.
                for o in range(group):
                    alighted[arrival, o] = aboard[t, o] << QUARTER
                arrival += np.uint32(1)
                if is_passed(reached, s, aboard, t, group):
                    _note(aboard, t, reached, s, arrivals, now, since[s] == now, rides)
                    since[s] = now
            if kind & LEAVES:
                for j in range(events.since[e], events.since[e + np.uint32(1)]):
                    raise_to(ready, s, alighted, events.came[j], group)
                if walkable[s]:
                    _walk_up(ready, walk, s, now, often, labels, allowed)
                raise_to(aboard, t, ready, s, group)

    compiled_scan: Callable[..., None] = scan
    return compiled_scan


@compiled
def _walk_up(
    ready: Words, walk: Ints, s: int, seconds: int, often: float, labels: int, allowed: np.uint64
) -> None:
    """Who is at a stop in time on foot from an origin is ready there, for the first of the rides that are allowed."""
    for o in range(ready.shape[1]):
        spare = seconds - walk[s, o]
        if spare >= 0:
            # Half a second more and no whole division: as exact, and much faster.
            label = min(int((spare + 0.5) * often) + 1, labels)
            ready[s, o] = latest(ready[s, o], np.uint64(label) * allowed)


@compiled
def _note(
    aboard: Words, t: int, reached: Words, s: int, arrivals: Ints, seconds: int, again: bool, rides: int
) -> None:
    """The arrival of those aboard a trip at a stop, where they were not there yet with so few rides.

    Departures that were there before are news only with fewer rides in the same second: they are looked at `again` when
    somebody else has arrived in this very second.
    """
    for o in range(aboard.shape[1]):
        word, before = aboard[t, o], reached[s, o]
        reached[s, o] = latest(before, word)
        if reached[s, o] == before:
            continue
        one, two, three = _quarter(word, 0), _quarter(word, 1), _quarter(word, 2)
        fewest = np.int32((seconds << BITS) + rides - MOST_RIDES + 1)
        for label in range(0 if again else _quarter(before, 3), _quarter(word, 3)):
            arrival = np.int32(fewest + (label >= one) + (label >= two) + (label >= three))
            arrivals[s, o, label] = min(arrivals[s, o, label], arrival)


@compiled
def _quarter(word: np.uint64, place: int) -> np.int64:
    return np.int64((word >> (QUARTER * np.uint64(place))) & LOWEST)


@compiled
def _least(walk: Ints) -> Ints:
    least = np.full(walk.shape[0], FAR, np.int32)
    for s in range(walk.shape[0]):
        for o in range(walk.shape[1]):
            least[s] = min(least[s], walk[s, o])
    return least


@compiled
def summarise(
    arrivals: Ints,
    step: int,
    egress: Paths,
    direct: Ints,
    longest: int,
    latest: Number,
    typical: Ints,
    slow: Ints,
    changes: Counts,
    counted: Counts,
) -> None:
    """Over all departures that arrive, how long it takes to reach each destination.

    Args:
        arrivals: `(stops, group, labels)` of a pass.
        step: seconds between two departures.
        egress: the walks between each of `D` destinations and stops.
        direct: `(group, D)` seconds on foot all the way, `FAR` where that is too far.
        longest: the longest journey that counts, seconds.
        latest: the latest arrival that counts, seconds after the first departure.
        typical, slow: `(group, D)` written: the median and the ninth decile (nearest rank), seconds, or -1.
        changes: `(group, D)` written: the median number of changes, or -1.
        counted: `(group, D)` written: how many departures arrive.
    """
    _stops, group, labels = arrivals.shape
    best = np.empty(labels, np.int32)
    took = np.empty(labels, np.int32)
    for d in range(egress.start.size - 1):
        for o in range(group):
            best[:] = NOT
            for j in range(egress.start[d], egress.start[d + 1]):
                walk = np.int32(egress.seconds[j] << BITS)
                row = arrivals[egress.stop[j], o]
                for label in range(labels):
                    then, known = np.int32(row[label] + walk), best[label]
                    best[label] = then if then < known else known
            walk = direct[o, d]
            least, most, arrived = FAR, np.int32(0), 0
            for label in range(labels):
                start_at = np.int32(step * label)
                ride = np.int32((best[label] >> BITS) - start_at)
                if walk <= ride:
                    ride = walk
                    best[label] = 1
                if ride > longest or ride + start_at > latest:
                    ride = FAR
                took[label] = ride
            for label in range(labels):
                least = min(least, took[label])
                arrived += took[label] < FAR
                most = max(most, took[label] if took[label] < FAR else np.int32(0))
            typical[o, d] = ranked(took, (arrived + 1) // 2, least, most)
            slow[o, d] = ranked(took, (9 * arrived + 9) // 10, typical[o, d], most)
            changes[o, d] = _median_changes(best, took, arrived)
            counted[o, d] = arrived


@compiled
def ranked(values: Ints, rank: int, low: Number, high: Number) -> Number:
    """The value at a rank (from 1) of the sorted values, known to lie in `low` to `high`; -1 at rank 0.

    Found by quartering: counting is what the processor does fastest, and nothing is sorted.
    """
    if rank == 0:
        return -1
    while low < high:
        quarter = (high - low) // 4
        one, two, three = np.int32(low + quarter), np.int32(low + 2 * quarter), np.int32(low + 3 * quarter)
        first = second = third = np.int32(0)
        for k in range(values.size):
            # Sums of the width of the values, which are counted side by side.
            first = np.int32(first + np.int32(values[k] <= one))
            second = np.int32(second + np.int32(values[k] <= two))
            third = np.int32(third + np.int32(values[k] <= three))
        if first >= rank:
            high = one
        elif second >= rank:
            low, high = one + 1, two
        elif third >= rank:
            low, high = two + 1, three
        else:
            low = three + 1
    return low


@compiled
def _median_changes(best: Ints, took: Ints, arrived: int) -> int:
    if arrived == 0:
        return -1
    sofar = 0
    for ride in range(MOST_RIDES + 1):
        for label in range(best.size):
            sofar += (took[label] < FAR) & ((best[label] & RIDES) == ride)
        if 2 * sofar >= arrived:
            return max(ride - 1, 0)
    return -1
