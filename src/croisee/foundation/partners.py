"""Calling the JSON service of a partner: over an encrypted line, without following redirections, trusting no answer."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 20
ATTEMPTS = 4
LONGEST_WAIT = 90.0
"""Seconds between two attempts, at most."""
LARGEST_ANSWER = 30_000_000
LARGEST_REFUSAL = 100_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Json = dict[str, Any]


class Unreachable(Exception):  # noqa: N818  reads as the sentence it is
    """The service does not answer, or not as documented, whatever the number of attempts."""


class HttpRefusal(Exception):  # noqa: N818  reads as the sentence it is
    """The service refused a call: the HTTP status, what it says, how many seconds it asks to wait (none: 0)."""

    def __init__(self, status: int, said: Json, wait: float) -> None:
        super().__init__(f"{status}")
        self.status, self.said, self.wait = status, said, wait

    def text(self, *names: str) -> str:
        """What the answer says under the first of these names that it has."""
        message = next((self.said[name] for name in names if self.said.get(name)), "")
        return (message if isinstance(message, str) else json.dumps(message, ensure_ascii=False))[:2000]


def is_encrypted(url: str) -> bool:
    """Whether a secret travels unread there: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection would carry the token elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def call(method: str, url: str, headers: Mapping[str, str], body: Json | None = None) -> Any:
    """One call; what is answered, without what a database cannot hold. `url` is one that `is_encrypted` lets through.

    Raises HttpRefusal for an error of HTTP, Unreachable without an answer in JSON.
    """
    usual = {"Accept": "application/json", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {**usual, **headers}, method=method)  # noqa: S310  the caller checked it
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            return _decoded(answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error) from None
    except (urllib.error.URLError, OSError) as error:
        raise Unreachable(type(error).__name__) from None


def may_pass(status: int) -> bool:
    """Whether a refusal of this status may be another answer later."""
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def as_object(answer: Any) -> Json:
    """An answer that is documented as an object; anything else holds nothing."""
    return answer if isinstance(answer, dict) else {}


def storable(value: Any) -> Any:
    """A value of JSON without what a database cannot hold: NUL characters and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode().replace("\0", "")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def _decoded(content: bytes) -> Any:
    if not content.strip():
        return {}
    try:
        return storable(json.loads(content))
    except ValueError:
        raise Unreachable("the answer is not JSON") from None


def _refusal(error: urllib.error.HTTPError) -> HttpRefusal:
    try:
        said = as_object(storable(json.loads(error.read(LARGEST_REFUSAL) or b"{}")))
    except ValueError:
        said = {}
    asked = error.headers.get("Retry-After", "")
    wait = float(asked) if asked.isdecimal() else 60.0 if error.code == HTTPStatus.TOO_MANY_REQUESTS else 0.0
    return HttpRefusal(error.code, said, wait)
