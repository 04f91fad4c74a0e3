"""Apprenticeship for tests/two_sides.py: a company, a centre, a mentor, a job dating; the rows of side A, and whose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from croisee.apprenticeship.models import Booking, Mentor, Mentorship, PartnerRejection, Registration
from croisee.apprenticeship.services import bookings
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from tests.apprenticeship.job_dating import make_job_dating
from tests.apprenticeship.offers_helpers import make_candidacy, make_company, make_offer
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member

# What each address is tried with: the name of a row of side A below.
OBJECTS: dict[str, str] = {
    **dict.fromkeys(
        ("offer", "edit_offer", "move_offer", "close_offer", "duplicate_offer"), "apprenticeship offer"
    ),
    **dict.fromkeys(("application", "answer", "decide"), "candidacy"),
    "settle": "partner rejection",
    **dict.fromkeys(("mentorship", "accept_mentorship", "leave_mentorship", "note_mentorship"), "pair"),
    "mentor": "mentor",
    "check_mentor": "mentor, by managers",
    "propose_mentor": "journey",
    **dict.fromkeys(("edit_meeting", "move_meeting", "presence", "planning"), "meeting, by its organiser"),
    **dict.fromkeys(("meeting", "register"), "meeting announced"),
    "new_stand": "meeting to stand at",
    **dict.fromkeys(("stand", "edit_stand", "withdraw_stand"), "stand"),
    "confirm_stand": "stand, by its organiser",
    "book": "stand to book",
    "cancel_booking": "booking",
    "note_booking": "booking, by the stand",
}
# A meeting announced is for everyone; a CV is there when somebody sent one; who may not apply is led back to the offer,
# which everyone sees.
ELSEWHERE = {"meeting_file", "cv", "apply"}
BODIES: dict[str, dict[str, Any]] = {
    "move_offer": {"transition": "pause"},
    "close_offer": {"closed_as": "filled", "because": "other"},
    "answer": {"outcome": "refused", "reason": "other", "text": "X"},
    "decide": {"decision": "withdraw"},
    "leave_mentorship": {"why": "X"},
    "note_mentorship": {"on": TODAY.isoformat(), "text": "X"},
    "move_meeting": {"transition": "close"},
    "presence": {"came": "yes", "registration": "x"},
    "note_booking": {"result": "no"},
}
ACTORS = ("bakery", "centre", "mentor A", "salon", "young A")
HELD = ("bakery", "mentor A", "salon", "young A")


def named(name: str) -> str:
    """The full name of an address of this service."""
    return f"apprenticeship:{name}"


def make_all(world: JourneysWorld) -> tuple[dict[str, Account], dict[str, dict[str, Any]]]:
    """Who tries the pages, and the rows of side A as the parts of addresses."""
    bakery = make_company("Boulangerie A")
    centre = Organisation.objects.create(name="CFA A", kind=Kind.OTHER)
    offer = make_offer(bakery)
    candidacy, young = make_candidacy(offer)
    meeting, stand = make_job_dating(world)
    booking = bookings.book(stand, world.people[0], world.manager)
    mentor = Mentor.objects.create(
        account=member(Role.MENTOR, world.metropolis, "parrain@example.org", administers=False),
        charter_on=TODAY,
        checked_on=TODAY,
    )
    pair = Mentorship.objects.create(mentor=mentor, person=world.people[0], why="X")
    rows: dict[str, Any] = {
        "apprenticeship offer": offer,
        "candidacy": candidacy,
        "partner rejection": PartnerRejection.objects.create(direction="out", code="x", message="x"),
        "pair": pair,
        "mentor": mentor,
        "mentor, by managers": mentor,
        "meeting, by its organiser": meeting,
        "meeting announced": meeting,
        "meeting to stand at": meeting,
        "stand": stand,
        "stand, by its organiser": stand,
        "stand to book": stand,
        "booking": booking,
        "booking, by the stand": booking,
    }
    assert Booking.objects.exists()
    assert Registration.objects.exists()
    assert meeting.starts_at.date() > TODAY + dt.timedelta(days=1)
    actors = {
        "bakery": bakery,
        "centre": member(Role.TRAINING_CENTRE, centre, "cfa@example.org"),
        "mentor A": mentor.account,
        "salon": Account.objects.get(email="salon@example.org"),
        "young A": young,
    }
    return actors, {name: {"pk": row.pk} for name, row in rows.items()}


def parties(everyone: set[str]) -> dict[str, set[str]]:
    """Whose each row is; `everyone` is who is signed in."""
    managers = {"plie manager A", "plie manager B"}
    referents = {"référent A", "référent B"}
    employers = {"bakery", "salon", "employer A", "employer B", "company A", "company B"}
    employers |= {"tenant A", "tenant B", "asker A", "asker B"}
    return {
        "apprenticeship offer": {"bakery", *managers},
        "candidacy": {"bakery", "young A"},
        "partner rejection": managers,
        "pair": {"mentor A", "followed A", "plie manager A", "référent A"},
        "mentor": {"mentor A", *managers, *referents},
        "mentor, by managers": managers,
        "meeting, by its organiser": {"plie manager A"},
        "meeting announced": everyone,
        "meeting to stand at": {*employers, "plie manager A"},
        "stand": {"salon", "plie manager A"},
        "stand, by its organiser": {"plie manager A"},
        "stand to book": everyone,
        "booking": {"followed A", "plie manager A", "référent A"},
        "booking, by the stand": {"salon", "plie manager A"},
    }
