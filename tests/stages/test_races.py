"""Verbs about the same people and weeks at the same moment: each is done or refused, none waits for ever."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from croisee.directory.services import leave
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.opportunities.models import Application, Origin, Period
from croisee.opportunities.services import Refused, hold
from croisee.stages.models import Campaign, HostKind
from croisee.stages.services import places, placing, schools, withdrawals
from croisee.stages.services.schools import Found, Host
from croisee.stages.siting import Site
from tests.world import HOURS, MONDAY, OTHER_MONDAY, World, make_offer, make_pupil, make_world

pytestmark = pytest.mark.django_db(transaction=True)
Job = Callable[[], object]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(jobs: list[Job]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""

    def run(job: Job) -> object:
        try:
            return job()
        except (Refused, TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def seats_are_counted() -> None:
    """Every week says how many hold its seats, and nobody has two places."""
    for period in Period.objects.all():
        assert period.taken == period.applications.holding().count() <= period.seats
    holders = list(Application.objects.holding().values_list("person", flat=True))
    assert len(holders) == len(set(holders))


def placed(world: World, pupil: int, offer: int, **fields: object) -> Application:
    return hold(
        world.pupils[pupil],
        world.period(offer, MONDAY if pupil < 3 else OTHER_MONDAY),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=False,
        confirmed=bool(fields),
    )


def found(title: str) -> Found:
    host = Host("", "Librairie", HostKind.PRIVATE)
    return Found(
        host, title, "culture", Site("1 rue X", "35000", "Rennes"), HOURS, "Tutrice", "t@example.org"
    )


def test_a_place_noted_by_the_school_while_a_seat_is_taken(world: World) -> None:
    """Both want the same pupil: one is done, the other refused, whichever comes first."""
    pupil, period = world.pupils[0], world.period(2)
    jobs: list[Job] = []
    for _turn in range(4):
        jobs.append(lambda: schools.place_directly(pupil, world.campaign, world.heads[0], found("Vente")))
        jobs.append(
            lambda: hold(
                pupil,
                period,
                call=world.campaign.pk,
                turn=1,
                origin=Origin.LEFT,
                account=None,
                protected=False,
                confirmed=True,
            )
        )
    at_once(jobs)
    assert Application.objects.holding().filter(person=pupil).count() == 1
    seats_are_counted()


def test_pupils_leave_while_their_places_are_given_back_and_others_taken(world: World) -> None:
    rows = [placed(world, number, 2) for number in range(3)]
    others = [make_pupil(world.classes[0], f"Autre{n}", f"Course{n}") for n in range(3)]
    world.pupils += others
    jobs: list[Job] = []
    for number, row in enumerate(rows):
        jobs.append(lambda person=row.person: leave(person, world.heads[0]))
        jobs.append(lambda row=row, who=number: places.give_back_place(row, world.families[who]))
        jobs.append(lambda row=row, who=number: places.confirm_place(row, world.families[who]))
    jobs += [lambda n=n: placed(world, 6 + n, 2) for n in range(3)]
    at_once(jobs)
    assert not Application.objects.holding().filter(person__in=world.pupils[:3]).exists()
    seats_are_counted()


def test_two_hosts_withdraw_at_the_same_moment(world: World) -> None:
    """Each looks for seats among the others' offers: no pupil is sent to an offer that goes as well."""
    for number in range(4):
        world.offers.append(make_offer(world.campaign, world.hosts[number % 2], f"Offre {number}", seats=3))
    placed(world, 0, 3)
    placed(world, 1, 4)
    placed(world, 2, 5)
    employers = world.employers
    withdrawn = at_once(
        [
            lambda: withdrawals.withdraw(world.offers[3], employers[0], "Travaux"),
            lambda: withdrawals.withdraw(world.offers[4], employers[1], "Travaux"),
            lambda: withdrawals.withdraw_week(world.offers[5], MONDAY, employers[0], "Travaux"),
            lambda: withdrawals.withdraw_week(world.offers[5], MONDAY, employers[0], "Travaux"),
        ]
    )
    assert sum(isinstance(one, ValidationError) for one in withdrawn) == 1
    held = Application.objects.holding().select_related("period")
    assert held.count() == 3
    assert not {row.period.opportunity_id for row in held} & {offer.pk for offer in world.offers[3:6]}
    seats_are_counted()


def test_a_withdrawal_while_a_class_changes_its_week_and_places_lapse(world: World) -> None:
    world.offers.append(make_offer(world.campaign, world.hosts[0], "Autre", seats=3))
    rows = [placed(world, number, 2) for number in range(3)]
    for number in range(3):
        world.wish(number, 3, 1)
    Application.objects.filter(pk=rows[0].pk).update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    school_class, head = world.classes[0], world.heads[0]
    changes = schools.what_follows(world.campaign, head, {school_class.pk: OTHER_MONDAY})
    agreed = schools.fingerprint(changes)

    def change_week() -> object:
        try:
            return schools.set_week(world.campaign, school_class, OTHER_MONDAY, head, agreed=agreed)
        except schools.NotAgreed as changed:
            return changed

    at_once(
        [
            change_week,
            lambda: withdrawals.withdraw(world.offers[3], world.employers[0], "Travaux"),
            placing.lapse_due,
            lambda: withdrawals.withdraw_week(world.offers[2], MONDAY, world.employers[1], "Travaux"),
            lambda: places.give_back_place(rows[1], world.families[1]),
        ]
    )
    seats_are_counted()
    assert Campaign.objects.get().pk == world.campaign.pk
