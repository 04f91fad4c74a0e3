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

from croisee.foundation.dates import months_left
from croisee.opportunities import fit
from croisee.opportunities.fit import Fit


class Reason(StrEnum):
    """What was found of somebody on one topic, beside the findings of `opportunities.fit`."""

    LASTS = "lasts"
    LASTS_HALF = "lasts_half"
    ENDS_EARLY = "ends_early"
    LONG_WITHOUT_WORK = "long_without_work"
    SOME_TIME_WITHOUT_WORK = "some_time_without_work"
    LATELY_AT_WORK = "lately_at_work"
    TRAINED_FOR_IT = "trained_for_it"
    TRAINED = "trained"
    NOT_TRAINED = "not_trained"


Finding = Fit | Reason
POINTS: Mapping[str, Mapping[Finding, int]] = MappingProxyType(
    {
        "skills": {
            Fit.SAME_JOB: 40,
            Fit.SAME_TRADE: 25,
            Fit.SAME_DOMAIN: 15,
            Fit.OTHER_JOB: 0,
            Fit.ANY_JOB: 0,
        },
        "travel": {
            Fit.VERY_NEAR: 25,
            Fit.NEAR: 18,
            Fit.FAIR: 10,
            Fit.LONG: 4,
            Fit.TRAVEL_NOT_KNOWN: 4,
            Fit.TOO_FAR: 0,
        },
        "dates": {Fit.WHOLE_TIME: 10, Fit.PART_OF_TIME: 5, Fit.NOT_THERE: 0},
        "hours": {Fit.ENOUGH_HOURS: 5, Fit.FEWER_HOURS: 0},
        "eligibility": {Reason.LASTS: 10, Reason.LASTS_HALF: 5, Reason.ENDS_EARLY: 0},
        "since": {Reason.LONG_WITHOUT_WORK: 5, Reason.SOME_TIME_WITHOUT_WORK: 3, Reason.LATELY_AT_WORK: 0},
        "training": {Reason.TRAINED_FOR_IT: 5, Reason.TRAINED: 3, Reason.NOT_TRAINED: 0},
    }
)
"""What each finding gives, by topic: the whole table."""
_OF: Mapping[Finding, int] = {reason: points for table in POINTS.values() for reason, points in table.items()}
MOST = sum(max(table.values()) for table in POINTS.values())
"""The points of somebody who has all of them."""
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

    `minutes`: the way to work by one's own means, `fit.NOT_KNOWN` otherwise; `limit`: the longest that one accepts.
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
    reasons: tuple[Finding, ...]

    @property
    def too_far(self) -> bool:
        """Whether the way is longer than the person accepts."""
        return Fit.TOO_FAR in self.reasons


def rank(job: Job, people: Iterable[Facts], today: dt.date) -> list[Ranked]:
    """Everyone in order: most points first, then who has waited longest, then by key; the too far after the others."""
    ranked = [_ranked(job, facts, today) for facts in people]
    return sorted(
        ranked,
        key=lambda one: (one.too_far, -one.points, one.facts.waiting_since, one.facts.key.int),
    )


def _ranked(job: Job, facts: Facts, today: dt.date) -> Ranked:
    reasons: tuple[Finding, ...] = (
        fit.skills(job.code, job.trade_jobs, facts.jobs),
        fit.travel(facts.minutes, facts.limit),
        fit.dates(job.starts_on, job.ends_on, facts.available_from, facts.available_until),
        fit.hours(job.weekly_hours, facts.weekly_hours),
        _eligibility(job, facts.until),
        _since(facts, today),
        _training(job, facts.trained_for),
    )
    return Ranked(facts, sum(_OF[reason] for reason in reasons), reasons)


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
