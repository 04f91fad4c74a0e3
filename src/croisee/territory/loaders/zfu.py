"""Communes that carried an urban free zone (ZFU-TE): whole communes, not the zones' own outlines."""

from croisee.territory.loaders import zones
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.maps import read_zones
from croisee.territory.models import DataSetKind, ZoneKind
from croisee.territory.rules import ZFU_LAST_DAY

TINY = 1e-6
"""Degrees: a tenth of a metre."""


def recognises(peek: Peek) -> bool:
    """Polygons numbered `ZFU001` and after."""
    return peek.family == "polygons" and any(str(row.get("id", "")).startswith("ZFU") for row in peek.sample)


def load(load: Load) -> None:
    """Store the communes of the EPCI that carried a zone, told by their outlines, which bear no INSEE code."""
    communes = zones.CommuneMap(load.epci)
    found = {}
    for zone, outline in read_zones(load, code="id"):
        # These outlines are simplified and run over into neighbours: the middle tells which commune is meant.
        inside = communes.communes_of(outline.representative_point().buffer(TINY))
        if not inside:
            load.elsewhere += 1
            continue
        repaired = bool(zone.repaired)
        found[zone.code] = zones.Found(zone.code, zone.name, inside, outline, repaired, valid_to=ZFU_LAST_DAY)
    if not found:
        raise NotConcerned
    zones.store(load, ZoneKind.ZFU, 0, found)


FORMAT = Format(DataSetKind.ZFU, recognises, load)
