"""How long it takes from everywhere to everywhere, over a window of departures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from croisee.engine.transit.events import Events, events_between
from croisee.engine.transit.processors import processors
from croisee.engine.transit.scan import MOST_RIDES, TOGETHER, Work, scan_of, summarise
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Ints, Longs
from croisee.engine.transit.walking import FAR, Paths

Counts = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Window:
    """Departures every `step` seconds from `begin`, `count` of them; seconds from the start of the day."""

    begin: int = 7 * 3600
    count: int = 120
    step: int = 60

    @classmethod
    def before(cls, latest: int, count: int = 120, step: int = 60) -> Window:
        """The departures up to the second `latest`, that one included."""
        return cls(latest - (count - 1) * step, count, step)

    @property
    def last(self) -> int:
        """The last departure."""
        return self.begin + self.step * (self.count - 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a journey may be: `rides` vehicles at most, `total` seconds at most from the departure, wait included, and
    there by the second `latest` of the day, when one is said. How far one walks is a matter of `Paths`."""

    rides: int = 4
    total: int = 2 * 3600
    latest: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.rides <= MOST_RIDES:
            raise ValueError(f"rides: 1 to {MOST_RIDES}, not {self.rides}")


@dataclass(frozen=True, slots=True)
class Times:
    """`(origins, destinations)` each, over the departures of the window that arrive within the limits.

    Attributes:
        typical: their median duration, seconds (nearest rank); -1 where none arrives.
        slow: what nine in ten of them stay within, seconds; -1 where none arrives.
        changes: their median number of changes; -1 where none arrives.
        counted: how many arrive.
    """

    typical: Ints
    slow: Ints
    changes: Counts
    counted: Counts

    @classmethod
    def empty(cls, origins: int, destinations: int) -> Times:
        """Room for that many."""
        ints, counts = (
            [np.empty((origins, destinations), kind) for _ in range(2)] for kind in (np.int32, np.int16)
        )
        return cls(ints[0], ints[1], counts[0], counts[1])


@dataclass(frozen=True, slots=True)
class Rush:
    """A stretch of a day made ready, so that any place can be asked about at once: events are sorted only here."""

    events: Events
    window: Window
    limits: Limits
    rank: Ints
    """Of each stop, in the order in which trips pass: neighbours have ranks near to one another."""

    @classmethod
    def of(
        cls, day: ServiceDay, between: Paths, window: Window | None = None, limits: Limits | None = None
    ) -> Rush:
        """Journeys over the trips of `day`, changing by the walks `between` stops (`Footways.between_stops`)."""
        window, limits = window or Window(), limits or Limits()
        end = window.last + limits.total
        if limits.latest is not None:
            end = min(end, limits.latest)
        return cls(
            events_between(day, between, window.begin, end), window, limits, _rank(day, between.places)
        )

    @property
    def stops(self) -> int:
        """How many stops there are."""
        return len(self.rank)

    def times(self, access: Paths, egress: Paths, direct: NDArray[np.int32] | None = None) -> Times:
        """From each origin to each destination.

        Args:
            access, egress: the walks between each origin, each destination, and stops.
            direct: `(origins, destinations)` seconds on foot all the way, `FAR` where that is too far.
        """
        times = Times.empty(access.places, egress.places)
        # Neighbours in one group: fewer stops are then near to any of them.
        order = np.argsort(np.append(self.rank, 0)[_nearest(access)], kind="stable")
        groups = [order[first : first + TOGETHER] for first in range(0, access.places, TOGETHER)]
        ask = _Question(self, access, egress, direct, times)
        workers = min(processors(), len(groups))
        if workers > 1:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(ask.about, [groups[worker::workers] for worker in range(workers)]))
        else:
            ask.about(groups)
        return times


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of a rush, and where the answer is written."""

    rush: Rush
    access: Paths
    egress: Paths
    direct: Ints | None
    times: Times

    def about(self, groups: list[Longs]) -> None:
        """Answer for groups of origins, one after the other, on one thread."""
        size = 1 if self.access.places == 1 else TOGETHER
        desk, found = _Desk(self.rush, size), Times.empty(size, self.egress.places)
        on_foot = np.full(found.typical.shape, FAR, np.int32)
        for rows in groups:
            if self.direct is not None:
                on_foot[: len(rows)] = self.direct[rows]
            self._summarise(desk.arrivals_from(self.access, rows), on_foot, found)
            self._write(found, rows)

    def _summarise(self, arrivals: Ints, on_foot: Ints, found: Times) -> None:
        window, limits = self.rush.window, self.rush.limits
        summarise(
            arrivals,
            window.step,
            self.egress,
            on_foot,
            limits.total,
            FAR if limits.latest is None else limits.latest - window.begin,
            found.typical,
            found.slow,
            found.changes,
            found.counted,
        )

    def _write(self, found: Times, rows: Longs) -> None:
        for name in ("typical", "slow", "changes", "counted"):
            getattr(self.times, name)[rows] = getattr(found, name)[: len(rows)]


class _Desk:
    """The work space of one thread, used again for each group of origins."""

    def __init__(self, rush: Rush, size: int) -> None:
        self.rush = rush
        self.scan = scan_of(size)
        self.work = Work.of(rush.stops, rush.events, size)
        self.arrivals = np.empty((rush.stops, size, rush.window.count), np.int32)
        self.walk = np.empty((rush.stops, size), np.int32)

    def arrivals_from(self, access: Paths, rows: Longs) -> Ints:
        """The arrivals at all stops from the origins of a group; those of the group's empty places are `NOT`."""
        self.walk[:] = FAR
        for place, origin in enumerate(rows.tolist()):
            walks = slice(access.start[origin], access.start[origin + 1])
            self.walk[access.stop[walks], place] = access.seconds[walks]
        window = self.rush.window
        self.scan(
            self.rush.events,
            self.work,
            self.walk,
            window.begin,
            window.step,
            window.count,
            self.rush.limits.rides,
            self.arrivals,
        )
        return self.arrivals


def _rank(day: ServiceDay, stops: int) -> Ints:
    served, first = np.unique(day.stop, return_index=True)
    rank = np.full(stops, len(day.stop), np.int32)
    rank[served] = first
    return rank


def _nearest(access: Paths) -> Ints:
    """The stop at the end of the shortest walk of each place; -1 for a place without any."""
    nearest = np.full(access.places, -1, np.int32)
    place = np.repeat(np.arange(access.places), np.diff(access.start))
    order = np.lexsort((access.seconds, place))
    found, first = np.unique(place[order], return_index=True)
    nearest[found] = access.stop[order][first]
    return nearest
