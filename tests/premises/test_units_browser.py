"""Premises in a real browser: found on a map, written by an owner, photographed, moved; the story of a unit; sites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.premises.models import Site, Unit, UnitState
from croisee.premises.services import units as services
from tests.browser import NARROW, WIDE, Visit, assert_accessible, assert_fits, look
from tests.premises_world import PIXEL, PremisesWorld, add_picture, make_premises_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SQUARE = [[-1.67, 48.08], [-1.66, 48.08], [-1.66, 48.09], [-1.67, 48.09], [-1.67, 48.08]]


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> PremisesWorld:
    settings.MEDIA_ROOT = tmp_path
    return make_premises_world()


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def at_both_widths(page: Page) -> None:
    """It fits a telephone and a desk, and axe finds nothing."""
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)


def test_a_visitor_finds_premises_and_looks_for_some(visit: Visit, here: PremisesWorld) -> None:
    add_picture(here.units[0])
    visit.speak("en")
    page = visit.open(reverse("premises:units"))
    expect(page.locator("figure[data-map][data-drawn]")).to_be_visible()
    at_both_widths(page)
    page.get_by_label("Supply").select_option(label="not classic")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("link", name="Atelier Villejean")).to_have_count(0)
    page.get_by_role("link", name="Pied d’immeuble Yougoslavie").click()
    expect(page.get_by_role("img", name="La façade")).to_be_visible()
    at_both_widths(page)
    look(page, "premises-unit")
    page.get_by_role("link", name="Say what you look for").click()
    expect(page.get_by_role("textbox", name="Your e-mail address")).to_be_visible()
    visit.assert_quiet()


def test_an_owner_writes_photographs_and_offers_a_unit(visit: Visit, here: PremisesWorld) -> None:
    page = enter(visit, here.landlords[0], reverse("premises:units"))
    page.get_by_role("link", name="Add premises or a plot").click()
    at_both_widths(page)
    page.get_by_label("Name", exact=True).fill("Ancienne loge")
    page.get_by_label("Kind", exact=True).select_option("ground_floor")
    page.get_by_label("Surface (m²)").fill("22.5")
    page.get_by_role("button", name="Keep these premises").click()
    expect(page.get_by_text("The premises are kept")).to_be_visible()
    at_both_widths(page)
    page.get_by_role("link", name="Add a photo or a plan").click()
    at_both_widths(page)
    photo: Any = {"name": "facade.png", "mimeType": "image/png", "buffer": PIXEL}
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_label("What it shows").fill("La loge sur la place")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("img", name="La loge sur la place")).to_be_visible()
    page.get_by_role("button", name="Qualified").click()
    expect(page.get_by_text("is now “qualified”")).to_be_visible()
    page.get_by_role("button", name="Offer", exact=True).click()
    expect(page.get_by_text("is now “available”")).to_be_visible()
    unit = Unit.objects.get(name="Ancienne loge")
    assert (unit.state, unit.vacant_since) == (UnitState.AVAILABLE, TODAY)
    page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("no longer shown nor proposed")).to_be_visible()
    dialog.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("is now “withdrawn”")).to_be_visible()
    visit.assert_quiet()


def test_a_developer_reads_the_story_of_a_unit(visit: Visit, here: PremisesWorld) -> None:
    unit = here.units[1]
    services.change(unit, {"rent": 350}, here.developer)
    services.move(unit, "give_notice", here.developer)
    page = enter(visit, here.developer, unit.get_absolute_url())
    at_both_widths(page)
    page.get_by_role("link", name="The story of this unit").click()
    expect(page.get_by_text("Let to Menuiserie A")).to_be_visible()
    at_both_widths(page)
    look(page, "premises-story")
    visit.assert_quiet()


def test_a_developer_writes_and_draws_a_site(visit: Visit, here: PremisesWorld) -> None:
    page = enter(visit, here.developer, reverse("premises:sites"))
    at_both_widths(page)
    page.get_by_role("link", name="Add a site").click()
    at_both_widths(page)
    page.get_by_label("Name", exact=True).fill("ZA du Banat")
    page.get_by_label("Commune (Insee code)").fill("35238")
    page.get_by_label("Commune", exact=False).last.fill("Rennes")
    page.get_by_role("button", name="Keep this site").click()
    page.get_by_role("link", name="Draw its outline").click()
    at_both_widths(page)
    drawn: Any = {
        "name": "za.geojson",
        "mimeType": "application/geo+json",
        "buffer": json.dumps({"type": "Polygon", "coordinates": [SQUARE]}).encode(),
    }
    page.locator("input[type=file]").set_input_files(drawn)
    page.get_by_role("button", name="Draw this outline").click()
    expect(page.get_by_text("5 units were put in it.")).to_be_visible()
    expect(page.locator("figure[data-map][data-drawn]")).to_be_visible()
    at_both_widths(page)
    look(page, "premises-site")
    assert Site.objects.get(name="ZA du Banat").units.count() == 5
    visit.assert_quiet()
