"""Identifiers: the standards' own examples, every real code at hand, and typing errors that must not pass."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from croisee.foundation import identifiers
from croisee.foundation.identifiers import InvalidIdentifier

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
Reader = Callable[[str], str]

VALID = [
    (identifiers.siren, "732829320", "732829320"),
    (identifiers.siren, " 356 000 000 ", "356000000"),
    (identifiers.siret, "732 829 320 00074", "73282932000074"),
    (identifiers.siret, "35600000000048", "35600000000048"),  # La Poste's head office: the formula
    (identifiers.siret, "35600000049837", "35600000049837"),  # one of its offices: the sum of digits, 45
    (identifiers.uai, "0350028r", "0350028R"),
    (identifiers.commune, "35238", "35238"),
    (identifiers.commune, "2a004", "2A004"),
    (identifiers.commune, "97411", "97411"),
    (identifiers.qpv, "QP035003", "QP035003"),
    (identifiers.qpv, "qn03501m", "QN03501M"),
    (identifiers.qpv, "QP02B001", "QP02B001"),
    (identifiers.iso_week, "2026-w53", "2026-W53"),
]
REFUSED = [
    (identifiers.siren, "", "shape"),
    (identifiers.siren, "73282932", "shape"),
    (identifiers.siren, "732829321", "check"),
    (identifiers.siren, "٧٣٢٨٢٩٣٢٠", "shape"),
    (identifiers.siret, "732829320000740", "shape"),
    (identifiers.siret, "73282932000047", "check"),
    (identifiers.siret, "35600000049838", "check"),
    (identifiers.uai, "0350028I", "check"),
    (identifiers.uai, "350028R", "shape"),
    (identifiers.commune, "20004", "shape"),
    (identifiers.commune, "35000", "shape"),
    (identifiers.commune, "99100", "shape"),
    (identifiers.commune, "96001", "shape"),
    (identifiers.qpv, "QP35003", "shape"),
    (identifiers.qpv, "ZF035003", "shape"),
    (identifiers.iso_week, "2027-W53", "check"),
    (identifiers.iso_week, "2027-W00", "check"),
    (identifiers.iso_week, "2027-5", "shape"),
]


@pytest.mark.parametrize(("read", "written", "canonical"), VALID)
def test_a_valid_identifier_is_read_in_its_canonical_form(read: Reader, written: str, canonical: str) -> None:
    assert read(written) == canonical


@pytest.mark.parametrize(("read", "written", "reason"), REFUSED)
def test_an_invalid_identifier_is_refused_and_says_why(read: Reader, written: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        read(written)
    assert (refusal.value.kind, refusal.value.reason) == (read.__name__, reason)


@given(st.text(max_size=20))
def test_whatever_is_written_is_read_or_refused_and_reading_twice_changes_nothing(text: str) -> None:
    for read in (
        identifiers.siren,
        identifiers.siret,
        identifiers.uai,
        identifiers.commune,
        identifiers.qpv,
        identifiers.iso_week,
    ):
        try:
            canonical = read(text)
        except InvalidIdentifier:
            continue
        assert read(canonical) == canonical


def siret_of(thirteen: str) -> str:
    """Complete 13 digits by trying each last digit: independent of the formula as the module writes it."""
    return next(
        thirteen + last
        for last in "0123456789"
        if sum(sum(divmod(int(d) * 2, 10)) for d in (thirteen + last)[-2::-2])
        + sum(int(d) for d in (thirteen + last)[-1::-2])
        in range(0, 200, 10)
    )


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(order: int, position: int, shift: int) -> None:
    right = siret_of(f"732829320{order:04d}")
    assert identifiers.siret(right) == right
    wrong = right[:position] + str((int(right[position]) + shift) % 10) + right[position + 1 :]
    with pytest.raises(InvalidIdentifier):
        identifiers.siret(wrong)


@given(st.integers(0, 9_999_999), st.sampled_from(identifiers.UAI_LETTERS))
def test_a_school_number_has_exactly_one_letter(number: int, letter: str) -> None:
    right = identifiers.UAI_LETTERS[number - 23 * (number // 23)]
    assert identifiers.uai(f"{number:07d}{right}")
    assume(letter != right)
    with pytest.raises(InvalidIdentifier):
        identifiers.uai(f"{number:07d}{letter}")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_week_of_any_day_exists_and_starts_on_its_monday(day: date) -> None:
    week = identifiers.iso_week(day.strftime("%G-W%V"))
    assert 0 <= (day - identifiers.week_monday(week)).days < 7
    assert identifiers.week_monday(week).weekday() == 0


def test_a_code_tells_its_generation() -> None:
    assert [identifiers.qpv_generation(code) for code in ("QP035003", "QN03501M")] == [2015, 2024]


REAL = [
    (identifiers.siret, "sirene/etablissements_handi_engages_rennes_metropole_2026-01.csv", ",", "SIRET", 34),
    (identifiers.siret, "offres/monstage_offres_35_2025-05.csv", ";", "siret", 99),
    (identifiers.uai, "education/colleges_lycees_35.csv", ";", "Identifiant_de_l_etablissement", 222),
    (identifiers.uai, "education/rep_reseaux_rentree_2022_france.csv.gz", ";", "NUMERO", 7708),
    (identifiers.uai, "education/colleges_qpv2015_le_plus_proche.csv", ",", "NUMERO_UAI", 989),
    (identifiers.qpv, "education/colleges_qpv2015_le_plus_proche.csv", ",", "QPV", 989),
]


def shared_text(path: str) -> str:
    """A file of the shared data, unpacked; skips the test where the data is not installed."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{file} is not here")
    content = file.read_bytes()
    return (gzip.decompress(content) if file.suffix == ".gz" else content).decode()


def refused(read: Reader, codes: list[str]) -> list[str]:
    """The codes that `read` does not take."""
    refusals = []
    for code in codes:
        try:
            read(code)
        except InvalidIdentifier:
            refusals.append(code)
    return refusals


@pytest.mark.parametrize(("read", "path", "delimiter", "column", "expected"), REAL)
def test_every_real_code_at_hand_is_valid(
    read: Reader, path: str, delimiter: str, column: str, expected: int
) -> None:
    rows = csv.DictReader(shared_text(path).splitlines(), delimiter=delimiter)
    codes = [row[column] for row in rows if row[column]]
    assert len(codes) == expected
    assert refused(read, codes) == []


def test_every_commune_of_the_official_list_is_valid() -> None:
    communes = json.loads(shared_text("territoires/decoupage-administratif-6.0.0_communes.json.gz"))
    codes = [commune["code"] for commune in communes]
    assert len(codes) > 34_000
    assert refused(identifiers.commune, codes) == []
