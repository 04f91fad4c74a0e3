"""Appointments with experts: the manager's agenda, the expert's own, the holder's; booked, moved, held, noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing, Where
from croisee.incubation.advice_calendar import calendar_of
from croisee.incubation.forms.advice import AdviceNoteForm, BookForm, MoveForm
from croisee.incubation.models import Advice, AdviceSlot, AdviceState
from croisee.incubation.queries import advice as queries
from croisee.incubation.services import advice_bookings as services
from croisee.incubation.views.experts import ADVISERS, BOOKERS, EVERYBODY, MANAGER, trail_of

TONES = {
    AdviceState.BOOKED: "info",
    AdviceState.ATTENDED: "ok",
    AdviceState.MISSED: "warn",
    AdviceState.CANCELLED: "",
}
BY_EXPERT = "slot__expert__account__name"


def _where(row: Advice) -> str:
    return reverse("incubation:appointment", args=[row.pk])


def _when(row: Advice) -> str:
    return date_format(timezone.localtime(row.slot.starts_at), "SHORT_DATETIME_FORMAT")


@role_required(*MANAGER)
@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """The manager's page: what is to come and past, how many come, experts and their free hours."""
    account = signed_in(request)
    now = timezone.now()
    booked = Q(state=AdviceState.BOOKED)
    periods = [
        (Where("to_come", booked & Q(slot__starts_at__gt=now)), _("To come")),
        (Where("to_note", booked & Q(slot__starts_at__lte=now)), _("To note")),
        (Where("past", ~booked & Q(slot__starts_at__lte=now)), _("Past")),
    ]
    listing = Listing(
        request,
        queries.agenda(account),
        name="appointments",
        columns=[
            Column("when", _("When"), _when, "slot__starts_at", link=_where),
            Column("project", _("Project"), lambda row: row.project.title, "project__title"),
            Column(
                "holder", _("Project holder"), lambda row: str(row.project.holder or ""), "project__holder"
            ),
            Column("expert", pgettext("adviser", "Expert"), lambda row: str(row.slot.expert), BY_EXPERT),
            Column(
                "state", _("Stands"), Advice.get_state_display, "state", badge=lambda row: TONES[row.state]
            ),
        ],
        search=["project__title", "slot__expert__account__name", "question"],
        choices={"when": (_("Period"), periods), "state": (_("Stands"), AdviceState.choices)},
        empty_title=_("No appointment yet"),
        empty_text=_("Invite experts and lay their hours: project holders book them in two clicks."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "figures": queries.figures(account),
        "experts": list(queries.experts_managed(account)[:100]),
        "trail": [],
    }
    return render(request, "incubation/advice/advice.html", context)


@role_required(Role.EXPERT)
@require_safe
def my_advice(request: HttpRequest) -> HttpResponse:
    """The expert's page: today, to come, to note, past."""
    account = signed_in(request)
    context = {
        "parts": queries.in_parts(queries.agenda(account).filter(slot__expert__account=account)),
        "expertise": list(queries.expertise_of(account)),
    }
    return render(request, "incubation/advice/mine.html", context)


@role_required(Role.PROJECT_HOLDER, Role.EMPLOYER)
@require_safe
def own_advice(request: HttpRequest) -> HttpResponse:
    """The holder's page: one's appointments, with what was advised."""
    account = signed_in(request)
    context = {
        "parts": queries.in_parts(queries.own(account)),
        "trail": [(reverse("incubation:experts"), _("Advice by experts"))],
    }
    return render(request, "incubation/advice/own.html", context)


@role_required(*BOOKERS)
@require_http_methods(METHODS)
def book_advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book an hour: for which project, to talk about what."""
    account = signed_in(request)
    rows = AdviceSlot.objects.visible_to(account).select_related("expert__account", "expert__incubator")
    slot = get_object_or_404(rows, pk=pk)
    projects = queries.projects_for(account).filter(incubator=slot.expert.incubator_id)
    if not projects.exists():
        raise Http404
    if not queries.is_free(slot):
        if known := queries.own_of(account, slot):
            return redirect(_where(known))
        messages.error(request, _("Somebody else has this hour: choose another."))
        return redirect(slot.expert)
    form = BookForm(request.POST or None, projects=projects)
    start = timezone.localtime(slot.starts_at)
    page = FormPage(
        _("Book an appointment"),
        trail_of(account, slot.expert),
        _("%(when)s, with %(expert)s.")
        % {"when": capfirst(date_format(start, "l j F Y, H:i")), "expert": slot.expert},
        _("Book this hour"),
        _("Booked: an e-mail confirms it, with a file for your calendar."),
    )
    return page.answer(
        request,
        form,
        lambda: services.book(slot, form.chosen(), form.cleaned_data["question"], account),
    )


def _found(account: Account, pk: UUID) -> Advice:
    rows = Advice.objects.visible_to(account).select_related(*queries.WITHIN, "booked_by")
    return get_object_or_404(rows, pk=pk)


@role_required(*EVERYBODY)
@require_safe
def appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One appointment: when, with whom, about what, what was advised."""
    account = signed_in(request)
    found = _found(account, pk)
    gives = queries.gives(account, found)
    begun = found.slot.starts_at <= timezone.now()
    context = {
        "advice": found,
        "gives": gives,
        "begun": begun,
        "open": found.state == AdviceState.BOOKED and not begun,
        "notable": gives and begun and found.state != AdviceState.CANCELLED,
        "tone": TONES[AdviceState(found.state)],
        "trail": _trail(account),
    }
    return render(request, "incubation/advice/appointment.html", context)


def _trail(account: Account) -> list[tuple[str, str]]:
    if account.has_role(*ADVISERS):
        return trail_of(account)
    own = (reverse("incubation:own_advice"), _("My appointments"))
    return [*trail_of(account), own]


@role_required(*EVERYBODY)
@require_safe
def advice_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One appointment, for calendars."""
    found = _found(signed_in(request), pk)
    if found.state == AdviceState.CANCELLED:
        raise Http404
    response = HttpResponse(calendar_of([found]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


@role_required(*EVERYBODY)
@require_POST
def cancel_advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel an appointment to come."""
    account = signed_in(request)
    found = _found(account, pk)
    done = _("The appointment is cancelled, and the other side is told.")
    _do(request, lambda: services.cancel(found, account), done)
    return redirect(_where(found))


def _do(request: HttpRequest, act: Any, done: str) -> None:
    try:
        said(request, act, done)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)


@role_required(*EVERYBODY)
@require_http_methods(METHODS)
def move_advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move an appointment to another hour of the same expert."""
    account = signed_in(request)
    found = _found(account, pk)
    if found.state != AdviceState.BOOKED or found.slot.starts_at <= timezone.now():
        messages.error(request, _("This appointment is over or cancelled: book another."))
        return redirect(_where(found))
    slots = queries.free_to_move(found)
    if not slots:
        messages.error(request, _("This expert has no other free hour: cancel, or ask the incubator."))
        return redirect(_where(found))
    form = MoveForm(request.POST or None, slots=slots)
    start = timezone.localtime(found.slot.starts_at)
    page = FormPage(
        _("Move the appointment"),
        [*_trail(account), (_where(found), found.project.title)],
        _("It is on %(when)s, with %(expert)s. Both sides are told of the new hour.")
        % {"when": date_format(start, "l j F Y, H:i"), "expert": found.slot.expert},
        _("Move the appointment"),
        _("The appointment is moved: both sides are told."),
    )
    return page.answer(request, form, lambda: services.move(found, form.chosen(), account), _where(found))


@role_required(*ADVISERS)
@require_POST
def attend_advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note whether an appointment was held."""
    account = signed_in(request)
    found = _given(account, pk)
    came = {"yes": True, "no": False}.get(request.POST.get("came", ""))
    if came is None:
        said(request, _refuse_unsaid, "")
    else:
        _do(request, lambda: services.attend(found, came, account), _("It is noted."))
    return redirect("incubation:note_advice" if came else "incubation:appointment", pk)


def _refuse_unsaid() -> None:
    raise ValidationError(_("Say whether the appointment was held."))


def _given(account: Account, pk: UUID) -> Advice:
    found = _found(account, pk)
    if not queries.gives(account, found):
        raise Http404
    return found


@role_required(*ADVISERS)
@require_http_methods(METHODS)
def note_advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write what was advised."""
    account = signed_in(request)
    found = _given(account, pk)
    form = AdviceNoteForm(request.POST or None, instance=found, account=account)
    page = FormPage(
        _("What was advised"),
        [*_trail(account), (_where(found), found.project.title)],
        _("Advice on %(when)s about “%(project)s”.")
        % {
            "when": date_format(timezone.localtime(found.slot.starts_at), "l j F Y, H:i"),
            "project": found.project.title,
        },
        said=_("The notes are saved."),
    )
    return page.answer(
        request,
        form,
        lambda: services.note(
            found, form.cleaned_data["note"], form.cleaned_data["private_note"], form.last_seen()
        ),
        _where(found),
    )
