"""The public pages in a real browser: narrow and wide, light and dark, with the keyboard, in both languages."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from croisee.foundation.accounts.models import Account
from tests.browser import NARROW, Visit, assert_accessible, look
from tests.portal.conftest import Territory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["home", "rules", "about", "accessibility", "legal"]
QUESTIONS = {"yes": "1 rue des Ponts", "no": "2 rue des Ponts", "uncertain": "3 rue des Ponts"}
BOX = "combobox"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page(language: str, visit: Visit, territory: Territory) -> None:
    visit.speak(language)
    for name in PAGES:
        look(visit.open(reverse(f"portal:{name}")), f"{name}-{language}")
    visit.assert_quiet()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_map(language: str, visit: Visit, territory: Territory) -> None:
    visit.speak(language)
    page = visit.open(reverse("portal:map"))
    page.wait_for_selector("[data-drawn]")
    look(page, f"map-{language}")
    visit.assert_quiet()


def test_map_says_what_is_picked(visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("portal:zone", args=[territory.current.code]))
    page.wait_for_selector("[data-drawn]")
    page.locator("canvas").click()
    expect(page.locator(".map-picked")).to_contain_text("Collège des Ponts")
    expect(page.locator(".map-picked")).to_contain_text("Les Trois Ponts")
    page.get_by_role("link", name="Ouvrir sa page (Les Trois Ponts)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les Trois Ponts")
    look(page, "zone-fr")
    visit.assert_quiet()


def test_layers_of_the_map_are_switched_with_the_keyboard(visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("portal:map"))
    page.wait_for_selector("[data-drawn]")
    former = page.get_by_role("checkbox", name="Quartiers prioritaires 2015")
    expect(former).not_to_be_checked()
    former.focus()
    page.keyboard.press("Space")
    expect(former).to_be_checked()
    visit.assert_quiet()


def test_table_under_the_map_is_used_with_the_keyboard(visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("portal:map"))
    page.get_by_role("link", name="Établissements scolaires").focus()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox", name="Rechercher").fill("canal")
    page.keyboard.press("Enter")
    expect(page.locator(".listing tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Tout afficher").click()
    expect(page.locator(".listing tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Nom", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Nom")
    assert_accessible(page)


def test_first_tab_leads_to_the_content(visit: Visit, territory: Territory) -> None:
    page = visit.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_menu_of_a_phone_opens_and_closes_with_the_keyboard(visit: Visit, territory: Territory) -> None:
    visit.page.set_viewport_size({"width": NARROW, "height": 844})
    page = visit.open("/")
    rule = page.get_by_role("link", name="La règle", exact=True)
    expect(rule).to_be_hidden()
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    expect(rule).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(rule).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_language_is_switched_and_kept(visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("portal:rules"))
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The rule by which places are given")
    assert page.url.endswith(reverse("portal:rules"))
    page.get_by_role("link", name="The map", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The map of the territory")


@pytest.mark.parametrize("verdict", QUESTIONS)
def test_answer_about_an_address(verdict: str, visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("territory:address"))
    page.get_by_role(BOX).fill(f"{QUESTIONS[verdict]}, Ville-Haute")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator(f".verdict.{verdict}")).to_be_visible()
    page.wait_for_selector("[data-drawn]")
    look(page, f"address-{verdict}-fr")
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    visit.assert_quiet()


def test_address_is_chosen_with_the_keyboard(visit: Visit, territory: Territory) -> None:
    page = visit.open("/")
    box = page.get_by_role(BOX)
    box.focus()
    page.keyboard.type("2 rue des pon")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option").first.get_attribute("id")
    assert chosen
    expect(box).to_have_attribute("aria-activedescendant", chosen)
    page.keyboard.press("Enter")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("2 Rue des Ponts, 59000 Ville-Haute")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict.no")).to_be_visible()
    visit.assert_quiet()


def test_suggestions_are_put_away_by_escape(visit: Visit, territory: Territory) -> None:
    page = visit.open(reverse("territory:address"))
    page.get_by_role(BOX).press_sequentially("rue d")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_role(BOX)).to_have_value("rue d")


def test_everything_essential_works_without_javascript(
    browser: Browser, visit: Visit, territory: Territory
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(visit.site + "/")
    page.get_by_label("Cette adresse est-elle").fill("rue des ponts")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("Rue des Ponts").first).to_be_visible()
    page.get_by_role("searchbox").fill("1 rue des ponts, ville-haute")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator(".verdict.yes")).to_be_visible()
    page.get_by_role("link", name="La carte", exact=True).click()
    expect(page.get_by_role("link", name="Les Trois Ponts", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The map of the territory")
    context.close()


def test_page_of_someone_signed_in(visit: Visit, territory: Territory, employer: Account) -> None:
    visit.sign_in(employer)
    page = visit.open(reverse("portal:mine"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    look(page, "mine-fr")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    visit.assert_quiet()


def test_error_page(visit: Visit, territory: Territory) -> None:
    look(visit.open("/nulle-part/"), "404-fr")
    visit.complaints = [line for line in visit.complaints if "404" not in line]
    visit.assert_quiet()
