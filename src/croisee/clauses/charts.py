"""What the small charts of these pages draw: numbers in, places of bars out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

STEP, WIDTH, HEIGHT = 10, 8, 100
"""Units of the drawing: from bar to bar, a bar's width, the height of the highest."""
LEAST = 1.0
"""The height of a bar of almost nothing: it is seen all the same."""


@dataclass(frozen=True)
class Bar:
    """One month: its hours, and where its bar is."""

    month: dt.date
    hours: Decimal
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Months:
    """Hours month by month, drawn as bars from left to right over the months from `first` to `last`."""

    bars: Sequence[Bar]
    highest: Decimal
    first: dt.date | None = None
    last: dt.date | None = None
    count: int = 0

    @property
    def width(self) -> int:
        """The width of the whole drawing, in its units."""
        return self.count * STEP

    @property
    def total(self) -> Decimal:
        """All the hours drawn."""
        return sum((bar.hours for bar in self.bars), Decimal(0))


def _number(day: dt.date) -> int:
    """A month as a number that grows by one from each to the next."""
    return day.year * 12 + day.month - 1


def _month(number: int) -> dt.date:
    return dt.date(number // 12, number % 12 + 1, 1)


def months(
    series: Sequence[tuple[dt.date, Decimal]], begins: dt.date | None = None, ends: dt.date | None = None
) -> Months:
    """Bars for hours by month, in order, on the time from `begins` to `ends` where these are known, a year at least.

    The highest fills the height.
    """
    if not series:
        return Months((), Decimal(0))
    highest = max(hours for _day, hours in series)
    first = min(_number(day) for day in (begins, series[0][0]) if day is not None)
    last = max(_number(day) for day in (ends, series[-1][0]) if day is not None)
    last = max(last, first + 11)
    bars = []
    for month, hours in series:
        height = max(LEAST, float(hours / highest) * HEIGHT) if hours and highest else 0.0
        place = (_number(month) - first) * STEP
        bars.append(Bar(month, hours, place, round(HEIGHT - height, 2), round(height, 2)))
    return Months(bars, highest, _month(first), _month(last), last - first + 1)
