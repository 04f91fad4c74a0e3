"""The histories of some companies out of Insee's file of all legal units, one block at a time: memory holds one block.

The file is StockUniteLegaleHistorique (tens of millions of lines, CSV in UTF-8, plain, gzip or zip): a line for each
period of each legal unit, of which four columns serve here. Insee's « dessin de fichier » gives them: `siren`,
`dateDebut` and `dateFin` (both days in the period; no end: still), `etatAdministratifUniteLegale` (A: active, C:
ceased). A line without a state says nothing and is passed over; one without a beginning begins in 1900.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.incubation.survival import Period

SIREN, ENDS, BEGINS, STATE = "siren", "dateFin", "dateDebut", "etatAdministratifUniteLegale"
COLUMNS = (SIREN, ENDS, BEGINS, STATE)
OF_ESTABLISHMENTS = "etatAdministratifEtablissement"
STATES = {"A": True, "C": False}
ALWAYS = dt.date(1900, 1, 1)
BLOCK = 2 * 1024 * 1024
MOST_FAULTS = 100
MOST_HEADER = 64 * 1024
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
ONE_DAY = dt.timedelta(days=1)
_ROW = re.compile(r"[Rr]ow #(\d+)")


@dataclass(frozen=True)
class Histories:
    """What a file says of the companies asked for.

    `rows`: lines of the file, its header left out. `told_until`: the last day on which some period of the file begins,
    today at most: what happened until then is told. `periods`: by SIREN, in order.
    """

    rows: int
    told_until: dt.date | None
    periods: Mapping[str, list[Period]]


@dataclass
class _Reading:
    """A file as it is read."""

    file: str
    today: dt.date
    rows: int = 0
    latest: str = ""
    found: dict[str, list[Period]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_histories(
    path: Path,
    file: str,
    sirens: Collection[str],
    *,
    today: dt.date,
    advance: Callable[[int], None] = lambda size: None,
) -> Histories:
    """The histories of `sirens` in a file known as `file`; `advance` hears how many bytes of it have been read.

    Raises FaultyInput for a file that cannot be read to its end, has other columns, or says of one of the companies
    what cannot be.
    """
    delimiter = _delimiter(path, file)
    reading = _Reading(file, today)
    wanted = pa.array(sorted(sirens), pa.string())
    with _opened(path, file) as (stream, raw), _translated(reading):
        for batch in _blocks(stream, delimiter):
            _read_block(reading, batch, wanted)
            advance(raw.tell())
            if len(reading.faults) >= MOST_FAULTS:
                break
    if reading.faults:
        raise FaultyInput(reading.faults)
    told = dt.date.fromisoformat(reading.latest) if reading.latest else None
    return Histories(reading.rows, told, {siren: joined(found) for siren, found in reading.found.items()})


def joined(periods: Collection[Period]) -> list[Period]:
    """Periods in order, those that follow each other in one state joined.

    SIRENE begins a period at each change of a name or of a code. Of two that begin on a day the one that ends last
    counts.
    """
    first: dict[dt.date, Period] = {}
    for one in periods:
        other = first.get(one.starts_on)
        if other is None or (other.ends_on or dt.date.max) <= (one.ends_on or dt.date.max):
            first[one.starts_on] = one
    found: list[Period] = []
    for _day, one in sorted(first.items()):
        last = found[-1] if found else None
        follows = last and last.ends_on is not None and last.ends_on + ONE_DAY == one.starts_on
        if last and follows and last.active == one.active:
            found[-1] = Period(last.starts_on, one.ends_on, one.active)
        else:
            found.append(one)
    return found


def _blocks(stream: IO[bytes], delimiter: str) -> Iterator[Any]:
    return iter(
        pa_csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(COLUMNS),
                column_types=dict.fromkeys(COLUMNS, pa.string()),
                strings_can_be_null=False,
            ),
        )
    )


def _read_block(reading: _Reading, batch: Any, wanted: Any) -> None:
    begins = batch.column(BEGINS)
    past = pc.filter(begins, pc.less_equal(begins, reading.today.isoformat()))
    if len(past):
        latest = pc.max(past).as_py() or ""
        if _is_day(latest):
            reading.latest = max(reading.latest, latest)
    chosen = pc.indices_nonzero(pc.is_in(batch.column(SIREN), wanted))
    kept = batch.take(chosen)
    for place, row in zip(chosen.to_pylist(), kept.to_pylist(), strict=True):
        _read_row(reading, reading.rows + place + 2, row)
    reading.rows += len(batch)


def _read_row(reading: _Reading, number: int, row: Mapping[str, str]) -> None:
    state = row[STATE].strip()
    if not state:
        return
    faults = []
    if state not in STATES:
        faults.append((STATE, _("“%(text)s” is no state.") % {"text": state[:20]}, _("Insee writes A or C.")))
    days: dict[str, dt.date | None] = {}
    for name in (BEGINS, ENDS):
        text = row[name].strip()
        if text and not _is_day(text):
            faults.append(
                (name, _("“%(text)s” is no day.") % {"text": text[:20]}, _("Insee writes 2024-01-31."))
            )
        days[name] = dt.date.fromisoformat(text) if _is_day(text) else None
    begins, ends = days[BEGINS] or ALWAYS, days[ENDS]
    if ends is not None and ends < begins:
        faults.append((ENDS, _("the period ends before it begins."), _("Download the file again.")))
    if faults:
        reading.faults += [Fault(reading.file, number, *fault) for fault in faults]
        return
    reading.found.setdefault(row[SIREN], []).append(Period(begins, ends, STATES[state]))


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _delimiter(path: Path, file: str) -> str:
    """The delimiter of a file whose header has the four columns. Raises FaultyInput, naming those that are missing."""
    with _opened(path, file) as (stream, _raw), _translated(_Reading(file, dt.date.min)):
        begin = stream.read(MOST_HEADER)
    line = begin.decode("utf-8-sig", "replace").split("\n", 1)[0].strip("\r\n")
    if not line.strip("\x00 "):
        raise _fault(file, _("the file is empty."), _("Download it again."))
    delimiter = ";" if line.count(";") > line.count(",") else ","
    names = next(csv.reader([line], delimiter=delimiter), [])
    if OF_ESTABLISHMENTS in names:
        raise _fault(
            file,
            _("this is the file of establishments: a company that moves closes one, and lives on."),
            _("Send the file of legal units, StockUniteLegaleHistorique."),
        )
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise _fault(
            file,
            _("its header has no column “%(names)s”.") % {"names": "”, “".join(missing)},
            _("Send Insee’s file StockUniteLegaleHistorique as it is published."),
            1,
        )
    return delimiter


@contextmanager
def _opened(path: Path, file: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """What the file holds, decompressed if it is gzip or zip, and the file itself, which knows how far it was read."""
    try:
        raw = path.open("rb")
    except OSError as error:
        problem = _("the file cannot be read (%(reason)s).") % {"reason": error.strerror}
        raise _fault(file, problem, _("Check its name and your right to read it.")) from None
    with raw:
        signature = raw.read(4)
        raw.seek(0)
        if signature.startswith(GZIP):
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream, raw  # type: ignore[misc]  # a GzipFile reads bytes
        elif signature == ZIP:
            with _member(raw, file) as member:
                yield member, raw
        else:
            yield raw, raw


@contextmanager
def _member(raw: IO[bytes], file: str) -> Iterator[IO[bytes]]:
    """The one table of a zip."""
    try:
        archive = zipfile.ZipFile(raw)
    except zipfile.BadZipFile:
        raise _damaged(file) from None
    with archive:
        names = [one for one in archive.namelist() if one.lower().endswith(".csv")]
        if len(names) != 1:
            raise _fault(
                file,
                _("the zip does not hold one CSV file."),
                _("Send it as Insee publishes it, or unzip it."),
            )
        with archive.open(names[0]) as stream:
            yield stream


@contextmanager
def _translated(reading: _Reading) -> Iterator[None]:
    """What goes wrong in a file that is read, as a fault of it."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise _damaged(reading.file) from None
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        found = _ROW.search(str(error))
        row = int(found[1]) if found else None
        raise _fault(
            reading.file,
            _("the table is not well formed, about %(n)d lines on.") % {"n": reading.rows},
            _("Download it again; nothing was changed."),
            row,
        ) from None
    except (OSError, RuntimeError, NotImplementedError) as error:
        problem = _("the file cannot be read (%(reason)s).") % {"reason": str(error)[:100]}
        raise _fault(reading.file, problem, _("Unzip it first, or copy it elsewhere.")) from None


def _damaged(file: str) -> FaultyInput:
    problem = _("the compressed file is cut short or damaged.")
    return _fault(file, problem, _("Compress it or download it again."))


def _fault(file: str, problem: str, remedy: str, row: int | None = None) -> FaultyInput:
    return FaultyInput([Fault(file, row, None, problem, remedy)])
