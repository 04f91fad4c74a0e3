"""Calling La bonne alternance: a token in each call, a few attempts with longer and longer waits, refusals by field."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from croisee.foundation.partners import (
    ATTEMPTS,
    LONGEST_WAIT,
    HttpRefusal,
    Json,
    Unreachable,
    as_object,
    call,
    is_encrypted,
    may_pass,
)

USUAL_URL = "https://api.apprentissage.beta.gouv.fr"


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
        return is_encrypted(self.url)


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


class BonneAlternance:
    """The service. `sleep` (seconds) is that of the machine, save in tests."""

    def __init__(self, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        if not access.is_safe:
            raise ValueError("CROISEE_LBA_URL must start with https://")
        self._access, self._sleep = access, sleep

    def create(self, body: Json) -> str:
        """Publish an offer; the identifier that it has there."""
        number = as_object(self._call("POST", "/v3/jobs", body)).get("id")
        if not isinstance(number, str) or not number:
            raise Unreachable("no identifier in the answer")
        return number

    def change(self, number: str, body: Json) -> None:
        """Change an offer there."""
        self._call("PUT", f"/v3/jobs/{quote(number, safe='')}", body)

    def publishing(self, number: str) -> Json:
        """What becomes of an offer there: `publication.status`, and `error` (code, label) where it has one."""
        return as_object(self._call("GET", f"/v3/jobs/{quote(number, safe='')}/publishing-informations"))

    def search(self, lon: float, lat: float, kilometres: int) -> Iterator[Json]:
        """The offers around a point."""
        asked = urlencode({"longitude": lon, "latitude": lat, "radius": kilometres})
        rows = as_object(self._call("GET", f"/v3/jobs/search?{asked}")).get("jobs", [])
        yield from (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call with its attempts: what may pass is tried again, later and later."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(method, path, body)
            except Refused as refused:
                if attempt == ATTEMPTS or not may_pass(refused.status):
                    raise
                self._sleep(min(LONGEST_WAIT, refused.wait or 2.0**attempt))
            except Unreachable:
                # What was sent may have been taken: a creation is not sent twice.
                if attempt == ATTEMPTS or method == "POST":
                    raise
                self._sleep(2.0**attempt)
        raise Unreachable("too many attempts")

    def _once(self, method: str, path: str, body: Json | None) -> Any:
        headers = {"Authorization": f"Bearer {self._access.token}"}
        try:
            return call(method, self._access.url.rstrip("/") + path, headers, body)
        except HttpRefusal as refusal:
            faults = list(_faults(refusal.said.get("data", refusal.said.get("details"))))
            text = refusal.text("message", "error", "name")
            raise Refused(refusal.status, text, faults, refusal.wait) from None


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
