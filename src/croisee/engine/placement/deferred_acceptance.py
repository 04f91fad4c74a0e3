"""Pupil-proposing deferred acceptance with reserved seats.

Each pool chooses among those who ask as in Hafalir, Yenmez & Yildirim, "Effective affirmative action in
school choice", Theoretical Economics 8 (2013): its reserved seats go first to the protected pupils with the
best priority, all other seats to the best of those who remain. Whatever the order of the proposals, the
outcome is the same: the stable placement that every pupil likes best.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import DTypeLike, NDArray

from croisee.engine.placement.market import Market, Placement, read_only
from croisee.engine.placement.prefetch import prefetch


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
    ...     wish_start=[0, 2, 3], wish_pool=[0, 1, 0], priority=[1, 1, 2],
    ...     capacity=[1, 1], reserved=[1, 0], protected=[False, True],
    ... )
    >>> place(market).pool.tolist()
    [1, 0]
    """
    start = market.wish_start
    lists = Lists(start[:-1], start[1:], market.wish_pool, market.priority, market.protected)
    return defer(market, lists, np.zeros(market.pupils, np.int32))


class Lists(NamedTuple):
    """Pupil `i` asks for `pool[first[i]:last[i]]` in turn, with the numbers `priority` of the same wishes."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    pool: NDArray[np.int32]
    priority: NDArray[Any]
    protected: NDArray[np.bool_]


class Pools(NamedTuple):
    """Who holds a seat where, while proposals are made.

    The seats of pool `p` are slots `tally[p, START]` to `tally[p + 1, START] - 1` of `who`. Protected pupils
    fill them from the left, others from the right, in the order they come. Few pools ever refuse anybody who
    is already in; when one first does, each side becomes a heap whose root is the pupil served last, and
    `key` holds their numbers.
    """

    tally: NDArray[np.int32]  # (p + 1, 8) START, FREE seats, PROTECTED seated, RESERVED seats; then `last`
    last: NDArray[Any]  # (p, 2) the highest number on the left, on the right; the lowest possible if nobody
    heaped: NDArray[np.bool_]  # (p,)
    who: NDArray[np.int32]
    key: NDArray[Any]
    lowest: NDArray[Any]  # (1,) the lowest number of the type of `key`


START, FREE, PROTECTED, RESERVED = range(4)
LEFT, RIGHT = 0, 1


def defer(market: Market, lists: Lists, position: NDArray[np.int32]) -> Placement:
    """Run deferred acceptance on lists of which pupil `i` has already been refused `position[i]` wishes.

    A pool that has once refused a pupil refuses for good, so going on after the refusals of an earlier run,
    on lists that ended sooner, leads to the same outcome as a run on the longer lists. `position` is moved on
    to the seat found, or to the end of the list.
    """
    seats = useful_seats(market.capacity, lists.pool)
    pools = empty_pools(seats, lists.priority.dtype)
    queue, next_queue = np.empty((2, market.pupils), np.int32)
    pool = np.empty(market.pupils, np.int32)
    reserved_seat = np.empty(market.pupils, np.bool_)
    # A market's arrays are read-only; lists that go on must be too, or `solve` is compiled twice.
    lists = Lists(*(read_only(array) for array in lists))
    solve(lists, pools, seats, market.reserved, position, queue, next_queue, pool, reserved_seat)
    return Placement(pool, np.where(pool < 0, np.int32(-1), position), reserved_seat)


def useful_seats(capacity: NDArray[np.int64], wish_pool: NDArray[np.int32]) -> NDArray[np.int32]:
    """The capacities, without the seats that nobody can come to fill; all of them together then fit in memory."""
    if capacity.sum(dtype=np.float64) <= max(wish_pool.size, 1 << 20):
        return capacity.astype(np.int32)
    return np.minimum(capacity, np.bincount(wish_pool, minlength=capacity.size)).astype(np.int32)


def empty_pools(seats: NDArray[np.int32], numbers: DTypeLike) -> Pools:
    """Room for `solve` to work in; made here since NumPy asks for large pages, which Numba does not."""
    pools, slots = seats.size, int(seats.sum())
    number = np.dtype(numbers)
    lowest = -np.inf if number.kind == "f" else np.iinfo(number).min
    # A refusal looks at one line of the cache: `last` lies in the second half of the 32 bytes of `tally`.
    block = np.empty(32 * (pools + 1) + 32, np.uint8)
    begin = -block.ctypes.data % 32
    records = block[begin : begin + 32 * (pools + 1)].reshape(pools + 1, 32)
    return Pools(
        tally=records.view(np.int32),
        last=records[:-1, 16 : 16 + 2 * number.itemsize].view(number),
        heaped=np.empty(pools, np.bool_),
        who=np.empty(slots, np.int32),
        key=np.empty(slots, number),
        lowest=np.array([lowest], number),
    )


@njit(cache=True, nogil=True)
def solve(
    lists: Any,
    pools: Any,
    seats: Any,
    reserved: Any,
    position: Any,
    queue: Any,
    next_queue: Any,
    pool_of: Any,
    reserved_seat: Any,
) -> None:
    """Place everybody; `queue` and `next_queue` are room for as many pupils as there are."""
    _open(pools, seats, reserved)
    waiting = _line_up(lists, position, queue)
    while waiting > 0:
        waiting = _propose(lists, pools, position, queue[:waiting], next_queue)
        queue, next_queue = next_queue, queue
    _hand_out(lists, pools, position, pool_of, reserved_seat)


@njit(cache=True, nogil=True)
def _open(pools: Any, seats: Any, reserved: Any) -> None:
    """All seats free."""
    start = 0
    for pool in range(seats.size):
        pools.tally[pool, START], start = start, start + seats[pool]
        pools.tally[pool, FREE] = seats[pool]
        pools.tally[pool, PROTECTED] = 0
        pools.tally[pool, RESERVED] = min(reserved[pool], seats[pool])
    pools.tally[seats.size, START] = start
    pools.heaped[:] = False
    pools.last[:] = pools.lowest[0]


@njit(cache=True, nogil=True)
def _line_up(lists: Any, position: Any, queue: Any) -> Any:
    """Put those who still have someone to ask in `queue`, roughly by priority; returns how many.

    Any order gives the same outcome. In this one few pupils are let in and then put out again.
    """
    waiting = 0
    number = np.empty(position.size, np.float64)
    low, high = np.inf, -np.inf
    for pupil in range(position.size):
        wish = lists.first[pupil] + position[pupil]
        if wish < lists.last[pupil]:
            number[waiting] = min(max(float(lists.priority[wish]), -1e300), 1e300)
            low, high = min(low, number[waiting]), max(high, number[waiting])
            waiting += 1
    groups = min(waiting, 1 << 16)
    scale = (groups - 1) / (high - low) if high - low > 1e-300 else 0.0
    start = np.zeros(groups + 1, np.int32)
    for i in range(waiting):
        start[int((number[i] - low) * scale) + 1] += 1
    for group in range(groups):
        start[group + 1] += start[group]
    i = 0
    for pupil in range(position.size):
        if lists.first[pupil] + position[pupil] < lists.last[pupil]:
            group = int((number[i] - low) * scale)
            queue[start[group]] = pupil
            start[group] += 1
            i += 1
    return waiting


@njit(cache=True, nogil=True)
def _propose(lists: Any, pools: Any, position: Any, queue: Any, put_out: Any) -> Any:
    """Let each pupil of `queue` ask until a pool says yes; those whom this puts out are written, and counted."""
    first, end, wish_pool, priority, of_left = lists
    tally, last, heaped, who, key, lowest = pools
    tally_line = tally.reshape(-1)
    waiting = 0
    for turn in range(queue.size):
        # Ask the memory for what the next pupils need, each step resting on what the step before brought.
        if turn + 24 < queue.size:
            ahead = queue[turn + 24]
            prefetch(first, ahead)
            prefetch(position, ahead)
            prefetch(of_left, ahead)
            ahead = queue[turn + 16]
            wish = first[ahead] + position[ahead]
            prefetch(wish_pool, wish)
            prefetch(priority, wish)
            ahead = queue[turn + 8]
            wish = first[ahead] + position[ahead]
            for near in range(wish, min(wish + 3, end[ahead])):
                prefetch(tally_line, 8 * wish_pool[near])

        pupil = queue[turn]
        side = LEFT if of_left[pupil] else RIGHT
        wish = first[pupil] + position[pupil]
        while wish < end[pupil]:
            pool, number = wish_pool[wish], priority[wish]
            free, protected = tally[pool, FREE], tally[pool, PROTECTED]
            if free > 0:
                tally[pool, FREE] = free - 1
                if side == LEFT:
                    tally[pool, PROTECTED] = protected + 1
                    who[tally[pool, START] + protected] = pupil
                else:
                    who[tally[pool, START] + protected + free - 1] = pupil
                if number > last[pool, side]:
                    last[pool, side] = number
                break
            # Most refusals are settled here; equal numbers and admissions are left to `_replace`.
            over_reserve = protected + (side == LEFT) > tally[pool, RESERVED]
            if number > last[pool, RIGHT] and (
                (over_reserve and number > last[pool, LEFT]) or (not over_reserve and side == RIGHT)
            ):
                wish += 1
                continue
            if not heaped[pool]:
                _heap(lists, pools, position, pool)
            refused = _replace(tally, last, who, key, lowest, pool, number, pupil, side, over_reserve)
            if refused == pupil:
                wish += 1
                continue
            position[refused] += 1
            put_out[waiting] = refused
            waiting += 1
            break
        position[pupil] = wish - first[pupil]
    return waiting


@njit(cache=True, nogil=True)
def _replace(
    tally: Any,
    last: Any,
    who: Any,
    key: Any,
    lowest: Any,
    pool: Any,
    number: Any,
    pupil: Any,
    side: Any,
    over_reserve: Any,
) -> Any:
    """Let a full pool choose again with `pupil` among its own: returns whom it refuses, maybe the same pupil.

    Counting the one who asks, protected pupils within the reserve are safe and the one to go is the last of
    the others; beyond it, the last of all.
    """
    left, right = tally[pool, START], tally[pool + 1, START] - 1
    protected = tally[pool, PROTECTED]
    others = right + 1 - left - protected
    if over_reserve and protected > 0:
        out = LEFT if others == 0 or _later(key[left], who[left], key[right], who[right]) else RIGHT
    elif others > 0:
        out = RIGHT
    else:
        return pupil
    root = left if out == LEFT else right
    if (over_reserve or side == RIGHT) and not _later(key[root], who[root], number, pupil):
        return pupil

    refused = who[root]
    if out == LEFT:
        protected = _drop(key, who, left, 1, protected)
    else:
        others = _drop(key, who, right, -1, others)
    if side == LEFT:
        protected = _add(key, who, left, 1, protected, number, pupil)
    else:
        others = _add(key, who, right, -1, others, number, pupil)
    tally[pool, PROTECTED] = protected
    last[pool, LEFT] = key[left] if protected > 0 else lowest[0]
    last[pool, RIGHT] = key[right] if others > 0 else lowest[0]
    return refused


@njit(cache=True, nogil=True)
def _hand_out(lists: Any, pools: Any, position: Any, pool_of: Any, reserved_seat: Any) -> None:
    """Read off who is where, and which protected pupils hold the reserved seats: those served first."""
    for pupil in range(position.size):
        wish = lists.first[pupil] + position[pupil]
        pool_of[pupil] = lists.pool[wish] if wish < lists.last[pupil] else -1
    reserved_seat[:] = False
    tally, who = pools.tally, pools.who
    for pool in range(len(tally) - 1):
        holding, left = tally[pool, PROTECTED], tally[pool, START]
        if holding > tally[pool, RESERVED] > 0 and not pools.heaped[pool]:
            _heap(lists, pools, position, pool)
        if tally[pool, RESERVED] > 0:
            while holding > tally[pool, RESERVED]:
                holding = _drop(pools.key, who, left, 1, holding)
            for slot in range(left, left + holding):
                reserved_seat[who[slot]] = True


@njit(cache=True, nogil=True)
def _heap(lists: Any, pools: Any, position: Any, pool: Any) -> None:
    """Make both sides of a pool heaps, with the numbers of the pupils in it."""
    tally, who, key = pools.tally, pools.who, pools.key
    left, right = tally[pool, START], tally[pool + 1, START] - 1
    protected = tally[pool, PROTECTED]
    others = right + 1 - left - protected - tally[pool, FREE]
    for size in range(protected):
        pupil = who[left + size]
        _add(key, who, left, 1, size, lists.priority[lists.first[pupil] + position[pupil]], pupil)
    for size in range(others):
        pupil = who[right - size]
        _add(key, who, right, -1, size, lists.priority[lists.first[pupil] + position[pupil]], pupil)
    pools.heaped[pool] = True


@njit(cache=True, nogil=True)
def _later(number: Any, pupil: Any, other_number: Any, other_pupil: Any) -> Any:
    return number > other_number or (number == other_number and pupil > other_pupil)


@njit(cache=True, nogil=True)
def _add(key: Any, who: Any, root: Any, step: Any, size: Any, number: Any, pupil: Any) -> Any:
    """Put a pupil in the heap whose node i is slot `root + step * i`; returns its new size."""
    node = size
    while node > 0:
        parent = (node - 1) // 2
        above = root + step * parent
        if not _later(number, pupil, key[above], who[above]):
            break
        key[root + step * node], who[root + step * node] = key[above], who[above]
        node = parent
    key[root + step * node], who[root + step * node] = number, pupil
    return size + 1


@njit(cache=True, nogil=True)
def _drop(key: Any, who: Any, root: Any, step: Any, size: Any) -> Any:
    """Take the root out of the heap; returns its new size."""
    size -= 1
    number, pupil = key[root + step * size], who[root + step * size]
    node = 0
    while 2 * node + 1 < size:
        child = 2 * node + 1
        below = root + step * child
        if child + 1 < size and _later(key[below + step], who[below + step], key[below], who[below]):
            child, below = child + 1, below + step
        if not _later(key[below], who[below], number, pupil):
            break
        key[root + step * node], who[root + step * node] = key[below], who[below]
        node = child
    key[root + step * node], who[root + step * node] = number, pupil
    return size
