"""The one page of a journey, and what is added to it without leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from croisee.directory import rome
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_read
from croisee.foundation.dates import age_in_years
from croisee.foundation.forms import add_refusal
from croisee.journeys.alerts import TONES
from croisee.journeys.forms.following import (
    AppointmentForm,
    EndStepForm,
    ExchangeForm,
    ObjectiveForm,
    StepForm,
)
from croisee.journeys.models import (
    ENTERED,
    FOLLOWED,
    Channel,
    JourneyState,
    ObjectiveState,
    StepState,
    Verdict,
)
from croisee.journeys.panels import panels_for
from croisee.journeys.queries import following as queries
from croisee.journeys.services.following import appointments, exchanges, objectives, steps
from croisee.journeys.services.following.exchanges import CORRECTED_WITHIN
from croisee.journeys.views.following.common import TEAM, back_to, name_of, team_trail, written_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from croisee.journeys.models import Step
    from croisee.journeys.queries.following import File

STATES = {
    JourneyState.PROPOSED: "info",
    JourneyState.UNDER_WAY: "ok",
    JourneyState.PAUSED: "warn",
}
STEPS = {
    StepState.UNDER_WAY: "info",
    StepState.PAUSED: "warn",
    StepState.DONE: "ok",
}
OBJECTIVES = {ObjectiveState.OPEN: "info", ObjectiveState.REACHED: "ok"}
VERDICTS = {Verdict.ACCEPTED: "ok", Verdict.POSTPONED: "warn", Verdict.REFUSED: "bad"}
MOVES = {
    StepState.PLANNED: ("start",),
    StepState.UNDER_WAY: ("pause",),
    StepState.PAUSED: ("resume",),
}


@role_required(*TEAM)
@require_safe
def journey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who it is, where it stands, what comes next, what was agreed and done."""
    account = signed_in(request)
    return page(request, queries.file_of(account, pk))


def page(request: HttpRequest, file: File, **bound: forms.Form) -> HttpResponse:
    """The page of a journey; `bound` are forms to be looked at again: step, exchange, appointment, objective."""
    account, today, shown = signed_in(request), timezone.localdate(), file.journey
    reason = _("follow-up of the journey") if file.may_write else _("access given to the journey")
    own = file.contact.account if file.contact else None
    record_read(account, shown, reason, Account(pk=UUID(own)) if own else None)
    profile = getattr(shown.person, "profile", None)
    writes = file.may_write and shown.state in FOLLOWED
    context = {
        "file": file,
        "journey": shown,
        "person": shown.person,
        "profile": profile,
        "name": name_of(shown),
        "age": age_in_years(shown.person.birth_date, today) if shown.person else None,
        "jobs": rome.labels(profile.jobs) if profile else "",
        "project_job": rome.label_of(shown.project_job) if shown.project_job else "",
        "tone": STATES.get(JourneyState(shown.state), ""),
        "alerts": [(alert.label, TONES[alert]) for alert in file.alerts(today)],
        "next_step": next(iter(file.open_steps), None),
        "groups": groups(file, today, writes=writes),
        "exchanges": [
            (row, Channel(row.channel).label, _may_correct(row, account)) for row in file.exchanges
        ],
        "decisions": [
            (row, Verdict(row.verdict).label, VERDICTS[Verdict(row.verdict)]) for row in file.decisions
        ],
        "corrections": [row for row in file.corrections if row.state == "asked"],
        "panels": panels_for(shown, account),
        "writes": writes,
        "entered": shown.state in ENTERED,
        "reason": reason,
        "today": today,
        "trail": team_trail(),
        **(_forms(account, file, bound) if file.may_write else {}),
    }
    return render(request, "journeys/following/journey.html", context)


def _forms(account: Account, file: File, bound: dict[str, forms.Form]) -> dict[str, Any]:
    """The forms that add to the page; those in `bound` are shown open."""
    aimed = [one for one in file.objectives if one.state == ObjectiveState.OPEN]
    for form in bound.values():
        for name in [field.name for field in form if field.errors][:1]:
            # The eye and the keyboard are led to what is to be looked at again.
            form.fields[name].widget.attrs["autofocus"] = True
    fresh: dict[str, forms.Form] = {
        "step": StepForm(account=account, objectives=aimed),
        "exchange": ExchangeForm(),
        "appointment": AppointmentForm(),
        "objective": ObjectiveForm(),
    }
    return {f"{name}_form": bound.get(name, form) for name, form in fresh.items()}


def _may_correct(row: queries.Row, account: Account) -> bool:
    return bool(row.by == str(account.pk) and timezone.now() - row.created_at <= CORRECTED_WITHIN)


def groups(file: File, today: Any, *, writes: bool) -> list[dict[str, Any]]:
    """Objectives in their order, each with its open steps and those that are over; at the end the steps of none."""
    over = queries.done(file.steps)
    found: list[dict[str, Any]] = []
    for number, objective in enumerate([*file.objectives, None]):
        key = objective.pk if objective else None
        open_ones = [_step(one, today, writes=writes) for one in file.open_steps if one.objective_id == key]
        ended = [_step(one, today, writes=False) for one in over if one.objective_id == key]
        if objective is None and not open_ones and not ended:
            continue
        found.append(
            {
                "objective": objective,
                "tone": OBJECTIVES.get(ObjectiveState(objective.state), "") if objective else "",
                "aimed": objective is not None and objective.state == ObjectiveState.OPEN,
                "open": open_ones,
                "over": ended,
                "first": number == 0,
                "last": number == len(file.objectives) - 1,
            }
        )
    return found


def _step(step: Step, today: Any, *, writes: bool) -> dict[str, Any]:
    """A step as the page shows it, with what may be done about it."""
    state = StepState(step.state)
    late = state in MOVES and step.planned_end_on is not None and step.planned_end_on < today
    return {
        "row": step,
        "tone": STEPS.get(state, ""),
        "late": late,
        "moves": [step.lifecycle.transition(name) for name in MOVES.get(state, ())] if writes else [],
        "end_form": EndStepForm(key=f"end-{step.pk}") if writes else None,
    }


def _added(
    request: HttpRequest, pk: UUID, name: str, form: Any, act: Callable[[], object], said: str, part: str
) -> HttpResponse:
    """Add what a form of the page says; with something to look at again, the page with that form open."""
    shown = written_in(request, pk)
    if form.is_valid():
        try:
            act()
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, said)
            return back_to(shown, part)
    return page(request, queries.file_of(signed_in(request), pk), **{name: form})


@role_required(*TEAM)
@require_POST
def new_objective(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add an objective."""
    shown, form = written_in(request, pk), ObjectiveForm(request.POST)
    return _added(
        request,
        pk,
        "objective",
        form,
        lambda: objectives.add_objective(shown, form.cleaned_data),
        _("The objective is added."),
        "steps",
    )


@role_required(*TEAM)
@require_POST
def new_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a step."""
    account, shown = signed_in(request), written_in(request, pk)
    form = StepForm(
        request.POST, account=account, objectives=shown.objectives.filter(state=ObjectiveState.OPEN)
    )
    return _added(
        request,
        pk,
        "step",
        form,
        lambda: steps.add_step(shown, form.values(), account, begun=form.cleaned_data["begun"]),
        _("The step is added."),
        "steps",
    )


@role_required(*TEAM)
@require_POST
def new_exchange(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note an exchange."""
    account, shown, form = signed_in(request), written_in(request, pk), ExchangeForm(request.POST)
    return _added(
        request,
        pk,
        "exchange",
        form,
        lambda: exchanges.add_exchange(shown, form.cleaned_data, account),
        _("The exchange is noted."),
        "exchanges",
    )


@role_required(*TEAM)
@require_POST
def new_appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan an appointment."""
    account, shown, form = signed_in(request), written_in(request, pk), AppointmentForm(request.POST)
    return _added(
        request,
        pk,
        "appointment",
        form,
        lambda: appointments.plan_appointment(shown, form.cleaned_data, account),
        _("The appointment is planned: the person is told by e-mail if an address is known."),
        "appointments",
    )
