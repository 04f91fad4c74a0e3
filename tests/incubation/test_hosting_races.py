"""One space signed for, one company's ceiling, one short lease, by two managers at the same moment: one signs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.incubation.models import Agreement, AgreementState, Aid, Occupancy
from croisee.incubation.queries.hosting_rules import look_at, wanted_of
from croisee.incubation.services import hosting
from tests.incubation.hosting_helpers import accepted, draft, free_space, make_figures
from tests.incubation_world import IncubationWorld, make_incubation_world
from tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> IncubationWorld:
    make_figures()
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


def sign(row: Agreement, world: IncubationWorld) -> Callable[[], object]:
    return lambda: hosting.sign(row, world.a.manager, signed_on=TODAY, declaration_on=TODAY)


def refused(results: list[object]) -> int:
    return sum(isinstance(one, ValidationError) for one in results)


def test_two_companies_sign_for_one_space(world: IncubationWorld) -> None:
    """Companies of their own: nothing but the database keeps the second out, and it is told so in words."""
    space = free_space(world.a)
    project = accepted(world.a)
    project.company = world.b.company
    project.save()
    rows = [draft(world.a, None, space), draft(world.a, project, space)]
    done = at_once([sign(row, world) for row in rows])
    assert refused(done) == 1
    assert Occupancy.objects.filter(space=space, held=True).count() == 1
    states = sorted(Agreement.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True))
    assert states == [AgreementState.DRAFT, AgreementState.SIGNED]
    assert Aid.objects.count() == 1


def test_one_draft_is_signed_once(world: IncubationWorld) -> None:
    row = draft(world.a)
    assert refused(at_once([sign(row, world)] * 4)) == 3
    assert Aid.objects.filter(agreement=row).count() == 1


def test_two_agreements_of_one_company_share_its_ceiling(world: IncubationWorld) -> None:
    """Each alone fits under the ceiling; both do not (règlement (UE) 2023/2831, article 3(2))."""
    rows = [draft(world.a, None, free_space(world.a, name)) for name in ("Bureau 8", "Bureau 9")]
    amount = look_at(wanted_of(rows[0])).aid
    Aid.objects.create(
        organisation=world.a.company,
        granted_on=TODAY,
        amount=300_000 - amount - Decimal(1),
        granted_by="Région",
        declared=True,
    )
    assert refused(at_once([sign(row, world) for row in rows])) == 1
    assert Aid.objects.filter(agreement__in=rows).count() == 1
