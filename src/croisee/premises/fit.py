"""Which premises fit a demand: hard limits first, then points from 0 to 100, each with its reason.

A limit has three answers: met, not met, not known. What is not known never refuses: it is to be asked. Who asks, where
somebody lives or comes from is not among the facts. Pure functions over the columns of a stock: no database, no clock;
the order of units changes nothing. Weights and limits are told in docs/methods/premises.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from croisee.premises.stock import FAILS, MEETS, MISSING, NOT_KNOWN, Flags, Limit, Metres, Numbers, Stock

DAY_MINUTES: Final = 24 * 60
MONTH_DAYS: Final = 31
EQUIPMENT = (
    Limit.HEIGHT,
    Limit.POWER,
    Limit.GROUND_FLOOR,
    Limit.ACCESSIBLE,
    Limit.DELIVERY,
    Limit.EXTRACTION,
    Limit.WATER,
    Limit.THREE_PHASE,
    Limit.SHOP_WINDOW,
    Limit.ERP,
    Limit.HOURS,
)


class Finding(StrEnum):
    """What was found of a unit on one topic."""

    SIZE_JUST = "size_just"
    SIZE_NEAR = "size_near"
    SIZE_FAIR = "size_fair"
    SIZE_FAR = "size_far"
    RENT_WELL_UNDER = "rent_well_under"
    RENT_UNDER = "rent_under"
    RENT_NOT_ASKED = "rent_not_asked"
    RENT_NOT_KNOWN = "rent_not_known"
    RENT_OVER = "rent_over"
    PLACE_WISHED = "place_wished"
    PLACE_NEAR = "place_near"
    PLACE_NOT_KNOWN = "place_not_known"
    PLACE_OTHER = "place_other"
    FREE_THEN = "free_then"
    FREE_FOR_A_TIME = "free_for_a_time"
    FREE_NOT_KNOWN = "free_not_known"
    FREE_SOON_AFTER = "free_soon_after"
    NOT_FREE = "not_free"
    ALL_EQUIPPED = "all_equipped"
    EQUIPMENT_TO_ASK = "equipment_to_ask"
    EQUIPMENT_MISSING = "equipment_missing"
    USE_FORESEEN = "use_foreseen"
    USE_NOT_KNOWN = "use_not_known"
    USE_NOT_FORESEEN = "use_not_foreseen"


POINTS: Mapping[str, Mapping[Finding, int]] = MappingProxyType(
    {
        "surface": {
            Finding.SIZE_JUST: 25,
            Finding.SIZE_NEAR: 18,
            Finding.SIZE_FAIR: 10,
            Finding.SIZE_FAR: 0,
        },
        "rent": {
            Finding.RENT_WELL_UNDER: 25,
            Finding.RENT_UNDER: 18,
            Finding.RENT_NOT_ASKED: 12,
            Finding.RENT_NOT_KNOWN: 6,
            Finding.RENT_OVER: 0,
        },
        "place": {
            Finding.PLACE_WISHED: 20,
            Finding.PLACE_NEAR: 14,
            Finding.PLACE_NOT_KNOWN: 6,
            Finding.PLACE_OTHER: 0,
        },
        "dates": {
            Finding.FREE_THEN: 15,
            Finding.FREE_FOR_A_TIME: 8,
            Finding.FREE_NOT_KNOWN: 5,
            Finding.FREE_SOON_AFTER: 4,
            Finding.NOT_FREE: 0,
        },
        "equipment": {
            Finding.ALL_EQUIPPED: 10,
            Finding.EQUIPMENT_TO_ASK: 5,
            Finding.EQUIPMENT_MISSING: 0,
        },
        "use": {Finding.USE_FORESEEN: 5, Finding.USE_NOT_KNOWN: 2, Finding.USE_NOT_FORESEEN: 0},
    }
)
"""What each finding gives, by topic: the whole table, 100 at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a demand asks for; None, empty or False: not asked. Units of measure: those of this module.

    `points`: places (longitude, latitude) near one of which to be, within `metres`; None: not asked. Empty: the line
    is not known any more, which refuses nobody. `zone`: the neighbourhood asked for.
    """

    use: str
    least: int
    wanted_from: dt.date
    most: int | None = None
    most_rent: int | None = None
    most_price: int | None = None
    kinds: frozenset[str] = frozenset()
    least_height: int | None = None
    least_kva: int | None = None
    ground_floor: bool = False
    accessible: bool = False
    delivery: bool = False
    extraction: bool = False
    water: bool = False
    three_phase: bool = False
    shop_window: bool = False
    erp_type: str = ""
    opens: int | None = None
    closes: int | None = None
    wanted_until: dt.date | None = None
    zone: str = ""
    points: tuple[tuple[float, float], ...] | None = None
    metres: int = 500


@dataclass(frozen=True)
class Judged:
    """A demand held against a stock: answers by limit asked, metres to the places asked for, findings, points."""

    wanted: Wanted
    stock: Stock
    answers: Mapping[Limit, Numbers]
    away: Metres | None

    @cached_property
    def findings(self) -> Mapping[str, Numbers]:
        """What is found on each topic, as the place of the finding in the topic's table."""
        return _findings(self)

    @cached_property
    def failed(self) -> Numbers:
        """How many limits each unit does not meet."""
        return self._counted(FAILS)

    @cached_property
    def to_ask(self) -> Numbers:
        """How many limits are not known of each unit."""
        return self._counted(NOT_KNOWN)

    def _counted(self, answer: int) -> Numbers:
        none = np.zeros(len(self.stock), np.int64)
        return sum((column == answer for column in self.answers.values()), none)

    @cached_property
    def points(self) -> Numbers:
        """The points of each unit, from 0 to 100."""
        total = np.zeros(len(self.stock), np.int64)
        for topic, places in self.findings.items():
            total += np.array(list(POINTS[topic].values()), np.int64)[places]
        return total

    @cached_property
    def fits(self) -> Numbers:
        """Places of the offered units that fail no limit: most points first, then least to ask, then by key."""
        found = np.flatnonzero(self.stock.offered & (self.failed == 0))
        order = np.lexsort((self.stock.ties[found], self.to_ask[found], -self.points[found]))
        best: Numbers = found[order]
        return best

    def failed_by(self, at: int) -> list[Limit]:
        """The limits that a unit does not meet."""
        return [limit for limit, column in self.answers.items() if column[at] == FAILS]

    def to_ask_of(self, at: int) -> list[Limit]:
        """The limits that are not known of a unit."""
        return [limit for limit, column in self.answers.items() if column[at] == NOT_KNOWN]

    def reasons(self, at: int) -> list[tuple[Finding, int]]:
        """What was found of a unit on each topic, and its points."""
        return [list(POINTS[topic].items())[places[at]] for topic, places in self.findings.items()]


def judge(wanted: Wanted, stock: Stock) -> Judged:
    """Hold a demand against every unit of a stock."""
    away = None if wanted.points is None else stock.distances(wanted.points)
    answers = dict(_answers(wanted, stock, away))
    return Judged(wanted, stock, answers, away)


def fitting(wanted: Wanted, stock: Stock) -> tuple[Numbers, Numbers]:
    """The places of the offered units that fit, in the order of `Judged.fits`, and their points: without the others.

    Use, surface and dates leave a few units, which alone are held against the rest.
    """
    left = stock.offered & _large_enough(wanted, stock)
    left &= (_use(wanted, stock) != FAILS) & (_dates(wanted, stock) != FAILS)
    places = np.flatnonzero(left)
    judged = judge(wanted, stock.only(places))
    return places[judged.fits], judged.points[judged.fits]


def _answers(wanted: Wanted, stock: Stock, away: Metres | None) -> Iterable[tuple[Limit, Numbers]]:
    """The limits asked, each with the answer of every unit."""
    yield Limit.USE, _use(wanted, stock)
    if wanted.kinds:
        accepted = [stock.kinds[kind] for kind in wanted.kinds]
        yield Limit.KIND, _answered(np.logical_or.reduce(accepted))
    yield Limit.SURFACE, _answered(_large_enough(wanted, stock))
    yield from _money(wanted, stock)
    if wanted.least_height is not None:
        yield Limit.HEIGHT, _answered(stock.height >= wanted.least_height, stock.height != MISSING)
    if wanted.least_kva is not None:
        yield Limit.POWER, _answered(stock.kva >= wanted.least_kva, stock.kva != MISSING)
    for limit, column in stock.flags.items():
        if getattr(wanted, limit):
            yield limit, column
    if wanted.erp_type:
        yield Limit.ERP, _answered(stock.erp_types[wanted.erp_type], ~stock.erp_types[""])
    if wanted.opens is not None or wanted.closes is not None:
        yield Limit.HOURS, _hours(wanted, stock)
    yield Limit.DATES, _dates(wanted, stock)
    if wanted.zone or wanted.points is not None:
        yield Limit.PLACE, _place(wanted, stock, away)


def _answered(meets: Flags, known: Flags | None = None) -> Numbers:
    answers = np.where(meets, MEETS, FAILS)
    return answers if known is None else np.where(known, answers, NOT_KNOWN)


def _use(wanted: Wanted, stock: Stock) -> Numbers:
    return _answered(stock.uses[wanted.use], ~stock.uses[""])


def _large_enough(wanted: Wanted, stock: Stock) -> Flags:
    """Whether the whole, or a part where it can be divided, is as large as is asked."""
    enough = stock.surface >= wanted.least
    if wanted.most is None:
        return enough
    smallest = np.where(stock.divisible == MISSING, stock.surface, stock.divisible)
    return enough & (smallest <= wanted.most)


def parts(wanted: Wanted, stock: Stock) -> Numbers:
    """The smallest part of each unit that is large enough, the whole where it cannot be divided: its rent counts."""
    cut = np.minimum(stock.surface, np.maximum(stock.divisible, wanted.least))
    return np.where(stock.divisible == MISSING, stock.surface, cut)


def _money(wanted: Wanted, stock: Stock) -> Iterable[tuple[Limit, Numbers]]:
    """To rent, to buy, or either where both are asked: then one of them is enough."""
    rent = None if wanted.most_rent is None else _rent(wanted.most_rent, parts(wanted, stock), stock)
    if wanted.most_price is None:
        if rent is not None:
            yield Limit.RENT, rent
        return
    low = _within(stock.price, wanted.most_price, parts(wanted, stock), stock)
    price = _answered(low, stock.price != MISSING)
    if rent is None:
        yield Limit.PRICE, price
        return
    not_sold = (stock.price == MISSING) & (stock.rent != MISSING)
    yield Limit.COST, np.maximum(rent, np.where(not_sold, FAILS, price))


def _rent(most: int, share: Numbers, stock: Stock) -> Numbers:
    """Rent and charges, in proportion to the part taken. Charges that are not known may only refuse with the rent."""
    alone = _within(stock.rent, most, share, stock)
    both = _within(stock.rent + np.maximum(stock.charges, 0), most, share, stock)
    answers = np.where(both, np.where(stock.charges == MISSING, NOT_KNOWN, MEETS), FAILS)
    return np.where(stock.rent == MISSING, NOT_KNOWN, np.where(alone, answers, FAILS))


def _within(costs: Numbers, most: int, share: Numbers, stock: Stock) -> Flags:
    """Whether the costs of the part taken are `most` at most; of parts in floats, which hold any product."""
    in_part = costs.astype(np.float64) * share <= float(most) * stock.surface
    return np.where(share == stock.surface, costs <= most, in_part)


def _hours(wanted: Wanted, stock: Stock) -> Numbers:
    """Whether the hours asked are within those of the unit; both may go past midnight."""
    first = wanted.opens if wanted.opens is not None else wanted.closes or 0
    last = wanted.closes if wanted.closes is not None else first
    if last < first or (wanted.opens is not None and last == first and wanted.closes is not None):
        last += DAY_MINUTES
    known = (stock.opens != MISSING) & (stock.closes != MISSING)
    until = np.where(stock.closes <= stock.opens, stock.closes + DAY_MINUTES, stock.closes)
    whole_day = until - stock.opens >= DAY_MINUTES
    within = whole_day.copy()
    for later in (0, DAY_MINUTES):
        within |= (stock.opens <= first + later) & (last + later <= until)
    return _answered(within, known)


def _dates(wanted: Wanted, stock: Stock) -> Numbers:
    """Free on the first day, to the last that is asked; not known while who is there has not said until when."""
    first = wanted.wanted_from.toordinal()
    last = first if wanted.wanted_until is None else wanted.wanted_until.toordinal()
    in_time = (stock.free_from == MISSING) | (stock.free_from <= first)
    for_long = (stock.free_until == MISSING) | (stock.free_until >= last)
    known = ~(stock.leaving & (stock.free_from == MISSING)) | ~for_long
    return _answered(in_time & for_long, known)


def _place(wanted: Wanted, stock: Stock, away: Metres | None) -> Numbers:
    if away is not None:
        return _answered(away <= wanted.metres, ~np.isnan(away))
    there = stock.zones[wanted.zone]
    return _answered(there, there | ~np.isnan(stock.places[0]))


def _findings(judged: Judged) -> Mapping[str, Numbers]:
    wanted, stock, answers = judged.wanted, judged.stock, judged.answers
    return {
        "surface": _size_found(wanted, stock),
        "rent": _rent_found(wanted, stock, answers),
        "place": _place_found(judged),
        "dates": _dates_found(wanted, stock, answers),
        "equipment": _equipment_found(stock, answers),
        "use": np.select([answers[Limit.USE] == MEETS, answers[Limit.USE] == NOT_KNOWN], [0, 1], 2),
    }


def _size_found(wanted: Wanted, stock: Stock) -> Numbers:
    """How near to the middle of what is asked; without a largest, to a fifth more than the least."""
    middle = 12 * wanted.least // 10 if wanted.most is None else (wanted.least + wanted.most) // 2
    cut = np.clip(middle, np.minimum(stock.divisible, stock.surface), stock.surface)
    size = np.where(stock.divisible == MISSING, stock.surface, cut)
    off = 100 * np.abs(size - middle)
    return np.select([off <= 10 * middle, off <= 25 * middle, off <= 50 * middle], [0, 1, 2], 3)


def _rent_found(wanted: Wanted, stock: Stock, answers: Mapping[Limit, Numbers]) -> Numbers:
    limit = next((one for one in (Limit.RENT, Limit.PRICE, Limit.COST) if one in answers), None)
    if limit is None:
        return np.full(len(stock), 2, np.int64)
    answer = answers[limit]
    whole = parts(wanted, stock)
    low = np.zeros(len(stock), np.bool_)
    if wanted.most_rent is not None:
        known = (stock.rent != MISSING) & (stock.charges != MISSING)
        low |= known & _within(10 * (stock.rent + stock.charges), 8 * wanted.most_rent, whole, stock)
    if wanted.most_price is not None:
        low |= (stock.price != MISSING) & _within(10 * stock.price, 8 * wanted.most_price, whole, stock)
    return np.select([(answer == MEETS) & low, answer == MEETS, answer == NOT_KNOWN], [0, 1, 3], 4)


def _place_found(judged: Judged) -> Numbers:
    answer = judged.answers.get(Limit.PLACE)
    if answer is None:
        return np.zeros(len(judged.stock), np.int64)
    close = answer == MEETS
    if judged.away is not None:
        close &= np.nan_to_num(judged.away, nan=np.inf) <= judged.wanted.metres / 2
    return np.select([close, answer == MEETS, answer == NOT_KNOWN], [0, 1, 2], 3)


def _dates_found(wanted: Wanted, stock: Stock, answers: Mapping[Limit, Numbers]) -> Numbers:
    answer = answers[Limit.DATES]
    late = stock.free_from - wanted.wanted_from.toordinal()
    soon = (late > 0) & (late <= MONTH_DAYS)
    ends = (stock.free_until != MISSING) & (wanted.wanted_until is None)
    return np.select([(answer == MEETS) & ~ends, answer == MEETS, answer == NOT_KNOWN, soon], [0, 1, 2, 3], 4)


def _equipment_found(stock: Stock, answers: Mapping[Limit, Numbers]) -> Numbers:
    asked = [answers[limit] for limit in EQUIPMENT if limit in answers]
    least = np.minimum.reduce(asked) if asked else np.full(len(stock), MEETS, np.int64)
    return np.select([least == MEETS, least == NOT_KNOWN], [0, 1], 2)
