"""What the pages of an import show, made ready for their templates."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from croisee.foundation.imports.forms import ColumnsForm, FileForm
from croisee.foundation.imports.kinds import Target, TargetRefused
from croisee.foundation.imports.left_out import faulty_lines
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.reading import FileReading, Reading
from croisee.foundation.progress.models import Progress
from croisee.foundation.tables import Fault, safe_cell, write_csv, write_xlsx

PREVIEWED = 5
CORRECTED_AT_ONCE = 20


@dataclass
class FilePage:
    """One file of the draft: what was understood of it, and what can be done about it."""

    reading: FileReading
    faulty: dict[int, list[Fault]]

    @property
    def headings(self) -> list[str]:
        """Wanted columns found, with the heading in the file where it differs."""
        label_of = self.reading.file.declared.label_of
        return [_shown(label_of(name), heading) for name, heading in self._found()]

    def _found(self) -> list[tuple[str, str]]:
        """The wanted columns that the file has, in the order wanted, each with its heading there."""
        table = self.reading.table
        return (
            [(name, table.headers[name]) for name in table.columns if name in table.headers] if table else []
        )

    @property
    def first_rows(self) -> list[tuple[int, list[str]]]:
        """The first rows as read: row number and cells."""
        table = self.reading.table
        if table is None:
            return []
        places = range(min(PREVIEWED, len(table)))
        return [(table.rows[p], [table.columns[name][p] for name, _heading in self._found()]) for p in places]

    @property
    def columns_form(self) -> ColumnsForm | None:
        """The question about columns that no heading names, when there are headings left to choose from."""
        return ColumnsForm(self.reading) if self.reading.missing and self.reading.headings else None

    @property
    def left_aside(self) -> list[str]:
        """The columns of the file that the sender maps to none of ours."""
        understanding = self.reading.understanding
        used = set(self.reading.file.mapping.values())
        return [] if understanding is None else [h for h in understanding.sheet.headings if h not in used]

    @property
    def must_choose(self) -> bool:
        """Whether the file cannot be read before that question is answered."""
        return any(column.required for column in self.reading.missing)

    @property
    def file_form(self) -> FileForm:
        """To send another file, or corrected rows."""
        return FileForm(auto_id=f"{self.reading.file.slot}-%s")


def _shown(name: str, heading: str) -> str:
    if heading == name:
        return name
    return _("%(column)s (“%(heading)s” in the file)") % {"column": name, "heading": heading}


def file_pages(reading: Reading) -> list[FilePage]:
    """The files of a draft, in the order of its kind."""
    slots = [slot.name for slot in reading.draft.declared.slots if slot.name in reading.files]
    return [FilePage(reading.files[slot], reading.faulty_rows(slot)) for slot in slots]


@dataclass(frozen=True)
class Cell:
    """A cell to correct, or to read beside those to correct. `name` is its form field's."""

    name: str
    column: str
    text: str
    faults: Sequence[Fault]
    editable: bool


@dataclass(frozen=True)
class Row:
    """A row to correct, with the faults that concern it as a whole."""

    number: int
    cells: list[Cell]
    faults: list[Fault]


def rows_to_correct(reading: Reading, slot: str) -> list[Row]:
    """The first faulty rows of a file: each cell at fault can be changed, all of them when the row is."""
    file = reading.files[slot]
    faulty = list(reading.faulty_rows(slot).items())[:CORRECTED_AT_ONCE]
    return [_row(file, number, faults) for number, faults in faulty]


def _row(file: FileReading, number: int, faults: list[Fault]) -> Row:
    about = [(file.column_of(fault), fault) for fault in faults]
    whole = [fault for column, fault in about if column is None]
    cells = []
    for column, text in cells_of(file, number).items():
        own = [fault for name, fault in about if name == column]
        cells.append(Cell(f"{number}:{column}", column, text, own, editable=bool(own or whole)))
    return Row(number, cells, whole)


def cells_of(file: FileReading, number: int) -> dict[str, str]:
    """The cells of a row by column; empty ones for a row that could not be read."""
    table = file.table
    if table is None or number not in table.rows:
        return {column.name: "" for column in file.columns}
    place = table.rows.index(number)
    return {name: cells[place] for name, cells in table.columns.items()}


def faulty_rows_file(reading: Reading, slot: str) -> bytes:
    """The faulty rows as a CSV file to correct and send back: row number, columns, and what is wrong."""
    file = reading.files[slot]
    header = ["row_number", *(column.name for column in file.columns), "problem"]
    lines = []
    for number, faults in reading.faulty_rows(slot).items():
        problem = " ".join(f"{fault.field or ''}: {fault.problem} {fault.remedy}" for fault in faults)
        lines.append([str(number), *cells_of(file, number).values(), safe_cell(problem)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write_csv(path, header, lines)
        return path.read_bytes()


def left_out_file(reading: Reading, slot: str, kind: str) -> bytes:
    """The rows at fault as a table of the file's own columns and what is wrong, as CSV or XLSX."""
    header, lines = faulty_lines(reading, slot)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{kind}"
        (write_csv if kind == "csv" else write_xlsx)(path, header, lines)
        return path.read_bytes()


def under_way(draft: ImportDraft) -> Progress | None:
    """The background work that applies the draft, when it is not finished."""
    return Progress.objects.unfinished().filter(key=progress_key(draft)).first()


def progress_key(draft: ImportDraft) -> str:
    """The name of the work that applies a draft: one at a time."""
    return f"import:{draft.pk}"


@dataclass(frozen=True)
class Asked:
    """A question about a row as a page asks it: its field, and the cells that tell who it is."""

    number: int
    who: str
    text: str
    name: str
    options: Sequence[tuple[str, str]]
    answer: str
    cells: Mapping[str, str]


def asked_rows(reading: Reading, limit: int = CORRECTED_AT_ONCE) -> list[Asked]:
    """The first rows about which something may be said, those that wait for it first."""
    return [
        Asked(
            row.row,
            row.who,
            row.question.text,
            f"row-{row.row}",
            row.question.options,
            row.question.answer,
            _cells_in_words(reading, row.row),
        )
        for row in reading.questions[:limit]
        if row.question is not None
    ]


def _cells_in_words(reading: Reading, number: int) -> dict[str, str]:
    """The filled cells of a row, under what their columns are called."""
    file = next(iter(reading.files.values()))
    label_of = file.file.declared.label_of
    return {label_of(name): text for name, text in cells_of(file, number).items() if text}


def same_files(draft: ImportDraft) -> ImportDraft | None:
    """An earlier import of exactly these files by the same account, into the same target."""
    digests = sorted(draft.files.values_list("slot", "sha256"))
    earlier = ImportDraft.objects.filter(
        account=draft.account_id, kind=draft.kind, target=draft.target, applied_at__isnull=False
    )
    for other in earlier.exclude(pk=draft.pk).prefetch_related("files"):
        if sorted((file.slot, file.sha256) for file in other.files.all()) == digests:
            return other
    return None


def target_of(reading: Reading) -> Target | None:
    """What the draft goes into, to be said; None when it can go there no more (a fault says why)."""
    try:
        return reading.goal
    except TargetRefused:
        return None
