"""People followed in the demonstration: when they entered, their steps and exchanges, how some of them left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from croisee.demo.generator.chance import stream
from croisee.demo.generator.ground import Ground
from croisee.demo.residents import make_residents
from croisee.directory.models import Person, Profile
from croisee.directory.rome import JOBS, Trade
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import age_in_years
from croisee.journeys.models import (
    Action,
    Appointment,
    Channel,
    Committee,
    CommitteeState,
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
    Situation,
    Step,
    StepKind,
    StepState,
    Verdict,
)

NEW, ASKED = 120, 9
ENDED_EVERY, PAUSED_EVERY, LATE_EVERY = 4, 19, 6
TRADES = (Trade.PAINTING, Trade.CLEANING, Trade.CATERING, Trade.GREEN_SPACES, Trade.LOGISTICS)
EXITS = (
    ExitKind.LASTING_JOB,
    ExitKind.LASTING_JOB,
    ExitKind.QUALIFICATION,
    ExitKind.SHORT_JOB,
    ExitKind.COMPANY,
    ExitKind.MOVED,
    ExitKind.GIVEN_UP,
)
PLANNED = (
    (StepKind.DIAGNOSIS, "Bilan et orientation", 0, 35),
    (StepKind.OBSTACLE, "Mobilité : permis de conduire", 30, 120),
    (StepKind.TRAINING, "Découverte d’un métier", 60, 60),
    (StepKind.INSERTION_WORK, "Contrat en atelier d’insertion", 130, 180),
    (StepKind.EMPLOYMENT, "Recherche d’un emploi durable", 300, 120),
)
SAID = (
    "Point sur les démarches engagées ; CV relu.",
    "Appel après l’entretien : bon contact, réponse attendue.",
    "Rencontre avec le centre de formation.",
    "Difficulté de garde d’enfant évoquée ; orientation vers le service petite enfance.",
)


def make_journeys(
    programmes: Sequence[Programme],
    referents: Sequence[Account],
    known: Sequence[Person],
    ground: Ground,
    seed: int,
    today: date,
) -> list[Journey]:
    """Journeys of new residents, and of some people `known` from social clauses, asked for, followed and ended."""
    rng = stream(seed, "journeys: people")
    new = make_residents(ground, rng, today, NEW, "suivi", lambda: _jobs(rng))
    persons = [*new, *known]
    journeys = Journey.objects.bulk_create(
        _asked(person, rank, programmes, rng, today) for rank, person in enumerate(persons)
    )
    waiting, entered = journeys[:ASKED], journeys[ASKED:]
    _enter(entered, today)
    _follow(entered, referents)
    _live(entered, referents, rng, today)
    _leave(entered[::ENDED_EVERY], rng, today)
    _pause(entered[1::PAUSED_EVERY])
    _decide(waiting, entered, referents[0])
    return journeys


def _jobs(rng: np.random.Generator) -> list[str]:
    return [JOBS[TRADES[int(rng.integers(len(TRADES)))]][0]]


def _asked(
    person: Person, rank: int, programmes: Sequence[Programme], rng: np.random.Generator, today: date
) -> Journey:
    waits = rank < ASKED
    days = int(rng.integers(3, 20)) if waits else int(rng.integers(40, 640))
    return Journey(
        person=person,
        programme=programmes[0] if waits or rank % 5 else programmes[1],
        asked_on=today - timedelta(days=days + 15),
        why="Recherche d’emploi depuis plus d’un an ; souhaite un accompagnement régulier.",
        project="Un emploi stable près d’une ligne de métro.",
        residence=person.residence,
        zone_codes=person.zone_codes,
    )


def _move(journeys: Sequence[Journey], state: str, **values: Any) -> None:
    """Take journeys to a state; `values` maps columns to what each journey's is."""
    for journey in journeys:
        journey.state = state
        for name, of in values.items():
            setattr(journey, name, of(journey))
    Journey.objects.bulk_update(journeys, ["state", *values])


def _enter(journeys: Sequence[Journey], today: date) -> None:
    _move(
        journeys,
        JourneyState.UNDER_WAY,
        entered_on=lambda one: one.asked_on + timedelta(days=15),
        planned_end_on=lambda one: one.asked_on + timedelta(days=15 + 30 * one.programme.months),
    )


def _follow(journeys: Sequence[Journey], referents: Sequence[Account]) -> None:
    """The first référent, whose account is shown, follows a third of them."""
    Following.objects.bulk_create(
        Following(
            journey=one,
            referent=referents[0] if rank % 3 == 0 else referents[1 + rank % (len(referents) - 1)],
            started_on=_since(one),
        )
        for rank, one in enumerate(journeys)
    )


def _live(
    journeys: Sequence[Journey], referents: Sequence[Account], rng: np.random.Generator, today: date
) -> None:
    """Objectives, steps, exchanges, appointments, situations and proofs, by how long each is followed."""
    actions = {action.step_kind: action for action in Action.objects.all()}
    profiles = {
        one.person_id: one
        for one in Profile.objects.filter(person__journeys__in=journeys).select_related("person")
    }
    objectives = Objective.objects.bulk_create(
        Objective(journey=one, title="Retrouver un emploi durable") for one in journeys
    )
    steps = [
        step
        for rank, (one, objective) in enumerate(zip(journeys, objectives, strict=True))
        for step in _steps(one, objective, actions, rank, today)
    ]
    ends = {id(step): (step.state, step.ended_on) for step in steps}
    for step in steps:
        step.state, step.ended_on = StepState.PLANNED, None
    Step.objects.bulk_create(steps)
    for state in (StepState.UNDER_WAY, StepState.DONE):
        moved = [step for step in steps if ends[id(step)][0] in (state, StepState.DONE)]
        for step in moved:
            step.state = state
            step.ended_on = ends[id(step)][1] if state == StepState.DONE else None
        Step.objects.bulk_update(moved, ["state", "ended_on"])
    Exchange.objects.bulk_create(
        exchange for rank, one in enumerate(journeys) for exchange in _exchanges(one, rank, rng, today)
    )
    Appointment.objects.bulk_create(
        Appointment(
            journey=one,
            with_account=referents[0],
            starts_at=_at(today + timedelta(days=1 + rank // 6), 9 + rank % 6),
            subject="Point mensuel",
            place="Maison de l’emploi",
        )
        for rank, one in enumerate(journeys[3 : 3 * 9 : 3])
    )
    Situation.objects.bulk_create(
        _entry(one, profiles[one.person_id], rng) for one in journeys if one.person_id
    )
    _prove(journeys, rng)


def _steps(
    journey: Journey, objective: Objective, actions: dict[str, Action], rank: int, today: date
) -> list[Step]:
    """The usual steps up to today: those past are done, one is under way, late for some, the next is planned."""
    made = []
    for kind, title, after, length in PLANNED:
        begins = _since(journey) + timedelta(days=after)
        ends = begins + timedelta(days=length)
        step = Step(
            journey=journey,
            objective=objective,
            kind=kind,
            title=title,
            action=actions.get(kind),
            starts_on=begins,
            planned_end_on=ends,
        )
        made.append(step)
        if ends > today or (rank % LATE_EVERY == 2 and ends > today - timedelta(days=40)):
            step.state = StepState.UNDER_WAY if begins <= today else StepState.PLANNED
            break
        step.state, step.ended_on = StepState.DONE, ends
    return made


def _exchanges(journey: Journey, rank: int, rng: np.random.Generator, today: date) -> list[Exchange]:
    """One each three weeks or so; some people have not been heard of for two months."""
    last = today - timedelta(days=62 if rank % LATE_EVERY == 5 else int(rng.integers(1, 24)))
    days = range((last - _since(journey)).days, 0, -24)
    return [
        Exchange(
            journey=journey,
            on=_since(journey) + timedelta(days=day),
            channel=(Channel.MEETING, Channel.PHONE, Channel.EMAIL)[number % 3],
            text=SAID[(rank + number) % len(SAID)],
        )
        for number, day in enumerate(days)
    ][:12]


def _since(journey: Journey) -> date:
    """The day of entry, which those followed have."""
    return journey.entered_on or journey.asked_on


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _entry(journey: Journey, profile: Profile, rng: np.random.Generator) -> Situation:
    months = int(rng.integers(2, 40))
    return Situation(
        journey=journey,
        moment=Moment.ENTRY,
        answered_on=journey.entered_on,
        sex=profile.sex,
        level=profile.level,
        age=age_in_years(profile.person.birth_date, _since(journey)),
        labour=Labour.UNEMPLOYED if months < 34 else Labour.INACTIVE,
        unemployed_months=months if months < 34 else None,
        in_training=False,
    )


def _prove(journeys: Sequence[Journey], rng: np.random.Generator) -> None:
    """Identity for nearly all, the contrat d’engagement for most."""
    proofs = [
        Proof(journey=one, kind=kind, name=name, dated_on=one.entered_on)
        for kind, name, share in (
            (ProofKind.IDENTITY, "Carte d’identité", 0.95),
            (ProofKind.AGREEMENT, "Contrat d’engagement", 0.8),
        )
        for one in journeys
        if rng.random() < share
    ]
    Proof.objects.bulk_create(proofs)
    Proof.objects.filter(pk__in=[one.pk for one in proofs[::5]]).update(state="accepted")


def _leave(journeys: Sequence[Journey], rng: np.random.Generator, today: date) -> None:
    gone = [one for one in journeys if one.entered_on and (today - one.entered_on).days > 200]
    _move(
        gone,
        JourneyState.ENDED,
        exited_on=lambda one: min(today, one.entered_on + timedelta(days=int(rng.integers(180, 420)))),
        exit_kind=lambda one: EXITS[int(rng.integers(len(EXITS)))],
    )
    still = Step.objects.filter(journey__in=gone, state=StepState.PLANNED)
    still.update(state=StepState.ABANDONED, ended_on=today, outcome="Sortie du parcours.")
    under_way = Step.objects.filter(journey__in=gone, state=StepState.UNDER_WAY)
    under_way.update(state=StepState.DONE, ended_on=today)


def _pause(journeys: Sequence[Journey]) -> None:
    _move([one for one in journeys if one.state == JourneyState.UNDER_WAY], JourneyState.PAUSED)


def _decide(waiting: Sequence[Journey], entered: Sequence[Journey], referent: Account) -> None:
    """Past meetings decided on the latest entries; the next one has those who wait on its agenda."""
    past, coming = Committee.objects.order_by("held_on")[1], Committee.objects.order_by("held_on")[2]
    Decision.objects.bulk_create(
        Decision(committee=past, journey=one, verdict=Verdict.ACCEPTED, referent=referent)
        for one in sorted(entered, key=lambda one: str(one.entered_on))[-6:]
    )
    Decision.objects.bulk_create(Decision(committee=coming, journey=one) for one in waiting[:6])
    Committee.objects.exclude(pk=coming.pk).update(
        state=CommitteeState.CLOSED,
        members="Fatou Diallo\nYann Kermorgant\nReprésentante de France Travail",
        minutes="Les candidatures à l’ordre du jour sont acceptées à l’unanimité.",
    )
