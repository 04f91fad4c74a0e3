"""Penalties: the list, the page of one, its letter, the answer of the company."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.follow_up import AnswerForm, DecisionForm
from croisee.clauses.models import Penalty, PenaltyState
from croisee.clauses.models.readers import is_facilitateur, of_buyer, of_company
from croisee.clauses.queries.lights import shown_hours
from croisee.clauses.queries.operations import BUYER_OF
from croisee.clauses.services import penalties as services
from croisee.clauses.views.operations import FORM, READERS, top
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.lifecycles.queries import history
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.listings import Column, Listing

PARTIES = (*READERS, Role.EMPLOYER)
NAMED = ("commitment__organisation", "commitment__clause__lot__contract__operation__buyer")
TONES = {
    PenaltyState.PROPOSED: "info",
    PenaltyState.NOTIFIED: "warn",
    PenaltyState.APPLIED: "bad",
    PenaltyState.WAIVED: "ok",
}


@role_required(*PARTIES)
@require_safe
def penalties(request: HttpRequest) -> HttpResponse:
    """Every penalty one may see, those to decide on first."""
    account = signed_in(request)
    listing = Listing(
        request,
        Penalty.objects.visible_to(account).select_related(*NAMED).order_by("-counted_on", "pk"),
        name="penalties",
        columns=[
            Column(
                "lot", _("Lot"), lambda row: row.commitment.clause.lot.title, link=Penalty.get_absolute_url
            ),
            Column("company", _("Company"), _company, "commitment__organisation__name"),
            Column("buyer", _("Buyer"), lambda row: row.commitment.clause.lot.contract.operation.buyer.name),
            Column("missing", _("Hours missing"), lambda row: float(row.missing), "missing", numeric=True),
            Column("amount", _("Amount, in euros"), lambda row: float(row.amount), "amount", numeric=True),
            Column(
                "state", _("State"), Penalty.get_state_display, "state", badge=lambda row: TONES[row.state]
            ),
            Column("counted_on", _("Counted on"), sort="counted_on"),
        ],
        search=["commitment__organisation__name", "commitment__clause__lot__title"],
        choices={"state": (_("State"), PenaltyState.choices)},
        empty_title=_("No penalty"),
        empty_text=_(
            "A penalty is proposed when a lot is closed with hours missing, and the clause has one."
        ),
    )
    if listing.wants_export:
        return listing.export()
    trail = [top()] if account.has_role(*READERS) else []
    return render(request, "clauses/penalties/penalties.html", {"listing": listing, "trail": trail})


def _company(row: Penalty) -> str:
    return row.commitment.organisation.name


def _visible(request: HttpRequest, pk: UUID) -> tuple[Account, Penalty]:
    account = signed_in(request)
    rows: QuerySet[Penalty] = Penalty.objects.visible_to(account).select_related(*NAMED)
    return account, get_object_or_404(rows, pk=pk)


def _buys(account: Account, penalty: Penalty) -> bool:
    return _fits(account, penalty, of_buyer(account, BUYER_OF[Penalty]))


def _owes(account: Account, penalty: Penalty) -> bool:
    return _fits(account, penalty, of_company(account, "commitment__organisation"))


def _fits(account: Account, penalty: Penalty, side: Q) -> bool:
    return Penalty.objects.visible_to(account).filter(side, pk=penalty.pk).exists()


@role_required(*PARTIES)
@require_safe
def penalty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A penalty: how it is counted, what the company says, what was decided."""
    account, found = _visible(request, pk)
    return _page(request, account, found)


def _page(
    request: HttpRequest,
    account: Account,
    found: Penalty,
    answer: AnswerForm | None = None,
    decision: DecisionForm | None = None,
) -> HttpResponse:
    buys, owes = _buys(account, found), _owes(account, found)
    undecided = found.state in (PenaltyState.PROPOSED, PenaltyState.NOTIFIED)
    context = {
        "penalty": found,
        "lot": found.commitment.clause.lot,
        "tone": TONES[PenaltyState(found.state)],
        "missing": shown_hours(found.missing),
        "per_hour": services.euros(found.per_hour),
        "amount": services.euros(found.amount),
        "steers": buys or is_facilitateur(account),
        "may_notify": found.state == PenaltyState.PROPOSED and (buys or is_facilitateur(account)),
        "may_apply": found.state == PenaltyState.NOTIFIED and buys,
        "may_waive": undecided and (buys or is_facilitateur(account)),
        "may_answer": found.state == PenaltyState.NOTIFIED and owes,
        "reachable": bool(services.recipients_of(found)),
        "answer_form": answer or AnswerForm(initial={"answer": found.answer}),
        "decision_form": decision or DecisionForm(),
        "changes": history(found),
        "trail": [top(), (reverse("clauses:penalties"), _("Penalties"))]
        if buys or is_facilitateur(account)
        else [],
    }
    return render(
        request, "clauses/penalties/penalty.html", context, status=422 if answer or decision else 200
    )


@role_required(*READERS)
@require_POST
def decide_penalty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notify a penalty, apply it or waive it."""
    account, found = _visible(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, account, found, decision=form)
    what, why = request.POST.get("what", ""), form.cleaned_data["why"]
    try:
        if what == "notify":
            services.notify(found, account)
            messages.success(request, _("The company is told, and may answer."))
        elif what == "apply":
            services.apply(found, account, why)
            messages.success(request, _("The penalty is applied: the company is told."))
        elif what == "waive":
            services.waive(found, account, why)
            messages.success(request, _("The penalty is waived."))
        else:
            raise Http404
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            messages.error(request, " ".join(refusal.messages))
            return redirect(found)
        form.add_error("why", refusal.message_dict.get("why", refusal.messages))
        return _page(request, account, found, decision=form)
    return redirect(found)


@role_required(*PARTIES)
@require_POST
def answer_penalty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The company's answer, signed in."""
    account, found = _visible(request, pk)
    if not _owes(account, found):
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, account, found, answer=form)
    try:
        services.answer(found, form.cleaned_data["answer"], account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Your answer is with the buyer and the facilitateur."))
    return redirect(found)


@role_required(*PARTIES)
@require_safe
def penalty_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter that notifies a penalty."""
    _account, found = _visible(request, pk)
    return pdf_response(services.letter(found), str(_("penalty")) + ".pdf")


@login_not_required
@never_cache
@require_http_methods(FORM)
def penalty_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The company's answer by the link of its e-mail, without an account."""
    found = services.penalty_of(token)
    if found is None:
        return render(request, "clauses/penalties/link_over.html", status=410)
    form = AnswerForm(request.POST or None, initial={"answer": found.answer})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(found, form.cleaned_data["answer"], None)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Your answer is with the buyer and the facilitateur."))
            return redirect(request.path)
    context = {
        "penalty": found,
        "lot": found.commitment.clause.lot,
        "tone": TONES[PenaltyState(found.state)],
        "missing": shown_hours(found.missing),
        "per_hour": services.euros(found.per_hour),
        "amount": services.euros(found.amount),
        "form": form,
        "open": found.state == PenaltyState.NOTIFIED,
    }
    return render(request, "clauses/penalties/answer.html", context, status=422 if form.errors else 200)
