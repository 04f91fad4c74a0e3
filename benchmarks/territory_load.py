"""How fast a territory is loaded and searched: `python benchmarks/territory_load.py [--json] [--n 500000]`.

A made-up address file (the 23 columns of the national base, gzip) of a metropolis with five priority zones:
- ours: read, checked, tagged with the zones and stored in PostgreSQL by `load_territory`; then the same again;
- peers, on the same file and server, storing the same columns: `csv_shapely_bulk_create` reads rows with the
  standard library, asks an STRtree about each point and stores by Django's `bulk_create`;
  `geopandas_sjoin_bulk_create` reads with pandas, joins by geopandas and stores likewise. `equal` says that the
  zones they store are those that we store;
- the search: questions as written, abbreviated, and mistyped; the middle and the slowest twentieth of the times,
  and how often the address meant comes first.
An embedded server is made for the purpose and thrown away.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from own_database import own_database
from timing import timed


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--n", type=int, default=500_000)
    parser.add_argument("--without-peers", action="store_true")
    options = parser.parse_args()
    with own_database() as folder:
        result = measure(folder / "data", options.n, peers=not options.without_peers)
    print(
        json.dumps(result)
        if options.json
        else "\n".join(f"{name}: {value}" for name, value in result.items())
    )


def measure(folder: Path, n: int, *, peers: bool) -> dict[str, Any]:
    """Load, load again, search, and let the peers load."""
    from croisee.territory.services import load_territory
    from made_up_addresses import EPCI, write_metropolis

    ban = write_metropolis(folder, n)
    for name in ("epci.json", "communes.geojson", "qpv.geojson"):
        list(load_territory(EPCI, [str(folder / name)]))
    warm_up()
    seconds, loaded = timed(lambda: list(load_territory(EPCI, [str(ban)])))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again, _unchanged = timed(lambda: list(load_territory(EPCI, [str(ban)])))
    ours = stored_zones()
    search = measured_search()
    times, equal = {}, True
    if peers:
        for peer in (csv_shapely_bulk_create, geopandas_sjoin_bulk_create):
            forget_addresses()
            times[peer.__name__], _nothing = timed(lambda peer=peer: peer(ban))
            equal &= stored_zones() == ours
    return {
        "name": "territory_load",
        "ours_s": round(seconds, 2),
        "peers": {name: round(value, 2) for name, value in times.items()},
        "ratio": round(min(times.values()) / seconds, 2) if times else None,
        "n": n,
        "equal": equal and loaded[0].kept == len(ours),
        "peak_mb": round(peak),
        "again_s": round(again, 2),
        **search,
    }


def written_apart(folder: Path, n: int) -> Path:
    """Write the metropolis in another process, so that the memory it takes is not counted with the load's."""
    script = "import sys; from pathlib import Path; from made_up_addresses import write_metropolis as write; "
    script += "write(Path(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", script, str(folder), str(n)], check=True, cwd=Path(__file__).parent)
    return folder / "adresses-35.csv.gz"


def warm_up() -> None:
    """Compile what the engine compiles at its first use."""
    from croisee.territory.zone_layers import tagger

    tagger().tag(np.array([-1.6]), np.array([48.1]))


def stored_zones() -> dict[str, tuple[str, ...]]:
    """The zones stored at each address."""
    from croisee.territory.models import Address

    return {
        key: tuple(codes) for key, codes in Address.objects.order_by().values_list("ban_id", "zone_codes")
    }


def measured_search() -> dict[str, Any]:
    """The times of 300 questions, the first answer of each checked; the index is made before, and timed."""
    from croisee.territory.address_search import search_addresses, street_index
    from croisee.territory.models import Address
    from made_up_addresses import questions

    rows = [
        (one.number, one.street.name, one.street.place, one.ban_id)
        for one in Address.objects.filter(suffix="")
        .select_related("street")
        .order_by("ban_id")[:: max(1, Address.objects.count() // 350)]
    ][:300]
    making, _index = timed(street_index)
    times, first = [], 0
    for text, meant in questions(rows):
        seconds, found = timed(lambda text=text: search_addresses(text))
        times.append(seconds * 1000)
        first += bool(found) and found[0].identifier == meant
    return {
        "search_ms": {
            "p50": round(float(np.percentile(times, 50)), 1),
            "p95": round(float(np.percentile(times, 95)), 1),
        },
        "search_first_right": round(first / len(rows), 3),
        "search_index_s": round(making, 2),
    }


def forget_addresses() -> None:
    """Empty the tables of addresses, as if nothing had been loaded."""
    from django.db import connection

    from croisee.territory.models import DataSet, DataSetKind

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE territory_address, territory_street")
    DataSet.objects.filter(kind=DataSetKind.BAN).update(checksum="0" * 64)


def csv_shapely_bulk_create(ban: Path) -> None:
    """Row by row with the standard library, shapely and Django: what one writes first."""
    import shapely
    from django.db import transaction

    codes, outlines = zone_outlines()
    tree = shapely.STRtree(outlines)
    with gzip.open(ban, "rt", encoding="utf-8", newline="") as stream, transaction.atomic():
        rows = []
        for row in csv.DictReader(stream, delimiter=";"):
            longitude, latitude = float(row["lon"]), float(row["lat"])
            point = shapely.Point(longitude, latitude)
            inside = [codes[at] for at in tree.query(point, predicate="intersects")]
            rows.append((row, longitude, latitude, inside))
        store_by_bulk_create(rows)


def geopandas_sjoin_bulk_create(ban: Path) -> None:
    """A table at a time with pandas and geopandas, then Django."""
    import geopandas
    import pandas as pd
    from django.db import transaction

    codes, outlines = zone_outlines()
    frame = pd.read_csv(ban, sep=";", dtype=str, keep_default_na=False)
    longitude, latitude = frame["lon"].astype(float), frame["lat"].astype(float)
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(longitude, latitude), crs=4326)
    zones = geopandas.GeoDataFrame({"code": codes}, geometry=outlines, crs=4326)
    joined = geopandas.sjoin(points, zones, predicate="intersects")
    inside = joined.groupby(level=0)["code"].agg(list).to_dict()
    with transaction.atomic():
        lines = frame.to_dict("records")
        store_by_bulk_create(
            [
                (row, x, y, inside.get(at, []))
                for at, (row, x, y) in enumerate(zip(lines, longitude, latitude, strict=True))
            ]
        )


def zone_outlines() -> tuple[list[str], list[Any]]:
    """Codes and outlines of the loaded zones."""
    from croisee.territory.models import Zone

    zones = list(Zone.objects.all())
    return [zone.code for zone in zones], [zone.geometry for zone in zones]


def store_by_bulk_create(rows: list[tuple[dict[str, str], float, float, list[str]]]) -> None:
    """Streets, then addresses, in batches of 5 000."""
    from croisee.territory.loaders.ban import POSITIONS
    from croisee.territory.models import Address, DataSet, DataSetKind, Position, Street
    from croisee.territory.wording import normalise, plain

    data_set = DataSet.objects.get(kind=DataSetKind.BAN)
    streets: dict[str, Street] = {}
    addresses = []
    for row, longitude, latitude, inside in rows:
        key = row["id"].rsplit("_", 2 if row["rep"] else 1)[0]
        if key not in streets:
            streets[key] = Street(
                key=key,
                name=row["nom_voie"],
                normalised=normalise(row["nom_voie"]),
                commune_id=row["code_insee"],
                place=row["nom_commune"],
                postcodes=[row["code_postal"]],
                longitude=longitude,
                latitude=latitude,
                data_set=data_set,
            )
        streets[key].size += 1
        addresses.append(
            Address(
                ban_id=row["id"],
                street_id=key,
                number=int(row["numero"]),
                suffix=row["rep"],
                postcode=row["code_postal"],
                longitude=longitude,
                latitude=latitude,
                position=POSITIONS.get(plain(row["type_position"]), Position.UNKNOWN),
                zone_codes=inside,
            )
        )
    Street.objects.bulk_create(streets.values(), batch_size=5_000)
    Address.objects.bulk_create(addresses, batch_size=5_000)


if __name__ == "__main__":
    sys.exit(main())
