"""The records of a DECP file, one at a time: memory holds one record, never the file.

The parser is ijson on its C back-end (YAJL). It wants UTF-8 and strict JSON; real files are not always so, and are
put right on the way: a byte order mark, UTF-16, stray bytes of Windows-1252, `NaN` in place of `null`, numbers of
thousands of figures (on which ijson 3.6 breaks down), raw line ends inside text.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import InvalidOperation
from pathlib import Path
from typing import IO, Any

import ijson
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput

CHUNK = 256 * 1024
MOST_VALUES = 200_000
"""A record of more values than this is passed over: a contract has some fifty."""

ROOT, MARCHES = "", "marches"
MARCHE = frozenset({"marche"})
CONCESSION = frozenset({"contrat-concession", "contrats-concession", "concession", "concessions"})
LISTS = frozenset({ROOT, MARCHES, *MARCHE, *CONCESSION})

GZIP = b"\x1f\x8b"
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NO_NUMBER = re.compile(r"([:,\[]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])")
MANY_DIGITS = re.compile(r"\d{8}")
LONG_NUMBER = re.compile(r"(\d{1000})\d{1000,}")
EVERY = 250
HELD_BACK = 4096
"""More than `NO_NUMBER` and `LONG_NUMBER` may match: what they look for is never cut in two."""

WITHOUT_CONTROLS = bytes(max(code, 32) for code in range(256))
"""Each control character as a space: between values JSON takes one for the other, in text it knows none."""

Event = tuple[str, Any]


class TooLarge:
    """In place of a record that has more than `MOST_VALUES` values."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: its position (from 0), the name of the list that holds it, and what was written.

    `container` is `marche`, `contrat-concession`, `marches` (the list of 2019, of contracts of all kinds), or empty for
    a file that is a plain list. `value` is any JSON value (numbers as int or Decimal), or a `TooLarge`.
    """

    position: int
    container: str
    value: object


def read_records(
    path: Path, file: str, advance: Callable[[int], None] = lambda size: None
) -> Iterator[Record]:
    """Every record of a DECP file, in its order; `advance` hears how many bytes of the file have been read.

    Raises FaultyInput when the file cannot be opened, is no JSON, is cut short, or holds no list of contracts. The
    fault may come after records: who stores them must be able to take them back.
    """
    lists = 0
    position = 0
    with _opened(path, file) as (stream, raw):
        source = _Utf8(stream, lambda: advance(raw.tell()))
        events = iter(ijson.basic_parse(source, buf_size=CHUNK))
        try:
            for container, value in _walk(events):
                if value is _BEGINS:
                    lists += 1
                else:
                    yield Record(position, container, value)
                    position += 1
        except (ijson.JSONError, InvalidOperation, ValueError) as error:
            raise _no_json(file, source, position, error) from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise _fault(
                file,
                _("the compressed file is cut short or damaged."),
                _("Compress it or download it again."),
            ) from None
        except OSError as error:
            raise _unreadable(file, error) from None
    if not lists:
        problem = _("the file is JSON, but holds no list of contracts.")
        raise _fault(file, problem, _("A DECP file has “marches” at its root, or is a list of contracts."))


_BEGINS: Any = object()
"""Said by `_walk` when a list of contracts begins, so that an empty list is told from none."""


def _walk(events: Iterator[Event]) -> Iterator[tuple[str, Any]]:
    """The container and the value of each record; the root, then `marches`, may be objects that hold lists."""
    event, _value = next(events)
    if event == "start_map":
        for name, first in _members(events):
            if name == MARCHES and first[0] == "start_map":
                for inner, first_inner in _members(events):
                    yield from _list(events, inner if inner != MARCHES else "", first_inner)
            else:
                yield from _list(events, name, first)
    elif event == "start_array":
        yield from _list(events, ROOT, (event, None))
    for _event in events:  # what follows the root is the parser's to refuse
        pass


def _members(events: Iterator[Event]) -> Iterator[tuple[str, Event]]:
    """The key of each member of an object, lower case, and the first event of its value."""
    for event, key in events:
        if event == "end_map":
            return
        yield key.strip().lower().replace("_", "-").replace("é", "e"), next(events)


def _list(events: Iterator[Event], name: str, first: Event) -> Iterator[tuple[str, Any]]:
    """The records of a list, or the only one where an object stands in place of the list; nothing of other values."""
    event, value = first
    known = name in LISTS
    if known and event == "start_array":
        yield name, _BEGINS
        for event, value in events:
            if event == "end_array":
                return
            yield name, _build(events, event, value)
    elif known and name not in {ROOT, MARCHES} and event == "start_map":
        yield name, _BEGINS
        yield name, _build(events, event, value)
    else:
        _skip(events, event)


def _build(events: Iterator[Event], event: str, value: Any) -> Any:
    """The Python value that begins with this event."""
    if event not in {"start_map", "start_array"}:
        return value
    root: Any = {} if event == "start_map" else []
    current, is_map, key = root, event == "start_map", ""
    above: list[Any] = []
    for number, (event, value) in enumerate(events):
        if event == "map_key":
            key = value
        elif event in {"start_map", "start_array"}:
            inner: Any = {} if event == "start_map" else []
            if is_map:
                current[key] = inner
            else:
                current.append(inner)
            above.append(current)
            current, is_map = inner, event == "start_map"
        elif event in {"end_map", "end_array"}:
            if not above:
                return root
            current = above.pop()
            is_map = type(current) is dict
        elif is_map:
            current[key] = value
        else:
            current.append(value)
        if number > MOST_VALUES:
            _skip(events, "start_map", len(above) + 1)
            return TooLarge()
    return root


def _skip(events: Iterator[Event], event: str, depth: int = 1) -> None:
    """Pass over the rest of a value: `depth` objects and lists are open."""
    if event not in {"start_map", "start_array"}:
        return
    for event, _value in events:
        if event in {"start_map", "start_array"}:
            depth += 1
        elif event in {"end_map", "end_array"}:
            depth -= 1
            if not depth:
                return


class _Utf8:
    """A stream of bytes as UTF-8 and strict JSON, whatever it was: see the module."""

    def __init__(self, stream: IO[bytes], after_read: Callable[[], None]) -> None:
        self._stream, self._after_read = stream, after_read
        self._decoder: Any = None
        self._held = ""
        self._ended = False
        self.begin = self.end = ""

    def read(self, size: int = CHUNK) -> bytes:
        """Some more bytes; none at the end. What may be half a word is held back for the next time.

        The parser asks for 0 bytes to learn that they are bytes.
        """
        while size and not self._ended:
            data = self._stream.read(size)
            self._after_read()
            if self._decoder is None:
                data = self._begin(data)
            self._ended = not data
            text = _strict(self._held + self._decoder.decode(data, self._ended))
            cut = len(text) if self._ended else max(0, len(text) - HELD_BACK)
            self._held = text[cut:]
            if cut:
                self.begin = self.begin or text[:cut].lstrip()[:16]
                self.end = text[:cut].rstrip()[-1:] or self.end
                return text[:cut].encode("utf-8", "replace").translate(WITHOUT_CONTROLS)
        return b""

    def _begin(self, data: bytes) -> bytes:
        encoding = "utf-8"
        for bom, name in BOMS:
            if data.startswith(bom):
                encoding, data = name, data[len(bom) :]
                break
        self._decoder = codecs.getincrementaldecoder(encoding)("croisee_windows_1252")
        # A byte order mark alone must not pass for the end.
        return data or self._stream.read(CHUNK)


def _strict(text: str) -> str:
    """`text` without what JSON does not know, and without numbers that no computer reads."""
    if "NaN" in text or "Infinity" in text:
        text = NO_NUMBER.sub(r"\1null", text)
    # A number of 2 000 figures has 8 of every 250th: a look that costs nothing.
    return LONG_NUMBER.sub(r"\1", text) if MANY_DIGITS.search(text[::EVERY]) else text


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8, read as Windows-1252: the accents of old exports, lost in a newer file."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("croisee_windows_1252", _as_windows_1252)


@contextmanager
def _opened(path: Path, file: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """What the file holds, decompressed when it is gzip, and the file itself, which knows how far it was read."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise _unreadable(file, error) from None
    with raw:
        try:
            signature = raw.read(2)
            raw.seek(0)
        except OSError as error:
            raise _unreadable(file, error) from None
        if signature == GZIP:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream, raw  # type: ignore[misc]  # a GzipFile reads bytes
        else:
            yield raw, raw


def _no_json(file: str, source: _Utf8, position: int, error: Exception) -> FaultyInput:
    begin = source.begin
    if not begin.startswith(("{", "[")):
        problem = _("this is not JSON.") if begin else _("the file is empty.")
        return _fault(file, problem, _("Download the JSON file of the DECP again."))
    if "premature EOF" in str(error) or source.end not in {"}", "]"}:
        problem = _("the file is cut short: it ends after contract %(n)d, before its last bracket.")
    else:
        problem = _("the file is not valid JSON after contract %(n)d.")
    return _fault(file, problem % {"n": position}, _("Download or export it again; nothing was changed."))


def _unreadable(file: str, error: OSError) -> FaultyInput:
    if isinstance(error, FileNotFoundError):
        return _fault(file, _("there is no such file."), _("Check its name and folder."))
    if isinstance(error, IsADirectoryError):
        return _fault(file, _("this is a folder, not a file."), _("Name the file inside it."))
    if isinstance(error, PermissionError):
        return _fault(file, _("the file may not be read."), _("Give yourself the right to read it."))
    problem = _("the file cannot be read (%(reason)s).") % {"reason": error.strerror}
    return _fault(file, problem, _("Check the disk it is on, or copy it elsewhere."))


def _fault(file: str, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(file, None, None, problem, remedy)])
