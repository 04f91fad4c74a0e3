"""Appointments as files that other software reads (RFC 5545, and RFC 5546 for those that ask)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress
from icalendar.enums import STATUS

from croisee.journeys.models import AppointmentState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.journeys.models import Appointment

OVER = (AppointmentState.CANCELLED, AppointmentState.EXCUSED)


def calendar_of(
    appointments: Iterable[Appointment], method: str = "PUBLISH", *, named: bool = False, attendee: str = ""
) -> bytes:
    """A calendar of appointments, in the active language, in the time of the installation (with its VTIMEZONE).

    `method` is REQUEST or CANCEL in an e-mail to the person, PUBLISH in a file that one takes. `named` says the first
    name of the person, for who follows them; `attendee` is the e-mail address of who is asked to come. Each
    appointment comes with its journey, person, programme and `with_account`.
    """
    calendar = Calendar.new(
        prodid="-//Croisée//FR",
        method=method,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    for appointment in appointments:
        event = _event(appointment, named=named)
        if attendee:
            event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters={"RSVP": "FALSE"})
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(row: Appointment, *, named: bool) -> Event:
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event.new(
        uid=f"{row.pk}@croisee",
        summary=_summary(row, named=named),
        start=row.starts_at.astimezone(zone),
        end=(row.starts_at + dt.timedelta(minutes=row.minutes)).astimezone(zone),
        location=row.place or None,
        stamp=row.updated_at,
        last_modified=row.updated_at,
        sequence=row.sequence,
        status=STATUS.CANCELLED if row.state in OVER else STATUS.CONFIRMED,
    )
    if row.with_account is not None:
        organizer = vCalAddress(f"mailto:{row.with_account.email}")
        organizer.params["CN"] = str(row.with_account)
        event["organizer"] = organizer
    return event


def _summary(row: Appointment, *, named: bool) -> str:
    person = row.journey.person
    if named and person is not None:
        return _("Appointment with %(name)s") % {"name": person.given_name}
    return _("Appointment: %(programme)s") % {"programme": row.journey.programme.name}
