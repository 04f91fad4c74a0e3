"""Lists that go on by travel time: as if written out whole by trying every pool, and as by metres where these agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.placement import (
    Continuation,
    Market,
    TravelTimes,
    audit,
    place,
    place_continued,
)
from tests.engine.test_placement_continuation import city


def travelling(pupils: int, pools: int, seed: int) -> tuple[Market, Continuation]:
    """A made-up round with made-up minutes: few homes and sites for many, some never reached, some nowhere known."""
    market, continuation = city(pupils, pools, seed, on_a_grid=seed % 2 == 0)
    g = np.random.default_rng(seed + 1)
    homes, sites = int(g.integers(1, pupils + 2)), int(g.integers(1, pools + 2))
    minutes = g.integers(0, g.choice([5, 25, 121]), (homes, sites))
    minutes[g.random((homes, sites)) < 0.2] = -1
    travel = TravelTimes(
        minutes.astype(np.int16),
        g.integers(-1, homes, pupils),
        g.integers(-1, sites, pools),
        np.where(g.random(pupils) < 0.2, np.inf, g.integers(0, 121, pupils)),
    )
    far = continuation.reach if g.random() < 0.5 else np.full(pupils, np.inf)
    return market, replace(continuation, travel=travel, reach=far)


def written_out(market: Market, c: Continuation) -> list[list[int]]:
    """The whole lists, by trying every pool for every pupil."""
    assert c.travel is not None
    lists = []
    for i in range(market.pupils):
        own = market.wish_pool[market.wish_start[i] : market.wish_start[i + 1]].tolist()
        added = []
        for pool in range(market.pools) if c.continues[i] and c.travel.origin[i] >= 0 else ():
            column = c.travel.site[pool]
            minutes = c.travel.minutes[c.travel.origin[i], column] if column >= 0 else -1
            square = ((c.site[pool] - c.home[i]) ** 2).sum()
            if (
                0 <= minutes <= c.travel.reach[i]
                and square <= c.reach[i] * c.reach[i]
                and c.accepts[c.kind[i], c.pool_kind[pool]]
                and pool not in own
            ):
                added.append((minutes, pool))
        lists.append(own + [pool for _, pool in sorted(added)])
    return lists


@given(st.integers(0, 40), st.integers(0, 120), st.integers(0, 10**6))
@settings(max_examples=60)
def test_as_if_the_lists_were_written_out_whole(pupils: int, pools: int, seed: int) -> None:
    market, continuation = travelling(pupils, pools, seed)
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
    placement, expected = place_continued(market, continuation), place(whole)
    assert placement.pool.tolist() == expected.pool.tolist()
    assert placement.rank.tolist() == expected.rank.tolist()
    assert placement.reserved_seat.tolist() == expected.reserved_seat.tolist()

    # The lists for the audit are found by another way: they are the beginnings of the whole ones.
    needed = continuation.lists(market, placement)
    for i, wishes in enumerate(lists):
        listed = needed.wish_pool[needed.wish_start[i] : needed.wish_start[i + 1]].tolist()
        assert listed == wishes[: len(listed)]
        assert len(listed) >= (len(wishes) if placement.pool[i] < 0 else placement.rank[i] + 1)
    assert audit(needed, placement).ok


@given(st.integers(0, 40), st.integers(0, 100), st.integers(0, 10**6), st.booleans())
@settings(max_examples=40)
def test_minutes_that_follow_metres_give_the_same_places(
    pupils: int, pools: int, seed: int, on_a_grid: bool
) -> None:
    market, by_metres = city(pupils, pools, seed, on_a_grid)
    apart = by_metres.home[:, None, :] - by_metres.site[None, :, :]
    square = apart[..., 0] ** 2 + apart[..., 1] ** 2
    steps = np.unique(square)
    within = np.searchsorted(steps, by_metres.reach * by_metres.reach, side="right") - 1.0
    # Who reaches no pool at all would need a limit below nought: such a pupil starts from nowhere.
    travel = TravelTimes(
        np.searchsorted(steps, square).astype(np.int16),
        np.where(within >= 0, np.arange(pupils), -1),
        np.arange(pools),
        np.maximum(within, 0),
    )
    by_minutes = replace(by_metres, travel=travel, reach=np.full(pupils, np.inf))
    one, other = (place_continued(market, way) for way in (by_metres, by_minutes))
    assert one.pool.tolist() == other.pool.tolist()
    assert one.rank.tolist() == other.rank.tolist()
    assert by_metres.lists(market, one).wish_pool.tolist() == by_minutes.lists(market, one).wish_pool.tolist()


def test_the_audit_finds_a_sooner_place_passed_over() -> None:
    market = Market([0, 0], [], [], [1, 1], [0, 0], [False])
    travel = TravelTimes(np.array([[30, 20]], np.int16), [0], [0, 1], [45.0])
    continuation = Continuation(
        [[0, 0]], [[1, 0], [2, 0]], [9], [True], [0], [0, 0], [[True]], np.zeros(1, np.int32), travel
    )
    right = place_continued(market, continuation)
    assert right.pool.tolist() == [1]
    later = type(right)(np.array([0]), np.array([1]), np.array([False]))
    result = audit(continuation.lists(market, later), later)
    assert [violation.kind for violation in result.violations] == ["no_waste"]


RIGHT: dict[str, Any] = {
    "minutes": np.array([[5, -1]], np.int16),
    "origin": [0, -1],
    "site": [1, 0, -1],
    "reach": [30.0, np.inf],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes", np.array([[5, -2]], np.int16)),
        ("minutes", np.array([[5, 2]], np.int32)),
        ("minutes", np.array([5], np.int16)),
        ("origin", [1, 0]),
        ("origin", [-2, 0]),
        ("site", [2]),
        ("reach", [-1.0, 3.0]),
        ("reach", [1.0]),
        ("reach", [np.nan, 1.0]),
    ],
)
def test_what_is_wrong_in_travel_times_is_named(name: str, value: Any) -> None:
    TravelTimes(**RIGHT)
    with pytest.raises(ValueError, match=name):
        TravelTimes(**(RIGHT | {name: value}))


@pytest.mark.parametrize("name", ["origin", "site"])
def test_travel_times_must_be_about_the_same_pupils_and_pools(name: str) -> None:
    sizes: dict[str, Any] = {"origin": [0], "site": [0, 1], "reach": [5.0]}
    sizes |= {"origin": [0, 0], "reach": [5.0, 5.0]} if name == "origin" else {"site": [0]}
    travel = TravelTimes(np.zeros((1, 2), np.int16), **sizes)
    with pytest.raises(ValueError, match=name):
        Continuation(
            [[0, 0]], [[1, 0], [2, 0]], [9], [True], [0], [0, 0], [[True]], np.zeros(1, np.int32), travel
        )
