"""Distances as the crow flies, in SQL and in Python by the same formula."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from django.db.models import Expression, F, FloatField, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

# Mean radius of the Earth (IUGG), in metres; one degree of latitude is that far from the next.
EARTH_RADIUS = 6_371_008.8
METRES_PER_DEGREE = radians(1) * EARTH_RADIUS


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance in metres between two points in degrees (WGS 84), by the haversine formula."""
    half = (
        sin(radians(other_lat - lat) / 2) ** 2
        + cos(radians(lat)) * cos(radians(other_lat)) * sin(radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def metres_sql(lon: float, lat: float, *, lon_field: str = "lon", lat_field: str = "lat") -> Expression:
    """The same distance as an expression of the database, from a point to that of each row; NULL without one."""
    row_lat = Radians(F(lat_field))
    north = Power(Sin((row_lat - Value(radians(lat))) / 2.0), 2)
    east = Power(Sin((Radians(F(lon_field)) - Value(radians(lon))) / 2.0), 2)
    half = north + Value(cos(radians(lat))) * Cos(row_lat) * east
    # LEAST of the database skips NULL: a row without a point would be half the Earth away.
    root = Sqrt(half, output_field=FloatField())
    bounded = Least(root, root * 0.0 + 1.0)
    return Value(2 * EARTH_RADIUS) * ASin(bounded, output_field=FloatField())


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north of the smallest box of degrees that holds all points within `metres`."""
    north_south = metres / METRES_PER_DEGREE
    narrowest = max(cos(radians(min(89.9, abs(lat) + north_south))), 0.01)
    east_west = north_south / narrowest
    return lon - east_west, lat - north_south, lon + east_west, lat + north_south
