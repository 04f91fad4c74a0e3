"""Globalisation: one person's month counted for several lots."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.anomalies import hours_text
from croisee.clauses.forms.statements import ShareForm
from croisee.clauses.models import Commitment, Statement
from croisee.clauses.months import named
from croisee.clauses.queries import sharing as queries
from croisee.clauses.services import correcting, sharing
from croisee.clauses.views.statement import found, note_reading
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused

MOST_FIELDS = 40


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def globalise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Share a month's hours between lots: those it counts for, those that are late, those that one looks for."""
    account, row = signed_in(request), found(request, pk)
    if request.method == "POST":
        form = ShareForm(request.POST, commitments=_posted(request, row))
        if form.is_valid():
            try:
                sharing.share(row, form.parts(), account)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            except TransitionRefused as refusal:
                messages.error(request, refusal.reason)
            else:
                messages.success(request, _("The hours are shared as you wrote."))
                return redirect(row)
        else:
            messages.error(request, _("Hours are numbers, to the hundredth: correct those that are marked."))
    else:
        note_reading(account, row, _("hours of a month"))
        form = ShareForm(commitments=_offered(request, row))
    context = {
        "row": row,
        "lines": [_line(one, field) for one, field in form.lines()],
        "open": row.state in sharing.SHARED_WHILE,
        "correct_url": reverse("clauses:correct_statement", args=[row.pk])
        if row.state in correcting.CORRECTABLE
        else "",
        "words": request.GET.get("q", "").strip(),
        "title": _("%(person)s, %(month)s")
        % {"person": row.assignment.participant, "month": named(row.month)},
        **_left(row, form),
    }
    return render(request, "clauses/statements/globalise.html", context)


def _line(row: Any, field: Any) -> dict[str, Any]:
    """A commitment as the table shows it: done and waiting, of what is due."""
    there = row.done + row.waiting
    standing = _("%(done)s of %(due)s") % {"done": hours_text(there), "due": hours_text(row.due)}
    percent = min(100.0, float(100 * there / row.due)) if row.due else 0.0
    return {"row": row, "field": field, "standing": standing, "percent": percent}


@role_required(Role.FACILITATEUR)
@require_POST
def left_to_share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is left to share of the hours as they are being written; nothing is kept."""
    row = found(request, pk)
    form = ShareForm(request.POST, commitments=_posted(request, row))
    form.is_valid()
    return render(request, "clauses/statements/_left.html", {"row": row, **_left(row, form)})


def _left(row: Statement, form: ShareForm) -> dict[str, Any]:
    """How much of the hours is shared, and how much is left or too much."""
    if form.is_bound:
        form.is_valid()
        shared = form.total()
    else:
        shared = sum((one.counted for one in form.rows if hasattr(one, "counted")), Decimal(0))
    left = row.hours - shared
    return {
        "hours": hours_text(row.hours),
        "shared_text": hours_text(shared),
        "left_text": hours_text(abs(left)),
        "too_much": left < 0,
        "all_shared": not left,
        "percent": min(100.0, float(100 * shared / row.hours)) if row.hours else 0.0,
    }


def _offered(request: HttpRequest, row: Statement) -> list[Any]:
    """Those it counts for, then those that match what is looked for, or else those that are late."""
    today = timezone.localdate()
    counted = list(queries.shared(row, today))
    keys = [one.pk for one in counted]
    words = request.GET.get("q", "").strip()
    if words:
        return counted + queries.found(words, today, keys)
    return counted + queries.suggested(row, today, keys)


def _posted(request: HttpRequest, row: Statement) -> list[Any]:
    """The commitments whose fields were sent, with their balance, in the order of the form."""
    keys = []
    for name in list(request.POST)[: MOST_FIELDS * 2]:
        if name.startswith("part_"):
            try:
                keys.append(UUID(name.removeprefix("part_")))
            except ValueError:
                continue
    visible = Commitment.objects.visible_to(request.user).filter(pk__in=keys[:MOST_FIELDS])
    rows = {one.pk: one for one in queries.with_names_and_balance(visible, timezone.localdate())}
    return [rows[key] for key in keys if key in rows]
