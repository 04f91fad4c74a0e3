"""Reporting an offer; for campaign managers, accepting offers and settling reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from croisee.foundation import throttle
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing
from croisee.opportunities import queries
from croisee.opportunities.checks import warnings
from croisee.opportunities.forms import ReasonForm, ReportForm
from croisee.opportunities.kinds import kind_of, kinds
from croisee.opportunities.models import Ground, Opportunity, OpportunityState, Report, ReportState
from croisee.opportunities.models.offers import MANAGERS
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services import Refused, moderation
from croisee.opportunities.services import reports as reporting
from croisee.opportunities.views.search import TONES

REPORTS_AN_HOUR = 10
REPORT_TONES = {ReportState.OPEN: "warn", ReportState.UPHELD: "bad", ReportState.DISMISSED: "ok"}


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that something is wrong with an offer."""
    offer = get_object_or_404(Opportunity.objects.visible_to(request.user), pk=pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = signed_in(request)
        if throttle.exceeded(
            request, f"opportunities.report:{account.pk}", limit=REPORTS_AN_HOUR, seconds=3600
        ):
            form.add_error(None, _("You reported many offers in an hour: these are looked at first."))
            return render(request, "opportunities/report.html", {"form": form, "offer": offer}, status=429)
        ground = Ground(form.cleaned_data["ground"])
        _report, new = reporting.report(offer, account, ground, form.cleaned_data["text"])
        said = (
            _("Thank you. The offer is going to be looked at.")
            if new
            else _("You already reported this offer: it is being looked at.")
        )
        messages.success(request, said)
        return redirect("opportunities:opportunity", pk=offer.pk)
    return render(request, "opportunities/report.html", {"form": form, "offer": offer})


@role_required(*MANAGERS)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Offers to check; reports; all offers."""
    shown = request.GET.get("show", "")
    makers = {"reports": _reports, "all": _all_offers}
    listing = makers.get(shown, _to_check)(request)
    if listing.wants_export:
        return listing.export()
    here = shown if shown in makers else ""
    address = reverse("opportunities:moderation")
    waiting = queries.to_check(signed_in(request)).count()
    reports = queries.reports_to_settle(signed_in(request)).filter(state=ReportState.OPEN).count()
    tabs = [
        (address, _("To check (%d)") % waiting, here == ""),
        (f"{address}?show=reports", _("Reports (%d)") % reports, here == "reports"),
        (f"{address}?show=all", _("All offers"), here == "all"),
    ]
    captions = {"": _("Offers to check"), "reports": _("Reports"), "all": _("All offers")}
    context = {"listing": listing, "tabs": tabs, "caption": captions[here]}
    return render(request, "opportunities/moderation.html", context)


@role_required(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An offer with what to look at, and the decision."""
    visible = queries.with_periods(Opportunity.objects.visible_to(request.user).checked_by(request.user))
    offer = get_object_or_404(visible, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (done := _decide(request, offer, form)):
        return done
    account = signed_in(request)
    kind = kind_of(offer)
    context = {
        "offer": offer,
        "kind": kind,
        "tone": TONES[OpportunityState(offer.state)],
        "details": kind.details(offer, account),
        "periods": list(offer.periods.all()),
        "warnings": warnings(offer),
        "reports": Report.objects.visible_to(request.user).filter(opportunity=offer, state=ReportState.OPEN),
        "changes": history(offer),
        "form": form,
        "can_publish": offer.state in (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED),
        "can_reject": offer.state in (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED),
        "can_pause": offer.state == OpportunityState.PUBLISHED,
    }
    return render(request, "opportunities/moderate.html", context)


@role_required(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def settle_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A report, and what is decided of it."""
    visible = queries.reports_to_settle(signed_in(request)).select_related("opportunity__organisation")
    found = get_object_or_404(visible, pk=pk)
    form = ReasonForm(request.POST if request.POST.get("decision") == "uphold" else None)
    if request.method == "POST" and (done := _settle(request, found, form)):
        return done
    context = {
        "report": found,
        "offer": found.opportunity,
        "tone": REPORT_TONES[ReportState(found.state)],
        "is_open": found.state == ReportState.OPEN,
        "changes": history(found),
        "form": form,
    }
    return render(request, "opportunities/settle_report.html", context)


def _decide(request: HttpRequest, offer: Opportunity, form: ReasonForm) -> HttpResponse | None:
    """Do what was decided; None when the page is to be shown again."""
    decision, account = request.POST.get("decision"), signed_in(request)
    if decision not in ("publish", "reject", "pause"):
        raise Http404
    if decision != "publish" and not form.is_valid():
        return None
    try:
        if decision == "publish":
            moderation.publish(offer, account)
        elif decision == "reject":
            moderation.reject(offer, account, form.cleaned_data["reason"])
        else:
            moderation.unpublish(offer, account, form.cleaned_data["reason"])
    except (Refused, TransitionRefused) as refused:
        messages.error(request, refused.reason)
        return redirect("opportunities:moderate", pk=offer.pk)
    messages.success(request, _("Done: the offer is now “%s”.") % offer.get_state_display())
    following = queries.to_check(account).first() if decision != "pause" else None
    return redirect("opportunities:moderation" if following is None else _address(following))


def _settle(request: HttpRequest, found: Report, form: ReasonForm) -> HttpResponse | None:
    decision, account = request.POST.get("decision"), signed_in(request)
    if decision not in ("uphold", "dismiss"):
        raise Http404
    if decision == "uphold" and not form.is_valid():
        return None
    try:
        if decision == "uphold":
            reporting.uphold(found, account, form.cleaned_data["reason"])
        else:
            reporting.dismiss(found, account)
    except (Refused, TransitionRefused) as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, _("Done: the report is now “%s”.") % found.get_state_display())
    return redirect(f"{reverse('opportunities:moderation')}?show=reports")


def _address(row: Opportunity) -> str:
    return reverse("opportunities:moderate", args=[row.pk])


def _offer_columns() -> list[Column]:
    sector = Column("sector", _("Sector"), Opportunity.get_sector_display, "sector")
    return [
        Column("title", _("Offer"), sort="title", link=_address),
        Column("organisation", _("Offered by"), lambda row: row.organisation.name, "organisation__name"),
        sector,
        Column("city", _("Town"), sort="city"),
        Column("seats", _("Seats"), sort="seats", numeric=True),
    ]


def _offers(request: HttpRequest, rows: QuerySet[Opportunity], more: list[Column], **texts: Any) -> Listing:
    choices: dict[str, Any] = {"sector": (_("Sector"), Sector.choices)}
    checked = [kind for kind in kinds() if signed_in(request).has_role(*kind.managers)]
    if len(checked) > 1:
        choices["kind"] = (_("Kind"), [(kind.name, kind.label) for kind in checked])
    return Listing(
        request,
        rows,
        name="offers",
        columns=[*_offer_columns(), *more],
        search=["title", "organisation__name", "city"],
        choices=choices | texts.pop("choices", {}),
        **texts,
    )


def _to_check(request: HttpRequest) -> Listing:
    return _offers(
        request,
        queries.to_check(signed_in(request)),
        [Column("updated_at", _("Waits since"), sort="updated_at")],
        empty_title=_("No offer to check"),
        empty_text=_("Offers that employers propose appear here, those that wait longest first."),
    )


def _all_offers(request: HttpRequest) -> Listing:
    state = Column(
        "state", _("State"), Opportunity.get_state_display, "state", badge=lambda row: TONES[row.state]
    )
    return _offers(
        request,
        queries.all_offers(Opportunity.objects.visible_to(request.user).checked_by(request.user)),
        [Column("given", _("Places given"), sort="given", numeric=True), state],
        choices={"state": (_("State"), OpportunityState.choices[1:])},
        empty_title=_("No offer yet"),
        empty_text=_("Invite employers: their offers appear here."),
    )


def _reports(request: HttpRequest) -> Listing:
    return Listing(
        request,
        queries.open_reports(queries.reports_to_settle(signed_in(request))),
        name="reports",
        columns=[
            Column(
                "opportunity",
                _("Offer"),
                lambda row: row.opportunity.title,
                "opportunity__title",
                link=lambda row: reverse("opportunities:settle_report", args=[row.pk]),
            ),
            Column("ground", _("Reason"), Report.get_ground_display, "ground"),
            Column("created_at", _("Reported on"), sort="created_at"),
            Column(
                "state",
                _("State"),
                Report.get_state_display,
                "state",
                badge=lambda row: REPORT_TONES[row.state],
            ),
        ],
        search=["opportunity__title", "opportunity__organisation__name"],
        choices={"ground": (_("Reason"), Ground.choices), "state": (_("State"), ReportState.choices)},
        empty_title=_("No report"),
        empty_text=_("Whoever is signed in can report an offer from its page."),
    )
