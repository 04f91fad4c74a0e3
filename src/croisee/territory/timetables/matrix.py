"""`croisee transit matrix`: how long it takes from each of some points to each of others, written as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from croisee.engine.transit.footways import Footways
from croisee.engine.transit.reach import Limits, Rush, Times, Window
from croisee.engine.transit.service_day import ServiceDay
from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import DAY, Floats, Ints, Timetable
from croisee.engine.transit.walking import Pace
from croisee.foundation.tables import (
    Column,
    Fault,
    FaultyInput,
    Table,
    read_table,
    replaced_file,
    values,
)
from croisee.territory.france import in_france

SCHEMA = pa.schema(
    [
        ("from_id", pa.string()),
        ("to_id", pa.string()),
        ("minutes_median", pa.float64()),
        ("minutes_p90", pa.float64()),
        ("transfers", pa.int16()),
    ]
)
PAIRS_AT_ONCE = 1_000_000
MOST_BYTES = 500_000_000
ROWS_AT_ONCE = 10_000
MOST_FAULTS = 1_000
"""Of a file of points: past that many, the rows that follow are not looked at."""
LONGEST_ID = 200
"""Characters: a longer one is a cell of another column."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a file: identifiers, longitudes and latitudes in degrees."""

    ids: list[str]
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def taking(self, rows: slice) -> Points:
        """A stretch of them."""
        return Points(self.ids[rows], self.lon[rows], self.lat[rows])


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a timetable: be there by `arrive_by` (seconds of the day) on `day`, leaving at some minute of
    the `window` minutes before; `walk` is the longest walk of a leg in seconds, twice that all the way."""

    day: dt.date
    arrive_by: int
    window: int = 120
    walk: int = 20 * 60
    limits: Limits = field(default_factory=Limits)
    pace: Pace = field(default_factory=Pace)

    def as_of_its_first_departure(self) -> Question:
        """The same asked of the day on which one leaves first: a window up to 0:30 begins the evening before, when the
        trips of that evening are still under way."""
        days = min(0, Window.before(self.arrive_by, self.window).begin // DAY)
        latest = None if self.limits.latest is None else self.limits.latest - days * DAY
        return replace(
            self,
            day=self.day + dt.timedelta(days=days),
            arrive_by=self.arrive_by - days * DAY,
            limits=replace(self.limits, latest=latest),
        )


@dataclass(slots=True)
class Matrix:
    """What was written: pairs, and how many of them can be reached."""

    pairs: int = 0
    reached: int = 0


def read_points(path: Path) -> Points:
    """The points of a file with the columns id, lon and lat. Raises FaultyInput with its faults: every one, or those of
    the first rows when there are more than MOST_FAULTS."""
    columns = (Column("id"), Column("lon", ("longitude", "x")), Column("lat", ("latitude", "y")))
    table = read_table(path, columns, max_bytes=MOST_BYTES)
    faults = list(table.faults)
    parts: list[tuple[Floats, Floats]] = []
    known: dict[str, int] = {}
    for first in range(0, len(table), ROWS_AT_ONCE):
        part = _rows_of(table, slice(first, first + ROWS_AT_ONCE))
        parts.append(_located(part, faults))
        faults += _not_identified(part, known)
        if len(faults) > MOST_FAULTS:
            break
    if faults:
        raise FaultyInput(sorted(faults, key=lambda fault: fault.row or 0))
    lon, lat = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Points(table.columns["id"], lon, lat)


def _rows_of(table: Table, rows: slice) -> Table:
    columns = {name: cells[rows] for name, cells in table.columns.items()}
    return replace(table, columns=columns, rows=table.rows[rows])


def _located(table: Table, faults: list[Fault]) -> tuple[Floats, Floats]:
    lon = np.array(table.parse("lon", values.decimal, faults), np.float64)
    lat = np.array(table.parse("lat", values.decimal, faults), np.float64)
    faults += _nowhere(table, lon, lat)
    return lon, lat


def _nowhere(table: Table, lon: Floats, lat: Floats) -> Iterator[Fault]:
    """Points without coordinates, at (0, 0) or outside France."""
    for name in ("lon", "lat"):
        for at, text in enumerate(table.columns[name]):
            if not text:
                yield table.fault(at, name, _("the cell is empty."), _("Give longitude and latitude."))
    swapped = in_france(lat, lon)
    for at in np.flatnonzero(~np.isnan(lon) & ~np.isnan(lat) & ~in_france(lon, lat)).tolist():
        where = {"lon": f"{lon[at]:g}", "lat": f"{lat[at]:g}"}
        if swapped[at]:
            problem, remedy = _("longitude and latitude are swapped."), _("Exchange the two columns.")
        else:
            problem = _("the point (lon %(lon)s, lat %(lat)s) is outside France.") % where
            remedy = _("Correct the coordinates (WGS 84, decimal degrees).")
        yield table.fault(at, "lon", problem, remedy)


def _not_identified(table: Table, first: dict[str, int]) -> Iterator[Fault]:
    """Rows without an identifier, or with that of a row before; `first` is the row of each, and grows."""
    for at, text in enumerate(table.columns["id"]):
        if not text:
            yield table.fault(at, "id", _("the cell is empty."), _("Give each point an identifier."))
        elif len(text) > LONGEST_ID:
            problem = _("the cell has more than %(n)d characters.") % {"n": LONGEST_ID}
            yield table.fault(at, "id", problem, _("Shorten it."))
        elif text in first:
            problem = _("“%(id)s” stands in row %(row)d already.") % {
                "id": values.shown(text),
                "row": first[text],
            }
            yield table.fault(at, "id", problem, _("Give each point its own identifier."))
        else:
            first[text] = table.rows[at]


def require_trips(timetable: Timetable, question: Question) -> None:
    """Raise FaultyInput unless trips run on the day that is asked about, or on that of its first departure."""
    if not len(timetable.trips_on(question.as_of_its_first_departure().day)):
        require_day(timetable, question.day)


def require_day(timetable: Timetable, day: dt.date) -> None:
    """Raise FaultyInput unless the timetable has trips on that day."""
    if timetable.first <= day <= timetable.last and len(timetable.trips_on(day)):
        return
    span = {"day": day, "first": timetable.first, "last": timetable.last}
    if timetable.first <= day <= timetable.last:
        problem = _("no trip runs on %(day)s.") % span
        remedy = _("Choose another day from %(first)s to %(last)s.") % span
    else:
        problem = _("the timetable says nothing of %(day)s.") % span
        remedy = _("Choose a day from %(first)s to %(last)s, or take the timetable of that day.") % span
    raise FaultyInput([Fault("--date", None, None, problem, remedy)])


def write_matrix(
    timetable: Timetable,
    origins: Points,
    destinations: Points,
    question: Question,
    target: Path,
    *,
    streets: Streets | None = None,
    advance: Callable[[int], object] = lambda pairs: None,
) -> Matrix:
    """Write a row for each pair, origin after origin, to a Parquet file.

    A pair is reached when some departure of the window arrives in time; its figures are over the departures that do,
    waiting for the first vehicle included. Of a pair that is not, all three figures are null.
    Raises FaultyInput for a day on which nothing runs, OutputFailed when the disk refuses; `target` is then as it was.
    """
    require_trips(timetable, question)
    question = question.as_of_its_first_departure()
    footways = Footways(timetable, question.pace, streets)
    rush = Rush.of(
        ServiceDay.of(timetable, question.day),
        footways.between_stops(question.walk),
        Window.before(question.arrive_by, question.window),
        question.limits,
    )
    egress = footways.to_stops(destinations.lon, destinations.lat, question.walk)
    matrix = Matrix()
    share = max(1, PAIRS_AT_ONCE // len(destinations))
    with replaced_file(target) as fresh, pq.ParquetWriter(str(fresh), SCHEMA) as writer:
        for start in range(0, len(origins), share):
            some = origins.taking(slice(start, start + share))
            access = footways.to_stops(some.lon, some.lat, question.walk)
            walks = footways.all_the_way(
                some.lon, some.lat, destinations.lon, destinations.lat, 2 * question.walk
            )
            times = rush.times(access, egress, walks)
            writer.write_table(_rows(some, destinations, times))
            matrix.pairs += times.typical.size
            matrix.reached += int(np.count_nonzero(times.counted))
            advance(matrix.pairs)
    return matrix


def _rows(origins: Points, destinations: Points, times: Times) -> pa.Table:
    nothing = times.counted.ravel() == 0
    columns = (
        pa.array(origins.ids).take(pa.array(np.repeat(np.arange(len(origins)), len(destinations)))),
        pa.array(destinations.ids).take(pa.array(np.tile(np.arange(len(destinations)), len(origins)))),
        _minutes(times.typical, nothing),
        _minutes(times.slow, nothing),
        pa.array(times.changes.ravel(), mask=nothing),
    )
    return pa.table(columns, SCHEMA)


def _minutes(seconds: Ints, nothing: np.ndarray) -> pa.Array:
    # Two decimals tell every second from the next.
    return pa.array(np.round(seconds.ravel() / 60, 2), mask=nothing)
