"""Which trips are under way on a day: its own, those of days before past midnight, the early ones of the day after."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.timetable import DAY, Timetable

FIRST = dt.date(2026, 1, 5)
DAYS = 7


@st.composite
def weeks(draw: st.DrawFn) -> Timetable:
    """Trips of two stops that begin within three days of their service day, and last up to a day."""
    trips = draw(st.integers(1, 6))
    drawn = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    begin = drawn.integers(0, 3 * DAY, trips)
    times = np.stack([begin, begin + drawn.integers(0, DAY, trips)], axis=1).ravel().astype(np.int32)
    none, flags = np.zeros(0, np.int32), np.ones(2 * trips, bool)
    return Timetable(
        lon=np.zeros(2),
        lat=np.zeros(2),
        change=np.full(2, 60, np.int32),
        start=np.arange(0, 2 * trips + 1, 2, dtype=np.int64),
        stop=np.tile(np.arange(2, dtype=np.int32), trips),
        arrival=times,
        departure=times,
        boards=flags,
        alights=flags,
        route=np.zeros(trips, np.int32),
        service=np.arange(trips, dtype=np.int32),
        runs=drawn.random((trips, DAYS)) < 0.5,
        first=FIRST,
        path_from=none,
        path_to=none,
        path_seconds=none,
    )


@given(timetable=weeks(), day=st.integers(-1, DAYS + 3))
def test_every_trip_that_is_under_way_on_the_day_is_there_once(timetable: Timetable, day: int) -> None:
    found = ServiceDay.of(timetable, FIRST + dt.timedelta(days=day))
    calls = list(
        zip(found.trip.tolist(), found.departure[::2].tolist(), found.arrival[1::2].tolist(), strict=True)
    )
    expected = []
    for trip, runs in enumerate(timetable.runs):
        for position in np.flatnonzero(runs).tolist():
            shift = DAY * (position - day)
            leaves, arrives = (int(time) + shift for time in timetable.arrival[2 * trip : 2 * trip + 2])
            if arrives >= 0 and leaves < DAY and position <= day + 1:
                expected.append((trip, leaves, arrives))
    assert sorted(call for call in calls if call[1] < DAY) == sorted(expected)
