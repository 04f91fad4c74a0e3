"""The common indicators of the FSE+: a cohort counted by hand, SQL against the pure rule, small figures hidden."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pypdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.directory.models import Level, Sex
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.journeys import indicator_table
from croisee.journeys.indicators import (
    CODES,
    ISCED,
    Answers,
    Participation,
    Period,
    indicators,
    is_long,
    later_on,
    missing,
)
from croisee.journeys.models import Answer, Labour, Nationality
from croisee.journeys.queries.indicators import SEXES, Counted, count
from tests.journeys.returns_cohort import START, Made, participations, write
from tests.journeys_world import JourneysWorld, make_programme
from tests.world import member

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
YEAR = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
ENTERED = dt.date(2024, 2, 1)
LEFT = dt.date(2024, 5, 31)
SIX = dt.date(2024, 11, 30)  # 31 May and six months: November has no 31st
WOMAN, MAN, UNSAID = Sex.WOMAN, Sex.MAN, Sex.UNKNOWN
UNEMPLOYED, INACTIVE, EMPLOYED, SELF = (
    Labour.UNEMPLOYED,
    Labour.INACTIVE,
    Labour.EMPLOYED,
    Labour.SELF_EMPLOYED,
)


def entry(sex: str, age: int | None, labour: str, level: str = Level.LEVEL_3, **more: object) -> Answers:
    """Answers at entry; who says nothing else is French, without disability, housed, in a town, in no training."""
    usual: dict[str, object] = {
        "in_training": False,
        "disability": Answer.NO,
        "nationality": Nationality.EU,
        "housing_exclusion": Answer.NO,
        "rural": False,
    }
    values = usual | more
    return Answers(answered_on=ENTERED, sex=sex, age=age, labour=labour, level=level, **values)  # type: ignore[arg-type]


def leaving(labour: str, days: int = 10, **more: object) -> Answers:
    return Answers(answered_on=LEFT + dt.timedelta(days=days), labour=labour, **more)  # type: ignore[arg-type]


def later(labour: str, days: int = 0, **more: object) -> Answers:
    return Answers(answered_on=SIX + dt.timedelta(days=days), labour=labour, **more)  # type: ignore[arg-type]


def gone(start: Answers | None, end: Answers | None = None, after: Answers | None = None) -> Participation:
    return Participation(ENTERED, LEFT, start, end, after)


def cohort() -> list[Participation]:
    """Sixteen journeys, each for a reason that the test below counts."""
    return [
        # 1 Awa, 30, 14 months unemployed, no diploma; finds a job, keeps it.
        gone(
            entry(WOMAN, 30, UNEMPLOYED, Level.NONE, unemployed_months=14),
            leaving(EMPLOYED, in_training=False, qualified=False),
            later(EMPLOYED),
        ),
        # 2 Bilal, 24, 7 months: long-term because under 25; gains a title and founds his company.
        gone(
            entry(MAN, 24, UNEMPLOYED, Level.LEVEL_4, unemployed_months=7),
            leaving(SELF, in_training=False, qualified=True),
            later(UNEMPLOYED),
        ),
        # 3 Chloé, 25, 12 months: not long-term (more than 12); begins a training.
        gone(
            entry(WOMAN, 25, UNEMPLOYED, Level.LEVEL_5, unemployed_months=12),
            leaving(UNEMPLOYED, in_training=True, qualified=False),
            later(EMPLOYED),
        ),
        # 4 Dina, 55, inactive; looks for work on leaving.
        gone(
            entry(WOMAN, 55, INACTIVE, Level.NONE, disability=Answer.YES),
            leaving(INACTIVE, searching=True, in_training=False, qualified=False),
            later(INACTIVE),
        ),
        # 5 Éric, 54, inactive; registers at France Travail: it is job searching too.
        gone(
            entry(MAN, 54, INACTIVE, Level.LEVEL_3, housing_exclusion=Answer.YES),
            leaving(UNEMPLOYED, in_training=False, qualified=False),
            later(SELF),
        ),
        # 6 Fatou, 17, inactive, at school already: nothing new on leaving.
        gone(
            entry(WOMAN, 17, INACTIVE, Level.NONE, in_training=True, nationality=Nationality.THIRD),
            leaving(INACTIVE, searching=False, in_training=True, qualified=True),
            later(INACTIVE),
        ),
        # 7 Gilles, 40, employed part-time; in a better situation six months after.
        gone(
            entry(MAN, 40, EMPLOYED, Level.LEVEL_6),
            leaving(EMPLOYED, in_training=False, qualified=False),
            later(EMPLOYED, improved=True),
        ),
        # 8 Hélène, 29, self-employed; no better situation.
        gone(
            entry(WOMAN, 29, SELF, Level.LEVEL_5, rural=True),
            leaving(SELF, in_training=False, qualified=False),
            later(SELF, improved=False),
        ),
        # 9 Ibrahim, 18: his answers on leaving came on the 29th day: too late. Those of six months count.
        gone(
            entry(MAN, 18, UNEMPLOYED, Level.NONE, unemployed_months=3, nationality=Nationality.DECLINED),
            leaving(EMPLOYED, days=29, in_training=False, qualified=True),
            later(EMPLOYED, days=40),
        ),
        # 10 Jo, sex not said, on the 28th day: in time.
        gone(
            entry(UNSAID, 33, UNEMPLOYED, Level.LEVEL_3, unemployed_months=20),
            leaving(EMPLOYED, days=28, in_training=False, qualified=False),
            # asked a day before six months were over: it does not count yet.
            later(EMPLOYED, days=-1),
        ),
        # 11 Karim left without any questionnaire on leaving: missing, not failed.
        gone(entry(MAN, 61, UNEMPLOYED, Level.UNKNOWN, unemployed_months=None)),
        # 12 Lina has no questionnaire at all.
        gone(None),
        # 13 Maya entered the year before and has left this year: a result, no output.
        Participation(
            dt.date(2023, 12, 31),
            LEFT,
            entry(WOMAN, 26, INACTIVE),
            leaving(EMPLOYED, in_training=False, qualified=False),
            later(EMPLOYED),
        ),
        # 14 Noé entered on the last day of the year: an output.
        Participation(dt.date(2024, 12, 31), None, entry(MAN, 19, INACTIVE, disability=Answer.DECLINED)),
        # 15 Olga left on 1 July: her six months are over in the next year.
        Participation(
            ENTERED,
            dt.date(2024, 7, 1),
            entry(WOMAN, 35, UNEMPLOYED, unemployed_months=2),
            Answers(dt.date(2024, 7, 1), labour=EMPLOYED, in_training=False, qualified=False),
        ),
        # 16 Paul came back: his second entry and his first exit count with the others.
        gone(
            entry(MAN, 45, UNEMPLOYED, unemployed_months=30, repeated=True),
            leaving(EMPLOYED, in_training=False, qualified=True, repeated=True),
            later(EMPLOYED, repeated=True),
        ),
    ]


# By hand: women, men, not said; then who misses the answer. Of 16 journeys, 14 entered in the year and count once.
EXPECTED: dict[str, tuple[int, int, int, int]] = {
    "EECO01": (6, 6, 1, 1),  # 1 3 4 6 8 15 | 2 5 7 9 11 14 | 10; 12 said nothing
    "EECO02": (3, 3, 1, 1),  # 1 3 15 | 2 9 11 | 10
    "EECO03": (1, 1, 1, 2),  # 1 | 2 (24 years, 7 months) | 10; 11 did not say the months, 12 nothing
    "EECO04": (2, 2, 0, 1),  # 4 6 | 5 14
    "EECO05": (1, 1, 0, 1),  # 8 | 7
    "EECO06": (1, 0, 0, 1),  # 6 (17); 9 is 18
    "EECO07": (2, 3, 0, 1),  # 3 (25) 8 (29) | 2 (24) 9 (18) 14 (19); 1 is 30
    "EECO08": (1, 1, 0, 1),  # 4 (55) | 11 (61); 5 is 54
    "EECO09": (3, 1, 0, 2),  # 1 4 6 | 9; 11 did not say, 12 nothing
    "EECO10": (1, 3, 1, 2),  # 15 | 2 (baccalauréat) 5 14 | 10
    "EECO11": (2, 1, 0, 2),  # 3 8 | 7
    "EECO12": (1, 0, 0, 1),  # 4; 14 declined, which is an answer
    "EECO13": (1, 0, 0, 1),  # 6; 9 declined
    "EECO16": (0, 1, 0, 1),  # 5
    "EECO17": (1, 0, 0, 1),  # 8
    "EECR01": (1, 1, 0, 1),  # 4 | 5; 6 was inactive and does not look; 12 unknown (11 was not inactive)
    "EECR02": (1, 0, 0, 3),  # 3; 6 was at school already; 9 too late, 11 and 12 nothing
    "EECR03": (1, 1, 0, 3),  # 6 | 2; 9 too late
    "EECR04": (3, 1, 1, 3),  # 1 13 15 | 2 | 10; 9 too late, 11 and 12 nothing; 7 and 8 were at work
    "EECR05": (3, 2, 0, 3),  # 1 3 13 | 5 9 | 10 asked too early, 11 and 12 nothing
    "EECR06": (0, 1, 0, 1),  # 7; 8 is no better; 12 unknown
}


def test_a_cohort_counted_by_hand(world: JourneysWorld) -> None:
    """Each indicator has the number that the reasons above give, in the pure rule and in SQL."""
    assert later_on(LEFT) == SIX
    people = cohort()
    programme = make_programme(world.plie, name="Cohorte")
    write(programme, [Made(one) for one in people])
    counted = count([programme.pk], YEAR)
    for code, (women, men, unsaid, unknown) in EXPECTED.items():
        pure = [one for one in people if code in indicators(one, YEAR)]
        sexes = [one.entry.sex if one.entry else UNSAID for one in pure]
        assert [sexes.count(sex) for sex in SEXES] == [women, men, unsaid], code
        assert sum(code in missing(one, YEAR) for one in people) == unknown, code
        assert [counted.counts[code][sex] for sex in SEXES] == [women, men, unsaid], code
        assert sum(counted.missing[code].values()) == unknown, code
    assert set(EXPECTED) == set(CODES)
    assert [sum(counted.frames[name].values()) for name in ("enters", "leaves", "later")] == [14, 14, 13]


def test_sql_says_what_the_pure_rule_says(world: JourneysWorld) -> None:
    programme = make_programme(world.plie, name="Cohorte")

    @settings(max_examples=15)
    @given(st.lists(participations(), min_size=4, max_size=14), st.integers(0, 700), st.integers(0, 400))
    def compared(people: list[Participation], after: int, days: int) -> None:
        period = Period(START + dt.timedelta(days=after), START + dt.timedelta(days=after + days))
        with transaction.atomic():
            write(programme, [Made(one) for one in people])
            counted = count([programme.pk], period)
            transaction.set_rollback(True)
        for code in CODES:
            for rule, found in ((indicators, counted.counts), (missing, counted.missing)):
                sexes = [
                    one.entry.sex if one.entry else UNSAID for one in people if code in rule(one, period)
                ]
                assert {sex: sexes.count(sex) for sex in SEXES} == found[code], code

    compared()


@given(participations(), st.integers(0, 700))
def test_what_holds_of_every_participation(one: Participation, after: int) -> None:
    """Situations at work, ages and levels exclude each other; nobody is both counted and missing."""
    period = Period(START + dt.timedelta(days=after), START + dt.timedelta(days=after + 200))
    found, unknown = indicators(one, period), missing(one, period)
    assert not found & unknown
    assert len(found & {"EECO02", "EECO04", "EECO05"}) == ("EECO01" in found)
    for cut in ({"EECO06", "EECO07", "EECO08"}, {"EECO09", "EECO10", "EECO11"}):
        assert len(found & cut) <= 1
    assert "EECO03" not in found or "EECO02" in found


def test_long_term_unemployment_and_levels() -> None:
    assert [is_long(UNEMPLOYED, months, 24) for months in (6, 7, 12, 13)] == [False, True, True, True]
    assert [is_long(UNEMPLOYED, months, 25) for months in (6, 7, 12, 13)] == [False, False, False, True]
    assert [is_long(UNEMPLOYED, months, None) for months in (6, 7, 13)] == [False, None, True]
    assert (is_long("", None, 30), is_long(INACTIVE, None, 30)) == (None, False)
    assert {level: ISCED[level] for level in Level.values if level in ISCED} == {
        "none": "0-2",
        "3": "3-4",
        "4": "3-4",
        "5": "5-8",
        "6": "5-8",
    }


def numbers(draw_counts: dict[str, tuple[int, int, int]], frames: dict[str, tuple[int, int, int]]) -> Counted:
    def by_sex(line: tuple[int, int, int]) -> dict[str, int]:
        return dict(zip(map(str, SEXES), line, strict=True))

    return Counted(
        {name: by_sex(frames.get(name, (0, 0, 0))) for name in ("enters", "leaves", "later")},
        {code: by_sex(draw_counts.get(code, (0, 0, 0))) for code in CODES},
        {code: by_sex((0, 0, 0)) for code in CODES},
    )


def test_small_figures_are_hidden_with_what_would_give_them_back() -> None:
    counts = {
        "EECO01": (40, 40, 0),
        "EECO02": (30, 28, 0),
        "EECO03": (28, 20, 0),  # two women of the 30 are not: the line goes
        "EECO04": (7, 9, 0),
        "EECO05": (3, 3, 0),  # three women: the line goes, and another one with it
        "EECO12": (2, 6, 0),
        "EECO13": (10, 10, 0),
    }
    [entered, left, _later] = indicator_table.table(
        numbers(counts, {"enters": (40, 40, 0), "leaves": (3, 1, 0)}), exact=False
    )
    shown = {row.code: row.cells for row in entered.rows}
    nothing = (None, None, None, None)
    assert shown["EECO05"] == shown["EECO04"] == shown["EECO12"] == shown["EECO03"] == nothing
    assert shown["EECO01"] == (40, 40, 0, 80)
    assert shown["EECO13"] == (10, 10, 0, 20)
    assert all(row.cells == nothing for row in (left.whole, *left.rows))
    exact = indicator_table.table(numbers(counts, {"enters": (40, 40, 0)}), exact=True)[0]
    assert {row.code: row.cells for row in exact.rows}["EECO05"] == (3, 3, 0, 6)


@given(
    st.tuples(*[st.integers(0, 30)] * 3),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_no_small_figure_is_shown_nor_left_over(whole: tuple[int, int, int], cuts: list[float]) -> None:
    """Whatever the figures: each number shown is zero or five at least, and so is what is left of who is in no part."""
    parts: list[tuple[int, ...]] = []
    left = list(whole)
    for cut in cuts[:3]:
        part = tuple(int(number * cut) for number in left)
        left = [number - taken for number, taken in zip(left, part, strict=True)]
        parts.append(part)
    known = tuple(sum(column) for column in zip(*parts, strict=True))
    counts = dict(zip(("EECO02", "EECO04", "EECO05"), parts, strict=True)) | {"EECO01": known}
    [entered, *_rest] = indicator_table.table(
        numbers(counts, {"enters": whole}),  # type: ignore[arg-type]
        exact=False,
    )
    rows = {row.code: row.cells for row in (entered.whole, *entered.rows)}
    for cells in rows.values():
        assert all(cell is None or cell == 0 or cell >= 5 for cell in cells)
    everybody = rows["enters"][3]
    if everybody is not None and all(rows[code][3] is not None for code in ("EECO02", "EECO04", "EECO05")):
        rest = everybody - sum(rows[code][3] or 0 for code in ("EECO02", "EECO04", "EECO05"))
        assert rest == 0 or rest >= 5


def test_the_page_of_indicators(world: JourneysWorld, enter: Enter) -> None:
    """A manager reads exact figures and any days; an official years alone, without small figures."""
    client = enter(world.manager)
    page = client.get(reverse("journeys:indicators")).content.decode()
    assert "EECO01" in page
    assert "Not collected" in page
    assert 'name="first"' in page
    book = openpyxl.load_workbook(
        io.BytesIO(client.post(reverse("journeys:indicators"), {"as": "xlsx"}).content)
    )
    lines = {row[0]: row for row in book.active.iter_rows(values_only=True) if row[0]}
    assert lines["EECO02"][2:6] == (3, 0, 0, 3)
    pdf = client.post(reverse("journeys:indicators"), {"as": "pdf"})
    assert "EECR06" in "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    official = enter(member(Role.OFFICIAL, world.metropolis, "elu@example.org"))
    page = official.get(reverse("journeys:indicators")).content.decode()
    assert "not shown" in page
    assert 'name="first"' not in page
    book = openpyxl.load_workbook(
        io.BytesIO(official.post(reverse("journeys:indicators"), {"as": "xlsx"}).content)
    )
    lines = {row[0]: row for row in book.active.iter_rows(values_only=True) if row[0]}
    assert lines["EECO02"][2:6] == ("not shown",) * 4
    assert (
        enter(member(Role.MENTOR, world.plie, "m@example.org"))
        .get(reverse("journeys:indicators"))
        .status_code
        == 404
    )
