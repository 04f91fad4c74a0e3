"""What somebody with a spreadsheet would do: lot after lot, person after person."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from croisee.engine.compiled import compiled
from croisee.engine.hours.building import left
from croisee.engine.hours.contracts import Bound, Plan, plan_of
from croisee.engine.hours.lacks import lacking_hours
from croisee.engine.hours.problem import Lots, Options, People, pairs_of


def greedy(lots: Lots, people: People, reasons: ArrayLike, *, options: Options = Options()) -> Plan:  # noqa: B008
    """Lots by first month, those that end first before others; to each, the person with most hours in a row.

    A person gives a lot all the hours still free in consecutive months, until the lot has its hours; then the
    next person, until nobody is left.

    Parameters
    ----------
    lots : Lots
    people : People
    reasons : (P, L) integers
        `Why` for each pair.
    options : Options
        Only what counts as broken and long.

    Returns
    -------
    Plan
        Its bounds are those that need no search: all hours owed, nothing broken, one long contract a pair.

    Raises
    ------
    ValueError
        See `pairs_of`.
    """
    begin = time.perf_counter()
    pairs = pairs_of(lots, people, reasons, options.least)
    worked = np.zeros(pairs.month.size, np.int64)
    room = left(pairs, worked)
    for lot in np.lexsort((lots.last, lots.first)).tolist():
        first, last = pairs.start[pairs.lot_start[lot]], pairs.start[pairs.lot_start[lot + 1]]
        while _best_run(
            worked,
            first,
            last,
            lot,
            pairs.slot_pair,
            room.people,
            room.sites,
            room.lots,
            room.cell,
            room.place,
        ):
            pass
    met = np.bincount(pairs.slot_lot, worked, len(lots)).astype(np.int64)
    bounds = Bound(int(lots.hours.sum()), 0, len(pairs))
    return plan_of(
        pairs, worked, lacking_hours(lots, people, reasons, met), bounds, options, time.perf_counter() - begin
    )


@compiled
def _best_run(
    worked: Any, first: int, last: int, lot: int, slot_pair: Any, people: Any, sites: Any, lots: Any, cell: Any,
    place: Any,
) -> bool:  # fmt: skip
    """Give the lot the run of months of one person with most free hours; False where there is none."""
    best, best_first, best_end = 0, 0, 0
    total, begin = 0, first
    for s in range(first, last):
        free = 0 if worked[s] > 0 else min(people[cell[s]], sites[place[s]])
        if free == 0:
            total, begin = 0, s + 1
            continue
        if s > first and slot_pair[s] != slot_pair[s - 1]:
            total, begin = 0, s
        total += free
        if total > best:
            best, best_first, best_end = total, begin, s + 1
    if best == 0 or lots[lot] == 0:
        return False
    for s in range(best_first, best_end):
        hours = min(people[cell[s]], sites[place[s]], lots[lot])
        worked[s] = hours
        people[cell[s]] -= hours
        sites[place[s]] -= hours
        lots[lot] -= hours
    return True
