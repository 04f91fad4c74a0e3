"""Lists that go on: after a pupil's own wishes, every other eligible pool within reach, nearest or soonest first.

Short lists leave pupils without a place where places exist. Unless the family declines, the list goes on; the
wishes added are made when a pupil comes to them, ring after ring around the home, and only for the few who
do. What is near goes by metres, or by minutes where travel times are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from croisee.engine.placement.deferred_acceptance import Lists, defer
from croisee.engine.placement.journeys import RingsOfMinutes, TravelTimes, is_listed
from croisee.engine.placement.market import Market, Placement, flags, priorities, whole_numbers

_FIRST_RING_POOLS = 32
_MARGIN = 1e-3  # metres looked at beyond a limit, so that rounding loses nobody; the limit itself is exact


@dataclass(frozen=True, eq=False)
class Continuation:
    """How the lists of `n` pupils go on among `p` pools.

    Parameters
    ----------
    home : (n, 2) floats
        Where each pupil lives, in metres (a projection such as EPSG:2154).
    site : (p, 2) floats
        Where each pool is, in metres.
    reach : (n,) floats
        How far a pupil goes at most, metres in a straight line, `inf` for no limit. Minutes become metres by
        a speed.
    continues : (n,) booleans
        False where the family declines; the list then ends with its last wish.
    kind, pool_kind : (n,) and (p,) integers
        Groups that decide on eligibility (week, age...), and
    accepts : (kinds, pool kinds) booleans
        whether a pupil of the one may take a place of the other.
    priority : (n,) numbers
        The pupil's priority at every pool that is added: the lottery number.
    travel : TravelTimes, optional
        Where given, a pool must also be within its reach in minutes, and lists go on by minutes, not by metres.

    Raises
    ------
    ValueError
        Naming the argument that is wrong.

    Notes
    -----
    Pools at the same distance, or as soon reached, follow by index. Distances are compared as squares, in float64.
    """

    home: NDArray[np.float64]
    site: NDArray[np.float64]
    reach: NDArray[np.float64]
    continues: NDArray[np.bool_]
    kind: NDArray[np.int64]
    pool_kind: NDArray[np.int64]
    accepts: NDArray[np.bool_]
    priority: NDArray[Any]
    travel: TravelTimes | None = None

    def __post_init__(self) -> None:
        checked = {
            "home": _points("home", self.home),
            "site": _points("site", self.site),
            "reach": np.asarray(self.reach, np.float64),
            "continues": flags("continues", self.continues),
            "kind": whole_numbers("kind", self.kind),
            "pool_kind": whole_numbers("pool_kind", self.pool_kind),
            "accepts": np.asarray(self.accepts, np.bool_),
            "priority": priorities("priority", self.priority),
        }
        for name, array in checked.items():
            object.__setattr__(self, name, array)
        pupils, pools = len(self.home), len(self.site)
        for name, size in (
            ("reach", pupils),
            ("continues", pupils),
            ("kind", pupils),
            ("priority", pupils),
            ("pool_kind", pools),
        ):
            if checked[name].shape != (size,):
                raise ValueError(f"{name} must have {size} numbers, not shape {checked[name].shape}")
        if not (self.reach >= 0).all():
            raise ValueError("reach must be 0 or more metres for every pupil")
        if (self.priority != self.priority).any():
            raise ValueError("priority must be a number for every pupil")
        if self.accepts.ndim != 2:
            raise ValueError("accepts must be a table of kinds by pool kinds")
        for axis, name in enumerate(("kind", "pool_kind")):
            groups = checked[name]
            if groups.size and not 0 <= groups.min() <= groups.max() < self.accepts.shape[axis]:
                raise ValueError(
                    f"{name} must be from 0 to {self.accepts.shape[axis] - 1}, as accepts has them"
                )
        if self.travel is not None:
            self.travel.check(pupils, pools)

    def lists(self, market: Market, placement: Placement) -> Market:
        """The market with the lists written out as far as the placement needs them, for `audit`, `explain` and figures.

        A list that goes on is written out up to the pool that the pupil got, and whole where the pupil got
        none. The pools within reach are found by another way than in `place_continued`, so that an audit on
        these lists proves that one too.
        """
        self._check(market)
        by_x = np.argsort(self.site[:, 0], kind="stable")
        sorted_x = self.site[by_x, 0]
        added: dict[int, NDArray[np.int64]] = {}
        beyond = (placement.rank < 0) | (placement.rank >= market.lengths)
        for pupil in np.flatnonzero(beyond & self.continues).tolist():
            own = market.wish_pool[market.wish_start[pupil] : market.wish_start[pupil + 1]]
            nearest = self._within_reach(pupil, by_x, sorted_x, own)
            got = int(placement.rank[pupil])
            added[pupil] = nearest if got < 0 else nearest[: got - own.size + 1]
        return _lengthened(market, added, self._priority_like(market))

    def _within_reach(
        self, pupil: int, by_x: NDArray[np.int64], sorted_x: NDArray[np.float64], own: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        x, y = self.home[pupil]
        reach = self.reach[pupil]
        low, high = np.searchsorted(sorted_x, [x - reach - _MARGIN, x + reach + _MARGIN])
        near = np.sort(by_x[low:high])
        square = (self.site[near, 0] - x) ** 2 + (self.site[near, 1] - y) ** 2
        fits = (square <= reach * reach) & self.accepts[self.kind[pupil], self.pool_kind[near]]
        far: NDArray[Any] = square
        if self.travel is not None:
            far = self.travel.between(pupil, near)
            fits &= (far >= 0) & (far <= self.travel.reach[pupil])
        near, far = near[fits], far[fits]
        nearest: NDArray[np.int64] = near[np.argsort(far, kind="stable")]
        return nearest[~np.isin(nearest, own)]

    def _check(self, market: Market) -> None:
        if len(self.home) != market.pupils:
            raise ValueError(f"home has {len(self.home)} points for {market.pupils} pupils in the market")
        if len(self.site) != market.pools:
            raise ValueError(f"site has {len(self.site)} points for {market.pools} pools in the market")

    def _priority_like(self, market: Market) -> NDArray[Any]:
        """The pupils' numbers in the type of the market's, so that both compare exactly."""
        with np.errstate(invalid="ignore"):
            same = self.priority.astype(market.priority.dtype)
            back = same.astype(self.priority.dtype)
        if (back != self.priority).any() or ((same < 0) != (self.priority < 0)).any():
            raise ValueError(f"priority does not fit the {market.priority.dtype} numbers of the market")
        return same


def place_continued(market: Market, continuation: Continuation) -> Placement:
    """Give each pupil a place, lists going on as the continuation says.

    Parameters
    ----------
    market : Market
        The pupils' own lists.
    continuation : Continuation

    Returns
    -------
    Placement
        What `place` gives on the lists written out whole. A `rank` of `market.lengths[i]` or more is a place
        that came from the continuation.

    Raises
    ------
    ValueError
        If the continuation is about other pupils or pools than the market.
    """
    continuation._check(market)
    first, last = market.wish_start[:-1].copy(), market.wish_start[1:].copy()
    wish_pool, priority = market.wish_pool, market.priority
    numbers = continuation._priority_like(market)
    position = np.zeros(market.pupils, np.int32)
    rings = _rings(continuation, market)
    while True:
        placement = defer(market, Lists(first, last, wish_pool, priority, market.protected), position)
        waiting = np.flatnonzero((placement.pool < 0) & rings.more)
        if waiting.size == 0:
            return placement
        added, count = rings.next(waiting)
        # Only what comes next is needed of a list: a pupil never goes back to a pool that refused.
        ends = wish_pool.size + np.cumsum(count)
        first[waiting], last[waiting] = ends - count - position[waiting], ends
        wish_pool = np.concatenate([wish_pool, added])
        priority = np.concatenate([priority, np.repeat(numbers[waiting], count)])


def _rings(continuation: Continuation, market: Market) -> _Rings | RingsOfMinutes:
    if continuation.travel is not None:
        return RingsOfMinutes(continuation, continuation.travel, market)
    return _Rings(continuation, market)


class _Rings:
    """The pools around each home, ring after ring of doubling radius, from a grid of the sites."""

    def __init__(self, continuation: Continuation, market: Market) -> None:
        self.continuation = continuation
        self.market = market
        self.turn = np.zeros(market.pupils, np.int64)
        self.more = continuation.continues & (market.pools > 0)
        site, home = continuation.site, continuation.home
        if market.pools == 0:
            return
        both = np.concatenate([site, home])
        corner, far = site.min(axis=0), site.max(axis=0)
        self.across = 1.01 * float(np.hypot(*(both.max(axis=0) - both.min(axis=0)))) + 1.0
        area = float(np.prod(far - corner + 1.0))
        self.radius = float(np.sqrt(area / market.pools * _FIRST_RING_POOLS / np.pi))
        self.cell = max(self.radius, self.across / 1000)
        self.corner = corner
        place = ((site - corner) / self.cell).astype(np.int64)
        self.columns, self.rows = (place.max(axis=0) + 1).tolist()
        cell = place[:, 1] * self.columns + place[:, 0]
        self.pools = np.argsort(cell, kind="stable").astype(np.int32)
        self.start = np.searchsorted(cell[self.pools], np.arange(self.columns * self.rows + 1))

    def next(self, pupils: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The pools of the next ring of each pupil, nearest first, one pupil after the other, and how many each has."""
        c, market = self.continuation, self.market
        reach = np.minimum(c.reach[pupils], self.across)
        inner = np.where(self.turn[pupils] == 0, -1.0, self.radius * 2.0 ** (self.turn[pupils] - 1))
        outer = np.minimum(self.radius * 2.0 ** self.turn[pupils], reach)
        self.turn[pupils] += 1
        self.more[pupils] = outer < reach
        room = 0
        while True:
            row, pool, square = np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.float64)
            found = _ring(
                pupils, c.home, inner, outer, self.corner, self.cell, self.columns, self.rows, self.start, self.pools,
                c.site, c.kind, c.pool_kind, c.accepts, market.wish_start, market.wish_pool, row, pool, square,
            )  # fmt: skip
            if found <= room:
                break
            room = found
        order = np.lexsort((pool, square, row))
        return pool[order], np.bincount(row, minlength=pupils.size)


@njit(cache=True, nogil=True)
def _ring(
    pupils: Any,
    home: Any,
    inner: Any,
    outer: Any,
    corner: Any,
    cell: Any,
    columns: Any,
    rows: Any,
    start: Any,
    pools: Any,
    site: Any,
    kind: Any,
    pool_kind: Any,
    accepts: Any,
    wish_start: Any,
    wish_pool: Any,
    out_row: Any,
    out_pool: Any,
    out_square: Any,
) -> Any:
    """Eligible pools with inner < distance <= outer not in the list: counted, written if there is room."""
    found = 0
    for row in range(pupils.size):
        pupil = pupils[row]
        x, y = home[pupil, 0], home[pupil, 1]
        low = inner[row] * inner[row] if inner[row] >= 0 else -1.0
        high = outer[row] * outer[row]
        left = max(0, int(np.floor((x - outer[row] - _MARGIN - corner[0]) / cell)))
        right = min(columns - 1, int(np.floor((x + outer[row] + _MARGIN - corner[0]) / cell)))
        bottom = max(0, int(np.floor((y - outer[row] - _MARGIN - corner[1]) / cell)))
        top = min(rows - 1, int(np.floor((y + outer[row] + _MARGIN - corner[1]) / cell)))
        for line in range(bottom, top + 1 if left <= right else bottom):
            for slot in range(start[line * columns + left], start[line * columns + right + 1]):
                pool = pools[slot]
                dx, dy = site[pool, 0] - x, site[pool, 1] - y
                square = dx * dx + dy * dy
                if (
                    low < square <= high
                    and accepts[kind[pupil], pool_kind[pool]]
                    and not is_listed(pupil, pool, wish_start, wish_pool)
                ):
                    if found < out_pool.size:
                        out_row[found], out_pool[found], out_square[found] = row, pool, square
                    found += 1
    return found


def _lengthened(market: Market, added: dict[int, NDArray[np.int64]], numbers: NDArray[Any]) -> Market:
    """The market with pools added at the end of some lists."""
    if not added:
        return market
    pupils = np.fromiter(added, np.int64)
    count = np.array([pools.size for pools in added.values()])
    at = np.repeat(market.wish_start[pupils + 1], count)
    start = market.wish_start.copy()
    longer = np.zeros(market.pupils, np.int64)
    longer[pupils] = count
    start[1:] += np.cumsum(longer)
    return Market(
        start,
        np.insert(market.wish_pool, at, np.concatenate(list(added.values()))),
        np.insert(market.priority, at, np.repeat(numbers[pupils], count)),
        market.capacity,
        market.reserved,
        market.protected,
    )


def _points(name: str, values: Any) -> NDArray[np.float64]:
    points = np.asarray(values, np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name} must have two columns, x and y, not shape {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} {int(np.argmin(np.isfinite(points).all(axis=1)))} is not a point")
    return points
