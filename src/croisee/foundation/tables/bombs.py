"""Workbooks of a few kilobytes that would fill the memory: refused before anything is built from them.

The reader lays a sheet out as a full rectangle: two cells in opposite corners take half a terabyte, and the process
with them. So each part of the archive is unpacked here first, never beyond the limit whatever its table of contents
says, and the rectangle is measured.
"""

import io
import re
import struct
import zipfile
import zlib

MOST_CELLS = 20_000_000  # the whole height of a sheet over 19 columns
MOST_REPEATS = 10_000

# A cell that holds something, by its name (“XFD1048576”); a row whose first cell has no name.
NAMED_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']([A-Za-z]{1,3})(\d{1,10})["'][^>]*(?<!/)>\s*<(?!/)"""
)
UNNAMED_ROW = re.compile(
    rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*["'](\d{1,10})["'][^>]*(?<!/)>\s*<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=))"""
)
# LibreOffice writes like rows and cells once, with how many times.
REPEATED_ROW = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d+)["']""")
REPEATED_CELL = re.compile(rb"""<table:table-cell\s[^>]*number-columns-repeated\s*=\s*["'](\d+)["'][^>]*>""")


class TooLarge(Exception):  # noqa: N818  reads as the sentence it is
    """The archive unpacks to more than it may."""


class TooSpread(Exception):  # noqa: N818  reads as the sentence it is
    """Cells lie so far apart that the table between them cannot be held."""


def examine(data: bytes, max_bytes: int) -> None:
    """Look through a zipped workbook.

    Raises TooLarge past `max_bytes` unpacked, TooSpread past `MOST_CELLS` in a sheet, zipfile.BadZipFile or zlib.error
    when it is damaged.
    """
    left = max_bytes
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            part = _unpacked(data, entry, left)
            left -= len(part)
            if _cells(part) > MOST_CELLS or _repeats(part):
                raise TooSpread


def _unpacked(data: bytes, entry: zipfile.ZipInfo, most: int) -> bytes:
    """One file of the archive, read from its packed bytes: the size that it claims is not believed."""
    names = entry.header_offset + 26
    if len(data) < names + 4:
        raise zipfile.BadZipFile
    name, extra = struct.unpack_from("<HH", data, names)
    start = names + 4 + name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most + 1)
    else:
        raise zipfile.BadZipFile
    if len(part) > most:
        raise TooLarge
    return part


def _cells(part: bytes) -> int:
    """The area of the rectangle from the first cell of a sheet to the furthest that holds something."""
    rows = columns = 0
    for found in NAMED_CELL.finditer(part):
        columns = max(columns, _column(found[1]))
        rows = max(rows, int(found[2]))
    for found in UNNAMED_ROW.finditer(part):
        rows, columns = max(rows, int(found[1])), max(columns, 1)
    return rows * columns


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, XFD 16 384."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _repeats(part: bytes) -> bool:
    """Whether a row or a cell that holds something is repeated without measure."""
    for row in REPEATED_ROW.finditer(part):
        if int(row[1][:10]) > MOST_REPEATS:
            content = part[row.end() : part.find(b"</table:table-row>", row.end())]
            if b"office:value" in content or b"<text:p" in content:
                return True
    cells = REPEATED_CELL.finditer(part)
    return any(int(cell[1][:10]) > MOST_REPEATS and b"office:value" in cell[0] for cell in cells)
