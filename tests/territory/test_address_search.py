"""Finding an address: as it is written, abbreviated, mistyped, in part."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import made_up_addresses
from croisee.territory.address_search import search_addresses, street_index
from croisee.territory.models import Address
from tests.territory.official import ban_row, load, write_ban

STREETS = [
    ("35901_0001", "Rue de Brest"),
    ("35901_0002", "Rue du Huit Mai 1945"),
    ("35901_0003", "Boulevard de la Liberté"),
    ("35901_0004", "Avenue du Général de Gaulle"),
    ("35901_0005", "Rue Saint-Hélier"),
    ("35901_0006", "Allée des Ormes"),
    ("35902_0001", "Rue de Brest"),
    ("35902_0002", "Place de la République"),
    ("35902_0003", "Rue du 8 Mai 1945"),
    ("35902_0004", "Chemin des Prés"),
]


@pytest.fixture
def streets(metropolis: Path) -> None:
    rows = [ban_row(number, name, key=key) for key, name in STREETS for number in (1, 2, 12, 14)]
    rows += [
        ban_row(12, "Rue de Brest", rep=suffix, id=f"35901_0001_00012_{suffix}") for suffix in ("bis", "ter")
    ]
    load(write_ban(metropolis, rows))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("12 rue de Brest Ponant", "35901_0001_00012"),
        ("12 rue de brest 35920", "35902_0001_00012"),
        ("12 bis rue de brest", "35901_0001_00012_bis"),
        ("12bis r. de Brest", "35901_0001_00012_bis"),
        ("12 t rue de brest", "35901_0001_00012_ter"),
        ("rue de brest 14 levant", "35902_0001_00014"),
        ("2 bd de la liberte", "35901_0003_00002"),
        ("2 bvd liberté", "35901_0003_00002"),
        ("1 av gal de gaule", "35901_0004_00001"),
        ("1 avenue du genéral de Gaulle", "35901_0004_00001"),
        ("14 rue st helier", "35901_0005_00014"),
        ("14 rue saint héllier", "35901_0005_00014"),
        ("1 all. des ormes", "35901_0006_00001"),
        ("1 alée des orms", "35901_0006_00001"),
        ("2 pl republique", "35902_0002_00002"),
        ("2 place de la rébuplique", "35902_0002_00002"),
        ("12 rue du 8 mai 1945", "35902_0003_00012"),
        ("12 rue du huit mai 1945", "35901_0002_00012"),
        ("1 ch des pres", "35902_0004_00001"),
        ("2 Place de la Répu", "35902_0002_00002"),
    ],
)
def test_what_people_type_finds_what_they_mean(streets: None, asked: str, found: str) -> None:
    assert search_addresses(asked)[0].identifier == found


def test_without_a_number_the_street_is_proposed(streets: None) -> None:
    first = search_addresses("liberté")[0]
    assert (first.identifier, first.is_address) == ("street:35901_0003", False)


def test_a_number_the_street_has_not_proposes_the_street(streets: None) -> None:
    first = search_addresses("99 boulevard de la liberté")[0]
    assert (first.identifier, first.is_address, first.exact) == ("street:35901_0003", False, False)


def test_exact_means_every_word_and_one_place(streets: None) -> None:
    assert search_addresses("2 boulevard de la liberté")[0].exact
    assert not search_addresses("2 boulevard libert")[0].exact
    assert not search_addresses("2 boulevard de la libertée")[0].exact


@pytest.mark.parametrize(
    "text", ["", "   ", "12", "35000", "zzzzzzzz", "!?", "\x00", "é" * 5000, "rue " * 500]
)
def test_questions_that_mean_nothing_are_answered_calmly(streets: None, text: str) -> None:
    assert len(search_addresses(text)) <= 8


def test_nothing_loaded_nothing_found(db: None) -> None:
    assert search_addresses("12 rue de brest") == []


def test_a_new_load_is_searched_at_once(streets: None, metropolis: Path) -> None:
    load(write_ban(metropolis, [ban_row(1, "Impasse Neuve", key="35901_0009")]))
    assert search_addresses("1 impasse neuve")[0].identifier == "35901_0009_00001"
    assert not search_addresses("1 avenue du general de gaulle")[0].exact


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=80))
def test_any_text_is_answered(streets: None, text: str) -> None:
    scores = [one.score for one in search_addresses(text)]
    assert scores == sorted(scores, reverse=True)


def test_among_twenty_thousand_addresses_the_one_meant_comes_first(db: None, tmp_path: Path) -> None:
    """How fast it is, at 500 000 addresses, is for the benchmark to say."""
    made_up_addresses.write_metropolis(tmp_path, 20_000)
    load(tmp_path, epci=made_up_addresses.EPCI)
    held = Address.objects.filter(suffix="").select_related("street").order_by("ban_id")[::400]
    asked = made_up_addresses.questions([(a.number, a.street.name, a.street.place, a.ban_id) for a in held])
    assert street_index() is not None
    found = [(search_addresses(text), meant) for text, meant in asked]
    right = sum(bool(places) and places[0].identifier == meant for places, meant in found)
    assert right >= 0.95 * len(asked)
