"""Coordinates as files write them, to longitude and latitude, with what is wrong said: missing, swapped, elsewhere."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.territory.france import in_france
from croisee.territory.models import Commune

NUMBER = r"^-?[0-9]{1,9}([.][0-9]*)?$"
MARGIN = 0.1
"""Degrees around the communes within which an address may still lie: about 10 km."""


@dataclass(frozen=True, slots=True)
class Box:
    """Longitudes and latitudes between which the addresses of an EPCI lie."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points are inside; NaN is not."""
        return (
            (longitude >= self.west)
            & (longitude <= self.east)
            & (latitude >= self.south)
            & (latitude <= self.north)
        )


def box_of(epci: str) -> Box | None:
    """Around the outlines of the EPCI's communes, with a margin; None unless every commune has its outline."""
    communes = Commune.objects.filter(epci=epci)
    if communes.filter(outline__isnull=True).exists():
        return None
    bounds = communes.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
    if bounds["west"] is None:
        return None
    return Box(
        bounds["west"] - MARGIN, bounds["south"] - MARGIN, bounds["east"] + MARGIN, bounds["north"] + MARGIN
    )


Problem = tuple[str, str, pa.Array]


def points_of(table: pa.Table, box: Box | None) -> tuple[pa.Array, pa.Array, list[Problem]]:
    """Longitudes and latitudes of text columns `longitude`, `latitude`, and of `x`, `y` (EPSG:2154) in default.

    Returns both, null where refused, and the problems: (what, remedy, rows concerned).
    """
    longitude, latitude = _numbers(table["longitude"]), _numbers(table["latitude"])
    x, y = _numbers(table["x"]), _numbers(table["y"])
    planar = (np.isnan(longitude) | np.isnan(latitude)) & ~np.isnan(x) & ~np.isnan(y)
    if planar.any():
        to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
        longitude[planar], latitude[planar] = to_degrees.transform(x[planar], y[planar])
    missing = np.isnan(longitude) | np.isnan(latitude)
    within = in_france(longitude, latitude) if box is None else box.holds(longitude, latitude)
    swapped = (
        ~missing
        & ~within
        & (in_france(latitude, longitude) if box is None else box.holds(latitude, longitude))
    )
    outside = ~missing & ~within & ~swapped
    problems = [
        (_("the coordinates are missing or are no numbers."), _("Complete longitude and latitude."), missing),
        (_("longitude and latitude are swapped."), _("Exchange the two columns."), swapped),
        (
            _("the point lies outside the territory."),
            _("Correct the coordinates or the commune code."),
            outside,
        ),
    ]
    keep = pa.array(within)
    return (
        pc.if_else(keep, pa.array(longitude), None),
        pc.if_else(keep, pa.array(latitude), None),
        [(problem, remedy, pa.array(mask)) for problem, remedy, mask in problems if mask.any()],
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Text to floats, NaN where it is no number; a decimal comma is read."""
    text = pc.replace_substring(column, ",", ".")
    text = pc.if_else(pc.match_substring_regex(text, NUMBER), text, None)
    return np.array(text.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
