"""Declared hours as pages and e-mails read them: those that wait, their versions, what a month validated."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from croisee.clauses.models import (
    WAITING,
    Allocation,
    Commitment,
    Lot,
    Statement,
    StatementState,
)
from croisee.clauses.months import first_of
from croisee.clauses.queries.balances import with_commitment_balance
from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.lifecycles.models import StateChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from croisee.foundation.accounts.models import Account

MOST_OPTIONS = 100
"""Companies and lots offered to filter by: the search box finds the others."""
_LOT = "assignment__commitment__clause__lot"
SEARCHED = (
    "assignment__participant__person__family_name",
    "assignment__participant__person__given_name",
    "assignment__employer__name",
    f"{_LOT}__title",
    f"{_LOT}__contract__reference",
)


def readable(account: Account) -> QuerySet[Statement]:
    """Statements that `account` may see, with what names them."""
    return Statement.objects.visible_to(account).select_related(
        "assignment__participant__person",
        "assignment__employer",
        "assignment__commitment__organisation",
        f"{_LOT}__contract__operation",
    )


def with_own_account(rows: QuerySet[Statement]) -> QuerySet[Any]:
    """Each with `own_account`, the key of the account of the person whose hours they are; None without one."""
    own = Contact.objects.filter(
        person=OuterRef("assignment__participant__person"), capacity=Capacity.SELF, account__isnull=False
    )
    return rows.annotate(own_account=Subquery(own.values("account")[:1]))


def in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those that have waited longest first."""
    return rows.order_by(F("sent_at").asc(nulls_last=True), "pk")


def waiting(account: Account) -> QuerySet[Statement]:
    """Sent or checked, and not decided, longest first."""
    return in_order(readable(account).filter(state__in=WAITING))


@dataclass
class Facets:
    """What there is to filter by among the statements that wait: months, companies, lots, the busiest first."""

    months: list[dt.date] = field(default_factory=list)
    companies: list[tuple[UUID, str]] = field(default_factory=list)
    lots: list[tuple[UUID, str]] = field(default_factory=list)


def facets(rows: QuerySet[Statement]) -> Facets:
    """Months, companies and lots of these statements, in one query."""
    counted: dict[str, dict[Any, int]] = {"month": {}, "company": {}, "lot": {}}
    names: dict[Any, str] = {}
    grouped = rows.order_by().values_list(
        "month", "assignment__employer", "assignment__employer__name", _LOT, f"{_LOT}__title"
    )
    for month, company, company_name, lot, lot_title, n in grouped.annotate(n=Count("pk")):
        names[company], names[lot] = company_name, lot_title
        for kind, key in (("month", month), ("company", company), ("lot", lot)):
            counted[kind][key] = counted[kind].get(key, 0) + n

    def busiest(kind: str) -> list[tuple[Any, str]]:
        keys = sorted(counted[kind], key=lambda key: -counted[kind][key])[:MOST_OPTIONS]
        return sorted(((key, names[key]) for key in keys), key=lambda pair: pair[1].casefold())

    return Facets(sorted(counted["month"], reverse=True), busiest("company"), busiest("lot"))


def with_named(found: Facets, account: Account, company: str, lot: str) -> Facets:
    """The same, with the company and the lot that an address names (by their keys) when they are not among them."""
    for named, pairs, rows, label in (
        (company, found.companies, Organisation.objects.visible_to(account), "name"),
        (lot, found.lots, Lot.objects.visible_to(account), "title"),
    ):
        try:
            key = UUID(named)
        except ValueError:
            continue
        if key not in dict(pairs):
            pairs += rows.filter(pk=key).values_list("pk", label)
    return found


@dataclass(frozen=True)
class Pile:
    """How many statements wait, with how many hours, and since when the oldest does."""

    count: int
    hours: Decimal
    oldest: dt.datetime | None

    @property
    def days(self) -> int:
        """Whole days that the oldest has waited."""
        return (timezone.now() - self.oldest).days if self.oldest else 0


def pile(account: Account) -> Pile:
    """What waits for a decision: one query."""
    found = (
        Statement.objects.visible_to(account)
        .filter(state__in=WAITING)
        .aggregate(count=Count("pk"), hours=Sum("hours"), oldest=Min("sent_at"))
    )
    return Pile(found["count"], found["hours"] or Decimal(0), found["oldest"])


def to_correct(account: Account) -> QuerySet[Statement]:
    """Rejected and not corrected yet, of one's companies, oldest first."""
    return (
        Statement.objects.visible_to(account)
        .filter(state=StatementState.REJECTED, correction__isnull=True)
        .order_by("decided_at", "pk")
    )


# Versions


@dataclass(frozen=True)
class Version:
    """One version of a month: the statement, what changed from the one before, what was done to it and by whom.

    `allocations` are those that the reader may see; `elsewhere` are the hours that count for lots of others.
    """

    statement: Statement
    before: Statement | None
    allocations: Sequence[Allocation]
    elsewhere: Decimal
    changes: Sequence[StateChange]

    @property
    def hours_difference(self) -> Decimal:
        """Hours more (or fewer, below zero) than the version before."""
        return self.statement.hours - self.before.hours if self.before else Decimal(0)

    @property
    def proof_changed(self) -> bool:
        """Whether another proof came with it."""
        return self.before is not None and (
            self.before.proof_kind != self.statement.proof_kind
            or self.before.proof_digest != self.statement.proof_digest
        )


def versions(statement: Statement, account: Account) -> list[Version]:
    """All versions of the month of a statement, newest first, with their history: three queries."""
    rows: list[Any] = list(
        Statement.objects.visible_to(account)
        .filter(assignment=statement.assignment_id, month=statement.month)
        .annotate(shared=Sum("allocations__hours"))
        .select_related("declared_by", "decided_by")
        .order_by("version")
    )
    changes: dict[Any, list[StateChange]] = defaultdict(list)
    logged = StateChange.objects.filter(
        lifecycle=Statement.lifecycle.name, object_id__in=[row.pk for row in rows]
    )
    for change in logged.select_related("account"):
        changes[change.object_id].append(change)
    parts: dict[Any, list[Allocation]] = defaultdict(list)
    counted = Allocation.objects.visible_to(account).filter(statement__in=rows, hours__gt=0)
    for part in counted.select_related("commitment__organisation", "commitment__clause__lot"):
        parts[part.statement_id].append(part)
    by_key = {row.pk: row for row in rows}
    found = [
        Version(
            row,
            by_key.get(row.corrects_id) if row.corrects_id else None,
            sorted(parts[row.pk], key=lambda part: -part.hours),
            (row.shared or Decimal(0)) - sum((part.hours for part in parts[row.pk]), Decimal(0)),
            changes[row.pk],
        )
        for row in rows
    ]
    return found[::-1]


def after(rows: QuerySet[Any], statement: Statement) -> UUID | None:
    """The statement that follows one in the order of waiting, among `rows`: one query."""
    sent = statement.sent_at
    if sent is None:
        later = Q(sent_at__isnull=True, pk__gt=statement.pk)
    else:
        later = Q(sent_at__gt=sent) | Q(sent_at=sent, pk__gt=statement.pk) | Q(sent_at__isnull=True)
    return in_order(rows.filter(later)).values_list("pk", flat=True).first()


# What a month validated


@dataclass(frozen=True)
class Validated:
    """What was validated in a month for one commitment, and how its lot stands for the company."""

    lot: str
    statements: int
    hours: Decimal
    done: Decimal
    due: Decimal


def _decided_in(month: dt.date) -> QuerySet[Allocation]:
    start = timezone.make_aware(dt.datetime.combine(month, dt.time.min))
    after = timezone.make_aware(dt.datetime.combine(first_of(month + dt.timedelta(days=32)), dt.time.min))
    return Allocation.objects.counted().filter(
        statement__decided_at__gte=start, statement__decided_at__lt=after, hours__gt=0
    )


def validated_in(month: dt.date, organisation: UUID) -> list[Validated]:
    """What was validated of a company in a month, by commitment, most hours first: two queries."""
    grouped = (
        _decided_in(month)
        .filter(commitment__organisation=organisation)
        .order_by()
        .values_list("commitment")
        .annotate(n=Count("pk"), total=Sum("hours"))
    )
    sums = {key: (n, total) for key, n, total in grouped}
    rows = with_commitment_balance(Commitment.objects.filter(pk__in=list(sums)), timezone.localdate())
    found = [
        Validated(row.clause.lot.title, *sums[row.pk], row.done, row.due)
        for row in rows.select_related("clause__lot")
    ]
    return sorted(found, key=lambda row: (-row.hours, row.lot))


def commitments_validated_in(month: dt.date) -> Mapping[UUID, list[Commitment]]:
    """Companies with hours validated in a month, and the commitments that they count for: one query."""
    keys = _decided_in(month).order_by().values("commitment")
    found: dict[UUID, list[Commitment]] = defaultdict(list)
    for row in Commitment.objects.filter(pk__in=keys).order_by("organisation", "pk"):
        found[row.organisation_id].append(row)
    return found
