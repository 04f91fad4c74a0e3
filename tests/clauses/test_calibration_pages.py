"""The pages of calibration: who gets in, what they read, what is saved; suppliers; queries counted."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from croisee.clauses.cards import calibration as cards
from croisee.clauses.models import Clause, ClauseKind, InclusiveSupplier, Lot, LotState, Operation, Parameter
from croisee.directory.rome import Trade
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from tests.clauses.calibration_lots import study_lot
from tests.clauses_world import ClausesWorld
from tests.foundation.test_notices import Inbox, inbox, work
from tests.world import member

__all__ = ["inbox"]

SignIn = Callable[[Account], Client]
FACTORS = {"amount": "1 000 000 €", "labour_share": "50", "rate": "5", "cost": "30"}
HEAD = "siret;nom;type;métiers;chiffre d'affaires;adresse;longitude;latitude\n"


@pytest.fixture
def lot(world: ClausesWorld) -> Lot:
    return study_lot(world)


def page_of(lot: Lot) -> str:
    return reverse("clauses:calibrate", args=[lot.pk])


def suppliers(count: int, lon: float = -1.67, turnover: int | None = 1_000_000) -> None:
    InclusiveSupplier.objects.bulk_create(
        InclusiveSupplier(
            siret=f"{number:014}",
            name=f"Chantier {number}",
            kind="ei",
            trades=["masonry"],
            turnover=turnover,
            lon=lon,
            lat=48.1 + number / 10_000,
            source="essai",
        )
        for number in range(count)
    )


def test_who_may_calibrate(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    elsewhere = Organisation.objects.create(name="Commune d’ailleurs", kind=Kind.COMMUNE)
    other = member(Role.BUYER, elsewhere, "ailleurs@example.org")
    for account, status in (
        (world.facilitateur, 200),
        (world.buyer, 200),
        (other, 404),
        (world.employers[0], 404),
        (world.official, 404),
    ):
        browser = sign_in(account)
        assert browser.get(page_of(lot)).status_code == status
        assert browser.post(reverse("clauses:calculation", args=[lot.pk]), FACTORS).status_code == status
    assert Client().get(page_of(lot)).status_code == 302


def test_the_page_answers_before_anything_is_typed(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    text = sign_in(world.buyer).get(page_of(lot)).content.decode()
    assert "833" in text
    assert "119" in text
    assert "L2112-2-1" in text
    assert "5 404 000" in text.replace("\u202f", " ").replace("\xa0", " ")


def test_what_is_typed_is_calculated_and_nothing_kept(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    sent = {**FACTORS, "amount": "1,5 M", "labour_share": "70", "rate": "10"}
    for path in (reverse("clauses:calculation", args=[lot.pk]), page_of(lot)):
        text = browser.post(path, {**sent, "action": "calculate"}).content.decode()
        assert "3 500" in text.replace("\u202f", " ").replace("\xa0", " ")
    wrong = browser.post(reverse("clauses:calculation", args=[lot.pk]), {**sent, "rate": "120"})
    assert "100" in wrong.content.decode()
    assert not Clause.objects.filter(lot=lot).exists()


def test_a_wording_is_proposed_then_all_is_saved(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    sent = {**FACTORS, "kind": "execution", "penalty_per_hour": "45", "seen": "none"}
    text = browser.post(page_of(lot), {**sent, "action": "wording"}).content.decode()
    assert "Globalisation des heures" in text
    assert not Clause.objects.filter(lot=lot).exists()
    saved = browser.post(page_of(lot), {**sent, "wording": "Notre texte.", "action": "save"})
    assert saved.status_code == 302
    lot.refresh_from_db()
    clause = Clause.objects.get(lot=lot)
    assert (lot.state, clause.hours_due, clause.wording) == (LotState.CALIBRATED, 833, "Notre texte.")
    assert clause.calibration["factors"][0]["source"] != ""
    again = browser.post(page_of(lot), {**sent, "action": "save"})
    assert again.status_code == 200
    assert Clause.objects.get(lot=lot).wording == "Notre texte."


def test_the_clause_is_printed_with_its_calculation(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    assert browser.get(reverse("clauses:clause_pdf", args=[lot.pk])).status_code == 404
    sent = {**FACTORS, "kind": "execution", "wording": "Le titulaire réserve 833 heures."}
    browser.post(page_of(lot), {**sent, "action": "save"})
    response = browser.get(reverse("clauses:clause_pdf", args=[lot.pk]))
    pages = PdfReader(io.BytesIO(response.content)).pages
    text = " ".join(page.extract_text() for page in pages)
    for words in (
        "Le titulaire réserve",
        "833",
        "L2112-2-1",
        "Métropole d’essai",
        "guides des facilitateurs",
    ):
        assert words in text


def test_an_exception_is_written_and_shown(world: ClausesWorld, lot: Lot, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    sent = {"action": "exception", "exception-reason": "no_link", "exception-text": ""}
    assert browser.post(page_of(lot), sent).status_code == 200
    assert browser.post(page_of(lot), {**sent, "exception-text": "Des licences."}).status_code == 302
    text = browser.get(page_of(lot)).content.decode()
    assert "Des licences." in text
    assert world.buyer.name in text
    assert browser.get(reverse("clauses:clause_pdf", args=[lot.pk])).status_code == 200


def test_a_buyer_asks_for_help(world: ClausesWorld, lot: Lot, sign_in: SignIn, inbox: Inbox) -> None:
    browser = sign_in(world.buyer)
    asked = browser.post(page_of(lot), {"action": "help", "help-question": "Quel taux & quel <coût> ?"})
    assert asked.status_code == 302
    assert lot.contract.contacts.get().by == world.buyer
    work()
    assert sorted(mail["To"] for mail in inbox.mails) == ["collegue@example.org", "facilitateur@example.org"]
    text = inbox.mails[0].get_body("plain").get_content()
    for words in ("Quel taux & quel <coût> ?", lot.title, world.buyer.email, page_of(lot)):
        assert words in text


def test_without_a_figure_the_page_asks_for_it(world: ClausesWorld, sign_in: SignIn) -> None:
    lot = study_lot(world, trade=Trade.CATERING)
    browser = sign_in(world.buyer)
    assert "notice warning" in browser.get(page_of(lot)).content.decode()
    Parameter.objects.all().delete()
    for path in (
        page_of(lot),
        reverse("clauses:to_calibrate"),
        reverse("clauses:calculator") + "?amount=1&trade=catering",
    ):
        assert browser.get(path).status_code == 200
    assert browser.post(page_of(lot), {**FACTORS, "kind": "execution", "action": "save"}).status_code == 302


def test_a_published_lot_is_read_only(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    text = browser.get(page_of(world.lot)).content.decode()
    assert 'value="save"' not in text
    browser.post(page_of(world.lot), {**FACTORS, "kind": "criterion", "action": "save"})
    assert Clause.objects.get(lot=world.lot).kind == ClauseKind.EXECUTION


# The calculator


def test_the_calculator_answers_from_its_address(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    page = reverse("clauses:calculator")
    assert browser.get(page).status_code == 200
    text = browser.get(
        page, {"amount": "1 000 000", "trade": "masonry", "hours": "1666", "months": "12"}
    ).content.decode()
    assert "833" in text
    assert "10" in text
    fragment = browser.get(page, {"amount": "6M", "trade": "masonry"}, headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert "L2112-2-1" in fragment.content.decode()
    ratio = browser.get(page, {"amount": "", "trade": "masonry", "framework": "on"}).content.decode()
    assert "0,833" in ratio
    for wrong in ({"amount": "abc", "trade": "masonry"}, {"amount": "1", "trade": "x"}):
        assert browser.get(page, wrong).status_code == 200


def test_an_operation_is_made_of_the_calculator(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.buyer)
    page = (
        reverse("clauses:calculator") + "?amount=2000000&trade=masonry&bought=works&consulted_on=2026-12-01"
    )
    made = browser.post(page, {"begin-name": "Gymnase", "begin-buyer": str(world.metropolis.pk)})
    lot = Lot.objects.get(contract__operation=Operation.objects.get(name="Gymnase"))
    assert made.headers["Location"] == page_of(lot)
    assert (lot.amount, lot.contract.consulted_on) == (Decimal(2_000_000), dt.date(2026, 12, 1))
    stranger = Organisation.objects.create(name="Autre", kind=Kind.COMMUNE)
    refused = browser.post(page, {"begin-name": "Piscine", "begin-buyer": str(stranger.pk)})
    assert refused.status_code == 200
    assert not Operation.objects.filter(name="Piscine").exists()


# Lots that wait, and cards


def test_lots_to_calibrate_and_those_above_the_threshold(
    world: ClausesWorld, lot: Lot, sign_in: SignIn
) -> None:
    big = study_lot(world, title="Grand chantier", estimate=6_000_000, consulted_on=dt.date(2026, 9, 1))
    browser = sign_in(world.buyer)
    text = browser.get(reverse("clauses:to_calibrate")).content.decode()
    assert lot.title in text
    assert big.title in text
    only = browser.get(reverse("clauses:to_calibrate"), {"obligation": "1"}).content.decode()
    assert lot.title not in only
    assert big.title in only
    assert cards.lots(world.buyer).figure == "2"
    found = cards.obligation(world.buyer)
    assert found is not None
    assert found.figure == "1"
    assert (
        cards.obligation(
            member(Role.BUYER, Organisation.objects.create(name="V", kind=Kind.COMMUNE), "v@example.org")
        )
        is None
    )
    assert browser.get(reverse("clauses:to_calibrate"), {"export": "csv"}).status_code == 200


# Suppliers


@pytest.mark.parametrize(("count", "words"), [(0, "supplier"), (2, "2 "), (31, "31 ")])
def test_the_potential_says_how_many_and_what_to_do(
    world: ClausesWorld, lot: Lot, sign_in: SignIn, count: int, words: str
) -> None:
    suppliers(count)
    browser = sign_in(world.buyer)
    browser.cookies["django_language"] = "en"
    text = browser.get(page_of(lot)).content.decode()
    assert words in text


def test_far_suppliers_do_not_count(world: ClausesWorld, lot: Lot) -> None:
    from croisee.clauses.queries.potential import sourcing

    suppliers(3, lon=-1.0)
    found = sourcing("masonry", -1.67, 48.1, Decimal(1), dt.date(2026, 11, 29))
    assert found.potential is not None
    assert (found.loaded, found.potential.suppliers) == (3, 0)
    nowhere = sourcing("masonry", None, None, None, dt.date(2026, 11, 29))
    assert nowhere.potential is None


def import_table(browser: Client, text: str) -> Any:
    return browser.post(
        reverse("imports:begin", args=["clauses.suppliers"]),
        {"suppliers": SimpleUploadedFile("fournisseurs.csv", text.encode())},
    )


def test_suppliers_are_imported_and_brought_up_to_date(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    rows = (
        "41816609600069;Bâti Insertion;EI;masonry, painting;1200000;;-1,68;48,11\n"
        "44306184100047;Pluriel;esat;cleaning;;;;\n"
    )
    begun = import_table(browser, HEAD + rows)
    assert begun.status_code == 302, begun.content.decode()[:2000]
    applied = browser.post(begun.headers["Location"] + "importer/")
    assert applied.status_code == 302
    one = InclusiveSupplier.objects.get(siret="41816609600069")
    assert (one.name, one.kind, one.trades, one.turnover, one.lon) == (
        "Bâti Insertion",
        "ei",
        ["masonry", "painting"],
        Decimal(1_200_000),
        -1.68,
    )
    begun = import_table(browser, HEAD + "41816609600069;Bâti Plus;ETTI;masonry;;;;\n")
    browser.post(begun.headers["Location"] + "importer/")
    one.refresh_from_db()
    assert (one.name, one.kind, InclusiveSupplier.objects.count()) == ("Bâti Plus", "etti", 2)
    text = browser.get(reverse("clauses:suppliers")).content.decode()
    assert "Bâti Plus" in text
    points = browser.get(reverse("clauses:suppliers_map"), {"trade": "masonry"}).json()
    assert points["features"] == []


def test_faults_of_the_table_are_named(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    rows = "123;A;EI;masonry;;;;\n41816609600069;B;SARL;masonry;;;;\n42490157300036;C;EI;sorcery;-5;;1;\n"
    begun = import_table(browser, HEAD + rows)
    text = browser.get(begun.headers["Location"]).content.decode()
    assert not InclusiveSupplier.objects.exists()
    for words in ("123", "SARL", "sorcery"):
        assert words in text
    assert sign_in(world.buyer).get(reverse("imports:begin", args=["clauses.suppliers"])).status_code == 404


# How little is asked


def test_pages_ask_the_database_little(
    world: ClausesWorld, lot: Lot, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    suppliers(40)
    for number in range(30):
        study_lot(world, title=f"Lot {number}")
    browser = sign_in(world.buyer)
    for path in (
        page_of(lot),
        reverse("clauses:to_calibrate"),
        reverse("clauses:calculator") + "?amount=1000000&trade=masonry",
        reverse("clauses:suppliers"),
    ):
        browser.get(path)
        with django_assert_max_num_queries(12):
            assert browser.get(path).status_code == 200
