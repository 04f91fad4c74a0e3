"""A statement as the rules read it, what it is compared with, and what is found: plain rows and words."""

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from croisee.clauses.durations import Span
from croisee.clauses.months import end_of, named
from croisee.foundation.dates import NO_END

CENT = Decimal("0.01")
_last_day = cache(end_of)


class Severity(StrEnum):
    """Whether an anomaly keeps a statement from being validated without a reason, or is to look at."""

    BLOCKS = "blocks"
    LOOK = "look"


class Code(StrEnum):
    """What is odd."""

    OVER_MONTH = "over_month"
    NOT_ELIGIBLE = "not_eligible"
    SAME_HOURS = "same_hours"
    SAME_PROOF = "same_proof"
    OUTSIDE_CONTRACT = "outside_contract"
    OVER_CONTRACT = "over_contract"
    OUTSIDE_LOT = "outside_lot"
    LOT_CLOSED = "lot_closed"
    FUTURE = "future"
    NO_PROOF = "no_proof"
    NOT_HIRED = "not_hired"
    NO_HOURS = "no_hours"
    NOT_ALL_COUNTED = "not_all_counted"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One oddity. Its sentence is written when it is read, in the reader's language: many are only counted."""

    code: Code
    severity: Severity
    words: "str | Promise"
    figures: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What is odd, with its figures."""
        return str(self.words % {name: _shown(name, value) for name, value in self.figures.items()})


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement as the rules read it. `counted`: hours given to lots, None when nobody shared them yet.

    `publics` are the criteria that make eligible in the lot; none: all of them. A contract or a lot without dates is
    open on that side (`date.min`, `NO_END`).
    """

    key: Hashable
    participant: Hashable
    assignment: Hashable
    month: dt.date
    hours: Decimal
    version: int
    employer: str
    lot: str
    contract: Span
    lot_days: Span
    lot_closed: bool
    hired: bool
    weekly_hours: Decimal
    proof_kind: str
    has_file: bool
    digest: str
    counted: Decimal | None
    publics: frozenset[str]

    @property
    def last(self) -> dt.date:
        """The last day of its month."""
        return _last_day(self.month)

    @property
    def worked(self) -> Span | None:
        """The days of its month that are in the contract; None when there are none."""
        first, last = max(self.month, self.contract.first), min(self.last, self.contract.last)
        return Span(first, last) if first <= last else None


@dataclass(frozen=True)
class Known:
    """What the rules compare a statement with.

    `beside`: by person and month, statements sent, checked or validated. `files`: by digest, statements that the file
    proves. `eligible`: by person, the days of each criterion. `most_hours` and `tolerance`: dated figures by month
    (hours; per cent), none where no figure is in force.
    """

    today: dt.date
    beside: Mapping[tuple[Hashable, dt.date], Sequence[Stated]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Stated]] = field(default_factory=dict)
    eligible: Mapping[Hashable, Mapping[str, Sequence[Span]]] = field(default_factory=dict)
    most_hours: Mapping[dt.date, Decimal] = field(default_factory=dict)
    tolerance: Mapping[dt.date, Decimal] = field(default_factory=dict)


def hours_text(hours: Decimal | int | float) -> str:
    """A number of hours as people write it: `120 h`, `151,67 h`."""
    rounded = Decimal(hours).quantize(CENT, ROUND_HALF_UP)
    exact = rounded.normalize() if rounded != rounded.to_integral() else rounded.to_integral()
    return f"{number_format(exact, use_l10n=True, force_grouping=True)}\u00a0h"


def _day(day: dt.date) -> str:
    return str(date_format(day, "DATE_FORMAT"))


def _shown(name: str, value: object) -> object:
    """A figure as a sentence bears it: hours, months (named so), days, spans of days, what was done elsewhere."""
    if isinstance(value, Decimal):
        return hours_text(value)
    if isinstance(value, dt.date):
        month = named(value) if name in ("month", "Month") else _day(value)
        return month.capitalize() if name == "Month" else month
    if isinstance(value, tuple):
        return ", ".join(f"{_day(span.first)} – {_day(span.last)}" for span in value)
    if isinstance(value, list):
        return ", ".join(
            gettext("%(hours)s at %(employer)s")
            % {"hours": hours_text(other.hours), "employer": other.employer}
            for other in value
        )
    return value


OPEN_DAYS = Span(dt.date.min, NO_END)
"""No limit of dates on either side."""
