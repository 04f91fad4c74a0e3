"""The yearly report out of the software: a document that can be verified, a workbook; at once, or in the background."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import Operation, Statement
from croisee.clauses.queries.reports import wording
from croisee.clauses.queries.reports.scope import Scope
from croisee.clauses.queries.reports.shapes import Line, Report, Table
from croisee.clauses.queries.reports.tables import report
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import background, start
from croisee.foundation.tables.writing import Cell, write_sheets

if TYPE_CHECKING:
    from croisee.foundation.progress.tracking import Tracker

PDF, XLSX = "pdf", "xlsx"
MEDIA_TYPES = {
    PDF: "application/pdf",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SOON = 150_000
"""Statements that are counted and written in some three seconds on two cores; more are left to the background."""
FOLDER = "clauses/reports"
DAYS_KEPT = 7
MOST_BUYERS = 25

YEARLY = register_document(
    Kind(
        "clauses.report",
        gettext_lazy("Report on social clauses"),
        shareable={"period": gettext_lazy("Period"), "about": gettext_lazy("What is counted")},
    )
)


def about(scope: Scope) -> str:
    """What a report counts, in words: everything, one buyer's contracts, one operation."""
    if scope.operation is not None:
        found = Operation.objects.filter(pk=scope.operation).select_related("buyer").first()
        return f"{found} ({found.buyer})" if found else _("no operation")
    if scope.buyers is None:
        return _("the whole territory")
    names = Organisation.objects.filter(pk__in=scope.buyers).order_by("name").values_list("name", flat=True)
    return ", ".join(names)


def is_long(scope: Scope) -> bool:
    """Whether so many statements are counted that whoever asks should not wait for it."""
    rows = Statement.objects.validated().filter(month__gte=scope.before.first, month__lte=scope.last)
    return rows[: SOON + 1].count() > SOON


def as_pdf(scope: Scope, account: Account | None) -> bytes:
    """The report as a document that anyone can verify by its reference."""
    return issue(YEARLY.name, "clauses/report.typ", _document(report(scope)), account).pdf


def _document(found: Report) -> dict[str, Any]:
    sections = []
    for name, tables in wording.SECTIONS:
        shown = [
            wording.shown(found, found.tables[table], MOST_BUYERS if table == "buyer" else None)
            for table in tables
        ]
        if name == "works":
            shown.insert(2, wording.programmes(found))
        sections.append(
            {
                "title": wording.section_title(name),
                "tables": [_document_table(table) for table in shown if table.lines or table.withheld],
            }
        )
    period = wording.period(found.scope)
    return {
        "title": _("Social clauses: report %(period)s") % {"period": period},
        "period": period,
        "about": about(found.scope),
        "lead": _("Hours validated for %(about)s, %(period)s.")
        % {"about": about(found.scope), "period": period},
        "figures": [[one.label, one.value, one.change] for one in wording.headlines(found, wording.IN_LARGE)],
        "due": {
            "title": _("Contracts and hours due"),
            "pairs": [
                [one.label, one.value] for one in wording.headlines(found, (*wording.SERVED, *wording.DUE))
            ],
        },
        "moved": {"title": _("What moved"), "items": wording.moved(found)},
        "sections": [section for section in sections if section["tables"]],
        "definitions": {
            "title": _("What the figures mean"),
            "pairs": [
                [one.label, one.definition]
                for one in wording.headlines(found, (*wording.IN_LARGE, *wording.SERVED, *wording.DUE))
            ],
        },
        "words": {"hidden": _("not shown"), "withheld": _("Too few people: this table is not shown.")},
        "note": wording.hidden_note() if found.hides else "",
    }


def _document_table(table: wording.ShownTable) -> dict[str, Any]:
    return {
        "title": table.title,
        "definition": table.definition,
        "header": list(table.header),
        "rows": [
            {"label": line.label, "cells": list(line.cells), "percent": min(line.percent or 0, 100)}
            for line in table.lines
        ],
        "withheld": table.withheld,
    }


def as_workbook(scope: Scope) -> bytes:
    """The report as an XLSX workbook: headlines, then a sheet a table, with exact numbers of hours."""
    found = report(scope)
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]] = {
        _("Figures"): (
            [_("Figure"), str(scope.last.year), str(scope.before.last.year), _("What it means")],
            [
                [one.label, _number(one.now), _number(one.before), one.definition]
                for one in found.headlines.values()
            ],
        )
    }
    for table in found.tables.values():
        sheets[table.title] = _sheet(found, table)
    programmes = wording.programmes(found)
    sheets[programmes.title] = (
        [programmes.title, *programmes.header, _("What it means")],
        [
            [
                line.label,
                *map(_number, (line.hours, line.residents, line.share, line.target)),
                programmes.definition if not place else "",
            ]
            for place, line in enumerate(found.programmes)
        ],
    )
    if found.hides:
        sheets[_("Not shown")] = ([_("Not shown")], [[wording.hidden_note()]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        write_sheets(path, sheets)
        return path.read_bytes()


def _sheet(found: Report, table: Table) -> tuple[list[str], list[list[Cell]]]:
    years = (found.scope.last.year, found.scope.before.last.year)
    header = [table.title]
    for year in years:
        header += [f"{_('People')} {year}", f"{_('Contracts of work')} {year}"]
        header += [f"{_('Hours of work')} {year}"] if table.of_hours else []
    header.append(_("What it means"))
    rows = [
        [*_sheet_row(line, of_hours=table.of_hours), table.definition if not place else ""]
        for place, line in enumerate(table.lines)
    ]
    if table.withheld:
        rows = [[_("Too few people: this table is not shown.")]]
    return header, rows


def _sheet_row(line: Line, *, of_hours: bool) -> list[Cell]:
    cells: list[Cell] = [line.label]
    for figures in (line.now, line.before):
        if figures is None:
            cells += [_("not shown")] * (3 if of_hours else 2)
            continue
        cells += [figures.people, figures.contracts]
        cells += [float(figures.hours)] if of_hours else []
    return cells


def _number(value: Any) -> Cell:
    return _("not shown") if value is None else round(float(value), 2)


def prepare_in_background(scope: Scope, kind: str, account: Account) -> Progress:
    """Have the report made by a worker; its page says how far it is, then gives the file."""
    arguments: dict[str, Any] = {
        "first": scope.first.isoformat(),
        "last": scope.last.isoformat(),
        "buyers": None if scope.buyers is None else [str(pk) for pk in scope.buyers],
        "operation": str(scope.operation) if scope.operation else None,
        "exact": scope.exact,
        "running": scope.running,
        "kind": kind,
    }
    title = _("Report on social clauses, %(period)s") % {"period": wording.period(scope)}
    return start(prepare, account, title, **arguments)


@background
def prepare(
    tracker: "Tracker",
    *,
    first: str,
    last: str,
    buyers: list[str] | None,
    operation: str | None,
    exact: bool,
    running: bool,
    kind: str,
) -> str:
    """Count, write the file, and say where it is; the file is its starter's alone, for a week."""
    scope = Scope(
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last),
        None if buyers is None else tuple(UUID(pk) for pk in buyers),
        UUID(operation) if operation else None,
        exact,
        running,
    )
    tracker.advance(0, 2, _("Hours are being counted"))
    account = Progress.objects.select_related("account").get(pk=tracker.progress_id).account
    content = as_pdf(scope, account) if kind == PDF else as_workbook(scope)
    tracker.advance(1, 2, _("The file is being kept"))
    name = prepared_name(tracker.progress_id, kind)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
    return reverse("clauses:prepared_report", args=[tracker.progress_id, kind])


def prepared_name(progress_id: UUID, kind: str) -> str:
    """Where a report made in the background is kept."""
    return f"{FOLDER}/{progress_id}.{kind}"


def discard_prepared(now: dt.datetime) -> int:
    """Delete the files that were made more than a week before; return how many."""
    if not default_storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    old = [name for name in names if _made_at(name) < now - dt.timedelta(days=DAYS_KEPT)]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _made_at(name: str) -> dt.datetime:
    made = default_storage.get_modified_time(name)
    return made if timezone.is_aware(made) else timezone.make_aware(made)
