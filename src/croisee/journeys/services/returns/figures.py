"""The common indicators out of the software: a workbook, or a document that anyone can verify."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.foundation.tables.writing import Cell, write_xlsx
from croisee.journeys.indicator_table import Part, Row, hides
from croisee.journeys.indicators import LABELS, NOT_COLLECTED, OF_ENTITIES, Period
from croisee.journeys.notices import returns as words

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Programme

INDICATORS = register_document(
    Kind(
        "journeys.indicators",
        words.INDICATORS_LABEL,
        shareable={"programme": words.PROGRAMME_LABEL, "period": words.PERIOD_LABEL},
    )
)


def period_text(period: Period) -> str:
    """A period in words."""
    days = {"first": in_words(period.first), "last": in_words(period.last)}
    return _("from %(first)s to %(last)s") % days


def title_of(part: Part) -> str:
    """What a part of the table counts."""
    return {
        "enters": _("At entry (outputs)"),
        "leaves": _("On leaving (results within four weeks)"),
        "later": _("Six months after leaving (results)"),
    }[part.frame]


def label_of(code: str) -> str:
    """What a line says."""
    frames = {
        "enters": _("Participations begun in the period"),
        "leaves": _("Participations ended in the period"),
        "later": _("Participations ended six months before a day of the period"),
    }
    return frames.get(code) or str(LABELS[code])


def absent() -> list[tuple[str, str, str]]:
    """The indicators that are not counted here: code, label, why."""
    why = {
        **dict.fromkeys(NOT_COLLECTED, _("Not collected: France asks nobody for origins or minorities.")),
        **dict.fromkeys(OF_ENTITIES, _("Not about participants: it counts organisations supported.")),
    }
    return [(code, str(LABELS[code]), why[code]) for code in (*NOT_COLLECTED, *OF_ENTITIES)]


def header(*, exact: bool) -> list[str]:
    """The heads of the columns."""
    heads = [_("Code"), _("Indicator"), _("Women"), _("Men"), pgettext("sex", "Not said"), _("Everybody")]
    return [*heads, _("Answers missing")] if exact else heads


def cells(row: Row, *, exact: bool) -> list[int | str | None]:
    """The numbers of a line, None for what is not shown; empty where there is nothing to count."""
    if not exact:
        return [*row.cells]
    return [*row.cells, "" if row.missing is None else row.missing]


def notes(parts: Sequence[Part]) -> list[str]:
    """What a reader must know of the figures."""
    said = [
        _(
            "Regulation (EU) 2021/1057, annex I. One person counts once in a programme: by the first entry and the "
            "last exit. An exit answered more than four weeks after it counts as missing."
        ),
        *(f"{code} – {label}. {why}" for code, label, why in absent()),
    ]
    if hides(parts):
        said.append(_("“Not shown”: fewer than five people, or a figure that would give them back."))
    return said


def as_workbook(parts: Sequence[Part], *, exact: bool) -> bytes:
    """The table with numbers as numbers, and the notes below."""
    rows: list[list[Cell]] = []
    for part in parts:
        rows.append([title_of(part)])
        rows += [
            [_code(row), label_of(row.code), *map(_number, cells(row, exact=exact))]
            for row in (part.whole, *part.rows)
        ]
    rows += [["", note] for note in notes(parts)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "indicators.xlsx"
        write_xlsx(path, header(exact=exact), rows, sheet=_("Indicators"))
        return path.read_bytes()


def _code(row: Row) -> str:
    return row.code if row.code in LABELS else ""


def _number(value: int | str | None) -> Cell:
    return _("not shown") if value is None else value


def as_pdf(
    programme: Programme, period: Period, parts: Sequence[Part], account: Account, *, exact: bool
) -> bytes:
    """The table as a document that anyone can verify by its reference."""
    data: dict[str, Any] = {
        "title": _("Common indicators of the FSE+"),
        "programme": programme.name,
        "period": period_text(period),
        "lead": _("Operation %(number)s") % {"number": programme.fse_operation}
        if programme.fse_operation
        else "",
        "header": header(exact=exact),
        "parts": [
            {
                "title": title_of(part),
                "rows": [
                    [_code(row), label_of(row.code), *map(text_of, cells(row, exact=exact))]
                    for row in (part.whole, *part.rows)
                ],
            }
            for part in parts
        ],
        "notes": notes(parts),
    }
    return issue(INDICATORS.name, "journeys/indicators.typ", data, account).pdf


def text_of(value: int | str | None) -> str:
    """A number as people write it, or that it is not shown."""
    if isinstance(value, str):
        return value
    return _("not shown") if value is None else str(number_format(value, use_l10n=True, force_grouping=True))
