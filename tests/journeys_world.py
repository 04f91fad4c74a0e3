"""A small world of journeys: a PLIE and its manager, two référents, a committee, people asked for, followed, gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils import timezone

from croisee.directory.models import Capacity, Contact, Level, Mode, Person, Profile, Residence, Sex
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.journeys.models import (
    Action,
    Appointment,
    Committee,
    Decision,
    Exchange,
    ExitKind,
    Following,
    Journey,
    JourneyState,
    Labour,
    Moment,
    Objective,
    Programme,
    Proof,
    ProofKind,
    ProofRequirement,
    Situation,
    Step,
    StepKind,
)
from tests.world import TODAY, member

ENTERED_ON = TODAY - dt.timedelta(days=200)
GONE_ON = TODAY - dt.timedelta(days=100)
SIRET = "38012986648443"


@dataclass
class JourneysWorld:
    """What `make_journeys_world` made.

    `journeys`: 0 and 1 followed by `referents[0]`, 2 by `referents[1]`, 3 asked for (on the agenda), 4 ended. Each has
    its own person, of the same number in `people`.
    """

    metropolis: Organisation
    plie: Organisation
    programme: Programme
    manager: Account
    referents: list[Account]
    committee: Committee
    action: Action
    people: list[Person] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    objective: Objective | None = None
    decision: Decision | None = None
    appointment: Appointment | None = None
    proof: Proof | None = None


def move(row: Model, *states: str, **values: object) -> None:
    """Take a row along its lifecycle by its states, one after the other; `values` are written with the last."""
    for state in states:
        changes = {"state": state, **(values if state == states[-1] else {})}
        type(row)._base_manager.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()


def make_person(number: int, residence: str = Residence.NO, **fields: object) -> Person:
    """A made-up person with a work profile and an address to write to."""
    person = Person.objects.create(
        given_name=f"Prénom{number}",
        family_name=f"Nom{number}",
        birth_date=dt.date(1980 + number % 20, 3, 1 + number % 28),
        address=f"{number} rue des Essais, 35000 Rennes",
        lon=-1.68,
        lat=48.11,
        residence=residence,
        residence_on=ENTERED_ON,
        zone_codes="QN03501M" if residence == Residence.YES else "",
        zone_generation=2024,
    )
    Contact.objects.create(
        person=person,
        capacity=Capacity.SELF,
        name=str(person),
        email=f"suivi{number}@example.org",
        phone="0600000000",
    )
    values: dict[str, object] = {
        "sex": (Sex.WOMAN, Sex.MAN)[number % 2],
        "level": Level.LEVEL_3,
        "jobs": ["F1606"],
        "mode": Mode.TRANSIT,
        "minutes": 60,
    }
    Profile.objects.create(person=person, **(values | fields))
    return person


def make_journey(
    programme: Programme,
    person: Person,
    referent: Account | None = None,
    state: str = JourneyState.UNDER_WAY,
    entered_on: dt.date = ENTERED_ON,
) -> Journey:
    """A journey taken to `state`, followed since its entry by `referent` if there is one."""
    journey = Journey.objects.create(
        person=person,
        programme=programme,
        asked_on=entered_on - dt.timedelta(days=20),
        residence=person.residence,
        zone_codes=person.zone_codes,
        why="Cherche un emploi durable.",
    )
    if state in (JourneyState.UNDER_WAY, JourneyState.PAUSED, JourneyState.ENDED):
        move(
            journey,
            "under_way",
            entered_on=entered_on,
            planned_end_on=entered_on + dt.timedelta(days=730),
        )
        if referent is not None:
            Following.objects.create(journey=journey, referent=referent, started_on=entered_on)
    if state == JourneyState.ENDED:
        move(journey, "ended", exited_on=GONE_ON, exit_kind=ExitKind.LASTING_JOB)
        journey.followings.update(ended_on=GONE_ON)
    elif state in (JourneyState.PAUSED, JourneyState.REFUSED, JourneyState.WITHDRAWN):
        move(journey, state)
    return journey


def make_programme(organisation: Organisation, **fields: object) -> Programme:
    """A PLIE paid in part by the FSE+, which asks for an identity and a contrat d'engagement."""
    values: dict[str, object] = {"name": "PLIE d’essai", "fse": True, "fse_operation": "202300001"}
    programme = Programme.objects.create(organisation=organisation, **(values | fields))
    ProofRequirement.objects.create(programme=programme, kind=ProofKind.IDENTITY)
    ProofRequirement.objects.create(programme=programme, kind=ProofKind.AGREEMENT)
    return programme


def make_journeys_world(metropolis: Organisation | None = None) -> JourneysWorld:
    """Everything once."""
    metropolis = metropolis or Organisation.objects.create(name="Métropole d’essai", kind=Kind.METROPOLIS)
    plie = Organisation.objects.create(name="Association PLIE", kind=Kind.ASSOCIATION, siret=SIRET)
    programme = make_programme(plie)
    referents = [member(Role.REFERENT, plie, f"referent{n}@example.org") for n in range(2)]
    world = JourneysWorld(
        metropolis=metropolis,
        plie=plie,
        programme=programme,
        manager=member(Role.PROGRAMME_MANAGER, plie, "plie@example.org"),
        referents=referents,
        committee=Committee.objects.create(programme=programme, held_on=TODAY + dt.timedelta(days=7)),
        action=Action.objects.create(
            organisation=plie,
            name="Atelier « oser son projet »",
            description="Deux matinées par semaine pour préparer son projet.",
            step_kind=StepKind.DIAGNOSIS,
        ),
    )
    world.people = [make_person(n, Residence.YES if n % 2 else Residence.NO) for n in range(1, 6)]
    world.journeys = [
        make_journey(programme, world.people[0], referents[0]),
        make_journey(programme, world.people[1], referents[0]),
        make_journey(programme, world.people[2], referents[1]),
        make_journey(programme, world.people[3], state=JourneyState.PROPOSED),
        make_journey(programme, world.people[4], referents[0], JourneyState.ENDED),
    ]
    first = world.journeys[0]
    world.decision = Decision.objects.create(committee=world.committee, journey=world.journeys[3])
    world.objective = Objective.objects.create(journey=first, title="Retrouver un emploi dans le bâtiment")
    world.steps = [
        Step.objects.create(
            journey=first,
            objective=world.objective,
            kind=StepKind.DIAGNOSIS,
            title="Bilan et orientation",
            action=world.action,
            starts_on=ENTERED_ON,
            planned_end_on=ENTERED_ON + dt.timedelta(days=30),
        ),
        Step.objects.create(
            journey=first,
            objective=world.objective,
            kind=StepKind.TRAINING,
            title="Titre professionnel de peintre",
            starts_on=TODAY - dt.timedelta(days=60),
            planned_end_on=TODAY + dt.timedelta(days=60),
        ),
    ]
    move(world.steps[0], "under_way")
    move(world.steps[0], "done", ended_on=ENTERED_ON + dt.timedelta(days=28))
    move(world.steps[1], "under_way")
    Exchange.objects.create(
        journey=first, on=TODAY - dt.timedelta(days=5), text="Point sur la formation.", by=referents[0]
    )
    world.appointment = Appointment.objects.create(
        journey=first,
        with_account=referents[0],
        starts_at=timezone.now() + dt.timedelta(days=3),
        subject="Point mensuel",
        place="Association PLIE",
    )
    world.proof = Proof.objects.create(
        journey=first, kind=ProofKind.IDENTITY, name="Carte d’identité", dated_on=ENTERED_ON
    )
    for journey in world.journeys[:3]:
        Situation.objects.create(
            journey=journey,
            moment=Moment.ENTRY,
            answered_on=ENTERED_ON,
            sex=Sex.WOMAN,
            age=30,
            level=Level.LEVEL_3,
            labour=Labour.UNEMPLOYED,
            unemployed_months=14,
        )
    return world
