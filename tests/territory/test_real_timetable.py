"""Ten journeys of the real timetable of Rennes in 2012: read off its tables by hand, and found by the engine.

Each ride below was looked up in the rows of `stop_times.txt`, `trips.txt`, `routes.txt` and the calendars. They are
read here with `csv` alone, so that no program of ours stands between them and what is written down.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import zipfile
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.journeys import Journey, Leg, journeys
from croisee.engine.transit.reach import Limits
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import DAY
from croisee.engine.transit.walking import FAR, Paths
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.reading import read_feed
from tests.engine.transit.small_days import Town, slow_arrivals
from tests.territory.gtfs_files import STAR

FILE = Path(settings.SHARED_DATA) / STAR
LONGEST_WALK = 600
LIMITS = Limits()
TUESDAY, WEDNESDAY, FRIDAY = dt.date(2012, 5, 22), dt.date(2012, 5, 23), dt.date(2012, 5, 25)
SATURDAY, SUNDAY = dt.date(2012, 5, 26), dt.date(2012, 5, 27)
WHIT_MONDAY = dt.date(2012, 5, 28)
"""Services of Mondays are taken out of the calendar that day, those of Sundays put in."""

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not here")


@dataclass(frozen=True)
class Ride:
    """A piece of a trip as the tables have it; `yesterday`: the trip is of the service day before."""

    line: str
    trip: str
    board: str
    leaves: str
    alight: str
    arrives: str
    yesterday: bool = False


@dataclass(frozen=True)
class Asked:
    """From a stop to another, leaving at a time of a day or later, or there by then; and the rides that it takes."""

    origin: str
    destination: str
    day: dt.date
    time: str
    rides: tuple[Ride, ...]
    arrive_by: bool = False


JOURNEYS = {
    "direct": Asked(
        "4003", "1167", TUESDAY, "07:00:00",
        (Ride("64", "15821", "4003", "07:03:00", "1167", "07:32:00"),),
    ),
    "there by 8:45": Asked(
        "3006", "1297", TUESDAY, "08:45:00",
        (
            Ride("1", "5950", "3006", "07:56:00", "1016", "08:22:00"),
            Ride("4", "6428", "1052", "08:28:00", "1297", "08:42:00"),
        ),
        arrive_by=True,
    ),
    "one change at a stop": Asked(
        "1431", "4008", FRIDAY, "16:00:00",
        (
            Ride("30", "234", "1431", "16:16:00", "2047", "16:23:00"),
            Ride("64", "16082", "2047", "16:26:00", "4008", "16:34:00"),
        ),
    ),
    "across the road": Asked(
        "4003", "3302", WEDNESDAY, "12:00:00",
        (
            Ride("64", "15950", "4003", "12:18:00", "1514", "12:37:00"),
            Ride("50", "15641", "1515", "12:39:00", "3302", "13:01:00"),
        ),
    ),
    "early, on foot between two stops": Asked(
        "2405", "1390", TUESDAY, "05:20:00",
        (
            Ride("51", "13762", "2405", "06:19:00", "1486", "06:30:00"),
            Ride("9", "20035", "1372", "06:39:00", "1390", "07:09:00"),
        ),
    ),
    "two changes": Asked(
        "3853", "2066", TUESDAY, "05:30:00",
        (
            Ride("55", "11235", "3853", "06:18:00", "1242", "06:45:00"),
            Ride("11", "8057", "1242", "06:46:00", "2033", "07:02:00"),
            Ride("34", "2912", "3014", "07:16:00", "2066", "07:28:00"),
        ),
    ),
    "past midnight": Asked(
        "1390", "3302", SATURDAY, "23:00:00",
        (
            Ride("9", "4543", "1390", "23:06:00", "1026", "23:33:00"),
            Ride("50", "14365", "1563", "24:35:00", "3302", "24:59:00"),
        ),
    ),
    "a trip of the night before": Asked(
        "1501", "1204", SUNDAY, "00:30:00",
        (
            Ride("57", "14374", "1501", "24:35:00", "1018", "24:37:00", yesterday=True),
            Ride("STN", "15163", "1168", "00:50:00", "1204", "01:01:00"),
        ),
    ),
    "Sunday, there by 19:00": Asked(
        "3109", "3010", SUNDAY, "19:00:00",
        (
            Ride("77", "15391", "3109", "17:22:00", "1519", "17:34:00"),
            Ride("4", "3774", "1306", "17:48:00", "1170", "18:04:00"),
            Ride("1", "18244", "1088", "18:15:00", "3010", "18:33:00"),
        ),
        arrive_by=True,
    ),
    "Whit Monday": Asked(
        "1343", "1204", WHIT_MONDAY, "15:00:00",
        (
            Ride("8", "3619", "1343", "15:09:00", "1025", "15:27:00"),
            Ride("4", "3767", "1091", "15:38:00", "1204", "15:52:00"),
        ),
    ),
}  # fmt: skip
each = pytest.mark.parametrize("asked", JOURNEYS.values(), ids=JOURNEYS)


# The tables as they stand


def rows(table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(FILE) as archive, archive.open(f"{table}.txt") as stream:
        return list(csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")))


@pytest.fixture(scope="module")
def trips() -> dict[str, dict[str, str]]:
    return {row["trip_id"]: row for row in rows("trips")}


@pytest.fixture(scope="module")
def lines() -> dict[str, str]:
    return {row["route_id"]: row["route_short_name"] for row in rows("routes")}


@pytest.fixture(scope="module")
def calls() -> dict[tuple[str, str], dict[str, str]]:
    """The stop times of the trips above, by trip and stop."""
    wanted = {ride.trip for asked in JOURNEYS.values() for ride in asked.rides}
    return {(row["trip_id"], row["stop_id"]): row for row in rows("stop_times") if row["trip_id"] in wanted}


@pytest.fixture(scope="module")
def points() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each stop."""
    return {row["stop_id"]: (float(row["stop_lon"]), float(row["stop_lat"])) for row in rows("stops")}


@cache
def running(day: dt.date) -> set[str]:
    """The services of a day, by `calendar.txt` and `calendar_dates.txt`."""
    weekday, text = f"{day:%A}".lower(), f"{day:%Y%m%d}"
    found = {
        row["service_id"]
        for row in rows("calendar")
        if row[weekday] == "1" and row["start_date"] <= text <= row["end_date"]
    }
    for row in rows("calendar_dates"):
        if row["date"] == text:
            (found.add if row["exception_type"] == "1" else found.discard)(row["service_id"])
    return found


def walking(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Seconds between two points: 1.3 metres of way for one as the crow flies, 1.25 metres a second."""
    (lon, lat), (to_lon, to_lat) = (tuple(map(math.radians, point)) for point in (here, there))
    cosine = math.sin(lat) * math.sin(to_lat) + math.cos(lat) * math.cos(to_lat) * math.cos(to_lon - lon)
    return math.acos(min(cosine, 1.0)) * 6_371_008.8 * 1.3 / 1.25


def seconds(text: str) -> int:
    hours, minutes, rest = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + rest


@each
def test_what_is_written_down_stands_in_the_tables(
    asked: Asked,
    trips: dict[str, dict[str, str]],
    lines: dict[str, str],
    calls: dict[tuple[str, str], dict[str, str]],
    points: dict[str, tuple[float, float]],
) -> None:
    for ride in asked.rides:
        trip = trips[ride.trip]
        assert lines[trip["route_id"]] == ride.line
        assert trip["service_id"] in running(asked.day - dt.timedelta(days=ride.yesterday))
        on, off = calls[ride.trip, ride.board], calls[ride.trip, ride.alight]
        assert (on["departure_time"], off["arrival_time"]) == (ride.leaves, ride.arrives)
        assert int(on["stop_sequence"]) < int(off["stop_sequence"])
        assert (on["pickup_type"], off["drop_off_type"]) == ("0", "0")
    assert (asked.rides[0].board, asked.rides[-1].alight) == (asked.origin, asked.destination)
    for before, after in pairwise(asked.rides):
        walk = walking(points[before.alight], points[after.board])
        least = 60 if before.alight == after.board else walk
        assert walk <= LONGEST_WALK
        assert clock(after, after.leaves) - clock(before, before.arrives) >= least


def clock(ride: Ride, text: str) -> int:
    """A time of the tables on the clock of the day that is asked about."""
    return seconds(text) - DAY * ride.yesterday


# The same by the engine


@pytest.fixture(scope="module")
def feed() -> Feed:
    return read_feed(FILE, FILE.name, pytest.fail)


@pytest.fixture(scope="module")
def between(feed: Feed) -> Paths:
    return Footways(feed.timetable).between_stops(LONGEST_WALK)


@dataclass(frozen=True)
class Question:
    """What is asked, as the engine takes it: read backwards when one is to be there by a time."""

    day: ServiceDay
    between: Paths
    origin: int
    destination: int
    at: int

    @classmethod
    def of(cls, asked: Asked, feed: Feed, between: Paths) -> Question:
        day, at = ServiceDay.of(feed.timetable, asked.day), seconds(asked.time)
        origin, destination = map(feed.names.stop_ids.index, (asked.origin, asked.destination))
        if asked.arrive_by:
            return cls(day.reversed(), between.reversed(), destination, origin, -at)
        return cls(day, between, origin, destination, at)

    def answered(self) -> list[Journey]:
        """By the engine, between doors that are stops."""
        nought = np.zeros(1, np.int32)
        origin, destination = (
            Paths.of(1, nought, nought + stop, nought) for stop in (self.origin, self.destination)
        )
        return journeys(self.day, self.between, origin, destination, self.at, LIMITS)

    def answered_slowly(self) -> list[tuple[int, int]]:
        """Rides and arrival of each journey that is earlier than any of fewer rides."""
        town = Town(under_way(self.day, self.at, self.at + LIMITS.total), self.between, self.between.places)
        walk = np.full(town.stops, FAR, np.int32)
        walk[self.origin] = 0
        best, told = self.at + LIMITS.total + 1, []
        for ride, reached in enumerate(slow_arrivals(town, walk, self.at, LIMITS.rides), 1):
            if reached.get(self.destination, best) < best:
                best = reached[self.destination]
                told.append((ride, best))
        return told


def under_way(day: ServiceDay, begin: int, end: int) -> ServiceDay:
    """The trips that run at some moment of a stretch of the day."""
    kept = (day.arrival[day.start[1:] - 1] >= begin) & (day.departure[day.start[:-1]] <= end)
    lengths = np.diff(day.start)
    rows = np.repeat(kept, lengths)
    columns = {
        name: getattr(day, name)[rows] for name in ("stop", "arrival", "departure", "boards", "alights")
    }
    start = np.concatenate([[0], np.cumsum(lengths[kept])])
    return day._replace(start=start, trip=day.trip[kept], **columns)


def ride_of(feed: Feed, leg: Leg) -> tuple[str, str, str, int, str, int]:
    names, trip = feed.names, leg.trip
    return (
        names.line(int(feed.timetable.route[trip])),
        names.trip_ids[trip],
        names.stop_ids[leg.origin],
        leg.departure,
        names.stop_ids[leg.destination],
        leg.arrival,
    )


@each
def test_the_engine_finds_it(
    asked: Asked, feed: Feed, between: Paths, points: dict[str, tuple[float, float]]
) -> None:
    journey = Question.of(asked, feed, between).answered()[-1]
    assert [ride_of(feed, leg) for leg in journey.legs if not leg.is_walk] == [
        (
            ride.line,
            ride.trip,
            ride.board,
            clock(ride, ride.leaves),
            ride.alight,
            clock(ride, ride.arrives),
        )
        for ride in asked.rides
    ]
    on_foot = [leg for leg in journey.legs[1:-1] if leg.is_walk]
    assert len(on_foot) == sum(one.alight != other.board for one, other in pairwise(asked.rides))
    for leg in on_foot:
        here, there = (points[feed.names.stop_ids[stop]] for stop in (leg.origin, leg.destination))
        assert leg.arrival - leg.departure == pytest.approx(walking(here, there), abs=1.01)


@each
def test_no_journey_is_better(asked: Asked, feed: Feed, between: Paths) -> None:
    """For each number of rides, by the slow rounds over all trips of these hours."""
    question = Question.of(asked, feed, between)
    told = [(one.rides, -one.departure if asked.arrive_by else one.arrival) for one in question.answered()]
    assert told == question.answered_slowly()


def test_a_trip_of_mondays_rests_on_whit_monday(feed: Feed, trips: dict[str, dict[str, str]]) -> None:
    weekday, sunday = JOURNEYS["direct"].rides[0].trip, JOURNEYS["Whit Monday"].rides[0].trip
    monday = WHIT_MONDAY - dt.timedelta(days=7)
    for day, expected in ((monday, {weekday}), (WHIT_MONDAY, {sunday}), (SUNDAY, {sunday})):
        assert {trip for trip in (weekday, sunday) if trips[trip]["service_id"] in running(day)} == expected
        that_day = {feed.names.trip_ids[trip] for trip in feed.timetable.trips_on(day)}
        assert {weekday, sunday} & that_day == expected
        assert that_day == {trip for trip, row in trips.items() if row["service_id"] in running(day)}
