"""Missing hours come with the reason that accounts for most of them."""

from __future__ import annotations

import numpy as np
import pytest

from croisee.engine.hours import Lack, Lots, People, Why, plan


def why(lots: Lots, people: People, reasons: list[list[int]]) -> list[Lack]:
    found = plan(lots, people, np.array(reasons, np.uint8))
    assert (found.lacking.sum(axis=1) == found.missing).all()
    return [Lack(code) for code in found.why]


PEOPLE = People([[100, 100], [100, 100]])


def test_nothing_is_missing() -> None:
    assert why(Lots([400], [0], [1]), PEOPLE, [[0], [0]]) == [Lack.NOTHING]


def test_the_site_is_too_small_for_its_dates() -> None:
    assert why(Lots([400], [0], [1], [150]), PEOPLE, [[0], [0]]) == [Lack.SITE]


def test_there_are_not_so_many_hours_in_its_months() -> None:
    assert why(Lots([400], [1], [1]), PEOPLE, [[0], [0]]) == [Lack.ABSENT]


@pytest.mark.parametrize(
    ("code", "lack"),
    [
        (Why.ELIGIBILITY, Lack.ELIGIBILITY),
        (Why.TRADE, Lack.TRADE),
        (Why.TRAVEL, Lack.TRAVEL),
        (Why.OTHER, Lack.OTHER),
    ],
)
def test_people_are_there_and_may_not_work_on_it(code: Why, lack: Lack) -> None:
    assert why(Lots([400], [0], [1]), PEOPLE, [[0], [code]]) == [lack]


def test_others_have_them() -> None:
    lots = Lots([400, 200], [0, 0], [1, 1])
    found = plan(lots, PEOPLE, np.zeros((2, 2), np.uint8))
    assert found.missing.sum() == 200
    assert set(found.why[found.missing > 0].tolist()) == {Lack.TAKEN}


def test_each_reason_has_its_hours() -> None:
    lots = Lots([1000], [0], [1], [400])
    found = plan(lots, People([[100, 100]] * 5), np.array([[0], [1], [2], [3], [4]], np.uint8))
    assert found.lacking[0].tolist() == [0, 200, 0, 0, 200, 200, 200, 0]
