"""How long pupils travel by public transport, and on what that rests: what a round goes by in place of distances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from croisee.engine.placement import TravelTimes
from croisee.territory.travel.modes import ARRIVE_BY, DEPARTURES, LONGEST, LONGEST_WALK, WALKING, Mode
from croisee.territory.travel.morning import LIMITS
from croisee.territory.travel.network import NEVER, Basis, Minutes, Network

if TYPE_CHECKING:
    from croisee.stages.certificate import Source

Floats = NDArray[np.float64]
HOMES_AT_ONCE = 512
FIGURE = "median of the departures that are there in time, in whole minutes, rounded up"


@dataclass(frozen=True)
class Travel:
    """What travel times are taken from.

    Attributes:
        network: the timetable of a day, made ready.
        basis: the same, to be said wherever times are shown.
        sources: the files they come from, as inputs of a certificate: timetables, and streets where walks follow them.
        advance: told how many homes are done, and of how many.
    """

    network: Network
    basis: Basis
    sources: Mapping[str, Source]
    advance: Callable[[int, int], object] = lambda done, homes: None

    def times(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, reach: Floats) -> TravelTimes:
        """From each pupil to each pool, points in degrees, nan where unknown; `reach` is each pupil's most minutes."""
        homes, origin = _distinct(lon, lat)
        sites, site = _distinct(to_lon, to_lat)
        return TravelTimes(self._minutes(homes, sites), origin, site, reach)

    def _minutes(self, homes: Floats, sites: Floats) -> Minutes:
        table = np.empty((len(homes), len(sites)), np.int16)
        (lon, lat), (to_lon, to_lat) = homes.T, sites.T
        for start in range(0, len(homes) if len(sites) else 0, HOMES_AT_ONCE):
            self.advance(start, len(homes))
            some = slice(start, start + HOMES_AT_ONCE)
            table[some] = self.network.minutes(lon[some], lat[some], to_lon, to_lat, Mode.TRANSIT)
        self.advance(len(homes), len(homes))
        return table

    def stated(self) -> dict[str, Any]:
        """The day and the figures that make the times what they are, for the certificate."""
        return {
            "date": str(self.basis.on),
            "arrive_by": f"{ARRIVE_BY // 3600:02}:{ARRIVE_BY // 60 % 60:02}",
            "departures": DEPARTURES,
            "most_rides": LIMITS.rides,
            "longest_minutes": LONGEST,
            "longest_walk_minutes": LONGEST_WALK // 60,
            "walking_m_per_s": WALKING.speed,
            "walking_detour": WALKING.detour,
            "along_streets": self.basis.along_streets,
            "minutes": FIGURE,
        }


@dataclass(frozen=True)
class Journeys:
    """The travel times of a round: on what they rest, and from each pupil to each pool."""

    travel: Travel
    times: TravelTimes

    def to_places(self, pool: NDArray[np.integer[Any]]) -> Minutes:
        """The minutes of each pupil to the pool given, -1 where it is none or not reached."""
        found = np.full(len(pool), NEVER, np.int16)
        site = np.where(pool >= 0, self.times.site[pool], NEVER) if self.times.site.size else pool
        known = np.flatnonzero((site >= 0) & (self.times.origin >= 0))
        found[known] = self.times.minutes[self.times.origin[known], site[known]]
        return found

    def most(self, pupil: int) -> int:
        """The longest journey looked for from a pupil, in minutes."""
        return int(min(self.times.reach[pupil], LONGEST))


def as_kept(basis: Basis) -> dict[str, Any]:
    """What travel times rest on, as JSON."""
    return {
        "on": str(basis.on),
        "along_streets": basis.along_streets,
        "expired": basis.expired,
        "lacking": list(basis.lacking),
    }


def basis_kept(kept: Mapping[str, Any]) -> Basis:
    """The same, as it was."""
    day = dt.date.fromisoformat(kept["on"])
    return Basis(Mode.TRANSIT, day, kept["along_streets"], kept["expired"], tuple(kept["lacking"]))


def _distinct(lon: Floats, lat: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Each point once, and which of them each is, -1 where it is not known."""
    known = ~(np.isnan(lon) | np.isnan(lat))
    points, which = np.unique(np.column_stack([lon, lat])[known], axis=0, return_inverse=True)
    index = np.full(len(lon), -1, np.int64)
    index[known] = which.ravel()
    return points, index
