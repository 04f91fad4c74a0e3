"""What référents of journeys read of social clauses: what ends for people who let it be shown, and what is open."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from croisee.clauses.models import Assignment, AssignmentState, Need, NeedState
from croisee.clauses.queries.eligibility import ending
from croisee.foundation.dates import last_day
from croisee.journeys import deadlines
from croisee.journeys.models import StepKind
from croisee.journeys.openings import Opening


def eligibility_ends(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> QuerySet[Any, Any]:
    """The ends of eligibility of these people, from a day to another: of the last criterion that holds."""
    found = ending(first, (last - first).days).filter(person__in=people).select_related(None)
    return deadlines.rows(found, person="person_id", on="until")


def contract_ends(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> QuerySet[Any, Any]:
    """The ends of clause contracts under way of these people, from a day to another."""
    found = Assignment.objects.filter(
        participant__person__in=people, state=AssignmentState.HIRED, ends_on__range=(first, last)
    )
    return deadlines.rows(found, person="participant__person_id", on="ends_on", where="employer__name")


def eligibility_words(_what: str, _where: str) -> str:
    """The end of an eligibility, as a référent reads it."""
    return str(_("eligibility to social clauses ends"))


def contract_words(_what: str, where: str) -> str:
    """The end of a contract, as a référent reads it."""
    return str(_("contract with %(name)s ends") % {"name": where})


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
