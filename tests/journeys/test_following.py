"""One journey: what may be done in it, and what each change brings about."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone
from icalendar import Calendar

from croisee.directory import services as directory
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.journeys.models import (
    Appointment,
    AppointmentState,
    Correction,
    Exchange,
    ExitKind,
    Journey,
    JourneyState,
    Objective,
    ObjectiveState,
    Step,
    StepKind,
    StepState,
)
from croisee.journeys.services.following import (
    appointments,
    corrections,
    exchanges,
    objectives,
    person,
    steps,
    way_out,
)
from tests.journeys.following_helpers import Inbox, account_of, at, mail_server, work
from tests.journeys_world import ENTERED_ON, JourneysWorld, make_journeys_world, move
from tests.world import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    with mail_server(settings) as server:
        yield server


def step_values(**values: object) -> dict[str, object]:
    return {"title": "Permis B", "kind": StepKind.OBSTACLE, **values}


def meeting(days: int = 5, hour: int = 10, minute: int = 0, **values: object) -> dict[str, object]:
    return {"starts_at": at(days, hour, minute), "minutes": 60, "subject": "Point", "place": "PLIE", **values}


def said(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


class TestSteps:
    def test_from_planned_to_done_and_back(self, world: JourneysWorld) -> None:
        referent = world.referents[0]
        step = steps.add_step(world.journeys[0], step_values(objective=world.objective), referent)
        assert (step.state, step.starts_on) == (StepState.PLANNED, None)
        step = steps.move_step(step, "start", referent)
        assert (step.state, step.starts_on) == (StepState.UNDER_WAY, TODAY)
        step = steps.move_step(step, "pause", referent)
        step = steps.move_step(step, "finish", referent, outcome="Permis obtenu.")
        assert (step.state, step.ended_on, step.outcome) == (StepState.DONE, TODAY, "Permis obtenu.")
        with pytest.raises(TransitionRefused):
            steps.move_step(step, "pause", referent)
        step = steps.change_step(step, step_values(planned_end_on=TODAY - DAY, starts_on=TODAY - 9 * DAY))
        step = steps.move_step(step, "reopen", referent)
        assert (step.state, step.ended_on, step.planned_end_on) == (StepState.UNDER_WAY, None, None)

    def test_what_is_refused_is_said(self, world: JourneysWorld) -> None:
        referent, journey = world.referents[0], world.journeys[0]
        with pytest.raises(ValidationError, match="why"):
            steps.move_step(world.steps[1], "abandon", referent, outcome=" ")
        with pytest.raises(ValidationError, match="once it has come"):
            steps.move_step(world.steps[1], "finish", referent, on=TODAY + DAY)
        with pytest.raises(ValidationError, match="before it begins"):
            steps.move_step(world.steps[1], "finish", referent, on=TODAY - 61 * DAY)
        with pytest.raises(ValidationError, match="before it begins"):
            steps.add_step(journey, step_values(starts_on=TODAY, planned_end_on=TODAY - DAY), referent)
        with pytest.raises(ValidationError, match="another journey"):
            steps.add_step(world.journeys[1], step_values(objective=world.objective), referent)
        with pytest.raises(ValidationError, match="not under way"):
            steps.add_step(world.journeys[4], step_values(), referent)
        assert Step.objects.count() == 2

    def test_two_people_do_not_write_over_each_other(self, world: JourneysWorld) -> None:
        seen = world.steps[1].updated_at
        steps.change_step(world.steps[1], {"where": "GRETA"}, seen=seen)
        with pytest.raises(directory.Stale):
            steps.change_step(world.steps[1], {"where": "AFPA"}, seen=seen)


class TestObjectives:
    def test_order_and_ends(self, world: JourneysWorld) -> None:
        first, journey = world.objective, world.journeys[0]
        second = objectives.add_objective(journey, {"title": "Se loger"})
        third = objectives.add_objective(journey, {"title": "Passer le permis"})
        objectives.order_objective(third, up=True)
        objectives.order_objective(first, up=True)
        assert list(journey.objectives.all()) == [first, third, second]
        assert objectives.move_objective(second, "reach", world.referents[0]).state == ObjectiveState.REACHED
        with pytest.raises(ValidationError, match="are open"):
            objectives.move_objective(first, "drop", world.referents[0])
        steps.move_step(world.steps[1], "finish", world.referents[0])
        assert objectives.move_objective(first, "drop", world.referents[0]).state == ObjectiveState.DROPPED
        assert objectives.move_objective(first, "reopen", world.referents[0]).state == ObjectiveState.OPEN


class TestExchanges:
    def test_ones_own_within_thirty_days(self, world: JourneysWorld) -> None:
        mine, other = world.referents
        row = exchanges.add_exchange(
            world.journeys[0], {"on": TODAY, "channel": "phone", "text": "Va bien."}, mine
        )
        assert Journey.objects.get(pk=world.journeys[0].pk).last_contact_on == TODAY
        with pytest.raises(ValidationError, match="who noted"):
            exchanges.change_exchange(row, {"text": "?"}, other)
        exchanges.change_exchange(row, {"on": TODAY, "text": "Va très bien."}, mine)
        exchanges.delete_exchange(row, mine)
        assert Journey.objects.get(pk=world.journeys[0].pk).last_contact_on == TODAY - 5 * DAY
        old = Exchange.objects.get()
        Exchange.objects.filter(pk=old.pk).update(created_at=timezone.now() - 31 * DAY)
        with pytest.raises(ValidationError, match="30 days"):
            exchanges.delete_exchange(old, mine)
        with pytest.raises(ValidationError, match="appointment"):
            exchanges.add_exchange(world.journeys[0], {"on": TODAY + DAY, "channel": "phone"}, mine)


class TestAppointments:
    def test_hours_do_not_overlap(self, world: JourneysWorld) -> None:
        referent = world.referents[0]
        appointments.plan_appointment(world.journeys[0], meeting(hour=10), referent)
        for hour, minute in ((10, 30), (9, 30), (10, 0)):
            with pytest.raises(ValidationError) as error:
                appointments.plan_appointment(world.journeys[1], meeting(hour=hour, minute=minute), referent)
            assert error.value.message_dict == {"starts_at": ["Another appointment is planned at this hour."]}
        after = appointments.plan_appointment(world.journeys[1], meeting(hour=11), referent)
        appointments.plan_appointment(world.journeys[2], meeting(hour=10), world.referents[1])
        with pytest.raises(ValidationError):
            appointments.change_appointment(after, meeting(hour=10, minute=59))
        appointments.move_appointment(after, "cancel", referent)
        appointments.plan_appointment(world.journeys[1], meeting(hour=11, minute=30), referent)
        with pytest.raises(ValidationError, match="past"):
            appointments.plan_appointment(world.journeys[1], meeting(days=-1), referent)

    def test_the_person_reads_each_change_in_a_calendar(self, world: JourneysWorld, inbox: Inbox) -> None:
        referent = world.referents[0]
        row = appointments.plan_appointment(world.journeys[0], meeting(place="Salle 2"), referent)
        work()
        row = appointments.change_appointment(row, meeting(days=6, hour=14, minutes=45))
        row = appointments.change_appointment(row, meeting(days=6, hour=14, minutes=45))
        work()
        appointments.move_appointment(row, "cancel", referent)
        work()
        assert [mail["To"] for mail in inbox.mails] == ["suivi1@example.org"] * 3
        events = []
        for mail, method in zip(inbox.mails, ("REQUEST", "REQUEST", "CANCEL"), strict=True):
            [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
            assert part.get_param("method") == method
            calendar = Calendar.from_ical(part.get_content())
            assert calendar["METHOD"] == method
            events += calendar.events
            assert "Point" not in mail.as_string()
        assert {str(event["UID"]) for event in events} == {f"{row.pk}@croisee"}
        assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
        assert [event.start for event in events] == [at(5, 10), at(6, 14), at(6, 14)]
        assert [event.duration for event in events] == [dt.timedelta(minutes=n) for n in (60, 45, 45)]
        assert str(events[0]["LOCATION"]) == "Salle 2"
        assert str(events[0]["ORGANIZER"]) == f"mailto:{referent.email}"
        assert str(events[0]["ATTENDEE"]) == "mailto:suivi1@example.org"
        assert str(events[2]["STATUS"]) == "CANCELLED"

    def test_a_change_before_the_mail_leaves_makes_one_mail(self, world: JourneysWorld, inbox: Inbox) -> None:
        row = appointments.plan_appointment(world.journeys[0], meeting(), world.referents[0])
        appointments.change_appointment(row, meeting(days=7))
        work()
        [mail] = inbox.mails
        assert "has changed" in mail["Subject"] or "changé" in mail["Subject"]

    def test_recalled_the_day_before_once(self, world: JourneysWorld, inbox: Inbox) -> None:
        row = appointments.plan_appointment(world.journeys[0], meeting(days=5), world.referents[0])
        work()
        assert appointments.remind_due(at(2, 12)) == 1  # the one of the world, in three days
        work()
        inbox.mails.clear()
        assert [appointments.remind_due(at(4, hour)) for hour in (8, 9)] == [1, 0]
        work()
        assert len(inbox.mails) == 1
        row.refresh_from_db()
        appointments.change_appointment(row, meeting(days=9))
        assert appointments.remind_due(at(8, 8)) == 1

    def test_attended_is_an_exchange(self, world: JourneysWorld) -> None:
        referent, row = world.referents[0], world.appointment
        assert row is not None
        with pytest.raises(ValidationError, match="hour has come"):
            appointments.move_appointment(row, "attend", referent)
        Appointment.objects.filter(pk=row.pk).update(starts_at=at(-1))
        appointments.move_appointment(row, "miss", referent)
        appointments.move_appointment(row, "attend", referent)
        kept = Exchange.objects.get(on=TODAY - DAY)
        assert (kept.text, kept.by, kept.channel) == ("Point mensuel", referent, "meeting")


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_hour_at_once_make_one_appointment() -> None:
    world = make_journeys_world()
    gate, outcomes = threading.Barrier(2), []

    def plan(number: int) -> None:
        try:
            gate.wait(5)
            appointments.plan_appointment(
                world.journeys[number], meeting(hour=10, minute=20 * number), world.referents[0]
            )
            outcomes.append("planned")
        except ValidationError as refusal:
            outcomes.append(refusal.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    assert outcomes.count("planned") == 1
    assert Appointment.objects.filter(starts_at__date=at(5).date()).count() == 1


class TestWayOut:
    def test_open_steps_end_with_the_journey(self, world: JourneysWorld) -> None:
        referent, journey = world.referents[0], world.journeys[0]
        later = steps.add_step(journey, step_values(starts_on=TODAY + 10 * DAY), referent)
        values = {"exited_on": TODAY - DAY, "exit_kind": ExitKind.LASTING_JOB, "exit_note": "CDI de peintre."}
        with pytest.raises(ValidationError) as error:
            way_out.end_journey(journey, values, referent, steps={later.pk: "abandoned"})
        assert "Titre professionnel de peintre" in said(error)
        journey.refresh_from_db()
        assert journey.state == JourneyState.UNDER_WAY
        ends = {later.pk: "abandoned", world.steps[1].pk: "done"}
        journey = way_out.end_journey(journey, values, referent, steps=ends)
        assert (journey.state, journey.exit_kind, journey.is_positive) == ("ended", "lasting_job", True)
        assert {step.state for step in journey.steps.all()} == {StepState.DONE, StepState.ABANDONED}
        assert not Appointment.objects.filter(journey=journey, state=AppointmentState.PLANNED).exists()
        assert Journey.objects.followed_by(referent).filter(pk=journey.pk).exists()
        journey = way_out.move_journey(journey, "reopen", referent)
        assert (journey.state, journey.exited_on, journey.exit_kind) == ("under_way", None, "")

    def test_what_is_refused_is_said(self, world: JourneysWorld) -> None:
        referent, journey = world.referents[0], world.journeys[1]
        for on in (TODAY + DAY, ENTERED_ON - DAY):
            with pytest.raises(ValidationError) as error:
                way_out.end_journey(journey, {"exited_on": on, "exit_kind": "moved"}, referent, steps={})
            assert "exited_on" in error.value.message_dict
        with pytest.raises(ValidationError, match="not under way"):
            way_out.end_journey(
                world.journeys[4], {"exited_on": TODAY, "exit_kind": "moved"}, referent, steps={}
            )

    def test_nobody_is_twice_in_a_programme(self, world: JourneysWorld) -> None:
        ended = world.journeys[4]
        Journey.objects.create(person=ended.person, programme=ended.programme)
        with pytest.raises(ValidationError, match="already"):
            way_out.move_journey(ended, "reopen", world.manager)

    def test_paused_asks_for_nothing(self, world: JourneysWorld) -> None:
        journey = way_out.move_journey(world.journeys[0], "pause", world.referents[0])
        assert journey.state == JourneyState.PAUSED
        assert way_out.move_journey(journey, "resume", world.referents[0]).state == JourneyState.UNDER_WAY


class TestPerson:
    def test_the_file_is_written_once(self, world: JourneysWorld) -> None:
        journey = world.journeys[0]
        someone = type(world.people[0]).objects.select_related("profile").get(pk=world.people[0].pk)
        seen = person.last_change(someone)
        values = {"phone": "0299000000", "minutes": 30, "family_name": "Martin"}
        person.change_file(journey, values, world.referents[0], seen=seen)
        someone.refresh_from_db()
        assert (someone.family_name, someone.contacts.get().phone) == ("Martin", "0299000000")
        assert type(someone.profile).objects.get(person=someone).minutes == 30
        with pytest.raises(directory.Stale):
            person.change_file(journey, values, world.referents[0], seen=seen)

    def test_somebody_without_a_profile_is_given_one(self, world: JourneysWorld) -> None:
        world.people[1].profile.delete()
        person.change_file(world.journeys[1], {"level": "4"}, world.referents[0])
        assert type(world.people[1]).objects.get(pk=world.people[1].pk).profile.level == "4"

    def test_invited_with_the_organisation_of_the_programme(self, world: JourneysWorld, inbox: Inbox) -> None:
        account = person.invite(world.journeys[0], world.referents[0])
        assert Journey.objects.of_oneself(account).get() == world.journeys[0]
        assert account.memberships.get().organisation == world.plie
        world.people[1].contacts.update(email="")
        with pytest.raises(ValidationError, match="no e-mail"):
            person.invite(world.journeys[1], world.referents[0])


class TestCorrections:
    def test_asked_answered_and_both_told(self, world: JourneysWorld, inbox: Inbox) -> None:
        own = account_of(world)
        asked = {"about": "Ma formation", "text": "Elle finit en mars."}
        row = corrections.ask_correction(world.journeys[0], asked, own)
        work()
        with pytest.raises(ValidationError, match="why"):
            corrections.answer_correction(row, "decline", world.referents[0])
        corrections.answer_correction(row, "correct", world.referents[0], answer="Merci.")
        work()
        assert [mail["To"] for mail in inbox.mails] == [world.referents[0].email, own.email]
        row = Correction.objects.get()
        assert (row.state, row.answer) == ("done", "Merci.")

    def test_without_a_referent_the_managers_are_told(self, world: JourneysWorld, inbox: Inbox) -> None:
        world.journeys[0].followings.update(ended_on=TODAY)
        corrections.ask_correction(world.journeys[0], {"about": "x", "text": "y"}, account_of(world))
        work()
        assert [mail["To"] for mail in inbox.mails] == [world.manager.email]


def test_the_hour_is_held_by_the_database_too(world: JourneysWorld) -> None:
    row = world.appointment
    assert row is not None
    with pytest.raises(Exception, match="journeys_appointment_no_overlap"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journeys_appointment (id, created_at, updated_at, journey_id, with_account_id, starts_at,"
            " minutes, subject, place, state, sequence) SELECT gen_random_uuid(), now(), now(), %s, with_account_id,"
            " starts_at + interval '59 minutes', 5, '', '', 'planned', 0 FROM journeys_appointment",
            [world.journeys[1].pk],
        )


def test_moved_states_are_of_the_world(world: JourneysWorld) -> None:
    """A journey that is paused takes appointments, one asked for does not."""
    move(world.journeys[1], "paused")
    appointments.plan_appointment(world.journeys[1], meeting(), world.manager)
    with pytest.raises(ValidationError, match="not under way"):
        appointments.plan_appointment(world.journeys[3], meeting(), world.manager)
    assert Objective.objects.filter(journey=world.journeys[3]).count() == 0
