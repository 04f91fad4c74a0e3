"""Why somebody stands where they stand among candidates, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.ranking import POINTS, Facts, Finding, Ranked, Reason
from croisee.foundation.dates import NO_END, in_words
from croisee.opportunities import fit_wording
from croisee.opportunities.fit import Fit

TOPICS: Mapping[str, str | Promise] = {
    **fit_wording.TOPICS,
    "eligibility": gettext_lazy("How long hours still count"),
    "since": gettext_lazy("Time since the last work"),
    "training": gettext_lazy("Training done"),
}
_OWN: Mapping[Reason, str | Promise] = {
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
MEANING = dict[Finding, str | Promise]([*fit_wording.MEANING.items(), *_OWN.items()])
_NAMED = {reason.value: reason for reason in MEANING}

UNSAID: frozenset[Finding] = frozenset({Reason.NOT_TRAINED, Fit.ANY_JOB})
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


def _said(reason: Finding, facts: Facts) -> Said:
    points = next(table[reason] for table in POINTS.values() if reason in table)
    return Said(capfirst(_with_figures(reason, facts)), points)


def _with_figures(reason: Finding, facts: Facts) -> str:
    if isinstance(reason, Fit):
        return fit_wording.with_figures(reason, facts.minutes, facts.limit)
    text = str(MEANING[reason])
    if reason in (Reason.LASTS_HALF, Reason.ENDS_EARLY) and facts.until != NO_END:
        return _("%(text)s (until %(day)s)") % {"text": text, "day": in_words(facts.until)}
    return text


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
        Said(capfirst(str(MEANING[_NAMED[row["reason"]]])), int(row["points"]))
        for row in kept
        if row.get("reason") in _NAMED
    ]
