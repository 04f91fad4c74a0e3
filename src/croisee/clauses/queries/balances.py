"""Hours due, done, waiting and forecast, of lots and of commitments: said once, for every page and report.

Due: the clause's hours, or its ratio × what was ordered. Done: hours counted of validated statements. Waiting: of those
sent and not yet validated, but for corrections of months of which a version counts already. Forecast: what the people
hired will still do until the lot ends, at their weekly hours.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import (
    DecimalField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Least

from croisee.clauses.models import (
    WAITING,
    Allocation,
    Assignment,
    AssignmentState,
    Commitment,
    Lot,
    Order,
    Statement,
    StatementState,
)

HOURS: "DecimalField[Any, Any]" = DecimalField(max_digits=14, decimal_places=2)
ZERO = Value(Decimal(0), output_field=HOURS)
DAYS_A_WEEK = 7


def _sum(rows: QuerySet[Any], expression: Any) -> Expression:
    """The sum of `expression` over the rows that a subquery finds; zero when it finds none."""
    # `annotate` after clearing the order groups all the rows of the subquery in one.
    total = (
        rows.order_by().annotate(one=Value(1)).values("one").annotate(total=Sum(expression)).values("total")
    )
    return Coalesce(Subquery(total, output_field=HOURS), ZERO, output_field=HOURS)


def clause_due(path: str = "clause__", lot: str = "pk") -> Expression:
    """Hours due under a clause at `path`, of the lot at `lot`: fixed, or by what was ordered."""
    ordered = _sum(Order.objects.filter(lot=OuterRef(lot)), F("amount"))
    by_orders = F(f"{path}hours_per_keuro") * ordered / Value(Decimal(1000))
    return Coalesce(F(f"{path}hours_due"), by_orders, ZERO, output_field=HOURS)


def with_balance(lots: QuerySet[Lot], today: dt.date) -> QuerySet[Any]:
    """Lots with `due`, `done`, `waiting`, `forecast` in hours (Decimal), in one query."""
    counted = Allocation.objects.filter(commitment__clause__lot=OuterRef("pk"))
    ahead = Assignment.objects.filter(commitment__clause__lot=OuterRef("pk"))
    return lots.annotate(
        due=clause_due(),
        done=_sum(counted.filter(statement__state=StatementState.VALIDATED), F("hours")),
        waiting=_sum(_waiting(counted), F("hours")),
        forecast=_sum(_working(ahead), _hours_ahead(today, "commitment__clause__lot__ends_on")),
    )


def with_commitment_balance(commitments: QuerySet[Commitment], today: dt.date) -> QuerySet[Any]:
    """Commitments with `due`, `done`, `waiting`, `forecast` in hours (Decimal), in one query.

    A commitment with neither hours nor share owes all the hours of its clause.
    """
    whole = clause_due("clause__", "clause__lot")
    share = whole * F("share") / Value(Decimal(100))
    counted = Allocation.objects.filter(commitment=OuterRef("pk"))
    ahead = Assignment.objects.filter(commitment=OuterRef("pk"))
    return commitments.annotate(
        due=Coalesce(F("hours"), share, whole, output_field=HOURS),
        done=_sum(counted.filter(statement__state=StatementState.VALIDATED), F("hours")),
        waiting=_sum(_waiting(counted), F("hours")),
        forecast=_sum(_working(ahead), _hours_ahead(today, "commitment__clause__lot__ends_on")),
    )


def _waiting(counted: QuerySet[Allocation]) -> QuerySet[Allocation]:
    in_force = Statement.objects.filter(
        assignment=OuterRef("statement__assignment"),
        month=OuterRef("statement__month"),
        state=StatementState.VALIDATED,
    )
    return counted.filter(~Exists(in_force), statement__state__in=WAITING)


def _working(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(state=AssignmentState.HIRED)


def _hours_ahead(today: dt.date, lot_end: str) -> Expression:
    """Weekly hours × weeks from today (or the start, if later) to the end of the contract or of the lot."""
    end = Least(
        Coalesce(F("ends_on"), F(lot_end), Value(today)), Coalesce(F(lot_end), F("ends_on"), Value(today))
    )
    start = Greatest(F("starts_on"), Value(today))
    days = Func(
        end,
        start,
        template="GREATEST(0, %(expressions)s + 1)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    return F("weekly_hours") * days / Value(Decimal(DAYS_A_WEEK))
