"""How the standards write places, and what is read whatever the order or the system of their coordinates.

Sites économiques: "lon, lat" and GeoJSON, in WGS 84. Friches: WKT with the latitude first. The two orders cannot be
taken for each other in France; what is larger than degrees is Lambert-93.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry import mapping, shape

from croisee.territory.france import in_france

DECIMALS = 6
"""Of degrees: a decimetre."""
AREAS = ("Polygon", "MultiPolygon")


class Elsewhere(ValueError):  # noqa: N818  reads as the sentence it is
    """A geometry that cannot be read, or that is in no part of France whichever way it is read."""


def point_text(lon: float, lat: float) -> str:
    """A `geopoint`: longitude, then latitude."""
    return f"{_number(lon)}, {_number(lat)}"


def geojson_text(geometry: Any) -> str:
    """One geometry of GeoJSON as text, rounded to a decimetre."""
    return json.dumps(mapping(_rounded(geometry)))


def wkt_text(geometry: Any) -> str:
    """WKT with the latitude first, as CNIG Friches publishes it."""
    turned = shapely.transform(_rounded(geometry), lambda xy: xy[:, ::-1])
    return str(shapely.to_wkt(turned, rounding_precision=DECIMALS, trim=True)).replace("POINT (", "POINT(")


def multi_polygon(geometry: Any) -> Any:
    """The same area as a MultiPolygon."""
    return geometry if geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([geometry])


def read_point(text: str) -> tuple[float, float]:
    """Longitude and latitude of a `geopoint` or of a WKT point. Raises Elsewhere."""
    if text.lstrip()[:1].isalpha():
        place = read_wkt(text)
    else:
        try:
            x, y = (float(part) for part in text.split(","))
        except ValueError:
            raise Elsewhere(text) from None
        place = _in_degrees(shapely.Point(x, y))
    centre = place.centroid
    return round(centre.x, DECIMALS + 1), round(centre.y, DECIMALS + 1)


def read_wkt(text: str) -> Any:
    """A geometry of WKT, with longitude first whichever way it was written. Raises Elsewhere."""
    try:
        found = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        raise Elsewhere(text) from None
    return _in_degrees(found)


def read_geojson(text: str) -> Any:
    """A geometry of GeoJSON. Raises Elsewhere."""
    try:
        found = shape(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise Elsewhere(text) from None
    return _in_degrees(found)


def read_area(text: str) -> Any:
    """A polygon of GeoJSON or WKT, made valid. Raises Elsewhere for anything else."""
    found = read_geojson(text) if text.lstrip().startswith("{") else read_wkt(text)
    if found.geom_type not in AREAS:
        raise Elsewhere(text)
    if not found.is_valid:
        found = shapely.make_valid(found, method="structure")
    if found.geom_type not in AREAS or found.is_empty:
        raise Elsewhere(text)
    return found


_to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)


def _in_degrees(found: Any) -> Any:
    """In longitude and latitude: from Lambert-93, or turned round, where that is how it lies in France."""
    if found is None or found.is_empty:
        raise Elsewhere("")
    found = shapely.force_2d(found)
    points = shapely.get_coordinates(found)
    if not np.isfinite(points).all():
        raise Elsewhere("")
    if (np.abs(points) > (180.0, 90.0)).any() and (np.abs(points) > 180.0).any():
        found = shapely.transform(found, lambda xy: np.column_stack(_to_degrees.transform(*xy.T)))
    for way in (found, shapely.transform(found, lambda xy: xy[:, ::-1])):
        lon, lat = shapely.get_coordinates(way).T
        if in_france(lon, lat).all():
            return way
    raise Elsewhere("")


def _rounded(geometry: Any) -> Any:
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))


def _number(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
