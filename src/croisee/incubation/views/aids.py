"""De minimis aid: the counter of each company, what it had, what it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.figures.book import NoFigure
from croisee.foundation.forms import METHODS, FormPage, said
from croisee.foundation.listings import Column, Listing
from croisee.incubation.forms.aids import AidForm
from croisee.incubation.models import Aid
from croisee.incubation.queries import aids as queries
from croisee.incubation.queries.hosting_rules import euros
from croisee.incubation.services import aids as services
from croisee.incubation.services.hosting_papers import declaration_pdf
from croisee.incubation.views.hosting import MANAGER, READERS, counter_or_none

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from croisee.foundation.accounts.models import Account

WHOLE = 100


def _trail(account: Account) -> list[tuple[str, str]]:
    if account.has_role(MANAGER):
        return [(reverse("incubation:aids"), _("De minimis aid"))]
    return [(reverse("incubation:my_hosting"), _("My hosting"))]


@role_required(MANAGER)
@require_safe
def aids(request: HttpRequest) -> HttpResponse:
    """The counter of each company that is hosted or followed."""
    account, today = signed_in(request), timezone.localdate()
    try:
        ceiling, years = queries.limits_on(today)
    except NoFigure:
        return render(request, "incubation/aids/aids.html", {"ceiling": None})
    listing = Listing(
        request,
        queries.with_counters(account, years),
        name="aids",
        columns=[
            Column(
                "name",
                _("Company"),
                sort="name",
                link=lambda row: reverse("incubation:company_aids", args=[row.pk]),
            ),
            Column("siret", "SIRET", lambda row: row.siret or None),
            Column(
                "aided",
                _("Aid of the period (€)"),
                lambda row: float(row.aided),
                "aided",
                numeric=True,
                bar=lambda row: min(float(WHOLE * row.aided / ceiling), float(WHOLE)) if ceiling else None,
            ),
            Column(
                "left",
                _("May still be granted (€)"),
                lambda row: float(max(ceiling - row.aided, 0)),
                numeric=True,
            ),
        ],
        search=["name", "siret"],
        empty_title=_("No company yet"),
        empty_text=_("Companies of projects that are followed appear here with their aid."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "ceiling": euros(ceiling), "years": years}
    return render(request, "incubation/aids/aids.html", context)


@role_required(*READERS)
@require_safe
def company_aids(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a company had in aid, what counts today, what it may still have."""
    account, today = signed_in(request), timezone.localdate()
    company = get_object_or_404(queries.companies(account), pk=pk)
    rows = list(queries.aids_of(company).select_related("organisation", "agreement__tenant"))
    counter = counter_or_none(company, today)
    context = {
        "company": company,
        "counter": counter,
        "rows": [(row, bool(counter and counter.first <= row.granted_on <= today)) for row in rows],
        "trail": _trail(account),
    }
    return render(request, "incubation/aids/company.html", context)


@role_required(*READERS)
@require_http_methods(METHODS)
def declare_aid(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down an aid that a company had elsewhere."""
    account = signed_in(request)
    company = get_object_or_404(queries.companies(account), pk=pk)
    where = reverse("incubation:company_aids", args=[company.pk])
    form = AidForm(request.POST or None, instance=Aid(organisation=company, declared=True), account=account)
    page = FormPage(
        _("Declare an aid"),
        [*_trail(account), (where, str(company))],
        _(
            "De minimis aid that the company, or one linked to it, was granted by anyone: region, metropolis, bank…"
        ),
        _("Declare the aid"),
        _("The aid is declared."),
    )
    return page.answer(request, form, lambda: services.declare(company, form.cleaned_data), where)


@role_required(*READERS)
@require_POST
def remove_aid(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back an aid that was declared by mistake."""
    account = signed_in(request)
    row = get_object_or_404(queries.removable(account), pk=pk)
    said(request, lambda: services.remove(row), _("The aid is taken back."))
    return redirect("incubation:company_aids", row.organisation_id)


@role_required(*READERS)
@require_safe
def aid_declaration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The declaration on one’s honour to print and sign."""
    account, today = signed_in(request), timezone.localdate()
    company = get_object_or_404(queries.companies(account), pk=pk)
    counter = counter_or_none(company, today)
    if counter is None:
        return redirect("incubation:company_aids", company.pk)
    return pdf_response(declaration_pdf(company, counter, today), f"declaration-de-minimis-{today}.pdf")
