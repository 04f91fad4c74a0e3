"""Dates in running text."""

from datetime import date

import pytest
from django.utils import translation

from croisee.foundation.dates import in_words


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
