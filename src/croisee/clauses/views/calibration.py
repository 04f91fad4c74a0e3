"""Setting the clause of a lot on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.forms.calibration import (
    CalibrationForm,
    ExceptionForm,
    HelpForm,
)
from croisee.clauses.formula import FactorRefused
from croisee.clauses.models import WITH_HOURS, ClauseKind, Lot
from croisee.clauses.proposing import Filling, proposed
from croisee.clauses.queries import calibration as queries
from croisee.clauses.queries import obligation as obligations
from croisee.clauses.queries.calibration import Result
from croisee.clauses.queries.clause_document import clause_document
from croisee.clauses.queries.operations import steered
from croisee.clauses.queries.potential import sourcing
from croisee.clauses.services import calibration as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.documents.services import render_pdf
from croisee.foundation.lifecycles.services import TransitionRefused

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.clauses.queries.calibration import Figures
    from croisee.foundation.accounts.models import Account

CALIBRATORS = (Role.FACILITATEUR, Role.BUYER)


@role_required(*CALIBRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def calibrate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The clause of a lot, from the obligation to the wording, on one page."""
    account = signed_in(request)
    lot = _lot(account, pk)
    known = queries.figures(lot.trade, timezone.localdate())
    forms = _Forms(lot, known)
    if request.method == "POST" and (done := _act(request, account, lot, forms)):
        return done
    return render(request, "clauses/calibration/calibrate.html", _context(lot, known, forms))


class _Forms:
    """The three forms of the page, of which one at most was sent."""

    def __init__(self, lot: Lot, known: Figures) -> None:
        self.known = known
        self.framework = lot.contract.framework
        self.amount, self.amount_source = queries.amount_of(lot)
        seen = {"seen": services.stamp_of(lot)}
        self.clause = CalibrationForm(
            initial={**_initial(lot, known, self.amount), **seen}, framework=self.framework
        )
        self.exception = ExceptionForm(initial={**_exception(lot), **seen}, prefix="exception")
        self.help = HelpForm(prefix="help")
        self.result: Result | None = None
        self.opened = ""


def _act(request: HttpRequest, account: Account, lot: Lot, forms: _Forms) -> HttpResponse | None:
    """Do what the button that was pressed says; None when the page is to be shown again."""
    action = request.POST.get("action", "calculate")
    if action == "exception":
        forms.opened = "exception"
        forms.exception = ExceptionForm(request.POST, prefix="exception")
        return _except(request, account, lot, forms)
    if action == "help":
        forms.opened = "help"
        forms.help = HelpForm(request.POST, prefix="help")
        return _ask(request, account, lot, forms)
    forms.clause = CalibrationForm(request.POST, framework=forms.framework)
    if action == "save":
        return _save(request, account, lot, forms)
    forms.clause.is_valid()
    forms.clause.calculate(forms.known, _source(forms), framework=forms.framework)
    if action == "wording":
        forms.clause = _with_wording(request.POST, lot, forms)
    return None


def _save(request: HttpRequest, account: Account, lot: Lot, forms: _Forms) -> HttpResponse | None:
    form = forms.clause
    form.is_valid()
    if not form.check(forms.known, _source(forms)):
        messages.error(request, _("Nothing is saved yet: see what is asked in the page."))
        return None
    try:
        services.save_clause(lot, account, form.values(), seen=form.cleaned_data["seen"])
    except TransitionRefused as refusal:
        form.add_error(None, refusal.reason)
    except ValidationError as refusal:
        form.refuse(refusal)
    else:
        messages.success(request, _("The clause is set. The lot is calibrated."))
        return redirect("clauses:calibrate", lot.pk)
    return None


def _except(request: HttpRequest, account: Account, lot: Lot, forms: _Forms) -> HttpResponse | None:
    form = forms.exception
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        services.decide_exception(lot, account, reason=data["reason"], text=data["text"], seen=data["seen"])
    except TransitionRefused as refusal:
        form.add_error(None, refusal.reason)
    except ValidationError as refusal:
        form.refuse(refusal)
    else:
        messages.success(request, _("The exception is written, with your name and today’s date."))
        return redirect("clauses:calibrate", lot.pk)
    return None


def _ask(request: HttpRequest, account: Account, lot: Lot, forms: _Forms) -> HttpResponse | None:
    form = forms.help
    if not form.is_valid():
        return None
    try:
        services.ask_facilitateur(lot, account, form.cleaned_data["question"])
    except ValidationError as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, _("Your question is sent: the facilitateur answers by e-mail or by telephone."))
    return redirect("clauses:calibrate", lot.pk)


@role_required(*CALIBRATORS)
@require_POST
def calculation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hours of what is being typed, as a piece of the page; nothing is kept."""
    lot = _lot(signed_in(request), pk)
    known = queries.figures(lot.trade, timezone.localdate())
    forms = _Forms(lot, known)
    forms.clause = CalibrationForm(request.POST, framework=forms.framework)
    forms.clause.is_valid()
    forms.clause.calculate(known, _source(forms), framework=forms.framework)
    context = {
        "result": _result(lot, forms),
        "refusals": forms.clause.refusals(),
        "known": known,
    }
    return render(request, "clauses/calibration/_calculation.html", context)


@role_required(*CALIBRATORS)
def clause_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The wording of a clause and its calculation, on paper."""
    lot = _lot(signed_in(request), pk)
    if not hasattr(lot, "clause"):
        raise Http404
    known = queries.figures(lot.trade, timezone.localdate())
    data = clause_document(lot, obligations.rules(), known.day, timezone.localdate())
    return pdf_response(render_pdf("clauses/clause.typ", data), "clause.pdf")


def _lot(account: Account, pk: UUID) -> Lot:
    lots = steered(Lot, account).select_related(
        "contract__operation__buyer", "contract__operation__facilitateur", "clause__exception_by"
    )
    return get_object_or_404(lots, pk=pk)


def _initial(lot: Lot, known: Figures, amount: Decimal | None) -> dict[str, Any]:
    """What the form begins with: the clause that is there with its calculation, else the figures in force."""
    initial: dict[str, Any] = {**known.initial(), "amount": amount, "kind": ClauseKind.EXECUTION}
    clause = getattr(lot, "clause", None)
    if clause is None or clause.kind == ClauseKind.EXCEPTION:
        return initial
    trace = queries.trace_of(lot)
    if trace is not None:
        initial |= {str(factor.name): factor.value for factor in trace.factors}
    calculated = trace.hours if trace else None
    other = clause.hours_due is not None and clause.hours_due != calculated
    return initial | {
        "kind": clause.kind,
        "hours": clause.hours_due if other else None,
        "why_other_hours": clause.calibration.get("why", ""),
        "publics": clause.publics,
        "penalty_per_hour": clause.penalty_per_hour,
        "reserved_share": clause.reserved_share,
        "wording": clause.wording,
    }


def _exception(lot: Lot) -> dict[str, Any]:
    clause = getattr(lot, "clause", None)
    if clause is None or clause.kind != ClauseKind.EXCEPTION:
        return {}
    return {"reason": clause.exception_reason, "text": clause.exception_text}


def _source(forms: _Forms) -> str:
    """What the amount is, while it is the lot's own."""
    typed = forms.clause.cleaned_data.get("amount")
    return forms.amount_source if typed is not None and typed == forms.amount else ""


def _result(lot: Lot, forms: _Forms) -> Result | None:
    found = forms.clause.calculation
    if found is None:
        return None
    return Result(found, forms.known.day, lot.contract.months or 0, forms.amount)


def _first_result(lot: Lot, forms: _Forms) -> Result | None:
    """The result before anything is sent: of the clause's own calculation, else of the figures in force."""
    values = forms.clause.initial
    names = ("labour_share", "rate", "cost")
    if any(values.get(name) is None for name in names) or (
        not forms.framework and values.get("amount") is None
    ):
        return None
    source = forms.amount_source if values.get("amount") == forms.amount else ""
    amount = None if forms.framework else values["amount"]
    try:
        found = queries.trace_of(lot) or queries.calculation(
            forms.known,
            amount=amount,
            amount_source=source,
            **{name: Decimal(values[name]) for name in names},
        )
    except FactorRefused:
        return None
    return Result(found, forms.known.day, lot.contract.months or 0, forms.amount)


def _with_wording(sent: QueryDict, lot: Lot, forms: _Forms) -> CalibrationForm:
    """The same form with the wording proposed for what it says."""
    data = forms.clause.cleaned_data
    kind = data.get("kind", "")
    if not kind:
        return forms.clause
    found = forms.clause.calculation if kind in WITH_HOURS else None
    hours = data.get("hours") or (Decimal(found.hours) if found and found.hours is not None else None)
    text = proposed(
        lot,
        Filling(
            kind=kind,
            hours=hours,
            per_keuro=found.per_keuro if found and found.amount is None else None,
            publics=data.get("publics", []),
            penalty_per_hour=data.get("penalty_per_hour"),
            reserved_share=data.get("reserved_share"),
            hours_a_day=forms.known.day,
        ),
        timezone.localdate(),
    )
    filled = sent.copy()
    filled["wording"] = text
    form = CalibrationForm(filled, framework=forms.framework)
    form.is_valid()
    form.calculate(forms.known, _source(forms), framework=forms.framework)
    return form


def _context(lot: Lot, known: Figures, forms: _Forms) -> dict[str, Any]:
    """All that the page shows."""
    today = timezone.localdate()
    operation = lot.contract.operation
    result = _result(lot, forms) if forms.clause.is_bound else _first_result(lot, forms)
    budget = forms.amount if forms.amount is not None else lot.contract.estimate
    return {
        "lot": lot,
        "contract": lot.contract,
        "operation": operation,
        "clause": getattr(lot, "clause", None),
        "open": lot.state in queries.OPEN,
        "obligation": obligations.rules().of_contract(lot.contract, today),
        "sourcing": sourcing(lot.trade, operation.lon, operation.lat, budget, today),
        "known": known,
        "form": forms.clause,
        "exception_form": forms.exception,
        "help_form": forms.help,
        "opened": forms.opened,
        "result": result,
        "refusals": forms.clause.refusals() if forms.clause.is_bound else [],
    }
