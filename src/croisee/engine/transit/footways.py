"""The walks of a journey: from a door to stops, between stops, and all the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from croisee.engine.transit.streets import Snapped, Streets
from croisee.engine.transit.timetable import Floats, Ints, Timetable
from croisee.engine.transit.walking import EARTH, FAR, Pace, Paths, metres_between, near


@dataclass(frozen=True)
class Footways:
    """Ways on foot around the stops of a timetable: along `streets` where they are known, else as the crow flies, made
    longer by the detour of `pace`."""

    timetable: Timetable
    pace: Pace = field(default_factory=Pace)
    streets: Streets | None = None

    @cached_property
    def _stops(self) -> Snapped | None:
        if self.streets is None:
            return None
        return self.streets.snapped(self.timetable.lon, self.timetable.lat)

    def to_stops(self, lon: Floats, lat: Floats, longest: int) -> Paths:
        """The walks of at most `longest` seconds from points, or to them, to the stops."""
        if self.streets and self._stops:
            return self.streets.walks(self.streets.snapped(lon, lat), self._stops, self.pace, longest)
        here, there, metres = near(
            lon, lat, self.timetable.lon, self.timetable.lat, self.pace.metres(longest)
        )
        seconds = self.pace.seconds(metres)
        short = seconds <= longest
        return Paths.of(len(lon), here[short], there[short], seconds[short])

    def between_stops(self, longest: int) -> Paths:
        """From each stop: first the change at the stop itself, then the walks to others.

        What the timetable says of a pair of stops (`transfers.txt`) replaces what is found otherwise.
        """
        timetable = self.timetable
        stops = len(timetable.lon)
        walks = self.to_stops(timetable.lon, timetable.lat, longest)
        here = np.repeat(np.arange(stops), np.diff(walks.start))
        said = timetable.path_from.astype(np.int64) * stops + timetable.path_to
        kept = (here != walks.stop) & ~np.isin(here * stops + walks.stop, said)
        own = np.arange(stops)
        allowed = (timetable.path_seconds >= 0) & (timetable.path_from != timetable.path_to)
        return Paths.of(
            stops,
            np.concatenate([own, here[kept], timetable.path_from[allowed]]),
            np.concatenate([own, walks.stop[kept], timetable.path_to[allowed]]),
            # Nobody changes in no time at all: `events` rests on it.
            np.maximum(
                np.concatenate([timetable.change, walks.seconds[kept], timetable.path_seconds[allowed]]), 1
            ),
        )

    def all_the_way(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, longest: int) -> Ints:
        """`(here, there)` seconds between points; FAR beyond `longest`."""
        return all_the_way(self.streets, self.pace, lon, lat, to_lon, to_lat, longest)


def all_the_way(
    streets: Streets | None,
    pace: Pace,
    lon: Floats,
    lat: Floats,
    to_lon: Floats,
    to_lat: Floats,
    longest: int,
) -> Ints:
    """`(here, there)` seconds between points along streets, where they are known; FAR beyond `longest`."""
    if streets:
        return streets.on_foot(streets.snapped(lon, lat), streets.snapped(to_lon, to_lat), pace, longest)
    metres = metres_between(lon[:, None], lat[:, None], to_lon[None, :], to_lat[None, :])
    seconds = pace.seconds(np.minimum(metres, EARTH))
    return np.where(seconds <= longest, seconds, FAR).astype(np.int32)
