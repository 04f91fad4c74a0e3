"""A table as read: text by column, the row each line has in a spreadsheet, and what was wrong on the way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from croisee.foundation.tables.columns import Column
from croisee.foundation.tables.faults import Fault
from croisee.foundation.tables.values import Refused
from croisee.foundation.tables.writing import unsafe_cell

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file, by column.

    `columns` maps a wanted column's name to its cells, stripped text, one a row ("" when empty, and
    throughout for an optional column that the file lacks); `headers` maps it to the name as the file writes
    it; `rows` holds each line's number in a spreadsheet; `faults` the rows refused (they are not in
    `columns`); `notes` what the reader did unasked (encoding converted, columns ignored).
    """

    file: str
    columns: dict[str, list[str]]
    headers: dict[str, str]
    rows: list[int]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.headers

    def fault(self, index: int, name: str | None, problem: str, remedy: str) -> Fault:
        """A fault at line `index` (from 0, in `rows`), on column `name`."""
        field_name = None if name is None else self.headers.get(name, name)
        return Fault(self.file, self.rows[index], field_name, problem, remedy)

    def parse(self, name: str, parser: Callable[[str], T], faults: list[Fault]) -> list[T | None]:
        """The column's values: None where the cell is empty or refused; each refusal is added to `faults`.

        Each distinct text is parsed once, so a column with few of them costs next to nothing.
        """
        cells = self.columns[name]
        known: dict[str, T | None] = {"": None}
        refused: dict[str, Refused] = {}
        for text in set(cells) - {""}:
            try:
                known[text] = parser(text)
            except Refused as refusal:
                known[text] = None
                refused[text] = refusal
        if refused:
            for index, text in enumerate(cells):
                if (refusal_ := refused.get(text)) is not None:
                    faults.append(self.fault(index, name, refusal_.problem, refusal_.remedy))
        return [known[text] for text in cells]

    def keep(self, wanted: Sequence[bool]) -> "Table":
        """The same table with only the lines where `wanted` is true."""
        columns = {
            name: [cell for cell, keep in zip(cells, wanted, strict=True) if keep]
            for name, cells in self.columns.items()
        }
        rows = [row for row, keep in zip(self.rows, wanted, strict=True) if keep]
        return Table(self.file, columns, self.headers, rows, self.faults, self.notes)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was sent, before it is known which column is which.

    `headings` are told apart (see `reading.told_apart`), as many as the `cells` of each row; `rows` holds each line's
    number in a spreadsheet; `faults` the rows that do not hold together.
    """

    file: str
    header_row: int
    headings: list[str]
    rows: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def texts(self, heading: str) -> list[str]:
        """The cells under a heading, row by row."""
        place = self.headings.index(heading)
        return [cells[place].strip() for cells in self.cells]

    def table(self, columns: Iterable[Column], headings: Mapping[str, str]) -> Table:
        """The wanted columns under the headings chosen for them (column to heading), and under no other."""
        known = {name: heading for name, heading in headings.items() if heading in self.headings}
        table = Table(self.file, {}, dict(known), list(self.rows), list(self.faults), list(self.notes))
        for column in columns:
            if column.name not in known:
                table.columns[column.name] = [""] * len(self.rows)
                continue
            # Our own files come back with the apostrophes that keep a spreadsheet from seeing formulas.
            texts = [unsafe_cell(text) for text in self.texts(known[column.name])]
            table.columns[column.name] = [text if len(text) <= column.max_length else "" for text in texts]
            for index, text in enumerate(texts):
                if len(text) > column.max_length:
                    table.faults.append(_too_long(table, index, column, len(text)))
        return table


def _too_long(table: Table, index: int, column: Column, found: int) -> Fault:
    values = {"found": found, "limit": column.max_length}
    problem = _("the cell holds %(found)d characters; %(limit)d at most are read.") % values
    return table.fault(index, column.name, problem, _("Shorten it."))
