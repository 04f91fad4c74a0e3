"""Months, by their first day."""

import datetime as dt
import re

from django.utils import timezone
from django.utils.formats import date_format

from croisee.foundation.dates import add_months

ADDRESS = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")


def first_of(day: dt.date) -> dt.date:
    """The month of a day."""
    return day.replace(day=1)


def end_of(month: dt.date) -> dt.date:
    """The last day of a month."""
    return add_months(month, 1) - dt.timedelta(days=1)


def last_month(today: dt.date | None = None) -> dt.date:
    """The month that was over before today's."""
    return add_months(first_of(today or timezone.localdate()), -1)


def in_address(text: str) -> dt.date | None:
    """The month that an address names, as 2026-10 (or by any day of it, 2026-10-01); None for anything else."""
    found = ADDRESS.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return dt.date(year, month, 1) if 2000 <= year < 2100 and 1 <= month <= 12 else None


def address(month: dt.date) -> str:
    """A month as addresses have it: 2026-10."""
    return f"{month:%Y-%m}"


def named(month: dt.date) -> str:
    """A month in words: October 2026."""
    return date_format(month, "F Y")
