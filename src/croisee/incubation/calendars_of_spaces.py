"""Bookings of spaces as files that calendars read (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from croisee.incubation.models import Booking


def calendar_of(bookings: Sequence[Booking]) -> bytes:
    """Bookings: which space, where, when. It names nobody."""
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar.new(prodid="-//Croisée//FR", method="PUBLISH")
    for row in bookings:
        incubator = row.space.incubator
        calendar.add_component(
            Event.new(
                uid=f"{row.pk}@croisee",
                summary=f"{row.space} ({incubator})",
                start=row.starts_at.astimezone(zone),
                end=row.ends_at.astimezone(zone),
                location=incubator.address or None,
                stamp=row.updated_at,
            )
        )
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
