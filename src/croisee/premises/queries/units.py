"""What the pages of premises and plots read, beyond a filter."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.dates import add_months
from croisee.opportunities.distance import box_around
from croisee.premises import wording
from croisee.premises.completeness import Lack, lacks, share_known
from croisee.premises.kinds import NOT_CLASSIC
from croisee.premises.models import EMPTY, OFFERED, Letting, Option, OptionState, Unit, UnitState
from croisee.territory.models import Zone, ZoneKind

if TYPE_CHECKING:
    from croisee.foundation.lifecycles.queries import Action
    from croisee.foundation.records import Reader

MOST_ON_MAP = 2000
CLOSE = Decimal("0.1")
"""By how much the surfaces of two units that may be one differ at most, as a share."""
CLOSE_METRES = 25
LONG_EMPTY_MONTHS = 12
NOTICE_DAYS = 90


def with_cost(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """The same with what one pays a month (`month`, charges in it), and who owns them."""
    month = Case(When(rent__isnull=False, then=F("rent") + Coalesce(F("charges"), Value(Decimal(0)))))
    return units.annotate(month=month).select_related("owner").defer("outline")


def listed(account: Reader) -> QuerySet[Unit]:
    """The units that `account` sees, in the order of their names, withdrawn ones last."""
    last = Case(When(state=UnitState.WITHDRAWN, then=Value(1)), default=Value(0))
    return with_cost(Unit.objects.visible_to(account)).order_by(last, "name", "pk")


def sides(units: QuerySet[Unit]) -> tuple[int, int]:
    """How many of these are offered: not classic, classic."""
    named = [str(kind) for kind in NOT_CLASSIC]
    offered = Q(state__in=[str(state) for state in OFFERED], published=True)
    counts = units.order_by().aggregate(
        other=Count("pk", filter=offered & Q(kind__in=named)),
        classic=Count("pk", filter=offered & ~Q(kind__in=named)),
    )
    return counts["other"], counts["classic"]


def neighbourhoods(units: QuerySet[Unit]) -> dict[str, str]:
    """The neighbourhoods in which some of these units are: their names by code, in the order of names."""
    codes = set(
        units.order_by().exclude(zone_codes="").values_list("zone_codes", flat=True).distinct().iterator()
    )
    names = zone_names(codes)
    return dict(sorted(names.items(), key=lambda item: item[1]))


def zone_names(codes: set[str]) -> dict[str, str]:
    """The name of each neighbourhood; its code where it is not loaded."""
    if not codes:
        return {}
    known = dict(Zone.objects.filter(kind=ZoneKind.QPV, code__in=codes).values_list("code", "name"))
    return {code: known.get(code) or code for code in codes}


def owners(units: QuerySet[Unit]) -> list[tuple[Any, str]]:
    """Who owns some of these units."""
    return list(
        Organisation.objects.filter(pk__in=units.order_by().values("owner"))
        .order_by("name")
        .values_list("pk", "name")
    )


def possible_owners() -> QuerySet[Organisation]:
    """Who may own a unit: those who let premises here, own some already, or govern."""
    return Organisation.objects.filter(
        Q(memberships__role=Role.LANDLORD)
        | Q(units__isnull=False)
        | Q(kind__in=[Kind.METROPOLIS, Kind.COMMUNE])
    ).distinct()


def geojson(units: QuerySet[Unit]) -> dict[str, Any]:
    """Those that have a point as GeoJSON points in lon/lat, in colour when they are not classic."""
    placed = units.filter(lon__isnull=False)[:MOST_ON_MAP]
    return {"type": "FeatureCollection", "features": [_feature(unit) for unit in placed]}


def _feature(unit: Unit) -> dict[str, Any]:
    said = [
        capfirst(str(unit.get_kind_display())),
        wording.square_metres(unit.surface),
        wording.cost(unit),
        str(unit.get_state_display()),
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [unit.lon, unit.lat]},
        "properties": {
            "name": unit.name,
            "detail": ", ".join(part for part in said if part),
            "weight": float(min(max(unit.surface / 50, Decimal(1)), Decimal(12))),
            "strong": not wording.is_classic(unit),
            "url": reverse("premises:unit", args=[unit.pk]),
        },
    }


def keeps(account: Reader, unit: Unit) -> bool:
    """Whether `account` may change a unit."""
    return Unit.objects.kept_by(account).filter(pk=unit.pk).exists()


def completeness(unit: Unit, pictures: int) -> tuple[list[Lack], float]:
    """What is not known of a unit, and how much is, in percent."""
    values: dict[str, Any] = {field.attname: getattr(unit, field.attname) for field in unit._meta.fields}
    values |= {"owner": unit.owner_id, "pictures": pictures}
    return lacks(unit.kind, values), share_known(unit.kind, values)


def doubles(unit: Unit) -> list[Unit]:
    """Other units that may be this one: a surface within a tenth, at the same address, parcel or point. One query.

    Two to which their owner gave different references are two.
    """
    same = Q()
    if unit.address:
        same |= Q(address__iexact=unit.address)
    if unit.ban_id:
        same |= Q(ban_id=unit.ban_id)
    if unit.parcels:
        same |= Q(parcels__overlap=unit.parcels)
    if unit.lon is not None and unit.lat is not None:
        west, south, east, north = box_around(unit.lon, unit.lat, CLOSE_METRES)
        same |= Q(lon__range=(west, east), lat__range=(south, north))
    if not same:
        return []
    close = (unit.surface * (1 - CLOSE), unit.surface * (1 + CLOSE))
    others = Unit.objects.exclude(pk=unit.pk).exclude(state=UnitState.WITHDRAWN)
    if unit.owner_id and unit.reference:
        others = others.exclude(~Q(reference=""), owner=unit.owner_id)
    return list(others.filter(same, surface__range=close).order_by("name", "pk")[:5])


def moves(unit: Unit, actions: list[Action]) -> tuple[list[Action], bool]:
    """The moves that have a button, and whether the unit can be let: that says to whom, on a page of its own.

    An option in force is lifted or taken up from its own page.
    """
    possible = [one for one in actions if one.reason is None]
    if unit.state == UnitState.OPTION and _held(unit):
        return [], False
    shown = [one for one in possible if one.transition.name not in ("hold", "let")]
    return shown, any(one.transition.name == "let" for one in possible)


def _held(unit: Unit) -> bool:
    return Option.objects.filter(unit=unit, state=OptionState.HELD).exists()


# Numbers of the home pages


def to_qualify(account: Account) -> QuerySet[Unit]:
    """What was found and is not known well."""
    return Unit.objects.visible_to(account).filter(state=UnitState.FOUND)


def long_empty(account: Account, today: dt.date | None = None) -> QuerySet[Unit]:
    """What nobody has occupied for more than a year."""
    since = add_months(today or timezone.localdate(), -LONG_EMPTY_MONTHS)
    empty = [str(state) for state in EMPTY]
    return Unit.objects.visible_to(account).filter(state__in=empty, vacant_since__lt=since)


def notices_ending(account: Account, today: dt.date | None = None) -> QuerySet[Letting]:
    """Occupants that leave within three months, or should have left."""
    until = (today or timezone.localdate()) + dt.timedelta(days=NOTICE_DAYS)
    return Letting.objects.visible_to(account).filter(left_on__isnull=True, leaves_on__lte=until)


def to_let() -> QuerySet[Unit]:
    """What everyone may look at."""
    return Unit.objects.shown()
