"""What is loaded, as one way to ask how long people take: kept in each process until a timetable or streets change."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from croisee.engine.transit.footways import all_the_way
from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import Floats, Ints
from croisee.engine.transit.walking import FAR, Pace, metres_between
from croisee.territory.street_networks import kept_streets
from croisee.territory.timetables.kept import KeptTimetable, loaded_timetable
from croisee.territory.timetables.typical import typical_day
from croisee.territory.travel.modes import CYCLING, LONGEST, USUAL_M_PER_MIN, WALKING, Mode
from croisee.territory.travel.morning import Morning

logger = logging.getLogger("croisee.territory")

Minutes = NDArray[np.int16]
NEVER = -1
"""The minutes to where one cannot be in time."""
ORIGINS_AT_ONCE = 512


@dataclass(frozen=True)
class Basis:
    """What travel times rest on, to be said wherever they are shown.

    Attributes:
        mode: how one goes.
        on: the day whose timetable was taken; None where none was.
        along_streets: whether walks follow streets, rather than the crow with a detour.
        expired: whether that timetable has ended.
        lacking: the agencies whose timetable does not hold today.
    """

    mode: Mode
    on: dt.date | None = None
    along_streets: bool = False
    expired: bool = False
    lacking: tuple[str, ...] = ()

    @property
    def is_estimate(self) -> bool:
        """Whether minutes by public transport are only taken from the distance."""
        return self.mode == Mode.TRANSIT and self.on is None


@dataclass(frozen=True)
class Network:
    """The timetables and the streets in use, either of which may be missing."""

    kept: KeptTimetable | None
    streets: Streets | None
    today: dt.date
    morning: Morning | None

    @classmethod
    def of(cls, kept: KeptTimetable | None, streets: Streets | None, today: dt.date) -> Network:
        """With an ordinary morning of the timetable from today on."""
        morning = (
            None if kept is None else Morning.of(kept.timetable, typical_day(kept.timetable, today), streets)
        )
        return cls(kept, streets, today, morning)

    def basis(self, mode: Mode) -> Basis:
        """What the times of a mode rest on."""
        along = self.streets is not None
        if mode != Mode.TRANSIT or self.kept is None or self.morning is None:
            return Basis(mode, along_streets=along and mode != Mode.TRANSIT)
        expired = self.kept.expired_on(self.today)
        return Basis(mode, self.morning.on, along, expired, self.kept.lacking_on(self.today))

    def minutes(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, mode: Mode) -> Minutes:
        """`(origins, destinations)` minutes from door to door, points in degrees; NEVER beyond two hours.

        By public transport: the median of the departures that are there by 8:45; without a timetable, what the
        distance makes likely.
        """
        found = np.empty((len(lon), len(to_lon)), np.int16)
        for start in range(0, len(lon) if len(to_lon) else 0, ORIGINS_AT_ONCE):
            some = slice(start, start + ORIGINS_AT_ONCE)
            found[some] = _in_minutes(self._seconds(lon[some], lat[some], to_lon, to_lat, mode))
        return found

    def _seconds(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, mode: Mode) -> Ints:
        if mode != Mode.TRANSIT:
            return self._on_the_road(lon, lat, to_lon, to_lat, CYCLING if mode == Mode.BICYCLE else WALKING)
        if self.morning is not None:
            return self.morning.times(lon, lat, to_lon, to_lat).typical
        metres = metres_between(lon[:, None], lat[:, None], to_lon[None, :], to_lat[None, :])
        return np.minimum(np.ceil(60 * metres / USUAL_M_PER_MIN), FAR).astype(np.int32)

    def warmed(self) -> Network:
        """The same, having answered a first question by each mode: all that is made when it is first needed is made."""
        places = self.kept.timetable if self.kept else self.streets
        if places is not None:
            here = places.lon[:1], places.lat[:1]
            for mode in Mode:
                self.minutes(*here, *here, mode)
            if self.morning:
                self.morning.journey(*(float(degrees[0]) for degrees in (*here, *here)))
        return self

    def _on_the_road(self, lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, pace: Pace) -> Ints:
        return all_the_way(self.streets, pace, lon, lat, to_lon, to_lat, 60 * LONGEST)


def _in_minutes(seconds: Ints) -> Minutes:
    """Whole minutes, rounded up; NEVER past the longest journey."""
    out = (seconds < 0) | (seconds > 60 * LONGEST)
    return np.where(out, NEVER, -(-seconds // 60)).astype(np.int16)


LOOKED_AT_EVERY = 15.0
"""Seconds between two looks at whether another process has loaded something: a page asks the database nothing."""
AT_ONCE = float("-inf")
_making = threading.Lock()
_held: tuple[float, Network] | None = None
_watch: threading.Thread | None = None
_enough = threading.Event()


def current_network() -> Network:
    """The network of what is loaded today, made anew only when something has changed.

    In a process that watches, nobody who asks waits for that: until the next one is ready, the one before answers.
    """
    held = _held
    if held is not None and held[0] != AT_ONCE and (is_watching() or not _is_due(held[0])):
        return held[1]
    with _making:
        return _held[1] if _held and not _is_due(_held[0]) else _look()


def network_now() -> Network:
    """The network of what is loaded at this very moment: for what is computed once and kept."""
    with _making:
        return _look()


def look_again() -> None:
    """Look at what is loaded the next time that it is asked for: something here has changed it."""
    global _held
    with _making:
        if _held is not None:
            _held = AT_ONCE, _held[1]


def watch() -> None:
    """From here on, look at what is loaded in the background, and make the next network ready there."""
    global _watch
    if not is_watching():
        _enough.clear()
        _watch = threading.Thread(target=_keep_looking, name="travel times", daemon=True)
        _watch.start()


def watch_no_more() -> None:
    """End that."""
    _enough.set()
    if _watch is not None:
        _watch.join()


def is_watching() -> bool:
    """Whether this very process watches: a fork of one that does has no such thread."""
    return _watch is not None and _watch.is_alive()


def _keep_looking() -> None:
    while not _enough.is_set():
        try:
            with _making:
                _look(Network.warmed)
        except Exception:
            # A database that is away for a moment, or a timetable that cannot be read: what is in use stays so.
            logger.exception("what is loaded could not be looked at")
        connection.close()
        _enough.wait(LOOKED_AT_EVERY)


def _is_due(looked_at: float) -> bool:
    return time.monotonic() - looked_at >= LOOKED_AT_EVERY


def _look(finish: Callable[[Network], Network] = lambda made: made) -> Network:
    """Look, by whoever holds the lock; `finish` is done to a network that is made anew before anyone is given it."""
    global _held
    now = time.monotonic()
    kept, streets, today = loaded_timetable(), kept_streets(), timezone.localdate()
    found = _held[1] if _held else None
    if found is None or found.kept is not kept or found.streets is not streets or found.today != today:
        found = finish(Network.of(kept, streets, today))
    _held = now, found
    return found
