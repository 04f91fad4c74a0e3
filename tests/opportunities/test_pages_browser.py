"""Searching, an offer, checking offers, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.opportunities.models import Ground, Opportunity, OpportunityState, SavedSearch
from croisee.opportunities.services import reports, write_searchable
from tests.browser import Visit, look
from tests.world import World, make_offer, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    text = "Découvrir les métiers de la maison, du comptoir à l’atelier, avec toute l’équipe."
    for number, title in enumerate(("Fleuriste", "Médiathèque du quartier", "Cabinet vétérinaire", "Garage")):
        offer = make_offer(
            made.campaign,
            made.hosts[number % 2],
            title,
            description=text,
            lon=-1.7 + number / 50,
            accessible=number == 1,
        )
        made.offers.append(offer)
    for offer in made.offers:
        write_searchable(offer)
    return made


def test_a_family_searches_saves_and_reports(world: World, visit: Visit) -> None:
    visit.sign_in(world.families[0])
    page = visit.open(reverse("opportunities:search"))
    expect(page.locator(".cards > li")).to_have_count(7)
    look(page, "opportunities-search")
    page.locator("#search-text").fill("veterinaires")
    page.locator("form[role=search] button").click()
    expect(page.locator("main .cards > li")).to_have_count(1)
    page.locator("#save summary").click()
    page.locator("#save-name").fill("Animaux")
    page.locator("#save button").click()
    expect(page.locator("main table")).to_contain_text("Animaux")
    look(page, "opportunities-saved-searches")
    visit.open(reverse("opportunities:saved_search", args=[SavedSearch.objects.get().pk]))
    look(page, "opportunities-saved-search")
    visit.open(reverse("opportunities:search") + "?text=rien+du+tout&sector=food")
    look(page, "opportunities-search-empty")
    visit.open(reverse("opportunities:opportunity", args=[world.offers[0].pk]))
    look(page, "opportunities-offer")
    page.get_by_role("link", name="Signaler cette offre").click()
    look(page, "opportunities-report")
    page.locator("input[type=radio]").first.check()
    page.locator("main form button").click()
    expect(page.locator("#messages .notice")).to_have_count(1)
    visit.assert_quiet()


def test_a_manager_checks_offers(world: World, visit: Visit) -> None:
    waiting = Opportunity.objects.create(
        kind="essai",
        organisation=world.hosts[0],
        title="Salon de coiffure",
        description="Garçons uniquement, appelez le 06 12 34 56 78.",
        sector="beauty",
        lon=-1.66,
        lat=48.11,
    )
    Opportunity.objects.filter(pk=waiting.pk).update(state="submitted")
    reports.report(world.offers[1], world.families[0], Ground.UNSAFE, "Machines sans protection.")
    visit.sign_in(world.manager)
    page = visit.open(reverse("opportunities:moderation"))
    look(page, "opportunities-moderation")
    page.get_by_role("link", name="Salon de coiffure").click()
    look(page, "opportunities-moderate")
    page.locator("details summary.button").click()
    page.locator("textarea").fill("L’offre doit être ouverte à tous.")
    page.locator("button[value=reject]").click()
    expect(page.locator("#messages .notice")).to_have_count(1)
    waiting.refresh_from_db()
    assert waiting.state == OpportunityState.REJECTED
    visit.open(reverse("opportunities:moderation") + "?show=reports")
    page.get_by_role("link", name="Bureau d’études").click()
    look(page, "opportunities-settle-report")
    visit.assert_quiet()
