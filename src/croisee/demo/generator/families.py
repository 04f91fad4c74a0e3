"""Pupils: who they are, where they live, how far they may go."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from croisee.demo.generator.chance import apportion, draw, stream
from croisee.demo.generator.ground import Ground, Sizes
from croisee.demo.generator.stocks import people as stock

SCHOOL_YEAR = 2026  # the autumn in which the school year begins
WEEKS = ("2027-W02", "2027-W03", "2027-W04", "2027-W05")
# Born in the usual year, one before (a year repeated), one after (a year ahead).
BIRTH_YEARS = ((SCHOOL_YEAR - 14, 0.86), (SCHOOL_YEAR - 15, 0.1), (SCHOOL_YEAR - 13, 0.04))
LIMITS_MINUTES = ((30, 0.15), (45, 0.45), (60, 0.4))
# The weight of a home falls by e over this distance from the school it is nearest to, in metres.
CATCHMENT = {"": 3_000.0, "REP": 1_500.0, "REP+": 1_500.0}


@dataclass(frozen=True, slots=True)
class Pupils:
    """One row a pupil, in columns; `school` and `home` are rows of the ground's schools and places."""

    number: tuple[str, ...]
    first_name: tuple[str, ...]
    surname: tuple[str, ...]
    birth: tuple[date, ...]
    school: NDArray[np.int64]
    home: NDArray[np.int64]
    week: tuple[str, ...]
    max_minutes: NDArray[np.int64]


def make_pupils(ground: Ground, sizes: Sizes, seed: int) -> Pupils:
    """The pupils of every school of the ground, each living near its own."""
    rng = stream(seed, "pupils")
    school, home = _homes(ground, sizes.pupils, rng)
    count = len(school)
    weeks = school_weeks(len(ground.schools))
    return Pupils(
        number=tuple(f"E{rank + 1:05d}" for rank in range(count)),
        first_name=tuple(stock.FIRST_NAMES[i] for i in rng.integers(len(stock.FIRST_NAMES), size=count)),
        surname=tuple(stock.SURNAMES[i] for i in rng.integers(len(stock.SURNAMES), size=count)),
        birth=_births(rng, count),
        school=school,
        home=home,
        week=tuple(weeks[row] for row in school),
        max_minutes=_pick(rng, LIMITS_MINUTES, count),
    )


def school_weeks(schools: int) -> list[str]:
    """The week of each school, so that every week has as many schools as another, about."""
    return [WEEKS[rank % len(WEEKS)] for rank in range(schools)]


def _homes(
    ground: Ground, pupils: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pupil's school, in the schools' order, and home."""
    sites = np.array([[school.x, school.y] for school in ground.schools])
    places = ground.places
    away = np.hypot(places.x[:, None] - sites[:, 0], places.y[:, None] - sites[:, 1])
    reach = np.array([CATCHMENT[school.priority] for school in ground.schools])
    own = np.argmin(away / np.sqrt(reach), axis=1)
    sizes = apportion(pupils, rng.uniform(0.8, 1.2, len(sites)))
    school = np.repeat(np.arange(len(sites)), sizes)
    homes = []
    for row, size in enumerate(sizes):
        pull = places.homes * np.exp(-away[:, row] / reach[row])
        mine = pull * (own == row)
        homes.append(draw(rng, mine if mine.sum() > 0 else pull, int(size)))
    return school, np.concatenate(homes)


def _births(rng: np.random.Generator, count: int) -> tuple[date, ...]:
    years = _pick(rng, BIRTH_YEARS, count)
    days = rng.integers(365, size=count)
    return tuple(date(int(y), 1, 1) + timedelta(int(d)) for y, d in zip(years, days, strict=True))


def _pick(rng: np.random.Generator, choices: tuple[tuple[int, float], ...], count: int) -> NDArray[np.int64]:
    """`count` values drawn among (value, share)."""
    values, shares = (np.array(column) for column in zip(*choices, strict=True))
    return values[draw(rng, shares, count)]
