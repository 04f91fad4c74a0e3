"""The exchange with La bonne alternance, for managers of programmes."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.apprenticeship.lba.client import Access
from croisee.apprenticeship.lba.refusals import remedy
from croisee.apprenticeship.models import Direction, PartnerExchange, PartnerRejection
from croisee.apprenticeship.queries import partner as queries
from croisee.apprenticeship.services import partner as services
from croisee.apprenticeship.services import rejections
from croisee.apprenticeship.views.common import trail_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS
from croisee.foundation.listings import Column, Listing


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    """What was not taken with what to do about it, and the journal of exchanges."""
    account = signed_in(request)
    journal = request.GET.get("show") == "journal"
    listing = _journal(request, account) if journal else _rejections(request, account)
    if listing.wants_export:
        return listing.export()
    access = Access.of_environment()
    here = reverse("apprenticeship:exchanges")
    context = {
        "configured": access is not None and access.is_safe,
        "counts": queries.counts(account),
        "last": PartnerExchange.objects.visible_to(account).first(),
        "listing": listing,
        "caption": _("Journal of exchanges") if journal else _("Not taken"),
        "tabs": [
            (here, _("Not taken"), not journal),
            (f"{here}?show=journal", _("Journal of exchanges"), journal),
        ],
        "trail": trail_of(account),
    }
    return render(request, "apprenticeship/offers/exchanges.html", context)


def _name(row: PartnerRejection) -> str:
    return row.opportunity.title if row.opportunity is not None else row.remote_id


def _rejections(request: HttpRequest, account: Account) -> Listing:
    return Listing(
        request,
        queries.rejections(account),
        name="lba-refusals",
        columns=[
            Column(
                "offer", _("Offer"), _name, link=lambda row: reverse("apprenticeship:settle", args=[row.pk])
            ),
            Column("direction", _("Direction"), PartnerRejection.get_direction_display, "direction"),
            Column("field", _("Field"), sort="field"),
            Column("message", _("Why")),
            Column("remedy", _("What to do"), lambda row: remedy(row.field, row.code)),
            Column("created_at", _("On"), sort="created_at"),
            Column("settled_at", _("Settled on"), sort="settled_at"),
        ],
        search=["remote_id", "code", "message", "field"],
        choices={
            "direction": (_("Direction"), Direction.choices),
            "settled_at__isnull": (_("State"), [(True, _("open")), (False, _("settled"))]),
        },
        per_page=20,
        empty_title=_("Nothing was refused"),
        empty_text=_(
            "What La bonne alternance refuses, or what we cannot read, appears here with what to do."
        ),
    )


def _journal(request: HttpRequest, account: Account) -> Listing:
    return Listing(
        request,
        PartnerExchange.objects.visible_to(account),
        name="lba-journal",
        columns=[
            Column("created_at", _("On"), sort="created_at"),
            Column("told", _("What was done")),
            Column("problem", _("What stopped it"), sort="problem"),
        ],
        per_page=20,
        empty_title=_("No exchange yet"),
        empty_text=_("Offers are exchanged each morning once a token is set, or from this page."),
    )


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def exchange_now(request: HttpRequest) -> HttpResponseBase:
    """Exchange now, in the background."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        messages.error(request, _("La bonne alternance is not configured: this page says how."))
        return redirect("apprenticeship:exchanges")
    return redirect(services.start_exchange(signed_in(request)))


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(METHODS)
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A refusal whole: the field, the code, the sentence, what was sent; marked as dealt with."""
    account = signed_in(request)
    row = get_object_or_404(queries.rejections(account), pk=pk)
    if request.method == "POST":
        if rejections.settle(row):
            messages.success(request, _("Settled. It comes back if the next exchange meets it again."))
        else:
            messages.info(request, _("It was already settled."))
        return redirect("apprenticeship:exchanges")
    offer = row.opportunity
    context = {
        "rejection": row,
        "name": _name(row),
        "remedy": remedy(row.field, row.code),
        "payload": json.dumps(row.payload, ensure_ascii=False, indent=2),
        "offer_url": reverse("apprenticeship:offer", args=[offer.pk]) if offer is not None else "",
        "trail": [(reverse("apprenticeship:exchanges"), _("La bonne alternance"))],
    }
    return render(request, "apprenticeship/offers/rejection.html", context)
