"""Appointments with experts as a file that calendars read (RFC 5545): with whom, where, when; not about what."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.incubation.models import Advice


def calendar_of(rows: Iterable[Advice]) -> bytes:
    """Appointments, with `slot__expert__account`, `slot__expert__incubator` and `project` at hand."""
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar.new(prodid="-//Croisée//FR", method="PUBLISH")
    for row in rows:
        where = row.slot.place or row.slot.expert.incubator.address
        if row.slot.remote:
            where = ", ".join(part for part in (_("by telephone or video"), row.slot.place) if part)
        calendar.add_component(
            Event.new(
                uid=f"{row.pk}@croisee",
                summary=_("Advice: %(project)s, with %(expert)s")
                % {"project": row.project.title, "expert": row.slot.expert},
                start=row.slot.starts_at.astimezone(zone),
                end=row.slot.ends_at.astimezone(zone),
                location=where,
                stamp=row.updated_at,
            )
        )
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
