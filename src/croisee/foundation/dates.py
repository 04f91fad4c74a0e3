"""Dates in running text."""

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def in_words(day: date, form: str = "DATE_FORMAT") -> str:
    """A day as it is written in a sentence: `1er janvier 2024` in French, `Jan. 1, 2024` in English.

    `form` is a date format of Django whose first number is the day of the month.
    """
    text = date_format(day, form)
    if day.day == 1 and (get_language() or "").startswith("fr"):
        return re.sub(r"\b1\b", "1er", text, count=1)
    return text
