"""What is missing for a unit to be shown well to who looks for premises. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.premises.kinds import LAND


@dataclass(frozen=True)
class Lack:
    """Something that is not known of a unit: its name, in words, and whether nobody could answer without it."""

    name: str
    words: str | Promise
    needed: bool


def _known(values: Mapping[str, Any], *names: str) -> bool:
    return any(values.get(name) not in (None, "", []) for name in names)


NEEDED: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("address", _("where it is"), ("address", "lon", "parcels")),
    ("uses", _("what one may do there"), ("uses",)),
    ("rent", _("the rent, or the price"), ("rent", "price")),
    ("available_from", _("from when on it is free"), ("available_from",)),
    ("contact_email", _("whom to ask"), ("contact_email", "contact_phone")),
)
USEFUL: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("point", _("its point on the map"), ("lon",)),
    ("pictures", _("a photo"), ("pictures",)),
    ("description", _("a few sentences"), ("description",)),
    ("charges", _("the charges"), ("charges", "price")),
    ("owner_kind", _("who owns it"), ("owner", "owner_name", "owner_kind")),
)
OF_ROOMS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("floor", _("the floor"), ("floor",)),
    ("height", _("the height under the ceiling"), ("height",)),
    ("accessible", _("whether a wheelchair comes in"), ("accessible",)),
    ("delivery", _("whether a van delivers"), ("delivery",)),
    ("power", _("the electricity"), ("power",)),
    ("water", _("whether there is water"), ("water",)),
    ("extraction", _("whether there is an extraction duct"), ("extraction",)),
    ("erp_type", _("its type of building open to the public"), ("erp_type",)),
)
OF_LAND: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("parcels", _("its parcels"), ("parcels",)),
)


def lacks(kind: str, values: Mapping[str, Any]) -> list[Lack]:
    """What is not known of a unit, what is needed first. `values` by the names of its fields, and how many `pictures`.

    Of land no floor, height or electricity is asked; of rooms no parcel. False is an answer; an owner of unknown kind
    is none.
    """
    known = dict(values)
    if known.get("owner_kind") == "unknown":
        known["owner_kind"] = ""
    if not known.get("pictures"):
        known["pictures"] = ""
    others = (*USEFUL, *(OF_LAND if kind in LAND else OF_ROOMS))
    return [Lack(name, words, True) for name, words, fields in NEEDED if not _known(known, *fields)] + [
        Lack(name, words, False) for name, words, fields in others if not _known(known, *fields)
    ]


def share_known(kind: str, values: Mapping[str, Any]) -> float:
    """How much of what is asked of a unit of this kind is known, in percent."""
    asked = len(NEEDED) + len(USEFUL) + len(OF_LAND if kind in LAND else OF_ROOMS)
    return 100 * (asked - len(lacks(kind, values))) / asked
