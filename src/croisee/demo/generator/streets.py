"""The streets: districts between main roads, and in each a grid of its own, bent with the ground."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from croisee.demo.generator.chance import stream
from croisee.demo.generator.terrain import OUTER_RADIUS, RIVER_WIDTH, Points, Terrain, voronoi

Kind = Literal["avenue", "street", "estate", "road"]

URBAN_DENSITY = 9.0
MIN_STREET = 45.0


@dataclass(frozen=True, slots=True)
class District:
    """A cell between main roads, in the plan; `density` in people per hectare at its middle."""

    plan: BaseGeometry
    middle: tuple[float, float]
    density: float


@dataclass(frozen=True, slots=True)
class Street:
    """One street, in the plan; `district` is its row number, -1 for a road between districts."""

    plan: BaseGeometry
    kind: Kind
    district: int


def make_districts(terrain: Terrain, seed: int) -> list[District]:
    """Districts of some 400 m in town, of kilometres in the country."""
    rng = stream(seed, "districts")
    frame = shapely.union_all([commune.plan for commune in terrain.communes])
    seeds = _scattered(rng, terrain, frame)
    cells = voronoi(seeds, frame)
    density = terrain.density(seeds)
    return [
        District(cell, (float(x), float(y)), float(people))
        for cell, (x, y), people in zip(cells, seeds, density, strict=True)
    ]


def make_streets(terrain: Terrain, districts: list[District], estates: set[int], seed: int) -> list[Street]:
    """Main roads along the districts' limits, then each urban district's own streets.

    `estates` are the districts of tower blocks: wider blocks, fewer streets.
    """
    rng = stream(seed, "streets")
    water = shapely.union_all(terrain.rivers).buffer(RIVER_WIDTH / 2 + 15)
    streets = [
        Street(line, "avenue" if crowded else "road", -1) for line, crowded in _main_roads(terrain, districts)
    ]
    for row, district in enumerate(districts):
        if district.density < URBAN_DENSITY or (rng.random() < 0.05 and row not in estates):
            continue  # the country, and here and there a park
        kind: Kind = "estate" if row in estates else "street"
        block = 150.0 if kind == "estate" else float(np.clip(2_000 / district.density**0.75, 75, 150))
        for line in _grid(rng, district.plan, block):
            dry = max(shapely.get_parts(shapely.difference(line, water)), key=shapely.length, default=None)
            if dry is not None and dry.length > MIN_STREET:
                streets.append(Street(dry, kind, row))
    return streets


def _scattered(rng: np.random.Generator, terrain: Terrain, frame: BaseGeometry) -> Points:
    """Seeds that keep their distance: close together where many live, far apart in the country."""
    tries = rng.uniform(-1.5 * OUTER_RADIUS, 1.5 * OUTER_RADIUS, (60_000, 2))
    tries = tries[shapely.contains_xy(frame, tries)]
    apart = np.clip(2_300 / np.sqrt(terrain.density(tries)), 330, 1_500)
    kept = np.empty((len(tries), 3))
    count = 0
    for (x, y), reach in zip(tries, apart, strict=True):
        near = kept[:count]
        if ((near[:, 0] - x) ** 2 + (near[:, 1] - y) ** 2 > np.minimum(near[:, 2], reach) ** 2).all():
            kept[count] = x, y, reach
            count += 1
    return kept[:count, :2]


def _main_roads(terrain: Terrain, districts: list[District]) -> list[tuple[BaseGeometry, bool]]:
    """The limits between districts, as roads that run straight on at crossings; whether each is in town."""
    limits = shapely.union_all([shapely.boundary(district.plan) for district in districts])
    edges = [edge for edge in shapely.get_parts(shapely.line_merge(limits)) if edge.length > 1]
    middles = np.array([edge.interpolate(0.5, normalized=True).coords[0] for edge in edges])
    crowded = terrain.density(middles) > URBAN_DENSITY
    roads = []
    for chain in _straight_on(edges):
        road = shapely.line_merge(shapely.union_all([edges[i] for i in chain]))
        roads += [(part, bool(crowded[chain].mean() > 0.5)) for part in shapely.get_parts(road)]
    return roads


def _straight_on(edges: list[BaseGeometry]) -> list[list[int]]:
    """Chains of edges: at each crossing the two that bend least (under 35 degrees) are one road."""
    ends: dict[tuple[float, float], list[tuple[int, Points]]] = {}
    for i, edge in enumerate(edges):
        line = shapely.get_coordinates(edge)
        for end, inner in ((line[0], line[1]), (line[-1], line[-2])):
            away = (inner - end) / np.hypot(*(inner - end))
            ends.setdefault((round(float(end[0]), 2), round(float(end[1]), 2)), []).append((i, away))
    leader = list(range(len(edges)))

    def root(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    for meeting in ends.values():
        pairs = [(a[1] @ b[1], a[0], b[0]) for n, a in enumerate(meeting) for b in meeting[n + 1 :]]
        bend, one, other = min(pairs, default=(0.0, 0, 0))
        if bend < -0.82:
            leader[root(one)] = root(other)
    chains: dict[int, list[int]] = {}
    for i in range(len(edges)):
        chains.setdefault(root(i), []).append(i)
    return list(chains.values())


def _grid(rng: np.random.Generator, cell: BaseGeometry, block: float) -> list[BaseGeometry]:
    """Two families of parallel streets across a convex cell; some stop short, some are missing."""
    middle, reach = np.array(cell.centroid.coords[0]), cell.length
    turn = rng.uniform(0, np.pi)
    lines = []
    for along, spacing in ((turn, block), (turn + np.pi / 2, 1.7 * block)):
        way = np.array([np.cos(along), np.sin(along)])
        across = np.array([-way[1], way[0]])
        places = np.arange(-reach / 2 + spacing * rng.random(), reach / 2, spacing)
        for place in places + rng.uniform(-0.15, 0.15, places.size) * spacing:
            end = rng.uniform(0.35, 0.9) if rng.random() < 0.25 else 1.0
            inside = shapely.LineString(
                [middle + place * across - reach * way, middle + place * across + reach * way]
            ).intersection(cell)
            if inside.length * end > MIN_STREET and rng.random() > 0.12:
                lines.append(shapely.ops.substring(inside, 0.0, end, normalized=True))
    return lines
