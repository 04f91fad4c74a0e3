"""What a placement gave, to whom, and what another rule, another draw or other reserves would have given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from croisee.engine.placement.deferred_acceptance import Lists, empty_pools, solve, useful_seats
from croisee.engine.placement.market import Market, Placement, draws


@dataclass(frozen=True)
class Share:
    """What a group got: how many pupils it has, with a place, with their first wish, on a reserved seat; the mean rank.

    `mean_rank` counts from 1 over those who have a place, nan when nobody has.
    """

    pupils: int
    placed: int
    first: int
    reserved_seats: int
    mean_rank: float


@dataclass(frozen=True)
class Gap:
    """Protected pupils beside all others."""

    protected: Share
    others: Share


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What `k` alternatives of reserved seats would have given over `s` draws.

    Attributes
    ----------
    pupils : (2,) int64
        Protected pupils, others.
    placed, first : (k, s, 2) int64
        Pupils with a place, with their first wish; protected, others.
    mean_rank : (k, s, 2) float64
        Over those who have a place, from 1; nan when nobody has.
    chance : (k, n) float64
        The share of the draws in which each pupil has a place.
    """

    pupils: NDArray[np.int64]
    placed: NDArray[np.int64]
    first: NDArray[np.int64]
    mean_rank: NDArray[np.float64]
    chance: NDArray[np.float64]


def rank_distribution(market: Market, placement: Placement) -> NDArray[np.int64]:
    """How many pupils got their first wish, their second, and so on; the last number is how many got none.

    Returns
    -------
    (length of the longest list + 1,) int64
    """
    longest = int(market.lengths.max(initial=0))
    placed = placement.rank[placement.rank >= 0]
    return np.append(np.bincount(placed, minlength=longest), market.pupils - placed.size)


def gap(market: Market, placement: Placement) -> Gap:
    """What protected pupils got, and what the others got."""
    return Gap(_share(placement, market.protected), _share(placement, ~market.protected))


def _share(placement: Placement, group: NDArray[np.bool_]) -> Share:
    rank = placement.rank[group]
    placed = rank[rank >= 0]
    return Share(
        pupils=rank.size,
        placed=placed.size,
        first=int((placed == 0).sum()),
        reserved_seats=int(placement.reserved_seat[group].sum()),
        mean_rank=float(placed.mean()) + 1 if placed.size else float("nan"),
    )


def first_come_first_served(market: Market, arrival: ArrayLike, hold_reserved: bool = False) -> Placement:
    """What the same wishes would have given with no rule but the time of asking.

    Parameters
    ----------
    market : Market
        Its priorities are not used.
    arrival : (n,) numbers
        When each pupil comes, lower first; equal times by index.
    hold_reserved : bool
        Keep the reserved seats for protected pupils, even if none comes. Otherwise seats are seats.

    Returns
    -------
    Placement
        Each pupil in turn takes the best listed pool where a seat is left.
    """
    times = np.asarray(arrival)
    if times.shape != (market.pupils,):
        raise ValueError(f"arrival must have {market.pupils} numbers, not shape {times.shape}")
    kept = np.where(hold_reserved, market.reserved, 0)
    rank, reserved_seat = _take_turns(
        np.argsort(times, kind="stable"),
        market.wish_start,
        market.wish_pool,
        market.capacity,
        kept,
        market.protected,
    )
    placed = rank >= 0
    pool = np.full(market.pupils, -1, np.int32)
    pool[placed] = market.wish_pool[market.wish_start[:-1][placed] + rank[placed]]
    return Placement(pool, rank, reserved_seat)


def what_if(market: Market, seeds: Sequence[int], reserves: ArrayLike | None = None) -> WhatIf:
    """Place the same wishes again under other draws, and other numbers of reserved seats.

    Parameters
    ----------
    market : Market
        Its priorities are replaced by each draw's.
    seeds : sequence of int
        One draw each: `lottery(n, seed)`.
    reserves : (k, p) integers, optional
        Alternatives to `market.reserved`, each under every draw; by default the market's own alone.

    Returns
    -------
    WhatIf

    Raises
    ------
    ValueError
        If an alternative reserves more seats than a pool has.
    """
    rows = np.atleast_2d(np.asarray(market.reserved if reserves is None else reserves))
    markets = [replace(market, reserved=row) for row in rows]
    size = (len(rows), len(seeds))
    placed, first, ranks = (np.zeros((*size, 2), np.int64) for _ in range(3))
    times_placed = np.zeros((len(rows), market.pupils), np.int64)

    def run(alternative: int, begin: int) -> NDArray[np.int64]:
        drawn = slice(begin, begin + _DRAWS_AT_ONCE)
        m = markets[alternative]
        seats = useful_seats(m.capacity, m.wish_pool)
        words = np.stack([draws(m.pupils, seed) for seed in seeds[drawn]])
        priority = np.empty(m.wish_pool.size, words.dtype)
        lists = Lists(m.wish_start[:-1], m.wish_start[1:], m.wish_pool, priority, m.protected)
        figures = placed[alternative, drawn], first[alternative, drawn], ranks[alternative, drawn]
        times: NDArray[np.int64] = _draw_again(
            lists, empty_pools(seats, words.dtype), seats, m.reserved, words, priority, *figures
        )
        return times

    jobs = [(row, begin) for row in range(size[0]) for begin in range(0, size[1], _DRAWS_AT_ONCE)]
    with ThreadPoolExecutor(
        os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    ) as pool:
        for (row, _), times in zip(jobs, pool.map(run, *zip(*jobs, strict=True)), strict=True):
            times_placed[row] += times
    with np.errstate(invalid="ignore"):
        mean_rank = ranks / placed + 1
        chance = times_placed / len(seeds)
    ours = int(market.protected.sum())
    return WhatIf(np.array([ours, market.pupils - ours]), placed, first, mean_rank, chance)


_DRAWS_AT_ONCE = 32


@njit(cache=True, nogil=True)
def _draw_again(
    lists: Any,
    pools: Any,
    seats: Any,
    reserved: Any,
    words: Any,
    priority: Any,
    placed: Any,
    first: Any,
    ranks: Any,
) -> Any:
    """Place once for each row of `words`, fill in that row's figures, count how often each pupil has a place.

    `priority` is the array of `lists`, written anew for each draw.
    """
    pupils = words.shape[1]
    times_placed = np.zeros(pupils, np.int64)
    queue, next_queue = np.empty(pupils, np.int32), np.empty(pupils, np.int32)
    position, pool = np.empty(pupils, np.int32), np.empty(pupils, np.int32)
    reserved_seat = np.empty(pupils, np.bool_)
    for row in range(len(words)):
        for pupil in range(pupils):
            priority[lists.first[pupil] : lists.last[pupil]] = words[row, pupil]
        position[:] = 0
        solve(lists, pools, seats, reserved, position, queue, next_queue, pool, reserved_seat)
        for pupil in range(pupils):
            if pool[pupil] >= 0:
                group = 0 if lists.protected[pupil] else 1
                placed[row, group] += 1
                first[row, group] += position[pupil] == 0
                ranks[row, group] += position[pupil]
                times_placed[pupil] += 1
    return times_placed


@njit(cache=True, nogil=True)
def _take_turns(turns: Any, wish_start: Any, wish_pool: Any, capacity: Any, kept: Any, protected: Any) -> Any:
    rank = np.full(turns.size, -1, np.int32)
    reserved_seat = np.zeros(turns.size, np.bool_)
    reserved_left, open_left = kept.copy(), capacity - kept
    for pupil in turns:
        for wish in range(wish_start[pupil], wish_start[pupil + 1]):
            pool = wish_pool[wish]
            if protected[pupil] and reserved_left[pool] > 0:
                reserved_left[pool] -= 1
                reserved_seat[pupil] = True
            elif open_left[pool] > 0:
                open_left[pool] -= 1
            else:
                continue
            rank[pupil] = wish - wish_start[pupil]
            break
    return rank, reserved_seat
