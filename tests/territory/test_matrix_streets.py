"""`croisee transit matrix --streets`: walks along the streets of an extract, without a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.territory.official import degrees
from tests.territory.osm_files import Way, write_pbf, write_xml
from tests.territory.test_matrix import (
    NO_DATABASE,
    PLACES,
    _in_english,
    as_rows,
    files,
    refused,
    words,
    write_points,
    written,
)

__all__ = ["_in_english", "files"]

# From a, 300 m east, then 400 m north: 700 m are 560 seconds; 500 m as the crow flies, made 1.3 times as long, are 520.
CORNERS = [(342_000, 6_782_000), (342_300, 6_782_000), (342_300, 6_782_400)]
STREET: Way = ([1, 2, 3], {"highway": "residential"})


@pytest.fixture
def around_a_corner(files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From a to the end of a street that turns."""
    longitude, latitude = degrees(*CORNERS[2])
    monkeypatch.setitem(PLACES, "end", f"{latitude:.6f},{longitude:.6f}")
    write_points(files / "from.csv", "a")
    write_points(files / "to.csv", "end")
    return files


def minutes(folder: Path, **changed: str) -> float:
    [row] = as_rows(written(folder, **changed))
    assert row[:2] == ("a", "end")
    assert isinstance(row[2], float)
    return row[2]


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "town.osm.gz"])
def test_walks_follow_the_streets(around_a_corner: Path, name: str) -> None:
    write = write_pbf if name.endswith("pbf") else write_xml
    extract = write(around_a_corner / name, [degrees(*corner) for corner in CORNERS], [STREET])
    assert minutes(around_a_corner) == pytest.approx(520 / 60, abs=0.05)
    for place in (str(extract), extract.as_uri()):
        assert minutes(around_a_corner, streets=place) == pytest.approx(560 / 60, abs=0.05)


def test_streets_need_no_database(around_a_corner: Path) -> None:
    extract = write_pbf(around_a_corner / "town.osm.pbf", [degrees(*corner) for corner in CORNERS], [STREET])
    output = around_a_corner / "m.parquet"
    asked = [*words(around_a_corner, streets=str(extract)), "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "croisee", "transit", "matrix", *asked],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | NO_DATABASE,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert pq.read_table(output)["minutes_median"].to_pylist() == [pytest.approx(560 / 60, abs=0.05)]


def test_streets_that_are_of_no_use_are_told(files: Path) -> None:
    nodes = [degrees(*corner) for corner in CORNERS]
    extract = files / "town.osm.pbf"
    write_pbf(extract, [(7.7, 48.5), (7.71, 48.5), (7.71, 48.51)], [STREET])
    told = "town.osm.pbf: it holds no street near the points and the stops. Take"
    assert told in refused(files, streets=str(extract))
    write_pbf(extract, nodes, [([1, 2], {"highway": "motorway"})])
    assert "town.osm.pbf: no way in it may be walked. Take" in refused(files, streets=str(extract))
    extract.write_bytes(extract.read_bytes()[:-20])
    assert "town.osm.pbf: the file is damaged" in refused(files, streets=str(extract))
    assert "from.csv: this is no OpenStreetMap file. Give" in refused(files, streets=str(files / "from.csv"))
    assert "there is no such file or folder. Check" in refused(files, streets="nowhere.osm.pbf")
