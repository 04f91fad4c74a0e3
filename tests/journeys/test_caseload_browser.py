"""The caseload in a real browser: a référent filters it, hands two people over, and takes up an opening."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.clauses.models import Need, NeedState
from croisee.journeys.models import Following, Step, StepKind
from tests.browser import Visit, look
from tests.clauses_world import make_clauses_world
from tests.journeys_world import make_journeys_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_referent_filters_and_hands_two_people_over(visit: Visit) -> None:
    world = make_journeys_world()
    clauses = make_clauses_world(world.metropolis)
    Need.objects.filter(pk=clauses.needs[0].pk).update(
        state=NeedState.OPEN, job="F1606", lon=-1.69, lat=48.12, starts_on=TODAY + dt.timedelta(days=5)
    )
    Step.objects.create(
        journey=world.journeys[1],
        kind=StepKind.TRAINING,
        title="Permis B",
        planned_end_on=TODAY - dt.timedelta(days=4),
    )
    visit.sign_in(world.referents[0])
    visit.speak("en")
    page = visit.open(reverse("journeys:caseload"))
    look(page, "journeys-caseload")
    page.get_by_role("link", name="Step past its planned end").click()
    expect(page.get_by_role("link", name="Nom2 Prénom2")).to_be_visible()
    expect(page.get_by_role("link", name="Nom1 Prénom1")).to_have_count(0)
    page.get_by_role("link", name="Show everything").click()
    for name in ("Nom1 Prénom1", "Nom2 Prénom2"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("button", name="Hand over those ticked").click()
    look(page, "journeys-handover")
    page.get_by_label("To whom").select_option(label=str(world.referents[1]))
    page.get_by_label("Word for all of them").fill("Je pars en congé.")
    page.get_by_label("Word about Prénom2 Nom2").fill("Permis à repasser.")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text("2 people are followed by Referent1")).to_be_visible()
    expect(page.get_by_text("Nobody is followed yet")).to_be_visible()
    now = Following.objects.current(TODAY).filter(journey__in=world.journeys[:2])
    assert {row.referent for row in now} == {world.referents[1]}

    visit.sign_in(world.referents[1])
    page = visit.open(reverse("journeys:suggestions", args=[world.journeys[0].pk]))
    look(page, "journeys-suggestions")
    page.get_by_role("button", name="Propose as a step").first.click()
    expect(page.get_by_text("is a planned step of the journey")).to_be_visible()
    assert Step.objects.filter(journey=world.journeys[0], kind=StepKind.CLAUSE_JOB).exists()

    visit.sign_in(world.manager)
    page = visit.open(reverse("journeys:load", args=[world.programme.pk]))
    look(page, "journeys-load")
    visit.assert_quiet()
