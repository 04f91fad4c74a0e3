"""The runs of every line: when each leaves, where it stops, and at which second."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.chance import stream
from croisee.demo.network.kinds import HOUR, KINDS, SCHOOL, SCHOOL_RUNS, SLOWER, Bands, Kind
from croisee.demo.network.lines import Line
from croisee.demo.network.streets import Streets

Ints = NDArray[np.int64]

# Seconds at a stop where lines meet.
WAIT = 20
# A metro's runs are those of frequencies.txt: one run for each direction and service, and its bands.
Band = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of one line in one direction on one service: `arrival`, `departure` (runs, stops) seconds of the day.

    `bands`, where there are some, are (from, until, seconds between two): the only run is then repeated by them.
    """

    line: int
    back: bool
    service: str
    stops: tuple[int, ...]
    arrival: Ints
    departure: Ints
    bands: tuple[Band, ...] = ()

    @property
    def repeated(self) -> int:
        """How many vehicles leave."""
        return sum(-(-(until - start) // every) for start, until, every in self.bands) or len(self.arrival)


def make_runs(lines: list[Line], streets: Streets, meeting: set[int], seed: int, denser: float) -> list[Runs]:
    """The runs of every line both ways; `meeting` are the stops where lines meet, `denser` divides intervals."""
    rng = stream(seed, "runs of the network")
    made = []
    for row, line in enumerate(lines):
        for back in (False, True):
            stops = line.stops[::-1] if back else line.stops
            offsets = _offsets(line.kind, stops, streets, meeting)
            late = float(rng.random())
            for service, minutes in line.kind.minutes.items():
                bands = _bands(minutes, line.pace / denser)
                if line.kind is KINDS["metro"]:
                    first = np.array([bands[0][0]])
                    made.append(_runs(row, back, service, stops, offsets, first, line.kind, bands))
                else:
                    leaving = _leaving(bands, late)
                    made.append(_runs(row, back, service, stops, offsets, leaving, line.kind))
            if line.kind in (KINDS["ordinary"], KINDS["suburban"]):
                leaving = (
                    np.round((np.array(SCHOOL_RUNS) * HOUR + 60 * np.floor(8 * late)) / 60).astype(int) * 60
                )
                made.append(_runs(row, back, SCHOOL, stops, offsets, leaving, line.kind))
    return made


def _offsets(kind: Kind, stops: tuple[int, ...], streets: Streets, meeting: set[int]) -> tuple[Ints, Ints]:
    """Seconds from the first departure to each arrival and departure, when traffic is light."""
    rows = np.array(stops)
    metres = np.hypot(np.diff(streets.x[rows]), np.diff(streets.y[rows]))
    town = streets.built_up[rows[:-1]] & streets.built_up[rows[1:]]
    riding = metres / (np.where(town, kind.town, kind.outside) * 1_000 / HOUR)
    waits = np.array([WAIT if stop in meeting else 0 for stop in stops], float)
    waits[[0, -1]] = 0
    # Commercial speed counts the waits: they are taken off the ride before.
    riding = np.maximum(riding - waits[1:], 0.6 * riding)
    arrival = np.concatenate([[0.0], np.cumsum(riding + waits[:-1])])
    return arrival.round().astype(np.int64), (arrival + waits).round().astype(np.int64)


def _bands(minutes: Bands, pace: float) -> tuple[Band, ...]:
    """(from, until, seconds between two vehicles), whole half-minutes."""
    return tuple(
        (round(start * HOUR), round(until * HOUR), max(60, round(every * pace * 2) * 30))
        for (start, every), (until, _every) in pairwise(minutes)
    )


def _leaving(bands: tuple[Band, ...], late: float) -> Ints:
    """When vehicles leave: every interval of its band, the first one some part of an interval after opening."""
    times = []
    now = bands[0][0] + int(late * bands[0][2] / 60) * 60
    for _start, until, every in bands:
        while now < until:
            times.append(now)
            now += every
    return np.array(times, np.int64)


def _runs(
    line: int,
    back: bool,
    service: str,
    stops: tuple[int, ...],
    offsets: tuple[Ints, Ints],
    leaving: Ints,
    kind: Kind,
    bands: tuple[Band, ...] = (),
) -> Runs:
    """Runs that leave at these seconds, slower when traffic is heavy."""
    hours, slower = np.array(SLOWER).T
    factor = np.interp(leaving / HOUR, hours, slower) if kind.slows else np.ones(len(leaving))
    arrival, departure = (
        leaving[:, None] + np.round(offset[None, :] * factor[:, None]).astype(np.int64) for offset in offsets
    )
    return Runs(line, back, service, stops, arrival, departure, bands)
