"""What is within reach, against a slow recomputation, place by place; stored whole, started once."""

import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.progress.models import Progress, State
from croisee.foundation.progress.services import run
from croisee.opportunities.models import Opportunity, Period
from croisee.opportunities.reach import openings
from croisee.territory.models import (
    Address,
    DataSet,
    Epci,
    Establishment,
    ReachSquare,
    ReachSurvey,
    School,
    Street,
    ZoneReach,
)
from croisee.territory.reach import services, things
from croisee.territory.reach.queries import basis_of, is_outdated
from croisee.territory.reach.squares import SIDE, Squares, outlines, weighted_medians
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import current_network
from croisee.territory.travel.wording import rests_on
from tests.territory.gtfs_files import small_feed, write_zip
from tests.territory.official import EAST_TOWN, EPCI, WEST_TOWN, ban_row, degrees, load, write_ban
from tests.world import make_offer, make_world, move

MIDDLE = (342_000.0, 6_782_000.0)
"""Of the west neighbourhood, where the line begins; it ends 4 km further east, in the other."""
DOORS = (
    *((342_000.0 + 37 * n, 6_782_000.0 + 11 * n) for n in range(6)),
    *((345_900.0 + 20 * n, 6_782_050.0) for n in range(4)),
    (343_000.0, 6_782_100.0),
    (340_100.0, 6_780_100.0),
)
WORK = (
    *((345_950.0, 6_782_000.0 + 15 * n) for n in range(9)),
    (342_100.0, 6_782_000.0),
    (347_900.0, 6_780_050.0),
)


def timetable(days: int = 60) -> dict[str, str]:
    """The line of the small feed, every six minutes from seven to nine o'clock."""
    today = timezone.localdate()
    tables = small_feed(today - dt.timedelta(days=1), today + dt.timedelta(days=days))
    starts = range(7 * 60, 9 * 60, 6)
    tables["trips"] = "route_id,service_id,trip_id,trip_headsign\n" + "".join(
        f"R1,week,t{start},Cesson\n" for start in starts
    )
    times = [
        f"t{start},{_clock(start + run)},{_clock(start + run)},{stop},{place}\n"
        for start in starts
        for place, (stop, run) in enumerate((("A", 0), ("B", 5), ("C", 20)))
    ]
    tables["stop_times"] = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(times)
    return tables


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def town(metropolis: Path) -> Path:
    """Addresses in both neighbourhoods and elsewhere, employers most of whom are in the east, two schools."""
    rows = [ban_row(number, at=at) for number, at in enumerate(DOORS, start=1)]
    load(write_ban(metropolis, rows))
    source = DataSet.objects.create(
        epci_id=EPCI,
        kind="sirene",
        source="sirene.csv",
        title="SIRENE",
        checksum="0" * 64,
        loaded_at=timezone.now(),
    )
    for number, at in enumerate(WORK):
        longitude, latitude = degrees(*at)
        Establishment.objects.create(
            siret=f"{number:014}",
            commune_id=EAST_TOWN if at[0] >= 344_000 else WEST_TOWN,
            longitude=longitude,
            latitude=latitude,
            is_employer=number % 2 == 0,
            employees_band="01" if number % 4 == 1 else "",
            data_set=source,
        )
    for uai, kind, location, at in (
        ("0350001L", "college", "point", (346_000.0, 6_782_000.0)),
        ("0350002M", "lycee", "commune", MIDDLE),
        ("0350003N", "ecole", "point", MIDDLE),
    ):
        longitude, latitude = degrees(*at)
        School.objects.create(
            uai=uai, kind=kind, location=location, longitude=longitude, latitude=latitude, epci_id=EPCI
        )
    return metropolis


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 5)), min_size=1))
def test_a_weighted_median_is_that_of_everyone_written_out(rows: list[tuple[int, int, int]]) -> None:
    values, weights = np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])
    if not weights.any():
        return
    for column, median in enumerate(weighted_medians(values, weights)):
        everyone = [row[column] for row in rows for _ in range(row[2])]
        assert median == statistics.median_low(everyone)
        assert 2 * sum(value >= median for value in everyone) >= len(everyone)


@given(st.lists(st.tuples(st.floats(-1.8, -1.6), st.floats(48.0, 48.2)), min_size=1, max_size=30))
def test_points_are_in_their_square(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    squares = Squares.of(lon, lat, 3035)
    assert squares.count().tolist() == [(squares.of_point == n).sum() for n in range(len(squares))]
    assert len({*zip(squares.east.tolist(), squares.north.tolist(), strict=True)}) == len(squares)
    drawn = shapely.polygons(outlines(squares.east, squares.north, 3035))
    apart = shapely.distance(drawn[squares.of_point], shapely.points(lon, lat))
    # Sides are bent a little on the way to degrees: a point beside one may come out by a centimetre.
    assert (apart < 1e-7).all()


def test_squares_are_those_of_the_statisticians() -> None:
    """INSEE calls the square of the town hall of Rennes CRS3035RES200mN2831400E3480200 (as EPSG:3035 has it)."""
    x, y = pyproj.Transformer.from_crs(4326, 3035, always_xy=True).transform(-1.679952, 48.111495)
    squares = Squares.of(np.array([-1.679952]), np.array([48.111495]), 3035)
    assert squares.east.tolist() == [200 * math.floor(x / 200)]
    assert squares.north.tolist() == [200 * math.floor(y / 200)]


def slowly(epci: str) -> dict[str, Any]:
    """What is to be found, one place and one pair at a time, and times from one door to one door."""
    forth = pyproj.Transformer.from_crs(4326, 3035, always_xy=True)

    def square_of(lon: float, lat: float) -> tuple[int, int]:
        x, y = forth.transform(lon, lat)
        return math.floor(x / SIDE), math.floor(y / SIDE)

    lived: dict[tuple[int, int], list[Address]] = defaultdict(list)
    for address in Address.objects.all():
        lived[square_of(address.longitude, address.latitude)].append(address)
    counted: dict[str, dict[tuple[int, int], list[tuple[float, float]]]] = {}
    for thing in things.things.all():
        counted[thing.name] = defaultdict(list)
        for point in zip(*thing.points(epci), strict=True):
            counted[thing.name][square_of(*point)].append(point)

    def middle(square: tuple[int, int]) -> tuple[float, float]:
        points = [(one.longitude, one.latitude) for one in lived.get(square, [])]
        points = points or [point for held in counted.values() for point in held.get(square, [])]
        return statistics.fmean(x for x, _y in points), statistics.fmean(y for _x, y in points)

    network = current_network()
    reached = {}
    for square in lived:
        for name, held in counted.items():
            for limit in (30, 45):
                reached[square, name, limit] = 0
                for other, points in held.items():
                    ends = [np.array([value]) for value in (*middle(square), *middle(other))]
                    minutes = int(network.minutes(*ends, Mode.TRANSIT)[0, 0])
                    reached[square, name, limit] += len(points) if 0 <= minutes <= limit else 0
    everyone = [(address, square) for square, held in lived.items() for address in held]

    def median(addresses: list[tuple[Address, tuple[int, int]]], name: str, limit: int) -> int:
        return statistics.median_low(reached[square, name, limit] for _address, square in addresses)

    return {"reached": reached, "everyone": everyone, "median": median}


@pytest.mark.parametrize("with_timetable", [True, False])
def test_it_is_what_is_found_slowly(town: Path, with_timetable: bool) -> None:
    if with_timetable:
        load(write_zip(town / "star.zip", timetable()))
    heard: list[tuple[int, int]] = []
    survey = services.survey_reach(EPCI, lambda done, total: heard.append((done, total)))
    slow = slowly(EPCI)
    names = [thing.name for thing in things.things.all()]
    assert (survey.things, survey.grid, survey.addresses) == (names, 3035, len(DOORS))
    assert names == ["openings", "employers", "schools"]
    assert survey.totals == [0, 9, 1]
    found = {}
    for row in ReachSquare.objects.all():
        square = (row.east // SIDE, row.north // SIDE)
        for place, name in enumerate(names):
            found[square, name, 30] = row.within_30[place]
            found[square, name, 45] = row.within_45[place]
    assert found == slow["reached"]
    assert heard == [(0, survey.squares)]
    for limit in (30, 45):
        medians = [slow["median"](slow["everyone"], name, limit) for name in names]
        assert getattr(survey, f"median_{limit}") == medians
        for zone in ZoneReach.objects.select_related("zone"):
            held = [one for one in slow["everyone"] if zone.zone.code in one[0].zone_codes]
            assert zone.addresses == len(held)
            of_zone = [slow["median"](held, name, limit) for name in names]
            assert getattr(zone, f"within_{limit}") == of_zone
    assert ZoneReach.objects.count() == 2
    assert basis_of(survey).is_estimate is not with_timetable


def test_what_a_timetable_brings_within_reach(town: Path) -> None:
    """In the west there is one employer of nine; most others are a ride of 20 minutes and its wait away."""
    load(write_zip(town / "star.zip", timetable()))
    services.survey_reach(EPCI)
    west = ZoneReach.objects.get(zone__code="QN03591M")
    east = ZoneReach.objects.get(zone__code="QN03592M")
    employers = things.things.all().index(next(t for t in things.things.all() if t.name == "employers"))
    assert west.within_30[employers] > 1
    assert east.within_30[employers] == 7
    survey = ReachSurvey.objects.get()
    assert survey.timetable_day is not None
    assert "by the timetable of" in rests_on(basis_of(survey))
    assert "has ended" in rests_on(basis_of(survey, today=timezone.localdate() + dt.timedelta(days=61)))


def test_offers_are_those_with_a_seat_free_in_a_period_to_come(db: None) -> None:
    world = make_world()
    full, past, without_point = world.offers
    paused = make_offer(world.campaign, world.hosts[0], "En pause")
    for number, period in enumerate(Period.objects.order_by("pk")):
        begins = timezone.localdate() + dt.timedelta(days=number)
        Period.objects.filter(pk=period.pk).update(starts_on=begins, ends_on=begins + dt.timedelta(days=4))
    everything = len(openings("")[0])
    assert everything == 4
    full.periods.update(taken=F("seats"), seats=F("seats"))
    assert len(openings("")[0]) == everything - 1
    for days, period in enumerate(past.periods.all(), start=1):
        begun = timezone.localdate() - dt.timedelta(days=days)
        Period.objects.filter(pk=period.pk).update(starts_on=begun)
    assert len(openings("")[0]) == everything - 2
    Opportunity.objects.filter(pk=without_point.pk).update(lon=None, lat=None)
    move(paused, "unpublished")
    assert len(openings("")[0]) == 0


def test_it_is_replaced_whole_or_not_at_all(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = services.survey_reach(EPCI)
    squares = set(ReachSquare.objects.values_list("pk", flat=True))
    Address.objects.filter(number=len(DOORS)).delete()

    def fail(*_args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(services, "_zone_rows", fail)
        with pytest.raises(RuntimeError):
            services.survey_reach(EPCI)
    assert ReachSurvey.objects.get().computed_at == first.computed_at
    assert set(ReachSquare.objects.values_list("pk", flat=True)) == squares
    again = services.survey_reach(EPCI)
    assert (again.addresses, again.squares) == (len(DOORS) - 1, first.squares - 1)
    assert ReachSquare.objects.count() == again.squares
    assert ZoneReach.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"loaded": "x"},
        {"timetable_day": dt.date(2026, 1, 5)},
        {"timetable_day": dt.date(2026, 1, 5), "timetable_ends": dt.date(2026, 1, 4)},
        {"addresses": 0},
        {"totals": [1]},
        {"median_45": []},
    ],
)
def test_what_the_database_refuses(town: Path, changes: dict[str, object]) -> None:
    services.survey_reach(EPCI)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReachSurvey.objects.update(**changes)


def done(progress: Progress) -> Progress:
    """The work, once the worker has done it."""
    run.func(str(progress.pk))
    progress.refresh_from_db()
    return progress


@pytest.mark.django_db(transaction=True)
def test_the_work_is_started_once_and_done(town: Path) -> None:
    epci = Epci.objects.get()
    progress = services.start_reach(epci)
    assert services.start_reach(epci) == progress
    assert done(progress).state == State.DONE
    assert not is_outdated(ReachSurvey.objects.get())
    DataSet.objects.filter(kind="ban").update(loaded_at=timezone.now())
    assert is_outdated(ReachSurvey.objects.get())


@pytest.mark.django_db(transaction=True)
def test_it_is_done_anew_when_something_is_loaded_meanwhile(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, times = services.survey_reach, []

    def with_a_load_meanwhile(*args: Any) -> ReachSurvey:
        survey = whole(*args)
        if not times:
            DataSet.objects.filter(kind="sirene").update(loaded_at=timezone.now())
        times.append(survey.computed_at)
        return survey

    monkeypatch.setattr(services, "survey_reach", with_a_load_meanwhile)
    assert done(services.start_reach(Epci.objects.get())).state == State.DONE
    assert len(times) == 2
    assert not is_outdated(ReachSurvey.objects.get())


@pytest.mark.django_db(transaction=True)
def test_without_addresses_it_is_refused(metropolis: Path) -> None:
    progress = done(services.start_reach(Epci.objects.get()))
    assert progress.state == State.FAILED
    assert "BAN" in progress.problem


def test_a_load_starts_it_when_it_changes_something(metropolis: Path) -> None:
    assert services.start_after_load(EPCI, load(write_zip(metropolis / "star.zip", timetable()))) is None
    addresses = load(write_ban(metropolis, [ban_row(1)]))
    assert services.start_after_load(EPCI, addresses) is not None
    Progress.objects.all().delete()
    call_command("territory", "load", "--epci", EPCI, "--from", str(metropolis), verbosity=0)
    assert not Progress.objects.exists(), "nothing had changed"
    write_zip(metropolis / "star.zip", timetable(70))
    call_command("territory", "load", "--epci", EPCI, "--from", str(metropolis), verbosity=0)
    assert Progress.objects.get().arguments == {"epci": EPCI}


def test_it_is_due_each_day_and_after_a_load(town: Path) -> None:
    now = timezone.now()
    assert services.start_due(now) == 1
    Progress.objects.all().delete()
    services.survey_reach(EPCI)
    assert services.start_due(now) == 0
    assert services.start_due(now + dt.timedelta(days=1)) == 1
    DataSet.objects.filter(kind="ban").update(loaded_at=timezone.now())
    assert services.start_due(now) == 1
    Street.objects.all().delete()
    assert services.start_due(now) == 0


def test_the_tables_go_and_come_back(town: Path) -> None:
    services.survey_reach(EPCI)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([("territory", "0003_streets")])
    assert "territory_reachsurvey" not in connection.introspection.table_names()
    MigrationExecutor(connection).migrate([("territory", "0004_reach")])
    services.survey_reach(EPCI)
