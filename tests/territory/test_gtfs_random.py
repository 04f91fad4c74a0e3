"""Random feeds, and the real one of Rennes, held against a slow reader of its own: csv, dictionaries and fractions."""

import csv
import datetime as dt
import io
import tempfile
import zipfile
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.reading import read_feed
from tests.territory.gtfs_files import FIRST, STAR, small_feed, write_zip

Row = dict[str, str]
Ride = tuple[str, tuple[tuple[str, int, int, bool, bool], ...], frozenset[dt.date]]
"""A trip: its line, its stops (with arrival, departure, whether one gets on, off), its days."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def slow_days(tables: dict[str, list[Row]]) -> dict[str, set[dt.date]]:
    """The days of each service."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    for row in tables.get("calendar", []):
        day, end = slow_date(row["start_date"]), slow_date(row["end_date"])
        while day <= end:
            if row[WEEKDAYS[day.weekday()]] == "1":
                days[row["service_id"]].add(day)
            day += dt.timedelta(days=1)
    for row in tables.get("calendar_dates", []):
        change = (
            days[row["service_id"]].add if row["exception_type"] == "1" else days[row["service_id"]].discard
        )
        change(slow_date(row["date"]))
    return days


def slow_date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  a date


def slow_time(text: str) -> int | None:
    if not text:
        return None
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def slow_times(rows: list[Row]) -> list[tuple[int, int]]:
    """Arrival and departure at each stop of a trip."""
    times = [(slow_time(row["arrival_time"]), slow_time(row["departure_time"])) for row in rows]
    known = [at for at, (arrival, _departure) in enumerate(times) if arrival is not None]
    found: dict[int, tuple[int, int]] = {at: times[at] for at in known}  # type: ignore[misc]
    for start, end in pairwise(known):
        said = [row.get("shape_dist_traveled", "") for row in rows[start : end + 1]]
        along = [Fraction(text) for text in said] if all(said) else []
        if not along or along != sorted(along) or along[0] == along[-1]:
            along = [Fraction(at) for at in range(end - start + 1)]
        begins, length = found[start][1], found[end][0] - found[start][1]
        for at in range(start + 1, end):
            time = begins + (along[at - start] - along[0]) / (along[-1] - along[0]) * length // 1
            found[at] = (int(time), int(time))
    return [found[at] for at in range(len(rows))]


def slow_rides(tables: dict[str, list[Row]]) -> Counter[Ride]:
    """Every trip of a feed."""
    days = slow_days(tables)
    stops: dict[str, list[Row]] = defaultdict(list)
    for row in tables["stop_times"]:
        stops[row["trip_id"]].append(row)
    headways: dict[str, list[Row]] = defaultdict(list)
    for row in tables.get("frequencies", []):
        headways[row["trip_id"]].append(row)
    rides: Counter[Ride] = Counter()
    for trip in tables["trips"]:
        rows = sorted(stops[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
        times = slow_times(rows)
        for shift in slow_shifts(headways[trip["trip_id"]], times[0][1]):
            served = tuple(
                (
                    row["stop_id"],
                    max(arrival + shift, 0),
                    departure + shift,
                    row.get("pickup_type") != "1",
                    row.get("drop_off_type") != "1",
                )
                for row, (arrival, departure) in zip(rows, times, strict=True)
            )
            rides[trip["route_id"], served, frozenset(days[trip["service_id"]])] += 1
    return rides


def slow_shifts(headways: list[Row], first: int) -> list[int]:
    if not headways:
        return [0]
    shifts = []
    for row in headways:
        at, end = slow_time(row["start_time"]), slow_time(row["end_time"])
        assert at is not None
        assert end is not None
        while at < end:
            shifts.append(at - first)
            at += int(row["headway_secs"])
    return shifts


def rides_of(feed: Feed) -> Counter[Ride]:
    """The same of what was read."""
    timetable, names = feed.timetable, feed.names
    rides: Counter[Ride] = Counter()
    days = [
        frozenset(timetable.first + dt.timedelta(days=at) for at, on in enumerate(runs) if on)
        for runs in timetable.runs.tolist()
    ]
    columns = [timetable.stop, timetable.arrival, timetable.departure, timetable.boards, timetable.alights]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for trip, (route, service) in enumerate(
        zip(timetable.route.tolist(), timetable.service.tolist(), strict=True)
    ):
        served = rows[timetable.start[trip] : timetable.start[trip + 1]]
        named = tuple((names.stop_ids[stop], *rest) for stop, *rest in served)
        rides[names.route_ids[route], named, days[service]] += 1
    return rides


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


@st.composite
def feeds(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The tables of a feed in which everything holds."""
    ids = st.text("abé\"',; 1", min_size=1, max_size=4).map(str.strip).filter(bool)
    stops = draw(st.lists(ids, min_size=2, max_size=5, unique=True))
    services = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    trips = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    routes = ["R1", "R2"]
    tables: dict[str, list[Row]] = {
        "agency": [{"agency_name": "Réseau", "agency_timezone": "Europe/Paris"}],
        "stops": [
            {"stop_id": stop, "stop_name": f"n°{at}", "stop_lat": f"48.1{at}", "stop_lon": "-1.6"}
            for at, stop in enumerate(stops)
        ],
        "routes": [{"route_id": route, "route_type": "3", "route_short_name": route} for route in routes],
        "trips": [
            {
                "trip_id": trip,
                "route_id": draw(st.sampled_from(routes)),
                "service_id": draw(st.sampled_from(services)),
            }
            for trip in trips
        ],
        "stop_times": [row for trip in trips for row in draw(rows_of_trip(trip, stops))],
        "calendar": [draw(weeks(service)) for service in services],
    }
    draw(st.randoms(use_true_random=False)).shuffle(tables["stop_times"])
    exceptions = {
        (draw(st.sampled_from(services)), f"{FIRST + dt.timedelta(days=draw(st.integers(-3, 20))):%Y%m%d}")
        for _one in range(draw(st.integers(0, 4)))
    }
    if exceptions:
        tables["calendar_dates"] = [
            {"service_id": service, "date": date, "exception_type": draw(st.sampled_from("12"))}
            for service, date in sorted(exceptions)
        ]
    if draw(st.booleans()):
        tables["frequencies"] = [draw(headway(trip)) for trip in draw(st.lists(st.sampled_from(trips)))]
    return tables


@st.composite
def rows_of_trip(draw: st.DrawFn, trip: str, stops: list[str]) -> list[Row]:
    count = draw(st.integers(2, 6))
    time, sequence, along, rows = draw(st.integers(0, 90_000)), 0, 0, []
    for at in range(count):
        time, sequence = time + draw(st.integers(0, 900)), sequence + draw(st.integers(1, 9))
        along += draw(st.integers(-2, 40))
        leaves = time + draw(st.integers(0, 60))
        untimed = 0 < at < count - 1 and draw(st.booleans())
        rows.append(
            {
                "trip_id": trip,
                "stop_id": draw(st.sampled_from(stops)),
                "stop_sequence": str(sequence),
                "arrival_time": "" if untimed else clock(time),
                "departure_time": "" if untimed else clock(leaves),
                "pickup_type": draw(st.sampled_from(["", "0", "1", "2", "3"])),
                "drop_off_type": draw(st.sampled_from(["", "0", "1", "2", "3"])),
                "shape_dist_traveled": draw(st.sampled_from([str(max(along, 0) / 4), ""]))
                if draw(st.booleans())
                else str(max(along, 0) / 4),
            }
        )
        time = leaves
    return rows


@st.composite
def weeks(draw: st.DrawFn, service: str) -> Row:
    first = FIRST + dt.timedelta(days=draw(st.integers(0, 10)))
    last = first + dt.timedelta(days=draw(st.integers(0, 20)))
    days = {day: draw(st.sampled_from("01")) for day in WEEKDAYS}
    return {"service_id": service, "start_date": f"{first:%Y%m%d}", "end_date": f"{last:%Y%m%d}", **days}


@st.composite
def headway(draw: st.DrawFn, trip: str) -> Row:
    start = draw(st.integers(0, 80_000))
    return {
        "trip_id": trip,
        "start_time": clock(start),
        "end_time": clock(start + draw(st.integers(1, 4000))),
        "headway_secs": str(draw(st.integers(300, 900))),
    }


def written(rows: list[Row], ending: str, quoting: Any) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator=ending, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(feeds(), st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_is_read_is_what_is_written(tables: dict[str, list[Row]], ending: str, quoting: Any) -> None:
    texts = {name: written(rows, ending, quoting) for name, rows in tables.items() if rows}
    expected = slow_rides(tables)
    days = {day for _route, _served, days in expected for day in days}
    with tempfile.TemporaryDirectory() as folder:
        path = write_zip(Path(folder) / "random.zip", texts)
        if not days:
            with pytest.raises(FaultyInput):
                read_feed(path, "random.zip", pytest.fail)
            return
        feed = read_feed(path, "random.zip", pytest.fail)
    assert rides_of(feed) == expected
    assert (feed.first, feed.last) == (min(days), max(days))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(small_feed())), st.data())
def test_whatever_is_in_a_table_is_read_or_refused(table: str, data: st.DataObject) -> None:
    feed: dict[str, str | bytes] = dict(small_feed())
    text = small_feed()[table].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 12, len(text))))
    new = data.draw(st.binary(max_size=8) | st.text('",\r\n 0:-é', max_size=8).map(str.encode))
    feed[table] = text[:start] + new + text[end:]
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            read = read_feed(write_zip(Path(folder) / "x.zip", feed), "x.zip", faults.append)
        except FaultyInput as error:
            faults += error.faults
        else:
            assert len(read.timetable.route) <= 3
    assert all(fault.file.startswith("x.zip") and fault.problem and fault.remedy for fault in faults)


def test_the_network_of_rennes(real_data: Path) -> None:
    path = real_data / STAR
    feed = read_feed(path, path.name, pytest.fail)
    timetable = feed.timetable
    sizes = (len(timetable.lon), len(feed.names.route_ids), len(timetable.route), len(timetable.stop))
    assert sizes == (1365, 68, 6809, 182_666)
    assert (feed.first, feed.last) == (dt.date(2012, 5, 21), dt.date(2012, 6, 17))
    assert (feed.agencies, feed.dropped_trips, feed.dropped_stop_times) == (["STAR"], 0, 0)
    with zipfile.ZipFile(path) as archive:
        tables = {
            name: list(csv.DictReader(io.TextIOWrapper(archive.open(f"{name}.txt"), "utf-8-sig")))
            for name in ("trips", "calendar", "calendar_dates")
        }
        wanted = {row["trip_id"] for row in tables["trips"][::400]}
        rows = csv.DictReader(io.TextIOWrapper(archive.open("stop_times.txt"), "utf-8-sig"))
        tables["stop_times"] = [row for row in rows if row["trip_id"] in wanted]
    tables["trips"] = [row for row in tables["trips"] if row["trip_id"] in wanted]
    assert slow_rides(tables) <= rides_of(feed)
