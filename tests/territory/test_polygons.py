"""Polygons as producers publish them: formats, systems of coordinates, names of columns, and faults."""

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import box, mapping

from croisee.foundation.tables import FaultyInput
from croisee.territory.france import in_france
from croisee.territory.polygons import generation_of, polygon_layers, read_polygons
from tests.territory.map_files import write_map

REAL = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not REAL.exists(), reason="the real data is not beside the repository")

LILLE = box(3.05, 50.61, 3.06, 50.62)
WATTRELOS = box(3.20, 50.70, 3.21, 50.71)


def geojson(path: Path, *features, **members) -> Path:
    listed = [
        {"type": "Feature", "properties": properties, "geometry": shape and mapping(shape)}
        for properties, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed} | members))
    return path


def write(
    path: Path, epsg: int = 4326, code: str = "code_qp", layer: str | None = None, named: bool = True
) -> None:
    columns = {code: ["QN05901M", "QN05902M"]} | ({"lib_qp": ["Les Fleurs", "Le Pont"]} if named else {})
    write_map(path, [LILLE, WATTRELOS], columns, epsg, layer)


@pytest.mark.parametrize(
    "code", ["code_qp", "CODE_QP", "Code_QPV", "code_quartier", "nuquart", "insee_com", "code"]
)
def test_the_column_of_codes_is_found_whatever_its_name(tmp_path, code):
    write(tmp_path / "a.geojson", code=code)
    read = read_polygons(tmp_path / "a.geojson")
    assert [zone.code for zone in read.zones] == ["QN05901M", "QN05902M"]
    assert read.columns["code"] == code
    assert [zone.generation for zone in read.zones] == [2024, 2024]


@pytest.mark.parametrize(
    ("file", "epsg", "expected"),
    [
        ("a.geojson", 4326, 4326),
        ("a.gpkg", 2154, 2154),
        ("a.gpkg", 3948, 2154),
        ("a.gpkg", 3857, 2154),
        ("a.gpkg", 4171, 4326),
        ("a.shp", 2154, 2154),
        ("a.fgb", 3950, 2154),
    ],
)
def test_formats_and_coordinates(tmp_path, file, epsg, expected):
    write(tmp_path / file, epsg)
    read = read_polygons(tmp_path / file)
    assert read.epsg == expected
    assert {zone.code: zone.name for zone in read.zones} == {"QN05901M": "Les Fleurs", "QN05902M": "Le Pont"}
    index = read.index()
    assert index.tag([3.055, 3.205, 3.1], [50.615, 50.705, 50.6]).tolist() == ["QN05901M", "QN05902M", ""]


def test_zipped_shapefile_and_compressed_geojson(tmp_path):
    (tmp_path / "shp").mkdir()
    write(tmp_path / "shp" / "qp.shp", 2154)
    with zipfile.ZipFile(tmp_path / "qp.zip", "w") as archive:
        for part in (tmp_path / "shp").iterdir():
            archive.write(part, part.name)
    assert len(read_polygons(tmp_path / "qp.zip").zones) == 2
    write(tmp_path / "a.geojson")
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress((tmp_path / "a.geojson").read_bytes()))
    assert len(read_polygons(tmp_path / "a.geojson.gz").zones) == 2


def test_a_shapefile_without_prj_is_read_by_the_range_of_its_coordinates(tmp_path):
    write(tmp_path / "a.shp", 2154)
    (tmp_path / "a.prj").unlink()
    read = read_polygons(tmp_path / "a.shp")
    assert read.epsg == 2154
    assert "EPSG:2154" in read.notes[0]


def test_metres_in_a_geojson_that_says_nothing(tmp_path):
    square = box(700_000, 7_060_000, 700_100, 7_060_100)
    read = read_polygons(geojson(tmp_path / "a.geojson", ({"code": "A"}, square)))
    assert read.epsg == 2154
    assert read.notes


def test_coordinates_are_kept_to_the_last_bit(tmp_path):
    write(tmp_path / "a.gpkg")
    read = read_polygons(tmp_path / "a.gpkg")
    assert read.zones[0].polygon.equals_exact(LILLE.normalize(), 0) or read.zones[0].polygon.equals(LILLE)


def test_a_neighbourhood_in_several_features_becomes_one(tmp_path):
    other = box(3.06, 50.61, 3.07, 50.62)
    path = geojson(
        tmp_path / "a.geojson",
        ({"code_qp": "QP059001", "nom_qp": None, "insee_com": "59350"}, LILLE),
        ({"code_qp": "QP059002", "nom_qp": "B", "insee_com": "59512"}, WATTRELOS),
        ({"code_qp": "qp059001 ", "nom_qp": "A", "insee_com": "59009"}, other),
    )
    first, second = read_polygons(path).zones
    assert (first.code, first.name, first.generation) == ("QP059001", "A", 2015)
    assert first.polygon.equals(box(3.05, 50.61, 3.07, 50.62))
    assert [feature["insee_com"] for feature in first.features] == ["59350", "59009"]
    assert second.name == "B"


def test_outlines_that_cross_themselves_are_repaired_and_said(tmp_path):
    bow = shapely.Polygon([(3.0, 50.6), (3.01, 50.61), (3.01, 50.6), (3.0, 50.61)])
    (zone,) = read_polygons(geojson(tmp_path / "a.geojson", ({"code": "A"}, bow))).zones
    assert "Self-intersection" in zone.repaired
    assert zone.polygon.is_valid
    assert zone.polygon.equals(shapely.make_valid(bow))


def test_numbers_for_codes(tmp_path):
    path = geojson(tmp_path / "a.geojson", ({"nuquart": 11.0}, LILLE), ({"nuquart": 12.0}, WATTRELOS))
    assert [zone.code for zone in read_polygons(path).zones] == ["11", "12"]


def test_a_layer_with_neighbourhoods_is_preferred(tmp_path):
    write(tmp_path / "a.gpkg", code="insee_com", layer="cities", named=False)
    write(tmp_path / "a.gpkg", layer="qpvs")
    assert polygon_layers(tmp_path / "a.gpkg") == ["cities", "qpvs"]
    assert read_polygons(tmp_path / "a.gpkg").layer == "qpvs"
    assert read_polygons(tmp_path / "a.gpkg", layer="cities").columns == {"code": "insee_com"}
    write(tmp_path / "a.gpkg", layer="old")
    assert "cities, qpvs, old" in refusal(tmp_path / "a.gpkg").problem


def test_features_with_a_fault_are_left_out_and_said(tmp_path):
    line = shapely.LineString([(3, 50), (3.1, 50)])
    path = geojson(
        tmp_path / "a.geojson",
        ({"code": "A"}, LILLE),
        ({"code": None}, LILLE),
        ({"code": "C"}, None),
        ({"code": "D"}, line),
        ({"code": "E"}, box(30, 50, 31, 51)),
        ({"code": "F"}, shapely.Polygon([(3, 50), (3.1, 50.1), (3, 50)])),
    )
    read = read_polygons(path)
    assert [zone.code for zone in read.zones] == ["A"]
    assert [fault.row for fault in read.faults] == [2, 3, 4, 5, 6]
    assert read.faults[0].field == "code"


def refusal(path: Path, **options):
    with pytest.raises(FaultyInput) as caught:
        read_polygons(path, **options)
    return caught.value.faults[0]


class TestRefused:
    @pytest.fixture(autouse=True)
    def in_english(self, settings):
        settings.LANGUAGE_CODE = "en"

    def test_no_file_and_empty_file(self, tmp_path):
        assert "exist" in refusal(tmp_path / "none.geojson").problem
        (tmp_path / "empty.geojson").touch()
        assert "empty" in refusal(tmp_path / "empty.geojson").problem

    @pytest.mark.parametrize("content", [b"code;x;y\n1;2;3\n", b"\x00\x01\x02", b'{"type": "Nothing"}', b"{"])
    def test_no_polygons_at_all(self, tmp_path, content):
        (tmp_path / "a.geojson").write_bytes(content)
        assert "no readable file of polygons" in refusal(tmp_path / "a.geojson").problem

    def test_points(self, tmp_path):
        path = geojson(tmp_path / "a.geojson", ({"code": "A"}, shapely.Point(3, 50)))
        assert "no polygon" in refusal(path).problem

    def test_no_feature(self, tmp_path):
        write_map(tmp_path / "a.gpkg", [], {"code_qp": []})
        assert "no feature" in refusal(tmp_path / "a.gpkg").problem

    def test_swapped(self, tmp_path):
        path = geojson(tmp_path / "a.geojson", ({"code": "A"}, box(50.61, 3.05, 50.62, 3.06)))
        assert "swapped" in refusal(path).problem

    def test_elsewhere(self, tmp_path):
        path = geojson(tmp_path / "a.geojson", ({"code": "A"}, box(-74, 40, -73, 41)))
        assert "outside France" in refusal(path).problem

    def test_no_codes(self, tmp_path):
        path = geojson(tmp_path / "a.geojson", ({"label": "A"}, LILLE))
        assert "label" in refusal(path).remedy
        assert [zone.code for zone in read_polygons(path, code="LABEL").zones] == ["A"]
        assert "missing" in refusal(path, code="other").problem

    def test_no_such_layer(self, tmp_path):
        path = geojson(tmp_path / "a.geojson", ({"code": "A"}, LILLE))
        assert "layer" in refusal(path, layer="other").problem


def test_generations():
    codes = {
        "QP059067": 2015,
        "QP02A001": 2015,
        "QN03502M": 2024,
        "QN02A01I": 2024,
        "59350": None,
        "QP59067": None,
    }
    assert {code: generation_of(code) for code in codes} == codes


def test_in_france():
    lon, lat = np.array([3.0, -61.0, 55.5, 50.6, np.nan]), np.array([50.6, 14.6, -21.1, 3.0, 1.0])
    assert in_france(lon, lat).tolist() == [True, True, True, False, False]


@real
class TestRealFiles:
    @pytest.mark.parametrize(
        ("file", "zones", "repaired", "epsg"),
        [
            ("qpv/icu_mediapart_lille.gpkg", 26, {"QP059067"}, 2154),
            ("qpv/icu_mediapart_marseille.gpkg", 37, {"QP013058"}, 2154),
            ("qpv/qpv2015_lille_marseille_wgs84.geojson", 63, {"QP059067", "QP013058"}, 4326),
            ("qpv/qpv2015_occitanie.geojson", 105, 32, 4326),
            ("rennes/perimetres-des-45-sous-quartiers-de-la-ville-de-rennes.zip", 45, set(), 4326),
            ("rennes/rennes_12_quartiers_wgs84.geojson", 12, set(), 4326),
            ("territoires/rennes_metropole_43_communes.geojson", 43, set(), 4326),
        ],
    )
    def test_counts_and_repairs(self, file, zones, repaired, epsg):
        read = read_polygons(REAL / file)
        assert (len(read.zones), read.epsg, read.faults) == (zones, epsg, ())
        found = {zone.code for zone in read.zones if zone.repaired}
        assert (found if isinstance(repaired, set) else len(found)) == repaired
        assert all(zone.polygon.is_valid and zone.name for zone in read.zones)

    def test_communes_that_list_neighbourhoods_are_not_taken_for_them(self):
        read = read_polygons(REAL / "qpv/communes_avec_qpv2024_polygones.geojson")
        assert read.columns == {"code": "insee_com", "name": "lib_com"}
        assert read.notes

    @pytest.mark.parametrize("file", ["icu_mediapart_lille.gpkg", "qpv2015_occitanie.geojson"])
    def test_answers_are_those_of_geos_on_the_repaired_polygons(self, file):
        read = read_polygons(REAL / "qpv" / file)
        polygons = np.array([zone.polygon for zone in read.zones])
        rng = np.random.default_rng(1)
        vertices = shapely.get_coordinates(polygons)
        points = np.concatenate(
            [vertices, vertices + rng.normal(0, 1e-3 if read.epsg == 4326 else 150, vertices.shape)]
        )
        x, y = np.ascontiguousarray(points.T)
        index = read.index()
        assert index.repaired == ()
        hits = index.locate(x, y)
        inside = hits[hits.level == 0]
        expected = shapely.STRtree(polygons).query(shapely.points(x, y), "intersects")
        got = np.stack([inside.point, inside.zone])
        assert set(zip(*expected.tolist(), strict=True)) == set(zip(*got.tolist(), strict=True))
