"""A first plan: long contracts where the linear programme sees them, then what is left of the hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from croisee.engine.compiled import compiled
from croisee.engine.hours.flow import most_hours
from croisee.engine.hours.problem import Options, Pairs, Whole
from croisee.engine.hours.programme import Numbers
from croisee.engine.hours.windows import Windows


def first_plan(pairs: Pairs, windows: Windows, share: Numbers, alone: Whole, options: Options) -> Whole:
    """(s,) Hours in each slot: as many as can be worked, in long contracts as far as a simple way goes.

    Contracts are taken at their fewest hours, those that the linear programme likes first; a flow fills them.
    Lots that lack hours have contracts prolonged, then new ones; a last flow takes any month of anybody.
    """
    nothing = np.zeros(pairs.month.size, np.int64)
    order = np.lexsort((windows.slot, -np.round(share, 6)))
    worked = filled(pairs, taken(pairs, nothing, windows.slot[order], windows.months, alone, full=False))
    everybody = np.full(len(pairs.lots), len(pairs))
    fewest = np.minimum(options.shortest, pairs.lots.months)[pairs.slot_lot]
    for _ in range(2):
        worked = filled(pairs, prolonged(pairs, worked))
        for months in range(options.long, 0, -1):
            slots = np.flatnonzero(months >= fewest)
            worked = taken(pairs, worked, slots, months, everybody, full=True)
        worked = filled(pairs, worked)
    worked = most_hours(pairs, worked, np.minimum(worked, pairs.thin), pairs.room)
    return most_hours(pairs, worked, nothing, pairs.room)


def filled(pairs: Pairs, worked: Whole) -> Whole:
    """(s,) The most hours in the slots that have some, none of them made thin."""
    least = np.minimum(worked, pairs.thin)
    return most_hours(pairs, worked, least, np.where(worked > 0, pairs.room, 0))


@dataclass(frozen=True, eq=False)
class Left:
    """Hours left: (P * M,) of people's months, (L * M,) of sites' months, (L,) of lots; and slots' places in them."""

    people: Whole
    sites: Whole
    lots: Whole
    cell: Whole
    place: Whole


def left(pairs: Pairs, worked: Whole) -> Left:
    """What the hours worked leave."""
    lots, hours, months = pairs.lots, pairs.people.hours.ravel(), pairs.people.months
    cell = pairs.slot_person * months + pairs.month
    place = pairs.slot_lot * months + pairs.month
    sites = np.repeat(lots.site, months)
    return Left(
        hours - np.bincount(cell, worked, hours.size).astype(np.int64),
        sites - np.bincount(place, worked, sites.size).astype(np.int64),
        lots.hours - np.bincount(pairs.slot_lot, worked, len(lots)).astype(np.int64),
        cell,
        place,
    )


def taken(pairs: Pairs, worked: Whole, slots: Whole, months: int, most: Whole, *, full: bool) -> Whole:
    """(s,) Hours once contracts of so many months are added, in the order of their first slots, where they fit.

    Parameters
    ----------
    most : (L,) integers
        Contracts added to a lot at most.
    full : bool
        Each takes all the hours that it can, rather than as few as an unbroken contract has.
    """
    room, worked = left(pairs, worked), worked.copy()
    _take(
        worked, slots, months, most.copy(), full, pairs.start, pairs.slot_pair, pairs.slot_lot, pairs.room,
        pairs.thin, room.people, room.sites, room.lots, room.cell, room.place,
    )  # fmt: skip
    return worked


def prolonged(pairs: Pairs, worked: Whole) -> Whole:
    """(s,) Hours once contracts of lots that lack hours go on before and after, where there is room."""
    room, worked = left(pairs, worked), worked.copy()
    _prolong(
        worked, pairs.start, pairs.slot_lot, pairs.room, pairs.thin, room.people, room.sites, room.lots,
        room.cell, room.place,
    )  # fmt: skip
    return worked


@compiled
def _take(
    worked: Any, slots: Any, months: int, most: Any, full: bool, start: Any, slot_pair: Any, slot_lot: Any,
    room: Any, thin: Any, people: Any, sites: Any, lots: Any, cell: Any, place: Any,
) -> None:  # fmt: skip
    for first in slots:
        pair, lot, end = slot_pair[first], slot_lot[first], first + months
        if most[lot] == 0 or end > start[pair + 1]:
            continue
        hours = 0
        fits = True
        for s in range(first, end):
            fits &= room[s] >= thin[s] and people[cell[s]] >= thin[s] and sites[place[s]] >= thin[s]
            hours += thin[s]
        if not fits or hours > lots[lot]:
            continue
        for s in range(start[pair], start[pair + 1]):
            fits &= worked[s] == 0
        if not fits:
            continue
        most[lot] -= 1
        lots[lot] -= hours
        for s in range(first, end):
            more = 0
            if full:
                more = min(room[s], people[cell[s]], sites[place[s]], thin[s] + lots[lot]) - thin[s]
            worked[s] = thin[s] + more
            lots[lot] -= more
            people[cell[s]] -= worked[s]
            sites[place[s]] -= worked[s]


@compiled
def _prolong(
    worked: Any, start: Any, slot_lot: Any, room: Any, thin: Any, people: Any, sites: Any, lots: Any,
    cell: Any, place: Any,
) -> None:  # fmt: skip
    for pair in range(start.size - 1):
        for step in (1, -1):
            s = start[pair] if step == 1 else start[pair + 1] - 1
            while start[pair] <= s + step < start[pair + 1]:
                before, s = s, s + step
                if worked[before] == 0 or worked[s] > 0:
                    continue
                most = min(room[s], people[cell[s]], sites[place[s]], lots[slot_lot[s]])
                if most >= thin[s]:
                    worked[s] = most
                    lots[slot_lot[s]] -= most
                    people[cell[s]] -= most
                    sites[place[s]] -= most
