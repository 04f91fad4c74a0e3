"""Units and demands drawn for the tests of matching, and a plain recount of what fits, written apart."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from croisee.premises.fit import Wanted
from croisee.premises.stock import Limit, Offered

DAY = dt.date(2027, 3, 1)
USES = ("office", "shop", "food", "craft")
KINDS = ("ground_floor", "office", "workshop", "brownfield")
HERE, NEAR, FAR = (-1.68, 48.11), (-1.684, 48.112), (-1.60, 48.20)
known = st.one_of(st.none(), st.booleans())
days = st.integers(-60, 200).map(lambda n: DAY + dt.timedelta(days=n))
clock = st.sampled_from([0, 300, 480, 540, 1080, 1200, 1380])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def offers(draw: st.DrawFn) -> Offered:
    """A unit, known well or not."""
    surface = draw(st.integers(50, 2000))
    point = draw(st.sampled_from([None, HERE, NEAR, FAR]))
    first, last = draw(maybe(days)), draw(maybe(days))
    if first and last and last < first:
        first, last = last, first
    return Offered(
        key=uuid.UUID(int=draw(st.integers(1, 2**128 - 1))),
        kind=draw(st.sampled_from(KINDS)),
        surface=surface,
        uses=draw(st.frozensets(st.sampled_from(USES))),
        divisible_from=draw(maybe(st.integers(1, surface))),
        rent=draw(maybe(st.integers(0, 200_000))),
        charges=draw(maybe(st.integers(0, 20_000))),
        price=draw(maybe(st.integers(0, 20_000_000))),
        height=draw(maybe(st.integers(200, 600))),
        kva=draw(maybe(st.integers(30, 2500))),
        floor=draw(maybe(st.integers(-1, 2))),
        accessible=draw(known),
        delivery=draw(known),
        extraction=draw(known),
        water=draw(known),
        power=draw(st.sampled_from(["", "none", "single", "three"])),
        shop_window=draw(known),
        erp_type=draw(st.sampled_from(["", "M", "N"])),
        opens=draw(maybe(clock)),
        closes=draw(maybe(clock)),
        free_from=first,
        free_until=last,
        leaving=draw(st.booleans()),
        zones=draw(st.frozensets(st.sampled_from(["QN1", "QN2"]), max_size=1)),
        lon=None if point is None else point[0],
        lat=None if point is None else point[1],
        land=draw(st.booleans()),
        offered=draw(st.booleans()),
        near_to=draw(st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=1)),
    )


@st.composite
def demands(draw: st.DrawFn) -> Wanted:
    """What somebody asks for."""
    least = draw(st.integers(50, 1500))
    where = draw(st.sampled_from(["", "zone", "point", "line"]))
    points = {"point": (HERE,), "line": draw(st.sampled_from([(), (HERE, FAR)]))}.get(where)
    return Wanted(
        use=draw(st.sampled_from(USES)),
        least=least,
        most=draw(maybe(st.integers(least, 3000))),
        wanted_from=draw(days),
        wanted_until=None,
        most_rent=draw(maybe(st.integers(0, 200_000))),
        most_price=draw(maybe(st.integers(0, 20_000_000))),
        kinds=draw(st.frozensets(st.sampled_from(KINDS))),
        least_height=draw(maybe(st.integers(200, 500))),
        least_kva=draw(maybe(st.integers(30, 1000))),
        ground_floor=draw(st.booleans()),
        accessible=draw(st.booleans()),
        delivery=draw(st.booleans()),
        extraction=draw(st.booleans()),
        water=draw(st.booleans()),
        three_phase=draw(st.booleans()),
        shop_window=draw(st.booleans()),
        erp_type=draw(st.sampled_from(["", "M", "N"])),
        opens=draw(maybe(clock)),
        closes=draw(maybe(clock)),
        zone="QN1" if where == "zone" else "",
        points=points,
        metres=draw(st.sampled_from([100, 500, 2000])),
    )


@st.composite
def demands_for_a_time(draw: st.DrawFn) -> Wanted:
    """The same, some of them until a day."""
    wanted = draw(demands())
    length = draw(maybe(st.integers(0, 300)))
    return (
        wanted if length is None else replace(wanted, wanted_until=wanted.wanted_from + dt.timedelta(length))
    )


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """By the spherical law of cosines, not by the formula of the code."""
    a, b = (tuple(map(math.radians, point)) for point in (one, other))
    cosine = math.sin(a[1]) * math.sin(b[1]) + math.cos(a[1]) * math.cos(b[1]) * math.cos(a[0] - b[0])
    return 6_371_008.8 * math.acos(min(1.0, cosine))


def _minutes_within(wanted: Wanted, unit: Offered) -> bool:
    """Minute by minute: every minute asked is one in which the unit may be open."""
    assert unit.opens is not None
    assert unit.closes is not None
    length = (unit.closes - unit.opens) % 1440 or 1440
    may = {(unit.opens + n) % 1440 for n in range(length)}
    if wanted.opens is None or wanted.closes is None:
        if wanted.opens is not None:
            return wanted.opens in may or wanted.opens == (unit.opens + length) % 1440
        return (wanted.closes or 0) in may or wanted.closes == (unit.opens + length) % 1440
    asked = {(wanted.opens + n) % 1440 for n in range((wanted.closes - wanted.opens) % 1440 or 1440)}
    return asked <= may


def recount(wanted: Wanted, unit: Offered) -> dict[Limit, bool | None]:
    """Each limit asked: met, not met, not known (None), one after the other, in exact fractions."""
    found: dict[Limit, bool | None] = {Limit.USE: wanted.use in unit.uses if unit.uses else None}
    if wanted.kinds:
        found[Limit.KIND] = unit.kind in wanted.kinds
    sizes = [unit.surface]
    if unit.divisible_from is not None:
        sizes = list(range(unit.divisible_from, unit.surface + 1))
    large = [size for size in sizes if wanted.least <= size and (wanted.most is None or size <= wanted.most)]
    found[Limit.SURFACE] = bool(large)
    size = min((size for size in sizes if size >= wanted.least), default=unit.surface)
    rent = price = None
    if unit.rent is not None and wanted.most_rent is not None:
        rent = unit.rent * size <= wanted.most_rent * unit.surface
        if rent:
            total = unit.rent + (unit.charges or 0)
            rent = total * size <= wanted.most_rent * unit.surface
            rent = None if rent and unit.charges is None else rent
    if unit.price is not None and wanted.most_price is not None:
        price = unit.price * size <= wanted.most_price * unit.surface
    if wanted.most_rent is not None and wanted.most_price is not None:
        if unit.price is None and unit.rent is not None:
            price = False
        either = {rent, price}
        found[Limit.COST] = True if True in either else None if None in either else False
    elif wanted.most_rent is not None:
        found[Limit.RENT] = rent
    elif wanted.most_price is not None:
        found[Limit.PRICE] = price
    if wanted.least_height is not None:
        found[Limit.HEIGHT] = (
            True if unit.land else None if unit.height is None else unit.height >= wanted.least_height
        )
    if wanted.least_kva is not None:
        found[Limit.POWER] = None if unit.kva is None else unit.kva >= wanted.least_kva
    if wanted.ground_floor:
        level = True if unit.land else None
        found[Limit.GROUND_FLOOR] = level if unit.floor is None else unit.floor == 0
    for limit in ("accessible", "delivery", "extraction", "water", "shop_window"):
        if getattr(wanted, limit):
            found[Limit(limit)] = getattr(unit, limit)
    if wanted.three_phase:
        found[Limit.THREE_PHASE] = unit.power == "three" if unit.power else None
    if wanted.erp_type:
        found[Limit.ERP] = unit.erp_type == wanted.erp_type if unit.erp_type else None
    if wanted.opens is not None or wanted.closes is not None:
        unsaid = unit.opens is None or unit.closes is None
        found[Limit.HOURS] = None if unsaid else _minutes_within(wanted, unit)
    last = wanted.wanted_until or wanted.wanted_from
    if unit.free_until is not None and unit.free_until < last:
        found[Limit.DATES] = False
    elif unit.free_from is None:
        found[Limit.DATES] = None if unit.leaving else True
    else:
        found[Limit.DATES] = unit.free_from <= wanted.wanted_from
    if wanted.points is not None:
        if unit.lon is None or unit.lat is None or not wanted.points:
            found[Limit.PLACE] = None
        else:
            away = min(_metres((unit.lon, unit.lat), point) for point in wanted.points)
            found[Limit.PLACE] = away <= wanted.metres
    elif wanted.zone:
        found[Limit.PLACE] = wanted.zone in unit.zones or (None if unit.lon is None else False)
    return found
