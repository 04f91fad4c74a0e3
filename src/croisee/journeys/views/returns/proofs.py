"""Proofs: the list, bringing one, correcting it, the decision, the file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import FormPage
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.returns import ProofForm, WhyForm
from croisee.journeys.models import Moment, Proof, ProofKind, ProofState
from croisee.journeys.queries import returns as queries
from croisee.journeys.services.returns import proofs as services
from croisee.journeys.views.returns.common import (
    FORM,
    TEAM,
    TONES,
    done,
    name_of,
    note_export,
    tabs,
    trail_of,
    written_in,
)
from croisee.journeys.views.returns.one import concerned


@role_required(*TEAM)
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """The proofs of the people one follows: to be checked, accepted, refused; those that end soon."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.proofs(account, timezone.localdate()).order_by("-created_at", "pk"),
        name="proofs",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: name_of(row.journey),
                "journey__person__family_name",
                link=lambda row: reverse("journeys:journey_returns", args=[row.journey_id]),
            ),
            Column("kind", _("Proof"), lambda row: capfirst(row.get_kind_display()), "kind"),
            Column("moment", _("Moment"), lambda row: row.get_moment_display(), "moment"),
            Column("dated_on", _("Date"), sort="dated_on"),
            Column("valid_until", _("Holds until"), sort="valid_until"),
            Column(
                "state",
                _("State"),
                lambda row: row.get_state_display(),
                "state",
                badge=lambda row: TONES[ProofState(row.state)],
            ),
            Column("ends", _("Ends"), _ends, badge=_ends_tone),
            Column(
                "programme",
                _("Programme"),
                lambda row: row.journey.programme.name,
                "journey__programme__name",
            ),
        ],
        search=["journey__person__family_name", "journey__person__given_name"],
        choices={
            "state": (_("State"), ProofState.choices),
            "ends": (_("Ends"), [("ending", _("over, or in sixty days"))]),
        },
        empty_title=_("No proof yet"),
        empty_text=_("Bring proofs from the page of a person: they are checked here."),
    )
    if listing.wants_export:
        note_export(request, _("list of proofs"))
        return listing.export()
    context = {"tabs": tabs(account, "proofs"), "listing": listing}
    return render(request, "journeys/returns/proofs.html", context)


def _is_over(row: Any) -> bool:
    return bool(row.valid_until < timezone.localdate())


def _ends(row: Any) -> str:
    if row.ends == "none":
        return ""
    return _("over") if _is_over(row) else _("soon")


def _ends_tone(row: Any) -> str:
    if row.ends == "none":
        return ""
    return "bad" if _is_over(row) else "warn"


def _own(request: HttpRequest, pk: UUID) -> Proof:
    """A proof of a journey that the reader may write in; 404 otherwise."""
    account = signed_in(request)
    rows = Proof.objects.visible_to(account).followed_by(account)
    return get_object_or_404(rows.select_related("journey__person", "journey__programme"), pk=pk)


@role_required(*TEAM)
@require_http_methods(FORM)
def new_proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a proof."""
    account, journey = signed_in(request), written_in(request, pk)
    given = {
        "kind": request.GET.get("kind", "") if request.GET.get("kind") in ProofKind.values else "",
        "moment": request.GET.get("moment", "") if request.GET.get("moment") in Moment.values else "",
    }
    form = ProofForm(
        request.POST or None,
        request.FILES or None,
        initial={key: value for key, value in given.items() if value},
    )
    page = FormPage(
        _("Bring a proof"),
        trail_of(journey),
        name_of(journey),
        _("Add the proof"),
        _("The proof is added: it is to be checked."),
    )
    to = reverse("journeys:journey_returns", args=[pk])
    return page.answer(request, form, lambda: services.bring(journey, form.cleaned_data, account), to)


@role_required(*TEAM)
@require_http_methods(FORM)
def edit_proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a proof that is not checked yet."""
    row = _own(request, pk)
    form = ProofForm(request.POST or None, request.FILES or None, row=row)
    page = FormPage(
        capfirst(row.get_kind_display()),
        trail_of(row.journey),
        name_of(row.journey),
        said=_("The proof is saved."),
    )
    to = reverse("journeys:journey_returns", args=[row.journey_id])
    return page.answer(
        request, form, lambda: services.change(row, form.cleaned_data, seen=form.last_seen()), to
    )


@role_required(*TEAM)
@require_POST
def decide_proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept a proof, or refuse it with why: `do` says which."""
    row, account = _own(request, pk), signed_in(request)
    asked = request.POST.get("do", "")
    if asked == "accept":
        done(request, lambda: services.accept(row, account), _("The proof is accepted."))
    elif asked == "refuse":
        form = WhyForm(request.POST)
        why = form.cleaned_data["why"] if form.is_valid() else ""
        done(
            request,
            lambda: services.refuse(row, account, why),
            _("The proof is refused: ask for another one."),
        )
    else:
        raise Http404(asked)
    return redirect("journeys:journey_returns", pk=row.journey_id)


@role_required(*TEAM)
@require_POST
def delete_proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away a proof that was not accepted."""
    row = _own(request, pk)
    done(request, lambda: services.remove(row), _("The proof is deleted, with its file."))
    return redirect("journeys:journey_returns", pk=row.journey_id)


@role_required(*TEAM, Role.FAMILY)
@require_safe
@never_cache
def proof_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file of a proof, for who follows the journey and the person."""
    account = signed_in(request)
    rows = Proof.objects.visible_to(account).select_related("journey__person")
    row = get_object_or_404(rows, pk=pk)
    if not row.file or not row.file.storage.exists(str(row.file.name)):
        raise Http404
    record_read(account, row, _("proof of a journey"), concerned(row.journey))
    name = str(row.file.name).rpartition("/")[2]
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name)
