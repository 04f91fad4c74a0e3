"""How fast places are given: `python benchmarks/placement.py [--json]`.

The made-up market: lists of 10, 1.25 seats for each pupil in pools of 1 to 20 (2.2 on average), 30 % of the
seats reserved, 25 % of the pupils protected, one lottery number a pupil. Pools are wished for in proportion
to their seats times a log-normal popularity (sigma 1), over the whole country, so that nothing near in a list
is near in memory; 5 % get no place from their list.

Measured, everything loaded and compiled, best of several runs, one core but for what-if (all cores):
- 800 000 pupils, 1 000 000 seats: `place` and `audit`;
- 100 000 pupils: `place` against the same algorithm in plain Python with `heapq` (`peers`, `ratio`);
- the package `matching`, which knows no reserves, on a market without any, at the largest size it does within
  its budget, both from preferences as each takes them (its dictionaries, our arrays) to the result;
- a thousand draws of a round of 10 000 pupils, and one such round with continued lists.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from matching.games import HospitalResident

from croisee.engine.placement import (
    Continuation,
    Market,
    Placement,
    audit,
    lottery,
    place,
    place_continued,
    what_if,
)
from plain_placement import plain_place

LIST, SEATS_PER_PUPIL, SEATS_PER_POOL, RESERVED, PROTECTED = 10, 1.25, 2.2, 0.30, 0.25
MATCHING_BUDGET_S = 20.0


def made_up(pupils: int, seed: int = 1, reserved: float = RESERVED) -> Market:
    """The market described above."""
    g = np.random.default_rng(seed)
    seats = int(pupils * SEATS_PER_PUPIL)
    capacity = np.minimum(g.geometric(1 / SEATS_PER_POOL, seats), 20)
    capacity = capacity[: int(np.searchsorted(np.cumsum(capacity), seats)) + 1]
    capacity[-1] -= capacity.sum() - seats
    popularity = np.cumsum(capacity * np.exp(g.standard_normal(capacity.size)))

    def draw(rows: int) -> np.ndarray[Any, Any]:
        wishes = np.searchsorted(popularity, g.random((rows, LIST)) * popularity[-1])
        return np.minimum(wishes, capacity.size - 1).astype(np.int32)

    wishes = draw(pupils)
    again = np.arange(pupils)
    while again.size:
        in_order = np.sort(wishes[again], axis=1)
        again = again[(in_order[:, 1:] == in_order[:, :-1]).any(axis=1)]
        wishes[again] = draw(again.size)
    return Market(
        wish_start=np.arange(pupils + 1) * LIST,
        wish_pool=wishes.ravel(),
        priority=np.repeat(lottery(pupils, seed), LIST),
        capacity=capacity,
        reserved=np.minimum(
            np.floor(capacity * reserved + g.random(capacity.size) * (reserved > 0)), capacity
        ),
        protected=g.random(pupils) < PROTECTED,
    )


def best(times: int, run: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of several runs, in seconds, and what the last one gave."""
    shortest, result = np.inf, None
    for _ in range(times):
        begin = time.perf_counter()
        result = run()
        shortest = min(shortest, time.perf_counter() - begin)
    return shortest, result


def against_plain(pupils: int) -> dict[str, Any]:
    """Ours and plain Python on the same market."""
    market = made_up(pupils)
    ours_s, placement = best(7, lambda: place(market))
    lists = market.wish_pool.reshape(-1, LIST).tolist()
    numbers = market.priority.reshape(-1, LIST).tolist()
    seats = market.capacity.tolist(), market.reserved.tolist(), market.protected.tolist()
    plain_s, ranks = best(2, lambda: plain_place(lists, numbers, *seats))
    return {
        "ours_s": ours_s,
        "peers": {"plain_heapq": plain_s},
        "ratio": plain_s / ours_s,
        "n": pupils,
        "equal": placement.rank.tolist() == ranks,
    }


def against_matching() -> dict[str, Any]:
    """Ours and the package `matching` on markets without reserves, ever larger until its budget is spent."""
    # It copies its players by following their references one into another: thousands of frames deep.
    sys.setrecursionlimit(10**6)
    threading.stack_size(1 << 29)
    pupils = 125
    while True:
        pupils *= 2
        market = made_up(pupils, reserved=0.0)
        begin = time.perf_counter()
        with_players_s, matching_s, theirs = in_a_thread(lambda market=market: matching_place(market))
        whole_s = time.perf_counter() - begin
        ours_s, placement = best(7, lambda market=market: place(market))
        ours_with_market_s, _ = best(7, lambda market=market: place(replace(market)))
        if whole_s * 4 > MATCHING_BUDGET_S:
            return {
                "n": pupils,
                "matching_s": matching_s,
                "matching_with_players_s": with_players_s,
                "ours_s": ours_s,
                "ours_with_market_s": ours_with_market_s,
                "ratio": with_players_s / ours_with_market_s,
                "ratio_solving_alone": matching_s / ours_s,
                "equal": theirs == placement.pool.tolist(),
            }


def matching_place(market: Market) -> tuple[float, float, list[int]]:
    """How long `matching` takes from dictionaries of preferences, of which to solve, and the pools it gives."""
    lists = market.wish_pool.reshape(-1, LIST).tolist()
    choices: dict[int, list[int]] = {}
    for pupil in np.argsort(market.priority[::LIST]).tolist():
        for pool in lists[pupil]:
            choices.setdefault(pool, []).append(pupil)
    seats = {pool: int(market.capacity[pool]) for pool in choices}
    begin = time.perf_counter()
    game = HospitalResident.create_from_dictionaries(dict(enumerate(lists)), choices, seats)
    seconds, matched = best(1, game.solve)
    whole = time.perf_counter() - begin
    given = [-1] * len(lists)
    for hospital, residents in matched.items():
        for resident in residents:
            given[resident.name] = hospital.name
    return whole, seconds, given


def in_a_thread(run: Callable[[], Any]) -> Any:
    """The result of `run` on a fresh stack of the size set."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(run()))
    thread.start()
    thread.join()
    return results[0]


def at_scale(pupils: int) -> dict[str, Any]:
    """A whole country's pupils in one round."""
    market = made_up(pupils)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    place_s, placement = best(7, lambda: place(market))
    audit_s, result = best(7, lambda: audit(market, placement))
    return {
        "large_n": pupils,
        "large_seats": int(market.capacity.sum()),
        "large_s": place_s,
        "audit_s": audit_s,
        "audit_ok": result.ok,
        "large_unplaced": float((placement.pool < 0).mean()),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "peak_mb_before_placing": before,
    }


def a_metropolis(pupils: int, draws: int) -> dict[str, Any]:
    """A thousand draws, and lists that go on, for one metropolis."""
    market = made_up(pupils)
    what_if(market, [0])
    whatif_s, _ = best(3, lambda: what_if(market, range(draws)))
    g = np.random.default_rng(2)
    continuation = Continuation(
        home=g.random((pupils, 2)) * 30_000,
        site=g.random((market.pools, 2)) * 30_000,
        reach=np.full(pupils, 15_000.0),
        continues=np.ones(pupils, np.bool_),
        kind=np.zeros(pupils, np.int64),
        pool_kind=np.zeros(market.pools, np.int64),
        accepts=[[True]],
        priority=market.priority[::LIST],
    )
    place_continued(market, continuation)
    continued_s, placement = best(3, lambda: place_continued(market, continuation))
    lists_s, written = best(1, lambda: continuation.lists(market, placement))
    by_wishes: Placement = place(market)
    return {
        "whatif_n": pupils,
        "whatif_draws": draws,
        "whatif_s": whatif_s,
        "continued_s": continued_s,
        "continued_lists_s": lists_s,
        "continued_audit_ok": audit(written, placement).ok,
        "unplaced_by_wishes": int((by_wishes.pool < 0).sum()),
        "unplaced_continued": int((placement.pool < 0).sum()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    parser.add_argument("--large", type=int, default=800_000, metavar="PUPILS")
    parser.add_argument("--pupils", type=int, default=100_000, metavar="PUPILS")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    compiled = made_up(200)
    audit(compiled, place(compiled))
    figures: dict[str, Any] = {"name": "placement"}
    large = at_scale(arguments.large)
    figures |= against_plain(arguments.pupils) | large | a_metropolis(10_000, 1000)
    figures["matching"] = against_matching()
    figures["equal"] = figures["equal"] and figures["matching"]["equal"] and figures["audit_ok"]
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>24}  {value}")


if __name__ == "__main__":
    main()
