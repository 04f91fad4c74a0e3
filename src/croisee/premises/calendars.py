"""Visits as files that calendars read (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from croisee.premises.models import Visit

LENGTH = dt.timedelta(minutes=45)


def calendar_of(visit: Visit) -> bytes:
    """One visit: which premises, where, when; it says nothing of who comes."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = visit.at.astimezone(zone)
    calendar = Calendar.new(prodid="-//Croisée//FR", method="PUBLISH")
    event = Event.new(
        uid=f"{visit.pk}@croisee",
        summary=visit.unit.name,
        start=start,
        end=start + LENGTH,
        location=visit.meeting_point or visit.unit.address or None,
        stamp=visit.updated_at,
    )
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
