"""The files of a GTFS feed: a zip archive or a folder of tables, each read whole, never past a measure."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.timetables.cells import sheet_of, unreadable
from croisee.territory.timetables.sheets import Refuse, Sheet

MOST_BYTES = 1024**3
"""Of a table, unpacked: the stop times of Île-de-France take about that."""
LARGE = 64 * 1024**2
MOST_TIMES = 200
"""Times its size to which a LARGE table may unpack: timetables pack ten to thirty times, bombs a thousand."""
TABLES = frozenset({"agency.txt", "routes.txt", "stops.txt", "stop_times.txt", "trips.txt"})
"""The tables that every feed has."""
TELLING = frozenset({"stops.txt", "stop_times.txt"})


def is_feed(names: Iterable[str]) -> bool:
    """Whether the files of an archive or of a folder are those of a feed; some may be missing, which is to be said."""
    found = {_name(name) for name in names} & TABLES
    return found >= TELLING or len(found) >= len(TELLING) + 1


class FeedFiles:
    """The tables of a feed; `name` is what the feed is called in messages, `refuse` hears of every bad row."""

    def __init__(self, path: Path, name: str, refuse: Refuse) -> None:
        self.path, self.name, self.refuse = path, name, refuse
        self._archive: zipfile.ZipFile | None = None
        try:
            if path.is_dir():
                found = [file.relative_to(path).as_posix() for file in _files_of(path)]
            else:
                self._archive = zipfile.ZipFile(path)
                found = self._archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise unreadable(name, error) from error
        self._places = self._one_folder(found)

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()

    def __contains__(self, table: str) -> bool:
        """Whether it has a table, and anything in it: some exports leave empty files."""
        place = self._places.get(f"{table}.txt")
        return place is not None and self._size(place) > 0

    def _size(self, place: str) -> int:
        if self._archive is not None:
            return self._archive.getinfo(place).file_size
        try:
            return (self.path / place).stat().st_size
        except OSError as error:
            raise unreadable(f"{self.name}/{_name(place)}", error) from error

    def _one_folder(self, found: Sequence[str]) -> dict[str, str]:
        """The tables by their names in small letters, out of the folder that holds the stops, the outermost first."""
        tables = [file for file in found if _name(file).endswith(".txt") and not _is_junk(file)]
        folders = {_folder(file) for file in tables if _name(file) == "stops.txt"}
        if len(folders) > 1 and PurePosixPath() not in folders:
            problem = _("it holds %(n)d feeds instead of one.") % {"n": len(folders)}
            raise FaultyInput([Fault(self.name, None, None, problem, _("Load each by itself."))])
        if not folders:
            raise self._without_stops(found)
        outermost = min(folders, key=lambda folder: len(folder.parts))
        return {_name(file): file for file in tables if _folder(file) == outermost}

    def _without_stops(self, found: Sequence[str]) -> FaultyInput:
        inside = [file for file in found if _name(file).endswith(".zip") and not _is_junk(file)]
        if not inside:
            return _without(self.name, "stops.txt")
        problem = _("it holds other archives instead of tables.")
        remedy = _("Unpack it, and take the archive that holds stops.txt.")
        return FaultyInput([Fault(self.name, None, None, problem, remedy)])

    def read(self, table: str, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
        """The columns of a table as text, empty where it has none of an optional one.

        Raises FaultyInput for a table that is not there, lacks a required column, cannot be read to its end, or is past
        MOST_BYTES.
        """
        file = f"{self.name}/{table}.txt"
        return sheet_of(self._bytes(f"{table}.txt", file), file, required, optional, self.refuse)

    def _bytes(self, table: str, file: str) -> bytes:
        if table not in self._places:
            raise _without(self.name, table)
        place = self._places[table]
        self._check_packing(place, file)
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
            raise unreadable(file, error) from error
        if len(data) > MOST_BYTES:
            raise _too_large(file)
        if not data.strip():
            raise FaultyInput(
                [Fault(file, None, None, _("the table is empty."), _("Export the feed again."))]
            )
        return data

    def _check_packing(self, place: str, file: str) -> None:
        """Refuse a bomb before a byte of it is unpacked; what is unpacked is never more than what is announced."""
        if self._archive is None:
            return
        entry = self._archive.getinfo(place)
        if entry.file_size > MOST_BYTES:
            raise _too_large(file)
        if entry.file_size > max(LARGE, MOST_TIMES * entry.compress_size):
            problem = _("it unpacks to more than %(n)d times its size.") % {"n": MOST_TIMES}
            raise FaultyInput([Fault(file, None, None, problem, _("Check that it is the right archive."))])


def _files_of(folder: Path) -> list[Path]:
    """The files of a folder that holds stops, else all those below it."""
    here = sorted(folder.iterdir())
    return here if any(_name(file.name) == "stops.txt" for file in here) else sorted(folder.rglob("*"))


def _name(file: str) -> str:
    """The name of a file in small letters; some archives are written with the slashes of Windows."""
    return PurePosixPath(file.replace("\\", "/")).name.lower()


def _folder(file: str) -> PurePosixPath:
    return PurePosixPath(file.replace("\\", "/")).parent


def _is_junk(file: str) -> bool:
    """What macOS and others leave beside files."""
    return any(part.startswith(("__MACOSX", ".")) and part != ".." for part in PurePosixPath(file).parts)


def _without(name: str, table: str) -> FaultyInput:
    problem = _("the feed has no table %(table)s.") % {"table": table}
    return FaultyInput([Fault(name, None, None, problem, _("Export the whole feed again."))])


def _too_large(file: str) -> FaultyInput:
    problem = _("it unpacks to more than %(size)d MB.") % {"size": MOST_BYTES // 1_000_000}
    return FaultyInput([Fault(file, None, None, problem, _("Check that it is the right archive."))])
