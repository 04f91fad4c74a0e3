"""`croisee clauses import-decp`: every record is kept or refused with its reason, all at once."""

import copy
import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.decp.checking import checked
from croisee.clauses.decp.contracts import Published, Refused
from croisee.clauses.decp.reading import Record
from croisee.clauses.models import PublishedContract
from croisee.clauses.models.published import SocialConsideration

REAL = Path(settings.SHARED_DATA) / "decp"
TODAY = dt.date(2026, 11, 29)
BUYER = "24350013900189"
VALID = {
    "id": "2024M01",
    "acheteur": {"id": BUYER},
    "nature": "Marché",
    "objet": "Peinture de l’école",
    "codeCPV": "45442100-8",
    "procedure": "Procédure adaptée",
    "lieuExecution": {"code": "35238", "typeCode": "Code commune"},
    "dureeMois": 12,
    "dateNotification": "2024-03-01",
    "datePublicationDonnees": "2024-03-15",
    "montant": 90000.5,
    "typesPrix": {"typePrix": ["Définitif ferme"]},
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "55204599900869"}}],
    "considerationsSociales": {"considerationSociale": ["Clause sociale", "Critère social"]},
    "considerationsEnvironnementales": {"considerationEnvironnementale": ["Critère environnemental"]},
    "modifications": [],
}


@pytest.fixture(autouse=True)
def in_english():
    """The sentences are compared in their source."""
    with translation.override("en"):
        yield


def contract(container: str = "marche", **changes: object) -> dict:
    """A valid record with changes; `...` takes a field away."""
    record = copy.deepcopy(VALID) | changes
    return {name: value for name, value in record.items() if value is not ...}


def kept(container: str = "marche", **changes: object) -> Published:
    """The contract that is kept of a record with these changes."""
    return checked(Record(0, container, contract(**changes)), TODAY)


def why(container: str = "marche", **changes: object) -> str:
    """Why a record with these changes is refused."""
    with pytest.raises(Refused) as refused:
        kept(container, **changes)
    return str(refused.value)


@pytest.fixture
def imported(tmp_path, db):
    """`imported(document)`: the report of the command on a file of that content."""

    def imported(document: object, file: Path | None = None) -> dict:
        path = file or tmp_path / "decp.json"
        if file is None:
            path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        report = tmp_path / "report.json"
        call_command("clauses", "import-decp", str(path), report=report, verbosity=0)
        found = json.loads(report.read_text("utf-8"))
        assert found["read"] == found["kept"] + len(found["refused"])
        assert found["kept"] == found["added"] + found["changed"] + found["same"] + found["older"]
        return found

    return imported


# What is kept


def test_a_contract_of_the_schema():
    found = kept()
    assert (found.buyer_siret, found.decp_id, found.kind) == (BUYER, "2024M01", "marche")
    assert (found.amount, found.months, found.notified_on) == (Decimal("90000.50"), 12, dt.date(2024, 3, 1))
    assert found.social == ["Clause sociale", "Critère social"]
    assert found.environmental == ["Critère environnemental"]
    assert found.holders == [{"id": "55204599900869", "type": "SIRET", "name": ""}]
    assert (found.purchase, found.format, found.place_type) == ("works", "2022", "Code commune")


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("1 234,5 €", "1234.50"),
        ("90000.0000", "90000"),
        (0, "0"),
        (1e17, "1e17"),
        ("1E5", "100000"),
        (12, "12"),
    ],
)
def test_amounts_as_they_are_written(said, amount):
    assert kept(montant=said).amount == Decimal(amount)


@pytest.mark.parametrize(
    "said",
    ["2024-01-05T00:00:00", "2024-01-05+02:00", "2024-01-05Z", "2024-01-05 10:00:00.5+02:00", "05/01/2024"],
)
def test_dates_as_they_are_written(said):
    assert kept(dateNotification=said).notified_on == dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (["clause SOCIALE"], ["Clause sociale"]),
        ("Clause sociale, Critere social", ["Clause sociale", "Critère social"]),
        ({"considerationSociale": "Marche reserve"}, ["Marché réservé"]),
        ([{"considerationSociale": "Clauses sociales"}], ["Clause sociale"]),
        (
            '{"considerationSociale": ["Pas de consid\\u00e9ration sociale"]}',
            ["Pas de considération sociale"],
        ),
        ({"considerationSociale": []}, None),
        ("NC", None),
        ("test", None),
        (None, None),
        (..., None),
    ],
)
def test_considerations_as_they_are_written(said, found):
    assert kept(considerationsSociales=said).social == found


@pytest.mark.parametrize(
    "said",
    [
        {"titulaire": {"id": "55204599900869", "typeIdentifiant": "SIRET"}},
        [{"id": "55204599900869", "typeIdentifiant": "SIRET"}],
        [[[{"titulaire": [{"id": 55204599900869, "typeIdentifiant": "SIRET"}]}]], None, {}],
        '[{"titulaire": {"id": "55204599900869", "typeIdentifiant": "SIRET"}}]',
    ],
)
def test_holders_as_they_are_written(said):
    assert kept(titulaires=said).holders == [{"id": "55204599900869", "type": "SIRET", "name": ""}]


def test_what_says_nothing_is_empty():
    found = kept(
        dureeMois="NC",
        codeCPV=None,
        procedure="nan",
        lieuExecution=...,
        titulaires=[],
        uid="x",
        _type="Marché",
    )
    assert (found.months, found.cpv, found.procedure, found.place_code, found.holders) == (
        None,
        "",
        "",
        "",
        [],
    )


def test_numbers_that_lost_their_zeros():
    assert kept(acheteur={"id": 5650171100115}).buyer_siret == "05650171100115"
    assert kept(id=20192).decp_id == "20192"
    assert kept(codeCPV=3121000).cpv == "03121000"


def test_a_check_digit_loses_no_contract():
    found = kept(acheteur={"id": "12345678901234"})
    assert (found.buyer_siret, found.buyer_key_fails) == ("12345678901234", True)
    assert not kept().buyer_key_fails


def test_the_newest_modification_counts():
    changes = [
        {
            "modification": {
                "id": 2,
                "datePublicationDonneesModification": "2025-02-01",
                "montant": 70,
                "dureeMois": 5,
            }
        },
        {"modification": {"id": 1, "datePublicationDonneesModification": "2025-01-01", "montant": 50}},
        {"modification": {"id": 3, "datePublicationDonneesModification": "2025-03-01", "montant": "nan"}},
        {"modification": {"id": 4, "dateNotificationModification": "2025-04-01", "montant": -20}},
    ]
    found = kept(modifications=changes)
    assert (found.initial_amount, found.amount, found.months) == (Decimal("90000.50"), 70, 5)
    assert (found.modifications, found.said_on) == (4, dt.date(2025, 4, 1))


def test_a_concession():
    found = kept(
        "contrat-concession",
        acheteur=...,
        autoriteConcedante={"id": BUYER},
        montant=...,
        valeurGlobale=10.3,
        dateNotification=...,
        dateSignature="2024-04-02",
        concessionnaires=[{"concessionnaire": {"id": "38103128500491", "typeIdentifiant": "SIRET"}}],
        considerationsSociales={"considerationSociale": ["Concession réservée"]},
    )
    assert (found.kind, found.buyer_siret, found.amount) == ("concession", BUYER, Decimal("10.30"))
    assert (found.social, found.notified_on) == (["Concession réservée"], dt.date(2024, 4, 2))
    assert found.holders[0]["id"] == "38103128500491"


# What is refused


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ...}, "id"),
        ({"id": None}, "id"),
        ({"id": ["1"]}, "id"),
        ({"id": "x" * 101}, "id"),
        ({"acheteur": ...}, "acheteur.id"),
        ({"acheteur": {}}, "acheteur.id"),
        ({"acheteur": {"id": "123"}}, "acheteur.id"),
        ({"acheteur": {"id": "2435001390018X"}}, "acheteur.id"),
        ({"acheteur": {"id": "0" * 14}}, "acheteur.id"),
        ({"acheteur": {"id": True}}, "acheteur.id"),
        ({"acheteur": 12}, "acheteur.id"),
        ({"objet": ""}, "objet"),
        ({"objet": {"a": 1}}, "objet"),
        ({"montant": ...}, "montant"),
        ({"montant": "NC"}, "montant"),
        ({"montant": -1}, "montant"),
        ({"montant": "dix"}, "montant"),
        ({"montant": [1]}, "montant"),
        ({"montant": 1e18}, "montant"),
        ({"dateNotification": ...}, "dateNotification"),
        ({"dateNotification": "2024-02-30"}, "dateNotification"),
        ({"dateNotification": "0024-02-20"}, "dateNotification"),
        ({"dateNotification": "2124-02-20"}, "dateNotification"),
        ({"dateNotification": "en mars"}, "dateNotification"),
        ({"dateNotification": 20240101}, "dateNotification"),
        ({"datePublicationDonnees": "2024-13-01"}, "datePublicationDonnees"),
        ({"dureeMois": []}, "dureeMois"),
        ({"considerationsSociales": 3}, "considerationsSociales"),
        ({"titulaires": "Entreprise"}, "titulaires"),
        ({"titulaires": 3}, "titulaires"),
        ({"modifications": "oui"}, "modifications"),
    ],
)
def test_what_is_refused_names_its_field_and_says_what_to_do(changes, field):
    reason = why(**changes)
    assert reason.startswith(f"“{field}”: ")
    assert reason.count(".") >= 2


@pytest.mark.parametrize("value", [None, 1, "a", [], True])
def test_a_record_that_is_no_object_is_refused(value):
    with pytest.raises(Refused, match="not an object"):
        checked(Record(0, "marches", value), TODAY)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["NC", "2024-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*VALID, "id", "modification"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    changes=st.dictionaries(
        st.sampled_from([*VALID, "acheteur_id", "_type", "autoriteConcedante"]), JSON, max_size=4
    ),
    container=st.sampled_from(["marche", "contrat-concession", "marches", ""]),
)
def test_any_change_of_a_valid_record_is_kept_or_refused(changes, container):
    try:
        found = checked(Record(0, container, VALID | changes), TODAY)
    except Refused as refused:
        found = None
        said = str(refused)
    if found is None:
        assert said
    else:
        assert found.amount >= 0
        assert len(found.buyer_siret) == 14


@pytest.mark.django_db
@given(st.lists(st.dictionaries(st.sampled_from([*VALID]), JSON, max_size=2) | JSON, max_size=8))
def test_any_file_is_stored_or_refused_record_by_record(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("any")
    records = [VALID | one if isinstance(one, dict) else one for one in changes]
    (folder / "decp.json").write_text(json.dumps({"marches": records}), "utf-8")
    call_command("clauses", "import-decp", str(folder / "decp.json"), report=folder / "r.json", verbosity=0)
    report = json.loads((folder / "r.json").read_text("utf-8"))
    assert report["read"] == len(records) == report["kept"] + len(report["refused"])
    assert [one["index"] for one in report["refused"]] == sorted({one["index"] for one in report["refused"]})


# A file


def test_the_report(imported):
    report = imported(
        {
            "marches": {
                "marche": [
                    contract(),
                    contract(id="2", montant=None),
                    contract(id="3", considerationsSociales=...),
                ],
                "contrat-concession": [contract(id="4", valeurGlobale=5), None],
            }
        }
    )
    assert (report["read"], report["kept"]) == (5, 3)
    assert [(one["index"], one["id"]) for one in report["refused"]] == [(1, "2"), (4, "")]
    assert report["considerations"] == {
        "Clause sociale": 2,
        "Critère social": 2,
        "Marché réservé": 0,
        "Concession réservée": 0,
        "Pas de considération sociale": 0,
        "not said": 1,
    }
    assert set(PublishedContract.objects.values_list("decp_id", "kind")) == {
        ("2024M01", "marche"),
        ("3", "marche"),
        ("4", "concession"),
    }


def test_again_changes_nothing_and_a_newer_file_updates(imported):
    document = {"marches": [contract(), contract(id="2")]}
    assert imported(document)["added"] == 2
    before = list(PublishedContract.objects.values_list("pk", "updated_at").order_by("pk"))
    assert imported(document)["same"] == 2
    assert list(PublishedContract.objects.values_list("pk", "updated_at").order_by("pk")) == before
    change = {"modification": {"datePublicationDonneesModification": "2025-01-01", "montant": 5}}
    newer = {"marches": [contract(modifications=[change]), contract(id="2")]}
    assert (imported(newer)["changed"], PublishedContract.objects.get(decp_id="2024M01").amount) == (1, 5)
    assert imported(document)["older"] == 1
    assert PublishedContract.objects.get(decp_id="2024M01").amount == 5


def test_repeats_and_versions_in_one_file(imported):
    report = imported(
        [
            contract(),
            contract(montant=1, datePublicationDonnees="2024-03-01"),
            contract(),
            contract(id="2", montant=1),
            contract(id="2", montant=2),
        ]
    )
    reasons = {one["index"]: one["reason"] for one in report["refused"]}
    assert set(reasons) == {1, 2, 3}
    assert "older version of the contract of record 0" in reasons[1]
    assert "same contract as record 0" in reasons[2]
    assert "older version of the contract of record 4" in reasons[3]
    assert PublishedContract.objects.get(decp_id="2").amount == 2


def test_rows_of_a_flat_table_that_differ_by_their_holder_are_one_contract(imported):
    def row(holder: str) -> dict:
        return contract(
            acheteur=...,
            acheteur_id=BUYER,
            titulaires=...,
            titulaire_id=holder,
            titulaire_typeIdentifiant="SIRET",
        )

    document = {"marches": [row("38103128500491"), row("55204599900869"), row("38103128500491")]}
    report = imported(document)
    assert report["kept"] == 1
    assert "Another holder" in report["refused"][0]["reason"]
    [found] = PublishedContract.objects.all()
    assert {holder["id"] for holder in found.holders} == {"38103128500491", "55204599900869"}
    assert imported(document)["same"] == 1


def test_nothing_is_half_written(imported, tmp_path):
    imported({"marches": [contract()]})
    (tmp_path / "report.json").unlink()
    whole = json.dumps({"marches": [contract(id=str(number)) for number in range(3_000)]})
    for broken in (whole[:-40], whole[:-2] + "x]}", whole[: len(whole) // 2]):
        with pytest.raises(CommandError) as refused:
            imported(broken)
        assert len(str(refused.value).splitlines()) == 1
        assert not (tmp_path / "report.json").exists()
        assert PublishedContract.objects.count() == 1


def test_a_report_that_cannot_be_written_undoes_the_import(imported, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "croisee.clauses.decp.report.write_report", lambda *args: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(CommandError, match="no room left"):
        imported({"marches": [contract()]})
    assert not PublishedContract.objects.exists()


def test_the_report_never_replaces_the_file_that_is_read(tmp_path, db):
    path = tmp_path / "decp.json"
    path.write_text(json.dumps([contract()]), "utf-8")
    with pytest.raises(CommandError, match="another name"):
        call_command("clauses", "import-decp", str(path), report=path)
    assert json.loads(path.read_text("utf-8")) == [contract()]


def test_a_modification_of_another_century_does_not_stop_later_versions():
    change = {"datePublicationDonneesModification": "9999-01-01", "montant": 5}
    found = kept(modifications=[change] * 40_000)
    assert (found.said_on, found.amount, found.modifications) == (dt.date(2024, 3, 15), 5, 32_767)


def test_characters_that_databases_and_spreadsheets_refuse_are_taken_out(imported):
    imported(
        [
            contract(
                objet="a\0b\x01c\ud800x\u2028d", titulaires=[{"id": "1\0", "denominationSociale": "x\x02"}]
            )
        ]
    )
    [found] = PublishedContract.objects.all()
    assert found.object == "abc?x d"
    assert found.holders == [{"id": "1", "type": "", "name": "x"}]


def test_batches_may_end_anywhere(imported, monkeypatch):
    monkeypatch.setattr("croisee.clauses.decp.storing.BATCH", 3)
    records = [contract(id=str(number)) if number % 4 else None for number in range(40)]
    report = imported({"marches": records})
    assert [one["index"] for one in report["refused"]] == list(range(0, 40, 4))
    assert PublishedContract.objects.count() == 30


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real data at {REAL}")
@pytest.mark.parametrize(
    ("file", "read", "social"),
    [
        ("decp_test_2019.json", 2, {"not said": 2}),
        (
            "decp_test_2022.json",
            5,
            {"Clause sociale": 1, "Critère social": 1, "Pas de considération sociale": 4},
        ),
        ("decp_eclaireur_2019.json", 15, {"Pas de considération sociale": 1, "not said": 14}),
        ("decp_v2_exemple_concessions.json", 2, {"Clause sociale": 2, "Critère social": 2}),
        (
            "decp_v2_exemple_concessions_avec_modifications.json",
            2,
            {"Clause sociale": 2, "Critère social": 2},
        ),
        ("decp_v2_exemple_marches_avec_modifications.json", 2, {"Clause sociale": 2, "Critère social": 2}),
        ("decp_v2_exemple_marches_concessions.json", 4, {"Clause sociale": 4, "Critère social": 4}),
    ],
)
def test_real_files_lose_nothing(imported, file, read, social):
    report = imported(None, REAL / file)
    assert (report["read"], report["kept"]) == (read, read)
    assert report["considerations"] == dict.fromkeys([*SocialConsideration.values, "not said"], 0) | social


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real data at {REAL}")
def test_a_real_contract_amended_four_times(imported):
    imported(None, REAL / "decp_test_2022.json")
    found = PublishedContract.objects.get(decp_id="2020F00075")
    assert (found.initial_amount, found.amount, found.months) == (Decimal("1e17"), 22540, 100)
    assert len(found.holders) == 3


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("refused", [False, True])
def test_memory_does_not_grow_with_the_file(tmp_path, refused):
    """Reading and checking 20 MB takes no more than what reading 2 MB takes, 20 MB apart; storing is by batches."""
    record = json.dumps(contract(montant=-1 if refused else 1, note="x" * 1000))
    script = (
        "import re, sys, datetime, pathlib, django; django.setup()\n"
        "from croisee.clauses.decp.reading import read_records\n"
        "from croisee.clauses.decp.checking import checked\n"
        "from croisee.clauses.decp.contracts import Refused\n"
        "for record in read_records(pathlib.Path(sys.argv[1]), 'x'):\n"
        "    try: checked(record, datetime.date(2026, 1, 1))\n"
        "    except Refused: pass\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    peaks = []
    for size in (2, 20):
        path = tmp_path / f"{size}.json"
        path.write_text(
            '{"marches": [' + ",".join([record] * (size * 1_000_000 // len(record))) + "]}", "utf-8"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] < peaks[0] + 20
    assert max(peaks) < 300
