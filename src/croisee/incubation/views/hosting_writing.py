"""Agreements written, changed, signed, renewed, ended; another space on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.dates import last_day
from croisee.foundation.figures.book import NoFigure
from croisee.foundation.forms import METHODS, FormPage, moment
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.incubation.forms.hosting import (
    AgreementForm,
    EndForm,
    MoveForm,
    RentsFormSet,
    SignForm,
    steps_in,
)
from croisee.incubation.models import Agreement, AgreementState, Project, Space
from croisee.incubation.queries import hosting as queries
from croisee.incubation.queries.hosting_rules import Look, Wanted, look_at, wanted_of
from croisee.incubation.rents import in_force
from croisee.incubation.services import hosting as services
from croisee.incubation.services import hosting_changes as changes
from croisee.incubation.views.hosting import MANAGER, trail_of
from croisee.opportunities.tenure import ON_PUBLIC_DOMAIN, Tenure

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from croisee.foundation.accounts.models import Account

YEAR = 12


def _project(account: Account, pk: UUID) -> Project:
    rows = Project.objects.visible_to(account).managed_by(account).select_related("incubator", "company")
    return get_object_or_404(rows, pk=pk)


def _agreement(account: Account, pk: UUID) -> Agreement:
    rows = Agreement.objects.visible_to(account).managed_by(account)
    return get_object_or_404(
        rows.select_related(
            "incubator__organisation", "project__incubator", "project__company", "tenant", "previous"
        ),
        pk=pk,
    )


def _back(account: Account, row: Agreement) -> list[tuple[str, str]]:
    return [*trail_of(account), (row.get_absolute_url(), str(row.tenant))]


# Writing


@role_required(MANAGER)
@require_http_methods(METHODS)
def new_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write an agreement for a project's company: what it would be is shown before it is saved."""
    account = signed_in(request)
    project = _project(account, pk)
    if project.company is None:
        messages.error(
            request, _("An agreement is signed with a company: note it on the page of the project first.")
        )
        return redirect(project)
    today = timezone.localdate()
    kind = ON_PUBLIC_DOMAIN[0] if project.incubator.public_domain else Tenure.DEROGATORY
    blank = Agreement(
        incubator=project.incubator,
        project=project,
        tenant=project.company,
        kind=kind,
        starts_on=today,
        ends_on=last_day(today, YEAR),
    )
    page = FormPage(
        _("Write an agreement"),
        [*trail_of(account), (project.get_absolute_url(), str(project))],
        str(project.company),
        _("Write the draft"),
        _("The draft is written, with the rents of the grid."),
        template="incubation/hosting/write.html",
    )
    return _written(
        request,
        account,
        page,
        blank,
        queries.lettable(project),
        lambda form: services.draft(project, *_sent(form)),
    )


@role_required(MANAGER)
@require_http_methods(METHODS)
def edit_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft."""
    account = signed_in(request)
    row = _agreement(account, pk)
    if row.state != AgreementState.DRAFT:
        messages.error(request, _("This agreement is not a draft any more: it cannot be changed."))
        return redirect(row)
    page = FormPage(
        _("Change the agreement"),
        _back(account, row),
        str(row.tenant),
        said=_("The agreement is saved."),
        template="incubation/hosting/write.html",
    )
    return _written(
        request,
        account,
        page,
        row,
        queries.lettable(row.project),
        lambda form: services.change(row, *_sent(form), seen=form.last_seen()),
    )


@role_required(MANAGER)
@require_http_methods(METHODS)
def renew_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the agreement that follows another."""
    account = signed_in(request)
    row = _agreement(account, pk)
    if row.state != AgreementState.SIGNED:
        messages.error(request, _("Only an agreement that is signed and under way is renewed."))
        return redirect(row)
    values = services.next_values(row)
    blank = Agreement(
        incubator=row.incubator,
        project=row.project,
        tenant=row.tenant,
        previous=row,
        **values,
        ends_on=last_day(values["starts_on"], YEAR),
    )
    page = FormPage(
        _("Renew the agreement"),
        _back(account, row),
        _("It follows the one of %(tenant)s, which ends on its eve once this one is signed.")
        % {"tenant": row.tenant},
        _("Write the draft"),
        _("The draft is written, with the rents of the grid."),
        template="incubation/hosting/write.html",
    )
    return _written(
        request,
        account,
        page,
        blank,
        queries.lettable(row.project),
        lambda form: services.renew(row, *_sent(form)),
        ticked=row,
    )


def _sent(form: AgreementForm) -> tuple[dict[str, Any], list[Space]]:
    values = dict(form.cleaned_data)
    return values, list(values.pop("spaces"))


def _written(
    request: HttpRequest,
    account: Account,
    page: FormPage,
    row: Agreement,
    spaces: QuerySet[Space],
    save: Callable[[AgreementForm], Agreement],
    ticked: Agreement | None = None,
) -> HttpResponse:
    """The form of an agreement; asked to check, what it would be and nothing saved."""
    is_new = row._state.adding
    known = ticked or (None if is_new else row)
    first = [one.space_id for one in queries.occupancies_of(known) if one.ends_on is None] if known else []
    form = AgreementForm(
        request.POST or None, instance=row, account=account, spaces=spaces, initial={"spaces": first}
    )
    page.extra.update(queries.company_so_far(row.tenant, spaces, row.starts_on, None if is_new else row))
    page.extra["tenant"] = row.tenant
    if request.method == "POST" and "check" in request.POST and form.is_valid():
        look = _look(form, row)
        if look is not None:
            context = {"page": page, "form": form, "back": page.trail[-1][0], "look": look, **page.extra}
            return render(request, page.template, context)
    return page.answer(request, form, lambda: save(form))


def _look(form: AgreementForm, row: Agreement) -> Look | None:
    values, spaces = _sent(form)
    wanted = Wanted(
        project=row.project,
        tenant=row.tenant,
        kind=values["kind"],
        spaces=spaces,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        cause=values["cause"],
        previous=row.previous,
    )
    try:
        return services.looked(wanted)
    except ValidationError as refusal:
        form.refuse(refusal)
        return None


# Rents, the signature


@role_required(MANAGER)
@require_http_methods(METHODS)
def edit_rents(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rents of a draft, line by line."""
    account = signed_in(request)
    row = _agreement(account, pk)
    if row.state != AgreementState.DRAFT:
        messages.error(request, _("This agreement is not a draft any more: it cannot be changed."))
        return redirect(row)
    steps = queries.steps_of(row)
    lines = [
        {"starts_on": step.starts_on, "monthly": step.monthly, "market": step.market} for step in steps
    ] or [{"starts_on": row.starts_on}]
    formset = RentsFormSet(request.POST or None, initial=lines, prefix="rent")
    refusals: list[str] = []
    if request.method == "POST" and formset.is_valid():
        try:
            services.set_rents(row, steps_in(formset), seen=moment(request.POST.get("seen", "")))
        except ValidationError as refusal:
            refusals = list(refusal.messages)
        else:
            messages.success(request, _("The rents are saved."))
            return redirect(row)
    context = {
        "agreement": row,
        "formset": formset,
        "refusals": refusals,
        "trail": _back(account, row),
        "seen": row.updated_at.isoformat(),
    }
    status = 422 if formset.is_bound else 200
    return render(request, "incubation/hosting/rents.html", context, status=status)


@role_required(MANAGER)
@require_http_methods(METHODS)
def sign_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that an agreement is signed; what stands in the way is said first."""
    account = signed_in(request)
    row = _agreement(account, pk)
    if row.state != AgreementState.DRAFT:
        messages.error(request, _("This agreement is signed already, or was cancelled."))
        return redirect(row)
    form = SignForm(request.POST or None)
    page = FormPage(
        _("Note the signature"),
        _back(account, row),
        _("The spaces are held, the aid is counted, the reviews are planned."),
        _("Note that it is signed"),
        _("The agreement is signed: the company is hosted."),
        template="incubation/hosting/sign.html",
        extra={"agreement": row, "look": _look_or_none(row)},
    )
    return page.answer(request, form, lambda: services.sign(row, account, **form.cleaned_data))


def _look_or_none(row: Agreement) -> Look | None:
    try:
        return look_at(wanted_of(row))
    except NoFigure:
        return None


@role_required(MANAGER)
@require_POST
def cancel_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a draft up."""
    account = signed_in(request)
    row = _agreement(account, pk)
    try:
        services.cancel(row, account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("The draft is cancelled."))
    return redirect(row)


# Under way


@role_required(MANAGER)
@require_http_methods(METHODS)
def change_space(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a company another space from a day on."""
    account = signed_in(request)
    row = _agreement(account, pk)
    today = timezone.localdate()
    current = in_force(queries.steps_of(row), today)
    held = queries.occupancies_of(row).filter(held=True, ends_on__isnull=True)
    start = max(today, row.starts_on)
    form = MoveForm(
        request.POST or None,
        occupancies=held,
        spaces=queries.lettable(row.project, start),
        initial={
            "on": today,
            "occupancy": held.first(),
            "monthly": current.monthly if current else None,
            "market": current.market if current else None,
        },
    )
    page = FormPage(
        _("Change the space"),
        _back(account, row),
        _(
            "The rent that you write holds for the whole agreement from that day; more aid is counted on today’s date."
        ),
        _("Change the space"),
        _("The space is changed."),
    )
    return page.answer(
        request, form, lambda: changes.change_space(row, changes.Move(**form.cleaned_data), account)
    )


@role_required(MANAGER)
@require_http_methods(METHODS)
def end_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End an agreement: the last day, why, where to."""
    account = signed_in(request)
    row = _agreement(account, pk)
    if row.state != AgreementState.SIGNED:
        messages.error(request, _("This agreement is not signed, or is over."))
        return redirect(row)
    form = EndForm(request.POST or None, first=row.starts_on)
    page = FormPage(
        _("The company leaves"),
        _back(account, row),
        _("The agreement ends on its last day there. This is not undone: look at the date twice."),
        _("End the agreement"),
        _("The agreement is ended."),
    )

    def save() -> Agreement:
        values = dict(form.cleaned_data)
        return changes.end(row, values.pop("left_on"), values, account)

    return page.answer(request, form, save)
