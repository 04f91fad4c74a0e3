"""The slots of a stand: as many as fit, one after the other, without those that a break takes. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MOST = 200
"""Slots of a stand, at most: a day of twelve hours at under four minutes each."""


class Span(NamedTuple):
    """From a moment to another."""

    starts_at: datetime
    ends_at: datetime


def slots(open_from: datetime, open_to: datetime, minutes: int, breaks: Sequence[Span] = ()) -> list[Span]:
    """The slots of `minutes` between two moments (aware); a break moves the next slot to its end.

    Raises ValueError for less than a minute, or more than `MOST` slots.
    """
    if minutes < 1:
        raise ValueError("a slot lasts a minute at least")
    length = timedelta(minutes=minutes)
    taken = sorted(one for one in breaks if one.ends_at > one.starts_at)
    found: list[Span] = []
    begins = open_from
    while begins + length <= open_to:
        hindered = [one for one in taken if one.starts_at < begins + length and begins < one.ends_at]
        if hindered:
            begins = max(one.ends_at for one in hindered)
            continue
        if len(found) == MOST:
            raise ValueError(f"more than {MOST} slots")
        found.append(Span(begins, begins + length))
        begins += length
    return found
