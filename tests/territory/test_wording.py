"""Names brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.territory.commune_codes import city_of, department_of, districts_of
from croisee.territory.wording import normalise, plain, town_key


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Av. du Gal de Gaulle", "avenue du general de gaulle"),
        ("Bd de l'Œuvre", "boulevard de l oeuvre"),
        ("12 bis, R. St-Hélier", "12 bis rue saint helier"),
        ("Chem. des Prés", "chemin des pres"),
        ("ALLÉE  DES ACACIAS", "allee des acacias"),
        ("Z.A.", "z a"),
        ("", ""),
    ],
)
def test_two_ways_of_writing_one_name_meet(written: str, form: str) -> None:
    assert normalise(written) == form


@given(st.text(max_size=60))
def test_the_form_is_stable_and_plain(text: str) -> None:
    form = normalise(text)
    assert normalise(form) == form
    assert set(form) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MARSEILLE 02", "Marseille"),
        ("ST GREGOIRE", "Saint-Grégoire"),
        ("LE RHEU", "Le Rheu"),
        ("Paris 12e", "Paris"),
    ],
)
def test_towns_are_told_by_their_name(one: str, other: str) -> None:
    if one == "Paris 12e":
        assert town_key(one) != town_key(
            other
        )  # a district written so is another word: it stays unmatched, said
    else:
        assert town_key(one) == town_key(other)


def test_districts_count_as_their_city() -> None:
    assert city_of("13202") == "13055"
    assert city_of("75112") == "75056"
    assert city_of("69389") == "69123"
    assert city_of("35238") == "35238"
    assert len(districts_of("13055")) == 17
    assert districts_of("35238") == ["35238"]


def test_departments() -> None:
    assert [department_of(code) for code in ("35238", "2A004", "97411", "01004")] == ["35", "2A", "974", "01"]
