"""Why an opening stands where it stands for a person, and what would make it fit, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.dates import in_words
from croisee.journeys.ranking import LIMITS, POINTS, Finding, Lack, Ranked, Reason, Seeker, lacks
from croisee.opportunities import fit_wording
from croisee.opportunities.fit import Fit

TOPICS: Mapping[str, str | Promise] = {
    **fit_wording.TOPICS,
    "level": gettext_lazy("Level of training"),
}
_OWN: Mapping[Finding, str | Promise] = {
    Fit.ANY_JOB: gettext_lazy("the opening names no job"),
    Reason.JOB_NOT_SAID: gettext_lazy("the person has named no job yet"),
    Reason.LEVEL_THERE: gettext_lazy("the level asked is there"),
    Reason.LEVEL_NOT_ASKED: gettext_lazy("no level asked"),
    Reason.LEVEL_NOT_KNOWN: gettext_lazy("level of the person not known"),
    Reason.LEVEL_LACKING: gettext_lazy("a higher level is asked"),
}
MEANING = dict[Finding, str | Promise]([*fit_wording.MEANING.items(), *_OWN.items()])
UNSAID: frozenset[Finding] = frozenset({Reason.LEVEL_NOT_ASKED, Fit.ENOUGH_HOURS})
"""Findings that take nothing away and say little."""


@dataclass(frozen=True)
class Said:
    """A reason in words, with the points that it gives."""

    text: str
    points: int


def points_table() -> list[tuple[str, list[Said]]]:
    """The whole table, as the page shows it: each topic with what is found and what it gives."""
    return [
        (str(TOPICS[topic]), [Said(str(MEANING[found]), points) for found, points in table.items()])
        for topic, table in POINTS.items()
    ]


def reasons(ranked: Ranked, seeker: Seeker) -> list[Said]:
    """Why an opening stands where it stands, with the person's own figures; limits are said apart."""
    return [
        _said(found, ranked, seeker)
        for found in ranked.reasons
        if found not in UNSAID and found not in LIMITS
    ]


def _said(found: Finding, ranked: Ranked, seeker: Seeker) -> Said:
    points = next(table[found] for table in POINTS.values() if found in table)
    text = str(MEANING[found])
    if found == Fit.FEWER_HOURS:
        text = _("%(asked)s h a week asked, %(offered)s wanted") % {
            "asked": f"{ranked.opening.weekly_hours:g}",
            "offered": f"{seeker.weekly_hours:g}",
        }
    elif isinstance(found, Fit) and found != Fit.ANY_JOB:
        text = fit_wording.with_figures(found, ranked.minutes, seeker.limit)
    return Said(capfirst(text), points)


def missing(ranked: Ranked, seeker: Seeker) -> list[str]:
    """What would make an opening fit, each in a few words: “12 minutes too far”, “level 4 asked”."""
    return [_missing(one) for one in lacks(ranked, seeker)]


def _missing(lack: Lack) -> str:
    if lack.finding == Fit.TOO_FAR and lack.minutes is None:
        return _("more than two hours away")
    if lack.finding == Fit.TOO_FAR:
        minutes = lack.minutes or 0
        return ngettext("%(n)d minute too far", "%(n)d minutes too far", minutes) % {"n": minutes}
    if lack.finding == Reason.LEVEL_LACKING:
        return _("level %(level)s asked") % {"level": lack.level}
    day = in_words(lack.day) if lack.day else ""
    return _("begins on %(day)s, when the person is not available") % {"day": day}
