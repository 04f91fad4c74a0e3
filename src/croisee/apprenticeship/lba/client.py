"""Calling La bonne alternance: a token in each call, a few attempts with longer and longer waits, refusals by field."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT = 20
ATTEMPTS = 4
LONGEST_WAIT = 90.0
LARGEST_ANSWER = 30_000_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
USUAL_URL = "https://api.apprentissage.beta.gouv.fr"
Json = dict[str, Any]


@dataclass(frozen=True)
class Access:
    """Where La bonne alternance is and the token that it gave, from the environment; never stored."""

    url: str
    token: str

    def __repr__(self) -> str:
        return f"Access({self.url!r})"

    @classmethod
    def of_environment(cls) -> Access | None:
        """From CROISEE_LBA_TOKEN and CROISEE_LBA_URL (the public address without one); None without a token."""
        token = os.environ.get("CROISEE_LBA_TOKEN", "")
        return cls(os.environ.get("CROISEE_LBA_URL", "") or USUAL_URL, token) if token else None

    @property
    def is_safe(self) -> bool:
        """Whether the token travels encrypted: https, or this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field, in the platform's words."""

    field: str
    code: str
    message: str


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """La bonne alternance refused a call: the HTTP status, its message, and what it says of each field."""

    def __init__(
        self, status: int, message: str, faults: Sequence[FieldFault] = (), wait: float = 0.0
    ) -> None:
        super().__init__(f"{status}")
        self.status, self.message, self.wait = status, message, wait
        self.faults = list(faults) or [FieldFault("", f"HTTP_{status}", message)]

    @property
    def is_of_account(self) -> bool:
        """Whether it is about the token rather than an offer."""
        return self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Unreachable(Exception):  # noqa: N818  reads as the sentence it is
    """La bonne alternance does not answer, or not as documented, whatever the number of attempts."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection would carry the token elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class BonneAlternance:
    """The service. `sleep` (seconds) is that of the machine, save in tests."""

    def __init__(self, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        if not access.is_safe:
            raise ValueError("CROISEE_LBA_URL must start with https://")
        self._access, self._sleep = access, sleep
        self._opener = urllib.request.build_opener(_NoRedirect)

    def create(self, body: Json) -> str:
        """Publish an offer; the identifier that it has there."""
        number = _object(self._call("POST", "/v3/jobs", body)).get("id")
        if not isinstance(number, str) or not number:
            raise Unreachable("no identifier in the answer")
        return number

    def change(self, number: str, body: Json) -> None:
        """Change an offer there."""
        self._call("PUT", f"/v3/jobs/{quote(number, safe='')}", body)

    def publishing(self, number: str) -> Json:
        """What becomes of an offer there: `publication.status`, and `error` (code, label) where it has one."""
        return _object(self._call("GET", f"/v3/jobs/{quote(number, safe='')}/publishing-informations"))

    def search(self, lon: float, lat: float, kilometres: int) -> Iterator[Json]:
        """The offers around a point."""
        asked = urlencode({"longitude": lon, "latitude": lat, "radius": kilometres})
        rows = _object(self._call("GET", f"/v3/jobs/search?{asked}")).get("jobs", [])
        yield from (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call with its attempts: what may pass is tried again, later and later."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(method, path, body)
            except Refused as refused:
                if attempt == ATTEMPTS or not _may_pass(refused.status):
                    raise
                self._sleep(min(LONGEST_WAIT, refused.wait or 2.0**attempt))
            except Unreachable:
                # What was sent may have been taken: a creation is not sent twice.
                if attempt == ATTEMPTS or method == "POST":
                    raise
                self._sleep(2.0**attempt)
        raise Unreachable("too many attempts")

    def _once(self, method: str, path: str, body: Json | None) -> Any:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._access.token}",
        }
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  the scheme is checked above
            self._access.url.rstrip("/") + path, data=data, headers=headers, method=method
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _decoded(answer.read(LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from None
        except (urllib.error.URLError, OSError) as error:
            raise Unreachable(type(error).__name__) from None


def _may_pass(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _object(answer: Any) -> Json:
    """An answer that is documented as an object; anything else holds nothing."""
    return answer if isinstance(answer, dict) else {}


def _decoded(content: bytes) -> Any:
    if not content.strip():
        return {}
    try:
        return storable(json.loads(content))
    except ValueError:
        raise Unreachable("the answer is not JSON") from None


def storable(value: Any) -> Any:
    """A value of JSON without what a database cannot hold: NUL characters and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode().replace("\0", "")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def _refusal(error: urllib.error.HTTPError) -> Refused:
    try:
        said = _object(storable(json.loads(error.read(100_000) or b"{}")))
    except ValueError:
        said = {}
    message = said.get("message") or said.get("error") or said.get("name") or ""
    asked = error.headers.get("Retry-After", "")
    wait = float(asked) if asked.isdecimal() else 60.0 if error.code == HTTPStatus.TOO_MANY_REQUESTS else 0.0
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return Refused(error.code, text[:2000], list(_faults(said.get("data", said.get("details")))), wait)


def _faults(said: Any, path: str = "") -> Iterator[FieldFault]:
    """What an answer says of fields, in either of the shapes of its validation: a list of issues, or a tree."""
    if isinstance(said, list):
        for item in said:
            yield from _faults(item, path)
    if not isinstance(said, Mapping):
        return
    if isinstance(said.get("message"), str) and isinstance(said.get("path"), list):
        field = ".".join(str(step) for step in said["path"])
        yield FieldFault(field[:100], str(said.get("code") or "invalid")[:60], said["message"][:2000])
        return
    errors = said.get("_errors")
    for sentence in errors if isinstance(errors, list) else []:
        if isinstance(sentence, str):
            yield FieldFault(path[:100], "invalid", sentence[:2000])
    for name, inner in said.items():
        if name != "_errors" and isinstance(inner, Mapping | list):
            deeper = path if name in _WRAPPERS else f"{path}.{name}".strip(".")
            yield from _faults(inner, deeper)


_WRAPPERS = frozenset({"validationError", "body", "issues", "errors"})
