"""The days of the network: its services, French public holidays, and about when schools are closed."""

import datetime as dt
from collections.abc import Iterator

from croisee.demo.network.kinds import NIGHT, SATURDAY, SCHOOL, SUNDAY, WEEK

# Whether a service runs from Monday to Sunday.
SERVICES = {
    WEEK: (1, 1, 1, 1, 1, 0, 0),
    SATURDAY: (0, 0, 0, 0, 0, 1, 0),
    SUNDAY: (0, 0, 0, 0, 0, 0, 1),
    SCHOOL: (1, 1, 1, 1, 1, 0, 0),
    NIGHT: (0, 0, 0, 1, 1, 1, 0),
}
# (month, day) of the first and of the last day without school, about: the real ones change by year and zone.
CLOSED = (((10, 18), (11, 2)), ((12, 20), (12, 31)), ((1, 1), (1, 3)), ((2, 14), (3, 1)), ((4, 11), (4, 26)),
          ((7, 4), (8, 31)))  # fmt: skip
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension Day, Whit Monday.
AFTER_EASTER = (1, 39, 50)
ADDED, REMOVED = 1, 2  # exception_type of GTFS


def easter(year: int) -> dt.date:
    """Easter Sunday of a Gregorian year (the anonymous method of 1876, Butcher; as Meeus prints it)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def holidays(year: int) -> list[dt.date]:
    """The eleven public holidays of mainland France (Code du travail, article L3133-1), in order."""
    fixed = [dt.date(year, month, day) for month, day in FIXED]
    return sorted(fixed + [easter(year) + dt.timedelta(days=days) for days in AFTER_EASTER])


def no_school(day: dt.date) -> bool:
    """Whether schools are closed on a day of the week."""
    return any(first <= (day.month, day.day) <= last for first, last in CLOSED)


def exceptions(first: dt.date, last: dt.date) -> Iterator[tuple[str, dt.date, int]]:
    """(service, day, exception_type): holidays run as Sundays do, and the school service stops with the schools."""
    feasts = {day for year in range(first.year, last.year + 1) for day in holidays(year)}
    for after in range((last - first).days + 1):
        day = first + dt.timedelta(days=after)
        weekday = day.weekday()
        if day in feasts and weekday < 6:
            yield (WEEK if weekday < 5 else SATURDAY), day, REMOVED
            yield SUNDAY, day, ADDED
        if weekday < 5 and (day in feasts or no_school(day)):
            yield SCHOOL, day, REMOVED
