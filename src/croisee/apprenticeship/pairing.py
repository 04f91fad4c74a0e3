"""In which order mentors are put forward for a person: a table of points, the same for everyone, with its reasons.

What counts: the trade, the distance as the crow flies, room for somebody more. Where the person lives is only a
distance: no neighbourhood is in it. Pure: no database, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

NEAR_KM, FAIR_KM = 5.0, 15.0


class Reason(StrEnum):
    """What was found of a mentor on one topic."""

    SAME_JOB = "same_job"
    SAME_DOMAIN = "same_domain"
    OTHER_JOB = "other_job"
    NEAR = "near"
    FAIR = "fair"
    FAR = "far"
    NOT_KNOWN = "not_known"
    FREE = "free"
    ROOM = "room"


POINTS = {
    Reason.SAME_JOB: 50,
    Reason.SAME_DOMAIN: 25,
    Reason.OTHER_JOB: 0,
    Reason.NEAR: 30,
    Reason.FAIR: 15,
    Reason.FAR: 0,
    Reason.NOT_KNOWN: 5,
    Reason.FREE: 20,
    Reason.ROOM: 10,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor: trades (ROME codes), kilometres from the person (None: not known), how many are followed, at most."""

    key: UUID
    jobs: Sequence[str]
    km: float | None
    follows: int
    most: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A mentor in the order, with the points and where they come from."""

    candidate: Candidate
    points: int
    reasons: tuple[Reason, ...]


def rank(jobs: Sequence[str], mentors: Iterable[Candidate]) -> list[Ranked]:
    """Those who have room, most points first, then who follows the fewest, then by key."""
    ranked = [_ranked(jobs, one) for one in mentors if one.follows < one.most]
    return sorted(ranked, key=lambda one: (-one.points, one.candidate.follows, one.candidate.key.int))


def _ranked(jobs: Sequence[str], one: Candidate) -> Ranked:
    reasons = (_trade(jobs, one.jobs), _distance(one.km), Reason.FREE if one.follows == 0 else Reason.ROOM)
    return Ranked(one, sum(POINTS[reason] for reason in reasons), reasons)


def _trade(wanted: Sequence[str], jobs: Sequence[str]) -> Reason:
    if set(wanted) & set(jobs):
        return Reason.SAME_JOB
    domains = {job[:3] for job in wanted}
    return Reason.SAME_DOMAIN if any(job[:3] in domains for job in jobs) else Reason.OTHER_JOB


def _distance(km: float | None) -> Reason:
    if km is None:
        return Reason.NOT_KNOWN
    if km <= NEAR_KM:
        return Reason.NEAR
    return Reason.FAIR if km <= FAIR_KM else Reason.FAR
