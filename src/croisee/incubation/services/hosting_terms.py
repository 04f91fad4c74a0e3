"""E-mails about terms: before them, on the day, and while one can still act; each once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from croisee.incubation.models import Agreement, AgreementState
from croisee.incubation.notices import hosting as notices
from croisee.opportunities.tenure import WARNED_BEFORE

AFTER = (15, 25)
"""Days past the term on which one writes again: the month that the law leaves ends soon."""
MILESTONES = (*(-days for days in WARNED_BEFORE), 0, *AFTER)
"""Days from the term, negative before it."""
WINDOW = 7
"""An e-mail that was missed for so many days is not sent any more: another follows, and the page says it all."""


def milestone(term: dt.date, today: dt.date) -> int | None:
    """The last milestone of a term that has been reached, if it was within a week; None otherwise."""
    since = (today - term).days
    reached = [day for day in MILESTONES if day <= since < day + WINDOW]
    return reached[-1] if reached else None


@transaction.atomic
def remind(now: dt.datetime) -> int:
    """Write to managers and companies of the terms that come or are past; once for each milestone. How many e-mails."""
    today = timezone.localdate(now)
    first, last = (
        today - dt.timedelta(days=max(AFTER) + WINDOW),
        today + dt.timedelta(days=max(WARNED_BEFORE)),
    )
    rows = Agreement.objects.filter(
        state=AgreementState.SIGNED, left_on__isnull=True, ends_on__range=(first, last)
    ).select_related("incubator__organisation", "tenant")
    return sum(
        notices.tell_term(row, day)
        for row in rows.order_by("ends_on", "pk")
        if (day := milestone(row.ends_on, today)) is not None
    )
