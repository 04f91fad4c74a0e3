"""Rents by the month: the progressive grid laid over a stay, the aid that a low rent is. Pure.

Convention for months begun or left on the way: a month counts its rent times the days of it that are in the period,
over the days that this month has. Sums are rounded once, to the cent.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from croisee.foundation.dates import MONTHS_A_YEAR, add_months
from croisee.opportunities.tenure import NOTHING, Duration

ONE_DAY = dt.timedelta(days=1)
CENT = Decimal("0.01")


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """What is due a month from a day on, and what it would be outside; euros before tax."""

    starts_on: dt.date
    monthly: Decimal
    market: Decimal


@dataclass(frozen=True, slots=True)
class Let:
    """A space that is let: its kind in the grid, its surface in square metres."""

    kind: str
    surface: Decimal


Grid = dict[str, dict[int, tuple[Decimal, Decimal]]]
"""Of each kind of space, by year of the stay: rent and market rent, in euros a square metre and month."""


def rounded(amount: Decimal) -> Decimal:
    """To the cent, halves up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def planned(
    grid: Grid, spaces: Sequence[Let], starts_on: dt.date, ends_on: dt.date, stayed: Duration = NOTHING
) -> list[Step]:
    """The rents of the grid from `starts_on`: one step at the beginning, another at each anniversary of the stay.

    `stayed`: how long the company was there already; the second year comes so much sooner. Past the last year of the
    grid its rent stays. A step that changes nothing is left out; no step at all where no kind of space has a grid.
    """
    if not any(grid.get(one.kind) for one in spaces):
        return []
    entered = add_months(starts_on, -stayed.months) - dt.timedelta(days=stayed.days)
    year = stayed.months // MONTHS_A_YEAR + 1
    day, steps = starts_on, list[Step]()
    while day <= ends_on:
        prices = [(_price(grid.get(one.kind, {}), year), one.surface) for one in spaces]
        monthly = rounded(sum((price[0] * surface for price, surface in prices), Decimal(0)))
        market = rounded(sum((price[1] * surface for price, surface in prices), Decimal(0)))
        if not steps or (steps[-1].monthly, steps[-1].market) != (monthly, market):
            steps.append(Step(day, monthly, market))
        day, year = max(day + ONE_DAY, add_months(entered, MONTHS_A_YEAR * year)), year + 1
    return steps


def _price(years: dict[int, tuple[Decimal, Decimal]], year: int) -> tuple[Decimal, Decimal]:
    known = [one for one in years if one <= year]
    if known:
        return years[max(known)]
    return years[min(years)] if years else (Decimal(0), Decimal(0))


def in_force(steps: Iterable[Step], day: dt.date) -> Step | None:
    """The step that holds on a day; None before the first."""
    return max((one for one in steps if one.starts_on <= day), default=None)


def aid(steps: Sequence[Step], first: dt.date, last: dt.date) -> Decimal:
    """The aid that the rents of a period are: what the market asks above them, where it asks more; euros, to the cent.

    Each step on its own: a rent above the market in one year takes nothing off the aid of another. Not discounted: the
    gross grant equivalent is then never understated.
    """
    amount, ordered = Decimal(0), sorted(steps)
    for index, step in enumerate(ordered):
        until = ordered[index + 1].starts_on - ONE_DAY if index + 1 < len(ordered) else last
        for days, month in _months(max(first, step.starts_on), min(last, until)):
            amount += max(Decimal(0), step.market - step.monthly) * days / month
    return rounded(amount)


def _months(first: dt.date, last: dt.date) -> Iterator[tuple[int, int]]:
    """Of each month of a period: the days of it that are in the period, the days that it has."""
    day = first
    while day <= last:
        size = calendar.monthrange(day.year, day.month)[1]
        ends = min(last, day.replace(day=size))
        yield (ends - day).days + 1, size
        day = ends + ONE_DAY
