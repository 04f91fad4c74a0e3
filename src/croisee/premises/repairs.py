"""What would make premises fit that do not: the repairs that cost the least effort, said of each near miss.

A near miss fails two limits at most. Each limit it fails has one repair at least (the neighbour that is empty, a lower
rent asked of the owner, some weeks of patience, works), with an effort from 1 (a telephone call) to 9 (hardly ever
done). A neighbour joined is judged again whole: its rent adds up, its dates count. Pure functions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from croisee.premises.fit import Judged, Wanted, judge
from croisee.premises.stock import Limit, Numbers, Offered, Stock

MOST_FAILED: Final = 2
LOOKED_AT: Final = 100
"""How many near misses are looked at closely, the likeliest by the efforts that their limits usually take."""


class Means(StrEnum):
    """How a limit that is not met can be."""

    JOIN = "join"
    TAKE_LESS = "take_less"
    DIVIDE = "divide"
    LOWER_COST = "lower_cost"
    WAIT = "wait"
    STAY_LONGER = "stay_longer"
    WORKS = "works"
    MORE_POWER = "more_power"
    OTHER_CLASS = "other_class"
    OTHER_HOURS = "other_hours"
    OTHER_USE = "other_use"
    OTHER_KIND = "other_kind"
    OTHER_PLACE = "other_place"
    CANNOT = "cannot"


USUAL: Final = {
    Limit.USE: 3,
    Limit.KIND: 1,
    Limit.SURFACE: 4,
    Limit.RENT: 3,
    Limit.PRICE: 3,
    Limit.COST: 3,
    Limit.HEIGHT: 9,
    Limit.POWER: 3,
    Limit.GROUND_FLOOR: 9,
    Limit.ACCESSIBLE: 4,
    Limit.DELIVERY: 6,
    Limit.EXTRACTION: 5,
    Limit.WATER: 4,
    Limit.THREE_PHASE: 3,
    Limit.SHOP_WINDOW: 5,
    Limit.ERP: 4,
    Limit.HOURS: 2,
    Limit.DATES: 2,
    Limit.PLACE: 2,
}
"""The effort that each limit usually takes."""
_FIXED: Final = {
    Limit.USE: Means.OTHER_USE,
    Limit.KIND: Means.OTHER_KIND,
    Limit.HEIGHT: Means.CANNOT,
    Limit.GROUND_FLOOR: Means.CANNOT,
    Limit.POWER: Means.MORE_POWER,
    Limit.THREE_PHASE: Means.MORE_POWER,
    Limit.ACCESSIBLE: Means.WORKS,
    Limit.DELIVERY: Means.WORKS,
    Limit.EXTRACTION: Means.WORKS,
    Limit.WATER: Means.WORKS,
    Limit.SHOP_WINDOW: Means.WORKS,
    Limit.ERP: Means.OTHER_CLASS,
    Limit.HOURS: Means.OTHER_HOURS,
    Limit.PLACE: Means.OTHER_PLACE,
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing to do. `amount`: what is short or too much, in the units of the stock; days, metres where they are."""

    limit: Limit
    means: Means
    effort: int
    amount: int = 0
    neighbour: Offered | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A unit that would fit, once these repairs are done: what it fails, its points as it stands."""

    at: int
    points: int
    repairs: tuple[Repair, ...]

    @property
    def effort(self) -> int:
        """The efforts of its repairs together."""
        return sum(one.effort for one in self.repairs)


def near_misses(judged: Judged) -> list[NearMiss]:
    """The offered units that fail one or two limits, least effort first, then most points, then by key."""
    stock = judged.stock
    found = np.flatnonzero(stock.offered & (judged.failed > 0) & (judged.failed <= MOST_FAILED))
    usual = _usual(judged)
    likely = found[np.lexsort((stock.ties[found], -judged.points[found], usual[found]))][:LOOKED_AT]
    misses = [NearMiss(int(at), int(judged.points[at]), repairs_of(judged, int(at))) for at in likely]
    return sorted(misses, key=lambda one: (one.effort, -one.points, stock.units[one.at].key.int))


def _usual(judged: Judged) -> Numbers:
    """The effort of each unit, were each of its limits to take what it usually does."""
    total = np.zeros(len(judged.stock), np.int64)
    for limit, column in judged.answers.items():
        total += np.where(column < 0, USUAL[limit], 0)
    return total


def repairs_of(judged: Judged, at: int) -> tuple[Repair, ...]:
    """The repairs of a unit that take the least effort together: alone, or joined with a neighbour that is empty."""
    wanted, unit = judged.wanted, judged.stock.units[at]
    alone = _all(wanted, unit, judged.failed_by(at))
    if unit.surface >= wanted.least:
        return alone
    ways = [alone]
    for other in judged.stock.neighbours(at):
        pair = joined(unit, other)
        failed = judge(wanted, Stock([pair])).failed_by(0)
        if Limit.SURFACE not in failed:
            join = Repair(Limit.SURFACE, Means.JOIN, 2, wanted.least - unit.surface, other)
            ways.append((join, *_all(wanted, pair, failed)))
    return min(ways, key=lambda way: (sum(one.effort for one in way), len(way), _size_joined(way)))


def _size_joined(way: Sequence[Repair]) -> int:
    return next((one.neighbour.surface for one in way if one.neighbour is not None), 0)


def joined(unit: Offered, other: Offered) -> Offered:
    """Two units let together: their surfaces, rents and charges add up; equipment is that of the first."""
    return replace(
        unit,
        surface=unit.surface + other.surface,
        divisible_from=None,
        rent=_sum(unit.rent, other.rent),
        charges=_sum(unit.charges, other.charges),
        price=_sum(unit.price, other.price),
        free_from=max(_known(unit.free_from, other.free_from), default=None),
        free_until=min(_known(unit.free_until, other.free_until), default=None),
        leaving=unit.leaving or other.leaving,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _known(*days: dt.date | None) -> list[dt.date]:
    return [day for day in days if day is not None]


def _all(wanted: Wanted, unit: Offered, failed: Iterable[Limit]) -> tuple[Repair, ...]:
    return tuple(_of(limit, wanted, unit) for limit in failed)


def _of(limit: Limit, wanted: Wanted, unit: Offered) -> Repair:
    """The repair of one limit, without a neighbour."""
    if limit is Limit.SURFACE:
        return _of_surface(wanted, unit)
    if limit in (Limit.RENT, Limit.PRICE, Limit.COST):
        return _of_cost(limit, wanted, unit)
    if limit is Limit.DATES:
        return _of_dates(wanted, unit)
    return Repair(limit, _FIXED[limit], USUAL[limit], _short(limit, wanted, unit))


def _short(limit: Limit, wanted: Wanted, unit: Offered) -> int:
    """What is short, where it is a number."""
    if limit is Limit.HEIGHT:
        return (wanted.least_height or 0) - (unit.height or 0)
    if limit is Limit.POWER:
        return (wanted.least_kva or 0) - (unit.kva or 0)
    if limit is Limit.PLACE and wanted.points is not None:
        return int(Stock([unit]).distances(wanted.points)[0]) - wanted.metres
    return 0


def _of_surface(wanted: Wanted, unit: Offered) -> Repair:
    """Too small: take less, an effort that grows with what is short; too large: let a part of it."""
    short = wanted.least - unit.surface
    if short > 0:
        effort = 3 if 10 * short <= wanted.least else 5 if 4 * short <= wanted.least else 8
        return Repair(Limit.SURFACE, Means.TAKE_LESS, effort, short)
    most = wanted.most or unit.surface
    smallest = unit.surface if unit.divisible_from is None else unit.divisible_from
    return Repair(Limit.SURFACE, Means.DIVIDE, 4, smallest - most)


def _of_cost(limit: Limit, wanted: Wanted, unit: Offered) -> Repair:
    """Too dear: ask the owner, an effort that grows with what is asked; the nearer of the two, to rent or to buy."""
    share, whole = _part(wanted, unit), unit.surface
    gaps = []
    if wanted.most_rent is not None and unit.rent is not None:
        over = -(-(unit.rent + (unit.charges or 0)) * share // whole) - wanted.most_rent
        gaps.append((over, wanted.most_rent))
    if wanted.most_price is not None and unit.price is not None:
        gaps.append((-(-unit.price * share // whole) - wanted.most_price, wanted.most_price))
    over, most = min(gaps, key=lambda gap: gap[0] / max(gap[1], 1))
    effort = 1 if 10 * over <= most else 2 if 4 * over <= most else 3 if 2 * over <= most else 6
    return Repair(limit, Means.LOWER_COST, effort, over)


def _part(wanted: Wanted, unit: Offered) -> int:
    if unit.divisible_from is None:
        return unit.surface
    return min(unit.surface, max(unit.divisible_from, wanted.least))


def _of_dates(wanted: Wanted, unit: Offered) -> Repair:
    """Free later: wait, an effort that grows with the weeks. Not for long enough: ask the owner to let it longer."""
    late = 0 if unit.free_from is None else (unit.free_from - wanted.wanted_from).days
    last = wanted.wanted_until or wanted.wanted_from
    if unit.free_from is not None:
        last = max(last, unit.free_from)
    early = 0 if unit.free_until is None else (last - unit.free_until).days
    if early > 0:
        return Repair(Limit.DATES, Means.STAY_LONGER, 4 if late <= 0 else 6, early)
    return Repair(Limit.DATES, Means.WAIT, 1 if late <= 28 else 2 if late <= 91 else 4, late)


def mended(wanted: Wanted, unit: Offered, repairs: Iterable[Repair]) -> tuple[Wanted, Offered]:
    """Demand and unit as they are once the repairs are done: what makes each of them true can be checked."""
    for one in sorted(repairs, key=lambda one: one.means is not Means.JOIN):
        if one.neighbour is not None:
            unit = joined(unit, one.neighbour)
        else:
            wanted, unit = _after(wanted, unit, one)
    return wanted, unit


def _after(wanted: Wanted, unit: Offered, repair: Repair) -> tuple[Wanted, Offered]:
    """One repair done, neighbours apart."""
    match repair.limit:
        case Limit.SURFACE if repair.means is Means.TAKE_LESS:
            return replace(wanted, least=wanted.least - repair.amount), unit
        case Limit.SURFACE:
            return wanted, replace(unit, divisible_from=wanted.most)
        case Limit.RENT | Limit.PRICE | Limit.COST:
            return _after_talks(wanted, unit, repair)
        case Limit.DATES if repair.means is Means.WAIT:
            return replace(wanted, wanted_from=unit.free_from or wanted.wanted_from, wanted_until=None), unit
        case Limit.DATES:
            return wanted, replace(unit, free_from=None, free_until=None)
        case Limit.USE:
            return wanted, replace(unit, uses=unit.uses | {wanted.use})
        case Limit.KIND:
            return replace(wanted, kinds=wanted.kinds | {unit.kind}), unit
        case Limit.HEIGHT:
            return wanted, replace(unit, height=wanted.least_height)
        case Limit.POWER:
            return wanted, replace(unit, kva=wanted.least_kva)
        case Limit.THREE_PHASE:
            return wanted, replace(unit, power="three")
        case Limit.GROUND_FLOOR:
            return wanted, replace(unit, floor=0)
        case Limit.ERP:
            return wanted, replace(unit, erp_type=wanted.erp_type)
        case Limit.HOURS:
            return wanted, replace(unit, opens=0, closes=0)
        case Limit.PLACE:
            return replace(wanted, zone="", points=None), unit
        case Limit.ACCESSIBLE:
            return wanted, replace(unit, accessible=True)
        case Limit.DELIVERY:
            return wanted, replace(unit, delivery=True)
        case Limit.EXTRACTION:
            return wanted, replace(unit, extraction=True)
        case Limit.WATER:
            return wanted, replace(unit, water=True)
        case Limit.SHOP_WINDOW:
            return wanted, replace(unit, shop_window=True)


def _after_talks(wanted: Wanted, unit: Offered, repair: Repair) -> tuple[Wanted, Offered]:
    """A demand that pays what is short: the owner's part of it and the asker's are theirs to settle."""
    rent, price = wanted.most_rent, wanted.most_price
    return (
        replace(
            wanted,
            most_rent=None if rent is None else rent + repair.amount,
            most_price=None if price is None else price + repair.amount,
        ),
        unit,
    )
