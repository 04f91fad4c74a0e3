"""Who runs what, where to: agencies, routes and trips (`agency.txt`, `routes.txt`, `trips.txt`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from croisee.engine.transit.timetable import Ints
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.calendars import Services
from croisee.territory.timetables.sheets import Sheet, repeated
from croisee.territory.timetables.values import MISSING, whole

COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
UNKNOWN_TYPE = -1
ROUTE_COLUMNS = (
    "agency_id",
    "route_short_name",
    "route_long_name",
    "route_type",
    "route_color",
    "route_text_color",
)


@dataclass(frozen=True, slots=True)
class Routes:
    """The lines of a feed by position."""

    ids: list[str]
    short_names: list[str]
    long_names: list[str]
    types: list[int]
    """As GTFS numbers them (0 tram, 1 metro, 2 rail, 3 bus, …, extended types too); UNKNOWN_TYPE when unsaid."""
    colours: list[str]
    """Six hexadecimal figures in capitals, or nothing."""
    text_colours: list[str]
    agencies: list[str]
    positions: dict[str, int]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trips:
    """The trips of a feed by position, each with the positions of its route and of its service."""

    ids: list[str]
    headsigns: list[str]
    route: Ints
    service: Ints
    positions: dict[str, int]
    refused: frozenset[str]
    """Ids of `trips.txt` that are no usable trip."""


def read_agencies(files: FeedFiles) -> tuple[dict[str, str], str]:
    """The names of the agencies by their ids, and their time zone: that of the installation, or FaultyInput."""
    sheet = files.read("agency", ("agency_name", "agency_timezone"), ("agency_id",))
    problem, remedy = _("the agency has no name."), _("Complete the cell.")
    sheet.reject(sheet["agency_name"].equal(""), "agency_name", problem, remedy)
    again = repeated(sheet["agency_id"].codes)
    problem = _("the agency “%(text)s” stands in a row before.")
    sheet.reject(again, "agency_id", problem, _("Delete one of the two rows."))
    sheet = sheet.sound()
    if not len(sheet):
        problem = _("the table names no agency.")
        raise FaultyInput([Fault(sheet.file, None, None, problem, _("Export the feed again."))])
    zones = sheet["agency_timezone"].all()
    for row, zone in zip(sheet.row.tolist(), zones, strict=True):
        if problem := _zone_problem(zone, zones[0]):
            remedy = _("A feed has one time zone, here %(zone)s.") % {"zone": settings.TIME_ZONE}
            raise FaultyInput([Fault(sheet.file, row, "agency_timezone", problem, remedy)])
    return dict(zip(sheet["agency_id"].all(), sheet["agency_name"].all(), strict=True)), zones[0]


def _zone_problem(zone: str, first: str) -> str:
    values = {"zone": zone, "first": first, "here": settings.TIME_ZONE}
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _("“%(zone)s” is no time zone.") % values
    if zone != first:
        return _("the time zone “%(zone)s” is not that of the first agency, “%(first)s”.") % values
    if zone != settings.TIME_ZONE:
        return _("the time zone “%(zone)s” is not that of this installation, “%(here)s”.") % values
    return ""


def read_routes(files: FeedFiles, agencies: dict[str, str]) -> Routes:
    """The lines of a feed."""
    sheet = files.read("routes", ("route_id",), ROUTE_COLUMNS)
    known = frozenset(sheet["route_id"].texts)
    problem, remedy = _("the route has no route_id."), _("Give it one, or delete the row.")
    sheet.reject(sheet["route_id"].equal(""), "route_id", problem, remedy)
    problem = _("the route “%(text)s” stands in a row before.")
    sheet.reject(repeated(sheet["route_id"].codes), "route_id", problem, _("Delete one of the two rows."))
    sheet = sheet.sound()
    types = sheet["route_type"].each(whole, np.int64)
    problem = _("“%(text)s” is no route_type.")
    sheet.mention(types < 0, "route_type", problem, _("The line is kept without its kind; correct the cell."))
    alone = next(iter(agencies.values())) if len(agencies) == 1 else ""
    ids = sheet["route_id"].all()
    return Routes(
        ids,
        sheet["route_short_name"].all(),
        sheet["route_long_name"].all(),
        np.where(types < 0, UNKNOWN_TYPE, types).tolist(),
        [_colour(text) for text in sheet["route_color"].all()],
        [_colour(text) for text in sheet["route_text_color"].all()],
        [agencies.get(agency, alone) for agency in sheet["agency_id"].all()],
        {route: at for at, route in enumerate(ids)},
        known - set(ids) - {""},
    )


def _colour(text: str) -> str:
    return text.upper() if COLOUR.fullmatch(text) else ""


def read_trips(files: FeedFiles, routes: Routes, services: Services) -> Trips:
    """The trips of a feed; those of a route or of a service that was refused go with it."""
    sheet = files.read("trips", ("route_id", "service_id", "trip_id"), ("trip_headsign",))
    known = frozenset(sheet["trip_id"].texts)
    problem, remedy = _("the trip has no trip_id."), _("Give it one, or delete the row.")
    sheet.reject(sheet["trip_id"].equal(""), "trip_id", problem, remedy)
    problem = _("the trip “%(text)s” stands in a row before.")
    sheet.reject(repeated(sheet["trip_id"].codes), "trip_id", problem, _("Delete one of the two rows."))
    sheet.drop(sheet["route_id"].within(routes.refused) | sheet["service_id"].within(services.refused))
    problem = _("the route “%(text)s” is not in routes.txt.")
    _require(sheet, "route_id", routes.positions, problem)
    problem = _("the service “%(text)s” is neither in calendar.txt nor in calendar_dates.txt.")
    _require(sheet, "service_id", services.positions, problem)
    sheet = sheet.sound()
    ids = sheet["trip_id"].all()
    return Trips(
        ids,
        sheet["trip_headsign"].all(),
        sheet["route_id"].among(routes.positions),
        sheet["service_id"].among(services.positions),
        {trip: at for at, trip in enumerate(ids)},
        known - set(ids) - {""},
    )


def _require(sheet: Sheet, name: str, positions: dict[str, int], problem: str) -> None:
    """Refuse the rows that name what is not in another table."""
    missing = sheet[name].among(positions) == MISSING
    sheet.reject(missing, name, problem, _("Add it, or correct the cell: the row was left out."))
