"""Who waits for whom: every verb about a place locks the offer, then the week, then the person, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from croisee.directory.models import Person
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


def lock_person(pk: UUID) -> None:
    """Let this person's list and places be changed by one at a time."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=pk)


def lock_place(application: Application) -> None:
    """Lock what a held seat hangs on, and read the application again."""
    Period.objects.select_for_update(no_key=True).only("pk").get(pk=application.period_id)
    lock_person(application.person_id)
    application.refresh_from_db()
