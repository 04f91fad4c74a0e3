"""Tables from CSV (plain or gzip) and XLSX files, whatever their encoding, delimiter and header's case."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

from croisee.foundation.tables import decoding, workbooks
from croisee.foundation.tables.columns import Column, Header, match_header, recognised
from croisee.foundation.tables.faults import Fault, FaultyInput
from croisee.foundation.tables.table import Sheet, Table
from croisee.foundation.tables.values import shown

DELIMITERS = ",;\t|"
HEADER_WITHIN = 15
"""Rows among which the header is looked for: school software writes a title, a date, a blank above it."""
Numbered = Iterator[tuple[int, list[str]]]


def read_table(
    path: Path | str,
    columns: Sequence[Column],
    *,
    file: str | None = None,
    max_bytes: int = decoding.MAX_BYTES,
    allow_empty: bool = False,
) -> Table:
    """The table in the file at `path`.

    Parameters: the `columns` wanted; `file`, the name said in faults (the path's own by default);
    `allow_empty`, whether a header without rows is a table too.
    Raises FaultyInput when the file as a whole cannot be read as such a table: absent, too large, binary,
    empty, header alone, a wanted column missing or doubled. Rows that do not hold together are left out and
    listed in `Table.faults`.
    """
    path = Path(path)
    name = file or path.name
    data = decoding.read_file(path, name, max_bytes)
    return read_bytes(data, columns, file=name, max_bytes=max_bytes, allow_empty=allow_empty)


def read_bytes(
    data: bytes,
    columns: Sequence[Column],
    *,
    file: str,
    max_bytes: int = decoding.MAX_BYTES,
    allow_empty: bool = False,
) -> Table:
    """As `read_table`, from the file's content: what an upload gives."""
    faults: list[Fault] = []
    numbered, notes = _records(data, columns, file, max_bytes, faults)
    table = _gather(file, columns, numbered, faults, notes)
    if not len(table) and not table.faults and not allow_empty:
        raise _file_fault(
            file,
            None,
            _("the file has a header and no row."),
            _("Add one row under the header for each line of the table."),
        )
    return table


def read_header(
    data: bytes, columns: Sequence[Column], *, file: str, max_bytes: int = decoding.MAX_BYTES
) -> list[str]:
    """The names in the first row of a file's content, as written, whether or not they are those of `columns`.

    Raises FaultyInput when there is none to be read.
    """
    faults: list[Fault] = []
    numbered, _notes = _records(data, columns, file, max_bytes, faults)
    _row, record, _below = _header(numbered, columns)
    if names := [cell.strip() for cell in record if cell.strip()]:
        return names
    raise _unreadable(file, columns, faults)


def read_sheet(
    data: bytes,
    columns: Sequence[Column],
    *,
    file: str,
    max_bytes: int = decoding.MAX_BYTES,
    header_row: int | None = None,
) -> Sheet:
    """A file's content as it is, whatever its columns are called: headings, and rows with every cell.

    The headings are in `header_row` as a spreadsheet counts; without one, in the row that names most of `columns`, or
    else, below titles that fill a cell or two, in the first row that fills half as many cells as any.
    Raises FaultyInput as `read_bytes` does, but for columns: it is not known yet which is which.
    """
    faults: list[Fault] = []
    data = decoding.decompressed(data, file, max_bytes)
    numbered, notes = _records(data, columns, file, max_bytes, faults)
    found = [(row, record) for row, record in numbered if any(map(str.strip, record))]
    place = _header_place(found, columns, header_row)
    if place is None:
        raise _unreadable(file, columns, faults)
    row, names = found[place]
    below = found[place + 1 :]
    # A workbook has its cells where they were written; a line of CSV that is too long has all of them shifted.
    in_cells = data.startswith((decoding.ZIP, decoding.OLD_EXCEL))
    counted = found[place:] if in_cells else found[place : place + 1]
    width = max(i for _row, record in counted for i, cell in enumerate(record, 1) if cell.strip())
    sheet = Sheet(file, row, told_apart(names, width), faults=faults, notes=notes)
    for number, record in below:
        cells = _fitted(list(record), width)
        if len(cells) == width:
            sheet.rows.append(number)
            sheet.cells.append(cells)
        else:
            faults.append(_ragged(file, number, len(cells), width))
    if not sheet.rows and not faults:
        problem, remedy = _("the file has a header and no row."), _("Send a file with the rows under it.")
        raise _file_fault(file, None, problem, remedy)
    return sheet


def _header_place(
    found: Sequence[tuple[int, list[str]]], columns: Sequence[Column], header_row: int | None
) -> int | None:
    """Where the headings are among the rows that are not blank."""
    if not found:
        return None
    if header_row is not None:
        below = [place for place, (row, _record) in enumerate(found) if row >= header_row]
        return below[0] if below else 0
    start = found[:HEADER_WITHIN]
    known = [recognised(record, columns) for _row, record in start]
    if max(known) >= 2:
        return known.index(max(known))
    filled = [sum(bool(cell.strip()) for cell in record) for _row, record in start]
    return next(place for place, count in enumerate(filled) if 2 * count >= max(filled))


def told_apart(names: Sequence[str], width: int) -> list[str]:
    """Headings as written, each once: a second “Date” is “Date (2)”, a blank one is called by its letter, “[C]”."""
    told: list[str] = []
    for place in range(width):
        name = " ".join(names[place].split()) if place < len(names) else ""
        name = name or f"[{_letters(place)}]"
        number, shown = 2, name
        while shown in told:
            number, shown = number + 1, f"{name} ({number})"
        told.append(shown)
    return told


def _letters(place: int) -> str:
    """The letters of a column in a spreadsheet, from 0: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _records(
    data: bytes, columns: Sequence[Column], file: str, max_bytes: int, faults: list[Fault]
) -> tuple[Numbered, list[str]]:
    """The rows of the content with their numbers, and notes; bad rows are added to `faults`."""
    data = decoding.decompressed(data, file, max_bytes)
    if not data.strip():
        raise _file_fault(file, None, _("the file is empty."), _header_remedy(columns))
    if data.startswith((decoding.ZIP, decoding.OLD_EXCEL)):
        return workbooks.records(data, file, max_bytes)
    text, notes = decoding.decode(data, file)
    return _csv_records(text, _delimiter(text, columns), file, faults), notes


def _gather(
    file: str, columns: Sequence[Column], numbered: Numbered, faults: list[Fault], notes: list[str]
) -> Table:
    """The wanted columns of the records below the header."""
    header_row, names, numbered = _header(numbered, columns)
    if not names:
        raise _unreadable(file, columns, faults)
    header, header_faults = match_header(file, header_row, names, columns)
    if header_faults:
        raise FaultyInput(_one_column_only(file, header_row, names, columns) or header_faults)
    rows: list[int] = []
    kept: list[list[str]] = []
    width = header.width
    for row, record in numbered:
        if len(record) == width and record[0] and not record[0].isspace():
            rows.append(row)
            kept.append(record)
        elif fitted := _fitted(record, width):
            if len(fitted) == width:
                rows.append(row)
                kept.append(fitted)
            else:
                faults.append(_ragged(file, row, len(fitted), width))
    cells = _columns_of(kept, header, columns)
    faults += _too_long(file, cells, header, columns, rows)
    faults.sort(key=lambda fault: fault.row or 0)
    headers = {name: written for name, (_position, written) in header.positions.items()}
    if header.ignored:
        notes = [
            *notes,
            _("columns not used: %(names)s.") % {"names": ", ".join(map(shown, header.ignored[:20]))},
        ]
    return Table(file, cells, headers, rows, faults, notes)


def _header(numbered: Numbered, columns: Sequence[Column]) -> tuple[int, list[str], Numbered]:
    """The row and the names of the header, and the records below: the first row that is not blank, unless a later one
    names more of `columns`, and two at least.
    """
    start = [(row, record) for row, record in islice(numbered, HEADER_WITHIN) if any(map(str.strip, record))]
    if not start:
        return 1, [], iter(())
    known = [recognised(record, columns) for _row, record in start]
    place = known.index(max(known)) if max(known) >= 2 else 0
    row, names = start[place]
    return row, names, chain(start[place + 1 :], numbered)


def _fitted(record: list[str], width: int) -> list[str]:
    """`record` without the empty cells that spreadsheets leave at its end; [] when it is all blank."""
    if not any(cell.strip() for cell in record):
        return []
    while len(record) > width and not record[-1].strip():
        record.pop()
    return record


def _columns_of(kept: list[list[str]], header: Header, columns: Sequence[Column]) -> dict[str, list[str]]:
    cells = {}
    for column in columns:
        if column.name in header.positions:
            position = header.positions[column.name][0]
            cells[column.name] = [record[position].strip() for record in kept]
        else:
            cells[column.name] = [""] * len(kept)
    return cells


def _too_long(
    file: str, cells: dict[str, list[str]], header: Header, columns: Sequence[Column], rows: list[int]
) -> list[Fault]:
    faults = []
    for column in columns:
        texts = cells[column.name]
        if texts and max(map(len, texts)) > column.max_length:
            for index, text in enumerate(texts):
                if len(text) > column.max_length:
                    texts[index] = ""
                    faults.append(
                        _long_cell(
                            file, rows[index], header.positions[column.name][1], len(text), column.max_length
                        )
                    )
    return faults


def _csv_records(text: str, delimiter: str, file: str, faults: list[Fault]) -> Numbered:
    """The records of `text` with their rows in a spreadsheet; badly quoted ones become faults."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(_badly_quoted(file, row, str(error)))
            if "unexpected end" in str(error):
                return
            continue
        yield row, record


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """The delimiter under which the header names most wanted columns, else splits most."""
    start = text.lstrip("\r\n \t")[:65_536]
    lines = start.splitlines()[:HEADER_WITHIN] or [""]

    def score(delimiter: str) -> tuple[int, int]:
        rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
        return max(recognised(row, columns) for row in rows), len(rows[0])

    return max(DELIMITERS, key=score)


def _one_column_only(file: str, row: int, names: list[str], columns: Sequence[Column]) -> list[Fault]:
    """A header that no known delimiter splits: one fault says so better than one a missing column."""
    needed = [column for column in columns if column.required]
    if len([name for name in names if name.strip()]) > 1 or len(needed) < 2 or recognised(names, columns):
        return []
    problem = _("the header holds a single column (“%(header)s”): the delimiter is none of , ; | or tab.")
    return [
        Fault(
            file,
            row,
            None,
            problem % {"header": shown(names[0].strip(), 60)},
            _("Export the table again as CSV with commas or semicolons. ") + _header_remedy(columns),
        )
    ]


def _header_remedy(columns: Sequence[Column]) -> str:
    names = ",".join(column.name for column in columns if column.required)
    return _("Its first row must be: %(names)s.") % {"names": names}


def _ragged(file: str, row: int, found: int, width: int) -> Fault:
    if found > width:
        remedy = _(
            "Put between double quotes the cells that contain the delimiter (an address, a decimal comma)."
        )
    else:
        remedy = _("Complete the row: an empty cell still takes its delimiter.")
    problem = _("the row has %(found)d cells where the header has %(width)d.")
    return Fault(file, row, None, problem % {"found": found, "width": width}, remedy)


def _badly_quoted(file: str, row: int, error: str) -> Fault:
    if "field limit" in error:
        return _long_cell(file, row, None, csv.field_size_limit(), csv.field_size_limit())
    if "unexpected end" in error:
        problem = _("a double quote opened in this row is never closed: the rest of the file is lost in it.")
    else:
        problem = _("a cell goes on after its closing double quote.")
    return Fault(file, row, None, problem, _('Close the quote, or write it twice ("") inside a quoted cell.'))


def _long_cell(file: str, row: int, field: str | None, found: int, limit: int) -> Fault:
    return Fault(
        file,
        row,
        field,
        _("the cell holds %(found)d characters or more; %(limit)d at most are read.")
        % {"found": found, "limit": limit},
        _("Shorten it, and check that no double quote is left open before it."),
    )


def _unreadable(file: str, columns: Sequence[Column], faults: list[Fault]) -> FaultyInput:
    if faults:
        return FaultyInput(faults)
    return _file_fault(file, None, _("the file is empty."), _header_remedy(columns))


def _file_fault(file: str, row: int | None, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(file, row, None, problem, remedy)])
