"""What the rules of `croisee.clauses.anomalies` need, gathered for many statements at once in four queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, OuterRef, QuerySet, Subquery, Sum, UUIDField, Value

from croisee.clauses.anomalies import Anomaly, Known, Stated, anomalies
from croisee.clauses.durations import Span
from croisee.clauses.models import (
    CLOSED,
    HIRED,
    WAITING,
    Allocation,
    Eligibility,
    Figure,
    Parameter,
    Statement,
    StatementState,
)
from croisee.clauses.queries.eligibility import counting
from croisee.foundation.dates import NO_END

LIVING = (*WAITING, StatementState.VALIDATED)
"""States of what is declared and not refused."""
Asked = tuple[UUID, UUID, dt.date]
"""A statement, its participant, its month."""
_EMPLOYER = "assignment__employer__name"
_LOT = "assignment__commitment__clause__lot__"
_FIELDS = (
    "pk",
    "assignment__participant_id",
    "assignment_id",
    "month",
    "hours",
    "version",
    _EMPLOYER,
    f"{_LOT}title",
    "assignment__starts_on",
    "assignment__ends_on",
    f"{_LOT}starts_on",
    f"{_LOT}ends_on",
    f"{_LOT}state",
    "assignment__state",
    "assignment__weekly_hours",
    "proof_kind",
    "proof",
    "proof_digest",
    "counted",
    "assignment__commitment__clause__publics",
)


class Among(Func):
    """Whether a column is one of many keys, sent as one array: thousands cost no more than one to send."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field: "BooleanField[Any, Any]" = BooleanField()

    def __init__(self, column: str, keys: Iterable[UUID]) -> None:
        super().__init__(F(column), Value(list(keys), output_field=ArrayField(UUIDField())))


def asked(rows: QuerySet[Statement], most: int | None = None) -> list[Asked]:
    """The statements of a query set (the first ones, if `most` says so), as `anomalies_of` takes them: one query."""
    chosen = rows.order_by() if most is None else rows
    return list(chosen.values_list("pk", "assignment__participant_id", "month")[:most])


def anomalies_of(rows: Iterable[Asked], today: dt.date) -> dict[UUID, tuple[Anomaly, ...]]:
    """What is odd about each statement that is sent, checked or validated; others are left out. Four queries."""
    stated, known = gathered(rows, today)
    return {key: anomalies(row, known) for key, row in stated.items()}


def gathered(rows: Iterable[Asked], today: dt.date) -> tuple[dict[UUID, Stated], Known]:
    """The statements asked for as rules read them, and what they are compared with: four queries at most."""
    wanted = list(rows)
    if not wanted:
        return {}, Known(today)
    keys = {key for key, _participant, _month in wanted}
    participants = {participant for _key, participant, _month in wanted}
    living = Statement.objects.filter(state__in=LIVING).order_by()
    beside = _stated(
        living.filter(
            Among("assignment__participant", participants), month__in={month for _key, _who, month in wanted}
        )
    )
    here: dict[Any, Stated] = {row.key: row for row in beside if row.key in keys}
    digests = {row.digest for row in here.values()} - {""}
    most, tolerance = _figures({row.month for row in here.values()})
    known = Known(
        today=today,
        beside=_by(beside, lambda row: (row.participant, row.month)),
        files=_by(
            _stated(living.filter(proof_digest__in=digests)) if digests else [], lambda row: row.digest
        ),
        eligible=_eligible(participants),
        most_hours=most,
        tolerance=tolerance,
    )
    return here, known


def _by(rows: Iterable[Stated], key: Any) -> dict[Any, list[Stated]]:
    found: dict[Any, list[Stated]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _stated(rows: QuerySet[Statement]) -> list[Stated]:
    total = (
        Allocation.objects.filter(statement=OuterRef("pk"))
        .order_by()
        .values("statement")
        .annotate(total=Sum("hours"))
        .values("total")
    )
    read = rows.annotate(counted=Subquery(total)).values_list(*_FIELDS)
    return [_row(*values) for values in read]


def _row(
    key: UUID,
    participant: UUID,
    assignment: UUID,
    month: dt.date,
    hours: Decimal,
    version: int,
    employer: str,
    lot: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    lot_starts: dt.date | None,
    lot_ends: dt.date | None,
    lot_state: str,
    state: str,
    weekly_hours: Decimal,
    proof_kind: str,
    proof: str,
    digest: str,
    counted: Decimal | None,
    publics: list[str],
) -> Stated:
    return Stated(
        key=key,
        participant=participant,
        assignment=assignment,
        month=month,
        hours=hours,
        version=version,
        employer=employer,
        lot=lot,
        contract=Span(starts_on, ends_on or NO_END),
        lot_days=Span(lot_starts or dt.date.min, lot_ends or NO_END),
        lot_closed=lot_state in CLOSED,
        hired=state in HIRED,
        weekly_hours=weekly_hours,
        proof_kind=proof_kind,
        has_file=bool(proof),
        digest=digest,
        counted=counted,
        publics=frozenset(publics),
    )


def _eligible(participants: Iterable[UUID]) -> Mapping[Hashable, Mapping[str, list[Span]]]:
    rows = counting(Eligibility.objects.filter(Among("participant", participants))).order_by()
    found: dict[Hashable, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for participant, criterion, first, last in rows.values_list(
        "participant_id", "criterion", "starts_on", "ends_on"
    ):
        if first is not None:
            found[participant][criterion].append(Span(first, last or NO_END))
    return found


def _figures(months: Iterable[dt.date]) -> tuple[dict[dt.date, Decimal], dict[dt.date, Decimal]]:
    """The hours of a month at most, and the tolerance in per cent, by month: one query."""
    rows = list(
        Parameter.objects.filter(figure__in=(Figure.MONTHLY_HOURS, Figure.HOURS_TOLERANCE), key="")
        .order_by(F("valid_from").asc())
        .values_list("figure", "value", "valid_from", "valid_until")
    )
    most: dict[dt.date, Decimal] = {}
    tolerance: dict[dt.date, Decimal] = {}
    for month in months:
        for figure, value, first, last in rows:
            if first <= month and (last is None or month <= last):
                (most if figure == Figure.MONTHLY_HOURS else tolerance)[month] = value
    return most, tolerance
