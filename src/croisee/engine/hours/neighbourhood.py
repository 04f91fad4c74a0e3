"""Some pairs planned again, exactly, all others as they are: an integer programme over their months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from croisee.engine.hours.building import Left, left
from croisee.engine.hours.contracts import contracts_of
from croisee.engine.hours.flow import Network
from croisee.engine.hours.problem import Flags, Options, Pairs, Whole, runs
from croisee.engine.hours.programme import Numbers, Programme, Term, solved

LONG, SHORT, BROKEN = range(3)


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The pairs to plan again.

    Attributes
    ----------
    pairs : Pairs
    worked : (s,) integers
        Hours in each slot now.
    chosen : (c,) integers
        The pairs to plan again, ascending.
    breakable : (c,) booleans
        Whether the pair may have broken contracts.
    options : Options
    """

    pairs: Pairs
    worked: Whole
    chosen: Whole
    breakable: Flags
    options: Options

    @cached_property
    def months(self) -> Whole:
        """(c,) Slots of each pair."""
        return np.diff(self.pairs.start)[self.chosen]

    @cached_property
    def start(self) -> Whole:
        """(c + 1,) The first slot of each pair, among the `n` slots of all."""
        return np.concatenate(([0], np.cumsum(self.months)))

    @cached_property
    def of(self) -> Whole:
        """(n,) The pair of each slot, as a position in `chosen`."""
        return np.repeat(np.arange(self.chosen.size), self.months)

    @cached_property
    def at(self) -> Whole:
        """(n,) Each slot among those of `pairs`."""
        return np.arange(self.of.size) - self.start[self.of] + self.pairs.start[self.chosen][self.of]

    @cached_property
    def left(self) -> Left:
        """Hours that the other pairs leave."""
        worked = self.worked.copy()
        worked[self.at] = 0
        return left(self.pairs, worked)

    @cached_property
    def ranges(self) -> tuple[Whole, Whole]:
        """(n,) fewest and (n,) most hours of each slot in the plans that have as many hours as now.

        Where the present hours are the most that the neighbourhood can have, many slots have no choice.
        """
        most = self.pairs.room[self.at]
        for place, limit in self.limits:
            most = np.minimum(most, limit[place])
        now = self.worked[self.at]
        network = self._network(now, np.zeros_like(now), most)
        if network.with_most().worked.sum() > now.sum():
            return np.zeros_like(most), most
        settled = network.settled()[: now.size]
        return np.where(settled, now, 0), np.where(settled, now, most)

    @cached_property
    def limits(self) -> tuple[tuple[Whole, Whole], tuple[Whole, Whole], tuple[Whole, Whole]]:
        """Of people's months, sites' months and lots: where each slot is among them, and the hours left to each."""
        left = self.left
        cells, cell = np.unique(left.cell[self.at], return_inverse=True)
        places, place = np.unique(left.place[self.at], return_inverse=True)
        lots, lot = np.unique(self.pairs.slot_lot[self.at], return_inverse=True)
        return (cell, left.people[cells]), (place, left.sites[places]), (lot, left.lots[lots])

    def _network(self, worked: Whole, least: Whole, most: Whole) -> Network:
        people, sites, lots = self.limits
        site_lot = np.zeros(sites[1].size, np.int64)
        site_lot[sites[0]] = lots[0]
        return Network.between(people, sites, lots, site_lot, (worked, least, most))

    def filled(self, least: Whole, most: Whole) -> Whole:
        """(n,) The most hours of each slot between these."""
        return self._network(least, least, most).with_most().worked

    @property
    def room(self) -> Whole:
        """(n,) Hours that each slot can have at most."""
        return self.ranges[1]

    @cached_property
    def thin(self) -> Whole:
        """(n,) Hours that each slot of an unbroken contract has at least."""
        return self.pairs.thin[self.at]

    @cached_property
    def fewest(self) -> tuple[Whole, Whole, Whole]:
        """Of each kind of contract, (n,) the fewest months."""
        lasts = self.months[self.of]
        return (
            np.full(lasts.size, self.options.long),
            np.minimum(self.options.shortest, lasts),
            np.ones_like(lasts),
        )

    @cached_property
    def columns(self) -> tuple[Whole, Whole, Whole]:
        """(n,) hours, (3, n) at work and (3, n) beginning a contract of each kind: columns, -1 for none."""
        able = self.room >= self.thin
        at_work: Flags = np.zeros((3, able.size), np.bool_)
        begins = at_work.copy()
        ahead, whole_run = runs(able, self.start)
        for kind in (LONG, SHORT):
            begins[kind] = ahead >= self.fewest[kind]
            at_work[kind] = whole_run >= self.fewest[kind]
        at_work[BROKEN] = self.breakable[self.of] & (self.room > 0)
        begins[BROKEN] = at_work[BROKEN]
        there: Flags = np.stack((at_work[LONG] | at_work[SHORT] | at_work[BROKEN], *at_work, *begins))
        column: Whole = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)
        return column[0], column[1:4], column[4:]

    @cached_property
    def programme(self) -> Programme:
        """Most long contracts after fewest broken ones, with as many hours as now."""
        hours, at_work, begins = self.columns
        size = int(max(hours.max(initial=-1), at_work.max(initial=-1), begins.max(initial=-1))) + 1
        worth, most = np.zeros(size), np.ones(size)
        worth[begins[LONG][begins[LONG] >= 0]] = 1
        worth[begins[BROKEN][begins[BROKEN] >= 0]] = -(1 + self.chosen.size)
        most[hours[hours >= 0]] = self.room[hours >= 0]
        whole = np.zeros(size, np.bool_)
        whole[at_work[at_work >= 0]] = True
        fewest = np.zeros(size)
        fewest[hours[hours >= 0]] = self.ranges[0][hours >= 0]
        programme = Programme(worth, fewest, most, whole)
        self._add_months(programme)
        self._add_contracts(programme)
        self._add_breaks(programme)
        self._add_limits(programme)
        return programme

    def _add_months(self, programme: Programme) -> None:
        """Hours where somebody is at work, and not thin in an unbroken contract."""
        hours, at_work, _ = self.columns
        n = np.arange(hours.size)
        for bound, kinds in (
            (self.room, (self.room,) * 3),
            (self.thin, (self.thin, self.thin, np.ones_like(n))),
        ):
            terms: list[Term] = [(n, hours, 1), *((n, at_work[k], -kinds[k]) for k in range(3))]
            programme.add(n.size, terms, **({"high": 0} if bound is self.room else {"low": 0}))

    def _add_contracts(self, programme: Programme) -> None:
        """Contracts begin where work does, last long enough, and a pair has one that is unbroken.

        The rows on the fewest months are those of Rajan & Takriti, *Minimum up/down polytopes of the unit
        commitment problem with start-up costs*, IBM Research Report RC23628, 2005.
        """
        _, at_work, begins = self.columns
        n = np.arange(self.of.size)
        inner = n > self.start[self.of]
        for kind in range(3):
            before = np.where(inner, at_work[kind][n - 1], -1)
            programme.add(n.size, [(n, at_work[kind], 1), (n, before, -1), (n, begins[kind], -1)], high=0)
            terms: list[Term] = [(n, at_work[kind], -1)]
            for back in range(int(self.fewest[kind].max(initial=0))):
                near = (back < self.fewest[kind]) & (n - back >= self.start[self.of])
                terms.append((n, np.where(near, begins[kind][np.maximum(n - back, 0)], -1), 1))
            programme.add(n.size, terms, high=0)
        programme.add(self.chosen.size, [(self.of, begins[LONG], 1), (self.of, begins[SHORT], 1)], high=1)

    def _add_breaks(self, programme: Programme) -> None:
        """A broken contract touches no other, and no unbroken one begins after it."""
        _, at_work, begins = self.columns
        slots = np.flatnonzero(at_work[BROKEN] >= 0)
        if not slots.size:
            return
        row = np.arange(slots.size)
        broken: Term = (row, at_work[BROKEN][slots], 1)
        inner = slots > self.start[self.of[slots]]
        for near in (slots, np.where(inner, slots - 1, slots)):
            terms: list[Term] = [(row, at_work[kind][near], 1) for kind in (LONG, SHORT)]
            programme.add(row.size, [broken, *terms], high=1)
        later = self.start[self.of[slots] + 1] - slots - 1
        rows = np.repeat(row, later)
        after = np.arange(rows.size) - np.repeat(np.cumsum(later) - later, later) + slots[rows] + 1
        programme.add(
            row.size, [broken, (rows, begins[LONG][after], 1), (rows, begins[SHORT][after], 1)], high=1
        )

    def _add_limits(self, programme: Programme) -> None:
        """People's hours, sites, lots, and no fewer hours than now in all."""
        hours, at_work, _ = self.columns
        cell, most = self.limits[0]
        weight = int(self.thin.max(initial=1))
        at_once: list[Term] = [(cell, at_work[kind], self.thin // weight) for kind in (LONG, SHORT)]
        programme.add(most.size, at_once, high=most // weight)
        for place, limit in self.limits:
            programme.add(limit.size, [(place, hours, 1)], high=limit)
        programme.add(1, [(np.zeros_like(self.at), hours, 1)], low=self.worked[self.at].sum())

    @cached_property
    def now(self) -> Numbers:
        """The columns of the present plan."""
        hours, at_work, begins = self.columns
        values = np.zeros(self.programme.worth.size)
        alone = np.zeros_like(self.worked)
        alone[self.at] = self.worked[self.at]
        contracts = contracts_of(self.pairs, alone, self.options)
        kind = np.where(contracts.broken, BROKEN, np.where(contracts.long, LONG, SHORT))
        begin = np.searchsorted(self.at, np.flatnonzero(alone)[contracts.start[:-1]])
        values[begins[kind, begin]] = 1
        each = np.repeat(np.arange(len(contracts)), contracts.months)
        slot = begin[each] + np.arange(each.size) - contracts.start[each]
        values[at_work[kind[each], slot]] = 1
        values[hours[slot]] = contracts.hours
        return values


def planned_again(area: Neighbourhood, nodes: int) -> tuple[Whole, bool]:
    """(n,) Hours in each slot of the area with the best contracts found for it, and whether none are better.

    Parameters
    ----------
    area : Neighbourhood
    nodes : int
        At most so many nodes of the search tree.
    """
    if not area.programme.worth.size:
        return area.worked[area.at], True
    options = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.99, "mip_max_nodes": nodes}
    solution = solved(area.programme, options, area.now)
    _, at_work, _ = area.columns
    if not solution.values.size:
        return area.worked[area.at], False
    works = (at_work >= 0) & (solution.values[at_work] > 0.5)
    least = np.where(works[LONG] | works[SHORT], area.thin, works[BROKEN])
    return area.filled(least, np.where(works.any(axis=0), area.room, 0)), solution.optimal
