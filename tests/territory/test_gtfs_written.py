"""Feeds as they are met: written in other ways than the reference asks, they say the same; what is said stays short."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import translation

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.recognition import recognised
from croisee.territory.timetables import archive
from croisee.territory.timetables.archive import is_feed
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.reading import MOST_HEARD, read_feed
from croisee.territory.timetables.sheets import MOST_TOLD
from tests.territory.gtfs_files import changed, small_feed, write_folder, write_zip
from tests.territory.test_gtfs_reading import same

DATES = "service_id,date,exception_type\n" + "".join(
    f"{service},202601{day:02},1\n"
    for day in range(5, 19)
    for service in ("week", "daily")
    if service == "daily" or day not in (10, 11, 17, 18)
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


def read(path: Path, faults: list[Fault] | None = None) -> Feed:
    found: list[Fault] = []
    feed = read_feed(path, "star.zip", found.append)
    if faults is None:
        assert not found
    else:
        faults += found
    return feed


def refused(path: Path) -> list[Fault]:
    with pytest.raises(FaultyInput) as error:
        read_feed(path, "star.zip", lambda fault: None)
    assert all(fault.problem and fault.remedy for fault in error.value.faults)
    return error.value.faults


def write(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in files.items():
            written.writestr(name, text)
    return path


def capitals(text: str) -> str:
    header, rows = text.split("\n", 1)
    return f"{header.upper()}\n{rows}"


def spaced(text: str) -> str:
    """A space before each cell, and quotes after it."""
    return "\n".join(
        ", ".join(f'"{cell}"' if cell else "" for cell in row.split(",")) for row in text.split("\n")
    )


@pytest.mark.parametrize(
    "way",
    [
        capitals,
        spaced,
        lambda text: f"\n \r\n{text}",
        lambda text: text.replace("\n", "\n  \n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
    ],
)
def test_tables_written_otherwise_say_the_same(tmp_path: Path, way: Callable[[str], str]) -> None:
    tables = {name: way(text) for name, text in small_feed().items()}
    same(read(write_zip(tmp_path / "one.zip", small_feed())), read(write_zip(tmp_path / "other.zip", tables)))


@pytest.mark.parametrize(
    ("encoding", "said"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-8-sig", "")]
)
def test_other_encodings_are_read_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    tables = {name: text.encode(encoding) for name, text in small_feed().items()}
    faults: list[Fault] = []
    same(
        read(write_zip(tmp_path / "one.zip", small_feed())),
        read(write_zip(tmp_path / "other.zip", tables), faults),
    )
    assert all(said in fault.problem and fault.remedy for fault in faults)
    assert any(fault.file == "star.zip/stops.txt" for fault in faults) == bool(said)


def test_files_are_found_whatever_their_names_and_what_lies_beside(tmp_path: Path) -> None:
    whole = read(write_zip(tmp_path / "one.zip", small_feed()))
    for before in ("", "EXPORT/gtfs/", "EXPORT\\", "../../"):
        files: dict[str, str | bytes] = {
            f"{before}{name.upper()}.TXT": text for name, text in small_feed().items()
        }
        files |= {"__MACOSX/stops.txt": b"\0\5", "EXPORT/gtfs/__MACOSX/stops.txt": "x", ".git/stops.txt": "x"}
        assert is_feed(files)
        same(whole, read(write(tmp_path / "other.zip", files)))
    outer = {f"{name}.txt": text for name, text in small_feed().items()}
    same(whole, read(write(tmp_path / "other.zip", outer | {"old/stops.txt": "x"})))
    folder = write_folder(tmp_path / "feed", small_feed())
    (folder / "stops.txt").rename(folder / "STOPS.TXT")
    same(whole, read(folder))


def test_empty_optional_tables_are_as_good_as_none(tmp_path: Path) -> None:
    whole = read(write_zip(tmp_path / "one.zip", small_feed()))
    nothing = dict.fromkeys(("transfers", "frequencies", "feed_info", "calendar_dates"), "")
    same(whole, read(write_zip(tmp_path / "other.zip", small_feed() | nothing)))
    header = small_feed()["calendar"].split("\n")[0]
    for calendar in ("", header, f"{header}\n"):
        tables = small_feed() | {"calendar": calendar, "calendar_dates": DATES}
        found = read(write_zip(tmp_path / "other.zip", tables)).timetable
        for day in range(14):
            there, here = (one.runs[one.service, day] for one in (whole.timetable, found))
            assert (there == here).all()


def test_a_bomb_is_told_by_how_it_is_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGE", 100_000)
    tables = small_feed() | {"stops": small_feed()["stops"] + "\n" * 1_000_000}
    [fault] = refused(write_zip(tmp_path / "star.zip", tables))
    assert (fault.file, fault.problem) == (
        "star.zip/stops.txt",
        "it unpacks to more than 200 times its size.",
    )


def test_an_archive_of_archives_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "star.zip", {"star/inner.zip": b"PK"})
    for faults in (refused(path), _not_recognised(path)):
        [fault] = faults
        assert (fault.file, "other archives" in fault.problem, "Unpack" in fault.remedy) == (
            "star.zip",
            True,
            True,
        )
    assert (
        recognised(write(tmp_path / "other.zip", {"inner.zip": b"PK", "a.pdf": b"%PDF"}), "other.zip") == []
    )


def _not_recognised(path: Path) -> list[Fault]:
    with pytest.raises(FaultyInput) as error:
        recognised(path, "star.zip")
    return error.value.faults


def test_nul_characters_are_refused_with_their_row(tmp_path: Path) -> None:
    faults: list[Fault] = []
    feed = read(write_zip(tmp_path / "star.zip", changed("stops", "Les Ormes", "Les\0Ormes")), faults)
    assert [(fault.file, fault.row, fault.field) for fault in faults] == [
        ("star.zip/stops.txt", 4, "stop_name")
    ]
    assert len(feed.timetable.stop) == 6


@pytest.mark.parametrize("row", ["t1,7h,7h,A,9,,", "t1,7h,7h"])
def test_a_table_of_bad_rows_is_told_in_short(tmp_path: Path, row: str) -> None:
    tables = small_feed()
    tables["stop_times"] += f"{row}\n" * (MOST_TOLD + 500)
    faults: list[Fault] = []
    read(write_zip(tmp_path / "star.zip", tables), faults)
    assert [fault.row for fault in faults[:-1]] == list(range(10, 10 + MOST_TOLD))
    assert (faults[-1].row, faults[-1].problem) == (None, "500 other rows have this fault.")
    assert faults[-1].remedy == faults[0].remedy


def test_why_nothing_runs_is_told_with_it(tmp_path: Path) -> None:
    tables = small_feed()
    tables["stop_times"] = tables["stop_times"].replace(":00,", ":99,")
    *rows, last = refused(write_zip(tmp_path / "star.zip", tables))
    assert [(fault.row, fault.field) for fault in rows][:2] == [(2, "arrival_time"), (3, "arrival_time")]
    assert len(rows) <= MOST_HEARD
    assert (last.file, last.row) == ("star.zip", None)
    assert "no trip runs" in last.problem


def test_numbers_as_programs_write_them(tmp_path: Path) -> None:
    tables = small_feed()
    header, *rows = tables["stops"].split("\n")
    for at, row in enumerate(rows):
        cells = row.split(",")
        if len(cells) > 4:
            cells[3:5] = [f"{float(text):+.12E}" for text in cells[3:5]]
        rows[at] = ",".join(cells)
    tables["stops"] = "\n".join([header, *rows])
    same(read(write_zip(tmp_path / "one.zip", small_feed())), read(write_zip(tmp_path / "other.zip", tables)))


def test_a_stop_far_out_at_sea_is_told_by_the_trips_that_leap_there(tmp_path: Path) -> None:
    tables = small_feed()
    rows = tables["stops"].split("\n")
    rows[3] = "B,102,Les Ormes,46.0,-5.5,0,"
    faults: list[Fault] = []
    feed = read(write_zip(tmp_path / "star.zip", tables | {"stops": "\n".join(rows)}), faults)
    # Once for A to B, once for B to C, though two trips go there.
    assert [(fault.row, fault.field) for fault in faults] == [(3, "stop_id"), (4, "stop_id")]
    assert faults[0].file == "star.zip/stop_times.txt"
    assert "“B” is too far" in faults[0].problem
    assert len(feed.timetable.stop) == 8
