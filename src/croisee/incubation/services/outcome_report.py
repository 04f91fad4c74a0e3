"""The figures of incubators out of the software: a workbook; the yearly report, a document that can be verified."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.foundation.tables.writing import Cell, write_sheets
from croisee.incubation import outcome_wording as wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from croisee.foundation.accounts.models import Account
    from croisee.incubation.queries.outcomes import Found

PDF, XLSX = "pdf", "xlsx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEARLY = register_document(
    Kind(
        "incubation.report",
        gettext_lazy("Report of the neighbourhood incubator"),
        shareable={"period": gettext_lazy("Period"), "about": gettext_lazy("What is counted")},
    )
)


def as_pdf(found: Found, about: str, account: Account) -> bytes:
    """The report of a year as a document that anyone can verify by its reference; small figures are hidden."""
    return issue(YEARLY.name, "incubation/outcomes.typ", _document(found, about), account).pdf


def hidden_note() -> str:
    """Why something is not shown."""
    return _("“Not shown”: fewer than five, or a figure that would give them back by subtraction.")


def _document(found: Found, about: str) -> dict[str, Any]:
    period, before = wording.period(found.span), wording.period(found.span.before)
    tables = [one for one in wording.tables(found, exact=False) if one.lines]
    return {
        "title": _("Neighbourhood incubator: report %(period)s") % {"period": period},
        "period": period,
        "about": about,
        "lead": _("Figures of %(about)s, %(period)s, beside %(before)s.")
        % {"about": about, "period": period, "before": before},
        "figures": [
            [one.label, one.value, f"{one.before} ({before})" if one.before else "", one.meaning]
            for one in wording.headlines(found, exact=False)
        ],
        "tables": [
            {
                "title": one.title,
                "meaning": one.meaning,
                "header": [period, _("Share"), before],
                "rows": [
                    {"label": line.label, "cells": list(line.cells), "percent": line.percent or 0}
                    for line in one.lines
                ],
            }
            for one in tables
        ],
        "survival": {
            "title": _("Companies still active"),
            "meaning": survival_meaning(),
            "header": survival_header(),
            "scopes": [
                {
                    "title": scope.title,
                    "warning": scope.warning,
                    "rows": [_cells(line) for line in scope.lines],
                }
                for scope in wording.survival(found, exact=False)
            ],
            "none": _("No cohort of five companies or more has reached its first anniversary."),
        },
        "note": hidden_note(),
    }


def survival_meaning() -> str:
    """What a table of survival counts."""
    return _(
        "Companies that were hosted, by the state of the legal unit in SIRENE on each anniversary, or what a manager "
        "declared. Beside: companies of the same kind of the nearest cohort that Insee followed in France (Sine). "
        "The interval is that of Wilson, at 95 %."
    )


def survival_header() -> list[str]:
    """The heads of a table of survival."""
    return [
        _("Companies"),
        _("After"),
        _("Known"),
        _("Active"),
        _("Share"),
        _("95 % interval"),
        _("France (Insee)"),
        _("Not known"),
    ]


def _cells(line: wording.SurvivalLine) -> list[str]:
    return [
        line.label,
        line.years,
        str(line.n),
        str(line.alive),
        line.share,
        line.interval,
        line.published,
        str(line.unknown),
    ]


def as_workbook(found: Found, *, exact: bool) -> bytes:
    """The same as an XLSX workbook: headlines, a sheet a table, survival; numbers as numbers."""
    period, before = wording.period(found.span), wording.period(found.span.before)
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]] = {
        _("Figures"): (
            [_("Figure"), period, before, _("What it means")],
            [
                [capital(one.label), _number(one.now), _number(one.then), one.meaning]
                for one in wording.headlines(found, exact=exact)
            ],
        ),
        _("Occupancy by month"): (
            [_("Month"), _("Occupancy (%)")],
            [[f"{one.first:%Y-%m}", _number(one.rate)] for one in found.months],
        ),
    }
    for table in wording.tables(found, exact=exact):
        sheets[table.title] = (
            [table.title, period, before, _("What it means")],
            [
                [line.label, _count(line.now), _count(line.before), table.meaning if not place else ""]
                for place, line in enumerate(table.lines)
            ],
        )
    for scope in wording.survival(found, exact=exact):
        sheets[scope.title] = (survival_header(), [_survival_row(line) for line in scope.lines])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        write_sheets(path, sheets)
        return path.read_bytes()


def capital(text: str) -> str:
    """A label with its capital."""
    return text[:1].upper() + text[1:]


def _survival_row(line: wording.SurvivalLine) -> list[Cell]:
    share = line.share if line.percent is None else round(line.percent, 1)
    return [line.label, line.years, line.n, line.alive, share, line.interval, line.published, line.unknown]


def _count(value: int | None) -> Cell:
    return _("not shown") if value is None else value


def _number(value: Any) -> Cell:
    if value is None:
        return ""
    return value if isinstance(value, int) else round(float(value), 2)
