"""People in a real browser: a facilitateur proposes, a company hires on a phone, the person reads the own hours."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import Assignment, AssignmentState, Need, Participant
from croisee.clauses.services.assignments import propose
from tests.browser import Visit, look
from tests.clauses.people_helpers import account_of
from tests.clauses_world import make_clauses_world, make_participant
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_a_facilitateur_adds_a_person_and_proposes_people(visit: Visit) -> None:
    world = make_clauses_world()
    for number in range(5, 14):
        make_participant(number, jobs=["F1606"] if number % 2 else ["F1703"], minutes=30 + number)
    visit.sign_in(world.facilitateur)
    visit.speak("en")
    page = visit.open(reverse("clauses:new_participant"))
    page.get_by_label("First name").fill("Awa")
    page.get_by_label("Family name").fill("Le Goff")
    page.get_by_label("Born on").fill("1990-05-04")
    box = page.get_by_role("combobox", name="Jobs looked for (ROME codes)")
    box.press_sequentially("painting", delay=10)
    page.get_by_role("option", name="F1606").click()
    expect(box).to_have_value("F1606")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_label("Criterion").select_option("senior")
    page.get_by_label("Proof (optional)", exact=True).fill("Carte d’identité")
    page.get_by_label("Date of the proof").fill((TODAY - dt.timedelta(days=3)).isoformat())
    look(page, "clauses-new-criterion")
    page.get_by_role("button", name="Add the criterion").click()
    page.get_by_role("button", name="Note as checked").click()
    expect(page.get_by_text("Hours count until").first).to_be_visible()
    look(page, "clauses-participant")
    page = visit.open(reverse("clauses:participants"))
    look(page, "clauses-participants")
    page = visit.open(reverse("clauses:need", args=[world.needs[0].pk]))
    page.get_by_role("checkbox").first.check()
    look(page, "clauses-need")
    page.get_by_role("button", name="Propose those ticked", exact=True).click()
    expect(page.get_by_text("the company is told by e-mail")).to_be_visible()
    assert Assignment.objects.get(need=world.needs[0]).state == AssignmentState.PROPOSED
    page = visit.open(reverse("clauses:monitor"))
    look(page, "clauses-monitor")
    page = visit.open(reverse("clauses:assignment", args=[world.assignments[0].pk]))
    look(page, "clauses-assignment")
    visit.assert_quiet()


def test_a_company_looks_for_people_and_hires_on_a_phone(visit: Visit) -> None:
    world = make_clauses_world()
    [row] = propose(world.needs[0], [world.participants[2]], world.facilitateur)
    visit.sign_in(world.employers[0])
    visit.speak("en")
    page = visit.open(reverse("clauses:new_need"))
    page.set_viewport_size(PHONE)
    look(page, "clauses-new-need")
    page.get_by_label("Job", exact=True).fill("Aide-peintre")
    page.get_by_label("From").fill((TODAY + dt.timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Send the need").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aide-peintre")
    assert Need.objects.filter(title="Aide-peintre").exists()
    page = visit.open(reverse("clauses:assignment", args=[row.pk]))
    page.set_viewport_size(PHONE)
    look(page, "clauses-proposal")
    page.get_by_role("link", name="Hire").click()
    page.get_by_role("button", name="Note the hire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prénom3 Nom3")
    row.refresh_from_db()
    assert row.state == AssignmentState.HIRED
    visit.assert_quiet()


def test_a_person_reads_the_own_hours(visit: Visit) -> None:
    world = make_clauses_world()
    visit.sign_in(account_of(world, Participant.objects.get(pk=world.participants[0].pk)))
    visit.speak("en")
    page = visit.open(reverse("clauses:my_hours"))
    page.set_viewport_size(PHONE)
    expect(page.get_by_text("120 h").first).to_be_visible()
    look(page, "clauses-my-hours")
    visit.assert_quiet()
