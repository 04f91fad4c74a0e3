"""The index: which zones hold each point, which are near, and how far the nearest limit is."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from croisee.engine.zones import storage
from croisee.engine.zones.geometry import as_valid_polygons
from croisee.engine.zones.grid import MAX_BANDS
from croisee.engine.zones.plane import Hits, Plane
from croisee.engine.zones.projection import LAMBERT_93, LON_LAT, REGIONS, looks_like_lon_lat, regions_of

Floats = NDArray[np.float64]
SHARE = 1 << 17  # points answered by a thread at a time
SAMPLE = 4096  # points from which the system of coordinates is told


class Index:
    """Zones made ready to answer for millions of points.

    Parameters
    ----------
    polygons : shapely Polygons or MultiPolygons, or their WKB, n of them. Invalid ones are repaired.
    codes : n codes, one per polygon; a code may come more than once.
    bands : widths in metres, each the zone and what is at most so far from it, by exact distance.
    crs : 2154 (metres, Lambert-93) or 4326 (longitude, latitude); None tells by the range of the coordinates.

    Attributes
    ----------
    codes : tuple of str. bands : tuple of float, ascending. crs : int.
    repaired : positions of the polygons that were invalid and are answered for as `repair` makes them.

    Raises ValueError, naming the argument, for what is no polygon, for lengths that differ, for bad bands.

    Notes
    -----
    A point on a boundary is inside. Answers are those of GEOS (`intersects`, `dwithin`) on the same
    coordinates, to the last bit. Longitudes and latitudes are compared with polygons in longitude and
    latitude as they are; distances and bands are measured in the official projection of the part of
    France (EPSG:2154 for the mainland), as pyproj gives it. Many threads may use an index at once.

    >>> from shapely import box
    >>> index = Index([box(700_000, 6_600_000, 701_000, 6_601_000)], ["QN00001M"])
    >>> index.tag([700_000, 701_200], [6_600_500, 6_600_500]).tolist()
    ['QN00001M', '']
    >>> index.tag([701_200, 701_301], [6_600_500, 6_600_500], within=300).tolist()
    ['QN00001M', '']
    >>> index.distance([700_100, 701_200], [6_600_500, 6_600_500]).tolist()
    [100.0, 200.0]
    """

    codes: tuple[str, ...]
    bands: tuple[float, ...]
    crs: int
    repaired: tuple[int, ...]

    def __init__(
        self,
        polygons: Iterable[Any],
        codes: Iterable[str],
        bands: Sequence[float] = (300.0,),
        *,
        crs: int | None = None,
    ) -> None:
        self.codes = tuple(str(code) for code in codes)
        self.bands = _checked_bands(bands)
        valid, repaired = as_valid_polygons(polygons, self.codes)
        self.repaired = tuple(repaired)
        corners = shapely.get_coordinates(valid)
        self.crs = _checked_crs(crs) or (LON_LAT if looks_like_lon_lat(*corners.T).all() else LAMBERT_93)
        self._planes = {plane.epsg: plane for plane in _planes(valid, self.bands, self.crs)}
        # Where metres could be mistaken for degrees, they are not.
        self._ambiguous = self.crs != LON_LAT and bool(
            (np.abs(corners) <= 180.0 + max(self.bands, default=0)).any()
        )

    def __repr__(self) -> str:
        return f"Index of {len(self.codes)} zones, bands {self.bands}, EPSG:{self.crs}"

    def tag(
        self, x: ArrayLike, y: ArrayLike, *, within: float | None = None, crs: int | None = None
    ) -> NDArray[np.str_]:
        """The code of the zone that holds each point, '' for none; of several, the first in `codes`.

        Parameters
        ----------
        x, y : coordinates of the same shape, EPSG:2154 or longitude and latitude.
        within : one of `bands`: the zones at most so far away count too (those that hold the point first).
        crs : 2154 or 4326; None tells by the range of most of the coordinates.

        Returns an array of str of the shape of x. NaN and infinite coordinates are in no zone.
        `locate` gives every zone of every point.
        """
        widest = 0 if within is None else self._level(within)
        x, y, shape = _as_points(x, y)
        names = np.array([*self.codes, ""], dtype=np.str_)
        tags = np.zeros(len(x), dtype=names.dtype)  # '' everywhere
        for first, hits in self._located(x, y, crs):
            kept = hits[hits.level <= widest]
            if within is not None and len(kept):
                kept = kept[np.lexsort((kept.zone, kept.level, kept.point))]
            chosen = np.ones(len(kept), dtype=bool)
            chosen[1:] = kept.point[1:] != kept.point[:-1]
            tags[first + kept.point[chosen]] = names[kept.zone[chosen]]
        return tags.reshape(shape)

    def locate(self, x: ArrayLike, y: ArrayLike, *, crs: int | None = None) -> Hits:
        """Every zone that holds each point or whose widest band reaches it (see `Hits`); as for `tag`."""
        x, y, _ = _as_points(x, y)
        parts = []
        for first, hits in self._located(x, y, crs):
            np.add(hits.point, first, out=hits.point)
            parts.append(hits)
        return Hits.joined(parts)

    def distance(self, x: ArrayLike, y: ArrayLike, *, crs: int | None = None) -> Floats:
        """Metres to the nearest boundary of any zone, 0 or more on either side; NaN where there is none.

        There is none for NaN and infinite coordinates and in a part of France without zones.
        Parameters as for `tag`.
        """
        return self.nearest(x, y, crs=crs)[0]

    def nearest(
        self, x: ArrayLike, y: ArrayLike, *, crs: int | None = None
    ) -> tuple[Floats, NDArray[np.int32]]:
        """The `distance`, and the position in `codes` of the zone whose boundary it is (-1 for none)."""
        x, y, shape = _as_points(x, y)
        crs = self._crs_of(x, y, crs)
        shares = [slice(first, first + SHARE) for first in range(0, len(x), SHARE)]
        parts = list(_spread(lambda share: self._nearest(x[share], y[share], crs), shares))
        distance = np.concatenate([np.empty(0), *(part[0] for part in parts)])
        zone = np.concatenate([np.empty(0, np.int32), *(part[1] for part in parts)])
        return distance.reshape(shape), zone.reshape(shape)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a file that `load` maps into memory; it is replaced whole or not at all."""
        about = {"codes": self.codes, "bands": self.bands, "crs": self.crs, "repaired": self.repaired}
        storage.save(Path(path), about | {"ambiguous": self._ambiguous}, list(self._planes.values()))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Index":
        """Map a saved index; its pages are read when needed. Raises ValueError when the file is none."""
        about, planes = storage.load(Path(path))
        index = cls.__new__(cls)
        index.codes, index.bands, index.crs = tuple(about["codes"]), tuple(about["bands"]), about["crs"]
        index.repaired, index._ambiguous = tuple(about["repaired"]), about["ambiguous"]
        index._planes = {plane.epsg: plane for plane in planes}
        return index

    def _level(self, within: float) -> int:
        if within not in self.bands:
            raise ValueError(f"within: {within} is none of the bands {self.bands}")
        return self.bands.index(within) + 1

    def _crs_of(self, x: Floats, y: Floats, crs: int | None) -> int:
        if crs is not None:
            return _checked_crs(crs) or self.crs
        step = max(1, len(x) // SAMPLE)
        east, north = x[::step], y[::step]
        finite = np.isfinite(east) & np.isfinite(north)
        if self._ambiguous or not finite.any():
            return self.crs
        return LON_LAT if looks_like_lon_lat(east[finite], north[finite]).mean() > 0.5 else LAMBERT_93

    def _located(self, x: Floats, y: Floats, crs: int | None) -> Iterator[tuple[int, Hits]]:
        """The hits of each share of the points, with the position of its first point."""
        crs = self._crs_of(x, y, crs)
        answer = self._locate_lon_lat if crs == LON_LAT else self._locate_metres
        firsts = range(0, len(x), SHARE)
        shares = [slice(first, first + SHARE) for first in firsts]
        yield from zip(firsts, _spread(lambda share: answer(x[share], y[share]), shares), strict=True)

    def _locate_metres(self, x: Floats, y: Floats) -> Hits:
        plane = self._planes.get(LAMBERT_93)
        return plane.locate(x, y) if plane else Hits.none()

    def _locate_lon_lat(self, lon: Floats, lat: Floats) -> Hits:
        parts = []
        for chosen, plane, x, y in self._projected(lon, lat):
            hits = plane.locate(x, y)
            parts.append(Hits(chosen[hits.point], hits.zone, hits.level))
        if LON_LAT not in self._planes:
            return Hits.joined(parts)
        near = Hits.joined(parts)
        near.level[near.level == 0] = 1  # inside is told in longitude and latitude
        within = self._planes[LON_LAT].locate(lon, lat)
        both = Hits.joined([within, near[near.level <= len(self.bands)]])
        both = both[np.lexsort((both.level, both.zone, both.point))]
        lowest = np.ones(len(both), dtype=bool)
        lowest[1:] = (both.point[1:] != both.point[:-1]) | (both.zone[1:] != both.zone[:-1])
        return both[lowest]

    def _nearest(self, x: Floats, y: Floats, crs: int) -> tuple[Floats, NDArray[np.int32]]:
        if crs != LON_LAT:
            plane = self._planes.get(LAMBERT_93)
            return plane.nearest(x, y) if plane else (np.full(len(x), np.nan), np.full(len(x), -1, np.int32))
        distance, zone = np.full(len(x), np.nan), np.full(len(x), -1, np.int32)
        for chosen, plane, east, north in self._projected(x, y):
            distance[chosen], zone[chosen] = plane.nearest(east, north)
        return distance, zone

    def _projected(
        self, lon: Floats, lat: Floats
    ) -> Iterator[tuple[NDArray[np.int64], Plane, Floats, Floats]]:
        """The points in each part of France that has zones: their positions, its plane, their metres."""
        region_of_point = regions_of(lon, lat)
        for position, region in enumerate(REGIONS):
            chosen = np.flatnonzero(region_of_point == position)
            plane = self._planes.get(region.epsg)
            if plane is not None and len(chosen):
                yield chosen, plane, *region.project(lon[chosen], lat[chosen])


def _planes(polygons: NDArray[np.object_], bands: tuple[float, ...], crs: int) -> Iterator[Plane]:
    """The planes that answer for these polygons: their own, and for degrees those in metres."""
    limits = np.array(bands, dtype=np.float64)
    everyone = np.arange(len(polygons), dtype=np.int32)
    if not len(polygons):
        return
    if crs != LON_LAT:
        yield Plane.of(crs, everyone, polygons, limits, _spread)
        return
    yield Plane.of(LON_LAT, everyone, polygons, np.empty(0), _spread)
    west, south, east, north = shapely.bounds(polygons).T
    region_of_zone = regions_of((west + east) / 2, (south + north) / 2)
    for position, region in enumerate(REGIONS):
        zones = everyone[region_of_zone == position]
        if len(zones):
            in_metres = shapely.transform(
                polygons[zones], lambda p, r=region: np.column_stack(r.project(*p.T))
            )
            yield Plane.of(region.epsg, zones, in_metres, limits, _spread)


def _spread(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
    """The function's results in order, computed on all cores: compiled loops release Python's lock."""
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if threads == 1 or len(items) < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(function, items)


def _as_points(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats, tuple[int, ...]]:
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"x and y differ in shape: {x.shape} and {y.shape}")
    return np.ascontiguousarray(x).ravel(), np.ascontiguousarray(y).ravel(), x.shape


def _checked_bands(bands: Sequence[float]) -> tuple[float, ...]:
    widths = tuple(sorted({float(band) for band in bands}))
    if len(widths) > MAX_BANDS or not all(np.isfinite(widths)) or (widths and widths[0] <= 0):
        raise ValueError(f"bands: at most {MAX_BANDS} widths in metres above 0, not {tuple(bands)}")
    return widths


def _checked_crs(crs: int | None) -> int | None:
    if crs not in (None, LAMBERT_93, LON_LAT):
        raise ValueError(f"crs: 2154 (metres) or 4326 (longitude, latitude), not {crs!r}")
    return crs
