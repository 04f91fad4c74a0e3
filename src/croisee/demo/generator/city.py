"""The made-up metropolis, whole: its parts in order, and the ground they make for people."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.addresses import Addresses, make_addresses
from croisee.demo.generator.chance import stream
from croisee.demo.generator.ground import Ground, Places, School, Sizes
from croisee.demo.generator.identifiers import siren
from croisee.demo.generator.neighbourhoods import Neighbourhood, make_neighbourhoods
from croisee.demo.generator.schools import make_schools
from croisee.demo.generator.stocks import places as stock
from croisee.demo.generator.streets import District, Street, make_districts, make_streets
from croisee.demo.generator.terrain import Points, Terrain, make_terrain

EPCI_RANK = 9_990
# Families with children: more of them behind a door of a priority neighbourhood .
YOUTH = 1.2


@dataclass(frozen=True)
class City:
    """A made-up metropolis."""

    seed: int
    terrain: Terrain
    districts: tuple[District, ...]
    streets: tuple[Street, ...]
    neighbourhoods: tuple[Neighbourhood, ...]
    addresses: Addresses
    schools: tuple[School, ...]

    name = stock.METROPOLIS
    epci = siren(EPCI_RANK, public=True)

    @cached_property
    def ground(self) -> Ground:
        """The metropolis as what people and companies are put on."""
        communes = tuple(commune.name for commune in self.terrain.communes)
        return Ground(self.name, communes, self.places, self.schools)

    @cached_property
    def places(self) -> Places:
        """Every address as a place to live or to work."""
        a = self.addresses
        in_qpv = a.neighbourhood >= 0
        return Places(
            x=a.x,
            y=a.y,
            lon=a.lon,
            lat=a.lat,
            address=address_lines(a, self.terrain),
            commune=a.commune,
            homes=a.people * np.where(in_qpv, YOUTH, 1.0),
            jobs=_jobs(self),
            in_qpv=in_qpv,
        )


def make_city(seed: int, sizes: Sizes) -> City:
    """The metropolis of a seed. Takes about a second."""
    terrain = make_terrain(seed)
    districts = make_districts(terrain, seed)
    neighbourhoods = make_neighbourhoods(terrain, districts, seed)
    estates = {row for n in neighbourhoods for row in n.districts}
    streets = make_streets(terrain, districts, estates, seed)
    addresses = make_addresses(terrain, streets, neighbourhoods, sizes.addresses, seed)
    schools = make_schools(terrain, neighbourhoods, addresses, sizes, seed)
    return City(seed, terrain, tuple(districts), tuple(streets), tuple(neighbourhoods), addresses, schools)


def address_lines(addresses: Addresses, terrain: Terrain) -> NDArray[np.str_]:
    """Each address as one writes it: `12 Rue des Tilleuls, 36900 Aubrevance`."""
    towns = [f"{c.postcode} {c.name}" for c in terrain.communes]
    return np.array(
        [
            f"{number} {addresses.street_names[street]}, {towns[commune]}"
            for number, street, commune in zip(
                addresses.number, addresses.street, addresses.commune, strict=True
            )
        ]
    )


def business_parks(terrain: Terrain, seed: int) -> Points:
    """The middles of the three business parks around the city's centre, in EPSG:2154 metres."""
    turn = stream(seed, "business parks").uniform(0, 2 * np.pi) + np.array([0.0, 2.1, 4.2])
    return np.asarray(_core(terrain) + 3_300 * np.column_stack([np.cos(turn), np.sin(turn)]))


def _core(terrain: Terrain) -> Points:
    return np.asarray(terrain.bend(np.array([terrain.communes[0].core]))[0])


def _jobs(city: City) -> NDArray[np.float64]:
    """Where employers are: the centre, three business parks around it, and wherever people live."""
    a = city.addresses
    parks = business_parks(city.terrain, city.seed)
    spots = [(_core(city.terrain), 900.0, 0.4)] + [(park, 550.0, 0.1) for park in parks]
    jobs = 0.3 * a.people / a.people.sum()
    for spot, spread, share in spots:
        near = np.exp(-np.hypot(a.x - spot[0], a.y - spot[1]) / spread)
        jobs += share * near / near.sum()
    return np.asarray(jobs)
