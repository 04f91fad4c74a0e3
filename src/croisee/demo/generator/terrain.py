"""The lie of the land: straight plans bent into natural ones, an outline, rivers, communes, who lives where.

Plans are drawn straight, around (0, 0), in metres, then bent by one smooth field: what touched still touches.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from croisee.demo.generator.chance import apportion, stream
from croisee.demo.generator.stocks import places

Points = NDArray[np.float64]

# The Brenne, a country of ponds in the middle of France (EPSG:2154), where no city stands.
CENTRE = np.array([562_000.0, 6_627_000.0])
OUTER_RADIUS = 14_000.0
RIVER_WIDTH = 60.0
PEOPLE = 212_000
# INSEE numbers the communes of the Indre up to 36248, and its postcodes stop at 36700: 369xx is nobody's.
DEPARTMENT = "36"


@dataclass(frozen=True, slots=True)
class Bend:
    """A smooth displacement of the plane, made of waves; gentle enough never to fold it."""

    directions: Points
    phases: Points
    shifts: Points

    def __call__(self, points: Points) -> Points:
        """Where points of the plan (n, 2) lie on the ground (EPSG:2154 metres)."""
        waves = np.sin(points @ self.directions.T + self.phases)
        return np.asarray(points + waves @ self.shifts + CENTRE)

    def shape(self, plan: BaseGeometry, step: float = 50.0) -> BaseGeometry:
        """A geometry of the plan, on the ground, its long edges first cut into steps."""
        return shapely.transform(shapely.segmentize(plan, step), self)


@dataclass(frozen=True, slots=True)
class Commune:
    """One made-up commune, on the ground; `core` is the centre of its built-up area, in the plan."""

    insee: str
    name: str
    postcode: str
    population: int
    core: tuple[float, float]
    spread: float
    plan: BaseGeometry
    polygon: BaseGeometry


@dataclass(frozen=True, slots=True)
class Terrain:
    """The communes, the rivers (plan lines) and the bend that lays plans on the ground."""

    bend: Bend
    communes: tuple[Commune, ...]
    rivers: tuple[BaseGeometry, ...]

    def density(self, plan: Points) -> Points:
        """People per hectare, about, at points of the plan: a peak in each core, little elsewhere."""
        total = np.full(len(plan), 0.25)
        for commune in self.communes:
            away = np.hypot(*(plan - np.array(commune.core)).T)
            total += (
                commune.population / (2 * np.pi * commune.spread**2) * 1e4 * np.exp(-away / commune.spread)
            )
        return total


def make_terrain(seed: int) -> Terrain:
    """Sixteen communes in two rings around the central one, bent, crossed by two rivers."""
    rng = stream(seed, "communes")
    cores = np.vstack([[[0.0, 0.0]], _ring(rng, 6, 5_900, 500), _ring(rng, 9, 10_900, 700)])
    outline = _outline(rng)
    cells = voronoi(cores, outline)
    bend = _bend(stream(seed, "bend"))
    names = [places.CENTRAL_COMMUNE, *places.INNER_COMMUNES, *places.OUTER_COMMUNES]
    attraction = np.concatenate([[100.0], rng.uniform(9, 19, 6), rng.uniform(2.5, 7, 9)])
    populations = apportion(PEOPLE, attraction)
    communes = tuple(
        Commune(
            insee=f"{DEPARTMENT}{901 + rank}",
            name=name,
            postcode=f"{DEPARTMENT}{900 + 10 * (rank % 9)}",
            population=int(populations[rank]),
            core=(float(cores[rank, 0]), float(cores[rank, 1])),
            spread=1_250.0 if rank == 0 else float(np.sqrt(populations[rank]) * 5.5),
            plan=cells[rank],
            polygon=bend.shape(cells[rank]),
        )
        for rank, name in enumerate(names)
    )
    return Terrain(bend, communes, _rivers())


def voronoi(seeds: Points, frame: BaseGeometry) -> list[BaseGeometry]:
    """The cell of each seed (n, 2) within `frame`, in the seeds' order."""
    diagram = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame.envelope, ordered=True)
    return list(shapely.intersection(shapely.get_parts(diagram), frame))


def _ring(rng: np.random.Generator, count: int, radius: float, jitter: float) -> Points:
    """Seeds spread around a circle, each a little off its even place."""
    turn = 2 * np.pi * (np.arange(count) + rng.random() + rng.uniform(-0.16, 0.16, count)) / count
    reach = radius + rng.uniform(-jitter, jitter, count)
    return np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])


def _outline(rng: np.random.Generator) -> BaseGeometry:
    """The limit of the metropolis: a circle that a few slow waves deform."""
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    waves = sum(
        rng.uniform(0.2, 0.6) * np.sin(order * turn + rng.uniform(0, 2 * np.pi)) / order
        for order in (2, 3, 5, 7)
    )
    reach = OUTER_RADIUS * (1 + 0.22 * waves)
    return shapely.Polygon(np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]))


def _bend(rng: np.random.Generator) -> Bend:
    """Waves of three lengths: the long ones turn the whole, the short ones ripple every line."""
    lengths = np.repeat([9_000.0, 2_400.0, 700.0], 4)
    heights = np.repeat([270.0, 55.0, 14.0], 4)
    turn = rng.uniform(0, 2 * np.pi, lengths.size)
    lean = rng.uniform(0, 2 * np.pi, lengths.size)
    return Bend(
        directions=np.column_stack([np.cos(turn), np.sin(turn)]) * (2 * np.pi / lengths)[:, None],
        phases=rng.uniform(0, 2 * np.pi, lengths.size),
        shifts=np.column_stack([np.cos(lean), np.sin(lean)]) * heights[:, None],
    )


def _rivers() -> tuple[BaseGeometry, ...]:
    """The river through the central commune, and the one that joins it there."""
    along = np.linspace(-20_000, 20_000, 200)
    main = np.column_stack([along, 0.35 * along + 900 * np.sin(along / 2_300) + 700])
    joining = np.linspace(0, 18_000, 100)
    meeting = main[110]
    second = np.column_stack(
        [meeting[0] - 0.45 * joining + 500 * np.sin(joining / 1_700), meeting[1] + joining]
    )
    return shapely.LineString(main), shapely.LineString(second)
