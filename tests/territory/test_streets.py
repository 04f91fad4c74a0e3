"""Streets from OpenStreetMap: which ways are walked, what is stored of them, and what is wrong with a file."""

import datetime as dt
import gzip
import html
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from croisee.engine.transit.streets import Streets
from croisee.engine.transit.walking import Pace
from croisee.foundation.accounts.models import Account
from croisee.territory.loaders import openstreetmap, recognition
from croisee.territory.loaders.loading import Outcome, Result
from croisee.territory.loaders.openstreetmap import may_be_walked
from croisee.territory.models import DataSet, DataSetKind, Epci, StreetNetwork
from croisee.territory.queries import territory_status
from croisee.territory.reporting import result_line, status_lines
from croisee.territory.street_networks import kept_streets
from tests.territory import official
from tests.territory.official import EPCI, degrees, load
from tests.territory.osm_files import SNAPSHOT, Way, write_pbf, write_xml

WEST, EAST = (341_000.0, 6_782_000.0), (346_000.0, 6_782_000.0)
Place = tuple[float, float]

# Metres east and north of the corner of a town: a street from 1 to 4, another from 5 to 6 beyond the motorway, and a
# footbridge from 4 to 5.
NODES: list[Place] = [
    (0, 0),
    (200, 0),
    (400, 0),
    (600, 0),
    (600, 300),
    (0, 300),
    (-500, 150),
    (1000, 150),
    (200, -400),
    (400, -400),
]
STREET: Way = ([1, 2, 3, 4], {"highway": "residential", "name": "Rue “du & Pont”"})
BEYOND: Way = ([5, 6], {"highway": "tertiary"})
MOTORWAY: Way = ([7, 8], {"highway": "motorway", "foot": "no"})
JUNCTION: Way = ([1, 6], {"highway": "trunk"})
FOOTBRIDGE: Way = ([4, 5], {"highway": "footway", "bridge": "yes"})
PRIVATE: Way = ([2, 9], {"highway": "service", "access": "private"})
PARK: Way = ([3, 10], {"highway": "path"})
SQUARE: Way = ([2, 3, 10, 9, 2], {"highway": "pedestrian", "area": "yes"})
RIVER: Way = ([9, 10], {"waterway": "river"})
TOWN = [STREET, BEYOND, MOTORWAY, JUNCTION, FOOTBRIDGE, PRIVATE, PARK, SQUARE, RIVER]


def points(corner: Place = WEST) -> list[Place]:
    return [degrees(corner[0] + x, corner[1] + y) for x, y in NODES]


def write_town(folder: Path, name: str = "bretagne.osm.pbf", corner: Place = WEST) -> Path:
    """The town as a file, in the format that the name tells."""
    write = write_pbf if name.endswith(".pbf") else write_xml
    return write(folder / name, points(corner), TOWN)


def on_foot(streets: Streets, here: int, there: int) -> int | None:
    """Metres from one node of the town to another; None when there is no way."""
    lon, lat = np.array([points()[here - 1], points()[there - 1]]).T
    places, targets = (streets.snapped(lon[k : k + 1], lat[k : k + 1], 20) for k in (0, 1))
    walks = streets.walks(places, targets, Pace(speed=1.0, detour=100.0), 9_000)
    return int(walks.seconds[0]) if len(walks.stop) else None


@pytest.mark.parametrize("name", ["bretagne.osm.pbf", "bretagne.osm", "bretagne.osm.gz"])
def test_the_streets_of_a_town(metropolis: Path, name: str) -> None:
    [result] = load(write_town(metropolis, name))
    assert (result.outcome, result.kind, result.kept) == (Outcome.LOADED, DataSetKind.STREETS, 5)
    network = StreetNetwork.objects.get()
    assert (network.nodes, network.edges) == (6, 5)
    assert network.metres == pytest.approx(1900, rel=0.002)
    assert network.snapshot == dt.date.fromisoformat(SNAPSHOT[:10])
    assert (network.data_set.vintage, network.data_set.epci_id) == ("2025-03-02", EPCI)
    streets = kept_streets()
    assert streets is not None
    # 600 along the street, over the footbridge and back: neither the motorway nor the trunk road is walked.
    assert on_foot(streets, 1, 6) == pytest.approx(600 + 300 + 600, abs=5)
    assert on_foot(streets, 2, 10) == pytest.approx(200 + 400, abs=5)
    assert on_foot(streets, 1, 9) is None  # the way there is private


def test_the_three_formats_say_the_same(metropolis: Path) -> None:
    stored = []
    for name in ("a.osm.pbf", "b.osm", "c.osm.gz"):
        load(write_town(metropolis, name))
        streets = kept_streets()
        assert streets is not None
        stored.append(sorted(zip(streets.line_lon.round(7), streets.line_lat.round(7), strict=True)))
    assert stored[0] == stored[1] == stored[2]


def test_it_says_what_it_keeps_and_leaves_out(metropolis: Path) -> None:
    apart = [*TOWN, ([7, 6], {"highway": "path", "foot": "no"}), ([9, 10], {"highway": "steps"})]
    lonely = write_pbf(
        metropolis / "a.osm.pbf", [*points(), *points(EAST)[:2]], [*apart, ([11, 12], STREET[1])]
    )
    with override("en"):
        [result] = load(lonely)
        line = result_line(result)
    assert "2 km of 6 ways" in line
    assert "8.7% left out, which nothing joins to the rest" in line
    assert "1 communes have no street in it" in line


def test_a_new_extract_replaces_the_old_one(metropolis: Path) -> None:
    load(write_town(metropolis))
    before = kept_streets()
    assert kept_streets() is before
    [again] = load(metropolis / "bretagne.osm.pbf")
    assert again.outcome is Outcome.UNCHANGED
    [newer] = load(write_xml(metropolis / "rennes.osm", points(), [STREET, FOOTBRIDGE]))
    assert (newer.difference.added, newer.difference.removed) == (2, 5)
    assert [one.source for one in DataSet.objects.filter(kind=DataSetKind.STREETS)] == ["rennes.osm"]
    after = kept_streets()
    assert after is not None
    assert after.total == pytest.approx(900, rel=0.002)
    assert after is not before


def test_openstreetmap_is_credited(
    metropolis: Path, administrator: Account, sign_in: Callable[[Account], Client]
) -> None:
    load(write_town(metropolis))
    page = sign_in(administrator).get(reverse("territory:data_sets")).content.decode()
    status = "\n".join(status_lines(territory_status(Epci.objects.get())))
    for said in (html.unescape(page), status):
        assert "ODbL 1.0, © les contributeurs d’OpenStreetMap (openstreetmap.org/copyright)" in said


def test_without_streets_there_are_none(metropolis: Path) -> None:
    assert kept_streets() is None


def test_another_region_is_not_concerned(metropolis: Path) -> None:
    load(write_town(metropolis))
    [away] = load(write_town(metropolis, "corse.osm.pbf", (900_000, 6_200_000)))
    [beside] = load(write_town(metropolis, "beside.osm.pbf", (349_000, 6_782_000)))
    assert away.outcome is beside.outcome is Outcome.ELSEWHERE
    assert StreetNetwork.objects.get().data_set.source == "bretagne.osm.pbf"


def refused(*results: Result) -> str:
    """What is said of the one file that was refused."""
    [result] = results
    assert result.outcome is Outcome.REFUSED
    [fault] = result.faults
    assert fault.remedy
    return f"{fault.file}: {fault.problem}"


def test_damaged_files_change_nothing(metropolis: Path) -> None:
    sound, xml = write_town(metropolis).read_bytes(), write_town(metropolis, "town.osm").read_bytes()
    load(metropolis / "bretagne.osm.pbf")
    flipped = bytearray(sound)
    flipped[len(sound) * 2 // 3] ^= 0xFF
    damaged = {
        "cut.osm.pbf": sound[:-20],
        "flipped.osm.pbf": bytes(flipped),
        "cut.osm": xml[:-60],
        "cut.osm.gz": gzip.compress(xml)[:-40],
        "nowhere.osm": xml.replace(b'lon="-', b'lon="999'),
    }
    for name, content in damaged.items():
        (metropolis / name).write_bytes(content)
        with override("en"):
            assert re.match(
                f"{name}: the file (is damaged|cannot be read)", refused(*load(metropolis / name))
            )
    assert StreetNetwork.objects.get().data_set.source == "bretagne.osm.pbf"


def test_what_is_no_openstreetmap(metropolis: Path) -> None:
    others = {
        "page.osm.pbf": b"<!DOCTYPE html><html>Too many requests</html>",
        "track.osm": b'<?xml version="1.0"?><gpx><wpt lat="48.1" lon="-1.7"/></gpx>',
        "change.osm": b'<?xml version="1.0"?><osmChange version="0.6"></osmChange>',
        "empty.osm.pbf": b"",
    }
    for name, content in others.items():
        (metropolis / name).write_bytes(content)
        assert refused(*load(metropolis / name)).startswith(name)
    for name, content in {
        "positions.pbf": b"\n\r\n\x032.0\x10\x00\x18\x80",
        "gpx.xml": others["track.osm"],
        "map.kml.xml": b"<kml/>",
    }.items():
        (metropolis / name).write_bytes(content)
        assert load(metropolis / name) == []


def test_an_extract_that_serves_nobody(metropolis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_motorways = write_xml(metropolis / "a.osm", points(), [MOTORWAY, JUNCTION])
    without_nodes = write_xml(metropolis / "b.osm", [], [STREET])
    with override("en"):
        assert "no way in it may be walked" in refused(*load(only_motorways))
        assert load(without_nodes)[0].outcome is Outcome.ELSEWHERE
        monkeypatch.setattr(recognition, "LARGEST_IN_MEMORY", 1_000)
        larger = write_xml(metropolis / "c.osm", points(), TOWN * 10)
        assert "larger than" in refused(*load(larger))


def test_the_edge_of_another_region_does_not_replace_the_streets(db: None, tmp_path: Path) -> None:
    towns = [official.WEST_TOWN, official.EAST_TOWN, "35903"]
    features = [
        (
            {"code": code, "nom": code},
            official.in_degrees(shapely.box(340_000 + k * 4000, 6_780_000, 344_000 + k * 4000, 6_784_000)),
        )
        for k, code in enumerate(towns)
    ]
    load(official.write_epci(tmp_path, towns))
    with override("en"):
        assert "outlines of the communes are not loaded" in refused(*load(write_town(tmp_path)))
        load(official.write_geojson(tmp_path / "communes.geojson", features))
        said = refused(*load(write_town(tmp_path)))
    assert "streets of 1 communes of the EPCI out of 3" in said


def test_large_files_are_kept_beside_the_data(metropolis: Path, settings: pytest.FixtureRequest) -> None:
    asked = []
    path = write_town(metropolis)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyogrio, "set_gdal_config_options", lambda options: asked.append(options["CPL_TMPDIR"]))
        load(path)
    assert asked == [str(settings.VAR_DIR), None]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "cycleway"}, True),
        ({"highway": "cycleway", "foot": "no"}, False),
        ({"highway": "primary", "foot": "use_sidepath"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "bridleway", "foot": "designated"}, True),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "primary", "motorroad": "yes"}, False),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"highway": "construction", "foot": "yes"}, False),
        ({"highway": "corridor"}, False),
        ({"highway": "secondary_link"}, True),
    ],
)
def test_which_ways_are_walked(tags: dict[str, str], walked: bool) -> None:
    assert may_be_walked(tags["highway"], tags) is walked


def test_a_file_that_does_not_say_its_day(metropolis: Path) -> None:
    path = write_town(metropolis, "undated.osm")
    path.write_text(path.read_text().replace(f' timestamp="{SNAPSHOT}"', ""))
    load(path)
    assert StreetNetwork.objects.get().snapshot is None
    meta = write_xml(metropolis / "overpass.osm", points(), TOWN, '<meta osm_base="2024-12-31T23:00:00Z"/>')
    meta.write_text(meta.read_text().replace(f' timestamp="{SNAPSHOT}"', ""))
    load(meta)
    assert StreetNetwork.objects.get().snapshot == dt.date(2024, 12, 31)


@given(st.binary(max_size=60))
def test_no_header_breaks_the_reading_of_the_day(
    tmp_path_factory: pytest.TempPathFactory, header: bytes
) -> None:
    path = tmp_path_factory.mktemp("osm") / "a.osm.pbf"
    path.write_bytes(len(header).to_bytes(4, "big") + header + b"OSMHeader" * 3)
    assert openstreetmap.snapshot_of(path, path.name) is None
