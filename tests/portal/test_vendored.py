"""The files of others: those that package-lock.json names, each with its licence."""

import json
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
SERVED = REPO / "src" / "croisee" / "portal" / "static" / "vendor"
FOR_TESTS = REPO / "tests" / "portal" / "vendor"
FOLDERS = sorted([*SERVED.iterdir(), *FOR_TESTS.iterdir()])


def test_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((REPO / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_vendored_folder(folder: Path) -> None:
    name, version = folder.name.rsplit("-", 1)
    wanted = json.loads((REPO / "package.json").read_text())
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert version in [pin for package, pin in pinned.items() if name in package], "run: npm run vendor"
    licences = [path for path in folder.iterdir() if path.name.startswith("LICENSE")]
    assert len(licences) == 1
    assert licences[0].stat().st_size > 100
