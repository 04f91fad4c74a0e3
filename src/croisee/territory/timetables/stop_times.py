"""Stop times: when each trip stops where (`stop_times.txt`), checked, put in order, and completed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from croisee.engine.transit.timetable import Flags, Floats, Ints, Longs
from croisee.engine.transit.walking import metres_between
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.sheets import Sheet, repeated
from croisee.territory.timetables.stops import Stops
from croisee.territory.timetables.trips import Trips
from croisee.territory.timetables.values import MALFORMED, MISSING, decimal, seconds, whole

COLUMNS = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
OPTIONAL = ("pickup_type", "drop_off_type", "shape_dist_traveled")
NOT_AVAILABLE = "1"
POSSIBLE = frozenset({"", "0", "2", "3"})
"""Regularly, by calling the agency, by asking the driver."""
LEAP, FASTEST = 30_000, 150
"""Metres, and metres a second: twice as fast as trains, from where a minute more or less no longer counts."""
FEWEST = 2
"""Stop times of a trip that takes anyone anywhere."""


@dataclass(frozen=True, slots=True)
class StopTimes:
    """Stop times by trip and in order; a trip has at least two, or none."""

    trip: Ints
    stop: Ints
    arrival: Ints
    departure: Ints
    boards: Flags
    alights: Flags
    dropped: int
    """Those left out, refused or for want of what was refused elsewhere."""


def read_table(files: FeedFiles) -> Sheet:
    """The table of stop times, not yet checked."""
    return files.read("stop_times", COLUMNS, OPTIONAL)


def stop_times_of(sheet: Sheet, trips: Trips, stops: Stops) -> StopTimes:
    """The stop times of a table: rows that do not hold are refused, a trip whose times decrease with all of its own."""
    read = len(sheet)
    _check_names(sheet, trips, stops)
    _check_cells(sheet)
    sheet = sheet.sound()
    sequence = sheet["stop_sequence"].each(whole, np.int64)
    order = np.lexsort((sequence, sheet["trip_id"].among(trips.positions)))
    sheet = sheet.taking(order)
    problem = _("the stop_sequence “%(text)s” of that trip stands in a row before.")
    again = repeated(sheet["trip_id"].codes, sequence[order])
    sheet.reject(again, "stop_sequence", problem, _("Correct the number, or delete one of the two rows."))
    sheet = sheet.sound()
    trip = sheet["trip_id"].among(trips.positions)
    arrival, departure = _times(sheet, trip)
    _check_order(sheet, trip, arrival, departure)
    _mention_leaps(sheet, trip, arrival, departure, stops)
    lonely = np.bincount(trip[sheet.kept], minlength=len(trips.ids)) < FEWEST
    sheet.drop(lonely[trip])
    kept = sheet.kept
    return StopTimes(
        trip[kept],
        sheet["stop_id"].among(stops.positions)[kept],
        arrival[kept],
        departure[kept],
        ~sheet["pickup_type"].equal(NOT_AVAILABLE)[kept],
        ~sheet["drop_off_type"].equal(NOT_AVAILABLE)[kept],
        read - int(kept.sum()),
    )


def _check_names(sheet: Sheet, trips: Trips, stops: Stops) -> None:
    sheet.drop(sheet["trip_id"].within(trips.refused))
    missing = sheet["trip_id"].among(trips.positions) == MISSING
    problem, remedy = _("the trip “%(text)s” is not in trips.txt."), _("Add it, or delete the row.")
    sheet.reject(missing, "trip_id", problem, remedy)
    sheet.drop(sheet["stop_id"].within(stops.refused))
    missing = sheet["stop_id"].among(stops.positions) == MISSING
    problem = _("the stop “%(text)s” is not in stops.txt.")
    sheet.reject(missing, "stop_id", problem, _("Add it, or correct the cell."))


def _check_cells(sheet: Sheet) -> None:
    problem = _("“%(text)s” is no stop_sequence (a whole number).")
    wrong = sheet["stop_sequence"].each(whole, np.int64) < 0
    sheet.reject(wrong, "stop_sequence", problem, _("Correct the cell."))
    problem, remedy = _("“%(text)s” is no time (HH:MM:SS, less than 100 hours)."), _("Correct the cell.")
    for name in ("arrival_time", "departure_time"):
        sheet.reject(sheet[name].each(seconds, np.int32) == MALFORMED, name, problem, remedy)
    problem = _("“%(text)s” is none of 0, 1, 2, 3.")
    for name in ("pickup_type", "drop_off_type"):
        wrong = ~sheet[name].within(POSSIBLE | {NOT_AVAILABLE})
        sheet.reject(wrong, name, problem, _("Correct the cell."))


def _times(sheet: Sheet, trip: Ints) -> tuple[Ints, Ints]:
    """Arrivals and departures, missing ones filled in; the ends of a trip without times are refused."""
    arrival = sheet["arrival_time"].each(seconds, np.int32)
    departure = sheet["departure_time"].each(seconds, np.int32)
    arrival, departure = (
        np.where(arrival < 0, departure, arrival),
        np.where(departure < 0, arrival, departure),
    )
    if (arrival < 0).any():
        distance = sheet["shape_dist_traveled"].each(decimal, np.float64)
        arrival, departure = interpolated(trip, arrival, departure, distance)
        problem = _("the first and the last stop of a trip need times, and have none.")
        sheet.reject(arrival < 0, "arrival_time", problem, _("Complete the cell."))
    return arrival, departure


def _check_order(sheet: Sheet, trip: Ints, arrival: Ints, departure: Ints) -> None:
    """Drop the trips whose times decrease; the first row that does so is refused, and says it."""
    filled = sheet["arrival_time"].equal("") & sheet["departure_time"].equal("")
    timed = np.flatnonzero(sheet.kept & ~filled)
    late = np.zeros(len(timed), np.bool_)
    late[1:] = (trip[timed[1:]] == trip[timed[:-1]]) & (arrival[timed[1:]] < departure[timed[:-1]])
    early = departure[timed] < arrival[timed]
    _trips, first = np.unique(trip[timed[late | early]], return_index=True)
    wrong = timed[late | early][first]
    told = np.zeros(len(trip), np.bool_)
    told[wrong] = True
    remedy = _("Correct it: the whole trip was left out.")
    problem = _("the trip leaves before it arrives.")
    leaves_early = told & (departure < arrival)
    sheet.reject(leaves_early, "departure_time", problem, remedy)
    problem = _("the trip arrives before it left the stop before.")
    sheet.reject(told & ~leaves_early, "arrival_time", problem, remedy)
    sheet.drop(np.isin(trip, trip[wrong]))


def _mention_leaps(sheet: Sheet, trip: Ints, arrival: Ints, departure: Ints, stops: Stops) -> None:
    """Report once each pair of stops between which no vehicle can be so fast: one of them lies elsewhere."""
    stop = sheet["stop_id"].among(stops.positions)
    legs = np.flatnonzero((trip[1:] == trip[:-1]) & sheet.kept[1:] & sheet.kept[:-1])
    here, there = stop[legs], stop[legs + 1]
    metres = metres_between(stops.lon[here], stops.lat[here], stops.lon[there], stops.lat[there])
    leaps = (metres > LEAP) & (metres > FASTEST * (arrival[legs + 1] - departure[legs]))
    pairs = here.astype(np.int64) * len(stops.ids) + there
    _pairs, first = np.unique(pairs[leaps], return_index=True)
    told = np.zeros(len(trip), np.bool_)
    told[legs[leaps][first] + 1] = True
    problem = _("the stop “%(text)s” is too far from the one before for the time between them.")
    sheet.mention(told, "stop_id", problem, _("Correct the coordinates of one of the two, or the times."))


def interpolated(trip: Ints, arrival: Ints, departure: Ints, distance: Floats) -> tuple[Ints, Ints]:
    """Times in place of those that are MISSING, between the stops before and after that have some.

    In proportion to the distance travelled where every stop between says it and it does not decrease, else evenly by
    stop; whole seconds, rounded down. What has no time before it or after it in its trip stays MISSING.
    """
    rows = np.arange(len(trip))
    known = arrival >= 0
    before = np.maximum.accumulate(np.where(known, rows, -1))
    after = np.minimum.accumulate(np.where(known, rows, len(rows))[::-1])[::-1]
    gaps = np.flatnonzero(~known & (before >= 0) & (after < len(rows)))
    gaps = gaps[(trip[before[gaps]] == trip[gaps]) & (trip[after[gaps]] == trip[gaps])]
    start, end = before[gaps], after[gaps]
    share = (gaps - start) / (end - start)
    measured = _measured(distance, gaps, start, end)
    length = distance[end[measured]] - distance[start[measured]]
    share[measured] = (distance[gaps[measured]] - distance[start[measured]]) / length
    arrival, departure = arrival.copy(), departure.copy()
    # A millionth of a second keeps 28.999999999999996 from being 28.
    arrival[gaps] = departure[start] + np.floor(share * (arrival[end] - departure[start]) + 1e-6)
    departure[gaps] = arrival[gaps]
    return arrival, departure


def _measured(distance: Floats, gaps: Longs, start: Longs, end: Longs) -> Flags:
    """Which gaps lie in a run of stops that all say a distance, which grows from its start to its end."""
    # A step into a gap, and the last step out of its run, both belong to the run that begins at `start`.
    good = distance[gaps] >= distance[gaps - 1]
    last = gaps == end - 1
    good[last] &= distance[end[last]] >= distance[gaps[last]]
    broken = np.zeros(len(distance), np.bool_)
    broken[start[~good]] = True
    return ~broken[start] & (distance[end] > distance[start])
