"""The lines of a month for a hosted company: rent and charges by days, and how amounts are rounded. Pure."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from croisee.incubation.pricing import cents

DAY = timedelta(days=1)
PART = Decimal("0.000001")
"""Parts of a month are kept to the millionth, so that quantity times unit price gives the amount to the cent."""


@dataclass(frozen=True)
class Month:
    """A month of the calendar, by its first day."""

    first: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return calendar.monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=self.days)


@dataclass(frozen=True)
class Run:
    """Days of a month, one after the other, at one price a month in euros before tax."""

    first: date
    last: date
    monthly: Decimal

    @property
    def days(self) -> int:
        """How many days they are."""
        return (self.last - self.first).days + 1


def quantity(days: int, month: Month) -> Decimal:
    """Which part of the month so many days are: 1 for all of them."""
    return (Decimal(days) / month.days).quantize(PART, ROUND_HALF_UP)


def amount(count: Decimal, unit_price: Decimal) -> Decimal:
    """Quantity times unit price, to the cent, half a cent upwards."""
    return cents(count * unit_price)


def runs(
    first: date, last: date | None, steps: Iterable[tuple[date, Decimal]], month: Month
) -> Sequence[Run]:
    """The days of a month that an agreement covers from `first` to `last` (both in it; open without one), by price.

    `steps`: what it costs a month from a day on. Days before the first step, and those that cost nothing, are in no
    run; neighbouring days at the same price are in one.
    """
    begins, ends = max(first, month.first), min(last or month.last, month.last)
    ordered = sorted(steps)
    found: list[Run] = []
    for index, (since, monthly) in enumerate(ordered):
        until = ordered[index + 1][0] - DAY if index + 1 < len(ordered) else month.last
        start, end = max(begins, since), min(ends, until)
        if start > end or monthly <= 0:
            continue
        if found and found[-1].monthly == monthly and found[-1].last + DAY == start:
            found[-1] = Run(found[-1].first, end, monthly)
        else:
            found.append(Run(start, end, monthly))
    return found
