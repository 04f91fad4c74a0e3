"""`croisee zones tag`: the priority neighbourhoods of the rows of a file."""

import argparse
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.engine.zones import Index
from croisee.foundation.tables import FaultyInput, fault_lines
from croisee.territory.management.file_command import FileCommand
from croisee.territory.polygons import PolygonFile, read_polygons
from croisee.territory.tagging import BAND, Tagged, tag_file


class Command(FileCommand):
    """Without `--zones`, the zones are those loaded in the database; with it, no database is touched."""

    help = gettext_lazy("Say which zones the rows of a CSV file lie in: croisee zones tag IN.csv -o OUT.csv")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One verb: `tag`."""
        actions = parser.add_subparsers(dest="action", required=True)
        tag = actions.add_parser("tag", help=_("add the zones to each row of a CSV file"))
        tag.add_argument("input", type=Path, help=_("CSV file with lon and lat, or x and y (.gz too)"))
        tag.add_argument("-o", "--output", type=Path, required=True, help=_("the file to write"))
        tag.add_argument("--zones", type=Path, help=_("file of polygons, instead of the loaded zones"))
        tag.add_argument("--layer", help=_("which layer of the file of polygons"))
        tag.add_argument("--code", help=_("which column of it holds the codes"))
        tag.add_argument(
            "--keep-valid", action="store_true", help=_("leave rows with a fault out, and say so")
        )

    def write(self, options: dict[str, Any]) -> None:
        """Tag the file."""
        keep_valid = options["keep_valid"]
        index = self._index(options)
        progress = _Progress(options["input"], self.stderr)
        tagged = tag_file(options["input"], options["output"], index, keep_valid=keep_valid, advance=progress)
        self._tell(tagged, options["output"])

    def _index(self, options: dict[str, Any]) -> Index:
        if options["zones"]:
            polygons = read_polygons(options["zones"], layer=options["layer"], code=options["code"])
            if polygons.faults and not options["keep_valid"]:
                raise FaultyInput(list(polygons.faults))
            self._say_how_read(polygons)
            return polygons.index((BAND,))
        from croisee.territory.queries import current_zone_index  # the database, only when it is needed

        index = current_zone_index()
        if index is None:
            remedy = _("Run “croisee territory load”, or name a file of polygons with --zones.")
            raise CommandError(_("No zones are loaded.") + " " + remedy)
        return index

    def _say_how_read(self, polygons: PolygonFile) -> None:
        for note in polygons.notes:
            self.stderr.write(f"{polygons.source}: {note}")
        for fault in polygons.faults:
            self.stderr.write(str(fault))
        repaired = [zone.code for zone in polygons.zones if zone.repaired]
        if repaired:
            message = _("outlines that cross themselves, repaired: %(codes)s.")
            self.stderr.write(f"{polygons.source}: {message % {'codes': ', '.join(repaired)}}")

    def _tell(self, tagged: Tagged, target: Path) -> None:
        for line in fault_lines(tagged.faults):
            self.stderr.write(line)
        counts = {"rows": tagged.rows, "path": target, **tagged.answers}
        message = _(
            "%(path)s: rows: %(rows)d; in a zone: %(yes)d, outside: %(no)d, uncertain: %(uncertain)d."
        )
        self.stdout.write(message % counts)
        if tagged.without_coordinates:
            self.stdout.write(_("Rows without coordinates: %(n)d.") % {"n": tagged.without_coordinates})
        if tagged.left_out:
            self.stdout.write(_("Rows left out: %(n)d.") % {"n": tagged.left_out})


class _Progress:
    """How far the file is read, on a terminal, at most every half second."""

    def __init__(self, path: Path, stream: Any) -> None:
        self.size = path.stat().st_size if path.is_file() else 0
        self.stream, self.done, self.told = stream, 0, time.monotonic()

    def __call__(self, size: int) -> None:
        self.done += size
        now = time.monotonic()
        if self.size and self.stream.isatty() and now - self.told > 0.5:
            self.told = now
            self.stream.write(f"\r{self.done / self.size:4.0%}", ending="\r")
