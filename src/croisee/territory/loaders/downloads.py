"""Files from the web, kept in `var/downloads`: streamed, resumed where they stopped, fetched again when changed."""

import hashlib
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.refusals import unwritable

CHUNK = 1024 * 1024
LARGEST = 8 * 1024**3
TIMEOUT = 60
ATTEMPTS = 4
AGENT = "croisee (territory load)"


def is_url(place: str) -> bool:
    """Whether a place is on the web rather than on this machine."""
    return place.startswith(("http://", "https://"))


def fetched(
    url: str,
    *,
    folder: Path | None = None,
    largest: int = LARGEST,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Path:
    """The file at `url`, downloaded, or as it was downloaded before if the server says that it has not changed.

    A transfer that breaks off is taken up where it stopped, now or at the next call (HTTP ranges, guarded by the
    file's tag or date so that two versions are never mixed). `progress` hears bytes done and in total.
    Raises FaultyInput when the server refuses, the file is larger than `largest`, or the disk is too small.
    """
    folder = folder or Path(settings.VAR_DIR) / "downloads"
    name = Path(unquote(urlsplit(url).path)).name or "file"
    target = folder / hashlib.sha256(url.encode()).hexdigest()[:12] / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(ATTEMPTS):
            try:
                return _Transfer(url, name, target, largest, progress).run()
            except (TimeoutError, ConnectionError, urllib.error.URLError, _BrokenOff) as error:
                if attempt == ATTEMPTS - 1 or isinstance(error, urllib.error.HTTPError):
                    raise _failed(url, name, error) from error
    except OSError as error:
        raise unwritable(target, error) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


class _BrokenOff(Exception):  # noqa: N818  reads as the sentence it is
    """Fewer bytes came than were announced."""


class _Transfer:
    """One request for a file, which continues an earlier one when it can."""

    def __init__(
        self, url: str, name: str, target: Path, largest: int, progress: Callable[[int, int | None], None]
    ) -> None:
        self.url, self.name, self.target, self.largest, self.progress = url, name, target, largest, progress
        self.part = target.with_name(target.name + ".part")
        self.about = target.with_name(target.name + ".about.json")

    def run(self) -> Path:
        about = json.loads(self.about.read_text()) if self.about.exists() else {}
        tag = about.get("tag", "")
        done = self.part.stat().st_size if self.part.exists() and tag else 0
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        if done:
            headers |= {"Range": f"bytes={done}-", "If-Range": tag}
        elif self.target.exists() and tag:
            headers["If-None-Match" if tag.startswith(('"', "W/")) else "If-Modified-Since"] = tag
        request = urllib.request.Request(self.url, headers=headers)  # noqa: S310  http(s) only, see is_url
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                self._receive(
                    answer, answer.headers, done if answer.status == HTTPStatus.PARTIAL_CONTENT else 0
                )
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == HTTPStatus.NOT_MODIFIED:
                return self.target
            if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            self.part.unlink(missing_ok=True)
            raise _BrokenOff from error
        self.part.replace(self.target)
        return self.target

    def _receive(self, answer: IO[bytes], headers: Message, done: int) -> None:
        announced = headers.get("Content-Length")
        total = done + int(announced) if announced else None
        self._check_room(total, done)
        # Only a strong tag, or a date, may guard a later continuation (RFC 9110, 13.1.5).
        tag = headers.get("ETag", "")
        guard = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
        self.about.write_text(json.dumps({"url": self.url, "tag": guard}))
        with self.part.open("ab" if done else "wb") as stream:
            while chunk := answer.read(CHUNK):
                stream.write(chunk)
                done += len(chunk)
                if done > self.largest:
                    raise self._too_large(done)
                self.progress(done, total)
        if total is not None and done < total:
            raise _BrokenOff

    def _check_room(self, total: int | None, done: int) -> None:
        if total is None:
            return
        if total > self.largest:
            raise self._too_large(total)
        if total - done > shutil.disk_usage(self.target.parent).free:
            problem = _("there is no room for its %(size)d MB on the disk.") % {"size": total // 1_000_000}
            remedy = _("Free some space, or set CROISEE_VAR to another disk.")
            raise FaultyInput([Fault(self.name, None, None, problem, remedy)])

    def _too_large(self, size: int) -> FaultyInput:
        self.part.unlink(missing_ok=True)
        values = {"size": size // 1_000_000, "largest": self.largest // 1_000_000}
        problem = _("it is larger than %(largest)d MB (%(size)d MB so far).") % values
        return FaultyInput([Fault(self.name, None, None, problem, _("Check that it is the right file."))])


def _failed(url: str, name: str, error: Exception) -> FaultyInput:
    reason = str(getattr(error, "reason", "") or error) or type(error).__name__
    problem = _("it cannot be downloaded from %(url)s (%(reason)s).") % {"url": url, "reason": reason}
    remedy = _("Check the address and the connection, then run again: what has come already is kept.")
    return FaultyInput([Fault(name, None, None, problem, remedy)])
