"""Spans of days and the order of candidates: what must hold whatever the dates and people."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from croisee.clauses.durations import Span, covered, is_older_than, merged, until
from croisee.clauses.ranking import MOST, POINTS, Facts, Job, Reason, rank
from croisee.foundation.dates import NO_END, add_months
from croisee.opportunities.fit import NOT_KNOWN, Fit

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
ONE = dt.timedelta(days=1)
TODAY = dt.date(2026, 9, 1)


@given(DAYS, DAYS, st.integers(0, 60))
def test_the_age_of_a_proof(of: dt.date, day: dt.date, months: int) -> None:
    assert is_older_than(of, months, day) == (add_months(of, months) < day)
    assert not is_older_than(day, months, day)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8).map(
    lambda pairs: [Span(TODAY + first * ONE, TODAY + (first + length) * ONE) for first, length in pairs]
)


@given(SPANS, st.integers(-5, 90))
def test_spans_hold_the_days_they_held(spans: list[Span], number: int) -> None:
    day = TODAY + number * ONE
    inside = any(span.first <= day <= span.last for span in spans)
    joined = merged(spans)
    assert any(span.first <= day <= span.last for span in joined) == inside
    assert all(one.last + ONE < other.first for one, other in pairwise(joined))
    last = until(spans, day)
    assert (last is not None) == inside
    if last is not None:
        row = [day + n * ONE for n in range((last - day).days + 2)]
        held = [any(span.first <= one <= span.last for span in spans) for one in row]
        assert all(held[:-1])
        assert not held[-1]
    days = sum((span.last - span.first).days + 1 for span in covered(spans, TODAY, day))
    assert days == sum(
        any(s.first <= TODAY + n * ONE <= s.last for s in spans) for n in range(max(0, number + 1))
    )


def test_what_has_no_end_has_none() -> None:
    spans = [Span(TODAY, NO_END), Span(TODAY + 5 * ONE, TODAY + 9 * ONE)]
    assert merged(spans) == (Span(TODAY, NO_END),)
    assert until(spans, TODAY + 400 * ONE) == NO_END


CODES = st.sampled_from(["F1606", "F1703", "F1602", "K2204", "A1203"])
PEOPLE = st.lists(
    st.builds(
        Facts,
        key=st.uuids(version=4),
        jobs=st.lists(CODES, max_size=3).map(tuple),
        minutes=st.sampled_from([NOT_KNOWN, 5, 20, 40, 70, 999]),
        limit=st.sampled_from([30, 60]),
        available_from=st.one_of(st.none(), DAYS),
        available_until=st.none(),
        weekly_hours=st.sampled_from([20.0, 35.0]),
        until=DAYS,
        waiting_since=st.sampled_from([TODAY - n * ONE for n in (0, 100, 400)]),
        worked=st.booleans(),
        trained_for=st.lists(CODES, max_size=1).map(tuple),
    ),
    max_size=20,
    unique_by=lambda one: one.key,
)
JOB = Job("F1606", frozenset({"F1606"}), TODAY, dt.date(2027, 2, 28), 6, 35.0)


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_is_the_same_however_people_come_in(people: list[Facts], random: object) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(JOB, people, TODAY) == rank(JOB, shuffled, TODAY)


@given(PEOPLE)
def test_points_rank_then_the_longest_wait(people: list[Facts]) -> None:
    ranked = rank(JOB, people, TODAY)
    assert {one.facts.key for one in ranked} == {one.key for one in people}  # nobody is left out
    for one, other in pairwise(ranked):
        assert (one.too_far, -one.points, one.facts.waiting_since) <= (
            other.too_far,
            -other.points,
            other.facts.waiting_since,
        )
    for one in ranked:
        assert 0 <= one.points <= MOST == 100
        assert one.too_far == (one.facts.minutes > one.facts.limit)
        assert len(one.reasons) == len(POINTS)


@given(PEOPLE.filter(bool))
def test_who_lacks_nothing_comes_before_the_same_person_with_less(people: list[Facts]) -> None:
    best = Facts(
        key=UUID(int=1),
        jobs=("F1606",),
        minutes=5,
        limit=60,
        available_from=None,
        available_until=None,
        weekly_hours=35.0,
        until=NO_END,
        waiting_since=dt.date(2000, 1, 1),
        worked=False,
        trained_for=("F1606",),
    )
    assert rank(JOB, [*people, best], TODAY)[0].facts == best


def test_nothing_that_is_ranked_by_says_where_anybody_lives() -> None:
    fields = {*Facts.__dataclass_fields__, *Job.__dataclass_fields__}
    assert not {name for name in fields if "residence" in name or "zone" in name or "qpv" in name}
    assert not [reason for reason in (*Fit, *Reason) if "qpv" in reason.value or "residence" in reason.value]
