"""Results that appear whole or not at all, whatever stops the writing: a full disk, an interrupt, a bug."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class OutputFailed(Exception):  # noqa: N818  reads as the sentence it is
    """The results could not be written; what was there before is untouched. Its text says what to do."""


@contextmanager
def replaced_folder(path: Path, stale: Iterable[str] = ()) -> Iterator[Path]:
    """A fresh folder to write into; when the block ends well its files take their place in `path`.

    Files of `path` that the block did not write stay, except those named in `stale` (results of an earlier
    run). When the block or the replacement fails, `path` is as it was. Raises OutputFailed for what the disk
    refuses.
    """
    existed = path.exists()
    if existed and not path.is_dir():
        raise OutputFailed(_("“%(path)s” is a file; name a folder for the results.") % {"path": path})
    home = path if existed else path.absolute().parent
    fresh = None
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".croisee-", dir=home))
        yield fresh
        _settle(fresh)
        if existed:
            _move_in(fresh, path, stale)
        else:
            fresh.chmod(0o777 & ~_umask())
            fresh.rename(path)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """As `replaced_folder`, for a single file: a fresh path to write to, renamed to `path` at the end."""
    require_file(path)
    fresh = path.absolute().with_name(f".{path.name}.croisee-{os.getpid()}")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        with fresh.open("rb") as stream:
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        with suppress(OSError):  # there may be no such folder; what went wrong first is what is said
            fresh.unlink(missing_ok=True)


def require_file(path: Path) -> None:
    """Raise OutputFailed where there is something that is no file: a device must not be replaced by one."""
    if os.path.lexists(path) and not os.path.isfile(path):
        problem = _("“%(path)s” is there already and is no file: choose another name. Nothing was changed.")
        raise OutputFailed(problem % {"path": path})


def _settle(folder: Path) -> None:
    """Everything on the disk before anything is renamed: a power cut must not leave names without content."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())


def _move_in(fresh: Path, path: Path, stale: Iterable[str]) -> None:
    """The files of `fresh` into `path`, one rename each; on any failure every rename is undone."""
    names = sorted(entry.name for entry in fresh.iterdir())
    before = fresh / ".before"
    before.mkdir()
    put_aside: list[str] = []
    moved_in: list[str] = []
    try:
        for name in (*names, *stale):
            if name not in put_aside and (path / name).exists():
                (path / name).rename(before / name)
                put_aside.append(name)
        for name in names:
            (fresh / name).rename(path / name)
            moved_in.append(name)
    except BaseException:
        for name in moved_in:
            (path / name).rename(fresh / name)
        for name in put_aside:
            (before / name).rename(path / name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _explained(error: OSError, path: Path) -> OutputFailed:
    values = {"path": path, "reason": error.strerror or str(error)}
    if error.errno in NO_ROOM:
        text = _(
            "no room left on the disk to write “%(path)s”. Nothing was changed; "
            "free some space and run again."
        )
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        text = _(
            "“%(path)s” may not be written to. Nothing was changed; "
            "choose another folder or ask for the right."
        )
    else:
        text = _("“%(path)s” cannot be written (%(reason)s). Nothing was changed.")
    return OutputFailed(text % values)
