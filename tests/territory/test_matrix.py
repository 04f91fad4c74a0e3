"""`croisee transit matrix`: what it writes is known by hand; what it refuses is told by file, row and remedy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from croisee.territory.timetables import matrix
from tests.territory.gtfs_files import at, changed, write_folder, write_zip

NO_DATABASE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "LC_ALL": "en_US.UTF-8"}
PLACES = {
    "a": at(342_000, 6_782_000),
    "b": at(348_000, 6_782_000),
    "c": at(354_000, 6_782_000),
    "far": at(342_000, 6_792_000),
}
"""Six kilometres from one stop to the next: nobody walks that in forty minutes."""
MONDAY, SUNDAY = "2026-01-12", "2026-01-11"

# Be there by 8:45, leaving from 7:46 to 8:45.
#
# a to b: a bus each ten minutes takes fifteen. Who leaves up to 8:30 is there in time: 45 departures, of which 5 each
# wait 0 to 4 minutes and 4 each wait 5 to 9. The 23rd of 45 waits 4 minutes, the 41st (nine in ten) waits 8.
#
# b to c: a bus at 7:47 and at 8:17 takes ten minutes, the next one is there too late. 7:46 and 7:47 take 11 and 10
# minutes, 7:48 to 8:17 take 39 down to 10: of these 32 the 16th is 23, the 29th 36.
#
# a to c: who leaves up to 8:00 has the bus of 8:17, one minute and more after the change, and is there at 8:27: 41 down
# to 27 minutes, of these 15 the 8th is 34, the 14th 40.
EXPECTED = [
    ("a", "b", 19.0, 23.0, 0),
    ("a", "c", 34.0, 40.0, 1),
    ("b", "b", 0.0, 0.0, 0),
    ("b", "c", 23.0, 36.0, 0),
    ("far", "b", None, None, None),
    ("far", "c", None, None, None),
]


def two_lines() -> dict[str, str]:
    """Line 1 from A to B, line 2 from B to C, on weekdays for two weeks."""
    trips = [f"L1,week,x{minute}" for minute in range(0, 121, 10)] + [
        f"L2,week,y{minute}" for minute in range(17, 121, 30)
    ]
    calls = [
        f"{trip},{clock},{clock},{stop},{order}"
        for line, first, then, every in (("x", "A", "B", (0, 10, 15)), ("y", "B", "C", (17, 30, 10)))
        for start in range(every[0], 121, every[1])
        for trip in [f"{line}{start}"]
        for order, (stop, minute) in enumerate([(first, start), (then, start + every[2])], 1)
        for clock in [f"{7 + minute // 60:02d}:{minute % 60:02d}:00"]
    ]
    stops = [f"{name.upper()},{name.upper()},{PLACES[name]}" for name in "abc"]
    return {
        "agency": "agency_id,agency_name,agency_url,agency_timezone\n1,X,http://x.example,Europe/Paris\n",
        "stops": "\n".join(["stop_id,stop_name,stop_lat,stop_lon", *stops, ""]),
        "routes": "route_id,agency_id,route_short_name,route_type\nL1,1,1,3\nL2,1,2,3\n",
        "trips": "\n".join(["route_id,service_id,trip_id", *trips, ""]),
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20260105,20260116\n",
        "stop_times": "\n".join(["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *calls, ""]),
    }


def write_points(path: Path, *names: str) -> Path:
    rows = [",".join([name, *reversed(PLACES[name].split(","))]) for name in names]
    path.write_text("\n".join(["id,lon,lat", *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the feed and the two files of points."""
    folder = tmp_path / "files"
    folder.mkdir()
    write_zip(folder / "feed.zip", two_lines())
    write_points(folder / "from.csv", "a", "b", "far")
    write_points(folder / "to.csv", "b", "c")
    return folder


def words(files: Path, **changed: str) -> list[str]:
    """The words of the command; `changed` replaces or adds options."""
    options = {
        "gtfs": str(files / "feed.zip"),
        "from": str(files / "from.csv"),
        "to": str(files / "to.csv"),
        "arrive-by": "08:45",
        "date": MONDAY,
        "window": "60",
    }
    return [word for name, value in (options | changed).items() for word in (f"--{name}", value)]


def written(files: Path, name: str = "m.parquet", **changed: str) -> pa.Table:
    """The table that the command writes."""
    call_command("transit", "matrix", *words(files, **changed), "-o", str(files / name))
    return pq.read_table(files / name)


def refused(files: Path, **changed: str) -> str:
    """What the command says when it refuses; what was written before stays, and nothing else is left behind."""
    target = files / "m.parquet"
    target.write_bytes(b"before")
    there = set(files.iterdir())
    with pytest.raises(CommandError) as said:
        call_command("transit", "matrix", *words(files, **changed), "-o", str(target))
    assert target.read_bytes() == b"before"
    assert set(files.iterdir()) == there
    return str(said.value)


def as_rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


# What is written


def test_every_pair_has_the_figures_known_by_hand(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = written(files)
    assert as_rows(table) == EXPECTED
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("from_id", "string"),
        ("to_id", "string"),
        ("minutes_median", "double"),
        ("minutes_p90", "double"),
        ("transfers", "int16"),
    ]
    assert "pairs: 6; reached: 4" in capsys.readouterr().out


def test_pairs_written_in_several_goes_are_the_same(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "PAIRS_AT_ONCE", 2)
    assert as_rows(written(files)) == EXPECTED


def test_the_same_command_writes_the_same_bytes_from_an_archive_or_a_folder(files: Path) -> None:
    folder = write_folder(files / "feed", two_lines())
    (folder / "licence.pdf").write_bytes(b"%PDF")
    (folder / "notes.txt").write_text("du texte\n")
    for name, gtfs in (("one", "feed.zip"), ("again", "feed.zip"), ("folder", "feed")):
        written(files, name, gtfs=str(files / gtfs))
    assert (files / "one").read_bytes() == (files / "again").read_bytes() == (files / "folder").read_bytes()


def test_no_database_is_asked(files: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "croisee", "transit", "matrix", *words(files), "-o", str(files / "m.parquet")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | NO_DATABASE,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert as_rows(pq.read_table(files / "m.parquet")) == EXPECTED


def test_fewer_changes_shorter_journeys_and_longer_walks(files: Path) -> None:
    def pair(origin: str, destination: str, **options: str) -> object:
        found = {row[:2]: row[2:] for row in as_rows(written(files, **options))}
        return found[origin, destination]

    assert pair("a", "c", transfers="0") == (None, None, None)
    # Within 30 minutes: only who leaves from 7:57 to 8:00.
    assert pair("a", "c", longest="30") == (28.0, 30.0, 1)
    # Ten kilometres on foot take 173 minutes: at most twice 90, and within the longest journey.
    write_points(files / "to.csv", "a")
    noon = {"arrive-by": "12:00", "window": "240"}
    assert pair("far", "a", walk="90", **noon) == (None, None, None)
    assert pair("far", "a", longest="180", **noon) == (None, None, None)
    assert pair("far", "a", walk="90", longest="180", **noon) == (pytest.approx(173.3, abs=0.5),) * 2 + (0,)


def test_points_are_read_as_spreadsheets_write_them(files: Path) -> None:
    rows = [
        ";".join([name, *reversed(PLACES[name].replace(",", ";").replace(".", ",").split(";"))])
        for name in ("a", "b", "far")
    ]
    text = "\r\n".join(["id;Longitude;Latitude", *rows, ""])
    (files / "from.csv").write_bytes(text.encode("cp1252"))
    assert as_rows(written(files)) == EXPECTED


def test_a_window_around_midnight_has_the_trips_of_both_days(files: Path) -> None:
    # The evening before, at 23:30 from a to b and at 23:50 on to c, there at 0:05: who leaves from 23:21 to 23:30 is
    # there in 44 to 35 minutes; of these ten the 5th is 39, the 9th 43. The next day itself has no trip.
    tables = two_lines()
    header = tables["stop_times"].split("\n")[0]
    calls = (
        "x0,23:30:00,23:30:00,A,1",
        "x0,23:45:00,23:45:00,B,2",
        "y17,23:50:00,23:50:00,B,1",
        "y17,24:05:00,24:05:00,C,2",
    )
    write_zip(files / "feed.zip", tables | {"stop_times": "\n".join([header, *calls, ""])})
    for day, until in (("2026-01-17", "00:20"), ("2026-01-16", "24:20")):
        rows = as_rows(written(files, date=day, **{"arrive-by": until}))
        assert rows[1] == ("a", "c", 39.0, 43.0, 1)
    assert "says nothing of 2026-01-18" in refused(files, date="2026-01-18", **{"arrive-by": "00:20"})


# What is refused


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("id,lon\na,-1.6", r"row 1, column “lat”: the column “lat” is missing\. Add"),
        ("lon,lat\n-1.6,48.1", r"row 1, column “id”: the column “id” is missing\. Add"),
        (
            "id,lon,lat\na,-1.6,48.1\nb,-1.6,48.1\na,-1.6,48.2",
            r"row 4, column “id”: “a” stands in row 2 already\. G",
        ),
        (
            "id,lon,lat\na,-1.6,98",
            r"row 2, column “lon”: the point \(lon -1\.6, lat 98\) is outside France\. Correct",
        ),
        ("id,lon,lat\na,0,0", r"row 2, column “lon”: the point \(lon 0, lat 0\) is outside France\. Correct"),
        ("id,lon,lat\na,48.1,-1.6", r"row 2, column “lon”: longitude and latitude are swapped\. Exchange"),
        ("id,lon,lat\na,-1.6,48.1\nb,west,48.1", r"row 3, column “lon”: “west” is not a number\. Write"),
        ("id,lon,lat\na,-1.6,nan", r"row 2, column “lat”: “nan” is not a number\. Write"),
        ("id,lon,lat\na,-1.6,inf", r"row 2, column “lat”: “inf” is not a number\. Write"),
        ("id,lon,lat\na,,48.1", r"row 2, column “lon”: the cell is empty\. Give"),
        ("id,lon,lat\n,-1.6,48.1", r"row 2, column “id”: the cell is empty\. Give"),
        (
            f"id,lon,lat\n{'x' * 1000},-1.6,48.1",
            r"row 2, column “id”: the cell has more than 200 characters\. Shor",
        ),
        ("id,lon,lat\na,-1.6,48.1,4", r"row 2"),
        ("id,lon,lat", r": the file has a header and no row\. Add"),
        ("", r": the file is empty\. Its first row must be"),
    ],
)
@pytest.mark.parametrize("side", ["from", "to"])
def test_bad_points_are_told_by_row(files: Path, side: str, rows: str, told: str) -> None:
    (files / f"{side}.csv").write_text(rows)
    said = refused(files)
    assert re.match(rf"{side}\.csv.*{told}", said), said
    assert "Nothing was written." in said


def test_every_fault_of_a_file_is_told(files: Path) -> None:
    (files / "from.csv").write_text("id,lon,lat\na,x,48.1\na,-1.6,y\n,0,0\n")
    said = refused(files)
    assert [line.split(":")[0] for line in said.splitlines()[:-1]] == [
        "from.csv, row 2, column “lon”",
        "from.csv, row 3, column “lat”",
        "from.csv, row 3, column “id”",
        "from.csv, row 4, column “lon”",
        "from.csv, row 4, column “id”",
    ]


def test_a_file_of_nothing_but_faults_is_told_in_short(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(matrix, "MOST_FAULTS", 60)
    (files / "from.csv").write_text("id,lon,lat\n" + "a,9,9\n" * 1000)
    *lines, rest, _nothing = refused(files).splitlines()
    assert (len(lines), rest) == (50, "… and 29 more faults.")
    # An identifier that comes back is found from one stretch of rows to another.
    places = [f"a{row},-1.6,48.1" for row in range(25)]
    (files / "from.csv").write_text("\n".join(["id,lon,lat", *places, "a3,-1.6,48.1"]))
    assert "row 27, column “id”: “a3” stands in row 5 already" in refused(files)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-01-02", "says nothing of 2026-01-02. Choose a day from 2026-01-05 to 2026-01-16"),
        ("2026-01-19", "says nothing of 2026-01-19. Choose a day from 2026-01-05 to 2026-01-16"),
        (SUNDAY, "no trip runs on 2026-01-11. Choose another day from 2026-01-05 to 2026-01-16"),
    ],
)
def test_a_day_without_trips_is_refused(files: Path, day: str, told: str) -> None:
    assert told in refused(files, date=day)


def test_a_feed_that_cannot_be_used_is_refused(files: Path) -> None:
    tables = two_lines()
    del tables["stop_times"]
    write_zip(files / "feed.zip", tables)
    assert re.match(r"feed\.zip.*stop_times\.txt.*\. ", refused(files))
    (files / "feed.zip").write_bytes(b"PK not an archive")
    assert re.match(r"feed\.zip: the file cannot be read.*\. Download", refused(files))
    assert re.match(
        r".*nowhere\.zip: there is no such file or folder\. Check", refused(files, gtfs="nowhere.zip")
    )
    (files / "empty").mkdir()
    assert "stops.txt" in refused(files, gtfs=str(files / "empty"))
    for name in ("one", "two"):
        write_folder(files / "both" / name, two_lines())
    assert "it holds 2 feeds instead of one. Load each" in refused(files, gtfs=str(files / "both"))


def test_a_bad_row_of_a_feed_is_told_and_the_rest_is_used(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_zip(files / "feed.zip", changed("stop_times", "x0,07:15:00", "x0,7h15", two_lines()))
    assert as_rows(written(files)) == EXPECTED
    assert re.search(
        r"feed\.zip/stop_times\.txt, row 3, column “arrival_time”: .*7h15.*\. ", capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrive-by": "8h45"},
        {"arrive-by": "08:75"},
        {"arrive-by": "48:00"},
        {"date": "2026-1-12"},
        {"date": "12/01/2026"},
        {"walk": "0"},
        {"window": "601"},
        {"transfers": "-1"},
        {"longest": "1e2"},
    ],
)
def test_options_that_mean_nothing_are_refused(files: Path, wrong: dict[str, str]) -> None:
    assert f"“{next(iter(wrong.values()))}” is no" in refused(files, **wrong)


def test_what_the_disk_refuses_is_said(files: Path) -> None:
    (files / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        written(files, "file/m.parquet")


def test_neither_a_device_nor_an_input_is_written_over(files: Path) -> None:
    os.mkfifo(files / "pipe")
    for name in ("pipe", "from.csv", "to.csv", "feed.zip", "."):
        before = (files / name).read_bytes() if (files / name).is_file() else None
        with pytest.raises(CommandError, match="choose another name"):
            written(files, name)
        assert before is None or (files / name).read_bytes() == before
    assert (files / "pipe").is_fifo()
