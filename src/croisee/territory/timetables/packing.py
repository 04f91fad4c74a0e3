"""A timetable with its names as bytes, and back: NumPy arrays, compressed, nothing that could run."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import asdict, fields

import numpy as np

from croisee.engine.transit.timetable import Timetable
from croisee.territory.timetables.feed import Names

PLAIN = tuple(one.name for one in fields(Timetable) if one.name not in {"first", "runs"})


def packed(timetable: Timetable, names: Names) -> bytes:
    """The bytes that `unpacked` reads."""
    buffer = io.BytesIO()
    arrays = {name: getattr(timetable, name) for name in PLAIN}
    text = json.dumps(asdict(names), ensure_ascii=False, separators=(",", ":")).encode()
    np.savez_compressed(
        buffer,
        **arrays,
        runs=np.packbits(timetable.runs, axis=1),
        days=np.array([timetable.first.toordinal(), timetable.runs.shape[1]]),
        names=np.frombuffer(text, np.uint8),
    )
    return buffer.getvalue()


def unpacked(data: bytes) -> tuple[Timetable, Names]:
    """The timetable and the names of what `packed` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        first, days = held["days"].tolist()
        runs = np.unpackbits(held["runs"], axis=1, count=days).astype(np.bool_)
        names = Names(**json.loads(held["names"].tobytes()))
        arrays = {name: held[name] for name in PLAIN}
    return Timetable(**arrays, runs=runs, first=dt.date.fromordinal(first)), names
