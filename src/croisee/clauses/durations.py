"""Months counted on a calendar, and the days on which somebody is eligible: arithmetic of dates, nothing else."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

NO_END = dt.date.max
"""The last day of what has no end yet."""
MONTHS_A_YEAR = 12


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; NO_END as the last where none is known."""

    first: dt.date
    last: dt.date


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later (earlier when negative); the last of the month where it has no such day.

    31 January and one month: 28 or 29 February. ValueError or OverflowError past the calendar.
    """
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day(first: dt.date, months: int) -> dt.date:
    """The last day of a period of so many months (one at least) that begins on `first`.

    The eve of the same day; where the month has no such day, its last one (code de procédure civile, article 641:
    « à défaut d'un quantième identique, le délai expire le dernier jour du mois »). From 1 March, 24 months: 28 or 29
    February. From 31 January, one month: the last of February.
    """
    same = add_months(first, months)
    return same - dt.timedelta(days=1) if same.day == first.day else same


def months_left(day: dt.date, last: dt.date) -> int:
    """How many whole months fit from `day` to `last`, both included; none when it is past."""
    if last < day:
        return 0
    if last == NO_END:
        return MONTHS_A_YEAR * (NO_END.year - day.year)
    found = max(0, (last.year - day.year) * MONTHS_A_YEAR + last.month - day.month - 1)
    while last_day(day, found + 1) <= last:
        found += 1
    return found


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days in as few spans as possible, in order: those that overlap or follow each other are one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and (found[-1].last == NO_END or span.first <= found[-1].last + dt.timedelta(days=1)):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def until(spans: Iterable[Span], day: dt.date) -> dt.date | None:
    """The last day in a row from `day` on that is in one of the spans; None when `day` is in none."""
    return next((span.last for span in merged(spans) if span.first <= day <= span.last), None)


def covered(spans: Iterable[Span], first: dt.date, last: dt.date) -> tuple[Span, ...]:
    """The days from `first` to `last` that are in one of the spans, in order."""
    return tuple(
        Span(max(span.first, first), min(span.last, last))
        for span in merged(spans)
        if span.first <= last and span.last >= first
    )


def age_in_months(of: dt.date, day: dt.date) -> int:
    """How many whole months lie between a date and a later day; negative when it is to come."""
    if of > day:
        return -1
    months = (day.year - of.year) * MONTHS_A_YEAR + day.month - of.month
    return months if add_months(of, months) <= day else months - 1


def is_older_than(of: dt.date, months: int, day: dt.date) -> bool:
    """Whether what is dated `of` is older than so many months on a day."""
    return add_months(of, months) < day


def age_in_years(born: dt.date, day: dt.date) -> int:
    """How old somebody is on a day; who is born on 29 February is older from 1 March in ordinary years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
