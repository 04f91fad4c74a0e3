"""The network of streets: what lines become, where points stand on it, and the shortest ways along it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.engine.transit import streets as module
from croisee.engine.transit.streets import Snapped, Streets
from croisee.engine.transit.walking import FAR, Pace, metres_between, near

METRE = 180 / (math.pi * 6_371_008.8)
"""Degrees of a metre, at the equator where all towns of these tests lie."""

HOURS = 100 * 3600


def streets_of(*lines: list[tuple[float, float]]) -> Streets:
    """Of lines in metres."""
    start = np.cumsum([0, *map(len, lines)])
    lon, lat = np.array([point for line in lines for point in line], float).reshape(-1, 2).T * METRE
    return Streets.of(start, lon, lat)


def snapped(streets: Streets, *points: tuple[float, float], bound: float = 250.0) -> Snapped:
    lon, lat = np.array(points, float).reshape(-1, 2).T * METRE
    return streets.snapped(lon, lat, bound)


def metres(streets: Streets, here: tuple[float, float], there: tuple[float, float]) -> float | None:
    """How far it is on foot at a metre a second, to the second above; None when there is no way."""
    walks = streets.walks(snapped(streets, here), snapped(streets, there), Pace(1.0, 1.3), HOURS)
    return float(walks.seconds[0]) if len(walks.stop) else None


def town(*more: list[tuple[float, float]]) -> Streets:
    """Three streets eastwards and three northwards, 100 m apart and 200 m long."""
    east = [[(0.0, y), (100.0, y), (200.0, y)] for y in (0.0, 100.0, 200.0)]
    north = [[(x, 0.0), (x, 100.0), (x, 200.0)] for x in (0.0, 100.0, 200.0)]
    return streets_of(*east, *north, *more)


def test_a_town_worked_by_hand() -> None:
    streets = town()
    assert (len(streets.lon), len(streets.first), round(streets.total)) == (9, 12, 1200)
    # 10 m to the street, 50 to the corner, 200 northwards, 50 eastwards: the same round either corner.
    assert metres(streets, (50, 10), (150, 200)) == pytest.approx(310, abs=1)
    # Along one street, without passing any corner: 20 + 5 + 5.
    assert metres(streets, (130, 5), (150, -5)) == pytest.approx(30, abs=1)
    # Within a block one goes out to the street, 30 m, and in again.
    assert metres(streets, (30, 40), (30, 60)) == pytest.approx(30 + 20 + 30, abs=1)


def test_only_a_shared_point_is_a_crossing() -> None:
    bridge = streets_of([(0, 0), (200, 0)], [(100, -100), (100, 100)])
    assert len(bridge.lon) == 4
    assert metres(bridge, (0, 0), (100, 100)) is None
    crossing = streets_of([(0, 0), (100, 0), (200, 0)], [(100, -100), (100, 0), (100, 100)])
    assert (len(crossing.lon), len(crossing.first)) == (5, 4)
    assert metres(crossing, (0, 0), (100, 100)) == pytest.approx(200, abs=1)


def test_bends_are_contracted_into_lengths() -> None:
    bent = streets_of([(0, 0), (30, 40), (30, 140), (0, 180)])
    assert (len(bent.lon), len(bent.first)) == (2, 1)
    assert bent.metres[0] == pytest.approx(200, abs=0.01)
    assert bent.line_lon / METRE == pytest.approx([0, 30, 30, 0])


def test_a_ring_and_two_ways_between_the_same_corners() -> None:
    ring = streets_of([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert (len(ring.lon), len(ring.first)) == (1, 1)
    assert metres(ring, (50, 0), (0, 50)) == pytest.approx(100, abs=1)
    assert metres(ring, (100, 50), (50, 100)) == pytest.approx(100, abs=1)
    two = streets_of([(0, 0), (100, 0)], [(0, 0), (0, 100), (100, 100), (100, 0)])
    assert len(two.first) == 2
    assert two.graph.metres == pytest.approx([100, 100])
    assert metres(two, (0, 100), (100, 100)) == pytest.approx(100, abs=1)


def test_points_and_lines_that_are_nothing() -> None:
    streets = streets_of([(0, 0), (0, 0), (100, 0), (100, 0)], [(50, 50)], [(7, 7), (7, 7)])
    assert (len(streets.lon), len(streets.first)) == (2, 1)
    empty = streets_of()
    assert (len(empty.lon), empty.total, len(empty.connected().first)) == (0, 0.0, 0)
    assert not snapped(empty, (0, 0)).is_on.any()
    assert metres(empty, (0, 0), (100, 0)) == pytest.approx(130, abs=1)
    assert streets.walks(snapped(streets), snapped(streets), Pace(), 60).start.tolist() == [0]


def test_only_the_largest_part_is_kept() -> None:
    streets = town([(1000, 0), (1500, 0)], [(1500, 0), (1600, 0)])
    kept = streets.connected()
    assert round(streets.total - kept.total) == 600
    assert (len(kept.lon), len(kept.first)) == (9, 12)
    assert kept.connected().total == kept.total


def test_a_point_far_from_any_street_walks_straight() -> None:
    streets = town()
    places = snapped(streets, (100, 100), (100, 400), bound=150)
    stops = snapped(streets, (100, 460), (0, 0), bound=150)
    assert places.is_on.tolist() == [True, False]
    walks = streets.walks(places, stops, Pace(1.0, 1.3), HOURS)
    assert walks.start.tolist() == [0, 2, 4]
    assert walks.stop.tolist() == [0, 1, 0, 1]
    straight = [360 * 1.3, 200, 60 * 1.3, 100 * math.sqrt(17) * 1.3]
    assert walks.seconds == pytest.approx(straight, abs=1)
    # The bound holds for both.
    assert streets.walks(places, stops, Pace(1.0, 1.3), 199).seconds.tolist() == [79]


def test_the_nearest_point_of_the_nearest_street() -> None:
    streets = town()
    found = snapped(streets, (130, 20), (100, 450), (210, 210), bound=220).ends
    assert found.edge.tolist()[1] == -1
    assert found.away[[0, 2]] == pytest.approx([20, math.hypot(10, 10)], abs=0.01)
    assert sorted([found.along[0], found.beyond[0]]) == pytest.approx([30, 70], abs=0.01)


def test_towns_far_from_one_another() -> None:
    """A degree eastwards is half as long at 60 degrees north as at the equator."""
    north = 60 / METRE
    streets = streets_of([(0, 0), (100, 0)], [(0, north), (2000, north), (2000, north + 500)])
    found = snapped(streets, (100, 240), (2000 - 480, north + 200), (2000 - 520, north + 400)).ends
    assert found.away[:2] == pytest.approx([240, 200], rel=1e-3)
    assert found.edge.tolist() == [0, 1, -1]
    assert found.along[1] == pytest.approx((2000 - 480) / 2, rel=1e-3)


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    streets = town([(200, 200), (350, 260), (320, 20), (200, 0)])
    points = snapped(streets, *map(tuple, random.uniform(-50, 380, (60, 2))))
    whole = streets.walks(points, points, Pace(), 240)
    monkeypatch.setattr(module, "TOGETHER", 7)
    parts = streets.walks(points, points, Pace(), 240)
    for name in ("start", "stop", "seconds"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


corner = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (at[0] * 70.0, at[1] * 90.0))
some_lines = st.lists(st.lists(corner, min_size=2, max_size=6), min_size=1, max_size=7)
somewhere = st.tuples(st.floats(-200, 480), st.floats(-200, 560))


@settings(max_examples=150, deadline=None)
@given(some_lines, st.lists(somewhere, min_size=2, max_size=5), st.integers(30, 900))
def test_as_short_as_floyd_and_warshall_say(
    lines: list[list[tuple[float, float]]], points: list[tuple[float, float]], longest: int
) -> None:
    streets, pace = streets_of(*lines), Pace(1.0, 1.3)
    places = snapped(streets, *points)
    walks = streets.walks(places, places, pace, longest)
    between = floyd_warshall(lines)
    table = streets.on_foot(places, places, pace, longest)
    assert int((table < FAR).sum()) == len(walks.stop)
    found = {
        (int(p), int(s)): int(seconds)
        for p, s, seconds in zip(
            np.repeat(np.arange(len(points)), np.diff(walks.start)), walks.stop, walks.seconds, strict=True
        )
    }
    here, there, straight = near(places.lon, places.lat, places.lon, places.lat, 2000)
    crow = {(p, s): far * 1.3 for p, s, far in zip(here, there, straight, strict=True)}
    for p, s in itertools.product(range(len(points)), repeat=2):
        both = places.is_on[p] and places.is_on[s]
        expected = along_the_way(streets, places, between, p, s) if both else crow[p, s]
        if (p, s) in found:
            assert table[p, s] == found[p, s]
            assert found[p, s] - 1.001 < expected < found[p, s] + 0.001
        else:
            assert expected > longest - 0.001


@settings(max_examples=150, deadline=None)
@given(some_lines, somewhere)
def test_no_street_is_nearer_than_the_one_found(
    lines: list[list[tuple[float, float]]], point: tuple[float, float]
) -> None:
    streets = streets_of(*lines)
    ends = snapped(streets, point).ends
    nearest = min(
        (to_segment(point, a, b) for line in lines for a, b in itertools.pairwise(line) if a != b),
        default=math.inf,
    )
    if ends.edge[0] < 0:
        assert nearest > 249.9
    else:
        assert ends.away[0] == pytest.approx(nearest, abs=0.01)
        assert ends.along[0] + ends.beyond[0] == pytest.approx(streets.metres[ends.edge[0]])


def floyd_warshall(
    lines: list[list[tuple[float, float]]],
) -> dict[tuple[tuple[int, int], tuple[int, int]], float]:
    """Metres between all points of the lines, bends included."""
    places = sorted({place(*point) for line in lines for point in line})
    far = {pair: 0.0 if pair[0] == pair[1] else math.inf for pair in itertools.product(places, repeat=2)}
    for line in lines:
        for a, b in itertools.pairwise(line):
            step = float(metres_between(*(np.array([x * METRE]) for x in (*a, *b)))[0])
            for pair in ((place(*a), place(*b)), (place(*b), place(*a))):
                far[pair] = min(far[pair], step)
    for middle, a, b in itertools.product(places, repeat=3):
        far[a, b] = min(far[a, b], far[a, middle] + far[middle, b])
    return far


def place(x: float, y: float) -> tuple[int, int]:
    return round(x), round(y)


def along_the_way(streets: Streets, places: Snapped, far: dict, p: int, s: int) -> float:  # type: ignore[type-arg]
    """By each end of the street where one is, and each end of that where the other is; or along one street."""
    ends = places.ends
    ways = [math.inf]
    if ends.edge[p] == ends.edge[s]:
        ways.append(abs(ends.along[p] - ends.along[s]))
    for (a, out), (b, back) in itertools.product(*(ends_of(places, point) for point in (p, s))):
        corners = [place(streets.lon[node] / METRE, streets.lat[node] / METRE) for node in (a, b)]
        ways.append(out + far[corners[0], corners[1]] + back)
    return float(min(ways) + ends.away[p] + ends.away[s])


def ends_of(places: Snapped, point: int) -> list[tuple[int, float]]:
    ends = places.ends
    return [(ends.first[point], ends.along[point]), (ends.second[point], ends.beyond[point])]


def to_segment(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres from a point to a stretch of street, on a plane."""
    (px, py), (ax, ay), (bx, by) = point, a, b
    share = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    share = min(1.0, max(0.0, share))
    return math.hypot(px - ax - share * (bx - ax), py - ay - share * (by - ay))
