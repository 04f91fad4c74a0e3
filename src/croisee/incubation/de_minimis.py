"""De minimis aid to a company over three years: pure rules, no database.

Règlement (UE) 2023/2831, article 3(2): the aid that a member State grants to a single undertaking is no more than the
ceiling over any period of three years. The years roll: at each new aid, what was granted in the three years before is
added up (recital 11). An aid counts from the day on which the right to it is given, whenever it is paid (article 3(3)).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from croisee.foundation.dates import MONTHS_A_YEAR, add_months

ONE_DAY = dt.timedelta(days=1)
Ceiling = Callable[[dt.date], Decimal]
"""The ceiling in force on a day, in euros."""


@dataclass(frozen=True, order=True, slots=True)
class Grant:
    """An aid granted on a day: its gross grant equivalent, in euros."""

    on: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Excess:
    """A period of three years, up to `last` (in it), in which the aid would pass the ceiling."""

    last: dt.date
    total: Decimal
    ceiling: Decimal

    @property
    def over(self) -> Decimal:
        """By how much, in euros."""
        return self.total - self.ceiling


def first_day_counted(day: dt.date, years: int) -> dt.date:
    """The first day of the period that ends on `day`: the day after the same date so many years before.

    An aid of 10 May 2024 counts until 9 May 2027 and no more on 10 May 2027. For 29 February the same date is the 28th.
    """
    return add_months(day, -MONTHS_A_YEAR * years) + ONE_DAY


def total(grants: Iterable[Grant], day: dt.date, years: int) -> Decimal:
    """What was granted in the period that ends on `day`, that day included."""
    first = first_day_counted(day, years)
    return sum((one.amount for one in grants if first <= one.on <= day), Decimal(0))


def excess(grants: Sequence[Grant], added: Grant, years: int, ceiling: Ceiling) -> Excess | None:
    """The period in which `added` would take the aid furthest past the ceiling, among all that hold it; None if none.

    Aids that are noted already but granted later than `added` count as well: any period of three years is looked at.
    """
    everything = [*grants, added]
    ends = {added.on} | {
        one.on for one in grants if one.on > added.on and first_day_counted(one.on, years) <= added.on
    }
    found = [Excess(day, total(everything, day, years), ceiling(day)) for day in sorted(ends)]
    return max((one for one in found if one.over > 0), key=lambda one: one.over, default=None)


def first_day_possible(
    grants: Sequence[Grant], amount: Decimal, day: dt.date, years: int, ceiling: Ceiling
) -> dt.date | None:
    """The first day from `day` on when `amount` could be granted; None when no day is.

    Under one ceiling it changes only when an aid leaves the period: on the day after it last counts.
    """
    leaves = {_gone(one.on, years) for one in grants}
    for candidate in sorted({day} | {one for one in leaves if one > day}):
        if excess(grants, Grant(candidate, amount), years, ceiling) is None:
            return candidate
    return None


def _gone(granted: dt.date, years: int) -> dt.date:
    """The first day on which an aid counts no more."""
    day = add_months(granted, MONTHS_A_YEAR * years)
    while first_day_counted(day, years) <= granted:
        day += ONE_DAY
    return day
