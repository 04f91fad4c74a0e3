"""The portfolio: the facilitateur's operations, the buyer's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from croisee.clauses.contract_lists.export import columns_of_export
from croisee.clauses.models import LotState
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import portfolio as queries
from croisee.clauses.queries.lights import RULE, TONES, Light, reading, shares
from croisee.clauses.queries.operations import facilitateurs
from croisee.directory.rome import Trade
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.listings import Column, Listing

READERS = (Role.FACILITATEUR, Role.BUYER)


@role_required(*READERS)
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every lot one follows: hours due, done, waiting and ahead, and a light that says why."""
    account, today = signed_in(request), timezone.localdate()
    stage = request.GET.get("stage", "")
    if stage not in queries.STAGES:
        raise Http404(stage)
    listing = _listing(request, account, stage, today, few=_asks_nothing_of_hours(request))
    if listing.wants_export:
        record_export(account, account, _("export of the portfolio of social clauses"))
        return listing.export()
    context = {
        "listing": listing,
        "rows": [(row, reading(row, today), shares(row)) for row in listing.shown],
        "totals": _totals(listing, account, stage, today) if listing.total else None,
        "tabs": _tabs(stage),
        "rule": [(light, TONES[light], words) for light, words in RULE],
        "follows_all": is_facilitateur(account),
        "has_map": queries.has_points(account),
        "map_url": reverse("clauses:works_map"),
        "import_url": reverse("imports:begin", args=["clauses.contracts"]),
    }
    return render(request, "clauses/portfolio/portfolio.html", context)


BY_HOURS = ("light", "percent", "waiting", "forecast")
"""The columns that ask for the hours of every lot, in order to sort."""


def _asks_nothing_of_hours(request: HttpRequest) -> bool:
    """Whether a page of lots is found without the hours of all of them."""
    asked = request.GET
    return not (
        asked.get("sort", "").removeprefix("-") in BY_HOURS or asked.get("light") or "export" in asked
    )


def _totals(listing: Listing, account: Account, stage: str, today: dt.date) -> queries.Totals:
    """What the lots that pass the filters amount to."""
    every = replace(listing, rows=queries.lots_of(account, stage, today))
    asked = {name: value for name, value in listing.query.items() if name not in ("page", "sort")}
    named = f"{account.pk} {today} {sorted(asked.items())}"
    return queries.totals(cast("QuerySet[Any]", every.matching), named)


def _listing(request: HttpRequest, account: Account, stage: str, today: dt.date, *, few: bool) -> Listing:
    rows = queries.lots_of(account, stage, today, few=few)
    exported = "export" in request.GET
    if exported:
        rows = rows.select_related("clause").prefetch_related("clause__commitments__organisation")
    return Listing(
        request,
        rows.order_by("ends_on", "pk"),
        name="lots",
        columns=columns_of_export(today) if exported else _columns(),
        search=["title", "contract__title", "contract__reference", "contract__operation__name", "holders"],
        choices=_choices(account, stage),
        empty_title=_("No lot here yet"),
        empty_text=_(
            "Begin with an operation, then its contracts and lots; or import the list you keep in a spreadsheet."
        ),
    )


def _columns() -> list[Column]:
    """What the table of the page shows; files have the columns of the import instead."""
    return [
        Column("title", _("Lot"), sort="title"),
        Column("light", _("Light"), sort="missing"),
        Column("percent", _("Hours done"), sort="done", numeric=True),
        Column("waiting", _("To check"), sort="waiting", numeric=True),
        Column("forecast", _("Still planned"), sort="forecast", numeric=True),
        Column("ends_on", _("Ends on"), sort="ends_on"),
    ]


def _choices(account: Account, stage: str) -> dict[str, Any]:
    every = is_facilitateur(account)
    choices: dict[str, Any] = {}
    if stage == "":
        choices["light"] = (_("Light"), Light.choices)
    states = [(one.value, one.label) for one in LotState if one in queries.STAGES[stage]]
    if len(states) > 1:
        choices["state"] = (_("State"), states)
    buyers = [(str(pk), name) for pk, name in queries.buyers(account).values_list("pk", "name")]
    if len(buyers) > 1:
        choices["contract__operation__buyer"] = (_("Buyer"), buyers)
    choices["trade"] = (_("Trade"), Trade.choices)
    if every:
        people = [(str(one.pk), str(one)) for one in facilitateurs()]
        if len(people) > 1:
            choices["contract__operation__facilitateur"] = (_("Facilitateur"), people)
        choices["bounced"] = (_("E-mail of a contact"), [(True, _("came back"))])
    if stage == "":
        choices["ending"] = (_("Last day"), [(True, _("within 90 days"))])
    return choices


def _tabs(stage: str) -> list[tuple[str, str, bool]]:
    names = (
        ("", _("Under way")),
        ("preparation", _("In preparation")),
        ("closed", _("Closed lots")),
        ("all", _("All lots")),
    )
    return [(f"?stage={key}" if key else "?", label, key == stage) for key, label in names]


@role_required(*READERS)
@require_safe
def works_map(request: HttpRequest) -> JsonResponse:
    """Where the works are, as GeoJSON."""
    return JsonResponse(queries.geojson(signed_in(request)), content_type="application/geo+json")
