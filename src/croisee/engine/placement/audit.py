"""An independent check of any placement: each property is proved, or the first violations are named.

Shares no code with the placement. It does not choose among applicants as pools do; it works out, for every
pool, who was served last at a reserved and at an open seat, and asks whether any pupil who would rather be
there was due before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from croisee.engine.placement.market import Market, Placement

PROPERTIES = ("shape", "listed", "capacity", "reserved_seat", "no_waste", "reserve", "no_envy")
MOST_NAMED = 20


@dataclass(frozen=True)
class Violation:
    """A property (one of `PROPERTIES`) that does not hold, and where; `pupil` or `pool` is -1 where none is meant."""

    kind: str
    pupil: int
    pool: int
    message: str


@dataclass(frozen=True)
class Audit:
    """The outcome of `audit`.

    Attributes
    ----------
    ok : bool
        No violation.
    violations : tuple of Violation
        In the order of `PROPERTIES`, the first of each kind, up to 20 a kind.
    proved : tuple of str
        The properties that were examined and hold; all of `PROPERTIES` when `ok`.
    """

    ok: bool
    violations: tuple[Violation, ...]
    proved: tuple[str, ...]


def audit(market: Market, placement: Placement) -> Audit:
    """Prove that a placement is right, or name what is wrong with it.

    Parameters
    ----------
    market : Market
    placement : Placement
        By whatever means it was made; its arrays may hold anything.

    Returns
    -------
    Audit

    Notes
    -----
    The properties:

    - `shape`: three lists of the right length, of whole numbers or booleans, pools and ranks -1 or more;
    - `listed`: each pool given is in the pupil's list, at the position that `rank` says (the others are not
      examined without these two);
    - `capacity`: no pool has more pupils than seats;
    - `reserved_seat`: of the protected pupils of a pool, those served first hold its reserved seats, as many
      as there are, and nobody else holds one;
    - `no_waste`: no pupil prefers a pool that has a free seat;
    - `reserve`: no protected pupil prefers a pool where reserved seats are left to others;
    - `no_envy`: no pupil prefers a pool where an open seat went to a pupil due later, nor a protected one a
      pool where a reserved seat did.

    The last three together are stability under the pools' choice of Hafalir, Yenmez & Yildirim (2013).
    """
    found = list(_shape(market, placement))
    if found:
        return _verdict(found, PROPERTIES[:1])
    pool = np.ascontiguousarray(placement.pool, np.int32)
    rank = np.ascontiguousarray(placement.rank, np.int32)
    holds = np.ascontiguousarray(placement.reserved_seat > 0)

    found = list(_listed(market, pool, rank))
    if found:
        return _verdict(found, PROPERTIES[:2])
    seated = _count(pool, market.pools, np.ones(market.pupils, np.bool_))
    found = list(_capacity(market, seated))

    ours = _count(pool, market.pools, market.protected)
    last = _last_served(market, pool, rank, holds)
    wrong = list(_reserved_seats(market, pool, holds, ours, last))
    if wrong:
        last = _last_served(market, pool, rank, _rightful(market, pool, rank))
    return _verdict([*found, *wrong, *_claims(market, pool, rank, seated, ours, last)], PROPERTIES)


def _verdict(found: Iterable[Violation], examined: tuple[str, ...]) -> Audit:
    violations = tuple(sorted(found, key=lambda violation: PROPERTIES.index(violation.kind)))
    kinds = {violation.kind for violation in violations}
    return Audit(not violations, violations, tuple(name for name in examined if name not in kinds))


def _shape(market: Market, placement: Placement) -> Iterator[Violation]:
    highest = {"pool": market.pools - 1, "rank": int(market.lengths.max(initial=0)) - 1, "reserved_seat": 1}
    for name, most in highest.items():
        array = np.asarray(getattr(placement, name))
        if array.shape != (market.pupils,):
            yield Violation("shape", -1, -1, f"{name} has shape {array.shape} for {market.pupils} pupils")
        elif array.dtype.kind not in "biu":
            yield Violation("shape", -1, -1, f"{name} holds {array.dtype}, not whole numbers")
        elif array.size and (array.max() > most or array.min() < -1):
            pupil = int(np.argmax((array > most) | (array < -1)))
            yield Violation(
                "shape", pupil, -1, f"{name} of pupil {pupil} is {array[pupil]}, not from -1 to {most}"
            )


def _listed(market: Market, pool: NDArray[np.int32], rank: NDArray[np.int32]) -> Iterator[Violation]:
    for pupil in _unlisted(market.wish_start, market.wish_pool, pool, rank).tolist():
        message = (
            f"pupil {pupil} is given pool {pool[pupil]} as wish {rank[pupil]}, which the list does not say"
        )
        yield Violation("listed", pupil, int(pool[pupil]), message)


def _capacity(market: Market, seated: NDArray[np.int64]) -> Iterator[Violation]:
    for p in np.flatnonzero(seated > market.capacity)[:MOST_NAMED].tolist():
        yield Violation("capacity", -1, p, f"pool {p} has {seated[p]} pupils for {market.capacity[p]} seats")


def _reserved_seats(
    market: Market, pool: NDArray[np.int32], holds: NDArray[np.bool_], ours: NDArray[np.int64], last: _Last
) -> Iterator[Violation]:
    for pupil in np.flatnonzero(holds & ~(market.protected & (pool >= 0)))[:MOST_NAMED].tolist():
        message = f"pupil {pupil} holds a reserved seat, and is not a protected pupil with a place"
        yield Violation("reserved_seat", pupil, int(pool[pupil]), message)
    held = _count(pool, market.pools, holds)
    due = np.minimum(market.reserved, ours)
    for p in np.flatnonzero(held != due)[:MOST_NAMED].tolist():
        yield Violation(
            "reserved_seat", -1, p, f"pool {p} counts {held[p]} reserved seats held, not {due[p]}"
        )
    passed = (last.held_pupil >= 0) & (last.unheld_pupil >= 0)
    passed &= (last.held_key > last.unheld_key) | (
        (last.held_key == last.unheld_key) & (last.held_pupil > last.unheld_pupil)
    )
    for p in np.flatnonzero(passed)[:MOST_NAMED].tolist():
        pupil = int(last.unheld_pupil[p])
        message = (
            f"at pool {p} pupil {last.held_pupil[p]} holds a reserved seat before pupil {pupil}, served first"
        )
        yield Violation("reserved_seat", pupil, p, message)


def _claims(
    market: Market,
    pool: NDArray[np.int32],
    rank: NDArray[np.int32],
    seated: NDArray[np.int64],
    ours: NDArray[np.int64],
    last: _Last,
) -> Iterator[Violation]:
    free = seated < market.capacity
    left = ~free & (ours < market.reserved)
    named = _better_claims(
        market.wish_start, market.wish_pool, market.priority, market.protected, rank, free, left,
        last.open_pupil, last.open_key, last.held_pupil, last.held_key,
    )  # fmt: skip
    messages = {
        "no_waste": "pool {pool} has a free seat that pupil {pupil} prefers",
        "reserve": "pool {pool} has a reserved seat left that protected pupil {pupil} prefers",
        "no_envy": "pool {pool} has a pupil served after pupil {pupil}, who prefers it",
    }
    for row, (kind, message) in enumerate(messages.items()):
        for pupil, p in named[row][named[row][:, 0] >= 0].tolist():
            yield Violation(kind, pupil, p, message.format(pupil=pupil, pool=p))


def _rightful(market: Market, pool: NDArray[np.int32], rank: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Who should hold the reserved seats, where the placement says otherwise."""
    ours = np.flatnonzero(market.protected & (pool >= 0))
    key = market.priority[market.wish_start[ours] + rank[ours]]
    ours = ours[np.lexsort((ours, key, pool[ours]))]
    turn = np.arange(ours.size) - np.searchsorted(pool[ours], pool[ours])
    holds = np.zeros(market.pupils, np.bool_)
    holds[ours[turn < market.reserved[pool[ours]]]] = True
    return holds


def _count(pool: NDArray[np.int32], pools: int, among: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.bincount(pool[among & (pool >= 0)], minlength=pools)


@dataclass(frozen=True)
class _Last:
    """Per pool, who was served last at an open and at a reserved seat, and the first protected pupil at an open one.

    The pupil is -1 where there is none.
    """

    open_pupil: NDArray[np.int32]
    open_key: NDArray[Any]
    held_pupil: NDArray[np.int32]
    held_key: NDArray[Any]
    unheld_pupil: NDArray[np.int32]
    unheld_key: NDArray[Any]


def _last_served(
    market: Market, pool: NDArray[np.int32], rank: NDArray[np.int32], holds: NDArray[np.bool_]
) -> _Last:
    return _Last(
        *_extremes(market.wish_start, market.priority, market.protected, pool, rank, holds, market.pools)
    )


@njit(cache=True, nogil=True)
def _unlisted(wish_start: Any, wish_pool: Any, pool: Any, rank: Any) -> Any:
    wrong = np.empty(MOST_NAMED, np.int64)
    count = 0
    for pupil in range(pool.size):
        wish = wish_start[pupil] + rank[pupil]
        if pool[pupil] < 0:
            right = rank[pupil] < 0
        else:
            right = rank[pupil] >= 0 and wish < wish_start[pupil + 1] and wish_pool[wish] == pool[pupil]
        if not right:
            wrong[count] = pupil
            count += 1
            if count == MOST_NAMED:
                break
    return wrong[:count]


@njit(cache=True, nogil=True)
def _extremes(
    wish_start: Any, priority: Any, protected: Any, pool: Any, rank: Any, holds: Any, pools: Any
) -> Any:
    """See `_Last`. Pupils come by index, so among equal numbers the later one replaces a last, never a first."""
    open_pupil, held_pupil, unheld_pupil = (
        np.full(pools, -1, np.int32),
        np.full(pools, -1, np.int32),
        np.full(pools, -1, np.int32),
    )
    open_key, held_key, unheld_key = (
        np.empty(pools, priority.dtype),
        np.empty(pools, priority.dtype),
        np.empty(pools, priority.dtype),
    )
    for pupil in range(pool.size):
        p = pool[pupil]
        if p < 0:
            continue
        k = priority[wish_start[pupil] + rank[pupil]]
        if holds[pupil]:
            if held_pupil[p] < 0 or k >= held_key[p]:
                held_pupil[p], held_key[p] = pupil, k
            continue
        if open_pupil[p] < 0 or k >= open_key[p]:
            open_pupil[p], open_key[p] = pupil, k
        if protected[pupil] and (unheld_pupil[p] < 0 or k < unheld_key[p]):
            unheld_pupil[p], unheld_key[p] = pupil, k
    return open_pupil, open_key, held_pupil, held_key, unheld_pupil, unheld_key


@njit(cache=True, nogil=True)
def _better_claims(
    wish_start: Any, wish_pool: Any, priority: Any, protected: Any, rank: Any, free: Any, left: Any,
    open_pupil: Any, open_key: Any, held_pupil: Any, held_key: Any,
) -> Any:  # fmt: skip
    """(pupil, pool) of the first wasted seats, reserves left to others and envies; unused rows are -1."""
    named = np.full((3, MOST_NAMED, 2), -1, np.int64)
    count = np.zeros(3, np.int64)
    for pupil in range(rank.size):
        stop = wish_start[pupil + 1] if rank[pupil] < 0 else wish_start[pupil] + rank[pupil]
        ours = protected[pupil]
        for wish in range(wish_start[pupil], stop):
            p, k = wish_pool[wish], priority[wish]
            if free[p]:
                kind = 0
            elif ours and left[p]:
                kind = 1
            elif (
                open_pupil[p] >= 0 and (k < open_key[p] or (k == open_key[p] and pupil < open_pupil[p]))
            ) or (
                ours
                and held_pupil[p] >= 0
                and (k < held_key[p] or (k == held_key[p] and pupil < held_pupil[p]))
            ):
                kind = 2
            else:
                continue
            if count[kind] < MOST_NAMED:
                named[kind, count[kind], 0], named[kind, count[kind], 1] = pupil, p
                count[kind] += 1
    return named
