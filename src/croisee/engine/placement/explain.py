"""Why not: for each wish that a pupil preferred to the place got, the reason, in counts that point at nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from croisee.engine.placement.market import Market, Placement


@dataclass(frozen=True)
class Reason:
    """Why a pupil did not get a wish.

    Attributes
    ----------
    position : int
        The wish, 0 for the first.
    pool : int
    kind : str
        "no_seats": the pool has none. "priority": every seat went to a pupil served before this one.
        "priority_and_reserve": some seats are reserved first for protected pupils, all others went to pupils
        served before this one. "unjustified": none of these; it does not happen in a placement that passes
        the audit.
    seats, reserved_seats : int
        Of the pool, as published.
    asked : int
        Pupils who list the pool.
    """

    position: int
    pool: int
    kind: str
    seats: int
    reserved_seats: int
    asked: int


def explain(market: Market, placement: Placement, pupil: int) -> tuple[Reason, ...]:
    """Say why a pupil has none of the wishes preferred to the place got.

    Parameters
    ----------
    market : Market
    placement : Placement
        One that passes the audit.
    pupil : int

    Returns
    -------
    tuple of Reason
        One for each wish before the place got, of the whole list when there is none; empty for a first wish.

    Raises
    ------
    ValueError
        If there is no such pupil.

    Notes
    -----
    Nothing depends on who sits where beyond the fact that seats are taken: neither how many reserved seats
    are held nor the number of the pupil served last is told, since with one or two seats either says which
    classmate is a protected pupil.
    """
    if not 0 <= pupil < market.pupils:
        raise ValueError(f"pupil must be from 0 to {market.pupils - 1}: {pupil}")
    start, rank = int(market.wish_start[pupil]), int(placement.rank[pupil])
    stop = int(market.wish_start[pupil + 1]) if rank < 0 else start + rank
    return tuple(_reason(market, placement, pupil, wish - start, wish) for wish in range(start, stop))


def _reason(market: Market, placement: Placement, pupil: int, position: int, wish: int) -> Reason:
    pool = int(market.wish_pool[wish])
    seats, reserved = int(market.capacity[pool]), int(market.reserved[pool])
    return Reason(
        position, pool, _kind(market, placement, pupil, wish, pool), seats, reserved, int(market.asked[pool])
    )


def _kind(market: Market, placement: Placement, pupil: int, wish: int, pool: int) -> str:
    if market.capacity[pool] == 0:
        return "no_seats"
    seated = np.flatnonzero(placement.pool == pool)
    free = seated.size < market.capacity[pool]
    if market.protected[pupil]:
        before_me, reserve_left = seated, market.protected[seated].sum() < market.reserved[pool]
    else:
        before_me, reserve_left = seated[~placement.reserved_seat[seated]], False
    number = market.priority[wish]
    numbers = market.priority[market.wish_start[before_me] + placement.rank[before_me]]
    served_before = (numbers < number) | ((numbers == number) & (before_me < pupil))
    if free or reserve_left or not served_before.all():
        return "unjustified"
    if market.reserved[pool] > 0 and not market.protected[pupil]:
        return "priority_and_reserve"
    return "priority"
