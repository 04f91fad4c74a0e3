"""Who benefits: residents of priority neighbourhoods, women, young and older people, from eligible to hired, by year.

It is a monitor: it chooses nobody. Facilitateurs read exact figures; for others, figures that would tell of fewer than
five people are not shown (`engine.suppression`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import HIRED, Allocation, Assignment, Eligibility, StatementState
from croisee.clauses.queries.eligibility import counting
from croisee.directory.models import Residence, Sex
from croisee.engine.suppression import FEWEST, is_small

YEARS = 5
"""How many years are shown, this one among them."""
YOUNG, OLDER = 26, 50
GROUPS: Mapping[str, str | Promise] = {
    "qpv": _("Residents of priority neighbourhoods"),
    "women": _("Women"),
    "young": _("Under 26"),
    "older": _("50 or older"),
}
STAGES: Mapping[str, str | Promise] = {
    "eligible": _("Eligible"),
    "proposed": _("Proposed to companies"),
    "hired": _("Hired"),
}


@dataclass(frozen=True)
class Cell:
    """How many of a group among those of a stage in a year. `part` is None where it is not shown."""

    part: int | None
    whole: int | None

    @property
    def percent(self) -> float | None:
        """The share, in per cent; None where there is nobody or nothing to show."""
        return 100 * self.part / self.whole if self.part is not None and self.whole else None


@dataclass(frozen=True)
class Row:
    """A year of a stage: everyone, and each group."""

    year: int
    whole: int | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class HoursRow:
    """The hours validated in a year: all; of residents; in works that are in a neighbourhood. None: not shown."""

    year: int
    hours: Decimal | None
    residents: Decimal | None
    works: Decimal | None

    def percent(self, part: Decimal | None) -> float | None:
        """The share of a part, in per cent."""
        return float(100 * part / self.hours) if part is not None and self.hours else None

    @property
    def residents_percent(self) -> float | None:
        """The share of hours done by residents."""
        return self.percent(self.residents)

    @property
    def works_percent(self) -> float | None:
        """The share of hours done in works that are in a neighbourhood."""
        return self.percent(self.works)


@dataclass(frozen=True)
class Monitor:
    """What the page shows: by stage, the years, newest first; and the hours."""

    stages: Mapping[str, Sequence[Row]]
    hours: Sequence[HoursRow]
    exact: bool


def monitor(today: dt.date, *, exact: bool) -> Monitor:
    """The figures of the last years; `exact` for those who follow the people one by one. Four queries."""
    years = [today.year - number for number in range(YEARS)]
    counts = {"eligible": _eligible(years), "proposed": _proposed(years), "hired": _hired(years)}
    shown = {
        stage: [_row(year, rows.get(year, {}), exact) for year in years] for stage, rows in counts.items()
    }
    return Monitor(shown, _hours(years, exact), exact)


def _row(year: int, counts: Mapping[str, int], exact: bool) -> Row:
    whole = counts.get("whole", 0)
    cells = {group: _cell(counts.get(group, 0), whole, exact) for group in GROUPS}
    hides_all = not exact and is_small(whole)
    return Row(year, None if hides_all else whole, cells)


def _cell(part: int, whole: int, exact: bool) -> Cell:
    """A group beside its whole; hidden when the group, or all the others, are one to four people."""
    if not exact and (is_small(whole) or is_small(part) or is_small(whole - part)):
        return Cell(None, None if is_small(whole) else whole)
    return Cell(part, whole)


def _age(day: str, born: str) -> Func:
    """The age in years on a day."""
    return Func(
        F(day), F(born), template="EXTRACT(YEAR FROM AGE(%(expressions)s))", output_field=IntegerField()
    )


def _conditions(residence: str) -> dict[str, Q]:
    return {
        "whole": Q(),
        "qpv": Q(**{residence: Residence.YES}),
        "women": Q(participant__person__profile__sex=Sex.WOMAN),
        "young": Q(age__lt=YOUNG),
        "older": Q(age__gte=OLDER),
    }


def _eligible(years: Sequence[int]) -> dict[int, dict[str, int]]:
    """People eligible on a day of the year at least; their age on the day from which hours count."""
    rows = counting(Eligibility.objects.all()).annotate(
        age=_age("starts_on", "participant__person__birth_date")
    )
    conditions = _conditions("participant__person__residence")
    asked = {}
    for year in years:
        during = Q(starts_on__lte=dt.date(year, 12, 31)) & (
            Q(ends_on__isnull=True) | Q(ends_on__gte=dt.date(year, 1, 1))
        )
        for name, condition in conditions.items():
            asked[f"{name}_{year}"] = Count("participant", distinct=True, filter=during & condition)
    found = rows.aggregate(**asked)
    return {year: {name: found[f"{name}_{year}"] for name in conditions} for year in years}


def _proposed(years: Sequence[int]) -> dict[int, dict[str, int]]:
    """People proposed to a company in the year, for a need."""
    rows = Assignment.objects.filter(need__isnull=False, created_at__year__gte=min(years))
    return _by_year(rows.annotate(year=ExtractYear("created_at")))


def _hired(years: Sequence[int]) -> dict[int, dict[str, int]]:
    """People whose contract begins in the year."""
    rows = Assignment.objects.filter(state__in=HIRED, starts_on__gte=dt.date(min(years), 1, 1))
    return _by_year(rows.annotate(year=ExtractYear("starts_on")))


def _by_year(rows: QuerySet[Any]) -> dict[int, dict[str, int]]:
    """Distinct people by year; residence as frozen in the assignment, age on the first day of the contract."""
    counts = {
        name: Count("participant", distinct=True, filter=condition)
        for name, condition in _conditions("residence").items()
    }
    found = (
        rows.annotate(age=_age("starts_on", "participant__person__birth_date"))
        .order_by()
        .values("year")
        .annotate(**counts)
    )
    return {row["year"]: row for row in found}


def _hours(years: Sequence[int], exact: bool) -> list[HoursRow]:
    """Hours validated by year of work: all, of residents, in works of neighbourhoods; and of how many people."""
    residents = Q(statement__assignment__residence=Residence.YES)
    works = Q(commitment__clause__lot__contract__operation__in_qpv=Residence.YES)
    person = "statement__assignment__participant"
    found = (
        Allocation.objects.filter(
            statement__state=StatementState.VALIDATED, statement__month__gte=dt.date(min(years), 1, 1)
        )
        .annotate(year=ExtractYear("statement__month"))
        .order_by()
        .values("year")
        .annotate(
            all_hours=Sum("hours"),
            residents=Sum("hours", filter=residents, default=Decimal(0)),
            works=Sum("hours", filter=works, default=Decimal(0)),
            people=Count(person, distinct=True),
            of_residents=Count(person, distinct=True, filter=residents),
            of_others=Count(person, distinct=True, filter=~residents),
            of_works=Count(person, distinct=True, filter=works),
            elsewhere=Count(person, distinct=True, filter=~works),
        )
    )
    by_year = {row["year"]: row for row in found}
    return [_hours_row(year, by_year.get(year), exact) for year in years]


def _hours_row(year: int, row: Mapping[str, Any] | None, exact: bool) -> HoursRow:
    if row is None:
        return HoursRow(year, Decimal(0), Decimal(0), Decimal(0))
    told = exact or not is_small(row["people"])
    by_home = exact or not (is_small(row["of_residents"]) or is_small(row["of_others"]))
    by_works = exact or not (is_small(row["of_works"]) or is_small(row["elsewhere"]))
    return HoursRow(
        year,
        row["all_hours"] if told else None,
        row["residents"] if told and by_home else None,
        row["works"] if told and by_works else None,
    )


__all__ = ["FEWEST", "GROUPS", "STAGES", "Cell", "HoursRow", "Monitor", "Row", "monitor"]
