"""The table of premises and plots: its columns, its filters, the file that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.listings import Column, Listing
from croisee.foundation.listings.columns import Where
from croisee.premises import wording
from croisee.premises.kinds import NOT_CLASSIC, UnitKind, Use
from croisee.premises.models import OwnerKind, Unit, UnitState
from croisee.premises.queries import units as queries

if TYPE_CHECKING:
    from django.http import HttpRequest

TONES: dict[str, str] = {
    UnitState.FOUND: "",
    UnitState.QUALIFIED: "",
    UnitState.AVAILABLE: "ok",
    UnitState.OPTION: "info",
    UnitState.LET: "",
    UnitState.NOTICE: "info",
    UnitState.VACANT: "warn",
    UnitState.WORKS: "warn",
    UnitState.WITHDRAWN: "bad",
}
SURFACES = (20, 40, 60, 100, 200, 500, 1000)
RENTS = (200, 400, 600, 1000, 2000, 4000)
ANYWHERE_ELSE = "outside"
Choices = dict[str, tuple[str, Sequence[tuple[Any, Any]]]]


def units_listing(request: HttpRequest, *, staff: bool) -> Listing:
    """The units that the reader may see; for `staff`, with their states, owners and how long they are empty."""
    rows = queries.listed(request.user)
    zones = queries.neighbourhoods(rows)
    listing = Listing(
        request,
        rows,
        name="premises",
        columns=_columns(zones, staff=staff),
        search=["name", "address", "city", "description", "reference"],
        choices=_choices(rows, zones, staff=staff),
        empty_title=_("No premises are offered now"),
        empty_text=_("Say what you look for: you are told as soon as something fits."),
    )
    if listing.wants_export:
        listing.columns = [*listing.columns, *_more()]
    return listing


def _zone(unit: Unit, zones: dict[str, str]) -> str:
    return zones.get(unit.zone_codes, "")


def _columns(zones: dict[str, str], *, staff: bool) -> list[Column]:
    columns = [
        Column("name", _("Premises"), sort="name", link=Unit.get_absolute_url),
        Column("kind", _("Kind"), lambda row: capfirst(row.get_kind_display()), "kind"),
        Column("surface", _("Surface (m²)"), lambda row: plain_number(row.surface), "surface", numeric=True),
        Column("month", _("€/month, charges in"), _monthly, "month", numeric=True),
        Column("zone", _("Neighbourhood"), lambda row: _zone(row, zones), "zone_codes"),
        Column("available_from", _("Available from"), sort="available_from"),
        Column(
            "state",
            pgettext("premises", "State"),
            lambda row: capfirst(row.get_state_display()),
            "state",
            badge=lambda row: TONES[row.state] or "plain",
        ),
    ]
    if staff:
        today = timezone.localdate()
        columns += [
            Column("empty", _("Empty for"), lambda row: wording.empty_for(row, today), "vacant_since"),
            Column("owner", _("Owner"), _owner, "owner__name"),
        ]
    return columns


def _monthly(unit: Any) -> float | None:
    return None if unit.month is None else plain_number(unit.month)


def plain_number(value: Decimal) -> float | int:
    """An amount without decimals where it has none."""
    return int(value) if value == int(value) else float(value)


def _owner(unit: Unit) -> str:
    if unit.owner is not None:
        return unit.owner.name
    return unit.owner_name or ("" if unit.owner_kind == OwnerKind.UNKNOWN else unit.get_owner_kind_display())


def _more() -> list[Column]:
    """What a file has beside the columns of the page: nothing of a person."""
    names = ("reference", "address", "postcode", "city", "commune_code", "zone_codes", "lon", "lat")
    numbers = ("rent", "charges", "price", "height", "door_height", "power_kva", "divisible_from")
    others = (
        "floor",
        "accessible",
        "delivery",
        "water",
        "extraction",
        "shop_window",
        "erp_type",
        "erp_category",
        "available_until",
    )
    words = {field.name: capfirst(str(field.verbose_name)) for field in Unit._meta.concrete_fields}
    return [
        *(Column(name, words[name]) for name in names),
        Column("uses", words["uses"], wording.uses),
        Column("parcels", words["parcels"], lambda row: ", ".join(row.parcels)),
        Column("power", words["power"], Unit.get_power_display),
        *(Column(name, words[name], _number_of(name)) for name in numbers),
        *(Column(name, words[name]) for name in others),
    ]


def _number_of(name: str) -> Any:
    def value(unit: Unit) -> float | None:
        found = getattr(unit, name)
        return None if found is None else plain_number(found)

    return value


def _choices(rows: Any, zones: dict[str, str], *, staff: bool) -> Choices:
    named = [str(kind) for kind in NOT_CLASSIC]
    choices: Choices = {
        "side": (
            _("Supply"),
            [
                (Where("other", Q(kind__in=named)), _("not classic")),
                (Where("classic", ~Q(kind__in=named)), pgettext("premises", "classic")),
            ],
        ),
        "kind": (_("Kind"), [(kind, capfirst(label)) for kind, label in UnitKind.choices]),
        "use": (
            _("What one does there"),
            [(Where(use, Q(uses__contains=[use])), capfirst(label)) for use, label in Use.choices],
        ),
        "from": (
            _("At least"),
            [(Where(str(one), Q(surface__gte=one)), _("%(n)d m²") % {"n": one}) for one in SURFACES],
        ),
        "to": (
            _("At most"),
            [(Where(str(one), Q(surface__lte=one)), _("%(n)d m²") % {"n": one}) for one in SURFACES],
        ),
        "rent": (
            _("A month at most"),
            [(Where(str(one), Q(month__lte=one)), _("%(n)d €") % {"n": one}) for one in RENTS],
        ),
    }
    if zones:
        where = [(Where(code, Q(zone_codes=code)), name) for code, name in zones.items()]
        outside = (Where(ANYWHERE_ELSE, Q(zone_codes="")), _("outside priority neighbourhoods"))
        choices["where"] = (_("Where"), [*where, outside])
    if staff:
        choices["state"] = (
            pgettext("premises", "State"),
            [(state, capfirst(label)) for state, label in UnitState.choices],
        )
        choices["owner"] = (_("Owner"), queries.owners(rows))
    return choices
