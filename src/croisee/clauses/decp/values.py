"""One value of a DECP record, read as real files write it: text, whole numbers, amounts, dates, considerations.

Each function gives None for what says nothing (`null`, empty, `NC`, `nan`); raises Unreadable for what it cannot read.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType

from croisee.clauses.decp.vocabulary import EnvironmentalConsideration, SocialConsideration

SAYS_NOTHING = frozenset({"", "nc", "n/c", "n.c.", "nan", "nat", "null", "none", "n/a", "<na>", "-"})
FIRST_YEAR = 1990
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\S.*|[ ]?(?:Z|[+-]\d\d:?\d\d))?", re.ASCII)
FRENCH_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?:[T ]\S.*)?", re.ASCII)
AMOUNT = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 18
"""Amounts are below: the column's width. A real file has 10 to the power of 17."""
MOST_MONTHS = 1200


class Unreadable(Exception):  # noqa: N818  reads as the sentence it is
    """The value is of another kind than the field: `wrong_type`, or text that cannot be read."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.wrong_type = not isinstance(value, str)
        self.shown = clean(value)[:40] if isinstance(value, str) else ""


def text(value: object) -> str | None:
    """Text on one line; a number is taken as it is written (identifiers are often numbers)."""
    if isinstance(value, str):
        line = clean(value)
        return None if line.lower() in SAYS_NOTHING else line
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable(value)
    if isinstance(value, int):
        return str(value)
    number = Decimal(str(value))
    return str(int(number)) if number == number.to_integral_value() and abs(number) < LIMIT else str(number)


def clean(line: str) -> str:
    """Without line ends, double spaces, and what databases and spreadsheets refuse (controls, halves of characters)."""
    line = " ".join(line.split())
    if line.isprintable():
        return line
    return CONTROLS.sub("", line).encode("utf-8", "replace").decode("utf-8")


def amount(value: object) -> Decimal | None:
    """Euros to the cent, of any sign: a number, or text with spaces, a comma, a sign of euro.

    Raises Unreadable for what is no number, and for a number that no contract reaches (10 to the power of 18).
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise Unreadable(value)
    if isinstance(value, str):
        line = clean(value)
        if line.lower() in SAYS_NOTHING:
            return None
        line = re.sub(r"\s|€", "", line)
        if not AMOUNT.fullmatch(line):
            raise Unreadable(value)
        value = line.replace(",", ".")
    try:
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite() or abs(number) >= LIMIT:
            raise Unreadable(str(value))
        return number.quantize(CENT)
    except InvalidOperation:
        raise Unreadable(str(value)) from None


def months(value: object) -> int | None:
    """A whole number of months, 1 to 1 200; None for any other number or text: a duration is not worth a contract.

    Raises Unreadable for a value of another type.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 1 <= value <= MOST_MONTHS else None
    try:
        number = amount(value)
    except Unreadable as unreadable:
        if unreadable.wrong_type:
            raise
        return None
    return int(number) if number is not None and 1 <= number <= MOST_MONTHS else None


def day(value: object) -> date | None:
    """A date: `2024-01-05`, with a time or a zone after it, or `05/01/2024`.

    Raises Unreadable for anything else, for a date that the calendar does not have, and before 1990.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(value)
    return _day(value)


@lru_cache(maxsize=20_000)
def _day(value: str) -> date | None:
    line = value.strip()
    if line.lower() in SAYS_NOTHING:
        return None
    if match := DATE.fullmatch(line):
        year, month, number = match.groups()
    elif match := FRENCH_DATE.fullmatch(line):
        number, month, year = match.groups()
    else:
        raise Unreadable(value)
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        raise Unreadable(value) from None
    if found.year < FIRST_YEAR:
        raise Unreadable(value)
    return found


def key(line: str) -> str:
    """`line` without accents, case and plurals, to compare what is said with what is official."""
    plain = unicodedata.normalize("NFKD", line).encode("ascii", "ignore").decode()
    return " ".join(word.rstrip("s") for word in re.split(r"[\W_]+", plain.casefold()) if word)


SOCIAL: Mapping[str, str] = MappingProxyType({key(value): value for value in SocialConsideration.values})
ENVIRONMENTAL: Mapping[str, str] = MappingProxyType(
    {key(value): value for value in EnvironmentalConsideration.values}
)


@lru_cache(maxsize=2_000)
def social(line: str) -> tuple[str, ...]:
    """The official social considerations in a text that may list several (`Clause sociale, Critère social`)."""
    return _official(line, SOCIAL)


@lru_cache(maxsize=2_000)
def environmental(line: str) -> tuple[str, ...]:
    """The official environmental considerations in a text that may list several."""
    return _official(line, ENVIRONMENTAL)


def _official(line: str, known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(known[part] for part in map(key, re.split(r"[,;|/]", line)) if part in known)
