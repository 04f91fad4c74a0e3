"""What a round starts from (pupils' lists, pools of seats), what it ends with, and the draw between pupils."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

MOST = np.iinfo(np.int32).max


@dataclass(frozen=True, eq=False)
class Market:
    """The wishes of `n` pupils for `p` pools of seats (an offer in a given week), checked when built.

    Parameters
    ----------
    wish_start : (n + 1,) integers
        Pupil `i` wishes for `wish_pool[wish_start[i]:wish_start[i + 1]]`, best first.
    wish_pool : (m,) integers
        Pools, from 0 to p - 1. What a pupil may not take is simply not listed.
    priority : (m,) numbers
        The priority of the pupil at the pool of that wish: the lower number is served first. Whole numbers of
        64 bits are compared exactly, never through a float. Equal numbers at one pool are settled by the
        pupil's index, lower first; a lottery (see `lottery`) leaves no equal numbers.
    capacity : (p,) integers
        Seats of each pool; 0 is allowed.
    reserved : (p,) integers
        Seats kept first for protected pupils, at most `capacity`; those that they leave go to anybody.
    protected : (n,) booleans
        Pupils for whom seats are reserved.

    Raises
    ------
    ValueError
        Naming the argument and the first place that is wrong in it.
    """

    wish_start: NDArray[np.int64]
    wish_pool: NDArray[np.int32]
    priority: NDArray[Any]
    capacity: NDArray[np.int64]
    reserved: NDArray[np.int64]
    protected: NDArray[np.bool_]

    def __post_init__(self) -> None:
        checked = {
            "wish_start": whole_numbers("wish_start", self.wish_start),
            "wish_pool": _pools(self.wish_pool),
            "priority": priorities("priority", self.priority),
            "capacity": whole_numbers("capacity", self.capacity),
            "reserved": whole_numbers("reserved", self.reserved),
            "protected": flags("protected", self.protected),
        }
        for name, array in checked.items():
            object.__setattr__(self, name, read_only(np.ascontiguousarray(array)))
        self._check_lists()
        self._check_seats()
        self._check_wishes()

    @property
    def pupils(self) -> int:
        """How many pupils."""
        return self.protected.size

    @property
    def pools(self) -> int:
        """How many pools of seats."""
        return self.capacity.size

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(n,) How many wishes each pupil has."""
        return np.diff(self.wish_start)

    @cached_property
    def asked(self) -> NDArray[np.int64]:
        """(p,) How many pupils list each pool."""
        return np.bincount(self.wish_pool, minlength=self.pools)

    def _check_lists(self) -> None:
        start, wishes = self.wish_start, self.wish_pool.size
        if start.size != self.pupils + 1:
            raise ValueError(
                f"wish_start has {start.size} numbers for {self.pupils} pupils in protected, not {self.pupils + 1}"
            )
        if start[0] != 0 or start[-1] != wishes:
            raise ValueError(f"wish_start must go from 0 to {wishes}, the length of wish_pool")
        if (start[1:] < start[:-1]).any():
            pupil = int(np.argmax(start[1:] < start[:-1]))
            raise ValueError(f"wish_start decreases after pupil {pupil}")
        if self.priority.size != wishes:
            raise ValueError(f"priority has {self.priority.size} numbers for {wishes} wishes in wish_pool")

    def _check_seats(self) -> None:
        if self.reserved.size != self.pools:
            raise ValueError(f"reserved has {self.reserved.size} numbers for {self.pools} pools in capacity")
        for name, wrong, why in (
            ("capacity", self.capacity < 0, "is negative"),
            ("reserved", self.reserved < 0, "is negative"),
            ("reserved", self.reserved > self.capacity, "is more than the capacity"),
        ):
            if wrong.any():
                pool = int(np.argmax(wrong))
                raise ValueError(f"{name} of pool {pool} {why}: {getattr(self, name)[pool]}")

    def _check_wishes(self) -> None:
        wish, fault = _first_fault(self.wish_start, self.wish_pool, self.priority, self.pools)
        if not fault:
            return
        pupil = int(np.searchsorted(self.wish_start, wish, side="right")) - 1
        where = f"of pupil {pupil}, wish {wish - self.wish_start[pupil]}"
        if fault == _NOT_A_NUMBER:
            raise ValueError(f"priority {where}, is not a number")
        if fault == _REPEATED:
            raise ValueError(f"wish_pool {where}, repeats pool {self.wish_pool[wish]}")
        raise ValueError(f"wish_pool {where}, is {self.wish_pool[wish]}; pools go from 0 to {self.pools - 1}")


@dataclass(frozen=True, eq=False)
class Placement:
    """Who got what: for each of `n` pupils a pool, its position in the list, whether the seat is a reserved one.

    Attributes
    ----------
    pool : (n,) integers
        The pool, -1 for none.
    rank : (n,) integers
        Position of that pool in the pupil's list, 0 for the first wish, -1 for none.
    reserved_seat : (n,) booleans
        Of the protected pupils of a pool, those served first hold its reserved seats, as many as there are;
        False for all others and for pupils without a place.
    """

    pool: NDArray[np.int32]
    rank: NDArray[np.int32]
    reserved_seat: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in ("pool", "rank", "reserved_seat"):
            array = np.asarray(getattr(self, name))
            nothing = array.shape == (0,)  # an empty list says nothing of its type
            object.__setattr__(self, name, array.astype(np.int32) if nothing else array)

    @classmethod
    def of(cls, market: Market, pool: ArrayLike) -> Placement:
        """The placement that gives each pupil the pool named, its ranks and reserved seats worked out.

        Parameters
        ----------
        market : Market
        pool : (n,) integers
            A pool of the pupil's list, -1 for none.

        Raises
        ------
        ValueError
            If a pupil is given a pool that is not in the list.
        """
        given = whole_numbers("pool", pool)
        if given.size != market.pupils:
            raise ValueError(f"pool has {given.size} numbers for {market.pupils} pupils")
        owner = np.repeat(np.arange(market.pupils), market.lengths)
        wish = np.flatnonzero(market.wish_pool == given[owner])
        rank = np.full(market.pupils, -1, np.int32)
        rank[owner[wish]] = wish - market.wish_start[owner[wish]]
        unlisted = (given != -1) & (rank == -1)
        if unlisted.any():
            pupil = int(np.argmax(unlisted))
            raise ValueError(f"pool {given[pupil]} is not in the list of pupil {pupil}")

        candidates = wish[market.protected[owner[wish]]]
        pools = market.wish_pool[candidates]
        order = np.lexsort((candidates, market.priority[candidates], pools))
        pools = pools[order]
        turn = np.arange(pools.size) - np.searchsorted(pools, pools, side="left")
        reserved_seat = np.zeros(market.pupils, np.bool_)
        reserved_seat[owner[candidates[order]][turn < market.reserved[pools]]] = True
        return cls(given.astype(np.int32), rank, reserved_seat)


def lottery(n: int, seed: int) -> NDArray[np.int32]:
    """The draw: pupil `i` gets turn `lottery(n, seed)[i]`, from 0 (served first) to n - 1, each turn once.

    Parameters
    ----------
    n : int
        Pupils.
    seed : int
        From 0 to 2**64 - 1; the same seed gives the same draw on any machine and any version of NumPy.

    Returns
    -------
    (n,) int32

    Notes
    -----
    Pupil `i` draws the `i`-th 64-bit word of the generator Philox-4x64-10 (Salmon, Moraes, Dror & Shaw,
    "Parallel random numbers: as easy as 1, 2, 3", SC'11) with key (seed, 0); turns follow the words in
    increasing order. The words are published test vectors of the generator, not a distribution of NumPy, so
    that anyone can redo the draw in any language.

    >>> lottery(5, seed=2027).tolist()
    [4, 3, 1, 2, 0]
    """
    words = draws(n, seed)
    turns = np.empty(n, np.int32)
    turns[np.argsort(words, kind="stable")] = np.arange(n, dtype=np.int32)
    return turns


def draws(n: int, seed: int) -> NDArray[np.uint64]:
    """The 64-bit words whose order is `lottery(n, seed)`: a priority that costs no sorting."""
    if not 0 <= n <= MOST:
        raise ValueError(f"n must be from 0 to {MOST}: {n}")
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed must be from 0 to 2**64 - 1: {seed}")
    return np.random.Philox(key=seed).random_raw(n)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers, seen through an array that cannot change them."""
    seen = array.view()
    seen.flags.writeable = False
    return seen


def whole_numbers(name: str, values: ArrayLike) -> NDArray[np.int64]:
    """A list of whole numbers as int64; ValueError naming the argument otherwise."""
    array = _line(name, values)
    if array.dtype.kind == "f" and not (np.abs(array) < 2**53).all():
        raise ValueError(f"{name} must hold whole numbers")
    if array.dtype.kind not in "iuf" or (array.dtype.kind == "u" and array.size and array.max() > 2**63 - 1):
        raise ValueError(f"{name} must hold whole numbers of 64 bits, not {array.dtype}")
    whole = array.astype(np.int64, copy=False)
    if array.dtype.kind == "f" and (whole != array).any():
        raise ValueError(f"{name} must hold whole numbers")
    return whole


def flags(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    """A list of yes and no as booleans (0 and 1 will do); ValueError naming the argument otherwise."""
    array = _line(name, values)
    if array.dtype.kind not in "biuf" or not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{name} must hold booleans")
    return array.astype(np.bool_, copy=False)


def priorities(name: str, values: ArrayLike) -> NDArray[Any]:
    """A list of numbers in a type that compares them exactly; ValueError naming the argument otherwise."""
    array = _line(name, values)
    if array.dtype.kind in "bi":
        return array.astype(np.int32 if array.dtype.itemsize <= 4 else np.int64, copy=False)
    if array.dtype.kind == "u":
        return array.astype(np.int64 if array.dtype.itemsize <= 4 else np.uint64, copy=False)
    if array.dtype.kind == "f" and array.dtype.itemsize <= 8:
        return array.astype(np.float64, copy=False)
    raise ValueError(f"{name} must hold numbers of at most 64 bits, not {array.dtype}")


def _line(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one list of numbers, not an array of {array.ndim} dimensions")
    if not isinstance(values, np.ndarray) and array.dtype.kind == "f":
        _refuse_rounded(name, values)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def _refuse_rounded(name: str, values: Any) -> None:
    """Python's whole numbers are exact at any size; a float holds them only up to 2**53."""
    for value in values:
        if isinstance(value, int) and int(float(value)) != value:
            raise ValueError(
                f"{name} holds {value}, which a float would round: give whole numbers of 64 bits"
            )


def _pools(values: ArrayLike) -> NDArray[np.int32]:
    pools = whole_numbers("wish_pool", values) if np.asarray(values).dtype != np.int32 else np.asarray(values)
    if pools.ndim != 1 or pools.size > MOST:
        raise ValueError(f"wish_pool must be one list of at most {MOST} wishes")
    if pools.dtype != np.int32:
        pools = np.clip(pools, -1, MOST)
    return pools.astype(np.int32, copy=False)


_NOT_A_NUMBER, _OUT_OF_RANGE, _REPEATED = 1, 2, 3


@njit(cache=True, nogil=True)
def _first_fault(wish_start: Any, wish_pool: Any, priority: Any, pools: Any) -> Any:
    """The first wish that is wrong and what is wrong with it, (-1, 0) when none is."""
    listed_by = np.full(pools, -1, np.int32)
    for pupil in range(wish_start.size - 1):
        for wish in range(wish_start[pupil], wish_start[pupil + 1]):
            pool = wish_pool[wish]
            if priority[wish] != priority[wish]:
                return wish, _NOT_A_NUMBER
            if pool < 0 or pool >= pools:
                return wish, _OUT_OF_RANGE
            if listed_by[pool] == pupil:
                return wish, _REPEATED
            listed_by[pool] = pupil
    return -1, 0
