"""Each figure of the law on pupils in workplaces, with its source; hours and breaks against a naive computation."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from croisee.stages.rules_of_law import BREAK_MINUTES, Facts, age_on, check, stretches

MONDAY = dt.date(2027, 2, 1)
SEVEN = [["09:00", "12:00"], ["13:00", "17:00"]]
SIX = [["09:00", "12:00"], ["13:00", "16:00"]]


def facts(born, day=SEVEN, days=5, **more):
    hours = {str(number): day for number in range(1, days + 1)}
    values = {
        "birth_date": born,
        "starts_on": MONDAY,
        "ends_on": MONDAY + dt.timedelta(days=4),
        "hours": hours,
        "public_host": True,
    }
    return Facts(**(values | more))


def blocking(one, on=None):
    return [finding for finding in check(one, on) if finding.blocks]


def years(count, days=0):
    """A birth date that makes somebody `count` years old on the Monday, `days` later when positive."""
    return MONDAY.replace(year=MONDAY.year - count) + dt.timedelta(days=days)


class TestUnder14:
    """Code du travail L.4153-1 and L.4153-5: under 14, public administrations or a family firm only."""

    def test_private_host(self):
        [finding] = blocking(facts(years(14, days=1), SIX, public_host=False))
        assert "4153-1" in finding.source
        assert (finding.field, finding.blocks) == ("family_firm", True)

    @pytest.mark.parametrize("more", [{"public_host": True}, {"public_host": False, "family_firm": True}])
    def test_public_host_or_family_firm(self, more):
        assert not blocking(facts(years(14, days=1), SIX, **more))

    def test_birthday_on_the_monday(self):
        assert not blocking(facts(years(14), SIX, public_host=False))

    def test_birthday_in_the_week_is_judged_day_by_day(self):
        one = facts(years(14, days=2), SIX, public_host=False)
        assert blocking(one)
        late = Facts(**{**one.__dict__, "hours": {"3": SIX, "4": SIX}})
        assert not blocking(late)


class TestHours:
    """Circular 2003-134: 7 h a day; 30 h a week under 15, 35 h from 15. Code du travail L.3162-1: 8 h from 16."""

    def test_week_of_thirty_five_hours(self):
        assert not blocking(facts(years(15)))
        [finding] = blocking(facts(years(15, days=1)))
        assert "30\u00a0h" in finding.sentence
        assert "2003-134" in finding.source

    def test_birthday_in_the_week_keeps_to_the_stricter(self):
        assert blocking(facts(years(15, days=3)))

    def test_thirty_hours_under_fifteen(self):
        assert not blocking(facts(years(15, days=1), SIX))

    @pytest.mark.parametrize(("born", "refused"), [(years(16), False), (years(16, days=5), True)])
    def test_eight_hours_from_sixteen(self, born, refused):
        eight = [["08:00", "12:00"], ["13:00", "17:00"]]
        assert bool(blocking(facts(born, eight, days=4))) == refused

    def test_least_hours_are_only_to_check(self):
        [finding] = check(facts(years(15), SIX, days=3, least_hours=25))
        assert not finding.blocks
        assert "18\u00a0h" in finding.sentence


class TestNight:
    """Code du travail L.3163-1 and -2: under 16, nothing between 20:00 and 6:00."""

    @pytest.mark.parametrize(
        ("span", "count"),
        [(["06:00", "10:00"], 0), (["05:59", "09:00"], 1), (["17:00", "20:00"], 0), (["17:00", "20:01"], 1)],
    )
    def test_limits(self, span, count):
        assert len(blocking(facts(years(15), [span], days=1))) == count

    def test_from_sixteen_it_is_another_matter(self):
        assert not blocking(facts(years(16), [["17:00", "20:30"]], days=1))


class TestBreaks:
    """Code du travail L.3162-3: 30 minutes of break past four hours and a half."""

    @pytest.mark.parametrize(
        ("day", "refused"),
        [
            ([["08:00", "12:30"]], False),
            ([["08:00", "12:31"]], True),
            ([["08:00", "11:00"], ["11:29", "12:59"]], False),
            ([["08:00", "11:00"], ["11:29", "13:00"]], True),
            ([["08:00", "11:00"], ["11:30", "14:00"]], False),
        ],
    )
    def test_limits(self, day, refused):
        assert bool(blocking(facts(years(15), day, days=1))) == refused


class TestDays:
    """Code de l’éducation D.332-14, service-public.fr F1882: one week of five days in 3e."""

    def test_sixth_day(self):
        assert blocking(facts(years(15), [["09:00", "12:00"]], days=6, ends_on=MONDAY + dt.timedelta(days=5)))

    def test_second_week(self):
        one = facts(years(15), [["09:00", "12:00"]], days=1, ends_on=MONDAY + dt.timedelta(days=8))
        assert blocking(one)


class TestFacts:
    def test_leap_day(self):
        born = dt.date(2012, 2, 29)
        assert age_on(born, dt.date(2027, 2, 28)) == 14
        assert age_on(born, dt.date(2027, 3, 1)) == 15
        assert age_on(born, dt.date(2028, 2, 29)) == 16

    @pytest.mark.parametrize(
        "day", [[["9h", "12h"]], [["12:00", "09:00"]], [["09:00", "12:00"], ["11:00", "13:00"]], ["x"]]
    )
    def test_unreadable_hours(self, day):
        [finding] = check(facts(years(15), day))
        assert finding.field == "hours"

    def test_no_day_and_no_order(self):
        assert blocking(facts(years(15), days=0))
        assert blocking(facts(years(15), ends_on=MONDAY - dt.timedelta(days=1)))

    def test_no_rule_before_it_was_in_force(self):
        assert not blocking(facts(years(14), [["05:00", "21:00"]]), on=dt.date(2000, 1, 1))


minutes = st.integers(0, 24 * 12 - 1)


@st.composite
def days_of_presence(draw):
    """Up to four spans that do not overlap, on multiples of five minutes."""
    points = sorted(draw(st.sets(minutes, max_size=8)))
    return [(5 * begin, 5 * end) for begin, end in zip(points[::2], points[1::2], strict=False)]


def naive_stretches(spans):
    """The same, minute by minute."""
    present = [any(begin <= minute < end for begin, end in spans) for minute in range(24 * 60)]
    found, worked, pause = [], 0, 0
    for here in present:
        if here:
            worked, pause = worked + 1, 0
        else:
            pause += 1
            if pause == BREAK_MINUTES and worked:
                found.append(worked)
                worked = 0
    return [*found, worked] if worked else found


@given(days_of_presence())
@settings(max_examples=150)
def test_breaks_as_a_naive_count_says(spans):
    assert stretches(spans) == naive_stretches(spans)


@given(
    st.dictionaries(st.sampled_from("12345"), days_of_presence(), min_size=1),
    st.integers(10, 17),
    st.integers(0, 6),
)
@settings(max_examples=100)
def test_hours_as_a_naive_count_says(timetable, age, birthday):
    born = years(age, days=birthday)

    def written(minute):
        return f"{minute // 60:02}:{minute % 60:02}"

    hours = {
        day: [[written(begin), written(end)] for begin, end in spans] for day, spans in timetable.items()
    }
    one = facts(born, hours=hours)
    present = {day: sum(end - begin for begin, end in spans) for day, spans in timetable.items() if spans}
    ages = {day: age_on(born, MONDAY + dt.timedelta(days=int(day) - 1)) for day in present}
    lawful = bool(present)
    for day, total in present.items():
        lawful &= total <= (7 if ages[day] < 16 else 8) * 60
        lawful &= all(count <= 270 for count in naive_stretches(timetable[day]))
        if ages[day] < 16:
            lawful &= all(begin >= 360 and end <= 1200 for begin, end in timetable[day])
    if present:
        lawful &= sum(present.values()) <= (30 if min(ages.values()) < 15 else 35) * 60
    assert lawful == (not blocking(one))
