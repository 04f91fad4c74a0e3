"""The hours of each month and of the same month a year before, as columns to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from croisee.clauses.queries.reports.counting import Figures, day
from croisee.clauses.queries.reports.shapes import Line
from croisee.clauses.queries.reports.wording import whole

WIDTH, HEIGHT, FOOT = 48, 120, 22
BAR = 18


@dataclass(frozen=True)
class Column:
    """A month: where its two bars begin and how high they are, in units of the drawing."""

    label: str
    label_at: int
    now_at: int
    now_top: float
    now_height: float
    before_at: int
    before_top: float
    before_height: float


@dataclass(frozen=True)
class MonthsChart:
    """Columns, the size of the drawing, and the hours at its top."""

    columns: Sequence[Column]
    width: int
    height: int
    base: int
    label_base: int
    most: str


def months_chart(lines: Sequence[Line]) -> MonthsChart | None:
    """The columns of the table of months; a month that is not shown has no bar. None without any hour."""
    most = max([_hours(each) for line in lines for each in (line.now, line.before)], default=0.0)
    if not most:
        return None
    columns = []
    for place, line in enumerate(lines):
        left = place * WIDTH
        now, before = (HEIGHT * _hours(each) / most for each in (line.now, line.before))
        columns.append(
            Column(
                date_format(day(line.key[0]), "M"),
                left + WIDTH // 2,
                left + WIDTH // 2,
                HEIGHT - now,
                now,
                left + WIDTH // 2 - BAR,
                HEIGHT - before,
                before,
            )
        )
    return MonthsChart(columns, WIDTH * len(lines), HEIGHT + FOOT, HEIGHT, HEIGHT + 16, whole(most))


def _hours(figures: Figures | None) -> float:
    return float(figures.hours) if figures else 0.0
