"""Timetables as they are kept: replaced whole, joined, given back; what is said of how long they hold."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone, translation
from numpy.testing import assert_array_equal
from pytest_django import DjangoAssertNumQueries

from croisee.engine.transit.timetable import Timetable
from croisee.project import health
from croisee.territory.loaders import sources
from croisee.territory.loaders.loading import Outcome
from croisee.territory.models import DataSet, Epci, TransitFeed, TransitStop, Validity
from croisee.territory.timetables.feed import Names
from croisee.territory.timetables.joining import joined
from croisee.territory.timetables.kept import loaded_timetable
from croisee.territory.timetables.packing import PLAIN, packed, unpacked
from croisee.territory.timetables.reading import read_feed
from tests.territory.gtfs_files import STAR, changed, small_feed, write_folder, write_zip
from tests.territory.official import EPCI, load


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are held against the source."""
    with translation.override("en"):
        yield


def current(days: int = 30, begun: int = 0, agency: str = "STAR") -> dict[str, str]:
    """A feed that began some days ago and ends in some days."""
    today = timezone.localdate()
    return small_feed(today - dt.timedelta(days=begun), today + dt.timedelta(days=days), agency)


def test_a_feed_is_kept(metropolis: Path) -> None:
    [result] = load(write_zip(metropolis / "star.zip", current()))
    assert (result.outcome, result.kept, result.refused) == (Outcome.LOADED, 8, 0)
    assert (result.difference.added, result.difference.removed) == (5, 0)
    feed = TransitFeed.objects.get()
    today = timezone.localdate()
    assert (feed.first_day, feed.last_day) == (today, today + dt.timedelta(days=30))
    assert (feed.stops, feed.routes, feed.trips, feed.stop_times) == (5, 2, 3, 8)
    assert (feed.agencies, feed.data_set.producer) == (["STAR"], "STAR")
    stop = TransitStop.objects.get(code="B")
    assert (stop.name, stop.lines, stop.position) == ("Les Ormes", ["C1"], 2)
    assert list(TransitStop.objects.filter(lines=["a"]).values_list("code", flat=True)) == ["A2", "D"]
    [again] = load(metropolis / "star.zip")
    assert again.outcome is Outcome.UNCHANGED


def test_what_is_kept_is_what_was_read(metropolis: Path) -> None:
    tables = current() | {"transfers": "from_stop_id,to_stop_id,transfer_type\nA,C,3\n"}
    path = write_zip(metropolis / "star.zip", tables)
    load(path)
    feed = read_feed(path, "star.zip", pytest.fail)
    kept = loaded_timetable()
    assert kept is not None
    for name in (*PLAIN, "runs"):
        assert_array_equal(getattr(kept.timetable, name), getattr(feed.timetable, name))
        assert getattr(kept.timetable, name).dtype == getattr(feed.timetable, name).dtype
    assert (kept.names, kept.timetable.first) == (feed.names, feed.timetable.first)
    assert (kept.first, kept.last) == (feed.first, feed.last)
    assert [kept.expired_on(feed.last + dt.timedelta(days=n)) for n in (0, 1)] == [False, True]


def test_a_folder_is_one_feed_and_is_loaded_once(metropolis: Path) -> None:
    write_folder(metropolis / "data" / "star", current())
    [result] = load(metropolis / "data")
    assert (result.source, result.kept) == ("star", 8)
    assert [one.outcome for one in load(metropolis / "data")] == [Outcome.UNCHANGED]
    (metropolis / "data/star/feed_info.txt").write_text("feed_version\n2\n")
    [result] = load(metropolis / "data" / "star")
    assert (result.source, result.outcome) == ("star", Outcome.LOADED)
    assert TransitFeed.objects.get().version == "2"


def test_what_lies_beside_and_below_a_feed_is_found_too(metropolis: Path) -> None:
    folder = write_folder(metropolis / "data", current())
    write_folder(folder / "below", current(agency="TER"))
    write_zip(folder / "beside.zip", current(agency="Cars"))
    assert {result.source for result in load(folder)} == {"data", "below", "beside.zip"}
    assert TransitFeed.objects.count() == 3


def test_a_download_is_known_by_its_path_when_its_name_says_nothing() -> None:
    assert sources._name_of("https://x.example/resources/81559/download?a=b") == "resources/81559/download"
    assert sources._name_of("https://x.example/files/gtfs%20star.zip") == "gtfs star.zip"


def test_another_network_under_the_same_name_takes_its_place_and_it_is_said(metropolis: Path) -> None:
    load(write_zip(metropolis / "gtfs.zip", current()))
    [result] = load(write_zip(metropolis / "gtfs.zip", current(agency="TER")))
    assert "“STAR”" in result.message
    assert TransitFeed.objects.get().agencies == ["TER"]


def test_an_archive_without_its_suffix_is_recognised(metropolis: Path) -> None:
    [result] = load(write_zip(metropolis / "download", current(), folder="gtfs/"))
    assert result.outcome is Outcome.LOADED


def test_a_new_file_of_the_network_replaces_the_old_one(metropolis: Path) -> None:
    load(write_zip(metropolis / "star-1.zip", current()))
    tables = changed("stops", "B,102,Les Ormes", "B,102,Les Ormeaux", current(60))
    tables["stops"] = tables["stops"].replace("\nG,", "\nH,1,Haut,48.1,-1.7,,\nG,")
    [result] = load(write_zip(metropolis / "star-2.zip", tables))
    change = result.difference
    assert (change.added, change.changed, change.removed) == (1, 1, 0)
    assert DataSet.objects.filter(kind="timetable").get().source == "star-2.zip"
    assert TransitFeed.objects.get().stops == TransitStop.objects.count() == 6


def test_another_network_is_added(
    metropolis: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load(write_zip(metropolis / "star.zip", current(10)))
    load(write_zip(metropolis / "ter.zip", current(40, agency="TER")))
    kept = loaded_timetable()
    assert kept is not None
    with django_assert_num_queries(1):
        assert loaded_timetable() is kept
    assert (len(kept.timetable.lon), len(kept.timetable.route), len(kept.timetable.stop)) == (10, 6, 16)
    today = timezone.localdate()
    assert kept.last == today + dt.timedelta(days=40)
    assert kept.lacking_on(today) == ()
    assert kept.lacking_on(today + dt.timedelta(days=20)) == ("STAR",)
    load(write_zip(metropolis / "ter.zip", current(50, agency="TER")))
    later = loaded_timetable()
    assert later is not None
    assert later.last == today + dt.timedelta(days=50)


def test_joined_timetables_are_those_they_are_made_of(tmp_path: Path) -> None:
    one = small_feed(dt.date(2026, 1, 5), dt.date(2026, 1, 6))
    two = changed("trips", "R1,week,t1,Cesson\n", "", small_feed(dt.date(2025, 12, 31), dt.date(2026, 1, 5)))
    two["stop_times"] = "".join(
        line for line in two["stop_times"].splitlines(True) if not line.startswith("t1")
    )
    transfers = {"transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,C,2,60\n"}
    parts = []
    for name, tables in (("one", one), ("two", two | transfers)):
        feed = read_feed(write_zip(tmp_path / name, tables), name, pytest.fail)
        parts.append(unpacked(packed(feed.timetable, feed.names)))
    whole, names = joined(parts)
    assert whole.first == dt.date(2025, 12, 31)
    assert whole.last == dt.date(2026, 1, 6)
    for day in (dt.date(2025, 12, 31) + dt.timedelta(days=n) for n in range(8)):
        apart = [trip for part in parts for trip in described(*part, day)]
        assert sorted(described(whole, names, day)) == sorted(apart)
    assert [(names.stop_ids[at], at) for at in (*whole.path_from, *whole.path_to)] == [("B", 7), ("C", 8)]


def described(timetable: Timetable, names: Names, day: dt.date) -> list[tuple[object, ...]]:
    """Each trip of a day in words."""
    found = []
    for trip in timetable.trips_on(day).tolist():
        rows = slice(timetable.start[trip], timetable.start[trip + 1])
        stops = [names.stop_ids[at] for at in timetable.stop[rows].tolist()]
        line = names.line(int(timetable.route[trip]))
        found.append((line, names.trip_ids[trip], stops, timetable.arrival[rows].tolist()))
    return found


def test_a_feed_of_elsewhere_does_not_concern_the_epci(metropolis: Path) -> None:
    tables = current()
    tables["stops"] = tables["stops"].replace(",48.", ",44.")
    [result] = load(write_zip(metropolis / "sud.zip", tables))
    assert result.outcome is Outcome.ELSEWHERE
    assert loaded_timetable() is None


def test_the_same_file_for_two_epci_counts_once(metropolis: Path) -> None:
    load(write_zip(metropolis / "star.zip", current()))
    data_set = DataSet.objects.get(kind="timetable")
    other = Epci.objects.create(code="200000016", name="Ailleurs")
    feed = TransitFeed.objects.get()
    data_set.pk, data_set.epci, data_set._state.adding = None, other, True
    data_set.save()
    feed.pk, feed._state.adding = data_set.pk, True
    feed.save()
    kept = loaded_timetable()
    assert kept is not None
    assert (TransitFeed.objects.count(), len(kept.timetable.route)) == (2, 3)


def test_an_expired_feed_is_loaded_where_there_is_none_and_warned_of(
    metropolis: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [result] = load(write_zip(metropolis / "star.zip", current(-5, begun=20)))
    assert result.outcome is Outcome.LOADED
    assert "EXPIRED" in result.message
    [later] = load(write_zip(metropolis / "star.zip", current(-3, begun=20)))
    assert later.outcome is Outcome.LOADED
    [coming] = load(write_zip(metropolis / "star.zip", current(30, begun=-2)))
    assert "nothing runs before" in coming.message


@pytest.mark.parametrize(
    ("days", "begun", "validity", "warning", "remedy"),
    [
        (30, 0, Validity.VALID, "", ""),
        (14, 0, Validity.VALID, "", ""),
        (13, 0, Validity.ENDING, "13", ""),
        (0, 9, Validity.ENDING, "0", ""),
        (-1, 9, Validity.EXPIRED, "", "expired"),
        (9, -2, Validity.COMING, "not begun", ""),
    ],
)
def test_how_long_it_holds_is_told(
    metropolis: Path,
    capsys: pytest.CaptureFixture[str],
    days: int,
    begun: int,
    validity: Validity,
    warning: str,
    remedy: str,
) -> None:
    load(write_zip(metropolis / "star.zip", current(days, begun)))
    feed = TransitFeed.objects.get()
    assert feed.validity_on(timezone.localdate()) == validity
    finding = health.timetables()
    assert f"valid from {feed.first_day} to {feed.last_day}" in finding.seen
    assert (bool(finding.warning), bool(finding.remedy)) == (bool(warning), bool(remedy))
    assert warning in (finding.warning or "")
    assert remedy in (finding.remedy or "")
    call_command("territory", "status", "--epci", EPCI)
    said = capsys.readouterr().out
    assert f"valid from {feed.first_day} to {feed.last_day}" in said
    assert (warning or remedy) in said


def test_the_doctor_warns_without_calling_it_a_fault(
    metropolis: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECKS", (health.timetables,))
    load(write_zip(metropolis / "star.zip", current(5)))
    call_command("doctor")
    assert "! STAR: It ends in 5 days" in capsys.readouterr().out
    load(write_zip(metropolis / "ter.zip", current(-5, begun=9, agency="TER")))
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "→ TER: It has expired" in capsys.readouterr().out


def test_without_a_timetable_nothing_is_wrong(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert loaded_timetable() is None
    finding = health.timetables()
    assert (finding.warning, finding.remedy) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_day": dt.date(2100, 1, 1)},
        {"stops": 0},
        {"trips": 0},
        {"stop_times": 5},
        {"agencies": []},
    ],
)
def test_what_the_database_refuses_of_a_feed(metropolis: Path, wrong: dict[str, object]) -> None:
    load(write_zip(metropolis / "star.zip", current()))
    with pytest.raises(IntegrityError), transaction.atomic():
        TransitFeed.objects.update(**wrong)


@pytest.mark.parametrize("wrong", [{"longitude": 181.0}, {"name": ""}, {"code": "A"}, {"position": 1}])
def test_what_the_database_refuses_of_a_stop(metropolis: Path, wrong: dict[str, object]) -> None:
    load(write_zip(metropolis / "star.zip", current()))
    with pytest.raises(IntegrityError), transaction.atomic():
        TransitStop.objects.filter(code__in=["B", "C"]).update(**wrong)


def test_the_migration_can_be_undone_and_done_again(metropolis: Path) -> None:
    load(write_zip(metropolis / "star.zip", current()))
    sets = DataSet.objects.exclude(kind="timetable").count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([("territory", "0001_initial")])
    tables = connection.introspection.table_names()
    assert "territory_transitfeed" not in tables
    assert DataSet.objects.count() == sets
    MigrationExecutor(connection).migrate([("territory", "0002_timetables")])
    assert load(metropolis / "star.zip")[0].outcome is Outcome.LOADED


def test_the_network_of_rennes_is_kept(metropolis: Path, real_data: Path) -> None:
    [result] = load(real_data / STAR)
    assert (result.outcome, result.kept, result.difference.added) == (Outcome.LOADED, 182_666, 1365)
    kept = loaded_timetable()
    assert kept is not None
    assert (kept.first, kept.last) == (dt.date(2012, 5, 21), dt.date(2012, 6, 17))
    assert int(np.diff(kept.timetable.start).sum()) == 182_666
    unserved = TransitStop.objects.filter(lines=[]).count()
    assert unserved == 1365 - len(np.unique(kept.timetable.stop))
