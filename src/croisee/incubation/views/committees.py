"""Committees: planned, their agenda, marks and decisions, the minutes; the criteria that they judge by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.dates import in_words
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import METHODS, FormPage, add_refusal, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.committees import CommitteeForm, CriterionForm, JudgeForm, MinutesForm
from croisee.incubation.models import Candidature, Committee, CommitteeState, Criterion, Verdict
from croisee.incubation.queries import committees as queries
from croisee.incubation.queries import projects as of_projects
from croisee.incubation.services import committees as services
from croisee.incubation.services import criteria as criteria_services
from croisee.incubation.services.minutes import issue_minutes
from croisee.incubation.views.common import MANAGER, committees_trail, projects_trail, the_incubator

STATES = {CommitteeState.PLANNED: "info", CommitteeState.CLOSED: "ok"}
VERDICTS = {Verdict.FAVOURABLE: "ok", Verdict.RESERVED: "warn", Verdict.REFUSED: "bad"}


def title_of(found: Committee) -> str:
    """How a committee is called."""
    return _("Committee of %(day)s") % {"day": in_words(found.held_on)}


@role_required(*MANAGER)
@require_safe
def committees(request: HttpRequest) -> HttpResponse:
    """The committees of the incubators that one manages, the last first."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.committees_listed(account),
        name="committees",
        columns=[
            Column("held_on", _("Held on"), sort="held_on", link=_page_of),
            Column(
                "incubator",
                pgettext("premises", "Incubator"),
                lambda row: row.incubator.name,
                "incubator__name",
            ),
            Column(
                "state",
                _("State"),
                Committee.get_state_display,
                "state",
                badge=lambda row: STATES.get(row.state, " "),
            ),
            Column("looked_at", _("Candidatures"), sort="looked_at", numeric=True),
            Column("accepted", pgettext("candidatures", "Accepted"), sort="accepted", numeric=True),
        ],
        choices={"state": (_("State"), CommitteeState.choices)},
        empty_title=_("No committee yet"),
        empty_text=_("Plan the first one: the candidatures that are sent are put on its agenda."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "trail": projects_trail(account)}
    return render(request, "incubation/committees/committees.html", context)


def _page_of(row: Committee) -> str:
    return reverse("incubation:committee", args=[row.pk])


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_committee(request: HttpRequest) -> HttpResponse:
    """Plan a committee."""
    account = signed_in(request)
    managed = of_projects.incubators_managed(account)
    row = Committee(incubator=managed[0]) if managed else Committee()
    form = CommitteeForm(request.POST or None, instance=row, account=account, incubators=managed)
    page = FormPage(
        _("Plan a committee"),
        committees_trail(),
        _("The candidatures that are sent are put on its agenda next."),
        _("Plan the committee"),
        _("The committee is planned. Now choose what is on its agenda."),
    )

    def save() -> Committee:
        row.incubator = form.cleaned_data["incubator"]
        return services.plan(row, form.cleaned_data)

    return page.answer(request, form, save, to=_page_of(row))


def _managed(request: HttpRequest, pk: UUID) -> tuple[Account, Committee]:
    account = signed_in(request)
    rows = Committee.objects.visible_to(account).select_related("incubator__organisation")
    return account, get_object_or_404(rows, pk=pk)


@role_required(*MANAGER)
@require_safe
def committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A committee: its agenda with scores and decisions; once closed, what was decided."""
    _account, found = _managed(request, pk)
    return _page(request, found)


def _page(request: HttpRequest, found: Committee, minutes: MinutesForm | None = None) -> HttpResponse:
    is_open = found.state == CommitteeState.PLANNED
    rows = queries.agenda_of(found)
    waiting = queries.waiting_for(found) if is_open else []
    criteria = queries.criteria_in_use(found.incubator) if is_open else []
    start = {"members": found.members, "remarks": found.remarks}
    context = {
        "committee": found,
        "title": title_of(found),
        "tone": STATES.get(CommitteeState(found.state), ""),
        "is_open": is_open,
        "rows": [(row, VERDICTS.get(row.verdict)) for row in rows],  # type: ignore[call-overload]  # "" is none
        "waiting": waiting,
        "criteria": criteria,
        "undecided": sum(not row.verdict for row in rows),
        "close_tone": "secondary" if any(not row.verdict for row in rows) else "",
        "minutes": (minutes or MinutesForm(initial=start)) if is_open and rows else None,
        "members": services.present_at(found.members),
        "trail": committees_trail(),
    }
    status = 422 if minutes is not None else 200
    return render(request, "incubation/committees/committee.html", context, status=status)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a committee to another day or place."""
    account, found = _managed(request, pk)
    form = CommitteeForm(request.POST or None, instance=found, account=account, incubators=[])
    page = FormPage(
        _("Move the committee"),
        [*committees_trail(), (_page_of(found), title_of(found))],
        said=_("The committee is saved."),
    )
    return page.answer(
        request,
        form,
        lambda: services.plan(found, form.cleaned_data, seen=form.last_seen()),
        to=_page_of(found),
    )


@role_required(*MANAGER)
@require_POST
def cancel_committee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a committee."""
    account, found = _managed(request, pk)
    done = _("The committee is cancelled; its candidatures wait for another one.")
    said(request, lambda: services.cancel(found, account), done)
    return redirect("incubation:committee", found.pk)


@role_required(*MANAGER)
@require_POST
def set_agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the candidatures ticked (`chosen`) on the agenda, and take the others off."""
    _account, found = _managed(request, pk)
    try:
        n = services.set_agenda(found, request.POST.getlist("chosen"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = ngettext("%(n)d candidature is on the agenda.", "%(n)d candidatures are on the agenda.", n)
        messages.success(request, text % {"n": n})
    return redirect("incubation:committee", found.pk)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def judge_candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the marks and the decision of a candidature on an agenda; nothing takes effect yet."""
    account = signed_in(request)
    rows = Candidature.objects.visible_to(account).managed_by(account)
    found: Any = get_object_or_404(queries.with_everything(rows), pk=pk)
    if found.committee is None or found.committee.state != CommitteeState.PLANNED:
        messages.error(request, _("This candidature is on the agenda of no committee to come."))
        return redirect("incubation:candidature", found.pk)
    criteria = queries.criteria_in_use(found.project.incubator)
    form = JudgeForm(found, criteria, request.POST or None)
    where = _page_of(found.committee)
    page = FormPage(
        found.project.title,
        [*committees_trail(), (where, title_of(found.committee))],
        _("Nothing takes effect before the minutes of the committee are closed."),
        _("Keep"),
        _("It is kept."),
        template="incubation/committees/judge.html",
        extra={"candidature": found, "project": found.project},
    )
    record_read(account, found, _("candidature for a place"))
    return page.answer(
        request,
        form,
        lambda: services.judge(found, form.marks(), form.cleaned_data, seen=form.last_seen()),
        to=where,
    )


@role_required(*MANAGER)
@require_POST
def write_minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the minutes as they are (`do=keep`), or close them (`do=close`): decisions take effect."""
    account, found = _managed(request, pk)
    form = MinutesForm(request.POST)
    if form.is_valid():
        closes = request.POST.get("do") == "close"
        try:
            if closes:
                services.close(found, form.cleaned_data, account)
            else:
                services.write_minutes(found, form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            text = (
                _("The minutes are closed: decisions took effect, and holders are told.")
                if closes
                else _("Kept. Nothing takes effect before the minutes are closed.")
            )
            messages.success(request, text)
            return redirect("incubation:committee", found.pk)
    found.refresh_from_db()
    if found.state != CommitteeState.PLANNED:
        messages.error(request, _("This committee is not open any more: nothing was changed."))
        return redirect("incubation:committee", found.pk)
    return _page(request, found, form)


@role_required(*MANAGER)
@require_POST
def minutes_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes, with a reference that anyone can verify."""
    account, found = _managed(request, pk)
    try:
        document: Any = issue_minutes(found, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("incubation:committee", found.pk)
    record_export(account, found, _("minutes of a committee"))
    return pdf_response(document.pdf, f"{document.reference}.pdf")


@role_required(*MANAGER)
@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """What the committee of an incubator judges by, today and before."""
    account = signed_in(request)
    managed = of_projects.incubators_managed(account)
    incubator = the_incubator(request, managed)
    rows = list(Criterion.objects.visible_to(account).filter(incubator=incubator)) if incubator else []
    in_use = [one for one in rows if one.ended_on is None]
    context = {
        "incubator": incubator,
        "managed": managed,
        "in_use": in_use,
        "total": sum(one.weight for one in in_use),
        "ended": [one for one in rows if one.ended_on is not None],
        "trail": committees_trail(),
    }
    return render(request, "incubation/committees/criteria.html", context)


def _criteria_url(incubator_key: Any) -> str:
    return f"{reverse('incubation:criteria')}?incubator={incubator_key}"


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_criterion(request: HttpRequest) -> HttpResponse:
    """Add a criterion to the incubator of `?incubator=`, else the first."""
    account = signed_in(request)
    incubator = the_incubator(request)
    if incubator is None:
        messages.error(request, _("You manage no incubator yet."))
        return redirect("incubation:criteria")
    where = _criteria_url(incubator.pk)
    form = CriterionForm(request.POST or None, instance=Criterion(incubator=incubator), account=account)
    page = FormPage(
        _("Add a criterion"),
        [*committees_trail(), (where, _("Criteria"))],
        _("Who applies reads it with its weight."),
        _("Add the criterion"),
        _("The criterion is there."),
    )
    return page.answer(request, form, lambda: criteria_services.add(incubator, form.cleaned_data), to=where)


def _criterion(request: HttpRequest, pk: UUID) -> Criterion:
    rows = Criterion.objects.visible_to(signed_in(request)).filter(ended_on__isnull=True)
    return get_object_or_404(rows.select_related("incubator"), pk=pk)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_criterion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a criterion."""
    found = _criterion(request, pk)
    where = _criteria_url(found.incubator_id)
    form = CriterionForm(request.POST or None, instance=found, account=signed_in(request))
    page = FormPage(
        _("Change the criterion"),
        [*committees_trail(), (where, _("Criteria"))],
        _("Marks that were given keep the weight that it had: decisions already taken do not change."),
        said=_("The criterion is saved."),
    )
    return page.answer(
        request,
        form,
        lambda: criteria_services.change(found, form.cleaned_data, seen=form.last_seen()),
        to=where,
    )


@role_required(*MANAGER)
@require_POST
def end_criterion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Use a criterion no longer."""
    found = _criterion(request, pk)
    said(request, lambda: criteria_services.end(found), _("The criterion is no longer used."))
    return redirect(_criteria_url(found.incubator_id))
