"""Results appear whole or not at all."""

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation

from croisee.foundation.tables import OutputFailed, replaced_file, replaced_folder


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "placements.csv").write_text("old")
    (folder / "faults.csv").write_text("old")
    (folder / "notes.txt").write_text("mine")
    return folder


def test_new_folder(tmp_path):
    with replaced_folder(tmp_path / "a" / "b") as folder:
        (folder / "x").write_text("1")
        assert not (tmp_path / "a" / "b").exists()
    assert content(tmp_path / "a" / "b") == {"x": "1"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_existing_folder_keeps_what_is_not_ours(out):
    with replaced_folder(out, stale=["faults.csv", "never.csv"]) as folder:
        (folder / "placements.csv").write_text("new")
        (folder / "report.html").write_text("new")
    assert content(out) == {"placements.csv": "new", "report.html": "new", "notes.txt": "mine"}


def fail_after(file, error):
    file.write_text("ne")
    raise error


def write_and_fail(folder, error):
    (folder / "placements.csv").write_text("new")
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), SystemExit()])
def test_whatever_fails_the_folder_is_as_it_was(out, error):
    before = content(out)
    with pytest.raises(type(error)), replaced_folder(out, stale=["faults.csv"]) as folder:
        write_and_fail(folder, error)
    assert content(out) == before


@pytest.mark.parametrize("fatal", range(1, 6))
def test_a_rename_that_fails_is_undone(out, monkeypatch, fatal):
    """Three files put aside or moved in, the interruption at each of the renames in turn."""
    before = content(out)
    rename, calls = Path.rename, []

    def fragile(self, target):
        calls.append(target)
        if len(calls) == fatal:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fragile)
    interrupted = False
    try:
        with replaced_folder(out, stale=["faults.csv"]) as folder:
            (folder / "placements.csv").write_text("new")
            (folder / "report.html").write_text("new")
    except KeyboardInterrupt:
        interrupted = True
    assert interrupted == (fatal < 5)
    assert (content(out) == before) == interrupted


def test_full_disk(out):
    before = content(out)
    with pytest.raises(OutputFailed, match="no room left"), replaced_folder(out) as folder:
        write_and_fail(folder, OSError(errno.ENOSPC, "no space left on device"))
    assert content(out) == before


def test_file_size_limit_in_a_real_process(out):
    before = content(out)
    code = f"""
import resource, pathlib, django
from django.conf import settings
settings.configure(USE_I18N=False)
from croisee.foundation.tables import OutputFailed, replaced_folder
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, {resource.getrlimit(resource.RLIMIT_FSIZE)[1]}))
try:
    with replaced_folder(pathlib.Path({str(out)!r})) as folder:
        (folder / "placements.csv").write_text("x" * 5000)
except OutputFailed as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "no room left" in run.stdout
    assert content(out) == before


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputFailed, match="is a file"), replaced_folder(tmp_path / "out"):
        pass
    with pytest.raises(OutputFailed), replaced_folder(tmp_path / "out" / "inside"):
        pass


def test_single_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(OutputFailed), replaced_file(path) as fresh:
        fail_after(fresh, OSError(errno.ENOSPC, "full"))
    assert content(tmp_path) == {"x.csv": "old"}
    with replaced_file(path) as fresh:
        fresh.write_text("new")
    assert content(tmp_path) == {"x.csv": "new"}
