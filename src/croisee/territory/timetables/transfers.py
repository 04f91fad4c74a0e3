"""Changes from one vehicle to another: how long they take, between which stops (`transfers.txt`)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from django.utils.translation import gettext as _

from croisee.engine.transit.timetable import DAY, Ints
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.archive import FeedFiles
from croisee.territory.timetables.sheets import Sheet
from croisee.territory.timetables.stops import Stops
from croisee.territory.timetables.values import MALFORMED, MISSING, whole

DEFAULT_CHANGE = 60
"""Seconds between getting off and getting on at the same stop, where the feed says nothing."""
NO_CHANGE = 7 * DAY
"""The change at a stop where none is possible: no journey is that long."""
FORBIDDEN = -1
MOST_PAIRS = 5_000_000
TIMED, WITH_TIME, IMPOSSIBLE = "1", "2", "3"
PARTICULAR = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")


@dataclass(frozen=True, slots=True)
class Transfers:
    """The least change at each stop, and the seconds from one stop to another (FORBIDDEN where none is possible)."""

    change: Ints
    path_from: Ints
    path_to: Ints
    path_seconds: Ints
    unused: int = 0
    """Rows about certain routes or trips, or staying seated (types 4, 5), which are not used."""


def read_transfers(files: FeedFiles, stops: Stops) -> Transfers:
    """The transfers of a feed; a row about a station holds for its stops, one about a stop comes before it.

    Type 2 takes `min_transfer_time`. The others take it where it is given; else a timed transfer (1) takes none, since
    the vehicle waits, and a recommended one (0) says nothing that walking does not.
    """
    change = np.full(len(stops.ids), DEFAULT_CHANGE, np.int32)
    if "transfers" not in files:
        none = np.empty(0, np.int32)
        return Transfers(change, none, none, none)
    sheet, unused = _checked(files, stops)
    pairs = _pairs(sheet, stops)
    paths = {}
    for (here, there), seconds in pairs.items():
        if here == there:
            change[here] = NO_CHANGE if seconds == FORBIDDEN else min(seconds, NO_CHANGE)
        else:
            paths[here, there] = min(seconds, NO_CHANGE)
    ends = np.array(sorted(paths), np.int32).reshape(-1, 2)
    seconds_ = np.array([paths[here, there] for here, there in sorted(paths)], np.int32)
    return Transfers(change, ends[:, 0].copy(), ends[:, 1].copy(), seconds_, unused)


def _checked(files: FeedFiles, stops: Stops) -> tuple[Sheet, int]:
    columns = ("transfer_type", "min_transfer_time", *PARTICULAR)
    sheet = files.read("transfers", ("from_stop_id", "to_stop_id"), columns)
    particular = sheet["transfer_type"].within(frozenset({"4", "5"}))
    for name in PARTICULAR:
        particular |= ~sheet[name].equal("")
    sheet.drop(particular)
    for name in ("from_stop_id", "to_stop_id"):
        sheet.drop(sheet[name].within(stops.refused - set(stops.places)))
        problem = _("the stop “%(text)s” is not in stops.txt.")
        missing = ~sheet[name].within(frozenset(stops.places))
        sheet.reject(missing, name, problem, _("Add it, or correct the cell."))
    wrong = ~sheet["transfer_type"].within(frozenset({"", "0", TIMED, WITH_TIME, IMPOSSIBLE}))
    problem = _("“%(text)s” is no transfer_type (0 to 5).")
    sheet.reject(wrong, "transfer_type", problem, _("Correct the cell."))
    time = sheet["min_transfer_time"].each(whole, np.int64)
    wrong = (time == MALFORMED) | ((time == MISSING) & sheet["transfer_type"].equal(WITH_TIME))
    problem = _("“%(text)s” is no min_transfer_time (seconds).")
    sheet.reject(wrong, "min_transfer_time", problem, _("Complete or correct the cell."))
    return sheet.sound(), int(particular.sum())


def _pairs(sheet: Sheet, stops: Stops) -> dict[tuple[int, int], int]:
    """Seconds by pair of stops; of two rows about a pair the one that names more stops themselves counts."""
    rows = list(
        zip(
            sheet["from_stop_id"].all(),
            sheet["to_stop_id"].all(),
            sheet["transfer_type"].all(),
            sheet["min_transfer_time"].each(whole, np.int64).tolist(),
            strict=True,
        )
    )
    rows.sort(key=lambda row: (row[0] in stops.positions) + (row[1] in stops.positions))
    pairs: dict[tuple[int, int], int] = {}
    for here, there, kind, time in rows:
        if (taken := _seconds(kind, time)) is None:
            continue
        if len(pairs) + len(stops.places[here]) * len(stops.places[there]) > MOST_PAIRS:
            problem = _("its stations make more than %(n)d pairs of stops.") % {"n": MOST_PAIRS}
            remedy = _("Name stops rather than large stations.")
            raise FaultyInput([Fault(sheet.file, None, None, problem, remedy)])
        pairs.update(dict.fromkeys(product(stops.places[here], stops.places[there]), taken))
    return pairs


def _seconds(kind: str, time: int) -> int | None:
    if kind == IMPOSSIBLE:
        return FORBIDDEN
    if time == MISSING:
        return 0 if kind == TIMED else None
    return time
