"""Streets as walkers use them, from an extract of OpenStreetMap; a new extract replaces the old one whole."""

import math
from pathlib import Path

import numpy as np
import shapely
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from croisee.engine.transit.streets import Streets
from croisee.engine.transit.timetable import Floats
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.catalogue import OFFICIAL
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.openstreetmap import Ways, read_ways, snapshot_of
from croisee.territory.loaders.points import Box
from croisee.territory.models import Commune, DataSet, DataSetKind, StreetNetwork
from croisee.territory.street_networks import packed

AROUND = 2000.0
"""Metres around the communes, or around places, within which streets are kept: one may walk outside to come back in."""

METRES_A_DEGREE = 111_195.0


def recognises(peek: Peek) -> bool:
    """An extract of OpenStreetMap."""
    return peek.family == "streets"


def load(load: Load) -> None:
    """Store the streets about the EPCI in place of those of the extract before."""
    ways = read_ways(load.path, load.source, box_around(load))
    load.advance(load.path.stat().st_size)
    if not ways.seen:
        raise NotConcerned
    drawn, streets = _networks(ways, load.source)
    without = _communes_without(load, streets)
    _store(load, streets)
    load.kept = len(streets.first)
    load.note = "; ".join(_notes(drawn, streets, ways, without))


def streets_about(path: Path, source: str, lon: Floats, lat: Floats) -> Streets:
    """The streets of an extract about some places, without a database. Raises FaultyInput when it holds none."""
    ways = read_ways(path, source, _widened(Box(lon.min(), lat.min(), lon.max(), lat.max())))
    if not ways.seen:
        problem = _("it holds no street near the points and the stops.")
        raise _refused(source, problem, _("Take the extract of their region."))
    return _networks(ways, source)[1]


def _networks(ways: Ways, source: str) -> tuple[Streets, Streets]:
    """All streets one may walk, and those of them that hang together."""
    if not ways.walked:
        problem = _("no way in it may be walked.")
        raise _refused(source, problem, _("Take an extract from which no street has been filtered out."))
    drawn = Streets.of(ways.start, ways.lon, ways.lat)
    streets = drawn.connected()
    if not len(streets.first):
        raise _refused(source, _("no way in it leads anywhere."), _("Take an extract that has its nodes."))
    return drawn, streets


def box_around(load: Load) -> Box:
    """The box of the outlines of the EPCI's communes, and 2 km more. Raises FaultyInput when none has one."""
    bounds = Commune.objects.filter(epci=load.epci).aggregate(
        west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north")
    )
    if bounds["west"] is None:
        problem = _("the outlines of the communes are not loaded yet.")
        remedy = _("Load first the data set “%(title)s”.") % {"title": OFFICIAL[DataSetKind.OUTLINES].title}
        raise _refused(load.source, problem, remedy)
    return _widened(Box(**bounds))


def _widened(box: Box) -> Box:
    northwards = AROUND / METRES_A_DEGREE
    farthest = max(abs(box.south), abs(box.north))
    eastwards = northwards / math.cos(math.radians(min(farthest, 85.0)))
    return Box(box.west - eastwards, box.south - northwards, box.east + eastwards, box.north + northwards)


def _communes_without(load: Load, streets: Streets) -> int:
    """How many communes have no crossing in them. Raises NotConcerned when none has one.

    Raises FaultyInput when most have none: what is stored already must not give way to the edge of another region.
    """
    outlined = Commune.objects.filter(epci=load.epci, outline__isnull=False)
    reached = [_reaches(streets, commune) for commune in outlined]
    if not any(reached):
        raise NotConcerned
    if sum(reached) * 2 < len(reached):
        problem = _("it holds streets of %(some)d communes of the EPCI out of %(all)d.")
        remedy = _("Take the extract that holds the whole EPCI, or merge two (osmium merge).")
        raise _refused(load.source, problem % {"some": sum(reached), "all": len(reached)}, remedy)
    return len(reached) - sum(reached)


def _reaches(streets: Streets, commune: Commune) -> bool:
    west, south, east, north = (getattr(commune, side) for side in ("west", "south", "east", "north"))
    near = np.flatnonzero(Box(west, south, east, north).holds(streets.lon, streets.lat))
    outline = commune.geometry
    shapely.prepare(outline)
    return bool(shapely.contains_xy(outline, streets.lon[near], streets.lat[near]).any())


def _store(load: Load, streets: Streets) -> None:
    before = StreetNetwork.objects.filter(epci=load.epci)
    load.difference = Difference(
        added=len(streets.first), removed=sum(before.values_list("edges", flat=True))
    )
    before.delete()
    DataSet.objects.filter(epci=load.epci, kind=DataSetKind.STREETS).exclude(pk=load.data_set.pk).delete()
    snapshot = snapshot_of(load.path, load.source)
    if snapshot is not None:
        load.data_set.vintage = snapshot.isoformat()
    StreetNetwork.objects.create(
        epci_id=load.epci,
        data_set=load.data_set,
        snapshot=snapshot,
        nodes=len(streets.lon),
        edges=len(streets.first),
        metres=streets.total,
        west=float(streets.line_lon.min()),
        south=float(streets.line_lat.min()),
        east=float(streets.line_lon.max()),
        north=float(streets.line_lat.max()),
        arrays=packed(streets),
    )


def _notes(drawn: Streets, streets: Streets, ways: Ways, without: int) -> list[str]:
    length = _("%(km)d km of %(ways)d ways") % {"km": round(streets.total / 1000), "ways": ways.walked}
    notes = [length]
    if apart := drawn.total - streets.total:
        share = _("%(share).1f%% left out, which nothing joins to the rest")
        notes.append(share % {"share": 100 * apart / drawn.total})
    if without:
        notes.append(_("%(n)d communes have no street in it") % {"n": without})
    return notes


def _refused(source: str, problem: str, remedy: str) -> FaultyInput:
    return FaultyInput([Fault(source, None, None, problem, remedy)])


FORMAT = Format(DataSetKind.STREETS, recognises, load)
