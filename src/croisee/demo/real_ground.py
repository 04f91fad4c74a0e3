"""The ground of a real territory, out of its loaded data: where people live, its collèges, its neighbourhoods.

No national address base is needed: homes are points drawn by the 200 m grid of inhabitants where its file is
there, else around the middle of each commune by its population; their address says that it is approximate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from croisee.demo.generator.addresses import lonlat
from croisee.demo.generator.chance import draw, stream
from croisee.demo.generator.ground import Ground, Places, School, Sizes
from croisee.engine.zones.projection import MAINLAND
from croisee.territory.models import Commune, Epci, SchoolKind
from croisee.territory.models import School as LoadedSchool
from croisee.territory.queries import current_zone_index

GRID_LAYER, GRID_PEOPLE = "enriched_grid", "num_people"
CELL = 200.0
POINTS_A_PUPIL = 12
SAMPLE = 4_000
# How far people spread around the middle of a commune: about 1.9 km in a city of 220 000, 0.2 km in a village.
SPREAD = 4.0
# Employers: two in three as people live, the rest within a few kilometres of the densest place.
CENTRE_SHARE, CENTRE_REACH = 0.35, 2_000.0

Floats = NDArray[np.float64]


class NoGround(Exception):  # noqa: N818  reads as the sentence it is
    """The loaded data do not say enough to put people on this territory; `missing` names what is not there."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


@dataclass(frozen=True, slots=True)
class _Town:
    """A commune in EPSG:2154."""

    name: str
    postcode: str
    population: int
    polygon: shapely.Geometry


def real_ground(epci: str, places: Sequence[str], sizes: Sizes, seed: int) -> Ground:
    """The ground of a loaded EPCI; `places` are the folders and files in which a grid may be.

    Raises NoGround when communes have no outline, or when too few collèges are located.
    """
    towns = _towns(epci)
    rng = stream(seed, f"homes of {epci}")
    x, y = _homes(rng, towns, list(_grids(places)), sizes.pupils * POINTS_A_PUPIL)
    commune = _holding(towns, x, y)
    kept = commune >= 0
    x, y, commune = x[kept], y[kept], commune[kept]
    lon, lat = lonlat(x, y)
    index = current_zone_index()
    in_qpv = np.zeros(len(x), bool) if index is None else index.tag(lon, lat, crs=4326) != ""
    ground = Places(
        x=x,
        y=y,
        lon=lon,
        lat=lat,
        address=np.array([_address(towns[row]) for row in commune]),
        commune=commune,
        homes=np.ones(len(x)),
        jobs=_jobs(x, y),
        in_qpv=np.asarray(in_qpv, bool),
    )
    name = Epci.objects.get(code=epci).name
    return Ground(
        name,
        tuple(town.name for town in towns),
        ground,
        _schools(epci, towns, np.column_stack([x, y]), sizes),
    )


def _towns(epci: str) -> list[_Town]:
    """The communes that have an outline. Raises NoGround when none has."""
    towns = []
    for commune in Commune.objects.filter(epci=epci, outline__isnull=False).order_by("code"):
        shape = shapely.transform(commune.geometry, _metres)
        towns.append(_Town(commune.name, min(commune.postcodes, default=""), commune.population or 0, shape))
    if not sum(town.population for town in towns):
        raise NoGround(str(_("outlines and populations of the communes")))
    return towns


def _metres(points: Floats) -> Floats:
    return np.column_stack(MAINLAND.project(points[:, 0], points[:, 1]))


def _grids(places: Sequence[str]) -> Iterator[Path]:
    """GeoPackages with a layer of the 200 m grid."""
    for place in map(Path, places):
        files = sorted(place.rglob("*.gpkg")) if place.is_dir() else [place]
        for file in files:
            if file.suffix == ".gpkg" and GRID_LAYER in pyogrio.list_layers(file)[:, 0]:
                yield file


def _homes(
    rng: np.random.Generator, towns: list[_Town], grids: list[Path], count: int
) -> tuple[Floats, Floats]:
    """Points where people live: in the cells of the grid, else around the middles of communes."""
    corners, people = _cells(towns, grids)
    if people.sum() > 0:
        at = draw(rng, people, count)
        x, y = (corners[at] + rng.uniform(0, CELL, (count, 2))).T
        return x, y
    populations = np.array([float(town.population) for town in towns])
    middles = np.array([shapely.point_on_surface(town.polygon).coords[0] for town in towns])
    at = draw(rng, populations, count)
    x, y = (middles[at] + rng.normal(0, 1, (count, 2)) * (SPREAD * np.sqrt(populations[at]))[:, None]).T
    return x, y


def _cells(towns: list[_Town], grids: list[Path]) -> tuple[Floats, Floats]:
    """South-west corners of the grid's cells that touch the territory, and the people in each."""
    whole = shapely.union_all([town.polygon for town in towns])
    shapely.prepare(whole)
    corners, people = [np.empty((0, 2))], [np.empty(0)]
    for file in grids:
        info, _fids, cells, columns = pyogrio.raw.read(file, layer=GRID_LAYER, columns=[GRID_PEOPLE])
        if "2154" not in str(info["crs"]):
            continue
        middles = shapely.get_coordinates(shapely.centroid(shapely.from_wkb(cells)))
        inside = shapely.contains_xy(whole, middles)
        corners.append(middles[inside] - CELL / 2)
        people.append(np.nan_to_num(np.asarray(columns[0], np.float64)[inside]))
    return np.vstack(corners), np.concatenate(people)


def _holding(towns: list[_Town], x: Floats, y: Floats) -> NDArray[np.int64]:
    holding = np.full(len(x), -1)
    for row, town in enumerate(towns):
        shapely.prepare(town.polygon)
        holding[shapely.contains_xy(town.polygon, x, y)] = row
    return holding


def _jobs(x: Floats, y: Floats) -> Floats:
    """Weights for employers: where people live, and more around the densest kilometre."""
    _cells, at, count = np.unique(
        np.column_stack([x // 1_000, y // 1_000]), axis=0, return_inverse=True, return_counts=True
    )
    densest = at.ravel() == np.argmax(count)
    centre_x, centre_y = x[densest].mean(), y[densest].mean()
    near = np.exp(-np.hypot(x - centre_x, y - centre_y) / CENTRE_REACH)
    return np.asarray(CENTRE_SHARE * near / near.sum() + (1 - CENTRE_SHARE) / len(x))


def _address(town: _Town) -> str:
    return f"Adresse inventée, approximative, {town.postcode} {town.name}".replace("  ", " ")


def _schools(epci: str, towns: list[_Town], homes: Floats, sizes: Sizes) -> tuple[School, ...]:
    """Real collèges: of those in priority education, and of the others, the ones nearest to most homes.

    Where few others are located, more of those in priority education make up the number.
    """
    held = LoadedSchool.objects.filter(epci=epci, kind=SchoolKind.COLLEGE, longitude__isnull=False)
    names = [town.name for town in towns]
    schools = [_school(one, names) for one in held.select_related("commune").order_by("uai")]
    others = [one for one in schools if not one.priority]
    wanted = max(sizes.priority_schools, sizes.schools - len(others))
    priority = _nearest_to_most([one for one in schools if one.priority], homes, wanted)
    others = _nearest_to_most(others, homes, sizes.schools - len(priority))
    if not priority and not others:
        raise NoGround(str(_("collèges with their place (education directory, list of REP schools)")))
    return (*priority, *others)


def _school(school: LoadedSchool, communes: list[str]) -> School:
    x, y = MAINLAND.project(np.array([school.longitude or 0.0]), np.array([school.latitude or 0.0]))
    town = school.commune.name if school.commune else ""
    commune = communes.index(town) if town in communes else 0
    priority = school.priority if school.is_priority else ""
    return School(
        school.uai, school.name or school.uai, priority, float(x[0]), float(y[0]), commune, school.address
    )


def _nearest_to_most(schools: list[School], homes: Floats, count: int) -> list[School]:
    """The `count` schools that are the nearest of all to most homes, in the order of their identifiers."""
    if not schools or count < 1:
        return []
    sites = np.array([[school.x, school.y] for school in schools])
    sample = homes[:: max(1, len(homes) // SAMPLE)]
    away = np.hypot(*(sample[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    served = np.bincount(np.argmin(away, axis=1), minlength=len(schools))
    return [schools[row] for row in np.sort(np.argsort(-served, kind="stable")[:count])]
