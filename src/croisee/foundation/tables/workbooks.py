"""Records of a workbook (XLSX, older Excel, LibreOffice) as text, with their rows in the spreadsheet."""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from croisee.foundation.tables import bombs
from croisee.foundation.tables.faults import Fault, FaultyInput


def records(data: bytes, file: str, max_bytes: int) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """(row, cells as text) of the first sheet that holds anything, and a note when there are others.

    Raises FaultyInput when it is no workbook, is damaged, protected, or unpacks to more than `max_bytes`.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        _refuse_bomb(data, file, max_bytes)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
        filled = [name for name, sheet in sheets.items() if sheet.height]
        rows = sheets[filled[0]].to_python(skip_empty_area=False) if filled else []
    except PasswordError:
        raise _fault(file, _("the workbook asks for a password."), _("Save it without one.")) from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError):
        raise _fault(
            file,
            _("the file is not a workbook that can be read."),
            _("Save it again as XLSX, or as CSV (UTF-8)."),
        ) from None
    notes = []
    if len(filled) > 1:
        notes.append(_("sheet “%(name)s” read, the others left aside.") % {"name": filled[0]})
    return ((row, [_text(cell) for cell in cells]) for row, cells in enumerate(rows, start=1)), notes


def _text(cell: object) -> str:
    """A cell as one would type it in a CSV file: no needless decimals, ISO dates, 1 and 0."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return str(cell)


def _refuse_bomb(data: bytes, file: str, max_bytes: int) -> None:
    """A small archive may unpack to gigabytes, or hold two cells a million rows apart."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    try:
        bombs.examine(data, max_bytes)
    except bombs.TooLarge:
        raise _fault(
            file,
            _("the workbook unpacks to more than %(megabytes)d MB.") % {"megabytes": max_bytes // 1_048_576},
            _("Keep only the sheet with the table, or export it as CSV."),
        ) from None
    except bombs.TooSpread:
        raise _fault(
            file,
            _("cells of the workbook lie too far apart to be one table."),
            _("Clear the stray cell far below or right of the table, or export the table as CSV."),
        ) from None


def _fault(file: str, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(file, None, None, problem, remedy)])
