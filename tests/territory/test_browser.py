"""The territory's pages in a real browser, narrow and wide, checked for accessibility."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from tests.browser import Visit, look
from tests.buses import load_buses
from tests.territory import official
from tests.territory.official import ban_row, load, write_ban

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(metropolis: Path) -> None:
    load(official.write_qpv(metropolis, "qp2015.geojson", "QP035001", "QP035002"))
    load(write_ban(metropolis, [ban_row(12), ban_row(14, at=(341_480.0, 6_782_000.0))]))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_answer_with_everything_it_can_say(visit: Visit, addresses: None, language: str) -> None:
    visit.speak(language)
    for identifier, name in (
        ("35901_0001_00012", "inside"),
        ("35901_0001_00014", "outside"),
        ("street:35901_0001", "street"),
    ):
        page = visit.open(f"{reverse('territory:address')}?ban={identifier}")
        look(page, f"address-{name}-{language}")
    visit.assert_quiet()


def test_the_data_sets(visit: Visit, addresses: None, administrator: Account) -> None:
    visit.sign_in(administrator)
    look(visit.open(reverse("territory:data_sets")), "data-sets")
    visit.assert_quiet()


def drawn_from_an_address(visit: Visit) -> Page:
    """The page of where one gets from an address, its map being drawn."""
    page = visit.open(reverse("territory:from_here"))
    page.get_by_role("combobox").fill("12 rue de brest")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("figure[data-drawn]")).to_be_attached()
    return page


def test_another_place_is_drawn_when_it_is_chosen(
    visit: Visit, addresses: None, metropolis: Path, settings: Any
) -> None:
    load_buses(metropolis, settings)
    page = drawn_from_an_address(visit)
    look(page, "from-here")
    heading = page.locator("#from-here h2")
    expect(heading).to_contain_text("12 Rue de Brest")
    page.locator(".map-canvas").click(position={"x": 300, "y": 150})
    expect(heading).to_contain_text("le point choisi sur la carte")
    assert "lon" not in page.url
    page.get_by_label("À vélo").check()
    expect(heading).to_contain_text("le point choisi sur la carte, à vélo")
    visit.assert_quiet()


def test_a_place_that_is_refused_says_why(
    visit: Visit, addresses: None, metropolis: Path, settings: Any
) -> None:
    load_buses(metropolis, settings)
    page = drawn_from_an_address(visit)
    page.evaluate(
        "() => { for (const name of ['lon', 'lat']) document.forms.asked.elements[name].value = 0; }"
    )
    page.get_by_label("À pied").check()
    expect(page.locator("#from-here")).to_have_text("Ce point n’est pas en France.")
    assert [line for line in visit.complaints if "400" not in line] == []
