"""What a network is drawn between: points where people live and work, and those every line is for."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from croisee.demo.generator.city import City, business_parks
from croisee.demo.generator.stocks.places import CENTRAL_STOP, PARKS
from croisee.demo.generator.streets import URBAN_DENSITY
from croisee.demo.generator.terrain import Points

# Streets meet no nearer than this, in metres: a stop stands at each meeting.
APART = 300.0
LEAST = 12
JOBS_OF_A_PARK = 3_000.0
JOBS_OF_THE_CENTRE = 6_000.0


@dataclass(frozen=True, slots=True)
class Places:
    """Columns of equal length, one row a point where streets meet, and the rows that lines are drawn for.

    `x`, `y` in EPSG:2154 metres; `weight` counts the people and jobs around; `built_up` tells a town from the
    country; `commune` is a row of `communes`; `name` is empty where a point has no name of its own. `towns` are the
    rows of the communes' centres, the city's first; `quarters` those of priority neighbourhoods, `parks` those of
    zones of activity. No stop is set outside `outline`.
    """

    metropolis: str
    communes: tuple[str, ...]
    outline: BaseGeometry
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    built_up: NDArray[np.bool_]
    commune: NDArray[np.int64]
    name: tuple[str, ...]
    towns: tuple[int, ...]
    quarters: tuple[int, ...]
    parks: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.x) < LEAST:
            raise ValueError(f"a network needs at least {LEAST} places")


def places_of(city: City) -> Places:
    """The places of the made-up metropolis: its cores, neighbourhoods and business parks, then its districts."""
    communes, neighbourhoods = city.terrain.communes, city.neighbourhoods
    cores = city.terrain.bend(np.array([commune.core for commune in communes]))
    quarters = np.array([n.outline.representative_point().coords[0] for n in neighbourhoods])
    parks = business_parks(city.terrain, city.seed)
    ends = np.cumsum([len(cores), len(quarters), len(parks)]).tolist()
    middles = city.terrain.bend(np.array([district.middle for district in city.districts]))
    points = np.vstack([cores, quarters, parks, middles])
    commune = _communes(city, points)
    kept = _apart(points, APART, ends[2]) & (commune >= 0)
    points = points[kept]
    weight, density = _weights(city, middles, points)
    weight[0] += JOBS_OF_THE_CENTRE
    weight[ends[1] : ends[2]] += JOBS_OF_A_PARK
    halls = (f"{commune.name} Mairie" for commune in communes[1:])
    named = (CENTRAL_STOP, *halls, *(n.name for n in neighbourhoods), *PARKS)
    return Places(
        metropolis=city.name,
        communes=tuple(commune.name for commune in communes),
        outline=shapely.union_all([commune.polygon for commune in communes]),
        x=points[:, 0],
        y=points[:, 1],
        weight=weight,
        built_up=density > URBAN_DENSITY,
        commune=commune[kept],
        name=(*named, *[""] * (len(points) - len(named))),
        towns=tuple(range(ends[0])),
        quarters=tuple(range(ends[0], ends[1])),
        parks=tuple(range(ends[1], ends[2])),
    )


def _communes(city: City, points: Points) -> NDArray[np.int64]:
    """The commune that holds each point, -1 for none."""
    commune = np.full(len(points), -1)
    for row, town in enumerate(city.terrain.communes):
        shapely.prepare(town.polygon)
        commune[shapely.contains_xy(town.polygon, points)] = row
    return commune


def _apart(points: Points, least: float, sure: int) -> NDArray[np.bool_]:
    """Which points keep a distance from those before them; the first `sure` ones stay whatever theirs."""
    kept = np.zeros(len(points), bool)
    for row, point in enumerate(points):
        near = points[:row][kept[:row]] - point
        kept[row] = row < sure or not (np.hypot(*near.T) < least).any()
    return kept


def _weights(city: City, middles: Points, points: Points) -> tuple[Points, Points]:
    """People around each point, those of every district being at the point nearest to it; people per hectare there."""
    density = np.array([district.density for district in city.districts])
    people = density * np.array([district.plan.area for district in city.districts]) / 1e4
    away = np.hypot(*(points[:, None] - middles[None]).transpose(2, 0, 1))
    weight = np.zeros(len(points))
    np.add.at(weight, np.argmin(away, axis=0), people)
    return weight, density[np.argmin(away, axis=1)]
