"""What the cells of a feed say: times, dates, numbers. What is none of these is MALFORMED, an empty cell MISSING."""

import datetime as dt
import math
import re

MISSING, MALFORMED = -1, -2
TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])", re.ASCII)
DATE = re.compile(r"(19|20)[0-9]{6}", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
DECIMAL = re.compile(r"[-+]?([0-9]{1,9}([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]{1,2})?", re.ASCII)


def seconds(text: str) -> int:
    """Seconds of a time H:MM:SS or HH:MM:SS, which may pass 24 hours: from noon minus twelve hours."""
    if not text:
        return MISSING
    if (found := TIME.fullmatch(text)) is None:
        return MALFORMED
    hours, minutes, rest = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def day(text: str) -> int:
    """The day number (proleptic Gregorian) of a date YYYYMMDD."""
    if not text:
        return MISSING
    if DATE.fullmatch(text) is None:
        return MALFORMED
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
    except ValueError:
        return MALFORMED


def whole(text: str) -> int:
    """A whole number, not negative, of at most nine figures."""
    if not text:
        return MISSING
    return int(text) if WHOLE.fullmatch(text) else MALFORMED


def decimal(text: str) -> float:
    """A number with a decimal point; NaN when it is none, or nothing."""
    return float(text) if DECIMAL.fullmatch(text) else math.nan
