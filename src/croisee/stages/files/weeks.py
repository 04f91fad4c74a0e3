"""Weeks as ISO 8601 writes them (2027-W05): which exist, when they start, how old a pupil is then."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from croisee.foundation.tables import Refused

WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})")


def week(text: str) -> str:
    """`text` as a canonical ISO week. Raises Refused, also for the week 53 of a year that has none."""
    match = WEEK.fullmatch(text)
    if not match:
        raise Refused(
            _("“%(week)s” is not a week.") % {"week": text[:40]},
            _("Write the year and the ISO week number, such as 2027-W05."),
        )
    year, number = int(match[1]), int(match[2])
    try:
        dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        raise Refused(
            _("the year %(year)d has no week %(number)d.") % {"year": year, "number": number},
            _("Weeks go from 01 to 52, and to 53 in some years only: check the calendar."),
        ) from None
    return f"{year:04d}-W{number:02d}"


def first_day(iso_week: str) -> dt.date:
    """The Monday of a canonical ISO week."""
    return dt.date.fromisocalendar(int(iso_week[:4]), int(iso_week[6:]), 1)


def age_on(birth: dt.date, day: dt.date) -> int:
    """Whole years on `day`; who is born on 29 February turns a year older on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
