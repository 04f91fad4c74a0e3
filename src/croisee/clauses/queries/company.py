"""The home of a company: what it owes and has done, who works, what waits for it."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When

from croisee.clauses.formula import Load
from croisee.clauses.models import (
    FOLLOWED,
    Assignment,
    AssignmentState,
    AuditItem,
    Commitment,
    InclusiveSupplier,
    ItemState,
    NothingDone,
    Penalty,
    PenaltyState,
    Statement,
    StatementState,
)
from croisee.clauses.models.readers import of_company
from croisee.clauses.months import end_of, first_of, last_month
from croisee.clauses.queries.balances import with_commitment_balance
from croisee.clauses.queries.callers import Caller
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.dates import add_months

PER_PAGE = 10
MONTHS_BACK = 12
"""How far back undeclared months are shown: what is older is settled with the facilitateur."""
SUPPLIERS = 3
SUPPLIERS_READ = 400
SIX_MONTHS = 6


@dataclass(frozen=True)
class Month:
    """A month to declare: how many people's hours are missing; none: nobody is known to work, which is to be said."""

    month: dt.date
    people: int


class Side(StrEnum):
    """What a commitment of the page is to the company."""

    OWN = "own"
    """It owes these hours."""
    SUBCONTRACTED = "subcontracted"
    """Another does a part of its hours: figures, nobody's name."""
    EMPLOYING = "employing"
    """People whom it employs work for another: their names, not the figures."""


@dataclass
class Owed:
    """One commitment of the page, with what may be read of it."""

    commitment: Any
    hours_a_day: Decimal | None
    working: list[Assignment] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    suppliers: list[InclusiveSupplier] = field(default_factory=list)

    @property
    def own(self) -> bool:
        """Whether the company owes these hours."""
        return bool(self.commitment.side == Side.OWN)

    @property
    def subcontracted(self) -> bool:
        """Whether another does them for it."""
        return bool(self.commitment.side == Side.SUBCONTRACTED)

    @property
    def left(self) -> Decimal:
        """Hours still to be done, what waits for a check being done."""
        row = self.commitment
        left: Decimal = row.due - row.done - row.waiting
        return max(Decimal(0), left)

    def load(self, hours: Decimal) -> Load | None:
        """Hours in days and people; None while the hours of a day are not known."""
        return Load(hours, self.hours_a_day) if self.hours_a_day else None

    @property
    def due_in(self) -> Load | None:
        """What is due, in days and people."""
        return self.load(self.commitment.due)

    @property
    def left_in(self) -> Load | None:
        """What is left, in days and people."""
        return self.load(self.left)

    @property
    def people_for_six_months(self) -> Decimal | None:
        """Full-time people whose six months do what is left, to the tenth."""
        return self.left_in.people(SIX_MONTHS) if self.left_in else None

    @property
    def percent_done(self) -> float:
        """Hours validated for a hundred due, at most 100."""
        due = self.commitment.due
        return min(100.0, float(100 * self.commitment.done / due)) if due else 0.0

    @property
    def percent_sent(self) -> float:
        """Hours validated or sent for a hundred due, at most 100."""
        row = self.commitment
        return min(100.0, float(100 * (row.done + row.waiting) / row.due)) if row.due else 0.0

    @property
    def followed(self) -> bool:
        """Whether the lot is under way."""
        return self.commitment.clause.lot.state in FOLLOWED


def commitments(caller: Caller, today: dt.date) -> QuerySet[Any]:
    """What a page of the company goes through, with `side` and balance: those under way first, soonest to end."""
    lot = "clause__lot__"
    rows: QuerySet[Any]
    if caller.account is None:
        rows = caller.commitments().annotate(side=Value(Side.OWN))
    else:
        own, above = (
            of_company(caller.account, "organisation"),
            of_company(caller.account, "of__organisation"),
        )
        employed = Q(pk__in=caller.assignments().values("commitment"))
        side = Case(
            When(own, then=Value(Side.OWN)),
            When(above, then=Value(Side.SUBCONTRACTED)),
            default=Value(Side.EMPLOYING),
            output_field=CharField(),
        )
        rows = Commitment.objects.filter(own | above | employed).annotate(side=side)
    rows = rows.select_related("organisation", f"{lot}contract__operation__facilitateur")
    closed = Case(When(**{f"{lot}state__in": FOLLOWED}, then=Value(0)), default=Value(1))
    return with_commitment_balance(rows, today).order_by(closed, f"{lot}ends_on", "clause", "part", "pk")


def owed(caller: Caller, rows: Sequence[Any], hours_a_day: Decimal | None, today: dt.date) -> list[Owed]:
    """What the page says of each of these commitments, in three queries."""
    made = {row.pk: Owed(row, hours_a_day) for row in rows}
    under_way = [row for row in rows if row.clause.lot.state in FOLLOWED and row.side != Side.SUBCONTRACTED]
    contracts = list(
        caller.assignments()
        .filter(commitment__in=[row.pk for row in under_way])
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=add_months(first_of(today), -MONTHS_BACK)))
        .select_related("participant__person", "employer")
        .order_by("participant__person__family_name", "pk")
    )
    for contract in contracts:
        if _works(contract, today):
            made[contract.commitment_id].working.append(contract)
    for key, months in _months(under_way, contracts, today).items():
        made[key].months = months
    for key, suppliers in _suppliers([row for row in under_way if row.side == Side.OWN]).items():
        made[key].suppliers = suppliers
    return list(made.values())


def companies(rows: Iterable[Owed]) -> list[Organisation]:
    """The companies of the page that the reader acts for: those that owe, and those that employ for others."""
    found = {one.commitment.organisation for one in rows if one.own}
    found |= {
        contract.employer for one in rows if one.commitment.side == Side.EMPLOYING for contract in one.working
    }
    return sorted(found, key=lambda one: one.name)


def _works(contract: Assignment, today: dt.date) -> bool:
    return (
        contract.state == AssignmentState.HIRED
        and contract.starts_on <= today
        and (contract.ends_on is None or contract.ends_on >= today)
    )


def _months(rows: Sequence[Any], contracts: Sequence[Assignment], today: dt.date) -> dict[UUID, list[Month]]:
    """The months to declare of each commitment, oldest first; months over alone."""
    latest = last_month(today)
    oldest = add_months(latest, 1 - MONTHS_BACK)
    settled = _settled(rows, contracts, oldest)
    missing: dict[tuple[UUID, dt.date], int] = defaultdict(int)
    worked: set[tuple[UUID, dt.date]] = set()
    for contract in contracts:
        for month in _months_of(contract, oldest, latest):
            place = (contract.commitment_id, month)
            worked.add(place)
            if (contract.pk, month) not in settled and place not in settled:
                missing[place] += 1
    for row in rows:
        place = (row.pk, latest)
        awaited = row.side == Side.OWN and row.due > row.done and _covers(row, latest)
        if awaited and place not in worked and place not in settled:
            missing[place] = 0
    found: dict[UUID, list[Month]] = defaultdict(list)
    for (key, month), people in sorted(missing.items(), key=lambda item: item[0][1]):
        found[key].append(Month(month, people))
    return found


def _settled(
    rows: Sequence[Any], contracts: Sequence[Assignment], oldest: dt.date
) -> set[tuple[UUID, dt.date]]:
    """Months with hours sent, by contract, and months without work, by commitment: one query for both."""
    sent = (
        Statement.objects.filter(assignment__in=[one.pk for one in contracts], month__gte=oldest)
        .exclude(state=StatementState.DRAFT)
        .order_by()
        .values_list("assignment", "month")
    )
    said = NothingDone.objects.filter(commitment__in=[row.pk for row in rows], month__gte=oldest)
    return set(sent.union(said.order_by().values_list("commitment", "month")))


def _months_of(contract: Assignment, oldest: dt.date, latest: dt.date) -> Iterable[dt.date]:
    month = max(oldest, first_of(contract.starts_on))
    last = min(latest, contract.ends_on or latest)
    while month <= last:
        yield month
        month = add_months(month, 1)


def _covers(row: Any, month: dt.date) -> bool:
    lot = row.clause.lot
    return (lot.starts_on is None or lot.starts_on <= end_of(month)) and (
        lot.ends_on is None or lot.ends_on >= month
    )


def _suppliers(rows: Sequence[Any]) -> Mapping[UUID, list[InclusiveSupplier]]:
    """The nearest inclusive suppliers of the trade of each lot; by name where no place is known. They are published."""
    trades = {row.clause.lot.trade for row in rows}
    if not trades:
        return {}
    known = InclusiveSupplier.objects.filter(trades__overlap=sorted(trades)).order_by("name")
    everyone = list(known.only("name", "kind", "website", "lon", "lat", "trades")[:SUPPLIERS_READ])
    found = {}
    for row in rows:
        operation = row.clause.lot.contract.operation
        fitting = [one for one in everyone if row.clause.lot.trade in one.trades]
        found[row.pk] = sorted(fitting, key=lambda one: _metres(one, operation))[:SUPPLIERS]
    return found


def _metres(supplier: Any, operation: Any) -> float:
    """About how far, to compare; what has no place comes last."""
    if None in (supplier.lon, supplier.lat, operation.lon, operation.lat):
        return math.inf
    east = (supplier.lon - operation.lon) * math.cos(math.radians(operation.lat))
    return math.hypot(east, supplier.lat - operation.lat)


def rejected(caller: Caller) -> QuerySet[Statement]:
    """Statements that wait for a correction, with the reason: the last version of their month."""
    return (
        Statement.objects.filter(
            assignment__in=caller.assignments(), state=StatementState.REJECTED, correction__isnull=True
        )
        .select_related("assignment__participant__person", "assignment__commitment__organisation")
        .order_by("month", "pk")
    )


def penalties(caller: Caller) -> QuerySet[Penalty]:
    """Penalties that the company was told of and that are not settled."""
    rows = Penalty.objects.filter(state=PenaltyState.NOTIFIED)
    if caller.account is None:
        rows = rows.filter(commitment__in=caller.commitments())
    else:
        rows = rows.filter(of_company(caller.account, "commitment__organisation"))
    return rows.select_related("commitment__clause__lot").order_by("counted_on", "pk")


def findings(account: Account) -> QuerySet[AuditItem]:
    """Findings of audits that wait for the company's answer."""
    return (
        AuditItem.objects.visible_to(account)
        .filter(state=ItemState.CHALLENGED)
        .filter(
            of_company(
                account, "statement__assignment__employer", "statement__assignment__commitment__organisation"
            )
        )
        .select_related("statement__assignment__participant__person")
        .order_by("answer_by", "pk")
    )


def hours_of(statements: QuerySet[Statement]) -> QuerySet[Any]:
    """Statements as the company or the person reads them, the last version of each first said."""
    later = Statement.objects.filter(corrects=OuterRef("pk")).values("state")
    return statements.select_related(
        "assignment__participant__person",
        "assignment__employer",
        "assignment__commitment__clause__lot",
        "decided_by",
        "corrects",
    ).annotate(later=Subquery(later[:1]))
