"""How full an incubator is: square metres and days occupied, of those in service; when a space gets free. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """Who is in a space: from a day to another, both in it; `last` is empty when nobody knows it yet.

    `term` is when the contract ends, which is not when the company goes.
    """

    first: date
    last: date | None = None
    term: date | None = None
    name: str = ""

    def seen_last(self, today: date) -> date:
        """The last day as it is expected today: the one that is known, else the term, or today when that is past."""
        return self.last or max(self.term or today, today, self.first)


@dataclass(frozen=True)
class Held:
    """A space as it is counted: its surface in m², in service from a day (always, without one) until the day before
    `withdrawn`, and who was in it."""

    surface: Decimal
    opened: date | None = None
    withdrawn: date | None = None
    stays: Sequence[Stay] = ()


def days_between(first: date, last: date) -> int:
    """How many days there are from a day to another, both counted; none when the second comes first."""
    return max(0, (last - first).days + 1)


def days_occupied(stays: Iterable[Stay], first: date, last: date) -> int:
    """How many days of a period somebody is there; a day on which two stays touch is one day."""
    counted, reached = 0, first
    for stay in sorted(stays, key=lambda one: one.first):
        begins, ends = max(stay.first, reached), min(stay.last or last, last)
        if ends >= begins:
            counted += days_between(begins, ends)
            reached = ends + DAY
    return counted


def rate(spaces: Iterable[Held], first: date, last: date) -> Decimal | None:
    """The rate of occupancy of a period, in percent: m²·days occupied of the m²·days in service.

    None when no space was in service. A stay that goes beyond the service of its space counts within it.
    """
    occupied = in_service = Decimal(0)
    for space in spaces:
        begins = max(first, space.opened or first)
        ends = min(last, space.withdrawn - DAY) if space.withdrawn else last
        in_service += space.surface * days_between(begins, ends)
        if ends >= begins:
            occupied += space.surface * days_occupied(space.stays, begins, ends)
    return 100 * occupied / in_service if in_service else None


def free_from(stays: Iterable[Stay], today: date) -> date:
    """The first day, today or later, on which nobody is expected in a space any more and nobody comes the next day.

    A space that is empty today and awaits somebody is free until then: today is answered.
    """
    day = today
    for stay in sorted(stays, key=lambda one: one.first):
        ends = stay.seen_last(today)
        if stay.first <= day <= ends:
            day = ends + DAY
    return day
