"""Where files come from: one of this machine, all those of a folder, or one of the web."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.downloads import fetched, is_url
from croisee.territory.timetables.archive import is_feed


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to load (or the folder of a GTFS feed), and the name it is known by."""

    path: Path
    name: str


def files_of(
    place: str, *, progress: Callable[[int, int | None], None] = lambda done, total: None
) -> Iterator[SourceFile]:
    """The files at a place: a path, a folder (searched to its depths, hidden files left out), or a URL.

    Raises FaultyInput when there is nothing at that place.
    """
    if is_url(place):
        yield SourceFile(fetched(place, progress=progress), _name_of(place))
        return
    path = (
        Path(url2pathname(urlsplit(place).path)) if place.startswith("file://") else Path(place).expanduser()
    )
    if path.is_dir():
        files = sorted(_under(path))
        if not files:
            problem, remedy = (
                _("the folder holds no file."),
                _("Name the folder that holds the files to load."),
            )
            raise FaultyInput([Fault(place, None, None, problem, remedy)])
        yield from (SourceFile(file, file.absolute().name) for file in files)
    elif path.is_file():
        yield SourceFile(path, path.name)
    else:
        problem = _("there is no such file or folder.")
        raise FaultyInput(
            [Fault(place, None, None, problem, _("Check the path, or give a folder or a URL."))]
        )


def _name_of(url: str) -> str:
    """The name of a file of the web: the end of its address, or all of its path where that says nothing."""
    path = unquote(urlsplit(url).path).strip("/")
    name = Path(path).name
    return (name if Path(name).suffix else path)[-200:] or url


def _under(folder: Path) -> Iterator[Path]:
    """The files below a folder, links followed (each folder once), hidden ones left out; a feed as one."""
    seen = set()
    for at, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(at)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        if is_feed(name for name in names if name.endswith(".txt")):
            yield Path(at)
            names = [name for name in names if not name.endswith(".txt")]
        folders[:] = [name for name in folders if not name.startswith(".")]
        files = (Path(at, name) for name in names if not name.startswith("."))
        yield from (file for file in files if file.is_file())
