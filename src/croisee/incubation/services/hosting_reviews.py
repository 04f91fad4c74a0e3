"""Six-monthly reviews: scheduled for as long as a company is hosted, held, announced when they are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months
from croisee.incubation.models import Project, ProjectState, Review
from croisee.incubation.notices import hosting as notices
from croisee.incubation.queries.hosting import first_day
from croisee.incubation.queries.hosting_reviews import coming

EVERY_MONTHS = 6
FIELDS = ("held_on", "turnover", "jobs", "jobs_qpv", "summary", "needs", "next_steps")


def due_days(entered: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days of the six-monthly reviews from `first` to `last`, counted from the day when the company came."""
    days, number = [], 1
    while (day := add_months(entered, EVERY_MONTHS * number)) <= last:
        if day >= first:
            days.append(day)
        number += 1
    return days


def schedule(project: Project, first: dt.date, last: dt.date) -> int:
    """Plan the reviews of an agreement that is signed; those that are planned already stay. How many are new."""
    entered = min(filter(None, [first_day(project), first]))
    new = 0
    for day in due_days(entered, first, last):
        _row, made = Review.objects.get_or_create(project=project, due_on=day)
        new += made
    return new


def drop_after(project: Project, last: dt.date) -> None:
    """Take away the reviews that a company which leaves will not have."""
    Review.objects.filter(project=project, held_on__isnull=True, due_on__gt=last).delete()


@transaction.atomic
def plan(project: Project, due_on: dt.date) -> Review:
    """Plan one more review of a hosted company. Raises ValidationError, also for a day that has one already."""
    row = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if row.state != ProjectState.HOSTED:
        raise ValidationError(_("Reviews are those of companies that are hosted."))
    made = Review(project=row, due_on=due_on)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def hold(
    review: Review, values: Mapping[str, Any], account: Account, *, seen: dt.datetime | None = None
) -> Review:
    """Note what a review said, or correct it. Raises ValidationError by field, and when it is not as it was `seen`."""
    row = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if seen is not None and row.updated_at != seen:
        raise Stale
    if not values.get("held_on"):
        raise ValidationError({"held_on": _("Write the day of the review.")})
    if values["held_on"] > timezone.localdate():
        raise ValidationError({"held_on": _("Note a review once it has taken place.")})
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.held_by = account
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def remind(now: dt.datetime) -> int:
    """Write to the managers and to the company of a review that is due within a fortnight; once each. How many."""
    today = timezone.localdate(now)
    return sum(notices.tell_review(row) for row in coming(today))
