"""One morning of a timetable, made ready: any place can be asked about at once."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.journeys import Journey, journeys
from croisee.engine.transit.reach import Limits, Rush, Times, Window
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import Floats, Ints, Timetable
from croisee.engine.transit.walking import FAR, Paths
from croisee.territory.travel.modes import ARRIVE_BY, DEPARTURES, LONGEST, LONGEST_WALK, WALKING

LIMITS = Limits(total=60 * LONGEST, latest=ARRIVE_BY)
MOST_DOORS = 50_000


class Doors:
    """The walks between places and stops, each place looked for once."""

    def __init__(self, footways: Footways) -> None:
        self._footways = footways
        self._known: dict[tuple[float, float], tuple[Ints, Ints]] = {}
        self._looking = threading.Lock()

    def paths(self, lon: Floats, lat: Floats) -> Paths:
        """The walks of each place, in degrees, to the stops around it."""
        places = list(zip(lon.tolist(), lat.tolist(), strict=True))
        with self._looking:
            if fresh := list(dict.fromkeys(place for place in places if place not in self._known)):
                self._look(fresh)
            walks = [self._known[place] for place in places]
            if len(self._known) > MOST_DOORS:
                self._known.clear()
        start = np.cumsum([0, *(len(stops) for stops, _seconds in walks)]).astype(np.int64)
        none = [np.empty(0, np.int32)]
        return Paths(
            start,
            np.concatenate([stops for stops, _seconds in walks] or none),
            np.concatenate([seconds for _stops, seconds in walks] or none),
        )

    def _look(self, places: list[tuple[float, float]]) -> None:
        lon, lat = np.array(places).T
        found = self._footways.to_stops(lon, lat, LONGEST_WALK)
        for at, place in enumerate(places):
            walks = slice(found.start[at], found.start[at + 1])
            self._known[place] = (found.stop[walks].copy(), found.seconds[walks].copy())


@dataclass(frozen=True)
class Morning:
    """A day of a timetable on which one is to be there by 8:45, leaving at some minute of the two hours before."""

    timetable: Timetable
    on: dt.date
    footways: Footways

    @classmethod
    def of(cls, timetable: Timetable, on: dt.date, streets: Streets | None = None) -> Morning:
        """That day, on foot along `streets` where they are known."""
        return cls(timetable, on, Footways(timetable, WALKING, streets))

    @cached_property
    def day(self) -> ServiceDay:
        """Its trips."""
        return ServiceDay.of(self.timetable, self.on)

    @cached_property
    def between(self) -> Paths:
        """The changes and walks between stops."""
        return self.footways.between_stops(LONGEST_WALK)

    @cached_property
    def rush(self) -> Rush:
        """Its events in order."""
        return Rush.of(self.day, self.between, Window.before(ARRIVE_BY, DEPARTURES), LIMITS)

    @cached_property
    def doors(self) -> Doors:
        """The walks from doors to stops."""
        return Doors(self.footways)

    def times(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Times:
        """`(origins, destinations)`: seconds, changes; -1 where one cannot be there in time."""
        on_foot = self.footways.all_the_way(lon, lat, to_lon, to_lat, 2 * LONGEST_WALK)
        return self.rush.times(self.doors.paths(lon, lat), self.doors.paths(to_lon, to_lat), on_foot)

    def journey(self, lon: float, lat: float, to_lon: float, to_lat: float) -> Journey | None:
        """The journey that leaves last and is there by 8:45, of those the one with the fewest rides; None without."""
        here, there = ((np.array([x]), np.array([y])) for x, y in ((lon, lat), (to_lon, to_lat)))
        walk = int(self.footways.all_the_way(*here, *there, 2 * LONGEST_WALK)[0, 0])
        day, between = self._backwards
        found = journeys(
            day,
            between,
            self.doors.paths(*there),
            self.doors.paths(*here),
            -ARRIVE_BY,
            LIMITS,
            None if walk >= FAR else walk,
        )
        return max(found, key=lambda journey: (journey.departure, -journey.rides), default=None)

    @cached_property
    def _backwards(self) -> tuple[ServiceDay, Paths]:
        return self.day.reversed(), self.between.reversed()
