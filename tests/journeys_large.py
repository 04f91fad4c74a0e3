"""Journeys and apprenticeship with many rows, that grow: what `tests/large_world.py` is to internships.

`LargeJourneys.grow()` adds as much again: journeys in each state with steps, exchanges, appointments, proofs,
situations, corrections; committees, actions, tables, controls, requests for access; offers with applicants, meetings
with stands.
"""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from croisee.apprenticeship.models import Mentor, Mentorship, PartnerRejection
from croisee.apprenticeship.services import bookings, meetings
from croisee.directory.models import Contact, Residence
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.journeys.models import (
    AccessRequest,
    Action,
    Appointment,
    Committee,
    Control,
    ControlItem,
    Correction,
    Decision,
    Dismissal,
    Exchange,
    Journey,
    JourneyState,
    Moment,
    Objective,
    Proof,
    ProofKind,
    ReturnColumn,
    ReturnTable,
    Situation,
    Step,
    StepKind,
)
from croisee.journeys.services.ways import recount, sync
from tests.apprenticeship.offers_helpers import make_candidacy, make_offer
from tests.journeys_world import GONE_ON, make_journey, make_journeys_world, make_person, move
from tests.world import TODAY, member

STATES = ("under_way", "under_way", "under_way", "paused", "ended", "proposed", "refused")
STEPS = ((), ("under_way",), ("under_way", "paused"), ("under_way", "done"), ("abandoned",))


class LargeJourneys:
    """A world of journeys, and those who look at it: `world` holds the PLIE; `centre` and `mentor` act beside it.

    `person` is the account of somebody followed; `employer` offers apprenticeships and stands at meetings.
    """

    def __init__(self, metropolis: Organisation, person: Account, employer: Account) -> None:
        self.world = make_journeys_world(metropolis)
        self.employer, self.person = employer, person
        Contact.objects.filter(person=self.world.people[0]).update(account=person)
        centre = Organisation.objects.create(name="CFA", kind=Kind.OTHER)
        self.centre = member(Role.TRAINING_CENTRE, centre, "cfa@example.org")
        self.mentor = member(Role.MENTOR, metropolis, "parrain@example.org", administers=False)
        Mentor.objects.create(account=self.mentor, charter_on=TODAY, checked_on=TODAY, most=10)
        Action.objects.update(is_published=True)
        self.serial = 0
        self.grow()

    def grow(self) -> None:
        """As much again of everything."""
        self.serial += 1
        self._people()
        self._programme()
        self._apprenticeship()
        sync(timezone.now())
        recount(timezone.now())

    def _people(self) -> None:
        world = self.world
        for rank, state in enumerate(STATES):
            number = 1000 * self.serial + rank
            person = make_person(number, Residence.YES if rank % 2 else Residence.NO)
            followed = world.referents[0] if state != "proposed" else None
            journey = make_journey(world.programme, person, followed, state)
            if state == "proposed":
                Journey.objects.filter(pk=journey.pk).update(written_by=world.referents[0])
            if state in ("under_way", "paused"):
                self._steps(journey)
            self._around(journey, rank)
        self._steps(world.journeys[0])
        self._around(world.journeys[0], 0)

    def _steps(self, journey: Journey) -> None:
        objective = Objective.objects.create(journey=journey, title=f"Objectif {self.serial}")
        for rank, path in enumerate(STEPS):
            step = Step.objects.create(
                journey=journey,
                objective=objective,
                kind=list(StepKind)[rank * 2],
                title=f"Étape {self.serial}-{rank}",
                starts_on=TODAY - dt.timedelta(days=40),
                planned_end_on=TODAY - dt.timedelta(days=5 - rank * 9),
            )
            ended = path and path[-1] in ("done", "abandoned")
            if path:
                move(step, *path, **({"ended_on": TODAY} if ended else {}))
        for days in (-3, 6):
            Appointment.objects.create(
                journey=journey,
                with_account=self.world.referents[0],
                starts_at=timezone.now()
                + dt.timedelta(days=days + 40 * self.serial, hours=Appointment.objects.count()),
                minutes=15,
            )

    def _around(self, journey: Journey, rank: int) -> None:
        for days in range(3):
            Exchange.objects.create(
                journey=journey, on=TODAY - dt.timedelta(days=70 - days), by=self.world.referents[0]
            )
        Correction.objects.create(journey=journey, about=f"X{rank}", text="Y")
        Dismissal.objects.create(
            journey=journey, opening_key=f"x-{self.serial}-{rank}", title="X", reason="Y"
        )
        for kind in (ProofKind.IDENTITY, ProofKind.RSA):
            proof = Proof.objects.create(journey=journey, kind=kind, name="X", dated_on=TODAY)
            proof.file.save("proof.pdf", ContentFile(b"%PDF-1.7"))
        if journey.state in (JourneyState.UNDER_WAY, JourneyState.ENDED):
            Situation.objects.get_or_create(
                journey=journey,
                moment=Moment.ENTRY,
                defaults={"answered_on": TODAY, "sex": "woman", "age": 30},
            )

    def _programme(self) -> None:
        world, serial = self.world, self.serial
        for number, state in enumerate(("planned", "closed", "cancelled")):
            committee = Committee.objects.create(
                programme=world.programme, held_on=TODAY + dt.timedelta(days=30 * serial + number)
            )
            for journey in Journey.objects.filter(state="proposed"):
                Decision.objects.create(committee=committee, journey=journey)
            if state != "planned":
                move(committee, state)
        Action.objects.create(
            organisation=world.plie, name=f"Action {serial}", description="X" * 20, is_published=True
        )
        table = ReturnTable.objects.create(programme=world.programme, name=f"Retour {serial}")
        for order in range(1, 4):
            ReturnColumn.objects.create(table=table, order=order, header=f"C{order}", fixed="X")
        control = Control.objects.create(
            programme=world.programme,
            name=f"Contrôle {serial}",
            first_day=GONE_ON,
            last_day=TODAY,
            size=2,
            seed=serial,
            population=3,
            frame="0" * 64,
        )
        for order, journey in enumerate(Journey.objects.filter(state="under_way")[:3], 1):
            ControlItem.objects.create(control=control, journey=journey, order=order)
        other = member(Role.REFERENT, world.metropolis, f"ailleurs{serial}@example.org")
        for person in world.people[:2]:
            AccessRequest.objects.create(person=person, asker=other, reason="X")
            given = AccessRequest.objects.create(
                person=person,
                asker=member(
                    Role.REFERENT, world.metropolis, f"vu{serial}-{person.given_name}@example.org".lower()
                ),
                reason="X",
            )
            move(given, "granted", until=TODAY + dt.timedelta(days=9))

    def _apprenticeship(self) -> None:
        world, serial = self.world, self.serial
        for rank in range(2):
            offer = make_offer(self.employer, title=f"Apprenti {serial}-{rank}", seats=4)
            for number in range(2):
                make_candidacy(offer, 5000 + 100 * serial + 10 * rank + number)
        for number in range(3):
            PartnerRejection.objects.create(
                direction="out", remote_id=f"{serial}-{number}", code="missing", message="Manque"
            )
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=20 + serial)
        for rank, path in enumerate((("published",), (), ("published", "over"))):
            meeting = meetings.prepare(
                world.plie,
                {
                    "kind": "job_dating",
                    "title": f"Rencontre {serial}-{rank}",
                    "place": "Halle",
                    "starts_at": start + dt.timedelta(hours=5 * rank),
                    "ends_at": start + dt.timedelta(hours=5 * rank + 3),
                },
            )
            company = self.employer.organisations(Role.EMPLOYER).order_by("name")[0]
            hours = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "minutes": 30}
            stand = meetings.ask_for_stand(meeting, company, hours, confirmed=True)
            if path:
                move(meeting, path[0])
                for person in world.people[:3]:
                    bookings.book(stand, person, world.manager)
            move(meeting, *path[1:]) if len(path) > 1 else None
        person = make_person(9000 + serial)
        make_journey(world.programme, person, world.referents[0])
        mentor = Mentor.objects.get(account=self.mentor)
        Mentorship.objects.create(mentor=mentor, person=person, why="X")
        if serial == 1:
            Mentorship.objects.create(mentor=mentor, person=world.people[0], why="X")
