"""Consents and ways in a real browser: a person consents on a phone, the timeline changes; the flow of all."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import WayCount
from croisee.journeys.services import rights
from croisee.journeys.services.ways import sync
from croisee.opportunities.models import Application
from tests.browser import Visit, look
from tests.journeys_world import make_journeys_world
from tests.stages.convention_helpers import confirmed
from tests.world import TODAY, make_world, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_a_person_consents_and_the_timeline_changes(visit: Visit) -> None:
    stages = make_world()
    world = make_journeys_world(stages.metropolis)
    person, referent = world.people[0], world.referents[0]
    place = confirmed(stages, 0, 2)
    place.period.starts_on, place.period.ends_on = (
        TODAY - dt.timedelta(days=900),
        TODAY - dt.timedelta(days=896),
    )
    place.period.save()
    Application.objects.filter(pk=place.pk).update(person=person)
    sync(timezone.now())
    account = member(Role.FAMILY, world.plie, "suivi1@example.org", administers=False)
    Contact.objects.filter(person=person, capacity=Capacity.SELF).update(account=account)
    rights.grant(rights.ask(person, world.referents[1], "Relais pendant un congé"), referent)
    Account.objects.update(language="en")

    visit.sign_in(referent)
    visit.speak("en")
    page = visit.open(reverse("journeys:way", args=[person.pk]))
    expect(page.get_by_text("Not shown, for the person did not consent")).to_be_visible()
    expect(page.get_by_role("cell", name="Théâtre")).to_have_count(0)

    visit.sign_in(account)
    page = visit.open(reverse("journeys:my_crossings"))
    page.set_viewport_size(PHONE)
    look(page, "journeys-my-crossings")
    page.get_by_role("button", name=re.compile("I consent.*My internships")).click()
    expect(page.get_by_text("Noted: you consent.")).to_be_visible()
    page.get_by_role("button", name="Take access back").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take access back").click()
    expect(page.get_by_text("The access is over")).to_be_visible()
    look(visit.open(reverse("journeys:my_way")), "journeys-my-way")

    visit.sign_in(referent)
    page = visit.open(reverse("journeys:way", args=[person.pk]))
    expect(page.get_by_role("cell", name="Théâtre")).to_be_visible()
    look(page, "journeys-way")
    look(visit.open(reverse("journeys:crossings", args=[world.journeys[0].pk])), "journeys-crossings")

    visit.sign_in(world.referents[1])
    page = visit.open(reverse("journeys:find_person"))
    page.get_by_label("Family name").fill("Nom1")
    page.get_by_label("First name").fill("Prénom1")
    page.get_by_label("Born on").fill(str(person.birth_date))
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("P… N…")).to_be_visible()
    look(page, "journeys-find")
    page.get_by_label("Why you need to see this journey").fill("Relais de nouveau")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("The request has gone")).to_be_visible()
    look(page, "journeys-access")

    ways = {
        "internship>apprenticeship>job": 180,
        "internship>apprenticeship>job>company": 24,
        "internship>journey>training>job": 60,
        "journey>clause_job>job": 95,
        "journey>training>job>company": 31,
        "internship>job": 75,
        "journey": 110,
        "training>company": 3,
    }
    for path, people in ways.items():
        WayCount.objects.create(cohort=2023, zone="", path=path, people=people)
    page = visit.open(reverse("journeys:flows"))
    expect(page.get_by_role("heading", name="Each way")).to_be_visible()
    look(page, "journeys-flows")
    page.get_by_label("Whose ways").select_option("Priority neighbourhoods")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    visit.assert_quiet()
