"""The made-up network: the same for a seed, valid, plausible, and unfair where it is meant to be."""

import datetime as dt
import itertools
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyarrow import csv

from croisee.demo.generator.city import City, make_city
from croisee.demo.generator.ground import Sizes
from croisee.demo.network import Made, Places, places_of, write_feed
from croisee.demo.network.days import easter, exceptions, holidays
from croisee.demo.network.streets import TURN, Ways, make_streets, without_loops
from croisee.territory.timetables.reading import read_feed

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2027, 8, 31)
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Read:
    """A feed as its tables of text."""

    made: Made
    tables: dict[str, pa.Table]

    def column(self, table: str, name: str) -> list[str]:
        return list(self.tables[table][name].to_pylist())

    def pairs(self, table: str, key: str, value: str) -> dict[str, str]:
        return dict(zip(self.column(table, key), self.column(table, value), strict=True))

    def seconds(self, table: str, name: str) -> NDArray[np.int64]:
        texts = self.column(table, name)
        parts = np.array([[int(part) for part in text.split(":")] for text in set(texts)])
        known = dict(zip(set(texts), (parts @ [3600, 60, 1]).tolist(), strict=True))
        return np.array([known[text] for text in texts])

    def running(self, day: dt.date) -> set[str]:
        """The services of a day, by the calendar and its exceptions."""
        calendar, dates = self.tables["calendar"].to_pylist(), self.tables["calendar_dates"].to_pylist()
        name, text = f"{day:%A}".lower(), f"{day:%Y%m%d}"
        usual = {
            r["service_id"] for r in calendar if r[name] == "1" and r["start_date"] <= text <= r["end_date"]
        }
        changed = {r["service_id"]: r["exception_type"] for r in dates if r["date"] == text}
        return (usual | {s for s, kind in changed.items() if kind == "1"}) - {
            s for s, kind in changed.items() if kind == "2"
        }


def write(path: Path, places: Places, seed: int = 1, scale: float = 1.0) -> Read:
    made = write_feed(path, places, seed=seed, first_day=FIRST, last_day=LAST, scale=scale)
    tables = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                names = file.readline().decode().strip().replace('"', "").split(",")
            with archive.open(name) as file:
                types = csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                )
                tables[name.removesuffix(".txt")] = csv.read_csv(file, convert_options=types)
    return Read(made, tables)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(1, Sizes(addresses=1_000))


@pytest.fixture(scope="module")
def places(city: City) -> Places:
    return places_of(city)


@pytest.fixture(scope="module")
def feed(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Read:
    return write(tmp_path_factory.mktemp("network") / "feed.zip", places)


@pytest.fixture(scope="module")
def quays(feed: Read) -> dict[str, Points]:
    """Where each quay is, in EPSG:2154 metres."""
    lon = np.array(feed.column("stops", "stop_lon"), float)
    lat = np.array(feed.column("stops", "stop_lat"), float)
    x, y = pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(lon, lat)
    return dict(zip(feed.column("stops", "stop_id"), np.column_stack([x, y]), strict=True))


@pytest.fixture(scope="module")
def runs(feed: Read) -> dict[str, list[tuple[str, int, int]]]:
    """(quay, arrival, departure) of each trip, in the order of the file."""
    made: dict[str, list[tuple[str, int, int]]] = {}
    for trip, *row in zip(
        feed.column("stop_times", "trip_id"),
        feed.column("stop_times", "stop_id"),
        feed.seconds("stop_times", "arrival_time").tolist(),
        feed.seconds("stop_times", "departure_time").tolist(),
        strict=True,
    ):
        made.setdefault(trip, []).append((row[0], row[1], row[2]))
    return made


def test_a_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    places = any_places(1, 40)
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_feed(tmp_path / name, places, seed=seed, first_day=FIRST, last_day=LAST, scale=0.1)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "again").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def check_references(feed: Read) -> None:
    """Every identifier that a table names is one of the table that holds it, once."""
    held = {
        "agency_id": set(feed.column("agency", "agency_id")),
        "route_id": set(feed.column("routes", "route_id")),
        "service_id": set(feed.column("calendar", "service_id")),
        "trip_id": set(feed.column("trips", "trip_id")),
        "stop_id": set(feed.column("stops", "stop_id")),
    }
    homes = {"routes": "route_id", "calendar": "service_id", "trips": "trip_id", "stops": "stop_id"}
    for table, name in homes.items():
        assert len(held[name]) == len(feed.column(table, name)), table
    for table in feed.tables.values():
        for name in table.column_names:
            target = {"from_stop_id": "stop_id", "to_stop_id": "stop_id"}.get(name, name)
            if target in held:
                assert set(table[name].to_pylist()) <= held[target]
    days = list(zip(*(feed.column("calendar_dates", name) for name in ("service_id", "date")), strict=True))
    assert len(set(days)) == len(days)
    stations = {s for s, kind in feed.pairs("stops", "stop_id", "location_type").items() if kind == "1"}
    parents = feed.pairs("stops", "stop_id", "parent_station")
    assert {parents[s] for s in parents} - {""} == stations
    assert set(feed.column("stop_times", "stop_id")) == held["stop_id"] - stations
    assert set(feed.column("stop_times", "trip_id")) == held["trip_id"]


def check_times(runs: dict[str, list[tuple[str, int, int]]]) -> None:
    """A vehicle goes forwards in time and stops nowhere twice in a row."""
    for stops in runs.values():
        assert len(stops) > 1
        for (quay, arrival, departure), (following, after, _departure) in itertools.pairwise(stops):
            assert arrival <= departure < after
            assert quay != following


def test_every_reference_resolves(feed: Read) -> None:
    check_references(feed)


def test_times_never_decrease_and_go_past_midnight(
    feed: Read, runs: dict[str, list[tuple[str, int, int]]]
) -> None:
    check_times(runs)
    sequence = np.array(feed.column("stop_times", "stop_sequence"), int)
    trip = np.array(feed.column("stop_times", "trip_id"), int)
    assert (np.diff(sequence)[np.diff(trip) == 0] == 1).all()
    lines = feed.pairs("trips", "trip_id", "route_id")
    night = [stops[0][2] for row, stops in runs.items() if lines[row] == "N1"]
    assert min(night) > 24 * 3600
    assert max(stops[-1][1] for stops in runs.values()) > 28 * 3600


def test_sizes_are_those_of_the_demonstration(
    feed: Read, runs: dict[str, list[tuple[str, int, int]]]
) -> None:
    services = feed.pairs("trips", "trip_id", "service_id")
    written = sum(len(stops) for row, stops in runs.items() if services[row] == "SEMAINE")
    assert 300 <= feed.made.stops <= 550
    assert 50_000 < written < feed.made.stop_times_a_weekday <= 100_000
    assert feed.made.lines == len(feed.column("routes", "route_id"))


@pytest.mark.parametrize(
    ("lines", "least", "most"),
    [(("T1",), 4, 8), (("C1", "C2", "C3", "C4"), 8, 12), (("51", "52"), 30, 60)],
)
def test_vehicles_leave_as_often_as_asked(
    feed: Read, runs: dict[str, list[tuple[str, int, int]]], lines: tuple[str, ...], least: int, most: int
) -> None:
    for line in lines:
        for direction in "01":
            leaving = np.array(
                [
                    runs[trip["trip_id"]][0][2] / 60
                    for trip in feed.tables["trips"].to_pylist()
                    if (trip["route_id"], trip["direction_id"], trip["service_id"])
                    == (line, direction, "SEMAINE")
                ]
            )
            day = leaving[(leaving > 7 * 60) & (leaving < 19 * 60)]
            assert least <= np.diff(day).min() <= np.diff(day).max() <= most
            assert day[0] < 8 * 60
            assert day[-1] > 18 * 60


def test_the_loader_reads_it_without_a_fault(city: City, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    made = write_feed(path, places_of(city), seed=1, first_day=FIRST, last_day=LAST)
    faults: list[tuple[object, ...]] = []
    read = read_feed(path, path.name, lambda *fault: faults.append(fault))
    assert not faults
    assert (read.first, read.last) == (FIRST, LAST)
    assert read.dropped_trips == read.dropped_stop_times == read.unused_transfers == 0
    on = read.timetable.trips_on(dt.date(2027, 7, 20))
    assert np.diff(read.timetable.start)[on].sum() == made.stop_times_a_weekday


def test_the_metro_is_told_by_its_frequency(feed: Read) -> None:
    trips = feed.pairs("trips", "trip_id", "route_id")
    assert {trips[row] for row in feed.column("frequencies", "trip_id")} == {"A"}
    every = np.array(feed.column("frequencies", "headway_secs"), int)
    begin, end = feed.seconds("frequencies", "start_time"), feed.seconds("frequencies", "end_time")
    services = feed.pairs("trips", "trip_id", "service_id")
    week = np.array([services[row] == "SEMAINE" for row in feed.column("frequencies", "trip_id")])
    assert (every[week] >= 240).all()
    assert (every[week] <= 480).all()
    assert (begin < end).all()
    same = np.diff(np.array(feed.column("frequencies", "trip_id"), int)) == 0
    assert (begin[1:][same] == end[:-1][same]).all()


def test_no_vehicle_overtakes_the_one_before(feed: Read, runs: dict[str, list[tuple[str, int, int]]]) -> None:
    alike: dict[tuple[str, ...], list[list[int]]] = {}
    for trip in feed.tables["trips"].to_pylist():
        key = tuple(trip[name] for name in ("route_id", "direction_id", "service_id"))
        alike.setdefault(key, []).append([arrival for _quay, arrival, _departure in runs[trip["trip_id"]]])
    for arrivals in alike.values():
        assert (np.diff(np.array(arrivals), axis=0) > 0).all()


def test_vehicles_go_at_the_speed_of_their_kind(
    feed: Read, runs: dict[str, list[tuple[str, int, int]]], quays: dict[str, Points]
) -> None:
    speeds: dict[str, list[float]] = {}
    for trip in feed.tables["trips"].to_pylist()[::7]:
        stops = runs[trip["trip_id"]]
        at = np.array([quays[quay] for quay, _arrival, _departure in stops])
        metres = np.hypot(*np.diff(at, axis=0).T).sum()
        speeds.setdefault(trip["route_id"], []).append(3.6 * metres / (stops[-1][1] - stops[0][2]))
    metro = speeds.pop("A", None) or [30.0]
    assert 27 < np.mean(metro) < 36
    buses = [speed for line, mine in speeds.items() if line != "N1" for speed in mine]
    assert min(buses) > 14
    assert max(buses) < 25.5
    assert 16 < np.median(buses) < 22


def test_stops_are_in_the_metropolis_and_in_every_commune(city: City, quays: dict[str, Points]) -> None:
    at = np.array(list(quays.values()))
    shapes = [commune.polygon for commune in city.terrain.communes]
    assert shapely.contains_xy(shapely.union_all(shapes), at).all()
    for shape in shapes:
        assert shapely.contains_xy(shape, at).any()


def test_stops_are_as_far_apart_as_they_are_in_town(
    feed: Read, runs: dict[str, list[tuple[str, int, int]]], quays: dict[str, Points]
) -> None:
    lines = feed.pairs("trips", "trip_id", "route_id")
    first = {lines[row]: stops for row, stops in runs.items()}
    for line in ("T1", "C1", "C2", "11"):
        at = np.array([quays[quay] for quay, _arrival, _departure in first[line]])
        step = np.hypot(*np.diff(at, axis=0).T)
        assert 300 < np.median(step) < 620
        assert step.min() > 180
        assert step.max() < 1_400


def test_no_two_stops_have_one_name(feed: Read, quays: dict[str, Points]) -> None:
    places: dict[str, list[Points]] = {}
    for stop, name in feed.pairs("stops", "stop_id", "stop_name").items():
        places.setdefault(name, []).append(quays[stop])
    assert "" not in places
    for at in places.values():
        assert np.ptp(np.array(at), axis=0).max() < 150


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-11",
        "2026-12-25",
        "2027-01-01",
        "2027-03-29",
        "2027-05-01",
        "2027-05-06",
        "2027-05-17",
        "2027-07-14",
    ],
)
def test_a_holiday_runs_as_a_sunday(feed: Read, day: str) -> None:
    assert feed.running(dt.date.fromisoformat(day)) - {"NUIT"} == {"DIMANCHE"}


def test_each_day_of_the_week_has_its_service(feed: Read) -> None:
    assert feed.running(dt.date(2026, 9, 15)) == {"SEMAINE", "SCOLAIRE"}
    assert feed.running(dt.date(2027, 7, 20)) == {"SEMAINE"}
    assert feed.running(dt.date(2026, 9, 19)) == {"SAMEDI", "NUIT"}
    assert feed.running(dt.date(2026, 9, 20)) == {"DIMANCHE"}
    assert not feed.running(LAST + dt.timedelta(days=1))


def test_one_neighbourhood_has_no_way_to_a_zone_of_activity(
    places: Places, feed: Read, runs: dict[str, list[tuple[str, int, int]]], quays: dict[str, Points]
) -> None:
    lines = feed.pairs("trips", "trip_id", "route_id")
    near: dict[int, set[str]] = {row: set() for row in (*places.quarters, *places.parks)}
    for trip, stops in {lines[row]: stops for row, stops in runs.items()}.items():
        at = np.array([quays[quay] for quay, _arrival, _departure in stops])
        for row in near:
            if (np.hypot(*(at - [places.x[row], places.y[row]]).T) < 520).any():
                near[row].add(trip)
    assert all(near.values())
    poor = [row for row in places.quarters if len(near[row] - {"N1"}) == 1]
    assert poor
    assert any(not near[quarter] & near[park] for quarter in poor for park in places.parks)
    assert sum(bool(near[row] & {"A", "T1"}) for row in places.quarters) >= 2


# Full moons by golden number, (month, day), as tables print them for 1900 to 2199: Easter is the Sunday after.
MOONS = ((4, 14), (4, 3), (3, 23), (4, 11), (3, 31), (4, 18), (4, 8), (3, 28), (4, 16), (4, 5), (3, 25), (4, 13),
         (4, 2), (3, 22), (4, 10), (3, 30), (4, 17), (4, 7), (3, 27))  # fmt: skip


@given(st.integers(1900, 2199))
def test_easter_is_the_sunday_after_the_full_moon(year: int) -> None:
    moon = dt.date(year, *MOONS[year % 19])
    assert easter(year) == moon + dt.timedelta(days=7 - (moon.weekday() + 1) % 7)
    assert len(set(holidays(year))) in (10, 11)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 800))
@settings(max_examples=20)
def test_no_day_is_changed_twice_for_a_service(first: dt.date, length: int) -> None:
    last = first + dt.timedelta(days=length)
    changed = [(service, day) for service, day, _type in exceptions(first, last)]
    assert len(set(changed)) == len(changed)
    assert all(first <= day <= last for _service, day in changed)


def any_places(seed: int, count: int) -> Places:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 9_000, (count, 2)) + np.array([560_000.0, 6_620_000.0])
    return Places(
        metropolis="Essai",
        communes=("Ville", "Bourg"),
        outline=shapely.box(559_900, 6_619_900, 569_100, 6_629_100),
        x=points[:, 0],
        y=points[:, 1],
        weight=rng.uniform(10, 3_000, count),
        built_up=rng.random(count) < 0.6,
        commune=rng.integers(0, 2, count),
        name=("",) * count,
        towns=(0, 1),
        quarters=tuple(range(2, 2 + seed % 3)),
        parks=tuple(range(5, 5 + seed % 2)),
    )


@given(st.integers(0, 10_000), st.integers(12, 60))
@settings(max_examples=5, deadline=None)
def test_any_places_have_a_valid_network(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    check_references(write(folder / "feed.zip", any_places(seed, count), seed, 0.05))


@given(st.integers(0, 10_000), st.integers(12, 40))
@settings(max_examples=15, deadline=None)
def test_streets_join_those_with_no_third_between(seed: int, count: int) -> None:
    places = any_places(seed, count)
    points = np.column_stack([places.x, places.y])
    joined = {(int(a), int(b)) for a, b in make_streets(places).ends}
    square = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    for a, b in itertools.combinations(range(count), 2):
        others = [row for row in range(count) if row not in (a, b)]
        assert ((a, b) in joined) == bool((square[a, others] + square[b, others] > square[a, b]).all())


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_a_way_is_the_cheapest(seed: int) -> None:
    """Against costs relaxed until none changes (Bellman and Ford), a street and its direction being one state."""
    places = any_places(seed, 14)
    streets = make_streets(places)
    cost = streets.length * np.random.default_rng(seed).uniform(0.5, 3, len(streets.length))
    points = np.column_stack([places.x, places.y])
    price = {}
    for (a, b), paid in zip(streets.ends.tolist(), cost.tolist(), strict=True):
        price[a, b] = price[b, a] = paid

    def turn(a: int, b: int, c: int) -> float:
        one, other = points[b] - points[a], points[c] - points[b]
        return TURN * (1.0 - float(one @ other) / float(np.hypot(*one) * np.hypot(*other)))

    def total(path: list[int]) -> float:
        bends = sum(turn(*three) for three in zip(path, path[1:], path[2:], strict=False))
        return float(bends + sum(price[pair] for pair in itertools.pairwise(path)))

    best = {way: paid if way[0] == 0 else np.inf for way, paid in price.items()}
    for _round in best:
        for a, b in best:
            for way in best:
                if way[0] == b:
                    best[way] = min(best[way], best[a, b] + turn(a, b, way[1]) + price[way])
    goal = 13
    found = Ways(places, streets).between(0, goal, cost)
    assert (found[0], found[-1]) == (0, goal)
    assert total(found) == pytest.approx(min(paid for way, paid in best.items() if way[1] == goal))


@given(st.lists(st.integers(0, 6), min_size=1))
def test_a_path_without_loops_passes_nowhere_twice(path: list[int]) -> None:
    kept = without_loops(path)
    assert len(set(kept)) == len(kept)
    assert (kept[0], kept[-1]) == (path[0], path[-1]) or path[0] == path[-1] == kept[0]
    steps = set(itertools.pairwise(path))
    assert set(itertools.pairwise(kept)) <= steps


def test_too_few_places_are_refused() -> None:
    with pytest.raises(ValueError, match="12 places"):
        any_places(1, 8)
