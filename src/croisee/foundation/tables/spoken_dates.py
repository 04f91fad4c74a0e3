"""Dates as people type them, brought to one form: day or month first, years of two digits, months in words."""

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum

from croisee.foundation.tables.columns import header_key

NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})(?:[ T]\d{1,2}[:h]\d{2}.*)?")
ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?")
WORDS = re.compile(
    r"(?:[a-zé]+\.?\s+)?(\d{1,2})(?:er)?[\s\-]+([a-zéûôà]+)\.?[\s\-]+(\d{4}|\d{2})", re.IGNORECASE
)
SERIAL = re.compile(r"(\d{5})(?:[.,]0+)?")
SERIAL_DAYS = range(7_000, 75_000)
"""Days as Excel counts them, from 1919 to 2105."""
SERIAL_START = dt.date(1899, 12, 30)
AHEAD = 10
"""A year of two digits is at most so many years ahead: 36 is 1936 from 2026 on, but 35 is 2035."""
MONTHS = {
    "jan": 1, "janv": 1, "janvier": 1, "january": 1,
    "fev": 2, "fevr": 2, "fevrier": 2, "feb": 2, "february": 2,
    "mar": 3, "mars": 3, "march": 3,
    "avr": 4, "avril": 4, "apr": 4, "april": 4,
    "mai": 5, "may": 5,
    "juin": 6, "jun": 6, "june": 6,
    "juil": 7, "juillet": 7, "jul": 7, "july": 7,
    "aou": 8, "aout": 8, "aug": 8, "august": 8,
    "sep": 9, "sept": 9, "septembre": 9, "september": 9,
    "oct": 10, "octobre": 10, "october": 10,
    "nov": 11, "novembre": 11, "november": 11,
    "dec": 12, "decembre": 12, "december": 12,
}  # fmt: skip


class Order(StrEnum):
    """What comes first in 03/04/2020."""

    DAY = "day"
    MONTH = "month"


def order_of(texts: Iterable[str]) -> Order | None:
    """What comes first in these dates; None when they do not tell (no number above 12, or both orders)."""
    day = month = False
    for text in texts:
        if found := NUMBERS.fullmatch(text.strip()):
            first, second = int(found[1]), int(found[2])
            day |= first > 12 >= second
            month |= second > 12 >= first
    if day == month:
        return None
    return Order.DAY if day else Order.MONTH


def is_open(texts: Iterable[str]) -> bool:
    """Whether any of these dates reads otherwise with the month first."""
    found = (NUMBERS.fullmatch(text.strip()) for text in texts)
    return any(one and one[1].lstrip("0") != one[2].lstrip("0") for one in found)


def iso_date(text: str, order: Order = Order.DAY, today: dt.date | None = None) -> str:
    """The date in `text` as 2012-03-25; `text` itself when it is none: its column says what is wrong with it."""
    text = text.strip()
    if found := ISO.fullmatch(text):
        parts = [int(found[1]), int(found[2]), int(found[3])]
    elif found := NUMBERS.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if order is Order.DAY else (second, first)
        parts = [_year(found[3], today), month, day]
    elif (found := WORDS.fullmatch(text)) and (named := MONTHS.get(header_key(found[2]))):
        parts = [_year(found[3], today), named, int(found[1])]
    elif (found := SERIAL.fullmatch(text)) and int(found[1]) in SERIAL_DAYS:
        return (SERIAL_START + dt.timedelta(days=int(found[1]))).isoformat()
    else:
        return text
    try:
        return dt.date(*parts).isoformat()
    except ValueError:
        return text


def _year(digits: str, today: dt.date | None) -> int:
    """A year in full; of two digits, the one that is at most ten years ahead."""
    if len(digits) == 4:
        return int(digits)
    this_year = (today or dt.date.today()).year  # noqa: DTZ011  a window of years: no hour changes it
    year = this_year - this_year % 100 + int(digits)
    return year if year <= this_year + AHEAD else year - 100
