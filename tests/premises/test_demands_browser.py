"""From a demand written on a phone to a letting, in a real browser, each side doing its part; then what is vacant."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.premises.models import Demand, Letting, Proposal, Unit, Visit
from tests.browser import Visit as Visitor
from tests.browser import look
from tests.premises import house_vacancy
from tests.premises_world import make_premises_world, make_unit
from tests.world import TODAY, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def enter(visit: Visitor, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def test_from_a_demand_to_a_letting(visit: Visitor) -> None:
    world = make_premises_world()
    small = {"rent": 100, "charges": 20, "address": "3 rue de la Réserve, 35200 Rennes"}
    make_unit(world.owners[0], "Rez-de-chaussée Réserve", surface=25, **small)
    make_unit(world.owners[0], "Réserve", "vacant", surface=20, **small)
    make_unit(world.owners[1], "Local sans extraction", surface=50, extraction=False, rent=300)

    page = enter(visit, world.askers[1], reverse("premises:new_demand"))
    page.set_viewport_size(PHONE)
    page.get_by_label("Company").select_option(str(world.companies[1].pk))
    page.get_by_label("What one looks for").fill("Un atelier de poterie")
    page.get_by_label("Use", exact=True).select_option("craft")
    page.get_by_label("Surface at least").fill("30")
    page.get_by_label("Surface at most").fill("60")
    page.get_by_label("Rent and charges at most").fill("500")
    page.get_by_label("From", exact=True).fill((TODAY + dt.timedelta(days=20)).isoformat())
    expect(page.locator("#id_line")).to_be_hidden()
    page.get_by_label("near this line of public transport").check()
    expect(page.locator("#id_line")).to_be_visible()
    page.get_by_label("anywhere in the metropolis").check()
    page.get_by_text("More details").click()
    page.get_by_label("Extraction duct").check()
    look(page, "demands-form")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="See what fits").click()
    expect(page.get_by_text("2 premises fit")).to_be_visible()
    expect(page.get_by_text("extraction could be fitted")).to_be_visible()
    expect(page.get_by_text("5 m² short: the unit next to it (20 m²)")).to_be_visible()
    page.get_by_text("Why").first.click()
    look(page, "demands-demand")
    page.set_viewport_size(PHONE)
    first = page.get_by_role("listitem").filter(has_text="Pied d’immeuble Yougoslavie")
    first.get_by_role("button", name="It interests me").click()
    expect(page.get_by_text("is told that it interests you")).to_be_visible()
    demand = Demand.objects.get(title="Un atelier de poterie")
    proposal = Proposal.objects.get(demand=demand)

    page = enter(visit, world.landlords[0], reverse("premises:proposals"))
    look(page, "demands-proposals")
    page.get_by_role("link", name="Pied d’immeuble Yougoslavie").first.click()
    look(page, "demands-proposal")
    page.get_by_role("link", name="Plan a visit").click()
    at = timezone.localtime() + dt.timedelta(days=2)
    page.get_by_label("On", exact=True).fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_label("Where one meets").fill("Devant le 12")
    look(page, "lettings-visit-form")
    page.get_by_role("button", name="Plan the visit").click()
    expect(page.get_by_text("The visit is planned")).to_be_visible()
    page.get_by_role("link", name="Put an option").click()
    page.get_by_label("Until").fill((TODAY + dt.timedelta(days=10)).isoformat())
    page.get_by_role("button", name="Put the option").click()
    expect(page.get_by_text("Under option until")).to_be_visible()
    look(visit.open(reverse("premises:options")), "lettings-options")
    Visit.objects.filter(demand=demand).update(at=timezone.now() - dt.timedelta(hours=1))
    page = visit.open(reverse("premises:visits"))
    look(page, "lettings-visits")
    page.get_by_role("link", name="It was held").first.click()
    page.get_by_label("What was said").fill("Lumineux, il manque une prise.")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("The visit is noted")).to_be_visible()
    page = visit.open(reverse("premises:proposal", args=[proposal.pk]))
    page.get_by_role("link", name="Let it to them").click()
    page.get_by_label("Kind of contract").select_option("derogatory")
    page.get_by_label("Term (last day)").fill((TODAY + dt.timedelta(days=25)).isoformat())
    look(page, "lettings-letting-form")
    page.get_by_role("button", name="Note the letting").click()
    expect(page.get_by_text("The letting is noted")).to_be_visible()
    look(page, "lettings-lettings")
    letting = Letting.objects.get(demand=demand)

    page = enter(visit, world.askers[1], reverse("premises:demand", args=[demand.pk]))
    expect(page.get_by_text("premises found here").first).to_be_visible()
    page = visit.open(reverse("premises:letting", args=[letting.pk]))
    expect(page.get_by_text("L145-5").first).to_be_visible()
    look(page, "lettings-letting")

    page = enter(visit, world.landlords[0], reverse("premises:letting", args=[letting.pk]))
    page.get_by_role("link", name="The occupant left").click()
    page.get_by_role("button", name="Note the departure").click()
    expect(page.get_by_text("The departure is noted")).to_be_visible()
    assert Unit.objects.get(pk=letting.unit_id).state == "vacant"
    visit.assert_quiet()


def test_demands_and_vacancy_of_a_developer_and_an_official(visit: Visitor) -> None:
    world = make_premises_world()
    house_vacancy.grow(world, 7)
    page = enter(visit, world.developer, reverse("premises:demands"))
    look(page, "demands-of-developer")
    page.get_by_role("link", name="Atelier de poterie").click()
    page.get_by_role("button", name="Propose it").first.click()
    expect(page.get_by_text("who asks is told by e-mail")).to_be_visible()
    look(visit.open(reverse("premises:vacancy")), "vacancy-of-developer")
    page = enter(visit, world.askers[1], reverse("premises:demand", args=[world.demands[1].pk]))
    page.get_by_role("link", name="End the search").click()
    page.get_by_label("The search is given up").check()
    page.get_by_label("Where, or why").fill("Rien avec une vitrine")
    look(page, "demands-close")
    page.get_by_role("button", name="End the search").click()
    expect(page.get_by_text("The search is ended").first).to_be_visible()
    look(page, "demands-closed")
    official = member(Role.OFFICIAL, world.metropolis, "elue@example.org")
    look(enter(visit, official, reverse("premises:vacancy")), "vacancy-of-official")
    visit.assert_quiet()
