"""Where one gets in a quarter of an hour, in half an hour…: the areas of an address, for a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from croisee.engine.transit.timetable import Floats, Ints, Longs
from croisee.engine.transit.walking import EARTH, Pace, Paths
from croisee.territory.travel.modes import CYCLING, LONGEST_WALK, USUAL_M_PER_MIN, WALKING, Mode
from croisee.territory.travel.morning import Morning
from croisee.territory.travel.network import Network

BANDS = (15, 30, 45, 60)
"""Minutes from door to door."""
LEAST = 60
"""Seconds left to walk around a stop below which it would be a speck on the map."""
ARC, ALONE = 6, 24
"""Segments to a quarter of a circle: of one among many, and of the only one, whose corners would be seen."""
GRID = 1.0
"""Metres: corners of the areas are brought to whole ones, which keeps their edges from crossing."""
DECIMALS = 6
"""Of degrees: some ten centimetres."""
CORNER = 3
"""Decimals of degrees: stops that share them are some hundred metres apart, both sides of a street."""


@dataclass(frozen=True)
class Area:
    """What is reached in `minutes` and not in the band before: a shape in degrees."""

    minutes: int
    shape: shapely.Geometry


def areas(network: Network, lon: float, lat: float, mode: Mode) -> list[Area]:
    """The bands around a point in degrees, the nearest first; those that add nothing are left out.

    By public transport: circles of what is left to walk around each stop, once one is there on half of the
    departures, and around the door. Walks are as the crow flies with the usual detour: streets would draw finer edges,
    not other places.
    """
    x, y, seconds, most = _starts(network, lon, lat, mode)
    pace = _pace(network, mode)
    found, before = [], shapely.Polygon()
    for minutes in BANDS:
        left = np.minimum(60 * minutes - seconds, most)
        some = left >= LEAST
        shape = _circles(x[some], y[some], pace.metres(1) * left[some])
        ring = shapely.set_precision(shapely.difference(shape, before), GRID)
        if not ring.is_empty:
            found.append(Area(minutes, shapely.transform(ring, lambda xy: _in_degrees(xy, lon, lat))))
        before = shape
    return found


def _pace(network: Network, mode: Mode) -> Pace:
    if mode == Mode.TRANSIT and network.morning is None:
        return Pace(speed=USUAL_M_PER_MIN / 60, detour=1.0)
    return CYCLING if mode == Mode.BICYCLE else WALKING


def _starts(network: Network, lon: float, lat: float, mode: Mode) -> tuple[Floats, Floats, Ints, Ints]:
    """Where walks begin (metres east and north of the point), after how many seconds, and how long they may be."""
    door = np.zeros(1)
    everything = np.full(1, 60 * BANDS[-1], np.int32)
    if mode != Mode.TRANSIT or network.morning is None:
        return door, door, np.zeros(1, np.int32), everything
    morning = network.morning
    there = _at_stops(morning, lon, lat)
    reached = _one_a_corner(morning, there)
    x = np.radians(morning.timetable.lon[reached] - lon) * EARTH * np.cos(np.radians(lat))
    y = np.radians(morning.timetable.lat[reached] - lat) * EARTH
    return (
        np.concatenate([door, x]),
        np.concatenate([door, y]),
        np.concatenate([[0], there[reached]]).astype(np.int32),
        np.concatenate([[2 * LONGEST_WALK], np.full(len(reached), LONGEST_WALK)]).astype(np.int32),
    )


def _one_a_corner(morning: Morning, there: Ints) -> Longs:
    """Of the stops within some hundred metres of one another, the one where one is first."""
    reached = np.flatnonzero(there >= 0)
    corner = np.round(np.column_stack([morning.timetable.lon, morning.timetable.lat])[reached], CORNER)
    order = np.lexsort((there[reached], *corner.T))
    _corners, first = np.unique(corner[order], axis=0, return_index=True)
    return np.asarray(reached[order][first], np.int64)


def _at_stops(morning: Morning, lon: float, lat: float) -> Ints:
    """The seconds after which one is at each stop by vehicle, on half of the departures; -1 for never."""
    stops = np.arange(len(morning.timetable.lon), dtype=np.int32)
    at_once = Paths.of(len(stops), stops, stops, np.zeros(len(stops), np.int32))
    found: Ints = morning.rush.times(morning.doors.paths(np.array([lon]), np.array([lat])), at_once).typical[
        0
    ]
    return found


def _circles(x: Floats, y: Floats, radius: Floats) -> shapely.Geometry:
    corners = ALONE if len(x) == 1 else ARC
    return shapely.union_all(shapely.buffer(shapely.points(x, y), radius, quad_segs=corners))


def _in_degrees(xy: Floats, lon: float, lat: float) -> Floats:
    """Metres east and north of a point as longitudes and latitudes: right to a few metres over a metropolis."""
    east = np.degrees(xy[:, 0] / (EARTH * np.cos(np.radians(lat))))
    north = np.degrees(xy[:, 1] / EARTH)
    return np.column_stack([lon + east, lat + north]).round(DECIMALS)
