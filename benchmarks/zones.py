"""Tagging millions of points: `croisee.engine.zones` beside the ready-made ways, in one run.

    python benchmarks/zones.py --json                five million points, one line of JSON
    python benchmarks/zones.py --adversarial         a million points on and one ulp off the limits

The question is the same for all: every pair of a point and a zone such that the zone holds the point, and
every pair at most 300 m apart. Results must be identical. Peers:

shapely   points sorted by x, one prepared polygon after the other over its slice of x, of which its box in y
          leaves few: `intersects_xy` for inside, `dwithin` for the band; one process a core
duckdb    its spatial extension, `ST_Intersects` and `ST_DWithin` joins, all cores
"""

import argparse
import json
import os
import resource
import tempfile
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from croisee.engine.zones import Hits, Index
from timing import TIMES, timed

BAND = 300.0
Floats = NDArray[np.float64]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]  # (inside, near), each sorted point * zones + zone


def made_up_polygons(count: int, seed: int) -> tuple[list[Any], Floats, Floats]:
    """Star-shaped wobbly zones of 450 vertices around towns; the towns and their sizes."""
    rng = np.random.default_rng(seed)
    towns = np.column_stack([rng.uniform(150_000, 1_200_000, 400), rng.uniform(6_100_000, 7_100_000, 400)])
    weight = rng.dirichlet(np.full(400, 0.5))
    polygons = []
    for x, y in towns[rng.choice(400, count, p=weight)] + rng.normal(0, 5_000, (count, 2)):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 450))
        radius = np.full(450, 350.0)
        for wave in range(2, 9):
            radius += rng.normal(0, 90 / wave) * np.cos(wave * angle + rng.uniform(0, 6))
        radius = np.abs(radius) + 50 + rng.uniform(0, 12, 450)
        polygons.append(
            shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))
        )
    return polygons, towns, weight


def made_up_points(count: int, towns: Floats, weight: Floats, seed: int) -> tuple[Floats, Floats]:
    """Half of the points in towns, half anywhere, in random order."""
    rng = np.random.default_rng(seed)
    points = towns[rng.choice(len(towns), count, p=weight)] + rng.normal(0, 6_000, (count, 2))
    anywhere = rng.random(count) < 0.5
    points[anywhere] = rng.uniform((150_000, 6_100_000), (1_200_000, 7_100_000), (int(anywhere.sum()), 2))
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def adversarial_points(polygons: list[Any], count: int, seed: int) -> tuple[Floats, Floats]:
    """Vertices, middles of segments, points one ulp off either, and points 300 m off a segment."""
    rng = np.random.default_rng(seed)
    rings = [shapely.get_coordinates(polygon) for polygon in polygons]
    a = np.concatenate([ring[:-1] for ring in rings])
    b = np.concatenate([ring[1:] for ring in rings])
    chosen = rng.integers(0, len(a), count)
    a, b = a[chosen], b[chosen]
    along = rng.choice([0.0, 0.5, 1.0, 0.25], count)[:, None]
    points = a + (b - a) * along
    normal = np.column_stack([b[:, 1] - a[:, 1], a[:, 0] - b[:, 0]])
    normal /= np.hypot(normal[:, 0], normal[:, 1])[:, None]
    points = np.where((rng.random(count) < 0.4)[:, None], points + BAND * normal, points)
    ulps = rng.integers(-1, 2, (count, 2))
    points = np.where(
        ulps > 0, np.nextafter(points, np.inf), np.where(ulps < 0, np.nextafter(points, -np.inf), points)
    )
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def keys(point: NDArray[Any], zone: NDArray[Any], zones: int) -> NDArray[np.int64]:
    return np.sort(point.astype(np.int64) * zones + zone)


def as_pairs(hits: Hits, zones: int) -> Pairs:
    within = hits[hits.level == 0]
    return keys(within.point, within.zone, zones), keys(hits.point, hits.zone, zones)


_shared: dict[str, Any] = {}  # what the processes of the shapely recipe inherit


def _shapely_share(first: int) -> list[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    x, y, order, wkb, step = (_shared[name] for name in ("x", "y", "order", "wkb", "step"))
    found = []
    for zone in range(first, len(wkb), step):
        polygon = shapely.from_wkb(wkb[zone])
        shapely.prepare(polygon)
        west, south, east, north = shapely.bounds(polygon) + np.array([-BAND, -BAND, BAND, BAND])
        begin, end = np.searchsorted(x, [west, east])
        rows = begin + np.flatnonzero((y[begin:end] >= south) & (y[begin:end] <= north))
        inside = shapely.intersects_xy(polygon, x[rows], y[rows])
        near = shapely.dwithin(polygon, shapely.points(x[rows], y[rows]), BAND)
        found.append((zone, order[rows[inside]], order[rows[near]]))
    return found


def by_shapely(polygons: list[Any], x: Floats, y: Floats) -> Pairs:
    order = np.argsort(x)
    cores = os.cpu_count() or 1
    _shared.update(x=x[order], y=y[order], order=order, wkb=shapely.to_wkb(polygons), step=cores)
    with get_context("fork").Pool(cores) as pool:
        found = [entry for share in pool.map(_shapely_share, range(cores)) for entry in share]
    zones = len(polygons)
    inside, near = (np.concatenate([entry[i] * zones + entry[0] for entry in found]) for i in (1, 2))
    return np.sort(inside), np.sort(near)


def duckdb_session(polygons: list[Any], x: Floats, y: Floats) -> Any:
    """Points and zones as DuckDB tables of geometries; loading them is not counted."""
    import duckdb
    import duckdb_extension_spatial
    import pyarrow as pa

    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    session = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    session.execute(f"LOAD '{extension}'")
    points = pa.table({"id": np.arange(len(x)), "x": x, "y": y})
    shapes = pa.table({"id": np.arange(len(polygons)), "wkb": list(shapely.to_wkb(polygons))})
    session.register("points_in", points)
    session.register("zones_in", shapes)
    session.execute("CREATE TABLE points AS SELECT id, ST_Point(x, y) AS g FROM points_in")
    session.execute("CREATE TABLE zones AS SELECT id, ST_GeomFromWKB(wkb) AS g FROM zones_in")
    return session


def by_duckdb(session: Any, zones: int) -> Pairs:
    found = []
    for test in ("ST_Intersects(z.g, p.g)", f"ST_DWithin(z.g, p.g, {BAND})"):
        query = f"SELECT p.id AS p, z.id AS z FROM points p JOIN zones z ON {test}"  # noqa: S608  our own words
        pairs = session.execute(query).fetchnumpy()
        found.append(keys(pairs["p"], pairs["z"], zones))
    return found[0], found[1]


def equal(ours: Pairs, theirs: Pairs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def compare(n: int, zones: int, with_duckdb: bool) -> dict[str, Any]:
    polygons, towns, weight = made_up_polygons(zones, 1)
    x, y = made_up_points(n, towns, weight, 2)
    codes = [f"QN{number:05d}M" for number in range(zones)]
    Index(polygons[:3], codes[:3]).tag(x[:9], y[:9])  # compiles, or reads what was compiled before
    built, index = timed(lambda: Index(polygons, codes, (BAND,)), TIMES)
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder, "zones.index"))
        mapped, index = timed(lambda: Index.load(Path(folder, "zones.index")))
        ours_s, hits = timed(lambda: index.locate(x, y), TIMES)
        tag_s, _ = timed(lambda: index.tag(x, y), TIMES)
        ours = as_pairs(hits, zones)
    ours_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shapely_s, theirs = timed(lambda: by_shapely(polygons, x, y), TIMES)
    peers, same = {"shapely": shapely_s}, equal(ours, theirs)
    if with_duckdb:
        session = duckdb_session(polygons, x, y)
        peers["duckdb"], theirs = timed(lambda: by_duckdb(session, zones), TIMES)
        same = same and equal(ours, theirs)
    return {
        "name": "zones",
        "ours_s": round(ours_s, 4),
        "peers": {peer: round(seconds, 3) for peer, seconds in peers.items()},
        "ratio": round(min(peers.values()) / ours_s, 1),
        "ratios": {peer: round(seconds / ours_s, 1) for peer, seconds in peers.items()},
        "n": n,
        "equal": same,
        "peak_mb": round(ours_mb),
        "pairs": {"inside": len(ours[0]), "within_300_m": len(ours[1])},
        "tag_s": round(tag_s, 4),
        "build_s": round(built, 2),
        "load_s": round(mapped, 4),
    }


def adversarial(n: int, zones: int) -> dict[str, Any]:
    polygons, _, _ = made_up_polygons(zones, 1)
    x, y = adversarial_points(polygons, n, 3)
    index = Index(polygons, [str(number) for number in range(zones)], (BAND,))
    ours_s, hits = timed(lambda: index.locate(x, y))
    shapely_s, theirs = timed(lambda: by_shapely(polygons, x, y))
    ours = as_pairs(hits, zones)
    return {
        "name": "zones adversarial",
        "ours_s": round(ours_s, 3),
        "peers": {"shapely": round(shapely_s, 3)},
        "ratio": round(shapely_s / ours_s, 1),
        "n": n,
        "equal": equal(ours, theirs),
        "different": [len(np.setxor1d(a, b)) for a, b in zip(ours, theirs, strict=True)],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "pairs": {"inside": len(ours[0]), "within_300_m": len(ours[1])},
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--n", type=int, help="points (5 000 000; 1 000 000 with --adversarial)")
    parser.add_argument("--zones", type=int, default=1362)
    parser.add_argument("--adversarial", action="store_true")
    parser.add_argument("--without-duckdb", action="store_true")
    options = parser.parse_args()
    if options.adversarial:
        result = adversarial(options.n or 1_000_000, options.zones)
    else:
        result = compare(options.n or 5_000_000, options.zones, not options.without_duckdb)
    print(json.dumps(result, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
