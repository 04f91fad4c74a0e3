"""A server looks at what is loaded in the background: a page gets the network before until the next one is ready."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from croisee.territory.models import DataSet
from croisee.territory.travel import network as networks
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Network, current_network
from tests.buses import load_buses

pytestmark = pytest.mark.django_db(transaction=True)
LONG = 60


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process watches, all the time."""
    monkeypatch.setattr(networks, "LOOKED_AT_EVERY", 0.02)
    monkeypatch.setattr(networks, "_held", None)
    networks.watch()
    yield
    networks.watch_no_more()


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds within a minute."""
    for _moment in range(20 * LONG):
        if holds():
            return True
        time.sleep(0.05)
    return False


def is_by_timetable() -> bool:
    return current_network().morning is not None


def loaded_elsewhere(monkeypatch: pytest.MonkeyPatch, folder: Path, settings: Any) -> None:
    """Load the buses as another process does: this one is not told."""
    with monkeypatch.context() as patched:
        patched.setattr(networks, "look_again", lambda: None)
        load_buses(folder, settings)


def test_nobody_waits_for_the_next_timetable(
    watching: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_network()
    assert before.basis(Mode.TRANSIT).is_estimate
    begun, go_on = threading.Event(), threading.Event()

    def held_up(network: Network) -> Network:
        begun.set()
        assert go_on.wait(LONG)
        return network

    monkeypatch.setattr(Network, "warmed", held_up)
    loaded_elsewhere(monkeypatch, tmp_path, settings)
    assert begun.wait(LONG)
    assert current_network() is before
    go_on.set()
    assert soon(is_by_timetable)


def test_a_network_is_made_ready_for_every_way_to_go(
    watching: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded_elsewhere(monkeypatch, tmp_path, settings)
    assert soon(is_by_timetable)
    morning = current_network().morning
    assert morning
    assert {"rush", "doors", "_backwards"} <= morning.__dict__.keys()


def test_what_cannot_be_read_leaves_the_network_in_use(
    watching: None,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    loaded_elsewhere(monkeypatch, tmp_path, settings)
    assert soon(is_by_timetable)
    before = current_network()

    def failing() -> None:
        raise OSError

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "croisee.territory"):
        patched.setattr(networks, "loaded_timetable", failing)
        assert soon(lambda: bool(caplog.records))
        assert current_network() is before
    DataSet.objects.all().delete()
    assert soon(lambda: not is_by_timetable())


def test_a_process_that_no_longer_watches_looks_by_itself(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks.watch()
    assert networks.is_watching()
    networks.watch_no_more()
    assert not networks.is_watching()
    assert not is_by_timetable()
    loaded_elsewhere(monkeypatch, tmp_path, settings)
    assert not is_by_timetable()
    monkeypatch.setattr(networks, "LOOKED_AT_EVERY", 0)
    assert is_by_timetable()


def test_what_is_kept_is_computed_with_what_is_loaded_at_that_moment(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_by_timetable()
    loaded_elsewhere(monkeypatch, tmp_path, settings)
    assert networks.network_now().morning is not None
