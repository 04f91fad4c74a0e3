"""Pupil-proposing deferred acceptance with reserved seats.

Each pool chooses among those who ask as in Hafalir, Yenmez & Yildirim, "Effective affirmative action in school choice",
Theoretical Economics 8 (2013): its reserved seats go first to the protected pupils with the best priority, all other seats to
the best of those who remain. Proposals may come in any order, the outcome is the same: the stable placement that every pupil
likes best.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from croisee.engine.placement.market import Market, Placement


def place(market: Market) -> Placement:
    """Give each pupil a place: nobody is passed over by someone served later, and no wished seat is wasted.

    Parameters
    ----------
    market : Market

    Returns
    -------
    Placement
        The stable placement that every pupil likes best; it is unique, so any machine finds the same one.

    Notes
    -----
    Stable: no pupil prefers a pool that, choosing again among its pupils and this one, would take this one.
    A pupil gains nothing by listing other than what he or she wishes for, in that order.

    >>> market = Market(
    ...     wish_start=[0, 2, 3], wish_pool=[0, 1, 0], priority=[1, 1, 2], capacity=[1, 1], reserved=[1, 0],
    ...     protected=[False, True],
    ... )
    >>> place(market).pool.tolist()
    [1, 0]
    """
    position = np.zeros(market.pupils, np.int32)
    return defer(
        market, market.wish_start[:-1], market.wish_start[1:], market.wish_pool, market.priority, position
    )


def defer(
    market: Market,
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    wish_pool: NDArray[np.int32],
    priority: NDArray[Any],
    position: NDArray[np.int32],
) -> Placement:
    """Run deferred acceptance on lists `wish_pool[first[i]:last[i]]`, pupil `i` starting at `first[i] + position[i]`.

    A pool that has once refused a pupil refuses for good, so a start after the refusals of an earlier run on shorter lists
    leads to the same outcome. `position` is moved on to the seat found, or to the end of the list.
    """
    seats = market.seats
    reserved = np.minimum(market.reserved, seats).astype(np.int32)
    pool = np.full(market.pupils, -1, np.int32)
    reserved_seat = np.zeros(market.pupils, np.bool_)
    propose(
        first, last, wish_pool, priority, seats, reserved, market.protected, position, pool, reserved_seat
    )
    rank = np.where(pool < 0, np.int32(-1), position)
    return Placement(pool, rank, reserved_seat)


# The seats of pool p are slots start[p] to start[p + 1] - 1 of `key` and `who`. Protected pupils fill them from the left, others
# from the right, each side a heap whose root is the pupil served last, so that the one to refuse is always at hand.


@njit(cache=True, nogil=True)
def propose(
    first: Any,
    last: Any,
    wish_pool: Any,
    priority: Any,
    seats: Any,
    reserved: Any,
    protected: Any,
    position: Any,
    pool_of: Any,
    reserved_seat: Any,
) -> Any:
    start = np.zeros(seats.size + 1, np.int32)
    start[1:] = np.cumsum(seats)
    key = np.empty(start[-1], priority.dtype)
    who = np.empty(start[-1], np.int32)
    held = np.zeros((seats.size, 2), np.int32)

    for starter in range(position.size):
        pupil = np.int32(starter)
        while pupil >= 0:
            side = 0 if protected[pupil] else 1
            wish = first[pupil] + position[pupil]
            refused = pupil
            while refused == pupil and wish < last[pupil]:
                pool = wish_pool[wish]
                refused = _ask(
                    key,
                    who,
                    start[pool],
                    start[pool + 1],
                    reserved[pool],
                    held[pool],
                    priority[wish],
                    pupil,
                    side,
                )
                wish += 1
            if refused == pupil:
                position[pupil] = last[pupil] - first[pupil]
                break
            position[pupil] = wish - 1 - first[pupil]
            pupil = refused
            if pupil >= 0:
                position[pupil] += 1

    for pool in range(seats.size):
        left, right = start[pool], start[pool + 1] - 1
        for slot in range(left, left + held[pool, 0]):
            pool_of[who[slot]] = pool
        for slot in range(right, right - held[pool, 1], -1):
            pool_of[who[slot]] = pool
        size = held[pool, 0]
        while size > reserved[pool]:
            size = _drop(key, who, left, 1, size)
        for slot in range(left, left + size):
            reserved_seat[who[slot]] = True


@njit(cache=True, nogil=True)
def _ask(
    key: Any, who: Any, start: Any, stop: Any, reserved: Any, held: Any, k: Any, pupil: Any, side: Any
) -> Any:
    """Let `pupil` with priority `k` ask for a seat: returns the pupil refused (maybe the same), -1 for nobody."""
    left, right = start, stop - 1
    ours, others = held[0], held[1]
    if ours + others == stop - start:
        within_reserve = ours + (side == 0) <= reserved
        if within_reserve or ours == 0 or (others and _later(key[right], who[right], key[left], who[left])):
            out, worst = 1, right
            certain = side == 0 and within_reserve
            if others == 0:
                return pupil
        else:
            out, worst = 0, left
            certain = False
        if not certain and _later(k, pupil, key[worst], who[worst]):
            return pupil
        refused = who[worst]
        held[out] = _drop(key, who, worst, 1 - 2 * out, held[out])
    else:
        refused = np.int32(-1)
    held[side] = _add(key, who, left if side == 0 else right, 1 - 2 * side, held[side], k, pupil)
    return refused


@njit(cache=True, nogil=True)
def _later(k: Any, pupil: Any, other_k: Any, other_pupil: Any) -> Any:
    return k > other_k or (k == other_k and pupil > other_pupil)


@njit(cache=True, nogil=True)
def _add(key: Any, who: Any, root: Any, step: Any, size: Any, k: Any, pupil: Any) -> Any:
    """Put a pupil in the heap whose node i is at slot `root + step * i`; returns its new size."""
    node = size
    while node > 0:
        parent = (node - 1) // 2
        above = root + step * parent
        if not _later(k, pupil, key[above], who[above]):
            break
        key[root + step * node], who[root + step * node] = key[above], who[above]
        node = parent
    key[root + step * node], who[root + step * node] = k, pupil
    return size + 1


@njit(cache=True, nogil=True)
def _drop(key: Any, who: Any, root: Any, step: Any, size: Any) -> Any:
    """Take the root out of the heap; returns its new size."""
    size -= 1
    k, pupil = key[root + step * size], who[root + step * size]
    node = 0
    while 2 * node + 1 < size:
        child = 2 * node + 1
        below = root + step * child
        if child + 1 < size and _later(key[below + step], who[below + step], key[below], who[below]):
            child, below = child + 1, below + step
        if not _later(key[below], who[below], k, pupil):
            break
        key[root + step * node], who[root + step * node] = key[below], who[below]
        node = child
    key[root + step * node], who[root + step * node] = k, pupil
    return size
