"""Deferred acceptance: what it promises, against brute force, a plain implementation and real instances."""

from __future__ import annotations

import csv
import doctest
import gzip
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain_placement import plain_place
from croisee.engine.placement import Market, Placement, audit, deferred_acceptance, lottery, market, place
from tests.engine.small_markets import Small, lists_of, small_markets

REAL = Path(__file__).parents[3] / "shared" / "data" / "matching"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real instances in {REAL}")


@given(small_markets())
@settings(max_examples=300)
def test_everybody_gets_the_best_that_any_stable_placement_gives(small: Small) -> None:
    market = small.market()
    placement = place(market)
    assert tuple(placement.pool) == small.best_stable()
    expected = Placement.of(market, placement.pool)
    assert placement.rank.tolist() == expected.rank.tolist()
    assert placement.reserved_seat.tolist() == expected.reserved_seat.tolist()


@given(small_markets(most_pupils=3), st.data())
@settings(max_examples=150)
def test_no_list_but_the_true_one_gets_a_pupil_more(small: Small, data: st.DataObject) -> None:
    if not small.lists:
        return
    pupil = data.draw(st.integers(0, len(small.lists) - 1))
    honest = small.rank(pupil, int(place(small.market()).pool[pupil]))
    for wishes in lists_of(len(small.capacity), 3):
        got = int(place(small.with_list(pupil, wishes).market()).pool[pupil])
        wanted = got < 0 or got in small.lists[pupil]
        assert not wanted or small.rank(pupil, got) >= honest


@given(
    small_markets(),
    st.sampled_from(["int8", "uint8", "int32", "uint32", "int64", "uint64", "float32", "float64"]),
)
@settings(max_examples=100)
def test_the_type_of_the_priorities_changes_nothing(small: Small, dtype: str) -> None:
    assert place(small.market(dtype)).pool.tolist() == place(small.market()).pool.tolist()


def random_market(pupils: int, pools: int, most_seats: int, ties: bool, seed: int, dtype: str) -> Market:
    generator = np.random.default_rng(seed)
    longest = min(pools, 8)
    length = generator.integers(0, longest + 1, pupils)
    popularity = generator.exponential(size=pools)
    wishes = [
        generator.choice(pools, size, replace=False, p=popularity / popularity.sum()) for size in length
    ]
    capacity = generator.integers(0, most_seats + 1, pools)
    priority = generator.integers(0, 9 if ties else 10**9, int(length.sum()))
    return Market(
        np.concatenate([[0], np.cumsum(length)]),
        np.concatenate(wishes) if pupils else [],
        priority.astype(dtype),
        capacity,
        generator.integers(0, capacity + 1),
        generator.random(pupils) < 0.3,
    )


def plainly(market: Market) -> list[int]:
    start = market.wish_start.tolist()

    def rows(values: Any) -> list[Any]:
        return [values[a:b].tolist() for a, b in pairwise(start)]

    return plain_place(
        rows(market.wish_pool),
        rows(market.priority),
        market.capacity.tolist(),
        market.reserved.tolist(),
        market.protected.tolist(),
    )


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint64", "float64"])
@pytest.mark.parametrize("ties", [False, True], ids=["strict", "ties"])
@pytest.mark.parametrize(("pupils", "pools", "most_seats"), [(400, 200, 4), (900, 12, 90), (300, 1, 500)])
def test_as_a_plain_implementation_on_larger_markets(
    pupils: int, pools: int, most_seats: int, ties: bool, dtype: str
) -> None:
    for seed in range(4):
        market = random_market(pupils, pools, most_seats, ties, seed, dtype)
        placement = place(market)
        assert placement.rank.tolist() == plainly(market)
        assert audit(market, placement).ok


def one_seat_for_two(numbers: Any) -> int:
    return int(np.argmax(place(Market([0, 1, 2], [0, 0], numbers, [1], [0], [False, False])).pool == 0))


@pytest.mark.parametrize(
    "numbers",
    [
        [2**53 + 1, 2**53],
        np.array([2**64 - 1, 2**64 - 2], np.uint64),
        np.array([-(2**63) + 1, -(2**63)], np.int64),
        [np.inf, 1e308],
        [0.0, -np.inf],
        [5e-324, 0.0],
        np.array([1.5, 1.25], ">f8"),
    ],
    ids=str,
)
def test_numbers_are_compared_exactly(numbers: Any) -> None:
    assert one_seat_for_two(numbers) == 1


@pytest.mark.parametrize("numbers", [[7, 7], [0.0, -0.0], [np.inf, np.inf], [-np.inf, -np.inf]])
def test_equal_numbers_are_settled_by_index(numbers: Any) -> None:
    assert one_seat_for_two(numbers) == 0


def test_reserved_seats_go_to_protected_pupils_first_and_then_to_anybody() -> None:
    everybody = {
        "wish_start": range(5),
        "wish_pool": [0] * 4,
        "priority": range(4),
        "capacity": [2],
        "reserved": [1],
    }
    one_protected = place(Market(**everybody, protected=[False, False, False, True]))
    assert one_protected.pool.tolist() == [0, -1, -1, 0]
    assert one_protected.reserved_seat.tolist() == [False, False, False, True]
    none_protected = place(Market(**everybody, protected=[False] * 4))
    assert none_protected.pool.tolist() == [0, 0, -1, -1]
    assert not none_protected.reserved_seat.any()


def test_a_market_may_be_empty_and_a_pool_as_large_as_one_likes() -> None:
    nobody = Market([0], [], [], [3], [1], [])
    assert place(nobody).pool.size == 0
    assert audit(nobody, place(nobody)).ok
    no_pools = Market([0, 0], [], [], [], [], [True])
    assert place(no_pools).pool.tolist() == [-1]
    assert audit(no_pools, place(no_pools)).ok
    assert place(Market([0, 1, 2], [0, 0], [1, 2], [2**62], [2**61], [True, False])).pool.tolist() == [0, 0]


WRONG = {
    "wish_start": [([0, 2], "3"), ([1, 2, 3], "0 to 3"), ([0, 4, 3], "pupil 1"), ([0.5, 2, 3], "whole")],
    "wish_pool": [
        ([0, 1, 2], "pupil 1, wish 0, is 2"),
        ([0, -1, 0], "pupil 0, wish 1"),
        ([0, 0, 0], "pupil 0, wish 1, repeats pool 0"),
        ([0, 2**40, 0], "pupil 0, wish 1"),
        (["a", "b", "c"], "whole"),
    ],
    "priority": [
        ([1.0, np.nan, 2.0], "pupil 0, wish 1"),
        ([1, 2], "2 numbers for 3"),
        ([2**53 + 1, 0.5, 1], "round"),
        ([2**70, 1, 2], "64 bits"),
        (["a", "b", "c"], "numbers"),
        ([[1, 2, 3]], "one list"),
    ],
    "capacity": [([1, -1], "pool 1"), ([1.5, 1], "whole"), ([np.nan, 1], "whole"), ([np.inf, 1], "whole")],
    "reserved": [([0, 2], "pool 1 is more than"), ([-1, 0], "pool 0"), ([0], "1 numbers for 2")],
    "protected": [([0, 2], "booleans"), ([True], "wish_start")],
}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [(name, value, words) for name, cases in WRONG.items() for value, words in cases],
    ids=str,
)
def test_what_is_wrong_in_a_market_is_named(name: str, value: Any, words: str) -> None:
    right = {
        "wish_start": [0, 2, 3],
        "wish_pool": [0, 1, 0],
        "priority": [3, 4, 5],
        "capacity": [1, 1],
        "reserved": [0, 1],
        "protected": [False, True],
    }
    place(Market(**right))
    with pytest.raises(ValueError, match=words) as caught:
        Market(**(right | {name: value}))
    assert name in str(caught.value) or words in ("wish_start",)


def test_a_market_keeps_what_it_was_given() -> None:
    capacity = np.array([1, 1])
    market = Market([0, 1], [0], [1], capacity, [0, 0], [False])
    with pytest.raises(ValueError, match="read-only"):
        market.capacity[0] = 5
    capacity[0] = 1
    assert capacity.flags.writeable


def test_a_placement_by_pools_alone_refuses_a_pool_not_listed() -> None:
    market = Market([0, 1], [0], [1], [1, 1], [0, 0], [False])
    with pytest.raises(ValueError, match="pool 1 is not in the list of pupil 0"):
        Placement.of(market, [1])


def philox_words(seed: int, count: int) -> list[int]:
    """Philox-4x64-10 as its authors define it, counting from 1 as NumPy does."""
    mask = 2**64 - 1
    words: list[int] = []
    for counter in range(1, count // 4 + 2):
        x, key = [counter, 0, 0, 0], [seed, 0]
        for _ in range(10):
            one, two = x[0] * 0xD2E7470EE14C6C93, x[2] * 0xCA5A826395121157
            x = [(two >> 64) ^ x[1] ^ key[0], two & mask, (one >> 64) ^ x[3] ^ key[1], one & mask]
            key = [(key[0] + 0x9E3779B97F4A7C15) & mask, (key[1] + 0xBB67AE8584CAA73B) & mask]
        words += x
    return words[:count]


@pytest.mark.parametrize("seed", [0, 2027, 2**64 - 1])
def test_the_draw_can_be_done_again_from_its_definition(seed: int) -> None:
    words = philox_words(seed, 101)
    served = sorted(range(101), key=lambda pupil: words[pupil])
    assert np.argsort(lottery(101, seed)).tolist() == served


def test_the_draw_refuses_what_it_cannot_do() -> None:
    assert lottery(0, 1).size == 0
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="seed"):
            lottery(3, seed)
    with pytest.raises(ValueError, match="n must"):
        lottery(-1, 3)


@pytest.mark.parametrize("module", [market, deferred_acceptance], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def from_names(wishes: dict[str, list[str]], choices: dict[str, list[str]], seats: dict[str, int]) -> Market:
    """A two-sided instance: those who wish for one another, the order of `choices` as priority, no reserve."""
    pools = list(choices)
    turn = {pool: {name: at for at, name in enumerate(names)} for pool, names in choices.items()}
    mutual = [[pool for pool in listed if name in turn.get(pool, {})] for name, listed in wishes.items()]
    flat = [(name, pool) for name, listed in zip(wishes, mutual, strict=True) for pool in listed]
    return Market(
        np.cumsum([0, *map(len, mutual)]),
        np.array([pools.index(pool) for _, pool in flat], np.int64),
        np.array([turn[pool][name] for name, pool in flat], np.int64),
        [seats[pool] for pool in pools],
        [0] * len(pools),
        [False] * len(wishes),
    )


@needs_real_data
def test_the_residents_of_ottawa_get_the_published_programmes() -> None:
    def rows(name: str) -> list[dict[str, str]]:
        path = REAL / name
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return list(csv.DictReader(text.decode().splitlines()))

    programmes = rows("csi2120_programs_Small.csv.gz")
    wishes = {row["id"]: row["rol"].strip("[]").split(",") for row in rows("csi2120_residents_Small.csv.gz")}
    choices = {row["id"]: row["rol"].strip("[]").split(",") for row in programmes}
    market = from_names(wishes, choices, {row["id"]: int(row["numberOfPos"]) for row in programmes})
    placement = place(market)
    got = [list(choices)[pool] if pool >= 0 else "" for pool in placement.pool]
    expected = {row["resident_id"]: row["program_id"] or "" for row in rows("csi2120_solution_Small.csv")}
    assert dict(zip(wishes, got, strict=True)) == expected
    assert audit(market, placement).ok


@needs_real_data
def test_the_instance_of_759_residents_and_53_hospitals() -> None:
    lines = (REAL / "pyhrtc_hrt.instance").read_text().splitlines()
    _, residents, hospitals = (int(line) for line in lines[:3])
    rows = [re.findall(r"\d+", line) for line in lines[3:]]
    wishes = {row[0]: row[1:] for row in rows[:residents]}
    choices = {row[0]: row[2:] for row in rows[residents : residents + hospitals]}
    market = from_names(
        wishes, choices, {row[0]: int(row[1]) for row in rows[residents : residents + hospitals]}
    )
    assert (market.pupils, market.pools) == (759, 53)
    placement = place(market)
    assert placement.rank.tolist() == plainly(market)
    assert audit(market, placement).ok


@needs_real_data
def test_an_instance_that_broke_another_package() -> None:
    both = json.loads((REAL / "daffidwilde_issue_159.json").read_text())
    sides = {side: {name: [str(x) for x in names] for name, names in both[side].items()} for side in both}
    hospitals = sides.pop("hospitals")
    (residents,) = sides.values()
    market = from_names(residents, hospitals, dict.fromkeys(hospitals, 1))
    placement = place(market)
    assert placement.rank.tolist() == plainly(market)
    assert audit(market, placement).ok
