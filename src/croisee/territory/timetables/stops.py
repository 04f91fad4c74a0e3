"""Stops: where vehicles stop, and the stations that they belong to (`stops.txt`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.transit.timetable import Flags, Floats
from croisee.territory.france import in_france
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.sheets import Sheet, repeated
from croisee.territory.timetables.values import decimal

STATION = "1"
LOCATION_TYPES = frozenset({"", "0", "1", "2", "3", "4"})
COLUMNS = ("stop_code", "stop_name", "location_type", "parent_station")


@dataclass(frozen=True, slots=True)
class Stops:
    """The stops of a feed by position: those of location type 0, and others at which a trip stops."""

    ids: list[str]
    codes: list[str]
    names: list[str]
    lon: Floats
    lat: Floats
    positions: dict[str, int]
    places: dict[str, list[int]]
    """A stop or a station by its id, to the stops that it stands for."""
    refused: frozenset[str]


def read_stops(files: FeedFiles, named: frozenset[str]) -> Stops:
    """The stops of a feed; `named` are those that stop times name."""
    sheet = files.read("stops", ("stop_id", "stop_lat", "stop_lon"), COLUMNS)
    ids = frozenset(sheet["stop_id"].texts)
    problem, remedy = _("the stop has no stop_id."), _("Give it one, or delete the row.")
    sheet.reject(sheet["stop_id"].equal(""), "stop_id", problem, remedy)
    problem = _("“%(text)s” is no location_type (0 to 4).")
    wrong = ~sheet["location_type"].within(LOCATION_TYPES)
    sheet.reject(wrong, "location_type", problem, _("Correct the cell."))
    sheet = sheet.sound()
    problem = _("the stop “%(text)s” stands in a row before.")
    sheet.reject(repeated(sheet["stop_id"].codes), "stop_id", problem, _("Delete one of the two rows."))
    sheet = sheet.sound()
    served = sheet["location_type"].within(frozenset({"", "0"})) | sheet["stop_id"].within(named)
    lon, lat = _located(sheet, served)
    kept = np.flatnonzero(served & sheet.kept)
    return _stops(sheet.taking(kept), lon[kept], lat[kept], _stations(sheet), ids)


def _located(sheet: Sheet, served: Flags) -> tuple[Floats, Floats]:
    """Longitudes and latitudes; the rows of stops that are `served` and lie nowhere in France are refused."""
    lon, lat = sheet["stop_lon"].each(decimal, np.float64), sheet["stop_lat"].each(decimal, np.float64)
    missing = np.isnan(lon) | np.isnan(lat)
    nought = (lon == 0) & (lat == 0)
    within = in_france(lon, lat)
    swapped = ~within & in_france(lat, lon)
    outside = ~missing & ~nought & ~within & ~swapped
    correct = _("Correct the coordinates (WGS 84, decimal degrees).")
    problems = (
        (missing & ~np.isnan(lat), "stop_lon", _("“%(text)s” is no longitude."), correct),
        (missing, "stop_lat", _("the coordinates are missing or are no numbers."), correct),
        (nought, "stop_lat", _("the stop lies at latitude 0, longitude 0."), correct),
        (swapped, "stop_lat", _("longitude and latitude are swapped."), _("Exchange the two columns.")),
        (outside, "stop_lat", _("the stop lies outside France."), correct),
    )
    for wrong, name, problem, remedy in problems:
        sheet.reject(wrong & served, name, problem, remedy)
    return lon, lat


def _stations(sheet: Sheet) -> dict[str, list[str]]:
    """The ids of the stops of each station; of a station without any, none."""
    stations: dict[str, list[str]] = {}
    for at, stop in enumerate(sheet["stop_id"].all()):
        if sheet["location_type"][at] == STATION:
            stations.setdefault(stop, [])
        if parent := sheet["parent_station"][at]:
            stations.setdefault(parent, []).append(stop)
    return stations


def _stops(
    sheet: Sheet, lon: Floats, lat: Floats, stations: dict[str, list[str]], all_ids: frozenset[str]
) -> Stops:
    ids = sheet["stop_id"].all()
    positions = {stop: at for at, stop in enumerate(ids)}
    places = {stop: [at] for stop, at in positions.items()}
    for station, stops in stations.items():
        own = places.get(station, [])
        places[station] = own + [positions[stop] for stop in stops if stop in positions]
    nameless = _("the stop has no name.")
    sheet.mention(sheet["stop_name"].equal(""), "stop_name", nameless, _("Its stop_id stands for the name."))
    names = [name or stop for name, stop in zip(sheet["stop_name"].all(), ids, strict=True)]
    refused = (all_ids - {""}) - set(positions)
    return Stops(ids, sheet["stop_code"].all(), names, lon, lat, positions, places, refused)


def lines_of_stops(
    stop: NDArray[np.integer], route: NDArray[np.integer], lines: list[str], stops: int
) -> list[list[str]]:
    """The names of the lines that serve each stop, each once, in the order of the routes.

    `stop` and `route` are of each stop time, `lines` the name of each route.
    """
    pairs = np.unique(stop.astype(np.int64) * max(len(lines), 1) + route)
    found: list[list[str]] = [[] for _stop in range(stops)]
    for pair in pairs.tolist():
        at, line = divmod(pair, max(len(lines), 1))
        if lines[line] and lines[line] not in found[at]:
            found[at].append(lines[line])
    return found
