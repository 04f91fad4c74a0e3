"""What is wrong with a feed, said with its file, its row and a remedy; the timetable in use stays when it must."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import timezone, translation

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import DataSet, TransitFeed
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.kept import loaded_timetable
from croisee.territory.timetables.reading import read_feed
from tests.territory.gtfs_files import changed, small_feed, write_zip
from tests.territory.official import load

LONG = "x" * 1001
WHOLE: list[tuple[str, str, str, str, int | None]] = [
    # What is replaced in which table, and by what; where it is said.
    ("stops", "stop_lon", "longitude", "star.zip/stops.txt", 1),
    ("stop_times", "stop_sequence", "rank", "star.zip/stop_times.txt", 1),
    ("trips", "service_id", "trip_id", "star.zip/trips.txt", 1),
    ("agency", "Europe/Paris", "Europe/Rennes", "star.zip/agency.txt", 2),
    ("agency", "Europe/Paris", "", "star.zip/agency.txt", 2),
    ("agency", "Europe/Paris", "America/Cayenne", "star.zip/agency.txt", 2),
    ("agency", "Paris\n", "Paris\n2,TER,http://x.example,Europe/London\n", "star.zip/agency.txt", 3),
    ("agency", ",STAR,", ",,", "star.zip/agency.txt", None),
    ("calendar", "1,1,1,1,1,0,0,", "0,0,0,0,0,0,0,", "star.zip", None),
]
ROWS: list[tuple[str, str, str, int, str, int, int]] = [
    # What is replaced in which table, and by what; the row and the column said; trips and stop times left.
    ("stops", "A,100,", ",100,", 2, "stop_id", 3, 6),
    ("stops", "B,102", "A,102", 4, "stop_id", 3, 6),
    ("stops", "\nB,102,Les Ormes,48.", "\nB,102,Les Ormes,north ", 4, "stop_lat", 3, 6),
    ("stops", "\nB,102,Les Ormes,48.", "\nB,102,Les Ormes,28.", 4, "stop_lat", 3, 6),
    ("stops", "\nB,102,Les Ormes", f"\nB,102,{LONG}", 4, "stop_name", 3, 6),
    ("stops", "\nB,102,Les Ormes", "\nB,102,", 4, "stop_name", 3, 8),
    ("stops", "0,\nC", "9,\nC", 4, "location_type", 3, 6),
    ("routes", "R2,1,a", "R1,1,a", 3, "route_id", 2, 6),
    ("routes", "Chantepie,3", "Chantepie,bus", 2, "route_type", 3, 8),
    ("trips", "R1,week,t2", "R1,week,t1", 3, "trip_id", 2, 5),
    ("trips", "R1,week,t2", "R3,week,t2", 3, "route_id", 2, 5),
    ("trips", "R1,week,t2", "R1,sunday,t2", 3, "service_id", 2, 5),
    ("calendar", "daily", "week", 3, "service_id", 2, 6),
    ("calendar", "1,1,1,1,1,1,1,2026", "1,1,1,1,1,1,1,26/", 3, "start_date", 2, 6),
    ("calendar", "1,1,1,1,1,1,1,2026", "1,1,1,1,1,1,1,2027", 3, "end_date", 2, 6),
    ("calendar", "1,1,1,1,1,1,1,", "1,1,1,1,1,1,2,", 3, "sunday", 2, 6),
    ("stop_times", "t1,08:05:00", "t9,08:05:00", 3, "trip_id", 3, 7),
    ("stop_times", "06:00,B,2", "06:00,Z,2", 3, "stop_id", 3, 7),
    ("stop_times", "06:00,B,2", "06:00,B,1", 3, "stop_sequence", 3, 7),
    ("stop_times", "06:00,B,2", "06:00,B,second", 3, "stop_sequence", 3, 7),
    ("stop_times", "t1,08:05:00", "t1,-8:05:00", 3, "arrival_time", 3, 7),
    ("stop_times", "t1,08:05:00", "t1,08:65:00", 3, "arrival_time", 3, 7),
    ("stop_times", "t1,08:05:00", "t1,07:05:00", 3, "arrival_time", 2, 5),
    ("stop_times", "08:06:00", "08:04:00", 3, "departure_time", 2, 5),
    ("stop_times", "08:05:00,08:06:00,B,2,0,0\nt1,08:20", ",,B,2,0,0\nt1,07:20", 4, "arrival_time", 2, 5),
    ("stop_times", "08:20:00,08:20:00", ",", 4, "arrival_time", 3, 7),
    ("stop_times", "m1,24:10:00", "m1,24h10", 9, "arrival_time", 2, 6),
    ("stop_times", "B,2,0,0", "B,2,7,0", 3, "pickup_type", 3, 7),
    ("stop_times", "B,2,0,0", "B,2,0,x", 3, "drop_off_type", 3, 7),
]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


def read_wrong(tmp_path: Path, tables: Mapping[str, str]) -> tuple[Feed, list[Fault]]:
    faults: list[Fault] = []
    return read_feed(write_zip(tmp_path / "star.zip", tables), "star.zip", faults.append), faults


@pytest.mark.parametrize(("table", "old", "new", "row", "field", "trips", "times"), ROWS)
def test_a_wrong_row_is_refused_and_the_rest_is_read(
    tmp_path: Path, table: str, old: str, new: str, row: int, field: str, trips: int, times: int
) -> None:
    feed, [fault, *missed] = read_wrong(tmp_path, changed(table, old, new))
    assert (fault.file, fault.row, fault.field) == (f"star.zip/{table}.txt", row, field)
    assert fault.problem
    assert fault.remedy
    assert (len(feed.timetable.route), len(feed.timetable.stop)) == (trips, times)
    assert all("not in" in other.problem or "neither in" in other.problem for other in missed)


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("0", "0.0", "latitude 0"),
        ("-1.7", "48.1", "swapped"),
        ("", "", "missing"),
        ("40.7", "-74.0", "outside"),
    ],
)
def test_where_a_stop_cannot_be(tmp_path: Path, latitude: str, longitude: str, said: str) -> None:
    tables = small_feed()
    rows = tables["stops"].split("\n")
    rows[3] = f"B,102,Les Ormes,{latitude},{longitude},0,"
    feed, [fault] = read_wrong(tmp_path, tables | {"stops": "\n".join(rows)})
    assert (fault.row, fault.field) == (4, "stop_lat")
    assert said in fault.problem
    assert len(feed.timetable.stop) == 6


def test_rows_of_another_length_are_refused(tmp_path: Path) -> None:
    tables = changed("stop_times", "t2,9:05", "t2,9h05", changed("stop_times", "B,2,0,0\n", "B,2,0\n"))
    _feed, faults = read_wrong(tmp_path, tables)
    assert {fault.file for fault in faults} == {"star.zip/stop_times.txt"}
    assert [(fault.row, fault.field) for fault in faults] == [(3, None), (6, "arrival_time")]


def test_headways_and_transfers_and_exceptions(tmp_path: Path) -> None:
    tables = small_feed() | {
        "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "t9,6:00:00,7:00:00,600,0\nt1,6h,7:00:00,600,0\nt1,7:00:00,6:00:00,600,0\nt1,6:00:00,7:00:00,600,2\n",
        "transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,Z,0,\nA,B,2,\nA,B,9,\nA,C,2,-5\n",
        "calendar_dates": "service_id,date,exception_type\nweek,20260230,1\nweek,20260105,3\n,20260105,1\n"
        "week,20260106,2\nweek,20260106,1\n",
        "feed_info": "feed_start_date\n2026-01-05\n",
    }
    _feed, faults = read_wrong(tmp_path, tables)
    said = {(fault.file.removeprefix("star.zip/"), fault.row, fault.field) for fault in faults}
    assert said == {
        ("frequencies.txt", 2, "trip_id"),
        ("frequencies.txt", 3, "start_time"),
        ("frequencies.txt", 4, "end_time"),
        ("frequencies.txt", 5, "exact_times"),
        ("transfers.txt", 2, "to_stop_id"),
        ("transfers.txt", 3, "min_transfer_time"),
        ("transfers.txt", 4, "transfer_type"),
        ("transfers.txt", 5, "min_transfer_time"),
        ("calendar_dates.txt", 2, "date"),
        ("calendar_dates.txt", 3, "exception_type"),
        ("calendar_dates.txt", 4, "service_id"),
        ("calendar_dates.txt", 6, "date"),
        ("feed_info.txt", 2, "feed_start_date"),
    }
    assert all(fault.remedy for fault in faults)


@pytest.mark.parametrize("table", ["agency", "stops", "routes", "trips", "stop_times", "calendar"])
def test_a_missing_or_empty_table_is_named(tmp_path: Path, table: str) -> None:
    for tables in ({k: v for k, v in small_feed().items() if k != table}, small_feed() | {table: " \n"}):
        with pytest.raises(FaultyInput) as error:
            read_wrong(tmp_path, tables)
        assert table in str(error.value.faults[0])
        assert error.value.faults[0].remedy


@pytest.fixture
def in_use(metropolis: Path) -> Path:
    """A folder whose feed, valid this month, is loaded."""
    today = timezone.localdate()
    write_zip(metropolis / "star.zip", small_feed(today, today + dt.timedelta(days=30)))
    [result] = load(metropolis / "star.zip")
    assert result.outcome is Outcome.LOADED
    return metropolis


def kept_as_it_was(before: TransitFeed) -> None:
    held = TransitFeed.objects.get()
    assert (held.pk, bytes(held.arrays), held.last_day) == (before.pk, bytes(before.arrays), before.last_day)
    assert held.stop_rows.count() == 5
    kept = loaded_timetable()
    assert kept is not None
    assert len(kept.timetable.route) == 3


@pytest.mark.parametrize(("table", "old", "new", "file", "row"), WHOLE)
def test_a_feed_that_cannot_be_used_leaves_the_one_before(
    in_use: Path, table: str, old: str, new: str, file: str, row: int | None
) -> None:
    before = TransitFeed.objects.get()
    tables = changed(table, old, new, small_feed(dt.date(2026, 1, 5), dt.date(2036, 1, 1)))
    if table == "calendar":
        tables = changed("calendar", "1,1,1,1,1,1,1,", "0,0,0,0,0,0,0,", tables)
    [result] = load(write_zip(in_use / "star.zip", tables))
    assert result.outcome is Outcome.REFUSED
    fault = result.faults[-1]
    assert (fault.file, fault.row) == (file, row)
    assert fault.remedy
    kept_as_it_was(before)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("star.zip", b"PK\x03\x04 no archive"),
        ("star.zip", {"stops": "stop_id,stop_name\nÉ,é\né,é\n".encode() + "è,è\n".encode("cp1252")}),
        ("star.zip", {"stop_times": b""}),
    ],
)
def test_an_unreadable_feed_leaves_the_one_before(
    in_use: Path, name: str, content: bytes | dict[str, bytes]
) -> None:
    before = TransitFeed.objects.get()
    if isinstance(content, bytes):
        (in_use / name).write_bytes(content)
    else:
        write_zip(in_use / name, {**small_feed(), **content})
    [result] = load(in_use / name)
    assert result.outcome is Outcome.REFUSED
    [fault] = result.faults
    assert fault.file.startswith("star.zip")
    assert fault.remedy
    if isinstance(content, dict) and "stops" in content:
        assert (fault.file, fault.row) == ("star.zip/stops.txt", 4)
    kept_as_it_was(before)


def test_an_expired_feed_does_not_replace_one_that_holds(in_use: Path) -> None:
    before = TransitFeed.objects.get()
    for name in ("star.zip", "star-2012.zip"):
        [result] = load(write_zip(in_use / name, small_feed(dt.date(2012, 1, 2), dt.date(2012, 2, 5))))
        assert result.outcome is Outcome.REFUSED
        [fault] = result.faults
        assert (fault.file, "previous timetable stays" in fault.remedy) == (name, True)
        kept_as_it_was(before)
    assert DataSet.objects.filter(kind="timetable").count() == 1


def test_rows_refused_are_in_the_report_and_the_rest_is_loaded(in_use: Path) -> None:
    today = timezone.localdate()
    tables = changed("stop_times", "t1,08:05:00", "t1,07:05:00", small_feed(today, today))
    [result] = load(write_zip(in_use / "star.zip", tables))
    assert (result.outcome, result.kept, result.refused) == (Outcome.LOADED, 5, 1)
    assert "1 trip left out" in result.message
    assert result.report is not None
    assert "star.zip/stop_times.txt,3,arrival_time" in result.report.read_text(encoding="utf-8-sig")
