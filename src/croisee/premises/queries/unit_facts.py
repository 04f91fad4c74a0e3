"""What the page and the sheet of a unit say of it, part by part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.dates import in_words
from croisee.premises import wording
from croisee.premises.models import OwnerKind, Unit
from croisee.territory.models import Zone, ZoneKind

if TYPE_CHECKING:
    from django.utils.functional import Promise

Fact = tuple["str | Promise", str]


@dataclass(frozen=True)
class Neighbourhood:
    """A priority neighbourhood: its code, its name (the code where it is not loaded), whether it has a page."""

    code: str
    name: str
    loaded: bool


def zone_of(unit: Unit) -> Neighbourhood | None:
    """The priority neighbourhood of a unit, if it lies in one."""
    if not unit.zone_codes:
        return None
    known = (
        Zone.objects.filter(kind=ZoneKind.QPV, code=unit.zone_codes).values_list("name", flat=True).first()
    )
    return Neighbourhood(unit.zone_codes, known or unit.zone_codes, known is not None)


def facts(unit: Unit) -> list[tuple[str, list[Fact]]]:
    """What is known of a unit in parts, each with a title; what is not known is left out."""
    parts = [
        (_("In short"), _in_short(unit)),
        (_("The building"), _building(unit)),
        (_("Open to the public"), _public(unit)),
        (_("Where exactly"), _place(unit)),
    ]
    return [
        (title, [row for row in rows if row[1]]) for title, rows in parts if any(value for _n, value in rows)
    ]


def _in_short(unit: Unit) -> list[Fact]:
    divided = ""
    if unit.divisible_from is not None:
        divided = _("can be divided from %(surface)s") % {
            "surface": wording.square_metres(unit.divisible_from)
        }
    surface = wording.square_metres(unit.surface)
    return [
        (_("Surface"), f"{surface}, {divided}" if divided else surface),
        (_("What one pays"), capfirst(wording.cost(unit))),
        (_("What one may do there"), capfirst(wording.uses(unit))),
        (_("Available"), _period(unit.available_from, unit.available_until)),
        (_("Owner"), _owner(unit)),
    ]


def _building(unit: Unit) -> list[Fact]:
    power = str(unit.get_power_display()) if unit.power else ""
    if unit.power_kva is not None:
        power = ", ".join(
            part for part in (power, _("%(n)s kVA") % {"n": wording.number(unit.power_kva)}) if part
        )
    return [
        (_("Floor"), capfirst(wording.floor(unit.floor))),
        (_("Height under the ceiling"), _metres(unit.height)),
        (_("Height of the door"), _metres(unit.door_height)),
        (_("Electricity"), capfirst(power)),
        (_("Water"), _answer(unit.water)),
        (_("Extraction duct"), _answer(unit.extraction)),
        (_("Shop window"), _answer(unit.shop_window)),
        (_("Delivery by van or lorry"), _answer(unit.delivery)),
        (_("Reduced mobility"), _answer(unit.accessible)),
    ]


def _public(unit: Unit) -> list[Fact]:
    category = ""
    if unit.erp_category is not None:
        category = _("category %(n)d") % {"n": unit.erp_category}
    erp = ", ".join(part for part in (str(unit.get_erp_type_display()), category) if part)
    hours = ""
    if unit.opens_at is not None and unit.closes_at is not None:
        hours = pgettext("hours", "from %(first)s to %(last)s") % {
            "first": time_format(unit.opens_at, "H:i"),
            "last": time_format(unit.closes_at, "H:i"),
        }
    return [(_("Type (ERP)"), erp), (_("May be open"), hours)]


def _place(unit: Unit) -> list[Fact]:
    return [
        (_("Address"), unit.address),
        (_("Parcels"), ", ".join(unit.parcels)),
        (_("Building (RNB)"), unit.building_id),
    ]


def _owner(unit: Unit) -> str:
    """Who owns it, never a private person by name."""
    if unit.owner is not None:
        return unit.owner.name
    kind = "" if unit.owner_kind == OwnerKind.UNKNOWN else str(unit.get_owner_kind_display())
    return unit.owner_name or capfirst(kind)


def _period(first: dt.date | None, last: dt.date | None) -> str:
    if first is not None and last is not None:
        return _("from %(first)s to %(last)s") % {"first": in_words(first), "last": in_words(last)}
    if first is not None:
        return _("from %(day)s on") % {"day": in_words(first)}
    return _("until %(day)s") % {"day": in_words(last)} if last is not None else ""


def _metres(value: Decimal | None) -> str:
    return "" if value is None else _("%(n)s m") % {"n": wording.number(value, 2)}


def _answer(value: bool | None) -> str:
    return "" if value is None else _("yes") if value else _("no")
