"""Hours month by month made into contracts, and what a plan says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from croisee.engine.hours.problem import Flags, Options, Pairs, Whole

LACKS = 8


class Lack(IntEnum):
    """Where missing hours of a lot go; each reason counts what is lost once those before it are granted."""

    NOTHING = 0
    SITE = 1
    ABSENT = 2
    ELIGIBILITY = 3
    TRADE = 4
    TRAVEL = 5
    OTHER = 6
    TAKEN = 7


@dataclass(frozen=True, eq=False)
class Contracts:
    """`K` contracts: one person on one lot in consecutive months, by lot, person and first month.

    Attributes
    ----------
    person, lot, first, last : (K,) integers
        `last` is included.
    start : (K + 1,) integers
    hours : (start[K],) integers
        Contract `k` has `hours[start[k] + j]` hours in the month `first[k] + j`; none is 0.
    broken : (K,) booleans
        Not the person's first on that lot, or too short, or with a thin month; see `Options`.
    long : (K,) booleans
        Not broken, and long enough.
    """

    person: Whole
    lot: Whole
    first: Whole
    last: Whole
    start: Whole
    hours: Whole
    broken: Flags
    long: Flags

    def __len__(self) -> int:
        return self.person.size

    @property
    def months(self) -> Whole:
        """(K,) How many months each lasts."""
        return self.last - self.first + 1

    @property
    def total(self) -> Whole:
        """(K,) The hours of each."""
        sums = np.concatenate(([0], np.cumsum(self.hours)))
        return sums[self.start[1:]] - sums[self.start[:-1]]

    def table(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Person, lot, month and hours of each month worked, in four arrays of the same length."""
        contract = np.repeat(np.arange(len(self)), self.months)
        month = np.arange(self.hours.size) - self.start[contract] + self.first[contract]
        return self.person[contract], self.lot[contract], month, self.hours


@dataclass(frozen=True)
class Bound:
    """No plan has more `hours`; none with that many hours has fewer `broken` contracts; none has more `long` ones."""

    hours: int
    broken: int
    long: int


@dataclass(frozen=True, eq=False)
class Plan:
    """Who does which hours when, what is missing, and how far from the best this can be.

    Attributes
    ----------
    contracts : Contracts
    missing : (L,) integers
        Hours that each lot lacks.
    why : (L,) codes of `Lack`
        Where most of the missing hours of a lot go, `Lack.NOTHING` where none is missing.
    lacking : (L, 8) integers
        Missing hours by `Lack`; a row adds up to `missing`.
    hours_met, broken, long : int
        Hours worked, broken contracts, long contracts.
    objective, bound : int
        The three numbers as one, hours before broken contracts before long ones (`weighed`); no plan has an
        objective above `bound`.
    gaps : three floats
        Of each level: the hours that `bounds` would add, by the hours it has; the broken contracts that it would
        spare, by the contracts there are; the long ones that it would add, by those it has.
    gap : float
        How far `objective` is from `bound`, by `bound`. As an hour outweighs all contracts it says little of them:
        `gaps` does.
    bounds : Bound
    seconds : float
    """

    contracts: Contracts
    missing: Whole
    why: NDArray[np.uint8]
    lacking: Whole
    hours_met: int
    broken: int
    long: int
    objective: int
    bound: int
    gap: float
    gaps: tuple[float, float, float]
    bounds: Bound
    seconds: float = field(compare=False)


def weighed(hours: int, broken: int, long: int, scale: int) -> int:
    """The three levels in one number: an hour outweighs all contracts, a broken contract all long ones.

    Parameters
    ----------
    scale : int
        More than the contracts that any plan compared may have.
    """
    return (hours * scale - broken) * scale + long


def plan_of(
    pairs: Pairs, worked: Whole, lacking: Whole, bounds: Bound, options: Options, seconds: float
) -> Plan:
    """The plan in which each slot of `pairs` has the hours of `worked`."""
    contracts = contracts_of(pairs, worked, options)
    met, broken, long = int(worked.sum()), int(contracts.broken.sum()), int(contracts.long.sum())
    scale = int((pairs.room > 0).sum()) + 1
    objective = weighed(met, broken, long, scale)
    bound = weighed(bounds.hours, bounds.broken, bounds.long, scale)
    gaps = (
        (bounds.hours - met) / max(bounds.hours, 1),
        (broken - bounds.broken) / max(len(contracts), 1),
        (bounds.long - long) / max(bounds.long, 1),
    )
    return Plan(
        contracts=contracts,
        missing=lacking.sum(axis=1),
        why=lacking.argmax(axis=1).astype(np.uint8),
        lacking=lacking,
        hours_met=met,
        broken=broken,
        long=long,
        objective=objective,
        bound=bound,
        gap=(bound - objective) / max(bound, 1),
        gaps=gaps,
        bounds=bounds,
        seconds=seconds,
    )


def contracts_of(pairs: Pairs, worked: Whole, options: Options) -> Contracts:
    """The contracts that hours make: of each pair, the runs of months with hours.

    Parameters
    ----------
    pairs : Pairs
    worked : (s,) integers
        Hours in each slot of `pairs`.
    """
    at = np.flatnonzero(worked)
    pair, month = pairs.slot_pair[at], pairs.month[at]
    new_pair = np.ones(at.size, np.bool_)
    new_pair[1:] = pair[1:] != pair[:-1]
    begins = new_pair.copy()
    begins[1:] |= month[1:] != month[:-1] + 1
    begin = np.flatnonzero(begins)
    start = np.append(begin, at.size)
    months = np.diff(start)
    lot = pairs.lot[pair[begin]]
    is_thin = np.concatenate(([0], np.cumsum(worked[at] < pairs.thin[at])))
    broken = ~new_pair[begin] | (months < np.minimum(options.shortest, pairs.lots.months[lot]))
    broken |= is_thin[start[1:]] > is_thin[start[:-1]]
    return Contracts(
        person=pairs.person[pair[begin]],
        lot=lot,
        first=month[begin],
        last=month[begin] + months - 1,
        start=start,
        hours=worked[at],
        broken=broken,
        long=~broken & (months >= options.long),
    )


def tallies(pairs: Pairs, worked: Whole, options: Options) -> tuple[Whole, Whole]:
    """(L,) broken and (L,) long contracts of each lot, when each slot of `pairs` has the hours of `worked`."""
    contracts = contracts_of(pairs, worked, options)
    lots = len(pairs.lots)
    return (
        np.bincount(contracts.lot[contracts.broken], minlength=lots),
        np.bincount(contracts.lot[contracts.long], minlength=lots),
    )
