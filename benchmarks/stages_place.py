"""How fast a round goes from three CSV files to its report: `python benchmarks/stages_place.py [--json] [--pupils N]`.

A made-up metropolis (10 000 pupils, 100 000 wishes, 1.25 seats a pupil, 30 % reserved, five neighbourhoods).
Both sides are whole processes, from the start of Python to the last byte written:
- ours: `croisee stages place`, which checks every row, tags homes, places, audits and writes the report;
- the peer: what one would write with pandas, geopandas and a heap: no check of the rows, no audit, no map, tables
  by `to_html`. It follows the same rule and must give the same places (`equal`).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "stages"))
SEED = 2027


def pandas_pipeline(folder: Path, out: Path) -> None:
    """The peer."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd

    from croisee.engine.placement import lottery
    from plain_placement import plain_place

    offers = pd.read_csv(folder / "offers.csv", dtype=str, keep_default_na=False)
    offers = offers.sort_values(["offer_id", "week"]).reset_index(drop=True)
    pupils = pd.read_csv(folder / "pupils.csv", dtype=str, keep_default_na=False)
    pupils = pupils.sort_values("pupil_id").reset_index(drop=True)
    wishes = pd.read_csv(folder / "wishes.csv", dtype={"pupil_id": str, "offer_id": str})
    zones = gpd.read_file(folder / "zones.geojson")
    schools = pd.read_csv(folder / "schools.csv", dtype=str, keep_default_na=False)

    homes = gpd.GeoDataFrame(
        pupils, geometry=gpd.points_from_xy(pupils.lon.astype(float), pupils.lat.astype(float)), crs=4326
    )
    inside = gpd.sjoin(homes, zones, predicate="intersects").index
    in_rep = pupils.school_uai.isin(schools.uai[schools.status != ""])
    protected = (pupils.index.isin(inside) | in_rep).tolist()

    pool_at = {key: pool for pool, key in enumerate(zip(offers.offer_id, offers.week, strict=True))}
    merged = wishes.merge(pupils[["pupil_id", "week"]]).sort_values(["pupil_id", "rank"])
    lists: dict[str, list[int]] = {pupil: [] for pupil in pupils.pupil_id}
    for pupil, offer, week in zip(merged.pupil_id, merged.offer_id, merged.week, strict=True):
        lists[pupil].append(pool_at[offer, week])
    ranked = list(lists.values())
    own = [len(row) for row in ranked]

    start = pd.to_datetime(pupils.week + "-1", format="%G-W%V-%u")
    birth = pd.to_datetime(pupils.birth_date)
    early = (start.dt.month * 100 + start.dt.day) < (birth.dt.month * 100 + birth.dt.day)
    age = (start.dt.year - birth.dt.year - early).to_numpy()
    public = offers.siret.str[0].isin(["1", "2"])
    least = np.where(offers.min_age != "", pd.to_numeric(offers.min_age), np.where(public, 0, 14))
    there, here = _metres(offers), _metres(pupils)
    reach = pd.to_numeric(pupils.max_minutes).fillna(60).to_numpy() * 250

    turn = lottery(len(pupils), SEED).tolist()
    seats = (offers.seats.astype(int).tolist(), offers.reserved.astype(int).tolist(), protected)
    while True:
        numbers = [[number] * len(row) for number, row in zip(turn, ranked, strict=True)]
        ranks = plain_place(ranked, numbers, *seats)
        again = [pupil for pupil, rank in enumerate(ranks) if rank < 0 and len(ranked[pupil]) == own[pupil]]
        grown = False
        for pupil in again:
            distance = ((there - here[pupil]) ** 2).sum(axis=1)
            fits = (offers.week == pupils.week[pupil]) & (least <= age[pupil])
            near = np.flatnonzero(fits & (distance <= reach[pupil] ** 2))
            near = near[np.argsort(distance[near], kind="stable")]
            more = near[~np.isin(near, ranked[pupil])].tolist()
            grown |= bool(more)
            ranked[pupil] = ranked[pupil] + more
        if not grown:
            break
    placed = [row[rank] if rank >= 0 else -1 for row, rank in zip(ranked, ranks, strict=True)]
    result = pd.DataFrame(
        {
            "pupil_id": pupils.pupil_id,
            "offer_id": [offers.offer_id[pool] if pool >= 0 else "" for pool in placed],
            "week": pupils.week,
            "rank": [rank + 1 for rank in ranks],
        }
    )
    out.mkdir()
    result.to_csv(out / "placements.csv", index=False)
    by_rank = result["rank"].value_counts().sort_index().to_frame()
    pages = [by_rank.to_html()]
    pages += [group.to_html(index=False) for _uai, group in result.groupby(pupils.school_uai)]
    (out / "report.html").write_text("\n".join(pages), encoding="utf-8")


def _metres(table: Any) -> Any:
    import numpy as np
    import pyproj

    forward = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    return np.column_stack(forward.transform(table.lon.astype(float), table.lat.astype(float)))


def measured(command: list[str], bytecode: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor and peak megabytes of a process; both sides keep their bytecode."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[-1]}: exit code {process.returncode}")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def places(path: Path) -> list[tuple[str, str]]:
    """Who is where."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["pupil_id"], row["offer_id"]) for row in csv.DictReader(stream)]


def measure(pupils: int, runs: int) -> dict[str, Any]:
    """Both sides on the same files, the best of some runs each, in turn."""
    from generated_round import write_round

    with tempfile.TemporaryDirectory() as name:
        folder = write_round(Path(name) / "round", pupils)
        files = [
            part
            for kind in ("offers.csv", "pupils.csv", "wishes.csv", "zones.geojson", "schools.csv")
            for part in (f"--{kind.split('.')[0]}", str(folder / kind))
        ]
        ours_runs, peer_runs = [], []
        for run in range(runs + 1):  # the first one fills caches of the disk and of compiled code
            ours, theirs = Path(name) / f"ours{run}", Path(name) / f"theirs{run}"
            command = [sys.executable, "-m", "croisee", "stages", "place", *files]
            ours_runs.append(measured([*command, "--seed", str(SEED), "-o", str(ours)], Path(name)))
            peer = [sys.executable, str(Path(__file__)), "--peer", str(folder), str(theirs)]
            peer_runs.append(measured(peer, Path(name)))
        ours_s, ours_cpu_s, peak_mb = map(min, zip(*ours_runs[1:], strict=True))
        peer_s, peer_cpu_s, _peer_mb = map(min, zip(*peer_runs[1:], strict=True))
        equal = places(ours / "placements.csv") == places(theirs / "placements.csv")
        report_mb = (ours / "report.html").stat().st_size / 1e6
    return {
        "name": "stages_place",
        "ours_s": round(ours_s, 3),
        "peers": {"pandas_heapq": round(peer_s, 3)},
        "ratio": round(peer_s / ours_s, 2),
        "n": pupils,
        "equal": equal,
        "peak_mb": round(peak_mb),
        "ours_cpu_s": round(ours_cpu_s, 3),
        "peer_cpu_s": round(peer_cpu_s, 3),
        "report_mb": round(report_mb, 2),
        "goal_s": 5.0,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--pupils", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        pandas_pipeline(*options.peer)
        return
    figures = measure(options.pupils, options.runs)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name}: {value}")


if __name__ == "__main__":
    main()
