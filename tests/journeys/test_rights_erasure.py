"""A person's erasure leaves the statistics and no trace of the person: searched in every table and every file."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from croisee.clauses.models import Assignment, Eligibility, Participant
from croisee.directory.models import (
    Capacity,
    Consent,
    Contact,
    Level,
    Person,
    Profile,
    Purpose,
    Residence,
    Sex,
)
from croisee.directory.services import erase_person, give_consent
from croisee.foundation.accounts import privacy
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.services import record_read
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver
from croisee.journeys.models import (
    AccessRequest,
    Appointment,
    Committee,
    Control,
    ControlItem,
    Correction,
    Decision,
    Dismissal,
    Exchange,
    ExitKind,
    Following,
    Journey,
    JourneyState,
    Labour,
    Milestone,
    Moment,
    Objective,
    Proof,
    ProofKind,
    Situation,
    Step,
    StepKind,
    WayCount,
)
from croisee.journeys.privacy_of_journeys import past
from croisee.journeys.services import rights, ways
from tests.clauses_world import first_of_month, make_assignment, make_clauses_world, make_statement
from tests.journeys_world import GONE_ON, JourneysWorld, make_journeys_world, move
from tests.stages.convention_helpers import sent, sign_as
from tests.world import TODAY, make_world, member

GIVEN, FAMILY = "Zéphyrine", "Kervadec-Lozac’h"
BORN = dt.date(2011, 5, 23)
EMAIL, PHONE, STREET = "zephyrine.kl@example.org", "0698765432", "77 rue Introuvable"
NEEDLES = [GIVEN, FAMILY, str(BORN), "23/05/2011", "23 mai 2011", EMAIL, PHONE, STREET]
OWN_KEYS = ("id", "pgh_obj_id", "person_id")
"""In the history of what was deleted, the identifier is that of nobody: it is searched beside these."""


@dataclass
class Everything:
    """A person with all that services know, and the worlds around."""

    person: Person
    account: Account
    journey: Journey
    world: JourneysWorld


@pytest.fixture
def everything(db: None, settings: Settings, tmp_path: Path) -> Everything:
    settings.MEDIA_ROOT = tmp_path / "files"
    stages = make_world()
    journeys = make_journeys_world(stages.metropolis)
    clauses = make_clauses_world(stages.metropolis)
    person = stages.pupils[0]
    Person.objects.filter(pk=person.pk).update(
        given_name=GIVEN, family_name=FAMILY, birth_date=BORN, address=STREET, residence=Residence.YES
    )
    person.refresh_from_db()
    convention = sent(stages, 0, 2)
    sign_as(convention)
    convention.signatures.all()[0].scan.save("scan.pdf", ContentFile(f"%PDF {GIVEN}".encode()))
    Contact.objects.filter(person=person, capacity=Capacity.SELF).delete()
    account = member(Role.FAMILY, stages.schools[0], EMAIL, administers=False)
    account.name = f"{GIVEN} {FAMILY}"
    account.save()
    Contact.objects.create(
        person=person, capacity=Capacity.SELF, name=account.name, email=EMAIL, phone=PHONE, account=account
    )
    Profile.objects.create(person=person, sex=Sex.WOMAN, level=Level.LEVEL_3)
    participant = Participant.objects.create(person=person, note=f"{GIVEN} cherche")
    eligibility = Eligibility.objects.create(participant=participant, criterion="rsa", note=FAMILY)
    eligibility.proof.save("caf.pdf", ContentFile(f"%PDF {FAMILY}".encode()))
    assignment = make_assignment(clauses.commitments[0], participant, clauses.companies[0])
    make_statement(assignment, first_of_month(-2), state="validated")
    journey = followed(journeys, person)
    ways.copy_and_count(timezone.now())
    return Everything(person, account, journey, journeys)


def followed(world: JourneysWorld, person: Person) -> Journey:
    """An ended journey with one of everything, each bearing the name."""
    said = f"{GIVEN} {FAMILY}, {PHONE}"
    referent = world.referents[0]
    entered = dt.date(GONE_ON.year - 1, 3, 20)
    exited = entered + dt.timedelta(days=160)
    journey = Journey.objects.create(
        person=person,
        programme=world.programme,
        asked_on=entered - dt.timedelta(days=30),
        asked_by_name=said,
        why=said,
        project=said,
        residence=Residence.YES,
        zone_codes="QN03501M",
    )
    move(journey, "under_way", entered_on=entered)
    Following.objects.create(
        journey=journey, referent=referent, started_on=entered, ended_on=exited, note=said
    )
    committee = Committee.objects.create(
        programme=world.programme,
        held_on=entered,
        members="Mme Essai",
        minutes=f"Entrée de {GIVEN} {FAMILY.upper()}.",
    )
    Decision.objects.create(committee=committee, journey=journey, reason=said)
    objective = Objective.objects.create(journey=journey, title=said, note=said, due_on=exited)
    step = Step.objects.create(
        journey=journey,
        objective=objective,
        kind=StepKind.TRAINING,
        title=said,
        where=said,
        starts_on=entered,
        planned_end_on=exited,
    )
    move(step, "under_way")
    move(step, "done", ended_on=exited, outcome=said)
    Exchange.objects.create(journey=journey, on=exited, text=said, by=referent)
    Appointment.objects.create(
        journey=journey, with_account=referent, starts_at=timezone.now(), subject=said, place=said
    )
    Correction.objects.create(journey=journey, about=GIVEN, text=said)
    Dismissal.objects.create(journey=journey, opening_key="x", title=said, reason=said)
    for moment, day in (
        (Moment.ENTRY, entered),
        (Moment.EXIT, exited + dt.timedelta(days=27)),
        (Moment.SIX_MONTHS, exited + dt.timedelta(days=190)),
    ):
        Situation.objects.create(
            journey=journey,
            moment=moment,
            answered_on=day,
            sex=Sex.WOMAN,
            age=19,
            level=Level.LEVEL_3,
            labour=Labour.INACTIVE,
            note=said,
        )
    proof = Proof.objects.create(journey=journey, kind=ProofKind.IDENTITY, name=said)
    proof.file.save(f"{FAMILY}.pdf", ContentFile(f"%PDF {FAMILY}".encode()))
    control = Control.objects.create(
        programme=world.programme,
        name="Contrôle",
        first_day=entered,
        last_day=exited,
        seed=1,
        population=1,
        frame="x",
    )
    ControlItem.objects.create(control=control, journey=journey, order=1, finding=said)
    other = type(world.plie).objects.create(name="Mission locale d’essai", kind=Kind.ASSOCIATION)
    asker = member(Role.REFERENT, other, "ailleurs@example.org")
    rights.grant(rights.ask(person, asker, said), world.manager, answer=said)
    move(journey, "ended", exited_on=exited, exit_kind=ExitKind.LASTING_JOB, exit_note=said)
    for purpose in (Purpose.SHOW_JOURNEY, Purpose.KEEP_WAY):
        give_consent(person, purpose, referent)
    record_read(referent, journey, "dossier")
    return journey


def statistics() -> dict[str, Any]:
    """What is counted: journeys, steps, answers, ways."""
    answers = Situation.objects.values_list("moment", "sex", "age", "labour", "level", "journey__zone_codes")
    journeys = Journey.objects.values_list(
        "state", "exit_kind", "programme", "zone_codes", "entered_on__year", "exited_on__month"
    )
    steps = Step.objects.values_list("kind", "state", "starts_on__month")
    counts = WayCount.objects.order_by("cohort", "zone", "path").values_list("cohort", "zone", "path")
    # Rows alike but for one value have no order of their own: all values say it.
    return {
        "journeys": sorted(journeys, key=str),
        "answers": sorted(answers, key=str),
        "steps": sorted(steps, key=str),
        "decisions": Decision.objects.count(),
        "ways": [row for row in counts.annotate(n=Sum("people")) if row[-1]],
    }


def in_time() -> list[tuple[str, bool]]:
    """Whether each exit was answered within four weeks, and each later answer six months after."""
    rows = Situation.objects.exclude(moment=Moment.ENTRY).select_related("journey").order_by("moment", "age")
    found = []
    for row in rows:
        assert row.answered_on is not None
        assert row.journey.exited_on is not None
        days = (row.answered_on - row.journey.exited_on).days
        found.append((row.moment, days <= 28 if row.moment == Moment.EXIT else days >= 181))
    return sorted(found)


def traces(needles: list[str], identifier: str) -> list[str]:
    """The tables whose rows say one of these, as text or in bytes; the identifier beside the keys of the history."""
    found = []
    patterns = [f"%{needle.casefold()}%" for needle in (*needles, identifier)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, bool_or(data_type = 'bytea') FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name"
        )
        for table, has_bytes in cursor.fetchall():
            cursor.execute(
                f'SELECT to_jsonb(t) FROM "{table}" t WHERE %s OR lower(t::text) LIKE ANY(%s)',
                [has_bytes, patterns],
            )
            for (row,) in cursor.fetchall():
                values = row if isinstance(row, dict) else json.loads(row)
                found += [
                    f"{table}.{column}: {needle}"
                    for column, value in values.items()
                    for needle in needles
                    if needle.casefold() in _text(value).casefold()
                ]
                found += [
                    f"{table}.{column}: identifier"
                    for column, value in values.items()
                    if identifier in _text(value) and not _permitted(table, column)
                ]
    return sorted(set(found))


def _text(value: object) -> str:
    if isinstance(value, str) and value.startswith("\\x"):
        return bytes.fromhex(value[2:]).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _permitted(table: str, column: str) -> bool:
    """The history of rows that are gone, and the log of accesses, keep the number of nobody."""
    if table == "audit_access":
        return column == "subject_id"
    return table.endswith("event") and column in OWN_KEYS and table != "journeys_journeyevent"


def files_with(needles: list[str], folder: Path) -> list[str]:
    """Files whose name or content says one of these."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file()
        for needle in needles
        if needle in path.name or needle.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("way", ["own account", "by the school"])
def test_no_trace_of_the_person(
    everything: Everything,
    way: str,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    person, identifier = everything.person, str(everything.person.pk)
    before, timely = statistics(), in_time()
    assert traces(NEEDLES, identifier)
    assert files_with(NEEDLES, Path(settings.MEDIA_ROOT))
    with django_capture_on_commit_callbacks(execute=True):
        if way == "own account":
            privacy.erase(everything.account)
        else:
            erase_person(person, None)
    assert not Person.objects.filter(pk=person.pk).exists()
    assert not Consent.objects.filter(person=person.pk).exists()
    assert not AccessRequest.objects.exists()
    for letter in Ledger.objects.filter(state=State.WAITING):
        deliver.call(str(letter.pk))  # what is about to leave is emptied once it has left
    assert traces(NEEDLES, identifier) == []
    assert files_with(NEEDLES, Path(settings.MEDIA_ROOT)) == []
    assert statistics() == before
    assert in_time() == timely
    ways.copy_and_count(timezone.now())
    assert statistics() == before
    assert Assignment.objects.count() == 3


def test_past_its_time_a_journey_is_of_nobody(everything: Everything) -> None:
    """By programme: so many months after the exit. Consent keeps the outline of the way, not the journey."""
    journey = everything.journey
    assert journey.exited_on is not None
    assert journey not in past(journey.exited_on + dt.timedelta(days=700))
    day = journey.exited_on + dt.timedelta(days=740)
    assert journey in past(day)
    before = statistics()["answers"]
    privacy.apply_retention(day, apply=True)
    journey.refresh_from_db()
    assert (journey.person, journey.why, journey.exited_on) == (None, "", journey.exited_on.replace(day=1))
    assert statistics()["answers"] == before
    assert Person.objects.filter(pk=everything.person.pk).exists()
    ways.copy_and_count(timezone.now())
    assert Milestone.objects.filter(person=everything.person, stage="journey").exists()


def test_who_did_not_enter_is_kept_a_year(everything: Everything) -> None:
    asked = everything.world.journeys[3]
    Journey.objects.filter(pk=asked.pk).update(asked_on=TODAY - dt.timedelta(days=400))
    assert list(past(TODAY)) == [asked]
    privacy.apply_retention(TODAY, apply=True)
    asked.refresh_from_db()
    assert (asked.person, asked.state) == (None, JourneyState.WITHDRAWN)
    assert not Ledger.objects.filter(email=f"suivi{4}@example.org").exists()
