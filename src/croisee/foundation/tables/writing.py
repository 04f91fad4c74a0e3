"""Tables out, safe to open in a spreadsheet: no cell that came from a person can start a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
Cell = str | int | float | bool | None


def safe_cell(value: Cell) -> str:
    """`value` as text that no spreadsheet takes for a formula: an apostrophe before what could start one.

    Numbers stay numbers; True and False become 1 and 0, None an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value)
    if text.lstrip(" ").startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return "'" + text
    return text


def unsafe_cell(text: str) -> str:
    """What `safe_cell` was given: the way back for our own files."""
    if text.startswith("'") and safe_cell(text[1:]) == text:
        return text[1:]
    return text


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    delimiter: str = ",",
    bom: bool = True,
) -> None:
    """A CSV file in UTF-8; with a BOM every spreadsheet opens it without asking, without one any program."""
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([safe_cell(name) for name in header])
        writer.writerows(map(safe_cell, row) for row in rows)


def write_xlsx(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Croisée"
) -> None:
    """An XLSX workbook of one sheet: bold frozen header, numbers as numbers, the rest as plain text."""
    write_sheets(path, {sheet: (header, rows)})


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]]) -> None:
    """An XLSX workbook of several sheets, each by its name with its header and rows, written as `write_xlsx` says.

    Names lose what Excel does not take, and what is past 31 characters.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for name, (header, rows) in sheets.items():
        page = book.create_sheet(NOT_IN_SHEET_NAMES.sub(" ", name)[:31])
        page.freeze_panes = "A2"
        bold = []
        for head in header:
            cell = WriteOnlyCell(page, value=safe_cell(head))
            cell.font = Font(bold=True)
            bold.append(cell)
        page.append(bold)
        for row in rows:
            page.append([_workbook_value(value) for value in row])
    book.save(path)


def _workbook_value(value: Cell) -> Cell:
    """Characters that XML cannot hold are dropped; texts go through `safe_cell`."""
    if isinstance(value, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", safe_cell(value))
    return value
