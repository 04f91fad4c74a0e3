"""How many things each square reaches in time: from the squares of addresses to those that hold a thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from croisee.engine.transit.timetable import Floats, Longs
from croisee.territory.reach.squares import Squares, grid_of, weighted_medians
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Network

LIMITS = (30, 45)
"""Minutes from door to door."""

AT_ONCE = 256
"""Origins between two words about how far the work is."""

AROUND = 0.5
"""Degrees beyond the addresses past which nothing is looked for: no journey of 45 minutes goes so far."""

Points = tuple[Floats, Floats]
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What the squares that hold addresses reach.

    Attributes:
        epsg, east, north: the squares, as `Squares` has them.
        lon, lat: the middle of the addresses of each, from which one leaves.
        addresses: how many each holds.
        square: of each address, the position of its square.
        within: `(squares, limits, things)`, how many are reached.
        totals: how many things there are of each.
    """

    epsg: int
    east: Longs
    north: Longs
    lon: Floats
    lat: Floats
    addresses: Longs
    square: Longs
    within: Longs
    totals: Longs

    def medians(self, chosen: Longs | None = None) -> Longs:
        """`(limits, things)`: what half of the addresses reach; of those at the positions `chosen`, or of all."""
        weights = self.addresses
        if chosen is not None:
            weights = np.bincount(self.square[chosen], minlength=len(self.addresses))
        held = weights > 0
        flat = self.within[held].reshape(int(held.sum()), -1)
        return weighted_medians(flat, weights[held]).reshape(self.within.shape[1:])


def reach(network: Network, addresses: Points, things: Sequence[Points], advance: Advance) -> Found:
    """What the squares of these addresses, of which there is one at least, reach by public transport.

    `advance` hears how many squares are done, and of how many.
    """
    things = [_about(addresses, points) for points in things]
    lon, lat = (np.concatenate([addresses[axis], *(points[axis] for points in things)]) for axis in (0, 1))
    squares = Squares.of(lon, lat, grid_of(*addresses))
    living = squares.count(np.arange(len(addresses[0])))
    lon, lat = (squares.mean(values, len(addresses[0])) for values in (lon, lat))
    held = _things_of(squares, len(addresses[0]), things)
    origins, destinations = np.flatnonzero(living), np.flatnonzero(held.any(axis=1))
    within = np.zeros((len(origins), len(LIMITS), len(things)), np.int64)
    for start in range(0, len(origins), AT_ONCE):
        advance(start, len(origins))
        some = origins[start : start + AT_ONCE]
        minutes = network.minutes(lon[some], lat[some], lon[destinations], lat[destinations], Mode.TRANSIT)
        for place, limit in enumerate(LIMITS):
            there = (minutes >= 0) & (minutes <= limit)
            # Sums of whole numbers are exact in floating point, and there matrices multiply fast.
            within[start : start + AT_ONCE, place] = there.astype(np.float64) @ held[destinations]
    position = np.cumsum(living > 0) - 1
    return Found(
        squares.epsg,
        squares.east[origins],
        squares.north[origins],
        lon[origins],
        lat[origins],
        living[origins],
        position[squares.of_point[: len(addresses[0])]],
        within,
        held.sum(axis=0).astype(np.int64),
    )


def _about(addresses: Points, points: Points) -> Points:
    """The points that are not beyond all reach of the addresses."""
    near = np.ones(len(points[0]), bool)
    for known, values in zip(addresses, points, strict=True):
        near &= (values >= known.min() - AROUND) & (values <= known.max() + AROUND)
    return points[0][near], points[1][near]


def _things_of(squares: Squares, before: int, things: Sequence[Points]) -> Floats:
    """`(squares, things)`: how many of each thing a square holds; their points come `before` many addresses later."""
    held, start = [], before
    for points in things:
        held.append(squares.count(np.arange(start, start + len(points[0]))))
        start += len(points[0])
    return np.column_stack(held).astype(np.float64)
