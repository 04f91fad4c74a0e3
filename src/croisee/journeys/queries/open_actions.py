"""Actions of the territory as openings: those that say which jobs they lead to."""

import datetime as dt

from croisee.journeys.models import Action, StepKind
from croisee.journeys.openings import Opening

DAYS_A_WEEK = 7


def open_actions(today: dt.date) -> list[Opening]:
    """The published actions that take people today and name jobs; one query."""
    rows = Action.objects.published().exclude(jobs=[]).select_related("organisation")
    return [
        Opening(
            key=f"action:{row.pk}",
            kind=StepKind(row.step_kind),
            title=row.name,
            organisation=row.organisation.name,
            jobs=tuple(row.jobs),
            level="",
            starts_on=today,
            ends_on=today + dt.timedelta(days=DAYS_A_WEEK * row.weeks - 1) if row.weeks else None,
            weekly_hours=float(row.weekly_hours) if row.weekly_hours is not None else None,
            lon=row.lon,
            lat=row.lat,
            url=row.get_absolute_url(),
            action=row.pk,
        )
        for row in rows.order_by("name", "pk")
    ]
