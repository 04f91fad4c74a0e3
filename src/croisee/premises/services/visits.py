"""Visits of premises: planned, moved, held, cancelled; both sides are told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.premises.models import Demand, DemandState, Proposal, Visit, VisitState
from croisee.premises.notices import lettings as notices

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


@transaction.atomic
def plan(proposal: Proposal, at: dt.datetime, meeting_point: str = "") -> Visit:
    """Plan a visit of a unit by who asks; both sides are told, with a file for their calendars.

    Raises ValidationError for a moment that is past, a demand that is closed, a visit planned already.
    """
    demand = Demand.objects.select_for_update(of=("self",)).get(pk=proposal.demand_id)
    if demand.state != DemandState.OPEN:
        raise ValidationError(_("This demand is closed: open it again first."))
    if Visit.objects.filter(demand=demand, unit=proposal.unit_id, state=VisitState.PLANNED).exists():
        raise ValidationError(_("A visit is planned already: move it, or cancel it first."))
    return _filled(Visit(demand=demand, unit=proposal.unit), at, meeting_point)


@transaction.atomic
def move(visit: Visit, at: dt.datetime, meeting_point: str, seen: dt.datetime | None = None) -> Visit:
    """Change when and where a visit is; both sides are told again.

    Raises ValidationError for a moment that is past, a visit that is over, or that somebody changed meanwhile.
    """
    row = _locked(visit)
    if row.state != VisitState.PLANNED:
        raise ValidationError(_("This visit is over."))
    if seen is not None and row.updated_at != seen:
        raise Stale
    return _filled(row, at, meeting_point)


def _filled(visit: Visit, at: dt.datetime, meeting_point: str) -> Visit:
    if at <= timezone.now():
        raise ValidationError({"at": _("This moment is past: choose one to come.")})
    visit.at, visit.meeting_point = at, " ".join(meeting_point.split())
    visit.full_clean()
    visit.save()
    notices.tell_visit_planned(visit)
    return visit


def _locked(visit: Visit) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("demand", "unit")
    return rows.get(pk=visit.pk)


@transaction.atomic
def finish(visit: Visit, note: str, account: Account) -> Visit:
    """Note that a visit was held, and what was said. Raises ValidationError before its hour, or once it is over."""
    row = _locked(visit)
    if row.at > timezone.now():
        raise ValidationError(_("This visit is still to come."))
    _perform(row, "finish", account)
    row.note = note.strip()
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def cancel(visit: Visit, account: Account | None) -> Visit:
    """Cancel a visit; the others are told. Raises ValidationError once it is over."""
    row = _locked(visit)
    _perform(row, "cancel", account)
    notices.tell_visit_cancelled(row)
    return row


def _perform(row: Visit, transition: str, account: Account | None) -> None:
    try:
        perform(row, transition, account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
