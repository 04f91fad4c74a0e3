"""What the pages of operations, contracts, lots and commitments read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from croisee.clauses.models import (
    HIRED,
    Allocation,
    Assignment,
    Clause,
    Commitment,
    Contract,
    Figure,
    Lot,
    Operation,
    Order,
    Part,
    Penalty,
    Programme,
    StatementState,
)
from croisee.clauses.models.readers import is_facilitateur, of_buyer
from croisee.clauses.queries import parameters
from croisee.clauses.queries.balances import HOURS, ZERO, with_commitment_balance
from croisee.clauses.queries.lights import with_light
from croisee.directory.models import Residence
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import HELD_IN, Role
from croisee.foundation.lifecycles.models import StateChange

BUYER_OF: dict[type[Model], str] = {
    Operation: "buyer",
    Contract: "operation__buyer",
    Lot: "contract__operation__buyer",
    Order: "lot__contract__operation__buyer",
    Clause: "lot__contract__operation__buyer",
    Commitment: "clause__lot__contract__operation__buyer",
    Penalty: "commitment__clause__lot__contract__operation__buyer",
}
"""Where the buyer of each is."""
M = TypeVar("M", bound=Model)


def steered(model: type[M], account: Account) -> QuerySet[M]:
    """The rows that `account` writes: a facilitateur all, a buyer those of the organisations it buys for.

    Who also works for a company sees its contracts elsewhere, and changes nothing in them.
    """
    rows: QuerySet[M] = model._default_manager.all()
    return rows if is_facilitateur(account) else rows.filter(of_buyer(account, BUYER_OF[model]))


def buyers_for(account: Account) -> QuerySet[Organisation]:
    """Whose operations `account` may write: one's own organisations; for a facilitateur, whoever can buy."""
    if is_facilitateur(account):
        return Organisation.objects.filter(kind__in=HELD_IN[Role.BUYER]).order_by("name")
    return account.organisations(Role.BUYER).order_by("name")


def facilitateurs() -> QuerySet[Account]:
    """Those who follow clauses today."""
    held = Membership.objects.active().filter(role=Role.FACILITATEUR).values("account")
    found: QuerySet[Account] = Account.objects.filter(pk__in=held, is_active=True).order_by("name", "email")
    return found


# One operation


@dataclass(frozen=True)
class Target:
    """The separate target of an operation of urban renewal: hours for residents of priority neighbourhoods.

    `share` is in per cent of all hours worked (charte nationale d'insertion de l'ANRU); `worked` is estimated from the
    amounts of the lots, their labour shares and the cost of an hour; `done` was validated for residents.
    """

    share: Decimal
    worked: Decimal
    target: Decimal
    done: Decimal
    validated: Decimal
    to_confirm: bool

    @property
    def percent(self) -> float:
        """How much of the target is reached, from 0 to 100."""
        return min(100.0, float(100 * self.done / self.target)) if self.target else 0.0

    @property
    def share_of_validated(self) -> float:
        """What part of the hours validated was done by residents, in per cent."""
        return float(100 * self.done / self.validated) if self.validated else 0.0


def target_of(operation: Operation, today: dt.date) -> Target | None:
    """The target of an operation of urban renewal and how far it is reached; None for another programme."""
    if operation.programme == Programme.ORDINARY:
        return None
    try:
        share = parameters.in_force(Figure.SHARE_TARGET, operation.programme, on=today)
        cost = parameters.value(Figure.HOURLY_COST, on=today)
    except parameters.NoFigure:
        return None
    labour = parameters.values(Figure.LABOUR_SHARE, on=today)
    amounts = Lot.objects.filter(contract__operation=operation, amount__isnull=False)
    worked = sum(
        (
            amount * labour.get(trade, Decimal(0)) / 100 / cost
            for trade, amount in amounts.values_list("trade", "amount")
        ),
        Decimal(0),
    )
    counted = Allocation.objects.counted().filter(commitment__clause__lot__contract__operation=operation)
    sums = counted.aggregate(
        every=Sum("hours"), own=Sum("hours", filter=Q(statement__assignment__residence=Residence.YES))
    )
    return Target(
        share=share.value,
        worked=worked,
        target=worked * share.value / 100,
        done=sums["own"] or Decimal(0),
        validated=sums["every"] or Decimal(0),
        to_confirm=share.to_confirm,
    )


def contracts_of(operation: Operation) -> QuerySet[Contract]:
    """Its contracts, the newest first."""
    return Contract.objects.filter(operation=operation).order_by("-consulted_on", "title")


def lots_of_operation(operation: Operation, today: dt.date) -> list[Any]:
    """The lots of all its contracts with their hours and lights, contract by contract."""
    found = with_light(Lot.objects.filter(contract__operation=operation), today, few=True)
    return list(found.select_related("contract").order_by("contract__title", "contract", "number"))


def lots_of(contract: Contract, today: dt.date) -> list[Any]:
    """The lots of a contract with their hours and lights."""
    found = with_light(Lot.objects.filter(contract=contract), today, few=True)
    return list(found.select_related("contract", "clause").order_by("number"))


# One lot


@dataclass
class Company:
    """A commitment of a lot with its hours, and the subcontractors whose hours are among its own."""

    commitment: Any
    subcontractors: list["Company"] = field(default_factory=list)

    @property
    def due(self) -> Decimal:
        """Hours that this company owes."""
        return Decimal(self.commitment.due)

    @property
    def done(self) -> Decimal:
        """Hours validated for it and for those who work for it."""
        return Decimal(self.commitment.done) + sum((one.done for one in self.subcontractors), Decimal(0))

    @property
    def waiting(self) -> Decimal:
        """Hours sent and not yet validated, for it and for those who work for it."""
        return Decimal(self.commitment.waiting) + sum(
            (one.waiting for one in self.subcontractors), Decimal(0)
        )

    @property
    def forecast(self) -> Decimal:
        """What the people hired will still do, for it and for those who work for it."""
        return Decimal(self.commitment.forecast) + sum(
            (one.forecast for one in self.subcontractors), Decimal(0)
        )

    @property
    def missing(self) -> Decimal:
        """Hours due that are neither done nor waiting."""
        return max(Decimal(0), self.due - self.done)

    @property
    def percent(self) -> float:
        """What part of its hours is done, from 0 to 100."""
        return min(100.0, float(100 * self.done / self.due)) if self.due else 0.0


def companies_of(clause: Clause | None, today: dt.date) -> list[Company]:
    """Who is committed, holders first, each with its subcontractors below it."""
    if clause is None:
        return []
    found = with_commitment_balance(Commitment.objects.filter(clause=clause), today)
    rows = found.select_related("organisation").annotate(hired=_hired()).order_by("organisation__name")
    companies = {row.pk: Company(row) for row in rows}
    for company in companies.values():
        if company.commitment.of_id in companies:
            companies[company.commitment.of_id].subcontractors.append(company)
    principals = [one for one in companies.values() if one.commitment.of_id is None]
    return sorted(
        principals, key=lambda one: (one.commitment.part != Part.HOLDER, one.commitment.organisation.name)
    )


def _hired() -> Any:
    return Count("assignments", filter=Q(assignments__state__in=HIRED), distinct=True)


def flattened(companies: Sequence[Company]) -> list[Company]:
    """Every company of a lot, each followed by its subcontractors, at any depth."""
    return [one for company in companies for one in (company, *flattened(company.subcontractors))]


def gap(clause: Clause, companies: Sequence[Company], due: Decimal) -> Decimal:
    """Hours of the clause that no holder or co-contractor is committed to (negative: more than the clause asks)."""
    return due - sum((company.due for company in companies), Decimal(0))


def months_of(rows: QuerySet[Allocation]) -> list[tuple[dt.date, Decimal]]:
    """Hours validated in each month from the first to the last that has some, months without any included."""
    found = dict(
        rows.filter(statement__state=StatementState.VALIDATED)
        .order_by()
        .values_list("statement__month")
        .annotate(total=Sum("hours"))
    )
    if not found:
        return []
    month, last = min(found), max(found)
    series = []
    while month <= last:
        series.append((month, found.get(month, Decimal(0))))
        month = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return series


def people_of(lot: Lot) -> QuerySet[Assignment]:
    """Who works or worked for a lot, with the hours validated of each: for facilitateurs alone."""
    hours = (
        Allocation.objects.counted()
        .filter(statement__assignment=OuterRef("pk"), commitment__clause__lot=lot)
        .order_by()
        .values("statement__assignment")
        .annotate(total=Sum("hours"))
        .values("total")
    )
    found = Assignment.objects.filter(commitment__clause__lot=lot, state__in=HIRED)
    return (
        found.select_related("participant__person", "employer", "commitment__organisation")
        .annotate(counted=_or_zero(hours))
        .order_by("-starts_on", "pk")
    )


def _or_zero(hours: Any) -> Any:
    return Coalesce(Subquery(hours, output_field=HOURS), ZERO, output_field=HOURS)


def changes_of(*rows: Model) -> QuerySet[StateChange]:
    """The changes of state of several things, newest first."""
    return (
        StateChange.objects.filter(object_id__in=[row.pk for row in rows])
        .select_related("account")
        .order_by("-at")
    )
