"""The pages of operations and contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.operations import ContractForm, OperationForm
from croisee.clauses.journals import journal
from croisee.clauses.models import Contract, Lot, Operation, Programme
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import operations as queries
from croisee.clauses.queries.lights import reading
from croisee.clauses.queries.operations import steered
from croisee.clauses.services import operations as services
from croisee.clauses.views.forms import FormPage
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.forms import said
from croisee.foundation.listings import Column, Listing

READERS = (Role.FACILITATEUR, Role.BUYER)
FORM = ["GET", "HEAD", "POST"]


def top() -> tuple[str, str]:
    """The first step of the way back: the portfolio."""
    return reverse("clauses:portfolio"), _("My operations")


@role_required(*READERS)
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Every operation one follows, with how many contracts it has."""
    account = signed_in(request)
    rows = steered(Operation, account).select_related("buyer").annotate(contract_count=Count("contracts"))
    listing = Listing(
        request,
        rows.order_by("name", "pk"),
        name="operations",
        columns=[
            Column("name", _("Operation"), sort="name", link=Operation.get_absolute_url),
            Column("buyer", _("Buyer"), sort="buyer__name"),
            Column("programme", _("Programme"), _programme, "programme"),
            Column("address", _("Address of the works")),
            Column("contract_count", _("Public contracts"), sort="contract_count", numeric=True),
            Column("ends_on", _("Until"), sort="ends_on"),
        ],
        search=["name", "buyer__name", "address"],
        choices={"programme": (_("Programme"), Programme.choices)},
        empty_title=_("No operation yet"),
        empty_text=_("An operation is what is built or done: its contracts and lots hang on it."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "clauses/operations/operations.html", {"listing": listing, "trail": [top()]})


def _programme(row: Operation) -> str:
    return "" if row.programme == Programme.ORDINARY else row.get_programme_display()


@role_required(*READERS)
@require_safe
def operation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An operation: where, for whom, its contracts and lots with their hours, its separate target if it has one."""
    account, today = signed_in(request), timezone.localdate()
    found = get_object_or_404(steered(Operation, account).select_related("buyer", "facilitateur"), pk=pk)
    lots = queries.lots_of_operation(found, today)
    contracts = list(queries.contracts_of(found))
    context = {
        "operation": found,
        "contracts": [
            (one, [(lot, reading(lot, today)) for lot in lots if lot.contract_id == one.pk])
            for one in contracts
        ],
        "sums": sums(lots),
        "target": queries.target_of(found, today),
        "trail": [top()],
    }
    return render(request, "clauses/operations/operation.html", context)


def sums(lots: list[Any]) -> dict[str, Any]:
    """What some lots amount to, in hours, and what part of what is due is done."""
    total = {
        name: sum((getattr(lot, name) for lot in lots), Decimal(0))
        for name in ("due", "done", "waiting", "forecast")
    }
    percent = min(100.0, float(100 * total["done"] / total["due"])) if total["due"] else 0.0
    return {**total, "percent": percent}


@role_required(*READERS)
@require_http_methods(FORM)
def new_operation(request: HttpRequest) -> HttpResponse:
    """A new operation."""
    account = signed_in(request)
    made = Operation(facilitateur=account if is_facilitateur(account) else None)
    page = FormPage(
        _("New operation"),
        [top()],
        _("What is built or done, for whom and where. Its contracts come next."),
        _("Create the operation"),
        _("The operation is there. Add its first contract."),
    )
    return _operation_form(request, account, made, page)


@role_required(*READERS)
@require_http_methods(FORM)
def edit_operation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an operation."""
    account = signed_in(request)
    found = get_object_or_404(steered(Operation, account), pk=pk)
    page = FormPage(_("Change the operation"), [top(), (found.get_absolute_url(), found.name)])
    return _operation_form(request, account, found, page)


def _operation_form(request: HttpRequest, account: Account, row: Operation, page: FormPage) -> HttpResponse:
    form = OperationForm(request.POST or None, instance=row, account=account)

    def save() -> Operation:
        if siret := form.cleaned_data.get("siret"):
            row.buyer = services.organisation_of(siret, kind=Kind.OTHER)
        return services.save_operation(row, account, form.cleaned_data["address"], form.last_seen())

    return page.answer(request, form, save)


@role_required(*READERS)
@require_POST
def delete_operation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete an operation without contracts."""
    account = signed_in(request)
    found = get_object_or_404(steered(Operation, account), pk=pk)
    done = said(request, lambda: services.delete(found, account), _("The operation is deleted."))
    return redirect("clauses:portfolio" if done else found.get_absolute_url())


# Contracts


@role_required(*READERS)
@require_safe
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A contract: its lots with their hours, what is obligatory for it, everything noted about it."""
    account, today = signed_in(request), timezone.localdate()
    found = get_object_or_404(steered(Contract, account).select_related("operation__buyer"), pk=pk)
    lots = queries.lots_of(found, today)
    parts = journal(request, account, found, lots)
    if parts and parts["journal"].wants_export:
        return parts["journal"].export()  # type: ignore[no-any-return]
    context = {
        "contract": found,
        "lots": [(lot, reading(lot, today)) for lot in lots],
        "sums": sums(lots),
        "changes": None if parts else list(queries.changes_of(*lots)),
        "trail": trail_of(found.operation),
        **parts,
    }
    return render(request, "clauses/operations/contract.html", context)


def trail_of(*rows: Any) -> list[tuple[str, str]]:
    """The way back through the pages of some rows."""
    return [top(), *((row.get_absolute_url(), _name(row)) for row in rows)]


def _name(row: Any) -> str:
    """A row as the way back calls it: a lot often bears the title of its contract."""
    return (
        _("Lot %(number)s") % {"number": row.number}
        if isinstance(row, Lot)
        else Truncator(str(row)).chars(60)
    )


@role_required(*READERS)
@require_http_methods(FORM)
def add_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new contract of an operation."""
    account = signed_in(request)
    parent = get_object_or_404(steered(Operation, account), pk=pk)
    page = FormPage(
        _("New public contract"),
        trail_of(parent),
        parent.name,
        _("Create the contract"),
        _("The contract is there. Add its lots: a contract without lots has one."),
    )
    return _contract_form(request, account, Contract(operation=parent), page)


@role_required(*READERS)
@require_http_methods(FORM)
def edit_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a contract."""
    account = signed_in(request)
    found = get_object_or_404(steered(Contract, account).select_related("operation"), pk=pk)
    page = FormPage(_("Change the public contract"), trail_of(found.operation, found))
    return _contract_form(request, account, found, page)


def _contract_form(request: HttpRequest, account: Account, row: Contract, page: FormPage) -> HttpResponse:
    form = ContractForm(request.POST or None, instance=row, account=account)
    return page.answer(request, form, lambda: services.save_contract(row, account, form.last_seen()))


@role_required(*READERS)
@require_POST
def delete_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a contract without lots."""
    account = signed_in(request)
    found = get_object_or_404(steered(Contract, account).select_related("operation"), pk=pk)
    done = said(request, lambda: services.delete(found, account), _("The contract is deleted."))
    return redirect(found.operation if done else found)
