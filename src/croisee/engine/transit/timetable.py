"""A timetable: which vehicle stops where and when, on which days; and the same read backwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Timetable:
    """Trips of `S` stops, `T` trips and `N` stop times, as GTFS means them (gtfs.org, Schedule reference).

    Times are seconds since noon minus twelve hours of the service day; they may pass 24 hours.

    Attributes:
        lon, lat: `(S,)` degrees, WGS 84.
        change: `(S,)` least seconds between getting off and getting on another vehicle at the same stop.
        start: `(T + 1,)` the stop times of trip `t` are `start[t]` to `start[t + 1]`, in order.
        stop, arrival, departure: `(N,)` where, and when.
        boards, alights: `(N,)` whether one may get on, off.
        route, service: `(T,)` of each trip.
        runs: `(services, days)` whether a service runs on the day `first + position`.
        first: the first day of the timetable.
        path_from, path_to, path_seconds: `(P,)` transfers on foot that the timetable gives itself.
    """

    lon: Floats
    lat: Floats
    change: Ints
    start: Longs
    stop: Ints
    arrival: Ints
    departure: Ints
    boards: Flags
    alights: Flags
    route: Ints
    service: Ints
    runs: Flags
    first: dt.date
    path_from: Ints
    path_to: Ints
    path_seconds: Ints

    @property
    def days(self) -> int:
        """How many days it speaks of."""
        return int(self.runs.shape[1])

    @property
    def last(self) -> dt.date:
        """The last day on which a service runs; the first day when none does."""
        days = np.flatnonzero(self.runs.any(axis=0))
        return self.first + dt.timedelta(days=int(days[-1]) if len(days) else 0)

    def trips_on(self, day: dt.date) -> NDArray[np.intp]:
        """The trips of the service day."""
        position = (day - self.first).days
        if not 0 <= position < self.runs.shape[1]:
            return np.empty(0, np.intp)
        return np.flatnonzero(self.runs[self.service, position])

    def without_routes(self, routes: NDArray[np.integer]) -> Timetable:
        """The same without the trips of some routes: what a line is worth is the difference."""
        return self.taking(np.flatnonzero(~np.isin(self.route, routes)))

    def taking(self, trips: NDArray[np.integer]) -> Timetable:
        """The same with these trips only, in this order."""
        lengths = np.diff(self.start)[trips]
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = np.repeat(self.start[trips] - start[:-1], lengths) + np.arange(start[-1])
        taken = {
            name: getattr(self, name)[rows] for name in ("stop", "arrival", "departure", "boards", "alights")
        }
        return replace(self, start=start, route=self.route[trips], service=self.service[trips], **taken)
