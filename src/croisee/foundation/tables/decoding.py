"""From bytes to text: the encodings that spreadsheets write, and files that are no text."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from croisee.foundation.tables.faults import Fault, FaultyInput

MAX_BYTES = 512 * 1024 * 1024
CHUNK = 1024 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
NOT_A_TABLE = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PAR1": "Parquet",
    b"SQLite": "SQLite",
    b"<!DOCTYPE": "HTML",
    b"<!doctype": "HTML",
    b"<html": "HTML",
    b"{\\rtf": "RTF",
}


def read_file(path: Path, file: str, max_bytes: int = MAX_BYTES) -> bytes:
    """The file's bytes, decompressed when it is gzip, never more than `max_bytes`.

    Raises FaultyInput when it cannot be opened, is cut short, or is larger than a table of this kind can be.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise _too_large(file, max_bytes)
        with path.open("rb") as stream:
            data = stream.read()
    except FileNotFoundError:
        raise _whole_file(file, _("there is no such file."), _("Check its name and folder.")) from None
    except IsADirectoryError:
        raise _whole_file(file, _("this is a folder, not a file."), _("Name the file inside it.")) from None
    except PermissionError:
        raise _whole_file(
            file, _("the file may not be read."), _("Give yourself the right to read it.")
        ) from None
    except OSError as error:
        raise _whole_file(
            file,
            _("the file cannot be read (%(reason)s).") % {"reason": error.strerror},
            _("Check the disk it is on, or copy it elsewhere."),
        ) from None
    return decompressed(data, file, max_bytes)


def decompressed(data: bytes, file: str, max_bytes: int = MAX_BYTES) -> bytes:
    """`data`, or what it holds when it is gzip, at most `max_bytes`."""
    if not data.startswith(GZIP):
        return data
    parts, size = [], 0
    try:
        for part in _gunzip(data):
            size += len(part)
            if size > max_bytes:
                raise _too_large(file, max_bytes)
            parts.append(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _whole_file(
            file,
            _("the compressed file is cut short or damaged."),
            _("Compress it or download it again."),
        ) from None
    return b"".join(parts)


def _gunzip(data: bytes) -> Iterator[bytes]:
    import io

    with gzip.open(io.BytesIO(data)) as stream:
        while part := stream.read(CHUNK):
            yield part


def decode(data: bytes, file: str) -> tuple[str, list[str]]:
    """The text in `data`, and notes on what had to be converted.

    UTF-8 (with or without BOM), UTF-16 and UTF-32, else Windows-1252, the superset of Latin-1 that Excel
    writes.
    Raises FaultyInput for a file that is no text, or half UTF-8 and half not.
    """
    for signature, kind in NOT_A_TABLE.items():
        if data.lstrip()[: len(signature)] == signature:
            raise _not_text(file, kind)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                text = data[len(bom) :].decode(encoding)
            except UnicodeDecodeError:
                raise _not_text(file) from None
            return _without_controls(text, file), ([] if encoding == "utf-8" else [_converted(encoding)])
    if b"\0" in data[:4096] and (guess := _utf16_without_bom(data)):
        return _without_controls(data.decode(guess), file), [_converted(guess)]
    try:
        return _without_controls(data.decode("utf-8"), file), []
    except UnicodeDecodeError as error:
        _refuse_mixture(data, error, file)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return _without_controls(text, file), [_converted("Windows-1252")]


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 text of Western Europe has a zero in nearly every other byte."""
    head = data[: min(len(data), 4096) // 2 * 2]
    for encoding, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > 0.8 * len(zeros) and letters.count(0) == 0:
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return None


def _refuse_mixture(data: bytes, error: UnicodeDecodeError, file: str) -> None:
    """A file whose accents are mostly UTF-8 was damaged: reading it as Latin-1 would garble them all."""
    text = data.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(letter > "\x7f" for letter in text) - bad
    if good > bad:
        raise FaultyInput(
            [
                Fault(
                    file,
                    data.count(b"\n", 0, error.start) + 1,
                    None,
                    _("a character is not valid in UTF-8, while the rest of the file is."),
                    _("Open the file, correct that character, and save it again as UTF-8."),
                )
            ]
        )


def _without_controls(text: str, file: str) -> str:
    """`text`, unless it holds NUL characters: a table never does."""
    position = text.find("\0")
    if position >= 0:
        row = text.count("\n", 0, position) + 1
        raise FaultyInput(
            [
                Fault(
                    file,
                    row,
                    None,
                    _("the row holds NUL characters: the file is not text, or it is damaged."),
                    _("Export the table again as CSV (UTF-8) or XLSX."),
                )
            ]
        )
    return text


def _converted(encoding: str) -> str:
    return _("read as %(encoding)s; UTF-8 is safer.") % {
        "encoding": encoding.upper().replace("WINDOWS", "Windows")
    }


def _not_text(file: str, kind: str = "") -> FaultyInput:
    problem = (
        _("this is a %(kind)s file, not a table.") % {"kind": kind} if kind else _("this is not a text file.")
    )
    return _whole_file(file, problem, _("Export the table as CSV (UTF-8) or XLSX."))


def _too_large(file: str, max_bytes: int) -> FaultyInput:
    megabytes = max_bytes // (1024 * 1024)
    return _whole_file(
        file,
        _("the file is larger than %(megabytes)d MB.") % {"megabytes": megabytes},
        _("Check that it is the right file; if so, split it."),
    )


def _whole_file(file: str, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(file, None, None, problem, remedy)])
