"""Survival: a file of SIRENE read, who is active at 1, 3, 5 years, the table against a plain recount."""

from __future__ import annotations

import datetime as dt
import gzip
import math
import random
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.tables import FaultyInput
from croisee.incubation.indicators import (
    Held,
    Span,
    Stay,
    Story,
    companies,
    indicators,
    survival_without_small,
    without_small,
)
from croisee.incubation.models import CompanyPeriod, Evidence, Project, SurvivalCheck
from croisee.incubation.queries import outcomes as queries
from croisee.incubation.services import outcomes as services
from croisee.incubation.sirene import joined, read_histories
from croisee.incubation.survival import (
    YEARS,
    Cohort,
    Company,
    Period,
    Survival,
    active_after,
    active_on,
    anniversary,
    compared_with,
    survival_table,
    wilson,
)
from tests.incubation.outcomes_helpers import Row, made_up_history, write_file
from tests.incubation_world import IncubationWorld, make_agreement, make_project
from tests.world import TODAY

D = dt.date
ONE_DAY = dt.timedelta(days=1)


# Whether a company is active on a day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (D(2019, 12, 31), None),
        (D(2020, 1, 1), True),
        (D(2020, 6, 30), True),
        (D(2020, 7, 1), False),
        (D(2020, 9, 30), False),
        (D(2020, 10, 1), None),  # a gap of which nothing is told
        (D(2020, 11, 1), True),
        (D(2030, 1, 1), True),
    ],
)
def test_a_day_is_in_the_period_that_covers_it(day: D, expected: bool | None) -> None:
    periods = [
        Period(D(2020, 11, 1), None, active=True),
        Period(D(2020, 1, 1), D(2020, 6, 30), active=True),
        Period(D(2020, 7, 1), D(2020, 9, 30), active=False),
    ]
    assert active_on(periods, day) is expected


def test_the_anniversary_of_a_29_february_is_a_28_february() -> None:
    assert anniversary(D(2020, 2, 29), 1) == D(2021, 2, 28)
    assert anniversary(D(2016, 2, 29), 4) == D(2020, 2, 29)


def test_a_day_that_sirene_does_not_tell_of_yet_is_not_known() -> None:
    periods = [Period(D(2020, 1, 1), None, active=True)]
    assert active_after(D(2020, 1, 1), 3, periods, known_on=D(2022, 12, 31)) is None
    assert active_after(D(2020, 1, 1), 3, periods, known_on=D(2023, 1, 1)) is True


PERIODS = st.lists(
    st.builds(
        lambda start, length, active: Period(
            D(2015, 1, 1) + start * ONE_DAY,
            None if length is None else D(2015, 1, 1) + (start + length) * ONE_DAY,
            active,
        ),
        st.integers(0, 300),
        st.none() | st.integers(0, 200),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.starts_on,
)


@given(PERIODS, st.integers(-10, 600))
def test_active_on_is_what_a_walk_day_by_day_says(periods: list[Period], offset: int) -> None:
    day = D(2015, 1, 1) + offset * ONE_DAY
    state: bool | None = None
    for one in range(-10, offset + 1):
        walked = D(2015, 1, 1) + one * ONE_DAY
        for period in periods:
            if period.starts_on == walked:
                state = period.active
            # The period that began last is the one that ends.
            begun = [other for other in periods if other.starts_on <= walked]
            newest = max(begun, key=lambda other: other.starts_on, default=None)
            if newest is period and period.ends_on is not None and walked == period.ends_on + ONE_DAY:
                state = None
    begun = [other for other in periods if other.starts_on <= day]
    newest = max(begun, key=lambda other: other.starts_on, default=None)
    if newest is not None and newest.ends_on is not None and newest.ends_on < day:
        state = None
    assert active_on(periods, day) is state


@given(PERIODS)
def test_joining_periods_changes_no_day_of_a_history_without_overlaps(periods: list[Period]) -> None:
    ordered, apart = sorted(periods, key=lambda one: one.starts_on), []
    for one in ordered:
        if not apart or (apart[-1].ends_on and apart[-1].ends_on < one.starts_on):
            apart.append(one)
    short = joined(apart)
    assert len(short) <= len(apart)
    for offset in range(-2, 520, 3):
        day = D(2015, 1, 1) + offset * ONE_DAY
        assert active_on(short, day) is active_on(apart, day)


# The interval of Wilson, the cohort compared with


def test_wilson_gives_published_values() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for successes, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(successes, n)
        assert [round(one, 4) for one in found] == [low, high]


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_wilson_solve_its_equation(pair: tuple[int, int]) -> None:
    alive, n = pair
    low, high = wilson(alive, n)
    assert 0 <= low <= alive / n <= high <= 1
    for end in (low, high):
        if 0 < end < 1 and 0 < alive < n:
            assert math.isclose(
                (alive / n - end) ** 2, 1.959963984540054**2 * end * (1 - end) / n, rel_tol=1e-6
            )


def test_the_cohort_is_the_nearest_one_not_younger() -> None:
    published = {Cohort(2010, 3): 71.0, Cohort(2014, 3): 75.0, Cohort(2010, 5): 60.0}
    compared = [compared_with(year, 3, published) for year in (2009, 2010, 2013, 2014, 2024)]
    assert [one and one.of for one in compared] == [None, 2010, 2010, 2014, 2014]
    assert compared_with(2020, 1, published) is None


# A file of SIRENE


def test_the_table_from_a_file_is_that_of_a_plain_recount(tmp_path: Path) -> None:
    """Two thousand companies with closures, reopenings and gaps; every line of the table, counted with plain loops."""
    for seed in range(3):
        draw = random.Random(seed)
        founded = {
            f"{100_000_000 + number}": D(2014, 1, 1) + draw.randrange(9 * 365) * ONE_DAY
            for number in range(700)
        }
        micro = {siren: draw.random() < 0.4 for siren in founded}
        rows: list[Row] = []
        for siren, day in founded.items():
            if draw.random() < 0.95:
                rows += made_up_history(draw, siren, day)
        others = [f"{900_000_000 + number}" for number in range(300)]
        rows += [row for siren in others for row in made_up_history(draw, siren, D(2018, 1, 1))]
        draw.shuffle(rows)
        read = read_histories(
            write_file(tmp_path / f"{seed}.csv", rows), "sirene.csv", set(founded), today=TODAY
        )
        assert (read.rows, set(read.periods) <= set(founded)) == (len(rows), True)
        assert read.told_until is not None
        table = survival_table(
            [
                Company(
                    day,
                    micro[siren],
                    {
                        years: active_after(day, years, read.periods.get(siren, ()), known_on=read.told_until)
                        for years in YEARS
                    },
                )
                for siren, day in founded.items()
            ],
            today=TODAY,
            published={},
        )
        ours = {(one.micro, one.founded, one.years): (one.n, one.alive, one.unknown) for one in table}
        assert ours == recount(rows, founded, micro)
        assert sum(n for n, _alive, _unknown in ours.values()) > 500


def recount(
    rows: list[Row], founded: dict[str, D], micro: dict[str, bool]
) -> dict[tuple[bool, int | None, int], tuple[int, int, int]]:
    """The same with text and plain loops: each line of the file that covers the day has its say."""
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[row[0]].append(row)
    newest = max(row[2] for row in rows if row[2] <= TODAY.isoformat())
    table: dict[tuple[bool, int | None, int], list[int]] = {}
    for siren, day in founded.items():
        for years in (1, 3, 5):
            leap = day.month == 2 and day.day == 29 and (day.year + years) % 4 != 0
            due = f"{day.year + years}-{day.month:02d}-{28 if leap else day.day:02d}"
            if due > TODAY.isoformat():
                continue
            states = [
                row[3] for row in of[siren] if row[2] <= due and (row[1] == "" or row[1] >= due) and row[3]
            ]
            state = states[0] if states and due <= newest else None
            for key in ((micro[siren], day.year, years), (micro[siren], None, years)):
                line = table.setdefault(key, [0, 0, 0])
                if state is None:
                    line[2] += 1
                else:
                    line[0] += 1
                    line[1] += state == "A"
    return {key: (n, alive, unknown) for key, (n, alive, unknown) in table.items()}


def test_a_file_is_read_plain_or_compressed(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("802954785", "2022-05-31", "2020-01-01", "A"),
        ("802954785", "", "2022-06-01", "C"),
        ("552081317", "", "", "A"),
        ("111111111", "", "2024-03-01", "A"),
    ]
    plain = write_file(tmp_path / "plain.csv", rows)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    zipped = tmp_path / "StockUniteLegaleHistorique_utf8.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "StockUniteLegaleHistorique_utf8.csv")
    wanted = {"802954785", "552081317", "999999999"}
    expected = {
        "802954785": [
            Period(D(2020, 1, 1), D(2022, 5, 31), active=True),
            Period(D(2022, 6, 1), None, active=False),
        ],
        "552081317": [Period(D(1900, 1, 1), None, active=True)],
    }
    heard: list[int] = []
    for path in (plain, packed, zipped):
        read = read_histories(path, path.name, wanted, today=TODAY, advance=heard.append)
        assert (read.rows, read.told_until, read.periods) == (4, D(2024, 3, 1), expected)
    assert heard
    # What is declared in advance does not make a file newer than it is.
    late = write_file(tmp_path / "late.csv", [*rows, ("222222222", "", "2199-01-01", "A")])
    assert read_histories(late, "late.csv", wanted, today=TODAY).told_until == D(2024, 3, 1)


def _cut(path: Path, of: Path) -> Path:
    path.write_bytes(gzip.compress(of.read_bytes() * 50)[:-40])
    return path


def test_a_file_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    good = write_file(tmp_path / "good.csv", [("802954785", "", "2020-01-01", "A")])
    establishments = ["siren", "nic", "siret", "dateFin", "dateDebut", "etatAdministratifEtablissement"]
    files = {
        "dateDebut": write_file(tmp_path / "a.csv", [], ["siren", "dateFin", "debut", "x"]),
        "establishments": write_file(tmp_path / "b.csv", [], establishments),
        "“X” is no state": write_file(tmp_path / "c.csv", [("802954785", "", "2020-01-01", "X")]),
        "“01/02/2020” is no day": write_file(tmp_path / "d.csv", [("802954785", "", "01/02/2020", "A")]),
        "ends before": write_file(tmp_path / "e.csv", [("802954785", "2019-01-01", "2020-01-01", "A")]),
        "is empty": tmp_path / "f.csv",
        "cut short": _cut(tmp_path / "g.csv.gz", good),
        "cannot be read": tmp_path / "none.csv",
        "not well formed": tmp_path / "h.csv",
        "does not hold one": tmp_path / "i.zip",
    }
    files["is empty"].write_text("")
    files["not well formed"].write_text(good.read_text() + "802954785,x\n")
    with zipfile.ZipFile(files["does not hold one"], "w") as archive:
        archive.writestr("lisez-moi.txt", "rien")
    for words, path in files.items():
        with pytest.raises(FaultyInput) as refused:
            read_histories(path, path.name, {"802954785"}, today=TODAY)
        said = " ".join(map(str, refused.value.faults))
        assert words in said
        assert path.name in said
    state = read_faults(files["“X” is no state"])
    assert state == [(2, "etatAdministratifUniteLegale")]


def read_faults(path: Path) -> list[tuple[int | None, str | None]]:
    with pytest.raises(FaultyInput) as refused:
        read_histories(path, path.name, {"802954785"}, today=TODAY)
    return [(fault.row, fault.field) for fault in refused.value.faults]


# In the database


@pytest.fixture
def hosted(world: IncubationWorld) -> Project:
    """A company founded four years ago, hosted for three."""
    project = world.a.projects[0]
    Project.objects.filter(pk=project.pk).update(founded_on=TODAY - dt.timedelta(days=4 * 365 + 30))
    project.refresh_from_db()
    return project


def _known(project: Project) -> dict[int, tuple[bool, str]]:
    return {row.years: (row.active, row.evidence) for row in SurvivalCheck.objects.filter(project=project)}


def test_a_file_replaces_what_was_known_of_a_company(hosted: Project, tmp_path: Path) -> None:
    start, told = hosted.founded_on, TODAY - 3 * ONE_DAY
    assert start is not None
    ceased = anniversary(start, 3) - ONE_DAY
    first = write_file(
        tmp_path / "1.csv",
        [(hosted.siren, "", start.isoformat(), "A"), ("123456789", "", told.isoformat(), "A")],
    )
    counts = services.import_histories(first, today=TODAY)
    assert (counts.rows, counts.found, counts.periods, counts.checks) == (2, 1, 1, 2)
    assert _known(hosted) == {1: (True, "sirene"), 3: (True, "sirene")}
    second = write_file(
        tmp_path / "2.csv",
        [
            (hosted.siren, ceased.isoformat(), start.isoformat(), "A"),
            (hosted.siren, "", (ceased + ONE_DAY).isoformat(), "C"),
            ("123456789", "", told.isoformat(), "A"),
        ],
    )
    for _again in range(2):
        services.import_histories(second, today=TODAY)
        assert _known(hosted) == {1: (True, "sirene"), 3: (False, "sirene")}
        assert CompanyPeriod.objects.filter(siren=hosted.siren).count() == 2
    with pytest.raises(FaultyInput):
        services.import_histories(
            write_file(tmp_path / "3.csv", [(hosted.siren, "", "hier", "A")]), today=TODAY
        )
    assert CompanyPeriod.objects.filter(siren=hosted.siren).count() == 2
    # A file that does not name it takes nothing away; another day of foundation is counted anew.
    services.import_histories(write_file(tmp_path / "4.csv", []), today=TODAY)
    assert _known(hosted)[3] == (False, "sirene")
    Project.objects.filter(pk=hosted.pk).update(founded_on=TODAY - 10 * ONE_DAY)
    services.check_survival(TODAY)
    assert _known(hosted) == {}
    Project.objects.filter(pk=hosted.pk).update(siren="")
    services.check_survival(TODAY)
    assert not CompanyPeriod.objects.exists()


def test_a_manager_says_what_sirene_does_not(hosted: Project, tmp_path: Path) -> None:
    row = services.declare(hosted, 1, active=False, today=TODAY)
    assert (row.evidence, row.due_on) == (Evidence.DECLARED, anniversary(hosted.founded_on or TODAY, 1))
    services.declare(hosted, 1, active=True, today=TODAY)
    assert services.check_survival(TODAY) == 0
    assert _known(hosted) == {1: (True, "declared")}
    for years, when in ((5, TODAY), (2, TODAY)):
        with pytest.raises(ValidationError) as refused:
            services.declare(hosted, years, active=True, today=when)
        assert set(refused.value.message_dict) == {"years"}
    start = hosted.founded_on
    assert start is not None
    ended = (anniversary(start, 1) - ONE_DAY).isoformat()
    rows: list[Row] = [
        (hosted.siren, ended, start.isoformat(), "A"),
        (hosted.siren, "", anniversary(start, 1).isoformat(), "C"),
        ("123456789", "", TODAY.isoformat(), "A"),
    ]
    services.import_histories(write_file(tmp_path / "1.csv", rows), today=TODAY)
    assert _known(hosted)[1] == (False, "sirene")
    with pytest.raises(ValidationError):
        services.declare(hosted, 1, active=True, today=TODAY)


# Indicators


SPAN = Span(D(2025, 1, 1), D(2025, 12, 31))


def test_the_period_before_is_as_long_and_earlier() -> None:
    assert SPAN.before == Span(D(2024, 1, 1), D(2024, 12, 31))
    assert Span(D(2026, 1, 1), D(2026, 6, 30)).before == Span(D(2025, 1, 1), D(2025, 6, 30))
    assert Span(D(2023, 1, 1), D(2025, 12, 31)).before == Span(D(2020, 1, 1), D(2022, 12, 31))


def story(**fields: object) -> Story:
    values: dict[str, object] = {
        "received_on": D(2025, 3, 1),
        "origin": "bge",
        "residence": "yes",
        "state": "hosted",
    }
    return Story(**(values | fields))  # type: ignore[arg-type]  # fields of a Story


def test_what_a_period_is_described_by() -> None:
    stories = [
        story(
            founded_on=D(2025, 5, 1),
            stays=[Stay("t1", D(2025, 6, 1), None)],
            reviews=[
                Held(D(2025, 9, 1), "u10", 2),
                Held(D(2025, 12, 1), "u33", 3),
                Held(D(2026, 1, 1), "u100", 9),
            ],
        ),
        story(
            received_on=D(2024, 3, 1),
            stays=[Stay("t2", D(2024, 6, 1), D(2025, 1, 1))],
            exits=[(D(2025, 1, 1), "elsewhere")],
        ),
        story(residence="unknown", origin="own", state="accepted"),
        story(
            received_on=D(2024, 1, 1),
            stays=[Stay("t3", D(2025, 12, 31), None), Stay("t3", D(2025, 7, 1), D(2025, 8, 1))],
        ),
        story(received_on=D(2024, 1, 1), stays=[Stay("t4", D(2026, 1, 1), None)]),
    ]
    found = indicators(stories, SPAN)
    assert (found.received, found.founded, found.hosted, found.present) == (2, 1, 3, 2)
    assert (found.jobs, found.reviewed) == (3, 1)
    assert found.turnovers == {"u33": 1, "no_review": 1}
    assert found.origins == {"bge": 1, "own": 1}
    assert found.residences == {"yes": 1, "unknown": 1}
    assert found.destinations == {"elsewhere": 1}


def test_a_company_of_two_projects_survives_once_and_who_was_not_hosted_is_not_counted() -> None:
    stay = [Stay("t1", D(2025, 6, 1), None)]
    stories = [
        story(founded_on=D(2020, 1, 2), siren="802954785", stays=stay, active={1: True}),
        story(founded_on=D(2020, 1, 1), siren="802954785", stays=stay, active={1: False}),
        story(founded_on=D(2020, 1, 1), siren="552081317"),
        story(stays=stay),
        story(founded_on=D(2021, 1, 1), stays=stay),
    ]
    assert [(one.founded_on, dict(one.active)) for one in companies(stories)] == [
        (D(2020, 1, 1), {1: False}),
        (D(2021, 1, 1), {}),
    ]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_nobody_is_found_by_subtraction(counts: dict[str, int]) -> None:
    shown = without_small(counts)
    total = sum(counts.values())
    assert all(value is None or not 0 < value < 5 for value in shown.values())
    hidden = [counts[key] for key, value in shown.items() if value is None]
    if hidden and total >= 5:
        # Seen from outside, each hidden number of the table may be five or more.
        assert len(shown) == len(hidden) or sum(hidden) - (len(hidden) - 1) >= 5


def test_small_cohorts_are_left_out_with_what_gives_them_back() -> None:
    lines = [
        Survival(2019, micro=False, years=1, n=3, alive=2, unknown=0, compared=None),
        Survival(2020, micro=False, years=1, n=30, alive=20, unknown=0, compared=None),
        Survival(2021, micro=False, years=1, n=40, alive=20, unknown=0, compared=None),
        Survival(None, micro=False, years=1, n=73, alive=42, unknown=0, compared=None),
        Survival(None, micro=True, years=1, n=4, alive=4, unknown=0, compared=None),
    ]
    assert [one.founded for one in survival_without_small(lines)] == [2021, None]
    assert lines[0].percent is None
    assert lines[0].few
    assert lines[1].percent == pytest.approx(66.67, abs=0.01)
    assert not lines[1].few


def test_what_the_database_says_is_what_the_rows_say(
    world: IncubationWorld, django_assert_max_num_queries: object
) -> None:
    """The dashboard's figures of a world, and of the same world grown: as many queries."""
    span = Span(TODAY - dt.timedelta(days=364), TODAY)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        found = queries.found([world.a.incubator], span, TODAY)
    assert (found.now.received, found.now.hosted, found.now.founded) == (2, 1, 1)
    # 20 m² of 120 (the room is not let) for 201 days of 365.
    assert found.rate is not None
    assert round(float(found.rate), 3) == round(100 * 20 * 201 / (120 * 365), 3)
    assert found.now.residences == {"yes": 1, "no": 1}
    person = world.a.people[1]
    added = [make_project(world.a.incubator, person, f"P{number}", origin="adie") for number in range(4)]
    ended = TODAY - 9 * ONE_DAY
    make_agreement(
        added[0], world.b.company, world.a.spaces[1], starts_on=ended, ends_on=TODAY, left_on=ended
    )
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        found = queries.found([world.a.incubator, world.b.incubator], span, TODAY)
    assert found.now.received == 8
    assert found.now.origins["adie"] == 4
    assert found.now.hosted == 2
