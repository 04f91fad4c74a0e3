"""Handover: who follows from which day, what passes, who is told; two at once make one référent."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.models import Ledger
from croisee.journeys.models import Appointment, Following, Journey
from croisee.journeys.queries.caseload import received
from croisee.journeys.services.handover import Done, Word, hand_over
from tests.journeys_world import JourneysWorld, make_journeys_world
from tests.world import TODAY, member

Enter = Callable[[Account], Client]


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def follows(world: JourneysWorld, number: int, on: dt.date) -> list[Account]:
    rows = Following.objects.filter(journey=world.journeys[number]).current(on)
    return [row.referent for row in rows]


def sent(name: str) -> list[Ledger]:
    return list(Ledger.objects.filter(notice=f"journeys.{name}"))


@pytest.mark.django_db
def test_one_follows_until_the_eve_the_other_from_the_day(world: JourneysWorld) -> None:
    old, new = world.referents
    done = hand_over(
        world.journeys[:2],
        new,
        world.manager,
        on=day(10),
        word=Word("À suivre.", {world.journeys[0].pk: "Permis en cours."}),
    )
    assert (done.people, done.appointments, done.clashes) == (2, 0, 0)
    for number in (0, 1):
        assert follows(world, number, day(9)) == [old]
        assert follows(world, number, day(10)) == [new]
    assert world.journeys[0].followings.latest("started_on").note == "À suivre.\nPermis en cours."
    assert world.journeys[1].followings.latest("started_on").note == "À suivre."
    assert set(Journey.objects.followed_by(old)) == set(world.journeys[:2])
    assert set(Journey.objects.followed_by(new)) == {world.journeys[2]}
    assert [row.account for row in sent("handover_received")] == [new]
    assert [row.account for row in sent("handover_given")] == [old]
    assert len(sent("new_referent")) == 2
    assert sent("handover_given")[0].context["people"] == 2


@pytest.mark.django_db
def test_steps_stay_and_appointments_pass_from_that_day(world: JourneysWorld) -> None:
    new = world.referents[1]
    later = Appointment.objects.create(
        journey=world.journeys[0],
        with_account=world.referents[0],
        starts_at=timezone.now() + dt.timedelta(days=20),
    )
    steps = list(world.journeys[0].steps.values_list("pk", "state"))
    done = hand_over(world.journeys[:1], new, world.referents[0], on=day(10))
    assert (done.appointments, done.clashes) == (1, 0)
    assert world.appointment is not None
    world.appointment.refresh_from_db()
    later.refresh_from_db()
    assert (world.appointment.with_account, later.with_account) == (world.referents[0], new)
    assert list(world.journeys[0].steps.values_list("pk", "state")) == steps


@pytest.mark.django_db
def test_an_appointment_at_an_hour_that_is_taken_waits_for_another(world: JourneysWorld) -> None:
    assert world.appointment is not None
    Appointment.objects.create(
        journey=world.journeys[2],
        with_account=world.referents[1],
        starts_at=world.appointment.starts_at + dt.timedelta(minutes=30),
    )
    done = hand_over(world.journeys[:1], world.referents[1], world.manager)
    assert (done.appointments, done.clashes) == (0, 1)
    world.appointment.refresh_from_db()
    assert world.appointment.with_account is None


@pytest.mark.django_db
def test_a_handover_is_undone_by_another_and_what_was_planned_is_dropped(world: JourneysWorld) -> None:
    old, new = world.referents
    third = member(Role.REFERENT, world.plie, "troisieme@example.org")
    journeys = world.journeys[:1]
    hand_over(journeys, new, world.manager, on=day(10))
    hand_over(journeys, old, world.manager, on=day(4))
    assert [row.ended_on for row in journeys[0].followings.all()] == [None]
    hand_over(journeys, new, world.manager, on=day(10))
    hand_over(journeys, third, world.manager, on=day(20))
    holders = [follows(world, 0, day(number)) for number in (0, 9, 10, 19, 20)]
    assert holders == [[old], [old], [new], [new], [third]]
    hand_over(journeys, third, world.manager, on=day(10))
    assert [follows(world, 0, day(number)) for number in (0, 9, 10, 30)] == [[old], [old], [third], [third]]
    hand_over(journeys, new, world.manager)
    hand_over(journeys, old, world.manager)
    assert follows(world, 0, TODAY) == follows(world, 0, day(30)) == [old]
    assert journeys[0].followings.filter(ended_on=None).count() == 1


@pytest.mark.django_db
def test_a_person_without_referent_gets_one(world: JourneysWorld) -> None:
    Following.objects.filter(journey=world.journeys[1]).delete()
    hand_over([world.journeys[1]], world.referents[1], world.manager)
    assert follows(world, 1, TODAY) == [world.referents[1]]
    assert sent("handover_given") == []


@pytest.mark.django_db
def test_what_is_refused(world: JourneysWorld, english: None) -> None:
    old, new = world.referents
    stranger = member(Role.REFERENT, world.metropolis, "ailleurs@example.org")
    journey = world.journeys[0]
    last = journey.followings.get()
    refused: list[tuple[list[Journey], Account, dict[str, object], str]] = [
        ([], new, {}, "Tick at least one"),
        ([journey], new, {"on": day(-1)}, "begins today or later"),
        ([journey], new, {"on": day(500)}, "more than a year"),
        ([journey], stranger, {}, "does not follow people in this programme"),
        ([journey, world.journeys[4]], new, {}, "is not under way"),
        ([world.journeys[3]], new, {}, "is not under way"),
        ([journey], old, {}, "already"),
        ([journey], new, {"seen": {journey.pk: None}}, "meanwhile"),
    ]
    for journeys, to, options, words in refused:
        with pytest.raises(ValidationError) as refusal:
            hand_over(journeys, to, world.manager, **options)  # type: ignore[arg-type]
        assert words in " ".join(refusal.value.messages)
    assert list(journey.followings.all()) == [last]
    hand_over([journey], new, world.manager, seen={journey.pk: last.pk})
    assert follows(world, 0, TODAY) == [new]


@pytest.mark.django_db
def test_people_received_are_counted_for_a_fortnight(world: JourneysWorld) -> None:
    new = world.referents[1]
    assert received(new, TODAY).count() == 0
    hand_over(world.journeys[:2], new, world.manager)
    assert received(new, TODAY).count() == 2
    assert received(new, day(14)).count() == 2
    assert received(new, day(15)).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_handovers_at_once_make_one_referent() -> None:
    world = make_journeys_world()
    targets = [
        world.referents[1],
        *(member(Role.REFERENT, world.plie, f"r{n}@example.org") for n in range(3)),
    ]
    seen = {journey.pk: journey.followings.get().pk for journey in world.journeys[:2]}
    barrier = Barrier(len(targets))

    def run(to: Account) -> Done | ValidationError:
        try:
            barrier.wait()
            return hand_over(world.journeys[:2], to, world.manager, seen=seen)
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(targets)) as pool:
        answers = list(pool.map(run, targets))
    winners = [to for to, done in zip(targets, answers, strict=True) if isinstance(done, Done)]
    assert {one.code for one in answers if isinstance(one, ValidationError)} == {"stale"}
    assert len(winners) == 1
    for number in (0, 1):
        assert follows(world, number, TODAY) == winners
        assert world.journeys[number].followings.filter(ended_on=None).count() == 1


@pytest.mark.django_db
def test_the_page_shows_what_passes_then_hands_over(world: JourneysWorld, enter: Enter) -> None:
    old, new = world.referents
    client = enter(old)
    where = reverse("journeys:handover")
    keys = [str(one.pk) for one in world.journeys[:2]]
    page = client.get(where, {"chosen": keys}).content.decode()
    assert "Prénom1 Nom1" in page
    assert "Prénom2 Nom2" in page
    seen = [f"{one.pk}:{one.followings.get().pk}" for one in world.journeys[:2]]
    sent_by_form = {
        "chosen": keys,
        "seen": seen,
        "to": str(new.pk),
        "on": TODAY.isoformat(),
        "note": "Bonne suite.",
        f"note-{keys[0]}": "Titre en cours.",
    }
    wrong = client.post(where, {**sent_by_form, "on": day(-2).isoformat()})
    assert wrong.status_code == 422
    assert "begins today or later" in wrong.content.decode()
    answer = client.post(where, sent_by_form, follow=True)
    assert f"2 people are followed by {new}" in answer.content.decode()
    assert follows(world, 0, TODAY) == [new]
    again = client.post(where, sent_by_form)
    assert "Choose all the people" in again.content.decode()
    assert world.journeys[0].followings.latest("started_on").note == "Bonne suite.\nTitre en cours."


@pytest.mark.django_db
def test_nobody_hands_over_the_people_of_another(world: JourneysWorld, enter: Enter) -> None:
    client = enter(world.referents[1])
    key = str(world.journeys[0].pk)
    posted = {"chosen": [key], "to": str(world.referents[1].pk), "on": TODAY.isoformat()}
    assert "Prénom1" not in client.get(reverse("journeys:handover"), {"chosen": [key]}).content.decode()
    client.post(reverse("journeys:handover"), posted)
    assert follows(world, 0, TODAY) == [world.referents[0]]
