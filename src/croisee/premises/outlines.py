"""The outline of a site or of a plot, read from GeoJSON: an area in longitude and latitude that is drawn soundly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyproj
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape

LARGEST = 2 * 1024 * 1024
AREAS = ("Polygon", "MultiPolygon")
OTHER_SYSTEMS = ("2154", "394", "3857", "27572")
SQUARE_METRES_A_HECTARE = 10_000
_EARTH = pyproj.Geod(ellps="WGS84")


def read_outline(data: bytes) -> bytes:
    """The area that a GeoJSON text holds, as WKB in WGS 84; several polygons become one area.

    Raises ValidationError in words: no GeoJSON, no polygon or something else, other coordinates than degrees,
    lines that cross.
    """
    if len(data) > LARGEST:
        raise ValidationError(_("This file is larger than 2 MB: simplify the outline."))
    try:
        found = json.loads(data.decode("utf-8-sig"))
        parts = [shape(one) for one in _geometries(found)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ShapelyError) as error:
        raise ValidationError(
            _("This file is no GeoJSON: export the outline of the site as GeoJSON.")
        ) from error
    if not parts or any(part.geom_type not in AREAS or part.is_empty for part in parts):
        raise ValidationError(_("Polygons alone are an outline: this file holds something else, or nothing."))
    _check_degrees(found, parts)
    crossed = [shapely.is_valid_reason(part) for part in parts if not part.is_valid]
    if crossed:
        raise ValidationError(
            _("The outline crosses itself (%(where)s): draw it again.") % {"where": crossed[0]}
        )
    area = shapely.force_2d(parts[0] if len(parts) == 1 else shapely.union_all(parts))
    if not area.area:
        raise ValidationError(_("This outline holds nothing."))
    return bytes(shapely.to_wkb(shapely.normalize(area)))


def _geometries(found: Any) -> list[Any]:
    """The geometries of a GeoJSON object, whatever holds them."""
    kind = found["type"]
    if kind == "FeatureCollection":
        return [one["geometry"] for one in found["features"]]
    if kind == "GeometryCollection":
        return list(found["geometries"])
    return [found["geometry"]] if kind == "Feature" else [found]


def _check_degrees(found: Any, parts: list[Any]) -> None:
    named = json.dumps(found.get("crs") or "")
    west, south, east, north = shapely.total_bounds(parts)
    inside = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if not inside or any(system in named for system in OTHER_SYSTEMS):
        raise ValidationError(
            _("These are not longitudes and latitudes: export the outline in WGS 84 (EPSG:4326).")
        )


def hectares(outline: bytes) -> Decimal:
    """The surface of an outline (WKB in WGS 84) on the ellipsoid, in hectares to a square metre."""
    square_metres, _around = _EARTH.geometry_area_perimeter(shapely.from_wkb(outline))
    return Decimal(round(abs(square_metres))) / SQUARE_METRES_A_HECTARE


def holds(outline: bytes, lon: float, lat: float) -> bool:
    """Whether a point lies in an outline, or on it."""
    return bool(shapely.intersects_xy(shapely.from_wkb(outline), lon, lat))
