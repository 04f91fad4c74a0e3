"""The trips that run on a day, with what is left of the days before: times in seconds from that day's start."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np

from croisee.engine.transit.timetable import DAY, Flags, Ints, Longs, Timetable


class ServiceDay(NamedTuple):
    """The stop times of all trips under way on a day, trip after trip (shapes as in `Timetable`).

    `trip` says which trip of the timetable each one is. Backwards, times are negated, each trip is read from
    its end, and getting on is getting off: what arrives first there leaves last here.
    """

    start: Longs
    stop: Ints
    arrival: Ints
    departure: Ints
    boards: Flags
    alights: Flags
    trip: Ints
    backwards: bool = False

    @classmethod
    def of(cls, timetable: Timetable, day: dt.date) -> ServiceDay:
        """The day itself, what the days before have not finished, and the early trips of the day after."""
        parts = []
        longest = int(timetable.arrival.max(initial=0)) // DAY
        for shift in range(-longest, 2):
            trips = timetable.trips_on(day + dt.timedelta(days=shift))
            if shift < 0:
                trips = trips[timetable.arrival[timetable.start[trips + 1] - 1] >= -shift * DAY]
            parts.append((trips, shift * DAY))
        trips = np.concatenate([trips for trips, _shift in parts])
        taken = timetable.taking(trips)
        by_trip = np.concatenate([np.full(len(trips), shift, np.int32) for trips, shift in parts])
        shifts = np.repeat(by_trip, np.diff(taken.start))
        return cls(
            taken.start,
            taken.stop,
            taken.arrival + shifts,
            taken.departure + shifts,
            taken.boards,
            taken.alights,
            trips.astype(np.int32),
        )

    def reversed(self) -> ServiceDay:
        """The day read backwards."""
        start = self.start[-1] - self.start[::-1]
        return self._replace(
            start=np.ascontiguousarray(start),
            stop=np.ascontiguousarray(self.stop[::-1]),
            arrival=-self.departure[::-1],
            departure=-self.arrival[::-1],
            boards=np.ascontiguousarray(self.alights[::-1]),
            alights=np.ascontiguousarray(self.boards[::-1]),
            trip=np.ascontiguousarray(self.trip[::-1]),
            backwards=not self.backwards,
        )
