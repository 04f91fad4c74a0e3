"""The answer about an address: yes, no, uncertain, unknown, and why."""

import datetime as dt
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from croisee.territory.answers import AddressAnswer, Answer, Place, answer_address, place_of
from croisee.territory.models import Commune, Position, Zone, ZoneKind
from croisee.territory.queries import current_zone_index
from croisee.territory.zone_layers import zone_layer
from tests.territory import official
from tests.territory.official import EAST_TOWN, WEST_TOWN, ban_row, load, write_ban

TODAY = dt.date(2026, 11, 23)


def ask(
    x: float,
    y: float,
    position: Position = Position.ENTRANCE,
    town: str | None = WEST_TOWN,
    on: dt.date = TODAY,
) -> AddressAnswer:
    commune = None if town is None else Commune.objects.get(code=town)
    return answer_address(Place("here", *official.degrees(x, y), position, commune), on)


@pytest.mark.parametrize(
    ("x", "answer", "code"),
    [
        (342_000, Answer.YES, "QN03591M"),
        (341_821, Answer.YES, "QN03591M"),
        (341_819, Answer.UNCERTAIN, "QN03591M"),
        (341_800, Answer.UNCERTAIN, "QN03591M"),
        (341_781, Answer.UNCERTAIN, "QN03591M"),
        (341_779, Answer.NO, ""),
        (341_000, Answer.NO, ""),
    ],
)
def test_twenty_metres_from_the_limit(metropolis: Path, x: float, answer: Answer, code: str) -> None:
    verdict = ask(x, 6_782_000).verdict
    assert (verdict.answer, verdict.zone_code) == (answer, code)
    assert verdict.distance == pytest.approx(abs(x - 341_800), abs=0.01)
    assert verdict.in_force
    assert verdict.reason


@pytest.mark.parametrize("position", list(Position))
def test_below_the_address_plate_nothing_is_sure(metropolis: Path, position: Position) -> None:
    inside, outside = ask(342_000, 6_782_000, position), ask(340_200, 6_780_200, position)
    expected = (Answer.YES, Answer.NO) if position.is_plate else (Answer.UNCERTAIN, Answer.UNCERTAIN)
    assert (inside.verdict.answer, outside.verdict.answer) == expected


def test_bands_are_measured_from_the_limit(metropolis: Path) -> None:
    def bands(x: float) -> list[str]:
        return [band.answer for band in ask(x, 6_782_000).verdict.bands]

    assert bands(342_000) == ["yes", "yes"]
    assert bands(341_800 - 270) == ["yes", "yes"]
    assert bands(341_800 - 310) == ["uncertain", "yes"]
    assert bands(341_800 - 400) == ["no", "yes"]
    assert bands(341_800 - 530) == ["no", "no"]


def test_the_generation_is_that_of_the_day(metropolis: Path) -> None:
    moved = [
        (
            {"code_qp": "QP035001", "nom_qp": "Ancien"},
            official.in_degrees(shapely.box(340_500, 6_780_500, 341_000, 6_781_000)),
        )
    ]
    load(official.write_geojson(metropolis / "qp2015.geojson", moved))
    now, then = ask(340_750, 6_780_750), ask(340_750, 6_780_750, on=dt.date(2023, 12, 31))
    assert (now.verdict.answer, now.verdict.generation, now.others[0].answer) == (Answer.NO, 2024, Answer.YES)
    assert (then.verdict.answer, then.verdict.generation, then.verdict.zone_name) == (
        Answer.YES,
        2015,
        "Ancien",
    )
    assert current_zone_index() is zone_layer("qpv", 2024).index  # type: ignore[union-attr]  # both are loaded
    assert current_zone_index(generation=2015) is not current_zone_index()


def test_an_old_delimitation_alone_is_said_to_be_old(db: None, tmp_path: Path) -> None:
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    load(official.write_qpv(tmp_path, "qp2015.geojson", "QP035001", "QP035002"))
    answer = ask(342_000, 6_782_000)
    assert (answer.verdict.answer, answer.verdict.generation, answer.verdict.in_force) == (
        Answer.YES,
        2015,
        False,
    )
    assert "2023" in answer.notes[0]


def test_without_outlines_the_answer_is_that_nobody_can_tell(db: None, tmp_path: Path) -> None:
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    answer = ask(342_000, 6_782_000)
    assert (answer.verdict.answer, answer.verdict.generation) == (Answer.UNKNOWN, 2024)
    x, y = official.degrees(342_000, 6_782_000)
    said = {"insee_com": WEST_TOWN, "code_qp": "QN03593M", "lib_qp": "Les Ormes"}
    load(official.write_geojson(tmp_path / "liste.geojson", [(said, shapely.Point(x, y))]))
    assert "Les Ormes" in ask(342_000, 6_782_000).notes[0]


def test_a_partial_file_says_nothing_of_communes_it_does_not_name(db: None, tmp_path: Path) -> None:
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    only_west = [({"code_qp": "QN03591M"}, official.in_degrees(official.WEST_QPV))]
    load(official.write_geojson(tmp_path / "qp.geojson", only_west))
    assert ask(340_100, 6_780_100).verdict.answer is Answer.NO
    assert ask(347_900, 6_780_100, town=EAST_TOWN).verdict.answer is Answer.UNKNOWN


def test_outside_the_loaded_communes(metropolis: Path) -> None:
    assert ask(342_000, 6_782_000, town=None).verdict.answer is Answer.UNKNOWN


def test_urban_free_zones_are_past_and_promise_nothing(metropolis: Path) -> None:
    Zone.objects.create(
        kind=ZoneKind.ZFU,
        code="ZFU001",
        commune_codes=[WEST_TOWN],
        data_set=Zone.objects.first().data_set,  # type: ignore[union-attr]
    )
    assert any("ZFU" in note and "2025" in note for note in ask(341_000, 6_781_000).notes)


def test_places_by_their_identifier(metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(12, rep="bis")]))
    address, street = place_of("35901_0001_00012"), place_of("street:35901_0001")
    assert address is not None
    assert street is not None
    assert (address.label, address.position) == ("12 bis Rue de Brest, 35910 Ponant", Position.ENTRANCE)
    assert street.position is Position.STREET
    assert answer_address(street).verdict.answer is Answer.UNCERTAIN
    assert place_of("unknown") is None
    assert place_of("street:unknown") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.floats(340_001, 347_999), st.floats(6_780_001, 6_783_999))
def test_the_answer_is_what_the_distances_of_geos_give(metropolis: Path, x: float, y: float) -> None:
    point = shapely.Point(x, y)
    inside = any(shapely.contains(zone, point) for zone in (official.WEST_QPV, official.EAST_QPV))
    distance = min(zone.exterior.distance(point) for zone in (official.WEST_QPV, official.EAST_QPV))
    verdict = ask(x, y, town=WEST_TOWN if x < 344_000 else EAST_TOWN).verdict
    if abs(distance - 20) > 0.01:
        assert verdict.answer == ("uncertain" if distance < 20 else "yes" if inside else "no")
    assert verdict.distance == pytest.approx(distance, abs=0.01)
