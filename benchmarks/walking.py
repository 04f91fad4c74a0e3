"""Walks along streets: `croisee.engine.transit.streets` beside `pandana`, in one run.

    python benchmarks/walking.py --json              a hundred thousand corners, one line of JSON
    python benchmarks/walking.py --side 100          a smaller town

From each corner of a made-up town, and from 2 000 of them (`some`), the ways to all of 5 000 places at most
20 minutes off on foot. Both have the same corners and lengths; origins and places are corners, since
`pandana` brings points to the nearest corner and the engine to the nearest street. What is made once is told
apart (`prepare_s`): edges, and points brought to them, for the engine; contraction hierarchies for `pandana`,
which has three ways to answer:

pois    `nearest_pois`, from every corner whether asked or not, told how many places are near at most
pairs   `shortest_path_lengths` of the pairs that are near as the crow flies
range   `nodes_in_range`, of which the places are kept

Distances must be equal up to 5 cm: `pandana` counts whole millimetres of each edge.
"""

import argparse
import importlib.metadata
import json
import os
import resource
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from croisee.engine.transit.processors import processors
from croisee.engine.transit.streets import Snapped, Streets
from croisee.engine.transit.timetable import Floats, Longs
from croisee.engine.transit.walking import EARTH, Pace, Paths, near
from timing import TIMES, timed

Whole = NDArray[np.integer]
SIDE, PLACES, SOME = 320, 5_000, 2_000
BLOCK = 90.0  # metres
KEPT = 0.65  # of the streets of a full grid: 2.6 streets meet at a corner
PACE, LONGEST = Pace(), 20 * 60
REACH = LONGEST * PACE.speed
CENTIMETRES = Pace(0.01)  # a walk of so many seconds is so many centimetres long
TOLERANCE = 0.05


class Found(NamedTuple):
    """Pairs of an origin and a place, as one number each, and the metres between them."""

    pair: Longs
    metres: Floats

    @classmethod
    def of(cls, origin: Whole, place: Whole, places: int, metres: Floats) -> "Found":
        return cls(origin.astype(np.int64) * places + place, metres)


def made_up_town(side: int, seed: int) -> Streets:
    """A grid of wobbly blocks with streets left out, at 48 degrees north."""
    rng = np.random.default_rng(seed)
    corner = np.arange(side * side).reshape(side, side)
    first = np.concatenate([corner[:, :-1].ravel(), corner[:-1].ravel()])
    second = np.concatenate([corner[:, 1:].ravel(), corner[1:].ravel()])
    ends = np.column_stack([first, second])[rng.random(len(first)) < KEPT].ravel()
    rows, columns = np.divmod(corner.ravel(), side) + rng.normal(0, 0.2, (2, side * side))
    degrees = np.degrees(BLOCK / EARTH)
    lat = 48 + rows * degrees
    lon = columns * degrees / np.cos(np.radians(48))
    return Streets.of(np.arange(0, len(ends) + 1, 2), lon[ends], lat[ends]).connected()


@dataclass(frozen=True)
class Town:
    """Streets, and the corners where one starts from and where the places are."""

    streets: Streets
    origins: Longs
    places: Longs
    here: Snapped
    there: Snapped

    @classmethod
    def of(cls, streets: Streets, origins: Longs, places: Longs) -> "Town":
        here, there = (
            streets.snapped(streets.lon[corners], streets.lat[corners]) for corners in (origins, places)
        )
        return cls(streets, origins, places, here, there)

    def walks(self, pace: Pace = PACE, longest: int = LONGEST) -> Paths:
        return self.streets.walks(self.here, self.there, pace, longest)

    def found(self) -> Found:
        walks = self.walks(CENTIMETRES, round(100 * REACH))
        origin = np.repeat(np.arange(walks.places), np.diff(walks.start))
        return Found.of(origin, walks.stop, len(self.places), walks.seconds / 100)


class Pandana:
    """Its network of the town, with the places on it."""

    def __init__(self, town: Town, most: int) -> None:
        import pandana
        import pandas as pd

        self.town, self.most, streets = town, most, town.streets
        columns = (pd.Series(column) for column in (streets.lon, streets.lat, streets.first, streets.second))
        self.network = pandana.Network(*columns, pd.DataFrame({"metres": streets.metres}))
        lon, lat = (pd.Series(degrees[town.places]) for degrees in (streets.lon, streets.lat))
        self.network.set_pois("places", REACH, most, lon, lat)

    def pois(self) -> Any:
        """A row for each corner: the metres to each place that is near, then which places these are."""
        return self.network.nearest_pois(REACH, "places", num_pois=self.most, include_poi_ids=True)

    def found(self, pois: Any) -> Found:
        """The same as pairs."""
        metres, place = np.split(pois.to_numpy(), 2, axis=1)
        is_one = ~np.isnan(place)
        origin, _rank = np.nonzero(is_one)
        return Found.of(origin, place[is_one].astype(np.int64), len(self.town.places), metres[is_one])

    def pairs(self, town: Town) -> Found:
        """From the origins of the town."""
        lon, lat = town.streets.lon, town.streets.lat
        origin, place, _straight = near(
            lon[town.origins], lat[town.origins], lon[town.places], lat[town.places], REACH
        )
        metres = np.array(self.network.shortest_path_lengths(town.origins[origin], town.places[place]), float)
        close = metres <= REACH
        return Found.of(origin[close], place[close], len(town.places), metres[close])

    def range(self, town: Town) -> Found:
        """From the origins of the town."""
        table = self.network.nodes_in_range(town.origins, REACH)
        origins, places = (np.full(len(town.streets.lon), -1) for _ in range(2))
        origins[town.origins], places[town.places] = np.arange(len(town.origins)), np.arange(len(town.places))
        place = places[table["destination"].to_numpy()]
        is_one = place >= 0
        origin = origins[table["source"].to_numpy()[is_one]]
        return Found.of(origin, place[is_one], len(town.places), table["metres"].to_numpy()[is_one])


def different(ours: Found, theirs: Found) -> int:
    """The pairs whose distances are not equal; one alone may find what is at the end of the reach."""
    _pair, here, there = np.intersect1d(ours.pair, theirs.pair, assume_unique=True, return_indices=True)
    wrong = np.count_nonzero(np.abs(ours.metres[here] - theirs.metres[there]) > TOLERANCE)
    for found, both in ((ours, here), (theirs, there)):
        wrong += np.count_nonzero(np.delete(found.metres, both) < REACH - TOLERANCE)
    return int(wrong)


def compare(side: int, places: int, some: int) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    streets_s, streets = timed(lambda: made_up_town(side, 1))
    corners = len(streets.lon)
    chosen = rng.choice(corners, min(places, corners), replace=False)
    ready_s, town = timed(lambda: Town.of(streets, np.arange(corners), chosen))
    few = Town.of(streets, rng.choice(corners, min(some, corners), replace=False), chosen)
    few.walks()  # compiles, or reads what was compiled before
    ours_s, walks = timed(town.walks, TIMES)
    few_s, _ = timed(few.walks, TIMES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result: dict[str, Any] = {
        "name": "walking",
        "ours_s": round(ours_s, 3),
        "peers": {"pandana": None},
        "ratio": None,
        "n": corners,
        "places": len(chosen),
        "pairs": len(walks.stop),
        "threads": processors(),
        "prepare_s": {"ours": round(streets_s + ready_s, 2)},
        "some": {"n": len(few.origins), "ours_s": round(few_s, 4)},
        "peak_mb": round(peak),
    }
    try:
        version = importlib.metadata.version("pandana")
    except importlib.metadata.PackageNotFoundError:
        return result
    peer_s, peer = timed(lambda: Pandana(town, int(np.diff(walks.start).max())))
    pois_s, pois = timed(peer.pois, TIMES)
    pairs_s, by_pairs = timed(lambda: peer.pairs(few), TIMES)
    range_s, by_range = timed(lambda: peer.range(few), TIMES)
    wrong = different(town.found(), peer.found(pois))
    wrong += sum(different(few.found(), found) for found in (by_pairs, by_range))
    result["prepare_s"]["pandana"] = round(peer_s, 2)
    result["some"] |= {
        "peers": {"pandana_pairs": round(pairs_s, 3), "pandana_range": round(range_s, 3)},
        "ratio": round(min(pairs_s, range_s) / few_s, 1),
    }
    return result | {
        "peers": {"pandana": round(pois_s, 3)},
        "ratio": round(pois_s / ours_s, 2),
        "version": version,
        "equal": wrong == 0,
        "different": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--side", type=int, default=SIDE, help="corners along a side of the town")
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--some", type=int, default=SOME, help="corners, of the second question")
    options = parser.parse_args()
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)  # pandana tells its progress on the standard output, where only the result belongs
        result = compare(options.side, options.places, options.some)
        print(json.dumps(result, indent=None if options.json else 2), file=out)


if __name__ == "__main__":
    main()
