"""Leases of three years, the month past the term, what the public domain allows: the law, recounted day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.dates import add_months
from croisee.opportunities.tenure import (
    Duration,
    Span,
    Stage,
    Tenure,
    alert,
    alerts,
    cause_is_only_youth,
    commercial_lease_arises_on,
    cumulated,
    last_day_allowed,
    last_day_to_act,
    merged,
    refused_here,
    said,
)

D = dt.date
ONE = dt.timedelta(days=1)
DAYS = st.dates(D(2023, 1, 1), D(2029, 12, 31))
SPANS = st.builds(lambda first, days: Span(first, first + dt.timedelta(days=days)), DAYS, st.integers(0, 900))


def walked(first: dt.date, last: dt.date) -> tuple[int, int]:
    """Months and days from `first` to `last`, by walking from day to day: no arithmetic of months.

    A month is over on the eve of the same number, or on the last day of a month that has no such number.
    """
    months = days = 0
    day = first
    while day <= last:
        days += 1
        tomorrow = day + ONE
        too_short = tomorrow.day == 1 and day.day < first.day
        if tomorrow.day == first.day or too_short:
            months, days = months + 1, 0
        day = tomorrow
    return months, days


def recounted(spans: list[Span]) -> Duration:
    """The same as `cumulated`, from the set of all days."""
    every = sorted({span.first + n * ONE for span in spans for n in range((span.last - span.first).days + 1)})
    runs: list[list[dt.date]] = []
    for day in every:
        if runs and day - runs[-1][-1] == ONE:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [walked(run[0], run[-1]) for run in runs]
    months, days = sum(part[0] for part in parts), sum(part[1] for part in parts)
    end = every[0] - ONE
    while walked(every[0], end)[0] < months:
        end += ONE
    return Duration(*walked(every[0], end + days * ONE))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([(D(2024, 1, 1), D(2024, 12, 31))], Duration(12)),
        ([(D(2024, 1, 31), D(2024, 2, 29))], Duration(1)),
        ([(D(2023, 1, 31), D(2023, 2, 28))], Duration(1)),
        ([(D(2024, 2, 29), D(2027, 2, 28))], Duration(36)),
        ([(D(2024, 5, 10), D(2024, 5, 10))], Duration(0, 1)),
        # Three leases of twelve months that follow: thirty-six.
        ([(D(y, 1, 1), D(y, 12, 31)) for y in (2024, 2025, 2026)], Duration(36)),
        # The same with years between.
        ([(D(y, 1, 1), D(y, 12, 31)) for y in (2018, 2021, 2024)], Duration(36)),
        # Two contracts of the same days count once.
        ([(D(2024, 1, 1), D(2024, 12, 31)), (D(2024, 7, 1), D(2025, 6, 30))], Duration(18)),
        # Fifteen days, a gap, sixteen days: from 1 January, thirty-one days are a month.
        ([(D(2024, 1, 1), D(2024, 1, 15)), (D(2024, 3, 1), D(2024, 3, 16))], Duration(1)),
        ([], Duration(0)),
    ],
)
def test_months_are_those_of_the_calendar(periods: list[tuple[dt.date, dt.date]], expected: Duration) -> None:
    assert cumulated([Span(*one) for one in periods]) == expected


@given(st.lists(SPANS, min_size=1, max_size=4))
def test_cumulated_is_a_recount_day_by_day(spans: list[Span]) -> None:
    """Over several leases, with gaps and overlaps, in any order (C. com. L145-5)."""
    assert cumulated(spans) == recounted(spans) == cumulated(list(reversed(spans)))


@given(st.lists(SPANS, max_size=5))
def test_merged_keeps_every_day_once(spans: list[Span]) -> None:
    def days(some: list[Span]) -> list[dt.date]:
        return [one.first + n * ONE for one in some for n in range((one.last - one.first).days + 1)]

    assert sorted(set(days(spans))) == days(merged(spans))


def test_l145_5_thirty_six_months_over_several_leases_and_not_a_day_more() -> None:
    """C. com. L145-5: all leases together last three years at most; thirty-six months exactly are allowed."""
    had = [Span(D(2024, 1, 1), D(2024, 12, 31)), Span(D(2025, 1, 1), D(2025, 12, 31))]
    assert last_day_allowed(had, D(2026, 1, 1)) == D(2026, 12, 31)
    assert cumulated([*had, Span(D(2026, 1, 1), D(2026, 12, 31))]) == Duration(36)
    assert cumulated([*had, Span(D(2026, 1, 1), D(2027, 1, 1))]) == Duration(36, 1)
    # A gap between two leases of the same premises gives nothing back.
    assert last_day_allowed(had, D(2028, 3, 1)) == D(2029, 2, 28)
    # A first lease: three years to the day.
    assert last_day_allowed([], D(2024, 3, 1)) == D(2027, 2, 28)
    assert last_day_allowed([Span(D(2020, 1, 1), D(2022, 12, 31))], D(2026, 1, 1)) is None


@given(st.lists(SPANS, max_size=3), DAYS)
def test_the_last_day_allowed_is_allowed_and_the_next_is_not(had: list[Span], starts_on: dt.date) -> None:
    """C. com. L145-5, against the recount."""
    allowed = last_day_allowed(had, starts_on)
    if allowed is None:
        assert recounted([*had, Span(starts_on, starts_on)]) > Duration(36)
    else:
        assert recounted([*had, Span(starts_on, allowed)]) <= Duration(36)
        assert recounted([*had, Span(starts_on, allowed + ONE)]) > Duration(36)


@pytest.mark.parametrize(
    ("term", "arises"),
    [
        (D(2026, 6, 30), D(2026, 7, 31)),
        (D(2026, 1, 31), D(2026, 3, 1)),
        (D(2028, 1, 31), D(2028, 3, 1)),
        (D(2028, 1, 30), D(2028, 3, 1)),
        (D(2026, 2, 28), D(2026, 3, 29)),
        (D(2026, 12, 31), D(2027, 2, 1)),
    ],
)
def test_l145_5_a_commercial_lease_arises_one_month_past_the_term(term: dt.date, arises: dt.date) -> None:
    """C. com. L145-5, second paragraph; the month is counted as the code de procédure civile, article 641, says."""
    assert commercial_lease_arises_on(term) == arises
    assert last_day_to_act(term) == arises - ONE


@given(DAYS, st.integers(-400, 400))
def test_alerts_come_at_180_90_and_30_days_then_past_the_term_then_too_late(
    term: dt.date, ahead: int
) -> None:
    today = term - ahead * ONE
    reached = [one.stage for one in alerts(term, today)]
    expected = [Stage(days) for days in (180, 90, 30) if ahead <= days]
    if ahead < 0:
        expected.append(Stage.PAST)
        if today > add_months(term, 1):
            expected.append(Stage.ARISEN)
    assert reached == expected
    assert all(one.since <= today for one in alerts(term, today))
    last = alert(term, today)
    assert (last.stage if last else None) == (expected[-1] if expected else None)


def test_who_left_in_time_is_no_alert() -> None:
    term = D(2026, 6, 30)
    assert alerts(term, D(2027, 1, 1), left_on=D(2026, 7, 30)) == []
    late = alert(term, D(2027, 1, 1), left_on=D(2026, 7, 31))
    assert late is not None
    assert late.stage == Stage.ARISEN


@pytest.mark.parametrize("kind", Tenure.values)
@pytest.mark.parametrize("ahead", [150, 1, 0, -10, -60])
def test_every_alert_is_said_with_its_term(kind: str, ahead: int) -> None:
    term = D(2026, 6, 30)
    today = term - ahead * ONE
    found = alert(term, today)
    assert found is not None
    with translation.override("en"):
        words = said(kind, found, today)
    assert "%(" not in words
    assert words.endswith(".")
    assert found.tone == ("bad" if ahead < 0 else "info" if ahead == 150 else "warn")


def test_a_commercial_lease_is_spoken_of_for_short_leases_with_the_article() -> None:
    with translation.override("en"):
        past = alert(D(2026, 6, 30), D(2026, 7, 10))
        arisen = alert(D(2026, 6, 30), D(2026, 7, 31))
        assert past is not None
        assert arisen is not None
        assert "Act by July 30, 2026" in said(Tenure.DEROGATORY, past, D(2026, 7, 10))
        assert "A commercial lease has arisen on July 31, 2026" in said(
            Tenure.DEROGATORY, arisen, D(2026, 7, 31)
        )
        assert "L145-5-1" in said(Tenure.PRECARIOUS, arisen, D(2026, 7, 31))
        assert "arisen" not in said(Tenure.SERVICES, arisen, D(2026, 7, 31))


@pytest.mark.parametrize("kind", Tenure.values)
def test_cgppp_l2122_1_no_lease_on_the_public_domain(kind: str) -> None:
    possible = kind in (Tenure.PUBLIC_DOMAIN, Tenure.SERVICES)
    assert bool(refused_here(kind, public_domain=True)) is not possible
    assert not refused_here(kind, public_domain=False)


@pytest.mark.parametrize(
    ("cause", "only"),
    [
        ("Entreprise jeune, en phase de démarrage.", True),
        ("Société récemment créée, accueillie en pépinière.", True),
        ("L’immeuble sera démoli au printemps 2028 (NPNRU).", False),
        ("Jeune entreprise, dans l’attente des travaux de réhabilitation de l’aile nord.", False),
        ("Procédure d’expropriation en cours.", False),
    ],
)
def test_l145_5_1_youth_alone_is_not_a_cause(cause: str, *, only: bool) -> None:
    """C. com. L145-5-1: « circonstances particulières indépendantes de la seule volonté des parties »."""
    assert cause_is_only_youth(cause) is only


def test_durations_in_words() -> None:
    with translation.override("en"):
        assert [str(Duration(*one)) for one in ((1, 0), (14, 3), (0, 1), (0, 0))] == [
            "1 month",
            "14 months and 3 days",
            "1 day",
            "0 months",
        ]
