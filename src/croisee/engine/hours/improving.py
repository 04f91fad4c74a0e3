"""A plan made better: lots that could have better contracts are planned again together, over and over.

Shaw, *Using constraint programming and local search methods to solve vehicle routing problems*, CP 1998, has the
principle; each neighbourhood here is an integer programme.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from croisee.engine.hours.contracts import contracts_of, tallies
from croisee.engine.hours.neighbourhood import Neighbourhood, planned_again
from croisee.engine.hours.problem import Flags, Options, Pairs, Whole

SLOTS = 120
"""Slots of a neighbourhood, roughly; as many more each time that a lot is tried again in vain."""
GROWTH = 5
"""At most so many times more."""
FEW = 8
"""People drawn for a lot besides those who work there, and two more for each of these."""
NODES = 10
AT_ONCE = 4
"""Neighbourhoods planned again in one round, apart from each other; a constant, lest threads change the result."""


@dataclass
class Search:
    """A plan on its way, and what is known of each lot.

    Attributes
    ----------
    worked : (s,) integers
    broken, long : (L,) integers
        Of the present plan.
    tried : (L,) integers
        How often a lot was chosen first since something changed around it.
    """

    pairs: Pairs
    options: Options
    worked: Whole
    alone: Whole
    broken: Whole
    long: Whole
    tried: Whole
    shared: Whole
    random: np.random.Generator

    @property
    def wanting(self) -> Whole:
        """(L,) How many contracts of each lot could perhaps be better."""
        wanting: Whole = 4 * self.broken + np.maximum(self.alone - self.long, 0)
        return wanting

    def seed(self, barred: Flags) -> int:
        """A lot to begin a neighbourhood with: wanting, tried least often, drawn among those; -1 for none."""
        able = (self.wanting > 0) & ~barred
        if not able.any():
            return -1
        weight = np.where(able, np.sqrt(self.wanting) / (1.0 + self.tried) ** 2, 0.0)
        return int(self.random.choice(weight.size, p=weight / weight.sum()))

    def around(self, lot: int, barred: Flags, busy: Flags, size: int) -> Whole:
        """The pairs of `lot` and of others that share most people with it, wanting ones rather, up to so many slots.

        Of each lot, all who work there, and a few more drawn among those who may.
        """
        closeness = self.shared[lot] * self.random.random(barred.size) * np.where(self.wanting > 0, 2.0, 1.0)
        closeness[barred] = 0
        closeness[lot] = np.inf
        works = np.add.reduceat(self.worked, self.pairs.start[:-1]) > 0
        chosen: list[Whole] = []
        slots = 0
        for other in np.argsort(-closeness, kind="stable").tolist():
            if closeness[other] <= 0 or slots >= size:
                break
            mine = self._some(other, works, busy)
            more = int((self.pairs.start[mine + 1] - self.pairs.start[mine]).sum())
            if other == lot or slots + more <= size:
                chosen.append(mine)
                slots += more
        return np.sort(np.concatenate(chosen))

    def _some(self, lot: int, works: Flags, busy: Flags) -> Whole:
        mine = np.arange(self.pairs.lot_start[lot], self.pairs.lot_start[lot + 1])
        mine = mine[~busy[self.pairs.person[mine]]]
        others = mine[~works[mine]]
        few = min(others.size, FEW + 2 * (mine.size - others.size))
        return np.concatenate((mine[works[mine]], self.random.choice(others, few, replace=False)))


def improved(
    pairs: Pairs,
    worked: Whole,
    alone: Whole,
    options: Options,
    done: Callable[[int, int], bool],
    until: float,
) -> Whole:
    """(s,) The hours once no more is tried.

    Parameters
    ----------
    pairs : Pairs
    worked : (s,) integers
        The hours to begin with, of a plan that respects every limit.
    alone : (L,) integers
        The most long contracts of each lot.
    done : function of broken and long contracts
        Whether that is good enough.
    until : float
        When to stop, as `time.perf_counter` tells it.
    """
    broken, long = tallies(pairs, worked, options)
    search = Search(
        pairs, options, worked, alone, broken, long, np.zeros(len(pairs.lots), np.int64), shared_people(pairs),
        np.random.default_rng(options.seed),
    )  # fmt: skip
    with ThreadPoolExecutor(options.threads) as pool:
        for _ in range(0, options.rounds, AT_ONCE):
            late = time.perf_counter() > until
            if late or done(int(search.broken.sum()), int(search.long.sum())) or not _round(search, pool):
                break
    return search.worked


def shared_people(pairs: Pairs) -> Whole:
    """(L, L) How many people may work on both lots."""
    may = np.zeros((len(pairs.people), len(pairs.lots)), np.float32)
    may[pairs.person, pairs.lot] = 1
    return (may.T @ may).astype(np.int64)


def _round(search: Search, pool: ThreadPoolExecutor) -> bool:
    """Plan some neighbourhoods again that share no people; False where nothing is left to try."""
    areas = list(_areas(search))
    found = list(pool.map(lambda area: planned_again(area, NODES), areas))
    for area, (worked, _) in zip(areas, found, strict=True):
        before = int(search.broken.sum()), -int(search.long.sum())
        again = search.worked.copy()
        again[area.at] = worked
        broken, long = tallies(search.pairs, again, search.options)
        after = int(broken.sum()), -int(long.sum())
        if after < before:
            lots = np.unique(search.pairs.lot[area.chosen])
            search.tried[search.shared[lots].any(axis=0)] = 0
        if after <= before:
            search.worked, search.broken, search.long = again, broken, long
    return bool(areas)


def _areas(search: Search) -> Iterator[Neighbourhood]:
    pairs = search.pairs
    barred = np.zeros(len(pairs.lots), np.bool_)
    busy = np.zeros(len(pairs.people), np.bool_)
    breaks = _broken_pairs(search)
    for _ in range(AT_ONCE):
        lot = search.seed(barred)
        if lot < 0:
            return
        size = SLOTS * (1 + min(int(search.tried[lot]), GROWTH))
        search.tried[lot] += 1
        chosen = search.around(lot, barred, busy, size)
        busy[pairs.person[chosen]] = True
        barred[np.unique(pairs.lot[chosen])] = True
        yield Neighbourhood(pairs, search.worked, chosen, breaks[chosen], search.options)


def _broken_pairs(search: Search) -> Flags:
    contracts = contracts_of(search.pairs, search.worked, search.options)
    broken = np.zeros(len(search.pairs), np.bool_)
    slots = np.flatnonzero(search.worked)[contracts.start[:-1]]
    broken[search.pairs.slot_pair[slots[contracts.broken]]] = True
    return broken
