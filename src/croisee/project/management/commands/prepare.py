"""`croisee prepare`: what is compiled once after each installation, so that nobody waits for it later."""

import compileall
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.demo.files import generate_round_files
from croisee.project import messages

PUPILS = 40


class Command(BaseCommand):
    help = gettext_lazy("Compile the translations and the engines, once after each installation.")
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        messages.compile_all()
        compileall.compile_dir(messages.PACKAGE, quiet=2)
        with TemporaryDirectory() as folder:
            self._use_engines(Path(folder))
        self.stdout.write(_("Ready."))

    def _use_engines(self, folder: Path) -> None:
        """Tag a file and place a few made-up pupils: Numba keeps on disk the machine code that this needs."""
        generate_round_files(folder, PUPILS, seed=1)
        inputs = [f"--{kind}={folder / kind}.csv" for kind in ("offers", "pupils", "wishes", "schools")]
        zones = f"--zones={folder / 'zones.geojson'}"
        silent = {"stdout": StringIO(), "stderr": StringIO()}
        call_command("stages", "place", *inputs, zones, f"--out={folder / 'out'}", **silent)
        call_command(
            "zones", "tag", folder / "pupils.csv", f"--output={folder / 'tagged.csv'}", zones, **silent
        )
