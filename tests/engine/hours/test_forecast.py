"""Hours due and people ready, by trade and quarter."""

from __future__ import annotations

import numpy as np
import pytest

from croisee.engine.hours import Forecast, Lots, People, forecast

LOTS = Lots([600, 90, 50], [0, 2, 5], [5, 4, 5])
PEOPLE = People([[50] * 6, [30] * 6, [0, 0, 0, 20, 20, 20]])
TRADES = np.array([[True, False], [True, True], [False, True]])


def made(**changes: int) -> Forecast:
    return forecast(LOTS, PEOPLE, [0, 1, 1], TRADES, **changes)


def test_hours_are_spread_over_the_dates_of_lots() -> None:
    assert made().due.tolist() == [[300, 300], [30, 110]]
    assert made().first.tolist() == [0, 3]


def test_people_of_two_trades_are_ready_for_both() -> None:
    assert made().ready.tolist() == [[240, 240], [90, 150]]


def test_and_count_once_in_what_is_missing() -> None:
    assert made().gap.sum(axis=0).tolist() == [330 - 240, 410 - 300]


def test_a_quarter_that_has_begun_is_shorter() -> None:
    assert made(offset=1).first.tolist() == [0, 2, 5]
    assert made(offset=1).due.sum() == 740


def test_hours_after_the_last_month_are_left_out() -> None:
    later = Lots([600], [3], [8])
    assert forecast(later, PEOPLE, [0], TRADES).due.tolist() == [[0, 300], [0, 0]]


def test_no_people_at_all() -> None:
    nobody = forecast(LOTS, People(np.zeros((0, 6), np.int64)), [0, 1, 1], np.zeros((0, 2), np.bool_))
    assert nobody.gap.tolist() == nobody.due.tolist()


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match="lot_trade of lot 2 is 5; trades go from 0 to 1"):
        forecast(LOTS, PEOPLE, [0, 1, 5], TRADES)
    with pytest.raises(ValueError, match="person_trade must be booleans, a row for each of 3 people"):
        forecast(LOTS, PEOPLE, [0, 1, 1], TRADES[:2])
    with pytest.raises(ValueError, match="lot_trade must be whole numbers, one for each of 3 lots"):
        forecast(LOTS, PEOPLE, [0, 1], TRADES)
    with pytest.raises(ValueError, match="offset is 3, not from 0 to 2"):
        made(offset=3)
