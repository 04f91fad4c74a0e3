"""Booking slots at stands, for oneself or for somebody one follows; who came, and what came of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from croisee.apprenticeship.forms.meetings import ResultForm
from croisee.apprenticeship.models import Booking, BookingState, Meeting, Registration, Stand
from croisee.apprenticeship.queries import meetings as queries
from croisee.apprenticeship.services import bookings as services
from croisee.apprenticeship.views.meetings import trail_of
from croisee.directory.models import Person
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import said
from croisee.foundation.lifecycles.services import TransitionRefused

BOOKERS = (Role.FAMILY, Role.REFERENT, Role.PROGRAMME_MANAGER)


def _person(request: HttpRequest, account: Account) -> Person:
    """For whom: one of those one may book for, the only one when nobody is named. Http404 for another."""
    people = queries.people_of(account)
    asked = request.POST.get("person", "")
    if not asked and len(people) == 1:
        return people[0]
    for one in people:
        if str(one.pk) == asked:
            return one
    raise Http404


@role_required(*BOOKERS)
@require_POST
def book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book the slot asked for, or the first that suits; a place on the waiting list when there is none."""
    account = signed_in(request)
    stand = get_object_or_404(Stand.objects.visible_to(account).select_related("meeting"), pk=pk)
    person = _person(request, account)
    slot = None
    if asked := request.POST.get("slot", ""):
        slot = next((one for one in stand.slots.all() if str(one.pk) == asked), None)
        if slot is None:
            messages.error(request, _("This slot is over: choose another."))
            return redirect(stand.meeting)
    try:
        booking = services.book(stand, person, account, slot)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _said(booking))
    return redirect(f"{stand.meeting.get_absolute_url()}#s-{stand.pk}")


def _said(booking: Booking) -> str:
    if booking.starts_at is None:
        return _("All slots are taken: you are on the waiting list, and will be told when one is free.")
    hour = date_format(localtime(booking.starts_at), "l j F Y, H:i")
    return _("Booked: %(hour)s.") % {"hour": hour}


@role_required(*BOOKERS)
@require_POST
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that somebody comes to a meeting, or does not after all."""
    account = signed_in(request)
    meeting = get_object_or_404(Meeting.objects.visible_to(account), pk=pk)
    person = _person(request, account)
    if request.POST.get("do") == "leave":
        row = get_object_or_404(Registration.objects.visible_to(account), meeting=meeting, person=person)
        said(request, lambda: services.leave(row, account), _("The registration is taken back."))
    else:
        done = _("Registered: see you there.")
        said(request, lambda: services.register(meeting, person, account), done)
    return redirect(meeting)


@role_required(Role.FAMILY)
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    """One's own slots to come."""
    rows = queries.own_bookings(signed_in(request)).select_related("stand__meeting", "stand__organisation")
    context = {"bookings": list(rows), "trail": trail_of()}
    return render(request, "apprenticeship/meetings/bookings.html", context)


@role_required(*BOOKERS)
@require_POST
def cancel_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a slot back."""
    account = signed_in(request)
    mine = Booking.objects.visible_to(account).filter(person__in=queries.people_of(account))
    booking = get_object_or_404(mine.select_related("stand__meeting"), pk=pk)
    try:
        services.cancel(booking, account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("The slot is given back: it goes to who waits."))
    return redirect(booking.stand.meeting)


@role_required(Role.EMPLOYER, Role.PROGRAMME_MANAGER)
@require_POST
def note_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note who came and what came of it."""
    account = signed_in(request)
    held = Booking.objects.visible_to(account).filter(
        stand__in=Stand.objects.visible_to(account).held_by(account)
    )
    booking = get_object_or_404(held.exclude(state=BookingState.CANCELLED).select_related("stand"), pk=pk)
    try:
        _note(request, booking, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    return redirect(f"{reverse('apprenticeship:stand', args=[booking.stand_id])}#b-{booking.pk}")


def _note(request: HttpRequest, booking: Booking, account: Account) -> None:
    if request.POST.get("result") == "missed":
        services.note_presence(booking, False, account)
        return
    form = ResultForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("Choose what came of it."))
    services.note_result(booking, form.cleaned_data["result"], form.cleaned_data["note"], account)
