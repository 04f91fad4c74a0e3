"""Hours due, done, waiting, forecast: against the same sums made in Python."""

import datetime as dt
from decimal import Decimal

import pytest

from croisee.clauses.models import Allocation, Commitment, Lot, Order, Statement
from croisee.clauses.models.standings import LotStanding
from croisee.clauses.queries.balances import with_balance, with_commitment_balance
from tests.clauses_world import ENDS, ClausesWorld, move
from tests.world import TODAY

pytestmark = pytest.mark.django_db


def test_a_lot_says_what_is_due_done_waiting_and_ahead(world: ClausesWorld) -> None:
    lot = with_balance(Lot.objects.filter(pk=world.lot.pk), TODAY).get()
    ahead = 2 * 35 * Decimal((ENDS - TODAY).days + 1) / 7
    assert (lot.due, lot.done, lot.waiting) == (833, 120, Decimal("271.67"))
    assert lot.forecast == pytest.approx(ahead, abs=Decimal("0.01"))


def test_a_commitment_says_the_same(world: ClausesWorld) -> None:
    row = with_commitment_balance(Commitment.objects.filter(pk=world.commitments[0].pk), TODAY).get()
    assert (row.due, row.done, row.waiting) == (833, 120, Decimal("271.67"))


def test_orders_make_hours_due_grow(world: ClausesWorld) -> None:
    clause = world.clause
    clause.hours_due, clause.hours_per_keuro = None, Decimal("1.5")
    clause.save()
    Commitment.objects.filter(clause=clause).update(hours=None, share=Decimal(40))
    for number, amount in enumerate((10_000, 30_000)):
        Order.objects.create(
            lot=world.lot, reference=str(number), ordered_on=TODAY - dt.timedelta(days=9), amount=amount
        )
    assert with_balance(Lot.objects.filter(pk=world.lot.pk), TODAY).get().due == 60
    assert with_commitment_balance(Commitment.objects.filter(clause=clause), TODAY).get().due == 24


def test_a_correction_that_waits_is_not_counted_beside_what_it_corrects(world: ClausesWorld) -> None:
    counted = world.statements[0]
    correction = Statement.objects.create(
        assignment=counted.assignment, month=counted.month, hours=Decimal(110), version=2, corrects=counted
    )
    Allocation.objects.create(statement=correction, commitment=world.commitments[0], hours=Decimal(110))
    move(correction, "sent")
    expected = (120, Decimal("271.67"))
    lot = with_balance(Lot.objects.filter(pk=world.lot.pk), TODAY).get()
    assert (lot.done, lot.waiting) == expected
    row = with_commitment_balance(Commitment.objects.filter(pk=world.commitments[0].pk), TODAY).get()
    assert (row.done, row.waiting) == expected
    standing = LotStanding.objects.get(lot=world.lot)
    assert (standing.done, standing.waiting) == expected
