"""Meetings and slots as files that calendars read (RFC 5545)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

if TYPE_CHECKING:
    from croisee.apprenticeship.models import Booking, Meeting


def calendar_of(booking: Booking) -> bytes:
    """One slot: with which company, where, when; it says nothing of the person."""
    if booking.starts_at is None or booking.ends_at is None:
        raise ValueError("a booking that waits has no hour")
    where = ", ".join(part for part in (booking.stand.meeting.place, booking.stand.table) if part)
    return _file(
        f"{booking.pk}@croisee",
        str(booking.stand.organisation),
        (booking.starts_at, booking.ends_at),
        where,
        booking.updated_at,
    )


def calendar_of_meeting(meeting: Meeting) -> bytes:
    """One meeting that is announced."""
    return _file(
        f"{meeting.pk}@croisee",
        meeting.title,
        (meeting.starts_at, meeting.ends_at),
        meeting.place,
        meeting.updated_at,
    )


def _file(uid: str, summary: str, span: tuple[datetime, datetime], place: str, stamp: datetime) -> bytes:
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar.new(prodid="-//Croisée//FR", method="PUBLISH")
    start, end = (moment.astimezone(zone) for moment in span)
    calendar.add_component(
        Event.new(uid=uid, summary=summary, start=start, end=end, location=place or None, stamp=stamp)
    )
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
