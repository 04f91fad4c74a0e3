"""A person's way as a picture: stages with their days in, a lane for each kind and bars along the years out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

LEFT, RIGHT, HEAD, LANE, BAR = 190, 20, 44, 34, 16
"""Units of the drawing: where years begin, what is left beside, above, the height of a lane and of a bar."""
YEAR_WIDTH, LEAST_WIDTH, BAR_LEAST = 90, 560, 6


@dataclass(frozen=True)
class Bar:
    """One stage on its lane. `place` is its place among the stages given."""

    place: int
    stage: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Tick:
    """The beginning of a year, and the age of the person in it."""

    year: int
    age: int
    x: float


@dataclass(frozen=True)
class Lane:
    """A kind of stage: its words, and where they stand."""

    stage: str
    label: str
    y: float

    @property
    def base(self) -> float:
        """The line its words stand on."""
        return self.y + 4


@dataclass(frozen=True)
class WayPicture:
    """The whole picture."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    lanes: Sequence[Lane]
    width: int
    height: int
    left: int = LEFT


def way_picture(
    stages: Sequence[tuple[str, date, date | None]], born: date, today: date, kinds: Mapping[str, str]
) -> WayPicture:
    """Draw stages (kind, first day, last day or None while it goes on) by year; a year begins on 1 January.

    `kinds`: each kind and what it is called, from top to bottom; only those that there are have a lane. A stage that
    has no end goes to `today`. Ages are those reached in the year.
    """
    if not stages:
        return WayPicture((), (), (), LEAST_WIDTH, HEAD)
    ends = [last or max(today, first) for _stage, first, last in stages]
    first_year = min(first for _stage, first, _last in stages).year
    last_year = max(ends).year
    years = list(range(first_year, last_year + 2))
    width = max(LEAST_WIDTH, LEFT + RIGHT + YEAR_WIDTH * (len(years) - 1))
    begins, over = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    scale = (width - LEFT - RIGHT) / (over - begins).days

    def at(day: date) -> float:
        return round(LEFT + (day - begins).days * scale, 2)

    there = [kind for kind in kinds if any(stage == kind for stage, _first, _last in stages)]
    lane_of = {kind: HEAD + LANE * number for number, kind in enumerate(there)}
    bars = [
        Bar(
            place,
            stage,
            at(first),
            lane_of[stage] + (LANE - BAR) / 2,
            max(BAR_LEAST, round(at(last) - at(first), 2)),
        )
        for place, ((stage, first, _last), last) in enumerate(zip(stages, ends, strict=True))
    ]
    every = max(1, -(-len(years) // 14))
    ticks = [
        Tick(year, year - born.year, at(date(year, 1, 1))) for year, _next in list(pairwise(years))[::every]
    ]
    lanes = [Lane(kind, kinds[kind], lane_of[kind] + LANE / 2) for kind in there]
    return WayPicture(bars, ticks, lanes, width, HEAD + LANE * len(there) + 8)
