"""What participants are for work moves to the work profiles of the directory, and back, with its history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from croisee.clauses.models import Participant
from croisee.directory.models import Person, Profile
from croisee.directory.services import change_profile
from croisee.foundation.audit.tracking import event_model
from tests.clauses_world import ClausesWorld

pytestmark = pytest.mark.django_db
BEFORE, AFTER = ("clauses", "0003_standings"), ("clauses", "0004_profiles")
FACTS = {
    "sex": "woman",
    "level": "4",
    "jobs": ["F1606", "K2204"],
    "weekly_hours": Decimal("17.5"),
    "available_from": dt.date(2026, 3, 1),
    "available_until": dt.date(2026, 9, 30),
    "mode": "bike",
    "minutes": 25,
}


def migrated(to: tuple[str, str]) -> Apps:
    """The models as they are once migrated there."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([to])
    return MigrationExecutor(connection).loader.project_state([to]).apps


def facts(row: Any) -> dict[str, object]:
    return {name: getattr(row, name) for name in FACTS}


def test_profiles_are_copied_back_and_forth(world: ClausesWorld) -> None:
    first, second = world.participants[:2]
    change_profile(first.person, FACTS)
    former = migrated(BEFORE)
    row: Any = former.get_model("clauses", "Participant").objects.get(pk=first.pk)
    assert facts(row) == FACTS
    lines = former.get_model("clauses", "ParticipantEvent").objects.filter(pgh_obj_id=first.pk)
    assert [line.minutes for line in lines.order_by("pgh_id")] == [25]
    row.minutes, row.jobs = 35, []
    row.save()
    assert [line.minutes for line in lines.order_by("pgh_id")] == [25, 35]

    migrated(AFTER)
    assert facts(Profile.objects.get(person=first.person)) == {**FACTS, "minutes": 35, "jobs": []}
    assert facts(Profile.objects.get(person=second.person)) == facts(second.person.profile)
    assert Profile.objects.count() == Participant.objects.count()


def test_the_history_comes_along_once(world: ClausesWorld) -> None:
    """As in an installation of before: participants with their history, and no profile yet."""
    former = migrated(BEFORE)
    rows: Any = former.get_model("clauses", "Participant").objects
    person = Person.objects.create(given_name="Awa", family_name="Le Goff", birth_date=dt.date(1990, 5, 4))
    made = rows.create(person_id=person.pk, **FACTS)
    rows.filter(pk=made.pk).update(minutes=35)
    rows.filter(pk=made.pk).update(looking=False)
    known = event_model(Profile).objects.count()

    migrated(AFTER)
    profile = Profile.objects.get(person=person)
    assert facts(profile) == {**FACTS, "minutes": 35}
    assert (profile.created_at, Participant.objects.get(person=person).looking) == (made.created_at, False)
    lines = event_model(Profile).objects.filter(pgh_obj_id=profile.pk).order_by("pgh_id")
    assert [(line.pgh_label, line.minutes) for line in lines] == [
        ("insert", 25),
        ("update", 35),
        ("insert", 35),
    ]
    assert event_model(Profile).objects.count() == known + 3
    Profile.objects.filter(pk=profile.pk).update(minutes=45)
    assert lines.all().count() == 4
