"""What a funder asks of each person, when it is due, and how much of it is there: a pure rule.

`queries/completeness.py` says the same of many in SQL, and a test compares the two. A moment is due once it has come:
the entry on the day of entry, the exit on the day of the exit, six months after it. A proof that a programme asks for
at a moment is there when one was accepted that was in force on that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Level, Sex
from croisee.journeys.indicators import LEAVING_DAYS, WORKING, Answers, later_on
from croisee.journeys.models import Labour, Moment, ProofState

ANSWERS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "answered_on": _("day of the answers"),
        "sex": _("sex"),
        "age": _("age at entry"),
        "level": _("level of training"),
        "labour": _("situation at work"),
        "unemployed_months": _("months unemployed without a break"),
        "in_training": _("in education or training"),
        "searching": _("looks for work"),
        "qualified": _("gained a qualification since entry"),
        "improved": _("better situation at work than at entry"),
        "disability": _("disability"),
        "nationality": _("nationality"),
        "housing_exclusion": _("homeless or badly housed"),
        "rural": _("lives in a rural area"),
    }
)
ASKED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Moment.ENTRY: (
            "answered_on",
            "sex",
            "age",
            "level",
            "labour",
            "unemployed_months",
            "in_training",
            "disability",
            "nationality",
            "housing_exclusion",
            "rural",
        ),
        Moment.EXIT: ("answered_on", "labour", "in_training", "searching", "qualified"),
        Moment.SIX_MONTHS: ("answered_on", "labour", "improved"),
    }
)
"""What each questionnaire asks for the indicators; the other columns of a situation stay empty at that moment."""


@dataclass(frozen=True)
class Asked:
    """A proof that a programme asks for."""

    kind: str
    moment: str


@dataclass(frozen=True)
class Given:
    """A proof that was brought: until when it holds (None: always), and where its check stands."""

    kind: str
    moment: str
    state: str
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class File:
    """What is known of one journey: its dates, its questionnaires by moment, the proofs asked for and brought.

    `fse`: whether the programme returns questionnaires at all.
    """

    entered_on: dt.date | None
    exited_on: dt.date | None
    answers: Mapping[str, Answers]
    asked: Sequence[Asked]
    given: Sequence[Given]
    fse: bool = True


@dataclass(frozen=True)
class Score:
    """How much is there of what is due; what is missing, moment by moment, and the proofs that wait for a check."""

    wanted: int
    there: int
    answers: tuple[tuple[str, str], ...]
    proofs: tuple[Asked, ...]
    waiting: tuple[Asked, ...]

    @property
    def percent(self) -> int:
        """What is there, in whole per cent, rounded down: 100 says that nothing is missing."""
        return 100 * self.there // self.wanted if self.wanted else 100

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing nor waits."""
        return self.there == self.wanted


def reached_on(moment: str, entered_on: dt.date | None, exited_on: dt.date | None) -> dt.date | None:
    """The day that a moment is about; None while it is not known."""
    if moment == Moment.ENTRY:
        return entered_on
    if exited_on is None:
        return None
    return exited_on if moment == Moment.EXIT else later_on(exited_on)


def due_by(moment: str, reached: dt.date) -> dt.date:
    """The last day to answer for a moment: that very day for the entry, four weeks after for the two others."""
    return reached if moment == Moment.ENTRY else reached + dt.timedelta(days=LEAVING_DAYS)


def is_due(moment: str, entered_on: dt.date | None, exited_on: dt.date | None, today: dt.date) -> bool:
    """Whether the day of a moment has come."""
    reached = reached_on(moment, entered_on, exited_on)
    return reached is not None and reached <= today


def answers_missing(moment: str, answers: Answers | None, entry: Answers | None = None) -> tuple[str, ...]:
    """What a questionnaire still lacks, in the order of its questions; `entry` tells what need not be asked later."""
    found = answers or Answers()
    return tuple(name for name in ASKED[moment] if _lacks(name, found, entry or Answers()))


def _lacks(name: str, answers: Answers, entry: Answers) -> bool:
    value = getattr(answers, name)
    if _is_left_out(name, answers, entry):
        return False
    return value is None or value == "" or (name, value) in (("sex", Sex.UNKNOWN), ("level", Level.UNKNOWN))


def questions(moment: str, answers: Answers | None, entry: Answers | None = None) -> int:
    """How many answers a questionnaire needs, given what is answered."""
    found, known = answers or Answers(), entry or Answers()
    return sum(not _is_left_out(name, found, known) for name in ASKED[moment])


def _is_left_out(name: str, answers: Answers, entry: Answers) -> bool:
    """Whether a question is not for this person."""
    return (
        (name == "unemployed_months" and answers.labour != Labour.UNEMPLOYED)
        or (name == "searching" and answers.labour in (*WORKING, Labour.UNEMPLOYED))
        or (name == "improved" and entry.labour not in WORKING)
    )


def score(file: File, today: dt.date) -> Score:
    """What of a file is due on a day, and there."""
    entry = file.answers.get(Moment.ENTRY)
    due = [moment for moment in Moment if is_due(moment, file.entered_on, file.exited_on, today)]
    told = due if file.fse else []
    lacking = [
        (str(moment), name)
        for moment in told
        for name in answers_missing(moment, file.answers.get(moment), entry)
    ]
    wanted = sum(questions(moment, file.answers.get(moment), entry) for moment in told)
    asked = [one for one in file.asked if one.moment in due]
    standing = {one: _standing(one, file) for one in asked}
    there = wanted - len(lacking) + sum(state == ProofState.ACCEPTED for state in standing.values())
    return Score(
        wanted + len(asked),
        there,
        tuple(lacking),
        tuple(one for one, state in standing.items() if not state),
        tuple(one for one, state in standing.items() if state == ProofState.TO_CHECK),
    )


def _standing(asked: Asked, file: File) -> str:
    """The best that was brought for a proof asked for: accepted, to be checked, or nothing."""
    day = reached_on(asked.moment, file.entered_on, file.exited_on)
    holding = {
        one.state
        for one in file.given
        if (one.kind, one.moment) == (asked.kind, asked.moment)
        and (one.valid_until is None or day is None or one.valid_until >= day)
    }
    return next((str(state) for state in (ProofState.ACCEPTED, ProofState.TO_CHECK) if state in holding), "")
