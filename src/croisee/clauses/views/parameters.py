"""Figures with dates: what is in force, what is to come, giving a new value."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.clauses.forms.parameters import ConfirmForm, ValueForm
from croisee.clauses.models import Figure, Parameter
from croisee.clauses.queries import parameters as queries
from croisee.clauses.services import parameters as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.listings import Column, Listing

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.clauses.queries.parameters import Standing

WRITERS = (Role.ADMINISTRATOR, Role.FACILITATEUR)
READERS = (*WRITERS, Role.BUYER, Role.OFFICIAL)
TONES = {"missing": "bad", "to_confirm": "warn", "sourced": "ok"}


@role_required(*READERS)
def parameters(request: HttpRequest) -> HttpResponse:
    """Every figure: the value in force, the next one, the source."""
    account, today = signed_in(request), timezone.localdate()
    standings = queries.standings(Parameter.objects.visible_to(account), today)
    words = {"missing": _("no value"), "to_confirm": _("to be confirmed"), "sourced": _("sourced")}
    listing = Listing(
        request,
        standings,
        name="figures",
        columns=[
            Column("group", _("Figure"), sort="group", link=url_of),
            Column("name", _("Of"), sort="name"),
            Column("value", _("In force"), lambda row: _value(row.figure, row.now), numeric=True),
            Column("since", _("Since"), lambda row: row.now.valid_from if row.now else None, "since"),
            Column("until", _("Until"), lambda row: row.now.valid_until if row.now else None),
            Column("coming", _("To come"), _coming),
            Column("source", _("Source"), lambda row: row.now.source if row.now else ""),
            Column(
                "state", _("Known"), lambda row: words[row.state], "state", badge=lambda row: TONES[row.state]
            ),
        ],
        search=["group", "name"],
        choices={
            "figure": (_("Figure"), [(one.value, queries.short_name(one)) for one in Figure]),
            "state": (_("Known"), list(words.items())),
        },
        per_page=100,
    )
    if listing.wants_export:
        return listing.export()
    counts = [row.state for row in standings]
    context = {
        "listing": listing,
        "may_write": account.has_role(*WRITERS),
        "to_confirm": counts.count("to_confirm"),
        "missing": counts.count("missing"),
    }
    return render(request, "clauses/parameters/parameters.html", context)


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def parameter(request: HttpRequest, figure: str, key: str = "") -> HttpResponse:
    """One figure: its values over time; a new one from a day."""
    account, today = signed_in(request), timezone.localdate()
    if figure not in Figure.values or key not in (keys := dict(queries.keys_of(Figure(figure)))):
        raise Http404
    what, may_write = Figure(figure), account.has_role(*WRITERS)
    if request.method == "POST" and not may_write:
        raise Http404
    form = ValueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.give_value(what, key, **form.cleaned_data)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            said = {
                "value": queries.shown_value(what, row.value),
                "day": date_format(row.valid_from, "DATE_FORMAT"),
            }
            messages.success(request, _("%(value)s from %(day)s.") % said)
            return redirect(_url(figure, key))
    rows = queries.history(Parameter.objects.visible_to(account), what, key)
    context = {
        "figure": what,
        "name": keys[key],
        "rows": [(row, queries.shown_value(what, row.value), _standing(row, today)) for row in rows],
        "now": next((row for row in rows if _standing(row, today) == "now"), None),
        "form": form if may_write else None,
        "confirm_form": ConfirmForm(prefix="confirm"),
        "journal": [
            (line, queries.shown_value(what, line.value))
            for line in (queries.journal(what, key) if may_write else [])
        ],
    }
    return render(request, "clauses/parameters/parameter.html", context)


@role_required(*WRITERS)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a value that has not begun."""
    row = get_object_or_404(Parameter.objects.visible_to(signed_in(request)), pk=pk)
    try:
        services.withdraw(row)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The value is withdrawn."))
    return redirect(_url(row.figure, row.key))


@role_required(*WRITERS)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the official source of a figure."""
    row = get_object_or_404(Parameter.objects.visible_to(signed_in(request)), pk=pk)
    form = ConfirmForm(request.POST, prefix="confirm")
    try:
        services.confirm(row, form.cleaned_data["source"] if form.is_valid() else "")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The figure is confirmed, with its source."))
    return redirect(_url(row.figure, row.key))


def url_of(row: Standing) -> str:
    """The page of a figure."""
    return _url(row.figure, row.key)


def _url(figure: str, key: str) -> str:
    if key:
        return reverse("clauses:parameter_of", args=[figure, key])
    return reverse("clauses:parameter", args=[figure])


def _value(figure: Figure, row: Parameter | None) -> str:
    return "" if row is None else queries.shown_value(figure, row.value)


def _coming(row: Standing) -> str:
    if row.coming is None:
        return ""
    values = {
        "value": queries.shown_value(row.figure, row.coming.value),
        "day": date_format(row.coming.valid_from, "SHORT_DATE_FORMAT"),
    }
    return _("%(value)s from %(day)s") % values


def _standing(row: Parameter, today: dt.date) -> str:
    """`now`, `coming` or `past`."""
    if row.valid_from > today:
        return "coming"
    return "past" if row.valid_until is not None and row.valid_until < today else "now"
