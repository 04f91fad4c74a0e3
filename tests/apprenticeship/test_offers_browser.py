"""Apprenticeship in a real browser: a company writes an offer, somebody applies, is answered, confirms."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.apprenticeship.models import Candidacy
from croisee.opportunities.models import Opportunity
from tests.apprenticeship.offers_helpers import MOTIVATION, make_company, make_young
from tests.browser import Visit, look
from tests.world import TODAY, move

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_from_an_offer_to_a_confirmed_place(visit: Visit) -> None:
    company = make_company()
    visit.sign_in(company)
    visit.speak("en")
    page = visit.open(reverse("apprenticeship:my_offers"))
    page.get_by_role("link", name="Offer an apprenticeship").click()
    page.get_by_label("Title").fill("Apprenti boulanger")
    page.get_by_label("What one does and learns").fill("Pétrir, façonner et cuire avec une équipe de quatre.")
    page.get_by_label("Sector").select_option("food")
    page.get_by_role("combobox", name="Address of the work").fill("1 rue du Four, 35000 Rennes")
    page.get_by_label("First day").fill((TODAY + dt.timedelta(days=60)).isoformat())
    page.get_by_label("Hire without CV").uncheck()
    look(page, "apprenticeship-new-offer")
    page.get_by_role("button", name="Propose this offer").click()
    expect(page.get_by_text("It is being checked.").first).to_be_visible()
    offer = Opportunity.objects.get()
    move(offer, "published")
    Opportunity.objects.filter(pk=offer.pk).update(published_at=offer.created_at)
    look(visit.open(reverse("apprenticeship:offer", args=[offer.pk])), "apprenticeship-offer")

    _person, account = make_young(31)
    visit.sign_in(account)
    visit.speak("en")
    look(visit.open(reverse("apprenticeship:offers")), "apprenticeship-offers")
    page = visit.open(reverse("opportunities:opportunity", args=[offer.pk]))
    page.get_by_role("link", name="Apply", exact=True).click()
    page.get_by_label("Why this apprenticeship").fill(MOTIVATION)
    look(page, "apprenticeship-apply")
    page.get_by_role("button", name="Send my application").click()
    expect(page.get_by_text("Your application is sent")).to_be_visible()
    row = Candidacy.objects.get()

    visit.sign_in(company)
    visit.speak("en")
    page = visit.open(reverse("apprenticeship:applications"))
    look(page, "apprenticeship-applications")
    page.get_by_role("link", name=str(row.application.person)).click()
    look(page, "apprenticeship-application")
    page.get_by_text("Offer a place", exact=True).click()
    page.get_by_role("button", name="Offer the place").click()
    expect(page.get_by_text("the person confirms within fifteen days.").first).to_be_visible()

    visit.sign_in(account)
    visit.speak("en")
    page = visit.open(reverse("apprenticeship:application", args=[row.pk]))
    page.set_viewport_size(PHONE)
    look(page, "apprenticeship-to-confirm")
    page.get_by_role("button", name="Confirm the place").click()
    expect(page.get_by_text("Apprenticeship confirmed").first).to_be_visible()
    row.application.refresh_from_db()
    assert row.application.state == "confirmed"
    visit.assert_quiet()
