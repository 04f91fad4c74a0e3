"""Stands of companies at a meeting: asked for, confirmed, their planning, taken away."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship.forms.meetings import StandForm
from croisee.apprenticeship.models import Meeting, MeetingState, Result, Stand
from croisee.apprenticeship.queries import meetings as queries
from croisee.apprenticeship.services import meetings as services
from croisee.apprenticeship.views.meetings import trail_of
from croisee.directory import rome
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said

HOLDERS = (Role.EMPLOYER, Role.PROGRAMME_MANAGER)


def _organises(account: Account, meeting: Meeting) -> bool:
    return Meeting.objects.visible_to(account).organised_by(account).filter(pk=meeting.pk).exists()


@role_required(*HOLDERS)
@require_http_methods(METHODS)
def new_stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A stand given by who organises, or asked for by a company."""
    account = signed_in(request)
    meeting = get_object_or_404(Meeting.objects.visible_to(account), pk=pk)
    organises = _organises(account, meeting)
    if not organises and not account.has_role(Role.EMPLOYER):
        raise Http404
    fresh = Stand(meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    form = StandForm(request.POST or None, instance=fresh, account=account, organises=organises)
    page = FormPage(
        _("New stand") if organises else _("Ask for a stand"),
        trail_of(meeting),
        "" if organises else _("Who organises confirms it: people can then book."),
        _("Give the stand") if organises else _("Ask for the stand"),
        _("The stand is there, with its slots.")
        if organises
        else _("The stand is asked for: who organises will confirm it."),
    )
    return page.answer(
        request,
        form,
        lambda: services.ask_for_stand(
            meeting, form.cleaned_data["organisation"], form.cleaned_data, confirmed=organises
        ),
        meeting.get_absolute_url(),
    )


@role_required(*HOLDERS)
@require_http_methods(METHODS)
def edit_stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a stand; its slots follow."""
    account = signed_in(request)
    found = get_object_or_404(
        Stand.objects.visible_to(account).held_by(account).select_related("meeting", "organisation"), pk=pk
    )
    organises = _organises(account, found.meeting)
    form = StandForm(request.POST or None, instance=found, account=account, organises=organises)
    page = FormPage(_("Change the stand"), trail_of(found.meeting), said=_("The stand is saved."))
    return page.answer(request, form, lambda: services.change_stand(found, form.cleaned_data))


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def confirm_stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm a stand that a company asked for: its slots are there from now on."""
    account = signed_in(request)
    found = get_object_or_404(
        Stand.objects.visible_to(account)
        .filter(meeting__in=Meeting.objects.visible_to(account).organised_by(account))
        .select_related("meeting"),
        pk=pk,
    )
    done = _("The stand is confirmed: people can book.")
    said(request, lambda: services.change_stand(found, {}, confirmed=True), done)
    return redirect(found.meeting)


@role_required(*HOLDERS)
@require_POST
def withdraw_stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a stand away."""
    found = get_object_or_404(
        Stand.objects.visible_to(signed_in(request)).held_by(signed_in(request)).select_related("meeting"),
        pk=pk,
        meeting__state__in=[MeetingState.DRAFT, MeetingState.PUBLISHED],
    )
    said(
        request,
        lambda: services.withdraw_stand(found),
        _("The stand is taken away; those who had booked are told."),
    )
    return redirect(found.meeting)


@role_required(*HOLDERS)
@require_safe
def stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The planning of a stand: first names, the jobs looked for, presence and result in one click."""
    account = signed_in(request)
    found = get_object_or_404(
        Stand.objects.visible_to(account).held_by(account).select_related("meeting", "organisation"), pk=pk
    )
    context = {
        "stand": found,
        "meeting": found.meeting,
        "slots": queries.planning_of(found),
        "waiting": queries.waiting_at(found),
        "jobs": [rome.label_of(code) for code in found.jobs],
        "results": Result.choices,
        "to_note": localdate() >= localdate(found.starts_at),
        "may_change": found.meeting.state in (MeetingState.DRAFT, MeetingState.PUBLISHED),
        "trail": trail_of(found.meeting),
    }
    return render(request, "apprenticeship/meetings/stand.html", context)
