"""Declared hours decided, corrected and shared by several people at the same moment: one way, said to the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.clauses.models import Allocation, Lot, ProofKind, Statement
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.services import checking, declaring
from croisee.clauses.services.checking import Decided
from croisee.clauses.services.correcting import correct
from croisee.clauses.services.sharing import share
from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.services import TransitionRefused
from tests.clauses_world import ClausesWorld, first_of_month, make_clauses_world, make_lot, make_statement
from tests.world import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
Job = Callable[[], object]
SHEET = ProofKind.TIMESHEET


@pytest.fixture
def world(transactional_db: None) -> ClausesWorld:
    return make_clauses_world()


def at_once(*jobs: Job) -> list[object]:
    """Run all of them at the same moment, each on its own connection; a deadlock is an error of the test."""
    start = Barrier(len(jobs))

    def run(job: Job) -> object:
        try:
            start.wait()
            return job()
        except (TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def corrected(row: Statement, hours: int, account: Account, *, send: bool = True) -> Job:
    return lambda: correct(
        Statement.objects.get(pk=row.pk),
        Decimal(hours),
        proof_kind=SHEET,
        proof=None,
        account=account,
        send=send,
    )


def counted_once(world: ClausesWorld) -> None:
    """At most one version of a month counts, and a lot has the hours of those versions."""
    validated = list(Statement.objects.validated().values_list("assignment", "month"))
    assert len(validated) == len(set(validated))
    for row in Statement.objects.validated():
        assert sum(part.hours for part in row.allocations.all()) <= row.hours
    lot = with_balance(Lot.objects.filter(pk=world.lot.pk), TODAY).get()
    own = Allocation.objects.counted().filter(commitment__clause__lot=world.lot)
    assert lot.done == sum(part.hours for part in own)


def test_of_two_corrections_of_one_statement_one_is_left(world: ClausesWorld) -> None:
    old = world.statements[0]
    results = at_once(
        *(corrected(old, 90 + n, (world.employers[0], world.facilitateur)[n % 2]) for n in range(6))
    )
    made = [one for one in results if isinstance(one, Statement)]
    refused = [one for one in results if isinstance(one, ValidationError)]
    assert (len(made), len(refused)) == (1, 5)
    assert all(one.messages[0] for one in refused)
    [kept] = Statement.objects.filter(assignment=old.assignment, month=old.month, version=2)
    assert kept.hours == made[0].hours == kept.allocations.get().hours
    counted_once(world)


def test_a_correction_is_validated_once_by_two_who_click_at_once(world: ClausesWorld) -> None:
    new = corrected(world.statements[0], 90, world.employers[0])()
    assert isinstance(new, Statement)
    results = at_once(
        *(
            lambda who=who: checking.validate([new.pk], who, because="Vu")
            for who in (world.facilitateur, world.colleague) * 2
        )
    )
    assert sorted(len(one.moved) for one in results if isinstance(one, Decided)) == [0, 0, 0, 1]
    assert all(one.met for one in results if isinstance(one, Decided) and not one.moved)
    assert StateChange.objects.filter(object_id=new.pk, target="validated").count() == 1
    assert Statement.objects.get(pk=world.statements[0].pk).state == "corrected"
    counted_once(world)


def test_validated_or_taken_back_never_both(world: ClausesWorld) -> None:
    for row in world.statements[1:3]:
        decided, back = at_once(
            lambda row=row: checking.validate([row.pk], world.facilitateur, because="Vu"),
            lambda row=row: declaring.take_back(Statement.objects.get(pk=row.pk), world.employers[0]),
        )
        assert isinstance(decided, Decided)
        state = Statement.objects.get(pk=row.pk).state
        if decided.moved:
            assert isinstance(back, TransitionRefused)
            assert state == "validated"
        else:
            assert decided.met[0][1]
            assert state == "draft"
    counted_once(world)


def test_validated_or_rejected_never_both(world: ClausesWorld) -> None:
    keys = [row.pk for row in world.statements[1:3]]
    validated, rejected = at_once(
        lambda: checking.validate(keys, world.facilitateur, because="Vu"),
        lambda: checking.reject(keys[::-1], "Illisible", world.colleague),
    )
    assert isinstance(validated, Decided)
    assert isinstance(rejected, Decided)
    assert {len(validated.moved), len(rejected.moved)} == {0, 2}
    winner, loser = (validated, rejected) if validated.moved else (rejected, validated)
    assert [why for _row, why in loser.met]
    said = "validated" if winner is validated else "rejected"
    assert {row.state for row in Statement.objects.filter(pk__in=keys)} == {said}
    counted_once(world)


def test_batches_that_overlap_move_each_statement_once(world: ClausesWorld) -> None:
    rows = world.statements[1:3]
    for months in range(3, 6):
        rows.append(make_statement(world.assignments[1], first_of_month(-months), "50", state="sent"))
    keys = [row.pk for row in rows]
    results = at_once(
        lambda: checking.validate(keys[:4], world.facilitateur, because="Vu"),
        lambda: checking.validate(keys[::-1], world.colleague, because="Vu"),
        lambda: checking.check(keys[1:], world.colleague),
        lambda: checking.validate(keys, world.facilitateur, because="Vu"),
    )
    validating = [one for one in (results[0], results[1], results[3]) if isinstance(one, Decided)]
    moved = [row.pk for one in validating for row in one.moved]
    assert sorted(moved, key=str) == sorted(keys, key=str)
    assert StateChange.objects.filter(object_id__in=keys, target="validated").count() == len(keys)
    counted_once(world)


def test_hours_shared_while_they_are_validated(world: ClausesWorld) -> None:
    row, other = world.statements[1], make_lot(world.operation, "Sols", world.companies[1])
    results = at_once(
        lambda: checking.validate([row.pk], world.facilitateur, because="Vu"),
        lambda: share(row, {other.pk: Decimal(120)}, world.colleague),
        lambda: share(row, {world.commitments[0].pk: Decimal(60), other.pk: Decimal(60)}, world.facilitateur),
    )
    assert isinstance(results[0], Decided)
    assert results[0].moved
    assert sum(part.hours for part in row.allocations.all()) == 120
    counted_once(world)
