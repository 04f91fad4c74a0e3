"""From polygons as people hold them to the plain arrays that the tables are built from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

POLYGON, MULTIPOLYGON = 3, 6


def repair(polygon: Any) -> Any:
    """The valid polygon that covers what an invalid one was meant to cover.

    Parameters: a shapely Polygon or MultiPolygon, self-intersecting perhaps.
    Returns: `shapely.make_valid` of it without the stray lines and points that this may leave; an
    empty MultiPolygon when nothing of an area remains. A valid polygon comes back unchanged.
    """
    if shapely.is_valid(polygon):
        return polygon
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(polygon)))
    areas = [part for part in parts if shapely.get_type_id(part) == POLYGON]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def as_valid_polygons(polygons: Iterable[Any], codes: Sequence[str]) -> tuple[NDArray[np.object_], list[int]]:
    """Shapely polygons (or their WKB) made two-dimensional and valid.

    Returns the polygons and the positions of those that had to be repaired.
    Raises ValueError, naming the code, for anything that is not a polygon with an area.
    """
    given = [
        shapely.from_wkb(bytes(p)) if isinstance(p, bytes | bytearray | memoryview) else p for p in polygons
    ]
    if len(given) != len(codes):
        raise ValueError(f"polygons and codes differ in length: {len(given)} and {len(codes)}")
    valid = np.empty(len(given), dtype=object)
    repaired = []
    for position, polygon in enumerate(given):
        if shapely.get_type_id(polygon) not in (POLYGON, MULTIPOLYGON):
            raise ValueError(f"polygons[{position}] (code {codes[position]!r}) is not a polygon")
        flat = shapely.force_2d(polygon)
        if not np.isfinite(shapely.get_coordinates(flat)).all():
            raise ValueError(
                f"polygons[{position}] (code {codes[position]!r}) has a coordinate that is no number"
            )
        valid[position] = repair(flat)
        if valid[position] is not flat:
            repaired.append(position)
        if shapely.is_empty(valid[position]):
            raise ValueError(f"polygons[{position}] (code {codes[position]!r}) is empty or has no area")
    return valid, repaired


@dataclass(frozen=True, slots=True)
class Edges:
    """Every boundary segment of every zone: `ends[e] = ax, ay, bx, by`, zone by zone, ring by ring.

    The segments of zone `z` are `ends[start[z]:start[z + 1]]`; none has length zero.
    """

    ends: NDArray[np.float64]
    start: NDArray[np.int64]

    @classmethod
    def of(cls, polygons: NDArray[np.object_]) -> "Edges":
        _, points, offsets = shapely.to_ragged_array(polygons, include_z=False)
        ring, part = offsets[0], offsets[1]
        first_part = offsets[2] if len(offsets) == 3 else np.arange(len(polygons) + 1)
        joins = np.ones(len(points), dtype=bool)
        joins[ring[1:] - 1] = False  # the last point of a ring starts no segment
        begin = np.flatnonzero(joins)
        ends = np.hstack([points[begin], points[begin + 1]])
        has_length = (ends[:, :2] != ends[:, 2:]).any(axis=1)
        first_point = ring[part[first_part]]
        start = np.searchsorted(begin[has_length], first_point)
        return cls(np.ascontiguousarray(ends[has_length]), start.astype(np.int64))
