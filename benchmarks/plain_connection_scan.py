"""Connection Scan in plain Python, as its paper tells it: one departure of one origin at a time, up to some rides.

The peer of the benchmark, and a second opinion on its results: written apart from the engine, from elementary
connections (a vehicle from one stop to the next) rather than from events, and without labels for several departures.
"""

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.walking import Paths

NEVER = 10**9
Walks = list[list[tuple[int, int]]]


class Connection(NamedTuple):
    """A vehicle from one stop of its trip to the next."""

    departure: int
    arrival: int
    origin: int
    destination: int
    trip: int
    boards: bool
    alights: bool


class PlainScan:
    """A day as connections in the order of departure, and the walks between its stops."""

    def __init__(self, day: ServiceDay, between: Paths) -> None:
        trip = np.repeat(np.arange(len(day.start) - 1), np.diff(day.start))
        rows = np.flatnonzero(trip[:-1] == trip[1:])
        # A stable sort: the connections of one trip stay in its order, those of no duration too.
        rows = rows[np.argsort(day.departure[rows], kind="stable")]
        columns = (
            day.departure[rows],
            day.arrival[rows + 1],
            day.stop[rows],
            day.stop[rows + 1],
            trip[rows],
            day.boards[rows],
            day.alights[rows + 1],
        )
        self.connections = [
            Connection(*values) for values in zip(*(c.tolist() for c in columns), strict=True)
        ]
        self.departures = [connection.departure for connection in self.connections]
        self.walks = walks_of(between)
        self.trips = len(day.start) - 1

    def arrivals(self, access: list[tuple[int, int]], departure: int, rides: int, end: int) -> list[int]:
        """The earliest arrival by vehicle at each stop, NEVER where there is none by the second `end`."""
        stops = len(self.walks)
        ready = [[NEVER] * stops for _ride in range(rides + 1)]
        reached = [[NEVER] * stops for _ride in range(rides)]
        aboard = [[False] * self.trips for _ride in range(rides)]
        for stop, seconds in access:
            ready[0][stop] = departure + seconds
        for place in range(bisect_left(self.departures, departure), len(self.connections)):
            leaves, arrives, origin, destination, trip, boards, alights = self.connections[place]
            if leaves > end:
                break
            for ride in range(rides):
                if not aboard[ride][trip]:
                    if not boards or ready[ride][origin] > leaves:
                        continue
                    aboard[ride][trip] = True
                if alights and arrives <= end and arrives < reached[ride][destination]:
                    reached[ride][destination] = arrives
                    for stop, seconds in self.walks[destination]:
                        if arrives + seconds < ready[ride + 1][stop]:
                            ready[ride + 1][stop] = arrives + seconds
        return [min(times) for times in zip(*reached, strict=True)]


def walks_of(paths: Paths) -> Walks:
    """The walks of each place: pairs of a stop and seconds."""
    return [
        list(zip(paths.stop[first:past].tolist(), paths.seconds[first:past].tolist(), strict=True))
        for first, past in zip(paths.start[:-1].tolist(), paths.start[1:].tolist(), strict=True)
    ]
