"""A plan respects every limit, is the best on small problems, and never better than its bounds on larger ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.made_up_lots import made_up
from croisee.engine.hours import Lack, Lots, Options, People, audit, greedy, plan, planning
from tests.engine.hours.small_plans import Problem, best, problems


@given(problems())
@settings(max_examples=60)
def test_the_best_plan_of_a_small_problem_is_found_and_proved(problem: Problem) -> None:
    found = plan(problem.lots, problem.people, problem.reasons, options=problem.options)
    assert audit(found, problem.lots, problem.people, problem.reasons, options=problem.options) == []
    assert (found.hours_met, found.broken, found.long) == best(problem)
    assert found.gap == 0
    assert found.objective == found.bound


@given(problems(people=4, lots=3, months=6))
@settings(max_examples=30)
def test_the_search_respects_every_limit_and_its_bounds_hold(problem: Problem) -> None:
    options = Options(
        shortest=problem.options.shortest, long=problem.options.long, least=problem.options.least, rounds=8
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "SMALL", -1)
        searched = plan(problem.lots, problem.people, problem.reasons, options=options)
    exact = plan(problem.lots, problem.people, problem.reasons, options=options)
    assert audit(searched, problem.lots, problem.people, problem.reasons, options=options) == []
    assert searched.hours_met == exact.hours_met == searched.bounds.hours
    assert searched.bounds.broken <= exact.broken <= searched.broken
    if searched.broken == exact.broken:
        assert searched.long <= exact.long <= searched.bounds.long


@given(problems(people=4, lots=3, months=6))
@settings(max_examples=60)
def test_the_spreadsheet_respects_every_limit(problem: Problem) -> None:
    found = greedy(problem.lots, problem.people, problem.reasons, options=problem.options)
    assert audit(found, problem.lots, problem.people, problem.reasons, options=problem.options) == []


def test_the_search_gives_the_same_on_any_threads_and_better_than_the_spreadsheet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "SMALL", -1)
    made = made_up(lots=8, people=60, months=9, seed=2)
    problem = made.lots, made.people, made.reasons
    found = plan(*problem, options=Options(rounds=8))
    again = plan(*problem, options=Options(rounds=8, threads=1))
    assert audit(found, *problem) == []
    assert found.contracts.hours.tolist() == again.contracts.hours.tolist()
    simple = greedy(*problem)
    assert found.hours_met >= simple.hours_met
    assert found.broken < simple.broken
    assert found.long > simple.long


EVERYBODY = np.zeros((2, 1), np.uint8)


def test_one_person_stays_rather_than_two_who_take_turns() -> None:
    found = plan(Lots([600], [0], [5]), People(np.full((2, 6), 100)), EVERYBODY)
    assert (len(found.contracts), found.broken, found.long) == (1, 0, 1)
    assert found.contracts.table()[3].tolist() == [100] * 6


def test_a_person_who_must_come_back_breaks_a_contract() -> None:
    people = People(np.array([[100, 100, 100, 0, 100, 100, 100]]))
    found = plan(Lots([600], [0], [6]), people, EVERYBODY[:1])
    assert found.contracts.broken.tolist() == [False, True]
    assert found.bounds.broken == 1


def test_a_month_may_be_shared_by_two_lots() -> None:
    found = plan(Lots([420, 420], [0, 0], [5, 5]), People(np.full((1, 6), 140)), np.zeros((1, 2), np.uint8))
    assert found.missing.tolist() == [0, 0]
    assert found.contracts.long.all()


def test_nobody_at_all() -> None:
    found = plan(Lots([10], [0], [0]), People(np.zeros((0, 1), np.int64)), np.zeros((0, 1), np.uint8))
    assert found.missing.tolist() == [10]
    assert found.why.tolist() == [Lack.ABSENT]


@pytest.mark.parametrize(
    ("hours", "first", "last", "most", "message"),
    [
        ([10, -5], [0, 0], [0, 0], None, "hours of lot 1 is negative: -5"),
        ([10, 5], [0, -1], [0, 0], None, "first of lot 1 is negative: -1"),
        ([10, 5], [1, 0], [0, 0], None, "last of lot 0 comes before the first month: 0"),
        ([10, 5], [0, 0], [0, 0], [3, -2], "most_per_month of lot 1 is less than -1: -2"),
        ([10, 5], [0], [0, 0], None, "first has 1 numbers for 2 lots in hours"),
        ([1.5], [0], [0], None, "hours must hold whole numbers, not float64"),
    ],
)
def test_wrong_lots_are_named(hours: Any, first: Any, last: Any, most: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Lots(hours, first, last, most)


def test_wrong_people_and_reasons_are_named() -> None:
    with pytest.raises(ValueError, match="hours of person 0 in month 1 is negative: -3"):
        People([[1, -3]])
    lots, people = Lots([10], [0], [3]), People(np.ones((2, 3), np.int64))
    with pytest.raises(ValueError, match=r"reasons has shape \(1, 1\), not \(2, 1\)"):
        plan(lots, people, EVERYBODY[:1])
    with pytest.raises(ValueError, match="reasons must hold codes from 0 to 4"):
        plan(lots, people, EVERYBODY + 5)
    with pytest.raises(ValueError, match="last of lot 0 is 3; hours of people has 3 months"):
        plan(lots, people, EVERYBODY)


@pytest.mark.parametrize(
    "wrong", [{"shortest": 0}, {"long": 2}, {"least": -1}, {"rounds": -1}, {"threads": 0}]
)
def test_wrong_options_are_named(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} is "):
        Options(**wrong)
