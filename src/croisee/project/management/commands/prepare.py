"""`croisee prepare`: what is compiled once after each installation, so that nobody waits for it later."""

import compileall
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.demo.files import FEED_NAME, TERRITORY, generate_files, generate_round_files
from croisee.demo.generator.ground import Sizes
from croisee.engine.transit.streets import Streets
from croisee.project import messages
from croisee.territory.timetables.reading import read_feed
from croisee.territory.timetables.typical import typical_day
from croisee.territory.travel.morning import Morning

PUPILS = 40
# More than are asked about together, and one: each has code of its own.
ORIGINS = 9


class Command(BaseCommand):
    help = gettext_lazy("Compile the translations and the engines, once after each installation.")
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        messages.compile_all()
        compileall.compile_dir(messages.PACKAGE, quiet=2)
        with TemporaryDirectory() as folder:
            self._use_engines(Path(folder) / "round")
            self._ask_times(Path(folder) / "network")
        self.stdout.write(_("Ready."))

    def _use_engines(self, folder: Path) -> None:
        """Tag a file and place a few made-up pupils: Numba keeps on disk the machine code that this needs."""
        folder.mkdir()
        generate_round_files(folder, PUPILS, seed=1)
        inputs = [f"--{kind}={folder / kind}.csv" for kind in ("offers", "pupils", "wishes", "schools")]
        zones = f"--zones={folder / 'zones.geojson'}"
        silent = {"stdout": StringIO(), "stderr": StringIO()}
        call_command("stages", "place", *inputs, zones, f"--out={folder / 'out'}", **silent)
        call_command(
            "zones", "tag", folder / "pupils.csv", f"--output={folder / 'tagged.csv'}", zones, **silent
        )

    def _ask_times(self, folder: Path) -> None:
        """Travel times on a made-up network, as the crow flies and along a street, and one journey."""
        generate_files(folder, Sizes(pupils=PUPILS, addresses=1_000), seed=1, day=date(2026, 1, 1))
        timetable = read_feed(folder / TERRITORY / FEED_NAME, FEED_NAME, lambda _fault: None).timetable
        lon, lat = timetable.lon[:ORIGINS], timetable.lat[:ORIGINS]
        for streets in (None, Streets.of(np.array([0, ORIGINS]), lon, lat)):
            morning = Morning.of(timetable, typical_day(timetable, timetable.first), streets)
            morning.times(lon, lat, lon, lat)
            morning.times(lon[:1], lat[:1], lon, lat)
            morning.journey(float(lon[0]), float(lat[0]), float(lon[-1]), float(lat[-1]))
