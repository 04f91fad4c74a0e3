"""A draft as tables: its files read under the chosen columns, with the corrections, and all that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from croisee.foundation.imports.kinds import Tables, TargetRefused
from croisee.foundation.imports.matching import unmatched
from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.tables import Column, Fault, FaultyInput, Table, read_bytes, read_header

MAX_BYTES = 100 * 1024 * 1024
Corrections = Mapping[str, Mapping[str, str]]


@dataclass
class FileReading:
    """One file as read: its headings, its table (None when unreadable), its own faults."""

    file: ImportFile
    shown_name: str
    headings: list[str] = field(default_factory=list)
    table: Table | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns wanted."""
        return self.file.declared.columns

    @property
    def missing(self) -> list[Column]:
        """Wanted columns that no heading is known to be, optional ones included."""
        return unmatched(self.columns, self.headings, self.file.mapping)

    def column_of(self, fault: Fault) -> str | None:
        """The name of the column that a fault is about; None when it is about the row."""
        written = self.table.headers if self.table else {}
        names = [name for name, heading in written.items() if heading == fault.field]
        return names[0] if names else fault.field if fault.field in {c.name for c in self.columns} else None


@dataclass
class Reading:
    """The files of a draft as read together."""

    draft: ImportDraft
    files: dict[str, FileReading]

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that could be read, by slot."""
        return {slot: reading.table for slot, reading in self.files.items() if reading.table is not None}

    @property
    def complete(self) -> bool:
        """Whether every required file is there as a table."""
        needed = {slot.name for slot in self.draft.declared.slots if slot.required}
        unreadable = any(reading.table is None for reading in self.files.values())
        return needed <= set(self.files) and not unreadable

    @cached_property
    def faults(self) -> list[Fault]:
        """Everything wrong: with the reading of each file, then with what they say, together."""
        own = [fault for reading in self.files.values() for fault in reading.faults]
        return own + (self.checked(self.tables) if self.complete else [])

    def checked(self, tables: Tables) -> list[Fault]:
        """What the kind finds wrong in `tables`; one fault of the whole when they can go nowhere any more."""
        try:
            return self.draft.declared.validate(tables, self.draft.goal())
        except TargetRefused as refusal:
            return [Fault(str(self.draft), None, None, refusal.problem, refusal.remedy)]

    @cached_property
    def remarks(self) -> list[str]:
        """What will happen, in words, once nothing is wrong."""
        tell = self.draft.declared.remarks
        if tell is None or self.faults or not self.complete:
            return []
        return tell(self.tables, self.draft.goal())

    def file_of(self, fault: Fault) -> FileReading | None:
        """The file that a fault is about."""
        return next((reading for reading in self.files.values() if reading.shown_name == fault.file), None)

    def faulty_rows(self, slot: str) -> dict[int, list[Fault]]:
        """The faults of one file by row number, rows in order; none when the file has no table yet."""
        rows: dict[int, list[Fault]] = {}
        if self.files[slot].table is None:
            return rows
        for fault in self.faults:
            if fault.row is not None and fault.file == self.files[slot].shown_name:
                rows.setdefault(fault.row, []).append(fault)
        return dict(sorted(rows.items()))


def read(draft: ImportDraft) -> Reading:
    """Read all files of `draft`."""
    files = list(draft.files.all())
    names = [file.name for file in files]
    readings = {}
    for file in files:
        shown = file.name if names.count(file.name) == 1 else f"{file.name} ({file.declared.label})"
        readings[file.slot] = read_file(file, shown)
    return Reading(draft, readings)


def read_file(file: ImportFile, shown_name: str) -> FileReading:
    """One file under its chosen columns, corrected; what cannot be read has faults and no table."""
    reading = FileReading(file, shown_name)
    with file.content.open("rb") as stream:
        data = stream.read()
    try:
        reading.headings = read_header(data, reading.columns, file=shown_name, max_bytes=MAX_BYTES)
        columns = [_under(column, file.mapping) for column in reading.columns]
        table = read_bytes(data, columns, file=shown_name, max_bytes=MAX_BYTES)
    except FaultyInput as refused:
        reading.faults = refused.faults
    else:
        reading.table = corrected(table, file.corrections)
        reading.faults = list(reading.table.faults)
    return reading


def _under(column: Column, mapping: Mapping[str, str]) -> Column:
    """The column, recognised under the heading chosen for it as well."""
    if column.name not in mapping:
        return column
    return replace(column, aliases=(*column.aliases, mapping[column.name]))


def corrected(table: Table, corrections: Corrections) -> Table:
    """`table` with the cells changed; a row that could not be read is added once it is corrected."""
    columns = {name: list(cells) for name, cells in table.columns.items()}
    rows = list(table.rows)
    index = {row: place for place, row in enumerate(rows)}
    headers = dict(table.headers)
    for number, cells in corrections.items():
        row = int(number)
        if row not in index:
            index[row] = len(rows)
            rows.append(row)
            for known in columns.values():
                known.append("")
        for name, text in cells.items():
            if name in columns:
                columns[name][index[row]] = text
                if text:
                    headers.setdefault(name, name)
    faults = [fault for fault in table.faults if str(fault.row) not in corrections]
    return replace(table, columns=columns, rows=rows, headers=headers, faults=faults)


def without(table: Table, faulty: set[int]) -> Table:
    """`table` without its faulty rows."""
    kept = table.keep([row not in faulty for row in table.rows])
    return replace(kept, faults=[])
