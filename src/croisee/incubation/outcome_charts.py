"""What the small charts of the dashboard draw: numbers in, places out. The tables beside them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format

if TYPE_CHECKING:
    from croisee.incubation.outcome_wording import SurvivalLine
    from croisee.incubation.queries.outcomes import Month

STEP, WIDTH, HEIGHT, LABEL = 60, 40, 120, 18
"""Units of the drawing: from column to column, a column's width, the height of 100 %, that of a label."""
LEAST = 1.0
"""The height of a column of almost nothing: it is seen all the same."""


@dataclass(frozen=True)
class Column:
    """One month: where its column is, and what is written below."""

    x: int
    top: float
    height: float
    middle: int
    label: str


@dataclass(frozen=True)
class MonthsChart:
    """The rates of occupancy of months as columns, from 0 to 100 %."""

    columns: Sequence[Column]

    @property
    def width(self) -> int:
        """The width of the drawing."""
        return len(self.columns) * STEP

    @property
    def height(self) -> int:
        """The height of the drawing, labels included."""
        return HEIGHT + LABEL

    base = HEIGHT


def months_chart(months: Sequence[Month]) -> MonthsChart | None:
    """The chart of some months; None when no space was in service in any."""
    if all(one.rate is None for one in months):
        return None
    columns = []
    for place, one in enumerate(months):
        height = 0.0 if not one.rate else max(LEAST, round(float(one.rate) * HEIGHT / 100, 2))
        x = place * STEP + (STEP - WIDTH) // 2
        columns.append(
            Column(x, round(HEIGHT - height, 2), height, x + WIDTH // 2, date_format(one.first, "b"))
        )
    return MonthsChart(columns)


@dataclass(frozen=True)
class SurvivalBar:
    """A share from 0 to 100, the ends of its interval, and what Insee published (None: nothing to draw)."""

    share: float
    low: float
    reach: float
    published: float | None


def survival_bar(line: SurvivalLine) -> SurvivalBar | None:
    """What is drawn of a line of survival; None for too few companies."""
    if line.percent is None or line.low is None or line.high is None:
        return None
    return SurvivalBar(round(line.percent, 1), round(line.low, 1), round(line.high - line.low, 1), line.insee)
