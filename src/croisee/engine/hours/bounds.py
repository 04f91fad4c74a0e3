"""Numbers that no plan can beat: the most hours, the fewest broken contracts, the most long ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from croisee.engine.hours.contracts import tallies
from croisee.engine.hours.neighbourhood import BROKEN, LONG, Neighbourhood
from croisee.engine.hours.problem import Options, Pairs, Whole
from croisee.engine.hours.programme import Numbers, Programme, Term, proved, solved
from croisee.engine.hours.windows import Windows

TOLERANCE = 1e-6
RELAXED = {"simplex_iteration_limit": 60_000}
MOST_WINDOWS = 150_000
"""Windows beyond which the linear programme is left out, and lots are bounded one by one."""


@dataclass(frozen=True, eq=False)
class Block:
    """What is known of some lots together, in every plan with the most hours.

    Attributes
    ----------
    lots : (b,) integers
    fewest_broken : int
        No plan has fewer broken contracts on them.
    base, slope : float
        Their long contracts are at most `base` and `slope` times their broken ones.
    """

    lots: Whole
    fewest_broken: int
    base: float
    slope: float


def block_of(pairs: Pairs, worked: Whole, lots: Whole, options: Options) -> Block:
    """Bounds on some lots, as if nobody else used their people: the relaxed programme of all their pairs.

    Parameters
    ----------
    pairs : Pairs
    worked : (s,) integers
        Hours of a plan with the most hours.
    lots : (b,) integers
        Lots whose hours together are the same in all such plans.
    """
    mine = np.isin(pairs.slot_lot, lots)
    chosen = np.flatnonzero(np.isin(pairs.lot, lots))
    everything = np.ones(chosen.size, np.bool_)
    area = Neighbourhood(pairs, np.where(mine, worked, 0), chosen, everything, options)
    programme, (_, _, begins) = area.programme, area.columns
    long, broken = (begins[kind][begins[kind] >= 0] for kind in (LONG, BROKEN))
    programme.whole[:] = False
    programme.worth[:] = 0
    programme.worth[broken] = -1
    prices = solved(programme, RELAXED).prices
    fewest = max(0, -int(np.floor(proved(programme, prices) + TOLERANCE)))
    budget = max(fewest, int(tallies(pairs, np.where(mine, worked, 0), options)[0].sum()))
    programme.worth[:] = 0
    programme.worth[long] = 1
    programme.add(1, [(np.zeros_like(broken), broken, 1)], high=budget)
    prices = solved(programme, RELAXED).prices
    slope = max(0.0, float(prices[-1]))
    return Block(lots, fewest, proved(programme, prices) - slope * budget, slope)


@dataclass(frozen=True, eq=False)
class MostLong:
    """A bound on long contracts: `bound` for all, `alone` (L,) for each lot, `share` (w,) of windows taken."""

    bound: int
    alone: Whole
    share: Numbers


def most_long(
    pairs: Pairs, windows: Windows, alone: Whole, blocks: Sequence[Block] = (), broken: int = 0
) -> MostLong:
    """The most long contracts, by the linear programme that takes windows at their fewest hours.

    Parameters
    ----------
    pairs : Pairs
    windows : Windows
    alone : (L,) integers
        See `most_long_alone`.
    blocks : sequence of Block
        What else is known of lots, no lot in two of them.
    broken : int
        Broken contracts of the plans compared, at most.

    Notes
    -----
    The bound is computed anew from the prices that HiGHS gives the rows, and holds even if it stopped early.
    """
    size = windows.slot.size
    if not size or size > MOST_WINDOWS:
        return MostLong(int(alone.sum()), alone, np.zeros(size))
    programme = _packing(pairs, windows, alone, len(blocks), broken)
    for number, block in enumerate(blocks):
        programme.fewest[size + number] = block.fewest_broken
        column = np.flatnonzero(np.isin(windows.lot, block.lots))
        terms: list[Term] = [
            (np.zeros_like(column), column, 1),
            (np.zeros(1, np.int64), np.array([size + number]), -block.slope),
        ]
        programme.add(1, terms, high=block.base)
    every = np.arange(len(blocks))
    programme.add(1, [(np.zeros_like(every), size + every, 1)], high=broken)
    solution = solved(programme, {"solver": "ipm", "run_crossover": "off", "ipm_iteration_limit": 150})
    bound = min(proved(programme, solution.prices), float(alone.sum()))
    return MostLong(int(np.floor(bound + TOLERANCE)), alone, solution.values[:size])


def _packing(pairs: Pairs, windows: Windows, alone: Whole, blocks: int, broken: int) -> Programme:
    """Windows taken or not: one for each pair, within people's hours, lots and sites; then columns for blocks.

    People's hours appear twice, the second time divided by the usual least hours and rounded down (Chvátal and
    Gomory), which says that nobody holds more than so many contracts at a time.
    """
    lots, people, size = pairs.lots, pairs.people, windows.slot.size
    programme = Programme(
        worth=np.repeat([1.0, 0.0], [size, blocks]),
        fewest=np.zeros(size + blocks),
        most=np.repeat([1.0, float(broken)], [size, blocks]),
        whole=np.zeros(size + blocks, np.bool_),
    )
    column = np.arange(size)
    slots = windows.slots.ravel()
    column_of = np.repeat(column, windows.months)
    cell = pairs.slot_person[slots] * people.months + pairs.month[slots]
    place = pairs.slot_lot[slots] * people.months + pairs.month[slots]
    thin = pairs.thin[slots]
    usual = int(thin.max())
    one = np.ones(size, np.int64)
    families = (
        (windows.pair, column, one, np.ones(len(pairs), np.int64)),
        (cell, column_of, thin, people.hours.ravel()),
        (cell, column_of, thin // usual, people.hours.ravel() // usual),
        (windows.lot, column, one, alone),
        (windows.lot, column, windows.hours, lots.hours),
        (place, column_of, thin, np.repeat(lots.site, people.months)),
    )
    for row, columns, weight, high in families:
        needed = np.bincount(row, weight, high.size) > high
        number = np.cumsum(needed) - 1
        there = needed[row]
        term = (number[row[there]], columns[there], weight[there])
        programme.add(int(needed.sum()), [term], high=high[needed])
    return programme
