"""The secret address of one's calendar holds the appointments of journeys."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from croisee.journeys.services.following import appointments
from croisee.stages.services.feeds import calendar_file
from tests.journeys.following_helpers import account_of, at
from tests.journeys_world import JourneysWorld
from tests.world import make_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def titles(content: bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(content).events]


def test_each_side_reads_its_own(world: JourneysWorld) -> None:
    make_campaign(world.metropolis)
    row = appointments.plan_appointment(
        world.journeys[1],
        {"starts_at": at(8), "minutes": 30, "subject": "Secret", "place": ""},
        world.manager,
    )
    appointments.move_appointment(row, "cancel", world.manager)
    for account in (world.referents[0], own := account_of(world)):
        type(account).objects.filter(pk=account.pk).update(language="en")
        account.refresh_from_db()
    content = calendar_file(world.referents[0])
    assert titles(content) == ["Appointment with Prénom1", "Appointment with Prénom2"]
    assert [str(event["STATUS"]) for event in Calendar.from_ical(content).events] == [
        "CONFIRMED",
        "CANCELLED",
    ]
    assert b"Secret" not in content
    assert "Appointment: PLIE d’essai" in titles(calendar_file(own))
    assert not titles(calendar_file(world.referents[1]))
