"""Downloads against a server of our own on the loopback: resumed, conditional, bounded."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from croisee.foundation.tables import FaultyInput
from croisee.territory.loaders import downloads, sources
from tests.territory import official

BODY = bytes(range(256)) * 8192  # 2 MB, of which every place is recognisable


class Server(ThreadingHTTPServer):
    """A server of one file, which can break off, change, or refuse."""

    body = BODY
    tag = '"one"'
    breaks_at: int | None = None
    status: int | None = None
    chunked = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str | None, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/donn%C3%A9es.csv"


class Handler(BaseHTTPRequestHandler):
    """Answers as a careful static server does."""

    server: Server

    def do_GET(self) -> None:
        server = self.server
        asked, unless = self.headers.get("Range"), self.headers.get("If-None-Match")
        server.asked.append((asked, unless))
        if server.status:
            self.send_error(server.status)
            return
        if unless == server.tag:
            self.send_response(304)
            self.end_headers()
            return
        start = 0
        if asked and self.headers.get("If-Range") == server.tag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        part = server.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", server.tag)
        if not server.chunked:
            self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        if server.breaks_at is not None and start < server.breaks_at:
            part = part[: server.breaks_at - start]
        self.wfile.write(part)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_file_comes_whole_under_its_own_name(server: Server, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    path = downloads.fetched(
        server.url, folder=tmp_path, progress=lambda done, total: heard.append((done, total))
    )
    assert path.read_bytes() == BODY
    assert path.name == "données.csv"
    assert heard[-1] == (len(BODY), len(BODY))


def test_a_transfer_that_breaks_off_is_taken_up_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.breaks_at = 1_500_000
    path = downloads.fetched(server.url, folder=tmp_path)
    assert path.read_bytes() == BODY
    assert [asked for asked, _unless in server.asked] == [None, "bytes=1500000-"]


def test_a_later_run_takes_up_what_an_earlier_one_left(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.breaks_at = 1_000_000
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    with pytest.raises(FaultyInput) as refused:
        downloads.fetched(server.url, folder=tmp_path)
    assert "run again" in str(refused.value.faults[0]) or "relancez" in str(refused.value.faults[0]).lower()
    server.breaks_at = None
    assert downloads.fetched(server.url, folder=tmp_path).read_bytes() == BODY
    assert server.asked[-1][0] == "bytes=1000000-"


def test_a_file_that_changed_meanwhile_is_begun_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.breaks_at = 1_000_000
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    with pytest.raises(FaultyInput):
        downloads.fetched(server.url, folder=tmp_path)
    server.breaks_at, server.tag, server.body = None, '"two"', BODY[::-1]
    assert downloads.fetched(server.url, folder=tmp_path).read_bytes() == BODY[::-1]


def test_a_file_that_has_not_changed_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    first = downloads.fetched(server.url, folder=tmp_path)
    assert downloads.fetched(server.url, folder=tmp_path) == first
    assert server.asked[-1] == (None, '"one"')
    server.tag, server.body = '"two"', b"new"
    assert downloads.fetched(server.url, folder=tmp_path).read_bytes() == b"new"


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_too_large_is_refused_and_leaves_nothing(
    server: Server, tmp_path: Path, announced: bool
) -> None:
    server.chunked = not announced
    with pytest.raises(FaultyInput):
        downloads.fetched(server.url, folder=tmp_path, largest=1_000_000)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 1000]


def test_a_full_disk_is_seen_before_the_transfer(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(FaultyInput) as refused:
        downloads.fetched(server.url, folder=tmp_path)
    assert "CROISEE_VAR" in refused.value.faults[0].remedy


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_server_that_refuses_is_named(server: Server, tmp_path: Path, status: int) -> None:
    server.status = status
    with pytest.raises(FaultyInput) as refused:
        downloads.fetched(server.url, folder=tmp_path)
    assert server.url in refused.value.faults[0].problem
    assert len(server.asked) == 1  # a refusal is an answer: asking again would not change it


def test_no_server_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "ATTEMPTS", 1)
    with pytest.raises(FaultyInput):
        downloads.fetched("http://127.0.0.1:9/file.csv", folder=tmp_path)


def test_a_territory_is_loaded_from_a_url(server: Server, metropolis: Path) -> None:
    server.body = official.write_ban(metropolis, [official.ban_row()]).read_bytes()
    [result] = official.load(server.url)
    assert (result.source, result.kept) == ("données.csv", 1)
    [again] = official.load(server.url)
    assert again.outcome.value == "unchanged"


def test_places_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput):
        list(sources.files_of(str(tmp_path / "absent")))
    (tmp_path / "a.csv").write_text("a")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.csv").write_text("b")
    assert [file.name for file in sources.files_of(str(tmp_path))] == ["a.csv"]
    assert [file.name for file in sources.files_of(f"file://{tmp_path}/a.csv")] == ["a.csv"]
