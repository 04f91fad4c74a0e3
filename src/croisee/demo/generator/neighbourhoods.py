"""Five priority neighbourhoods, along main roads, with the outlines of 2024 and those, different, of 2015."""

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from croisee.demo.generator.chance import stream
from croisee.demo.generator.stocks import places
from croisee.demo.generator.streets import URBAN_DENSITY, District
from croisee.demo.generator.terrain import DEPARTMENT, Terrain

# How many live in each: with 26 600 of 212 000 people, one in eight, near the 14.5 % of a city like Rennes.
PEOPLE = (7_400, 6_200, 5_300, 4_300, 3_400)
# How near the limit of a neighbouring district an outline of 2015 spills over, in metres.
SPILL = 130.0
CUT = 0.3
# No part of an outline is narrower, in metres.
THINNEST = 20.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One priority neighbourhood: its codes, names and outlines (on the ground) of both generations."""

    code: str
    name: str
    outline: BaseGeometry
    code_2015: str
    name_2015: str
    outline_2015: BaseGeometry
    people: int
    districts: tuple[int, int]
    commune: int


def make_neighbourhoods(terrain: Terrain, districts: list[District], seed: int) -> list[Neighbourhood]:
    """Three in the central commune, away from its core; one in each of the two largest suburbs."""
    rng = stream(seed, "neighbourhoods")
    turn = rng.uniform(0, 2 * np.pi)
    targets = [(0, 2_300 * np.cos(turn + t), 2_300 * np.sin(turn + t)) for t in (0.0, 2.2, 4.1)]
    suburbs = sorted(range(1, len(terrain.communes)), key=lambda c: -terrain.communes[c].population)[:2]
    for commune in suburbs:
        core = terrain.communes[commune].core
        targets.append((commune, core[0] + 650 * np.cos(turn), core[1] + 650 * np.sin(turn)))
    taken: set[int] = set()
    made = []
    for rank, (commune, x, y) in enumerate(targets):
        inside = terrain.communes[commune].plan
        first = _nearest(districts, taken, inside, x, y)
        second = _partner(districts, taken | {first}, inside, first)
        outline = shapely.union(districts[first].plan, districts[second].plan)
        before = _outline_2015(rng, outline, districts, inside)
        taken |= {first, second}
        made.append(
            Neighbourhood(
                code=f"QN0{DEPARTMENT}9{rank + 1}{'MIKST'[rank]}",
                name=places.NEIGHBOURHOODS[rank][0],
                outline=terrain.bend.shape(outline),
                code_2015=f"QP0{DEPARTMENT}90{rank + 1}",
                name_2015=places.NEIGHBOURHOODS[rank][1],
                outline_2015=terrain.bend.shape(before),
                people=PEOPLE[rank],
                districts=(first, second),
                commune=commune,
            )
        )
    return made


def _fits(district: District, inside: BaseGeometry) -> bool:
    """Whether a district is built up, of a usual size, and of one commune alone."""
    return (
        district.density > URBAN_DENSITY
        and 0.06e6 < district.plan.area < 0.35e6
        and bool(shapely.contains(inside, district.plan))
    )


def _nearest(districts: list[District], taken: set[int], inside: BaseGeometry, x: float, y: float) -> int:
    """The fitting district nearest to a place of the plan, apart from those taken."""
    apart = shapely.union_all([districts[row].plan for row in taken])
    fitting = [
        row
        for row, district in enumerate(districts)
        if row not in taken and _fits(district, inside) and not shapely.dwithin(district.plan, apart, 400)
    ] or [row for row, district in enumerate(districts) if row not in taken and district.density > 5]
    return min(fitting, key=lambda row: np.hypot(districts[row].middle[0] - x, districts[row].middle[1] - y))


def _partner(districts: list[District], taken: set[int], inside: BaseGeometry, first: int) -> int:
    """The district with the longest limit in common with `first`, of the same commune if one is."""

    def shared(row: int) -> tuple[bool, float]:
        other = districts[row]
        common = shapely.length(shapely.intersection(other.plan, districts[first].plan))
        return bool(common > 0 and _fits(other, inside)), float(common)

    return max((row for row in range(len(districts)) if row not in taken), key=shared)


def _outline_2015(
    rng: np.random.Generator, outline: BaseGeometry, districts: list[District], inside: BaseGeometry
) -> BaseGeometry:
    """The outline before the revision: one end was not in it yet, a strip of the next district still was."""
    middle = np.array(outline.centroid.coords[0])
    turn = rng.uniform(0, 2 * np.pi)
    way = np.array([np.cos(turn), np.sin(turn)])
    reach = float(np.sqrt(outline.area))
    end = shapely.box(-reach * CUT, -9e3, 9e3, 9e3)
    kept = shapely.affinity.affine_transform(end, [way[0], -way[1], way[1], way[0], middle[0], middle[1]])
    lost = shapely.intersection(outline, kept)
    touching = [
        d.plan for d in districts if shapely.touches(d.plan, outline) and shapely.contains(inside, d.plan)
    ]
    strips = [shapely.intersection(plan, shapely.buffer(lost, SPILL)) for plan in touching]
    strip = max(strips, key=shapely.area, default=shapely.Polygon())
    joined = shapely.buffer(shapely.union(lost, strip), -THINNEST / 2, join_style="mitre")
    whole = max(shapely.get_parts(joined), key=shapely.area)
    regrown = shapely.intersection(shapely.buffer(whole, THINNEST / 2, join_style="mitre"), inside)
    return shapely.set_precision(regrown, 0.5)  # vertices a hair apart could cross when bent
