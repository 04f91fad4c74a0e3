"""The story of a unit in one line of time: its periods, who was in it, who visited it, what was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.dates import in_words
from croisee.foundation.listings.columns import shown_text
from croisee.premises.models import Letting, Option, Sighting, Spell, Unit, Visit
from croisee.premises.models.units import DEVELOPERS
from croisee.premises.wording import euros, length, number

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account as Reader

MOST_CHANGES = 500
LONGEST_VALUE = 80
UNTOLD = frozenset(
    {"id", "created_at", "updated_at", "state", "opportunity", "outline", "vacant_since"}
    | {"contact_name", "contact_email", "contact_phone"}
)
"""What is told otherwise (the state, by periods), by nobody's eye, or of a person."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a unit: its day, what it is in a word, and what is said of it; how long it lasted.

    `state` is the state that a period is in, "" for what is none.
    """

    day: dt.date
    what: str
    text: str = ""
    lasted: str = ""
    state: str = ""
    url: str = ""


def story(unit: Unit, reader: Reader, today: dt.date | None = None) -> list[Event]:
    """All that `reader` may know of what happened to a unit, the latest first. Six queries, whatever its length."""
    day = today or timezone.localdate()
    events = [
        *_periods(unit, day),
        *_lettings(unit, reader, day),
        *_visits(unit, reader),
        *_options(unit, reader),
        *_sightings(unit, reader),
        *_changes(unit, reader),
    ]
    return sorted(events, key=lambda one: one.day, reverse=True)


def _periods(unit: Unit, today: dt.date) -> Iterator[Event]:
    for spell in Spell.objects.filter(unit=unit).order_by("-starts_on"):
        days = ((spell.ends_on or today) - spell.starts_on).days + 1
        lasted = length(days) if spell.ends_on else _("for %(length)s") % {"length": length(days)}
        yield Event(spell.starts_on, capfirst(spell.get_state_display()), lasted=lasted, state=spell.state)


def _lettings(unit: Unit, reader: Reader, today: dt.date) -> Iterator[Event]:
    rows = Letting.objects.visible_to(reader).filter(unit=unit).select_related("tenant")
    for one in rows:
        said = [str(one.get_kind_display())]
        if one.rent is not None:
            said.append(_("%(amount)s a month with charges") % {"amount": euros(one.rent)})
        last = one.left_on or today
        lasted = length(max((last - one.starts_on).days + 1, 0)) if last >= one.starts_on else ""
        what = _("Let to %(who)s") % {"who": one.tenant or one.tenant_name}
        yield Event(one.starts_on, what, ", ".join(said), lasted)
        if one.left_on is not None:
            yield Event(one.left_on, _("%(who)s left") % {"who": one.tenant or one.tenant_name})
        elif one.leaves_on is not None:
            yield Event(
                one.notice_on or one.leaves_on,
                _("Notice of %(who)s") % {"who": one.tenant or one.tenant_name},
                _("leaves on %(day)s") % {"day": in_words(one.leaves_on)},
            )


def _visits(unit: Unit, reader: Reader) -> Iterator[Event]:
    for one in Visit.objects.visible_to(reader).filter(unit=unit).select_related("demand"):
        what = _("Visit (%(state)s)") % {"state": one.get_state_display()}
        yield Event(localtime(one.at).date(), what, one.demand.title, url=_page(one, reader))


def _options(unit: Unit, reader: Reader) -> Iterator[Event]:
    for one in Option.objects.visible_to(reader).filter(unit=unit).select_related("demand"):
        what = _("Option until %(day)s (%(state)s)") % {
            "day": in_words(one.until),
            "state": one.get_state_display(),
        }
        yield Event(localtime(one.created_at).date(), what, one.demand.title, url=_page(one, reader))


def _page(one: Visit | Option, reader: Reader) -> str:
    """The page of the demand, for who may open it."""
    return one.demand.get_absolute_url() if reader.has_role(*DEVELOPERS) else ""


def _sightings(unit: Unit, reader: Reader) -> Iterator[Event]:
    for one in Sighting.objects.visible_to(reader).filter(unit=unit):
        said = {True: _("looks empty"), False: _("looks occupied"), None: ""}[one.empty]
        yield Event(localtime(one.seen_at).date(), pgettext("story of premises", "Seen on the field"), said)


def _changes(unit: Unit, reader: Reader) -> Iterator[Event]:
    """What changed in the description of the unit, by whom for who develops premises."""
    events: Any = event_model(Unit)
    rows = list(
        events._default_manager.filter(pgh_obj_id=unit.pk)
        .order_by("-pgh_id")
        .values("pgh_created_at", "pgh_context", *_told())[: MOST_CHANGES + 1]
    )
    names = _names(rows) if reader.has_role(*DEVELOPERS) else {}
    for now, before in pairwise(rows):
        said = _difference(before, now)
        if said:
            who = names.get(_by(now), "")
            what = _("Changed by %(who)s") % {"who": who} if who else _("Changed")
            yield Event(localtime(now["pgh_created_at"]).date(), what, "; ".join(said))


def _told() -> dict[str, Any]:
    return {field.attname: field for field in Unit._meta.concrete_fields if field.name not in UNTOLD}


def _names(rows: list[Mapping[str, Any]]) -> dict[str, str]:
    keys = {key for row in rows if (key := _by(row))}
    return {str(one.pk): str(one) for one in Account.objects.filter(pk__in=keys)}


def _by(row: Mapping[str, Any]) -> str:
    """The identifier of the account that made a change; "" for the software."""
    return (row["pgh_context"] or {}).get("account") or ""


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is another in the second row; of what points elsewhere, that it does alone."""
    said = []
    for name, field in _told().items():
        if before[name] == now[name]:
            continue
        words = {
            "field": field.verbose_name,
            "before": _in_words(field, before[name]),
            "after": _in_words(field, now[name]),
        }
        pointing = field.related_model is not None
        said.append((_("%(field)s: another") if pointing else _("%(field)s: %(before)s → %(after)s")) % words)
    return said


def _in_words(field: Any, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, Decimal):
        return number(value, 2)
    if isinstance(value, list):
        labels = dict(field.base_field.flatchoices or ())
        value = ", ".join(str(labels.get(one, one)) for one in value)
    value = dict(field.flatchoices or ()).get(value, value)
    return Truncator(shown_text(value)).chars(LONGEST_VALUE)
