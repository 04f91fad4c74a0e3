"""Imports, background work, verification and preferences in a real browser, narrow and wide, light and dark."""

import threading

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.documents import kinds, services
from croisee.foundation.imports.kinds import ImportKind, Slot, register
from croisee.foundation.notices.declaration import Notice
from croisee.foundation.notices.declaration import register as register_notice
from croisee.foundation.progress.services import background, run, start
from croisee.foundation.tables import Column, values
from tests.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GO_ON = threading.Event()
DOCUMENT = kinds.register(kinds.Kind("browser.proof", "Attestation", shareable={"zone": "Quartier"}))
DATA = {
    "title": "Attestation",
    "zone": "Les Trois Ponts",
    "paragraphs": [],
    "facts": [],
    "header": [],
    "rows": [],
}
register_notice(Notice("browser.placed", "Un élève est affecté", "Stages"))


def check(tables, target):
    faults = []
    tables["people"].parse("age", values.positive_integer, faults)
    return faults


PEOPLE = register(
    ImportKind(
        "browser.people",
        "Élèves du collège",
        slots=(Slot("people", "Élèves", (Column("name"), Column("age"), Column("class", required=False))),),
        validate=check,
        apply=lambda tables, account, target: reverse("imports:mine"),
        roles=(Role.EMPLOYER,),
    )
)


@background
def half_then_wait(tracker):
    tracker.advance(600, 1200, "Affectation des élèves")
    GO_ON.wait(120)
    return reverse("imports:mine")


@pytest.fixture
def account(db):
    account = Account.objects.create_user("employer@example.org", name="Camille Essai")
    home = Organisation.objects.create(name="Entreprise d’essai", kind=Kind.EMPLOYER)
    Membership.objects.create(account=account, organisation=home, role=Role.EMPLOYER)
    return account


def test_import_with_columns_to_choose_and_cells_to_correct(visit, account, tmp_path):
    visit.sign_in(account)
    file = tmp_path / "élèves.csv"
    file.write_text("name,how old\nZoé,quatorze\nAli,15\n", encoding="utf-8")
    page = visit.open(reverse("imports:begin", args=[PEOPLE.name]))
    look(page, "import-begin")
    page.get_by_label("Élèves").set_input_files(file)
    page.get_by_role("button", name="Voir ce que contiennent les fichiers").click()
    look(page, "import-columns")
    page.get_by_label("age").select_option("how old")
    page.get_by_role("button", name="Lire le fichier ainsi").click()
    expect(page.locator(".badge.bad")).to_have_text("1 ligne en défaut")
    look(page, "import-faults")
    page.get_by_role("link", name="Corriger sur la page").click()
    look(page, "import-correct")
    page.get_by_label("age").fill("14")
    page.get_by_role("button", name="Enregistrer les corrections").click()
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("L’import est fait.")).to_be_visible()
    look(page, "imports")
    page.get_by_role("link", name="Élèves du collège").click()
    look(page, "import-applied")
    visit.assert_quiet()


def test_progress_moves_by_itself(visit, account):
    visit.sign_in(account)
    GO_ON.clear()
    progress = start(half_then_wait, account, "Affectation du tour")
    page = visit.open(progress.get_absolute_url())
    expect(page.locator("#progress-step")).to_have_text("En attente")

    def work():
        try:
            run.call(str(progress.pk))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    expect(page.locator("#progress-step")).to_have_text("En cours : Affectation des élèves")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "50")
    look(page, "progress-running")
    GO_ON.set()
    thread.join()
    expect(page.get_by_role("link", name="Voir le résultat")).to_be_visible()
    expect(page.locator("#progress-step")).to_have_text("Terminé")
    look(page, "progress-done")
    look(visit.open(reverse("progress:mine")), "progress-mine")
    visit.assert_quiet()


def test_verification(visit, account, tmp_path):
    document = services.issue(DOCUMENT.name, "documents/specimen.typ", DATA, None)
    page = visit.open(reverse("documents:ask"))
    look(page, "verify-ask")
    page.get_by_label("Référence du document").fill(document.reference.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette référence est authentique")
    for name, content, said in [
        ("same.pdf", document.pdf, "Votre fichier est l’original"),
        ("other.pdf", document.pdf + b"\n", "Votre fichier n’est pas l’original"),
    ]:
        (tmp_path / name).write_bytes(content)
        page.get_by_label("Le fichier PDF que vous avez reçu").set_input_files(tmp_path / name)
        page.get_by_role("button", name="Comparer").click()
        expect(page.locator(".notice")).to_contain_text(said)
    look(page, "verify-altered")
    visit.assert_quiet()


def test_preferences(visit, account):
    visit.sign_in(account)
    page = visit.open(reverse("notices:preferences"))
    look(page, "notices-preferences")
    page.get_by_label("Stages : Un élève est affecté").select_option("daily")
    page.get_by_role("button", name="Enregistrer ces choix").click()
    expect(page.get_by_text("Vos choix sont enregistrés.")).to_be_visible()
    expect(page.get_by_label("Stages : Un élève est affecté")).to_have_value("daily")
    visit.assert_quiet()
