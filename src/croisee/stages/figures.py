"""The figures of a round that has been run: who got what, the gap, the reserve, who has none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from croisee.engine.placement import Placement
from croisee.stages.files.locations import distance_m
from croisee.stages.round import Outcome
from croisee.territory.travel.network import NEVER

NEAR_SHOWN = 3
TOP = 3


@dataclass(frozen=True, slots=True)
class Group:
    """What a group of pupils got. `mean_rank` is over wishes granted, from 1; nan when there is none."""

    pupils: int
    placed: int
    first: int
    top: int
    mean_rank: float
    reserved_seats: int

    @property
    def without(self) -> int:
        """Pupils without a place."""
        return self.pupils - self.placed


@dataclass(frozen=True, slots=True)
class Gap:
    """All pupils, protected ones, the others."""

    everyone: Group
    protected: Group
    others: Group


@dataclass(frozen=True, slots=True)
class RankLine:
    """How many got their wish of one rank; `rank` 0 for a place beyond the wishes, -1 for none."""

    rank: int
    everyone: int
    protected: int
    others: int


@dataclass(frozen=True, slots=True)
class Reserve:
    """Reserved seats: all, held by protected pupils, given to others as none was left to ask, free."""

    seats: int
    held: int
    released: int
    free: int


@dataclass(frozen=True, slots=True)
class NearSeat:
    """A pool with free seats near a pupil who has no place.

    `distance` is in metres, nan when not known; `minutes` by public transport, -1 when not reached or not known.
    """

    pool: int
    free: int
    distance: float
    minutes: int = NEVER


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the report and the certificate count."""

    wishes: int
    seats: int
    free: int
    without_wishes: int
    alone_placed: int
    from_wishes: int
    beyond: int
    result: Gap
    own_lists: Gap
    queue: Gap
    ranks: list[RankLine]
    reserve: Reserve


def figures(outcome: Outcome) -> Figures:
    """The figures of a round."""
    lengths = outcome.own.lengths
    from_wishes = int(outcome.from_wishes.sum())
    placed = int((outcome.placement.pool >= 0).sum())
    return Figures(
        wishes=len(outcome.files.wishes),
        seats=int(outcome.files.offers.seats.sum()),
        free=int(outcome.free.sum()),
        without_wishes=int((lengths == 0).sum()),
        alone_placed=int((outcome.alone.pool >= 0).sum()),
        from_wishes=from_wishes,
        beyond=placed - from_wishes,
        result=_gap(outcome, outcome.placement),
        own_lists=_gap(outcome, outcome.alone),
        queue=_gap(outcome, outcome.queue),
        ranks=_ranks(outcome),
        reserve=_reserve(outcome),
    )


def _gap(outcome: Outcome, placement: Placement) -> Gap:
    protected = outcome.protection.protected
    everyone = np.ones(len(protected), bool)
    return Gap(*(_group(outcome, placement, group) for group in (everyone, protected, ~protected)))


def _group(outcome: Outcome, placement: Placement, group: NDArray[np.bool_]) -> Group:
    rank = placement.rank[group]
    asked = rank[(rank >= 0) & (rank < outcome.own.lengths[group])]
    return Group(
        pupils=int(group.sum()),
        placed=int((placement.pool[group] >= 0).sum()),
        first=int((asked == 0).sum()),
        top=int((asked < TOP).sum()),
        mean_rank=float(asked.mean()) + 1 if asked.size else float("nan"),
        reserved_seats=int(placement.reserved_seat[group].sum()),
    )


def _ranks(outcome: Outcome) -> list[RankLine]:
    rank = outcome.placement.rank.astype(np.int64) + 1
    rank[(rank > 0) & ~outcome.from_wishes] = 0
    rank[outcome.placement.pool < 0] = -1
    protected = outcome.protection.protected
    longest = int(outcome.own.lengths.max(initial=0))
    lines = []
    for number in (*range(1, longest + 1), 0, -1):
        here = rank == number
        ours = int((here & protected).sum())
        lines.append(RankLine(number, int(here.sum()), ours, int(here.sum()) - ours))
    return lines


def _reserve(outcome: Outcome) -> Reserve:
    offers, placement = outcome.files.offers, outcome.placement
    placed = placement.pool >= 0
    taken = np.bincount(placement.pool[placed], minlength=len(offers))
    held = np.bincount(placement.pool[placed & placement.reserved_seat.astype(bool)], minlength=len(offers))
    released = np.maximum(taken - held - (offers.seats - offers.reserved), 0)
    total = int(offers.reserved.sum())
    return Reserve(total, int(held.sum()), int(released.sum()), total - int(held.sum()) - int(released.sum()))


def without_a_place(outcome: Outcome) -> NDArray[np.int64]:
    """Pupils who have none, in the order of their identifiers."""
    return np.asarray(np.flatnonzero(outcome.placement.pool < 0), np.int64)


def near_seats(outcome: Outcome, pupil: int) -> list[NearSeat]:
    """The pools with free seats nearest to a pupil, in the right week and for the right age.

    By travel times where the round went by them, what is not reached last; else by distance. Whatever the limit of
    the family: what to offer them is for people to decide.
    """
    offers, pupils, free = outcome.files.offers, outcome.files.pupils, outcome.free
    fits = (free > 0) & (offers.week_codes == pupils.weeks[pupil]) & (offers.min_age <= pupils.age[pupil])
    pools = np.flatnonzero(fits)
    lon, lat = (np.full(len(pools), column[pupil]) for column in (pupils.where.lon, pupils.where.lat))
    distance = distance_m(lon, lat, offers.where.lon[pools], offers.where.lat[pools])
    journeys = outcome.journeys
    minutes = np.full(len(pools), NEVER) if journeys is None else journeys.times.between(pupil, pools)
    order = np.lexsort((np.where(np.isnan(distance), np.inf, distance), minutes, minutes == NEVER))
    return [
        NearSeat(int(pools[i]), int(free[pools[i]]), float(distance[i]), int(minutes[i]))
        for i in order[:NEAR_SHOWN].tolist()
    ]
