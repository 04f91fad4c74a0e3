"""Lists of contracts: read with every fault named, taken in once however often they are sent, given back alike."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from croisee.clauses.contract_lists.columns import COLUMNS, LABELS
from croisee.clauses.contract_lists.rows import read_rows
from croisee.clauses.models import Clause, Commitment, Contract, Lot, Operation
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.imports import services as imports
from croisee.foundation.tables import FaultyInput, read_bytes
from croisee.foundation.tables.columns import header_key
from tests.clauses_world import SIRETS, ClausesWorld

pytestmark = pytest.mark.django_db
NEW = "38012986646850"
GOOD: dict[str, str] = {
    "SIRET acheteur": SIRETS[0],
    "Opération": "Médiathèque",
    "Référence": "2026-14",
    "Objet": "Construction de la médiathèque",
    "Nature": "works",
    "Montant": "1 000 000,50 €",
    "Date de consultation": "03/02/2026",
    "Date de notification": "2026-06-15",
    "N° de lot": "2",
    "Intitulé du lot": "Peinture",
    "Métier": "painting",
    "Début": "01/07/2026",
    "Fin": "01/07/2027",
    "Heures dues": "833",
    "SIRET titulaire": NEW,
    "Titulaire": "Peintres unis",
    "Courriel": "Contact@peintres.example",
}


def csv(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines).encode()


def send(account: Account, *rows: dict[str, str]) -> Any:
    upload = SimpleUploadedFile("marches.csv", csv(*rows))
    draft = imports.begin("clauses.contracts", {"contracts": upload}, account)
    imports.apply(draft, account)
    draft.refresh_from_db()
    return draft


def faults(account: Account, *rows: dict[str, str]) -> list[str]:
    table = read_bytes(csv(*rows), list(COLUMNS), file="marches.csv")
    return [str(fault) for fault in read_rows(table, account)[2]]


def test_a_list_makes_everything_once(world: ClausesWorld) -> None:
    send(world.facilitateur, GOOD)
    lot = Lot.objects.get(contract__reference="2026-14")
    commitment = Commitment.objects.get(clause__lot=lot)
    assert (lot.number, lot.title, lot.trade, lot.state) == ("2", "Peinture", "painting", "running")
    assert (lot.clause.hours_due, lot.contract.operation.name) == (833, "Médiathèque")
    assert (commitment.organisation.name, commitment.contact_email) == (
        "Peintres unis",
        "contact@peintres.example",
    )
    before = (
        Operation.objects.count(),
        Contract.objects.count(),
        Lot.objects.count(),
        Organisation.objects.count(),
    )
    with translation.override("en"):
        assert send(world.facilitateur, GOOD).result_said == "1 lot already there."
    after = (
        Operation.objects.count(),
        Contract.objects.count(),
        Lot.objects.count(),
        Organisation.objects.count(),
    )
    assert before == after
    send(world.buyer, {**GOOD, "Heures dues": "900", "Courriel": ""})
    assert Clause.objects.get(lot=lot).hours_due == 900
    commitment.refresh_from_db()
    assert commitment.contact_email == "contact@peintres.example"


def test_faults_name_row_field_and_remedy(world: ClausesWorld) -> None:
    cases = {
        "Nature": ("construction", "is not known here"),
        "SIRET acheteur": ("123", "no SIRET number"),
        "Heures dues": ("beaucoup", "is not a number"),
        "Fin": ("01/07/2025", "the last day is before the first"),
        "Titulaire": ("", "nobody here knows the name"),
        "Courriel": ("contact", "no e-mail address"),
    }
    with translation.override("en"):
        for column, (text, words) in cases.items():
            found = faults(world.facilitateur, {**GOOD, column: text})
            assert len(found) == 1, found
            assert words in found[0]
            assert column in found[0]
        both = faults(world.facilitateur, {**GOOD, "Ratio": "1,5"})
        assert "both hours due and hours for" in both[0]
        twice = faults(world.facilitateur, GOOD, {**GOOD, "Heures dues": "1"})
        assert len(twice) == 2


def test_a_buyer_sends_its_own_contracts_alone(world: ClausesWorld) -> None:
    with translation.override("en"):
        assert not faults(world.buyer, GOOD)
        other = faults(world.buyer, {**GOOD, "SIRET acheteur": SIRETS[1]})
    assert "you do not buy for this organisation" in other[0]


def test_a_list_with_a_fault_writes_nothing(world: ClausesWorld) -> None:
    with pytest.raises(FaultyInput):
        send(world.facilitateur, GOOD, {**GOOD, "N° de lot": "3", "Nature": "?"})
    assert not Contract.objects.filter(reference="2026-14").exists()


def test_two_companies_of_one_lot(world: ClausesWorld) -> None:
    send(
        world.facilitateur,
        {**GOOD, "Heures de l’entreprise": "500"},
        {**GOOD, "SIRET titulaire": SIRETS[1], "Titulaire": "", "Heures de l’entreprise": "333"},
    )
    found = Commitment.objects.filter(clause__lot__contract__reference="2026-14").order_by("-hours")
    assert [(one.part, one.hours) for one in found] == [("holder", 500), ("cocontractor", 333)]


def test_labels_are_names_that_the_import_knows() -> None:
    for language in ("fr", "en"):
        with translation.override(language):
            for column in COLUMNS:
                assert header_key(str(LABELS[column.name])) in column.keys, (language, column.name)


def test_the_portfolio_is_downloaded_and_sent_again(
    world: ClausesWorld, sign_in: Callable[[Account], Client]
) -> None:
    Organisation.objects.filter(siret=SIRETS[2]).update(siret=NEW)
    response = sign_in(world.facilitateur).get(
        reverse("clauses:portfolio"), {"export": "xlsx", "stage": "all"}
    )
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    assert sheet.max_row == 3
    upload = SimpleUploadedFile("lots.xlsx", response.content)
    draft = imports.begin("clauses.contracts", {"contracts": upload}, world.facilitateur)
    with translation.override("en"):
        reading = imports.read(draft)
        assert not reading.faults, reading.faults
        imports.apply(draft, world.facilitateur)
        draft.refresh_from_db()
        assert draft.result_said == "2 lots already there."
