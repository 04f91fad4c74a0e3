"""The plan: bounds, a first plan, then neighbourhoods planned again until the bounds or the rounds are reached."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from croisee.engine.hours.bounds import MostLong, block_of, most_long
from croisee.engine.hours.building import first_plan
from croisee.engine.hours.contracts import Bound, Plan, plan_of, tallies
from croisee.engine.hours.flow import Network, most_hours
from croisee.engine.hours.improving import improved, shared_people
from croisee.engine.hours.lacks import lacking_hours
from croisee.engine.hours.neighbourhood import Neighbourhood, planned_again
from croisee.engine.hours.problem import Lots, Options, Pairs, People, Whole, pairs_of
from croisee.engine.hours.windows import Windows, most_long_alone, windows_of

TIMES_FOR_BOUNDS = 2
"""With a limit on seconds, the bounds at the end are left so many times what the first linear programme took."""
MOST_PAIRS = 1_000
"""Pairs in a block of lots bounded together, at most."""
MOST_BLOCKS = 6
SMALL = 400
"""Slots with room up to which a problem is solved as one integer programme, to its end."""
EXACT_NODES = 100_000


def plan(lots: Lots, people: People, reasons: ArrayLike, *, options: Options = Options()) -> Plan:  # noqa: B008
    """Meet as many hours as can be met, with as few broken contracts and then as many long ones as are found.

    Parameters
    ----------
    lots : Lots
    people : People
    reasons : (P, L) integers
        `Why` for each pair, 0 for a person who may work on the lot.
    options : Options

    Returns
    -------
    Plan
        Its hours are the most possible; its bounds tell how much better its contracts could be at best.

    Raises
    ------
    ValueError
        Naming what is wrong in the arguments; see `pairs_of`.

    Notes
    -----
    The method is in `docs/methods/hours.md`.
    """
    begin = time.perf_counter()
    until = math.inf if options.seconds is None else begin + options.seconds
    pairs, hours = settled(pairs_of(lots, people, reasons, options.least))
    if (pairs.room > 0).sum() <= SMALL:
        worked, bounds = _exactly(pairs, hours, options)
    else:
        worked, bounds = _by_search(pairs, hours, options, until)
    met = np.bincount(pairs.slot_lot, worked, len(lots)).astype(np.int64)
    lacking = lacking_hours(lots, people, reasons, met)
    return plan_of(pairs, worked, lacking, bounds, options, time.perf_counter() - begin)


def _exactly(pairs: Pairs, hours: int, options: Options) -> tuple[Whole, Bound]:
    """The best plan of a small problem, as one integer programme."""
    nothing = np.zeros(pairs.month.size, np.int64)
    worked = most_hours(pairs, nothing, nothing, pairs.room)
    every = np.arange(len(pairs))
    optimal = True
    if every.size:
        everything = np.ones(every.size, np.bool_)
        area = Neighbourhood(pairs, worked, every, everything, options)
        worked, optimal = planned_again(area, EXACT_NODES)
    broken, long = (int(of_lots.sum()) for of_lots in tallies(pairs, worked, options))
    windows = windows_of(pairs, options)
    alone = int(most_long_alone(pairs, windows).sum())
    return worked, Bound(hours, broken, long) if optimal else Bound(hours, 0, alone)


def _by_search(pairs: Pairs, hours: int, options: Options, until: float) -> tuple[Whole, Bound]:
    windows = windows_of(pairs, options)
    begin = time.perf_counter()
    long = most_long(pairs, windows, most_long_alone(pairs, windows))
    took = time.perf_counter() - begin

    def done(broken: int, longs: int) -> bool:
        return broken == 0 and longs >= long.bound

    worked = first_plan(pairs, windows, long.share, long.alone, options)
    worked = improved(pairs, worked, long.alone, options, done, until - TIMES_FOR_BOUNDS * took)
    return worked, bounds_of(pairs, worked, windows, long, hours, options, until - took)


def settled(pairs: Pairs) -> tuple[Pairs, int]:
    """The pairs with no more room than some plan with the most hours uses, and those hours."""
    nothing = np.zeros(pairs.month.size, np.int64)
    network = Network.of(pairs, nothing, nothing, pairs.room).with_most()
    flow, same = network.worked, network.settled()[: nothing.size]
    return replace(pairs, room=np.where(same, flow, pairs.room)), int(flow.sum())


def bounds_of(
    pairs: Pairs, worked: Whole, windows: Windows, long: MostLong, hours: int, options: Options, until: float
) -> Bound:
    """What no plan beats, once the lots that a good plan found hard are bounded together, until a time by the clock."""
    broken, longs = tallies(pairs, worked, options)
    if not broken.any() and longs.sum() >= long.bound:
        return Bound(hours, 0, long.bound)
    blocks = []
    for lots in hard_lots(pairs, worked, broken, long.alone - longs):
        if time.perf_counter() > until:
            break
        blocks.append(block_of(pairs, worked, lots, options))
    fewest = sum(block.fewest_broken for block in blocks)
    if time.perf_counter() > until:
        return Bound(hours, fewest, long.bound)
    better = most_long(pairs, windows, long.alone, blocks, int(broken.sum()))
    return Bound(hours, fewest, min(long.bound, better.bound))


def hard_lots(pairs: Pairs, worked: Whole, broken: Whole, short: Whole) -> list[Whole]:
    """Lots to bound together: those that lack hours, and those that share their people; then others by turns.

    Parameters
    ----------
    broken, short : (L,) integers
        Broken contracts of each lot, and long ones that it has less than alone.
    """
    size = np.diff(pairs.lot_start)
    shared = shared_people(pairs)
    network = Network.of(pairs, worked, np.zeros_like(worked), pairs.room)
    lacking = ~network.settled()[network.lots] & (size > 0)
    blocks = [np.flatnonzero(lacking)] if lacking.any() and size[lacking].sum() <= MOST_PAIRS else []
    left = ~lacking & (broken > 0) & (size <= MOST_PAIRS)
    while left.any() and len(blocks) < MOST_BLOCKS:
        seed = int(np.argmax(np.where(left, broken, -1)))
        near = np.argsort(-shared[seed] * (left | ((short > 0) & ~lacking)), kind="stable")
        block = [seed]
        for lot in near.tolist():
            free = lot != seed and not any(lot in other for other in blocks) and not lacking[lot]
            if free and shared[seed, lot] and size[[*block, lot]].sum() <= MOST_PAIRS // 2:
                block.append(lot)
        blocks.append(np.array(sorted(block)))
        left[block] = False
    return blocks
