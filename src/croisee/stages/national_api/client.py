"""Calling the national platform: signing in, keeping within its limit, trying again what may be tried again."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
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

CALLS_A_MINUTE = 100
MOST_PAGES = 2_000


@dataclass(frozen=True)
class Access:
    """Where the platform is and who signs in, from the environment; never stored."""

    url: str
    email: str
    password: str

    def __repr__(self) -> str:
        return f"Access({self.url!r})"

    @classmethod
    def of_environment(cls) -> Access | None:
        """From NATIONAL_API_URL, NATIONAL_API_EMAIL, NATIONAL_API_PASSWORD; None while one of them is missing."""
        values = [os.environ.get(f"NATIONAL_API_{name}", "") for name in ("URL", "EMAIL", "PASSWORD")]
        return cls(*values) if all(values) else None

    @property
    def is_safe(self) -> bool:
        """Whether the password travels encrypted: https, or this machine."""
        return is_encrypted(self.url)


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """The platform refused a call: its own code and message, the HTTP status, the seconds it asks to wait."""

    def __init__(self, code: str, message: str, status: int, wait: float = 0.0) -> None:
        super().__init__(f"{code} ({status})")
        self.code, self.message, self.status, self.wait = code, message, status, wait


class NationalPlatform:
    """One session with the platform. `clock` and `sleep` (seconds) are those of the machine, save in tests."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not access.is_safe:
            raise ValueError("NATIONAL_API_URL must start with https://")
        self._access, self._clock, self._sleep = access, clock, sleep
        self._token = ""
        self._calls: deque[float] = deque(maxlen=CALLS_A_MINUTE)

    def sectors(self) -> list[Json]:
        """The sectors: `uuid` and `name` of each."""
        answer = self._call("GET", "/sectors")
        found = answer.get("sectors", []) if isinstance(answer, dict) else answer
        return [row for row in found if isinstance(row, dict)]

    def own_offers(self) -> Iterator[Json]:
        """Our offers there, page after page."""
        return self._pages("/internship_offers")

    def search(self) -> Iterator[Json]:
        """The offers open to partners, page after page; Refused (403 or 401) without the right to search."""
        return self._pages("/internship_offers/search")

    def create(self, offer: Json) -> Json:
        """Publish an offer; Refused with status 409 when its `remote_id` is there."""
        return as_object(self._call("POST", "/internship_offers", {"internship_offer": offer}))

    def change(self, remote_id: str, fields: Json) -> Json:
        """Change an offer."""
        return as_object(self._call("PATCH", _path(remote_id), {"internship_offer": fields}))

    def remove(self, remote_id: str) -> None:
        """Withdraw an offer; one that is not there (any more) is withdrawn."""
        try:
            self._call("DELETE", _path(remote_id))
        except Refused as refused:
            if refused.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
                raise

    def _pages(self, path: str) -> Iterator[Json]:
        # Pages are counted: the links to the next ones that the platform gives lead to its former version.
        for number in range(1, MOST_PAGES + 1):
            answer = as_object(self._call("GET", f"{path}?{urlencode({'page': number})}"))
            rows = answer.get("internshipOffers", [])
            yield from (row for row in rows if isinstance(row, dict))
            pages = as_object(answer.get("pagination")).get("totalPages")
            if not rows or not isinstance(pages, int) or number >= pages:
                return

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call with its attempts: sign in again once, wait when asked to, try a failing server again."""
        signed_in_again = False
        for attempt in range(1, ATTEMPTS + 1):
            if not self._token:
                self._sign_in()
            try:
                return self._once(method, path, body)
            except Refused as refused:
                if refused.status == HTTPStatus.UNAUTHORIZED and not signed_in_again:
                    self._token, signed_in_again = "", True
                elif not may_pass(refused.status) or attempt == ATTEMPTS:
                    raise
                else:
                    self._sleep(min(LONGEST_WAIT, refused.wait or 2.0**attempt))
            except Unreachable:
                if attempt == ATTEMPTS:
                    raise
                self._sleep(2.0**attempt)
        raise Unreachable("too many attempts")

    def _sign_in(self) -> None:
        credentials = {"email": self._access.email, "password": self._access.password}
        token = as_object(self._once("POST", "/auth/login", credentials)).get("token")
        if not isinstance(token, str) or not token:
            raise Unreachable("no token in the answer to the sign-in")
        self._token = token

    def _once(self, method: str, path: str, body: Json | None) -> Any:
        self._keep_to_the_limit()
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            return call(method, self._access.url.rstrip("/") + path, headers, body)
        except HttpRefusal as refusal:
            code = str(refusal.said.get("code") or f"HTTP_{refusal.status}")[:60]
            raise Refused(code, refusal.text("error"), refusal.status, refusal.wait) from None

    def _keep_to_the_limit(self) -> None:
        now = self._clock()
        if len(self._calls) == CALLS_A_MINUTE and now - self._calls[0] < 60:
            self._sleep(60 - (now - self._calls[0]))
            now = self._clock()
        self._calls.append(now)


def _path(remote_id: str) -> str:
    return f"/internship_offers/{quote(remote_id, safe='')}"
