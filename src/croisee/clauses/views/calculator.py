"""The quick calculator, without a lot; the lots that wait for a clause."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from croisee.clauses.forms.calibration import BeginForm, CalculatorForm
from croisee.clauses.formula import FactorRefused, rate_for
from croisee.clauses.models import Lot, LotState
from croisee.clauses.obligation import Bought, BuyerKind, Obligation
from croisee.clauses.queries import calibration as queries
from croisee.clauses.queries import obligation as obligations
from croisee.clauses.queries.calibration import Result
from croisee.clauses.queries.operations import buyers_for, steered
from croisee.clauses.services import calibration as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing

CALIBRATORS = (Role.FACILITATEUR, Role.BUYER)


@role_required(*CALIBRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest) -> HttpResponse:
    """Hours from an amount and a trade, without a lot; the address of the page says the calculation."""
    account = signed_in(request)
    asked = request.GET if "amount" in request.GET else None
    form = CalculatorForm(asked)
    result, answer, wanted = None, None, ""
    refusals: list[str] = []
    if asked is not None:
        result, answer, wanted = _calculated(form)
        refusals = form.refusals()
    context = {"form": form, "result": result, "refusals": refusals, "obligation": answer, "wanted": wanted}
    if request.headers.get("HX-Request"):
        return render(request, "clauses/calibration/_answer.html", context)
    begin = BeginForm(request.POST or None, buyers=buyers_for(account), prefix="begin")
    if request.method == "POST" and form.is_valid() and begin.is_valid():
        try:
            lot = services.begin(account, begin.begun(form))
        except ValidationError as refusal:
            begin.refuse(refusal)
        else:
            messages.success(request, _("The operation is there, with one lot: set its clause."))
            return redirect("clauses:calibrate", lot.pk)
    return render(request, "clauses/calibration/calculator.html", {**context, "begin": begin})


def _calculated(form: CalculatorForm) -> tuple[Result | None, Obligation, str]:
    """The result, what the law asks, and which rate gives the hours wanted, of a form that was sent."""
    form.is_valid()
    data = form.cleaned_data
    today = timezone.localdate()
    known = queries.figures(data.get("trade", ""), today)
    framework = bool(data.get("framework"))
    form.calculate(known, _("as given"), framework=framework)
    result = None
    if form.calculation is not None:
        result = Result(form.calculation, known.day, data.get("months") or 0, data.get("amount"))
    answer = obligations.rules().answer(
        Bought(data["bought"]) if data.get("bought") else Bought.WORKS,
        data.get("amount"),
        data.get("consulted_on") or today,
        BuyerKind(data["buyer"]) if data.get("buyer") else BuyerKind.LOCAL,
    )
    return result, answer, _rate_wanted(form, framework=framework)


def _rate_wanted(form: CalculatorForm, *, framework: bool) -> str:
    found, hours = form.calculation, form.cleaned_data.get("hours")
    if found is None or not hours or framework or found.amount is None:
        return ""
    values = {"hours": queries.shown(hours)}
    try:
        rate = rate_for(hours, found.amount.value, found.labour_share.value, found.cost.value)
    except FactorRefused as refusal:
        return str(refusal)
    return _("%(hours)s hours are reached at a rate of %(rate)s %%.") % {
        **values,
        "rate": queries.shown_fine(rate),
    }


@role_required(*CALIBRATORS)
def to_calibrate(request: HttpRequest) -> HttpResponse:
    """The lots being studied, and those that must carry a condition and go on without one."""
    account, today = signed_in(request), timezone.localdate()
    rules = obligations.rules()
    only = request.GET.get("obligation") == "1"
    lots = steered(Lot, account).select_related("contract__operation__buyer")
    alarming = obligations.obliged(obligations.without_condition(lots), rules, today)
    rows = alarming if only else lots.filter(Q(state=LotState.STUDY) | Q(pk__in=alarming.values("pk")))
    listing = Listing(
        request,
        rows.order_by("contract__consulted_on", "contract__title", "number"),
        name="lots",
        columns=[
            Column("title", _("Lot"), sort="title", link=lambda lot: _calibrate_url(lot)),
            Column("contract", _("Contract"), lambda lot: lot.contract.title, "contract__title"),
            Column(
                "buyer",
                _("Buyer"),
                lambda lot: lot.contract.operation.buyer.name,
                "contract__operation__buyer__name",
            ),
            Column("trade", _("Trade"), lambda lot: lot.get_trade_display(), "trade"),
            Column(
                "consulted_on",
                _("Consultation"),
                lambda lot: lot.contract.consulted_on,
                "contract__consulted_on",
            ),
            Column("estimate", _("Estimate (€)"), _estimate, "contract__estimate", numeric=True),
            Column("state", _("State"), lambda lot: lot.get_state_display(), "state"),
            Column(
                "obligation",
                _("Social condition"),
                lambda lot: rules.of_contract(lot.contract, today).label,
                badge=lambda lot: rules.of_contract(lot.contract, today).tone,
            ),
        ],
        search=["title", "contract__title", "contract__reference", "contract__operation__name"],
        empty_title=_("No lot waits for a clause"),
        empty_text=_("Lots being studied, and those whose contract must carry a condition, appear here."),
    )
    if listing.wants_export:
        return listing.export()
    context = {"listing": listing, "only": only, "alarming": alarming.count()}
    return render(request, "clauses/calibration/to_calibrate.html", context)


def _calibrate_url(lot: Lot) -> str:
    return reverse("clauses:calibrate", args=[lot.pk])


def _buyer(lot: Lot) -> str:
    return lot.contract.operation.buyer.name


def _estimate(lot: Lot) -> int | None:
    return None if lot.contract.estimate is None else int(lot.contract.estimate)
