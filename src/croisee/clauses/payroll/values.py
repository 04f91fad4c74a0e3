"""What the cells of a payroll table may hold: months and hours as people and software write them in French."""

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from django.utils.translation import gettext as _

from croisee.foundation.tables.values import Refused, shown

MOST_HOURS = Decimal(744)
CENT = Decimal("0.01")
MONTHS = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                ("janvier", "janv", "jan", "january"),
                ("fevrier", "fevr", "fev", "february", "feb"),
                ("mars", "mar", "march"),
                ("avril", "avr", "april", "apr"),
                ("mai", "may"),
                ("juin", "june", "jun"),
                ("juillet", "juil", "july", "jul"),
                ("aout", "aou", "august", "aug"),
                ("septembre", "sept", "sep", "september"),
                ("octobre", "oct", "october"),
                ("novembre", "nov", "november"),
                ("decembre", "dec", "december"),
            ),
            start=1,
        )
        for name in names
    }
)
YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})(?:[-/.]\d{1,2})?(?:[ T]00:00(?::00)?)?")
DAY_FIRST = re.compile(r"(?:\d{1,2}[/.-])?(\d{1,2})[/.-](\d{4})")
IN_WORDS = re.compile(r"([a-z]+)\.?[-/ ]?(\d{4}|\d{2})")
CLOCK = re.compile(r"(\d{1,3})\s*[h:]\s*([0-5]\d)")
CENTURY = 2000


def plain(text: str) -> str:
    """`text` without case, accents and doubled spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def month(text: str) -> dt.date:
    """The first day of a month: 2026-10, 10/2026, 01/10/2026, 202610, octobre 2026, oct-26."""
    words = plain(text)
    if found := YEAR_FIRST.fullmatch(words):
        year, number = int(found[1]), int(found[2])
    elif found := DAY_FIRST.fullmatch(words):
        year, number = int(found[2]), int(found[1])
    elif (found := IN_WORDS.fullmatch(words)) and found[1] in MONTHS:
        year, number = int(found[2]), MONTHS[found[1]]
        year += CENTURY if year < 100 else 0
    else:
        year, number = 0, 0
    if not (1 <= number <= 12 and CENTURY <= year < CENTURY + 100):
        raise Refused(
            _("“%(text)s” is not a month.") % {"text": shown(text)},
            _("Write the month as 10/2026, 2026-10 or octobre 2026."),
        )
    return dt.date(year, number, 1)


def hours(text: str) -> Decimal:
    """Hours to the hundredth: 151,67 or 151.67, 1 200, 35 h, 7h30 and 7:30 (seven and a half)."""
    compact = plain(text).replace("\u2212", "-")
    if found := CLOCK.fullmatch(compact):
        number = Decimal(found[1]) + Decimal(found[2]) / 60
    else:
        digits = compact.removesuffix("heures").removesuffix("h").replace(" ", "").replace(",", ".")
        if not re.fullmatch(r"-?\d{1,6}(\.\d{0,6})?", digits):
            raise Refused(
                _("“%(text)s” is not a number of hours.") % {"text": shown(text)},
                _("Write hours with a comma or a point before the decimals, such as 151,67."),
            )
        number = Decimal(digits)
    if not 0 <= number <= MOST_HOURS:
        raise Refused(
            _("“%(text)s” does not fit a month.") % {"text": shown(text)},
            _("Write between 0 and 744 hours: a month has no more."),
        )
    return number.quantize(CENT, ROUND_HALF_UP)
