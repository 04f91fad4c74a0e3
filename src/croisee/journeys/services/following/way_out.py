"""A journey paused, resumed, ended with what came of it, reopened; the project it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform, perform_all
from croisee.journeys.models import (
    LIVING,
    OPEN_STEPS,
    Appointment,
    AppointmentState,
    Exchange,
    Journey,
    JourneyState,
    Step,
    StepState,
)
from croisee.journeys.services.following.appointments import move_appointment
from croisee.journeys.services.following.locking import fill, locked
from croisee.journeys.services.following.steps import ENDS, move_step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

PROJECT = ("project", "project_job", "planned_end_on")


@transaction.atomic
def change_project(
    journey: Journey, values: Mapping[str, Any], *, seen: dt.datetime | None = None
) -> Journey:
    """Write what the person wants to come to. `values`: `PROJECT`. Raises Stale, ValidationError by field."""
    row = locked(journey, seen)
    if row.state not in LIVING:
        raise ValidationError(_("This journey is over: reopen it before its project is changed."))
    end = values.get("planned_end_on")
    if end is not None and row.entered_on is not None and end < row.entered_on:
        raise ValidationError({"planned_end_on": _("A journey cannot end before it begins.")})
    fill(row, PROJECT, values)
    return row


@transaction.atomic
def move_journey(journey: Journey, transition: str, account: Account) -> Journey:
    """Pause, resume or reopen a journey. Raises TransitionRefused, ValidationError.

    Reopened, its exit is erased. Somebody who is in the programme again meanwhile is not twice in it.
    """
    row = locked(journey)
    if transition != "reopen":
        perform(row, transition, account)
        return row
    again = Journey.objects.filter(person=row.person_id, programme=row.programme_id, state__in=LIVING)
    if row.person_id is None or again.exists():
        raise ValidationError(_("This person is in this programme already, or was erased."), code="again")
    changes: dict[str, Any] = {"exited_on": None, "exit_kind": "", "exit_note": ""}
    perform_all(Journey.objects.filter(pk=row.pk), "reopen", account, **changes)
    row.refresh_from_db()
    return row


@transaction.atomic
def end_journey(
    journey: Journey,
    values: Mapping[str, Any],
    account: Account,
    *,
    steps: Mapping[UUID, str],
) -> Journey:
    """End a journey. `values`: exited_on, exit_kind, exit_note; `steps`: how each open step ends, done or abandoned.

    Appointments to come are cancelled, the person told. The référent stays: the situation is asked four weeks and six
    months later. Raises ValidationError by field, or naming the first open step that nothing is said of.
    """
    row = locked(journey)
    on = values["exited_on"]
    _check_exit(row, on)
    for step in Step.objects.filter(journey=row, state__in=OPEN_STEPS):
        _end_step(step, steps.get(step.pk, ""), account, on)
    for appointment in Appointment.objects.filter(journey=row, state=AppointmentState.PLANNED):
        if appointment.starts_at > timezone.now():
            move_appointment(appointment, "cancel", account)
    changes = {name: values.get(name, "") for name in ("exited_on", "exit_kind", "exit_note")}
    if not changes["exit_kind"]:
        raise ValidationError({"exit_kind": _("Say how the journey ends.")})
    perform_all(Journey.objects.filter(pk=row.pk), "end", account, **changes)
    row.refresh_from_db()
    return row


def _check_exit(journey: Journey, on: dt.date) -> None:
    if journey.state not in (JourneyState.UNDER_WAY, JourneyState.PAUSED):
        raise ValidationError(_("This journey is not under way."), code="closed")
    if on > timezone.localdate():
        raise ValidationError({"exited_on": _("Note the exit once it has come.")})
    if journey.entered_on is not None and on < journey.entered_on:
        raise ValidationError({"exited_on": _("A journey cannot end before it begins.")})
    last = Exchange.objects.filter(journey=journey, on__gt=on).exists()
    ended = Step.objects.filter(journey=journey, ended_on__gt=on, state=StepState.DONE).exists()
    if last and ended:
        raise ValidationError(
            {"exited_on": _("Steps and exchanges are noted after this date: check it.")}, code="later"
        )


def _end_step(step: Step, how: str, account: Account, on: dt.date) -> None:
    names = {str(state): name for name, state in ENDS.items()}
    if how not in names:
        raise ValidationError(
            _("Say how the step “%(step)s” ends: done or abandoned.") % {"step": step.title},
            code="open_step",
        )
    why = _("End of the journey.") if how == StepState.ABANDONED else ""
    # A step that was to begin after the exit never did: it ends on the day of the exit.
    if step.starts_on is not None and step.starts_on > on:
        step.starts_on = None
        step.save()
    move_step(step, names[how], account, on=on, outcome=step.outcome or why)
