"""The screen of a month: one row a person at work. By an account here; `views/light.py` opens it to a link's holder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses import months
from croisee.clauses.forms.declaring import LineForm, Unit, UnitForm
from croisee.clauses.models import Assignment, Commitment, Statement
from croisee.clauses.queries import declaring as queries
from croisee.clauses.queries.callers import Caller
from croisee.clauses.queries.declaring import Limits, Line
from croisee.clauses.queries.eligibility import eligible_spans
from croisee.clauses.services import declaring as services
from croisee.clauses.services.declaring import Entry, Outcome
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import TransitionRefused

DECLARERS = (Role.EMPLOYER, Role.FACILITATEUR)


@dataclass(frozen=True)
class Screen:
    """One commitment's month, for one caller, and where its buttons lead."""

    caller: Caller
    commitment: Commitment
    month: dt.date

    @property
    def light(self) -> bool:
        """Whether it was opened by a link."""
        return self.caller.account is None

    def url(self, name: str, *args: object) -> str:
        """The address of one of the screen's pages, by account or by link."""
        return reverse(f"clauses:{'light_' if self.light else ''}{name}", args=args)

    def here(self, month: dt.date | None = None) -> str:
        """The screen itself, of this month or of another."""
        own = () if self.light else (self.commitment.pk,)
        return self.url("declare_month", *own, months.address(month or self.month))

    def of(self, name: str, assignment: Assignment) -> str:
        """What is asked about one person's month."""
        return self.url(name, assignment.pk, months.address(self.month))

    @property
    def nothing_done(self) -> str:
        """Where it is said that nobody worked."""
        own = () if self.light else (self.commitment.pk,)
        return self.url("nothing_done", *own, months.address(self.month))

    @property
    def home(self) -> str:
        """Where the company reads what it owes."""
        if self.light:
            return reverse("clauses:light")
        account = self.caller.account
        if account is not None and account.has_role(Role.EMPLOYER):
            return reverse("clauses:company")
        return self.commitment.get_absolute_url()


def month_or_404(text: str) -> dt.date:
    """The month that an address names."""
    month = months.in_address(text)
    if month is None:
        raise Http404(text)
    return month


def _screen(request: HttpRequest, pk: UUID, month: str) -> Screen:
    """The screen that an account asks for. Raises Http404 for a commitment whose months are not its to declare."""
    caller = Caller(signed_in(request))
    return Screen(caller, found(caller, pk), month_or_404(month))


def found(caller: Caller, pk: UUID) -> Commitment:
    """A commitment whose months the caller may declare, with what pages say of it; Http404 for another."""
    rows = caller.commitments().select_related(
        "organisation", "clause__lot__contract__operation__facilitateur"
    )
    commitment: Commitment = get_object_or_404(rows, pk=pk)
    return commitment


def _of_person(request: HttpRequest, pk: UUID, month: str) -> tuple[Screen, Assignment]:
    """The screen and the person that an address names, for an account."""
    caller = Caller(signed_in(request))
    assignment = get_object_or_404(caller.assignments(), pk=pk)
    return Screen(caller, found(caller, assignment.commitment_id), month_or_404(month)), assignment


# By an account


@role_required(*DECLARERS)
def declare(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """The month of one person: their row of the screen."""
    screen, assignment = _of_person(request, pk, month)
    return redirect(f"{screen.here()}#p-{assignment.pk}")


@role_required(*DECLARERS)
@require_http_methods(["GET", "HEAD", "POST"])
def declare_month(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """The month of everybody at work under a commitment."""
    screen = _screen(request, pk, month)
    if request.method != "POST":
        record_read(signed_in(request), screen.commitment, _("hours of people at work"))
    return show(request, screen)


@role_required(*DECLARERS)
@require_POST
def check_hours(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """What there is to say of the hours just written."""
    return said(request, *_of_person(request, pk, month))


@role_required(*DECLARERS)
@require_POST
def correct_hours(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """Correct the hours of one person, rejected or validated."""
    return correct(request, *_of_person(request, pk, month))


@role_required(*DECLARERS)
@require_POST
def take_back(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """Take back what was sent for one person and not checked yet."""
    return retract(request, *_of_person(request, pk, month))


@role_required(*DECLARERS)
@require_POST
def nothing_done(request: HttpRequest, pk: UUID, month: str) -> HttpResponse:
    """Say that nobody worked, or take that back."""
    return say_nothing(request, _screen(request, pk, month))


# By an account or by a link


def show(request: HttpRequest, screen: Screen) -> HttpResponse:
    """The screen; once sent, back to it with what was done."""
    limits = Limits.on(timezone.localdate())
    lines = queries.lines(screen.caller, screen.commitment, screen.month, limits)
    writing = UnitForm(request.POST if request.method == "POST" else None)
    unit = writing.cleaned_data["unit"] if writing.is_bound and writing.is_valid() else Unit.HOURS
    rows = [(line, _form(request, screen, line, limits, unit)) for line in lines if line.editable]
    refused: dict[UUID, str] = {}
    if request.method == "POST" and all(form.is_valid() for _line, form in rows):
        sending = request.POST.get("do") == "send"
        outcome = _declare(screen, rows, sending=sending)
        refused = outcome.refused
        if not refused:
            _tell(request, screen, lines, outcome, sending=sending)
            return redirect(screen.here())
    earlier, later = add_months(screen.month, -1), add_months(screen.month, 1)
    context = {
        "screen": screen,
        "commitment": screen.commitment,
        "lot": screen.commitment.clause.lot,
        "rows": [(line, form, refused.get(line.assignment.pk, "")) for line, form in rows],
        "rejected": [(line, _correction(screen, line, limits)) for line in lines if line.rejected],
        "sent": [
            (line, _correction(screen, line, limits) if line.validated else None)
            for line in lines
            if not line.editable and not line.rejected
        ],
        "people": len(lines),
        "writing": writing,
        "limits": limits,
        "nothing": queries.nothing_done(screen.commitment, screen.month),
        "before": (earlier, screen.here(earlier)),
        "after": (later, screen.here(later)) if later <= timezone.localdate() else None,
        "quiet": "secondary" if lines else "",
        "problems": sum(bool(form.errors) for _line, form in rows) + len(refused),
    }
    return render(request, "clauses/company/month.html", context, status=400 if context["problems"] else 200)


def _form(request: HttpRequest, screen: Screen, line: Line, limits: Limits, unit: str) -> LineForm:
    """The form of a row: what is posted, else the draft."""
    asked = request.method == "POST"
    return LineForm(
        request.POST if asked else None,
        request.FILES if asked else None,
        prefix=_prefix(line.assignment),
        unit=unit,
        hours_a_day=limits.hours_a_day,
        initial=_initial(line.statement),
        check_url=screen.of("check_hours", line.assignment),
    )


def _correction(screen: Screen, line: Line, limits: Limits) -> LineForm:
    """The form that corrects a row, in hours."""
    return LineForm(
        prefix=_prefix(line.assignment),
        hours_a_day=limits.hours_a_day,
        required=True,
        initial=_initial(line.statement),
        check_url=screen.of("check_hours", line.assignment),
    )


def _prefix(assignment: Assignment) -> str:
    return f"p-{assignment.pk}"


def _initial(statement: Statement | None) -> dict[str, Any]:
    if statement is None:
        return {}
    whole = statement.hours == statement.hours.to_integral_value()
    shown = f"{statement.hours:.0f}" if whole else str(statement.hours).replace(".", ",")
    return {"hours": shown, "proof_kind": statement.proof_kind}


def _declare(screen: Screen, rows: list[tuple[Line, LineForm]], *, sending: bool) -> Outcome:
    """Keep what was written, in the order shown. What cannot be sent is told as refused, of nobody in particular."""
    entries = [
        Entry(
            line.assignment,
            form.cleaned_data["hours"],
            form.cleaned_data["proof_kind"] or "none",
            form.cleaned_data["proof"],
        )
        for line, form in rows
        if form.cleaned_data["hours"] is not None
    ]
    try:
        return services.declare_month(
            screen.caller, screen.commitment, screen.month, entries, sending=sending
        )
    except (ValidationError, TransitionRefused) as refusal:
        said_ = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else refusal.reason
        return Outcome([], 0, {entry.assignment.pk: said_ for entry in entries[:1]})


def _tell(
    request: HttpRequest, screen: Screen, lines: list[Line], outcome: Outcome, *, sending: bool
) -> None:
    """Say what was kept, what was sent, what is left."""
    if not sending:
        messages.success(request, _("Kept as a draft: nothing is sent yet."))
        return
    if outcome.sent:
        told = ngettext(
            "The hours of %(n)d person are sent for %(month)s.",
            "The hours of %(n)d people are sent for %(month)s.",
            outcome.sent,
        ) % {"n": outcome.sent, "month": months.named(screen.month)}
        then = _("The facilitateur checks them; you read the answer here.")
        messages.success(request, f"{told} {then}")
    elif any(not line.editable for line in lines):
        messages.info(request, _("These hours are sent already: nothing was sent twice."))
    else:
        messages.warning(request, _("Nothing to send yet: write the hours first, 0 for who did not work."))
    kept = {statement.assignment_id for statement in outcome.kept}
    left = sum(line.editable and line.statement is None and line.assignment.pk not in kept for line in lines)
    if outcome.sent and left:
        told = ngettext(
            "%(n)d person has no hours yet: write 0 if they did not work.",
            "%(n)d people have no hours yet: write 0 for those who did not work.",
            left,
        )
        messages.warning(request, told % {"n": left})


def said(request: HttpRequest, screen: Screen, assignment: Assignment) -> HttpResponse:
    """A fragment: what to look at in the hours just written for one person; empty when all is well."""
    limits = Limits.on(timezone.localdate())
    writing = UnitForm(request.POST)
    unit = writing.cleaned_data["unit"] if writing.is_valid() else Unit.HOURS
    form = LineForm(request.POST, prefix=_prefix(assignment), unit=unit, hours_a_day=limits.hours_a_day)
    form.is_valid()
    hours: Decimal | None = form.cleaned_data.get("hours")
    spans = eligible_spans([assignment.participant_id]).get(assignment.participant_id, ())
    context = {
        "errors": form.errors.get("hours", []),
        "hours": hours if unit == Unit.DAYS else None,
        "warnings": queries.warnings(assignment, screen.month, hours, limits, spans),
    }
    return render(request, "clauses/company/_said.html", context)


def correct(request: HttpRequest, screen: Screen, assignment: Assignment) -> HttpResponse:
    """Send a correction of one person's hours; what is refused is said above the screen."""
    limits = Limits.on(timezone.localdate())
    form = LineForm(
        request.POST,
        request.FILES,
        prefix=_prefix(assignment),
        hours_a_day=limits.hours_a_day,
        required=True,
    )
    last = assignment.statements.filter(month=screen.month).order_by("version").last()
    if last is None:
        raise Http404
    if not form.is_valid():
        for problem in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(problem))
        return redirect(screen.here())
    data = form.cleaned_data
    entry = Entry(assignment, data["hours"], data["proof_kind"] or last.proof_kind, data["proof"])
    try:
        services.correct(last, entry, screen.caller.account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        told = _(
            "The correction is sent for %(person)s. Until it is validated, the version before stays in force."
        )
        messages.success(request, told % {"person": assignment.participant})
    return redirect(screen.here())


def retract(request: HttpRequest, screen: Screen, assignment: Assignment) -> HttpResponse:
    """Make a draft again of what was sent for one person."""
    last = assignment.statements.filter(month=screen.month).order_by("version").last()
    if last is None:
        raise Http404
    try:
        services.take_back(last, screen.caller.account)
    except TransitionRefused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, _("Taken back: it is a draft again, to change and send."))
    return redirect(f"{screen.here()}#{_prefix(assignment)}")


def say_nothing(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Note that nobody worked in the month; with `do=undo`, take that back."""
    if request.POST.get("do") == "undo":
        services.worked_after_all(screen.commitment, screen.month)
        messages.success(request, _("Taken back: hours can be declared for this month."))
        return redirect(screen.here())
    try:
        services.say_nothing_done(screen.caller, screen.commitment, screen.month)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(screen.here())
    told = _("Noted: nobody worked in %(month)s. No reminder will come for it.")
    messages.success(request, told % {"month": months.named(screen.month)})
    return redirect(screen.home)
