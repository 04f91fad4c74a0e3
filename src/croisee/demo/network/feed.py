"""The feed itself: the tables of the GTFS Schedule reference, in a zip archive."""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as pa_csv

from croisee.demo.generator.addresses import lonlat
from croisee.demo.network import days
from croisee.demo.network.kinds import WEEK
from croisee.demo.network.lines import Line, make_lines
from croisee.demo.network.names import stop_names
from croisee.demo.network.places import Places
from croisee.demo.network.quays import Quays, stations
from croisee.demo.network.runs import Runs, make_runs
from croisee.demo.network.streets import Streets, make_streets

LAST_HOUR = 32
SITE = "https://transport.demo.invalid/"
# The day of every entry of the archive: that of no clock.
NO_DAY = (1980, 1, 1, 0, 0, 0)

Columns = dict[str, object]


@dataclass(frozen=True, slots=True)
class Made:
    """What a feed holds: stops that vehicles serve, lines, and the stop times of a working day without school."""

    stops: int
    lines: int
    stop_times_a_weekday: int


def write_feed(
    path: Path, places: Places, *, seed: int, first_day: dt.date, last_day: dt.date, scale: float = 1.0
) -> Made:
    """Write the network of a seed between `places` to a zip archive, valid from the first to the last day.

    At `scale` 1 it has some 500 stops and 65 000 stop times a working day, about what a metropolis of 200 000 has;
    at 5, some 1 500 and 400 000 to 450 000. Raises OSError.
    """
    streets = make_streets(places, closer=max(1.0, scale**0.26))
    lines = make_lines(places, streets, seed, scale)
    quays = Quays(streets, stations(lines))
    served = {(row, back): quays.of(line, back) for row, line in enumerate(lines) for back in (False, True)}
    runs = make_runs(lines, streets, set(quays.stations), seed, denser=max(1.0, scale**0.28))
    names = stop_names(places, lines, seed)
    tables = {
        "agency": _agency(places),
        "stops": _stops(quays, names, places),
        "routes": _routes(lines, names),
        "trips": _trips(lines, runs, names),
        "stop_times": _stop_times(runs, served),
        "frequencies": _frequencies(runs),
        "calendar": _calendar(first_day, last_day),
        "calendar_dates": _calendar_dates(first_day, last_day),
        "transfers": _transfers(quays),
        "feed_info": _feed_info(first_day, last_day, seed),
    }
    _write(path, tables)
    weekday = sum(each.repeated * len(each.stops) for each in runs if each.service == WEEK)
    return Made(len(quays.stop), len(lines), weekday)


def _agency(places: Places) -> Columns:
    return {
        "agency_id": ["ESSAI"],
        "agency_name": [f"Réseau de transport d’essai, {places.metropolis}"],
        "agency_url": [SITE],
        "agency_timezone": ["Europe/Paris"],
        "agency_lang": ["fr"],
    }


def _stops(quays: Quays, names: dict[int, str], places: Places) -> Columns:
    """Stations first, then quays."""
    held = sorted(quays.stations)
    streets: Streets = quays.streets
    x = np.concatenate([streets.x[held], quays.x])
    y = np.concatenate([streets.y[held], quays.y])
    lon, lat = lonlat(x, y)
    at = [*held, *quays.stop]
    return {
        "stop_id": [*(f"S{stop}" for stop in held), *(f"Q{row}" for row in range(len(quays.stop)))],
        "stop_name": [names[stop] for stop in at],
        "stop_desc": [places.communes[streets.commune[stop]] for stop in at],
        "stop_lat": [f"{each:.6f}" for each in lat],
        "stop_lon": [f"{each:.6f}" for each in lon],
        "location_type": [*[1] * len(held), *[0] * len(quays.stop)],
        "parent_station": [
            *[""] * len(held),
            *(f"S{stop}" if stop in quays.stations else "" for stop in quays.stop),
        ],
    }


def _routes(lines: list[Line], names: dict[int, str]) -> Columns:
    return {
        "route_id": [line.name for line in lines],
        "agency_id": ["ESSAI"] * len(lines),
        "route_short_name": [line.name for line in lines],
        "route_long_name": [f"{names[line.stops[0]]} – {names[line.stops[-1]]}" for line in lines],
        "route_type": [line.kind.mode for line in lines],
        "route_color": [line.colour for line in lines],
        "route_text_color": ["FFFFFF"] * len(lines),
        "route_sort_order": list(range(1, len(lines) + 1)),
    }


def _trips(lines: list[Line], runs: list[Runs], names: dict[int, str]) -> Columns:
    counts = [len(each.arrival) for each in runs]
    total = sum(counts)

    def repeated(values: list[str]) -> NDArray[np.str_]:
        return np.repeat(np.array(values), counts)

    return {
        "route_id": repeated([lines[each.line].name for each in runs]),
        "service_id": repeated([each.service for each in runs]),
        "trip_id": pa.array(np.arange(1, total + 1)),
        "trip_headsign": repeated([names[each.stops[-1]] for each in runs]),
        "direction_id": repeated([str(int(each.back)) for each in runs]),
    }


def _stop_times(runs: list[Runs], served: dict[tuple[int, bool], list[int]]) -> Columns:
    quay, sequence, length = [], [], []
    for each in runs:
        count, stops = each.arrival.shape
        quay.append(np.tile(served[each.line, each.back], count))
        sequence.append(np.tile(np.arange(1, stops + 1), count))
        length.append(np.full(count, stops))
    every = np.concatenate(length)
    quays = np.concatenate(quay)
    quay_names = pa.array([f"Q{row}" for row in range(int(quays.max()) + 1)])
    clock = _clock()
    return {
        "trip_id": pa.array(np.repeat(np.arange(1, len(every) + 1), every)),
        "arrival_time": clock.take(pa.array(np.concatenate([each.arrival.ravel() for each in runs]))),
        "departure_time": clock.take(pa.array(np.concatenate([each.departure.ravel() for each in runs]))),
        "stop_id": quay_names.take(pa.array(quays)),
        "stop_sequence": pa.array(np.concatenate(sequence)),
    }


@cache
def _clock() -> pa.Array:
    """Every second of the service day as it is written; hours go on past 24."""
    return pa.array([f"{hour:02d}:{rest}" for hour in range(LAST_HOUR) for rest in _MINUTES_AND_SECONDS])


_MINUTES_AND_SECONDS = [f"{minute:02d}:{second:02d}" for minute in range(60) for second in range(60)]


def _frequencies(runs: list[Runs]) -> Columns:
    clock = _clock()
    rows, trip = [], 1
    for each in runs:
        rows += [(trip, *band) for band in each.bands]
        trip += len(each.arrival)
    return {
        "trip_id": [row[0] for row in rows],
        "start_time": clock.take(pa.array([row[1] for row in rows], pa.int64())),
        "end_time": clock.take(pa.array([row[2] for row in rows], pa.int64())),
        "headway_secs": [row[3] for row in rows],
        "exact_times": [1] * len(rows),
    }


def _calendar(first: dt.date, last: dt.date) -> Columns:
    runs = np.array(list(days.SERVICES.values()))
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {
        "service_id": list(days.SERVICES),
        **{name: runs[:, row] for row, name in enumerate(names)},
        "start_date": [f"{first:%Y%m%d}"] * len(runs),
        "end_date": [f"{last:%Y%m%d}"] * len(runs),
    }


def _calendar_dates(first: dt.date, last: dt.date) -> Columns:
    rows = list(days.exceptions(first, last))
    return {
        "service_id": pa.array([row[0] for row in rows], pa.string()),
        "date": pa.array([f"{row[1]:%Y%m%d}" for row in rows], pa.string()),
        "exception_type": pa.array([row[2] for row in rows], pa.int64()),
    }


def _transfers(quays: Quays) -> Columns:
    rows = quays.transfers()
    return {
        "from_stop_id": pa.array([f"Q{row[0]}" for row in rows], pa.string()),
        "to_stop_id": pa.array([f"Q{row[1]}" for row in rows], pa.string()),
        "transfer_type": [2] * len(rows),
        "min_transfer_time": [row[2] for row in rows],
    }


def _feed_info(first: dt.date, last: dt.date, seed: int) -> Columns:
    return {
        "feed_publisher_name": ["Croisée (réseau inventé)"],
        "feed_publisher_url": [SITE],
        "feed_lang": ["fr"],
        "feed_start_date": [f"{first:%Y%m%d}"],
        "feed_end_date": [f"{last:%Y%m%d}"],
        "feed_version": [f"{seed}-{first:%Y%m%d}"],
    }


def _write(path: Path, tables: dict[str, Columns]) -> None:
    """Entries are stored as they are: what packs them differs from one machine to another."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, columns in tables.items():
            text = io.BytesIO()
            options = pa_csv.WriteOptions(quoting_style="needed")
            pa_csv.write_csv(pa.table(columns), text, options)
            archive.writestr(zipfile.ZipInfo(f"{name}.txt", NO_DAY), text.getvalue())
