"""Two people click at once: one thing is done, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.clauses.models import Clause, Commitment, Lot, LotState, Penalty
from croisee.clauses.services import closing, penalties
from croisee.clauses.services import operations as services
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.lifecycles.services import TransitionRefused
from tests.clauses_world import ClausesWorld, make_clauses_world

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "38012986646850"


@pytest.fixture
def world(transactional_db: None) -> ClausesWorld:
    return make_clauses_world()


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run all of them at once, each on its own connection; what was refused comes back as it was said."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except (TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_a_lot_is_closed_once(world: ClausesWorld) -> None:
    done = at_once(
        lambda: closing.close(world.lot, closing.PENALISED, world.facilitateur),
        lambda: closing.close(world.lot, closing.PENALISED, world.colleague),
        lambda: closing.close(world.lot, closing.PARTIAL, world.colleague),
    )
    assert sum(isinstance(one, Lot) for one in done) == 1
    world.lot.refresh_from_db()
    assert Penalty.objects.count() == (world.lot.state == LotState.PENALISED)


def test_a_penalty_is_decided_once(world: ClausesWorld) -> None:
    closing.close(world.lot, closing.PENALISED, world.facilitateur)
    penalty = Penalty.objects.get()
    penalties.notify(penalty, world.facilitateur)
    done = at_once(
        lambda: penalties.apply(penalty, world.buyer),
        lambda: penalties.waive(penalty, world.facilitateur, "Intempéries."),
        lambda: penalties.answer(penalty, "Intempéries.", world.employers[0]),
    )
    decided = [one for one in done[:2] if isinstance(one, Penalty)]
    assert len(decided) == 1


def test_a_company_new_to_all_is_made_once(world: ClausesWorld) -> None:
    other = world.commitments[1].clause
    done = at_once(
        *(
            lambda clause=clause: services.save_commitment(
                Commitment(clause=clause, part="cocontractor"), world.facilitateur, NEW, "Nouvelle"
            )
            for clause in (world.clause, other, world.clause, other)
        )
    )
    assert sum(isinstance(one, Commitment) for one in done) == 2
    assert Organisation.objects.filter(siret=NEW).count() == 1
    assert Clause.objects.filter(commitments__organisation__siret=NEW).count() == 2
