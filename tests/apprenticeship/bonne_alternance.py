"""A server on loopback that behaves as La bonne alternance does, as far as its documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from croisee.apprenticeship.lba.client import Access

TOKEN = "jeton-essai"


@dataclass
class Server:
    """What the server holds; `failures` are statuses that it answers first, one a call."""

    url: str = ""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    around: list[dict[str, Any]] = field(default_factory=list)
    publishing: dict[str, Any] = field(default_factory=lambda: {"publication": {"status": "PUBLISHED"}})
    failures: list[int] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)

    @property
    def access(self) -> Access:
        """As the environment would give it."""
        return Access(self.url, TOKEN)

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and content."""
        self.calls.append((method, path.partition("?")[0]))
        if self.failures:
            return self.failures.pop(0), {"message": "later"}
        if token != f"Bearer {TOKEN}":
            return 401, {"statusCode": 401, "message": "Unauthorized"}
        if path.startswith("/v3/jobs/search"):
            return 200, {"jobs": self.around, "recruiters": [], "warnings": []}
        if path.endswith("/publishing-informations"):
            return 200, self.publishing
        if method in ("POST", "PUT") and (fault := _fault(body)):
            return 400, fault
        if method == "POST":
            number = f"lba-{len(self.jobs) + 1}"
            self.jobs[number] = body
            return 200, {"id": number}
        number = path.rpartition("/")[2]
        if number not in self.jobs:
            return 404, {"message": "not found"}
        self.jobs[number] = body
        return 204, None


def _fault(body: dict[str, Any]) -> dict[str, Any] | None:
    """The validation of the platform, in the shape of its answers."""
    if "E1101" in (body["offer"]["rome_codes"] or []):
        issue = {"code": "custom", "path": ["offer", "rome_codes"], "message": "ROME code is blocked"}
        return {
            "statusCode": 400,
            "message": "Request validation failed",
            "data": {"validationError": [issue]},
        }
    return None


@contextmanager
def bonne_alternance() -> Iterator[Server]:
    """The server, while it runs."""
    held = Server()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, content = held.answer(
                self.command, self.path, self.headers.get("Authorization", ""), body
            )
            data = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _any  # noqa: N815  names of http.server

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def job(number: str, **changed: Any) -> dict[str, Any]:
    """A row of a search, as the platform writes it."""
    row: dict[str, Any] = {
        "identifier": {"id": number, "partner_job_id": f"p-{number}", "partner_label": "Partenaire"},
        "contract": {"start": None, "duration": 12, "type": ["Apprentissage"], "remote": "onsite"},
        "offer": {
            "title": "Apprenti cuisinier H/F",
            "description": "<p>Cuisiner &amp; servir.</p><ul><li>Une équipe</li></ul>",
            "rome_codes": ["G1602", "???"],
            "target_diploma": {"european": "3", "label": "CAP"},
            "desired_skills": ["Curiosité"],
            "to_be_acquired_skills": [],
            "access_conditions": [],
            "publication": {"creation": "2026-01-05T08:00:00Z", "expiration": "2199-03-05T08:00:00Z"},
            "opening_count": 2,
            "status": "Active",
        },
        "apply": {
            "url": f"https://labonnealternance.apprentissage.beta.gouv.fr/emploi/{number}",
            "phone": None,
        },
        "workplace": {
            "siret": None,
            "name": "Cantine voisine",
            "location": {
                "address": "2 rue de la Soupe, 35200 Rennes",
                "geopoint": {"type": "Point", "coordinates": [-1.67, 48.09]},
            },
            "domain": {"naf": {"code": "56.10A", "label": "Restauration"}},
        },
    }
    return row | changed
