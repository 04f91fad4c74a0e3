"""What people and companies are put on, made-up metropolis or real territory, and how much is put there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is made; every other number follows from these two."""

    pupils: int = 1_200
    addresses: int = 40_000

    def __post_init__(self) -> None:
        if self.pupils < 1 or self.addresses < 1_000:
            raise ValueError("a metropolis needs at least 1 pupil and 1000 addresses")

    @property
    def schools(self) -> int:
        """Collèges, of some 150 pupils in 3e each."""
        return max(1, round(self.pupils / 150))

    @property
    def priority_schools(self) -> int:
        """Collèges in REP: one in four."""
        return max(1, self.schools // 4)

    @property
    def employers(self) -> int:
        """Companies and public bodies that offer places."""
        return max(1, self.pupils // 2)

    @property
    def offers(self) -> int:
        """Offers: one employer in six makes two."""
        return self.employers * 7 // 6

    @property
    def seats(self) -> int:
        """Places: five for four pupils."""
        return max(self.offers, self.pupils * 5 // 4)


@dataclass(frozen=True, slots=True)
class School:
    """A collège whose pupils take part; `priority` is "REP", "REP+" or empty."""

    uai: str
    name: str
    priority: str
    x: float
    y: float
    commune: int
    address: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where one may live or work, one row a place: columns of equal length.

    `x`, `y` in EPSG:2154 metres, `lon`, `lat` in degrees; `address` as one writes it; `commune` is a row of
    the ground's communes; `homes` weighs a place for pupils' homes, `jobs` for employers; `in_qpv` tells
    whether a priority neighbourhood of today holds it.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    address: NDArray[np.str_]
    commune: NDArray[np.int64]
    homes: NDArray[np.float64]
    jobs: NDArray[np.float64]
    in_qpv: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ground:
    """A territory ready to be peopled."""

    name: str
    communes: tuple[str, ...]
    places: Places
    schools: tuple[School, ...]
