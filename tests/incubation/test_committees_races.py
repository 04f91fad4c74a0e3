"""The same contact, candidature or committee, by several at the same moment: one is done, the others are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.foundation.notices.models import Ledger
from croisee.incubation.models import Candidature, Committee, Project
from croisee.incubation.services import candidatures, committees, projects
from croisee.incubation.services.committees import Mark
from tests.incubation.projects_helpers import make_enquiry
from tests.incubation_world import IncubationWorld, make_incubation_world, make_project
from tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
MINUTES = {"members": "Mme Le Bras", "remarks": ""}


@pytest.fixture
def world(transactional_db: None) -> IncubationWorld:
    return make_incubation_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except ValidationError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refused(results: list[object]) -> int:
    return sum(isinstance(one, ValidationError) for one in results)


def test_a_committee_is_closed_once_whatever_is_done_to_its_agenda(world: IncubationWorld) -> None:
    side = world.a
    Committee.objects.filter(pk=side.committee.pk).update(held_on=TODAY)
    committees.judge(side.candidature, {one.pk: Mark(4) for one in side.criteria}, {"verdict": "favourable"})
    jobs: list[Callable[[], object]] = [
        lambda: committees.close(side.committee, MINUTES, side.manager),
        lambda: committees.close(side.committee, MINUTES, side.manager),
        lambda: candidatures.put_on_agenda(side.candidature, side.committee),
        lambda: candidatures.withdraw(side.candidature, side.holders[1]),
        lambda: projects.move(side.projects[1], "drop", side.holders[1]),
    ]
    at_once(jobs)
    row = Candidature.objects.select_related("project").get(pk=side.candidature.pk)
    side.committee.refresh_from_db()
    # Closed with it and withdrawn after, or withdrawn before and nothing left to decide: never half.
    assert row.state == "withdrawn"
    assert row.project.state == "dropped"
    assert (side.committee.state == "closed") == (row.decided_on is not None)
    assert Ledger.objects.filter(notice="incubation.candidature_decided").count() <= 1


def test_a_contact_becomes_one_project(world: IncubationWorld) -> None:
    contact = make_enquiry(world.a.incubator)
    values = {
        "title": "Épicerie",
        "sector": "trade",
        "family_name": "Diallo",
        "birth_date": dt.date(1990, 5, 4),
    }
    jobs = [
        lambda name=name: projects.receive(
            world.a.incubator, values | {"given_name": name}, world.a.manager, enquiry=contact
        )
        for name in ("Awa", "Ana", "Ada")
    ]
    assert refused(at_once(jobs)) == 2
    assert Project.objects.filter(title="Épicerie").count() == 1


def test_two_clicks_begin_one_candidature(world: IncubationWorld) -> None:
    project = make_project(world.a.incubator, world.a.people[0], "Autre")
    results = at_once([lambda: candidatures.begin(project)] * 4)
    assert refused(results) == 0
    assert Candidature.objects.filter(project=project).count() == 1
