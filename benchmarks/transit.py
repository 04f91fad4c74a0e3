"""Travel times over a whole metropolis: `croisee.engine.transit` beside a plain connection scan, in one run.

    python benchmarks/transit.py --json                      a made-up day of 1 500 stops and 400 000 stop times
    python benchmarks/transit.py --gtfs FEED --date DAY      a real timetable
    python benchmarks/transit.py --check 10000               random pairs of origin and departure against the plain scan

2 000 origins, every stop as a destination, 120 departures from 7:00 to 8:59, median and worst tenth, at most 4 rides,
walks of 20 minutes from the door and of 10 between stops and at the end, a minute to change. `cafein`, where it is
installed, is asked from stops rather than doors (`transit_peer`): `ours_seconds` in its entry answers the same.
"""

import argparse
import datetime as dt
import json
import os
import resource
import tempfile
import time
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
import numpy as np

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.reach import Limits, Rush, Times, Window
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import Timetable
from croisee.engine.transit.walking import Paths
from plain_connection_scan import NEVER, PlainScan, walks_of
from timing import TIMES, timed
from transit_peer import Question, beside_cafein

SCALE = 4.82
ORIGINS, CHANGING, WALKING = 2_000, 10 * 60, 20 * 60
WINDOW, LIMITS = Window(7 * 3600, 120, 60), Limits(rides=4, total=2 * 3600)
ARRIVE_BY = 8 * 3600 + 45 * 60
CLICK = Limits(rides=4, total=2 * 3600, latest=ARRIVE_BY)
"""What a click on the map of an address asks: 120 departures from 6:46 on, there by 8:45."""


@dataclass
class Metropolis:
    """A timetable, a day of it, and people spread around its stops."""

    timetable: Timetable
    date: dt.date
    day: ServiceDay
    between: Paths
    access: Paths
    egress: Paths

    @classmethod
    def of(cls, timetable: Timetable, date: dt.date, origins: int) -> "Metropolis":
        rng = np.random.default_rng(7)
        near = rng.integers(0, len(timetable.lon), origins)
        lon = timetable.lon[near] + rng.normal(0, 0.003, origins)
        lat = timetable.lat[near] + rng.normal(0, 0.002, origins)
        footways = Footways(timetable)
        return cls(
            timetable,
            date,
            ServiceDay.of(timetable, date),
            footways.between_stops(CHANGING),
            footways.to_stops(lon, lat, WALKING),
            footways.to_stops(timetable.lon, timetable.lat, CHANGING),
        )

    def whole(self, timetable: Timetable | None = None) -> Times:
        """From every origin to every stop: from the timetable to the figures."""
        day = ServiceDay.of(timetable or self.timetable, self.date)
        return Rush.of(day, self.between, WINDOW, LIMITS).times(self.access, self.egress)

    def stop_times(self) -> int:
        """Stop times of the trips of the day."""
        trips = self.timetable.trips_on(self.date)
        return int(np.diff(self.timetable.start)[trips].sum())

    def busiest_line(self) -> int:
        """The line of most stop times on the day."""
        route = self.timetable.route[self.day.trip]
        return int(np.argmax(np.bincount(route, np.diff(self.day.start))))


def made_up_timetable(scale: float) -> Timetable:
    """The network of the demonstration, larger."""
    from croisee.demo.generator.city import make_city
    from croisee.demo.generator.ground import Sizes
    from croisee.demo.network import places_of, write_feed

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feed.zip")
        day = dt.date(2026, 1, 1)
        write_feed(
            path,
            places_of(make_city(1, Sizes())),
            seed=1,
            first_day=day,
            last_day=day.replace(month=3),
            scale=scale,
        )
        return read(path)


def read(path: Path) -> Timetable:
    """The timetable of a feed."""
    from croisee.territory.timetables.reading import read_feed

    return read_feed(path, path.name, lambda fault: None).timetable


def compare(metropolis: Metropolis, plain_queries: int, peer_origins: int) -> dict[str, Any]:
    metropolis.whole()  # compiles, or reads what was compiled before
    rush_s, rush = timed(lambda: Rush.of(metropolis.day, metropolis.between, WINDOW, LIMITS), TIMES)
    whole_s, times = timed(lambda: rush.times(metropolis.access, metropolis.egress), TIMES)
    one = metropolis.access.taking(np.array([0]))
    rush.times(one, metropolis.egress)
    one_s, _ = timed(lambda: rush.times(one, metropolis.egress), 20)
    click = Rush.of(metropolis.day, metropolis.between, Window.before(ARRIVE_BY), CLICK)
    click_s, _ = timed(lambda: click.times(one, metropolis.egress), 20)
    without = metropolis.timetable.without_routes(np.array([metropolis.busiest_line()]))
    cut_s, _ = timed(lambda: metropolis.whole(without), TIMES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain_s, different = plainly(metropolis, plain_queries, seed=3)
    queries = metropolis.access.places * WINDOW.count
    asked = metropolis.timetable, metropolis.date, CHANGING, WINDOW, LIMITS
    cafein = beside_cafein(Question.of(*asked, peer_origins))
    return {
        "name": "transit",
        "ours_s": round(whole_s, 3),
        "peers": {
            "plain_csa": round(plain_s / plain_queries * queries, 1),
            "cafein": cafein and round(cafein["seconds"] / cafein["queries"] * queries, 2),
        },
        "peers_measured": {
            "plain_csa": {"queries": plain_queries, "seconds": round(plain_s, 2)},
            "cafein": cafein,
        },
        "ratio": round(plain_s / plain_queries / (whole_s / queries), 1),
        "n": queries,
        "different": different,
        "stops": len(metropolis.timetable.lon),
        "stop_times": metropolis.stop_times(),
        "events": len(rush.events.time),
        "prepare_s": round(rush_s, 3),
        "one_origin_ms": round(1000 * one_s, 2),
        "click_ms": round(1000 * click_s, 2),
        "line_cut_s": round(cut_s, 3),
        "reached": round(float((times.typical >= 0).mean()), 3),
        "peak_mb": round(peak),
    }


def plainly(metropolis: Metropolis, queries: int, seed: int) -> tuple[float, int]:
    """Seconds that the plain scan takes for random origins and departures; how many stops it sees otherwise."""
    plain = PlainScan(metropolis.day, metropolis.between)
    access = walks_of(metropolis.access)
    rush = Rush.of(metropolis.day, metropolis.between, WINDOW, LIMITS)
    rng = np.random.default_rng(seed)
    origins = rng.integers(0, metropolis.access.places, queries)
    departures = WINDOW.begin + WINDOW.step * rng.integers(0, WINDOW.count, queries)
    seconds, different = 0.0, 0
    for origin, departure in zip(origins.tolist(), departures.tolist(), strict=True):
        begin = time.perf_counter()
        theirs = plain.arrivals(access[origin], departure, LIMITS.rides, departure + LIMITS.total)
        seconds += time.perf_counter() - begin
        ours = arrivals(rush, metropolis.access.taking(np.array([origin])), departure)
        different += int(np.count_nonzero(ours != np.array(theirs)))
    return seconds, different


def arrivals(rush: Rush, access: Paths, departure: int) -> np.ndarray:
    """The engine's earliest arrival at each stop itself, of one departure."""
    stops = np.arange(rush.stops)
    itself = Paths.of(rush.stops, stops, stops, np.zeros(rush.stops, np.int32))
    took = replace(rush, window=Window(departure, 1)).times(access, itself).typical[0]
    return np.where(took < 0, NEVER, departure + took)


def _check(share: tuple[Metropolis, int, int]) -> int:
    return plainly(*share)[1]


def check(metropolis: Metropolis, queries: int) -> dict[str, Any]:
    parts = 8
    shares = [(metropolis, queries // parts, seed) for seed in range(parts)]
    with get_context("spawn").Pool() as pool:
        different = sum(pool.map(_check, shares, chunksize=1))
    return {
        "name": "transit check",
        "pairs": parts * (queries // parts),
        "stops": len(metropolis.timetable.lon),
        "different": different,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--gtfs", type=Path, help="a GTFS feed, instead of the made-up one")
    parser.add_argument("--date", type=dt.date.fromisoformat, default=dt.date(2026, 1, 13))
    parser.add_argument("--origins", type=int, default=ORIGINS)
    parser.add_argument("--plain", type=int, default=40, help="queries of the plain scan")
    parser.add_argument("--peer", type=int, default=200, help="origins of the installable peer")
    parser.add_argument("--check", type=int, help="compare so many random origins and departures")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "croisee.project.settings")
    django.setup()  # the messages of the reader are translated
    timetable = read(options.gtfs) if options.gtfs else made_up_timetable(SCALE)
    metropolis = Metropolis.of(timetable, options.date, options.origins)
    result = (
        check(metropolis, options.check)
        if options.check
        else compare(metropolis, options.plain, options.peer)
    )
    print(json.dumps(result, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
