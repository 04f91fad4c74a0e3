"""Walks to stops, between stops and all the way: from the definition, with and without streets."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import Timetable
from croisee.engine.transit.walking import FAR, Pace, Paths

METRE = 180 / (math.pi * 6_371_008.8)
"""Degrees of a metre, at the equator where all towns of these tests lie."""
PACE = Pace(1.0, 1.3)
Point = tuple[float, float]
Said = Mapping[tuple[int, int], int]


def degrees(*points: Point) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.array(points, float).reshape(-1, 2).T * METRE
    return lon, lat


def stops_at(*points: Point, change: int = 60, said: Said | None = None) -> Timetable:
    """Stops without any trip, and the transfers between them that the timetable gives; -1: one may not."""
    none, no_flags = np.zeros(0, np.int32), np.zeros(0, bool)
    pairs = said or {}
    here, there = np.array(list(pairs), np.int32).reshape(-1, 2).T
    return Timetable(
        *degrees(*points),
        np.full(len(points), change, np.int32),
        np.zeros(1, np.int64),
        *(none, none, none),
        *(no_flags, no_flags),
        *(none, none),
        np.zeros((0, 1), bool),
        dt.date(2026, 1, 5),
        here,
        there,
        np.array(list(pairs.values()), np.int32),
    )


def crossing() -> Streets:
    """Two streets of 400 m that meet in the middle."""
    lon, lat = degrees((-200, 0), (0, 0), (200, 0), (0, -200), (0, 0), (0, 200))
    return Streets.of(np.array([0, 3, 6]), lon, lat)


def as_dict(walks: Paths) -> dict[tuple[int, int], int]:
    place = np.repeat(np.arange(walks.places), np.diff(walks.start)).tolist()
    pairs = list(zip(place, walks.stop.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs), "each pair once"
    return dict(zip(pairs, walks.seconds.tolist(), strict=True))


def straight(here: Point, there: Point) -> float:
    return math.dist(here, there) * 1.3


def assert_rounded_up(seconds: int, exact: float) -> None:
    assert exact - 0.01 <= seconds < exact + 1.01


corner = st.tuples(st.integers(-6, 6), st.integers(-6, 6)).map(lambda at: (at[0] * 70.0, at[1] * 90.0))


@given(st.lists(corner, max_size=4), st.lists(corner, min_size=1, max_size=6), st.integers(0, 900))
def test_to_stops_as_the_crow_flies(places: list[Point], stops: list[Point], longest: int) -> None:
    found = as_dict(Footways(stops_at(*stops), PACE).to_stops(*degrees(*places), longest))
    for pair in itertools.product(range(len(places)), range(len(stops))):
        exact = straight(places[pair[0]], stops[pair[1]])
        if pair in found:
            assert_rounded_up(found[pair], exact)
            assert found[pair] <= longest
        else:
            assert exact > longest - 0.01


@given(
    st.lists(corner, min_size=1, max_size=6),
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(-1, 2000), max_size=8),
    st.integers(0, 600),
    st.sampled_from([0, 60, 120]),
)
def test_between_stops_what_the_timetable_says_replaces_what_is_found(
    stops: list[Point], said: dict[tuple[int, int], int], longest: int, change: int
) -> None:
    said = {pair: seconds for pair, seconds in said.items() if max(pair) < len(stops)}
    walks = Footways(stops_at(*stops, change=change, said=said), PACE).between_stops(longest)
    assert walks.stop[walks.start[:-1]].tolist() == list(range(len(stops))), (
        "the change at the stop comes first"
    )
    found = as_dict(walks)
    for here, there in itertools.product(range(len(stops)), repeat=2):
        seconds, exact = found.get((here, there)), straight(stops[here], stops[there])
        if here == there:
            assert seconds == max(change, 1)
        elif (here, there) in said:
            # However long it is; nobody changes in no time, and where one may not one does not.
            assert seconds == (None if said[here, there] < 0 else max(said[here, there], 1))
        elif seconds is not None:
            assert_rounded_up(seconds, max(exact, 1))
        else:
            assert exact > longest - 0.01


def test_a_transfer_counts_in_the_direction_in_which_it_is_said() -> None:
    found = as_dict(Footways(stops_at((0, 0), (100, 0), said={(0, 1): 300}), PACE).between_stops(600))
    assert found == {(0, 0): 60, (0, 1): 300, (1, 0): 130, (1, 1): 60}


@given(st.lists(corner, max_size=4), st.lists(corner, max_size=4), st.integers(0, 900))
def test_all_the_way_as_the_crow_flies(here: list[Point], there: list[Point], longest: int) -> None:
    table = Footways(stops_at((0, 0)), PACE).all_the_way(*degrees(*here), *degrees(*there), longest)
    assert (table.shape, table.dtype) == ((len(here), len(there)), np.int32)
    for pair in itertools.product(range(len(here)), range(len(there))):
        exact = straight(here[pair[0]], there[pair[1]])
        if table[pair] != FAR:
            assert_rounded_up(int(table[pair]), exact)
        assert (table[pair] <= longest) == (table[pair] != FAR)
        assert table[pair] != FAR or exact > longest - 0.01


def test_the_other_side_of_the_earth_is_far() -> None:
    lon, lat = np.array([0.0, 180.0]), np.array([0.0, 0.0])
    table = Footways(stops_at((0, 0))).all_the_way(lon, lat, lon, lat, 10**6)
    assert table.tolist() == [[0, FAR], [FAR, 0]]


def test_along_streets_the_way_is_that_of_the_street() -> None:
    """Round the corner: 200 + 200 metres, not 283; and out to the street and in again, 30 metres each."""
    stops = [(200.0, 0.0), (0.0, 200.0), (-100.0, 30.0)]
    ways = Footways(stops_at(*stops, said={(1, 0): 500}), PACE, crossing())
    door = [(0.0, -100.0), (100.0, 30.0)]
    assert as_dict(ways.to_stops(*degrees(*door), 600)) == pytest.approx(
        {(0, 0): 300, (0, 1): 300, (0, 2): 230, (1, 0): 130, (1, 1): 330, (1, 2): 260}, abs=1
    )
    assert as_dict(ways.to_stops(*degrees(*door), 200)) == pytest.approx({(1, 0): 130}, abs=1)
    assert as_dict(ways.between_stops(400)) == pytest.approx(
        {(0, 0): 60, (1, 1): 60, (2, 2): 60, (1, 0): 500, (0, 1): 400, (0, 2): 330, (2, 0): 330}
        | {(1, 2): 330, (2, 1): 330},
        abs=1,
    )
    table = ways.all_the_way(*degrees(*door), *degrees((0, 200), (100, -30)), 300)
    assert table.tolist() == [
        [pytest.approx(300, abs=1), pytest.approx(230, abs=1)],
        [FAR, pytest.approx(60, abs=1)],
    ]


def test_off_the_streets_one_walks_straight() -> None:
    ways = Footways(stops_at((0, 600), (0, 0)), PACE, crossing())
    assert as_dict(ways.to_stops(*degrees((0, 100)), 800)) == pytest.approx({(0, 0): 650, (0, 1): 100}, abs=1)
    assert as_dict(ways.between_stops(800)) == pytest.approx(
        {(0, 0): 60, (1, 1): 60, (0, 1): 780, (1, 0): 780}, abs=1
    )


def test_nobody_and_nowhere() -> None:
    for streets in (None, crossing()):
        ways = Footways(stops_at((0, 0)), PACE, streets)
        assert ways.to_stops(*degrees(), 600).start.tolist() == [0]
        assert ways.all_the_way(*degrees(), *degrees((0, 0)), 600).shape == (0, 1)
