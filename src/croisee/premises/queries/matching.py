"""Units as the matching reads them, and what comes of it: a query for the units, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from croisee.premises.fit import Judged, Wanted, fitting, judge
from croisee.premises.fit_wording import LIMITS, MEANING, TOPICS, in_words
from croisee.premises.kinds import LAND, NOT_CLASSIC
from croisee.premises.models import EMPTY, OFFERED, Demand, Option, Unit, UnitState, Where
from croisee.premises.models.readers import is_developer
from croisee.premises.repairs import NearMiss, near_misses
from croisee.premises.stock import Offered, Stock
from croisee.territory.models import TransitStop

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

SHOWN_MISSES = 20
_KINDS_OF_LAND = frozenset(map(str, LAND))
_STATES = [str(state) for state in (*EMPTY, UnitState.NOTICE)]
_OFFERED = frozenset(map(str, OFFERED))
_FIELDS = (
    "pk",
    "kind",
    "surface",
    "uses",
    "divisible_from",
    "rent",
    "charges",
    "price",
    "height",
    "power_kva",
    "floor",
    "accessible",
    "delivery",
    "extraction",
    "water",
    "power",
    "shop_window",
    "erp_type",
    "opens_at",
    "closes_at",
    "available_from",
    "available_until",
    "state",
    "zone_codes",
    "lon",
    "lat",
    "building_id",
    "parcels",
    "address",
    "held",
)


def _tenths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 10)


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)


def _minutes(value: dt.time | None) -> int | None:
    return None if value is None else value.hour * 60 + value.minute


def stock_for(account: Reader | None) -> Stock:
    """The units that are empty or about to be: those that `account` may see offered (None: everything), and neighbours.

    Those of nobody's knowledge (not published) serve only developers, and the software itself.
    """
    rows = Unit.objects.filter(state__in=_STATES)
    if account is not None and not is_developer(account):
        rows = rows.filter(published=True)
    held = Option.objects.filter(unit=OuterRef("pk"), state="held")
    found = rows.annotate(held=Exists(held)).order_by().values_list(*_FIELDS)
    return Stock(_offered(dict(zip(_FIELDS, row, strict=True))) for row in found.iterator(chunk_size=5000))


def _offered(row: dict[str, Any]) -> Offered:
    """A unit as the matching reads it."""
    near = {f"building:{row['building_id']}"} if row["building_id"] else set()
    near |= {f"parcel:{one}" for one in row["parcels"]}
    if row["address"]:
        near.add("address:" + " ".join(row["address"].casefold().replace(",", " ").split()))
    return Offered(
        key=row["pk"],
        kind=row["kind"],
        surface=int(row["surface"] * 10),
        uses=frozenset(row["uses"]),
        divisible_from=_tenths(row["divisible_from"]),
        rent=_hundredths(row["rent"]),
        charges=_hundredths(row["charges"]),
        price=_hundredths(row["price"]),
        height=_hundredths(row["height"]),
        kva=_tenths(row["power_kva"]),
        floor=row["floor"],
        accessible=row["accessible"],
        delivery=row["delivery"],
        extraction=row["extraction"],
        water=row["water"],
        power=row["power"],
        shop_window=row["shop_window"],
        erp_type=row["erp_type"],
        opens=_minutes(row["opens_at"]),
        closes=_minutes(row["closes_at"]),
        free_from=row["available_from"],
        free_until=row["available_until"],
        leaving=row["state"] == UnitState.NOTICE,
        zones=frozenset(row["zone_codes"].split("|")) - {""},
        lon=row["lon"],
        lat=row["lat"],
        land=row["kind"] in _KINDS_OF_LAND,
        offered=row["state"] in _OFFERED and not row["held"],
        near_to=frozenset(near),
    )


def stops_of(lines: Iterable[str]) -> dict[str, tuple[tuple[float, float], ...]]:
    """The stops of lines of the timetables in use, by the line's short name; one query, none without lines."""
    wanted = set(lines)
    found: dict[str, list[tuple[float, float]]] = {line: [] for line in wanted}
    if not wanted:
        return {}
    rows = TransitStop.objects.filter(lines__overlap=sorted(wanted)).order_by()
    for served, lon, lat in rows.values_list("lines", "longitude", "latitude"):
        for line in wanted.intersection(served):
            found[line].append((lon, lat))
    return {line: tuple(points) for line, points in found.items()}


def wanted_by(demands: Sequence[Demand]) -> list[Wanted]:
    """Demands as the matching reads them; one query where some are near a line."""
    stops = stops_of(one.line for one in demands if one.where == Where.NEAR_LINE)
    return [_wanted(one, stops) for one in demands]


def _wanted(demand: Demand, stops: dict[str, tuple[tuple[float, float], ...]]) -> Wanted:
    points: tuple[tuple[float, float], ...] | None = None
    if demand.where == Where.NEAR_LINE:
        points = stops.get(demand.line, ())
    elif demand.where == Where.NEAR_POINT and demand.lon is not None and demand.lat is not None:
        points = ((demand.lon, demand.lat),)
    return Wanted(
        use=demand.use,
        kinds=frozenset(demand.kinds),
        least=int(demand.least_surface * 10),
        most=_tenths(demand.most_surface),
        most_rent=_hundredths(demand.most_rent),
        most_price=_hundredths(demand.most_price),
        least_height=_hundredths(demand.least_height),
        least_kva=_tenths(demand.least_kva),
        ground_floor=demand.ground_floor,
        accessible=demand.accessible,
        delivery=demand.delivery,
        extraction=demand.extraction,
        water=demand.water,
        three_phase=demand.three_phase,
        shop_window=demand.shop_window,
        erp_type=demand.erp_type,
        opens=_minutes(demand.opens_at),
        closes=_minutes(demand.closes_at),
        wanted_from=demand.wanted_from,
        wanted_until=demand.wanted_until,
        zone=demand.zone_codes if demand.where == Where.NEIGHBOURHOOD else "",
        points=points,
        metres=demand.metres,
    )


def judged_for(demand: Demand, account: Reader | None) -> Judged:
    """One demand held against what `account` may see; two queries at most."""
    return judge(wanted_by([demand])[0], stock_for(account))


@dataclass(frozen=True)
class Match:
    """A unit beside a demand, in words: its points, its reasons, what is to be asked, what would make it fit.

    `proposal`: what was said of it so far, if anything. `usual`: whether it is of the classic supply.
    """

    unit: Unit
    points: int
    reasons: list[tuple[str, str, int]]
    to_ask: list[str]
    repairs: list[str]
    proposal: Any = None

    @property
    def usual(self) -> bool:
        """Whether it is of the classic supply."""
        return self.unit.kind not in NOT_CLASSIC


def matches(judged: Judged, places: Iterable[int], said: dict[UUID, Any]) -> list[Match]:
    """Fits at these places, in their order; `said`: proposals by unit. One query."""
    return [
        Match(unit, int(judged.points[at]), _reasons(judged, at), _to_ask(judged, at), [], said.get(unit.pk))
        for at, unit in _units(judged, list(places))
    ]


def misses(judged: Judged, said: dict[UUID, Any]) -> list[Match]:
    """Near misses, least effort first, each with what would make it fit. One query."""
    near: dict[int, NearMiss] = {one.at: one for one in near_misses(judged)[:SHOWN_MISSES]}
    return [
        Match(
            unit,
            near[at].points,
            _reasons(judged, at),
            _to_ask(judged, at),
            [in_words(one) for one in near[at].repairs],
            said.get(unit.pk),
        )
        for at, unit in _units(judged, list(near))
    ]


def _units(judged: Judged, places: Sequence[int]) -> list[tuple[int, Unit]]:
    keys = [judged.stock.units[at].key for at in places]
    units = Unit.objects.select_related("owner").defer("outline").in_bulk(keys) if keys else {}
    return [(at, units[key]) for at, key in zip(places, keys, strict=True) if key in units]


def _reasons(judged: Judged, at: int) -> list[tuple[str, str, int]]:
    found = zip(TOPICS.values(), judged.reasons(at), strict=True)
    return [(str(topic), str(MEANING[finding]), points) for topic, (finding, points) in found]


def _to_ask(judged: Judged, at: int) -> list[str]:
    return [str(LIMITS[limit]) for limit in judged.to_ask_of(at)]


@dataclass(frozen=True)
class Standing:
    """How a demand stands: how many units fit, the best of them, its points."""

    fits: int
    best: UUID | None
    points: int


def standings(demands: Sequence[Demand], stock: Stock) -> dict[UUID, Standing]:
    """How open demands stand before a stock; one query at most."""
    found = {}
    for demand, wanted in zip(demands, wanted_by(demands), strict=True):
        fits, points = fitting(wanted, stock)
        found[demand.pk] = (
            Standing(len(fits), stock.units[fits[0]].key, int(points[0]))
            if len(fits)
            else Standing(0, None, 0)
        )
    return found
