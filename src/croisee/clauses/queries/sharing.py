"""Hours that one lot has from people hired for another, and the lots that a month could be shared with."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When

from croisee.clauses.models import (
    FOLLOWED,
    WITH_HOURS,
    Allocation,
    Commitment,
    Eligibility,
    Lot,
    Statement,
)
from croisee.clauses.months import end_of
from croisee.clauses.queries.balances import with_commitment_balance
from croisee.clauses.queries.eligibility import counting

SUGGESTED = 8
FOUND = 20
LOOKED_AT = 200
"""Commitments whose hours are counted to find the late ones."""


@dataclass(frozen=True)
class Pooled:
    """Validated hours of a lot: `received` from people hired for other lots, `given` to others by its own people."""

    received: Decimal
    given: Decimal


def pooled_hours(lot: Lot) -> Pooled:
    """What a lot shares with others, in hours validated: one query."""
    here, of_own = Q(commitment__clause__lot=lot), Q(statement__assignment__commitment__clause__lot=lot)
    sums = (
        Allocation.objects.counted()
        .filter(here ^ of_own)
        .aggregate(received=Sum("hours", filter=here), given=Sum("hours", filter=of_own))
    )
    return Pooled(sums["received"] or Decimal(0), sums["given"] or Decimal(0))


def open_commitments() -> QuerySet[Commitment]:
    """Commitments with hours in lots that are awarded or under way."""
    return Commitment.objects.filter(clause__lot__state__in=FOLLOWED, clause__kind__in=WITH_HOURS)


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("organisation", "clause__lot__contract__operation")


def with_names_and_balance(commitments: QuerySet[Commitment], today: dt.date) -> QuerySet[Any]:
    """Commitments with their company, lot and operation, and `due`, `done`, `waiting`, `forecast`: one query."""
    return _named(with_commitment_balance(commitments, today))


def suggested(statement: Statement, today: dt.date, without: Collection[UUID] = ()) -> list[Any]:
    """Commitments that this month could also count for, with their balance: those that miss hours, most urgent first.

    Of the same companies, or of the same buyer; where the person is eligible and the month is in the lot. The first are
    those of the companies that the person works for, then the lots that end soonest. Three queries.
    """
    assignment = statement.assignment
    own = Q(organisation__in={assignment.employer_id, assignment.commitment.organisation_id})
    buyer = assignment.commitment.clause.lot.contract.operation.buyer_id
    near = own | Q(clause__lot__contract__operation__buyer=buyer)
    lot = "clause__lot__"
    in_time = (Q(**{f"{lot}ends_on": None}) | Q(**{f"{lot}ends_on__gte": statement.month})) & (
        Q(**{f"{lot}starts_on": None}) | Q(**{f"{lot}starts_on__lte": end_of(statement.month)})
    )
    criteria = list(
        counting(Eligibility.objects.filter(participant=assignment.participant_id))
        .filter(starts_on__lte=end_of(statement.month))
        .filter(Q(ends_on=None) | Q(ends_on__gte=statement.month))
        .values_list("criterion", flat=True)
    )
    open_to = Q(clause__publics=[]) | Q(clause__publics__overlap=criteria)
    rows = open_commitments().filter(near, in_time, open_to).exclude(pk__in=list(without))
    first = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    ends = F("clause__lot__ends_on").asc(nulls_last=True)
    keys = list(rows.order_by(first, ends, "pk").values_list("pk", flat=True)[:LOOKED_AT])
    short = with_commitment_balance(Commitment.objects.filter(pk__in=keys), today)
    short = short.filter(due__gt=F("done") + F("waiting"))
    return list(_named(short).order_by(first, ends, "pk")[:SUGGESTED])


def found(words: str, today: dt.date, without: Collection[UUID] = ()) -> list[Any]:
    """Open commitments whose lot, contract, operation or company has these words, with their balance."""
    rows = open_commitments().exclude(pk__in=list(without))
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(clause__lot__title__icontains=word)
            | Q(clause__lot__contract__reference__icontains=word)
            | Q(clause__lot__contract__operation__name__icontains=word)
            | Q(organisation__name__icontains=word)
        )
    keys = list(rows.order_by("clause__lot__title", "pk").values_list("pk", flat=True)[:FOUND])
    return list(_named(with_commitment_balance(Commitment.objects.filter(pk__in=keys), today)))


def shared(statement: Statement, today: dt.date) -> Sequence[Any]:
    """The commitments that a statement's hours count for, with their balance and `counted`, its hours for each."""
    parts = dict(statement.allocations.values_list("commitment_id", "hours"))
    if not parts:
        parts = {statement.assignment.commitment_id: statement.hours}
    rows = list(_named(with_commitment_balance(Commitment.objects.filter(pk__in=list(parts)), today)))
    for row in rows:
        row.counted = parts[row.pk]
    return sorted(rows, key=lambda row: (row.pk != statement.assignment.commitment_id, -row.counted))
