"""Fixtures of the territory's tests."""

from pathlib import Path

import pytest

from tests.territory import official


@pytest.fixture(autouse=True)
def _var_of_the_test(settings: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Reports and downloads go to a folder of the test."""
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


@pytest.fixture
def real_data() -> Path:
    """The real open data beside the repository."""
    if not official.REAL.exists():
        pytest.skip("the real data is not beside the repository")
    return official.REAL


@pytest.fixture
def metropolis(db: None, tmp_path: Path) -> Path:
    """Two communes with outlines and one priority neighbourhood each; returns a folder for more files."""
    folder = tmp_path / "more"
    folder.mkdir()
    base = tmp_path / "base"
    base.mkdir()
    official.load(official.write_epci(base), official.write_outlines(base), official.write_qpv(base))
    return folder
