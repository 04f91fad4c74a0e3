"""The hours of a room: which are open, which are free, what is nearest to the hour that somebody wanted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

OPENS, CLOSES = 7, 22
"""Hours between which spaces are booked."""
STEP = timedelta(minutes=30)
"""Slots that are proposed begin on the hour and the half hour."""
WEEK = timedelta(days=7)
MOST_WEEKS = 12
"""A booking is repeated over so many weeks at most."""
MONTHS_AHEAD = 6
"""Nobody books later than in so many months."""


class Span(NamedTuple):
    """From a moment to another, both aware."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Block:
    """A part of a bar of a day: where it begins and how long it is, in hundredths of the opening hours."""

    offset: float
    width: float


def opening(day: date, zone: ZoneInfo) -> Span:
    """The opening hours of a day, by the clocks there."""
    return Span(
        datetime.combine(day, time(OPENS), zone),
        datetime.combine(day, time(CLOSES), zone),
    )


def is_open(span: Span, zone: ZoneInfo) -> bool:
    """Whether a span is of one day, and within its opening hours."""
    hours = opening(span.starts_at.astimezone(zone).date(), zone)
    return hours.starts_at <= span.starts_at < span.ends_at <= hours.ends_at


def weekly(span: Span, weeks: int, zone: ZoneInfo) -> list[Span]:
    """A span on the same day of so many weeks, at the same hour by the clocks there, whatever summer time does."""
    start, end = (moment.astimezone(zone) for moment in span)
    return [Span(start + number * WEEK, end + number * WEEK) for number in range(weeks)]


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a moment; one may begin as the other ends."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def nearest_free(
    wanted: Span, taken: Sequence[Span], not_before: datetime, zone: ZoneInfo, most: int = 3
) -> list[Span]:
    """Up to `most` free slots as long as `wanted`, on its day, that overlap neither what is taken nor each other.

    None begins before `not_before`. Those that begin nearest to the hour wanted are kept, and given in order.
    """
    hours = opening(wanted.starts_at.astimezone(zone).date(), zone)
    length = wanted.ends_at - wanted.starts_at
    every: list[Span] = []
    begins = hours.starts_at
    while begins + length <= hours.ends_at:
        slot = Span(begins, begins + length)
        if begins >= not_before and not any(overlap(slot, one) for one in taken):
            every.append(slot)
        begins += STEP
    every.sort(key=lambda slot: (abs(slot.starts_at - wanted.starts_at), slot.starts_at))
    chosen: list[Span] = []
    for slot in every:
        if len(chosen) < most and not any(overlap(slot, one) for one in chosen):
            chosen.append(slot)
    return sorted(chosen)


def block(span: Span, within: Span) -> Block:
    """Where a span lies in the bar of a day, cut to it."""
    whole = (within.ends_at - within.starts_at) / 100
    first, last = max(span.starts_at, within.starts_at), min(span.ends_at, within.ends_at)
    return Block((first - within.starts_at) / whole, max(0.0, (last - first) / whole))
