"""A round by a timetable: who reaches what and how soon is worked out anew; the command, its proof, its faults."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from croisee.foundation.tables import Fault, FaultyInput
from croisee.stages.certificate import certificate
from croisee.stages.figures import near_seats, without_a_place
from croisee.stages.files import School, read_files, read_schools
from croisee.stages.files.timetables import travel_by
from croisee.stages.placements import rows
from croisee.stages.round import FROM_SCHOOL, Outcome, Parameters, eligibility, run
from croisee.stages.run import inputs_of
from croisee.stages.travel import Travel
from tests.stages.generated_round import write_round
from tests.stages.small_timetable import FIRST, ORDINARY, tables, write_timetable
from tests.stages.test_place_command import arguments, cells
from tests.stages.test_place_round import SCHOOL, files, given_to
from tests.territory.gtfs_files import changed, write_zip

# A bus line of `small_timetable` runs along this latitude, a stop each 3 km; the next line is 3.9 km to the north.
ON_THE_LINE = {"lat": "48.0475", "lon": "-1.779167"}
ALONG = {"lat": "48.0475", "lon": "-1.6125"}
NEAR_BY = {"lat": "48.0475", "lon": "-1.75"}


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_timetable(tmp_path_factory.mktemp("feed") / "bus.zip")


@pytest.fixture(scope="module")
def travel(feed: Path) -> Travel:
    faults: list[Fault] = []
    found = travel_by([feed], refuse=faults.append)
    assert faults == []
    return found


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round of 300 pupils with short lists, some of whom have only an address: they start from the school."""
    folder = write_round(tmp_path_factory.mktemp("round"), 300, seed=5, wishes=2, schools=8)
    header, *lines = cells(folder / "pupils.csv")
    for number, line in enumerate(lines):
        if number % 20 == 0:
            line[3:6] = ["1 rue de l’Exemple", "", ""]
    with (folder / "pupils.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return folder


@pytest.fixture(scope="module")
def outcome(round_: Path, travel: Travel) -> Outcome:
    found = read_files(*(round_ / f"{kind}.csv" for kind in ("offers", "pupils", "wishes")))
    return run(
        found, None, read_schools(round_ / "schools.csv"), Parameters(seed=7, default_minutes=25), travel
    )


@pytest.fixture(scope="module")
def minutes(outcome: Outcome, travel: Travel) -> np.ndarray:
    """From each pupil to each offer, asked of the morning one home at a time; -1 where it is not reached."""
    where, site = outcome.files.pupils.where, outcome.files.offers.where
    lon, lat = np.where(where.known, where.lon, -1.68), np.where(where.known, where.lat, 48.11)
    assert travel.network.morning
    seconds = np.concatenate(
        [
            travel.network.morning.times(lon[i : i + 1], lat[i : i + 1], site.lon, site.lat).typical
            for i in range(len(lon))
        ]
    )
    return np.where(seconds < 0, -1, np.ceil(seconds / 60))


def test_nobody_is_passed_over_for_a_place_that_is_reached_sooner(
    outcome: Outcome, minutes: np.ndarray
) -> None:
    assert outcome.audit.ok
    kind, pool_kind, accepts = eligibility(outcome.files.pupils, outcome.files.offers)
    most = np.nan_to_num(outcome.files.pupils.max_minutes, nan=25.0)
    beyond = (outcome.placement.pool >= 0) & ~outcome.from_wishes
    assert beyond.sum() > 10
    for pupil in np.flatnonzero(beyond | (outcome.placement.pool < 0)).tolist():
        fits = accepts[kind[pupil], pool_kind] & (minutes[pupil] >= 0) & (minutes[pupil] <= most[pupil])
        pool = int(outcome.placement.pool[pupil])
        if pool >= 0:
            assert fits[pool]
            fits &= minutes[pupil] < minutes[pupil, pool]
        assert (outcome.free[fits] == 0).all()
    assert outcome.journeys
    told = outcome.journeys.to_places(outcome.placement.pool)
    placed = np.flatnonzero(outcome.placement.pool >= 0)
    assert told[placed].tolist() == minutes[placed, outcome.placement.pool[placed]].tolist()
    assert (told[outcome.placement.pool < 0] == -1).all()


def test_free_seats_are_named_by_the_time_it_takes(outcome: Outcome, minutes: np.ndarray) -> None:
    left = without_a_place(outcome).tolist()
    assert left
    for pupil in left:
        near = near_seats(outcome, pupil)
        assert [seat.minutes for seat in near] == [minutes[pupil, seat.pool] for seat in near]
        reached = [seat.minutes for seat in near if seat.minutes >= 0]
        assert reached == sorted(reached)
        assert all(seat.minutes >= 0 for seat in near[: len(reached)])


def test_a_bus_makes_far_places_near(travel: Travel) -> None:
    """6 km along the line come before 4 km beside it, where no bus goes and which is more than an hour on foot."""
    beside = {"lat": "48.0120", "lon": "-1.779167"}
    offers = [beside, {"lat": "48.0475", "lon": "-1.6958"}]
    assert given_to(run(files(offers, [ON_THE_LINE], []))) == ["O0"]
    outcome = run(files(offers, [ON_THE_LINE], []), travel=travel)
    assert given_to(outcome) == ["O1"]
    with translation.override("en"):
        said = next(rows(outcome))[6]
    assert "this is the soonest reached: 11 min from home by public transport." in said


def test_both_limits_hold(travel: Travel) -> None:
    found = files([ALONG], [{**ON_THE_LINE, "max_minutes": "45"}], [])
    assert given_to(run(found, travel=travel)) == ["O0"]
    with translation.override("en"):
        near = run(found, parameters=Parameters(farthest_m=10_000), travel=travel)
        assert given_to(near) == [None]
        assert next(rows(near))[6].endswith("left within 45 min by public transport and 10.0 km of home.")
        soon = run(files([ALONG], [{**ON_THE_LINE, "max_minutes": "15"}], []), travel=travel)
        assert given_to(soon) == [None]
        assert next(rows(soon))[6].endswith("left within 15 min of home by public transport.")


def test_no_journey_of_more_than_two_hours_is_looked_for_whatever_the_limit(travel: Travel) -> None:
    far = run(
        files([{"lon": "2.35", "lat": "48.85"}], [{**ON_THE_LINE, "max_minutes": "300"}], []), travel=travel
    )
    assert given_to(far) == [None]
    with translation.override("en"):
        assert next(rows(far))[6].endswith("left within 2 h 00 of home by public transport.")


def test_a_home_without_coordinates_travels_from_the_school(travel: Travel) -> None:
    school = School(SCHOOL, "Hautes Ourmes", "", lon=-1.779167, lat=48.0475)
    found = files([NEAR_BY], [{"lon": "", "lat": ""}], [])
    outcome = run(found, None, {SCHOOL: school}, travel=travel)
    assert (given_to(outcome), outcome.reach_from.tolist()) == (["O0"], [FROM_SCHOOL])
    with translation.override("en"):
        assert "from the school by public transport." in next(rows(outcome))[6]
    assert given_to(run(found, travel=travel)) == [None]


def test_a_round_where_no_offer_or_no_home_is_located(travel: Travel) -> None:
    assert given_to(run(files([ALONG], [{"lon": "", "lat": ""}], []), travel=travel)) == [None]
    assert given_to(run(files([{"lon": "", "lat": ""}], [ON_THE_LINE], []), travel=travel)) == [None]


def test_the_certificate_says_which_of_the_two_was_used(outcome: Outcome, feed: Path) -> None:
    by_timetable, by_distance = certificate(outcome, {}, {}), certificate(run(files([{}], [{}], [])), {}, {})
    digest = hashlib.sha256(feed.read_bytes()).hexdigest()
    assert by_timetable["inputs"]["timetable"] == {"name": "bus.zip", "sha256": digest}
    stated = by_timetable["parameters"]["travel"]
    assert (stated["date"], stated["arrive_by"]) == (str(ORDINARY), "08:45")
    assert "usual_m_per_min" not in by_timetable["parameters"]
    assert by_distance["parameters"]["usual_m_per_min"] == 250
    assert not {"travel", "farthest_m"} & set(by_distance["parameters"])
    sentences = [
        next(entry["statement"] for entry in document["properties"] if entry["name"] == "listed")
        for document in (by_timetable, by_distance)
    ]
    assert sentences[0] != sentences[1]


# The command


def place(folder: Path, out: Path, *options: str) -> None:
    call_command("stages", "place", *arguments(folder), "-o", str(out), "--seed", "7", *options)


def verify(folder: Path, out: Path, *options: str) -> None:
    call_command("stages", "verify", str(out), *arguments(folder), *options)


@pytest.fixture(scope="module")
def out(round_: Path, feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "out"
    place(round_, folder, "--gtfs", str(feed), "--lang", "en")
    return folder


def test_the_same_files_and_timetable_give_the_same_bytes(
    round_: Path, feed: Path, out: Path, tmp_path: Path
) -> None:
    place(round_, tmp_path / "again", "--gtfs", str(feed), "--date", str(ORDINARY), "--lang", "en")
    for name in ("placements.csv", "certificate.json"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()
    place(round_, tmp_path / "distance", "--lang", "en")
    assert (tmp_path / "distance" / "placements.csv").read_bytes() != (out / "placements.csv").read_bytes()


def test_verify_proves_it_again_with_the_same_timetable_only(
    round_: Path, feed: Path, out: Path, tmp_path: Path
) -> None:
    verify(round_, out, "--gtfs", str(feed))
    verify(round_, out, "--gtfs", str(feed), "--date", str(ORDINARY))
    other = write_timetable(tmp_path / "bus.zip", every=20)
    refusals = {
        (): r"bus\.zip",
        ("--gtfs", str(other)): r"bus\.zip",
        ("--gtfs", str(feed), "--gtfs", str(other)): r"bus\.zip",
        ("--gtfs", str(feed), "--date", "2027-01-07"): "2027-01-05",
        ("--gtfs", str(tmp_path / "none.zip")): r"none\.zip",
    }
    for options, said in refusals.items():
        with pytest.raises(CommandError, match=said):
            verify(round_, out, *options)


def test_verify_refuses_a_timetable_where_there_was_none(round_: Path, feed: Path, tmp_path: Path) -> None:
    place(round_, tmp_path / "out")
    verify(round_, tmp_path / "out")
    with pytest.raises(CommandError, match=r"bus\.zip"):
        verify(round_, tmp_path / "out", "--gtfs", str(feed))


def test_verify_rejects_other_figures_and_a_sooner_place_passed_over(
    round_: Path, feed: Path, out: Path, tmp_path: Path
) -> None:
    document = json.loads((out / "certificate.json").read_text())
    forged = shutil.copytree(out, tmp_path / "forged")
    document["parameters"]["travel"]["longest_walk_minutes"] = 5
    (forged / "certificate.json").write_text(json.dumps(document))
    with pytest.raises(CommandError, match="longest_walk_minutes"):
        verify(round_, forged, "--gtfs", str(feed))
    swapped = shutil.copytree(out, tmp_path / "swapped")
    header, *lines = cells(out / "placements.csv")
    beyond = [line for line in lines if line[1] and line[4] == "0"]
    one = beyond[0]
    other = next(line for line in beyond if line[2] == one[2] and line[1] != one[1])
    one[1], other[1] = other[1], one[1]
    with (swapped / "placements.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    digest = hashlib.sha256((swapped / "placements.csv").read_bytes()).hexdigest()
    document = json.loads((out / "certificate.json").read_text())
    document["outputs"]["placements.csv"]["sha256"] = digest
    (swapped / "certificate.json").write_text(json.dumps(document))
    with pytest.raises(CommandError):
        verify(round_, swapped, "--gtfs", str(feed))


def test_the_report_says_on_what_times_rest(out: Path) -> None:
    text = (out / "report.html").read_text()
    assert "by the timetable of Tuesday 5 January 2027" in text
    assert "soonest reached" in text
    assert "straight line" not in text
    assert "nearest first" not in text
    assert "bus.zip" in text


def test_a_folder_and_several_networks_in_any_order(round_: Path, tmp_path: Path) -> None:
    one = write_timetable(tmp_path / "one")
    other = write_timetable(tmp_path / "other.zip", every=7)
    place(round_, tmp_path / "ab", "--gtfs", str(one), "--gtfs", str(other))
    place(round_, tmp_path / "ba", "--gtfs", str(other), "--gtfs", str(one))
    ab, ba = ((tmp_path / name / "certificate.json").read_bytes() for name in ("ab", "ba"))
    assert ab == ba
    assert {"timetable", "timetable 2"} <= set(json.loads(ab)["inputs"])
    verify(round_, tmp_path / "ab", "--gtfs", str(other), "--gtfs", str(one))


@pytest.mark.parametrize(
    ("feed", "options", "said"),
    [
        (changed("stops", "stop_lon", "longitude", tables()), (), r"stops\.txt, .*1.*stop_lon"),
        (changed("stop_times", ",S00,0", ",S99,0", tables()), (), r"stop_times\.txt, .*2.*stop_id"),
        (tables(), ("--date", "2027-03-01"), "2027-01-04.*2027-01-15"),
        (tables(), ("--date", "2027-01-10"), "2027-01-04.*2027-01-15"),
        ({"stops": "nothing"}, (), r"bus\.zip"),
    ],
)
def test_a_faulty_timetable_or_date_is_told_and_nothing_is_written(
    round_: Path, tmp_path: Path, feed: dict[str, str], options: tuple[str, ...], said: str
) -> None:
    path = write_zip(tmp_path / "bus.zip", feed)
    with pytest.raises(CommandError, match=said):
        place(round_, tmp_path / "out", "--gtfs", str(path), *options)
    assert not (tmp_path / "out").exists()


def test_a_timetable_that_is_none_and_a_date_without_one(round_: Path, tmp_path: Path) -> None:
    (tmp_path / "bus.zip").write_text("no archive")
    for options in (
        ("--gtfs", str(tmp_path / "bus.zip")),
        ("--gtfs", str(tmp_path / "none")),
        ("--date", str(FIRST)),
    ):
        with pytest.raises(CommandError):
            place(round_, tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()


def test_keep_valid_leaves_faulty_rows_of_the_timetable_out(round_: Path, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bus.zip", changed("stop_times", ",S00,0", ",S99,0", tables()))
    place(round_, tmp_path / "out", "--gtfs", str(path), "--keep-valid")
    assert "stop_times.txt" in (tmp_path / "out" / "faults.csv").read_text()
    verify(round_, tmp_path / "out", "--gtfs", str(path))


def test_a_day_must_be_one_of_the_timetable(round_: Path, feed: Path) -> None:
    given = {kind: round_ / f"{kind}.csv" for kind in ("offers", "pupils", "wishes")}
    with pytest.raises(FaultyInput):
        inputs_of(**given, zones=round_ / "zones.geojson", gtfs=[feed], date=FIRST.replace(year=2026))
