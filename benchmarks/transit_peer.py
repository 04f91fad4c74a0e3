"""`cafein` (RAPTOR and trip-based routing, in Rust) beside `croisee.engine.transit`, from stops to all stops.

Both are given the trips of one service day, the same walks between stops, and all processors. The rules are
made alike where `cafein` differs from the engine. Without streets it starts at a stop and does not walk
first: here nobody does. It changes in no time, the engine in a second at least: arrivals are put at even
seconds and departures at odd ones, where that is the same. Its journeys may last as long as they like:
its arrivals later than ours may be are dropped. Of an even number of durations it takes the upper middle as
the median: it is asked for just less than half. All arrivals are then equal.
"""

import csv
import datetime as dt
import importlib.metadata
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.processors import processors
from croisee.engine.transit.reach import Limits, Rush, Times, Window
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Ints, Timetable
from croisee.engine.transit.walking import FAR, Paths
from timing import TIMES, timed

MEDIAN, TENTH = 49.9, 90.0
EVERY = 10  # every tenth departure of the window is compared arrival by arrival
NOT_THERE = 2**32 - 1  # cafein's word for it


@dataclass(frozen=True)
class Question:
    """From some stops of a timetable of one day to all its stops."""

    timetable: Timetable
    date: dt.date
    between: Paths
    window: Window
    limits: Limits
    origins: Ints

    @classmethod
    def of(
        cls, timetable: Timetable, date: dt.date, changing: int, window: Window, limits: Limits, origins: int
    ) -> "Question":
        """From so many random stops that are served."""
        alike = made_alike(timetable, date)
        served = np.unique(alike.stop)
        chosen = np.random.default_rng(5).choice(served, min(origins, len(served)), replace=False)
        return cls(alike, date, Footways(alike).between_stops(changing), window, limits, chosen)

    @property
    def stops(self) -> int:
        return len(self.timetable.lon)

    def rush(self) -> Rush:
        return Rush.of(ServiceDay.of(self.timetable, self.date), self.between, self.window, self.limits)

    def ours(self, rush: Rush) -> Times:
        """The engine's answer: no walk before the first vehicle, one at most after the last."""
        count = len(self.origins)
        access = Paths.of(count, np.arange(count), self.origins, np.zeros(count, np.int32))
        place = np.repeat(np.arange(self.stops), np.diff(self.between.start))
        arriving = self.between._replace(
            seconds=np.where(place == self.between.stop, 0, self.between.seconds)
        )
        direct = np.full((count, self.stops), FAR, np.int32)
        direct[np.arange(count), self.origins] = 0
        return rush.times(access, arriving.reversed(), direct)


def made_alike(timetable: Timetable, date: dt.date) -> Timetable:
    """The trips of the service day alone, arriving at even seconds and departing at odd ones.

    Each stop of a trip is put two seconds more behind: many stops in a row share one minute.
    """
    taken = timetable.taking(timetable.trips_on(date))
    place = np.arange(len(taken.stop)) - np.repeat(taken.start[:-1], np.diff(taken.start))
    arrival, departure = (
        (time - time % 2 + 2 * place).astype(np.int32) for time in (taken.arrival, taken.departure)
    )
    return replace(
        taken,
        arrival=arrival,
        departure=departure + np.int32(1),
        change=np.ones_like(taken.change),
        service=np.zeros_like(taken.service),
        runs=np.ones((1, 1), bool),
        first=date,
    )


def write_feed(folder: Path, timetable: Timetable) -> None:
    """The timetable as a GTFS feed; stops and trips are called by their position."""
    trip = np.repeat(np.arange(len(timetable.route)), np.diff(timetable.start))
    stop_times = zip(
        trip.tolist(),
        range(len(trip)),
        timetable.stop.tolist(),
        map(clock, timetable.arrival.tolist()),
        map(clock, timetable.departure.tolist()),
        (~timetable.boards).astype(int).tolist(),
        (~timetable.alights).astype(int).tolist(),
        strict=True,
    )
    routes = timetable.route.tolist()
    places = zip(timetable.lat.tolist(), timetable.lon.tolist(), strict=True)
    tables: dict[str, tuple[str, Iterable[Iterable[Any]]]] = {
        "agency": ("agency_id,agency_name,agency_url,agency_timezone", [(1, 1, "http://a.example", "UTC")]),
        "calendar_dates": ("service_id,date,exception_type", [(1, f"{timetable.first:%Y%m%d}", 1)]),
        "stops": ("stop_id,stop_name,stop_lat,stop_lon", ((i, i, *place) for i, place in enumerate(places))),
        "routes": ("route_id,agency_id,route_short_name,route_type", ((r, 1, r, 3) for r in set(routes))),
        "trips": ("trip_id,route_id,service_id", ((i, route, 1) for i, route in enumerate(routes))),
        "stop_times": (
            "trip_id,stop_sequence,stop_id,arrival_time,departure_time,pickup_type,drop_off_type",
            stop_times,
        ),
    }
    for name, (head, rows) in tables.items():
        with (folder / f"{name}.txt").open("w", newline="", encoding="utf-8") as file:
            file.write(head + "\n")
            csv.writer(file).writerows(rows)


def clock(seconds: int) -> str:
    """Seconds of the day as GTFS writes them."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


class Cafein:
    """Its network, which holds the day and the walks."""

    def __init__(self, question: Question) -> None:
        import cafein
        from cafein.streets import Footpaths

        with tempfile.TemporaryDirectory() as folder:
            write_feed(Path(folder), question.timetable)
            self.reading_s, self.network = timed(
                lambda: cafein.TransportNetwork.from_gtfs(folder, trip_distances=False, leg_geometries=False)
            )
        between, self.date = question.between, question.date
        here = np.repeat(np.arange(question.stops), np.diff(between.start))
        walks = here != between.stop
        seconds = between.seconds[walks]
        names = [str(stop) for stop in range(question.stops)]
        self.network.set_transfers(
            Footpaths(names, here[walks], between.stop[walks], seconds, seconds.astype(float))
        )
        self.column = np.argsort([int(name) for name, _lat, _lon in self.network.stops])
        self.origins = [str(stop) for stop in question.origins.tolist()]
        self.rides = question.limits.rides

    def times(self, departure: int, router: str, **window: Any) -> NDArray[np.int64]:
        """Seconds from each origin to each stop, in the order of the timetable; -1 where none arrives."""
        found = self.network.travel_time_matrix(
            self.origins,
            f"{self.date} {clock(departure)}",
            self.rides,
            router=router,
            workers=processors(),
            **window,
        )[:, self.column].astype(np.int64)
        return np.where(found == NOT_THERE, -1, found)


def beside_cafein(question: Question) -> dict[str, Any] | None:
    """Times and agreement over the window; None where `cafein` is not installed."""
    try:
        version = importlib.metadata.version("cafein")
    except importlib.metadata.PackageNotFoundError:
        return None
    peer, window = Cafein(question), question.window
    rush = question.rush()
    ours_s, ours = timed(lambda: question.ours(rush), TIMES)
    asked = {"departure_time_window": window.count * window.step / 60, "percentiles": [MEDIAN, TENTH]}
    raptor_s, theirs = timed(lambda: peer.times(window.begin, "raptor", **asked), TIMES)
    prepare_s, _ = timed(lambda: peer.network.compute_tbtr_transfers(str(question.date)))
    tbtr_s, again = timed(lambda: peer.times(window.begin, "tbtr", **asked), TIMES)
    seconds = min(raptor_s, tbtr_s)
    # Where all departures arrive in time, both speak of the same durations.
    whole = ours.counted == window.count
    differs = (theirs[..., 0] != ours.typical) | (theirs[..., 1] != ours.slow) | (theirs != again).any(axis=2)
    return {
        "version": version,
        "queries": len(question.origins) * window.count,
        "seconds": round(seconds, 3),
        "ours_seconds": round(ours_s, 3),
        "ratio": round(seconds / ours_s, 1),
        "routers": {"raptor": round(raptor_s, 3), "tbtr": round(tbtr_s, 3)},
        "threads": processors(),
        "prepare_s": {"reading": round(peer.reading_s, 2), "tbtr": round(prepare_s, 2)},
        "medians": {"compared": int(whole.sum()), "different": int(differs[whole].sum())},
        "arrivals": agreement(question, peer),
    }


def agreement(question: Question, peer: Cafein) -> dict[str, int]:
    """How many arrivals of single departures were compared, how many there are, and how many differ."""
    window, longest = question.window, question.limits.total
    compared = reached = different = 0
    for departure in range(window.begin, window.last + 1, EVERY * window.step):
        ours = question.ours(replace(question, window=Window(departure, 1)).rush()).typical
        theirs = peer.times(departure, "raptor")
        theirs[theirs > longest] = -1
        compared += ours.size
        reached += int(np.count_nonzero(ours >= 0))
        different += int(np.count_nonzero(ours != theirs))
    return {"compared": compared, "reached": reached, "different": different}
