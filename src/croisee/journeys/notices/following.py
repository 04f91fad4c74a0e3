"""The e-mails about one journey: appointments, with the file that calendars read, and corrections.

None says what the journey is about: an appointment, its hour, its place, with whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.journeys.models import Appointment

CATEGORY = _("My journey")
TEAM = _("People whom I follow")


def _appointment(context: dict[str, Any]) -> Appointment:
    """The appointment as it is when the e-mail leaves. NoLongerNeeded when another e-mail says more."""
    from croisee.journeys.models import Appointment

    rows = Appointment.objects.filter(pk=UUID(context["appointment"]), sequence=context["sequence"])
    row = rows.select_related("journey__person", "journey__programme", "with_account").first()
    if row is None or row.journey.person is None:
        raise NoLongerNeeded
    return row


def _said(context: dict[str, Any]) -> dict[str, Any]:
    row = _appointment(context)
    person = row.journey.person
    start = timezone.localtime(row.starts_at)
    return {
        **context,
        "first_name": person.given_name if person else "",
        "day": date_format(start, "l j F Y"),
        "hour": date_format(start, "TIME_FORMAT"),
        "minutes": row.minutes,
        "place": row.place,
        "who": str(row.with_account or ""),
        "programme": row.journey.programme.name,
        "path": reverse("journeys:my_journey"),
    }


def _still_planned(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.journeys.models import AppointmentState

    row = _appointment(context)
    if row.state != AppointmentState.PLANNED or row.starts_at < timezone.now():
        raise NoLongerNeeded
    return _said(context)


def _request(context: dict[str, Any]) -> Sequence[Attachment]:
    return [_file(context, "REQUEST")]


def _cancel(context: dict[str, Any]) -> Sequence[Attachment]:
    return [_file(context, "CANCEL")]


def _file(context: dict[str, Any], method: str) -> Attachment:
    from croisee.directory.models import Capacity, Contact
    from croisee.journeys.calendars import calendar_of

    row = _appointment(context)
    own = Contact.objects.filter(person=row.journey.person_id, capacity=Capacity.SELF).first()
    content = calendar_of([row], method, attendee=own.email if own else "")
    return Attachment("rendez-vous.ics", content, f"text/calendar; method={method}")


def _correction(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.journeys.models import Correction

    rows = Correction.objects.filter(pk=UUID(context["correction"]))
    row = rows.select_related("journey__person", "journey__programme").first()
    if row is None or row.journey.person is None:
        raise NoLongerNeeded
    return {
        **context,
        "person": str(row.journey.person),
        "first_name": row.journey.person.given_name,
        "about": row.about,
        "done": row.state == "done",
        "waiting": row.state == "asked",
        "answer": row.answer,
        "path": reverse("journeys:answer_correction", args=[row.pk]),
        "own_path": reverse("journeys:own_journey", args=[row.journey_id]),
    }


def _asked(context: dict[str, Any]) -> dict[str, Any]:
    said = _correction(context)
    if not said["waiting"]:
        raise NoLongerNeeded
    return said


PLANNED = register(
    Notice(
        "journeys.appointment_planned",
        _("An appointment is planned"),
        CATEGORY,
        can_be_disabled=False,
        completed=_still_planned,
        attached=_request,
        roles=(Role.FAMILY,),
    )
)
MOVED = register(
    Notice(
        "journeys.appointment_moved",
        _("An appointment is moved"),
        CATEGORY,
        can_be_disabled=False,
        completed=_still_planned,
        attached=_request,
        roles=(Role.FAMILY,),
    )
)
CANCELLED = register(
    Notice(
        "journeys.appointment_cancelled",
        _("An appointment is cancelled"),
        CATEGORY,
        can_be_disabled=False,
        completed=_said,
        attached=_cancel,
        roles=(Role.FAMILY,),
    )
)
REMINDED = register(
    Notice(
        "journeys.appointment_reminded",
        _("An appointment is tomorrow"),
        CATEGORY,
        completed=_still_planned,
        roles=(Role.FAMILY,),
    )
)
ASKED = register(
    Notice(
        "journeys.correction_asked",
        _("A person asks for a correction"),
        TEAM,
        completed=_asked,
        roles=(Role.REFERENT, Role.PROGRAMME_MANAGER),
    )
)
ANSWERED = register(
    Notice(
        "journeys.correction_answered",
        _("My request for a correction is answered"),
        CATEGORY,
        can_be_disabled=False,
        completed=_correction,
        roles=(Role.FAMILY,),
    )
)
