"""Alerts: each rule by hand, and the same rules in SQL over random journeys."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from croisee.journeys.alerts import TONES, Alert, AppointmentFacts, Facts, StepFacts, alerts_of
from croisee.journeys.deadlines import Deadline
from croisee.journeys.models import (
    Appointment,
    AppointmentState,
    Following,
    Journey,
    JourneyState,
    Proof,
    ProofKind,
    Step,
    StepKind,
    StepState,
)
from croisee.journeys.queries.caseload import Elsewhere, counted, having, with_alerts
from tests.journeys_world import JourneysWorld, make_journey, make_person, make_programme, move
from tests.world import TODAY

QUIET = Facts(
    state=JourneyState.UNDER_WAY,
    contact_weeks=4,
    entered_on=TODAY - dt.timedelta(days=200),
    planned_end_on=TODAY + dt.timedelta(days=400),
    last_contact_on=TODAY - dt.timedelta(days=3),
    has_referent=True,
)


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def hour(number: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day(number), dt.time(10)))


def work(end: int, state: str = StepState.UNDER_WAY, kind: str = StepKind.CLAUSE_JOB) -> Facts:
    return replace(QUIET, steps=(StepFacts(kind, state, day(end)),))


def missed(at: int, *others: tuple[str, int], contact: int | None = None) -> Facts:
    appointments = [AppointmentFacts(AppointmentState.MISSED, hour(at))]
    appointments += [AppointmentFacts(state, hour(number)) for state, number in others]
    last = None if contact is None else day(contact)
    return replace(QUIET, appointments=appointments, last_contact_on=last, entered_on=day(-10))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (QUIET, ()),
        (replace(QUIET, has_referent=False), (Alert.NO_REFERENT,)),
        (replace(QUIET, last_contact_on=day(-28)), ()),
        (replace(QUIET, last_contact_on=day(-29)), (Alert.NO_CONTACT,)),
        (replace(QUIET, last_contact_on=None), (Alert.NO_CONTACT,)),
        (replace(QUIET, last_contact_on=None, entered_on=day(-5)), ()),
        (replace(QUIET, last_contact_on=day(-90), state=JourneyState.PAUSED), ()),
        (work(-1, kind=StepKind.TRAINING), (Alert.STEP_LATE,)),
        (work(0, kind=StepKind.TRAINING), ()),
        (work(0), (Alert.CONTRACT_30,)),
        (work(30), (Alert.CONTRACT_30,)),
        (work(31), (Alert.CONTRACT_60,)),
        (work(60), (Alert.CONTRACT_60,)),
        (work(61), ()),
        (work(10, StepState.PLANNED), ()),
        (missed(-7), (Alert.MISSED,)),
        (missed(-7, (AppointmentState.PLANNED, 4)), ()),
        (missed(-7, (AppointmentState.ATTENDED, -8)), (Alert.MISSED,)),
        (missed(-7, (AppointmentState.CANCELLED, 4)), (Alert.MISSED,)),
        (missed(-7, contact=-7), (Alert.MISSED,)),
        (missed(-7, contact=-6), ()),
        (missed(-181), ()),
        (replace(QUIET, elsewhere=(day(60),)), (Alert.ELSEWHERE,)),
        (replace(QUIET, elsewhere=(day(61), day(-1))), ()),
        (replace(QUIET, planned_end_on=day(90)), (Alert.EXIT_DUE,)),
        (replace(QUIET, planned_end_on=day(-30)), (Alert.EXIT_DUE,)),
        (replace(QUIET, planned_end_on=day(91)), ()),
        (replace(QUIET, proofs_missing=True), (Alert.PROOFS,)),
        (replace(QUIET, has_referent=False, state=JourneyState.ENDED), ()),
    ],
)
def test_each_rule(facts: Facts, expected: tuple[Alert, ...]) -> None:
    assert alerts_of(facts, TODAY) == expected


def test_two_contracts_count_by_the_first_to_end() -> None:
    both = replace(QUIET, steps=(*work(45).steps, *work(12).steps))
    assert alerts_of(both, TODAY) == (Alert.CONTRACT_30,)


def test_each_alert_has_a_badge() -> None:
    assert set(TONES) == set(Alert)


DAYS = st.one_of(
    st.none(),
    st.sampled_from([-181, -180, -29, -28, -1, 0, 1, 30, 31, 60, 61, 90, 91]).map(day),
    st.integers(-220, 220).map(day),
)
STEPS = st.lists(
    st.builds(StepFacts, st.sampled_from(StepKind), st.sampled_from(StepState), DAYS), max_size=3
)
APPOINTMENTS = st.lists(
    st.builds(
        AppointmentFacts,
        st.sampled_from(AppointmentState),
        st.sampled_from([-181, -180, -29, -7, -6, -1, 0, 1, 9]).map(hour),
    ),
    max_size=3,
    unique_by=lambda one: one.starts_at,
)
FACTS = st.builds(
    Facts,
    state=st.sampled_from([JourneyState.UNDER_WAY, JourneyState.PAUSED]),
    contact_weeks=st.just(4),
    entered_on=st.integers(-400, -1).map(day),
    planned_end_on=DAYS,
    last_contact_on=DAYS,
    has_referent=st.booleans(),
    proofs_missing=st.booleans(),
    steps=STEPS,
    appointments=APPOINTMENTS,
    elsewhere=st.lists(st.integers(0, 60).map(day), max_size=1),
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FACTS, min_size=1, max_size=6))
def test_sql_says_the_same(world: JourneysWorld, cohort: list[Facts]) -> None:
    programme = make_programme(world.plie, name=f"Programme {uuid4()}")
    journeys = [_made(world, programme, facts) for facts in cohort]
    elsewhere = Elsewhere(
        {
            journey.person_id: Deadline(journey.person_id, "", facts.elsewhere[0])
            for journey, facts in zip(journeys, cohort, strict=True)
            if facts.elsewhere
        }
    )
    rows = Journey.objects.filter(programme=programme)
    found = {row.pk: tuple(row.alerts) for row in with_alerts(rows, TODAY, elsewhere)}
    expected = [tuple(str(one.value) for one in alerts_of(facts, TODAY)) for facts in cohort]
    assert [found[journey.pk] for journey in journeys] == expected
    counts = counted(rows, TODAY, elsewhere)
    assert counts["people"] == len(cohort)
    for alert in Alert:
        number = sum(alert.value in one for one in expected)
        assert counts[alert.value] == number
        if alert != Alert.ELSEWHERE:
            assert having(rows, alert, TODAY).count() == number


def _made(world: JourneysWorld, programme: Any, facts: Facts) -> Journey:
    """A journey in the database as these facts say."""
    person = make_person(7)
    referent = world.referents[0] if facts.has_referent else None
    journey = make_journey(programme, person, referent, JourneyState.UNDER_WAY, facts.entered_on or TODAY)
    if facts.state == JourneyState.PAUSED:
        move(journey, "paused")
    Journey.objects.filter(pk=journey.pk).update(
        planned_end_on=facts.planned_end_on, last_contact_on=facts.last_contact_on
    )
    if not facts.has_referent:
        _future_referent(journey, world)
    kinds: Sequence[str] = (
        (ProofKind.IDENTITY,) if facts.proofs_missing else (ProofKind.IDENTITY, ProofKind.AGREEMENT)
    )
    Proof.objects.bulk_create([Proof(journey=journey, kind=kind) for kind in kinds])
    for one in facts.steps:
        step = Step.objects.create(
            journey=journey, kind=one.kind, title="Étape", planned_end_on=one.planned_end_on
        )
        _to(step, one.state)
    for number, meeting in enumerate(facts.appointments):
        row = Appointment.objects.create(
            journey=journey, starts_at=meeting.starts_at, with_account=None, subject=str(number)
        )
        if meeting.state != AppointmentState.PLANNED:
            move(row, meeting.state)
    return journey


def _future_referent(journey: Journey, world: JourneysWorld) -> None:
    """Who follows only from tomorrow on, or did until today, does not follow today."""
    Following.objects.create(journey=journey, referent=world.referents[0], started_on=day(-9), ended_on=TODAY)
    Following.objects.create(journey=journey, referent=world.referents[1], started_on=day(1))


def _to(step: Step, state: str) -> None:
    if state in (StepState.PAUSED,):
        move(step, "under_way", state)
    elif state in (StepState.DONE, StepState.ABANDONED):
        move(step, state, ended_on=TODAY)
    elif state != StepState.PLANNED:
        move(step, state)
