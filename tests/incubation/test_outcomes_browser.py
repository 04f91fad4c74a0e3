"""The dashboard and survival in a real browser: a manager chooses a period, notes a company; an official reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Exit, Project, Review, SurvivalCheck
from tests.browser import Visit, look
from tests.incubation.figures_helpers import known_figures
from tests.incubation.outcomes_helpers import many_companies
from tests.incubation_world import make_incubation_world
from tests.world import TODAY, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_and_an_official_read_how_the_incubator_fares(visit: Visit) -> None:
    known_figures()
    world = make_incubation_world()
    for year in (TODAY.year - 6, TODAY.year - 4, TODAY.year - 1, TODAY.year - 1, TODAY.year - 2):
        for number, project in enumerate(many_companies(world, 9, year)):
            Exit.objects.create(
                project=project,
                on=project.received_on + dt.timedelta(days=300),
                reason="term",
                destination=("neighbourhood", "metropolis", "elsewhere")[number % 3],
            )
    project = world.a.projects[0]
    Project.objects.filter(pk=project.pk).update(founded_on=TODAY - dt.timedelta(days=400))
    Review.objects.create(project=project, due_on=TODAY, held_on=TODAY, turnover="u33", jobs=3, jobs_qpv=2)

    visit.sign_in(world.a.manager)
    visit.speak("en")
    page = visit.open(reverse("incubation:dashboard"))
    page.get_by_label("From").fill(f"{TODAY.year - 1}-01-01")
    page.get_by_label("To", exact=True).fill(f"{TODAY.year - 1}-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text(f"{TODAY.year - 1}, beside {TODAY.year - 2}")).to_be_visible()
    page.get_by_text("The same as a table").click()
    look(page, "outcomes-dashboard")

    page.get_by_role("link", name="Companies, one by one").click()
    look(page, "outcomes-survival")
    page.get_by_role("link", name=project.title).click()
    page.get_by_label("active", exact=True).check()
    look(page, "outcomes-declare")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("What you know is noted").first).to_be_visible()
    assert SurvivalCheck.objects.get(project=project).active
    page.get_by_role("link", name="Send the file of SIRENE").click()
    look(page, "outcomes-import")
    look(visit.open(reverse("incubation:figures")), "figures-list")

    visit.sign_in(member(Role.OFFICIAL, world.metropolis, "elue@example.org", administers=False))
    page = visit.open(reverse("incubation:public_figures"))
    expect(page.get_by_text("not shown", exact=True).first).to_be_visible()
    look(page, "outcomes-public")
    visit.assert_quiet()


def test_an_administrator_gives_a_figure(visit: Visit) -> None:
    known_figures()
    world = make_incubation_world()
    visit.sign_in(member(Role.ADMINISTRATOR, world.metropolis, "admin@example.org"))
    visit.speak("en")
    page = visit.open(reverse("incubation:figures"))
    page.get_by_text("Others that may have a value").click()
    page.get_by_role(
        "link", name="Still active, micro-entrepreneurs left out · founded in 2022, 3 years"
    ).click()
    page.get_by_label("Value").fill("80,5")
    page.get_by_role("textbox", name="Source").fill("Insee Première, essai")
    look(page, "figures-one")
    page.get_by_role("button", name="Give this value").click()
    expect(page.get_by_text("80.5 %").first).to_be_visible()
    visit.assert_quiet()
