"""The pages of lots: the clause, the hours, the companies, the orders, the closing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses import charts
from croisee.clauses.forms.operations import ClauseForm, LotForm, OrderForm
from croisee.clauses.models import (
    CLOSED,
    FOLLOWED,
    WITH_HOURS,
    Allocation,
    Clause,
    ClauseKind,
    Contract,
    Criterion,
    Lot,
    LotState,
    Order,
    Penalty,
)
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import operations as queries
from croisee.clauses.queries.lights import reading, shares, with_light
from croisee.clauses.queries.operations import steered
from croisee.clauses.services import closing
from croisee.clauses.services import operations as services
from croisee.clauses.views.forms import FormPage
from croisee.clauses.views.operations import FORM, READERS, trail_of
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import said
from croisee.foundation.lifecycles.queries import available, history
from croisee.foundation.lifecycles.services import TransitionRefused

TONES = {
    LotState.STUDY: "",
    LotState.CALIBRATED: "info",
    LotState.PUBLISHED: "info",
    LotState.AWARDED: "info",
    LotState.RUNNING: "ok",
    LotState.DONE: "ok",
    LotState.PARTIAL: "warn",
    LotState.PENALISED: "bad",
    LotState.POOLED: "ok",
    LotState.ABANDONED: "",
}
NAMED = ("contract__operation__buyer", "contract__operation__facilitateur", "clause__exception_by")


def calibrate_url(lot: Lot) -> str:
    """Where the hours of a lot are calculated."""
    return reverse("clauses:calibrate", args=[lot.pk])


def _mine(account: Account, pk: UUID) -> Lot:
    return get_object_or_404(steered(Lot, account).select_related(*NAMED), pk=pk)


@role_required(*READERS)
@require_safe
def lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A lot, whole: clause, hours, companies, orders, who works (for facilitateurs alone), what can be done."""
    account, today = signed_in(request), timezone.localdate()
    rows = with_light(steered(Lot, account), today, few=True)
    found = get_object_or_404(rows.select_related(*NAMED), pk=pk)
    clause = getattr(found, "clause", None)
    companies = queries.companies_of(clause, today)
    actions = [one for one in available(found, account) if not one.transition.name.startswith("close")]
    context = {
        "lot": found,
        "clause": clause,
        "asks_hours": clause is not None and clause.kind in WITH_HOURS,
        "publics": [Criterion(one).label for one in clause.publics] if clause else [],
        "tone": TONES[LotState(found.state)],
        "reading": reading(found, today),
        "shares": shares(found),
        "calibrate_url": calibrate_url(found),
        "companies": queries.flattened(companies),
        "gap": queries.gap(clause, companies, found.due) if clause and companies else None,
        "months": _months(account, found),
        "orders": _orders(found, clause),
        "penalties": list(Penalty.objects.visible_to(account).filter(commitment__clause__lot=found)),
        "actions": actions,
        "closable": found.state == LotState.RUNNING and is_facilitateur(account),
        "to_close": bool(found.ends_on and found.ends_on < today) or found.due <= found.done,
        "open": found.state not in CLOSED,
        "counted": found.state in (*FOLLOWED, *CLOSED),
        "changes": history(found),
        "trail": trail_of(found.contract.operation, found.contract),
        **_people(account, found),
    }
    return render(request, "clauses/lots/lot.html", context)


def _months(account: Account, lot: Lot) -> charts.Months:
    """Hours validated month by month, on the time of the lot."""
    counted = Allocation.objects.visible_to(account).filter(commitment__clause__lot=lot)
    return charts.months(queries.months_of(counted), lot.starts_on, lot.ends_on)


def _people(account: Account, lot: Lot) -> dict[str, Any]:
    """Who works or worked there: names, which facilitateurs alone read, and that reading is recorded."""
    if not is_facilitateur(account):
        return {"follows_people": False}
    people = list(queries.people_of(lot))
    if people:
        record_read(account, lot, _("people at work in a lot"))
    return {"follows_people": True, "people": people}


def _orders(lot: Lot, clause: Clause | None) -> list[tuple[Order, Decimal | None]]:
    """The orders of a framework, each with the hours that it makes due."""
    if not lot.contract.framework:
        return []
    ratio = clause.hours_per_keuro if clause else None
    return [(one, None if ratio is None else one.amount * ratio / 1000) for one in lot.orders.all()]


@role_required(*READERS)
@require_http_methods(FORM)
def new_lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new lot of a contract; without lots yet, one that takes the contract's object and amount."""
    account = signed_in(request)
    parent = get_object_or_404(steered(Contract, account).select_related("operation"), pk=pk)
    count = parent.lots.count()
    made = Lot(contract=parent, number=str(count + 1), starts_on=parent.operation.starts_on)
    if not count:
        made.title, made.amount = parent.title[:300], parent.amount or parent.estimate
    page = FormPage(
        _("New lot"),
        trail_of(parent.operation, parent),
        parent.title,
        _("Create the lot"),
        _("The lot is there. Give its clause next."),
    )
    return _lot_form(request, account, made, page)


@role_required(*READERS)
@require_http_methods(FORM)
def edit_lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a lot."""
    account = signed_in(request)
    found = _mine(account, pk)
    page = FormPage(_("Change the lot"), trail_of(found.contract.operation, found.contract, found))
    return _lot_form(request, account, found, page)


def _lot_form(request: HttpRequest, account: Account, row: Lot, page: FormPage) -> HttpResponse:
    form = LotForm(request.POST or None, instance=row, account=account)
    return page.answer(request, form, lambda: services.save_lot(row, account, form.last_seen()))


@role_required(*READERS)
@require_POST
def delete_lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a lot that nobody is committed to."""
    account = signed_in(request)
    found = _mine(account, pk)
    done = said(request, lambda: services.delete(found, account), _("The lot is deleted."))
    return redirect(found.contract if done else found)


@role_required(*READERS)
@require_POST
def move_lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a lot along its life."""
    account = signed_in(request)
    found = _mine(account, pk)
    try:
        moved = services.move_lot(found, request.POST.get("transition", ""), account)
    except KeyError:
        raise Http404 from None
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Done: the lot is now “%s”.") % moved.get_state_display())
    return redirect(found)


@role_required(Role.FACILITATEUR)
@require_http_methods(FORM)
def close_lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a lot: what the balance proposes, and what each way means."""
    account = signed_in(request)
    found = _mine(account, pk)
    if request.method == "POST":
        try:
            closed = closing.close(found, request.POST.get("way", ""), account)
        except TransitionRefused as refusal:
            messages.error(request, refusal.reason)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Done: the lot is now “%s”.") % closed.get_state_display())
            return redirect(
                "clauses:penalties" if closed.state == LotState.PENALISED else closed.get_absolute_url()
            )
    balance = closing.closing_of(found)
    context = {
        "lot": found,
        "balance": balance,
        "ways": _ways(balance),
        "possible": found.state == LotState.RUNNING,
        "trail": trail_of(found.contract.operation, found.contract, found),
    }
    return render(request, "clauses/lots/close.html", context)


def _ways(balance: closing.Closing) -> list[dict[str, Any]]:
    """Each way to close, with what it means, whether it is the one proposed, and what stands against it."""
    words = {
        closing.DONE: (_("Hours done"), _("The clause is met.")),
        closing.PARTIAL: (_("Hours done in part"), _("What is missing is left at that, without a penalty.")),
        closing.PENALISED: (
            _("With a penalty"),
            _("A penalty is proposed for each company with missing hours; the buyer decides on it."),
        ),
        closing.POOLED: (
            _("Hours done with other lots"),
            _("What is missing here was done in other lots of the company."),
        ),
    }
    return [
        {
            "way": way,
            "label": label,
            "text": text,
            "proposed": way == balance.proposed,
            "refused": balance.refused.get(way, ""),
        }
        for way, (label, text) in words.items()
    ]


# The clause


@role_required(*READERS)
@require_http_methods(FORM)
def edit_clause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The clause of a lot, or the exception."""
    account = signed_in(request)
    found = _mine(account, pk)
    row = getattr(found, "clause", None) or Clause(lot=found, kind=ClauseKind.EXECUTION)
    page = FormPage(
        _("Social clause"),
        trail_of(found.contract.operation, found.contract, found),
        found.title,
        said=_("The clause is saved."),
        template="clauses/lots/clause.html",
        extra={"lot": found, "calibrate_url": calibrate_url(found)},
    )
    form = ClauseForm(request.POST or None, instance=row, account=account)
    save = lambda: services.save_clause(row, account, form.last_seen())  # noqa: E731
    return page.answer(request, form, save, to=found.get_absolute_url())


# Orders


@role_required(*READERS)
@require_http_methods(FORM)
def new_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new order of a framework."""
    account = signed_in(request)
    found = _mine(account, pk)
    return _order_form(request, account, found, Order(lot=found), _("New order"))


@role_required(*READERS)
@require_http_methods(FORM)
def edit_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an order."""
    account = signed_in(request)
    row = get_object_or_404(steered(Order, account).select_related("lot__contract__operation"), pk=pk)
    return _order_form(request, account, row.lot, row, _("Change the order"))


def _order_form(request: HttpRequest, account: Account, lot: Lot, row: Order, title: str) -> HttpResponse:
    page = FormPage(
        title,
        trail_of(lot.contract.operation, lot.contract, lot),
        _("Each order makes hours due grow by the ratio of the clause."),
        said=_("The order is saved: the hours due have followed."),
        extra={"delete_url": "" if row._state.adding else reverse("clauses:delete_order", args=[row.pk])},
    )
    form = OrderForm(request.POST or None, instance=row, account=account)
    save = lambda: services.save_order(row, account, form.last_seen())  # noqa: E731
    return page.answer(request, form, save, to=lot.get_absolute_url())


@role_required(*READERS)
@require_POST
def delete_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete an order: the hours due follow."""
    account = signed_in(request)
    row = get_object_or_404(steered(Order, account).select_related("lot"), pk=pk)
    said(
        request,
        lambda: services.delete(row, account),
        _("The order is deleted: the hours due have followed."),
    )
    return redirect(row.lot)
