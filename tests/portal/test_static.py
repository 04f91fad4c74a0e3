"""Static files as an installation serves them: collected, named by their contents, compressed."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from croisee.project import settings as product


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=product.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_all_files_that_others_name_are_there(collected: Path) -> None:
    """Collecting fails when a style sheet names a missing file; names that change with contents were made."""
    assert list((collected / "croisee").glob("croisee.????????????.css"))
    assert list((collected / "vendor").glob("maplibre-gl-*/maplibre-gl.????????????.mjs.gz"))


def test_modules_import_modules_that_are_there(collected: Path) -> None:
    for script in (collected / "croisee").glob("*.js"):
        for name in re.findall(r"(?:from|import\()\s*\"(\./[^\"]+)\"", script.read_text()):
            assert (script.parent / name).is_file(), f"{script.name}: {name}"


def test_what_every_page_loads_weighs_little(collected: Path) -> None:
    styles = ["croisee", "frame", "components", "forms", "tables", "cards"]
    files = [collected / "croisee" / f"{name}.css.gz" for name in styles]
    files.append(collected / "croisee" / "croisee.js.gz")
    files += (collected / "vendor").glob("htmx-*/htmx.min.js.gz")
    files += (collected / "vendor").glob("bricolage-*/bricolage-grotesque-latin-wght-normal.woff2")
    assert sum(path.stat().st_size for path in files) < 80_000
