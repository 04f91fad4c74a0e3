"""Serving: a busy port gives way to another, requests are answered, and a signal ends server and worker."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from croisee.project import serve


def test_a_free_port_is_kept() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    with serve.listening("127.0.0.1", port) as bound:
        assert bound.getsockname()[1] == port
        assert serve.address_of(bound) == f"http://127.0.0.1:{port}"


def test_a_busy_port_gives_way_to_the_next_free_one() -> None:
    with serve.listening("127.0.0.1", 8_600) as first:
        port = first.getsockname()[1]
        with serve.listening("127.0.0.1", port) as second:
            assert second.getsockname()[1] > port


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(serve.NoPort), serve.listening("192.0.2.1", 8_600):
        pass


def test_no_port_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PORTS_TRIED", 1)
    with (
        serve.listening("127.0.0.1", 8_600) as first,
        pytest.raises(serve.NoPort),
        serve.listening("127.0.0.1", first.getsockname()[1]),
    ):
        pass


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_an_installation_and_ends_cleanly(ending: signal.Signals, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CROISEE_VAR": str(tmp_path / "var"),
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("DATABASE_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "croisee.project.settings"
    command = [sys.executable, "-m", "croisee", "up", "--port", "8650"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        address = _address_in(log, server)
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=30) as caller:
            caller.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            assert caller.recv(64).startswith(b"HTTP/1.0 200")
        server.send_signal(ending)
        assert server.wait(30) == 0, log.read_text()
    finally:
        if server.poll() is None:
            server.kill()
    assert "Traceback" not in log.read_text()


def _address_in(log: Path, server: "subprocess.Popen[bytes]") -> str:
    for _ in range(600):
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return found.group()
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())
