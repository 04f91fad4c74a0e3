"""Entries in a real browser: a référent asks for somebody, a manager takes the request to the closed minutes."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.journeys.models import Action, Committee, Journey
from tests.browser import Visit, look
from tests.journeys_world import make_journeys_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_request_to_the_minutes(visit: Visit) -> None:
    world = make_journeys_world()
    visit.sign_in(world.referents[0])
    visit.speak("en")
    page = visit.open(reverse("portal:mine"))
    page.get_by_role("link", name="Ask for an entry").first.click()
    page.get_by_role("link", name="Ask for an entry").click()
    page.get_by_label("First name").fill("Awa")
    page.get_by_label("Family name").fill("Le Goff")
    page.get_by_label("Born on").fill("1990-05-04")
    page.get_by_label("Why this programme").fill("Veut retrouver un emploi durable dans le bâtiment.")
    look(page, "journeys-new-request")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("it waits to be decided")).to_be_visible()
    look(page, "journeys-request")
    asked = Journey.objects.get(person__family_name="Le Goff")
    visit.sign_in(world.manager)
    page = visit.open(world.programme.get_absolute_url())
    look(page, "journeys-programme")
    page.get_by_role("link", name="Plan a meeting").click()
    page.get_by_label("Date", exact=True).fill(TODAY.isoformat())
    page.get_by_role("button", name="Plan the meeting").click()
    page.get_by_label("Choose Awa Le Goff").check()
    look(page, "journeys-committee")
    page.get_by_role("button", name="Put those ticked on the agenda").click()
    page.get_by_role("link", name="Write down what is decided").click()
    page.get_by_label("Decision", exact=True).select_option("accepted")
    page.get_by_label("Members present, one a line").fill("Anne Un\nBruno Deux\nCarla Trois")
    page.get_by_role("button", name="Close the minutes").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the minutes").click()
    expect(page.get_by_text("choose the référent").first).to_be_visible()
    look(page, "journeys-decide")
    assert all("422" in one for one in visit.complaints)
    visit.complaints.clear()
    page.get_by_label("Référent (optional)").select_option(str(world.referents[1].pk))
    page.get_by_role("button", name="Close the minutes").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the minutes").click()
    expect(page.get_by_text("The minutes are closed")).to_be_visible()
    look(page, "journeys-minutes")
    asked.refresh_from_db()
    assert asked.state == "under_way"
    assert Committee.objects.get(held_on=TODAY).state == "closed"
    page = visit.open(reverse("journeys:new_action"))
    page.get_by_label("Name", exact=True).fill("Garage solidaire")
    page.get_by_label("What one does there").fill("Réparer sa voiture à petit prix avec un mécanicien.")
    page.get_by_text("Mobilité", exact=True).click()
    page.get_by_label("Préparer un permis").check()
    look(page, "journeys-new-action")
    page.get_by_role("button", name="Create the action").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Garage solidaire")
    look(page, "journeys-action")
    assert Action.objects.get(name="Garage solidaire").themes == ["mobilite--preparer-un-permis"]
    for name in ("programmes", "requests", "actions", "published_actions"):
        look(visit.open(reverse(f"journeys:{name}")), f"journeys-{name}")
    visit.assert_quiet()
