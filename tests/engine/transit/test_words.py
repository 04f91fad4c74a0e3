"""Rows of words of four small numbers: the same as NumPy says of the numbers one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from croisee.engine.transit.scan import TOGETHER
from croisee.engine.transit.words import QUARTERS, is_passed, latest, raise_to


@njit
def raised(held: np.ndarray, row: int, others: np.ndarray, other: int) -> bool:
    passed = is_passed(held, row, others, other, TOGETHER)
    raise_to(held, row, others, other, TOGETHER)
    return bool(passed)


@njit
def raised_alone(held: np.ndarray, row: int, others: np.ndarray, other: int) -> bool:
    passed = is_passed(held, row, others, other, 1)
    raise_to(held, row, others, other, 1)
    return bool(passed)


@njit
def greater(one: np.uint64, other: np.uint64) -> np.uint64:
    return latest(one, other)


@given(
    words=st.sampled_from([1, TOGETHER]),
    row=st.integers(0, 2),
    other=st.integers(0, 4),
    most=st.sampled_from([1, 2, 2**16 - 1]),
    seed=st.integers(0, 2**32 - 1),
)
def test_rows_are_compared_number_by_number(words: int, row: int, other: int, most: int, seed: int) -> None:
    drawn = np.random.default_rng(seed)
    held = drawn.integers(0, most, (3, words * QUARTERS), np.uint16, endpoint=True)
    others = drawn.integers(0, most, (5, words * QUARTERS), np.uint16, endpoint=True)
    expected = held.copy()
    expected[row] = np.maximum(held[row], others[other])
    mine = held.view(np.uint64).copy()
    function = raised_alone if words == 1 else raised
    assert function(mine, row, others.view(np.uint64), other) == (others[other] > held[row]).any()
    assert np.array_equal(mine.view(np.uint16), expected)
    word = greater(held.view(np.uint64)[row, 0], others.view(np.uint64)[other, 0])
    assert np.array_equal(np.array([word]).view(np.uint16), expected[row, :QUARTERS])
