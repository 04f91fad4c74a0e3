"""Taking people out of journeys: all of who they are, none of what is counted.

A journey stays, with its programme, its state, its neighbourhood, its kind of exit, the kinds of its steps and the
answers of its questionnaires (FSE+), of nobody: no text, no file, no référent, days cut to the first of their month.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, F, Model, QuerySet
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone

from croisee.directory.models import Person
from croisee.foundation.audit import services as audit
from croisee.foundation.dates import add_months
from croisee.foundation.lifecycles.services import perform_all
from croisee.journeys.models import (
    AccessRequest,
    Appointment,
    Committee,
    ControlItem,
    Correction,
    Decision,
    Dismissal,
    Exchange,
    Following,
    Journey,
    JourneyState,
    Milestone,
    Moment,
    Objective,
    Proof,
    Situation,
    Step,
)
from croisee.journeys.services.ways import fold

LATER_MONTHS = 6
GONE: tuple[type[Model], ...] = (Exchange, Appointment, Correction, Dismissal, Following, Proof)
"""What says nothing once the person is gone: deleted."""
BLANKED: dict[type[Model], tuple[str, ...]] = {
    Decision: ("reason",),
    Objective: ("title", "note"),
    Step: ("title", "where", "outcome"),
    Situation: ("note",),
    ControlItem: ("finding",),
}
"""What is counted: kept without its texts."""
DAYS: dict[type[Model], tuple[str, ...]] = {
    Objective: ("due_on",),
    Step: ("starts_on", "planned_end_on", "ended_on"),
}
NOBODY = "–"


@transaction.atomic
def erase_person_from_journeys(person: Person) -> None:
    """Before a person is deleted: out of the journeys, and the way moved to the counts of those who are gone."""
    erase_journeys(Journey.objects.filter(person=person))
    fold([person.pk])


@transaction.atomic
def erase_journeys(journeys: QuerySet[Journey]) -> int:
    """Take the people out of these journeys; how many. Once more changes nothing."""
    rows = list(journeys.select_related("person").select_for_update(of=("self",)).order_by("pk"))
    keys = [row.pk for row in rows]
    _blank_minutes(rows)
    for model in GONE:
        erase_hanging(model._base_manager.filter(journey__in=keys))
    for row in rows:
        _cut_situations(row)
    for model in BLANKED:
        erase_hanging(model._base_manager.filter(journey__in=keys))
    asked = Journey.objects.filter(pk__in=keys, state=JourneyState.PROPOSED)
    perform_all(asked, "withdraw", None)
    Journey.objects.filter(pk__in=keys).update(
        person=None,
        why="",
        project="",
        project_job="",
        exit_note="",
        asked_by_name="",
        last_contact_on=None,
        **_first_of_month("asked_on", "entered_on", "planned_end_on", "exited_on"),
        updated_at=timezone.now(),
    )
    audit.redact(Journey, keys)
    return len(rows)


def _first_of_month(*fields: str) -> dict[str, Any]:
    return {field: Cast(TruncMonth(F(field)), DateField()) for field in fields}


@transaction.atomic
def erase_hanging(rows: QuerySet[Any]) -> int:
    """Delete rows that hang on a journey, or blank their texts where they are counted; how many. Files go too."""
    model = rows.model
    keys = list(rows.values_list("pk", flat=True))
    found = model._base_manager.filter(pk__in=keys)
    if model in BLANKED:
        blank: dict[str, Any] = dict.fromkeys(BLANKED[model], "")
        blank |= _first_of_month(*DAYS.get(model, ())) | {"updated_at": timezone.now()}
        found.update(**blank)
    else:
        found.delete()  # the files of proofs go with their rows (announced.rights.remove_file)
    audit.redact(model, keys)
    return len(keys)


def _cut_situations(journey: Journey) -> None:
    """Move the days of answers as those of the journey move, so that what was in time still is, and what was not, not.

    Within four weeks of the exit, six months after it: the days between are the same as before.
    """
    entered, exited = journey.entered_on, journey.exited_on
    moved = {Moment.ENTRY: _cut(entered)}
    if exited is not None:
        moved[Moment.EXIT] = _cut(exited)
        later = add_months(exited, LATER_MONTHS) - add_months(exited.replace(day=1), LATER_MONTHS)
        moved[Moment.SIX_MONTHS] = later
    for moment, days in moved.items():
        rows = Situation.objects.filter(journey=journey, moment=moment, answered_on__isnull=False)
        if days:
            rows.update(answered_on=F("answered_on") - days)


def _cut(day: dt.date | None) -> dt.timedelta:
    """How far a day is from the first of its month."""
    return dt.timedelta(days=day.day - 1) if day else dt.timedelta()


def _blank_minutes(journeys: Iterable[Journey]) -> None:
    """Take the names of these people out of the minutes of the meetings that spoke of them."""
    people = {row.pk: row.person for row in journeys if row.person is not None}
    decisions = Decision.objects.filter(journey__in=people).values_list("committee", "journey")
    spoken: dict[UUID, list[Person]] = {}
    for committee, journey in decisions:
        spoken.setdefault(committee, []).append(people[journey])
    changed = []
    for row in Committee.objects.filter(pk__in=spoken).exclude(minutes="").select_for_update(of=("self",)):
        text = row.minutes
        for person in spoken[row.pk]:
            text = without_name(text, person.given_name, person.family_name)
        if text != row.minutes:
            Committee.objects.filter(pk=row.pk).update(minutes=text, updated_at=timezone.now())
            changed.append(row.pk)
    audit.redact(Committee, changed)


def without_name(text: str, given_name: str, family_name: str) -> str:
    """`text` without somebody's names, together in either order or the family name alone, whatever the case."""
    given, family = re.escape(given_name.strip()), re.escape(family_name.strip())
    if not family:
        return text
    names = [rf"{given}\s+{family}", rf"{family}\s+{given}"] if given else []
    pattern = "|".join(rf"(?<!\w){name}(?!\w)" for name in (*names, family))
    return re.sub(pattern, NOBODY, text, flags=re.IGNORECASE)


@transaction.atomic
def erase_requests(rows: QuerySet[AccessRequest]) -> int:
    """Delete requests for access; the history keeps that there were some, without why. How many."""
    keys = list(rows.values_list("pk", flat=True))
    AccessRequest.objects.filter(pk__in=keys).delete()
    audit.redact(AccessRequest, keys)
    return len(keys)


@transaction.atomic
def erase_milestones(rows: QuerySet[Milestone]) -> int:
    """Move the ways of these people to the counts of those who are gone; how many milestones were deleted."""
    return fold(list(rows.order_by().values_list("person", flat=True).distinct()))


@transaction.atomic
def blank_committees(rows: QuerySet[Committee]) -> int:
    """Take who was there, and the minutes, out of meetings; how many."""
    keys = list(rows.values_list("pk", flat=True))
    Committee.objects.filter(pk__in=keys).update(members="", minutes="", updated_at=timezone.now())
    audit.redact(Committee, keys)
    return len(keys)
