"""Zones in one system of plane coordinates: the tables, and GEOS for what the tables leave open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.engine.zones.geometry import Edges
from croisee.engine.zones.grid import Grid, Spread, build
from croisee.engine.zones.kernels import ASK, locate
from croisee.engine.zones.tree import Tree, nearest_of_all, plant

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hits:
    """Which zones reach which points: one entry per pair, ordered by point, then by zone.

    `point`: positions in the arrays asked about. `zone`: positions in the `codes` of the index.
    `level`: 0 inside or on the boundary; `k` outside, at most `bands[k - 1]` metres away and farther than
    the bands before it.
    """

    point: NDArray[np.int64]
    zone: NDArray[np.int32]
    level: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.point)

    def __getitem__(self, chosen: Any) -> "Hits":
        return Hits(self.point[chosen], self.zone[chosen], self.level[chosen])

    @classmethod
    def joined(cls, parts: Iterable["Hits"]) -> "Hits":
        hits = [cls.none(), *parts]
        return cls(
            np.concatenate([part.point for part in hits]),
            np.concatenate([part.zone for part in hits]),
            np.concatenate([part.level for part in hits]),
        )

    @classmethod
    def none(cls) -> "Hits":
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int8))


@dataclass(frozen=True, slots=True)
class Plane:
    """The zones drawn in the coordinates `epsg`; `zones[i]` is the position of the i-th in the index."""

    epsg: int
    zones: NDArray[np.int32]
    edges: Edges
    tree: Tree
    grid: Grid
    wkb: NDArray[np.uint8]  # of all polygons, one after the other
    wkb_start: NDArray[np.int64]

    @classmethod
    def of(
        cls, epsg: int, zones: NDArray[np.int32], polygons: NDArray[np.object_], bands: Floats, spread: Spread
    ) -> "Plane":
        edges = Edges.of(polygons)
        tree = plant(edges.ends, edges.start)
        wkb = list(shapely.to_wkb(polygons))
        start = np.cumsum([0, *map(len, wkb)])
        stored = np.frombuffer(b"".join(wkb), np.uint8)
        return cls(epsg, zones, edges, tree, build(edges, tree, bands, spread), stored, start)

    def locate(self, x: Floats, y: Floats) -> Hits:
        """The hits of these points, each with its zone's position in the index."""
        parts = []
        begin = 0
        while begin < len(x):
            room = len(x) - begin + 1024
            part = Hits(np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.int8))
            begin, count = locate(
                self.grid, self.tree, self.edges.ends, x, y, begin, part.point, part.zone, part.level
            )
            parts.append(part[:count])
        hits = self._settled(x, y, parts[0] if len(parts) == 1 else Hits.joined(parts))
        return Hits(hits.point, self.zones[hits.zone], hits.level)

    def _settled(self, x: Floats, y: Floats, hits: Hits) -> Hits:
        """The hits with GEOS's word on those that rounding left open."""
        open_hits = np.flatnonzero(hits.level == ASK)
        if not len(open_hits):
            return hits
        open_hits = open_hits[np.argsort(hits.zone[open_hits], kind="stable")]
        zones, first = np.unique(hits.zone[open_hits], return_index=True)
        for zone, chosen in zip(zones, np.split(open_hits, first[1:]), strict=True):
            points = hits.point[chosen]
            hits.level[chosen] = self._level_by_geos(int(zone), x[points], y[points])
        return hits[hits.level <= len(self.grid.limits)]

    def _level_by_geos(self, zone: int, x: Floats, y: Floats) -> NDArray[np.int8]:
        # Read anew each time: a prepared geometry must not be seen by two threads.
        polygon = shapely.from_wkb(self.wkb[self.wkb_start[zone] : self.wkb_start[zone + 1]].tobytes())
        shapely.prepare(polygon)
        bands = self.grid.limits
        level = np.full(len(x), len(bands) + 1, np.int8)
        points = shapely.points(x, y) if len(bands) else None
        for k in range(len(bands), 0, -1):
            level[shapely.dwithin(polygon, points, bands[k - 1])] = k
        level[shapely.intersects_xy(polygon, x, y)] = 0
        return level

    def nearest(self, x: Floats, y: Floats) -> tuple[Floats, NDArray[np.int32]]:
        """The distance to the nearest boundary, and whose it is (NaN and -1 where x or y is no number)."""
        distance, edge = np.empty(len(x)), np.empty(len(x), np.int64)
        nearest_of_all(self.tree, self.edges.ends, x, y, distance, edge)
        zone = self.zones[np.searchsorted(self.edges.start, edge, side="right").clip(1) - 1]
        return distance, np.where(edge < 0, np.int32(-1), zone)
