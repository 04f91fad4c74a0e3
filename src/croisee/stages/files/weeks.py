"""Weeks as a cell gives them (ISO 8601, 2027-W05), and how old a pupil is when one starts."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from croisee.foundation import identifiers
from croisee.foundation.tables import Refused


def week(text: str) -> str:
    """`text` as a canonical ISO week. Raises Refused, also for the week 53 of a year that has none."""
    try:
        return identifiers.iso_week(re.sub(r"(?<=[Ww])(?=\d$)", "0", text))
    except identifiers.InvalidIdentifier as invalid:
        if invalid.reason == "check":
            problem = _("the calendar has no week “%(week)s”.")
            remedy = _("Weeks go from W01 to W52, and to W53 in some years only: check the calendar.")
        else:
            problem = _("“%(week)s” is not a week.")
            remedy = _("Write the year and the ISO week number, such as 2027-W05.")
        raise Refused(problem % {"week": text[:40]}, remedy) from None


def age_on(birth: dt.date, day: dt.date) -> int:
    """Whole years on `day`; who is born on 29 February turns a year older on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
