"""The exchange with the national platform, for the campaign manager."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing
from croisee.stages.forms.interchange import SectorsForm
from croisee.stages.models import Direction, Exchange, PartnerSector, Rejection
from croisee.stages.national_api.client import Access
from croisee.stages.national_api.refusals import remedy
from croisee.stages.queries import interchange as queries
from croisee.stages.services import interchange as services
from croisee.stages.services import rejections


@role_required(Role.CAMPAIGN_MANAGER)
def interchange(request: HttpRequest) -> HttpResponse:
    """Where the exchange stands, and what was refused with what to do about it."""
    account = signed_in(request)
    access = Access.of_environment()
    listing = Listing(
        request,
        queries.rejections(account),
        name="refusals",
        columns=[
            Column("created_at", _("On"), sort="created_at"),
            Column("direction", _("Direction"), Rejection.get_direction_display, "direction"),
            Column("offer", _("Offer"), lambda row: row.payload.get("title") or row.remote_id),
            Column("message", _("Why")),
            Column("remedy", _("What to do"), lambda row: remedy(row.code)),
            Column("settled_at", _("Settled on"), sort="settled_at"),
        ],
        search=["remote_id", "code", "message"],
        choices={
            "direction": (_("Direction"), Direction.choices),
            "settled_at__isnull": (_("State"), [(True, _("open")), (False, _("settled"))]),
        },
        per_page=20,
        empty_title=_("Nothing was refused"),
        empty_text=_("What the platform refuses, or what we cannot read, appears here with what to do."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "configured": access is not None and access.is_safe,
        "unsafe": access is not None and not access.is_safe,
        "counts": queries.counts(account),
        "exchanges": Exchange.objects.visible_to(account)[:5],
        "listing": listing,
        "open": Rejection.objects.visible_to(account).filter(settled_at__isnull=True)[:20],
    }
    return render(request, "stages/interchange/interchange.html", context)


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def exchange(request: HttpRequest) -> HttpResponseBase:
    """Exchange now, in the background."""
    access = Access.of_environment()
    if access is None or not access.is_safe:
        messages.error(request, _("The national platform is not configured: this page says how."))
        return redirect("stages:interchange")
    return redirect(services.start_exchange(signed_in(request)))


@role_required(Role.CAMPAIGN_MANAGER)
@require_POST
def settle_rejection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a refusal as dealt with."""
    row = get_object_or_404(Rejection.objects.visible_to(request.user), pk=pk)
    if rejections.settle(row):
        messages.success(request, _("Settled. It comes back if the next exchange meets it again."))
    else:
        messages.info(request, _("It was already settled."))
    return redirect("stages:interchange")


@role_required(Role.CAMPAIGN_MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_sectors(request: HttpRequest) -> HttpResponse:
    """Which of our sectors each sector of the platform is."""
    rows = PartnerSector.objects.visible_to(request.user)
    form = SectorsForm(rows, request.POST or None)
    if request.method == "POST" and form.is_valid():
        n = services.match_sectors(form.cleaned_data)
        messages.success(request, ngettext("%(n)d sector changed.", "%(n)d sectors changed.", n) % {"n": n})
        return redirect("stages:interchange")
    return render(request, "stages/interchange/sectors.html", {"form": form})
