"""Appointments: one's list, the file for one's calendar, what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.listings import Column, Listing
from croisee.journeys.calendars import calendar_of
from croisee.journeys.forms.following import AppointmentForm
from croisee.journeys.models import Appointment, AppointmentState
from croisee.journeys.queries import following as queries
from croisee.journeys.queries.recipients import person_account
from croisee.journeys.services.following import appointments as services
from croisee.journeys.views.following.common import (
    TEAM,
    back_to,
    done_or_refused,
    form_page,
    hanging,
    name_of,
    note_export,
    saved,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

READERS = (*TEAM, Role.FAMILY)
TONES = {
    AppointmentState.PLANNED: "info",
    AppointmentState.ATTENDED: "ok",
    AppointmentState.EXCUSED: "warn",
    AppointmentState.MISSED: "bad",
}


@role_required(*TEAM)
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """One's appointments: those to come first asked for, then all."""
    account = signed_in(request)
    words = {
        "to_come": _("to come"),
        "to_note": _("past, to be noted"),
        "over": _("noted"),
    }
    listing = Listing(
        request,
        queries.with_when(queries.appointments_of(account)).order_by("rank", "starts_at"),
        name="appointments",
        columns=[
            Column("starts_at", _("Date and hour"), lambda row: row.starts_at, "starts_at"),
            Column(
                "person",
                _("Person"),
                lambda row: name_of(row.journey),
                "journey__person__family_name",
                link=lambda row: f"{row.journey.get_absolute_url()}#appointments",
            ),
            Column("place", _("Place"), lambda row: row.place),
            Column("subject", _("Subject"), lambda row: row.subject),
            Column(
                "state",
                _("State"),
                lambda row: words["to_note"] if row.when == "to_note" else row.get_state_display(),
                badge=lambda row: "warn" if row.when == "to_note" else TONES.get(row.state, ""),
            ),
        ],
        search=["journey__person__family_name", "journey__person__given_name"],
        choices={"when": (_("When"), list(words.items()))},
        empty_title=_("No appointment"),
        empty_text=_("Plan one from the page of somebody whom you follow."),
    )
    if listing.wants_export:
        note_export(account, _("list of appointments"))
        return listing.export()
    return render(request, "journeys/following/appointments.html", {"listing": listing})


@role_required(*READERS)
@require_safe
def appointments_file(request: HttpRequest) -> HttpResponse:
    """One's appointments of the last three months and to come, for a calendar: as référent, or as the person."""
    account = signed_in(request)
    since = timezone.now() - queries.KEPT_IN_CALENDARS
    rows = list(queries.appointments_of(account).filter(starts_at__gte=since))
    content = calendar_of(rows, named=True) if rows else calendar_of(queries.own_appointments(account))
    return _calendar(content)


@role_required(*READERS)
@require_safe
def appointment_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One appointment, for a calendar."""
    account = signed_in(request)
    rows = Appointment.objects.visible_to(account)
    row = get_object_or_404(
        rows.select_related("journey__person", "journey__programme", "with_account"), pk=pk
    )
    record_read(account, row.journey, _("appointment"), person_account(row.journey))
    return _calendar(calendar_of([row], named=row.with_account_id == account.pk))


def _calendar(content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="rendez-vous.ics"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@role_required(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move an appointment, or say another place or subject."""
    row = hanging(request, Appointment, pk)
    if row.state != AppointmentState.PLANNED:
        return redirect(f"{reverse('journeys:journey', args=[row.journey_id])}#appointments")
    form = AppointmentForm(request.POST or None, row)

    def act() -> None:
        services.change_appointment(row, form.cleaned_data, seen=form.seen_at())

    if saved(request, form, act, _("The appointment is saved: the person is told of what changed.")):
        return back_to(row.journey, "appointments")
    lead = _("The person receives an e-mail that replaces the appointment in the calendar.")
    return form_page(request, form, _("Move the appointment"), _("Save"), row.journey, lead=lead)


@role_required(*TEAM)
@require_POST
def move_appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Attended, excused, missed, cancelled."""
    row, account = hanging(request, Appointment, pk), signed_in(request)
    name = request.POST.get("transition", "")
    said = {
        "attend": _("Noted: attended. The exchange is noted too: add what was said."),
        "excuse": _("Noted: excused."),
        "miss": _("Noted: missed."),
        "cancel": _("The appointment is cancelled: the person is told."),
    }
    if name not in said:
        raise Http404(name)
    done_or_refused(request, lambda: services.move_appointment(row, name, account), said[name])
    return back_to(row.journey, "appointments")
