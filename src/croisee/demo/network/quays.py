"""Where a vehicle stops: one quay each way, at stations those of the metro and those of buses apart."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from croisee.demo.network.kinds import METRO
from croisee.demo.network.lines import Line
from croisee.demo.network.streets import Streets

# Metres from the middle of the street, and how far along it two quays of a stop are.
ASIDE, ALONG = 8.0, 14.0
METRO_ALONG = 45.0
# Lines that meet at a stop before it is called a station.
STATION_LINES = 4
WALK = 1.1  # metres a second between two quays
DOORS = {True: 90, False: 30}  # seconds besides, with and without stairs


@dataclass
class Quays:
    """Quays in the order of their making: one row each; `stop` is where, `x`, `y` EPSG:2154 metres."""

    streets: Streets
    stations: frozenset[int]
    stop: list[int] = field(default_factory=list)
    rail: list[bool] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    _row: dict[tuple[int, bool, bool], int] = field(default_factory=dict)
    _axis: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def of(self, line: Line, back: bool) -> list[int]:
        """The quays of a line one way, in order; those it is the first to use are made."""
        stops = line.stops[::-1] if back else line.stops
        found = []
        for place, stop in enumerate(stops):
            before, after = stops[max(place - 1, 0)], stops[min(place + 1, len(stops) - 1)]
            heading = self._at(after) - self._at(before)
            axis = self._axis.setdefault(stop, heading / max(float(np.hypot(*heading)), 1.0))
            found.append(self._quay(stop, line.kind.mode == METRO, bool(heading @ axis >= 0)))
        return found

    def transfers(self) -> list[tuple[int, int, int]]:
        """(from, to, seconds) between every two quays of a station."""
        held: dict[int, list[int]] = {}
        for row, stop in enumerate(self.stop):
            if stop in self.stations:
                held.setdefault(stop, []).append(row)
        return [
            (one, other, self._seconds(one, other))
            for _stop, rows in sorted(held.items())
            for one in rows
            for other in rows
            if one != other
        ]

    def _seconds(self, one: int, other: int) -> int:
        metres = np.hypot(self.x[one] - self.x[other], self.y[one] - self.y[other])
        return round(float(metres) / WALK) + DOORS[self.rail[one] or self.rail[other]]

    def _at(self, stop: int) -> NDArray[np.float64]:
        return np.array([self.streets.x[stop], self.streets.y[stop]])

    def _quay(self, stop: int, rail: bool, forwards: bool) -> int:
        key = (stop, rail, forwards)
        if key not in self._row:
            axis, side = self._axis[stop], 1 if forwards else -1
            right = np.array([axis[1], -axis[0]])
            at = self._at(stop) + side * (ASIDE * right - (METRO_ALONG if rail else ALONG) * axis)
            self._row[key] = len(self.stop)
            self.stop.append(stop)
            self.rail.append(rail)
            self.x.append(float(at[0]))
            self.y.append(float(at[1]))
        return self._row[key]


def stations(lines: list[Line]) -> frozenset[int]:
    """Stops of the metro, and those where many lines meet."""
    metro = {stop for line in lines if line.kind.mode == METRO for stop in line.stops}
    every = [stop for line in lines for stop in set(line.stops)]
    return frozenset(metro | {stop for stop in set(every) if every.count(stop) >= STATION_LINES})
