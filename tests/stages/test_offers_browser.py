"""An employer in a real browser, on a telephone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.opportunities.models import Opportunity, OpportunityState, Origin
from croisee.opportunities.services import hold
from tests.browser import NARROW, Visit, look
from tests.world import MONDAY, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def employer_visit(visit: Visit, world: World) -> Visit:
    visit.page.set_viewport_size({"width": NARROW, "height": 844})
    visit.sign_in(world.employers[0])
    return visit


def test_a_whole_offer_on_a_telephone(employer_visit: Visit, world: World) -> None:
    page = employer_visit.open(reverse("stages:my_internship_offers"))
    page.get_by_role("link", name="Proposer un stage").first.click()
    page.get_by_label("Titre").fill("Atelier vélo")
    page.get_by_label("Secteur").select_option("motor")
    page.get_by_label("Ce que l’élève verra et fera").fill("Réparer un vélo, du cadre au frein.")
    page.get_by_role("combobox", name="Adresse du stage").fill("2 rue des Essais, 35000 Rennes")
    page.locator(f"#id_week_{MONDAY:%Y%m%d}").check()
    page.locator(f"#id_seats_{MONDAY:%Y%m%d}").fill("2")
    expect(page.locator("#id_morning_to")).to_have_value("12:00")
    page.get_by_label("Téléphone du tuteur").fill("02 99 00 00 00")
    look(page, "offer-form")
    page.set_viewport_size({"width": NARROW, "height": 844})
    page.get_by_role("button", name="Proposer cette offre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Atelier vélo")
    look(page, "offer-submitted")
    offer = Opportunity.objects.get(title="Atelier vélo")
    assert offer.state == OpportunityState.SUBMITTED
    period = offer.periods.get()
    assert (period.seats, period.reserved) == (2, 1)
    employer_visit.assert_quiet()


def test_a_mistake_is_said_where_it_is(employer_visit: Visit, world: World) -> None:
    page = employer_visit.open(reverse("stages:edit_offer", args=[world.offers[0].pk]))
    page.get_by_label("Ce que l’élève verra et fera").fill("Pétrir, cuire, vendre.")
    page.locator("#id_afternoon_to").fill("19:30")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("rien n’a été enregistré")
    expect(page.locator("#id_morning_from_error")).to_contain_text("7 h")
    look(page, "offer-refused")


def test_the_other_pages_of_an_employer(employer_visit: Visit, world: World) -> None:
    pupil = world.pupils[0]
    hold(
        pupil,
        world.period(0),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=True,
        confirmed=True,
    )
    pages: dict[str, list[object]] = {
        "my_internship_offers": [],
        "hosting": [],
        "offer": [world.offers[0].pk],
        "hosted_pupils": [world.offers[0].pk],
    }
    for name, parts in pages.items():
        look(employer_visit.open(reverse(f"stages:{name}", args=parts)), f"offers-{name}")
    page = employer_visit.open(reverse("stages:offer", args=[world.offers[1].pk]))
    page.get_by_text("Retirer une semaine").click()
    page.get_by_label("Pourquoi vous ne pouvez pas accueillir").fill("Inventaire")
    look(page, "offer-withdraw-week")
    page.get_by_role("button", name="Retirer cette semaine définitivement").click()
    expect(page.get_by_text("La semaine est retirée")).to_be_visible()
    page.get_by_text("Retirer cette offre").click()
    page.get_by_label("Pourquoi vous la retirez").fill("Déménagement")
    look(page, "offer-withdraw")
    page.get_by_role("button", name="Retirer définitivement").click()
    expect(page.get_by_text("L’offre est retirée")).to_be_visible()
    employer_visit.assert_quiet()


def test_coming_in(visit: Visit, world: World) -> None:
    page = visit.open(reverse("stages:offer_begin"))
    look(page, "offer-begin")
    page.get_by_label("Votre adresse électronique professionnelle").fill("new@example.org")
    page.get_by_label("Numéro SIRET de votre établissement").fill("380 129 866 46850")
    page.get_by_role("button", name="M’envoyer le lien").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "offer-link-sent")
    visit.assert_quiet()
