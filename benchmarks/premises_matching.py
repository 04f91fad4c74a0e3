"""How fast premises are matched: `python benchmarks/premises_matching.py [--json] [--units 5000] [--demands 200]`.

Made-up units and demands, the same for everybody. Ours: all the demands held against the stock, fits in order with
their points. The peers give the fits alone, no points and no order: a plain loop over every pair, and one join in
DuckDB where it is installed. All must find the same pairs. `ratio`: a peer's median time over ours.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from croisee.premises.fit import Wanted, fitting
from croisee.premises.stock import Offered, Stock

SEED = 2027
DAY = dt.date(2027, 1, 4)
USES = ("office", "shop", "food", "craft", "storage")
KINDS = ("ground_floor", "office", "workshop", "warehouse", "shop")
FLAGS = ("accessible", "delivery", "extraction", "water", "shop_window")
Pairs = set[tuple[int, int]]


def units_of(count: int, draw: random.Random) -> list[Offered]:
    """Units over a metropolis, a third of each fact not known."""

    def maybe(value: Any) -> Any:
        return None if draw.random() < 1 / 3 else value

    return [
        Offered(
            key=uuid.UUID(int=number + 1),
            kind=draw.choice(KINDS),
            surface=draw.randint(150, 6000),
            uses=frozenset(draw.sample(USES, draw.randint(0, 4))),
            rent=maybe(draw.randint(10_000, 400_000)),
            charges=draw.randint(0, 40_000),
            floor=maybe(draw.randint(0, 2)),
            height=maybe(draw.randint(220, 600)),
            free_from=maybe(DAY + dt.timedelta(days=draw.randint(-100, 200))),
            zones=frozenset(draw.sample(["QN1", "QN2", "QN3"], draw.randint(0, 1))),
            lon=-1.68 + draw.uniform(-0.15, 0.15),
            lat=48.11 + draw.uniform(-0.1, 0.1),
            **{name: maybe(draw.random() < 0.5) for name in FLAGS},
        )
        for number in range(count)
    ]


def demands_of(count: int, draw: random.Random) -> list[Wanted]:
    """Demands, half of them near a place, each asking for some equipment."""
    found = []
    for _number in range(count):
        least = draw.randint(150, 4000)
        near = draw.random() < 0.5
        found.append(
            Wanted(
                use=draw.choice(USES),
                least=least,
                most=2 * least,
                most_rent=draw.randint(30_000, 400_000),
                wanted_from=DAY + dt.timedelta(days=draw.randint(0, 120)),
                least_height=draw.choice([None, 250, 300]),
                ground_floor=draw.random() < 0.3,
                points=((-1.68 + draw.uniform(-0.1, 0.1), 48.11 + draw.uniform(-0.05, 0.05)),)
                if near
                else None,
                zone="" if near else draw.choice(["", "QN1", "QN2"]),
                metres=3000,
                **{name: draw.random() < 0.2 for name in FLAGS},
            )
        )
    return found


def ours(units: list[Offered], demands: list[Wanted]) -> Pairs:
    """With the columns made, the points and the order."""
    stock = Stock(units)
    found = set()
    for number, wanted in enumerate(demands):
        fits, _points = fitting(wanted, stock)
        found |= {(number, at) for at in fits.tolist()}
    return found


def _metres(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    a, b, c, d = map(math.radians, (lon, lat, to_lon, to_lat))
    half = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def _fits(wanted: Wanted, unit: Offered) -> bool:
    if unit.uses and wanted.use not in unit.uses:
        return False
    if not wanted.least <= unit.surface <= (wanted.most or unit.surface):
        return False
    if unit.rent is not None and unit.rent + (unit.charges or 0) > (wanted.most_rent or 0):
        return False
    if wanted.least_height and unit.height is not None and unit.height < wanted.least_height:
        return False
    if wanted.ground_floor and unit.floor not in (None, 0):
        return False
    if any(getattr(wanted, name) and getattr(unit, name) is False for name in FLAGS):
        return False
    if unit.free_from is not None and unit.free_from > wanted.wanted_from:
        return False
    if wanted.points:
        (lon, lat) = wanted.points[0]
        return _metres(unit.lon or 0, unit.lat or 0, lon, lat) <= wanted.metres
    return not wanted.zone or wanted.zone in unit.zones


def plain_loop(units: list[Offered], demands: list[Wanted]) -> Pairs:
    """Every pair in turn, left at the first limit that is not met."""
    return {
        (number, at)
        for number, wanted in enumerate(demands)
        for at, unit in enumerate(units)
        if _fits(wanted, unit)
    }


def duckdb_join() -> Callable[[list[Offered], list[Wanted]], Pairs] | None:
    """One join in SQL; None without DuckDB."""
    try:
        import duckdb
        import pyarrow as pa
    except ImportError:
        return None

    def run(units: list[Offered], demands: list[Wanted]) -> Pairs:
        own = ("surface", "rent", "charges", "height", "floor", "lon", "lat", *FLAGS)
        offered = pa.table(
            {
                "place": list(range(len(units))),
                **{name: [getattr(one, name) for one in units] for name in own},
                "uses": [sorted(one.uses) for one in units],
                "zone": [next(iter(one.zones), "") for one in units],
                "free_from": [one.free_from for one in units],
            }
        )
        asked = ("use", "least", "most", "most_rent", "least_height", "ground_floor", "wanted_from", *FLAGS)
        wanted = pa.table(
            {
                "number": list(range(len(demands))),
                **{f"w_{name}": [getattr(one, name) for one in demands] for name in asked},
                "w_zone": [one.zone for one in demands],
                "w_lon": [one.points[0][0] if one.points else None for one in demands],
                "w_lat": [one.points[0][1] if one.points else None for one in demands],
            }
        )
        flags = " AND ".join(f"NOT (w_{name} AND coalesce(NOT {name}, false))" for name in FLAGS)
        connection = duckdb.connect()
        connection.register("offered", offered)
        connection.register("wanted", wanted)
        rows = connection.execute(
            f"""
            SELECT number, place FROM wanted JOIN offered
              ON surface BETWEEN w_least AND w_most
             AND (len(uses) = 0 OR list_contains(uses, w_use))
             AND (rent IS NULL OR rent + charges <= w_most_rent)
             AND (w_least_height IS NULL OR height IS NULL OR height >= w_least_height)
             AND (NOT w_ground_floor OR floor IS NULL OR floor = 0)
             AND {flags}
             AND (free_from IS NULL OR free_from <= w_wanted_from)
             AND (w_zone = '' OR w_zone = zone)
             AND (w_lon IS NULL OR 2 * 6371008.8 * asin(sqrt(
                    sin(radians(w_lat - lat) / 2) ** 2
                    + cos(radians(lat)) * cos(radians(w_lat)) * sin(radians(w_lon - lon) / 2) ** 2)) <= 3000)
            """  # noqa: S608  nothing in it comes from outside
        ).fetchall()
        # Places outside every neighbourhood are on the map here: they refuse a zone, as ours do.
        return set(rows)

    return run


def measured(run: Callable[[], Any], times: int) -> float:
    """The median seconds of `run`."""
    found = []
    for _time in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--demands", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    draw = random.Random(SEED)
    units, demands = units_of(options.units, draw), demands_of(options.demands, draw)
    expected = ours(units, demands)
    seconds = measured(lambda: ours(units, demands), options.times)
    result: dict[str, Any] = {
        "units": len(units),
        "demands": len(demands),
        "pairs": len(expected),
        "ours_ms": round(1000 * seconds, 1),
        "columns_and_one_demand_ms": round(
            1000 * measured(lambda: ours(units, demands[:1]), options.times), 1
        ),
    }
    for name, peer in (("plain_loop", plain_loop), ("duckdb", duckdb_join())):
        if peer is None:
            continue
        if peer(units, demands) != expected:
            raise SystemExit(f"{name} finds other pairs")
        took = measured(lambda peer=peer: peer(units, demands), max(1, options.times // 2))
        result |= {f"{name}_ms": round(1000 * took, 1), f"{name}_ratio": round(took / seconds, 2)}
    print(json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


if __name__ == "__main__":
    main()
