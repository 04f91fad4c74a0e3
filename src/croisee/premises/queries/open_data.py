"""What everyone may see of premises and sites, as features of GeoJSON: no contact, no owner's name."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from croisee.premises.cnig.geometry import multi_polygon
from croisee.premises.kinds import UnitKind
from croisee.premises.models import OFFERED, Site, SiteState, SiteVocation, Unit, UnitState

Box = tuple[float, float, float, float]
"""West, south, east, north; west of it is larger than east where it crosses the antimeridian."""
Feature = dict[str, Any]
DECIMALS = 6


@dataclass(frozen=True)
class Property:
    """A property of the features: its name, what it is, its type in JSON, its values where they are a list.

    `condition`: how a feature is chosen by it; None where it is not.
    """

    name: str
    label: str | Promise
    type: str = "string"
    values: tuple[str, ...] = ()
    condition: Callable[[str], Q] | None = None


@dataclass(frozen=True)
class Collection:
    """One collection of features."""

    id: str
    title: str | Promise
    description: str | Promise
    properties: tuple[Property, ...]
    rows: Callable[[], QuerySet[Any]]
    feature: Callable[[Any], Feature]
    within: Callable[[QuerySet[Any], Sequence[Box]], QuerySet[Any]]

    @property
    def filters(self) -> Mapping[str, Property]:
        """The properties that features are chosen by."""
        return {one.name: one for one in self.properties if one.condition is not None}

    def tag(self) -> str:
        """What changes whenever the collection does."""
        rows = self.rows().order_by()
        last = rows.aggregate(last=Max("updated_at"))["last"]
        return f"{self.id}-{get_language()}-{rows.count()}-{last.timestamp() if last else 0}"


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "oui" if value else "non"


def _money(value: Any) -> float | None:
    return None if value is None else float(value)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _unit_feature(unit: Unit) -> Feature:
    point = None
    if unit.lon is not None and unit.lat is not None:
        point = {"type": "Point", "coordinates": [round(unit.lon, DECIMALS), round(unit.lat, DECIMALS)]}
    properties = {
        "name": unit.name,
        "kind": unit.kind,
        "kind_label": str(unit.get_kind_display()),
        "state": unit.state,
        "state_label": str(unit.get_state_display()),
        "surface_m2": float(unit.surface),
        "divisible_from_m2": _money(unit.divisible_from),
        "rent_eur_month": _money(unit.rent),
        "charges_eur_month": _money(unit.charges),
        "price_eur": _money(unit.price),
        "available_from": _iso(unit.available_from),
        "available_until": _iso(unit.available_until),
        "address": unit.address,
        "commune": unit.commune_code,
        "neighbourhood": unit.zone_codes,
        "floor": unit.floor,
        "accessible": _yes_no(unit.accessible),
        "uses": ",".join(unit.uses),
        "updated": unit.updated_at.isoformat(timespec="seconds"),
    }
    return {"type": "Feature", "id": str(unit.pk), "geometry": point, "properties": properties}


def _site_feature(site: Site) -> Feature:
    geometry = None
    if site.outline:
        shape = multi_polygon(shapely.from_wkb(bytes(site.outline)))
        geometry = json.loads(shapely.to_geojson(shapely.set_precision(shape, 10**-DECIMALS)))
    properties = {
        "name": site.name,
        "zone": site.zone,
        "vocation": site.vocation,
        "state": site.state,
        "gross_ha": _money(site.gross),
        "useful_ha": _money(site.useful),
        "commune": site.commune_code,
        "commune_name": site.commune_name,
        "cnig_id": site.cnig_id,
        "updated": _iso(site.updated_on),
    }
    return {"type": "Feature", "id": str(site.pk), "geometry": geometry, "properties": properties}


def _units_within(rows: QuerySet[Any], boxes: Sequence[Box]) -> QuerySet[Any]:
    inside = Q(pk__in=[])
    for west, south, east, north in boxes:
        inside |= Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    return rows.filter(inside)


def _sites_within(rows: QuerySet[Any], boxes: Sequence[Box]) -> QuerySet[Any]:
    """Sites are few, and their outlines are no columns that a database compares."""
    areas = [shapely.box(*one) for one in boxes]
    drawn = rows.filter(outline__isnull=False).values_list("pk", "outline")
    found: list[UUID] = [
        key
        for key, outline in drawn
        if any(shapely.intersects(area, shapely.from_wkb(bytes(outline))) for area in areas)
    ]
    return rows.filter(pk__in=found)


def _exactly(name: str) -> Callable[[str], Q]:
    return lambda value: Q(**{name: value})


def _in_neighbourhood(code: str) -> Q:
    """Units whose neighbourhoods name a code; none for what is no code."""
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", code):
        return Q(pk__in=[])
    return Q(zone_codes__regex=rf"(^|[ ,]){code}([ ,]|$)")


PREMISES = Collection(
    "premises",
    _("Premises and plots to let or to sell"),
    _("Those that are offered and shown to everyone, classic or not, as points."),
    (
        Property("name", _("Name")),
        Property("kind", _("Kind"), values=tuple(UnitKind.values), condition=_exactly("kind")),
        Property("kind_label", _("Kind, in words")),
        Property(
            "state",
            _("State"),
            values=tuple(str(UnitState(one).value) for one in OFFERED),
            condition=_exactly("state"),
        ),
        Property("state_label", _("State, in words")),
        Property("surface_m2", _("Surface (m²)"), "number"),
        Property("divisible_from_m2", _("Can be divided from (m²)"), "number"),
        Property("rent_eur_month", _("Rent (€/month, before tax)"), "number"),
        Property("charges_eur_month", _("Charges (€/month, before tax)"), "number"),
        Property("price_eur", _("Price to buy (€, before tax)"), "number"),
        Property("available_from", _("Available from")),
        Property("available_until", _("Available until")),
        Property("address", _("Address")),
        Property("commune", _("Commune (Insee code)"), condition=_exactly("commune_code")),
        Property(
            "neighbourhood",
            _("Priority neighbourhood (code)"),
            condition=_in_neighbourhood,
        ),
        Property("floor", _("Floor (0 at street level)"), "integer"),
        Property("accessible", _("Accessible to people with reduced mobility")),
        Property("uses", _("What one may do there")),
        Property("updated", _("Changed on")),
    ),
    lambda: Unit.objects.shown().order_by("pk"),
    _unit_feature,
    _units_within,
)
SITES = Collection(
    "sites",
    _("Economic sites"),
    _("Zones d’activité économique and other economic sites, as areas where their outline is known."),
    (
        Property("name", _("Name")),
        Property("zone", _("Zone d’activité économique"), "boolean"),
        Property(
            "vocation", _("Vocation"), values=tuple(SiteVocation.values), condition=_exactly("vocation")
        ),
        Property("state", _("State"), values=tuple(SiteState.values), condition=_exactly("state")),
        Property("gross_ha", _("Gross surface (ha)"), "number"),
        Property("useful_ha", _("Useful surface (ha)"), "number"),
        Property("commune", _("Commune (Insee code)"), condition=_exactly("commune_code")),
        Property("commune_name", _("Commune")),
        Property("cnig_id", _("Identifier in CNIG Sites économiques")),
        Property("updated", _("Brought up to date on")),
    ),
    lambda: Site.objects.order_by("pk"),
    _site_feature,
    _sites_within,
)
COLLECTIONS = {one.id: one for one in (PREMISES, SITES)}


def extent(collection: Collection) -> Box | None:
    """The box that holds all features; None without any. Sites are read for it, premises are not."""
    if collection is PREMISES:
        found = collection.rows().order_by().aggregate(Min("lon"), Min("lat"), Max("lon"), Max("lat"))
        values = tuple(found.values())
        return None if None in values else (values[0], values[1], values[2], values[3])
    shapes = [
        shapely.from_wkb(bytes(one))
        for one in collection.rows().exclude(outline=None).values_list("outline", flat=True)
    ]
    if not shapes:
        return None
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    return west, south, east, north


def geojson(features: Iterable[Feature]) -> Iterator[str]:
    """A FeatureCollection as text, feature by feature."""
    yield '{"type":"FeatureCollection","features":['
    for place, feature in enumerate(features):
        yield ("," if place else "") + json.dumps(feature, ensure_ascii=False)
    yield "]}"
