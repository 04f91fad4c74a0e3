"""Objectives: added, changed, put in order, reached, given up, taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.journeys.models import OPEN_STEPS, Journey, Objective
from croisee.journeys.services.following.locking import fill, locked, open_journey

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account

FIELDS = ("title", "due_on", "note")


@transaction.atomic
def add_objective(journey: Journey, values: Mapping[str, Any]) -> Objective:
    """A new objective, after the others. `values`: title, due_on, note. Raises ValidationError by field."""
    row = open_journey(journey)
    last = Objective.objects.filter(journey=row).aggregate(last=Max("order"))["last"] or 0
    objective = Objective(journey=row, order=last + 1)
    fill(objective, FIELDS, values)
    return objective


@transaction.atomic
def change_objective(
    objective: Objective, values: Mapping[str, Any], *, seen: dt.datetime | None = None
) -> Objective:
    """Correct an objective. Raises Stale when somebody changed it since `seen`, ValidationError by field."""
    open_journey(objective.journey)
    row = locked(objective, seen)
    fill(row, FIELDS, values)
    return row


@transaction.atomic
def order_objective(objective: Objective, *, up: bool) -> None:
    """Put an objective before the one above it, or after the one below; at the end of the list nothing changes."""
    open_journey(objective.journey)
    rows = list(Objective.objects.select_for_update(of=("self",)).filter(journey=objective.journey_id))
    place = next(number for number, row in enumerate(rows) if row.pk == objective.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows, 1):
        if row.order != number:
            row.order = number
            row.save()


@transaction.atomic
def move_objective(objective: Objective, transition: str, account: Account) -> Objective:
    """Reach, drop or reopen an objective. Raises TransitionRefused, ValidationError while steps of it are open."""
    open_journey(objective.journey)
    row = locked(objective)
    if transition == "drop" and row.steps.filter(state__in=OPEN_STEPS).exists():
        raise ValidationError(
            _("Steps towards this objective are open: finish them, abandon them, or give them another one."),
            code="open_steps",
        )
    perform(row, transition, account)
    return row
