"""In which order openings are suggested to a person: a table of points, shown with its reasons; limits stand apart.

What counts: skills, level, travel time by one's own means, availability. Where somebody lives is not among it. What
cannot be as things are (too far, not available, a level asked that is not there) comes last, with what would make it
fit: the référent and the person decide, nothing is hidden. Pure functions: no database, no clock.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from croisee.directory.rome import trade_jobs
from croisee.journeys.openings import Opening
from croisee.opportunities import fit
from croisee.opportunities.fit import BEYOND, Fit


class Reason(StrEnum):
    """What was found on one topic, beside the findings of `opportunities.fit`."""

    JOB_NOT_SAID = "job_not_said"
    LEVEL_THERE = "level_there"
    LEVEL_NOT_ASKED = "level_not_asked"
    LEVEL_NOT_KNOWN = "level_not_known"
    LEVEL_LACKING = "level_lacking"


Finding = Fit | Reason
POINTS: Mapping[str, Mapping[Finding, int]] = MappingProxyType(
    {
        "skills": {
            Fit.SAME_JOB: 40,
            Fit.SAME_TRADE: 25,
            Fit.SAME_DOMAIN: 15,
            Fit.ANY_JOB: 5,
            Reason.JOB_NOT_SAID: 0,
            Fit.OTHER_JOB: 0,
        },
        "travel": {
            Fit.VERY_NEAR: 25,
            Fit.NEAR: 18,
            Fit.FAIR: 10,
            Fit.LONG: 4,
            Fit.TRAVEL_NOT_KNOWN: 4,
            Fit.TOO_FAR: 0,
        },
        "level": {
            Reason.LEVEL_THERE: 10,
            Reason.LEVEL_NOT_ASKED: 10,
            Reason.LEVEL_NOT_KNOWN: 5,
            Reason.LEVEL_LACKING: 0,
        },
        "dates": {Fit.WHOLE_TIME: 10, Fit.PART_OF_TIME: 5, Fit.NOT_THERE: 0},
        "hours": {Fit.ENOUGH_HOURS: 5, Fit.FEWER_HOURS: 0},
    }
)
"""What each finding gives, by topic: the whole table."""
_OF: Mapping[Finding, int] = {found: points for table in POINTS.values() for found, points in table.items()}
MOST = sum(max(table.values()) for table in POINTS.values())
"""The points of an opening that fits in everything."""
LIMITS: frozenset[Finding] = frozenset({Fit.TOO_FAR, Fit.NOT_THERE, Reason.LEVEL_LACKING})
"""Findings that stand in the way as things are."""
LEVELS: Mapping[str, int] = MappingProxyType({"none": 0, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8})
"""Levels of training in their order; one that is not said is not among them."""


@dataclass(frozen=True, slots=True)
class Seeker:
    """What is known of the person. Nothing here says where anyone lives.

    `jobs`: ROME codes looked for. `level`: as in the work profile; "6" stands for 6 and more. `limit`: the longest way,
    in minutes.
    """

    jobs: tuple[str, ...]
    level: str
    limit: int
    available_from: dt.date | None
    available_until: dt.date | None
    weekly_hours: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An opening in the order, with the minutes to it, its points and where each comes from."""

    opening: Opening
    minutes: int
    points: int
    reasons: tuple[Finding, ...]

    @property
    def limits(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(found for found in self.reasons if found in LIMITS)

    @property
    def of_another_job(self) -> bool:
        """Whether it is of a job that the person does not look for."""
        return Fit.OTHER_JOB in self.reasons


@dataclass(frozen=True, slots=True)
class Lack:
    """By how much something stands in the way: minutes too many (None: out of reach), level, or the day."""

    finding: Finding
    minutes: int | None = None
    level: str = ""
    day: dt.date | None = None


def rank(seeker: Seeker, openings: Iterable[tuple[Opening, int]]) -> list[Ranked]:
    """Openings with the minutes to each, in order: those without limits first, most points first, then the soonest."""
    ranked = [_ranked(seeker, opening, minutes) for opening, minutes in openings]
    return sorted(
        ranked,
        key=lambda one: (bool(one.limits), -one.points, one.opening.starts_on, one.opening.key),
    )


def _ranked(seeker: Seeker, opening: Opening, minutes: int) -> Ranked:
    reasons: tuple[Finding, ...] = (
        _skills(opening.jobs, seeker.jobs),
        fit.travel(minutes, seeker.limit),
        _level(opening.level, seeker.level),
        fit.dates(
            opening.starts_on,
            max(opening.starts_on, opening.ends_on or opening.starts_on),
            seeker.available_from,
            seeker.available_until,
        ),
        _hours(opening.weekly_hours, seeker.weekly_hours),
    )
    return Ranked(opening, minutes, sum(_OF[found] for found in reasons), reasons)


def _skills(asked: Sequence[str], jobs: Sequence[str]) -> Finding:
    """The best that the jobs of an opening and those looked for have in common."""
    if not asked:
        return Fit.ANY_JOB
    if not jobs:
        return Reason.JOB_NOT_SAID
    found: list[Finding] = [fit.skills(code, trade_jobs(code), jobs) for code in asked]
    return max(found, key=lambda one: _OF[one])


def _level(asked: str, there: str) -> Reason:
    if asked not in LEVELS:
        return Reason.LEVEL_NOT_ASKED
    if there not in LEVELS:
        return Reason.LEVEL_NOT_KNOWN
    highest = LEVELS[there] if there != "6" else max(LEVELS.values())
    return Reason.LEVEL_THERE if highest >= LEVELS[asked] else Reason.LEVEL_LACKING


def _hours(asked: float | None, offered: float | None) -> Fit:
    if asked is None or offered is None:
        return Fit.ENOUGH_HOURS
    return fit.hours(asked, offered)


def lacks(ranked: Ranked, seeker: Seeker) -> list[Lack]:
    """What would have to change for an opening to fit: by how much it is too far, which level, from which day."""
    return [_lack(found, ranked, seeker) for found in ranked.limits]


def _lack(found: Finding, ranked: Ranked, seeker: Seeker) -> Lack:
    if found == Fit.TOO_FAR:
        return Lack(found, None if ranked.minutes == BEYOND else ranked.minutes - seeker.limit)
    if found == Reason.LEVEL_LACKING:
        return Lack(found, level=ranked.opening.level)
    return Lack(found, day=ranked.opening.starts_on)
