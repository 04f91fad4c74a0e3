"""Large tables read a block at a time as Arrow text: CSV (plain, gzip or zip) and Parquet, of any size."""

import codecs
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from pyarrow import csv as pa_csv

from croisee.foundation.tables import Fault, FaultyInput
from croisee.foundation.tables.columns import header_key

BLOCK = 8 * 1024 * 1024
HEAD = 256 * 1024
DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table, all text: `first_row` is the row of its first line in a spreadsheet."""

    first_row: int
    table: pa.Table


def read_blocks(
    path: Path,
    file: str,
    wanted: Sequence[str],
    *,
    refuse: Callable[[Fault], None],
    advance: Callable[[int], None] = lambda size: None,
) -> Iterator[Block]:
    """The `wanted` columns of a table, found whatever the case and accents of their names; absent ones are skipped.

    Rows with too many or too few cells go to `refuse`; `advance` hears how many bytes of the file were read.
    Raises FaultyInput for a file that cannot be read as a table to its end.
    """
    if is_parquet(path):
        yield from _parquet_blocks(path, file, wanted, advance)
        return
    head = head_of(path, file)
    delimiter = delimiter_of(head)
    names = [name.strip() for name in _header(head, delimiter)]
    present = {header_key(name): name for name in names}
    chosen = {want: present[header_key(want)] for want in wanted if header_key(want) in present}
    ragged: list[Fault] = []

    def skip(row: pa_csv.InvalidRow) -> str:
        problem = _("the row has %(found)d cells where the header has %(expected)d.")
        values = {"found": row.actual_columns, "expected": row.expected_columns}
        remedy = _("Complete the row, or quote the cells that hold the delimiter.")
        ragged.append(Fault(file, row.number, None, problem % values, remedy))
        return "skip"

    options = {
        "read_options": pa_csv.ReadOptions(
            block_size=BLOCK, use_threads=False, encoding=encoding_of(head), column_names=names, skip_rows=1
        ),
        "parse_options": pa_csv.ParseOptions(
            delimiter=delimiter, invalid_row_handler=skip, newlines_in_values=False
        ),
        "convert_options": pa_csv.ConvertOptions(
            column_types=dict.fromkeys(chosen.values(), pa.string()),
            include_columns=list(chosen.values()),
            strings_can_be_null=False,
            check_utf8=True,
        ),
    }
    row = 2
    try:
        with opened(path, advance) as stream, pa_csv.open_csv(stream, **options) as reader:
            for batch in reader:
                skipped = len(ragged)
                for fault in ragged:
                    refuse(fault)
                ragged.clear()
                yield Block(row, pa.table(batch).rename_columns(list(chosen)))
                row += batch.num_rows + skipped
    except (pa.ArrowInvalid, EOFError, OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        if isinstance(error, pa.ArrowInvalid) and "Empty CSV" in str(error):
            return
        raise _broken(file, error) from error


def head_of(path: Path, file: str) -> bytes:
    """The first bytes of the table in a file, decompressed. Raises FaultyInput when there are none."""
    try:
        with opened(path) as stream:
            head = stream.read(HEAD)
    except (EOFError, OSError, zipfile.BadZipFile) as error:
        raise _broken(file, error) from error
    if not head.strip():
        raise FaultyInput(
            [Fault(file, None, None, _("the file is empty."), _("Download or export it again."))]
        )
    return head


def encoding_of(head: bytes) -> str:
    """UTF-8 (the byte order mark is skipped by the reader), or Windows-1252 when the start is not UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(head: bytes) -> str:
    """The delimiter that splits the header most."""
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(DELIMITERS, key=line.count)


def columns_of(path: Path, file: str) -> list[str]:
    """The names in the header of a table, CSV or Parquet."""
    if is_parquet(path):
        try:
            return list(pq.read_schema(path).names)
        except (pa.ArrowInvalid, OSError) as error:
            raise _broken(file, error) from error
    head = head_of(path, file)
    return [name.strip() for name in _header(head, delimiter_of(head))]


def is_parquet(path: Path) -> bool:
    """Whether the file is Parquet, by its first bytes."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PAR1"


@contextmanager
def opened(path: Path, advance: Callable[[int], None] = lambda size: None) -> Iterator[IO[bytes]]:
    """The bytes of a CSV file: itself, what gzip compressed, or the one CSV of a zip; `advance` hears the progress."""
    with path.open("rb") as raw:
        counted: Any = _Counted(raw, advance)
        signature = raw.read(4)
        raw.seek(0)
        if signature.startswith(b"\x1f\x8b"):
            import gzip

            with gzip.open(counted) as stream:
                yield stream  # type: ignore[misc]  # a GzipFile reads bytes
        elif signature == b"PK\x03\x04":
            with zipfile.ZipFile(counted) as archive:
                tables = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
                if len(tables) != 1:
                    raise zipfile.BadZipFile(
                        _("it holds %(n)d CSV files instead of one") % {"n": len(tables)}
                    )
                with archive.open(tables[0]) as stream:
                    yield stream
        else:
            yield counted


class _Counted:
    """A file that tells how far it has been read; seeking back does not count twice."""

    def __init__(self, raw: IO[bytes], advance: Callable[[int], None]) -> None:
        self._raw, self._advance, self._furthest = raw, advance, 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(size)
        position = self._raw.tell()
        if position > self._furthest:
            self._advance(position - self._furthest)
            self._furthest = position
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing is written, nothing is to be flushed."""

    def close(self) -> None:
        self.closed = True


def _parquet_blocks(
    path: Path, file: str, wanted: Sequence[str], advance: Callable[[int], None]
) -> Iterator[Block]:
    size = path.stat().st_size
    try:
        with pq.ParquetFile(path) as parquet:
            present = {header_key(name): name for name in parquet.schema_arrow.names}
            chosen = {want: present[header_key(want)] for want in wanted if header_key(want) in present}
            row, total = 2, max(1, parquet.metadata.num_rows)
            for batch in parquet.iter_batches(batch_size=100_000, columns=list(chosen.values())):
                table = pa.table(batch).select(list(chosen.values())).rename_columns(list(chosen))
                texts = [column.cast(pa.string()).fill_null("") for column in table.columns]
                yield Block(row, pa.table(texts, names=list(chosen)))
                row += batch.num_rows
                advance(size * batch.num_rows // total)
    except (pa.ArrowInvalid, OSError) as error:
        raise _broken(file, error) from error


def _header(head: bytes, delimiter: str) -> list[str]:
    import csv

    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff")
    return next(csv.reader([text.splitlines()[0]], delimiter=delimiter), [])


def _broken(file: str, error: Exception) -> FaultyInput:
    problem = _("the file cannot be read to its end (%(reason)s).") % {"reason": str(error)[:200]}
    remedy = _("Download or export it again; nothing was changed.")
    return FaultyInput([Fault(file, None, None, problem, remedy)])
