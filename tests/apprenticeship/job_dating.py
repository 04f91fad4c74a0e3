"""A job dating with one stand, announced, in ten days."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from croisee.apprenticeship.models import Meeting, Stand
from croisee.apprenticeship.services import meetings
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member


def make_job_dating(world: JourneysWorld, slots: int = 6) -> tuple[Meeting, Stand]:
    """The meeting, and the stand of a company for which `salon@example.org` acts; ten minutes each."""
    start = timezone.make_aware(dt.datetime.combine(TODAY + dt.timedelta(days=10), dt.time(14)))
    meeting = meetings.prepare(
        world.plie,
        {
            "kind": "job_dating",
            "title": "Salon de l’alternance",
            "place": "Halle des Essais",
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=3),
        },
    )
    company = Organisation.objects.create(name="Peintures du Salon", kind=Kind.EMPLOYER)
    member(Role.EMPLOYER, company, "salon@example.org")
    stand = meetings.ask_for_stand(
        meeting,
        company,
        {
            "hiring_for": "Peintre en alternance",
            "jobs": ["F1606"],
            "starts_at": start,
            "ends_at": start + dt.timedelta(minutes=10 * slots),
            "minutes": 10,
        },
        confirmed=True,
    )
    return meetings.move(meeting, "publish", world.manager), stand
