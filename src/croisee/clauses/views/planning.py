"""The pages of plans: ask for one, read what it reaches, what it cannot, and which trades run short."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.forms.planning import PlanForm
from croisee.clauses.models import HoursPlan, PlannedContract, PlanShortfall
from croisee.clauses.queries import plans as queries
from croisee.clauses.services import planning as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.listings import Column, Listing


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """The plans made, and the form that asks for another."""
    account = signed_in(request)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            progress = services.start_plan(account, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("progress:detail", progress.pk)
    listing = Listing(
        request,
        HoursPlan.objects.visible_to(account),
        name="plans",
        columns=[
            Column("first_month", _("From"), lambda row: _month(row.first_month), "first_month", link=_page),
            Column("months", _("Months"), sort="months", numeric=True),
            Column("met", _("Hours met"), lambda row: row.figures["met"], numeric=True),
            Column("asked", _("Hours to do"), lambda row: row.figures["asked"], numeric=True),
            Column("created_at", _("Made on"), sort="created_at"),
        ],
        empty_title=_("No plan yet"),
        empty_text=_("A plan says who could do which lot’s hours when, and where people are missing."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "clauses/planning/plans.html", {"listing": listing, "form": form})


@role_required(Role.FACILITATEUR)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a plan reaches, what it cannot meet and why, its contracts, the forecast by trade."""
    account = signed_in(request)
    found = get_object_or_404(HoursPlan.objects.visible_to(account).select_related("made_by"), pk=pk)
    shortfalls, contracts = _shortfalls(request, found), _contracts(request, found)
    for listing in (shortfalls, contracts):
        if listing.wants_export:
            record_export(account, found, str(_("plan of hours")))
            return listing.export()
    record_read(account, found, _("planned contracts of people"))
    today = timezone.localdate()
    context = {
        "plan": found,
        "title": _title(found),
        "sentence": queries.in_words(found),
        "comparison": queries.comparison(found),
        "alerts": queries.training_alerts(found, today),
        "quarters": queries.quarters(found),
        "trades": queries.trades(found),
        "shortfalls": shortfalls,
        "contracts": contracts,
    }
    return render(request, "clauses/planning/plan.html", context)


@role_required(Role.FACILITATEUR)
@require_POST
def delete_plan(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Forget a plan."""
    services.forget(get_object_or_404(HoursPlan.objects.visible_to(signed_in(request)), pk=pk))
    messages.success(request, _("The plan is deleted."))
    return redirect("clauses:plans")


def _shortfalls(request: HttpRequest, found: HoursPlan) -> Listing:
    rows = PlanShortfall.objects.visible_to(signed_in(request)).filter(plan=found)
    return Listing(
        request,
        rows.select_related("lot__contract__operation"),
        name="missing",
        prefix="m-",
        per_page=20,
        columns=[
            Column("lot", _("Lot"), lambda row: row.lot.title, "lot__title", link=_lot_page),
            Column("operation", _("Operation"), lambda row: row.lot.contract.operation.name),
            Column("ends_on", _("Ends on"), lambda row: row.lot.ends_on, "lot__ends_on"),
            Column("missing", _("Missing hours"), lambda row: int(row.missing), "missing", numeric=True),
            Column("why", _("Why"), lambda row: queries.LACKS[row.why]),
        ],
        search=["lot__title", "lot__contract__operation__name"],
        empty_title=_("Every lot is met"),
        empty_text=_("The plan does all the hours of all the lots by their dates."),
    )


def _contracts(request: HttpRequest, found: HoursPlan) -> Listing:
    rows = PlannedContract.objects.visible_to(signed_in(request)).filter(plan=found)
    return Listing(
        request,
        rows.select_related("lot", "participant__person"),
        name="contracts",
        prefix="c-",
        per_page=30,
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: str(row.participant),
                "participant__person__family_name",
                link=lambda row: row.participant.get_absolute_url(),
            ),
            Column("lot", _("Lot"), lambda row: row.lot.title, "lot__title", link=_lot_page),
            Column("first_month", _("From"), lambda row: _month(row.first_month), "first_month"),
            Column("last_month", _("To"), lambda row: _month(row.last_month), "last_month"),
            Column("hours", _("Hours of work"), lambda row: int(row.hours), "hours", numeric=True),
        ],
        search=["participant__person__family_name", "participant__person__given_name", "lot__title"],
        empty_title=_("No contract"),
        empty_text=_("Nobody eligible can reach a lot that has hours left: see why in the table above."),
    )


def _page(row: HoursPlan) -> str:
    return row.get_absolute_url()


def _lot_page(row: Any) -> str:
    url: str = row.lot.get_absolute_url()
    return url


def _month(day: dt.date) -> str:
    return str(date_format(day, "YEAR_MONTH_FORMAT"))


def _title(found: HoursPlan) -> str:
    words = {"month": _month(found.first_month), "n": number_format(found.months)}
    return _("Plan of hours from %(month)s, %(n)s months") % words
