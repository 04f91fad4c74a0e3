"""What the screen of a month shows: each person at work, what is declared, what to pay attention to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.durations import Span
from croisee.clauses.models import (
    Assignment,
    Commitment,
    Figure,
    NothingDone,
    Parameter,
    Statement,
    StatementState,
)
from croisee.clauses.months import end_of
from croisee.clauses.queries.callers import Caller
from croisee.clauses.queries.eligibility import eligible_spans
from croisee.clauses.queries.missing import at_work
from croisee.clauses.wording import state_text
from croisee.foundation.dates import NO_END


@dataclass(frozen=True)
class Limits:
    """The figures that hours of a month are compared with: most hours of a person, hours in a day; None: unknown."""

    most: Decimal | None
    hours_a_day: Decimal | None

    @classmethod
    def on(cls, day: dt.date) -> "Limits":
        """Those in force on a day, else the last that were: a figure ended too early closes no screen. One query."""
        wanted = (Figure.MONTHLY_HOURS, Figure.HOURS_A_DAY)
        rows = Parameter.objects.filter(figure__in=wanted, key="", valid_from__lte=day)
        known = {row.figure: row.value for row in rows.order_by("valid_from")}
        return cls(known.get(Figure.MONTHLY_HOURS), known.get(Figure.HOURS_A_DAY))


@dataclass
class Line:
    """One person of the month: the contract, the last version of the statement if there is one, what to see to."""

    assignment: Assignment
    statement: Statement | None
    warnings: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The person."""
        return str(self.assignment.participant)

    @property
    def state(self) -> str:
        """The state of the statement; empty without one."""
        return str(self.statement.state) if self.statement else ""

    @property
    def told(self) -> str:
        """Where the statement stands, in words; empty without one."""
        return state_text(self.statement) if self.statement else ""

    @property
    def editable(self) -> bool:
        """Whether hours may be written: nothing yet, or a draft."""
        return self.statement is None or self.statement.state == StatementState.DRAFT

    @property
    def rejected(self) -> bool:
        """Whether a correction is waited for."""
        return self.state == StatementState.REJECTED

    @property
    def validated(self) -> bool:
        """Whether the hours count already: a correction makes a new version."""
        return self.state == StatementState.VALIDATED

    @property
    def retractable(self) -> bool:
        """Whether what was sent may still be taken back."""
        return self.state == StatementState.SENT


def lines(caller: Caller, commitment: Commitment, month: dt.date, limits: Limits) -> list[Line]:
    """Everybody at work under a commitment in a month, by name, in three queries."""
    rows = list(with_month(at_work(caller.assignments().filter(commitment=commitment), month), month))
    spans = eligible_spans([row.participant_id for row in rows])
    made = []
    for row in rows:
        statement = last_version(row)
        line = Line(row, statement)
        hours = statement.hours if statement else None
        line.warnings = warnings(row, month, hours, limits, spans.get(row.participant_id, ()))
        made.append(line)
    return made


def with_month(assignments: QuerySet[Assignment], month: dt.date) -> QuerySet[Assignment]:
    """Assignments with their people, and the versions of the month's statement as `of_month`."""
    versions = Statement.objects.filter(month=month).select_related("decided_by").order_by("version")
    return (
        assignments.select_related("participant__person", "employer", "commitment__clause__lot")
        .prefetch_related(Prefetch("statements", versions, to_attr="of_month"))
        .order_by("participant__person__family_name", "participant__person__given_name", "starts_on", "pk")
    )


def last_version(assignment: Assignment) -> Statement | None:
    """The last version of the month's statement, of an assignment read by `with_month`."""
    versions: list[Statement] = assignment.of_month  # type: ignore[attr-defined]  # prefetched
    return versions[-1] if versions else None


def warnings(
    assignment: Assignment,
    month: dt.date,
    hours: Decimal | None,
    limits: Limits,
    spans: Sequence[Span],
) -> list[str]:
    """What to look at before sending, in sentences; nothing of it keeps anybody from sending.

    More hours than the law allows in a month (code du travail L3121-20); days of the month on which the person is not
    eligible: hours of those days may not count.
    """
    found = []
    if hours is not None and limits.most is not None and hours > limits.most:
        found.append(
            _(
                "%(hours)s is more than the %(most)s that the law allows a person in a month: check the figure."
            )
            % {"hours": hours_text(hours), "most": hours_text(limits.most)}
        )
    if told := _eligibility(assignment, month, spans):
        found.append(told)
    return found


def _eligibility(assignment: Assignment, month: dt.date, spans: Sequence[Span]) -> str:
    """Until when hours count, when that is before the last day worked in the month; empty when all may count."""
    first = max(month, assignment.starts_on)
    last = min(end_of(month), assignment.ends_on or NO_END)
    if not spans:
        return _("Whether these hours count is not checked yet: the facilitateur must check it first.")
    covering = [span for span in spans if span.first <= last and span.last >= first]
    if not covering:
        if spans[-1].last < first:
            return _(
                "Hours counted until %(day)s. Send these all the same, and ask the facilitateur whether that can be "
                "prolonged."
            ) % {"day": date_format(spans[-1].last, "DATE_FORMAT")}
        return _("Hours count from %(day)s only: ask the facilitateur about those before.") % {
            "day": date_format(spans[0].first, "DATE_FORMAT")
        }
    if covering[-1].last < last:
        return _("Hours count until %(day)s: ask the facilitateur about those after.") % {
            "day": date_format(covering[-1].last, "DATE_FORMAT")
        }
    return ""


def nothing_done(commitment: Commitment, month: dt.date) -> bool:
    """Whether the company said that nobody worked."""
    return NothingDone.objects.filter(commitment=commitment, month=month).exists()
