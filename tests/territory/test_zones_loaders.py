"""EPCI, communes and zones: what is stored of them, and what is wrong with them."""

import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from croisee.territory.loaders import qpv
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import Commune, DataSet, Epci, Zone
from tests.territory import official
from tests.territory.official import EAST_TOWN, EPCI, WEST_TOWN, in_degrees, load, write_geojson


def write_communes(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "communes.json.gz"
    common = {"typeLiaison": 0, "departement": "35"}
    path.write_bytes(gzip.compress(json.dumps([common | row for row in rows]).encode()))
    return path


def test_an_epci_and_its_communes(db: None, tmp_path: Path) -> None:
    [result] = load(official.write_epci(tmp_path))
    assert (result.kept, result.difference.added) == (2, 2)
    assert Epci.objects.get().name == "Métropole d'essai"
    communes = write_communes(
        tmp_path,
        [
            {
                "code": WEST_TOWN,
                "nom": "Ouest",
                "type": "commune-actuelle",
                "population": 5,
                "codesPostaux": ["35900"],
            },
            {"code": EAST_TOWN, "nom": "Est", "type": "commune-actuelle", "anciensCodes": ["35998"]},
            {"code": "35999", "nom": "Ancienne", "type": "commune-deleguee", "chefLieu": EAST_TOWN},
        ],
    )
    load(communes)
    west, east = Commune.objects.get(code=WEST_TOWN), Commune.objects.get(code=EAST_TOWN)
    assert (west.name, west.population, west.postcodes) == ("Ouest", 5, ["35900"])
    assert (east.population, east.former_codes) == (1000, ["35998", "35999"])


def test_a_wrong_commune_code_is_refused(db: None, tmp_path: Path) -> None:
    [result] = load(official.write_epci(tmp_path, [WEST_TOWN, "3590", "XX000"]))
    assert (result.kept, result.refused) == (1, 2)


def test_when_members_change_everything_is_due_again(metropolis: Path) -> None:
    official.write_epci(metropolis, [WEST_TOWN])
    [result] = load(metropolis / "epci.json")
    assert not Commune.objects.filter(code=EAST_TOWN).exists()
    assert result.difference.removed == 1
    results = load(official.write_outlines(metropolis), official.write_qpv(metropolis))
    assert {one.outcome for one in results} == {Outcome.LOADED}
    assert list(Zone.objects.values_list("code", flat=True)) == ["QN03591M"]


def test_nothing_is_loaded_before_the_epci(db: None, tmp_path: Path) -> None:
    [result] = load(official.write_qpv(tmp_path))
    assert result.outcome is Outcome.REFUSED
    assert "epci.json" in result.faults[0].remedy
    assert not Epci.objects.exists()


def test_json_cut_short_is_refused(db: None, tmp_path: Path) -> None:
    path = official.write_epci(tmp_path)
    path.write_text(path.read_text()[:-10])
    [result] = load(path)
    assert result.outcome is Outcome.REFUSED


def test_qpv_without_a_commune_code_find_theirs_by_their_outline(metropolis: Path) -> None:
    west = Zone.objects.get(code="QN03591M")
    assert (west.name, west.commune_codes, west.generation) == ("Les Ormes", [WEST_TOWN], 2024)
    assert (west.valid_from, west.valid_to) == (dt.date(2024, 1, 1), None)
    assert west.geometry is not None
    assert shapely.hausdorff_distance(west.geometry, in_degrees(official.WEST_QPV)) < 1e-9
    assert west.west is not None
    assert west.west < west.geometry.centroid.x < (west.east or 0)


def test_both_generations_stand_side_by_side(metropolis: Path) -> None:
    load(official.write_qpv(metropolis, "qpv2015.geojson", "QP035001", "QP035002"))
    assert set(Zone.objects.values_list("generation", "code")) == {
        (2015, "QP035001"),
        (2015, "QP035002"),
        (2024, "QN03591M"),
        (2024, "QN03592M"),
    }
    assert Zone.objects.get(code="QP035001").valid_to == dt.date(2023, 12, 31)


def test_a_neighbourhood_of_several_features_is_one_zone(metropolis: Path) -> None:
    parts = [box(343_500, 6_781_000, 344_000, 6_781_500), box(344_000, 6_781_000, 344_500, 6_781_500)]
    features = [
        ({"CODE_QP": "QP035003", "NOM_QP": "À cheval", "insee_com": code}, in_degrees(part))
        for code, part in zip(official.TOWNS, parts, strict=True)
    ]
    load(write_geojson(metropolis / "qp2015.geojson", features))
    zone = Zone.objects.get(code="QP035003")
    assert zone.commune_codes == [WEST_TOWN, EAST_TOWN]
    assert zone.geometry is not None
    assert zone.geometry.geom_type == "Polygon"


def test_an_outline_that_crosses_itself_is_mended_and_reported(metropolis: Path) -> None:
    bow = Polygon([(341_000, 6_781_000), (341_500, 6_781_500), (341_500, 6_781_000), (341_000, 6_781_500)])
    [result] = load(
        write_geojson(metropolis / "qp2015.geojson", [({"code_qp": "QP035003"}, in_degrees(bow))])
    )
    assert (result.kept, result.repaired) == (1, 1)
    zone = Zone.objects.get(code="QP035003")
    assert zone.repaired
    assert shapely.is_valid(zone.geometry)


def test_wrong_codes_and_missing_outlines_are_refused(metropolis: Path) -> None:
    square = in_degrees(box(341_000, 6_781_000, 341_500, 6_781_500))
    path = metropolis / "qp2015.geojson"
    write_geojson(path, [({"code_qp": code}, square) for code in ("QP035003", "QP35", "")])
    [result] = load(path)
    assert (result.kept, result.refused) == (1, 2)


def test_an_outline_belongs_to_the_file_that_gave_it_first(metropolis: Path) -> None:
    coarse = official.write_qpv(metropolis, "copy.geojson")
    [result] = load(coarse)
    assert (result.kept, result.difference.added) == (0, 0)
    assert {zone.data_set.source for zone in Zone.objects.select_related("data_set")} == {"qpv2024.geojson"}


def test_a_national_file_takes_over(metropolis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qpv, "NATIONAL", 1)
    load(official.write_qpv(metropolis, "QP2024_France.geojson"))
    assert {zone.data_set.source for zone in Zone.objects.select_related("data_set")} == {
        "QP2024_France.geojson"
    }
    assert DataSet.objects.get(source="QP2024_France.geojson").covered_communes == [WEST_TOWN, EAST_TOWN]


def test_a_zone_gone_from_its_file_goes(metropolis: Path) -> None:
    path = official.write_qpv(metropolis, "qpv2024.geojson")
    document = json.loads(path.read_text())
    document["features"].pop()
    path.write_text(json.dumps(document))
    [result] = load(path)
    assert result.difference.removed == 1
    assert Zone.objects.count() == 1


def test_lists_of_neighbourhoods_are_known_without_outline(metropolis: Path) -> None:
    x, y = official.degrees(342_000, 6_782_000)
    said = {"insee_com": WEST_TOWN, "lib_com": "Ouest", "code_qp": "QN03593M, QN03594M, QN03591M"}
    features = [
        ({**said, "lib_qp": "Un, Deux, Trois"}, Point(x, y)),
        ({**said, "insee_com": EAST_TOWN, "lib_qp": "Un"}, Point(x, y)),
    ]
    [result] = load(write_geojson(metropolis / "liste.geojson", features))
    assert result.kept == 2
    known = Zone.objects.get(code="QN03593M")
    assert (known.name, known.outline, known.commune_codes) == ("Un", None, [WEST_TOWN, EAST_TOWN])
    assert Zone.objects.get(code="QN03591M").name == "Les Ormes"  # its outline's file has the word


def test_an_outline_completes_what_a_list_announced(db: None, tmp_path: Path) -> None:
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    x, y = official.degrees(342_000, 6_782_000)
    said = {"insee_com": WEST_TOWN, "code_qp": "QN03591M", "lib_qp": "Les Ormes"}
    load(write_geojson(tmp_path / "liste.geojson", [(said, Point(x, y))]))
    assert Zone.objects.get().outline is None
    load(official.write_qpv(tmp_path))
    assert Zone.objects.get(code="QN03591M").outline is not None


def test_communes_of_other_epci_and_swapped_outlines(metropolis: Path) -> None:
    elsewhere = write_geojson(
        metropolis / "autres.geojson", [({"code": "75056", "nom": "Paris"}, box(2.3, 48.8, 2.4, 48.9))]
    )
    [result] = load(elsewhere)
    assert result.outcome is Outcome.ELSEWHERE
    swapped = write_geojson(
        metropolis / "inverse.geojson", [({"code": WEST_TOWN, "nom": "x"}, box(48.0, -1.7, 48.1, -1.6))]
    )
    [result] = load(swapped)
    assert result.outcome is Outcome.REFUSED


def test_neighbourhoods_and_their_parts(metropolis: Path) -> None:
    square = in_degrees(official.WEST_QPV)
    load(
        write_geojson(
            metropolis / "q.geojson", [({"nuquart": 11, "nom": "Centre", "code_insee": WEST_TOWN}, square)]
        )
    )
    part = {"nusquart": 190, "nomsquart": "Halles", "nuquart": 11, "code_insee": WEST_TOWN}
    load(write_geojson(metropolis / "sq.geojson", [(part, square)]))
    assert set(Zone.objects.exclude(kind="qpv").values_list("kind", "code", "name")) == {
        ("neighbourhood", f"{WEST_TOWN}-11", "Centre"),
        ("subneighbourhood", f"{WEST_TOWN}-190", "Halles"),
    }


def test_another_json_or_map_is_left_alone(metropolis: Path) -> None:
    (metropolis / "reglages.json").write_text('{"a": 1}')
    (metropolis / "notes.txt").write_text("du texte libre\n")
    write_geojson(metropolis / "points.geojson", [({"nom": "Arrêt"}, Point(2, 48))])
    assert {one.outcome for one in load(metropolis)} == {Outcome.UNRECOGNISED}


def test_a_map_that_is_none_is_refused(metropolis: Path) -> None:
    (metropolis / "faux.gpkg").write_bytes(b"pas une carte" * 100)
    [result] = load(metropolis)
    assert result.outcome is Outcome.REFUSED


def test_an_epci_code_that_is_none(db: None, tmp_path: Path) -> None:
    from croisee.foundation.tables import FaultyInput

    with pytest.raises(FaultyInput):
        load(tmp_path, epci="243500130")
    assert EPCI != "243500130"
