"""Demands: written, changed, closed, opened again; units proposed, and what who asks says of them.

What cannot be done is a ValidationError in words for who asked; nothing is then changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.premises.models import (
    OFFERED,
    Demand,
    DemandState,
    Option,
    OptionState,
    Proposal,
    ProposalState,
    Unit,
    Visit,
    VisitState,
    Where,
)
from croisee.premises.notices import demands as notices
from croisee.premises.notices import lettings as other_notices
from croisee.premises.services.suggesting import suggestions

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation

CLOSINGS = ("leave", "drop")
NOBODY = ["asked_by", "proposed_by"]
"""Who acted may be erased since, or be the software: nobody, which is no fault."""
_NOT_GIVEN = {"id", "created_at", "updated_at", "state", "organisation", "asked_by", "closed_on", "outcome"}
WRITABLE = frozenset(field.name for field in Demand._meta.concrete_fields) - _NOT_GIVEN
"""What `ask` and `change` take."""


@transaction.atomic
def ask(account: Account, organisation: Organisation | None, values: Mapping[str, Any]) -> Demand:
    """A new demand of a company, or of oneself without one. Raises ValidationError by field."""
    return _filled(Demand(organisation=organisation, asked_by=account), values)


@transaction.atomic
def change(demand: Demand, values: Mapping[str, Any], seen: dt.datetime | None = None) -> Demand:
    """Change an open demand. `seen`: `updated_at` as the form showed it.

    Raises ValidationError by field, when it is closed, or when somebody changed it meanwhile.
    """
    row = _locked(demand)
    if seen is not None and row.updated_at != seen:
        raise Stale
    _check_open(row)
    return _filled(row, values)


def _filled(demand: Demand, values: Mapping[str, Any]) -> Demand:
    if unknown := set(values) - WRITABLE:
        raise KeyError(", ".join(sorted(unknown)))
    for name, value in values.items():
        setattr(demand, name, value)
    _forget_other_places(demand)
    demand.full_clean(exclude=NOBODY)
    demand.save()
    return demand


def _forget_other_places(demand: Demand) -> None:
    """Keep what says where for the choice made alone."""
    if demand.where != Where.NEIGHBOURHOOD:
        demand.zone_codes = ""
    if demand.where != Where.NEAR_LINE:
        demand.line = ""
    if demand.where != Where.NEAR_POINT:
        demand.address, demand.lon, demand.lat = "", None, None


def _locked(demand: Demand) -> Demand:
    found: Demand = Demand.objects.select_for_update(of=("self",)).get(pk=demand.pk)
    return found


def _check_open(demand: Demand) -> None:
    if demand.state != DemandState.OPEN:
        raise ValidationError(_("This demand is closed: open it again first."))


@transaction.atomic
def close(demand: Demand, how: str, outcome: str, account: Account | None) -> Demand:
    """Close a demand: `leave` (found elsewhere, `outcome` says where) or `drop` (given up, and why).

    Visits that are planned are cancelled. Raises ValidationError without a reason, while an option holds, or by states.
    """
    row = _locked(demand)
    if how not in CLOSINGS:
        raise ValidationError({"how": _("Choose how the search ended.")})
    said = " ".join(outcome.split())
    if not said:
        raise ValidationError(
            {"outcome": _("Say in a few words where, or why: it tells what is missing here.")}
        )
    if Option.objects.filter(demand=row, state=OptionState.HELD).exists():
        raise ValidationError(_("A unit is under option for this demand: lift the option first."))
    _move(row, how, account)
    for visit in Visit.objects.filter(demand=row, state=VisitState.PLANNED).order_by("pk"):
        perform(visit, "cancel", None)
        other_notices.tell_visit_cancelled(visit)
    row.outcome, row.closed_on = said[:300], timezone.localdate()
    row.full_clean(exclude=NOBODY)
    row.save()
    return row


@transaction.atomic
def reopen(demand: Demand, account: Account) -> Demand:
    """Open a demand again. Raises ValidationError while it is open."""
    row = _locked(demand)
    _move(row, "reopen", account)
    row.outcome, row.closed_on = "", None
    row.save()
    return row


def _move(row: Demand | Proposal, transition: str, account: Account | None) -> None:
    try:
        perform(row, transition, account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused


@transaction.atomic
def propose(demand: Demand, unit: Unit, account: Account | None, *, told: bool = True) -> Proposal:
    """Propose a unit to who asks, who is told by e-mail. Proposed twice, it is once.

    Raises ValidationError for a demand that is closed, or a unit that nobody can have now.
    """
    row = _locked(demand)
    _check_open(row)
    _check_offered(Unit.objects.get(pk=unit.pk))
    proposal, new = Proposal.objects.get_or_create(demand=row, unit=unit, defaults={"proposed_by": account})
    if new and told:
        notices.tell_proposed([proposal])
    return proposal


def _check_offered(unit: Unit) -> None:
    if unit.state not in OFFERED:
        raise ValidationError(_("These premises are not offered now."))


@transaction.atomic
def want(demand: Demand, unit: Unit, account: Account) -> Proposal:
    """Who asks says that a unit interests, proposed or found by oneself; its owner is told.

    Raises ValidationError for a demand that is closed, or a unit that nobody can have now.
    """
    proposal = propose(demand, unit, account, told=False)
    return proposal if proposal.state == ProposalState.WANTED else answer(proposal, "want", "", account)


@transaction.atomic
def answer(proposal: Proposal, how: str, reason: str, account: Account) -> Proposal:
    """Who asks says that a unit interests (`want`: the owner is told), or does not suit (`decline`, with a reason).

    Raises ValidationError without a reason, for an unknown answer, while an option holds, or by states.
    """
    demand = _locked(proposal.demand)
    _check_open(demand)
    row = Proposal.objects.select_for_update(of=("self",)).select_related("unit").get(pk=proposal.pk)
    if how not in ("want", "decline"):
        raise ValidationError(_("Choose an answer."))
    said = " ".join(reason.split())
    if how == "decline":
        _check_declined(row, said)
    else:
        _check_offered(row.unit)
    _move(row, how, account)
    row.reason = said[:300] if how == "decline" else ""
    row.full_clean(exclude=NOBODY)
    row.save()
    if how == "want":
        notices.tell_wanted(row)
    return row


def _check_declined(proposal: Proposal, reason: str) -> None:
    if not reason:
        raise ValidationError({"reason": _("Say in a few words why: other units are then chosen better.")})
    if Option.objects.filter(
        demand=proposal.demand_id, unit=proposal.unit_id, state=OptionState.HELD
    ).exists():
        raise ValidationError(_("These premises are under option for you: lift the option first."))


def propose_new(now: dt.datetime) -> int:
    """Propose to each open demand, once, the units that came on offer since it was written; how many proposals.

    By the software: `proposed_by` is nobody. One e-mail a demand, the ten best units a day.
    """
    done = 0
    for demand, units in suggestions(now):
        try:
            done += _propose_all(demand, units)
        except (ValidationError, IntegrityError):
            continue  # closed or proposed by somebody at the same moment: nothing is left to tell
    return done


@transaction.atomic
def _propose_all(demand: Demand, units: list[Unit]) -> int:
    row = _locked(demand)
    _check_open(row)
    made = [
        proposal
        for proposal, new in (Proposal.objects.get_or_create(demand=row, unit=unit) for unit in units)
        if new
    ]
    if made:
        notices.tell_proposed(made)
    return len(made)
