"""Why somebody stands where they stand among candidates, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.durations import NO_END
from croisee.clauses.ranking import BEYOND, POINTS, Facts, Ranked, Reason
from croisee.foundation.dates import in_words

TOPICS: Mapping[str, str | Promise] = {
    "skills": gettext_lazy("Skills (ROME codes)"),
    "travel": gettext_lazy("Travel time by the person’s own means"),
    "dates": gettext_lazy("Availability: dates"),
    "hours": gettext_lazy("Availability: hours a week"),
    "eligibility": gettext_lazy("How long hours still count"),
    "since": gettext_lazy("Time since the last work"),
    "training": gettext_lazy("Training done"),
}
MEANING: Mapping[Reason, str | Promise] = {
    Reason.SAME_JOB: gettext_lazy("looks for this very job"),
    Reason.SAME_TRADE: gettext_lazy("looks for a job of the same trade"),
    Reason.SAME_DOMAIN: gettext_lazy("looks for a job of the same professional domain"),
    Reason.OTHER_JOB: gettext_lazy("looks for another job"),
    Reason.ANY_JOB: gettext_lazy("the need names no job"),
    Reason.VERY_NEAR: gettext_lazy("15 minutes at most"),
    Reason.NEAR: gettext_lazy("16 to 30 minutes"),
    Reason.FAIR: gettext_lazy("31 to 45 minutes"),
    Reason.LONG: gettext_lazy("more than 45 minutes, within what the person accepts"),
    Reason.TRAVEL_NOT_KNOWN: gettext_lazy("travel time not known"),
    Reason.TOO_FAR: gettext_lazy("longer than the person accepts"),
    Reason.WHOLE_TIME: gettext_lazy("available from the first day to the last"),
    Reason.PART_OF_TIME: gettext_lazy("available for a part of the contract"),
    Reason.NOT_THERE: gettext_lazy("not available on these dates"),
    Reason.ENOUGH_HOURS: gettext_lazy("as many hours a week as asked"),
    Reason.FEWER_HOURS: gettext_lazy("fewer hours a week than asked"),
    Reason.LASTS: gettext_lazy("hours count to the end of the contract"),
    Reason.LASTS_HALF: gettext_lazy("hours count for half of the contract or more"),
    Reason.ENDS_EARLY: gettext_lazy("hours count for less than half of the contract"),
    Reason.LONG_WITHOUT_WORK: gettext_lazy("no clause contract yet, or none for twelve months"),
    Reason.SOME_TIME_WITHOUT_WORK: gettext_lazy("no clause contract for three months"),
    Reason.LATELY_AT_WORK: gettext_lazy("a clause contract within three months"),
    Reason.TRAINED_FOR_IT: gettext_lazy("trained for this job or trade"),
    Reason.TRAINED: gettext_lazy("trained for another job"),
    Reason.NOT_TRAINED: gettext_lazy("no training done yet"),
}

UNSAID = frozenset({Reason.NOT_TRAINED, Reason.ANY_JOB})
"""Findings that give nothing and say nothing of the person."""


@dataclass(frozen=True)
class Said:
    """A reason in words, with the points that it gives."""

    text: str
    points: int


def points_table() -> list[tuple[str, list[Said]]]:
    """The whole table, as the page shows it: each topic with what is found and what it gives."""
    return [
        (str(TOPICS[topic]), [Said(str(MEANING[reason]), points) for reason, points in table.items()])
        for topic, table in POINTS.items()
    ]


def reasons(ranked: Ranked) -> list[Said]:
    """Why somebody stands where they stand, with their own figures; what is not worth a word is left out."""
    return [_said(reason, ranked.facts) for reason in ranked.reasons if reason not in UNSAID]


def _said(reason: Reason, facts: Facts) -> Said:
    points = next(table[reason] for table in POINTS.values() if reason in table)
    return Said(capfirst(_with_figures(reason, facts)), points)


def _with_figures(reason: Reason, facts: Facts) -> str:
    text = str(MEANING[reason])
    if reason in (Reason.VERY_NEAR, Reason.NEAR, Reason.FAIR, Reason.LONG):
        return _("%(minutes)d min to work (accepts %(limit)d)") % _minutes(facts)
    if reason == Reason.TOO_FAR:
        if facts.minutes == BEYOND:
            return _("more than two hours to work (accepts %(limit)d min)") % _minutes(facts)
        return _("%(minutes)d min to work, too far (accepts %(limit)d)") % _minutes(facts)
    if reason in (Reason.LASTS_HALF, Reason.ENDS_EARLY) and facts.until != NO_END:
        return _("%(text)s (until %(day)s)") % {"text": text, "day": in_words(facts.until)}
    return text


def _minutes(facts: Facts) -> dict[str, int]:
    return {"minutes": facts.minutes, "limit": facts.limit}


def as_kept(ranked: Ranked) -> list[dict[str, Any]]:
    """Reasons as an assignment keeps them: names and points, told in the reader's language later."""
    return [
        {
            "reason": reason.value,
            "points": next(table[reason] for table in POINTS.values() if reason in table),
        }
        for reason in ranked.reasons
    ]


def told(kept: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Kept reasons, in words."""
    return [
        Said(capfirst(str(MEANING[Reason(row["reason"])])), int(row["points"]))
        for row in kept
        if row.get("reason") in Reason._value2member_map_
    ]
