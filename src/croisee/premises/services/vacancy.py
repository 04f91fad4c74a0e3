"""The page of vacancy on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.documents.services import render_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.premises.queries.vacancy import Lack, Vacancy

HIDDEN = "–"
MOST_LINES = 60


def _number(value: float | int | None, places: int = 0) -> str:
    if value is None:
        return HIDDEN
    return str(number_format(value, places, use_l10n=True, force_grouping=True))


def vacancy_pdf(found: Vacancy, lacking: Lack) -> bytes:
    """What is vacant and what was not found, as a PDF; the first sixty lines of each table."""
    data = {
        "title": _("Vacancy of premises"),
        "facts": list(_facts(found)),
        "vacant_heading": _("What is vacant, where"),
        "vacant_columns": [
            pgettext("premises", "Place"),
            pgettext("premises", "Supply"),
            _("Owner"),
            _("Units"),
            _("Vacant"),
            _("m² vacant"),
            _("Median (days)"),
        ],
        "vacant": [
            [
                line.place,
                line.sort,
                line.owner,
                _number(line.units),
                _number(line.vacant),
                _number(float(line.surface)),
                _number(line.times.median),
            ]
            for line in found.lines[:MOST_LINES]
        ],
        "lack_heading": _("What was looked for and not found"),
        "lack_columns": [
            pgettext("premises", "Use"),
            _("Surface"),
            _("Where"),
            _("Searches"),
            _("What stood in the way"),
        ],
        "lack": [
            [line.use, line.band, line.where, _number(line.total), line.obstacle or HIDDEN]
            for line in lacking.lines[:MOST_LINES]
        ],
        "nothing": _("Nothing to tell."),
        "hidden": _("A dash: fewer than five searches, or a number that would give such a one back.")
        if any(line.hidden for line in lacking.lines)
        else "",
    }
    return render_pdf("premises/vacancy.typ", data)


def _facts(found: Vacancy) -> Iterable[list[str]]:
    whole = found.whole
    yield [_("Units"), _number(whole.units)]
    rate = _("%(vacant)s, that is %(rate)s %%")
    if whole.units:
        yield [_("Vacant"), rate % {"vacant": _number(whole.vacant), "rate": _number(whole.rate, 1)}]
    yield [_("Median time empty (days)"), _number(whole.times.median)]
    yield [_("Lettings begun in twelve months"), _number(found.turnover.begun)]
