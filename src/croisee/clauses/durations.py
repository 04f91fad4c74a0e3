"""The days on which somebody is eligible: arithmetic of dates, nothing else."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from croisee.foundation.dates import NO_END, add_months


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; NO_END as the last where none is known."""

    first: dt.date
    last: dt.date


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


def is_older_than(of: dt.date, months: int, day: dt.date) -> bool:
    """Whether what is dated `of` is older than so many months on a day."""
    return add_months(of, months) < day
