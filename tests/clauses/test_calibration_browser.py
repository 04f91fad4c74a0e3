"""Calibration in a real browser: the buyer's page, the facilitateur's calculator and figures."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import Clause, ClauseKind, InclusiveSupplier, LotState, Parameter
from tests.browser import NARROW, Visit, look
from tests.clauses.calibration_lots import study_lot
from tests.clauses_world import make_clauses_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def suppliers() -> None:
    """Twelve integration companies a few hundred metres from the works."""
    for number in range(12):
        InclusiveSupplier.objects.create(
            siret=f"{number:014}",
            name=f"Atelier {number + 1}",
            kind="ei",
            trades=["masonry"],
            turnover=900_000,
            address=f"{number + 1} rue des Ateliers, 35000 Rennes",
            lon=-1.67 + number / 300,
            lat=48.1,
            source="liste d’essai",
        )


def test_a_buyer_sets_the_clause_of_a_lot(visit: Visit) -> None:
    world = make_clauses_world()
    suppliers()
    lot = study_lot(world)
    visit.speak("en")
    visit.sign_in(world.buyer)
    page = visit.open(reverse("clauses:to_calibrate"))
    look(page, "clauses-to-calibrate")
    page.get_by_role("link", name=lot.title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set the clause")
    look(page, "clauses-calibrate")
    page.get_by_label("Rate of insertion, in %").fill("10")
    expect(page.locator("#calculation .figures dd").first).to_have_text("1,666 h")
    page.get_by_label("Penalty for an hour that is missing, in euros").fill("45")
    page.get_by_role("button", name="Propose a wording").click()
    expect(page.locator("textarea[name=wording]")).to_contain_text("Globalisation des heures")
    page.set_viewport_size({"width": NARROW, "height": 844})
    page.get_by_role("button", name="Save: the lot is calibrated").click()
    expect(page.get_by_role("link", name="Clause and calculation (PDF)")).to_be_visible()
    lot.refresh_from_db()
    assert (lot.state, lot.clause.hours_due) == (LotState.CALIBRATED, 1666)
    look(page, "clauses-calibrated")
    page.get_by_text("No clause: write an exception").click()
    page.get_by_label("no sufficient link with the object of the contract").check()
    page.get_by_label("Explanation").fill("The lot buys licences alone.")
    page.get_by_role("button", name="Write the exception").click()
    expect(page.get_by_role("heading", name="No clause: exception")).to_be_visible()
    assert Clause.objects.get(lot=lot).kind == ClauseKind.EXCEPTION
    visit.assert_quiet()


def test_a_facilitateur_answers_on_the_phone_and_keeps_the_figures(visit: Visit) -> None:
    world = make_clauses_world()
    suppliers()
    visit.speak("en")
    visit.sign_in(world.facilitateur)
    page = visit.open(reverse("clauses:calculator"))
    page.get_by_label("Amount before tax, in euros").fill("6M")
    expect(page.locator("#answer")).to_contain_text("5,000 h")
    expect(page.locator("#answer")).to_contain_text("L2112-2-1")
    page.get_by_role("button", name="Calculate").click()
    look(page, "clauses-calculator")
    page = visit.open(reverse("clauses:suppliers"))
    look(page, "clauses-suppliers")
    page = visit.open(reverse("clauses:parameters"))
    look(page, "clauses-figures")
    page.get_by_role("link", name="Cost of an hour").click()
    page.get_by_label("Value").fill("31.5")
    page.get_by_label("In force from").fill("2027-01-01")
    page.get_by_label("Source", exact=True).fill("Observatoire des coûts, 2026")
    page.get_by_role("button", name="Give this value").click()
    expect(page.get_by_text("to come", exact=True)).to_be_visible()
    assert Parameter.objects.filter(figure="hourly_cost").count() == 2
    look(page, "clauses-figure")
    visit.assert_quiet()
