"""Hours of advice laid over a period: on which weekdays, from when to when, how long each, without a break. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

MOST = 200
"""Hours laid at once, at most: half a year of two mornings a week."""


class Span(NamedTuple):
    """From a moment to another (both aware)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Week:
    """What is repeated each week. `weekdays`: 0 is Monday; `minutes` of each hour; `pause`: when nobody is received."""

    weekdays: Collection[int]
    opens: time
    closes: time
    minutes: int
    pause: tuple[time, time] | None = None


def hours_between(first: date, last: date, week: Week, zone: tzinfo) -> list[Span]:
    """The hours of each such day from `first` to `last` (both in it), as clocks of `zone` show them; in order.

    An hour that would reach into the pause begins at its end. An hour during which clocks are changed is left out:
    it would last less or longer. Raises ValueError for less than a minute, or more than `MOST` hours.
    """
    if week.minutes < 1:
        raise ValueError("an hour of advice lasts a minute at least")
    found: list[Span] = []
    day = first
    while day <= last:
        if day.weekday() in week.weekdays:
            found += _of_day(day, week, zone)
            if len(found) > MOST:
                raise ValueError(f"more than {MOST} hours")
        day += timedelta(days=1)
    return found


def _of_day(day: date, week: Week, zone: tzinfo) -> list[Span]:
    length = timedelta(minutes=week.minutes)
    begins, closes = datetime.combine(day, week.opens), datetime.combine(day, week.closes)
    pause = None
    if week.pause is not None and week.pause[0] < week.pause[1]:
        pause = tuple(datetime.combine(day, moment) for moment in week.pause)
    found = []
    while begins + length <= closes:
        if pause and begins < pause[1] and pause[0] < begins + length:
            begins = pause[1]
            continue
        start, end = (moment.replace(tzinfo=zone) for moment in (begins, begins + length))
        if end.timestamp() - start.timestamp() == length.total_seconds():
            found.append(Span(start, end))
        begins += length
    return found
