"""Experts: who advises on what, whom the manager invites, the hours that they lay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.incubation.forms.advice import ExpertForm, InviteExpertForm, LayForm
from croisee.incubation.models import Expert
from croisee.incubation.queries import advice as queries
from croisee.incubation.services import advice as services

MANAGER = (Role.INCUBATOR_MANAGER,)
BOOKERS = (Role.PROJECT_HOLDER, Role.EMPLOYER, Role.INCUBATOR_MANAGER)
ADVISERS = (Role.EXPERT, Role.INCUBATOR_MANAGER)
EVERYBODY = (*BOOKERS, Role.EXPERT)
PER_PAGE = 20


def trail_of(account: Account, found: Expert | None = None) -> list[tuple[str, str]]:
    """Where a page hangs: the manager's page, the expert's own, else the list of experts."""
    if account.has_role(*MANAGER):
        trail = [(reverse("incubation:advice"), _("Advice"))]
    elif account.has_role(Role.EXPERT):
        trail = [(reverse("incubation:my_advice"), _("My appointments"))]
    else:
        trail = [(reverse("incubation:experts"), _("Advice by experts"))]
    if found is not None:
        trail.append((reverse("incubation:expert", args=[found.pk]), str(found)))
    return trail


def _given(account: Account, pk: UUID) -> Expert:
    """An expert whose hours the account may lay: oneself, or one of an incubator that one manages. Http404 else."""
    rows = Expert.objects.visible_to(account).select_related("account", "incubator__organisation")
    found = get_object_or_404(rows, pk=pk)
    if found.account_id != account.pk and not queries.manages(account, found):
        raise Http404
    return found


def _managed(account: Account, pk: UUID) -> Expert:
    found = _given(account, pk)
    if not queries.manages(account, found):
        raise Http404
    return found


@role_required(*BOOKERS)
@require_safe
def experts(request: HttpRequest) -> HttpResponse:
    """Experts with their topics and the nearest free hours: two clicks to an appointment."""
    account = signed_in(request)
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.experts_for(account, words), PER_PAGE).get_page(request.GET.get("page"))
    shown: list[Any] = list(page.object_list)
    hours, where = queries.free_of(shown), queries.bookable(account)
    for one in shown:
        one.bookable = one.incubator_id in where
        one.first_days = queries.by_day(hours.get(one.pk, []))
    context = {
        "experts": shown,
        "page": page,
        "words": words,
        "manages": account.has_role(*MANAGER),
        "own": account.has_role(Role.PROJECT_HOLDER, Role.EMPLOYER),
        "trail": trail_of(account) if account.has_role(*MANAGER) else [],
    }
    return render(request, "incubation/advice/experts.html", context)


@role_required(*EVERYBODY)
@require_safe
def expert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One expert: on what, all free hours."""
    account = signed_in(request)
    rows = Expert.objects.visible_to(account).select_related("account", "incubator")
    found = get_object_or_404(rows, pk=pk)
    manages = queries.manages(account, found)
    context = {
        "expert": found,
        "days": queries.by_day(queries.free_hours(found)) if found.ended_on is None else [],
        "manages": manages,
        "gives": manages or found.account_id == account.pk,
        "books": account.has_role(*BOOKERS) and found.incubator_id in queries.bookable(account),
        "trail": trail_of(account),
    }
    return render(request, "incubation/advice/expert.html", context)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def invite_expert(request: HttpRequest) -> HttpResponse:
    """Invite an expert."""
    account = signed_in(request)
    incubators = queries.incubators_of(account).select_related("organisation")
    if not incubators.exists():
        messages.info(request, _("Write your incubator first: its page, then its spaces and its rents."))
        return redirect("incubation:new_incubator")
    form = InviteExpertForm(request.POST or None, incubators=incubators)
    page = FormPage(
        _("Invite an expert"),
        trail_of(account),
        _("An e-mail says how to sign in with a link, without a password."),
        _("Send the invitation"),
        _("The invitation has left: now lay the hours, or let the expert do it."),
    )
    return page.answer(request, form, lambda: services.invite(form.where(), form.cleaned_data))


@role_required(*ADVISERS)
@require_http_methods(METHODS)
def edit_expert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is said of an expert."""
    account = signed_in(request)
    found = _given(account, pk)
    form = ExpertForm(request.POST or None, instance=found, account=account)
    page = FormPage(_("What is said of the expert"), trail_of(account, found), said=_("It is saved."))
    return page.answer(request, form, lambda: services.change(found, form.cleaned_data, form.last_seen()))


@role_required(*MANAGER)
@require_POST
def end_expert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An expert no longer advises here."""
    account = signed_in(request)
    found = _managed(account, pk)
    said(request, lambda: services.end(found), _("Noted: this expert no longer advises here."))
    return redirect(found)


@role_required(*ADVISERS)
@require_safe
def expert_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hours of an expert, free and booked; those that are free can be ticked and taken away."""
    account = signed_in(request)
    found = _given(account, pk)
    slots = queries.hours_of(found)
    context = {
        "expert": found,
        "days": queries.by_day(slots),
        "free": sum(one.appointment is None for one in slots),
        "booked": sum(one.appointment is not None for one in slots),
        "trail": trail_of(account, found),
    }
    return render(request, "incubation/advice/hours.html", context)


@role_required(*ADVISERS)
@require_http_methods(METHODS)
def lay_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lay hours over a period."""
    account = signed_in(request)
    found = _given(account, pk)
    form = LayForm(request.POST or None)
    page = FormPage(
        _("Lay hours"),
        trail_of(account, found),
        _("Every week the same, over the period; up to 200 hours at once, none over an hour that is there."),
        _("Lay these hours"),
        _("The hours are laid: they can be booked."),
    )
    to = reverse("incubation:expert_hours", args=[pk])
    return page.answer(request, form, lambda: services.lay(found, form.cleaned_data), to)


@role_required(*ADVISERS)
@require_POST
def remove_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away the free hours that were ticked."""
    found = _given(signed_in(request), pk)
    chosen = [key for text in request.POST.getlist("slot") if (key := _uuid(text)) is not None]
    if chosen:
        said(request, lambda: services.take_away(found, chosen), _removed(len(chosen)))
    else:
        said(request, _refuse_nothing, "")
    return redirect("incubation:expert_hours", pk)


def _refuse_nothing() -> None:
    raise ValidationError(_("Tick the hours to take away."))


def _removed(count: int) -> str:
    return ngettext("%(n)d hour is taken away.", "%(n)d hours are taken away.", count) % {"n": count}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
