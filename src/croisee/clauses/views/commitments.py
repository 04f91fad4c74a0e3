"""The page of a company's commitment in a lot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses import charts
from croisee.clauses.forms.operations import CommitmentForm
from croisee.clauses.journals import journal
from croisee.clauses.models import CLOSED, Allocation, Commitment, Lot, Need, Part, Penalty
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import operations as queries
from croisee.clauses.queries.operations import steered
from croisee.clauses.services import operations as services
from croisee.clauses.views.forms import FormPage
from croisee.clauses.views.operations import FORM, READERS, trail_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.forms import said

NAMED = ("organisation", "of__organisation", "clause__lot__contract__operation__buyer")


@role_required(*READERS)
@require_safe
def commitment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a company owes in a lot, what is done, whom to write to, what it looks for, everything noted about it."""
    account, today = signed_in(request), timezone.localdate()
    found = get_object_or_404(steered(Commitment, account).select_related(*NAMED), pk=pk)
    lot = found.clause.lot
    every = queries.flattened(queries.companies_of(found.clause, today))
    company = next(one for one in every if one.commitment.pk == found.pk)
    penalties = list(Penalty.objects.visible_to(account).filter(commitment=found))
    parts = journal(request, account, found, penalties)
    if parts and parts["journal"].wants_export:
        return parts["journal"].export()  # type: ignore[no-any-return]
    within = [one.commitment.pk for one in queries.flattened([company])]
    hours = Allocation.objects.visible_to(account).filter(commitment__in=within)
    context = {
        "commitment": found,
        "company": company,
        "commitment_hired": company.commitment.hired,
        "send_url": reverse("clauses:send_link", args=[found.pk]) if is_facilitateur(account) else "",
        "below": queries.flattened(company.subcontractors),
        "months": charts.months(queries.months_of(hours), lot.starts_on, lot.ends_on),
        "needs": list(Need.objects.visible_to(account).filter(commitment=found))
        if is_facilitateur(account)
        else None,
        "penalties": penalties,
        "removable": not (company.commitment.hired or company.done or company.waiting),
        "open": lot.state not in CLOSED,
        "trail": trail_of(lot.contract.operation, lot.contract, lot),
        "follows": is_facilitateur(account),
        **parts,
    }
    return render(request, "clauses/commitments/commitment.html", context)


@role_required(*READERS)
@require_http_methods(FORM)
def new_commitment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Commit a company in a lot: the first one is its holder."""
    account = signed_in(request)
    lot = get_object_or_404(steered(Lot, account).select_related("contract__operation", "clause"), pk=pk)
    clause = getattr(lot, "clause", None)
    if clause is None:
        return redirect("clauses:edit_clause", lot.pk)
    first = not clause.commitments.exists()
    made = Commitment(clause=clause, part=Part.HOLDER if first else Part.COCONTRACTOR)
    page = FormPage(_("Commit a company"), _trail(lot), lot.title, said=_("The company is committed."))
    return _form(request, account, made, page, to=lot.get_absolute_url())


@role_required(*READERS)
@require_http_methods(FORM)
def edit_commitment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a commitment: hours, contact."""
    account = signed_in(request)
    found = get_object_or_404(steered(Commitment, account).select_related(*NAMED), pk=pk)
    trail = [*_trail(found.clause.lot), (found.get_absolute_url(), found.organisation.name)]
    return _form(request, account, found, FormPage(_("Change the commitment"), trail, found.clause.lot.title))


def _trail(lot: Lot) -> list[tuple[str, str]]:
    return trail_of(lot.contract.operation, lot.contract, lot)


def _form(
    request: HttpRequest, account: Account, row: Commitment, page: FormPage, to: str = ""
) -> HttpResponse:
    form = CommitmentForm(request.POST or None, instance=row, account=account)

    def save() -> Any:
        given = form.cleaned_data
        return services.save_commitment(row, account, given["siret"], given["name"], form.last_seen())

    return page.answer(request, form, save, to)


@role_required(*READERS)
@require_POST
def delete_commitment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a company out of a lot, while nothing hangs on its commitment."""
    account = signed_in(request)
    found = get_object_or_404(steered(Commitment, account).select_related(*NAMED), pk=pk)
    done = said(
        request, lambda: services.delete(found, account), _("The company is no longer committed in this lot.")
    )
    return redirect(found.clause.lot if done else found)
