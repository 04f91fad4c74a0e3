"""Dates in running text; months and years on a calendar."""

import calendar
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.dates import NO_END, add_months, age_in_years, in_words, last_day, months_left

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONTHS = st.integers(1, 120)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "day", "form", "text"),
    [
        ("fr", date(2027, 2, 1), "j F", "1er février"),
        ("fr", date(2027, 2, 11), "j F Y", "11 février 2027"),
        ("fr", date(2027, 2, 21), "DATE_FORMAT", "21 février 2027"),
        ("fr", date(2026, 12, 1), "l j F Y", "mardi 1er décembre 2026"),
        ("fr", date(2027, 2, 11), "l j F", "jeudi 11 février"),
        ("en", date(2027, 2, 1), "j F", "1 February"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(language: str, day: date, form: str, text: str) -> None:
    with translation.override(language):
        assert in_words(day, form) == text


def test_months_at_month_ends() -> None:
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2025, 3, 31), -1) == date(2025, 2, 28)
    assert last_day(date(2025, 3, 1), 24) == date(2027, 2, 28)
    assert last_day(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert last_day(date(2025, 1, 15), 6) == date(2025, 7, 14)
    assert last_day(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert age_in_years(date(2000, 2, 29), date(2026, 2, 28)) == 25


@given(DAYS, MONTHS)
def test_months_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    found = add_months(day, months)
    length = calendar.monthrange(found.year, found.month)[1]
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == min(day.day, length)


@given(DAYS, DAYS, MONTHS)
def test_who_begins_later_never_ends_earlier(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert last_day(first, months) <= last_day(second, months)
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, MONTHS)
def test_a_period_has_as_many_months_as_it_was_given(day: date, months: int) -> None:
    last = last_day(day, months)
    assert last < last_day(day, months + 1)
    assert months_left(day, last) == months
    assert months_left(day, last - ONE) == months - 1
    # From the first of a month, months follow each other without a gap.
    first = day.replace(day=1)
    assert last_day(last_day(first, months) + ONE, 1) == last_day(first, months + 1)


def test_no_end_is_further_than_any_period() -> None:
    assert months_left(date(2026, 9, 1), NO_END) > 12_000
    assert months_left(date(2026, 9, 1), date(2026, 8, 31)) == 0
