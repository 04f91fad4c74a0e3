"""The common indicators of the FSE+, said of one participation: where it counts, where an answer is wanting.

Pure: `queries/indicators.py` says the same of thousands in SQL, and a test compares the two. Source: Regulation (EU)
2021/1057, annex I; the definitions it leaves open are in docs/methods/fse.md. Outputs are counted at entry, immediate
results on leaving (the situation within four weeks), longer-term results six months after leaving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Level, Sex
from croisee.foundation.dates import add_months
from croisee.journeys.models import Answer, Labour, Nationality

LEAVING_DAYS = 28
"""Days after the exit within which a situation is one "upon leaving" (four weeks)."""
LATER_MONTHS = 6
LONG, LONG_WHEN_YOUNG, YOUNG = 12, 6, 25
"""Months of unemployment beyond which it is long, those of people under 25 years."""
CHILD, YOUTH, OLDER = 18, 30, 55

ISCED: Mapping[str, str] = MappingProxyType(
    {
        Level.NONE: "0-2",
        Level.LEVEL_3: "3-4",
        Level.LEVEL_4: "3-4",
        Level.LEVEL_5: "5-8",
        Level.LEVEL_6: "5-8",
    }
)
"""National level of training (décret 2019-14) to the groups of the ISCED 2011: no diploma, or the brevet: 0 to 2; CAP,
BEP, baccalauréat: 3 and 4; two years after it and more: 5 to 8."""

LABELS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "EECO01": _("participants"),
        "EECO02": _("unemployed, including long-term unemployed"),
        "EECO03": _("long-term unemployed"),
        "EECO04": _("inactive"),
        "EECO05": _("employed, including self-employed"),
        "EECO06": _("children below 18 years of age"),
        "EECO07": _("young people aged 18 to 29"),
        "EECO08": _("participants aged 55 and above"),
        "EECO09": _("with lower secondary education or less (ISCED 0 to 2)"),
        "EECO10": _("with upper secondary or post-secondary education (ISCED 3 and 4)"),
        "EECO11": _("with tertiary education (ISCED 5 to 8)"),
        "EECO12": _("participants with disabilities"),
        "EECO13": _("third-country nationals"),
        "EECO14": _("participants with a foreign background"),
        "EECO15": _("minorities, including marginalised communities such as Roma people"),
        "EECO16": _("homeless, or affected by housing exclusion"),
        "EECO17": _("participants from rural areas"),
        "EECO18": _("public administrations or public services supported"),
        "EECO19": _("micro, small and medium-sized enterprises supported"),
        "EECR01": _("engaged in job searching upon leaving"),
        "EECR02": _("in education or training upon leaving"),
        "EECR03": _("gained a qualification upon leaving"),
        "EECR04": _("in employment, including self-employment, upon leaving"),
        "EECR05": _("in employment, including self-employment, six months after leaving"),
        "EECR06": _("with a better situation at work six months after leaving"),
    }
)
NOT_COLLECTED = ("EECO14", "EECO15")
"""What France does not ask anyone: origins and minorities."""
OF_ENTITIES = ("EECO18", "EECO19")
"""What counts organisations, not participants."""
OUTPUTS = tuple(
    code for code in LABELS if code.startswith("EECO") and code not in (*NOT_COLLECTED, *OF_ENTITIES)
)
RESULTS = ("EECR01", "EECR02", "EECR03", "EECR04")
LATER = ("EECR05", "EECR06")
CODES = (*OUTPUTS, *RESULTS, *LATER)

WORKING = (Labour.EMPLOYED, Labour.SELF_EMPLOYED)
OUT_OF_WORK = (Labour.UNEMPLOYED, Labour.INACTIVE)


@dataclass(frozen=True)
class Period:
    """Days counted, both included."""

    first: dt.date
    last: dt.date

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day is one of them."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Answers:
    """What was answered at a moment; empty, or None, for what was not asked. `repeated`: counted with another one."""

    answered_on: dt.date | None = None
    age: int | None = None
    level: str = ""
    labour: str = ""
    unemployed_months: int | None = None
    in_training: bool | None = None
    searching: bool | None = None
    qualified: bool | None = None
    improved: bool | None = None
    disability: str = ""
    nationality: str = ""
    housing_exclusion: str = ""
    rural: bool | None = None
    sex: str = Sex.UNKNOWN
    repeated: bool = False


NOTHING = Answers()


@dataclass(frozen=True)
class Participation:
    """A journey as the indicators see it: its dates, and what was answered at each moment (None: no questionnaire)."""

    entered_on: dt.date
    exited_on: dt.date | None = None
    entry: Answers | None = None
    leaving: Answers | None = None
    later: Answers | None = None


def later_on(exited_on: dt.date) -> dt.date:
    """The day six months after an exit."""
    return add_months(exited_on, LATER_MONTHS)


def is_long(labour: str, months: int | None, age: int | None) -> bool | None:
    """Whether somebody is long-term unemployed; None when what was answered does not tell."""
    if labour != Labour.UNEMPLOYED:
        return False if labour else None
    if months is None:
        return None
    if months > LONG:
        return True
    if months <= LONG_WHEN_YOUNG:
        return False
    return None if age is None else age < YOUNG


def indicators(one: Participation, period: Period) -> frozenset[str]:
    """The codes of the indicators that a participation counts in over a period."""
    return frozenset(code for code, told in _told(one, period).items() if told)


def missing(one: Participation, period: Period) -> frozenset[str]:
    """The codes that it belongs to the frame of, and cannot be counted in for want of an answer."""
    return frozenset(code for code, told in _told(one, period).items() if told is None)


def _told(one: Participation, period: Period) -> dict[str, bool | None]:
    """For each indicator whose frame the participation is in: whether it counts, None when nobody can tell."""
    told: dict[str, bool | None] = {}
    entry = one.entry or NOTHING
    if period.holds(one.entered_on) and not entry.repeated:
        told |= {code: _OF_ENTRY[code](entry) for code in OUTPUTS}
    leaving = one.leaving or NOTHING
    if period.holds(one.exited_on) and not leaving.repeated:
        seen = leaving if one.exited_on and _in_time(one.exited_on, leaving) else NOTHING
        told |= {code: _ON_LEAVING[code](entry, seen) for code in RESULTS}
    later = one.later or NOTHING
    if one.exited_on and period.holds(later_on(one.exited_on)) and not later.repeated:
        seen = later if later.answered_on and later.answered_on >= later_on(one.exited_on) else NOTHING
        told |= {code: _SIX_MONTHS_AFTER[code](entry, seen) for code in LATER}
    return told


def _in_time(exited_on: dt.date, leaving: Answers) -> bool:
    return leaving.answered_on is not None and (leaving.answered_on - exited_on).days <= LEAVING_DAYS


def _either(text: str, *wanted: str) -> bool | None:
    """Whether an answer is one of those wanted; None without an answer."""
    return text in wanted if text else None


def _age(entry: Answers, first: int, below: int) -> bool | None:
    return None if entry.age is None else first <= entry.age < below


def _isced(entry: Answers, group: str) -> bool | None:
    found = ISCED.get(entry.level)
    return None if found is None else found == group


_OF_ENTRY: Mapping[str, Callable[[Answers], bool | None]] = {
    "EECO01": lambda entry: True if entry.labour else None,
    "EECO02": lambda entry: _either(entry.labour, Labour.UNEMPLOYED),
    "EECO03": lambda entry: is_long(entry.labour, entry.unemployed_months, entry.age),
    "EECO04": lambda entry: _either(entry.labour, Labour.INACTIVE),
    "EECO05": lambda entry: _either(entry.labour, *WORKING),
    "EECO06": lambda entry: _age(entry, 0, CHILD),
    "EECO07": lambda entry: _age(entry, CHILD, YOUTH),
    "EECO08": lambda entry: _age(entry, OLDER, 1_000),
    "EECO09": lambda entry: _isced(entry, "0-2"),
    "EECO10": lambda entry: _isced(entry, "3-4"),
    "EECO11": lambda entry: _isced(entry, "5-8"),
    "EECO12": lambda entry: _either(entry.disability, Answer.YES),
    "EECO13": lambda entry: _either(entry.nationality, Nationality.THIRD),
    "EECO16": lambda entry: _either(entry.housing_exclusion, Answer.YES),
    "EECO17": lambda entry: entry.rural,
}


def _searches(entry: Answers, leaving: Answers) -> bool | None:
    """Inactive at entry, and looking for work since: said so, or registered as unemployed."""
    if entry.labour != Labour.INACTIVE:
        return False if entry.labour else None
    if leaving.labour == Labour.UNEMPLOYED or leaving.searching:
        return True
    return False if leaving.searching is False or leaving.labour in WORKING else None


def _trains(entry: Answers, leaving: Answers) -> bool | None:
    """Newly in education or training."""
    if entry.in_training is None or leaving.in_training is None:
        return False if entry.in_training or leaving.in_training is False else None
    return leaving.in_training and not entry.in_training


def _works(entry: Answers, after: Answers) -> bool | None:
    """Out of work at entry, at work since."""
    if entry.labour in WORKING:
        return False
    if not entry.labour:
        return False if after.labour in OUT_OF_WORK else None
    return _either(after.labour, *WORKING)


_ON_LEAVING: Mapping[str, Callable[[Answers, Answers], bool | None]] = {
    "EECR01": _searches,
    "EECR02": _trains,
    "EECR03": lambda _entry, leaving: leaving.qualified,
    "EECR04": _works,
}


def _better(entry: Answers, later: Answers) -> bool | None:
    """At work at entry, in a better situation since."""
    if entry.labour in OUT_OF_WORK:
        return False
    if not entry.labour:
        return False if later.improved is False else None
    return later.improved


_SIX_MONTHS_AFTER: Mapping[str, Callable[[Answers, Answers], bool | None]] = {
    "EECR05": _works,
    "EECR06": _better,
}
