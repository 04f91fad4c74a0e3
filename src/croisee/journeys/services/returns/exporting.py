"""Tables of participants as files: at once, or in the background when they are long."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.audit.services import record_export
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import WorkRefused
from croisee.foundation.tables.writing import Cell, write_csv, write_sheets
from croisee.journeys.indicators import Period
from croisee.journeys.models import Journey, ReturnTable
from croisee.journeys.queries import returns as queries
from croisee.journeys.returning import Line, Written, cell, lacking

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.tracking import Tracker

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}
LONG = 5_000
"""Participants beyond which the file is made in the background."""
SHOWN = 10
FOLDER = "journeys/returns"
DAYS_KEPT = 7


@dataclass(frozen=True)
class Wanted:
    """What is exported: whom, over which days, in which form."""

    period: Period
    which: str = queries.PRESENT_THEN
    kind: str = XLSX
    separator: str = "semicolon"


@dataclass(frozen=True)
class Incomplete:
    """A participant whose line lacks something that is due: the headers of those columns."""

    line: Line
    headers: Sequence[str]


def is_long(table: ReturnTable, wanted: Wanted) -> bool:
    """Whether whoever asks should not wait for the file."""
    rows = queries.participants(table.programme, wanted.period, wanted.which)
    return rows[: LONG + 1].count() > LONG


def preview(table: ReturnTable, wanted: Wanted) -> tuple[list[Written], list[list[Cell]]]:
    """The columns of a table, and its first lines."""
    columns = queries.columns_of(table)
    rows = queries.participants(table.programme, wanted.period, wanted.which)[:SHOWN]
    found = queries.lines(rows)
    return columns, [[cell(column, line) for column in columns] for line in found]


def incomplete(table: ReturnTable, wanted: Wanted, today: dt.date) -> Iterator[Incomplete]:
    """The participants whose lines lack something due; they are in the file all the same."""
    columns = queries.columns_of(table)
    for line in queries.lines(queries.participants(table.programme, wanted.period, wanted.which)):
        if headers := lacking(columns, line, today):
            yield Incomplete(line, headers)


def table_file(table: ReturnTable, wanted: Wanted, account: Account) -> bytes:
    """The file of a table; noted in the journal of accesses. In a workbook a second sheet says what is missing."""
    record_export(account, table, _("table of participants"))
    return _file(table, wanted, iter(queries.lines(_rows(table, wanted))))


def _rows(table: ReturnTable, wanted: Wanted) -> QuerySet[Journey]:
    return queries.participants(table.programme, wanted.period, wanted.which)


def _file(table: ReturnTable, wanted: Wanted, lines: Iterable[Line]) -> bytes:
    columns, today = queries.columns_of(table), timezone.localdate()
    header = [column.header for column in columns]
    missing: list[list[Cell]] = []

    def rows() -> Iterator[list[Cell]]:
        for number, line in enumerate(lines, 2):
            if headers := lacking(columns, line, today):
                missing.append([number, str(line.journey.pk), ", ".join(headers)])
            yield [cell(column, line) for column in columns]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{wanted.kind}"
        if wanted.kind == CSV:
            write_csv(path, header, rows(), delimiter=SEPARATORS[wanted.separator])
        else:
            said = [_("Line of the table"), _("Journey"), _("Columns without an answer that is due")]
            write_sheets(path, {_("Participants"): (header, rows()), _("Missing"): (said, _after(missing))})
        return path.read_bytes()


def _after(rows: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Rows read when they are written: by then those before them were."""
    yield from rows


def prepare_in_background(table: ReturnTable, wanted: Wanted, account: Account) -> Progress:
    """Have the file made by a worker; its page says how far it is, then gives the file."""
    title = _("Table “%(name)s”") % {"name": table.name}
    return start(
        prepare,
        account,
        title,
        table=str(table.pk),
        first=wanted.period.first.isoformat(),
        last=wanted.period.last.isoformat(),
        which=wanted.which,
        kind=wanted.kind,
        separator=wanted.separator,
    )


@background
def prepare(
    tracker: Tracker, *, table: str, first: str, last: str, which: str, kind: str, separator: str
) -> str:
    """Write the file and say where it is; it is its starter's alone, for a week."""
    account = Progress.objects.select_related("account").get(pk=tracker.progress_id).account
    found = ReturnTable.objects.select_related("programme").filter(pk=UUID(table)).first()
    if account is None or found is None or not ReturnTable.objects.visible_to(account).filter(pk=found.pk):
        raise WorkRefused(_("This table was deleted, or is no longer yours to read."))
    period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    wanted = Wanted(period, which, kind, separator)
    total = _rows(found, wanted).count()

    def counted() -> Iterator[Line]:
        for done, line in enumerate(queries.lines(_rows(found, wanted))):
            tracker.advance(done, total, _("The lines are being written"))
            yield line

    content = _file(found, wanted, counted())
    record_export(account, found, _("table of participants"))
    name = prepared_name(tracker.progress_id, kind)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
    return reverse("journeys:prepared_table", args=[tracker.progress_id, kind])


def prepared_name(progress_id: UUID, kind: str) -> str:
    """Where a file made in the background is kept."""
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
