"""Timetables given as files (GTFS feeds): the travel times of a round without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput
from croisee.stages.certificate import Source, numbered
from croisee.stages.travel import Travel
from croisee.territory.loaders.loading import sha256_of
from croisee.territory.timetables.joining import joined
from croisee.territory.timetables.matrix import require_day
from croisee.territory.timetables.reading import read_feed
from croisee.territory.timetables.typical import typical_day
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.morning import Morning
from croisee.territory.travel.network import Basis, Network


def sources_of(paths: Sequence[Path]) -> dict[str, Source]:
    """The timetables as inputs of a certificate, whatever the order in which they are given.

    Raises FaultyInput for one that is not there or cannot be read.
    """
    return numbered("timetable", (_source(path) for path in paths))


def travel_by(
    paths: Sequence[Path],
    day: dt.date | None = None,
    *,
    refuse: Callable[[Fault], None],
    advance: Callable[[int, int], object] = lambda done, homes: None,
) -> Travel:
    """Travel times by the timetables of some feeds (zip archives or folders), several being one network.

    On `day`, or else on an ordinary day from the first one on which something runs. Rows that do not hold go to
    `refuse`. Raises FaultyInput for a feed that cannot be used, and for a day on which nothing runs.
    """
    feeds = [read_feed(_feed_at(path), path.name, refuse) for path in sorted(paths, key=_source_key)]
    timetable, _names = joined([(feed.timetable, feed.names) for feed in feeds])
    on = day or typical_day(timetable, timetable.first)
    require_day(timetable, on)
    network = Network(None, None, on, Morning.of(timetable, on))
    return Travel(network, Basis(Mode.TRANSIT, on), sources_of(paths), advance)


def _source(path: Path) -> Source:
    try:
        return Source(path.absolute().name, sha256_of(_feed_at(path)))
    except OSError as error:
        problem = _("it cannot be read (%(reason)s).") % {"reason": error.strerror or type(error).__name__}
        remedy = _("Check the path: a GTFS feed is a zip archive or a folder.")
        raise FaultyInput([Fault(path.name, None, None, problem, remedy)]) from None


def _source_key(path: Path) -> tuple[str, str]:
    source = _source(path)
    return source.name, source.sha256


def _feed_at(path: Path) -> Path:
    """The archive, or the folder that holds the tables of the feed."""
    folders = {table.parent for table in path.rglob("stops.txt")} if path.is_dir() else set()
    return folders.pop() if len(folders) == 1 else path
