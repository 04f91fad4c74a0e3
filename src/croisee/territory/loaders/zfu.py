"""Communes that carried an urban free zone (ZFU-TE): whole communes, not the zones' own outlines."""

from croisee.territory.loaders import zones
from croisee.territory.loaders.features import read_features
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.models import DataSetKind, ZoneKind
from croisee.territory.rules import ZFU_LAST_DAY


def recognises(peek: Peek) -> bool:
    """Polygons numbered `ZFU001` and after."""
    return peek.family == "polygons" and any(str(row.get("id", "")).startswith("ZFU") for row in peek.sample)


def load(load: Load) -> None:
    """Store the communes of the EPCI that carried a zone, told by their outlines, which bear no INSEE code."""
    communes = zones.CommuneMap(load.epci)
    found = {}
    for feature in read_features(load.path, load.layer, load.source):
        code = feature.text("id")
        middle = feature.geometry and feature.geometry.representative_point()
        inside = communes.communes_of(middle.buffer(1e-6)) if middle else set()
        if not inside:
            load.elsewhere += 1
            continue
        found[code] = zones.Found(
            code, feature.text("lib"), inside, feature.geometry, feature.repaired, valid_to=ZFU_LAST_DAY
        )
    if not found:
        raise NotConcerned
    zones.store(load, ZoneKind.ZFU, 0, found)


FORMAT = Format(DataSetKind.ZFU, recognises, load)
