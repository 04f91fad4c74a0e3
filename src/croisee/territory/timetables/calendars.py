"""Services: on which days trips run (`calendar.txt`, `calendar_dates.txt`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from croisee.engine.transit.timetable import Flags, Longs
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.sheets import Sheet, repeated
from croisee.territory.timetables.values import day

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
MOST_CELLS = 200_000_000
"""Services times days: a feed of 2 000 services over 200 years has fewer."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a feed by position; `runs[service, position]` for the day `first + position`."""

    positions: dict[str, int]
    runs: Flags
    first: dt.date
    refused: frozenset[str]


def read_services(files: FeedFiles) -> Services:
    """The services of a feed. Either table may be absent. Raises FaultyInput when both are, or no date holds."""
    if "calendar" not in files and "calendar_dates" not in files:
        problem = _("the feed has neither calendar.txt nor calendar_dates.txt: no trip has days.")
        raise FaultyInput([Fault(files.name, None, None, problem, _("Export the whole feed again."))])
    weeks = _weeks(files) if "calendar" in files else None
    exceptions = _exceptions(files) if "calendar_dates" in files else None
    sheets = [sheet for sheet in (weeks, exceptions) if sheet is not None]
    kept = [sheet.sound() for sheet in sheets]
    ids = dict.fromkeys(service for sheet in kept for service in sheet["service_id"].all())
    positions = {service: at for at, service in enumerate(ids)}
    first, last = _span(kept)
    if len(positions) * (last - first + 1) > MOST_CELLS:
        problem = _("its services stretch over too many days to be kept (%(days)d).") % {"days": last - first}
        raise FaultyInput([Fault(files.name, None, None, problem, _("Correct the dates of its calendar."))])
    runs = np.zeros((len(positions), last - first + 1), np.bool_)
    if weeks is not None:
        _run_weekly(runs, first, weeks.sound(), positions)
    if exceptions is not None:
        _run_exceptions(runs, first, exceptions.sound(), positions)
    known = {service for sheet in sheets for service in sheet["service_id"].texts}
    return Services(positions, runs, dt.date.fromordinal(first), frozenset(known - set(positions) - {""}))


def _weeks(files: FeedFiles) -> Sheet:
    sheet = files.read("calendar", ("service_id", *WEEKDAYS, "start_date", "end_date"))
    _require_service(sheet)
    for name in WEEKDAYS:
        wrong = ~sheet[name].within(frozenset("01"))
        sheet.reject(wrong, name, _("“%(text)s” is neither 0 nor 1."), _("Correct the cell."))
    start, end = _days(sheet, "start_date"), _days(sheet, "end_date")
    problem, remedy = _("the end_date “%(text)s” is before the start_date."), _("Correct one of the two.")
    sheet.reject(end < start, "end_date", problem, remedy)
    again = repeated(~sheet.kept, sheet["service_id"].codes)
    problem = _("the service “%(text)s” stands in a row before.")
    sheet.reject(again, "service_id", problem, _("Delete one of the two rows."))
    return sheet


def _exceptions(files: FeedFiles) -> Sheet:
    sheet = files.read("calendar_dates", ("service_id", "date", "exception_type"))
    _require_service(sheet)
    _days(sheet, "date")
    wrong = ~sheet["exception_type"].within(frozenset({ADDED, REMOVED}))
    problem = _("“%(text)s” is no exception_type (1 added, 2 removed).")
    sheet.reject(wrong, "exception_type", problem, _("Correct the cell."))
    again = repeated(~sheet.kept, sheet["service_id"].codes, sheet["date"].codes)
    problem = _("the exception of that service on “%(text)s” stands in a row before.")
    sheet.reject(again, "date", problem, _("Delete one of the two rows."))
    return sheet


def _require_service(sheet: Sheet) -> None:
    problem = _("the row names no service.")
    sheet.reject(sheet["service_id"].equal(""), "service_id", problem, _("Complete the cell."))


def _days(sheet: Sheet, name: str) -> Longs:
    days: Longs = sheet[name].each(day, np.int64)
    sheet.reject(days < 0, name, _("“%(text)s” is no date (YYYYMMDD)."), _("Correct the cell."))
    return days


def _span(sheets: list[Sheet]) -> tuple[int, int]:
    """The first and the last day that any row names; one day when none does."""
    names = ("start_date", "end_date", "date")
    days = [sheet[name].each(day, np.int64) for sheet in sheets for name in names if name in sheet.columns]
    found = np.concatenate(days)
    return (int(found.min()), int(found.max())) if len(found) else (1, 1)


def _run_weekly(runs: Flags, first: int, weeks: Sheet, positions: dict[str, int]) -> None:
    weekday = (np.arange(runs.shape[1]) + first - 1) % 7
    on = np.column_stack([weeks[name].equal("1") for name in WEEKDAYS])
    start, end = (weeks[name].each(day, np.int64) - first for name in ("start_date", "end_date"))
    for at, service in enumerate(weeks["service_id"].among(positions)):
        days = slice(int(start[at]), int(end[at]) + 1)
        runs[service, days] = on[at][weekday[days]]


def _run_exceptions(runs: Flags, first: int, exceptions: Sheet, positions: dict[str, int]) -> None:
    service = exceptions["service_id"].among(positions)
    date = exceptions["date"].each(day, np.int64) - first
    runs[service, date] = exceptions["exception_type"].equal(ADDED)
