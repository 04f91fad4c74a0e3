"""How a person fits a job, whoever puts people and jobs in an order: skills, travel, dates, hours a week.

Each function says what is found on one topic; what a finding is worth is for the service that ranks. Where somebody
lives is not among them. Pure functions: no database, no clock.
"""

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

NOT_KNOWN = -1
"""The minutes to a place when home or place is not on the map."""
BEYOND = 999
"""The minutes to a place that cannot be reached in two hours."""
VERY_NEAR_MINUTES, NEAR_MINUTES, FAIR_MINUTES = 15, 30, 45


class Fit(StrEnum):
    """What was found on one topic."""

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


def skills(asked: str, trade_jobs: Collection[str], jobs: Collection[str]) -> Fit:
    """Whether the jobs that somebody looks for are the one asked; all are ROME codes.

    `trade_jobs`: the codes of the trades that the job is of. An empty `asked` is any job. The professional domain of a
    job is the first three signs of its code.
    """
    if not asked:
        return Fit.ANY_JOB
    if asked in jobs:
        return Fit.SAME_JOB
    if any(one in trade_jobs for one in jobs):
        return Fit.SAME_TRADE
    return Fit.SAME_DOMAIN if any(one[:3] == asked[:3] for one in jobs) else Fit.OTHER_JOB


def travel(minutes: int, limit: int) -> Fit:
    """How far a place is at so many minutes (NOT_KNOWN and BEYOND among them) for who accepts `limit` at most."""
    if minutes == NOT_KNOWN:
        return Fit.TRAVEL_NOT_KNOWN
    if minutes > limit:
        return Fit.TOO_FAR
    if minutes <= VERY_NEAR_MINUTES:
        return Fit.VERY_NEAR
    if minutes <= NEAR_MINUTES:
        return Fit.NEAR
    return Fit.FAIR if minutes <= FAIR_MINUTES else Fit.LONG


def dates(
    starts_on: dt.date, ends_on: dt.date, available_from: dt.date | None, available_until: dt.date | None
) -> Fit:
    """Whether somebody is there from the first day of a job to the last, for a part of them, or not; None: no bound."""
    first, last = available_from or dt.date.min, available_until or dt.date.max
    if first <= starts_on and last >= ends_on:
        return Fit.WHOLE_TIME
    return Fit.PART_OF_TIME if first <= ends_on and last >= starts_on else Fit.NOT_THERE


def hours(asked: float, offered: float) -> Fit:
    """Whether somebody offers as many hours a week as are asked."""
    return Fit.ENOUGH_HOURS if offered >= asked else Fit.FEWER_HOURS
