"""The territory as a small drawing: the outlines of its communes and priority neighbourhoods as SVG paths."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from django.core.cache import cache
from django.db.models import Max, Subquery
from numpy.typing import NDArray

from croisee.territory.models import Commune, DataSet, Zone, ZoneKind

WIDTH = 640
# Outlines are drawn at one unit a pixel: what is smaller than that is left out.
TOLERANCE = 1.0


@dataclass(frozen=True)
class Silhouette:
    """SVG path data in a `width` × `height` box; y grows southwards."""

    width: int
    height: int
    communes: str
    zones: str


def territory_silhouette() -> Silhouette | None:
    """The drawing of everything loaded, kept until the next load; None when no commune has an outline."""
    loaded_at = DataSet.objects.aggregate(last=Max("loaded_at"))["last"]
    if loaded_at is None:
        return None
    key = f"portal.silhouette.{loaded_at.timestamp()}"
    return cache.get_or_set(key, _draw_territory, timeout=None)


def _draw_territory() -> Silhouette | None:
    communes = _outlines(Commune.objects.filter(outline__isnull=False).values_list("outline", flat=True))
    zones = Zone.objects.filter(outline__isnull=False)
    newest = zones.filter(kind=ZoneKind.QPV).order_by("-generation").values("generation")[:1]
    shown = zones.filter(kind=ZoneKind.QPV, generation=Subquery(newest)).values_list("outline", flat=True)
    outlines = _outlines(shown)
    if not outlines:
        outlines = _outlines(zones.filter(kind=ZoneKind.NEIGHBOURHOOD).values_list("outline", flat=True))
    return draw(communes, outlines)


def _outlines(wkb: Iterable[bytes | memoryview | None]) -> list[shapely.Geometry]:
    return [shapely.from_wkb(bytes(outline)) for outline in wkb if outline is not None]


def draw(communes: list[shapely.Geometry], zones: list[shapely.Geometry]) -> Silhouette | None:
    """The drawing of outlines given in longitude and latitude; None without any commune."""
    if not communes:
        return None
    west, south, east, north = shapely.total_bounds(communes)
    shrink = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)

    def placed(geometries: list[shapely.Geometry]) -> NDArray[np.object_]:
        flat = np.array(geometries, dtype=object)
        moved = shapely.transform(flat, lambda xy: (xy - [west, north]) * [shrink * scale, -scale])
        return np.asarray(moved, dtype=object)

    # Communes are simplified together, so that two neighbours keep one common limit.
    return Silhouette(
        width=WIDTH,
        height=round((north - south) * scale),
        communes="".join(map(_path, shapely.coverage_simplify(placed(communes), 2.5 * TOLERANCE))),
        zones="".join(map(_path, shapely.simplify(placed(zones), TOLERANCE))),
    )


def _path(geometry: shapely.Geometry) -> str:
    """The rings of a polygon or multipolygon as `M x y L x y … Z`, in whole pixels."""
    rings = []
    for polygon in shapely.get_parts(geometry):
        for ring in shapely.get_rings(polygon):
            points = shapely.get_coordinates(ring).round().astype(int)
            rings.append("M" + "L".join(f"{x} {y}" for x, y in points[:-1]) + "Z")
    return "".join(rings)
