"""The text of a table, however it is written, as columns of cells; rows that cannot be cells are refused."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _
from pyarrow import csv as pa_csv

from croisee.engine.transit.timetable import Longs
from croisee.foundation.tables import Fault, FaultyInput
from croisee.foundation.tables.decoding import decode
from croisee.territory.timetables.sheets import MOST_TOLD, Cells, Refuse, Sheet, others

EMPTY = np.empty(0, np.int32)
BLOCK = 64 * 1024 * 1024
LONGEST = 1_000
"""Characters of a cell: more is no name of a stop."""
DELIMITERS = ",;\t"
"""Commas are the rule; spreadsheets of France write semicolons."""
BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?((?:[ \t]*(?:\r\n|\r|\n)){0,1000})")
LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n)?")
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def sheet_of(
    data: bytes, file: str, required: Sequence[str], optional: Sequence[str], refuse: Refuse
) -> Sheet:
    """The columns of a table as text, empty where it has none of an optional one.

    Rows with too many or too few cells, or a cell of more than LONGEST characters or with NUL ones, are refused. Raises
    FaultyInput for a table that lacks a required column or cannot be read to its end.
    """
    data = _as_utf8(data, file, refuse)
    names, delimiter, row, begin = _header(data)
    missing = [name for name in required if name not in names]
    doubled = [name for name in (*required, *optional) if names.count(name) > 1]
    faults = [_no_column(file, row, name) for name in missing]
    faults += [_two_columns(file, row, name) for name in doubled]
    if faults:
        raise FaultyInput(faults)
    chosen = [name for name in (*required, *optional) if name in names]
    if not chosen:
        return Sheet(file, dict.fromkeys(optional, Cells([""], EMPTY)), EMPTY.astype(np.int64), refuse)
    rows = _Rows(file, row, names, chosen, delimiter, refuse)
    read, numbers = rows.of(memoryview(data)[begin:])
    columns = {name: _cells(read[name]) for name in chosen}
    nothing = Cells([""], np.zeros(len(numbers), np.int32))
    sheet = Sheet(file, columns | {n: nothing for n in optional if n not in names}, numbers, refuse)
    sheet.drop(np.logical_and.reduce([cells.equal("") for cells in columns.values()]))
    for name, cells in columns.items():
        problem = _("the cell has more than %(n)d characters.") % {"n": LONGEST}
        sheet.reject(cells.each(_is_long, np.bool_), name, problem, _("Shorten it."))
        problem = _("the cell holds NUL characters.")
        sheet.reject(cells.each(_has_nul, np.bool_), name, problem, _("Export the feed again."))
    return sheet.sound()


def _as_utf8(data: bytes, file: str, refuse: Refuse) -> bytes:
    """The text as UTF-8: what is in another encoding is converted, and it is said."""
    if not data.startswith(WIDE) and _is_utf8(data):
        return data
    text, notes = decode(data, file)
    for note in notes:
        refuse(Fault(file, None, None, note, _("Save the table as UTF-8.")))
    return text.encode()


def _is_utf8(data: bytes) -> bool:
    """Whether the text is UTF-8, looked at a part at a time: the whole would take its place in memory again."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), BLOCK):
            decoder.decode(memoryview(data)[at : at + BLOCK], at + BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _header(data: bytes) -> tuple[list[str], str, int, int]:
    """The names of the columns in small letters, the delimiter, the row of the header, and where the others begin."""
    blank = BEFORE.match(data)
    line = LINE.match(data, blank.end() if blank else 0)
    if blank is None or line is None:  # neither happens: both may match nothing
        raise ValueError(data[:100])
    text = line[1].decode()
    delimiter = next((one for one in DELIMITERS if one in text), ",")
    cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    row = len(re.findall(rb"\r\n|\r|\n", blank[1])) + 1
    return [name.strip().lower() for name in cells], delimiter, row, line.end()


@dataclass(frozen=True, slots=True)
class _Rows:
    """How the rows below a header, which is in `row`, are to be read."""

    file: str
    row: int
    names: list[str]
    chosen: list[str]
    delimiter: str
    refuse: Refuse

    def of(self, data: memoryview) -> tuple[pa.Table, Longs]:
        """The chosen columns, and the row of the file that each row is."""
        text = pa.dictionary(pa.int32(), pa.string())
        if len(data) < BLOCK and not bytes(data).strip():
            return pa.table({name: pa.array([], text) for name in self.chosen}), EMPTY.astype(np.int64)
        ragged: list[int] = []
        told: list[tuple[int, int]] = []

        def skip(row: pa_csv.InvalidRow) -> str:
            ragged.append(row.number)
            if len(told) <= MOST_TOLD and row.text.strip():
                told.append((row.number, row.actual_columns))
            return "skip"

        unique = [
            name if self.names.count(name) == 1 else f"{name} {at}" for at, name in enumerate(self.names)
        ]
        try:
            read = pa_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                pa_csv.ReadOptions(column_names=unique, use_threads=False, block_size=BLOCK),
                # Empty lines count, so that rows are numbered as a spreadsheet shows them.
                pa_csv.ParseOptions(
                    delimiter=self.delimiter,
                    invalid_row_handler=skip,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                ),
                pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.chosen, text),
                    include_columns=self.chosen,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise unreadable(self.file, error) from error
        self._tell(told, len(ragged))
        numbers = np.arange(1, len(read) + len(ragged) + 1, dtype=np.int64)
        return read.unify_dictionaries(), numbers[~np.isin(numbers, ragged)] + self.row

    def _tell(self, told: list[tuple[int, int]], ragged: int) -> None:
        problem = _("the row has %(found)d cells where the header has %(expected)d.")
        remedy = _("Complete the row, or quote the cells that hold the delimiter.")
        for number, found in told[:MOST_TOLD]:
            values = {"found": found, "expected": len(self.names)}
            self.refuse(Fault(self.file, number + self.row, None, problem % values, remedy))
        if len(told) > MOST_TOLD:
            self.refuse(others(self.file, None, ragged - MOST_TOLD, remedy))


def _cells(column: pa.ChunkedArray) -> Cells:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    written = [_trimmed(text) for text in whole.dictionary.to_pylist()]
    # Two that differ by the spaces around them are one.
    texts = {text: at for at, text in enumerate(dict.fromkeys(written))}
    if len(texts) < len(written):
        codes = np.array([texts[text] for text in written], np.int32)[codes]
    return Cells(list(texts), codes)


def _trimmed(text: str) -> str:
    """Without the spaces around it, nor the quotes that a space before them keeps from being read as such."""
    inner = text.strip()
    apart = text[:1].isspace() and len(inner) > 1 and inner[0] == inner[-1] == '"'
    return inner[1:-1].strip() if apart else inner


def _is_long(text: str) -> bool:
    return len(text) > LONGEST


def _has_nul(text: str) -> bool:
    return "\0" in text


def _no_column(file: str, row: int, name: str) -> Fault:
    problem = _("the column “%(name)s” is missing.") % {"name": name}
    remedy = _("Export the feed again: the reference of GTFS asks for it, with commas between columns.")
    return Fault(file, row, name, problem, remedy)


def _two_columns(file: str, row: int, name: str) -> Fault:
    problem = _("the column “%(name)s” appears twice.") % {"name": name}
    return Fault(file, row, name, problem, _("Keep one of the two and delete the other."))


def unreadable(file: str, error: Exception) -> FaultyInput:
    """The refusal of a file, or of one table, that cannot be read to its end."""
    problem = _("the file cannot be read to its end (%(reason)s).") % {"reason": str(error)[:200]}
    remedy = _("Download or export it again; nothing was changed.")
    return FaultyInput([Fault(file, None, None, problem, remedy)])
