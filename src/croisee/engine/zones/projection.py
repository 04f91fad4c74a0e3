"""From longitude and latitude to metres, in the official projection of each part of France."""

import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LAMBERT_93 = 2154
LON_LAT = 4326


@dataclass(frozen=True)
class Region:
    """A part of France, its longitudes and latitudes, and the EPSG code of its projection in metres."""

    name: str
    epsg: int
    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        return (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)

    @cached_property
    def _per_thread(self) -> threading.local:
        return threading.local()

    def project(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Metres, as pyproj computes them; what has no image (a pole, NaN) becomes infinite."""
        local = self._per_thread
        if not hasattr(local, "transformer"):
            local.transformer = pyproj.Transformer.from_crs(LON_LAT, self.epsg, always_xy=True)
        x, y = local.transformer.transform(lon, lat)
        return x, y


# Décret n° 2000-1276 modified (legal systems of coordinates in France); boxes are generous.
OVERSEAS = (
    Region("Antilles", 5490, -63.5, 14.0, -60.5, 18.5),
    Region("Guyane", 2972, -55.0, 2.0, -51.0, 6.5),
    Region("La Réunion", 2975, 54.5, -22.0, 56.5, -20.0),
    Region("Mayotte", 4471, 44.5, -13.5, 45.8, -12.0),
    Region("Saint-Pierre-et-Miquelon", 4467, -57.0, 46.0, -55.5, 47.8),
)
MAINLAND = Region("France métropolitaine", LAMBERT_93, -180.0, -90.0, 180.0, 90.0)


def regions_of(lon: Floats, lat: Floats) -> NDArray[np.int8]:
    """For each point the position of its region in `REGIONS`; 0, the mainland, outside the other boxes."""
    region = np.zeros(len(lon), dtype=np.int8)
    for position, overseas in enumerate(OVERSEAS, start=1):
        region[overseas.holds(lon, lat)] = position
    return region


REGIONS = (MAINLAND, *OVERSEAS)


def looks_like_lon_lat(x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether each point could be a longitude and a latitude."""
    return (np.abs(x) <= 180.0) & (np.abs(y) <= 90.0)
