"""The legal rules on a pupil's presence in a workplace, as dated rows, and the check of a timetable against them.

A rule with a date is a row of `RULES`: where it is written, since when (and until when) it holds, for which ages, and
its figure. What applies on a day is the row in force on that day for the age on that day, so that a birthday in the
middle of the week is met as it comes. Pure: no database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.dates import in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CODE_OF_WORK = dt.date(2008, 5, 1)  # its present numbering (ordonnance 2007-329, article 14)
CIRCULAR = dt.date(2003, 9, 18)
Span = tuple[int, int]
"""Minutes since midnight: from, to."""


class Severity(StrEnum):
    """What a finding does."""

    BLOCKS = "blocks"
    TO_CHECK = "to_check"


class Measure(StrEnum):
    """What a rule bounds."""

    MINUTES_A_DAY = "minutes_a_day"
    MINUTES_A_WEEK = "minutes_a_week"
    EARLIEST = "earliest"
    LATEST = "latest"
    UNBROKEN_MINUTES = "unbroken_minutes"
    DAYS = "days"
    PUBLIC_HOST = "public_host"


@dataclass(frozen=True)
class Rule:
    """A row. `limit` is in minutes (of the day for an hour), or in days; ages in whole years, `below` not included."""

    measure: Measure
    limit: int
    source: StrOrPromise
    since: dt.date
    until: dt.date | None = None
    from_age: int = 0
    below: int = 200

    def holds(self, day: dt.date, age: int) -> bool:
        """Whether it is in force on `day` for somebody of that age."""
        in_force = self.since <= day and (self.until is None or day <= self.until)
        return in_force and self.from_age <= age < self.below


BREAK_MINUTES = 30
_CIRCULAR = gettext_lazy("circular 2003-134 of 8 September 2003 on pupils under 16 in workplaces")
_NIGHT = gettext_lazy("code du travail L.3163-1 and L.3163-2")
_BREAK = gettext_lazy("code du travail L.3162-3")
_UNDER_14 = gettext_lazy("code du travail L.4153-1 and L.4153-5")
_DAYS = gettext_lazy("code de l’éducation D.332-14; service-public.fr F1882")
_FROM_16 = gettext_lazy("code du travail L.3162-1")

RULES = (
    Rule(Measure.PUBLIC_HOST, 1, _UNDER_14, CODE_OF_WORK, below=14),
    Rule(Measure.MINUTES_A_DAY, 7 * 60, _CIRCULAR, CIRCULAR, below=16),
    Rule(Measure.MINUTES_A_DAY, 8 * 60, _FROM_16, CODE_OF_WORK, from_age=16, below=18),
    Rule(Measure.MINUTES_A_WEEK, 30 * 60, _CIRCULAR, CIRCULAR, below=15),
    Rule(Measure.MINUTES_A_WEEK, 35 * 60, _CIRCULAR, CIRCULAR, from_age=15, below=18),
    Rule(Measure.EARLIEST, 6 * 60, _NIGHT, CODE_OF_WORK, below=16),
    Rule(Measure.LATEST, 20 * 60, _NIGHT, CODE_OF_WORK, below=16),
    Rule(Measure.UNBROKEN_MINUTES, 4 * 60 + 30, _BREAK, CODE_OF_WORK, below=18),
    Rule(Measure.DAYS, 5, _DAYS, CIRCULAR),
)


@dataclass(frozen=True)
class Facts:
    """What the rules are checked on. `hours` as in `Internship.hours`; `least_hours` a week (0: not asked)."""

    birth_date: dt.date
    starts_on: dt.date
    ends_on: dt.date
    hours: Mapping[str, Sequence[Sequence[str]]]
    public_host: bool
    family_firm: bool = False
    least_hours: int = 0


@dataclass(frozen=True)
class Finding:
    """Something that the law or the campaign says of an internship: what, where it is written, what to do about it.

    `field` names the entry of the convention to change.
    """

    severity: Severity
    sentence: str
    source: str
    field: str
    remedy: str

    @property
    def blocks(self) -> bool:
        """Whether nothing can be signed while it stands."""
        return self.severity == Severity.BLOCKS


class UnreadableHours(ValueError):  # noqa: N818  reads as the sentence it is
    """A timetable whose spans are no hours, end before they begin, or overlap."""


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def spans_of(hours: Mapping[str, Sequence[Sequence[str]]], day: dt.date) -> list[Span]:
    """The spans of presence of that day, in order. Raises UnreadableHours."""
    try:
        spans = sorted(
            (_minutes(begin), _minutes(end)) for begin, end in hours.get(str(day.isoweekday()), [])
        )
    except (TypeError, ValueError) as error:
        raise UnreadableHours from error
    ends = [0, *(end for _begin, end in spans)]
    if any(begin >= end or begin < before for (begin, end), before in zip(spans, ends, strict=False)):
        raise UnreadableHours
    return spans


def check(facts: Facts, on: dt.date | None = None) -> list[Finding]:
    """What stands against this internship, or is to be checked, by the rules in force.

    Each day is judged by the rules in force on it; `on` replaces them by those of one day (to ask what another year's
    rules would say). What blocks comes first; the order is otherwise that of the rules.
    """
    if facts.ends_on < facts.starts_on:
        return [_unreadable("starts_on", _("The internship ends before it starts."))]
    try:
        days = dict(_days(facts))
    except UnreadableHours:
        return [
            _unreadable(
                "hours", _("The hours cannot be read: two spans overlap, or one ends before it begins.")
            )
        ]
    if not days:
        return [_unreadable("hours", _("No hours are given for the days of the internship."))]
    found = [finding for judge in _JUDGES for finding in judge(facts, days, on)]
    return sorted(found, key=lambda finding: not finding.blocks)


def minutes_a_week(days: Mapping[dt.date, Sequence[Span]]) -> dict[tuple[int, int], int]:
    """Minutes of presence of each ISO week."""
    weeks: dict[tuple[int, int], int] = {}
    for day, spans in days.items():
        year, week, _weekday = day.isocalendar()
        weeks[year, week] = weeks.get((year, week), 0) + sum(end - begin for begin, end in spans)
    return weeks


Days = Mapping[dt.date, Sequence[Span]]


def _days(facts: Facts) -> Iterator[tuple[dt.date, list[Span]]]:
    """The days of presence with their spans."""
    # A year bounds what a mistyped date would cost.
    for number in range(min((facts.ends_on - facts.starts_on).days, 366) + 1):
        day = facts.starts_on + dt.timedelta(days=number)
        if spans := spans_of(facts.hours, day):
            yield day, spans


def _in_force(measure: Measure, facts: Facts, day: dt.date, on: dt.date | None) -> Iterator[Rule]:
    age = age_on(facts.birth_date, day)
    return (rule for rule in RULES if rule.measure == measure and rule.holds(on or day, age))


def _host(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    if facts.public_host or facts.family_firm:
        return
    for day in days:
        for rule in _in_force(Measure.PUBLIC_HOST, facts, day, on):
            yield Finding(
                Severity.BLOCKS,
                _(
                    "On %(day)s the pupil is not %(age)d yet: only a public administration or establishment, or a firm"
                    " of the pupil’s family, may be the host."
                )
                % {"day": _written(day), "age": rule.below},
                str(rule.source),
                "family_firm",
                _("Choose a public host or a later week; for a family firm, the head of school attests it."),
            )
            return


def _day_length(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    for day, spans in days.items():
        total = sum(end - begin for begin, end in spans)
        for rule in _in_force(Measure.MINUTES_A_DAY, facts, day, on):
            if total > rule.limit:
                yield _too_long(
                    _("%(hours)s of presence on %(day)s: at this age, %(limit)s a day at most.")
                    % {"hours": duration(total), "day": _written(day), "limit": duration(rule.limit)},
                    rule,
                    _("Shorten this day."),
                )


def _week_length(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    for week, total in minutes_a_week(days).items():
        monday = dt.date.fromisocalendar(*week, 1)
        present = [day for day in days if day.isocalendar()[:2] == week]
        rules = [rule for day in present for rule in _in_force(Measure.MINUTES_A_WEEK, facts, day, on)]
        # Whoever has a birthday within the week is held to the stricter of the two limits.
        if rules and total > (strictest := min(rules, key=lambda rule: rule.limit)).limit:
            yield _too_long(
                _("%(hours)s of presence in the week of %(day)s: at this age, %(limit)s a week at most.")
                % {
                    "hours": duration(total),
                    "day": _written(monday),
                    "limit": duration(strictest.limit),
                },
                strictest,
                _("Shorten the days, or leave half a day free."),
            )
        if total < facts.least_hours * 60:
            yield Finding(
                Severity.TO_CHECK,
                _("%(hours)s of presence in the week of %(day)s: the campaign asks for %(least)s.")
                % {
                    "hours": duration(total),
                    "day": _written(monday),
                    "least": duration(facts.least_hours * 60),
                },
                _("rules of the campaign"),
                "hours",
                _("See with the host whether the pupil can come longer."),
            )


def _night(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    for day, spans in days.items():
        for rule in _in_force(Measure.EARLIEST, facts, day, on):
            if spans[0][0] < rule.limit:
                yield _too_long(
                    _(
                        "Presence from %(hour)s on %(day)s: at this age, not before %(limit)s, without exception."
                    )
                    % {"hour": clock(spans[0][0]), "day": _written(day), "limit": clock(rule.limit)},
                    rule,
                    _("Begin later."),
                )
        for rule in _in_force(Measure.LATEST, facts, day, on):
            if spans[-1][1] > rule.limit:
                yield _too_long(
                    _(
                        "Presence until %(hour)s on %(day)s: at this age, not after %(limit)s, without exception."
                    )
                    % {"hour": clock(spans[-1][1]), "day": _written(day), "limit": clock(rule.limit)},
                    rule,
                    _("End sooner."),
                )


def _breaks(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    for day, spans in days.items():
        longest = max(stretches(spans))
        for rule in _in_force(Measure.UNBROKEN_MINUTES, facts, day, on):
            if longest > rule.limit:
                yield _too_long(
                    _(
                        "%(hours)s on %(day)s without a break of %(minutes)d minutes: one is due past %(limit)s of"
                        " presence."
                    )
                    % {
                        "hours": duration(longest),
                        "day": _written(day),
                        "minutes": BREAK_MINUTES,
                        "limit": duration(rule.limit),
                    },
                    rule,
                    _("Add a break, or make it longer."),
                )


def stretches(spans: Sequence[Span]) -> list[int]:
    """Minutes of presence between breaks of half an hour or more: a shorter pause does not count as a break."""
    found: list[int] = []
    before: int | None = None
    for begin, end in spans:
        if before is not None and begin - before < BREAK_MINUTES:
            found[-1] += end - begin
        else:
            found.append(end - begin)
        before = end
    return found


def _count_of_days(facts: Facts, days: Days, on: dt.date | None) -> Iterator[Finding]:
    first = min(days)
    for rule in _in_force(Measure.DAYS, facts, first, on):
        if len(days) > rule.limit or (max(days) - first).days >= 7:
            said = ngettext("%d day of presence", "%d days of presence", len(days)) % len(days)
            yield _too_long(
                _("%(days)s, from %(first)s to %(last)s: one week of %(limit)d days at most in 3e.")
                % {
                    "days": said,
                    "first": _written(first),
                    "last": _written(max(days)),
                    "limit": rule.limit,
                },
                rule,
                _("Keep five days of one week."),
            )


Judge = Callable[[Facts, Days, dt.date | None], Iterator[Finding]]
_JUDGES: tuple[Judge, ...] = (_host, _day_length, _week_length, _night, _breaks, _count_of_days)


def _too_long(sentence: str, rule: Rule, remedy: str) -> Finding:
    return Finding(Severity.BLOCKS, sentence, str(rule.source), "hours", remedy)


def _unreadable(field: str, sentence: str) -> Finding:
    return Finding(Severity.BLOCKS, sentence, "", field, _("Correct it."))


def _minutes(text: str) -> int:
    """Minutes since midnight of `HH:MM`. Raises ValueError, TypeError."""
    time = dt.time.fromisoformat(text)
    return time.hour * 60 + time.minute


def clock(minutes: int) -> str:
    """An hour of the day as it is written: 9 h 05."""
    return duration(minutes)


def duration(minutes: int) -> str:
    """A length of time as it is written, on one line: 7 h, 4 h 30."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h\u00a0{rest:02}" if rest else f"{hours}\u00a0h"


def _written(day: dt.date) -> str:
    return in_words(day)
