"""An independent check of a plan: every limit and every figure worked out again, contract by contract.

Shares no code with the planning: it reads contracts and months in plain Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from croisee.engine.hours.contracts import Plan
from croisee.engine.hours.problem import Lots, Options, People

PROPERTIES = (
    "shape",
    "eligible",
    "dates",
    "people",
    "site",
    "owed",
    "apart",
    "broken",
    "long",
    "missing",
    "figures",
    "bounds",
)


@dataclass(frozen=True)
class Violation:
    """A property (one of `PROPERTIES`) that does not hold, and where; -1 where no lot, person or month is meant."""

    kind: str
    lot: int
    person: int
    month: int
    message: str


@dataclass(frozen=True)
class _Contract:
    person: int
    lot: int
    first: int
    hours: list[int]
    broken: bool
    long: bool

    @property
    def last(self) -> int:
        return self.first + len(self.hours) - 1


def audit(
    plan: Plan,
    lots: Lots,
    people: People,
    reasons: ArrayLike,
    *,
    options: Options = Options(),  # noqa: B008
) -> list[Violation]:
    """Prove that a plan respects every limit and says the truth of itself, or name what is wrong.

    Parameters
    ----------
    plan : Plan
        By whatever means it was made.
    lots, people, reasons, options
        What it was made from.

    Returns
    -------
    list of Violation
        Empty when everything holds.

    Notes
    -----
    The properties:

    - `shape`: arrays of one length, persons, lots and months that exist (no other is examined without it);
    - `eligible`: nobody works where `reasons` says no;
    - `dates`: no month outside the lot's, no month of a contract without hours;
    - `people`, `site`, `owed`: nobody's hours in a month, no site's, no lot's are exceeded;
    - `apart`: two contracts of one pair do not touch;
    - `broken`, `long`: each contract is what the definitions of `Options` say;
    - `missing`: each lot lacks what it owes less what is worked, and its reasons add up to that;
    - `figures`: the plan's totals are those of its contracts;
    - `bounds`: no figure is better than its bound, and the gaps are those between them.
    """
    faults = list(_shape(plan, lots, people))
    if faults:
        return faults
    contracts = list(_contracts(plan))
    codes = np.asarray(reasons)
    checks = (
        _where(contracts, lots, codes),
        _limits(contracts, lots, people),
        _kinds(contracts, lots, people, options),
        _missing(plan, contracts, lots),
        _figures(plan, contracts),
    )
    return [violation for check in checks for violation in check]


def _shape(plan: Plan, lots: Lots, people: People) -> Iterator[Violation]:
    c = plan.contracts
    count = c.person.size
    for name in ("lot", "first", "last", "broken", "long"):
        if getattr(c, name).shape != (count,):
            yield Violation(
                "shape", -1, -1, -1, f"{name} has shape {getattr(c, name).shape} for {count} contracts"
            )
            return
    ranges = (("person", c.person, len(people)), ("lot", c.lot, len(lots)), ("first", c.first, people.months))
    for name, values, size in ranges:
        if count and not (values.min() >= 0 and values.max() < size):
            yield Violation("shape", -1, -1, -1, f"{name} holds what is not from 0 to {size - 1}")
    if c.start.tolist() != [0, *np.cumsum(c.last - c.first + 1).tolist()] or c.hours.shape != (c.start[-1],):
        yield Violation("shape", -1, -1, -1, "start and hours do not follow the months of the contracts")
    elif count and (c.last < c.first).any():
        yield Violation("shape", -1, -1, -1, "a contract ends before it begins")
    elif count and c.last.max() >= people.months:
        yield Violation("shape", -1, -1, -1, f"last holds what is not from 0 to {people.months - 1}")
    if plan.missing.shape != (len(lots),) or plan.lacking.shape[:1] != (len(lots),):
        yield Violation("shape", -1, -1, -1, f"missing or lacking have not {len(lots)} rows")


def _contracts(plan: Plan) -> Iterator[_Contract]:
    c = plan.contracts
    for k in range(c.person.size):
        hours = c.hours[c.start[k] : c.start[k + 1]].tolist()
        yield _Contract(
            int(c.person[k]), int(c.lot[k]), int(c.first[k]), hours, bool(c.broken[k]), bool(c.long[k])
        )


def _where(
    contracts: list[_Contract], lots: Lots, codes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> Iterator[Violation]:
    for c in contracts:
        if codes[c.person, c.lot] != 0:
            yield Violation(
                "eligible", c.lot, c.person, c.first, f"person {c.person} may not work on lot {c.lot}"
            )
        if c.first < lots.first[c.lot] or c.last > lots.last[c.lot]:
            yield Violation(
                "dates", c.lot, c.person, c.first, f"months {c.first} to {c.last} leave lot {c.lot}'s dates"
            )
        if min(c.hours) <= 0:
            month = c.first + next(j for j, hours in enumerate(c.hours) if hours <= 0)
            yield Violation("dates", c.lot, c.person, month, f"a contract has no hours in month {month}")


def _limits(contracts: list[_Contract], lots: Lots, people: People) -> Iterator[Violation]:
    of_person: dict[tuple[int, int], int] = defaultdict(int)
    of_site: dict[tuple[int, int], int] = defaultdict(int)
    of_lot: dict[int, int] = defaultdict(int)
    for c in contracts:
        for j, hours in enumerate(c.hours):
            of_person[c.person, c.first + j] += hours
            of_site[c.lot, c.first + j] += hours
            of_lot[c.lot] += hours
    for (person, month), hours in of_person.items():
        if hours > people.hours[person, month]:
            message = (
                f"person {person} works {hours} hours in month {month}, and has {people.hours[person, month]}"
            )
            yield Violation("people", -1, person, month, message)
    for (lot, month), hours in of_site.items():
        most = -1 if lots.most_per_month is None else lots.most_per_month[lot]
        if 0 <= most < hours:
            yield Violation(
                "site", lot, -1, month, f"lot {lot} has {hours} hours in month {month}, of {most} at most"
            )
    for lot, hours in of_lot.items():
        if hours > lots.hours[lot]:
            yield Violation("owed", lot, -1, -1, f"lot {lot} has {hours} hours, and owes {lots.hours[lot]}")


def _kinds(contracts: list[_Contract], lots: Lots, people: People, options: Options) -> Iterator[Violation]:
    before: dict[tuple[int, int], int] = {}
    for c in sorted(contracts, key=lambda c: (c.lot, c.person, c.first)):
        pair = c.lot, c.person
        if pair in before and c.first <= before[pair] + 1:
            yield Violation("apart", c.lot, c.person, c.first, "two contracts of one person on one lot touch")
        lasts = int(lots.last[c.lot] - lots.first[c.lot]) + 1
        owed = int(lots.hours[c.lot])
        most = (
            owed
            if lots.most_per_month is None or lots.most_per_month[c.lot] < 0
            else lots.most_per_month[c.lot]
        )
        enough = min(options.least, owed // lasts, most)
        thin = any(
            hours < min(enough, people.hours[c.person, c.first + j]) for j, hours in enumerate(c.hours)
        )
        broken = pair in before or len(c.hours) < min(options.shortest, lasts) or thin
        if broken != c.broken:
            yield Violation("broken", c.lot, c.person, c.first, f"a contract is said broken: {c.broken}")
        if c.long != (not broken and len(c.hours) >= options.long):
            yield Violation("long", c.lot, c.person, c.first, f"a contract is said long: {c.long}")
        before[pair] = c.last


def _missing(plan: Plan, contracts: list[_Contract], lots: Lots) -> Iterator[Violation]:
    missing = lots.hours.tolist()
    for c in contracts:
        missing[c.lot] -= sum(c.hours)
    for lot, hours in enumerate(missing):
        row = plan.lacking[lot].tolist()
        if hours != plan.missing[lot] or sum(row) != hours or min(row) < 0:
            said = f"{plan.missing[lot]} missing for reasons {row}"
            yield Violation(
                "missing", lot, -1, -1, f"lot {lot} lacks {hours} hours, and the plan says {said}"
            )
        elif row[plan.why[lot]] != max(row):
            yield Violation(
                "missing", lot, -1, -1, f"the reason {plan.why[lot]} of lot {lot} is not its main one"
            )


def _figures(plan: Plan, contracts: list[_Contract]) -> Iterator[Violation]:
    figures = {
        "hours_met": sum(sum(c.hours) for c in contracts),
        "broken": sum(c.broken for c in contracts),
        "long": sum(c.long for c in contracts),
    }
    for name, value in figures.items():
        if getattr(plan, name) != value:
            yield Violation(
                "figures", -1, -1, -1, f"{name} is {value}, and the plan says {getattr(plan, name)}"
            )
    of, best = figures, plan.bounds
    level = (of["hours_met"], -of["broken"], of["long"])
    if level > (best.hours, -best.broken, best.long) or plan.objective > plan.bound:
        yield Violation("bounds", -1, -1, -1, f"{level} is better than its bound {best}")
    gaps = (
        (best.hours - of["hours_met"]) / max(best.hours, 1),
        (of["broken"] - best.broken) / max(len(contracts), 1),
        (best.long - of["long"]) / max(best.long, 1),
    )
    if plan.gap != (plan.bound - plan.objective) / max(plan.bound, 1):
        yield Violation("bounds", -1, -1, -1, f"the gap is said {plan.gap}")
    if plan.gaps != gaps:
        yield Violation("bounds", -1, -1, -1, f"the gaps are {gaps}, and the plan says {plan.gaps}")
