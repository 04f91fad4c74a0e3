"""How long it takes to compute what a metropolis's addresses reach: `python benchmarks/reach.py [--json]`.

200 000 addresses and 30 000 employers spread around the stops of a timetable (that of the demonstration unless one is
named, `--gtfs FEED --date DAY`), in squares of 200 m. No database: what is stored afterwards is not measured.
"""

import argparse
import datetime as dt
import json
import os
import time
from pathlib import Path

import django
import numpy as np

from croisee.engine.transit.timetable import Timetable
from transit import made_up_timetable, read

ADDRESSES, EMPLOYERS = 200_000, 30_000


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--gtfs", type=Path)
    parser.add_argument("--date", type=dt.date.fromisoformat, default=dt.date(2026, 1, 13))
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "croisee.project.settings")
    django.setup()
    timetable = read(options.gtfs) if options.gtfs else made_up_timetable(1.0)
    result = measure(timetable, options.date)
    print(
        json.dumps(result) if options.json else "\n".join(f"{name}: {said}" for name, said in result.items())
    )


def measure(timetable: Timetable, day: dt.date) -> dict[str, object]:
    """Compute it twice, the first time for what is compiled and looked up once."""
    from croisee.territory.reach.computing import reach
    from croisee.territory.travel.morning import Morning
    from croisee.territory.travel.network import Network

    network = Network(None, None, day, Morning.of(timetable, day))
    addresses, employers = spread(timetable, ADDRESSES, 1), spread(timetable, EMPLOYERS, 2)
    seconds = []
    for _time in range(2):
        begun = time.perf_counter()
        found = reach(network, addresses, [employers], lambda done, total: None)
        seconds.append(round(time.perf_counter() - begun, 2))
    return {
        "name": "reach",
        "first_s": seconds[0],
        "again_s": seconds[1],
        "squares": len(found.addresses),
        "stops": len(timetable.lon),
        "stop_times": len(timetable.stop),
        "medians": found.medians()[:, 0].tolist(),
    }


def spread(timetable: Timetable, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points around stops, about 400 m from them."""
    random = np.random.default_rng(seed)
    near = random.integers(0, len(timetable.lon), number)
    lon = timetable.lon[near] + random.normal(0, 0.004, number)
    return lon, timetable.lat[near] + random.normal(0, 0.0027, number)


if __name__ == "__main__":
    main()
