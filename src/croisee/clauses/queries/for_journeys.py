"""What référents of journeys read of social clauses: what ends for people who let it be shown, and what is open."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from croisee.clauses.models import Assignment, AssignmentState, Need, NeedState
from croisee.clauses.queries.eligibility import ending
from croisee.foundation.dates import last_day
from croisee.journeys.deadlines import Deadline
from croisee.journeys.models import StepKind
from croisee.journeys.openings import Opening


def eligibility_ends(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> list[Deadline]:
    """The ends of eligibility of these people, from a day to another: of the last criterion that holds."""
    rows = ending(first, (last - first).days).filter(person__in=people)
    label = _("eligibility to social clauses ends")
    return [Deadline(row.person_id, label, row.until) for row in rows]  # type: ignore[attr-defined]  # annotated


def contract_ends(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> list[Deadline]:
    """The ends of clause contracts under way of these people, from a day to another."""
    rows = Assignment.objects.filter(
        participant__person__in=people, state=AssignmentState.HIRED, ends_on__range=(first, last)
    ).order_by("ends_on", "pk")
    found = rows.values_list("participant__person", "ends_on", "employer__name")
    return [
        Deadline(key, _("contract with %(name)s ends") % {"name": name}, day)
        for key, day, name in found
        if day is not None
    ]


def open_needs(today: dt.date) -> list[Opening]:
    """The needs of companies for which people are looked for, with whom to ask; nobody proposed is told. One query."""
    rows = (
        Need.objects.filter(state=NeedState.OPEN)
        .select_related(
            "commitment__organisation", "commitment__clause__lot__contract__operation__facilitateur"
        )
        .order_by("starts_on", "pk")
    )
    return [_opening(row) for row in rows if last_day(row.starts_on, row.months) >= today]


def _opening(need: Need) -> Opening:
    asked = need.commitment.clause.lot.contract.operation.facilitateur
    return Opening(
        key=f"need:{need.pk}",
        kind=StepKind.CLAUSE_JOB,
        title=need.title,
        organisation=need.commitment.organisation.name,
        jobs=(need.job,) if need.job else (),
        level="",
        starts_on=need.starts_on,
        ends_on=last_day(need.starts_on, need.months),
        weekly_hours=float(need.weekly_hours),
        lon=need.lon,
        lat=need.lat,
        url="",
        seats=need.people,
        contact=f"{asked} ({asked.email})"
        if asked is not None and asked.name
        else asked.email
        if asked
        else "",
    )
