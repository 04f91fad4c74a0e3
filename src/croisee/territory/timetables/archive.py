"""The tables of a GTFS feed: a zip archive or a folder of text files, read whole, never past a measure."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _
from pyarrow import csv as pa_csv

from croisee.engine.transit.timetable import Longs
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.sheets import Cells, Refuse, Sheet

MOST_BYTES = 1024**3
"""Of a table, unpacked: the stop times of Île-de-France take about that."""
EMPTY = np.empty(0, np.int32)
BLOCK = 64 * 1024 * 1024
LONGEST = 1_000
"""Characters of a cell: more is no name of a stop."""
TABLES = frozenset({"agency.txt", "routes.txt", "stops.txt", "stop_times.txt", "trips.txt"})
"""The tables that every feed has."""
TELLING = frozenset({"stops.txt", "stop_times.txt"})


def is_feed(names: Iterable[str]) -> bool:
    """Whether the files of an archive or of a folder are those of a feed; some may be missing, which is to be said."""
    found = {PurePosixPath(name).name for name in names} & TABLES
    return found >= TELLING or len(found) >= len(TELLING) + 1


class FeedFiles:
    """The tables of a feed; `name` is what the feed is called in messages, `refuse` hears of every bad row."""

    def __init__(self, path: Path, name: str, refuse: Refuse) -> None:
        self.path, self.name, self.refuse = path, name, refuse
        self._archive: zipfile.ZipFile | None = None
        if path.is_dir():
            here = (path / "stops.txt").is_file()
            tables = path.glob("*.txt") if here else path.rglob("*.txt")
            found = [file.relative_to(path).as_posix() for file in sorted(tables)]
        else:
            try:
                self._archive = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, OSError) as error:
                raise _unreadable(name, error) from error
            found = [entry for entry in self._archive.namelist() if not entry.startswith("__MACOSX")]
        self._places = self._one_folder(found)

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()

    def __contains__(self, table: str) -> bool:
        return f"{table}.txt" in self._places

    def _one_folder(self, found: Sequence[str]) -> dict[str, str]:
        """The tables by their names, out of the folder that holds the stops."""
        folders = {PurePosixPath(file).parent for file in found if PurePosixPath(file).name == "stops.txt"}
        if len(folders) > 1:
            problem = _("it holds %(n)d feeds instead of one.") % {"n": len(folders)}
            raise FaultyInput([Fault(self.name, None, None, problem, _("Load each by itself."))])
        if not folders:
            raise _without(self.name, "stops.txt")
        (folder,) = folders
        tables = (file for file in found if PurePosixPath(file).parent == folder)
        return {PurePosixPath(file).name: file for file in tables}

    def read(self, table: str, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
        """The columns of a table as text, empty where it has none of an optional one.

        Rows with too many or too few cells, or a cell of more than LONGEST characters, are refused. Raises FaultyInput
        for a table that is not there, lacks a required column, cannot be read to its end, or is past MOST_BYTES.
        """
        file = f"{self.name}/{table}.txt"
        data = self._bytes(f"{table}.txt", file)
        names = _header(data, file)
        missing = [name for name in required if name not in names]
        doubled = [name for name in (*required, *optional) if names.count(name) > 1]
        faults = [_no_column(file, name) for name in missing] + [_two_columns(file, name) for name in doubled]
        if faults:
            raise FaultyInput(faults)
        chosen = [name for name in (*required, *optional) if name in names]
        if not chosen:
            return Sheet(
                file, dict.fromkeys(optional, Cells([""], EMPTY)), EMPTY.astype(np.int64), self.refuse
            )
        read, numbers = self._parsed(data, file, names, chosen)
        columns = {name: _cells(read[name]) for name in chosen}
        nothing = Cells([""], np.zeros(len(numbers), np.int32))
        sheet = Sheet(file, columns | {n: nothing for n in optional if n not in names}, numbers, self.refuse)
        sheet.drop(np.logical_and.reduce([cells.equal("") for cells in columns.values()]))
        for name, cells in columns.items():
            problem = _("the cell has more than %(n)d characters.") % {"n": LONGEST}
            sheet.reject(cells.each(_is_long, np.bool_), name, problem, _("Shorten it."))
        return sheet.sound()

    def _parsed(self, data: bytes, file: str, names: list[str], chosen: list[str]) -> tuple[pa.Table, Longs]:
        """The chosen columns, and the row of the file that each row is."""
        ragged: list[int] = []

        def skip(row: pa_csv.InvalidRow) -> str:
            ragged.append(row.number)
            problem = _("the row has %(found)d cells where the header has %(expected)d.")
            values = {"found": row.actual_columns, "expected": row.expected_columns}
            remedy = _("Complete the row, or quote the cells that hold the delimiter.")
            self.refuse(Fault(file, row.number, None, problem % values, remedy))
            return "skip"

        unique = [name if names.count(name) == 1 else f"{name} {at}" for at, name in enumerate(names)]
        try:
            read = pa_csv.read_csv(
                io.BytesIO(data),
                pa_csv.ReadOptions(column_names=unique, skip_rows=1, use_threads=False, block_size=BLOCK),
                # Empty lines count, so that rows are numbered as a spreadsheet shows them.
                pa_csv.ParseOptions(
                    invalid_row_handler=skip, newlines_in_values=True, ignore_empty_lines=False
                ),
                pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(chosen, pa.dictionary(pa.int32(), pa.string())),
                    include_columns=chosen,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise _unreadable(file, error) from error
        numbers = np.arange(2, len(read) + len(ragged) + 2, dtype=np.int64)
        return read.unify_dictionaries(), numbers[~np.isin(numbers, ragged)]

    def _bytes(self, table: str, file: str) -> bytes:
        if table not in self._places:
            raise _without(self.name, table)
        place = self._places[table]
        try:
            # Never more than the measure, whatever the table of contents claims.
            if self._archive is None:
                with (self.path / place).open("rb") as plain:
                    data = plain.read(MOST_BYTES + 1)
            else:
                with self._archive.open(place) as stream:
                    data = stream.read(MOST_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise _unreadable(file, error) from error
        if len(data) > MOST_BYTES:
            problem = _("it unpacks to more than %(size)d MB.") % {"size": MOST_BYTES // 1_000_000}
            raise FaultyInput([Fault(file, None, None, problem, _("Check that it is the right archive."))])
        if not data.strip():
            raise FaultyInput(
                [Fault(file, None, None, _("the table is empty."), _("Export the feed again."))]
            )
        return data


def _header(data: bytes, file: str) -> list[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        problem = _("the text is not UTF-8 (byte %(byte)d of the file).") % {"byte": error.start + 1}
        raise FaultyInput([Fault(file, row, None, problem, _("Save the table as UTF-8."))]) from error
    line = re.split(r"[\r\n]", text.removeprefix("\ufeff"), maxsplit=1)[0]
    return [name.strip() for name in next(csv.reader([line], skipinitialspace=True), [])]


def _cells(column: pa.ChunkedArray) -> Cells:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    written = whole.dictionary.to_pylist()
    # Two that differ by the spaces around them are one.
    texts = {text: at for at, text in enumerate(dict.fromkeys(text.strip() for text in written))}
    if len(texts) < len(written):
        codes = np.array([texts[text.strip()] for text in written], np.int32)[codes]
    return Cells(list(texts), codes)


def _is_long(text: str) -> bool:
    return len(text) > LONGEST


def _without(name: str, table: str) -> FaultyInput:
    problem = _("the feed has no table %(table)s.") % {"table": table}
    return FaultyInput([Fault(name, None, None, problem, _("Export the whole feed again."))])


def _no_column(file: str, name: str) -> Fault:
    problem = _("the column “%(name)s” is missing.") % {"name": name}
    remedy = _("Export the feed again: the reference of GTFS asks for it, with commas between columns.")
    return Fault(file, 1, name, problem, remedy)


def _two_columns(file: str, name: str) -> Fault:
    problem = _("the column “%(name)s” appears twice.") % {"name": name}
    return Fault(file, 1, name, problem, _("Keep one of the two and delete the other."))


def _unreadable(file: str, error: Exception) -> FaultyInput:
    problem = _("the file cannot be read to its end (%(reason)s).") % {"reason": str(error)[:200]}
    remedy = _("Download or export it again; nothing was changed.")
    return FaultyInput([Fault(file, None, None, problem, remedy)])
