"""In which order people are put forward for a need: a table of points, the same for everyone, shown with its reasons.

What counts: skills, travel time by one's own means, availability, the way behind and ahead. Where somebody lives is not
among it: a residence is counted, it never ranks. Equal points: who has waited longest comes first. Pure functions: no
database, no clock; the same facts give the same order.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from croisee.clauses.durations import months_left

NOT_KNOWN = -1
"""The minutes to a place when home or place is not on the map."""
BEYOND = 999
"""The minutes to a place that cannot be reached in two hours."""


class Reason(StrEnum):
    """What was found of somebody on one topic."""

    SAME_JOB = "same_job"
    SAME_TRADE = "same_trade"
    SAME_DOMAIN = "same_domain"
    OTHER_JOB = "other_job"
    ANY_JOB = "any_job"
    VERY_NEAR = "very_near"
    NEAR = "near"
    FAIR = "fair"
    LONG = "long"
    TRAVEL_NOT_KNOWN = "travel_not_known"
    TOO_FAR = "too_far"
    WHOLE_TIME = "whole_time"
    PART_OF_TIME = "part_of_time"
    NOT_THERE = "not_there"
    ENOUGH_HOURS = "enough_hours"
    FEWER_HOURS = "fewer_hours"
    LASTS = "lasts"
    LASTS_HALF = "lasts_half"
    ENDS_EARLY = "ends_early"
    LONG_WITHOUT_WORK = "long_without_work"
    SOME_TIME_WITHOUT_WORK = "some_time_without_work"
    LATELY_AT_WORK = "lately_at_work"
    TRAINED_FOR_IT = "trained_for_it"
    TRAINED = "trained"
    NOT_TRAINED = "not_trained"


POINTS: Mapping[str, Mapping[Reason, int]] = MappingProxyType(
    {
        "skills": {
            Reason.SAME_JOB: 40,
            Reason.SAME_TRADE: 25,
            Reason.SAME_DOMAIN: 15,
            Reason.OTHER_JOB: 0,
            Reason.ANY_JOB: 0,
        },
        "travel": {
            Reason.VERY_NEAR: 25,
            Reason.NEAR: 18,
            Reason.FAIR: 10,
            Reason.LONG: 4,
            Reason.TRAVEL_NOT_KNOWN: 4,
            Reason.TOO_FAR: 0,
        },
        "dates": {Reason.WHOLE_TIME: 10, Reason.PART_OF_TIME: 5, Reason.NOT_THERE: 0},
        "hours": {Reason.ENOUGH_HOURS: 5, Reason.FEWER_HOURS: 0},
        "eligibility": {Reason.LASTS: 10, Reason.LASTS_HALF: 5, Reason.ENDS_EARLY: 0},
        "since": {Reason.LONG_WITHOUT_WORK: 5, Reason.SOME_TIME_WITHOUT_WORK: 3, Reason.LATELY_AT_WORK: 0},
        "training": {Reason.TRAINED_FOR_IT: 5, Reason.TRAINED: 3, Reason.NOT_TRAINED: 0},
    }
)
"""What each finding gives, by topic: the whole table."""
_OF = {reason: points for table in POINTS.values() for reason, points in table.items()}
MOST = sum(max(table.values()) for table in POINTS.values())
"""The points of somebody who has all of them."""
VERY_NEAR_MINUTES, NEAR_MINUTES, FAIR_MINUTES = 15, 30, 45
LONG_MONTHS, SOME_MONTHS = 12, 3


@dataclass(frozen=True, slots=True)
class Job:
    """What is looked for. `trade_jobs`: the ROME codes of the trades that the job is of. `ends_on`: the last day."""

    code: str
    trade_jobs: frozenset[str]
    starts_on: dt.date
    ends_on: dt.date
    months: int
    weekly_hours: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody, for this job. Nothing here says where anyone lives.

    `minutes`: the way to work by one's own means, NOT_KNOWN otherwise; `limit`: the longest that one accepts.
    `until`: the last day on which hours count. `waiting_since`: the end of the last contract, else the day of arrival
    in the list; `worked`: whether there was a contract. `trained_for`: ROME codes of training done.
    """

    key: UUID
    jobs: tuple[str, ...]
    minutes: int
    limit: int
    available_from: dt.date | None
    available_until: dt.date | None
    weekly_hours: float
    until: dt.date
    waiting_since: dt.date
    worked: bool
    trained_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody in the order, with the points and where each comes from."""

    facts: Facts
    points: int
    reasons: tuple[Reason, ...]

    @property
    def too_far(self) -> bool:
        """Whether the way is longer than the person accepts."""
        return Reason.TOO_FAR in self.reasons


def rank(job: Job, people: Iterable[Facts], today: dt.date) -> list[Ranked]:
    """Everyone in order: most points first, then who has waited longest, then by key; the too far after the others."""
    ranked = [_ranked(job, facts, today) for facts in people]
    return sorted(
        ranked,
        key=lambda one: (one.too_far, -one.points, one.facts.waiting_since, one.facts.key.int),
    )


def _ranked(job: Job, facts: Facts, today: dt.date) -> Ranked:
    reasons = (
        _skills(job, facts.jobs),
        _travel(facts.minutes, facts.limit),
        _dates(job, facts),
        Reason.ENOUGH_HOURS if facts.weekly_hours >= job.weekly_hours else Reason.FEWER_HOURS,
        _eligibility(job, facts.until),
        _since(facts, today),
        _training(job, facts.trained_for),
    )
    return Ranked(facts, sum(_OF[reason] for reason in reasons), reasons)


def _skills(job: Job, jobs: Sequence[str]) -> Reason:
    if not job.code:
        return Reason.ANY_JOB
    if job.code in jobs:
        return Reason.SAME_JOB
    if job.trade_jobs.intersection(jobs):
        return Reason.SAME_TRADE
    return Reason.SAME_DOMAIN if any(one[:3] == job.code[:3] for one in jobs) else Reason.OTHER_JOB


def _travel(minutes: int, limit: int) -> Reason:
    if minutes == NOT_KNOWN:
        return Reason.TRAVEL_NOT_KNOWN
    if minutes > limit:
        return Reason.TOO_FAR
    if minutes <= VERY_NEAR_MINUTES:
        return Reason.VERY_NEAR
    if minutes <= NEAR_MINUTES:
        return Reason.NEAR
    return Reason.FAIR if minutes <= FAIR_MINUTES else Reason.LONG


def _dates(job: Job, facts: Facts) -> Reason:
    first, last = facts.available_from or dt.date.min, facts.available_until or dt.date.max
    if first <= job.starts_on and last >= job.ends_on:
        return Reason.WHOLE_TIME
    return Reason.PART_OF_TIME if first <= job.ends_on and last >= job.starts_on else Reason.NOT_THERE


def _eligibility(job: Job, until: dt.date) -> Reason:
    if until >= job.ends_on:
        return Reason.LASTS
    return Reason.LASTS_HALF if 2 * months_left(job.starts_on, until) >= job.months else Reason.ENDS_EARLY


def _since(facts: Facts, today: dt.date) -> Reason:
    months = months_left(facts.waiting_since, today)
    if not facts.worked or months >= LONG_MONTHS:
        return Reason.LONG_WITHOUT_WORK
    return Reason.SOME_TIME_WITHOUT_WORK if months >= SOME_MONTHS else Reason.LATELY_AT_WORK


def _training(job: Job, trained_for: Sequence[str]) -> Reason:
    if job.code and (job.code in trained_for or job.trade_jobs.intersection(trained_for)):
        return Reason.TRAINED_FOR_IT
    return Reason.TRAINED if trained_for else Reason.NOT_TRAINED
