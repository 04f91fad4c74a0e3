"""What a cell may hold: functions from text to a value, each refusing with the reason and the remedy."""

import datetime as dt
import re

from django.utils.translation import gettext as _

INTEGER = re.compile(r"[+-]?\d{1,15}(?:[.,]0+)?")
DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
YES = frozenset({"1", "true", "vrai", "oui", "yes", "o", "y", "x"})
NO = frozenset({"0", "false", "faux", "non", "no", "n"})


class Refused(ValueError):  # noqa: N818  reads as the sentence it is
    """A text that cannot be what its column asks: problem and remedy, in the reader's language."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def integer(text: str) -> int:
    """A whole number; `12,0` as spreadsheets write it is 12."""
    if not INTEGER.fullmatch(text):
        raise Refused(
            _("“%(text)s” is not a whole number.") % {"text": shown(text)},
            _("Write digits only, such as 12."),
        )
    return int(re.split("[.,]", text)[0])


def positive_integer(text: str) -> int:
    """A whole number from 1."""
    number = integer(text)
    if number < 1:
        raise Refused(
            _("%(number)d is less than 1.") % {"number": number},
            _("Write a whole number from 1."),
        )
    return number


def natural_integer(text: str) -> int:
    """A whole number from 0."""
    number = integer(text)
    if number < 0:
        raise Refused(_("%(number)d is negative.") % {"number": number}, _("Write a whole number from 0."))
    return number


def decimal(text: str) -> float:
    """A number, with a point or a comma before its decimals."""
    compact = text.replace("\u00a0", "").replace("\u202f", "").replace("\u2212", "-")
    if not DECIMAL.fullmatch(compact):
        raise Refused(
            _("“%(text)s” is not a number.") % {"text": shown(text)},
            _("Write digits, with a point or a comma before the decimals."),
        )
    return float(compact.replace(",", "."))


def date(text: str) -> dt.date:
    """A day, as 2012-03-25 or 25/03/2012."""
    iso, french = ISO_DATE.fullmatch(text), FRENCH_DATE.fullmatch(text)
    if not iso and not french:
        raise Refused(
            _("“%(text)s” is not a date.") % {"text": shown(text)},
            _("Write the date as 2012-03-25 or 25/03/2012."),
        )
    parts = [int(part) for part in (iso or french).groups()]  # type: ignore[union-attr]  # one of the two matched
    year, month, day = parts if iso else reversed(parts)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Refused(
            _("“%(text)s” is a day that no calendar has.") % {"text": shown(text)},
            _("Check the day and the month (25/03/2012 is 25 March)."),
        ) from None


def yes_or_no(text: str) -> bool:
    """1/0, true/false, oui/non, yes/no, whatever the case."""
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Refused(
        _("“%(text)s” is neither yes nor no.") % {"text": shown(text)},
        _("Write 1 or 0 (oui/non, yes/no, true/false are read too)."),
    )


def shown(text: str, length: int = 40) -> str:
    """`text` cut short enough to be quoted in a sentence."""
    return text if len(text) <= length else text[: length - 1] + "…"
