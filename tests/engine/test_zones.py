"""The index of zones against GEOS, on ordinary, awkward and hostile points."""

import doctest
import threading
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from croisee.engine.zones import Hits, Index, repair
from croisee.engine.zones import index as index_module
from croisee.engine.zones import plane as plane_module


def wobbly(rng, x, y, radius=350.0, vertices=450):
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    distance = radius * (1 + 0.25 * np.cos(3 * angle + rng.uniform(0, 6)) + 0.1 * np.cos(7 * angle))
    distance += rng.uniform(0, 12, vertices)
    return Polygon(np.column_stack([x + distance * np.cos(angle), y + distance * np.sin(angle)]))


@pytest.fixture(scope="module")
def town():
    """Sixty zones of a town, some overlapping, two with holes, one in several parts."""
    rng = np.random.default_rng(7)
    zones = [wobbly(rng, x, y) for x, y in rng.uniform((700_000, 7_050_000), (712_000, 7_062_000), (57, 2))]
    holed = wobbly(rng, 715_000, 7_052_000, 600).difference(wobbly(rng, 715_000, 7_052_000, 200))
    island = MultiPolygon([*holed.geoms] if holed.geom_type == "MultiPolygon" else [holed])
    return [
        *zones,
        holed,
        island.union(wobbly(rng, 715_000, 7_052_000, 60)),
        box(718_000, 7_050_000, 719_000, 7_051_000),
    ]


def hostile_points(polygons, count, rng, reach=300.0):
    """Vertices, points on segments, points at the band's limit, each perhaps one ulp off."""
    rings = [shapely.get_coordinates(ring) for polygon in polygons for ring in shapely.get_rings(polygon)]
    a, b = (np.concatenate([ring[cut] for ring in rings]) for cut in (slice(None, -1), slice(1, None)))
    chosen = rng.integers(0, len(a), count)
    a, b = a[chosen], b[chosen]
    points = a + (b - a) * rng.choice([0, 0.25, 0.5, 1], count)[:, None]
    normal = np.column_stack([b[:, 1] - a[:, 1], a[:, 0] - b[:, 0]]) / np.hypot(*(b - a).T)[:, None]
    points = np.where((rng.random(count) < 0.4)[:, None], points + reach * normal, points)
    ulps = rng.integers(-1, 2, (count, 2))
    return np.where(
        ulps > 0, np.nextafter(points, np.inf), np.where(ulps < 0, np.nextafter(points, -np.inf), points)
    ).T


def levels_by_geos(polygons, bands, x, y):
    """The level of each (zone, point) by plain shapely, one geometry at a time."""
    points = shapely.points(x, y)
    table = []
    for polygon in polygons:
        level = np.full(len(x), len(bands) + 1)
        for k in range(len(bands), 0, -1):
            level[shapely.dwithin(polygon, points, bands[k - 1])] = k
        level[shapely.intersects(polygon, points)] = 0
        table.append(level)
    return np.array(table)


def table_of(hits: Hits, zones: int, bands: int, points: int):
    table = np.full((zones, points), bands + 1)
    table[hits.zone, hits.point] = hits.level
    return table


def test_equal_to_geos_on_ordinary_points(town):
    rng = np.random.default_rng(1)
    x, y = rng.uniform((699_000, 7_049_000), (720_000, 7_063_000), (20_000, 2)).T
    index = Index(town, range(len(town)), bands=(500, 300))
    assert index.bands == (300.0, 500.0)
    got = table_of(index.locate(x, y), len(town), 2, len(x))
    np.testing.assert_array_equal(got, levels_by_geos(town, index.bands, x, y))


def test_equal_to_geos_on_hostile_points(town):
    x, y = hostile_points(town, 20_000, np.random.default_rng(2))
    got = table_of(Index(town, range(len(town))).locate(x, y), len(town), 1, len(x))
    np.testing.assert_array_equal(got, levels_by_geos(town, (300.0,), x, y))


@pytest.mark.slow
def test_equal_to_geos_on_many_hostile_points():
    rng = np.random.default_rng(3)
    polygons = [
        wobbly(rng, x, y) for x, y in rng.uniform((600_000, 6_600_000), (640_000, 6_640_000), (300, 2))
    ]
    x, y = hostile_points(polygons, 100_000, rng)
    hits = Index(polygons, range(300)).locate(x, y)
    points, tree = shapely.points(x, y), shapely.STRtree(polygons)
    inside, near = tree.query(points, "intersects"), tree.query(points, "dwithin", distance=300.0)
    for expected, got in ((inside, hits[hits.level == 0]), (near, hits)):
        assert set(zip(*expected.tolist(), strict=True)) == set(
            zip(got.point.tolist(), got.zone.tolist(), strict=True)
        )


grid_coordinates = st.integers(0, 12)


@settings(max_examples=60)
@given(
    shapes=st.lists(
        st.lists(st.tuples(grid_coordinates, grid_coordinates), min_size=3, max_size=9),
        min_size=1,
        max_size=4,
    ),
    points=st.lists(st.tuples(st.integers(-2, 26), st.integers(-2, 26)), min_size=1, max_size=40),
    scale=st.sampled_from([1.0, 100.0, 0.1]),
    east=st.sampled_from([600_000.0, 0.1]),
)
def test_equal_to_geos_on_any_polygon(shapes, points, scale, east):
    """Corners on a lattice and points on it and halfway: boundaries, corners and collinear points abound."""
    polygons = [
        repair(Polygon([(east + scale * x, 6_600_000 + scale * y) for x, y in shape])) for shape in shapes
    ]
    polygons = [polygon for polygon in polygons if not polygon.is_empty]
    x, y = np.array([(east + scale * px / 2, 6_600_000 + scale * py / 2) for px, py in points]).T
    bands = (scale, 2.5 * scale)
    got = table_of(Index(polygons, range(len(polygons)), bands).locate(x, y), len(polygons), 2, len(x))
    np.testing.assert_array_equal(got, levels_by_geos(polygons, bands, x, y) if polygons else got)


def test_tag_gives_codes_in_the_shape_of_the_points(town):
    index = Index([box(0, 6e6, 1e3, 6.001e6), box(500, 6e6, 2e3, 6.001e6)], ["A", "Quartier B"])
    tags = index.tag([[100, 600], [1500, 2200]], [[6_000_500, 6_000_500], [6_001_000, 6_000_500]])
    assert tags.tolist() == [["A", "A"], ["Quartier B", ""]]
    assert index.tag([2200, 1100], [6_000_500, 6_000_500], within=300).tolist() == [
        "Quartier B",
        "Quartier B",
    ]
    assert index.tag(100, 6_000_500).shape == ()
    with pytest.raises(ValueError, match="within: 200"):
        index.tag([1], [1], within=200)


def test_points_without_a_number_are_nowhere(town):
    index = Index(town, range(len(town)))
    x = [np.nan, np.inf, -np.inf, 1e300, 700_000, -0.0]
    y = [7e6, 7e6, np.nan, 1e300, np.inf, -1e308]
    assert (index.tag(x, y) == "").all()
    assert len(index.locate(x, y)) == 0
    assert np.isnan(index.distance(x, y)[[0, 1, 2, 4]]).all()


def test_distance_is_that_to_the_nearest_boundary(town):
    rng = np.random.default_rng(4)
    x, y = rng.uniform((650_000, 7_000_000), (760_000, 7_100_000), (3_000, 2)).T
    x[:500], y[:500] = rng.uniform((700_000, 7_050_000), (719_000, 7_062_000), (500, 2)).T
    points = shapely.points(x, y)
    limits = [polygon.boundary for polygon in town]
    expected = np.min([shapely.distance(limit, points) for limit in limits], axis=0)
    distance, zone = Index(town, range(len(town))).nearest(x, y)
    np.testing.assert_allclose(distance, expected, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(
        [limits[z].distance(p) for z, p in zip(zone, points, strict=True)], expected, atol=1e-9
    )


class TestLonLat:
    """Longitudes and latitudes: inside as they are, bands and distances in metres as pyproj projects."""

    @pytest.fixture
    def degrees(self, town):
        to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
        return [
            shapely.transform(polygon, lambda p: np.column_stack(to_degrees.transform(*p.T)))
            for polygon in town
        ]

    @pytest.fixture
    def to_metres(self):
        return pyproj.Transformer.from_crs(4326, 2154, always_xy=True)

    def test_points_and_polygons(self, degrees, to_metres):
        lon, lat = hostile_points(degrees, 5_000, np.random.default_rng(5), reach=0.003)
        in_metres = [
            shapely.transform(p, lambda c: np.column_stack(to_metres.transform(*c.T))) for p in degrees
        ]
        expected = levels_by_geos(in_metres, (300.0,), *to_metres.transform(lon, lat))
        inside = np.array([shapely.intersects(p, shapely.points(lon, lat)) for p in degrees])
        expected = np.where(inside, 0, np.where(expected == 0, 1, expected))
        index = Index(degrees, range(len(degrees)))
        assert index.crs == 4326
        np.testing.assert_array_equal(table_of(index.locate(lon, lat), len(degrees), 1, len(lon)), expected)

    def test_points_in_degrees_polygons_in_metres(self, town, to_metres):
        rng = np.random.default_rng(6)
        lon, lat = rng.uniform((2.98, 50.55), (3.3, 50.68), (5_000, 2)).T
        index = Index(town, range(len(town)))
        got = table_of(index.locate(lon, lat), len(town), 1, len(lon))
        np.testing.assert_array_equal(got, levels_by_geos(town, (300.0,), *to_metres.transform(lon, lat)))
        np.testing.assert_array_equal(
            index.distance(lon, lat), index.distance(*to_metres.transform(lon, lat))
        )

    def test_points_in_metres_polygons_in_degrees(self, degrees, town):
        x, y = np.random.default_rng(8).uniform((700_000, 7_050_000), (719_000, 7_062_000), (5_000, 2)).T
        assert (Index(degrees, range(len(town))).tag(x, y) == Index(town, range(len(town))).tag(x, y)).all()

    def test_overseas_bands_are_in_metres_of_their_own_projection(self):
        to_degrees = pyproj.Transformer.from_crs(2975, 4326, always_xy=True)
        to_reunion = pyproj.Transformer.from_crs(4326, 2975, always_xy=True)
        square = shapely.transform(
            box(340_000, 7_690_000, 341_000, 7_691_000), lambda p: np.column_stack(to_degrees.transform(*p.T))
        )
        index = Index([square, box(3.0, 50.6, 3.01, 50.61)], ["QN97401I", "QN05901M"])
        lon, lat = to_degrees.transform(
            [341_299.0, 341_301.0, 340_500.0], [7_690_500.0, 7_690_500.0, 7_690_500.0]
        )
        assert index.tag(lon, lat, within=300).tolist() == ["QN97401I", "", "QN97401I"]
        x, _ = to_reunion.transform(lon, lat)
        np.testing.assert_allclose(index.distance(lon, lat)[:2], np.array(x[:2]) - 341_000, atol=0.01)

    def test_the_caller_may_say_which(self):
        index = Index([box(0, 0, 10, 10)], ["A"], crs=2154)
        assert index.tag([5], [5]).tolist() == ["A"]
        assert index.tag([13], [5], within=300).tolist() == ["A"]
        with pytest.raises(ValueError, match="crs"):
            index.tag([5], [5], crs=3857)

    def test_one_wrong_point_does_not_change_the_others(self, degrees):
        lon, lat = shapely.get_coordinates(shapely.point_on_surface(degrees)).T
        index = Index(degrees, range(len(degrees)))
        expected = index.tag(lon, lat)
        assert (expected != "").all()
        lon[3] = 99_999
        assert (np.delete(index.tag(lon, lat), 3) == np.delete(expected, 3)).all()


class TestRepair:
    def test_a_bow_tie_is_answered_as_geos_repairs_it(self):
        bow = Polygon([(0, 6e6), (1e3, 6.001e6), (1e3, 6e6), (0, 6.001e6)])
        index = Index([bow], ["A"])
        assert index.repaired == (0,)
        x, y = np.random.default_rng(9).uniform((-500, 6e6 - 500), (1500, 6.0015e6), (5_000, 2)).T
        got = table_of(index.locate(x, y), 1, 1, len(x))
        np.testing.assert_array_equal(got, levels_by_geos([shapely.make_valid(bow)], (300.0,), x, y))

    def test_stray_lines_are_left_out(self):
        spike = Polygon([(0, 0), (10, 0), (10, 10), (20, 10), (10, 10), (0, 10)])
        assert repair(spike).equals(box(0, 0, 10, 10))
        assert repair(box(0, 0, 1, 1)) == box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("polygons", "codes", "bands", "message"),
    [
        ([box(0, 0, 1, 1)], [], (300,), "differ in length"),
        ([shapely.Point(0, 0)], ["A"], (300,), "code 'A'.*not a polygon"),
        ([None], ["A"], (300,), "not a polygon"),
        ([Polygon()], ["A"], (300,), "empty or has no area"),
        ([Polygon([(0, 0), (1, 1), (0, 0)])], ["A"], (300,), "empty or has no area"),
        ([Polygon([(0, 0), (1, np.inf), (1, 0)])], ["A"], (300,), "no number"),
        ([box(0, 0, 1, 1)], ["A"], (0,), "bands"),
        ([box(0, 0, 1, 1)], ["A"], (np.nan,), "bands"),
        ([box(0, 0, 1, 1)], ["A"], tuple(range(1, 12)), "bands"),
    ],
)
def test_bad_arguments_are_named(polygons, codes, bands, message):
    with pytest.raises(ValueError, match=message):
        Index(polygons, codes, bands)


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="x and y differ in shape"):
        Index([box(0, 0, 1, 1)], ["A"]).tag([1, 2], [1])


def test_no_zone_and_no_point():
    empty = Index([], [])
    assert empty.tag([7e5], [6e6]).tolist() == [""]
    assert np.isnan(empty.distance([3.0], [50.0])).all()
    assert Index([box(0, 0, 1, 1)], ["A"]).tag([], []).tolist() == []


def test_wkb_and_repeated_codes():
    index = Index(
        [shapely.to_wkb(box(7e5, 6e6, 7.001e5, 6.0001e6)), box(8e5, 6e6, 8.001e5, 6.0001e6)], ["A", "A"]
    )
    assert index.tag([700_050, 800_050], [6_000_050, 6_000_050]).tolist() == ["A", "A"]


def test_no_band():
    index = Index([box(7e5, 6e6, 7.001e5, 6.0001e6)], ["A"], bands=())
    assert index.tag([700_050, 700_101], [6_000_050, 6_000_050]).tolist() == ["A", ""]


class TestFile:
    def test_saved_and_loaded_it_answers_alike(self, town, tmp_path: Path):
        index = Index(town, [f"QN{i}" for i in range(len(town))], (300, 500))
        index.save(tmp_path / "zones.index")
        loaded = Index.load(tmp_path / "zones.index")
        assert (loaded.codes, loaded.bands, loaded.crs) == (index.codes, index.bands, index.crs)
        x, y = hostile_points(town, 5_000, np.random.default_rng(10))
        for name in ("point", "zone", "level"):
            np.testing.assert_array_equal(
                getattr(loaded.locate(x, y), name), getattr(index.locate(x, y), name)
            )
        assert [path.name for path in tmp_path.iterdir()] == ["zones.index"]

    def test_an_index_without_zones(self, tmp_path: Path):
        Index([], []).save(tmp_path / "none")
        assert Index.load(tmp_path / "none").tag([1], [1]).tolist() == [""]

    def test_what_is_no_index_is_refused(self, town, tmp_path: Path):
        (tmp_path / "a").write_text("code;x;y\n")
        with pytest.raises(ValueError, match="not a saved index"):
            Index.load(tmp_path / "a")
        Index(town, range(len(town))).save(tmp_path / "b")
        (tmp_path / "c").write_bytes((tmp_path / "b").read_bytes()[:-1])
        with pytest.raises(ValueError, match="cut short"):
            Index.load(tmp_path / "c")


def test_more_hits_than_room_are_all_found(monkeypatch, town):
    """The compiled loop stops where its arrays are full, and is called again from there."""
    many = [box(7e5, 6e6, 7.01e5, 6.001e6)] * 400
    x, y = np.full(50, 700_500.0), np.full(50, 6_000_500.0)
    hits = Index(many, range(400)).locate(x, y)
    assert len(hits) == 50 * 400
    np.testing.assert_array_equal(hits.zone.reshape(50, 400), np.tile(np.arange(400), (50, 1)))
    assert (Index(many, range(400)).tag(x, y) == "0").all()


def test_many_threads_may_ask_one_index(town):
    index = Index(town, range(len(town)))
    x, y = hostile_points(town, 3_000, np.random.default_rng(11))
    expected, answers = index.locate(x, y), []

    def ask():
        answers.extend(index.locate(x, y) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 30
    assert all((a.point == expected.point).all() and (a.level == expected.level).all() for a in answers)


def test_geos_is_asked_only_where_rounding_matters(town, monkeypatch):
    asked = []
    told = plane_module.Plane._level_by_geos
    monkeypatch.setattr(
        plane_module.Plane,
        "_level_by_geos",
        lambda self, z, x, y: asked.append(len(x)) or told(self, z, x, y),
    )
    x, y = np.random.default_rng(12).uniform((699_000, 7_049_000), (720_000, 7_063_000), (100_000, 2)).T
    Index(town, range(len(town))).locate(x, y)
    assert sum(asked) < 10


def test_the_examples_in_the_documentation():
    assert doctest.testmod(index_module).failed == 0
