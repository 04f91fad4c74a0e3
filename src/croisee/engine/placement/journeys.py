"""Lists that go on by travel time: which pools a pupil reaches within so many minutes, the soonest reached first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from croisee.engine.placement.market import Market, whole_numbers

if TYPE_CHECKING:
    from croisee.engine.placement.continuation import Continuation

NEVER = -1
"""The minutes to what is not reached."""
_FIRST_RING_MINUTES = 10.0


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """How long `n` pupils take to `p` pools. Pupils of one home share a row of the table, pools of one site a column.

    Parameters
    ----------
    minutes : (origins, sites) int16
        Whole minutes, -1 where there is no way to be there.
    origin : (n,) integers
        The row of each pupil, -1 for who starts from nowhere known: nothing is within reach.
    site : (p,) integers
        The column of each pool, -1 for one that is nowhere known: nobody reaches it.
    reach : (n,) floats
        How many minutes a pupil travels at most, `inf` for no limit.

    Raises
    ------
    ValueError
        Naming the argument that is wrong.
    """

    minutes: NDArray[np.int16]
    origin: NDArray[np.int64]
    site: NDArray[np.int64]
    reach: NDArray[np.float64]

    def __post_init__(self) -> None:
        table = np.asarray(self.minutes)
        if table.dtype != np.int16 or table.ndim != 2 or (table < NEVER).any():
            raise ValueError("minutes must be a table of 16-bit numbers, -1 or more")
        object.__setattr__(self, "minutes", np.ascontiguousarray(table))
        for name, places in (("origin", table.shape[0]), ("site", table.shape[1])):
            index = whole_numbers(name, getattr(self, name))
            if index.size and not -1 <= index.min() <= index.max() < places:
                raise ValueError(f"{name} must be from -1 to {places - 1}, as minutes has them")
            object.__setattr__(self, name, index)
        reach = np.asarray(self.reach, np.float64)
        if reach.shape != self.origin.shape or not (reach >= 0).all():
            raise ValueError("reach must be 0 or more minutes for every pupil")
        object.__setattr__(self, "reach", reach)

    def between(self, pupil: int, pools: NDArray[np.integer[Any]]) -> NDArray[np.int16]:
        """The minutes from a pupil to each of some pools, -1 where it is not reached."""
        found = np.full(len(pools), NEVER, np.int16)
        if self.origin[pupil] >= 0:
            known = self.site[pools] >= 0
            found[known] = self.minutes[self.origin[pupil], self.site[pools[known]]]
        return found

    def check(self, pupils: int, pools: int) -> None:
        """Raise ValueError unless they are about so many pupils and pools."""
        for name, index, size in (("origin", self.origin, pupils), ("site", self.site, pools)):
            if index.size != size:
                raise ValueError(f"{name} of travel must have {size} numbers, not {index.size}")


class RingsOfMinutes:
    """The pools about each pupil by travel time, ring after ring of doubling minutes, from the table as it is."""

    def __init__(self, continuation: Continuation, times: TravelTimes, market: Market) -> None:
        self.continuation, self.times, self.market = continuation, times, market
        self.turn = np.zeros(market.pupils, np.int64)
        self.more = continuation.continues & (times.origin >= 0)
        self.longest = float(times.minutes.max(initial=0))
        self.pools = np.argsort(times.site, kind="stable").astype(np.int32)
        self.start = np.searchsorted(times.site[self.pools], np.arange(times.minutes.shape[1] + 1))

    def next(self, pupils: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The pools of the next ring of each pupil, soonest first, one pupil after the other, and how many each has."""
        c, times, market = self.continuation, self.times, self.market
        reach = np.minimum(times.reach[pupils], self.longest)
        turn = self.turn[pupils]
        inner = np.where(turn == 0, float(NEVER), _FIRST_RING_MINUTES * 2.0 ** (turn - 1))
        outer = np.minimum(_FIRST_RING_MINUTES * 2.0**turn, reach)
        self.turn[pupils] += 1
        self.more[pupils] = outer < reach
        room = 0
        while True:
            row, pool, minutes = np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.int16)
            found = _ring(
                pupils, times.origin, times.minutes, inner, outer, self.start, self.pools, c.home, c.site, c.reach,
                c.kind, c.pool_kind, c.accepts, market.wish_start, market.wish_pool, row, pool, minutes,
            )  # fmt: skip
            if found <= room:
                break
            room = found
        order = np.lexsort((pool, minutes, row))
        return pool[order], np.bincount(row, minlength=pupils.size)


@njit(cache=True, nogil=True)
def is_listed(pupil: Any, pool: Any, wish_start: Any, wish_pool: Any) -> Any:
    """Whether a pool is among the pupil's own wishes."""
    for wish in range(wish_start[pupil], wish_start[pupil + 1]):  # noqa: SIM110  compiled: any() is not
        if wish_pool[wish] == pool:
            return True
    return False


@njit(cache=True, nogil=True)
def _ring(
    pupils: Any, origin: Any, minutes: Any, inner: Any, outer: Any, start: Any, pools: Any, home: Any, site: Any,
    reach: Any, kind: Any, pool_kind: Any, accepts: Any, wish_start: Any, wish_pool: Any, out_row: Any, out_pool: Any,
    out_minutes: Any,
) -> Any:  # fmt: skip
    """Eligible pools with inner < minutes <= outer not in the list: counted, written if there is room."""
    found = 0
    for row in range(pupils.size):
        pupil = pupils[row]
        line = minutes[origin[pupil]]
        farthest = reach[pupil] * reach[pupil]
        for column in range(line.size):
            if not inner[row] < line[column] <= outer[row]:
                continue
            for slot in range(start[column], start[column + 1]):
                pool = pools[slot]
                dx, dy = site[pool, 0] - home[pupil, 0], site[pool, 1] - home[pupil, 1]
                if (
                    dx * dx + dy * dy <= farthest
                    and accepts[kind[pupil], pool_kind[pool]]
                    and not is_listed(pupil, pool, wish_start, wish_pool)
                ):
                    if found < out_pool.size:
                        out_row[found], out_pool[found], out_minutes[found] = row, pool, line[column]
                    found += 1
    return found
