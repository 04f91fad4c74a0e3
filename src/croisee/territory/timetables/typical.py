"""The day that stands for the others: an ordinary working day, school being on."""

from __future__ import annotations

import datetime as dt

import numpy as np

from croisee.engine.transit.timetable import Timetable

ORDINARY = (1, 3)
"""Tuesday and Thursday: neither a beginning nor an end of the week, and collèges are open all day."""
AHEAD = dt.timedelta(weeks=8)


def typical_day(timetable: Timetable, today: dt.date) -> dt.date:
    """Of the Tuesdays and Thursdays of the eight weeks to come, the first on which most trips run.

    When the timetable ends before, or holds none, all its days are looked at.
    """
    days = [timetable.first + dt.timedelta(days=day) for day in range(timetable.days)]
    trips = np.array([len(timetable.trips_on(day)) for day in days])
    ordinary = np.array([day.weekday() in ORDINARY for day in days])
    to_come = np.array([today <= day < today + AHEAD for day in days])
    for wanted in (ordinary & to_come, ordinary, np.ones(len(days), bool)):
        if (trips * wanted).any():
            return days[int(np.argmax(trips * wanted))]
    return timetable.first
