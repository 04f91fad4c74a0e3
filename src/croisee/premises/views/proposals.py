"""What was proposed to whom, as both sides read it; the answer of who asks."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.premises.forms.demands import DeclineForm
from croisee.premises.models import DemandState, Proposal, ProposalState
from croisee.premises.notices.demands import asker_of
from croisee.premises.queries import demands as queries
from croisee.premises.queries import lettings as lettings_read
from croisee.premises.services import demands as services
from croisee.premises.views.demands import surfaces_of, trail_of

KEEPERS = (Role.DEVELOPER, Role.LANDLORD)
ASKERS = (Role.DEVELOPER, Role.EMPLOYER, Role.PROJECT_HOLDER)
SIDES = (Role.DEVELOPER, Role.LANDLORD, Role.EMPLOYER, Role.PROJECT_HOLDER)


def proposals_trail(proposal: Proposal | None = None) -> list[tuple[str, str]]:
    """Where a page of what an owner reads hangs."""
    trail = [(reverse("premises:proposals"), _("Interest in premises"))]
    return trail if proposal is None else [*trail, (address_of(proposal), proposal.unit.name)]


def address_of(proposal: Proposal) -> str:
    """The page of a proposal."""
    return reverse("premises:proposal", args=[proposal.pk])


@role_required(*KEEPERS)
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Whom one's premises were proposed to, and what they said."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.proposals_of(account),
        name="proposals",
        columns=[
            Column("unit", _("Premises"), lambda row: row.unit.name, "unit__name", link=address_of),
            Column("who", _("Who"), lambda row: _who(row, account), "demand__organisation__name"),
            Column("demand", _("Looks for"), lambda row: row.demand.title, "demand__title"),
            Column("state", pgettext("premises", "Answer"), Proposal.get_state_display, "state", badge=_tone),
            Column("reason", pgettext("premises", "Why"), sort="reason"),
            Column("created_at", _("Since"), lambda row: row.created_at.date(), "created_at"),
        ],
        search=["unit__name", "demand__title", "demand__organisation__name"],
        choices={"state": (pgettext("premises", "Answer"), ProposalState.choices)},
        empty_title=_("Nothing was proposed yet"),
        empty_text=_("Once somebody is interested in premises, it is shown here and told by e-mail."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "premises/demands/proposals.html", {"listing": listing})


def _who(row: Proposal, account: Account) -> str:
    """Who asks: an owner reads the name of a founder once the premises interest them, not before."""
    return asker_of(row.demand, named=row.state == ProposalState.WANTED or account.has_role(Role.DEVELOPER))


def _tone(row: Proposal) -> str:
    return {ProposalState.WANTED: "ok", ProposalState.PROPOSED: "info"}.get(ProposalState(row.state), "")


@role_required(*SIDES)
@require_safe
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One unit proposed to one demand: visits, option, letting; the answer."""
    account = signed_in(request)
    rows = Proposal.objects.visible_to(account)
    found = get_object_or_404(rows.select_related("unit__owner", "demand__organisation"), pk=pk)
    asks = Proposal.objects.visible_to(account).asked_by(account).filter(pk=pk).exists()
    keeps = Proposal.objects.visible_to(account).kept_by(account).filter(pk=pk).exists()
    option = lettings_read.option_of(found)
    context = {
        "proposal": found,
        "unit": found.unit,
        "demand": found.demand,
        "who": _who(found, account) if keeps else asker_of(found.demand),
        "surfaces": surfaces_of(found.demand),
        "visits": lettings_read.visits_of_pair(found),
        "option": option,
        "held_by_another": option is not None and option.demand_id != found.demand_id,
        "asks": asks,
        "keeps": keeps,
        "is_open": found.demand.state == DemandState.OPEN,
        "trail": trail_of(found.demand) if asks else proposals_trail(),
    }
    return render(request, "premises/demands/proposal.html", context)


@role_required(*ASKERS)
@require_POST
def want_proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who asks says that it interests."""
    account = signed_in(request)
    found = get_object_or_404(Proposal.objects.visible_to(account).asked_by(account), pk=pk)
    said(
        request,
        lambda: services.answer(found, "want", "", account),
        _("The owner is told that these premises interest you."),
    )
    return redirect(address_of(found))


@role_required(*ASKERS)
@require_http_methods(METHODS)
def answer_proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who asks says why a unit does not suit."""
    account = signed_in(request)
    rows = Proposal.objects.visible_to(account).asked_by(account).select_related("unit", "demand")
    found = get_object_or_404(rows, pk=pk)
    form = DeclineForm(request.POST or None)
    page = FormPage(
        _("These premises do not suit"),
        [*trail_of(found.demand), (address_of(found), found.unit.name)],
        _("Your reason is read by the developer and by the owner."),
        _("Say so"),
        _("It is noted: these premises are not proposed to you again."),
    )
    return page.answer(
        request,
        form,
        lambda: services.answer(found, "decline", form.cleaned_data["reason"], account),
        found.demand.get_absolute_url(),
    )
