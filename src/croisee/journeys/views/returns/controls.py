"""Controls of proofs: the list, drawing one, the journeys drawn, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.dates import in_words as day_in_words
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import add_refusal
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.returns import ControlForm, FindingForm
from croisee.journeys.models import Control, ControlItem, ItemState
from croisee.journeys.queries import returns as queries
from croisee.journeys.services.returns import controls as services
from croisee.journeys.services.returns.controls import percent
from croisee.journeys.views.returns.common import FORM, Trail, done, managed, name_of, tabs, top

if TYPE_CHECKING:
    from croisee.journeys.queries.returns import Progress

TONES = {ItemState.OPEN: "info", ItemState.SOUND: "ok", ItemState.UNSOUND: "bad"}


def _trail() -> Trail:
    return [top(), (reverse("journeys:controls"), _("Controls"))]


def _address(row: Control) -> str:
    return reverse("journeys:control", args=[row.pk])


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def controls(request: HttpRequest) -> HttpResponse:
    """Every control of the programmes one manages, the latest first."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.controls(account),
        name="controls",
        columns=[
            Column("name", _("Name"), sort="name", link=_address),
            Column("programme", _("Programme"), lambda row: row.programme.name, "programme__name"),
            Column("first_day", _("From"), sort="first_day"),
            Column("last_day", _("To"), sort="last_day"),
            Column("drawn", _("Journeys drawn"), sort="drawn", numeric=True),
            Column("open", _("To be looked at"), sort="open", numeric=True),
            Column("unsound", _("Not sound"), sort="unsound", numeric=True),
        ],
        search=["name", "programme__name"],
        empty_title=_("No control yet"),
        empty_text=_(
            "Draw some journeys, each with the same chance, and look at their proofs before an auditor does: what is "
            "found there says how many of all the journeys are faulty."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(
        request, "journeys/returns/controls.html", {"tabs": tabs(account, "controls"), "listing": listing}
    )


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def new_control(request: HttpRequest) -> HttpResponse:
    """Choose the period, the size and the seed, and draw."""
    form = ControlForm(request.POST or None, managed(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = services.draw(
                values["programme"],
                values["name"],
                form.period(),
                size=values["size"],
                seed=values["seed"],
                account=signed_in(request),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The journeys are drawn: look at the proofs of each."))
            return redirect(_address(made))
    context = {"form": form, "trail": _trail()}
    return render(request, "journeys/returns/new_control.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, pk: UUID) -> Control:
    rows = Control.objects.visible_to(request.user).select_related("programme", "made_by")
    return get_object_or_404(rows, pk=pk)


@role_required(Role.PROGRAMME_MANAGER)
@require_safe
def control(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The journeys drawn, what was found, what it says of all of them."""
    account, found = signed_in(request), _own(request, pk)
    listing = Listing(
        request,
        queries.items(account, found),
        name="items",
        columns=[
            Column(
                "order",
                _("Number"),
                sort="order",
                link=lambda row: reverse("journeys:judge_item", args=[row.pk]),
            ),
            Column("person", _("Person"), lambda row: name_of(row.journey), "journey__person__family_name"),
            Column("entered_on", _("Entered on"), lambda row: row.journey.entered_on, "journey__entered_on"),
            Column("accepted", _("Proofs accepted"), sort="accepted", numeric=True),
            Column(
                "state",
                _("State"),
                lambda row: row.get_state_display(),
                "state",
                badge=lambda row: TONES[ItemState(row.state)],
            ),
            Column("finding", _("Finding")),
        ],
        search=["journey__person__family_name"],
        choices={"state": (_("State"), ItemState.choices)},
        empty_title=_("Nothing was drawn"),
        empty_text=_("Draw another control."),
    )
    if listing.wants_export:
        record_export(account, found, _("journeys drawn for a control"))
        return listing.export()
    record_read(account, found, _("journeys drawn for a control"))
    context = _figures(queries.progress(found)) | {
        "control": found,
        "listing": listing,
        "trail": _trail(),
        "period": _("from %(first)s to %(last)s")
        % {"first": day_in_words(found.first_day), "last": day_in_words(found.last_day)},
    }
    return render(request, "journeys/returns/control.html", context)


def _figures(progress: Progress) -> dict[str, object]:
    result = progress.result
    return {
        "progress": progress,
        "rate": percent(result.rate) if result else "",
        "most_rate": percent(result.most_rate) if result else "",
    }


@role_required(Role.PROGRAMME_MANAGER)
@require_http_methods(FORM)
def judge_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One journey drawn: its proofs; sound, or not and why."""
    account = signed_in(request)
    rows = ControlItem.objects.visible_to(account).select_related(
        "control__programme", "journey__person", "journey__programme"
    )
    item = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        if _judged(request, item):
            return redirect(_address(item.control))
        return redirect("journeys:judge_item", pk=pk)
    record_read(account, item.journey, _("journey drawn for a control"))
    context = {
        "item": item,
        "name": name_of(item.journey),
        "tone": TONES[ItemState(item.state)],
        "proofs": item.journey.proofs.order_by("moment", "kind", "-created_at"),
        "trail": [*_trail(), (_address(item.control), item.control.name)],
    }
    return render(request, "journeys/returns/item.html", context)


def _judged(request: HttpRequest, item: ControlItem) -> bool:
    """Do what was asked; whether it was done."""
    account, asked = signed_in(request), request.POST.get("do", "")
    if asked == "approve":
        return done(request, lambda: services.approve(item, account), _("Noted: sound."))
    if asked == "object":
        form = FindingForm(request.POST)
        finding = form.cleaned_data["finding"] if form.is_valid() else ""
        return done(request, lambda: services.object_to(item, account, finding), _("Noted: not sound."))
    raise Http404(asked)


@role_required(Role.PROGRAMME_MANAGER)
@require_POST
def control_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report of a control as a document that anyone can verify."""
    account, found = signed_in(request), _own(request, pk)
    try:
        document = services.issue_report(found, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_address(found))
    record_export(account, found, _("report of a control"))
    return pdf_response(document.pdf, f"{_('control')}-{document.reference}.pdf")
