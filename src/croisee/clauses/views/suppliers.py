"""Inclusive suppliers of the territory: the list, the map."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.clauses.models import InclusiveSupplier, SupplierKind
from croisee.clauses.queries.potential import geojson
from croisee.clauses.supplier_tables import SUPPLIERS
from croisee.directory.rome import Trade
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing

READERS = (Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL)


@role_required(*READERS)
def suppliers(request: HttpRequest) -> HttpResponse:
    """The inclusive suppliers loaded: what they are, what they do, where."""
    account = signed_in(request)
    trade = request.GET.get("trade", "")
    rows = InclusiveSupplier.objects.visible_to(account)
    if trade in Trade.values:
        rows = rows.filter(trades__contains=[trade])
    listing = Listing(
        request,
        rows,
        name="suppliers",
        columns=[
            Column("name", _("Name"), sort="name", link=lambda row: row.website or None),
            Column("kind", _("Kind"), lambda row: row.get_kind_display(), "kind"),
            Column("trades", _("Trades"), _trades),
            Column("address", _("Address"), sort="address"),
            Column("turnover", _("Yearly turnover (€)"), _turnover, "turnover", numeric=True),
            Column("siret", _("SIRET"), sort="siret"),
            Column("source", _("Source"), sort="source"),
        ],
        search=["name", "siret", "address"],
        choices={"kind": (_("Kind"), SupplierKind.choices)},
        empty_title=_("No inclusive supplier is loaded"),
        empty_text=_(
            "A facilitateur imports them as a table: SIRET, name, kind, trades, address; turnover if it is known."
        ),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "trades": Trade.choices,
        "trade": trade,
        "map_url": f"{reverse('clauses:suppliers_map')}?trade={trade if trade in Trade.values else ''}",
        "import_url": reverse("imports:begin", args=[SUPPLIERS.name])
        if account.has_role(*SUPPLIERS.roles)
        else "",
    }
    return render(request, "clauses/suppliers/suppliers.html", context)


@role_required(*READERS)
def suppliers_map(request: HttpRequest) -> HttpResponse:
    """Those that have a place, as points."""
    rows = InclusiveSupplier.objects.visible_to(signed_in(request))
    if (trade := request.GET.get("trade", "")) in Trade.values:
        rows = rows.filter(trades__contains=[trade])
    return JsonResponse(geojson(rows))


def _trades(row: InclusiveSupplier) -> str:
    return ", ".join(str(Trade(one).label) for one in row.trades)


def _turnover(row: InclusiveSupplier) -> int | None:
    return None if row.turnover is None else int(row.turnover)
