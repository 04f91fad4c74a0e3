"""Street names and address plates: where each stands, in which commune, and how many live behind it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from croisee.demo.generator.chance import stream
from croisee.demo.generator.neighbourhoods import Neighbourhood
from croisee.demo.generator.stocks import streets as stock
from croisee.demo.generator.streets import Kind, Street
from croisee.demo.generator.terrain import RIVER_WIDTH, Points, Terrain

SETBACK = 9.0
# Plates are set closer than asked for, then drawn: numbers are missing here and there, as in real streets.
SPARE = 1.3
KEPT: dict[Kind, float] = {"avenue": 1.0, "street": 1.0, "estate": 0.8, "road": 0.1}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Columns of equal length: one row per address plate, in the order of commune, street and number.

    `x`, `y` in EPSG:2154 metres, `lon`, `lat` in degrees; `street` is a row of `street_names`; `commune` and
    `neighbourhood` are rows of theirs (-1 in no neighbourhood); `people` live behind the plate, about.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    number: NDArray[np.int64]
    street: NDArray[np.int64]
    commune: NDArray[np.int64]
    neighbourhood: NDArray[np.int64]
    people: NDArray[np.float64]
    street_names: tuple[str, ...]
    street_codes: tuple[str, ...]


@cache
def _projection() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(2154, 4326, always_xy=True)


def lonlat(
    x: NDArray[np.float64], y: NDArray[np.float64], decimals: int = 6
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of points in EPSG:2154, to the 6 decimals of the national address base."""
    lon, lat = _projection().transform(x, y)
    return np.round(lon, decimals), np.round(lat, decimals)


def make_addresses(
    terrain: Terrain, streets: list[Street], neighbourhoods: list[Neighbourhood], count: int, seed: int
) -> Addresses:
    """`count` plates along the streets, both sides, odd numbers on one and even ones on the other."""
    rng = stream(seed, "addresses")
    street, number, plan = _plates(streets, count)
    ground = terrain.bend(plan)
    commune = _holding([c.polygon.buffer(-1.0) for c in terrain.communes], ground)
    water = terrain.bend.shape(shapely.union_all(terrain.rivers)).buffer(RIVER_WIDTH / 2 + SETBACK)
    usable = (commune >= 0) & ~shapely.contains_xy(water, ground)
    weight = np.array([KEPT[s.kind] for s in streets])[street] * usable
    key = np.log(rng.random(len(street))) / np.maximum(weight, 1e-12)
    kept = np.argsort(-key, kind="stable")[: min(count, int(usable.sum()))]
    kept = kept[np.lexsort((number[kept], street[kept], commune[kept]))]
    x, y = np.round(ground[kept].T, 2)
    lon, lat = lonlat(x, y)
    named, names, codes = _name_streets(streets, street[kept], commune[kept], seed)
    neighbourhood = _holding([n.outline for n in neighbourhoods], np.column_stack([x, y]))
    crowd = terrain.density(plan[kept]) ** 0.6 * weight[kept] * rng.lognormal(0, 0.5, len(kept))
    people = _settle(terrain, neighbourhoods, commune[kept], neighbourhood, crowd)
    return Addresses(x, y, lon, lat, number[kept], named, commune[kept], neighbourhood, people, names, codes)


def _plates(streets: list[Street], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Points]:
    """Every possible plate: its street, its number, its place in the plan."""
    lengths = np.array([s.plan.length for s in streets])
    weights = np.array([KEPT[s.kind] for s in streets])
    step = float(np.clip(2 * (lengths * weights).sum() / (SPARE * count), 1.5, 30))
    rows, numbers, points = [], [], []
    for row, street in enumerate(streets):
        along = np.arange(step, street.plan.length - SETBACK, step)
        on = shapely.get_coordinates(shapely.line_interpolate_point(street.plan, along))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(street.plan, along + 0.5))
        way = (ahead - on) / np.maximum(np.hypot(*(ahead - on).T), 1e-9)[:, None]
        aside = np.column_stack([-way[:, 1], way[:, 0]]) * SETBACK
        for side in (1, -1):
            rows.append(np.full(along.size, row))
            numbers.append(2 * np.arange(along.size) + (1 if side == 1 else 2))
            points.append(on + side * aside)
    return np.concatenate(rows), np.concatenate(numbers), np.vstack(points)


def _holding(polygons: list[shapely.Geometry], ground: Points) -> NDArray[np.int64]:
    """The row of the polygon that holds each point, -1 for none."""
    holding = np.full(len(ground), -1)
    for row, polygon in enumerate(polygons):
        shapely.prepare(polygon)
        holding[shapely.contains_xy(polygon, ground)] = row
    return holding


def _settle(
    terrain: Terrain,
    neighbourhoods: list[Neighbourhood],
    commune: NDArray[np.int64],
    neighbourhood: NDArray[np.int64],
    crowd: NDArray[np.float64],
) -> NDArray[np.float64]:
    """People behind each plate, so that every commune and every neighbourhood adds up to its population."""
    people = np.zeros(len(crowd))
    for row, place in enumerate(terrain.communes):
        within = [rank for rank, n in enumerate(neighbourhoods) if n.commune == row]
        elsewhere = place.population - sum(neighbourhoods[rank].people for rank in within)
        groups = [(neighbourhood == rank, neighbourhoods[rank].people) for rank in within]
        groups.append(((commune == row) & ~np.isin(neighbourhood, within), elsewhere))
        for chosen, total in groups:
            people[chosen] = crowd[chosen] * (total / max(crowd[chosen].sum(), 1e-9))
    return people


def _name_streets(
    streets: list[Street], street: NDArray[np.int64], commune: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
    """Names of the streets, none twice in a commune; past the limit of a commune, a street changes name."""
    pairs, named = np.unique(np.column_stack([commune, street]), axis=0, return_inverse=True)
    names, codes = [], []
    bags: dict[Kind, list[str]] = {}
    current, rank, used = -1, 0, set[str]()
    for place, row in pairs:
        if place != current:
            current, rank, used = place, 0, set()
            rng = stream(seed, f"street names of commune {place}")
            bags = {kind: _shuffled_names(rng, kind) for kind in KEPT}
        bag = bags[streets[row].kind]
        while (name := bag.pop()) in used:
            pass
        used.add(name)
        rank += 1
        names.append(name)
        codes.append(f"{rank * 10:04d}" if rank < 1000 else f"A{rank % 1000:03d}")
    return named.ravel(), tuple(names), tuple(codes)


def _shuffled_names(rng: np.random.Generator, kind: Kind) -> list[str]:
    """Names for streets of this kind, the first choice last; numbered ones are the last resort."""
    kinds, words = {
        "avenue": (stock.AVENUE_KINDS, stock.AVENUE_NAMES),
        "street": (stock.STREET_KINDS, stock.STREET_NAMES),
        "estate": (stock.ESTATE_KINDS, stock.STREET_NAMES),
        "road": (stock.ROAD_KINDS, stock.ROAD_NAMES),
    }[kind]
    order = rng.permutation(len(words))
    first = [f"{kinds[int(rng.integers(len(kinds)))]} {words[i]}" for i in order]
    again = [f"{each} {words[i]}" for each in dict.fromkeys(kinds) for i in order]
    numbered = [f"Voie n° {rank}" for rank in range(2_000, 0, -1)]
    return numbered + again[::-1] + first
