"""Indicators of neighbourhoods: what is stored of a table, of its dictionary, and what is wrong with them."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from croisee.foundation.tables import write_xlsx
from croisee.territory.loaders.indicator_labels import unit_of
from croisee.territory.loaders.indicator_rows import period_stated_by
from croisee.territory.loaders.indicators import number
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import DataSet, Indicator, Zone, ZoneIndicator
from tests.territory import official
from tests.territory.official import EAST_TOWN, EPCI, load
from tests.territory.test_command import load_real, run

WEST, EAST = "QN03591M", "QN03592M"
HEADER = ["code_qp", "nom_qp", "nom_commune", "annee", "pop_mun", "tp60"]
WEST_ROW = [WEST, "Les Ormes", "Ponant", "2021", "1200", "41.5"]
EAST_ROW = [EAST, "Le Pont", "Levant-sur-Ille", "2021", "2300", "39,25"]


def write(path: Path, rows: Iterable[list[str]], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([header, *rows])
    return path


def write_labels(folder: Path, *more: list[str]) -> Path:
    rows = [
        ["code_qp", "Code du quartier", "chaîne de caractères"],
        ["POP_MUN", "Population municipale du QP", "entier"],
        ["tp60", "Taux  de pauvreté", "nombre rationnel"],
        ["autre", "Une colonne que personne n'a", "entier"],
        *more,
    ]
    return write(folder / "dictionnaire.csv", rows, ["colonne", "description", "type_valeur"])


def held() -> dict[tuple[str, str, str], float]:
    values = ZoneIndicator.objects.values_list("zone__code", "indicator", "period", "value")
    return {(zone, code, period): value for zone, code, period, value in values}


def test_a_table_and_its_dictionary(metropolis: Path) -> None:
    write_labels(metropolis)
    write(metropolis / "indicateurs.csv", [WEST_ROW, EAST_ROW])
    values, labels = load(metropolis)
    assert (values.outcome, values.kept, values.difference.added) == (Outcome.LOADED, 4, 4)
    assert (labels.outcome, labels.kept, labels.difference.changed) == (Outcome.LOADED, 2, 2)
    assert held() == {
        (WEST, "pop_mun", "2021"): 1200,
        (WEST, "tp60", "2021"): 41.5,
        (EAST, "pop_mun", "2021"): 2300,
        (EAST, "tp60", "2021"): 39.25,
    }
    people, poverty = Indicator.objects.all()
    assert (people.label, people.unit, people.is_whole) == ("Population municipale du QP", "", True)
    assert (poverty.label, poverty.unit, poverty.is_whole) == ("Taux de pauvreté", "%", False)
    assert DataSet.objects.get(kind="indicators").vintage == "2021"
    assert {one.outcome for one in load(metropolis)} == {Outcome.UNCHANGED}


def test_a_changed_table_writes_the_differences(metropolis: Path) -> None:
    path = write(metropolis / "indicateurs.csv", [WEST_ROW, EAST_ROW])
    load(path, write_labels(metropolis))
    before = set(ZoneIndicator.objects.filter(zone__code=WEST, indicator="pop_mun").values_list("pk"))
    write(path, [[*WEST_ROW[:5], "42"], [*EAST_ROW[:4], "", ""]])
    [result] = load(path)
    change = result.difference
    assert (change.added, change.changed, change.removed) == (0, 1, 2)
    assert set(ZoneIndicator.objects.filter(zone__code=WEST, indicator="pop_mun").values_list("pk")) == before
    write(path, [[*WEST_ROW[:5], ""]])
    load(path)
    assert list(Indicator.objects.values_list("code", "label")) == [
        ("pop_mun", "Population municipale du QP")
    ]


def test_a_dictionary_is_due_again_when_a_table_brings_more(metropolis: Path) -> None:
    path, labels = metropolis / "indicateurs.csv", write_labels(metropolis)
    [result] = load(labels)
    assert result.outcome is Outcome.ELSEWHERE  # nothing that it could describe is held
    write(path, [row[:5] for row in (WEST_ROW, EAST_ROW)], HEADER[:5])
    load(path, labels)
    write(path, [WEST_ROW, EAST_ROW])
    assert [one.outcome for one in load(path, labels)] == [Outcome.LOADED, Outcome.LOADED]
    assert Indicator.objects.get(code="tp60").label == "Taux de pauvreté"


def test_a_dictionary_concerns_those_who_have_values(metropolis: Path) -> None:
    load(write(metropolis / "indicateurs.csv", [WEST_ROW]))
    other = [
        {"code": "200000016", "nom": "Ailleurs", "type": "CC", "membres": [{"code": "35115", "nom": "F"}]}
    ]
    (metropolis / "epci.json").write_text(json.dumps(other))
    [epci, labels] = load(metropolis / "epci.json", write_labels(metropolis), epci="200000016")
    assert (epci.outcome, labels.outcome) == (Outcome.LOADED, Outcome.ELSEWHERE)
    assert set(Indicator.objects.values_list("label", flat=True)) == {""}


def test_a_dictionary_that_loses_an_entry_or_says_it_twice(metropolis: Path) -> None:
    load(write(metropolis / "indicateurs.csv", [WEST_ROW]), write_labels(metropolis))
    labels = write(
        metropolis / "dictionnaire.csv",
        [
            ["code_qp", "Code", ""],
            ["tp60", "Pauvreté", "points"],
            ["tp60", "Encore", ""],
            ["pop_mun", "", ""],
        ],
        ["colonne", "description", "unite"],
    )
    [result] = load(labels)
    assert [(fault.row, fault.field) for fault in result.faults] == [(4, "colonne"), (5, "description")]
    assert all(fault.remedy for fault in result.faults)
    assert set(Indicator.objects.values_list("code", "label", "unit")) == {
        ("tp60", "Pauvreté", "points"),
        ("pop_mun", "", ""),
    }


@pytest.mark.parametrize("secret", ["", "s", "S", "nd", "n.d.", "ns", "-", "…", "N/A", " "])
def test_what_is_secret_or_not_available_is_missing_and_not_zero(metropolis: Path, secret: str) -> None:
    [result] = load(
        write(metropolis / "indicateurs.csv", [WEST_ROW, [*EAST_ROW[:4], secret, "0"]]),
    )
    assert (result.kept, result.refused) == (3, 0)
    assert (EAST, "pop_mun", "2021") not in held()
    assert held()[EAST, "tp60", "2021"] == 0


@pytest.mark.parametrize("wrong", ["environ 40", "41 %", "1e999", "12/05/2021"])
def test_what_is_no_number_is_missing_and_said(metropolis: Path, wrong: str) -> None:
    [result] = load(write(metropolis / "indicateurs.csv", [WEST_ROW, [*EAST_ROW[:5], wrong]]))
    assert (result.kept, result.refused) == (3, 1)
    [fault] = result.faults
    assert (fault.file, fault.row, fault.field) == ("indicateurs.csv", 3, "tp60")
    assert fault.remedy
    assert result.report is not None
    assert "indicateurs.csv" in result.report.read_text(encoding="utf-8-sig")


def test_columns_of_text_and_of_codes_are_no_indicators(metropolis: Path) -> None:
    header = [*HEADER, "code_insee", "remarque", "libelle_region"]
    rows = [[*WEST_ROW, "35901", "vu le 12", "Bretagne"], [*EAST_ROW, "35902", "", "Bretagne"]]
    [result] = load(write(metropolis / "indicateurs.csv", rows, header))
    assert (result.refused, set(Indicator.objects.values_list("code", flat=True))) == (0, {"pop_mun", "tp60"})


def test_wrong_codes_and_rows_said_twice_are_refused(metropolis: Path) -> None:
    rows = [
        WEST_ROW,
        ["QP35", "", "Ponant", "2021", "1", "1"],
        WEST_ROW,
        [WEST, "Les Ormes", "Ponant", "2018", "1100", "40"],
        ["QN03599M", "Inconnu", "Ponant", "2021", "7", "7"],
        ["QN03598M", "Ailleurs", "Fougères", "2021", "8", "8"],
        ["QN07501M", "Paris", "Ponant", "2021", "9", "9"],
    ]
    [result] = load(write(metropolis / "indicateurs.csv", rows))
    assert [fault.row for fault in result.faults] == [3, 4, 6]
    assert "QN03599M" in result.faults[2].problem
    assert "2024" in result.faults[2].remedy
    assert {(zone, period) for zone, _code, period in held()} == {(WEST, "2021"), (WEST, "2018")}
    assert DataSet.objects.get(kind="indicators").elsewhere == 2


def test_the_commune_may_be_told_by_its_code(metropolis: Path) -> None:
    header = ["CODE_QP", "insee_com", "pop_mun"]
    rows = [[WEST, "35901", "3"], ["QN03597M", EAST_TOWN, "4"], ["QN03596M", "35115", "5"]]
    [result] = load(write(metropolis / "qpv2024_indicateurs_2020.csv", rows, header))
    assert [fault.row for fault in result.faults] == [3]
    assert held() == {(WEST, "pop_mun", "2020"): 3}


def test_indicators_wait_for_the_neighbourhoods(db: None, tmp_path: Path) -> None:
    path = write(tmp_path / "indicateurs.csv", [WEST_ROW, EAST_ROW])
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    [result] = load(path)
    assert result.outcome is Outcome.REFUSED
    assert [fault.row for fault in result.faults] == [2, 3]
    assert not DataSet.objects.filter(kind="indicators").exists()
    load(official.write_qpv(tmp_path))
    [result] = load(path)
    assert (result.outcome, result.kept) == (Outcome.LOADED, 4)


def test_without_communes_a_table_of_the_department_waits_too(db: None, tmp_path: Path) -> None:
    path = write(tmp_path / "indicateurs.csv", [[WEST, "3"], ["QN07501M", "4"]], ["code_qp", "pop_mun"])
    load(official.write_epci(tmp_path), official.write_outlines(tmp_path))
    [result] = load(path)
    assert (result.outcome, len(result.faults)) == (Outcome.REFUSED, 1)


def test_a_neighbourhood_that_comes_later_brings_its_indicators(metropolis: Path) -> None:
    former = ["QP035001", "Les Ormes", "Ponant", "2016", "900", "44"]
    path = write(metropolis / "indicateurs.csv", [WEST_ROW, former])
    [result] = load(path)
    assert (result.kept, result.refused) == (2, 1)
    load(official.write_qpv(metropolis, "qpv2015.geojson", "QP035001", "QP035002"))
    [result] = load(path)
    assert (result.outcome, result.kept, result.refused) == (Outcome.LOADED, 4, 0)


def test_a_value_belongs_to_the_file_that_gave_it_first(metropolis: Path) -> None:
    load(write(metropolis / "a.csv", [WEST_ROW]))
    [result] = load(write(metropolis / "b.csv", [[*WEST_ROW[:5], "99"], EAST_ROW]))
    assert (result.kept, held()[WEST, "tp60", "2021"]) == (2, 41.5)
    assert result.message


def test_a_table_of_elsewhere_concerns_nobody(metropolis: Path) -> None:
    [result] = load(write(metropolis / "i.csv", [["QN07501M", "Paris", "Paris", "2021", "1", "2"]]))
    assert result.outcome is Outcome.ELSEWHERE
    assert not Indicator.objects.exists()


def test_lists_and_tables_of_other_things_are_not_recognised(metropolis: Path) -> None:
    write(metropolis / "liste.csv", [[WEST, "Les Ormes", "Ponant"]], ["code_qp", "nom_qp", "nom_commune"])
    write(metropolis / "firmes.csv", [["1", WEST, "3"]], ["siret", "code_qp", "effectif"])
    write(metropolis / "autre.csv", [["a", "b"]], ["colonne", "description"])
    assert {one.outcome for one in load(metropolis)} == {Outcome.UNRECOGNISED}
    [result] = load(write(metropolis / "d.csv", [["a", "b", "c"]], ["colonne", "description", "unite"]))
    assert result.outcome is Outcome.ELSEWHERE


@pytest.mark.parametrize(
    "content",
    ["code_qp;pop_mun\n", "code_qp;pop_mun;Pop mun\nQN03591M;1;2\n", "code_qp;pop_mun\nQN03591M;1;2;3\n"],
)
def test_a_table_that_cannot_be_read_changes_nothing(metropolis: Path, content: str) -> None:
    path = write(metropolis / "indicateurs.csv", [WEST_ROW])
    load(path)
    path.write_text(content)
    [result] = load(path)
    assert result.outcome in {Outcome.REFUSED, Outcome.ELSEWHERE}
    assert len(held()) == 2


def test_a_spreadsheet_does_too(metropolis: Path) -> None:
    path = metropolis / "indicateurs.xlsx"
    write_xlsx(path, HEADER, [[WEST, "Les Ormes", "Ponant", 2021, 1200, 41.5]])
    load(path)
    assert held() == {(WEST, "pop_mun", "2021"): 1200, (WEST, "tp60", "2021"): 41.5}


def test_what_the_database_refuses(metropolis: Path) -> None:
    load(write(metropolis / "indicateurs.csv", [WEST_ROW]))
    value = ZoneIndicator.objects.get(indicator="tp60")
    for wrong in ({"value": float("nan")}, {"value": float("inf")}, {"value": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ZoneIndicator.objects.filter(pk=value.pk).update(**wrong)
    value.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        value.save(force_insert=True)
    Zone.objects.get(code=WEST).delete()
    assert not ZoneIndicator.objects.exists()


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("qpv2015_occitanie_indicateurs.csv", ""),
        ("QP2024_indicateurs_2021.csv", "2021"),
        ("indicateurs_2015-2020.csv", "2015-2020"),
        ("indicateurs_20212.csv", ""),
    ],
)
def test_the_year_of_the_neighbourhoods_is_not_that_of_the_figures(name: str, period: str) -> None:
    assert period_stated_by(name) == period


def test_units_and_numbers() -> None:
    assert unit_of("Part des ménages dont le revenu principal est…") == "%"
    assert unit_of("Neuvième décile du revenu déclaré") == "€"
    assert unit_of("Nombre d'écoles") == ""
    assert (number("-1,5"), number("1\u202f200"), number("nd")) == (-1.5, 1200, None)


def test_occitanie(db: None, real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_real("243100518", real_data)
    with (real_data / "qpv/qpv2015_occitanie_indicateurs.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    with (real_data / "qpv/qpv2015_occitanie_indicateurs_dictionnaire.csv").open(
        encoding="utf-8-sig"
    ) as stream:
        entries = {row["colonne"]: row for row in csv.DictReader(stream)}
    towns = {"Toulouse", "Blagnac", "Colomiers", "Cugnaux"}
    ours = [row for row in rows if row["nom_commune"] in towns and row["code_qp"].startswith("QP031")]
    figures = [name for name, row in entries.items() if row["type_valeur"] != "chaîne de caractères"]
    expected = {(row["code_qp"], name, ""): float(row[name]) for row in ours for name in figures if row[name]}
    assert (len(rows), len(ours), len(figures), len(expected)) == (105, 16, 41, 613)
    assert held() == expected
    data_set = DataSet.objects.get(kind="indicators")
    assert (data_set.kept, data_set.refused, data_set.elsewhere, data_set.vintage) == (613, 0, 89, "")
    labels = {indicator.code: indicator for indicator in Indicator.objects.all()}
    assert list(labels) == figures
    for name in figures:
        assert labels[name].label == " ".join(entries[name]["description"].split())
        assert labels[name].is_whole == (entries[name]["type_valeur"] == "entier")
    assert {code for code, one in labels.items() if one.unit == "€"} == {
        *("decuc_q2", "decuc_d1", "decuc_d9", "disp_q2", "disp_d1", "disp_d9")
    }
    capsys.readouterr()
    assert "613" in run("status", "--epci", "243100518", capsys=capsys)


def test_occitanie_concerns_no_other_metropolis(metropolis: Path, real_data: Path) -> None:
    call_command("territory", "load", "--epci", EPCI, "--from", str(official.write_epci(metropolis)))
    results = load(real_data / "qpv", only=["indicators", "indicator_labels"])
    assert {one.outcome for one in results if one.kind} == {Outcome.ELSEWHERE}
