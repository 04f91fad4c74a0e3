"""The order of openings: by hand, and what holds whatever the facts; where somebody lives is in none of it."""

import dataclasses
import datetime as dt
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.journeys.models import StepKind
from croisee.journeys.openings import Opening
from croisee.journeys.ranking import LIMITS, MOST, POINTS, Reason, Seeker, lacks, rank
from croisee.journeys.reasons import MEANING, TOPICS
from croisee.opportunities.fit import BEYOND, NOT_KNOWN, Fit

TODAY = dt.date(2026, 11, 30)
PAINTER = Seeker(("F1606",), "3", 45, None, None, 35.0)


def opening(key: str = "a", **values: object) -> Opening:
    facts: dict[str, object] = {
        "key": key,
        "kind": StepKind.CLAUSE_JOB,
        "title": "Peintre",
        "organisation": "Entreprise",
        "jobs": ("F1606",),
        "level": "",
        "starts_on": TODAY + dt.timedelta(days=20),
        "ends_on": TODAY + dt.timedelta(days=200),
        "weekly_hours": 35.0,
        "lon": -1.68,
        "lat": 48.11,
        "url": "",
    }
    return Opening(**(facts | values))  # type: ignore[arg-type]


def test_the_whole_table_by_hand() -> None:
    best = opening("best")
    same_domain = opening("domain", jobs=("F1602",))
    other = opening("other", jobs=("K1302",))
    far = opening("far")
    high = opening("high", level="4")
    late = opening("late", starts_on=TODAY + dt.timedelta(days=400), ends_on=None)
    seeker = dataclasses.replace(PAINTER, available_until=TODAY + dt.timedelta(days=300))
    ranked = rank(seeker, [(far, 57), (late, 10), (other, 10), (same_domain, 20), (high, 10), (best, 10)])
    assert [(one.opening.key, one.points) for one in ranked] == [
        ("best", 40 + 25 + 10 + 10 + 5),
        ("domain", 15 + 18 + 10 + 10 + 5),
        ("other", 0 + 25 + 10 + 10 + 5),
        ("high", 40 + 25 + 0 + 10 + 5),
        ("late", 40 + 25 + 10 + 0 + 5),
        ("far", 40 + 0 + 10 + 10 + 5),
    ]
    by_key = {one.opening.key: one for one in ranked}
    assert [one.minutes for one in lacks(by_key["far"], seeker)] == [12]
    assert [one.level for one in lacks(by_key["high"], seeker)] == ["4"]
    assert [one.day for one in lacks(by_key["late"], seeker)] == [TODAY + dt.timedelta(days=400)]
    assert by_key["other"].of_another_job
    assert lacks(by_key["best"], seeker) == []


def test_out_of_reach_and_off_the_map() -> None:
    [near, away] = rank(PAINTER, [(opening("away"), BEYOND), (opening("off", lon=None, lat=None), NOT_KNOWN)])
    assert (near.opening.key, near.limits) == ("off", ())
    assert away.limits == (Fit.TOO_FAR,)
    assert lacks(away, PAINTER)[0].minutes is None


def test_who_named_no_job_is_told_so() -> None:
    [one] = rank(dataclasses.replace(PAINTER, jobs=()), [(opening(), 10)])
    assert Reason.JOB_NOT_SAID in one.reasons
    assert not one.of_another_job


def test_a_level_of_six_and_more_is_enough_for_seven() -> None:
    [one] = rank(dataclasses.replace(PAINTER, level="6"), [(opening(level="7"), 10)])
    assert Reason.LEVEL_THERE in one.reasons
    [unknown] = rank(dataclasses.replace(PAINTER, level="unknown"), [(opening(level="7"), 10)])
    assert (Reason.LEVEL_NOT_KNOWN in unknown.reasons, unknown.limits) == (True, ())


def test_each_finding_has_words() -> None:
    assert set(MEANING) >= {found for table in POINTS.values() for found in table}
    assert set(TOPICS) >= set(POINTS)


DAYS = st.integers(-30, 400).map(lambda number: TODAY + dt.timedelta(days=number))
OPENINGS = st.lists(
    st.tuples(
        st.builds(
            opening,
            key=st.uuids().map(str),
            jobs=st.lists(st.sampled_from(["F1606", "F1602", "F1703", "K1302"]), max_size=2).map(tuple),
            level=st.sampled_from(["", "3", "4", "5", "7"]),
            starts_on=DAYS,
            ends_on=st.one_of(st.none(), DAYS),
            weekly_hours=st.one_of(st.none(), st.sampled_from([20.0, 35.0])),
        ),
        st.one_of(st.sampled_from([NOT_KNOWN, BEYOND]), st.integers(0, 130)),
    ),
    max_size=12,
)
SEEKERS = st.builds(
    Seeker,
    jobs=st.lists(st.sampled_from(["F1606", "F1703", "K1302"]), max_size=2, unique=True).map(tuple),
    level=st.sampled_from(["unknown", "none", "3", "4", "5", "6"]),
    limit=st.integers(0, 120),
    available_from=st.one_of(st.none(), DAYS),
    available_until=st.one_of(st.none(), DAYS),
    weekly_hours=st.one_of(st.none(), st.sampled_from([20.0, 35.0])),
)


@settings(max_examples=40, deadline=None)
@given(SEEKERS, OPENINGS, st.integers(0, 99))
def test_the_order_depends_on_the_facts_alone(
    seeker: Seeker, found: list[tuple[Opening, int]], seed: int
) -> None:
    ranked = rank(seeker, found)
    mixed = random.Random(seed).sample(found, len(found))
    assert rank(seeker, mixed) == ranked
    assert {one.opening.key for one in ranked} == {one.key for one, _way in found}
    keys = [(bool(one.limits), -one.points) for one in ranked]
    assert keys == sorted(keys)
    for one in ranked:
        assert 0 <= one.points <= MOST
        assert set(one.limits) == LIMITS.intersection(one.reasons)
        assert len(lacks(one, seeker)) == len(one.limits)
        assert len(one.reasons) == len(POINTS)


@given(SEEKERS, OPENINGS.filter(bool))
def test_to_come_nearer_never_costs_a_point(seeker: Seeker, found: list[tuple[Opening, int]]) -> None:
    one, way = found[0]
    if way < 0:
        return
    nearer = rank(seeker, [(one, way // 2)])[0]
    there = rank(seeker, [(one, way)])[0]
    assert nearer.points >= there.points
    assert len(nearer.limits) <= len(there.limits)


def test_nothing_of_the_ranking_says_where_somebody_lives() -> None:
    names = {field.name for kind in (Seeker, Opening) for field in dataclasses.fields(kind)}
    assert not [name for name in names if "qpv" in name or "zone" in name or "residen" in name]
    assert {"lon", "lat"}.isdisjoint(field.name for field in dataclasses.fields(Seeker))
