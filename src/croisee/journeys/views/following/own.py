"""One's own journey, in plain words; what one asks to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import rome
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import add_refusal
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.following import AnswerForm, CorrectionForm
from croisee.journeys.models import Channel, Correction, CorrectionState, Journey, JourneyState
from croisee.journeys.queries import following as queries
from croisee.journeys.queries.recipients import person_account
from croisee.journeys.services.following import corrections, printing
from croisee.journeys.views.following.common import TEAM, form_page, hanging, name_of, note_export, saved
from croisee.journeys.views.following.page import STATES, groups

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CORRECTIONS = {CorrectionState.ASKED: "info", CorrectionState.DONE: "ok", CorrectionState.DECLINED: "warn"}


@role_required(Role.FAMILY)
@require_safe
def my_journey(request: HttpRequest) -> HttpResponse:
    """One's own journey; the list of them when there are several."""
    found = queries.own_files(signed_in(request))
    if len(found) == 1:
        return _own_page(request, found[0].pk)
    rows = [(row, STATES.get(JourneyState(row.state), "")) for row in found]
    return render(request, "journeys/following/my_journeys.html", {"rows": rows})


@role_required(Role.FAMILY)
@require_safe
def own_journey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of one's own journeys."""
    return _own_page(request, pk)


def _own_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    file, today = queries.own_file(signed_in(request), pk), timezone.localdate()
    shown = file.journey
    context: dict[str, Any] = {
        "file": file,
        "journey": shown,
        "tone": STATES.get(JourneyState(shown.state), ""),
        "project_job": rome.label_of(shown.project_job) if shown.project_job else "",
        "next_step": next(iter(file.open_steps), None),
        "groups": groups(file, today, writes=False),
        "writes": False,
        "exchanges": [(row, Channel(row.channel).label) for row in file.exchanges],
        "corrections": [
            (row, CorrectionState(row.state).label, CORRECTIONS[CorrectionState(row.state)])
            for row in file.corrections
        ],
        "proofs": queries.proofs_asked(shown),
        "today": today,
    }
    return render(request, "journeys/following/my_journey.html", context)


@role_required(Role.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what is wrong, and what it should say."""
    account = signed_in(request)
    shown = get_object_or_404(
        Journey.objects.of_oneself(account).select_related("programme", "person"), pk=pk
    )
    form = CorrectionForm(request.POST or None, initial={"about": request.GET.get("about", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.ask_correction(shown, form.cleaned_data, account)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your request is sent: you will receive the answer by e-mail."))
            return redirect("journeys:own_journey", shown.pk)
    back = reverse("journeys:own_journey", args=[shown.pk])
    context = {"form": form, "journey": shown, "back": back, "trail": [(back, _("My journey"))]}
    return render(request, "journeys/following/ask_correction.html", context)


@role_required(*TEAM)
@require_safe
def corrections_asked(request: HttpRequest) -> HttpResponse:
    """What people whom one follows ask to be corrected, those to be answered first."""
    listing = Listing(
        request,
        queries.corrections_of(signed_in(request)),
        name="corrections",
        columns=[
            Column("created_at", _("Asked on"), lambda row: row.created_at.date(), "created_at"),
            Column("person", _("Person"), lambda row: name_of(row.journey), "journey__person__family_name"),
            Column(
                "about",
                _("What is wrong"),
                lambda row: row.about,
                link=lambda row: reverse("journeys:answer_correction", args=[row.pk]),
            ),
            Column(
                "state",
                _("State"),
                lambda row: row.get_state_display(),
                "state",
                badge=lambda row: CORRECTIONS[CorrectionState(row.state)],
            ),
        ],
        search=["about", "journey__person__family_name"],
        choices={"state": (_("State"), CorrectionState.choices)},
        empty_title=_("No correction is asked"),
        empty_text=_("People who read their own journey can say here what is wrong in it."),
    )
    if listing.wants_export:
        note_export(signed_in(request), _("list of corrections"))
        return listing.export()
    return render(request, "journeys/following/corrections.html", {"listing": listing})


@role_required(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that it is corrected, or kept as it is and why."""
    row, account = hanging(request, Correction, pk, "asked_by"), signed_in(request)
    form = AnswerForm(request.POST or None)
    name = "decline" if request.POST.get("transition") == "decline" else "correct"

    def act() -> None:
        corrections.answer_correction(row, name, account, answer=form.cleaned_data["answer"])

    if saved(request, form, act, _("The answer is sent: the person is told by e-mail.")):
        return redirect(row.journey)
    heading = _("A correction asked by %(name)s") % {"name": name_of(row.journey)}
    template = "journeys/following/answer_correction.html"
    return form_page(
        request,
        form,
        heading,
        _("Corrected"),
        row.journey,
        template=template,
        row=row,
        tone=CORRECTIONS[CorrectionState(row.state)],
        open=row.state == CorrectionState.ASKED,
    )


@role_required(*TEAM, Role.FAMILY)
@require_POST
def journey_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The journey as a PDF, verifiable by its reference."""
    account = signed_in(request)
    file = queries.file_of(account, pk)
    document = printing.issue_file(file, account)
    record_export(account, file.journey, _("journey on paper"), person_account(file.journey))
    return pdf_response(document.pdf, f"parcours-{document.reference}.pdf")
