"""Employers and the places they offer: sectors as in the real offers of 2025, companies that do not exist."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.chance import apportion, draw, stream
from croisee.demo.generator.families import Pupils
from croisee.demo.generator.ground import Ground, Sizes
from croisee.demo.generator.identifiers import siret
from croisee.demo.generator.stocks import people
from croisee.demo.generator.stocks.places import SCHOOLS
from croisee.demo.generator.stocks.sectors import Sector
from croisee.demo.generator.stocks.streets import STREET_NAMES

# Under 14, only public administrations and establishments (code du travail L.4153-1 and L.4153-5); some sites
# take none under 15. Public hosts state no age.
AGE_PUBLIC, AGE_PRIVATE, AGE_HAZARD = 0, 14, 15
HAZARD = {"Bâtiment et travaux publics (BTP)", "Industrie chimique", "Filiere bois"}
HAZARD_SHARE = 0.3
RESERVED_SHARE = 0.3
# `Centre social des Tilleuls`: names after a street that has an article.
STREETS = [name for name in STREET_NAMES if name.startswith(("de", "du"))]
# How a seat more goes to an employer: public bodies are larger.
PUBLIC_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Employers:
    """One row an employer, in columns; `sector` is a row of the sectors, `place` of the ground's places."""

    siret: tuple[str, ...]
    name: tuple[str, ...]
    naf: tuple[str, ...]
    sector: NDArray[np.int64]
    public: NDArray[np.bool_]
    place: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Offers:
    """One row an offer, in columns: seats of one employer in one week."""

    number: tuple[str, ...]
    title: tuple[str, ...]
    employer: NDArray[np.int64]
    week: tuple[str, ...]
    seats: NDArray[np.int64]
    reserved: NDArray[np.int64]
    min_age: NDArray[np.int64]


def make_employers(ground: Ground, sectors: tuple[Sector, ...], sizes: Sizes, seed: int) -> Employers:
    """Employers in the sectors' proportions, most of them in the centre and in business parks."""
    rng = stream(seed, "employers")
    counts = apportion(sizes.employers, [float(s.offers) for s in sectors])
    sector = rng.permutation(np.repeat(np.arange(len(sectors)), counts))
    public = np.zeros(len(sector), dtype=bool)
    for row, each in enumerate(sectors):
        mine = np.flatnonzero(sector == row)
        public[mine[: round(len(mine) * each.public / max(each.offers, 1))]] = True
    place = draw(rng, ground.places.jobs, len(sector))
    taken: set[str] = set()
    names, nafs = [], []
    for row, is_public, at in zip(sector, public, place, strict=True):
        each = sectors[row]
        names.append(_name(rng, each, bool(is_public), ground.communes[ground.places.commune[at]], taken))
        nafs.append(each.naf[int(rng.integers(len(each.naf)))])
    sirets = tuple(siret(rank + 1, bool(is_public)) for rank, is_public in enumerate(public))
    return Employers(sirets, tuple(names), tuple(nafs), sector, public, place)


def make_offers(
    employers: Employers, sectors: tuple[Sector, ...], pupils: Pupils, sizes: Sizes, seed: int
) -> Offers:
    """`sizes.offers` offers of `sizes.seats` seats in all, shared out over the weeks as the pupils are."""
    rng = stream(seed, "offers")
    count = len(employers.siret)
    again = rng.permutation(count)[: sizes.offers - count]
    employer = np.sort(np.concatenate([np.arange(count), again]))
    public = employers.public[employer]
    larger = rng.exponential(1.0, len(employer)) * np.where(public, PUBLIC_WEIGHT, 1.0)
    seats = 1 + apportion(sizes.seats - len(employer), larger)
    weeks, pupils_by_week = np.unique(np.array(pupils.week), return_counts=True)
    week = _spread(rng, seats, pupils_by_week)
    hazard = np.array([sectors[row].label in HAZARD for row in employers.sector[employer]])
    hazard &= rng.random(len(employer)) < HAZARD_SHARE
    age = np.where(public, AGE_PUBLIC, np.where(hazard, AGE_HAZARD, AGE_PRIVATE))
    titles = [sectors[employers.sector[row]].titles for row in employer]
    return Offers(
        number=tuple(f"O{rank + 1:05d}" for rank in range(len(employer))),
        title=tuple(words[int(rng.integers(len(words)))] for words in titles),
        employer=employer,
        week=tuple(str(weeks[row]) for row in week),
        seats=seats,
        reserved=np.floor(seats * RESERVED_SHARE + rng.random(len(seats))).astype(np.int64).clip(0, seats),
        min_age=age,
    )


def _spread(
    rng: np.random.Generator, seats: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A week for each offer: in a random order, the week that is furthest from its share of the seats."""
    given = np.zeros(len(wanted))
    week = np.empty(len(seats), dtype=np.int64)
    for row in rng.permutation(len(seats)):
        week[row] = np.argmin(given / wanted)
        given[week[row]] += seats[row]
    return week


def _name(rng: np.random.Generator, sector: Sector, public: bool, commune: str, taken: set[str]) -> str:
    """A name that no employer bears yet."""
    patterns = sector.services if public else sector.firms
    for _ in range(20):
        surname = people.SURNAMES[int(rng.integers(len(people.SURNAMES)))]
        person = SCHOOLS[int(rng.integers(len(SCHOOLS)))]
        street = STREETS[int(rng.integers(len(STREETS)))]
        pattern = patterns[int(rng.integers(len(patterns)))]
        name = pattern.format(s=surname, c=of(commune), p=person, q=street)
        if name not in taken:
            break
    else:
        name = next(f"{name} n° {n}" for n in range(2, 10_000) if f"{name} n° {n}" not in taken)
    taken.add(name)
    return name


def of(commune: str) -> str:
    """A commune with its preposition: `d'Aubrevance`, `du Plessis`, `de La Chesnaie`."""
    if commune.startswith("Le "):
        return f"du {commune[3:]}"
    if commune.startswith("Les "):
        return f"des {commune[4:]}"
    return f"d'{commune}" if commune[0] in "AEÉÈIOUY" else f"de {commune}"
