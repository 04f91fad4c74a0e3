"""How applications end without anyone's answer: an offer closes, a place lapses, nobody answers; each is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from croisee.apprenticeship.expiry import Standing, active, with_standing
from croisee.apprenticeship.models import KIND, ApprenticeshipOffer, Candidacy, Outcome
from croisee.apprenticeship.notices import offers as notices
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import ApplicationState, Opportunity, OpportunityState, Source
from croisee.opportunities.services import give_back, lock_people, lock_periods

if TYPE_CHECKING:
    from uuid import UUID

UNANSWERED = dt.timedelta(days=60)
"""After that long without an answer, the person is told not to wait any more."""
WARNED_DAYS = (7, 1)
"""How many days before its last one an offer's employer is written to."""


def close_applications(offer: Opportunity) -> int:
    """End what waits at an offer that is filled, cancelled or withdrawn, and tell who waited; how many.

    Places to confirm are taken back; confirmed ones stay. The offer's row is held by the caller.
    """
    waiting = Candidacy.objects.filter(
        application__period__opportunity=offer,
        application__state__in=(ApplicationState.ASKED, ApplicationState.OFFERED),
    )
    return sum(end(row.pk, Outcome.OFFER_CLOSED, told=True) for row in waiting.order_by("pk"))


@transaction.atomic
def end(pk: UUID, outcome: Outcome, *, told: bool, now: dt.datetime | None = None) -> bool:
    """End one application that waits, as the software; False when it does not wait any more. `told`: the person is."""
    row = locked(pk)
    application = row.application
    if application.state == ApplicationState.ASKED:
        perform(application, "not_grant", None)
    elif application.state == ApplicationState.OFFERED:
        if outcome == Outcome.ELSEWHERE:
            give_back(application, None)
        else:
            perform(application, "cancel", None)
    else:
        return False
    row.outcome, row.answered_at = outcome, row.answered_at or now or timezone.now()
    row.save()
    if told:
        notices.tell_person(notices.OVER, row)
    return True


def locked(pk: UUID) -> Candidacy:
    """A candidacy read again under its locks, with all that its e-mails say: period, then person, then row."""
    seen = Candidacy.objects.select_related("application").get(pk=pk)
    lock_periods([seen.application.period_id])
    lock_people([seen.application.person_id])
    return (
        Candidacy.objects.select_for_update(of=("self",))
        .select_related("application__period__opportunity__organisation", "application__person")
        .get(pk=pk)
    )


# Each day


def lapse_due(now: dt.datetime) -> int:
    """Let places lapse that were not confirmed in time, and tell both sides; how many."""
    late = Candidacy.objects.filter(
        application__state=ApplicationState.OFFERED,
        application__answer_by__lte=now,
        application__period__opportunity__kind=KIND,
    )
    return sum(_lapse(pk, now) for pk in late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _lapse(pk: UUID, now: dt.datetime) -> bool:
    row = locked(pk)
    application = row.application
    if application.state != ApplicationState.OFFERED or (application.answer_by or now) > now:
        return False
    perform(application, "lapse", None)
    row.outcome = Outcome.WITHDRAWN
    row.save()
    notices.tell_person(notices.LAPSED, row)
    notices.tell_company(notices.CHANGED, row, "lapsed")
    return True


def end_unanswered(now: dt.datetime) -> int:
    """Tell who was not answered for sixty days not to wait any more; how many. An interview to come counts as one."""
    old = Candidacy.objects.filter(
        application__state=ApplicationState.ASKED,
        application__period__opportunity__kind=KIND,
        created_at__lte=now - UNANSWERED,
    ).exclude(interview_at__gt=now - UNANSWERED)
    return _end_all(old.order_by("pk").values_list("pk", flat=True), Outcome.NO_ANSWER)


def _end_all(keys: Iterable[UUID], outcome: Outcome) -> int:
    return sum(end(pk, outcome, told=True) for pk in list(keys))


def warn_of_expiry(now: dt.datetime) -> int:
    """Write to who offers what ends in a week, then in a day, unless it was written already; how many e-mails."""
    day = timezone.localdate(now)
    ending = active(day).filter(source=Source.OWN, until__lte=day + dt.timedelta(days=max(WARNED_DAYS)))
    sent = 0
    for offer in ending.select_related("organisation").order_by("pk"):
        left = (offer.until - day).days
        nearest = min(days for days in WARNED_DAYS if left <= days)
        sent += notices.tell_of_expiry(offer, offer.until, nearest)
    return sent


def tell_of_closed(now: dt.datetime) -> int:
    """Tell who waits at an offer that took its last day or its last place since; how many were written to.

    Past its last day the company may still answer, so that applications stay; with its last place confirmed they end.
    """
    day = timezone.localdate(now)
    over = with_standing(
        Opportunity.objects.filter(source=Source.OWN, apprenticeship__told_closed=False), day
    )
    told = 0
    for pk, standing in over.filter(
        standing__in=(Standing.EXPIRED, Standing.FILLED, Standing.CANCELLED),
        state__in=(OpportunityState.PUBLISHED, OpportunityState.REJECTED, OpportunityState.WITHDRAWN),
    ).values_list("pk", "standing"):
        told += _tell_of_closed(pk, Standing(standing))
    return told


@transaction.atomic
def _tell_of_closed(pk: UUID, standing: Standing) -> int:
    offer = Opportunity.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    details = ApprenticeshipOffer.objects.select_for_update().get(opportunity=offer)
    if details.told_closed:
        return 0
    if standing == Standing.FILLED and _has_unconfirmed(offer):
        return 0
    details.told_closed = True
    details.save()
    if standing != Standing.EXPIRED:
        return close_applications(offer)
    waiting = Candidacy.objects.filter(
        application__period__opportunity=offer, application__state=ApplicationState.ASKED
    ).select_related("application__period__opportunity__organisation", "application__person")
    for row in waiting:
        notices.tell_person(notices.EXPIRED, row)
    return len(waiting)


def _has_unconfirmed(offer: Opportunity) -> bool:
    """Whether a place is still to be confirmed: it may come free again."""
    return Candidacy.objects.filter(
        application__period__opportunity=offer, application__state=ApplicationState.OFFERED
    ).exists()
