"""`croisee transit matrix`: travel times by public transport between the points of two files, without a database."""

import argparse
import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.engine.transit.reach import Limits
from croisee.engine.transit.scan import MOST_RIDES
from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import Timetable
from croisee.foundation.tables import Fault, FaultyInput, OutputFailed, fault_lines, require_file
from croisee.territory.loaders import streets
from croisee.territory.loaders.recognition import recognised
from croisee.territory.loaders.sources import SourceFile, files_of
from croisee.territory.management.file_command import FileCommand
from croisee.territory.timetables.matrix import (
    Matrix,
    Points,
    Question,
    read_points,
    require_trips,
    write_matrix,
)
from croisee.territory.timetables.reading import read_feed


class Command(FileCommand):
    help = gettext_lazy(
        "Travel times by public transport: croisee transit matrix --gtfs X.zip --from A.csv --to B.csv "
        "--arrive-by 08:45 --date 2026-01-12 -o M.parquet"
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One verb: `matrix`."""
        actions = parser.add_subparsers(dest="action", required=True)
        matrix = actions.add_parser("matrix", help=_("from each point of a file to each point of another"))
        matrix.add_argument("--gtfs", required=True, help=_("timetable: a GTFS feed (zip, folder or URL)"))
        points = _("CSV file with id, lon and lat")
        matrix.add_argument("--from", dest="origins", type=Path, required=True, help=points)
        matrix.add_argument("--to", dest="destinations", type=Path, required=True, help=points)
        matrix.add_argument("--arrive-by", type=_hour, default="08:45", help=_("be there by then: HH:MM"))
        matrix.add_argument("--date", type=_day, required=True, help=_("on which day: YYYY-MM-DD"))
        matrix.add_argument("-o", "--output", type=Path, required=True, help=_("the Parquet file to write"))
        along = _("streets to walk along: an extract of OpenStreetMap (.osm.pbf, .osm or URL)")
        matrix.add_argument("--streets", help=along)
        matrix.add_argument(
            "--window", type=_from_one_to(600), default=120, help=_("minutes before in which one leaves")
        )
        matrix.add_argument(
            "--walk", type=_from_one_to(120), default=20, help=_("longest walk of a leg, in minutes")
        )
        matrix.add_argument(
            "--transfers", type=_from_one_to(MOST_RIDES - 1, 0), default=3, help=_("most changes")
        )
        matrix.add_argument(
            "--longest", type=_from_one_to(600), default=120, help=_("longest journey, in minutes")
        )

    def write(self, options: dict[str, Any]) -> None:
        """Write the matrix."""
        matrix = self._matrix(options)
        message = _("%(path)s: pairs: %(pairs)d; reached: %(reached)d.")
        counts = {"path": options["output"], "pairs": matrix.pairs, "reached": matrix.reached}
        self.stdout.write(message % counts)

    def _matrix(self, options: dict[str, Any]) -> Matrix:
        _check_output(options)
        origins, destinations = read_points(options["origins"]), read_points(options["destinations"])
        limits = Limits(options["transfers"] + 1, 60 * options["longest"], options["arrive_by"])
        question = Question(
            options["date"], options["arrive_by"], options["window"], 60 * options["walk"], limits
        )
        progress = _Progress(len(origins) * len(destinations), self.stderr)
        timetable = self._timetable(options["gtfs"])
        require_trips(timetable, question)
        place = options["streets"]
        along = _streets_at(place, timetable, origins, destinations) if place else None
        return write_matrix(
            timetable,
            origins,
            destinations,
            question,
            options["output"],
            streets=along,
            advance=progress,
        )

    def _timetable(self, place: str) -> Timetable:
        """The timetable of a feed; what of it is unusable is said."""
        faults: list[Fault] = []
        file = _feed_at(place)
        feed = read_feed(file.path, file.name, faults.append)
        for line in fault_lines(faults, 20):
            self.stderr.write(line)
        return feed.timetable


def _check_output(options: dict[str, Any]) -> None:
    """Raise OutputFailed before anything is computed, were an input to be written over."""
    output: Path = options["output"]
    require_file(output)
    for name in ("origins", "destinations", "gtfs", "streets"):
        place = options[name] or ""
        # Unlike those of a path, these take a name of any length.
        if os.path.isfile(place) and os.path.isfile(output) and os.path.samefile(place, output):
            problem = _(
                "“%(path)s” is an input: choose another name for what is written. Nothing was changed."
            )
            raise OutputFailed(problem % {"path": output})


def _streets_at(place: str, timetable: Timetable, origins: Points, destinations: Points) -> Streets:
    """The streets of an extract about all points and stops."""
    file = next(iter(files_of(place)))
    if all(form is not streets.FORMAT for _peek, form in recognised(file.path, file.name)):
        problem = _("this is no OpenStreetMap file.")
        remedy = _("Give an extract of OpenStreetMap, for example the .osm.pbf of your region.")
        raise FaultyInput([Fault(file.name, None, None, problem, remedy)])
    lon, lat = (
        np.concatenate([getattr(places, side) for places in (timetable, origins, destinations)])
        for side in ("lon", "lat")
    )
    return streets.streets_about(file.path, file.name, lon, lat)


def _feed_at(place: str) -> SourceFile:
    """The feed at a place: a folder is one feed, whatever else lies in it."""
    folder = Path(place).expanduser()
    if folder.is_dir():
        return SourceFile(folder, folder.absolute().name)
    return next(iter(files_of(place)))


def _hour(text: str) -> int:
    """Seconds from midnight; hours may pass 24, as those of a timetable, up to the end of the next day."""
    hours, _colon, minutes = text.partition(":")
    if (
        hours.isdecimal()
        and len(hours) <= 2
        and int(hours) < 48
        and minutes.isdecimal()
        and len(minutes) == 2
        and int(minutes) < 60
    ):
        return 3600 * int(hours) + 60 * int(minutes)
    raise argparse.ArgumentTypeError(_("“%(text)s” is no time of day (08:45).") % {"text": text})


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        problem = _("“%(text)s” is no date (2026-01-12).") % {"text": text}
        raise argparse.ArgumentTypeError(problem) from None


def _from_one_to(most: int, least: int = 1) -> Any:
    def number(text: str) -> int:
        if text.isdecimal() and len(text) < 6 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is no number from %(least)d to %(most)d.")
            % {"text": text, "least": least, "most": most}
        )

    return number


class _Progress:
    """How many pairs are done, on a terminal, at most every half second."""

    def __init__(self, pairs: int, stream: Any) -> None:
        self.pairs, self.stream, self.told = pairs, stream, time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if self.stream.isatty() and now - self.told > 0.5:
            self.told = now
            self.stream.write(f"\r{done / self.pairs:4.0%}", ending="\r")
