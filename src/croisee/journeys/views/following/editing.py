"""What is changed in a journey: objectives, steps, exchanges, the project, the person's file, the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.listings import Column, Listing
from croisee.journeys.forms.following import (
    EndForm,
    EndStepForm,
    ExchangeForm,
    ObjectiveForm,
    ProjectForm,
    StepForm,
)
from croisee.journeys.forms.person import PersonForm
from croisee.journeys.models import FOLLOWED, Action, Exchange, Objective, Step
from croisee.journeys.queries import following as queries
from croisee.journeys.queries.recipients import person_account
from croisee.journeys.services.following import exchanges, objectives, person, steps, way_out
from croisee.journeys.views.following.common import (
    TEAM,
    back_to,
    done_or_refused,
    form_page,
    hanging,
    name_of,
    reason_of,
    saved,
    team_trail,
    written_in,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


GET_OR_POST = ["GET", "HEAD", "POST"]
SUGGESTED = 10


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def edit_objective(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct an objective."""
    row = hanging(request, Objective, pk)
    form = ObjectiveForm(request.POST or None, row)

    def act() -> None:
        objectives.change_objective(row, form.cleaned_data, seen=form.seen_at())

    if saved(request, form, act, _("The objective is saved.")):
        return back_to(row.journey, "steps")
    return form_page(request, form, _("Change the objective"), _("Save"), row.journey)


@role_required(*TEAM)
@require_POST
def move_objective(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reach, give up or take up an objective again; with `order`, put it higher or lower."""
    row = hanging(request, Objective, pk)
    if "order" in request.POST:
        up = request.POST["order"] == "up"
        done_or_refused(request, lambda: objectives.order_objective(row, up=up), _("The order is saved."))
        return back_to(row.journey, "steps")
    name, account = _transition(request, Objective), signed_in(request)
    done_or_refused(
        request, lambda: objectives.move_objective(row, name, account), _("The objective is saved.")
    )
    return back_to(row.journey, "steps")


def _transition(request: HttpRequest, model: Any) -> str:
    """The transition that was asked for; 404 for one that there is not."""
    name = request.POST.get("transition", "")
    if name not in {one.name for one in model.lifecycle.transitions}:
        raise Http404(name)
    return name


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def edit_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a step."""
    row = hanging(request, Step, pk, "action", "opportunity")
    form = StepForm(
        request.POST or None,
        account=signed_in(request),
        objectives=Objective.objects.followed_by(signed_in(request)).filter(journey=row.journey_id),
        step=row,
    )

    def act() -> None:
        steps.change_step(row, form.values(), seen=form.seen_at())

    if saved(request, form, act, _("The step is saved.")):
        return back_to(row.journey, "steps")
    return form_page(request, form, _("Change the step"), _("Save"), row.journey)


@role_required(*TEAM)
@require_POST
def move_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin, pause, resume a step, or take it up again."""
    row, name, account = hanging(request, Step, pk), _transition(request, Step), signed_in(request)
    done_or_refused(request, lambda: steps.move_step(row, name, account), _("The step is saved."))
    return back_to(row.journey, "steps")


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def end_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that a step is done or abandoned: when, and what came of it."""
    row, account = hanging(request, Step, pk), signed_in(request)
    form = EndStepForm(request.POST or None)
    name = "abandon" if request.POST.get("transition") == "abandon" else "finish"

    def act() -> None:
        given = form.cleaned_data
        steps.move_step(row, name, account, on=given["ended_on"], outcome=given["outcome"])

    said = _("The step is done.") if name == "finish" else _("The step is abandoned.")
    if saved(request, form, act, said):
        return back_to(row.journey, "steps")
    heading = _("End of the step: %(step)s") % {"step": row.title}
    template = "journeys/following/end_step.html"
    return form_page(request, form, heading, _("Done"), row.journey, template=template)


@role_required(*TEAM)
@require_POST
def suggest_actions(request: HttpRequest) -> HttpResponse:
    """The actions of the catalogue whose name holds `q`, as options of a list."""
    text = request.POST.get("q", "").replace("\0", "").strip()[:100]
    rows = Action.objects.visible_to(signed_in(request)).offered().filter(name__icontains=text)
    found = rows.select_related("organisation").order_by("name")[:SUGGESTED] if text else []
    return render(request, "journeys/following/actions.html", {"found": found})


@role_required(*TEAM)
@require_safe
def exchanges_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every exchange of a journey."""
    shown = written_in(request, pk)
    listing = Listing(
        request,
        Exchange.objects.followed_by(signed_in(request)).filter(journey=shown).select_related("by"),
        name="exchanges",
        columns=[
            Column("on", _("Date"), lambda row: row.on, "on"),
            Column("channel", _("How"), lambda row: row.get_channel_display(), "channel"),
            Column("text", _("What was said"), lambda row: row.text),
            Column("by", _("Noted by"), lambda row: str(row.by or "–"), "by__name"),
        ],
        search=["text"],
        empty_title=_("No exchange yet"),
        empty_text=_("Note one on the page of the journey: it takes half a minute."),
    )
    account, own, reason = signed_in(request), person_account(shown), _("exchanges of the journey")
    record_read(account, shown, reason, own)
    if listing.wants_export:
        record_export(account, shown, reason, own)
        return listing.export()
    context = {
        "listing": listing,
        "name": name_of(shown),
        "journey": shown,
        "trail": team_trail(shown),
    }
    return render(request, "journeys/following/exchanges.html", context)


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def edit_exchange(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct what one noted oneself, or take it away."""
    row, account = hanging(request, Exchange, pk), signed_in(request)
    if reason := exchanges.why_fixed(row, account):
        messages.error(request, reason)
        return back_to(row.journey, "exchanges")
    form = ExchangeForm(request.POST or None, row)

    def act() -> None:
        exchanges.change_exchange(row, form.cleaned_data, account, seen=form.seen_at())

    if saved(request, form, act, _("The exchange is saved.")):
        return back_to(row.journey, "exchanges")
    template = "journeys/following/exchange.html"
    return form_page(
        request, form, _("Change the exchange"), _("Save"), row.journey, template=template, row=row
    )


@role_required(*TEAM)
@require_POST
def delete_exchange(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away what one noted oneself."""
    row, account = hanging(request, Exchange, pk), signed_in(request)
    done_or_refused(
        request, lambda: exchanges.delete_exchange(row, account), _("The exchange is taken away.")
    )
    return back_to(row.journey, "exchanges")


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def edit_project(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write what the person wants to come to."""
    shown = written_in(request, pk)
    form = ProjectForm(request.POST or None, journey=shown)

    def act() -> None:
        way_out.change_project(shown, form.cleaned_data, seen=form.seen_at())

    if saved(request, form, act, _("The project is saved.")):
        return back_to(shown)
    return form_page(request, form, _("Project of the person"), _("Save"), shown)


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def edit_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of the person."""
    shown, account = written_in(request, pk), signed_in(request)
    if shown.person is None:
        raise Http404(str(pk))
    form = PersonForm(request.POST or None, person=shown.person)
    followed: list[str] = []

    def act() -> None:
        followed.extend(person.change_file(shown, form.cleaned_data, account, seen=form.seen_at()))

    if saved(request, form, act, _("The file is saved.")):
        for sentence in followed:
            messages.info(request, sentence)
        return back_to(shown)
    record_read(account, shown, _("file of the person"), person_account(shown))
    return form_page(request, form, _("File of the person"), _("Save"), shown)


@role_required(*TEAM)
@require_POST
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite the person to read the own journey."""
    shown = written_in(request, pk)
    try:
        account = person.invite(shown, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, reason_of(refusal))
    else:
        text = _("An e-mail has gone to %(email)s: it says how to sign in.")
        messages.success(request, text % {"email": account.email})
    return back_to(shown)


@role_required(*TEAM)
@require_POST
def move_journey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pause, resume or reopen a journey."""
    shown, account, name = written_in(request, pk), signed_in(request), request.POST.get("transition", "")
    said = {
        "pause": _("The journey is paused: it asks for no contact meanwhile."),
        "resume": _("The journey is under way again."),
        "reopen": _("The journey is under way again: its exit is erased."),
    }
    if name not in said:
        raise Http404(name)
    done_or_refused(request, lambda: way_out.move_journey(shown, name, account), said[name])
    return back_to(shown)


@role_required(*TEAM)
@require_http_methods(GET_OR_POST)
def end_journey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a journey; each open step is finished or abandoned in the same form."""
    account = signed_in(request)
    shown = written_in(request, pk)
    if shown.state not in FOLLOWED:
        messages.error(request, _("This journey is not under way."))
        return redirect(shown)
    file = queries.file_of(account, pk)
    form = EndForm(request.POST or None, steps=file.open_steps)

    def act() -> None:
        way_out.end_journey(shown, form.cleaned_data, account, steps=form.ends())

    if saved(request, form, act, _("The journey is ended.")):
        return back_to(shown)
    template = "journeys/following/end.html"
    return form_page(
        request, form, _("End of the journey"), _("End the journey"), shown, template=template, file=file
    )
