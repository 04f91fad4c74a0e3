"""How long premises stay empty, against a textbook and a recount; what was not found; small counts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.premises.durations import Empty, quartiles, stays
from croisee.premises.kinds import Use
from croisee.premises.models import Demand, Spell, UnitState
from croisee.premises.queries import vacancy as queries
from croisee.premises.services import demands
from tests.premises_world import PremisesWorld, make_demand, make_unit
from tests.world import TODAY, member

DAY = dt.timedelta(days=1)
FIRST = dt.date(2027, 1, 1)
EMPTY, TAKEN = ("vacant", "available"), ("let",)


def test_the_textbook_case_of_kaplan_and_meier() -> None:
    """Their own example (JASA 1958, section 1.3) in days: deaths at 8, 31, 50, 70; losses at 27, 46, 53, 100+."""
    ended, lasting = (8, 31, 50, 70), (27, 46, 53, 100)
    times = [Empty(n, True) for n in ended] + [Empty(n, False) for n in lasting]
    found = quartiles(times)
    # Still empty: 7/8 after 8, 35/48 after 31, 35/64 after 50, 35/128 after 70.
    assert (found.first, found.median, found.third) == (31, 70, None)
    assert (found.ended, found.lasting) == (4, 4)


@given(st.lists(st.builds(Empty, st.integers(1, 30), st.booleans()), max_size=25))
def test_quartiles_are_those_of_a_recount_day_by_day(times: list[Empty]) -> None:
    found = quartiles(times)
    still, crossed = Fraction(1), {}
    for day in range(1, 31):
        there = sum(one.days >= day for one in times)
        gone = sum(one.days == day and one.over for one in times)
        still *= 1 - Fraction(gone, there) if there else 1
        for share in (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)):
            if gone and still <= share:
                crossed.setdefault(share, day)
    expected = [crossed.get(share) for share in (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))]
    assert [found.first, found.median, found.third] == expected


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_without_any_that_lasts_it_is_the_plain_quartile(days: list[int]) -> None:
    found = quartiles([Empty(n, True) for n in days])
    ordered = sorted(days)
    assert found.median == ordered[-(-len(days) // 2) - 1]
    assert found.third == ordered[-(-3 * len(days) // 4) - 1]


@given(
    st.lists(
        st.tuples(st.sampled_from(["vacant", "available", "let", "works"]), st.integers(1, 9)), max_size=8
    )
)
def test_times_are_those_of_a_walk_day_by_day(story: list[tuple[str, int]]) -> None:
    """The same, each day in turn: a time begins on its first empty day; who comes ends it, works do not."""
    periods, walked, day = [], [], FIRST
    for place, (state, length) in enumerate(story):
        last = None if place == len(story) - 1 else day + (length - 1) * DAY
        periods.append((state, day, last))
        walked += [state] * length
        day += length * DAY
    today = FIRST + (len(walked) - 1) * DAY
    expected, run = [], 0
    for state in walked:
        if state in EMPTY:
            run += 1
        elif run:
            expected.append(Empty(run, state in TAKEN))
            run = 0
    if run:
        expected.append(Empty(run, False))
    assert stays(periods, EMPTY, TAKEN, today) == expected


def official(world: PremisesWorld) -> Account:
    return member(Role.OFFICIAL, world.metropolis, "elue@example.org")


@pytest.mark.django_db
def test_what_is_vacant_is_counted_by_place_sort_and_owner(world: PremisesWorld) -> None:
    found = queries.vacancy(world.developer)
    # The found unit is not of the stock; one is let; two of landlord A and one of landlord B are empty.
    assert (found.whole.units, found.whole.vacant) == (4, 3)
    assert found.whole.surface == Decimal("135.0")
    assert sum(line.units for line in found.lines) == 4
    assert {(line.owner, line.units, line.vacant) for line in found.lines} == {
        ("Bailleur social A", 3, 2),
        ("Bailleur social B", 1, 1),
    }
    assert (found.whole.times.ended, found.whole.times.lasting) == (0, 3)
    assert found.whole.times.median is None
    assert (found.turnover.begun, found.turnover.gone) == (1, 0)
    mine = queries.vacancy(world.landlords[1])
    assert (mine.whole.units, mine.turnover.begun) == (1, 0)
    assert [row.name for row in queries.vacant_units(world.landlords[1])] == ["Atelier Villejean"]


@pytest.mark.django_db
def test_a_time_that_ended_is_told_from_one_that_lasts(world: PremisesWorld) -> None:
    unit = make_unit(world.owners[0], "Reloué", UnitState.LET)
    Spell.objects.filter(unit=unit).update(starts_on=TODAY - 10 * DAY)
    Spell.objects.create(unit=unit, state="vacant", starts_on=TODAY - 50 * DAY, ends_on=TODAY - 31 * DAY)
    Spell.objects.create(unit=unit, state="available", starts_on=TODAY - 30 * DAY, ends_on=TODAY - 11 * DAY)
    times = queries.vacancy(world.developer).whole.times
    assert (times.ended, times.lasting, times.first) == (1, 3, 40)


@pytest.mark.django_db
def test_what_was_not_found_says_what_stood_in_the_way(world: PremisesWorld) -> None:
    for number in range(3):
        make_demand(
            world.companies[0],
            world.askers[0],
            f"Fournil {number}",
            most_rent=Decimal(100),
        )
    gone = make_demand(world.companies[1], world.askers[1], "Ailleurs", use=Use.FOOD)
    demands.close(gone, "leave", "À Betton", world.askers[1])
    old = make_demand(world.companies[1], world.askers[1], "Vieille", use=Use.FOOD)
    demands.close(old, "drop", "x", world.askers[1])
    Demand.objects.filter(pk=old.pk).update(closed_on=TODAY - 800 * DAY)
    found = queries.lack(world.developer)
    assert found.total == 4
    lines = {(line.use, line.band): line for line in found.lines}
    craft = lines[str(Use.CRAFT.label), "30 to 60 m²"]
    assert (craft.total, craft.open, craft.obstacle) == (3, 3, "rent and charges")
    food = lines[str(Use.FOOD.label), "30 to 60 m²"]
    assert (food.total, food.elsewhere, food.dropped) == (1, 1, 0)


@pytest.mark.django_db
def test_others_than_developers_read_no_line_of_fewer_than_five(world: PremisesWorld) -> None:
    reader = official(world)
    for number in range(3):
        make_demand(world.companies[0], world.askers[0], f"Cuisine {number}", use=Use.FOOD)
    assert queries.lack(reader).too_few
    for number in range(5):
        make_demand(world.companies[0], world.askers[0], f"Garage {number}", use=Use.VEHICLES)
    for number in range(9):
        make_demand(world.companies[0], world.askers[0], f"Dépôt {number}", use=Use.STORAGE)
    found = queries.lack(reader)
    told = {line.use: line.total for line in found.lines}
    # The three kitchens are hidden, and the five garages with them: the total would give the kitchens back.
    assert told == {
        str(Use.STORAGE.label): 9,
        str(Use.VEHICLES.label): None,
        str(Use.FOOD.label): None,
    }
    assert all(line.open is None and line.dropped is None for line in found.lines)
    assert all(not line.obstacle for line in found.lines if line.hidden)
    assert {line.use: line.total for line in queries.lack(world.developer).lines}[str(Use.FOOD.label)] == 3


@pytest.mark.parametrize(
    ("surface", "band"),
    [("1", "0 to 30 m²"), ("29.9", "0 to 30 m²"), ("30", "30 to 60 m²"), ("1000", "1000 m² and more")],
)
def test_bands_meet_without_overlapping(surface: str, band: str) -> None:
    assert queries.band_of(Decimal(surface)) == band
