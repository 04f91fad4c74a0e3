"""Lists that go on: as if they were written out whole, and nobody without a place while one within reach is free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.placement import Continuation, Market, audit, lottery, place, place_continued


def city(pupils: int, pools: int, seed: int, on_a_grid: bool) -> tuple[Market, Continuation]:
    """A made-up round; on a grid, many pools are equally far and many share a site."""
    g = np.random.default_rng(seed)
    side = max(int(np.sqrt(pools)), 1) if on_a_grid else 10_000.0
    points = (
        g.integers(0, side + 1, (pupils + pools, 2)) if on_a_grid else g.random((pupils + pools, 2)) * side
    )
    home, site = points[:pupils], points[pupils:]
    week, pool_week = g.integers(0, 2, pupils), g.integers(0, 2, pools)
    wishes = [g.permutation(np.flatnonzero(pool_week == week[i]))[: g.integers(0, 4)] for i in range(pupils)]
    start = np.cumsum([0, *map(len, wishes)])
    capacity = g.integers(0, 3, pools)
    numbers = lottery(pupils, seed)
    market = Market(
        start,
        np.concatenate([np.empty(0, np.int64), *wishes]),
        np.repeat(numbers, np.diff(start)),
        capacity,
        g.integers(0, capacity + 1),
        g.random(pupils) < 0.3,
    )
    return market, Continuation(
        home,
        site,
        np.where(g.random(pupils) < 0.2, np.inf, g.random(pupils) * side),
        g.random(pupils) < 0.8,
        week,
        pool_week,
        np.eye(2, dtype=bool),
        numbers,
    )


def written_out(market: Market, c: Continuation) -> list[list[int]]:
    """The whole lists, by trying every pool for every pupil."""
    lists = []
    for i in range(market.pupils):
        own = market.wish_pool[market.wish_start[i] : market.wish_start[i + 1]].tolist()
        added = []
        for pool in range(market.pools) if c.continues[i] else ():
            square = (c.site[pool][0] - c.home[i][0]) ** 2 + (c.site[pool][1] - c.home[i][1]) ** 2
            if (
                square <= c.reach[i] * c.reach[i]
                and c.accepts[c.kind[i], c.pool_kind[pool]]
                and pool not in own
            ):
                added.append((square, pool))
        lists.append(own + [pool for _, pool in sorted(added)])
    return lists


@given(st.integers(0, 40), st.integers(0, 120), st.integers(0, 10**6), st.booleans())
@settings(max_examples=60)
def test_as_if_the_lists_were_written_out_whole(pupils: int, pools: int, seed: int, on_a_grid: bool) -> None:
    market, continuation = city(pupils, pools, seed, on_a_grid)
    lists = written_out(market, continuation)
    lengths = [len(wishes) for wishes in lists]
    whole = Market(
        np.cumsum([0, *lengths]),
        [pool for wishes in lists for pool in wishes],
        np.repeat(continuation.priority, lengths),
        market.capacity,
        market.reserved,
        market.protected,
    )
    placement = place_continued(market, continuation)
    expected = place(whole)
    assert placement.pool.tolist() == expected.pool.tolist()
    assert placement.rank.tolist() == expected.rank.tolist()
    assert placement.reserved_seat.tolist() == expected.reserved_seat.tolist()
    assert audit(whole, placement).ok

    # The lists as far as needed are the beginnings of the whole ones, and the audit on them says the same.
    needed = continuation.lists(market, placement)
    for i, wishes in enumerate(lists):
        listed = needed.wish_pool[needed.wish_start[i] : needed.wish_start[i + 1]].tolist()
        assert listed == wishes[: len(listed)]
        assert len(listed) >= (len(wishes) if placement.pool[i] < 0 else placement.rank[i] + 1)
    assert audit(needed, placement).ok

    # Nobody is left without a place while one within reach is free.
    free = market.capacity - np.bincount(placement.pool[placement.pool >= 0], minlength=market.pools)
    for i in np.flatnonzero(placement.pool < 0):
        assert all(free[pool] == 0 for pool in lists[i])
    # And nobody who had a place from the wishes alone is left without one, unless others' lists went on to it.
    assert (placement.pool >= 0).sum() >= (place(market).pool >= 0).sum()


def test_a_family_that_declines_keeps_to_its_list() -> None:
    market = Market([0, 1, 2], [0, 0], [0, 1], [1, 1], [0, 0], [False, False])
    settings_ = {
        "home": [[0, 0], [0, 0]],
        "site": [[0, 0], [5, 0]],
        "reach": [10, 10],
        "kind": [0, 0],
        "pool_kind": [0, 0],
        "accepts": [[True]],
        "priority": [0, 1],
    }
    declined = place_continued(market, Continuation(**settings_, continues=[True, False]))
    assert declined.pool.tolist() == [0, -1]
    went_on = place_continued(market, Continuation(**settings_, continues=[True, True]))
    assert went_on.pool.tolist() == [0, 1]
    assert went_on.rank.tolist() == [0, 1]
    assert market.lengths.tolist() == [1, 1]


def test_the_audit_finds_a_nearer_place_passed_over() -> None:
    market = Market([0, 0], [], [], [1, 1], [0, 0], [False])
    continuation = Continuation(
        [[0, 0]], [[1, 0], [2, 0]], [9], [True], [0], [0, 0], [[True]], np.zeros(1, np.int32)
    )
    right = place_continued(market, continuation)
    assert right.pool.tolist() == [0]
    farther = type(right)(np.array([1]), np.array([1]), np.array([False]))
    result = audit(continuation.lists(market, farther), farther)
    assert [violation.kind for violation in result.violations] == ["no_waste"]


RIGHT: dict[str, Any] = {
    "home": [[0.0, 0.0]],
    "site": [[0.0, 0.0], [1.0, 1.0]],
    "reach": [5.0],
    "continues": [True],
    "kind": [0],
    "pool_kind": [0, 1],
    "accepts": [[True, False]],
    "priority": [3],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("home", [[0.0, np.nan]]),
        ("home", [0.0, 1.0]),
        ("site", [[0.0, 1.0, 2.0]]),
        ("reach", [-1.0]),
        ("reach", [np.nan]),
        ("reach", [1.0, 2.0]),
        ("continues", [2]),
        ("kind", [1]),
        ("pool_kind", [0, 2]),
        ("pool_kind", [0]),
        ("accepts", [True]),
        ("priority", [np.nan]),
        ("priority", [1, 2]),
    ],
)
def test_what_is_wrong_in_a_continuation_is_named(name: str, value: Any) -> None:
    Continuation(**RIGHT)
    with pytest.raises(ValueError, match=name):
        Continuation(**(RIGHT | {name: value}))


def test_a_continuation_must_be_about_the_same_market() -> None:
    continuation = Continuation(**RIGHT)
    other = Market([0, 0], [], [], [1], [0], [False])
    with pytest.raises(ValueError, match="site has 2 points for 1 pools"):
        place_continued(other, continuation)
    nobody = Market([0], [], [], [1, 1], [0, 0], [])
    with pytest.raises(ValueError, match="home has 1 points for 0 pupils"):
        continuation.lists(nobody, place(nobody))


@pytest.mark.parametrize(("own", "added"), [(np.int64, 0.5), (np.uint64, -1), (np.float64, 2**53 + 1)])
def test_numbers_that_cannot_be_compared_exactly_are_refused(own: Any, added: Any) -> None:
    market = Market([0, 1], [0], np.array([1], own), [1, 1], [0, 0], [False])
    with pytest.raises(ValueError, match="priority does not fit"):
        place_continued(market, Continuation(**(RIGHT | {"priority": [added]})))
