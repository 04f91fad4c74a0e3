"""How long premises stay empty: quartiles that count those that are still empty for what they are. Pure.

A unit that is still empty has been so for some days, and will be for longer: leaving it out, or counting it as ended,
would make vacancy look short. The estimator is that of Kaplan and Meier ("Nonparametric estimation from incomplete
observations", JASA 53, 1958): the share still empty after so many days, from those of which it is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Empty:
    """Days during which a unit was empty; `over`: somebody came. Otherwise it lasts, or nobody knows what followed."""

    days: int
    over: bool


@dataclass(frozen=True, slots=True)
class Quartiles:
    """After how many days a quarter, half, three quarters were taken; None where that many have not been yet."""

    first: int | None
    median: int | None
    third: int | None
    ended: int
    lasting: int


def stays(
    periods: Iterable[tuple[str, dt.date, dt.date | None]],
    empty: Iterable[str],
    taken: Iterable[str],
    today: dt.date,
) -> list[Empty]:
    """The times of one unit without anybody, from its periods (state, first day, last day) in order.

    States of `empty` that follow one another are one time. It is over where a period of `taken` follows; where another
    state does (withdrawn), nobody knows how long it would have lasted.
    """
    without, with_somebody = frozenset(empty), frozenset(taken)
    found: list[Empty] = []
    begins: dt.date | None = None
    until = today
    for state, first, last in periods:
        if state in without:
            begins = begins or first
            until = min(last or today, today)
        elif begins is not None:
            found.append(Empty(max((first - begins).days, 1), over=state in with_somebody))
            begins = None
    if begins is not None:
        found.append(Empty(max((until - begins).days + 1, 1), over=False))
    return found


def quartiles(times: Sequence[Empty]) -> Quartiles:
    """The quartiles of how long premises stay empty, those that still are counted as far as it is known."""
    ended = sum(one.over for one in times)
    return Quartiles(_after(times, 0.75), _after(times, 0.5), _after(times, 0.25), ended, len(times) - ended)


def _after(times: Sequence[Empty], share: float) -> int | None:
    """The days after which so small a share, or a smaller one, is still empty."""
    left, still = len(times), 1.0
    for days in sorted({one.days for one in times}):
        here = [one for one in times if one.days == days]
        taken = sum(one.over for one in here)
        still *= 1 - taken / left
        if taken and still <= share + 1e-12:
            return days
        left -= len(here)
    return None
