"""Published contracts in a real browser, narrow and wide."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import DecpImport, Refusal
from tests.browser import Visit, look
from tests.clauses.test_decp_pages import BUYER, OTHER, make_thresholds, publish
from tests.clauses_world import make_clauses_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(buyer: object) -> None:
    """A buyer with contracts of several years, another that has no organisation here."""
    make_thresholds()
    buyer.siret = BUYER
    buyer.save()
    for number in range(70):
        publish(
            f"2026M{number:04}",
            buyer_name="Commune des Essais" if number % 3 else "Département des Essais",
            buyer_siret=BUYER if number % 3 else OTHER,
            object=f"Réhabilitation énergétique du groupe scolaire, lot {number} : peinture et revêtements muraux",
            notified_on=dt.date(2019 + number % 8, 1 + number % 12, 1 + number % 28),
            initial_amount=Decimal(30_000 + number * 200_000),
            amount=Decimal(30_000 + number * 200_000),
            social=[
                None,
                ["Clause sociale"],
                ["Clause sociale", "Critère social"],
                ["Pas de considération sociale"],
            ][number % 4],
        )


def test_the_pages_of_published_contracts(visit: Visit) -> None:
    world = make_clauses_world()
    fill(world.operation.buyer)
    visit.sign_in(world.facilitateur)
    page = visit.open(reverse("clauses:published"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Marchés publiés")
    look(page, "published")
    page.get_by_role("link", name="Devraient porter une clause").click()
    look(page, "published_without")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    look(page, "published_contract")
    page.goto(visit.site + reverse("clauses:published_shares"))
    look(page, "published_shares")
    page.goto(visit.site + reverse("clauses:import_published"))
    look(page, "published_import_form")
    visit.assert_quiet()


def test_the_page_of_an_import(visit: Visit) -> None:
    world = make_clauses_world()
    considerations = {
        "Clause sociale": 12,
        "Marché réservé": 0,
        "Pas de considération sociale": 40,
        "not said": 4,
    }
    counts = {
        "read": 60,
        "kept": 56,
        "added": 50,
        "changed": 3,
        "same": 2,
        "older": 1,
        "buyers_whose_key_fails": 2,
        "unknown_considerations": 0,
        "considerations": considerations,
    }
    one = DecpImport.objects.create(name="decp-2026.json", counts=counts)
    for number in range(4):
        reason = "« montant » : pas de montant. Donnez le montant hors taxes en euros, 0 ou plus."
        Refusal.objects.create(decp_import=one, position=number * 7, decp_id=f"2026M{number}", reason=reason)
    visit.sign_in(world.facilitateur)
    page = visit.open(one.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("decp-2026.json")
    look(page, "published_import")
    visit.assert_quiet()
