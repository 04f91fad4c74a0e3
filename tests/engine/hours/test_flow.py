"""The most hours, against a linear programme; what all plans with that many hours have in common."""

from __future__ import annotations

from itertools import product

import numpy as np
from highspy import Highs
from hypothesis import given, settings

from croisee.engine.hours.flow import Network, most_hours
from croisee.engine.hours.problem import Pairs, pairs_of
from tests.engine.hours.small_plans import Problem, problems


def extreme(pairs: Pairs, slot: int, sign: int, hours: int) -> int:
    """The most (or with -1 the fewest) hours that a slot has in any plan with so many hours."""
    highs = Highs()
    highs.setOptionValue("output_flag", False)
    worked = [highs.addVariable(lb=0, ub=int(room)) for room in pairs.room]
    keys = [
        (pairs.slot_person * 100 + pairs.month, pairs.people.hours[pairs.slot_person, pairs.month]),
        (pairs.slot_lot * 100 + pairs.month, pairs.lots.site[pairs.slot_lot]),
        (pairs.slot_lot, pairs.lots.hours[pairs.slot_lot]),
    ]
    for key, limit in keys:
        for name in np.unique(key):
            mine = np.flatnonzero(key == name)
            highs.addConstr(sum(worked[s] for s in mine) <= int(limit[mine[0]]))
    if hours >= 0:
        highs.addConstr(sum(worked) >= hours)
    highs.maximize(sum(worked) if slot < 0 else sign * worked[slot])
    return round(sign * highs.getObjectiveValue())


@given(problems(people=3, lots=3, months=3))
@settings(max_examples=60)
def test_the_most_hours_and_what_is_settled(problem: Problem) -> None:
    pairs = pairs_of(problem.lots, problem.people, problem.reasons, 0)
    nothing = np.zeros(pairs.month.size, np.int64)
    worked = most_hours(pairs, nothing, nothing, pairs.room)
    hours = int(worked.sum())
    if not worked.size:
        return
    assert hours == extreme(pairs, -1, 1, -1)
    settled = Network.of(pairs, worked, nothing, pairs.room).settled()[: worked.size]
    for slot, sign in product(range(min(worked.size, 6)), (1, -1)):
        if settled[slot]:
            assert extreme(pairs, slot, sign, hours) == worked[slot]
    for slot in np.flatnonzero(~settled)[:3].tolist():
        assert extreme(pairs, slot, 1, hours) > extreme(pairs, slot, -1, hours)
