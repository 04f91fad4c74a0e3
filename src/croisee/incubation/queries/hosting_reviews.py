"""What is read of six-monthly reviews."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import ProjectState, Review

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

DAYS_AHEAD = 14
"""A review is announced so many days before it is due."""
WINDOW = 7
"""And no more once it has been announced for so many days: who has just installed this is not flooded."""


def reviews(account: Account) -> QuerySet[Review]:
    """The reviews that one may see."""
    rows = Review.objects.visible_to(account).select_related(
        "project__incubator", "project__company", "held_by"
    )
    return rows.order_by("-due_on", "project__title", "pk")


def is_due(today: dt.date) -> Q:
    """The condition of reviews that are to be held now."""
    return Q(
        held_on__isnull=True,
        due_on__lte=today + dt.timedelta(days=DAYS_AHEAD),
        project__state=ProjectState.HOSTED,
    )


def coming(today: dt.date) -> QuerySet[Review]:
    """Those that are announced on a day."""
    last = today + dt.timedelta(days=DAYS_AHEAD)
    rows = Review.objects.filter(is_due(today), due_on__gt=last - dt.timedelta(days=WINDOW))
    return rows.select_related("project__incubator__organisation", "project__company", "project__adviser")


HELD = Q(held_on__isnull=False)


def may_hold(account: Account, review: Review) -> bool:
    """Whether one manages the incubator of a review."""
    organisations = account.organisations(Role.INCUBATOR_MANAGER)
    return organisations.filter(pk=review.project.incubator.organisation_id).exists()
