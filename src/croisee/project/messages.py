"""Translation catalogues: compiled without GNU gettext, and held against the sources with it.

Sources are written in English; each folder with a `locale/` keeps the French of its own sentences, and
`croisee/locale` that of folders which have none.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def catalogues() -> list[Path]:
    """Every French catalogue of the package."""
    return sorted(PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po"))


def is_stale(source: Path) -> bool:
    """Whether a catalogue changed since it was compiled."""
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def compile_all() -> int:
    """Write the `.mo` beside each `.po` that is newer than it; return how many were written."""
    written = 0
    for source in catalogues():
        if not is_stale(source):
            continue
        target = source.with_suffix(".mo")
        scratch = target.with_suffix(f".{os.getpid()}")
        with scratch.open("wb") as file:
            write_mo(file, _read(source))
        scratch.replace(target)
        written += 1
    return written


def gettext_is_here() -> bool:
    """Whether GNU gettext, which extracts sentences from sources, is installed."""
    return shutil.which("xgettext") is not None


def gaps() -> list[str]:
    """What the catalogues lack or have too much: sentences without French, fuzzy, or no longer used.

    Extraction (GNU gettext) works on a copy: the sources stay as they are.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, PACKAGE.name)
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "vendor"))
        (copy / "locale").mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "croisee", "makemessages", "--locale", "fr", "-v", "0"],
            cwd=copy,
            check=True,
        )
        merged = {path: _read(path) for path in sorted(copy.rglob("locale/fr/LC_MESSAGES/django.po"))}
        return [
            *(f"{path.relative_to(copy)}: {gap}" for path in merged for gap in _gaps_in(merged[path])),
            *_contradictions(merged.values()),
        ]


def _gaps_in(merged: Catalog) -> Iterator[str]:
    for message in merged:
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(translations)):
            yield f"no French: {message.id!r}"
    yield from (f"no longer used: {message.id!r}" for message in merged.obsolete.values())


def _contradictions(catalogues: Iterable[Catalog]) -> Iterator[str]:
    """Sentences that two folders translate differently: Django keeps one catalogue, so one of them would lose."""
    french: dict[tuple[object, object], set[object]] = {}
    for catalogue in catalogues:
        for message in catalogue:
            if message.id:
                french.setdefault((message.context, message.id), set()).add(message.string)
    yield from (f"several French: {key[1]!r}: {texts}" for key, texts in french.items() if len(texts) > 1)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")
