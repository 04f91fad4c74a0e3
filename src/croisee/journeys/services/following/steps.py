"""Steps: added, changed, begun, paused, finished or abandoned with what came of it, taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform, perform_all
from croisee.journeys.models import Journey, Step, StepState
from croisee.journeys.services.following.locking import fill, locked, open_journey

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account

FIELDS = (
    "objective",
    "kind",
    "title",
    "where",
    "action",
    "opportunity",
    "starts_on",
    "planned_end_on",
)
ENDS = {"finish": StepState.DONE, "abandon": StepState.ABANDONED}
"""Transitions that end a step, and where each leads."""


@transaction.atomic
def add_step(
    journey: Journey, values: Mapping[str, Any], account: Account | None, *, begun: bool = False
) -> Step:
    """A new step; with `begun`, it is under way at once. `values`: `FIELDS`. Raises ValidationError by field."""
    row = open_journey(journey)
    step = Step(journey=row)
    _fill(step, values)
    if begun:
        perform(step, "start", account)
    return step


def _fill(step: Step, values: Mapping[str, Any]) -> None:
    objective = values.get("objective")
    if objective is not None and objective.journey_id != step.journey_id:
        raise ValidationError({"objective": _("This objective is of another journey.")})
    fill(step, FIELDS, values)


@transaction.atomic
def change_step(step: Step, values: Mapping[str, Any], *, seen: dt.datetime | None = None) -> Step:
    """Correct a step: `FIELDS`, and for one that is over `ended_on` and `outcome`. Raises Stale, ValidationError."""
    open_journey(step.journey)
    row = locked(step, seen)
    if row.state in ENDS.values():
        row.ended_on = values.get("ended_on") or row.ended_on
        row.outcome = values.get("outcome", row.outcome).strip()
        _check_end(row, row.ended_on)
    _fill(row, values)
    return row


@transaction.atomic
def move_step(
    step: Step, transition: str, account: Account | None, *, on: dt.date | None = None, outcome: str = ""
) -> Step:
    """Move a step. One that ends says when (today by default) and what came of it; one abandoned says why.

    Begun without a date, it begins today. Taken up again, its end is erased. Raises ValidationError by field,
    TransitionRefused when it is elsewhere meanwhile.
    """
    open_journey(step.journey)
    row = locked(step)
    if transition in ENDS:
        return _end(row, transition, account, on or timezone.localdate(), outcome.strip())
    if transition == "reopen":
        return _reopen(row, account)
    perform(row, transition, account)
    if transition == "start" and row.starts_on is None:
        row.starts_on = timezone.localdate()
        row.save()
    return row


def _end(step: Step, transition: str, account: Account | None, on: dt.date, outcome: str) -> Step:
    if transition == "abandon" and not outcome:
        raise ValidationError({"outcome": _("Write why in a few words: it helps whoever comes next.")})
    _check_end(step, on)
    # The end and the state are one: the database takes neither without the other.
    _perform_with(step, transition, account, ended_on=on, outcome=outcome)
    return step


def _reopen(step: Step, account: Account | None) -> Step:
    """Take up again: no end any more, and no planned end that is past, so that the step is not late at once."""
    today = timezone.localdate()
    changes: dict[str, Any] = {"ended_on": None}
    if step.planned_end_on is not None and step.planned_end_on < today:
        changes["planned_end_on"] = None
    _perform_with(step, "reopen", account, **changes)
    return step


def _perform_with(step: Step, transition: str, account: Account | None, **values: Any) -> None:
    perform_all(Step.objects.filter(pk=step.pk), transition, account, **values)
    step.refresh_from_db()


def _check_end(step: Step, on: dt.date | None) -> None:
    if on is None:
        return
    if on > timezone.localdate():
        raise ValidationError({"ended_on": _("Note the end once it has come.")})
    if step.starts_on is not None and on < step.starts_on:
        raise ValidationError({"ended_on": _("A step cannot end before it begins.")})
