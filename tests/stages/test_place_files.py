"""Every fault that the three files of a round may have: said with its file, row, field and remedy."""

import csv
from pathlib import Path

import pytest
from django.utils import translation

from croisee.foundation.tables import FaultyInput
from croisee.stages.files import read_files, read_schools
from tests.stages.generated_round import OFFERS, PUPILS, WISHES, siret

GOOD_SIRET = siret(1)
OFFER = {
    "offer_id": "O1", "title": "Garage", "sector": "Auto", "siret": GOOD_SIRET, "address": "1 rue X, Rennes",
    "lon": "-1.68", "lat": "48.11", "week": "2027-W05", "seats": "2", "reserved": "1", "min_age": "14",
}  # fmt: skip
PUPIL = {
    "pupil_id": "P1", "school_uai": "0350963G", "birth_date": "2012-05-01", "address": "2 rue Y, Rennes",
    "lon": "-1.67", "lat": "48.12", "week": "2027-W05", "protected": "", "max_minutes": "45",
}  # fmt: skip
WISH = {"pupil_id": "P1", "rank": "1", "offer_id": "O1"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path):
    """`files(offers=[changes…], pupils=…, wishes=…)` reads one right row of each, then each changed copy of it."""

    def read(offers=(), pupils=(), wishes=()):
        write(tmp_path / "offers.csv", OFFERS, [OFFER, *({**OFFER, **change} for change in offers)])
        write(tmp_path / "pupils.csv", PUPILS, [PUPIL, *({**PUPIL, **change} for change in pupils)])
        write(tmp_path / "wishes.csv", WISHES, [WISH, *({**WISH, **change} for change in wishes)])
        return read_files(*(tmp_path / f"{name}.csv" for name in ("offers", "pupils", "wishes")))

    return read


def write(path: Path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(rows)


def test_three_right_files_have_no_fault(files):
    found = files()
    assert not found.faults
    assert (len(found.offers), len(found.pupils), len(found.wishes)) == (1, 1, 1)
    assert found.pupils.age.tolist() == [14]
    assert found.offers.min_age.tolist() == [14]


OFFER_FAULTS = [
    ({}, "offer_id", "already has row 2 for the same week"),
    ({"offer_id": ""}, "offer_id", "is empty"),
    ({"offer_id": "O2", "siret": "12345678901234"}, "siret", "not a valid SIRET"),
    ({"offer_id": "O2", "siret": "1,23457E+13"}, "siret", "not a valid SIRET"),
    ({"offer_id": "O2", "lon": "48.11", "lat": "-1.68"}, "lon", "are swapped"),
    ({"offer_id": "O2", "lon": "-0.12", "lat": "51.5"}, "lon", "outside France"),
    ({"offer_id": "O2", "lon": "0", "lat": "0"}, "lon", "outside France"),
    ({"offer_id": "O2", "lon": "352000", "lat": "6789000"}, "lon", "not degrees"),
    ({"offer_id": "O2", "lat": ""}, "lat", "one coordinate is missing"),
    ({"offer_id": "O2", "lon": "west"}, "lon", "is not a number"),
    (
        {"offer_id": "O2", "lon": "", "lat": "", "address": ""},
        "address",
        "neither an address nor coordinates",
    ),
    ({"offer_id": "O2", "week": "2027-W53"}, "week", "no week"),
    ({"offer_id": "O2", "week": "5 février"}, "week", "is not a week"),
    ({"offer_id": "O2", "week": ""}, "week", "is empty"),
    ({"offer_id": "O2", "seats": "0", "reserved": "0"}, "seats", "0 seats"),
    ({"offer_id": "O2", "seats": "-3", "reserved": "0"}, "seats", "-3 seats"),
    ({"offer_id": "O2", "seats": "1.5"}, "seats", "not a whole number"),
    ({"offer_id": "O2", "seats": ""}, "seats", "is empty"),
    ({"offer_id": "O2", "reserved": "3"}, "reserved", "3 reserved seats for 2"),
    ({"offer_id": "O2", "reserved": "-1"}, "reserved", "is negative"),
    ({"offer_id": "O2", "min_age": "140"}, "min_age", "not an age"),
]


@pytest.mark.parametrize(("change", "field", "words"), OFFER_FAULTS)
def test_faults_of_offers(files, change, field, words):
    (fault,) = files(offers=[change]).faults
    assert (fault.file, fault.row, fault.field) == ("offers.csv", 3, field)
    assert words in fault.problem
    assert fault.remedy


PUPIL_FAULTS = [
    ({}, "pupil_id", "already in row 2"),
    ({"pupil_id": ""}, "pupil_id", "is empty"),
    ({"pupil_id": "P2", "school_uai": "35"}, "school_uai", "not a UAI"),
    ({"pupil_id": "P2", "birth_date": "31/02/2012"}, "birth_date", "no calendar has"),
    ({"pupil_id": "P2", "birth_date": "2012"}, "birth_date", "is not a date"),
    ({"pupil_id": "P2", "birth_date": "1980-01-01"}, "birth_date", "is 47 on the first day"),
    ({"pupil_id": "P2", "birth_date": "2030-01-01"}, "birth_date", "is -3 on the first day"),
    ({"pupil_id": "P2", "birth_date": ""}, "birth_date", "is empty"),
    ({"pupil_id": "P2", "lon": "48.12", "lat": "-1.67"}, "lon", "are swapped"),
    ({"pupil_id": "P2", "lon": "", "lat": "", "address": ""}, "address", "neither an address"),
    ({"pupil_id": "P2", "week": "2026-W54"}, "week", "no week"),
    ({"pupil_id": "P2", "protected": "peut-être"}, "protected", "neither yes nor no"),
    ({"pupil_id": "P2", "max_minutes": "0"}, "max_minutes", "cannot be a limit"),
    ({"pupil_id": "P2", "max_minutes": "-5"}, "max_minutes", "cannot be a limit"),
    ({"pupil_id": "P2", "max_minutes": "une heure"}, "max_minutes", "not a number"),
]


@pytest.mark.parametrize(("change", "field", "words"), PUPIL_FAULTS)
def test_faults_of_pupils(files, change, field, words):
    (fault,) = files(pupils=[change]).faults
    assert (fault.file, fault.row, fault.field) == ("pupils.csv", 3, field)
    assert words in fault.problem
    assert fault.remedy


WISH_FAULTS = [
    ({"pupil_id": "P9"}, "pupil_id", "no pupil “P9”"),
    ({"offer_id": "O9", "rank": "2"}, "offer_id", "no offer “O9”"),
    ({"pupil_id": ""}, "pupil_id", "is empty"),
    ({"rank": "2"}, "offer_id", "already wishes the offer “O1” in row 2"),
    ({"offer_id": "O2"}, "rank", "already has a wish of rank 1 in row 2"),
    ({"offer_id": "O2", "rank": "0"}, "rank", "less than 1"),
    ({"offer_id": "O2", "rank": "first"}, "rank", "not a whole number"),
    ({"offer_id": "O3", "rank": "2"}, "offer_id", "week is 2027-W05; the offer is for 2027-W10"),
    (
        {"offer_id": "O4", "rank": "2"},
        "offer_id",
        "is 14 on the first day of the internship; the offer is from 16",
    ),
    ({"offer_id": "O5", "rank": "2"}, "offer_id", "no journey covers in 45 minutes"),
]


@pytest.mark.parametrize(("change", "field", "words"), WISH_FAULTS)
def test_faults_of_wishes(files, change, field, words):
    others = [
        {"offer_id": "O2"},
        {"offer_id": "O3", "week": "2027-W10"},
        {"offer_id": "O4", "min_age": "16"},
        {"offer_id": "O5", "lon": "5.37", "lat": "43.3"},
    ]
    (fault,) = files(offers=others, wishes=[change]).faults
    assert (fault.file, fault.row, fault.field) == ("wishes.csv", 3, field)
    assert words in fault.problem
    assert fault.remedy


def test_wishes_of_faulty_rows_are_left_out_and_are_no_fault_themselves(files):
    found = files(
        offers=[{"offer_id": "O2", "seats": "0", "reserved": "0"}],
        pupils=[{"pupil_id": "P2", "birth_date": "?"}],
        wishes=[{"offer_id": "O2", "rank": "2"}, {"pupil_id": "P2"}],
    )
    assert [fault.file for fault in found.faults] == ["offers.csv", "pupils.csv"]
    assert [fault.row for fault in found.left_out] == [3, 4]
    assert len(found.wishes) == 1


def test_one_offer_in_two_weeks_is_two_pools(files):
    found = files(
        offers=[{"week": "2027-W10"}],
        pupils=[{"pupil_id": "P2", "week": "2027-W10"}],
        wishes=[{"pupil_id": "P2"}],
    )
    assert not found.faults
    assert found.offers.weeks == ["2027-W05", "2027-W10"]
    assert found.wishes.pool.tolist() == [0, 1]


@pytest.mark.parametrize("birth", ["2013-02-01", "01/02/2013"])
def test_age_counts_on_the_first_day_of_the_internship(files, birth):
    # 2027-W05 starts on Monday 1 February 2027.
    assert files(pupils=[{"pupil_id": "P2", "birth_date": birth}]).pupils.age.tolist() == [14, 14]
    assert files(pupils=[{"pupil_id": "P2", "birth_date": "2013-02-02"}]).pupils.age.tolist() == [14, 13]


@pytest.mark.parametrize("word", ["1", "true", "OUI", "yes"])
def test_protected_as_people_write_it(files, word):
    assert files(pupils=[{"pupil_id": "P2", "protected": word}]).pupils.protected.tolist() == [-1, 1]


def test_a_wrong_check_letter_of_a_uai_is_a_note(files):
    found = files(pupils=[{"pupil_id": "P2", "school_uai": "0350963A"}])
    assert not found.faults
    assert "check letter of the UAI 0350963A" in found.notes[0]


def test_overseas_is_france(files):
    assert not files(offers=[{"offer_id": "O2", "lon": "55.45", "lat": "-20.9"}]).faults


def test_column_that_is_missing_or_renamed(tmp_path, files):
    files()
    text = (tmp_path / "offers.csv").read_text()
    (tmp_path / "offers.csv").write_text(text.replace("seats", "places", 1))
    (tmp_path / "wishes.csv").write_text("")
    with pytest.raises(FaultyInput) as caught:
        read_files(*(tmp_path / f"{name}.csv" for name in ("offers", "pupils", "wishes")))
    assert [(fault.file, fault.field) for fault in caught.value.faults] == [
        ("offers.csv", "seats"),
        ("wishes.csv", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "NUMERO;NOM DE L'ETABLISSEMENT;EP\n0350963G;HAUTES OURMES;REP+\n0350001A;Autre;HORS REP\n",
        "NUMERO_UAI,Rep+,Rep\n0350963G,Oui,Non\n0350001A,Non,Non\n",
        "uai,status\n0350963g,REP+\n0350001A,\n",
    ],
)
def test_schools_as_published(tmp_path, text):
    (tmp_path / "schools.csv").write_text(text)
    schools = read_schools(tmp_path / "schools.csv")
    assert {uai: school.status for uai, school in schools.items()} == {"0350963G": "REP+", "0350001A": ""}


def test_schools_that_say_nothing_of_rep(tmp_path):
    (tmp_path / "schools.csv").write_text("uai,name\n0350963G,x\n")
    with pytest.raises(FaultyInput) as caught:
        read_schools(tmp_path / "schools.csv")
    assert "REP" in caught.value.faults[0].problem


def test_official_list_of_rep(shared_data):
    schools = read_schools(shared_data / "education" / "rep_reseaux_rentree_2022_35.csv")
    assert schools["0350963G"].status == "REP+"
    assert sum(bool(school.status) for school in schools.values()) == 56
