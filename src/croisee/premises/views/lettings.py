"""The pages of lettings: the list, one letting, notice and departure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing, Where
from croisee.opportunities.tenure import Tenure
from croisee.premises.forms.lettings import LeaveForm, LettingForm, NoticeForm
from croisee.premises.models import Letting, Proposal, Unit
from croisee.premises.queries import lettings as queries
from croisee.premises.services import lettings as services
from croisee.premises.views.demands import number
from croisee.premises.views.proposals import KEEPERS, proposals_trail

READERS = (Role.DEVELOPER, Role.LANDLORD, Role.EMPLOYER)


def trail_of(letting: Letting | None = None) -> list[tuple[str, str]]:
    """Where a page of a letting hangs."""
    trail = [(reverse("premises:lettings"), _("Lettings"))]
    return trail if letting is None else [*trail, (address_of(letting), letting.unit.name)]


def address_of(letting: Letting) -> str:
    """The page of a letting."""
    return reverse("premises:letting", args=[letting.pk])


@role_required(*READERS)
@require_safe
def lettings(request: HttpRequest) -> HttpResponse:
    """Who occupies what; for a company, what it occupies."""
    account = signed_in(request)
    today = timezone.localdate()

    def term(row: Letting) -> object:
        found = queries.term_alert(row, today)
        return None if found is None else found.stage.label

    def tone(row: Letting) -> str:
        found = queries.term_alert(row, today)
        return "" if found is None else found.tone

    listing = Listing(
        request,
        queries.lettings_for(account),
        name="lettings",
        columns=[
            Column("unit", _("Premises"), lambda row: row.unit.name, "unit__name", link=address_of),
            Column("who", _("Occupant"), str, "tenant__name"),
            Column("alert", _("To be watched"), term, badge=tone),
            Column("owner", _("Owner"), lambda row: row.unit.owner, "unit__owner__name"),
            Column("kind", pgettext("letting", "Contract"), Letting.get_kind_display, "kind"),
            Column("starts_on", pgettext("premises", "From"), sort="starts_on"),
            Column("ends_on", pgettext("letting", "Term"), sort="ends_on"),
            Column("leaves_on", _("Leaves on"), sort="leaves_on"),
            Column("left_on", _("Left on"), sort="left_on"),
            Column("rent", _("€ a month"), lambda row: number(row.rent), "rent", numeric=True),
            Column("jobs", pgettext("letting", "Jobs"), sort="jobs", numeric=True),
        ],
        search=["unit__name", "tenant__name", "tenant_name"],
        choices={
            "now": (
                _("When"),
                [
                    (Where("here", Q(left_on__isnull=True)), _("under way")),
                    (Where("notice", Q(left_on__isnull=True, notice_on__isnull=False)), _("notice given")),
                    (Where("over", Q(left_on__isnull=False)), pgettext("letting", "over")),
                ],
            ),
            "kind": (pgettext("letting", "Contract"), Tenure.choices),
        },
        empty_title=_("No letting yet"),
        empty_text=_(
            "Premises are let from the page of who is interested, or from the page of the premises."
        ),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "keeps": account.has_role(*KEEPERS)}
    return render(request, "premises/lettings/lettings.html", context)


@role_required(*READERS)
@require_safe
def letting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letting, its term and what the law makes of it."""
    account = signed_in(request)
    rows = Letting.objects.visible_to(account).select_related("unit__owner", "tenant")
    found = get_object_or_404(rows, pk=pk)
    term = queries.term_said(found, timezone.localdate())
    context = {
        "letting": found,
        "unit": found.unit,
        "said": term[0] if term else "",
        "tone": {"bad": "error", "warn": "warning"}.get(term[1], "") if term else "",
        "keeps": Letting.objects.visible_to(account).kept_by(account).filter(pk=pk).exists(),
        "trail": trail_of(),
    }
    return render(request, "premises/lettings/letting.html", context)


def _kept(request: HttpRequest, pk: UUID) -> Letting:
    """A letting of a unit that one keeps; Http404 for another."""
    account = signed_in(request)
    rows = Letting.objects.visible_to(account).kept_by(account).select_related("unit", "tenant")
    found: Letting = get_object_or_404(rows, pk=pk)
    return found


def _let(request: HttpRequest, unit: Unit, demand: Any, trail: list[tuple[str, str]]) -> HttpResponse:
    """The form of a letting to be, with what is known of it."""
    account = signed_in(request)
    start = Letting(unit=unit, starts_on=timezone.localdate(), rent=_rent(unit))
    if demand is not None:
        start.tenant, start.jobs = demand.organisation, demand.jobs
    form = LettingForm(request.POST or None, instance=start, account=account)
    page = FormPage(
        _("Let %(unit)s") % {"unit": unit.name},
        trail,
        _("The premises are let from then on, and no longer offered."),
        _("Note the letting"),
        _("The letting is noted."),
    )

    return page.answer(
        request,
        form,
        lambda: services.let(unit, form.values(), account, demand),
        reverse("premises:lettings"),
    )


def _rent(unit: Unit) -> Decimal | None:
    return None if unit.rent is None else unit.rent + (unit.charges or 0)


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def let_to_demand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a unit to who asked for it."""
    account = signed_in(request)
    rows = Proposal.objects.visible_to(account).kept_by(account)
    found = get_object_or_404(rows.select_related("unit", "demand__organisation"), pk=pk)
    return _let(request, found.unit, found.demand, proposals_trail(found))


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def new_letting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a unit to somebody who did not ask here."""
    account = signed_in(request)
    unit = get_object_or_404(Unit.objects.visible_to(account).kept_by(account), pk=pk)
    return _let(request, unit, None, [*trail_of(), (unit.get_absolute_url(), unit.name)])


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def edit_letting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a letting."""
    found = _kept(request, pk)
    form = LettingForm(request.POST or None, instance=found, account=signed_in(request))
    page = FormPage(_("Correct the letting"), trail_of(found), said=_("The letting is saved."))
    return page.answer(
        request,
        form,
        lambda: services.change(found, form.values(), form.last_seen()),
        address_of(found),
    )


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def give_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the occupant leaves."""
    account = signed_in(request)
    found = _kept(request, pk)
    form = NoticeForm(request.POST or None)
    page = FormPage(
        _("Notice given"),
        trail_of(found),
        _("The premises are offered from the day after the last one."),
        _("Note the notice"),
        _("The notice is noted: the premises are offered."),
    )

    def save() -> Letting:
        values = form.cleaned_data
        return services.give_notice(found, values["notice_on"], values["leaves_on"], account)

    return page.answer(request, form, save, address_of(found))


@role_required(*KEEPERS)
@require_POST
def withdraw_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the occupant stays after all."""
    account = signed_in(request)
    found = _kept(request, pk)
    said(request, lambda: services.withdraw_notice(found, account), _("The occupant stays."))
    return redirect(address_of(found))


@role_required(*KEEPERS)
@require_http_methods(METHODS)
def leave_unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the occupant left."""
    account = signed_in(request)
    found = _kept(request, pk)
    form = LeaveForm(request.POST or None, initial={"left_on": found.leaves_on} if found.leaves_on else None)
    page = FormPage(
        _("The occupant left"),
        trail_of(found),
        _("The premises are vacant from the day after."),
        _("Note the departure"),
        _("The departure is noted: the premises are vacant."),
    )
    return page.answer(
        request,
        form,
        lambda: services.leave(found, form.cleaned_data["left_on"], account),
        address_of(found),
    )
