"""The map of a round as SVG: neighbourhoods, offers, and how many pupils live where, never anyone's home."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.stages.round import Outcome
from croisee.stages.zones import Zones

WIDTH = 960.0
MOST_HEIGHT = 900.0
MARGIN = 12.0
CELL_M = 500.0
FEWEST_SHOWN = 5  # a square where fewer pupils live is not drawn: it could point at one of them
DEGREE_M = 111_195.0
SHADES = 5


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the map and how many pupils live there, from 1 (few) to 5 (most)."""

    x: float
    y: float
    shade: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Dot:
    """The offers of one place."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A neighbourhood: its SVG path, and where to write its name."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map, in units of its view box. `scale` is the length of the bar that stands for `scale_km`."""

    width: float
    height: float
    side: float
    squares: list[Square]
    outlines: list[Outline]
    full: list[Dot]
    free: list[Dot]
    scale: float
    scale_y: float
    scale_km: int
    left_out: int


def draw(outcome: Outcome, zones: Zones | None) -> Drawing | None:
    """The map; None when nothing has coordinates. Points far from all others are left out, and counted."""
    home, site = outcome.files.pupils.where, outcome.files.offers.where
    lon = np.concatenate([home.lon[home.known], site.lon[site.known]])
    lat = np.concatenate([home.lat[home.known], site.lat[site.known]])
    if not lon.size:
        return None
    frame = _Frame.around(lon, lat)
    full, free = _dots(frame, outcome)
    return Drawing(
        width=frame.width,
        height=frame.height,
        side=round(frame.per_m * CELL_M, 1),
        squares=list(_squares(frame, home.lon[home.known], home.lat[home.known])),
        outlines=list(_outlines(frame, zones)) if zones else [],
        full=full,
        free=free,
        scale_y=round(frame.height - 14, 1),
        scale=round(frame.per_m * 1000 * frame.bar_km, 1),
        scale_km=frame.bar_km,
        left_out=int((~frame.holds(lon, lat)).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of the world is drawn, and how large."""

    west: float
    north: float
    width: float
    height: float
    per_m: float
    shrink: float

    @classmethod
    def around(cls, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> "_Frame":
        """A frame around all points but the farthest in a hundred."""
        shrink = float(np.cos(np.radians(np.median(lat))))
        x, y = lon * DEGREE_M * shrink, lat * DEGREE_M
        (west, east), (south, north) = _middle(x), _middle(y)
        per_m = min((WIDTH - 2 * MARGIN) / (east - west), (MOST_HEIGHT - 2 * MARGIN) / (north - south))
        return cls(
            west - MARGIN / per_m,
            north + MARGIN / per_m,
            round((east - west) * per_m + 2 * MARGIN, 1),
            round((north - south) * per_m + 2 * MARGIN, 1),
            per_m,
            shrink,
        )

    def points(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Places on the drawing."""
        x = (lon * DEGREE_M * self.shrink - self.west) * self.per_m
        y = (self.north - lat * DEGREE_M) * self.per_m
        return x, y

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which places are on the drawing."""
        x, y = self.points(lon, lat)
        return np.asarray((x >= 0) & (y >= 0) & (x <= self.width) & (y <= self.height), bool)

    @property
    def bar_km(self) -> int:
        """Kilometres of a scale bar about a fifth of the drawing wide."""
        fifth = self.width / self.per_m / 5000
        return next((km for km in (50, 20, 10, 5, 2) if km <= fifth), 1)


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    """The span of all values but the farthest ones, at least 2 km."""
    low, high = np.percentile(values, [0.5, 99.5])
    middle, half = (low + high) / 2, max((high - low) / 2 * 1.03, 1000.0)
    return float(middle - half), float(middle + half)


def _squares(frame: _Frame, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Iterator[Square]:
    side = frame.per_m * CELL_M
    inside = frame.holds(lon, lat)
    x, y = frame.points(lon[inside], lat[inside])
    cells, counts = np.unique(np.column_stack([x // side, y // side]), axis=0, return_counts=True)
    shown = counts >= FEWEST_SHOWN
    if not shown.any():
        return
    most = int(counts.max())
    for (column, row), pupils in zip(cells[shown].tolist(), counts[shown].tolist(), strict=True):
        shade = int(np.ceil(SHADES * np.sqrt(pupils / most)))
        yield Square(round(column * side, 1), round(row * side, 1), shade, pupils)


def _dots(frame: _Frame, outcome: Outcome) -> tuple[list[Dot], list[Dot]]:
    """The places whose offers have no seat left, and those where one is free: one dot a place."""
    site = outcome.files.offers.where
    known = np.flatnonzero(site.known)
    known = known[frame.holds(site.lon[known], site.lat[known])]
    x, y = frame.points(site.lon[known], site.lat[known])
    places, where = np.unique(np.round(np.column_stack([x, y]), 1), axis=0, return_inverse=True)
    free = np.bincount(where.ravel(), weights=outcome.free[known], minlength=len(places)) > 0
    full_dots, free_dots = ([Dot(*at) for at in places[some].tolist()] for some in (~free, free))
    return full_dots, free_dots


def _outlines(frame: _Frame, zones: Zones) -> Iterator[Outline]:
    seen = shapely.box(0, 0, frame.width, frame.height)
    for code, outline in zip(zones.index.codes, zones.outlines, strict=True):
        placed = shapely.transform(outline, lambda points: np.column_stack(frame.points(*points.T)))
        visible = shapely.simplify(placed, 0.4)
        if not visible.is_empty and visible.intersects(seen):
            yield Outline(_path(visible), zones.names.get(code) or code)


def _path(shape: shapely.Geometry) -> str:
    """The rings of a polygon or of several as an SVG path."""
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.round(shapely.get_coordinates(ring)[:-1], 1).tolist()
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
    return "".join(parts)
