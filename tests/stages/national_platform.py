"""A national platform for tests: a real HTTP server on this machine that answers as theirs is documented to.

It keeps its own offers, knows some weeks only (and drops the others without a word), gives tokens that expire, counts
calls, and fails when told to.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from croisee.stages.national_api.client import Access
from tests.world import MONDAY, OTHER_MONDAY, WEEK, iso_week

EMAIL, PASSWORD = "croisee@example.org", "not a real one"
PER_PAGE = 2
KNOWN_MONDAYS = (MONDAY, OTHER_MONDAY, MONDAY + 5 * WEEK)
KNOWN_WEEKS = tuple(map(iso_week, KNOWN_MONDAYS))
REQUIRED = ("title", "description", "employer_name", "employer_description", "zipcode", "city", "sector_uuid")
Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818  reads as the sentence it is
    """An answer that is an error."""

    def __init__(self, status: int, code: str, error: object = "no", headers: dict[str, str] | None = None):
        super().__init__(code)
        self.status, self.code, self.error, self.headers = status, code, error, headers or {}


class Platform:
    """What the server knows, and what a test tells it to do."""

    def __init__(self) -> None:
        self.url = ""
        self.own: dict[str, Json] = {}
        self.others: list[Json] = []
        self.discarded: set[str] = set()
        self.tokens: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.failures: list[Refusal] = []
        self.may_search = True
        self.says_weeks = True

    @property
    def access(self) -> Access:
        return Access(self.url, EMAIL, PASSWORD)

    def expire_tokens(self) -> None:
        """As after 24 hours."""
        self.tokens.clear()

    def add(self, number: int, **fields: Any) -> Json:
        """An offer of somebody else's."""
        row = {
            "id": number,
            "title": f"Stage {number}",
            "description": "Découvrir un métier.",
            "employer_name": f"Employeur {number}",
            "url": f"{self.url}/offres/{number}",
            "city": "Rennes",
            "zipcode": "35000",
            "street": "3 rue des Essais",
            "latitude": 48.1,
            "longitude": -1.67,
            "sector": "Culture",
            "weeks": [iso_week(MONDAY)],
            "remote_id": f"autre-{number}",
            "grades": ["quatrieme", "troisieme"],
            "permalink": f"https://partenaire.example.org/{number}",
            "handicap_accessible": False,
        } | fields
        self.others.append(row)
        return row

    def answer(
        self, method: str, path: str, query: dict[str, list[str]], body: Json, token: str
    ) -> tuple[int, Any]:
        """What the platform answers to a call. Raises Refusal."""
        self.calls[f"{method} {re.sub('[0-9a-f-]{36}', 'ID', path)}"] += 1
        if self.failures:
            raise self.failures.pop(0)
        if path == "/auth/login":
            return self._sign_in(body)
        if token not in self.tokens:
            raise Refusal(401, "UNAUTHORIZED", "wrong api token")
        page = int(query.get("page", ["1"])[0])
        match method, path:
            case "GET", "/sectors":
                return 200, {
                    "sectors": [{"uuid": "s1", "name": "Culture"}, {"uuid": "s2", "name": "Agriculture"}]
                }
            case "GET", "/internship_offers":
                return 200, self._page(
                    [row for row in self.own.values() if row["remote_id"] not in self.discarded], page
                )
            case "GET", "/internship_offers/search":
                if not self.may_search:
                    raise Refusal(403, "FORBIDDEN", "no full access")
                shown = [row for row in self.own.values() if row.get("published_at", "now")]
                return 200, self._page([*shown, *self.others], page)
            case "POST", "/internship_offers":
                return self._create(body["internship_offer"])
            case "PATCH", _:
                return self._change(path.rsplit("/", 1)[1], body["internship_offer"])
            case "DELETE", _:
                return self._delete(path.rsplit("/", 1)[1])
        raise Refusal(404, "NOT_FOUND")

    def _sign_in(self, body: Json) -> tuple[int, Any]:
        if (body.get("email"), body.get("password")) != (EMAIL, PASSWORD):
            raise Refusal(401, "", "Invalid email or password")
        token = f"jwt-{self.calls['POST /auth/login']}"
        self.tokens.add(token)
        return 200, {"token": token}

    def _page(self, rows: list[Json], page: int) -> Json:
        first = (page - 1) * PER_PAGE
        total = max(1, -(-len(rows) // PER_PAGE))
        return {
            "pagination": {"totalPages": total, "currentPage": page},
            "internshipOffers": rows[first : first + PER_PAGE],
        }

    def _create(self, offer: Json) -> tuple[int, Any]:
        if offer["remote_id"] in self.own:
            raise Refusal(
                409, "DUPLICATE_INTERNSHIP_OFFER", "internship_offer with this remote_id already exists"
            )
        for field in ("weeks", "grades"):
            if field not in offer:
                raise Refusal(422, "BAD_ARGUMENT", f"param is missing: {field}")
        self._check(offer)
        self.own[offer["remote_id"]] = self._held({"id": 900 + len(self.own)} | offer)
        return 201, self._said(self.own[offer["remote_id"]])

    def _change(self, remote_id: str, fields: Json) -> tuple[int, Any]:
        if remote_id not in self.own:
            raise Refusal(404, "NOT_FOUND")
        if "remote_id" in fields:
            raise Refusal(422, "BAD_ARGUMENT", "unpermitted parameter: remote_id")
        self._check(self.own[remote_id] | fields)
        self.own[remote_id] = self._held(self.own[remote_id] | fields)
        return 200, self._said(self.own[remote_id])

    def _delete(self, remote_id: str) -> tuple[int, Any]:
        if remote_id not in self.own:
            raise Refusal(404, "NOT_FOUND")
        if remote_id in self.discarded:
            raise Refusal(409, "INTERNSHIP_OFFER_ALREADY_DESTROYED")
        self.discarded.add(remote_id)
        return 200, {}

    def _check(self, offer: Json) -> None:
        errors = {name: ["doit être rempli"] for name in REQUIRED if not offer.get(name)}
        if len(offer["title"]) > 150 or len(offer["employer_description"]) > 275:
            errors["title"] = ["est trop long"]
        if re.search("test|staging", offer["permalink"]) or len(offer["permalink"]) > 200:
            errors["permalink"] = ["n'est pas valide"]
        if "gros mot" in offer["description"]:
            errors["description"] = ["n'est pas acceptable"]
        if errors:
            raise Refusal(400, "VALIDATION_ERROR", errors)

    def _held(self, offer: Json) -> Json:
        return offer | {"weeks": [week for week in offer["weeks"] if week in KNOWN_WEEKS]}

    def _said(self, offer: Json) -> Json:
        return offer if self.says_weeks else {name: value for name, value in offer.items() if name != "weeks"}


@contextmanager
def national_platform() -> Iterator[Platform]:
    """A platform that answers on this machine for as long as the block lasts."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            headers: dict[str, str] = {}
            try:
                status, said = platform.answer(self.command, parts.path, parse_qs(parts.query), body, token)
            except Refusal as refusal:
                status, headers = refusal.status, refusal.headers
                said = {"code": refusal.code, "error": refusal.error}
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _respond  # noqa: N815  the names that http.server calls

        def log_message(self, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
