"""Candidatures: written part by part, with papers, sent, checked, given back, put on an agenda; the waiting list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.committees import (
    FOR_ONESELF,
    AgendaForm,
    PartForm,
    RefusalForm,
    ReturnForm,
)
from croisee.incubation.models import Candidature, CandidatureState
from croisee.incubation.queries import committees as queries
from croisee.incubation.queries import projects as of_projects
from croisee.incubation.services import candidatures as services
from croisee.incubation.services.candidatures import PARTS
from croisee.incubation.services.projects import OPEN
from croisee.incubation.views.common import (
    BOTH,
    CANDIDATURES,
    MANAGER,
    candidature_trail,
    manages,
    of_incubator,
    projects_trail,
)
from croisee.incubation.views.projects import written

NOT_DECIDED = (CandidatureState.DRAFT, CandidatureState.SUBMITTED)


def part_titles() -> dict[str, str]:
    """The title of each part of a candidature, in their order."""
    return {
        "space": _("The space that you wish for"),
        "market": _("Customers and team"),
        "means": _("Means and financing"),
    }


def _holder(row: Candidature) -> str:
    holder = row.project.holder
    return f"{holder.family_name} {holder.given_name}" if holder else _("erased person")


def _title(row: Candidature) -> str:
    return row.project.title


def page_of(row: Candidature) -> str:
    """The page of a candidature."""
    return reverse("incubation:candidature", args=[row.pk])


@role_required(*MANAGER)
@require_safe
def candidatures(request: HttpRequest) -> HttpResponse:
    """Candidatures of the incubators that one manages, those to be checked first."""
    account = signed_in(request)
    managed = of_projects.incubators_managed(account)
    states = [one for one in CandidatureState.choices if one[0] != CandidatureState.DRAFT]
    listing = Listing(
        request,
        queries.candidatures_listed(account),
        name="candidatures",
        columns=[
            Column("project", _("Project"), _title, "project__title", link=page_of),
            Column("holder", _("Project holder"), _holder, "project__holder__family_name"),
            Column(
                "state",
                _("State"),
                Candidature.get_state_display,
                "state",
                badge=lambda row: CANDIDATURES.get(row.state) or " ",
            ),
            Column("submitted_on", _("Sent on"), sort="submitted_on"),
            Column(
                "committee",
                _("Committee of"),
                lambda row: row.committee and row.committee.held_on,
                "committee__held_on",
            ),
            Column("wanted_kind", _("Space wished for"), Candidature.get_wanted_kind_display, "wanted_kind"),
            Column("score", _("Score"), _score, "score", numeric=True),
        ],
        search=["project__title", "project__holder__family_name", "project__holder__given_name"],
        choices={
            "state": (_("State"), states),
            "committee__isnull": (_("Agenda"), [(True, _("on none")), (False, _("on one"))]),
            **of_incubator("project__incubator", managed),
        },
        empty_title=_("No candidature yet"),
        empty_text=_("Holders write theirs from their project; you may write one for them from its page."),
    )
    if listing.wants_export:
        for one in managed[:1]:
            record_export(account, one, _("list of candidatures"))
        return listing.export()
    context = {"listing": listing, "trail": projects_trail(account)}
    return render(request, "incubation/committees/candidatures.html", context)


def _score(row: Candidature) -> float | None:
    """The score, once the committee has decided."""
    return float(row.score) if row.score is not None and row.decided_on is not None else None


@role_required(*MANAGER)
@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Those accepted who wait for a place, by score."""
    account = signed_in(request)
    managed = of_projects.incubators_managed(account)
    listing = Listing(
        request,
        queries.waiting_list(account),
        name="waiting",
        columns=[
            Column("project", _("Project"), _title, "project__title", link=page_of),
            Column("rank", pgettext("waiting list", "Rank"), numeric=True),
            Column("score", _("Score"), _score, "score", numeric=True),
            Column("holder", _("Project holder"), _holder, "project__holder__family_name"),
            Column(
                "state",
                _("State"),
                Candidature.get_state_display,
                "state",
                badge=lambda row: CANDIDATURES[row.state],
            ),
            Column("decided_on", _("Decided on"), sort="decided_on"),
            Column("wanted_kind", _("Space wished for"), Candidature.get_wanted_kind_display, "wanted_kind"),
            Column("wanted_surface", _("m²"), _surface, "wanted_surface", numeric=True),
            Column("wanted_from", _("Wished for from"), sort="wanted_from"),
            Column("incubator", pgettext("premises", "Incubator"), lambda row: row.project.incubator.name),
        ],
        search=["project__title"],
        choices={
            "wanted_kind": (_("Space wished for"), [(one.value, one.label) for one in FOR_ONESELF]),
            **of_incubator("project__incubator", managed),
        },
        empty_title=_("Nobody waits for a place"),
        empty_text=_("Those whom the committee accepts wait here, by score, until a space is given to them."),
    )
    if listing.wants_export:
        for one in managed[:1]:
            record_export(account, one, _("waiting list"))
        return listing.export()
    context = {"listing": listing, "trail": projects_trail(account)}
    return render(request, "incubation/committees/waiting_list.html", context)


def _surface(row: Candidature) -> float | None:
    return float(row.wanted_surface) if row.wanted_surface is not None else None


@role_required(*BOTH)
@require_POST
def new_candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the candidature of a project; the one under way, if there is one."""
    found, _is_managed = written(request, pk)
    try:
        made = services.begin(found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    if made.state != CandidatureState.DRAFT:
        return redirect("incubation:candidature", made.pk)
    return redirect("incubation:candidature_part", made.pk, next(iter(PARTS)))


def readable(request: HttpRequest, pk: UUID) -> tuple[Account, Candidature]:
    """The reader, and a candidature that they may read."""
    account = signed_in(request)
    rows = Candidature.objects.visible_to(account)
    return account, get_object_or_404(queries.with_everything(rows), pk=pk)


def _managed(request: HttpRequest, pk: UUID) -> tuple[Account, Candidature]:
    account = signed_in(request)
    rows = Candidature.objects.visible_to(account).managed_by(account)
    return account, get_object_or_404(queries.with_everything(rows), pk=pk)


@role_required(*BOTH)
@require_safe
def candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A candidature: what it says, its papers, the criteria, and what was decided."""
    account, found = readable(request, pk)
    managed = manages(account, found.project)
    if managed:
        record_read(account, found, _("candidature for a place"))
    is_decided = found.decided_on is not None
    planned = list(queries.planned(account).filter(incubator=found.project.incubator)) if managed else []
    context = {
        "candidature": found,
        "project": found.project,
        "manages": managed,
        "tone": CANDIDATURES.get(CandidatureState(found.state), ""),
        "is_draft": found.state == CandidatureState.DRAFT,
        "is_sent": found.state == CandidatureState.SUBMITTED,
        "is_open": found.state in OPEN,
        "is_decided": is_decided,
        "takes_papers": found.state in NOT_DECIDED,
        "missing": services.missing(found) if found.state == CandidatureState.DRAFT else [],
        "parts": part_titles(),
        "criteria": queries.criteria_in_use(found.project.incubator),
        "marks": list(found.scores.all()) if is_decided else [],
        "agenda": AgendaForm(found, planned) if managed and planned else None,
        "too_old": services.too_old_since(found.project),
        "trail": candidature_trail(account, found),
    }
    return render(request, "incubation/committees/candidature.html", context)


@role_required(*BOTH)
@require_http_methods(METHODS)
def candidature_part(request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
    """Write one part of a candidature; what is written is kept, then comes the next part."""
    account, found = readable(request, pk)
    if part not in PARTS:
        raise Http404(part)
    where = reverse("incubation:candidature", args=[found.pk])
    if found.state != CandidatureState.DRAFT:
        messages.error(
            request, _("This candidature is sent: it is changed once the incubator gives it back.")
        )
        return redirect(where)
    order = list(PARTS)
    number = order.index(part)
    after = order[number + 1 : number + 2]
    form = PartForm(request.POST or None, instance=found, account=account, part=part)
    page = FormPage(
        part_titles()[part],
        [*candidature_trail(account, found), (where, _("Candidature"))],
        _("Part %(number)d of %(total)d. What you write is kept.")
        % {"number": number + 1, "total": len(order)},
        _("Keep and go on") if after else _("Keep"),
        _("It is kept."),
        template="incubation/committees/part.html",
        extra={"parts": part_titles(), "here": part, "candidature": found},
    )
    to = reverse("incubation:candidature_part", args=[found.pk, after[0]]) if after else where
    return page.answer(
        request,
        form,
        lambda: services.write_part(found, part, form.cleaned_data, seen=form.last_seen()),
        to=to,
    )


@role_required(*BOTH)
@require_POST
def submit_candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a candidature."""
    account, found = readable(request, pk)
    done = _("The candidature is sent: the incubator reads it, then the committee decides.")
    said(request, lambda: services.submit(found, account), done)
    return redirect("incubation:candidature", found.pk)


@role_required(*BOTH)
@require_POST
def withdraw_candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw a candidature."""
    account, found = readable(request, pk)
    done = _("The candidature is withdrawn; the project is followed without a place.")
    said(request, lambda: services.withdraw(found, account), done)
    return redirect(found.project)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def return_candidature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a candidature back to be completed."""
    account, found = _managed(request, pk)
    page = FormPage(
        _("Give back to be completed"),
        [*candidature_trail(account, found), (page_of(found), _("Candidature"))],
        _("It leaves the agenda until it is sent again."),
        _("Give it back"),
        _("The candidature is given back; the holder is told, where an address is known."),
    )
    form = ReturnForm(request.POST or None)
    return page.answer(
        request,
        form,
        lambda: services.give_back(found, form.cleaned_data["what"], account),
        to=page_of(found),
    )


@role_required(*MANAGER)
@require_POST
def put_on_agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a candidature on the agenda of a committee to come, or take it off."""
    account, found = _managed(request, pk)
    planned = list(queries.planned(account).filter(incubator=found.project.incubator))
    form = AgendaForm(found, planned, request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["committee"]
        done = _("It is on the agenda.") if chosen else _("It is on no agenda.")
        said(request, lambda: services.put_on_agenda(found, chosen), done)
    else:
        messages.error(request, _("Choose a committee that is to come."))
    return redirect("incubation:candidature", found.pk)


@role_required(*MANAGER)
@require_POST
def lift_reserves(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that what the committee asked for is done."""
    account, found = _managed(request, pk)
    said(
        request,
        lambda: services.lift_reserves(found, account),
        _("The reserves are lifted; the holder is told."),
    )
    return redirect("incubation:candidature", found.pk)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def refuse_reserved(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse a candidature whose reserves were not lifted."""
    account, found = _managed(request, pk)
    page = FormPage(
        _("Refuse: the reserves are not lifted"),
        [*candidature_trail(account, found), (page_of(found), _("Candidature"))],
        _("The project is followed on, without a place."),
        _("Refuse the candidature"),
        _("The candidature is refused; the holder is told why."),
    )
    form = RefusalForm(request.POST or None)
    return page.answer(
        request,
        form,
        lambda: services.refuse_reserved(found, form.cleaned_data["reason"], account),
        to=page_of(found),
    )
