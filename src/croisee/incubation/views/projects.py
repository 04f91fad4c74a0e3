"""Projects: the list, a new one, the one page of each; changed, sent on, its company, given up, taken up again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import services as directory
from croisee.directory.models import Person, Residence
from croisee.directory.services.companies import prefill
from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.forms import METHODS, FormPage, add_refusal, said
from croisee.foundation.identifiers import InvalidIdentifier
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.projects import (
    CompanyForm,
    EditProjectForm,
    NewProjectForm,
    OrientForm,
    ReceiveForm,
)
from croisee.incubation.models import (
    CandidatureState,
    Enquiry,
    EnquiryState,
    Origin,
    Project,
    ProjectState,
)
from croisee.incubation.panels import panels_for
from croisee.incubation.queries import committees as of_committees
from croisee.incubation.queries import projects as queries
from croisee.incubation.services import companies
from croisee.incubation.services import projects as services
from croisee.incubation.services.projects import OPEN
from croisee.incubation.views.common import (
    BOTH,
    CANDIDATURES,
    MANAGER,
    PROJECTS,
    READERS,
    enquiries_trail,
    of_incubator,
    projects_trail,
)
from croisee.opportunities.sectors import Sector

ANOTHER = "another"
RECEIVED_A_MINUTE = 20
UNDER_WAY = (ProjectState.FOLLOWED, ProjectState.APPLYING, ProjectState.ACCEPTED)
JOINED = ("incubator__organisation", "holder", "adviser", "company", "step")


@role_required(*MANAGER)
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of the incubators that one manages."""
    account = signed_in(request)
    managed = queries.incubators_managed(account)
    advisers = _advisers(account)
    listing = Listing(
        request,
        queries.projects_listed(account),
        name="projects",
        columns=[
            Column("title", _("Project"), sort="title", link=Project.get_absolute_url),
            Column("holder", _("Project holder"), _holder, "holder__family_name"),
            Column(
                "state",
                _("State"),
                Project.get_state_display,
                "state",
                badge=lambda row: PROJECTS.get(row.state, " "),
            ),
            Column("sector", _("Sector"), Project.get_sector_display, "sector"),
            Column("origin", _("Sent by"), Project.get_origin_display, "origin"),
            Column(
                "residence",
                _("Lives in a QPV"),
                Project.get_residence_display,
                "residence",
            ),
            Column("company", _("Company"), lambda row: row.company and row.company.name, "company__name"),
            Column(
                "adviser", _("Followed by"), lambda row: row.adviser and str(row.adviser), "adviser__name"
            ),
            Column("received_on", _("Received on"), sort="received_on"),
        ],
        search=["title", "holder__family_name", "holder__given_name", "company__name"],
        choices={
            "state": (_("State"), ProjectState.choices),
            "origin": (_("Sent by"), Origin.choices),
            "adviser": (_("Followed by"), [(one.pk, str(one)) for one in advisers]),
            "residence": (_("Lives in a QPV"), Residence.choices),
            "sector": (_("Sector"), Sector.choices),
            **of_incubator("incubator", managed),
        },
        empty_title=_("No project yet"),
        empty_text=_("Projects come from first contacts, or are noted directly with their holder."),
    )
    if listing.wants_export:
        for one in managed[:1]:
            record_export(account, one, _("list of business projects"))
        return listing.export()
    return render(request, "incubation/projects/projects.html", {"listing": listing, "managed": managed})


def _holder(row: Project) -> str:
    return f"{row.holder.family_name} {row.holder.given_name}" if row.holder else _("erased person")


def _advisers(account: Account) -> list[Account]:
    """Who manages the incubators that `account` manages."""
    found: dict[Any, Account] = {}
    for one in {row.organisation_id: row for row in queries.incubators_managed(account)}.values():
        found |= {adviser.pk: adviser for adviser in queries.managers_of(one)}
    return list(found.values())


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_project(request: HttpRequest) -> HttpResponse:
    """Note a project and its holder directly."""
    page = FormPage(
        _("Note a project"),
        projects_trail(signed_in(request)),
        _("Who carries it, then what it is. Who is known already is found by the exact name and birth date."),
        _("Note the project"),
    )
    return _receive(request, page, None)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def receive_enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a project of a first contact."""
    rows = Enquiry.objects.visible_to(signed_in(request)).select_related("incubator__organisation", "person")
    found = get_object_or_404(rows, pk=pk)
    if found.state not in (EnquiryState.NEW, EnquiryState.ANSWERED):
        messages.error(request, _("This contact is closed, or became a project already."))
        return redirect("incubation:enquiry", found.pk)
    page = FormPage(
        _("Make a project of it"),
        [*enquiries_trail(), (reverse("incubation:enquiry", args=[found.pk]), found.name)],
        _("“%(text)s”") % {"text": found.text[:300]},
        _("Receive the project"),
    )
    return _receive(request, page, found)


def _receive(request: HttpRequest, page: FormPage, enquiry: Enquiry | None) -> HttpResponse:
    """The form of a holder and a project; for somebody whom a référent sent, of the project alone."""
    account = signed_in(request)
    form = _form(request, account, enquiry)
    known: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if throttle.exceeded(request, "incubation.receive", limit=RECEIVED_A_MINUTE):
            form.add_error(None, _("Too many projects in a minute. Wait a little, then send this one again."))
        else:
            values = dict(form.cleaned_data)
            same = values.pop("same", "")
            try:
                made = services.receive(
                    values.pop("incubator", None) or enquiry.incubator,  # type: ignore[union-attr]  # one of both
                    values,
                    account,
                    enquiry=enquiry,
                    person=_same(values, same),
                    another=same == ANOTHER,
                )
            except directory.AlreadyKnown as refusal:
                known = queries.whom_it_may_be(refusal.people, account)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _received(made))
                return redirect(made)
    context = {"page": page, "form": form, "back": page.trail[-1][0], "known": known}
    status = 422 if form.is_bound else 200
    return render(request, "incubation/projects/receive.html", context, status=status)


def _form(request: HttpRequest, account: Account, enquiry: Enquiry | None) -> ReceiveForm | NewProjectForm:
    data = request.POST or None
    if enquiry is not None and enquiry.person is not None:
        return ReceiveForm(data, initial={"origin": enquiry.origin, "description": enquiry.text})
    if enquiry is None:
        return NewProjectForm(data, incubators=queries.incubators_managed(account))
    first, _space, last = enquiry.name.partition(" ")
    initial = {
        "given_name": first,
        "family_name": last,
        "email": enquiry.email,
        "phone": enquiry.phone,
        "origin": enquiry.origin,
        "description": enquiry.text,
    }
    return NewProjectForm(data, incubators=[enquiry.incubator], initial=initial)


def _same(values: dict[str, Any], same: str) -> Person | None:
    """The known person whom the reader chose: only among those of that very name and birth date."""
    if not same or same == ANOTHER:
        return None
    found = directory.people_named(*(values[name] for name in directory.IDENTITY))
    return next((one for one in found if str(one.pk) == same), None)


def _received(project: Project) -> str:
    contact = queries.own_contact(project.holder)
    if contact is not None and contact.account_id is not None:
        return _("The project is there, and its holder is invited to follow it here.")
    return _("The project is there. Its holder is not invited: note an e-mail address of theirs alone.")


def written(request: HttpRequest, pk: UUID) -> tuple[Project, bool]:
    """A project that the reader manages or holds, and whether it is managed; 404 otherwise."""
    account = signed_in(request)
    rows = Project.objects.visible_to(account).select_related(*JOINED)
    found = rows.managed_by(account).filter(pk=pk).first()
    if found is not None:
        return found, True
    return get_object_or_404(rows.held_by(account), pk=pk), False


@role_required(*READERS)
@require_safe
def project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The one page of a project: who carries it, where it stands, what other subjects say of it."""
    account = signed_in(request)
    found: Any = get_object_or_404(queries.readable(account), pk=pk)
    managed, own = found.managed, found.own
    contact = queries.own_contact(found.holder) if managed or own else None
    if managed:
        record_read(account, found, _("business project"), contact.account if contact else None)
    candidature = of_committees.latest_of(found) if managed or own else None
    context = {
        "project": found,
        "tone": PROJECTS.get(ProjectState(found.state), ""),
        "manages": managed,
        "writes": (managed or own) and found.holder is not None,
        "inside": managed or own,
        "contact": contact,
        "candidature": candidature,
        "candidature_tone": CANDIDATURES.get(CandidatureState(candidature.state), "") if candidature else "",
        "can_apply": found.state == ProjectState.FOLLOWED and not (candidature and candidature.state in OPEN),
        "can_drop": found.state in UNDER_WAY,
        "can_resume": found.state in (ProjectState.LEFT, ProjectState.DROPPED),
        "panels": panels_for(found, account),
        "trail": projects_trail(account),
    }
    return render(request, "incubation/projects/project.html", context)


@role_required(*BOTH)
@require_http_methods(METHODS)
def edit_project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is said of a project: all of it for managers, what is the holder's to say for the holder."""
    account = signed_in(request)
    found, managed = written(request, pk)
    advisers = list(queries.managers_of(found.incubator)) if managed else None
    form = EditProjectForm(request.POST or None, instance=found, account=account, advisers=advisers)
    page = FormPage(_("Change the project"), projects_trail(account, found), said=_("The project is saved."))
    return page.answer(
        request,
        form,
        lambda: services.change(found, form.cleaned_data, seen=form.last_seen(), by_holder=not managed),
    )


def _managed(request: HttpRequest, pk: UUID) -> Project:
    account = signed_in(request)
    rows = Project.objects.visible_to(account).managed_by(account).select_related(*JOINED)
    return get_object_or_404(rows, pk=pk)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def orient_project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note to whom the holder was sent on."""
    account, found = signed_in(request), _managed(request, pk)
    initial = {"oriented_to": found.oriented_to}
    if found.oriented_on is not None:
        initial["oriented_on"] = found.oriented_on  # type: ignore[assignment]  # a form takes days too
    form = OrientForm(request.POST or None, initial=initial)
    page = FormPage(
        _("Send on to a partner"),
        projects_trail(account, found),
        _("Whom the holder was sent to. The project stays followed here."),
        said=_("It is noted."),
    )
    return page.answer(
        request,
        form,
        lambda: services.orient(found, form.cleaned_data["oriented_to"], form.cleaned_data["oriented_on"]),
    )


@role_required(*MANAGER)
@require_http_methods(METHODS)
def give_company(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the company of a project; `?siret=` fills the form with what SIRENE says."""
    account, found = signed_in(request), _managed(request, pk)
    initial, notice = _known_company(request.GET.get("siret", ""), found)
    form = CompanyForm(request.POST or None, initial=initial)
    page = FormPage(
        _("The company"),
        projects_trail(account, found),
        _(
            "Once it is registered. Its holder acts for it here: declares a clause, finds premises, books a room."
        ),
        _("Note the company"),
        _("The company is noted."),
        template="incubation/projects/company.html",
        extra={"notice": notice, "asked": initial.get("siret", "")},
    )
    return page.answer(request, form, lambda: companies.give_company(found, form.cleaned_data, account))


def _known_company(siret: str, project: Project) -> tuple[dict[str, Any], str]:
    """What the form begins with, and what is said of the number that was looked for."""
    initial: dict[str, Any] = {"founded_on": project.founded_on, "micro": project.micro}
    if project.company is not None:
        initial |= {"siret": project.company.siret, "name": project.company.name}
    if not siret:
        return initial, ""
    try:
        found = prefill(siret)
    except InvalidIdentifier as error:
        return initial | {"siret": siret}, str(error)
    if found is None:
        return initial | {"siret": siret}, _(
            "SIRENE as loaded here does not know this number: write the name."
        )
    where = " ".join(part for part in (found["address"], found["postcode"], found["city"]) if part)
    name = found["name"] or _("a company whose name SIRENE keeps")
    text = _("SIRENE: %(name)s, %(where)s.") % {"name": name, "where": where}
    return initial | {"siret": found["siret"], "name": found["name"]}, text


@role_required(*BOTH)
@require_POST
def move_project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a project up (`transition=drop`), or take it up again (`follow`)."""
    account = signed_in(request)
    found, _is_managed = written(request, pk)
    done = {"drop": _("The project is given up."), "follow": _("The project is followed again.")}
    transition = request.POST.get("transition", "")
    if transition not in done:
        messages.error(request, _("Choose what to do with the project."))
    else:
        said(request, lambda: services.move(found, transition, account), done[transition])
    return redirect(found)


@role_required(*MANAGER)
@require_POST
def invite_holder(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite the holder to follow the project here, or again."""
    account, found = signed_in(request), _managed(request, pk)
    said(request, lambda: services.invite_holder(found, account), _("The invitation is sent."))
    return redirect(found)
