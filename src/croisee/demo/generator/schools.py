"""Collèges: in the middle of those they serve; those in REP in the largest priority neighbourhoods."""

import numpy as np

from croisee.demo.generator.addresses import Addresses
from croisee.demo.generator.chance import draw, stream
from croisee.demo.generator.ground import School, Sizes
from croisee.demo.generator.identifiers import uai
from croisee.demo.generator.neighbourhoods import Neighbourhood
from croisee.demo.generator.stocks import places
from croisee.demo.generator.terrain import DEPARTMENT, Points, Terrain

SAMPLE = 6_000
ROUNDS = 12
# A school in REP serves its own neighbourhood: it draws from half as far as another.
PRIORITY_REACH = 0.6


def make_schools(
    terrain: Terrain,
    neighbourhoods: list[Neighbourhood],
    addresses: Addresses,
    sizes: Sizes,
    seed: int,
) -> tuple[School, ...]:
    """The collèges, each at an address of the metropolis; the first `sizes.priority_schools` are in REP."""
    rng = stream(seed, "schools")
    priority = [n.outline.representative_point().coords[0] for n in neighbourhoods]
    fixed = np.array([priority[rank % len(priority)] for rank in range(sizes.priority_schools)])
    fixed += rng.uniform(-120, 120, fixed.shape) * (np.arange(len(fixed)) >= len(priority))[:, None]
    homes = draw(rng, addresses.people, SAMPLE)
    sites = _centres(np.column_stack([addresses.x, addresses.y])[homes], fixed, sizes.schools, rng)
    schools = []
    for rank, (x, y) in enumerate(sites):
        at = int(np.argmin((addresses.x - x) ** 2 + (addresses.y - y) ** 2))
        commune = int(addresses.commune[at])
        town = terrain.communes[commune]
        street = addresses.street_names[addresses.street[at]]
        schools.append(
            School(
                uai=uai(DEPARTMENT, rank),
                name=f"Collège {school_name(rank)}",
                priority=("REP+" if rank == 1 else "REP") if rank < len(fixed) else "",
                x=float(addresses.x[at]),
                y=float(addresses.y[at]),
                commune=commune,
                address=f"{addresses.number[at]} {street}, {town.postcode} {town.name}",
            )
        )
    return tuple(schools)


def school_name(rank: int) -> str:
    """The name of a school; past the stock of names, a number makes it another."""
    turn, place = divmod(rank, len(places.SCHOOLS))
    return places.SCHOOLS[place] + (f" {turn + 1}" if turn else "")


def _centres(homes: Points, fixed: Points, count: int, rng: np.random.Generator) -> Points:
    """Sites in the middle of the homes nearest to each (Lloyd's method); those in `fixed` do not move."""
    sites = np.vstack([fixed, homes[rng.permutation(len(homes))[: count - len(fixed)]]])
    reach = np.where(np.arange(count) < len(fixed), PRIORITY_REACH, 1.0)
    for _ in range(ROUNDS):
        away = np.hypot(*(homes[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
        nearest = np.argmin(away / reach, axis=1)
        for row in range(len(fixed), count):
            if (nearest == row).any():
                sites[row] = homes[nearest == row].mean(axis=0)
    return sites
