"""Teams: who acts for an organisation, by who manages it; and how organisations enter."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from croisee.directory import services
from croisee.directory.forms.teams import ColleagueForm, NumberForm, OrganisationForm
from croisee.directory.services.companies import FIRST_ROLE
from croisee.directory.views.common import form_page
from croisee.foundation.accounts import queries, teams
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.forms import add_refusal
from croisee.foundation.listings import Column, Listing

COLLEAGUES = tuple(role for role in Role if role != Role.FAMILY)


@role_required(*COLLEAGUES)
@require_safe
def my_teams(request: HttpRequest) -> HttpResponse:
    """The organisations that one acts for."""
    own = queries.own_memberships(signed_in(request)).exclude(role=Role.FAMILY)
    if own.values("organisation").distinct().count() == 1:
        return redirect("directory:team", own[0].organisation_id)
    return render(request, "directory/teams.html", {"memberships": own})


def _own_team(request: HttpRequest, pk: UUID) -> Organisation:
    """An organisation that one acts for, other than as a family."""
    found: Organisation = get_object_or_404(signed_in(request).organisations(*COLLEAGUES), pk=pk)
    return found


@role_required(*COLLEAGUES)
@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who acts for an organisation."""
    account = signed_in(request)
    organisation = _own_team(request, pk)
    roles = teams.roles_offered(account, organisation)
    rows = queries.members(account).filter(organisation=organisation).exclude(role=Role.FAMILY)

    def page_of(row: Membership) -> str | None:
        mine = row.account_id == account.pk
        may = row.ended_on is None and (mine or row.role in roles)
        return reverse("directory:change_member", args=[row.pk]) if may else None

    listing = Listing(
        request,
        rows.order_by("ended_on", "account__name", "account__email", "pk"),
        name="members",
        columns=[
            Column("account", _("Person"), sort="account__email", link=page_of),
            Column("email", _("E-mail address"), lambda row: row.account.email),
            Column("role", _("Role"), lambda row: row.get_role_display(), "role"),
            Column("administers", _("Manages the team"), sort="administers"),
            Column("started_on", _("Since"), sort="started_on"),
            Column("ended_on", _("Until"), sort="ended_on"),
        ],
        search=["account__email", "account__name"],
        empty_title=_("Nobody yet"),
    )
    if listing.wants_export:
        return listing.export()
    context = {"organisation": organisation, "listing": listing, "may_invite": bool(roles)}
    return render(request, "directory/team.html", context)


@role_required(*COLLEAGUES)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_colleague(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite somebody to one's team."""
    account = signed_in(request)
    organisation = _own_team(request, pk)
    roles = teams.roles_offered(account, organisation)
    if not roles:
        raise Http404(str(pk))
    form = ColleagueForm(roles, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = teams.invite_colleague(
                account,
                organisation,
                values["email"],
                Role(values["role"]),
                values["name"],
                administers=values["administers"],
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            email = made.account.email
            messages.success(request, _("%(email)s is invited: an e-mail has gone out.") % {"email": email})
            return redirect("directory:team", pk)
    back = (reverse("directory:team", args=[pk]), organisation.name)
    lead = _("The person gets an e-mail that says how to sign in for %(organisation)s.")
    return form_page(
        request,
        form,
        _("Invite a colleague"),
        _("Invite"),
        back,
        lead=lead % {"organisation": organisation.name},
        trail=[back],
    )


@role_required(*COLLEAGUES)
@require_http_methods(["GET", "HEAD", "POST"])
def change_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One role in a team: end it, give or take the management of the team. `do` is end, give or take."""
    account = signed_in(request)
    member = get_object_or_404(
        queries.members(account).exclude(role=Role.FAMILY).filter(ended_on__isnull=True), pk=pk
    )
    organisation = _own_team(request, member.organisation_id)
    may = member.role in teams.roles_offered(account, organisation)
    if not may and member.account_id != account.pk:
        raise Http404(str(pk))
    if request.method == "POST":
        return _change(request, member, organisation)
    context = {
        "member": member,
        "organisation": organisation,
        "may": may,
        "own": member.account_id == account.pk,
    }
    return render(request, "directory/member.html", context)


def _change(request: HttpRequest, member: Membership, organisation: Organisation) -> HttpResponse:
    account, asked = signed_in(request), request.GET.get("do", "")
    done: dict[str, Any] = {
        "end": (_("The role is no longer held."), lambda: teams.end_colleague(account, member)),
        "give": (
            _("This person manages the team too."),
            lambda: teams.set_administers(account, member, administers=True),
        ),
        "take": (
            _("This person no longer manages the team."),
            lambda: teams.set_administers(account, member, administers=False),
        ),
    }
    if asked not in done:
        raise Http404(asked)
    said, verb = done[asked]
    try:
        verb()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("directory:change_member", member.pk)
    messages.success(request, said)
    left = asked == "end" and member.account_id == account.pk
    return redirect("portal:mine") if left else redirect("directory:team", organisation.pk)


@role_required(Role.ADMINISTRATOR, Role.CAMPAIGN_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """Add an organisation by its number, prefilled from the loaded data, with its first person."""
    if request.method == "POST" and "email" in request.POST:
        form = OrganisationForm(request.POST)
        if form.is_valid():
            return _added(request, form)
        return _company_page(request, form)
    number = NumberForm(request.POST or None)
    if request.method == "POST" and number.is_valid():
        return _company_page(request, _prefilled(number.cleaned_data["number"]))
    lead = _("Its number is enough: the rest comes from the official files that are loaded here.")
    back = (reverse("portal:mine"), _("Home"))
    return form_page(request, number, _("Add an organisation"), _("Continue"), back, lead=lead)


def _prefilled(number: str) -> OrganisationForm:
    is_uai = number[-1:].isalpha()
    found = services.prefill_school(number) if is_uai else services.prefill(number)
    kind = Kind.SCHOOL if is_uai else Kind.EMPLOYER
    return OrganisationForm(initial={"number": number, "kind": kind, "name": (found or {}).get("name", "")})


def _added(request: HttpRequest, form: OrganisationForm) -> HttpResponse:
    values = dict(form.cleaned_data)
    values["uai" if values["kind"] == Kind.SCHOOL else "siret"] = values.pop("number")
    try:
        member = services.add_organisation(values)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return _company_page(request, form)
    text = _("%(organisation)s is added; %(email)s is invited as %(role)s.")
    role = FIRST_ROLE[Kind(values["kind"])].label
    names = {"organisation": member.organisation.name, "email": member.account.email, "role": role}
    messages.success(request, text % names)
    return redirect("directory:company")


def _company_page(request: HttpRequest, form: OrganisationForm) -> HttpResponse:
    back = (reverse("directory:company"), _("Another number"))
    lead = _("Check the name, then say who is the first person to sign in for it.")
    return form_page(request, form, _("Add an organisation"), _("Add and invite"), back, lead=lead)
