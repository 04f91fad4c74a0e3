"""Who waits for whom, so that nobody waits for ever: every verb about places takes its locks in one order.

The order: rows of people (directory), then the call (a campaign), then offers, then weeks, then a person's list and
places. Several rows of a kind are taken in the order of their keys. Who changes places of several people of a call
locks the call first, so that two such verbs come one after the other.

A person's list and places have a lock of their own (`lock_person`), which is not that of the person's row: a change in
the directory holds the row, and only then learns which weeks it touches. Rows of people are locked without their key
(`no_key`): an application may be written for a person whose row is held.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from croisee.foundation.database.locks import hold
from croisee.opportunities.models import Opportunity, Period

if TYPE_CHECKING:
    from croisee.opportunities.models import Application


def lock_period(pk: UUID) -> Period:
    """The week, read again under a lock, with its offer, locked as well: an offer withdrawn meanwhile is seen."""
    period = Period.objects.get(pk=pk)
    offer = Opportunity.objects.select_for_update(no_key=True).get(pk=period.opportunity_id)
    period = Period.objects.select_for_update(no_key=True).get(pk=pk)
    period.opportunity = offer
    return period


def lock_periods(keys: Iterable[UUID]) -> None:
    """Lock weeks, where places are about to be cancelled or lapse."""
    rows = Period.objects.select_for_update(no_key=True).filter(pk__in=set(keys)).order_by("pk")
    list(rows.values_list("pk"))


def lock_person(pk: UUID) -> None:
    """Let this person's list and places be changed by one at a time, to the end of the transaction."""
    lock_people([pk])


def lock_people(keys: Iterable[UUID]) -> None:
    """As `lock_person`, for several."""
    hold(f"places:{pk}" for pk in keys)


def lock_place(application: Application) -> None:
    """Lock what a held seat hangs on, and read the application again."""
    lock_periods([application.period_id])
    lock_person(application.person_id)
    application.refresh_from_db()
