"""The made-up metropolis as files: byte for byte the same, and read by those whom they are for."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from croisee.demo.files import NOTE_NAME, generate_files, generate_round_files
from croisee.demo.generator.ground import Sizes
from croisee.stages.files import read_files, read_schools

# What seed 1 gives, on any machine. Change it only together with what the generator draws.
DAY = date(2026, 9, 1)
HASH = "308e2dbf86360f8a2dc7ea26d1756bcb3242eec16ffb9910c53f346518498743"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "files"
    generate_files(path, Sizes(pupils=300, addresses=3_000), 1, DAY)
    return path


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def test_a_seed_gives_the_same_bytes_on_any_machine(folder: Path, tmp_path: Path) -> None:
    generate_files(tmp_path / "again", Sizes(pupils=300, addresses=3_000), 1, DAY)
    assert _digest(folder) == _digest(tmp_path / "again") == HASH


def test_the_folder_says_that_all_is_made_up(folder: Path) -> None:
    assert "inventé" in (folder / NOTE_NAME).read_text(encoding="utf-8")


def test_addresses_have_the_columns_of_the_national_base(folder: Path) -> None:
    with (folder / "territory" / "adresses-36.csv").open(encoding="utf-8-sig") as file:
        header = file.readline().strip().split(";")
    assert len(header) == 23
    assert {"id", "numero", "nom_voie", "code_insee", "lon", "lat", "certification_commune"} <= set(header)


@pytest.mark.parametrize(("pupils", "seed"), [(1_200, 1), (1_200, 7), (10_000, 1)])
def test_the_round_is_read_without_a_fault(tmp_path: Path, pupils: int, seed: int) -> None:
    generate_round_files(tmp_path, pupils=pupils, seed=seed)
    read = read_files(*(tmp_path / f"{name}.csv" for name in ("offers", "pupils", "wishes")))
    assert not read.faults
    assert len(read.pupils) == pupils
    assert read.offers.seats.sum() == pupils * 5 // 4
    assert (read.pupils.protected == -1).all()
    schools = read_schools(tmp_path / "schools.csv")
    assert set(read.pupils.schools) == set(schools)
    assert sum(bool(school.status) for school in schools.values()) == len(schools) // 4
