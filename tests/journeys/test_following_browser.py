"""One journey in a real browser: a référent notes what happens without leaving the page, the person reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.journeys.models import Correction, Exchange, Step, StepState
from tests.browser import Visit, assert_accessible, assert_fits, look
from tests.journeys.following_helpers import account_of
from tests.journeys_world import make_journeys_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_a_referent_follows_and_the_person_reads(visit: Visit) -> None:
    world = make_journeys_world()
    journey = world.journeys[0]
    visit.sign_in(world.referents[0])
    visit.speak("en")
    page = visit.open(journey.get_absolute_url())
    page.get_by_text("Add a step", exact=True).click()
    page.get_by_label("What", exact=True).fill("Atelier du matin")
    page.get_by_label("Kind", exact=True).select_option("diagnosis")
    page.get_by_text("Where, from when, with which action or opening").click()
    box = page.get_by_role("combobox", name="Action of the territory (optional)")
    box.press_sequentially("oser", delay=10)
    page.get_by_role("option", name="oser son projet").click()
    page.get_by_label("Planned end (optional)").fill((TODAY + dt.timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_text("The step is added.").first).to_be_visible()
    assert page.url == visit.site + journey.get_absolute_url()
    assert Step.objects.get(title="Atelier du matin").action == world.action
    page.get_by_text("Note an exchange", exact=True).click()
    page.get_by_label("What was said (optional)").fill("Content de l’atelier.")
    page.get_by_role("button", name="Note the exchange").click()
    expect(page.get_by_text("Content de l’atelier.")).to_be_visible()
    assert Exchange.objects.filter(text="Content de l’atelier.").count() == 1
    page.get_by_text("Add a step", exact=True).click()
    page.get_by_text("Where, from when, with which action or opening").click()
    page.get_by_label("What", exact=True).fill("Permis")
    page.get_by_role("combobox", name="Action of the territory (optional)").fill("rien")
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_text("No action of the catalogue bears this name")).to_be_in_viewport()
    assert page.url == visit.site + journey.get_absolute_url()
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)
    page = visit.open(journey.get_absolute_url())
    look(page, "journeys-journey")
    page.set_viewport_size({"width": 1280, "height": 900})
    row = page.get_by_role("listitem").filter(
        has=page.get_by_text("Titre professionnel de peintre", exact=True)
    )
    row.get_by_text("End it").click()
    page.set_viewport_size(PHONE)
    assert_fits(page)
    row.get_by_label("What came of it").fill("Titre obtenu.")
    row.get_by_role("button", name="Done").click()
    expect(page.get_by_text("The step is done.").first).to_be_visible()
    assert Step.objects.get(pk=world.steps[1].pk).state == StepState.DONE
    own = account_of(world)
    visit.sign_in(own)
    page = visit.open(reverse("journeys:my_journey"))
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("My journey")
    look(page, "journeys-my-journey")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Ask for a correction").click()
    page.get_by_label("What is wrong").fill("Mon projet")
    page.get_by_label("What it should say").fill("Je veux devenir peintre.")
    assert_accessible(page)
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Your request is sent")).to_be_visible()
    row = Correction.objects.get()
    visit.sign_in(world.referents[0])
    page = visit.open(reverse("journeys:answer_correction", args=[row.pk]))
    look(page, "journeys-answer-correction")
    for path in (reverse("journeys:end_journey", args=[journey.pk]), reverse("journeys:appointments")):
        page = visit.open(path)
        page.set_viewport_size(PHONE)
        assert_fits(page)
        assert_accessible(page)
    visit.assert_quiet()
