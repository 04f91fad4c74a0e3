"""Premises as columns, so that a demand is held against all of them at once; what each is next to.

Whole numbers throughout, so that no comparison is rounded: surfaces in tenths of m², money in cents, heights in
centimetres, power in tenths of kVA, hours in minutes after midnight, days as ordinals. Pure: no database, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Metres = NDArray[np.float64]
MEETS, NOT_KNOWN, FAILS = 1, 0, -1
"""The answers of a unit to a limit."""
MISSING: Final = -1
EARTH_RADIUS_M: Final = 6_371_008.8


class Limit(StrEnum):
    """What a demand may ask for without fail."""

    USE = "use"
    KIND = "kind"
    SURFACE = "surface"
    RENT = "rent"
    PRICE = "price"
    COST = "cost"
    HEIGHT = "height"
    POWER = "power"
    GROUND_FLOOR = "ground_floor"
    ACCESSIBLE = "accessible"
    DELIVERY = "delivery"
    EXTRACTION = "extraction"
    WATER = "water"
    THREE_PHASE = "three_phase"
    SHOP_WINDOW = "shop_window"
    ERP = "erp"
    HOURS = "hours"
    DATES = "dates"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Offered:
    """What is known of a unit; None or empty: not known. `zones`: the neighbourhoods that it is in.

    `offered`: may be proposed; others only serve as neighbours, whose surface may be joined. `land`: it has no ceiling
    and lies on the ground. `near_to`: keys (building, parcels, address) that it shares with its neighbours.
    """

    key: UUID
    kind: str
    surface: int
    uses: frozenset[str] = frozenset()
    divisible_from: int | None = None
    rent: int | None = None
    charges: int | None = None
    price: int | None = None
    height: int | None = None
    kva: int | None = None
    floor: int | None = None
    accessible: bool | None = None
    delivery: bool | None = None
    extraction: bool | None = None
    water: bool | None = None
    power: str = ""
    shop_window: bool | None = None
    erp_type: str = ""
    opens: int | None = None
    closes: int | None = None
    free_from: dt.date | None = None
    free_until: dt.date | None = None
    leaving: bool = False
    zones: frozenset[str] = frozenset()
    lon: float | None = None
    lat: float | None = None
    land: bool = False
    offered: bool = True
    near_to: frozenset[str] = frozenset()


class Stock:
    """Units as columns, so that a demand is held against all of them at once."""

    def __init__(self, units: Iterable[Offered]) -> None:
        self.units: Sequence[Offered] = tuple(units)
        self.ties = _ranks([unit.key.int for unit in self.units])
        self.offered = self._flags(lambda one: one.offered)
        self.surface = self._numbers(lambda one: one.surface)
        self.divisible = self._numbers(lambda one: one.divisible_from)
        self.rent = self._numbers(lambda one: one.rent)
        self.charges = self._numbers(lambda one: one.charges)
        self.price = self._numbers(lambda one: one.price)
        self.opens = self._numbers(lambda one: one.opens)
        self.closes = self._numbers(lambda one: one.closes)
        self.free_from = self._numbers(lambda one: _ordinal(one.free_from))
        self.free_until = self._numbers(lambda one: _ordinal(one.free_until))
        self.leaving = self._flags(lambda one: one.leaving)
        self.land = self._flags(lambda one: one.land)

    def __len__(self) -> int:
        return len(self.units)

    def _numbers(self, of: Callable[[Offered], int | None]) -> Numbers:
        values = (of(one) for one in self.units)
        return np.array([MISSING if value is None else value for value in values], np.int64)

    def _flags(self, of: Callable[[Offered], bool]) -> Flags:
        return np.array([of(one) for one in self.units], np.bool_)

    def _answers(self, of: Callable[[Offered], bool | None]) -> Numbers:
        """The answer that each unit's own word gives: yes meets, no fails."""
        words = {True: MEETS, False: FAILS, None: NOT_KNOWN}
        return np.array([words[of(one)] for one in self.units], np.int64)

    @cached_property
    def height(self) -> Numbers:
        """Heights; of land, one that nothing exceeds."""
        return self._numbers(lambda one: 10**6 if one.land else one.height)

    @cached_property
    def kva(self) -> Numbers:
        """Power."""
        return self._numbers(lambda one: one.kva)

    @cached_property
    def flags(self) -> Mapping[Limit, Numbers]:
        """The answers to what is there or is not."""
        return {
            Limit.GROUND_FLOOR: self._answers(_at_street_level),
            Limit.ACCESSIBLE: self._answers(lambda one: one.accessible),
            Limit.DELIVERY: self._answers(lambda one: one.delivery),
            Limit.EXTRACTION: self._answers(lambda one: one.extraction),
            Limit.WATER: self._answers(lambda one: one.water),
            Limit.THREE_PHASE: self._answers(lambda one: one.power == "three" if one.power else None),
            Limit.SHOP_WINDOW: self._answers(lambda one: one.shop_window),
        }

    @cached_property
    def places(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes in radians, nan where a unit is not on the map."""
        lon = [np.nan if one.lon is None else one.lon for one in self.units]
        lat = [np.nan if one.lat is None else one.lat for one in self.units]
        return np.radians(np.array(lon, np.float64)), np.radians(np.array(lat, np.float64))

    @cached_property
    def _near_to(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, unit in enumerate(self.units):
            for name in unit.near_to:
                found.setdefault(name, []).append(at)
        return found

    def neighbours(self, at: int) -> list[Offered]:
        """The empty units next to one: of the same building, parcel or address; by their key."""
        places = {other for name in self.units[at].near_to for other in self._near_to[name]} - {at}
        return sorted((self.units[place] for place in places), key=lambda unit: unit.key.int)

    @cached_property
    def kinds(self) -> Mapping[str, Flags]:
        """Which units are of each kind."""
        return self._masks(lambda one: (one.kind,))

    @cached_property
    def uses(self) -> Mapping[str, Flags]:
        """Which units are foreseen for each use; under an empty name, those of which it is not known."""
        return self._masks(lambda one: one.uses or ("",))

    @cached_property
    def zones(self) -> Mapping[str, Flags]:
        """Which units are in each neighbourhood."""
        return self._masks(lambda one: one.zones)

    @cached_property
    def erp_types(self) -> Mapping[str, Flags]:
        """Which units are of each type of building open to the public; under an empty name, not known."""
        return self._masks(lambda one: (one.erp_type,))

    def _masks(self, of: Callable[[Offered], Iterable[str]]) -> Mapping[str, Flags]:
        found: defaultdict[str, Flags] = defaultdict(lambda: np.zeros(len(self), np.bool_))
        for at, unit in enumerate(self.units):
            for name in of(unit):
                found[name][at] = True
        return found

    def only(self, places: Numbers) -> Stock:
        """The units at these places, as a stock of its own: columns are cut, nothing is read again."""
        part = Stock.__new__(Stock)
        part.units = tuple(self.units[at] for at in places)
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray):
                vars(part)[name] = column[places]
        lon, lat = self.places
        vars(part)["places"] = lon[places], lat[places]
        vars(part)["height"], vars(part)["kva"] = self.height[places], self.kva[places]
        vars(part)["flags"] = {limit: column[places] for limit, column in self.flags.items()}
        for name in ("kinds", "uses", "zones", "erp_types"):
            vars(part)[name] = _Cut(getattr(self, name), places)
        return part

    def distances(self, points: Collection[tuple[float, float]]) -> Metres:
        """Metres from each unit to the nearest of `points` (longitude, latitude); nan where it is not known."""
        if not points:
            return np.full(len(self), np.nan)
        lon, lat = (column[:, None] for column in self.places)
        there = np.radians(np.array(list(points), np.float64))
        half = (
            np.sin((there[:, 1] - lat) / 2) ** 2
            + np.cos(lat) * np.cos(there[:, 1]) * np.sin((there[:, 0] - lon) / 2) ** 2
        )
        found: Metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)).min(axis=1)
        return found


class _Cut(dict[str, Flags]):
    """Masks of a stock, each cut to some of its units when it is first asked for."""

    def __init__(self, whole: Mapping[str, Flags], places: Numbers) -> None:
        super().__init__()
        self._whole, self._places = whole, places

    def __missing__(self, name: str) -> Flags:
        self[name] = self._whole[name][self._places]
        return self[name]


def _ordinal(day: dt.date | None) -> int | None:
    return None if day is None else day.toordinal()


def _at_street_level(unit: Offered) -> bool | None:
    if unit.floor is None:
        return True if unit.land else None
    return unit.floor == 0


def _ranks(keys: Sequence[int]) -> Numbers:
    """The place of each key among them."""
    ranks = np.empty(len(keys), np.int64)
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return ranks
