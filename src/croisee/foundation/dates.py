"""Dates in running text, and months and years counted on a calendar."""

import calendar
import re
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language

NO_END = date.max
"""The last day of what has no end yet."""
MONTHS_A_YEAR = 12


def in_words(day: date, form: str = "DATE_FORMAT") -> str:
    """A day as it is written in a sentence: `1er janvier 2024` in French, `Jan. 1, 2024` in English.

    `form` is a date format of Django whose first number is the day of the month.
    """
    text = date_format(day, form)
    if day.day == 1 and (get_language() or "").startswith("fr"):
        return re.sub(r"\b1\b", "1er", text, count=1)
    return text


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier when negative); the last of the month where it has no such day.

    31 January and one month: 28 or 29 February. ValueError or OverflowError past the calendar.
    """
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day(first: date, months: int) -> date:
    """The last day of a period of so many months (one at least) that begins on `first`.

    The eve of the same day; where the month has no such day, its last one (code de procédure civile, article 641:
    « à défaut d'un quantième identique, le délai expire le dernier jour du mois »). From 1 March, 24 months: 28 or 29
    February. From 31 January, one month: the last of February.
    """
    same = add_months(first, months)
    return same - timedelta(days=1) if same.day == first.day else same


def months_left(day: date, last: date) -> int:
    """How many whole months fit from `day` to `last`, both included; none when it is past."""
    if last < day:
        return 0
    if last == NO_END:
        return MONTHS_A_YEAR * (NO_END.year - day.year)
    found = max(0, (last.year - day.year) * MONTHS_A_YEAR + last.month - day.month - 1)
    while last_day(day, found + 1) <= last:
        found += 1
    return found


def age_in_years(born: date, day: date) -> int:
    """How old somebody is on a day; who is born on 29 February is older from 1 March in ordinary years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
