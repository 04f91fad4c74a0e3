"""Options on premises: one at a time a unit, until a day; lifted, or lapsed the day after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.premises.models import (
    Demand,
    DemandState,
    Option,
    OptionState,
    Proposal,
    ProposalState,
    Unit,
    UnitState,
)
from croisee.premises.notices import lettings as notices
from croisee.premises.services import units

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

MOST_DAYS = 92
"""Three months: longer, premises would stand empty for somebody who may not come."""


@transaction.atomic
def hold(proposal: Proposal, until: dt.date, account: Account) -> Option:
    """Keep a unit for a demand until a day, that day in it; the unit is under option, who asks is told.

    Raises ValidationError for a day that is past or too far, a closed demand, a unit that is held or not offered.
    """
    today = timezone.localdate()
    if not today <= until <= today + dt.timedelta(days=MOST_DAYS):
        raise ValidationError({"until": _("Choose a day from today to three months from now.")})
    demand = Demand.objects.select_for_update(of=("self",)).get(pk=proposal.demand_id)
    if demand.state != DemandState.OPEN:
        raise ValidationError(_("This demand is closed: open it again first."))
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=proposal.unit_id)
    option = Option(demand=demand, unit=unit, until=until)
    option.full_clean()
    units.move(unit, "hold", account)
    option.save()
    notices.tell_held(option)
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.state != ProposalState.WANTED:
        perform(row, "want", None)
    return option


@transaction.atomic
def lift(option: Option, account: Account | None) -> Option:
    """Lift an option: the unit is offered again, both sides are told. Raises ValidationError once it is over."""
    row = _locked(option.pk)
    _end(row, "lift", account)
    return row


def _locked(key: UUID) -> Option:
    """An option under the lock of its demand, its unit, and its own, in that order for everybody."""
    known = Option.objects.only("demand", "unit").get(pk=key)
    list(Demand.objects.select_for_update(of=("self",)).filter(pk=known.demand_id).values_list("pk"))
    list(Unit.objects.select_for_update(of=("self",)).filter(pk=known.unit_id).values_list("pk"))
    return Option.objects.select_for_update(of=("self",)).select_related("demand", "unit").get(pk=key)


def _end(option: Option, transition: str, account: Account | None) -> None:
    try:
        perform(option, transition, account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
    option.unit.refresh_from_db()
    if option.unit.state == UnitState.OPTION:
        units.move(option.unit, "release", None)
    notices.tell_over(option)


def lapse(now: dt.datetime) -> int:
    """Let the options lapse whose last day is over: units are offered again, both sides are told; how many."""
    today = timezone.localdate(now)
    due = Option.objects.filter(state=OptionState.HELD, until__lt=today).order_by("until", "pk")
    return sum(_lapse(key, today) for key in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(key: UUID, today: dt.date) -> bool:
    """Let one option lapse, unless somebody ended or took it up meanwhile."""
    row = _locked(key)
    if row.state != OptionState.HELD or row.until >= today:
        return False
    _end(row, "lapse", None)
    return True
