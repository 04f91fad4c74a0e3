"""A GTFS feed, read whole: a timetable for the engine, with names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.transit.timetable import Timetable
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.calendars import Services, read_services
from croisee.territory.timetables.feed import Feed, Names
from croisee.territory.timetables.frequencies import read_frequencies, written_out
from croisee.territory.timetables.sheets import Refuse
from croisee.territory.timetables.stop_times import StopTimes, read_table, stop_times_of
from croisee.territory.timetables.stops import Stops, read_stops
from croisee.territory.timetables.transfers import Transfers, read_transfers
from croisee.territory.timetables.trips import (
    Routes,
    Trips,
    read_agencies,
    read_routes,
    read_trips,
)
from croisee.territory.timetables.values import day

MOST_HEARD = 20
"""Rows refused that are told with the refusal of the whole feed."""


def read_feed(path: Path, name: str, refuse: Refuse) -> Feed:
    """The feed of a zip archive or of a folder; `name` is what it is called in messages. Needs no database.

    A row that does not hold goes to `refuse`, and what needs it is left out. Raises FaultyInput for a feed that cannot
    be used at all: unreadable, without a required table or column, in another time zone, or in which nothing runs; the
    first rows refused until then come with it, since they are often why.
    """
    heard: list[Fault] = []

    def hear(fault: Fault) -> None:
        if len(heard) < MOST_HEARD:
            heard.append(fault)
        refuse(fault)

    files = FeedFiles(path, name, hear)
    try:
        return _read(files)
    except FaultyInput as refused:
        raise FaultyInput([*heard, *refused.faults]) from refused
    finally:
        files.close()


def _read(files: FeedFiles) -> Feed:
    agencies, zone = read_agencies(files)
    routes = read_routes(files, agencies)
    services = read_services(files)
    trips = read_trips(files, routes, services)
    table = read_table(files)
    stops = read_stops(files, frozenset(table["stop_id"].texts))
    times = stop_times_of(table, trips, stops)
    transfers = read_transfers(files, stops)
    whole = _timetable(stops, trips, services, times, transfers)
    timetable, trip = written_out(whole, read_frequencies(files, trips), files.name)
    kept = np.flatnonzero(np.diff(timetable.start) > 0)
    timetable, trip = _running(timetable.taking(kept), files.name), trip[kept]
    first, last, publisher, version = _feed_info(files, timetable)
    return Feed(
        timetable,
        _names(stops, routes, trips, trip),
        list(dict.fromkeys(agencies.values())),
        zone,
        first,
        last,
        publisher,
        version,
        dropped_trips=len(trips.ids) + len(trips.refused) - len(np.unique(trip)),
        dropped_stop_times=times.dropped,
        unused_transfers=transfers.unused,
    )


def _timetable(
    stops: Stops, trips: Trips, services: Services, times: StopTimes, transfers: Transfers
) -> Timetable:
    lengths = np.bincount(times.trip, minlength=len(trips.ids))
    return Timetable(
        lon=stops.lon,
        lat=stops.lat,
        change=transfers.change,
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        stop=times.stop,
        arrival=times.arrival.astype(np.int32),
        departure=times.departure.astype(np.int32),
        boards=times.boards,
        alights=times.alights,
        route=trips.route,
        service=trips.service,
        runs=services.runs,
        first=services.first,
        path_from=transfers.path_from,
        path_to=transfers.path_to,
        path_seconds=transfers.path_seconds,
    )


def _running(timetable: Timetable, name: str) -> Timetable:
    """The timetable over the days from the first to the last on which a trip runs; FaultyInput when none does."""
    used = np.unique(timetable.service)
    days = np.flatnonzero(timetable.runs[used].any(axis=0))
    if not len(days):
        problem = _("no trip runs on any day: nothing can be computed from it.")
        remedy = _("Check trips, stop times and calendars, then export the feed again.")
        raise FaultyInput([Fault(name, None, None, problem, remedy)])
    first = timetable.first + dt.timedelta(days=int(days[0]))
    return replace(timetable, runs=timetable.runs[:, days[0] : days[-1] + 1].copy(), first=first)


def _names(stops: Stops, routes: Routes, trips: Trips, trip: NDArray[np.integer]) -> Names:
    return Names(
        stop_ids=stops.ids,
        stop_codes=stops.codes,
        stop_names=stops.names,
        route_ids=routes.ids,
        route_short_names=routes.short_names,
        route_long_names=routes.long_names,
        route_types=routes.types,
        route_colours=routes.colours,
        route_text_colours=routes.text_colours,
        route_agencies=routes.agencies,
        trip_ids=[trips.ids[at] for at in trip.tolist()],
        headsigns=[trips.headsigns[at] for at in trip.tolist()],
    )


def _feed_info(files: FeedFiles, timetable: Timetable) -> tuple[dt.date, dt.date, str, str]:
    """The first and last day of validity, the publisher, the version; days stated only narrow those of the trips."""
    first, last = timetable.first, timetable.last
    if "feed_info" not in files:
        return first, last, "", ""
    columns = ("feed_publisher_name", "feed_version", "feed_start_date", "feed_end_date")
    sheet = files.read("feed_info", (), columns)
    stated = {}
    for column in ("feed_start_date", "feed_end_date"):
        days = sheet[column].each(day, np.int64)
        wrong = (days < 0) & ~sheet[column].equal("")
        remedy = _("Correct the cell; the calendar is used instead.")
        sheet.mention(wrong, column, _("“%(text)s” is no date (YYYYMMDD)."), remedy)
        if len(days) and days[0] > 0:
            stated[column] = dt.date.fromordinal(int(days[0]))
    start = max(first, stated.get("feed_start_date", first))
    end = min(last, stated.get("feed_end_date", last))
    publisher = sheet["feed_publisher_name"][0] if len(sheet) else ""
    version = sheet["feed_version"][0] if len(sheet) else ""
    return (start, end, publisher, version) if start <= end else (first, last, publisher, version)
