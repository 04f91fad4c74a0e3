"""De minimis aid over rolling years, and the aid that a low rent is: pure rules against brute force."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.incubation.de_minimis import Excess, Grant, excess, first_day_possible, total
from croisee.incubation.rents import Let, Step, aid, in_force, planned
from croisee.opportunities.tenure import Duration

D = dt.date
ONE = dt.timedelta(days=1)
DAYS = st.dates(D(2023, 1, 1), D(2030, 12, 31))
AMOUNTS = st.integers(0, 300_000).map(Decimal)
GRANTS = st.lists(st.builds(Grant, DAYS, AMOUNTS), max_size=7)


def ceiling(day: dt.date) -> Decimal:
    """As seeded: règlement 1407/2013, then 2023/2831 from 1 January 2024."""
    return Decimal(300_000 if day >= D(2024, 1, 1) else 200_000)


def in_window(granted: dt.date, end: dt.date) -> bool:
    """Whether an aid of a day counts in the three years that end on another: years, months, days compared by hand."""
    if granted > end:
        return False
    same = (end.year - 3, end.month, end.day)
    if (end.month, end.day) == (2, 29):
        same = (end.year - 3, 2, 28)
    return (granted.year, granted.month, granted.day) > same


@pytest.mark.parametrize(
    ("granted", "day", "counts"),
    [
        (D(2024, 5, 10), D(2024, 5, 10), True),
        (D(2024, 5, 10), D(2027, 5, 9), True),
        (D(2024, 5, 10), D(2027, 5, 10), False),
        (D(2024, 5, 11), D(2027, 5, 10), True),
        (D(2024, 5, 10), D(2024, 5, 9), False),
        # 29 February is granted: it counts until 28 February three years later.
        (D(2024, 2, 29), D(2027, 2, 28), True),
        (D(2024, 2, 29), D(2027, 3, 1), False),
        (D(2024, 2, 28), D(2027, 2, 28), False),
        # 29 February is the day: what was granted on 28 February three years before counts no more.
        (D(2025, 2, 28), D(2028, 2, 29), False),
        (D(2025, 3, 1), D(2028, 2, 29), True),
        (D(2025, 2, 28), D(2028, 2, 27), True),
    ],
)
def test_reglement_2023_2831_article_3_2_the_window_of_three_years_rolls(
    granted: dt.date, day: dt.date, *, counts: bool
) -> None:
    """Règlement (UE) 2023/2831, article 3(2) and recital 11: three years on a rolling basis at each new grant."""
    assert total([Grant(granted, Decimal(100))], day, 3) == (100 if counts else 0)
    assert in_window(granted, day) is counts


def test_reglement_2023_2831_the_ceiling_may_be_reached_and_not_passed() -> None:
    had = [Grant(D(2024, 5, 10), Decimal(200_000)), Grant(D(2025, 5, 10), Decimal(60_000))]
    assert excess(had, Grant(D(2027, 5, 9), Decimal(40_000)), 3, ceiling) is None
    over = excess(had, Grant(D(2027, 5, 9), Decimal("40000.01")), 3, ceiling)
    assert over == Excess(D(2027, 5, 9), Decimal("300000.01"), Decimal(300_000))
    assert over.over == Decimal("0.01")
    # A day later the first aid counts no more.
    assert excess(had, Grant(D(2027, 5, 10), Decimal(240_000)), 3, ceiling) is None
    assert first_day_possible(had, Decimal(100_000), D(2027, 1, 1), 3, ceiling) == D(2027, 5, 10)
    assert first_day_possible(had, Decimal(300_001), D(2027, 1, 1), 3, ceiling) is None


def test_an_aid_noted_afterwards_is_held_against_those_granted_since() -> None:
    """Any period of three years, not the last alone: an older aid that was forgotten may be too much."""
    since = [Grant(D(2026, 6, 1), Decimal(250_000))]
    over = excess(since, Grant(D(2025, 6, 1), Decimal(60_000)), 3, ceiling)
    assert over is not None
    assert (over.last, over.over) == (D(2026, 6, 1), Decimal(10_000))


@given(GRANTS, st.builds(Grant, DAYS, AMOUNTS))
def test_excess_is_found_by_looking_at_every_window(grants: list[Grant], added: Grant) -> None:
    """Against every day as the end of a period that holds the new aid."""
    everything = [*grants, added]
    ends = [added.on + n * ONE for n in range(1200)]
    sums = [
        (sum((one.amount for one in everything if in_window(one.on, end)), Decimal(0)) - ceiling(end))
        for end in {one.on for one in everything} & set(ends)
        if in_window(added.on, end)
    ]
    worst = max(sums)
    found = excess(grants, added, 3, ceiling)
    assert (found.over if found else None) == (worst if worst > 0 else None)


@given(GRANTS, AMOUNTS, DAYS.filter(lambda day: day.year > 2023))
def test_the_first_day_possible_is_the_first(grants: list[Grant], amount: Decimal, day: dt.date) -> None:
    found = first_day_possible(grants, amount, day, 3, ceiling)
    if found is None:
        assert excess(grants, Grant(D(2099, 1, 1), amount), 3, ceiling) is not None
        return
    assert excess(grants, Grant(found, amount), 3, ceiling) is None
    if found > day:
        assert excess(grants, Grant(found - ONE, amount), 3, ceiling) is not None
        assert excess(grants, Grant(day, amount), 3, ceiling) is not None


# Rents

STEPS = st.lists(
    st.builds(
        Step,
        st.dates(D(2024, 1, 1), D(2026, 12, 31)),
        st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100),
        st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda step: step.starts_on,
)


@given(STEPS, st.dates(D(2024, 1, 1), D(2026, 12, 31)), st.integers(0, 800))
def test_the_aid_is_a_sum_of_days(steps: list[Step], first: dt.date, days: int) -> None:
    """Each day counts its month's rent over the days of that month; the aid is what the market asks above."""
    last = first + days * ONE
    aided = Decimal(0)
    day = first
    while day <= last:
        step = in_force(steps, day)
        if step is not None:
            size = calendar.monthrange(day.year, day.month)[1]
            aided += max(Decimal(0), step.market - step.monthly) / size
        day += ONE
    assert abs(aid(steps, first, last) - aided) <= Decimal("0.0051")


def test_three_years_at_a_progressive_rent() -> None:
    """20 m² at 6, 8, 10 €/m² against 12.50 outside: (130 + 90 + 50) × 12 months."""
    grid = {
        "office": {year: (Decimal(rent), Decimal("12.50")) for year, rent in ((1, "6"), (2, "8"), (3, "10"))}
    }
    steps = planned(grid, [Let("office", Decimal(20))], D(2026, 1, 1), D(2028, 12, 31))
    assert [(one.starts_on, one.monthly, one.market) for one in steps] == [
        (D(2026, 1, 1), 120, 250),
        (D(2027, 1, 1), 160, 250),
        (D(2028, 1, 1), 200, 250),
    ]
    assert aid(steps, D(2026, 1, 1), D(2028, 12, 31)) == 3240
    assert aid(steps, D(2026, 1, 17), D(2026, 1, 31)) == Decimal("62.90")
    assert aid([], D(2026, 1, 17), D(2026, 1, 31)) == 0
    # Who has been there for eight months has four left of the first year.
    later = planned(grid, [Let("office", Decimal(20))], D(2026, 1, 1), D(2026, 12, 31), Duration(8))
    assert [one.starts_on for one in later] == [D(2026, 1, 1), D(2026, 5, 1)]
    # Past the grid its last rent stays, and no grid makes no rent.
    long = planned(grid, [Let("office", Decimal(20))], D(2026, 1, 1), D(2032, 12, 31))
    assert long[-1].starts_on == D(2028, 1, 1)
    assert planned(grid, [Let("store", Decimal(20))], D(2026, 1, 1), D(2026, 12, 31)) == []


def test_a_rent_above_the_market_takes_nothing_off() -> None:
    steps = [Step(D(2026, 1, 1), Decimal(300), Decimal(250)), Step(D(2026, 2, 1), Decimal(200), Decimal(250))]
    assert aid(steps, D(2026, 1, 1), D(2026, 2, 28)) == 50


@given(st.dates(D(2024, 1, 1), D(2027, 12, 31)), st.integers(0, 1500), st.integers(0, 70), st.integers(0, 30))
def test_steps_come_in_order_and_within_the_term(
    starts_on: dt.date, days: int, months: int, rest: int
) -> None:
    grid = {"desk": {year: (Decimal(year), Decimal(20)) for year in range(1, 11)}}
    last = starts_on + days * ONE
    steps = planned(grid, [Let("desk", Decimal(1))], starts_on, last, Duration(months, rest))
    assert steps[0].starts_on == starts_on
    assert [one.starts_on for one in steps] == sorted({one.starts_on for one in steps})
    assert all(one.starts_on <= last for one in steps)
