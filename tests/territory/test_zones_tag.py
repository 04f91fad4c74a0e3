"""`croisee zones tag`: every row answered as GEOS answers, every fault said, nothing half written."""

import csv
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from croisee.engine.zones import Index
from croisee.foundation.tables import FaultyInput
from croisee.territory import scanning
from croisee.territory.tagging import ADDED, MANY_FAULTS, tag_file
from tests.territory.map_files import write_map

REAL = Path(__file__).parents[3] / "shared" / "data"
TO_METRES = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
LILLE = box(3.05, 50.61, 3.06, 50.62)
INSIDE, EDGE, OUTSIDE = "3.055,50.615", "3.05,50.615", "3.10,50.65"


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    values = {"code_qp": ["QN05901M", "QN05902M"]}
    shapes = [LILLE, box(3.0615, 50.61, 3.07, 50.62)]
    write_map(tmp_path / "zones.geojson", shapes, values)
    return tmp_path / "zones.geojson"


def tag(tmp_path: Path, zones: Path, content: str | bytes, *options: str, output: str = "out.csv") -> bytes:
    source = tmp_path / "in.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    call_command(
        "zones",
        "tag",
        str(source),
        "-o",
        str(tmp_path / output),
        "--zones",
        str(zones),
        *options,
        stdout=StringIO(),
    )
    return (tmp_path / output).read_bytes()


def refusal(tmp_path: Path, zones: Path, content: str | bytes, *options: str) -> str:
    """What the command says; checks that it left the output as it was, and nothing else behind."""
    (tmp_path / "out.csv").write_text("before")
    before = {path.name for path in tmp_path.iterdir()} | {"in.csv"}
    with pytest.raises(CommandError) as caught:
        tag(tmp_path, zones, content, *options)
    assert caught.value.returncode == 1
    assert (tmp_path / "out.csv").read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == before
    return str(caught.value)


def test_four_columns_are_added(tmp_path, zones):
    text = tag(
        tmp_path, zones, f"id,lon,lat\na,{INSIDE}\nb,{EDGE}\nc,{OUTSIDE}\nd,,\ne,3.0601,50.615\n"
    ).decode()
    rows = list(csv.DictReader(StringIO(text)))
    assert text.startswith("id,lon,lat,zone_codes,band_codes,zone_distance_m,zone_answer\n")
    assert [row["zone_codes"] for row in rows] == ["QN05901M", "QN05901M", "", "", ""]
    assert [row["band_codes"] for row in rows] == ["QN05901M", "QN05901M", "", "", "QN05901M|QN05902M"]
    assert [row["zone_answer"] for row in rows] == ["yes", "uncertain", "no", "uncertain", "uncertain"]
    assert rows[1]["zone_distance_m"] == "0" or float(rows[1]["zone_distance_m"]) < 0.01
    assert rows[3]["zone_distance_m"] == ""


def test_no_database_is_touched(tmp_path, zones):
    """pytest-django lets no query through without its fixture; the command asks none."""
    assert b"yes" in tag(tmp_path, zones, f"lon,lat\n{INSIDE}\n")


@pytest.mark.parametrize(
    "names", ["lon,lat", "LON,Lat", "longitude,latitude", "Long,LAT", "lng,lat", "x,y", "X,Y"]
)
def test_columns_in_any_case(tmp_path, zones, names):
    assert b"QN05901M" in tag(tmp_path, zones, f"{names}\n{INSIDE}\n")


def test_metres_or_degrees_in_x_and_y_row_by_row(tmp_path, zones):
    x, y = TO_METRES.transform(3.055, 50.615)
    text = tag(tmp_path, zones, f"x,y\n{x},{y}\n{INSIDE}\n{OUTSIDE}\n").decode()
    assert [row["zone_answer"] for row in csv.DictReader(StringIO(text))] == ["yes", "yes", "no"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_rows_come_back_as_they_were(tmp_path, zones, delimiter, line_end, encoding):
    row = delimiter.join(['"Chaussée ""de"" l’Été;, \t|"', "3.055", '"50.615"', " é "])
    header = delimiter.join(["adresse", "lon", "lat", "note"])
    content = line_end.join([header, row, row, ""]).encode(encoding)
    lines = tag(tmp_path, zones, content).split(line_end.encode())
    given = content.split(line_end.encode())
    added = delimiter.encode().join([b"", b"QN05901M", b"QN05901M"])
    assert lines[0] == given[0] + delimiter.join(["", *ADDED]).encode()
    assert lines[1].startswith(given[1] + added)
    assert lines[1].endswith(delimiter.encode() + b"yes")
    assert lines[2] == lines[1]
    assert lines[3:] == [b""]


def test_utf_16_is_recoded(tmp_path, zones):
    assert "Été".encode() in tag(tmp_path, zones, "rue\tlon\tlat\nÉté\t3,055\t50,615\n".encode("utf-16"))


def test_decimal_comma_exponents_and_spaces(tmp_path, zones):
    text = tag(tmp_path, zones, 'lon;lat\n3,055;50,615\n" 3.055 ";+50.615\n0.3055e1;5.0615E1\n').decode()
    assert text.count("yes") == 3


def test_line_ends_inside_cells_blank_lines_and_no_last_line_end(tmp_path, zones):
    text = tag(tmp_path, zones, f'a,lon,lat\n\n"two\n\nlines",{INSIDE}\n\n"x""y",{OUTSIDE}').decode()
    assert [row["a"] for row in csv.DictReader(StringIO(text))] == ["two\n\nlines", 'x"y']


def test_compressed_in_and_out(tmp_path, zones):
    content = gzip.compress(f"lon,lat\n{INSIDE}\n".encode())
    assert gzip.decompress(tag(tmp_path, zones, content, output="out.csv.gz")).count(b"yes") == 1


def test_codes_that_need_quotation_marks(tmp_path):
    index = Index([box(3.05, 50.61, 3.06, 50.62)] * 2, ['Le "Sud", bas', "B"])
    (tmp_path / "in.csv").write_text(f"lon,lat\n{INSIDE}\n{OUTSIDE}\n")
    tag_file(tmp_path / "in.csv", tmp_path / "out.csv", index)
    rows = list(csv.DictReader(StringIO((tmp_path / "out.csv").read_text())))
    assert [row["zone_codes"] for row in rows] == ['Le "Sud", bas|B', ""]


def test_small_blocks_give_the_same_file(tmp_path, zones, monkeypatch):
    rng = np.random.default_rng(1)
    rows = [
        f'"rue\n{i}",{lon:.6f},{lat:.6f}'
        for i, (lon, lat) in enumerate(rng.uniform((3.0, 50.6), (3.1, 50.7), (500, 2)))
    ]
    content = "\r\n".join(['"a\u00e9",lon,lat', *rows])
    whole = tag(tmp_path, zones, content)
    monkeypatch.setattr(scanning, "BLOCK", 61)
    assert tag(tmp_path, zones, content) == whole
    assert len(list(csv.reader(StringIO(whole.decode())))) == 501


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.text(max_size=8), st.floats(2.9, 3.2), st.floats(50.5, 50.7), st.text(max_size=5)),
        min_size=1,
    ),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
)
def test_any_text_in_other_cells(tmp_path, zones, rows, quoting):
    """Whatever Python's csv module writes is split as it reads it, and comes back in the same bytes."""
    rows = [
        tuple(cell.replace("\0", "").replace("\r", "") if isinstance(cell, str) else cell for cell in row)
        for row in rows
    ]
    stream = StringIO()
    writer = csv.writer(stream, quoting=quoting, lineterminator="\n")
    writer.writerows([("a", "lon", "lat", "b"), *rows])
    content = stream.getvalue().encode("utf-8", "replace").decode()
    got = list(csv.reader(StringIO(tag(tmp_path, zones, content).decode())))
    assert [row[:4] for row in got] == list(csv.reader(StringIO(content)))
    lon, lat = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    expected = shapely.intersects_xy(LILLE, lon, lat)
    assert [row[4] == "QN05901M" for row in got[1:]] == expected.tolist()


@settings(max_examples=200)
@given(st.floats(-1e7, 1e7) | st.decimals(-10000, 10000, places=6))
def test_numbers_are_read_to_the_last_bit(number):
    text = str(number).encode()
    data = np.frombuffer(text, np.uint8)
    numbers, state = np.empty((1, 2)), np.empty((1, 2), np.uint8)
    scanning._parse(data, np.array([[0, len(text), 0, len(text)]]), numbers, state)
    if state[0, 0] == scanning.GIVEN:
        assert numbers[0, 0] == float(text)
    else:
        assert scanning._as_number(text.decode()) == float(text)


class TestFaults:
    @pytest.mark.parametrize(
        ("rows", "where", "what"),
        [
            ("3.05x,50.6", "row 2, column “lon”", "no number"),
            ("nan,50.6", "row 2, column “lon”", "no number"),
            ("50.615,3.055", "row 2, column “lon”", "swapped"),
            ("13.4,52.5", "row 2, column “lon”", "outside France"),
            ("0,0", "row 2, column “lon”", "outside France"),
            ("3.05,", "row 2, column “lat”", "empty"),
            ("3.05,50.6,7", "row 2", "3 cells, the first row 2"),
            (f"{INSIDE}\n\n{INSIDE}\n7", "row 5", "1 cells"),
            (f'{INSIDE}\n"3.05,50.6\n', "row 3", "never closed"),
        ],
    )
    def test_of_rows(self, tmp_path, zones, rows, where, what):
        said = refusal(tmp_path, zones, f"lon,lat\n{rows}\n")
        assert where in said
        assert what in said
        assert "Nothing was written" in said

    def test_metres_swapped_or_elsewhere(self, tmp_path, zones):
        said = refusal(tmp_path, zones, "x,y\n7060000,700000\n12,5000000\n")
        assert "swapped" in said
        assert "outside France (12, 5000000)" in said

    def test_keep_valid_leaves_them_out(self, tmp_path, zones):
        text = tag(tmp_path, zones, f"lon,lat\n{INSIDE}\nx,1\n{OUTSIDE}\n0,0\n", "--keep-valid").decode()
        assert [line.split(",")[-1] for line in text.splitlines()] == ["zone_answer", "yes", "no"]

    def test_keep_valid_needs_something_to_keep(self, tmp_path, zones):
        assert "swapped" in refusal(tmp_path, zones, "lon,lat\n50.6,3.0\n", "--keep-valid")

    def test_very_many(self, tmp_path, zones):
        (tmp_path / "in.csv").write_text("lon,lat\n" + "0,0\n" * (3 * MANY_FAULTS))
        index = Index([LILLE], ["A"])
        with pytest.raises(FaultyInput) as caught:
            tag_file(tmp_path / "in.csv", tmp_path / "out.csv", index)
        assert len(caught.value.faults) == MANY_FAULTS

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf\n", "empty"),
            (b"lon,lat\n", "no row"),
            (b"lon,lat\n\n\n", "no row"),
            (b"longitud;latitud\n1;2\n", "no columns of coordinates"),
            (b"lon,lat,zone_answer\n1,2,3\n", "“zone_answer” already"),
            (b"lon,lat,Lon\n3.055,50.615,3\n", "two columns are named “lon”"),
            (b"lon,lat\r3.055,50.615\r", "a carriage return alone"),
            (b"PK\x03\x04....", "no CSV"),
            (b"\x00\x01\x02\x03", "no CSV"),
            (gzip.compress(b"lon,lat\n" + os.urandom(5000).hex().encode())[:-2000], "cut short"),
        ],
    )
    def test_of_the_file(self, tmp_path, zones, content, what):
        assert what in refusal(tmp_path, zones, content)

    def test_no_file(self, tmp_path, zones):
        with pytest.raises(CommandError, match="does not exist"):
            call_command(
                "zones", "tag", str(tmp_path / "no.csv"), "-o", str(tmp_path / "o.csv"), "--zones", str(zones)
            )

    def test_of_the_polygons(self, tmp_path, zones):
        (tmp_path / "bad.geojson").write_text("{}")
        assert "no readable file of polygons" in refusal(
            tmp_path, tmp_path / "bad.geojson", f"lon,lat\n{INSIDE}\n"
        )

    def test_a_faulty_outline_is_told_once(self, tmp_path, zones, capsys):
        whole, without = json.loads(zones.read_text()), {"code_qp": "QN05903M"}
        whole["features"].append({"type": "Feature", "properties": without, "geometry": None})
        zones.write_text(json.dumps(whole))
        assert "QN05903M" in refusal(tmp_path, zones, f"lon,lat\n{INSIDE}\n")
        assert "QN05903M" not in capsys.readouterr().err

    def test_an_output_that_cannot_be(self, tmp_path, zones):
        (tmp_path / "file").touch()
        with pytest.raises(CommandError, match="Nothing was changed"):
            tag(tmp_path, zones, f"lon,lat\n{INSIDE}\n", output="file/out.csv")


@pytest.mark.slow
class TestProcess:
    """The command as people run it."""

    def run(self, tmp_path, zones, *options, source="", **more):
        source = source or str(tmp_path / "in.csv")
        arguments = ["tag", source, "-o", str(tmp_path / "out.csv"), "--zones", str(zones), *options]
        environment = os.environ | {
            "LANG": "fr_FR.UTF-8",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        }
        environment["DJANGO_SETTINGS_MODULE"] = "croisee.project.settings"
        command = [sys.executable, "-m", "croisee", "zones", *arguments]
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
        )

    def test_exit_codes_and_no_database(self, tmp_path, zones):
        (tmp_path / "in.csv").write_text(f"lon,lat\n{INSIDE}\n")
        done = self.run(tmp_path, zones)
        out, err = done.communicate(timeout=120)
        assert done.returncode == 0, err
        assert "out.csv" in out
        (tmp_path / "in.csv").write_text("lon,lat\n0,0\n")
        done = self.run(tmp_path, zones)
        assert "hors de France" in done.communicate(timeout=120)[1]
        assert done.returncode == 1
        done = self.run(tmp_path, zones, "--nonsense")
        done.communicate(timeout=120)
        assert done.returncode == 2

    def test_a_full_disk(self, tmp_path, zones):
        (tmp_path / "in.csv").write_text("lon,lat\n" + f"{INSIDE}\n" * 100_000)
        (tmp_path / "out.csv").write_text("before")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))  # noqa: E731
        done = self.run(tmp_path, zones, preexec_fn=limit)
        assert "plus de place" in done.communicate(timeout=120)[1]
        assert done.returncode == 1
        assert (tmp_path / "out.csv").read_text() == "before"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv", "zones.geojson"]

    @pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
    def test_interrupted(self, tmp_path, zones, sent):
        done = self.run(tmp_path, zones, stdin=subprocess.PIPE, source="/dev/stdin")
        done.stdin.write("lon,lat\n" + f"{INSIDE}\n" * 2_000_000)  # more than a block: some of it is written
        done.stdin.flush()
        time.sleep(1)
        done.send_signal(sent)
        said = done.communicate(timeout=60)[1]
        assert done.returncode in (130, 143), said
        assert [path.name for path in tmp_path.iterdir()] == ["zones.geojson"]


@pytest.mark.skipif(not REAL.exists(), reason="the real data is not beside the repository")
@pytest.mark.parametrize(
    "file", ["qpv/icu_mediapart_lille.gpkg", "qpv/qpv2015_lille_marseille_wgs84.geojson"]
)
def test_real_zones_answered_as_geos_answers(tmp_path, file):
    is_gpkg = file.endswith("gpkg")
    about, _fids, outlines, values = pyogrio.raw.read(REAL / file, layer="qpvs" if is_gpkg else None)
    codes = values[[name.lower() for name in about["fields"]].index("code_qp")]
    shapes = shapely.from_wkb(outlines)
    if not is_gpkg:
        shapes = shapely.transform(shapes, TO_METRES.transform, interleaved=False)
    lon, lat = np.random.default_rng(3).uniform((2.9, 50.55), (3.3, 50.8), (20_000, 2)).round(6).T
    content = "lon,lat\n" + "".join(f"{a},{b}\n" for a, b in zip(lon, lat, strict=True))
    rows = list(csv.DictReader(StringIO(tag(tmp_path, REAL / file, content).decode())))
    shapes = shapely.make_valid(shapes)
    points = shapely.points(*TO_METRES.transform(lon, lat))
    tree = shapely.STRtree(shapes)
    distance = shapely.distance(points, shapely.boundary(shapely.union_all(shapes)))
    for column, query in (("zone_codes", ("intersects",)), ("band_codes", ("dwithin", 300.0))):
        at, zone = tree.query(points, query[0], distance=query[1] if len(query) > 1 else None)
        expected = [set() for _ in rows]
        for point, code in zip(at, codes[zone], strict=True):
            expected[point].add(code)
        assert [set(row[column].split("|")) - {""} for row in rows] == expected
    written = np.array([float(row["zone_distance_m"]) for row in rows])
    assert np.abs(written - distance).max() < 0.02
    inside = np.array([bool(row["zone_codes"]) for row in rows])
    answer = np.where(distance <= 20, "uncertain", np.where(inside, "yes", "no"))
    clear = np.abs(distance - 20) > 0.02
    assert (np.array([row["zone_answer"] for row in rows])[clear] == answer[clear]).all()
