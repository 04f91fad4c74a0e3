"""A draft as tables: its files read under the chosen columns, with the corrections, and all that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from croisee.foundation.imports.kinds import PlannedRow, Tables, Target, TargetRefused
from croisee.foundation.imports.mapping import Understanding
from croisee.foundation.imports.matching import unmatched
from croisee.foundation.imports.models import ImportDraft, ImportFile
from croisee.foundation.tables import Column, Fault, FaultyInput, Table, read_bytes, read_header, read_sheet

MAX_BYTES = 100 * 1024 * 1024
Corrections = Mapping[str, Mapping[str, str]]


@dataclass
class FileReading:
    """One file as read: its headings, its table (None when unreadable), its own faults.

    `understanding` is how its columns were understood, where the sender maps them.
    """

    file: ImportFile
    shown_name: str
    headings: list[str] = field(default_factory=list)
    table: Table | None = None
    faults: list[Fault] = field(default_factory=list)
    understanding: Understanding | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns wanted."""
        return self.file.declared.columns

    @property
    def missing(self) -> list[Column]:
        """Wanted columns that no heading is known to be, optional ones included; none where the sender maps them."""
        if self.understanding is not None:
            return []
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

    @cached_property
    def goal(self) -> Target:
        """What the import goes into, asked once a reading. Raises TargetRefused."""
        return self.draft.goal()

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that could be read, by slot."""
        return {slot: reading.table for slot, reading in self.files.items() if reading.table is not None}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(table) for table in self.tables.values())

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
            return self.draft.declared.validate(tables, self.goal)
        except TargetRefused as refusal:
            return [Fault(str(self.draft), None, None, refusal.problem, refusal.remedy)]

    @cached_property
    def remarks(self) -> list[str]:
        """What will happen, in words, once nothing is wrong."""
        tell = self.draft.declared.remarks
        if tell is None or self.faults or not self.complete:
            return []
        return tell(self.tables, self.goal)

    @cached_property
    def plan(self) -> list[PlannedRow]:
        """What will become of each row that holds together, where the kind says it."""
        kind = self.draft.declared
        if kind.plan is None or not self.complete:
            return []
        try:
            return kind.plan(self.tables, self.goal)
        except TargetRefused:
            return []

    @property
    def questions(self) -> list[PlannedRow]:
        """The rows about which something may be said, those that wait for it first."""
        asked = [row for row in self.plan if row.question is not None]
        return sorted(asked, key=lambda row: (not waits(row), row.row))

    @property
    def waiting(self) -> int:
        """How many rows wait for an answer."""
        return sum(waits(row) for row in self.plan)

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


def waits(row: PlannedRow) -> bool:
    """Whether a row's question waits for an answer."""
    return row.question is not None and row.question.asked and not row.question.answer


def read(draft: ImportDraft) -> Reading:
    """Read all files of `draft`."""
    files = list(draft.files.all())
    names = [file.name for file in files]
    reading = Reading(draft, {})
    for file in files:
        shown = file.name if names.count(file.name) == 1 else f"{file.name} ({file.declared.label})"
        if draft.declared.mapped:
            reading.files[file.slot] = _read_mapped(file, shown, reading)
        else:
            reading.files[file.slot] = read_file(file, shown)
    return reading


def _read_mapped(file: ImportFile, shown_name: str, whole: Reading) -> FileReading:
    """One file under the columns that its sender says, corrected."""
    try:
        understanding = understand(file, shown_name, whole.goal)
    except TargetRefused as refusal:
        fault = Fault(str(file.draft), None, None, refusal.problem, refusal.remedy)
        return FileReading(file, shown_name, faults=[fault])
    except FaultyInput as refused:
        return FileReading(file, shown_name, faults=refused.faults)
    reading = FileReading(file, shown_name, understanding.sheet.headings, understanding=understanding)
    try:
        table = understanding.table()
    except FaultyInput as refused:
        reading.faults = refused.faults
    else:
        reading.table = understanding.understood(corrected(table, file.corrections))
        reading.faults = list(reading.table.faults)
    return reading


def understand(file: ImportFile, shown_name: str, target: Target) -> Understanding:
    """How a file is understood, where the sender maps its columns. Raises FaultyInput when it cannot be read at all."""
    with file.content.open("rb") as stream:
        data = stream.read()
    sheet = read_sheet(
        data, file.declared.columns, file=shown_name, max_bytes=MAX_BYTES, header_row=file.header_row
    )
    return Understanding(sheet, file.declared, file.mapping, target, file.words, file.dates)


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
