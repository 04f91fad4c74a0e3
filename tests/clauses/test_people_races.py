"""The same person, need or contract, by two at the same moment: one is done, the other is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.clauses.models import Assignment, ContractType, Criterion, EligibilityState, Participant, Way
from croisee.clauses.services import assignments, eligibility, participants
from croisee.foundation.lifecycles.services import TransitionRefused
from tests.clauses_world import ClausesWorld, make_clauses_world
from tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> ClausesWorld:
    return make_clauses_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except (TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refused(results: list[object]) -> int:
    return sum(isinstance(one, TransitionRefused | ValidationError) for one in results)


def test_two_clicks_make_one_proposal_one_hire_one_person(world: ClausesWorld) -> None:
    person, need = world.participants[2], world.needs[0]
    by = (world.facilitateur, world.colleague)
    proposed = at_once([lambda one=one: assignments.propose(need, [person], one) for one in by])
    assert refused(proposed) == 1
    row = Assignment.objects.get(need=need)
    contract = {
        "employer": world.companies[0],
        "way": Way.DIRECT,
        "contract_type": ContractType.CDD,
        "starts_on": TODAY,
        "ends_on": TODAY + dt.timedelta(days=90),
        "weekly_hours": 35,
    }
    answers = at_once(
        [
            lambda: assignments.hire(row, contract, world.employers[0]),
            lambda: assignments.hire(row, contract, world.facilitateur),
            lambda: assignments.decline(row, world.employers[0], "non"),
        ]
    )
    assert refused(answers) == 2
    made = at_once(
        [
            lambda one=one: assignments.add_contract(
                world.commitments[0], world.participants[3], contract, one
            )
            for one in by
        ]
    )
    assert refused(made) == 1
    values = {"given_name": "Awa", "family_name": "Le Goff", "birth_date": dt.date(1990, 5, 4)}
    added = at_once([lambda one=one: participants.add_participant(values, one) for one in by])
    assert refused(added) == 1
    assert Participant.objects.filter(person__given_name="Awa").count() == 1


def test_two_criteria_checked_at_once_both_are(world: ClausesWorld) -> None:
    given = {"proof_name": "Pièce", "proof_on": TODAY}
    rows = [
        eligibility.propose(world.participants[2], {"criterion": criterion, **given})
        for criterion in (Criterion.SENIOR, Criterion.TH, Criterion.PI)
    ]
    done = at_once([lambda row=row: eligibility.verify(row, world.facilitateur) for row in rows])
    assert refused(done) == 0
    for row in rows:
        row.refresh_from_db()
        assert row.state == EligibilityState.VERIFIED
