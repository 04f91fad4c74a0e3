"""Who is eligible on a day and until when, for many people at once; what people lack; whose time ends soon.

A person is eligible while one criterion at least is checked and in its dates. What was withdrawn counts until the day
of the withdrawal.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from croisee.clauses.durations import Span, merged, until
from croisee.clauses.models import Eligibility, EligibilityState, Participant
from croisee.foundation.dates import NO_END

SOON = 90
"""Days before the end from which it is announced."""
COUNTING = (EligibilityState.VERIFIED, EligibilityState.WITHDRAWN)
Participants = Iterable[UUID] | QuerySet[Any]
"""Keys of participants, or a query set of them."""


def counting(rows: QuerySet[Eligibility]) -> QuerySet[Eligibility]:
    """Those on whose days hours count, or counted."""
    return rows.filter(state__in=COUNTING, starts_on__isnull=False)


def eligible_spans(participants: Participants) -> Mapping[UUID, tuple[Span, ...]]:
    """The days on which each is eligible, in order, in one query; who never was is left out.

    `participants`: their keys, or a query set of participants. A span without an end known ends on `NO_END`.
    """
    asked: Any = participants.values("pk") if isinstance(participants, QuerySet) else list(participants)
    rows = counting(Eligibility.objects.filter(participant__in=asked)).order_by()
    found: dict[UUID, list[Span]] = defaultdict(list)
    for key, first, last in rows.values_list("participant_id", "starts_on", "ends_on"):
        if first is not None:
            found[key].append(Span(first, last or NO_END))
    return {key: merged(spans) for key, spans in found.items()}


def eligible_until(participants: Participants, day: dt.date) -> Mapping[UUID, dt.date]:
    """Until when (that day included) the hours of each count, for those who are eligible on `day`; one query for all.

    Who is not eligible on that day is left out. Without an end known: `durations.NO_END`.
    """
    return {
        key: last
        for key, spans in eligible_spans(participants).items()
        if (last := until(spans, day)) is not None
    }


def eligible_on(participants: Participants, day: dt.date) -> frozenset[UUID]:
    """Those of these participants who are eligible on a day; one query for all."""
    return frozenset(eligible_until(participants, day))


class Status:
    """Where somebody's eligibility stands, as lists filter by it."""

    NOW = "now"
    SOON = "soon"
    OVER = "over"
    TO_CHECK = "to_check"
    NONE = "none"


def with_status(participants: QuerySet[Participant], today: dt.date) -> QuerySet[Any]:
    """Participants with `until` (last day of the criteria that hold, None without), `eligibility` (a `Status`).

    `eligibility` is that of what counts: checked, ending within 90 days, over; else what is to be checked. In one query
    with the participants.
    """
    own = Eligibility.objects.filter(participant=OuterRef("pk")).order_by()
    living = counting(own).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    living = living.exclude(state=EligibilityState.WITHDRAWN)
    # Django groups by what `values` names before `annotate`: one row a participant.
    last = counting(own).values("participant").annotate(last=Max("ends_on")).values("last")
    lasting = living.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today + dt.timedelta(days=SOON)))
    status = Case(
        When(Exists(lasting), then=Value(Status.NOW)),
        When(Exists(living), then=Value(Status.SOON)),
        When(Exists(own.filter(state=EligibilityState.PROPOSED)), then=Value(Status.TO_CHECK)),
        When(Exists(counting(own)), then=Value(Status.OVER)),
        default=Value(Status.NONE),
        output_field=CharField(),
    )
    return participants.annotate(until=Subquery(last), eligibility=status)


def eligible_now(today: dt.date) -> QuerySet[Eligibility]:
    """The eligibilities that hold on a day: for `Exists` and counts."""
    return counting(Eligibility.objects.all()).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today
    )


def ending(today: dt.date, within: int = SOON) -> QuerySet[Participant]:
    """Participants whose last criterion ends within so many days of `today`, or today, with `until`: soonest first."""
    last = counting(Eligibility.objects.exclude(state=EligibilityState.WITHDRAWN))
    ends = last.values("participant").annotate(last=Max("ends_on"))
    open_ended = last.filter(ends_on__isnull=True).values("participant")
    limit = today + dt.timedelta(days=within)
    keys = ends.filter(last__gte=today, last__lte=limit).values("participant")
    own = (
        last.filter(participant=OuterRef("pk")).order_by().values("participant").annotate(last=Max("ends_on"))
    )
    return (
        Participant.objects.filter(pk__in=keys)
        .exclude(pk__in=open_ended)
        .annotate(until=Subquery(own.values("last")))
        .select_related("person")
        .order_by("until", "person__family_name", "pk")
    )


def without_proof() -> QuerySet[Eligibility]:
    """What is to be checked and has no file and no date of proof yet, oldest first."""
    return (
        Eligibility.objects.filter(state=EligibilityState.PROPOSED)
        .filter(Q(proof="") | Q(proof_on__isnull=True))
        .select_related("participant__person")
        .order_by("created_at")
    )
