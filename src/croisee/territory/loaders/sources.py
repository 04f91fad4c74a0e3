"""Where files come from: one of this machine, all those of a folder, or one of the web."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.downloads import fetched, is_url


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to load, and the name it is known by."""

    path: Path
    name: str


def files_of(
    place: str, *, progress: Callable[[int, int | None], None] = lambda done, total: None
) -> Iterator[SourceFile]:
    """The files at a place: a path, a folder (searched to its depths, hidden files left out), or a URL.

    Raises FaultyInput when there is nothing at that place.
    """
    if is_url(place):
        name = Path(unquote(urlsplit(place).path)).name or place
        yield SourceFile(fetched(place, progress=progress), name)
        return
    path = (
        Path(url2pathname(urlsplit(place).path)) if place.startswith("file://") else Path(place).expanduser()
    )
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield SourceFile(file, file.name)
    elif path.is_file():
        yield SourceFile(path, path.name)
    else:
        problem = _("there is no such file or folder.")
        raise FaultyInput(
            [Fault(place, None, None, problem, _("Check the path, or give a folder or a URL."))]
        )
