"""Reasons, figures and comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.placement import (
    Market,
    Placement,
    audit,
    explain,
    first_come_first_served,
    gap,
    lottery,
    place,
    rank_distribution,
    what_if,
)
from tests.engine.small_markets import Small, small_markets
from tests.engine.test_placement import random_market

# Pool 0: one seat, reserved. Pool 1: two seats. Pool 2: none. Pupils 2 and 3 are protected.
MARKET = Market(
    wish_start=[0, 2, 5, 6, 8],
    wish_pool=[0, 1, 2, 0, 1, 0, 0, 1],
    priority=[0, 0, 1, 1, 1, 2, 3, 3],
    capacity=[1, 2, 0],
    reserved=[1, 0, 0],
    protected=[False, False, True, True],
)


def kinds(market: Market, placement: Placement, pupil: int) -> list[str]:
    return [reason.kind for reason in explain(market, placement, pupil)]


def test_each_higher_wish_has_its_reason() -> None:
    placement = place(MARKET)
    assert placement.pool.tolist() == [1, 1, 0, -1]
    assert kinds(MARKET, placement, 0) == ["priority_and_reserve"]
    assert kinds(MARKET, placement, 1) == ["no_seats", "priority_and_reserve"]
    assert kinds(MARKET, placement, 2) == []
    assert kinds(MARKET, placement, 3) == ["priority", "priority"]
    (reason,) = explain(MARKET, placement, 0)
    assert (reason.position, reason.pool, reason.seats, reason.reserved_seats, reason.asked) == (
        0,
        0,
        1,
        1,
        4,
    )


def test_there_must_be_such_a_pupil() -> None:
    with pytest.raises(ValueError, match="pupil must be from 0 to 3: 4"):
        explain(MARKET, place(MARKET), 4)


@given(small_markets(), st.data())
@settings(max_examples=200)
def test_a_refusal_is_unjustified_exactly_when_the_pool_would_rather_have_the_pupil(
    small: Small, data: st.DataObject
) -> None:
    given = data.draw(st.sampled_from(list(small.assignments())))
    market = small.market()
    placement = Placement.of(market, np.array(given, np.int64))
    over = np.bincount(placement.pool[placement.pool >= 0], minlength=market.pools) > market.capacity
    for pupil in range(market.pupils):
        for reason in explain(market, placement, pupil):
            if over[reason.pool] or reason.kind == "no_seats":
                continue
            inside = [i for i, pool in enumerate(given) if pool == reason.pool]
            wanted = pupil in small.chosen(reason.pool, [*inside, pupil])
            assert (reason.kind == "unjustified") == wanted


@given(small_markets())
@settings(max_examples=200)
def test_a_reason_tells_nothing_about_who_sits_where(small: Small) -> None:
    """What is said of a wish refused follows from what is published: seats, reserve, demand, and one's own status."""
    market = small.market()
    placement = place(market)
    assert audit(market, placement).ok
    for pupil in range(market.pupils):
        for reason in explain(market, placement, pupil):
            if market.capacity[reason.pool] == 0:
                expected = "no_seats"
            elif market.reserved[reason.pool] > 0 and not market.protected[pupil]:
                expected = "priority_and_reserve"
            else:
                expected = "priority"
            assert reason.kind == expected


def test_figures_of_a_placement() -> None:
    placement = place(MARKET)
    assert rank_distribution(MARKET, placement).tolist() == [1, 1, 1, 1]
    both = gap(MARKET, placement)
    assert (both.protected.pupils, both.protected.placed, both.protected.first) == (2, 1, 1)
    assert (both.protected.reserved_seats, both.protected.mean_rank) == (1, 1.0)
    assert (both.others.pupils, both.others.placed, both.others.first) == (2, 2, 0)
    assert (both.others.reserved_seats, both.others.mean_rank) == (0, 2.5)
    nobody = Market([0], [], [], [], [], [])
    assert rank_distribution(nobody, place(nobody)).tolist() == [0]
    assert np.isnan(gap(nobody, place(nobody)).protected.mean_rank)


def test_first_come_first_served() -> None:
    in_order = first_come_first_served(MARKET, [1, 2, 3, 4])
    assert in_order.pool.tolist() == [0, 1, -1, 1]
    assert in_order.rank.tolist() == [0, 2, -1, 1]
    assert not in_order.reserved_seat.any()
    last_first = first_come_first_served(MARKET, [0.4, 0.3, 0.2, 0.1])
    assert last_first.pool.tolist() == [1, 1, -1, 0]
    held = first_come_first_served(MARKET, [1, 2, 3, 4], hold_reserved=True)
    assert held.pool.tolist() == [1, 1, 0, -1]
    assert held.reserved_seat.tolist() == [False, False, True, False]
    with pytest.raises(ValueError, match="arrival"):
        first_come_first_served(MARKET, [1, 2])


@given(small_markets(), st.permutations(range(4)))
@settings(max_examples=100)
def test_first_come_first_served_is_the_lottery_of_arrival_without_reserves(
    small: Small, turns: list[int]
) -> None:
    """With one number a pupil and no reserve, deferred acceptance serves the pupils in turn."""
    bare = Small(small.lists, small.priority, small.capacity, (0,) * len(small.capacity), small.protected)
    market = bare.market()
    arrival = np.array(turns[: market.pupils], np.int64)
    drawn = Market(
        market.wish_start,
        market.wish_pool,
        np.repeat(arrival, market.lengths),
        market.capacity,
        market.reserved,
        market.protected,
    )
    assert first_come_first_served(market, arrival).pool.tolist() == place(drawn).pool.tolist()


def test_another_draw_gives_what_placing_with_it_gives() -> None:
    market = random_market(300, 120, 3, False, 5, "int64")
    none, all_of_it = np.zeros_like(market.capacity), market.capacity
    seeds = range(40)
    result = what_if(market, seeds, [none, all_of_it])
    assert result.pupils.tolist() == [market.protected.sum(), (~market.protected).sum()]
    for row, reserved in enumerate((none, all_of_it)):
        chance = np.zeros(market.pupils)
        for column, seed in enumerate(seeds):
            drawn = Market(
                market.wish_start,
                market.wish_pool,
                np.repeat(lottery(300, seed), market.lengths),
                market.capacity,
                reserved,
                market.protected,
            )
            placement = place(drawn)
            both = gap(drawn, placement)
            groups = (both.protected, both.others)
            assert result.placed[row, column].tolist() == [group.placed for group in groups]
            assert result.first[row, column].tolist() == [group.first for group in groups]
            assert result.mean_rank[row, column].tolist() == pytest.approx([g.mean_rank for g in groups])
            chance += placement.pool >= 0
        assert result.chance[row] == pytest.approx(chance / 40)
    assert what_if(market, [3]).placed.tolist() == what_if(market, [3], [market.reserved]).placed.tolist()


def test_an_alternative_must_fit_the_seats() -> None:
    with pytest.raises(ValueError, match="reserved of pool 0"):
        what_if(MARKET, [1], [[2, 0, 0]])
    assert what_if(MARKET, []).placed.shape == (1, 0, 2)
