"""The rows of a CSV file of any size as the bytes they are, and the coordinates in them.

Files are read block by block and never decoded: every encoding that people's spreadsheets write keeps
delimiters, quotes, line ends and digits as in ASCII (UTF-16 is recoded first). So a row is written again
exactly as it came.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.engine.compiled import compiled
from croisee.foundation.tables import Fault, FaultyInput

BLOCK = 16 * 1024 * 1024
LONGEST_ROW = 4 * BLOCK
DELIMITERS = b",;\t|"
LON_LAT_COLUMNS = (
    ("lon", "longitude", "long", "lng", "result_longitude"),
    ("lat", "latitude", "result_latitude"),
)
X_Y_COLUMNS = (("x",), ("y",))

MISSING, GIVEN, ODD = 0, 1, 2  # states of a cell that should hold a number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: its bytes without line end, names, and where the coordinates are."""

    line: bytes
    names: list[str]
    delimiter: bytes
    line_end: bytes
    x: int
    y: int
    degrees: bool
    """The columns are a longitude and a latitude, not an x and a y that could be either."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows: `span[i] = begin, end` in `data` without line end, the row's number, its coordinates.

    `state[i] = (of x, of y)`: MISSING, GIVEN or ODD (no number); `fields[i]`: how many cells the row has.
    """

    data: NDArray[np.uint8]
    number: NDArray[np.int64]
    span: NDArray[np.int64]
    fields: NDArray[np.int64]
    x: Floats
    y: Floats
    state: NDArray[np.uint8]
    cells: NDArray[np.int64]  # begin and end of x, of y

    def text(self, row: int, which: int) -> str:
        """What the x (0) or y (1) cell of a row says."""
        begin, end = self.cells[row, 2 * which : 2 * which + 2]
        return self.data[begin:end].tobytes().decode("utf-8", "replace")


def rows_of(
    path: Path, advance: Callable[[int], object] = lambda size: None
) -> tuple[Header, Iterator[Block]]:
    """The header of a CSV file (plain or .gz) and its rows; `advance` is told of bytes of the file read.

    Raises FaultyInput, at once or while iterating, for what is no CSV file with coordinates.
    """
    blocks = _raw_blocks(path, advance)
    first = next(blocks, b"")
    header, start = _header(path.name, first)
    return header, _blocks(path.name, header, first[start:], blocks)


def _raw_blocks(path: Path, advance: Callable[[int], object]) -> Iterator[bytes]:
    with _readable(path), path.open("rb") as file:
        stream: Any = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == b"\x1f\x8b" else file
        if stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            stream = codecs.EncodedFile(stream, "utf-8", "utf-16")
        done = 0
        while block := stream.read(BLOCK):
            yield block
            if file.seekable():
                advance(file.tell() - done)
                done = file.tell()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise _refused(path.name, None, _("the file does not exist."), _("Check its name.")) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _refused(
            path.name, None, _("the file is cut short or damaged."), _("Fetch it again.")
        ) from error
    except UnicodeError as error:
        raise _refused(path.name, None, _("the text is damaged."), _("Save it again in UTF-8.")) from error
    except (IsADirectoryError, PermissionError) as error:
        raise _refused(path.name, None, _("the file cannot be read."), str(error.strerror)) from error


def _header(file: str, block: bytes) -> tuple[Header, int]:
    """The header, and where the rows begin."""
    begin = len(codecs.BOM_UTF8) if block.startswith(codecs.BOM_UTF8) else 0
    if not block[begin:].strip():
        raise _refused(file, None, _("the file is empty."), _needed_columns())
    if block.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or b"\0" in block[:4096]:
        raise _refused(file, None, _("this is no CSV file."), _("In the spreadsheet, save it as CSV."))
    end = block.find(b"\n")
    end = len(block) if end < 0 else end
    line = block[:end].rstrip(b"\r")
    if b"\r" in line:
        problem = _("the lines end as on Macs of before 2001 (a carriage return alone).")
        raise _refused(file, None, problem, _("In the spreadsheet, save it as CSV (UTF-8)."))
    text = line[begin:].decode("utf-8", "replace")
    found = []
    for delimiter in DELIMITERS.decode():
        names = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
        keys = [name.strip().casefold() for name in names]
        for columns, degrees in ((LON_LAT_COLUMNS, True), (X_Y_COLUMNS, False)):
            x, y = (next((keys.index(name) for name in wanted if name in keys), -1) for wanted in columns)
            if x >= 0 and y >= 0:
                _refuse_twice(file, names, keys, x, y)
                line_end = block[len(line) : end + 1] or b"\n"
                found.append(Header(line, names, delimiter.encode(), line_end, x, y, degrees))
    if not found:
        problem = _("no columns of coordinates (the first row is: %(row)s).") % {"row": text[:200]}
        raise _refused(file, 1, problem, _needed_columns())
    return found[0], min(end + 1, len(block))


def _refuse_twice(file: str, names: list[str], keys: list[str], *chosen: int) -> None:
    """Two columns of the same name are not chosen between."""
    for position in chosen:
        if keys.count(keys[position]) > 1:
            problem = _("two columns are named “%(name)s”.") % {"name": names[position].strip()}
            raise _refused(file, 1, problem, _("Rename the one that is not meant, or take it out."))


def _needed_columns() -> str:
    return _("The first row must name the columns “lon” and “lat”, or “x” and “y”.")


def _blocks(file: str, header: Header, rest: bytes, blocks: Iterator[bytes]) -> Iterator[Block]:
    number = 2
    while True:
        following = next(blocks, None)
        data = np.frombuffer(rest, np.uint8)
        block, used = _scanned(data, header, number, following is None)
        number += len(block.number)
        yield _without_blank(block)
        if following is None:
            if used < len(data):
                raise _refused(
                    file, number, _("a quotation mark is never closed."), _("Close it, or double it.")
                )
            return
        if len(data) - used > LONGEST_ROW:
            raise _refused(
                file, number, _("the row does not end."), _("Look for a quotation mark left open.")
            )
        rest = rest[used:] + following


def _scanned(data: NDArray[np.uint8], header: Header, number: int, last: bool) -> tuple[Block, int]:
    room = int(np.count_nonzero(data == ord("\n"))) + 1
    span, cells, fields = (
        np.empty((room, 2), np.int64),
        np.zeros((room, 4), np.int64),
        np.empty(room, np.int64),
    )
    count, used = _scan(data, ord(header.delimiter), header.x, header.y, last, span, cells, fields)
    numbers = np.empty((count, 2))
    state = np.empty((count, 2), np.uint8)
    _parse(data, cells[:count], numbers, state)
    block = Block(
        data,
        np.arange(number, number + count),
        span[:count],
        fields[:count],
        np.ascontiguousarray(numbers[:, 0]),
        np.ascontiguousarray(numbers[:, 1]),
        state,
        cells[:count],
    )
    for row, which in np.argwhere(state == ODD):
        value = _as_number(block.text(row, which))
        if value is not None:
            (block.x, block.y)[which][row] = value
            state[row, which] = GIVEN
    return block, used


def _as_number(text: str) -> float | None:
    """A number in any notation Python reads, with a decimal comma perhaps."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _without_blank(block: Block) -> Block:
    filled = (block.fields > 1) | (block.span[:, 1] > block.span[:, 0])
    if filled.all():
        return block
    return Block(
        block.data,
        block.number[filled],
        block.span[filled],
        block.fields[filled],
        block.x[filled],
        block.y[filled],
        block.state[filled],
        block.cells[filled],
    )


@compiled
def _scan(
    data: NDArray[np.uint8],
    delimiter: int,
    x_field: int,
    y_field: int,
    last: bool,
    span: NDArray[np.int64],
    cells: NDArray[np.int64],
    fields: NDArray[np.int64],
) -> tuple[int, int]:
    """Split whole rows into cells; return how many rows, and how many bytes they take.

    A cell is quoted when it begins with a quotation mark; two of them inside stand for one (RFC 4180).
    """
    size, count, row_begin = len(data), 0, 0
    while row_begin < size:
        at, field = row_begin, 0
        ended = False
        while not ended:
            begin = at
            if at < size and data[at] == 34:
                at += 1
                while at < size and (data[at] != 34 or (at + 1 < size and data[at + 1] == 34)):
                    at += 2 if data[at] == 34 else 1
                if at >= size:
                    return count, row_begin  # the quotation mark is not closed in this block
                at += 1
            while at < size and data[at] != delimiter and data[at] != 10:
                at += 1
            ended = at >= size or data[at] == 10
            if at >= size and not last:
                return count, row_begin
            end = at
            if ended and end > begin and data[end - 1] == 13:
                end -= 1
            cell_begin, cell_end = begin, end
            if end - begin >= 2 and data[begin] == 34 and data[end - 1] == 34:
                cell_begin, cell_end = begin + 1, end - 1
            if field == x_field:
                cells[count, 0], cells[count, 1] = cell_begin, cell_end
            if field == y_field:
                cells[count, 2], cells[count, 3] = cell_begin, cell_end
            field += 1
            if ended:
                span[count, 0], span[count, 1], fields[count] = row_begin, end, field
            at += 1
        count += 1
        row_begin = min(at, size)
    return count, row_begin


@compiled
def _parse(
    data: NDArray[np.uint8], cells: NDArray[np.int64], numbers: Floats, state: NDArray[np.uint8]
) -> None:
    """Read plain decimal numbers exactly; whatever else is in a cell is left as ODD.

    A whole number below 2**53 over a power of ten up to 10**22 is one correctly rounded division.
    """
    for row in range(len(cells)):
        for which in range(2):
            at, end = cells[row, 2 * which], cells[row, 2 * which + 1]
            while at < end and data[at] == 32:
                at += 1
            while end > at and data[end - 1] == 32:
                end -= 1
            numbers[row, which] = np.nan
            if at == end:
                state[row, which] = MISSING
                continue
            state[row, which] = ODD
            negative = data[at] == 45
            if negative or data[at] == 43:
                at += 1
            whole, digits, decimals, point = np.int64(0), 0, 0, False
            while at < end and digits < 18:
                if 48 <= data[at] <= 57:
                    whole = whole * 10 + np.int64(data[at]) - 48
                    digits += 1
                    decimals += 1 if point else 0
                elif (data[at] == 46 or data[at] == 44) and not point:
                    point = True
                else:
                    break
                at += 1
            if at == end and digits and whole < 1 << 53:
                value = np.float64(whole) / 10.0**decimals
                numbers[row, which] = -value if negative else value
                state[row, which] = GIVEN


def _refused(file: str, row: int | None, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(file, row, None, problem, remedy)])
