"""The territory that is loaded, as rounds use it."""

import math
from collections.abc import Callable, Iterable
from uuid import UUID

from croisee.stages.certificate import Source, numbered
from croisee.stages.files import School
from croisee.stages.travel import Travel
from croisee.stages.zones import Zones
from croisee.territory.models import DataSet, EducationPriority, StreetNetwork
from croisee.territory.models import School as LoadedSchool
from croisee.territory.timetables.kept import current_version
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Network, network_now
from croisee.territory.zone_layers import zone_layer


def zones() -> Zones | None:
    """The newest generation of priority neighbourhoods whose outlines are loaded; None when there is none."""
    layer = zone_layer()
    if layer is None:
        return None
    names = {zone.code: zone.name for zone in layer.zones}
    return Zones(index=layer.index, names=names, source=f"QPV {layer.generation}")


def schools() -> dict[str, School]:
    """The schools that are loaded, by UAI."""
    priority = {EducationPriority.REP, EducationPriority.REP_PLUS}
    return {
        school.uai: School(
            uai=school.uai,
            name=school.name,
            status=school.priority if school.priority in priority else "",
            lon=math.nan if school.longitude is None else school.longitude,
            lat=math.nan if school.latitude is None else school.latitude,
        )
        for school in LoadedSchool.objects.all()
    }


def has_timetable() -> bool:
    """Whether travel times by public transport are those of a timetable; one query."""
    return bool(current_version())


def network() -> Network | None:
    """What is loaded of public transport at this moment; None without a timetable."""
    found = network_now() if has_timetable() else None
    return found if found and found.morning else None


def travel(advance: Callable[[int, int], object] = lambda done, homes: None) -> Travel | None:
    """Travel times by the timetables and the streets that are loaded; None without a timetable."""
    found = network()
    if found is None or found.kept is None:
        return None
    feeds = _sources("timetable", [feed.data_set for feed in found.kept.feeds])
    streets = _sources("streets", StreetNetwork.objects.values_list("data_set", flat=True))
    return Travel(found, found.basis(Mode.TRANSIT), {**feeds, **streets}, advance)


def _sources(kind: str, data_sets: Iterable[UUID]) -> dict[str, Source]:
    files = DataSet.objects.filter(pk__in=list(data_sets)).values_list("source", "checksum")
    return numbered(kind, (Source(name, checksum) for name, checksum in files))
