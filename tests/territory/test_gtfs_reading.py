"""What is read of a feed: times, days, names, headways, transfers, whatever the way it is written."""

import datetime as dt
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables import archive
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.reading import read_feed
from croisee.territory.timetables.stop_times import interpolated
from croisee.territory.timetables.transfers import DEFAULT_CHANGE, NO_CHANGE
from tests.territory.gtfs_files import FIRST, LAST, changed, small_feed, write_folder, write_zip


def read(tmp_path: Path, tables: Mapping[str, str | bytes], faults: list[Fault] | None = None) -> Feed:
    """The feed of some tables; unless `faults` are asked for there are none."""
    found: list[Fault] = []
    feed = read_feed(write_zip(tmp_path / "star.zip", tables), "star.zip", found.append)
    if faults is None:
        assert not found
    else:
        faults += found
    return feed


def stops_of(feed: Feed, trip: str) -> list[tuple[str, int, int]]:
    """Stop, arrival and departure of each stop time of the first trip of that name."""
    timetable, at = feed.timetable, feed.names.trip_ids.index(trip)
    rows = range(timetable.start[at], timetable.start[at + 1])
    return [
        (
            feed.names.stop_ids[timetable.stop[row]],
            int(timetable.arrival[row]),
            int(timetable.departure[row]),
        )
        for row in rows
    ]


def clock(hours: int, minutes: int = 0, seconds: int = 0) -> int:
    return hours * 3600 + minutes * 60 + seconds


def test_a_small_feed(tmp_path: Path) -> None:
    feed = read(tmp_path, small_feed())
    timetable, names = feed.timetable, feed.names
    assert names.stop_ids == ["A", "A2", "B", "C", "D"]  # the station is no place where a vehicle stops
    assert stops_of(feed, "t2") == [
        ("A", clock(9), clock(9)),
        ("B", clock(9, 5), clock(9, 6)),
        ("C", clock(9, 20), clock(9, 20)),
    ]
    assert stops_of(feed, "m1")[1] == ("D", clock(24, 10), clock(24, 10))
    assert timetable.boards.tolist() == [True, True, False] * 2 + [True, True]
    assert timetable.alights.tolist() == [False, True, True] * 2 + [True, True]
    assert (feed.first, feed.last, feed.agencies, feed.time_zone) == (FIRST, LAST, ["STAR"], "Europe/Paris")
    assert [timetable.trips_on(FIRST + dt.timedelta(days=n)).tolist() for n in (0, 5, 13, 14)] == [
        [0, 1, 2],
        [2],
        [2],
        [],
    ]
    assert [names.line(route) for route in timetable.route] == ["C1", "C1", "a"]
    assert (names.route_types, names.route_colours) == ([3, 1], ["90C01B", ""])
    assert (names.headsigns[0], names.route_agencies[0], names.stop_codes[2]) == ("Cesson", "STAR", "102")


def same(one: Feed, other: Feed) -> None:
    for name in ("lon", "lat", "start", "stop", "arrival", "departure", "boards", "runs", "route", "service"):
        assert_array_equal(getattr(one.timetable, name), getattr(other.timetable, name))
    assert one.names == other.names


def test_a_folder_is_as_good_as_an_archive_and_so_is_a_folder_in_one(tmp_path: Path) -> None:
    whole = read(tmp_path, small_feed())
    folder = write_folder(tmp_path / "star", small_feed())
    same(whole, read_feed(folder, "star", pytest.fail))
    inside = write_zip(tmp_path / "inside.zip", small_feed(), folder="export/gtfs/")
    same(whole, read_feed(inside, "inside.zip", pytest.fail))


def test_the_way_a_table_is_written_does_not_matter(tmp_path: Path) -> None:
    whole = read(tmp_path, small_feed())
    tables: dict[str, str | bytes] = {}
    for name, text in small_feed().items():
        header, *rows = text.strip().split("\n")
        names = ", ".join(f'"{column}" ' for column in header.split(","))
        lines = [f"{names},extra", *(f'{row},"several\nlines"' for row in rows)]
        tables[name] = b"\xef\xbb\xbf" + "\r\n".join([*lines, "", ""]).encode()
    for name, old, new in (("trips", b",t1,", b',"t1 ",'), ("stop_times", b"t1,08:05:00", b" t1 , 8:05:00 ")):
        written = tables[name]
        assert isinstance(written, bytes)
        tables[name] = written.replace(old, new)
    same(whole, read(tmp_path, tables))


def test_only_exceptions_only_weeks_or_both(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweek,20260110,1\nweek,20260105,2\ndaily,20260106,1\n"
    both = read(tmp_path, small_feed() | {"calendar_dates": dates}).timetable
    assert [both.trips_on(dt.date(2026, 1, day)).tolist() for day in (5, 6, 10)] == [
        [2],
        [0, 1, 2],
        [0, 1, 2],
    ]
    alone = small_feed() | {"calendar_dates": dates}
    del alone["calendar"]
    only = read(tmp_path, alone).timetable
    assert (only.first, only.last) == (dt.date(2026, 1, 6), dt.date(2026, 1, 10))
    assert only.trips_on(dt.date(2026, 1, 10)).tolist() == [0, 1]
    del alone["calendar_dates"]
    with pytest.raises(FaultyInput):
        read(tmp_path, alone)


def test_what_the_feed_says_of_itself(tmp_path: Path) -> None:
    info = "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version\n"
    feed = read(tmp_path, small_feed() | {"feed_info": info + "Keolis,http://x,fr,20260107,20270101,7\n"})
    assert (feed.first, feed.last) == (dt.date(2026, 1, 7), LAST)
    assert (feed.publisher, feed.version) == ("Keolis", "7")
    assert read(tmp_path, small_feed() | {"feed_info": "feed_lang\nfr\n"}).last == LAST


def test_missing_times_by_distance_where_it_is_said_and_evenly_where_not(tmp_path: Path) -> None:
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\n"
    rows = (
        "t1,08:00:00,08:01:00,A,1,0\n"
        "t1,,,B,5,100\n"
        "t1,,,D,6,900\n"
        "t1,08:11:00,08:11:00,C,9,1000\n"
        "t2,09:00:00,09:00:00,A,1,0\n"
        "t2,,,B,2,\n"
        "t2,,,D,3,\n"
        "t2,09:10:00,,C,4,1000\n"
        "m1,,10:00:00,A2,1,\nm1,10:10:00,,D,2,\n"
    )
    feed = read(tmp_path, small_feed() | {"stop_times": header + rows})
    assert [arrival for _stop, arrival, _departure in stops_of(feed, "t1")] == [
        clock(8),
        clock(8, 2),
        clock(8, 10),
        clock(8, 11),
    ]
    assert [arrival for _stop, arrival, _departure in stops_of(feed, "t2")] == [
        clock(9),
        clock(9, 3, 20),
        clock(9, 6, 40),
        clock(9, 10),
    ]


def test_distances_that_decrease_are_not_believed() -> None:
    trip = np.zeros(4, np.int32)
    times = np.array([0, -1, -1, 90], np.int32)
    for distance in ([0.0, 9.0, 5.0, 10.0], [0.0, 5.0, 11.0, 10.0], [5.0, 5.0, 5.0, 5.0]):
        arrival, departure = interpolated(trip, times, times, np.array(distance))
        assert arrival.tolist() == departure.tolist() == [0, 30, 60, 90]


def test_headways_are_written_out(tmp_path: Path) -> None:
    table = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "t1,06:00:00,06:30:00,600,0\n"
        "t1,10:00:00,10:15:00,600,1\n"
    )
    feed = read(tmp_path, small_feed() | {"frequencies": table})
    timetable = feed.timetable
    assert feed.names.trip_ids == ["t2", "m1", "t1", "t1", "t1", "t1", "t1"]
    begins = timetable.departure[timetable.start[:-1]][2:].tolist()
    assert begins == [clock(6), clock(6, 10), clock(6, 20), clock(10), clock(10, 10)]
    assert stops_of(feed, "t1") == [
        ("A", clock(6), clock(6)),
        ("B", clock(6, 5), clock(6, 6)),
        ("C", clock(6, 20), clock(6, 20)),
    ]
    assert timetable.service.tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert feed.dropped_trips == 0
    faults: list[Fault] = []
    feed = read(tmp_path, small_feed() | {"frequencies": table.replace("600", "0")}, faults)
    assert feed.names.trip_ids == ["t2", "m1"]  # a model is never run as it stands
    assert ([fault.row for fault in faults], feed.dropped_trips) == ([2, 3], 1)


def test_headways_past_any_measure_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from croisee.territory.timetables import frequencies

    monkeypatch.setattr(frequencies, "MOST_STOP_TIMES", 1000)
    table = "trip_id,start_time,end_time,headway_secs\nt1,00:00:00,99:00:00,1\n"
    with pytest.raises(FaultyInput) as error:
        read(tmp_path, small_feed() | {"frequencies": table})
    assert error.value.faults[0].file == "star.zip/frequencies.txt"


def test_transfers(tmp_path: Path) -> None:
    table = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_route_id\n"
        "A,A2,2,90,\n"  # itself, before the row about its station
        "G,G,2,240,\n"
        "B,B,3,,\n"
        "B,C,3,,\n"
        "C,B,1,,\n"
        "C,D,0,,\n"
        "D,C,,150,\n"
        "D,B,2,30,R1\n"
        "D,D,4,,\n"
    )
    feed = read(tmp_path, small_feed() | {"transfers": table})
    timetable, ids = feed.timetable, feed.names.stop_ids
    assert dict(zip(ids, timetable.change.tolist(), strict=True)) == {
        "A": 240,
        "A2": 240,
        "B": NO_CHANGE,
        "C": DEFAULT_CHANGE,
        "D": DEFAULT_CHANGE,
    }
    paths = zip(timetable.path_from, timetable.path_to, timetable.path_seconds, strict=True)
    assert {(ids[here], ids[there]): int(seconds) for here, there, seconds in paths} == {
        ("A", "A2"): 90,
        ("A2", "A"): 240,
        ("B", "C"): -1,
        ("C", "B"): 0,
        ("D", "C"): 150,
    }
    assert feed.unused_transfers == 2


def test_a_station_at_which_a_trip_stops_is_a_stop_too(tmp_path: Path) -> None:
    table = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nG,D,2,300\n"
    feed = read(tmp_path, changed("stop_times", ",A2,", ",G,") | {"transfers": table})
    ids, timetable = feed.names.stop_ids, feed.timetable
    assert (stops_of(feed, "m1")[0][0], ids) == ("G", ["A", "A2", "B", "C", "D", "G"])
    assert [ids[at] for at in timetable.path_from.tolist()] == ["A", "A2", "G"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 100_000)
    with pytest.raises(FaultyInput) as error:
        read(tmp_path, small_feed() | {"stop_times": "x" * 200_000})
    [fault] = error.value.faults
    assert (fault.file, bool(fault.remedy)) == ("star.zip/stop_times.txt", True)


def test_an_archive_cut_short_and_one_of_two_feeds(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "star.zip", small_feed())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as whole:
        begins = whole.getinfo("stops.txt").header_offset + 50
    data[begins : begins + 30] = b"\0" * 30
    path.write_bytes(data)
    with pytest.raises(FaultyInput) as error:
        read_feed(path, "star.zip", pytest.fail)
    assert error.value.faults[0].file == "star.zip/stops.txt"
    path.write_bytes(b"no archive at all")
    with pytest.raises(FaultyInput):
        read_feed(path, "star.zip", pytest.fail)
    folder = tmp_path / "both"
    write_folder(folder / "one", small_feed())
    write_folder(folder / "two", small_feed())
    with pytest.raises(FaultyInput) as error:
        read_feed(folder, "both", pytest.fail)
    assert error.value.faults[0].file == "both"


def test_empty_rows_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    faults: list[Fault] = []
    tables = changed("stop_times", "t1,08:05:00", "\n\nt1,8h05")
    read(tmp_path, tables, faults)
    assert [(fault.row, fault.field) for fault in faults] == [(5, "arrival_time")]
