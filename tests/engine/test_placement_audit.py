"""The audit accepts exactly the stable placements, and names what is wrong with the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.placement import PROPERTIES, Market, Placement, audit, place
from tests.engine.small_markets import Small, small_markets


@given(small_markets(), st.data())
@settings(max_examples=600)
def test_accepted_exactly_when_stable_by_definition(small: Small, data: st.DataObject) -> None:
    given = data.draw(st.sampled_from(list(small.assignments())))
    market = small.market()
    result = audit(market, Placement.of(market, np.array(given, np.int64)))
    assert result.ok == small.is_stable(given)
    assert result.ok == (not result.violations)
    assert set(result.proved) == set(PROPERTIES) - {violation.kind for violation in result.violations}


@given(small_markets(), st.data())
@settings(max_examples=300)
def test_reserved_seats_are_held_by_those_served_first_and_no_others(
    small: Small, data: st.DataObject
) -> None:
    market = small.market()
    honest = place(market)
    said = data.draw(st.tuples(*[st.booleans()] * market.pupils))
    result = audit(market, Placement(honest.pool, honest.rank, np.array(said, np.bool_)))
    assert result.ok == (list(said) == honest.reserved_seat.tolist())
    assert {violation.kind for violation in result.violations} <= {"reserved_seat"}


# Two pools of two seats, one of them reserved; pupils 4 and 5 are protected. Pool 2 is listed by pupil 3 alone.
MARKET = Market(
    wish_start=[0, 2, 4, 6, 9, 10, 11],
    wish_pool=[0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 0],
    priority=[0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5],
    capacity=[2, 2, 1],
    reserved=[1, 1, 0],
    protected=[False, False, False, False, True, True],
)
HONEST = [0, 1, 1, 2, 0, -1]


def test_the_honest_placement_is_accepted() -> None:
    assert place(MARKET).pool.tolist() == HONEST
    assert audit(MARKET, place(MARKET)) == audit(MARKET, Placement.of(MARKET, HONEST))
    assert audit(MARKET, place(MARKET)).proved == PROPERTIES


@pytest.mark.parametrize(
    ("pool", "kind", "pupil", "at"),
    [
        ([0, 0, 1, 1, 0, -1], "capacity", -1, 0),
        ([0, 1, 1, -1, 0, -1], "no_waste", 3, 2),
        ([0, 0, 1, 1, -1, -1], "reserve", 4, 0),
        ([1, 0, 1, 2, 0, -1], "no_envy", 0, 0),
        ([0, 1, 1, 2, -1, 0], "no_envy", 4, 0),
    ],
    ids=[
        "one seat too many",
        "a wasted seat",
        "a broken reserve",
        "envy of an open seat",
        "envy of a reserved seat",
    ],
)
def test_a_corrupted_placement_is_rejected_with_its_reason(
    pool: list[int], kind: str, pupil: int, at: int
) -> None:
    result = audit(MARKET, Placement.of(MARKET, pool))
    assert not result.ok
    assert (kind, pupil, at) in {(v.kind, v.pupil, v.pool) for v in result.violations}
    assert result.violations[0].kind == kind
    assert kind not in result.proved


def changed(**arrays: Any) -> Placement:
    honest = place(MARKET)
    copies = {name: getattr(honest, name).copy() for name in ("pool", "rank", "reserved_seat")}
    for name, (pupil, value) in arrays.items():
        copies[name][pupil] = value
    return Placement(**copies)


@pytest.mark.parametrize(
    ("placement", "kind"),
    [
        (changed(pool=(4, 1)), "listed"),
        (changed(rank=(0, 1)), "listed"),
        (changed(rank=(4, -1)), "listed"),
        (changed(pool=(5, 0), rank=(5, -1)), "listed"),
        (changed(rank=(5, 0)), "listed"),
        (changed(reserved_seat=(4, False)), "reserved_seat"),
        (changed(reserved_seat=(0, True)), "reserved_seat"),
        (changed(reserved_seat=(5, True)), "reserved_seat"),
        (changed(pool=(0, 3)), "shape"),
        (changed(pool=(0, -2)), "shape"),
        (changed(rank=(0, 100)), "shape"),
        (Placement(place(MARKET).pool[:-1], place(MARKET).rank, place(MARKET).reserved_seat), "shape"),
        (Placement(place(MARKET).pool * 1.0, place(MARKET).rank, place(MARKET).reserved_seat), "shape"),
        (Placement([], [], []), "shape"),
        (Placement([[0]], [[0]], [[0]]), "shape"),
    ],
)
def test_a_malformed_placement_is_rejected(placement: Placement, kind: str) -> None:
    result = audit(MARKET, placement)
    assert not result.ok
    assert result.violations[0].kind == kind
    assert kind not in result.proved


def test_flags_may_be_numbers_with_minus_one_for_no_place() -> None:
    honest = place(MARKET)
    flags = np.where(honest.pool < 0, -1, honest.reserved_seat.astype(int))
    assert audit(MARKET, Placement(honest.pool.tolist(), honest.rank.tolist(), flags.tolist())).ok


def test_nobody_to_place_is_written_as_empty_lists() -> None:
    assert audit(Market([0], [], [], [2], [1], []), Placement([], [], [])).ok


def test_a_wrong_flag_does_not_hide_envy() -> None:
    envied = Placement.of(MARKET, [1, 0, 1, 2, 0, -1])
    result = audit(MARKET, Placement(envied.pool, envied.rank, np.zeros(6, np.bool_)))
    assert {violation.kind for violation in result.violations} == {"reserved_seat", "no_envy"}


def test_violations_are_named_up_to_twenty_a_kind() -> None:
    n = 100
    market = Market(range(n + 1), range(n), [0] * n, [1] * n, [0] * n, [False] * n)
    result = audit(market, Placement.of(market, [-1] * n))
    assert [violation.pupil for violation in result.violations] == list(range(20))
