"""The layers of the map as GeoJSON: outlines simplified for the screen, properties ready to be read."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache as forever
from typing import Any

import numpy as np
import pyproj
import shapely
from django.core.cache import cache
from django.db.models import Max
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from croisee.engine.zones.projection import LON_LAT, REGIONS, regions_of
from croisee.portal.queries import BAND
from croisee.territory.models import Commune, DataSet, School, TransitStop, Zone, ZoneKind

# In degrees: about 15 m for communes, which are large, and 2 m for neighbourhoods, which people zoom into.
COARSE, FINE = 0.00015, 0.00002
DECIMALS = 5
Feature = tuple[shapely.Geometry, dict[str, object]]


def state(_request: HttpRequest, layer: str) -> str | None:
    """What changes whenever a layer does: the entity tag of its address. None when nothing is loaded."""
    last = DataSet.objects.aggregate(last=Max("loaded_at"), touched=Max("updated_at"))
    if last["last"] is None:
        return None
    return f'"{layer}-{get_language()}-{last["last"].timestamp()}-{last["touched"].timestamp()}"'


def collection(layer: str, tag: str | None) -> str:
    """The GeoJSON text of a layer, kept until `tag` changes. Raises Http404 for one that does not exist."""
    features = _features_of(layer)
    if tag is None:
        return _written(features())
    return str(cache.get_or_set(f"portal.geojson.{tag}", lambda: _written(features()), timeout=None))


def _features_of(layer: str) -> Callable[[], Iterable[Feature]]:
    """What makes the features of a layer: one of `PLAIN`, qpv-YEAR or bands-YEAR."""
    if layer in PLAIN:
        return PLAIN[layer]
    dated = re.fullmatch(r"(qpv|bands)-([0-9]{4})", layer)
    if dated is None:
        raise Http404(layer)
    name, generation = dated[1], int(dated[2])
    return lambda: _of_kind(ZoneKind.QPV, generation) if name == "qpv" else _bands(generation)


def _written(features: Iterable[Feature]) -> str:
    lines = []
    for geometry, properties in features:
        rounded = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
        text = json.dumps(properties, ensure_ascii=False)
        lines.append(f'{{"type":"Feature","properties":{text},"geometry":{shapely.to_geojson(rounded)}}}')
    return '{"type":"FeatureCollection","features":[' + ",\n".join(lines) + "]}"


def _communes() -> Iterator[Feature]:
    communes = list(Commune.objects.filter(outline__isnull=False))
    # Simplified together, so that neighbours keep one common limit.
    outlines = shapely.coverage_simplify([commune.geometry for commune in communes], COARSE)
    for commune, outline in zip(communes, outlines, strict=True):
        people = number_format(commune.population, force_grouping=True) if commune.population else ""
        detail = _("%(people)s inhabitants") % {"people": people} if people else _("Commune")
        yield outline, {"code": commune.code, "name": commune.name, "detail": detail, "url": ""}


def _schools() -> Iterator[Feature]:
    for school in School.objects.filter(longitude__isnull=False).exclude(location="none"):
        priority = f", {school.get_priority_display()}" if school.is_priority else ""
        yield (
            shapely.Point(school.longitude, school.latitude),
            {
                "code": school.uai,
                "name": str(school),
                "detail": f"{school.get_kind_display()}{priority}",
                "priority": school.priority,
                "url": "",
            },
        )


def _stops() -> Iterator[Feature]:
    for stop in TransitStop.objects.defer("feed"):
        detail = ngettext("Stop of the line %s", "Stop of the lines %s", len(stop.lines)) % ", ".join(
            stop.lines
        )
        yield (
            shapely.Point(stop.longitude, stop.latitude),
            {"code": stop.code, "name": stop.name, "detail": detail if stop.lines else _("Stop"), "url": ""},
        )


def _of_kind(kind: ZoneKind, generation: int = 0) -> Iterator[Feature]:
    return _zones(Zone.objects.filter(kind=kind, generation=generation, outline__isnull=False))


def _zones(zones: Iterable[Zone]) -> Iterator[Feature]:
    for zone in zones:
        outline = zone.geometry
        if outline is None:
            continue
        what = f"{zone.get_kind_display()} {zone.generation or ''}".strip()
        yield (
            outline.simplify(FINE),
            {
                "code": zone.code,
                "name": zone.name or zone.code,
                "detail": f"{what} ({zone.code})",
                "url": reverse("portal:zone", args=[zone.code]),
            },
        )


def _bands(generation: int) -> Iterator[Feature]:
    """What is at most 300 m from a neighbourhood, as one shape to look at; answers come from the engine."""
    zones = Zone.objects.filter(kind=ZoneKind.QPV, generation=generation, outline__isnull=False)
    outlines = [zone.geometry for zone in zones]
    by_region: dict[int, list[shapely.Geometry]] = {}
    for outline in outlines:
        corner = shapely.get_coordinates(outline)[:1]
        by_region.setdefault(int(regions_of(corner[:, 0], corner[:, 1])[0]), []).append(outline)
    for region, group in by_region.items():
        forth, back = _transformers(REGIONS[region].epsg)
        metres = shapely.transform(np.array(group, dtype=object), _both(forth))
        band = shapely.union_all(shapely.buffer(metres, BAND)).simplify(3)
        yield (
            shapely.transform(band, _both(back)),
            {"code": "", "name": _("Band of 300 m"), "detail": "", "url": ""},
        )


def _both(transformer: pyproj.Transformer) -> Callable[[Any], Any]:
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


@forever
def _transformers(epsg: int) -> tuple[pyproj.Transformer, pyproj.Transformer]:
    return (
        pyproj.Transformer.from_crs(LON_LAT, epsg, always_xy=True),
        pyproj.Transformer.from_crs(epsg, LON_LAT, always_xy=True),
    )


PLAIN: dict[str, Callable[[], Iterable[Feature]]] = {
    "communes": _communes,
    "schools": _schools,
    "stops": _stops,
    "neighbourhoods": lambda: _of_kind(ZoneKind.NEIGHBOURHOOD),
    "subneighbourhoods": lambda: _of_kind(ZoneKind.SUBNEIGHBOURHOOD),
}
