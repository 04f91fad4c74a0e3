"""Programmes: the list, the page of one, a new one, its rules changed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.entries import ProgrammeForm
from croisee.journeys.models import Programme, ProgrammeKind
from croisee.journeys.queries import entries as queries
from croisee.journeys.services.entries import programmes as services
from croisee.journeys.views.entries.common import MANAGER, MEETINGS, TEAM, programmes_trail


@role_required(*TEAM)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes that one manages, or follows people in."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.programmes_listed(account),
        name="programmes",
        columns=[
            Column("name", _("Name"), sort="name", link=Programme.get_absolute_url),
            Column("kind", _("Kind"), Programme.get_kind_display, "kind"),
            Column("organisation", _("Run by"), lambda row: row.organisation.name, "organisation__name"),
            Column("followed", _("People followed"), sort="followed", numeric=True),
            Column("waiting", _("Requests waiting"), sort="waiting", numeric=True),
            Column("next_on", _("Next meeting"), sort="next_on"),
            Column(
                "is_open",
                _("Takes people"),
                sort="is_open",
                badge=lambda row: "ok" if row.is_open else "warn",
            ),
        ],
        search=["name", "organisation__name"],
        choices={
            "kind": (_("Kind"), ProgrammeKind.choices),
            "is_open": (_("Takes people"), [(True, _("yes")), (False, _("no"))]),
        },
        empty_title=_("No programme yet"),
        empty_text=_(
            "A programme follows people one by one: a PLIE, a Maison de l’emploi, or one of your own. Who manages "
            "programmes creates it."
        ),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "manages": account.has_role(*MANAGER)}
    return render(request, "journeys/entries/programmes.html", context)


@role_required(*TEAM)
@require_safe
def programme(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A programme: how it stands, its meetings, its rules."""
    account = signed_in(request)
    rows = queries.programmes_listed(account).prefetch_related("partners")
    found: Any = get_object_or_404(rows, pk=pk)
    listing = Listing(
        request,
        queries.committees_of(account, found),
        name="meetings",
        columns=[
            Column("held_on", _("Date"), sort="held_on", link=lambda row: row.get_absolute_url()),
            Column("place", _("Where")),
            Column(
                "state",
                _("State"),
                lambda row: row.get_state_display(),
                "state",
                badge=lambda row: MEETINGS[row.state],
            ),
            Column("lines", _("Requests"), sort="lines", numeric=True),
            Column("accepted", _("Accepted"), sort="accepted", numeric=True),
        ],
        per_page=12,
        empty_title=_("No meeting yet"),
        empty_text=_("Plan a meeting, then put on its agenda the requests that wait."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "programme": found,
        "listing": listing if found.has_committee else None,
        "manages": queries.manages(account, found),
        "trail": programmes_trail(),
    }
    return render(request, "journeys/entries/programme.html", context)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def new_programme(request: HttpRequest) -> HttpResponse:
    """A new programme."""
    account = signed_in(request)
    page = FormPage(
        _("New programme"),
        programmes_trail(),
        _("Who runs it, who follows people in it, and its rules: all of it can be changed later."),
        _("Create the programme"),
        _("The programme is there. Référents can ask for entries."),
    )
    own = account.organisations(Role.PROGRAMME_MANAGER).order_by("name").first()
    return _form(request, account, Programme(organisation=own), page)


@role_required(*MANAGER)
@require_http_methods(METHODS)
def edit_programme(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a programme."""
    account = signed_in(request)
    found = get_object_or_404(Programme.objects.managed_by(account), pk=pk)
    page = FormPage(_("Change the programme"), programmes_trail(found), said=_("The programme is saved."))
    return _form(request, account, found, page)


def _form(request: HttpRequest, account: Account, row: Programme, page: FormPage) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, instance=row, account=account)
    return page.answer(
        request,
        form,
        lambda: services.save_programme(row, form.cleaned_data["partners"], account, seen=form.last_seen()),
    )
