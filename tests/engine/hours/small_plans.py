"""Small problems for hypothesis, and their best plans by another programme: months of a pair chosen as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from highspy import Highs
from hypothesis import strategies as st
from numpy.typing import NDArray

from croisee.engine.hours import Lots, Options, People


@dataclass(frozen=True)
class Problem:
    lots: Lots
    people: People
    reasons: NDArray[np.uint8]
    options: Options


@st.composite
def problems(draw: st.DrawFn, people: int = 3, lots: int = 2, months: int = 4) -> Problem:
    """Few people, lots and months; hours small enough to run out, and large enough to be shared."""
    n, m, t = draw(st.integers(0, people)), draw(st.integers(1, lots)), draw(st.integers(1, months))
    hours = draw(st.lists(st.sampled_from([0, 0, 1, 3, 4, 6]), min_size=n * t, max_size=n * t))
    first = [draw(st.integers(0, t - 1)) for _ in range(m)]
    last = [draw(st.integers(begin, t - 1)) for begin in first]
    owed = [draw(st.integers(0, 25)) for _ in range(m)]
    most = draw(st.none() | st.lists(st.integers(-1, 8), min_size=m, max_size=m))
    codes = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4]), min_size=n * m, max_size=n * m))
    shortest = draw(st.integers(1, 3))
    return Problem(
        Lots(np.array(owed), np.array(first), np.array(last), None if most is None else np.array(most)),
        People(np.array(hours, np.int64).reshape(n, t)),
        np.array(codes, np.uint8).reshape(n, m),
        Options(shortest=shortest, long=draw(st.integers(shortest, 4)), least=draw(st.integers(0, 4))),
    )


@dataclass(frozen=True)
class _Pattern:
    """One way of working on a lot: the fewest and most hours of each month, and what that counts."""

    low: dict[int, int]
    high: dict[int, int]
    broken: int
    long: int


def best(problem: Problem) -> tuple[int, int, int]:
    """The most hours, then the fewest broken contracts, then the most long ones."""
    lots, people = problem.lots, problem.people
    highs = Highs()
    highs.setOptionValue("output_flag", False)
    of_person: dict[tuple[int, int], list[Any]] = {}
    of_site: dict[tuple[int, int], list[Any]] = {}
    of_lot: dict[int, list[Any]] = {}
    chosen: list[tuple[Any, _Pattern]] = []
    for person, lot in product(range(len(people)), range(len(lots))):
        if problem.reasons[person, lot]:
            continue
        patterns = [(highs.addBinary(), pattern) for pattern in _patterns(problem, person, lot)]
        highs.addConstr(sum(take for take, _ in patterns) == 1)
        chosen += patterns
        for month in range(lots.first[lot], lots.last[lot] + 1):
            hours = highs.addIntegral(lb=0, ub=int(people.hours[person, month]))
            highs.addConstr(hours - sum(p.low.get(month, 0) * take for take, p in patterns) >= 0)
            highs.addConstr(hours - sum(p.high.get(month, 0) * take for take, p in patterns) <= 0)
            of_person.setdefault((person, month), []).append(hours)
            of_site.setdefault((lot, month), []).append(hours)
            of_lot.setdefault(lot, []).append(hours)
    for (person, month), worked in of_person.items():
        highs.addConstr(sum(worked) <= int(people.hours[person, month]))
    for (lot, _), worked in of_site.items():
        if lots.most_per_month is not None and lots.most_per_month[lot] >= 0:
            highs.addConstr(sum(worked) <= int(lots.most_per_month[lot]))
    for lot, worked in of_lot.items():
        highs.addConstr(sum(worked) <= int(lots.hours[lot]))
    if not chosen:
        return 0, 0, 0
    met = sum(hours for worked in of_lot.values() for hours in worked)
    broken = sum(pattern.broken * take for take, pattern in chosen)
    long = sum(pattern.long * take for take, pattern in chosen)
    return _in_turn(highs, met, broken, long)


def _in_turn(highs: Any, met: Any, broken: Any, long: Any) -> tuple[int, int, int]:
    highs.maximize(met)
    hours = round(highs.getObjectiveValue())
    highs.addConstr(met >= hours)
    highs.minimize(1 * broken)
    breaks = round(highs.getObjectiveValue())
    highs.addConstr(1 * broken <= breaks)
    highs.maximize(1 * long)
    return hours, breaks, round(highs.getObjectiveValue())


def _patterns(problem: Problem, person: int, lot: int) -> Iterator[_Pattern]:
    """Every set of months, and for each run of them whether it keeps clear of thin months."""
    lots, options = problem.lots, problem.options
    months = list(range(lots.first[lot], lots.last[lot] + 1))
    owed = int(lots.hours[lot])
    site = (
        owed if lots.most_per_month is None or lots.most_per_month[lot] < 0 else int(lots.most_per_month[lot])
    )
    enough = min(options.least, owed // len(months), site)
    for at_work in product((False, True), repeat=len(months)):
        runs = _runs([month for month, works in zip(months, at_work, strict=True) if works])
        for clear in product((False, True), repeat=len(runs)):
            low: dict[int, int] = {}
            broken = long = 0
            for nth, (run, full) in enumerate(zip(runs, clear, strict=True)):
                for month in run:
                    low[month] = max(1, min(enough, int(problem.people.hours[person, month])) if full else 1)
                bad = nth > 0 or len(run) < min(options.shortest, len(months)) or not full
                broken += bad
                long += not bad and len(run) >= options.long
            yield _Pattern(low, {month: 100 for run in runs for month in run}, broken, long)


def _runs(months: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for month in months:
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs
