"""Trips that run at a headway, written out as trips of their own (`frequencies.txt`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.transit.timetable import Ints, Longs, Timetable
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.sheets import Sheet
from croisee.territory.timetables.trips import Trips
from croisee.territory.timetables.values import MISSING, seconds, whole

COLUMNS = ("trip_id", "start_time", "end_time", "headway_secs")
MOST_STOP_TIMES = 30_000_000
"""Of a feed with its trips written out: the whole of France has fewer."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Departures every `headway` seconds from `start` on and before `end`, of trips by position.

    Expected departures (`exact_times` 0, a headway held by the dispatcher) are written out from `start_time` as exact
    ones (1) are: a traveller who comes at any time waits half the headway in the mean, as in service.
    """

    trip: Ints
    start: Longs
    end: Longs
    headway: Longs
    models: Longs
    """The trips that are no more than a model: every one that the table names, its bad rows too."""


def read_frequencies(files: FeedFiles, trips: Trips) -> Frequencies:
    """The headways of a feed; none when it has no such table."""
    if "frequencies" not in files:
        none = np.empty(0, np.int64)
        return Frequencies(none.astype(np.int32), none, none, none, none)
    sheet = files.read("frequencies", COLUMNS, ("exact_times",))
    named = np.unique(sheet["trip_id"].among(trips.positions)).astype(np.int64)
    sheet.drop(sheet["trip_id"].within(trips.refused))
    missing = sheet["trip_id"].among(trips.positions) == MISSING
    problem, remedy = _("the trip “%(text)s” is not in trips.txt."), _("Add it, or delete the row.")
    sheet.reject(missing, "trip_id", problem, remedy)
    _check(sheet)
    sheet = sheet.sound()
    return Frequencies(
        sheet["trip_id"].among(trips.positions),
        sheet["start_time"].each(seconds, np.int64),
        sheet["end_time"].each(seconds, np.int64),
        sheet["headway_secs"].each(whole, np.int64),
        named[named >= 0],
    )


def _check(sheet: Sheet) -> None:
    remedy = _("Correct the cell.")
    start, end = (sheet[name].each(seconds, np.int64) for name in ("start_time", "end_time"))
    for name, time in (("start_time", start), ("end_time", end)):
        sheet.reject(time < 0, name, _("“%(text)s” is no time (HH:MM:SS, less than 100 hours)."), remedy)
    problem = _("the end_time “%(text)s” is not after the start_time.")
    sheet.reject(end <= start, "end_time", problem, remedy)
    wrong = sheet["headway_secs"].each(whole, np.int64) <= 0
    sheet.reject(wrong, "headway_secs", _("“%(text)s” is no headway (seconds, more than 0)."), remedy)
    wrong = ~sheet["exact_times"].within(frozenset({"", "0", "1"}))
    sheet.reject(wrong, "exact_times", _("“%(text)s” is neither 0 nor 1."), remedy)


def written_out(
    timetable: Timetable, frequencies: Frequencies, name: str
) -> tuple[Timetable, NDArray[np.integer]]:
    """The timetable with a trip for each departure in place of the models, and which trip each one was.

    The first departure of the copy is at the time said; a wait at the first stop before it may not be before 0:00.
    Raises FaultyInput past MOST_STOP_TIMES; `name` is what the feed is called in messages.
    """
    if not len(frequencies.models):
        return timetable, np.arange(len(timetable.route))
    running = np.diff(timetable.start)[frequencies.trip] > 0
    trip, start, headway = (
        values[running] for values in (frequencies.trip, frequencies.start, frequencies.headway)
    )
    times = -((start - frequencies.end[running]) // headway)
    copies, lengths = np.repeat(trip, times), np.diff(timetable.start)
    if int(times @ lengths[trip]) + len(timetable.stop) > MOST_STOP_TIMES:
        problem = _("its headways make more than %(n)d stop times.") % {"n": MOST_STOP_TIMES}
        remedy = _("Correct headway_secs, which is in seconds.")
        raise FaultyInput([Fault(f"{name}/frequencies.txt", None, "headway_secs", problem, remedy)])
    turn = np.arange(len(copies)) - np.repeat(np.cumsum(times) - times, times)
    first = timetable.departure[timetable.start[trip]]
    shift = np.repeat(start - first, times) + turn * np.repeat(headway, times)
    plain = np.setdiff1d(np.arange(len(timetable.route)), frequencies.models)
    source = np.concatenate([plain, copies]).astype(np.int64)
    taken = timetable.taking(source)
    shifts = np.concatenate([np.zeros(len(plain), np.int64), shift])
    by = np.repeat(shifts, np.diff(taken.start))
    return replace(
        taken,
        arrival=np.maximum(taken.arrival + by, 0).astype(np.int32),
        departure=(taken.departure + by).astype(np.int32),
    ), source
