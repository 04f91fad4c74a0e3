"""Several timetables as one: the networks of a territory, between which one changes on foot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields
from itertools import accumulate

import numpy as np

from croisee.engine.transit.timetable import Flags, Timetable
from croisee.territory.timetables.feed import Names

SAME = ("lon", "lat", "change", "arrival", "departure", "boards", "alights", "path_seconds")
SHIFTED_BY_STOPS = ("stop", "path_from", "path_to")


def joined(parts: Sequence[tuple[Timetable, Names]]) -> tuple[Timetable, Names]:
    """One timetable of all trips, stops after stops and trips after trips, and the names in the same order."""
    if len(parts) == 1:
        return parts[0]
    timetables = [timetable for timetable, _names in parts]
    names = [names for _timetable, names in parts]
    first = min(one.first for one in timetables)
    arrays = {name: np.concatenate([getattr(one, name) for one in timetables]) for name in SAME}
    stops = _offsets([len(one.lon) for one in timetables])
    arrays |= {name: _shifted(timetables, name, stops) for name in SHIFTED_BY_STOPS}
    arrays["route"] = _shifted(timetables, "route", _offsets([len(one.route_ids) for one in names]))
    arrays["service"] = _shifted(timetables, "service", _offsets([len(one.runs) for one in timetables]))
    lengths = np.concatenate([np.diff(one.start) for one in timetables])
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    whole = Timetable(**arrays, start=start, runs=_runs(timetables, first), first=first)
    return whole, Names(
        **{one.name: [text for part in names for text in getattr(part, one.name)] for one in fields(Names)}
    )


def _offsets(sizes: Sequence[int]) -> list[int]:
    return [0, *accumulate(sizes[:-1])]


def _shifted(timetables: Sequence[Timetable], name: str, offsets: Sequence[int]) -> np.ndarray:
    parts = [getattr(one, name) + offset for one, offset in zip(timetables, offsets, strict=True)]
    return np.concatenate(parts).astype(np.int32)


def _runs(timetables: Sequence[Timetable], first: dt.date) -> Flags:
    begins = [(one.first - first).days for one in timetables]
    days = max(begin + one.runs.shape[1] for begin, one in zip(begins, timetables, strict=True))
    runs = np.zeros((sum(len(one.runs) for one in timetables), days), np.bool_)
    service = 0
    for begin, one in zip(begins, timetables, strict=True):
        runs[service : service + len(one.runs), begin : begin + one.runs.shape[1]] = one.runs
        service += len(one.runs)
    return runs
