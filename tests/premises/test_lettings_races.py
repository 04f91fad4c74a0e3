"""The same premises wanted by several at the same moment: one has them, the others are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.premises.models import Letting, Option, Proposal, Unit
from croisee.premises.services import demands, lettings, options
from tests.premises_world import PremisesWorld, make_demand, make_premises_world
from tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture
def world(transactional_db: None) -> PremisesWorld:
    return make_premises_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except (ValidationError, TransitionRefused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refused(results: list[object]) -> int:
    return sum(isinstance(one, ValidationError | TransitionRefused) for one in results)


def proposals(world: PremisesWorld, count: int) -> list[Proposal]:
    found = []
    for number in range(count):
        demand = make_demand(world.companies[number % 2], world.askers[number % 2], f"Course {number}")
        found.append(Proposal.objects.create(demand=demand, unit=world.units[0]))
    return found


def test_six_want_an_option_on_one_unit(world: PremisesWorld) -> None:
    rows = proposals(world, 6)
    done = at_once([lambda one=one: options.hold(one, TODAY + DAY, world.developer) for one in rows])
    assert (refused(done), Option.objects.filter(state="held").count()) == (5, 1)
    assert Unit.objects.get(pk=world.units[0].pk).spells.filter(ends_on=None).count() == 1


def test_let_lifted_and_lapsed_at_once_ends_in_one_truth(world: PremisesWorld) -> None:
    (row,) = proposals(world, 1)
    option = options.hold(row, TODAY, world.developer)
    terms = {"tenant": world.companies[0], "kind": "commercial", "starts_on": TODAY}
    at_once(
        [
            lambda: lettings.let(world.units[0], terms, world.developer, row.demand),
            lambda: options.lift(option, world.askers[0]),
            lambda: options.lapse(timezone.now() + 2 * DAY),
        ]
    )
    option.refresh_from_db()
    unit = Unit.objects.get(pk=world.units[0].pk)
    let = Letting.objects.filter(unit=unit).exists()
    assert unit.state == ("let" if let else "available")
    assert option.state in ("taken", "lifted", "lapsed")


def test_one_tenant_for_four_contracts(world: PremisesWorld) -> None:
    done = at_once(
        [
            lambda n=n: lettings.let(
                world.units[0],
                {"tenant_name": f"Société {n}", "kind": "commercial", "starts_on": TODAY},
                world.developer,
            )
            for n in range(4)
        ]
    )
    assert (refused(done), Letting.objects.filter(unit=world.units[0]).count()) == (3, 1)


def test_the_software_and_a_developer_propose_once(world: PremisesWorld) -> None:
    world.units[4].spells.update(starts_on=TODAY)
    at_once(
        [lambda: demands.propose_new(timezone.now())] * 2
        + [lambda: demands.propose(world.demands[1], world.units[4], world.developer)] * 2
    )
    assert Proposal.objects.filter(demand=world.demands[1], unit=world.units[4]).count() == 1
