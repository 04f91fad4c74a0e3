"""Travel times with what is loaded: which timetable, along what, how long; the journey; the areas around an address."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from croisee.engine.transit.walking import metres_between
from croisee.foundation.accounts.models import Account
from croisee.territory import cards
from croisee.territory.models import Epci, ReachSurvey, School, TransitFeed
from croisee.territory.travel import network as networks
from croisee.territory.travel.areas import BANDS, areas
from croisee.territory.travel.itinerary import itinerary
from croisee.territory.travel.modes import LONGEST_WALK, WALKING, Mode
from croisee.territory.travel.network import NEVER, Basis, Network, current_network
from croisee.territory.travel.ways import ways_between
from croisee.territory.travel.wording import clock, duration, far, rests_on, travels
from tests.buses import BY_BUS, HOME, MINUTES, NO_BUS, bus_feed, load_buses
from tests.territory.gtfs_files import write_zip
from tests.territory.official import ban_row, degrees, load, write_ban
from tests.territory.test_schools import uai

HERE, THERE, ELSEWHERE = ((np.array([lon]), np.array([lat])) for lon, lat in (HOME, BY_BUS, NO_BUS))

ADDRESSES = [ban_row(number, at=(341_000.0 + number, 6_782_000.0)) for number in (1, 3)]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def reader() -> Client:
    """Somebody who reads English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def buses(db: None, tmp_path: Path, settings: Any) -> Network:
    """The network of the bus, loaded."""
    load_buses(tmp_path, settings)
    return current_network()


def test_minutes_are_those_of_the_timetable(buses: Network) -> None:
    assert buses.minutes(*HERE, *THERE, Mode.TRANSIT).tolist() == [[MINUTES]]
    assert buses.minutes(*HERE, *ELSEWHERE, Mode.TRANSIT).tolist() == [[NEVER]]
    assert buses.minutes(*THERE, *HERE, Mode.TRANSIT).tolist() == [[NEVER]]
    assert buses.minutes(*HERE, *HERE, Mode.TRANSIT).tolist() == [[0]]
    assert buses.minutes(np.empty(0), np.empty(0), *THERE, Mode.TRANSIT).shape == (0, 1)
    assert buses.minutes(*HERE, np.empty(0), np.empty(0), Mode.TRANSIT).shape == (1, 0)


def test_many_origins_are_answered_as_each_alone(buses: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    lon, lat = HOME[0] + random.normal(0, 0.02, 40), HOME[1] + random.normal(0, 0.01, 40)
    alone = [
        buses.minutes(*point, lon, lat, Mode.TRANSIT)[0]
        for point in zip(lon[:, None], lat[:, None], strict=True)
    ]
    monkeypatch.setattr(networks, "ORIGINS_AT_ONCE", 7)
    assert buses.minutes(lon, lat, lon, lat, Mode.TRANSIT).tolist() == np.array(alone).tolist()


def test_a_page_asks_nothing_while_nothing_has_changed(
    buses: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert current_network() is buses
    networks.look_again()
    with django_assert_num_queries(2):
        assert current_network() is buses


def test_a_new_timetable_counts_at_once(buses: Network, tmp_path: Path) -> None:
    today = timezone.localdate()
    slower = bus_feed(today - dt.timedelta(days=1), today + dt.timedelta(days=90))
    slower["stop_times"] = "\n".join(slower["stop_times"].splitlines()[:3]) + "\n"
    load(write_zip(tmp_path / "bus.zip", slower))
    changed = current_network()
    assert changed is not buses
    # One bus, at 6:30: it arrives at 6:50, and of the departures from 6:46 on none catches it.
    assert changed.minutes(*HERE, *THERE, Mode.TRANSIT).tolist() == [[NEVER]]
    TransitFeed.objects.get().delete()
    assert current_network().basis(Mode.TRANSIT).is_estimate


def test_what_times_rest_on_is_said(buses: Network, tmp_path: Path, settings: Any) -> None:
    said = rests_on(buses.basis(Mode.TRANSIT))
    assert said.startswith("From door to door to be there at 8:45, by the timetable of ")
    assert "ended" not in said
    assert rests_on(buses.basis(Mode.BICYCLE)) == (
        "By bicycle at 15 km/h, as the crow flies, with the usual detour."
    )
    assert rests_on(Basis(Mode.FOOT, along_streets=True)) == "On foot at 4.5 km/h, along the streets."
    with translation.override("fr"):
        assert "d’après les horaires du jeudi 1er janvier 2026" in rests_on(
            Basis(Mode.TRANSIT, dt.date(2026, 1, 1))
        )
    assert "Without the vehicles of A and B" in rests_on(
        Basis(Mode.TRANSIT, dt.date(2026, 1, 6), lacking=("A", "B"))
    )


def test_an_ended_timetable_is_still_used_and_said_to_be(db: None, tmp_path: Path, settings: Any) -> None:
    load_buses(tmp_path, settings, days=-1, begun=30)
    network = current_network()
    assert network.minutes(*HERE, *THERE, Mode.TRANSIT).tolist() == [[MINUTES]]
    said = "This timetable has ended: times may have changed."
    assert rests_on(network.basis(Mode.TRANSIT)).endswith(said)
    with translation.override("fr"):
        assert rests_on(network.basis(Mode.TRANSIT)).endswith("les temps ont pu changer.")


def test_without_a_timetable_distance_counts_and_it_is_said(db: None) -> None:
    ways = ways_between(HOME, NO_BUS)
    assert ways.told[0] == "about 10 min by public transport"
    assert ways.itinerary is None
    assert ways.rests_on.startswith("No timetable is loaded")


def test_where_walking_is_as_quick_no_vehicle_is_told_of(buses: Network) -> None:
    near = ways_between(HOME, (HOME[0] + 0.005, HOME[1]))
    assert near.told == ("7 min on foot", "2 min by bicycle")
    assert near.itinerary is None
    assert ways_between(HOME, BY_BUS).told[0] == f"{MINUTES} min by public transport"


def test_the_journey_is_told_leg_by_leg(buses: Network) -> None:
    found = itinerary(buses, *HOME, *BY_BUS)
    assert found is not None
    assert found.in_short == "Leave at 8:19, there at 8:41: 22 min, without a change"
    assert [(step.begins, step.line, step.text) for step in found.steps] == [
        ("8:19", "", "Walk 1 min to the stop Les Lilas"),
        ("8:20", "C7", "From Les Lilas to Le Moulin, towards Moulin"),
        ("8:40", "", "Walk 1 min to the address"),
    ]
    assert itinerary(buses, *HOME, *NO_BUS) is None
    near = itinerary(buses, *HOME, HOME[0] + 0.002, HOME[1])
    assert near is not None
    assert near.in_short.endswith("on foot all the way")
    at_the_stop = itinerary(buses, *degrees(341_040, 6_782_000), *degrees(347_460, 6_782_000))
    assert at_the_stop is not None
    assert [step.line for step in at_the_stop.steps] == ["C7"]


def test_the_minutes_of_a_journey_are_those_between_its_two_hours() -> None:
    """From 8:14:50 to 8:38:10 is less than 24 minutes, but who reads 8:14 and 8:39 reckons 25."""
    found = SimpleNamespace(departure=29_690, arrival=31_090, rides=1, legs=())
    morning = SimpleNamespace(journey=lambda *_places: found)
    kept = SimpleNamespace(timetable=SimpleNamespace(route=()), names=None)
    network: Any = SimpleNamespace(morning=morning, kept=kept)
    told = itinerary(network, *HOME, *BY_BUS)
    assert told is not None
    assert told.in_short == "Leave at 8:14, there at 8:39: 25 min, without a change"


def test_words() -> None:
    assert [duration(minutes) for minutes in (-1, 0, 59, 60, 125)] == [
        "",
        "0 min",
        "59 min",
        "1 h 00",
        "2 h 05",
    ]
    assert [clock(seconds) for seconds in (0, 8 * 3600 + 299, 25 * 3600)] == ["0:00", "8:04", "1:00"]
    assert [far(metres) for metres in (40, 649, 2449)] == ["50 m", "650 m", "2.4 km"]
    assert travels(Mode.FOOT, NEVER) == "too far on foot"
    assert travels(Mode.TRANSIT, 5, about=True) == "about 5 min by public transport"


@pytest.mark.parametrize("mode", Mode)
def test_areas_hold_what_is_reached_and_nothing_else(buses: Network, mode: Mode) -> None:
    """Against minutes reckoned point by point, but for points that lie on an edge."""
    found = areas(buses, *HOME, mode)
    # 20 minutes on foot from a stop that is reached in 22: by bus nothing is between 45 and 60.
    assert [area.minutes for area in found] == list(BANDS[:3] if mode == Mode.TRANSIT else BANDS)
    random = np.random.default_rng(8)
    lon, lat = (
        random.uniform(HOME[0] - 0.1, HOME[0] + 0.15, 600),
        random.uniform(HOME[1] - 0.05, HOME[1] + 0.05, 600),
    )
    seconds = reckoned(buses, lon, lat, mode)
    edges = np.array([60 * minutes for minutes in BANDS])
    clear = (np.abs(seconds[:, None] - edges) > 45).all(axis=1)
    clear &= seconds != np.inf
    for area, below in zip(found, (0, *BANDS), strict=False):
        inside = shapely.contains_xy(area.shape, lon, lat)
        expected = (seconds <= 60 * area.minutes) & (seconds > 60 * below)
        assert expected.sum() > 3
        assert (inside == expected)[clear].all()


def test_areas_around_many_stops_can_be_drawn(buses: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Circles that all but touch leave no edge that crosses another."""
    random = np.random.default_rng(4)
    stops = 400
    x, y = random.normal(0, 2500, (2, stops))
    seconds = random.integers(0, 3600, stops).astype(np.int32)
    longest = np.full(stops, LONGEST_WALK, np.int32)
    monkeypatch.setattr("croisee.territory.travel.areas._starts", lambda *_asked: (x, y, seconds, longest))
    found = areas(buses, *HOME, Mode.TRANSIT)
    assert [area.minutes for area in found] == list(BANDS)
    assert [shapely.is_valid_reason(area.shape) for area in found] == ["Valid Geometry"] * len(BANDS)
    corners = np.concatenate([shapely.get_coordinates(area.shape) for area in found])
    assert (corners == corners.round(6)).all()


def reckoned(network: Network, lon: np.ndarray, lat: np.ndarray, mode: Mode) -> np.ndarray:
    """The seconds to each point: on foot from the door, or from the stop that the bus reaches."""
    metres = metres_between(np.full(len(lon), HOME[0]), np.full(len(lon), HOME[1]), lon, lat) * 1.3
    if mode != Mode.TRANSIT:
        return metres / (15 / 3.6 if mode == Mode.BICYCLE else 1.25)
    walk = metres / 1.25
    walk[walk > 2 * LONGEST_WALK] = np.inf
    stop = degrees(347_460, 6_782_000)
    assert network.morning is not None
    ride = network.morning.times(*HERE, np.array([stop[0]]), np.array([stop[1]])).typical[0, 0]
    after = WALKING.seconds(
        metres_between(np.full(len(lon), stop[0]), np.full(len(lon), stop[1]), lon, lat)
    ).astype(float)
    after[after > LONGEST_WALK] = np.inf
    return np.minimum(walk, ride + after)


def test_the_page_of_an_address_shows_where_one_gets(
    buses: Network, tmp_path: Path, reader: Client, django_assert_max_num_queries: Any
) -> None:
    load(write_ban(tmp_path, ADDRESSES))
    page = reverse("territory:from_here")
    assert "Where does one get" in reader.get(page).content.decode()
    networks.current_network()
    with django_assert_max_num_queries(12):
        answer = reader.post(page, {"q": "3 rue de brest", "by": "transit"}).content.decode()
    assert "From 3 Rue de Brest" in answer
    assert "by the timetable of" in answer
    assert 'data-asked="areas"' in answer
    assert "No address found" in reader.post(page, {"q": "zzzz"}).content.decode()


@pytest.mark.parametrize(
    ("mode", "there"), [("transit", ["Collège du Moulin"]), ("foot", ["Collège des Lilas"])]
)
def test_the_map_of_an_address_has_its_table(
    buses: Network, tmp_path: Path, reader: Client, mode: str, there: list[str]
) -> None:
    load(write_ban(tmp_path, ADDRESSES))
    epci = Epci.objects.get()
    schools = {"Collège du Moulin": BY_BUS, "Collège des Lilas": NO_BUS}
    for number, (name, (lon, lat)) in enumerate(schools.items()):
        at = {"longitude": lon, "latitude": lat, "location": "point"}
        School.objects.create(uai=uai(number), name=name, kind="college", epci=epci, **at)
    answer = reader.post(reverse("territory:from_here"), {"q": "3 rue de brest", "by": mode}).content.decode()
    assert "1 collège or lycée at most 60 minutes away" in answer
    assert [name for name in schools if name in answer] == there


def test_where_nobody_lives_it_is_said(buses: Network, reader: Client) -> None:
    said = "No address of the territory is within some 300 m of this place"
    at_home = {"lon": str(HOME[0]), "lat": str(HOME[1]), "by": "transit"}
    answer = json.loads(reader.post(reverse("territory:areas"), at_home).content)
    assert "No collège or lycée is known" in answer["html"]
    # Nothing was computed: there is nothing to say of addresses.
    assert said not in answer["html"]
    ReachSurvey.objects.create(
        epci=Epci.objects.get(),
        computed_at=timezone.now(),
        loaded="0" * 64,
        along_streets=False,
        grid=3035,
        squares=0,
        addresses=0,
        things=[],
        totals=[],
        median_30=[],
        median_45=[],
    )
    assert said in json.loads(reader.post(reverse("territory:areas"), at_home).content)["html"]
    on_foot = at_home | {"by": "foot"}
    assert said not in json.loads(reader.post(reverse("territory:areas"), on_foot).content)["html"]


def test_areas_are_answered_for_a_point(buses: Network, reader: Client) -> None:
    asked = {"lon": f"{HOME[0]:.6f}", "lat": f"{HOME[1]:.6f}", "by": "transit", "label": "<b>1 rue</b>"}
    answer = reader.post(reverse("territory:areas"), asked)
    assert answer.status_code == 200
    found = json.loads(answer.content)
    assert [feature["properties"]["minutes"] for feature in found["features"]] == [15, 30, 45]
    assert all(shapely.geometry.shape(feature["geometry"]).is_valid for feature in found["features"])
    assert "&lt;b&gt;1 rue" in found["html"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"lon": "x", "lat": "48"},
        {"lon": "0", "lat": "0"},
        {"lon": "nan", "lat": "48"},
        {"lon": "1e9", "lat": "1"},
    ],
)
def test_a_point_that_is_nowhere_is_refused(db: None, reader: Client, wrong: dict[str, str]) -> None:
    answer = reader.post(reverse("territory:areas"), wrong)
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"] == "This point is not in France."


def test_nobody_asks_for_areas_without_end(db: None, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("croisee.territory.views.AREAS_A_MINUTE", 2)
    cache.clear()
    asked = {"lon": "-1.68", "lat": "48.11"}
    statuses = [reader.post(reverse("territory:areas"), asked).status_code for _time in range(3)]
    assert statuses == [200, 200, 429]


def test_stops_are_on_the_map_and_in_its_tables(buses: Network, reader: Client) -> None:
    page = reader.get(reverse("portal:map"), {"table": "stops"}).content.decode()
    assert "Le Moulin" in page
    assert "data-source-stops" in page
    layer = json.loads(reader.get(reverse("portal:geojson", args=["stops"])).content)
    assert {feature["properties"]["detail"] for feature in layer["features"]} == {"Stop of the line C7"}


def test_an_administrator_is_told_of_a_timetable_about_to_end(
    administrator: Account, tmp_path: Path, settings: Any
) -> None:
    load_buses(tmp_path, settings, days=60)
    assert (
        cards.data_sets(administrator).text
        == "What is loaded of the territory, of when, and what is missing."
    )
    load_buses(tmp_path, settings, days=5)
    assert (
        cards.data_sets(administrator).text
        == "Timetable of Bus. It ends in 5 days: load the next timetable of the network."
    )


def test_what_an_administrator_has_to_do_comes_first(
    administrator: Account, sign_in: Callable[[Account], Client], tmp_path: Path, settings: Any
) -> None:
    load_buses(tmp_path, settings, days=-1, begun=30)
    client = sign_in(administrator)
    client.cookies["django_language"] = "en"
    first = client.get(reverse("portal:mine")).context["cards"][0]
    said = "Timetable of Bus. It has expired: load the current timetable of the network."
    assert first.text == said
    page = client.get(reverse("territory:data_sets")).content.decode()
    assert said in page
    # A file whose licence is not stated has its producer alone.
    assert "<td>, " not in page
