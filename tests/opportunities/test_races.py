"""Many at once, on as many connections: never more people than seats, never two places for one person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from croisee.directory.models import Person
from croisee.opportunities.models import Application, Origin, Period
from croisee.opportunities.services import Refused, ask, give_back, hold, put_in_order
from tests.world import World, make_pupil, make_world

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them, twenty at a time, each on a connection of its thread; what each returned or was refused."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, jobs))


def confirmation(world: World, person: Person, period: Period) -> Callable[[], object]:
    return lambda: hold(
        person,
        period,
        call=world.campaign.pk,
        turn=1,
        origin=Origin.LEFT,
        account=None,
        protected=False,
        confirmed=True,
    )


def test_two_hundred_confirmations_for_three_seats(world: World) -> None:
    pupils = [make_pupil(world.classes[0], f"Élève{n}", f"Course{n}") for n in range(200)]
    period = world.period(2)
    answers = at_once([confirmation(world, pupil, period) for pupil in pupils])
    placed = [answer for answer in answers if isinstance(answer, Application)]
    period.refresh_from_db()
    assert (len(placed), period.taken, period.seats) == (3, 3, 3)
    assert Application.objects.holding().filter(period=period).count() == 3
    assert Application.objects.count() == 3


def test_one_person_at_many_doors_gets_one_place(world: World) -> None:
    periods = [world.period(offer) for offer in (0, 1, 2)]
    answers = at_once([confirmation(world, world.pupils[0], periods[n % 3]) for n in range(30)])
    assert Application.objects.holding().count() == 1
    assert len({answer.pk for answer in answers if isinstance(answer, Application)}) == 1


def test_a_wish_asked_many_times_at_once_is_one(world: World) -> None:
    jobs = [lambda: ask(world.pupils[0], world.period(0), world.campaign.pk, 1, None) for _ in range(20)]
    answers = at_once(jobs)
    assert len({answer.pk for answer in answers if isinstance(answer, Application)}) == 1
    assert Application.objects.count() == 1


def test_lists_ordered_from_two_tabs_at_once_keep_their_ranks(world: World) -> None:
    wishes = [ask(world.pupils[0], world.period(n), world.campaign.pk, 1, None) for n in range(3)]
    ids = [wish.pk for wish in wishes]
    at_once(
        [
            lambda order=order: put_in_order(world.pupils[0], world.campaign.pk, 1, order, None)
            for order in (ids, ids[::-1]) * 10
        ]
    )
    ranks = Application.objects.order_by("rank").values_list("rank", flat=True)
    assert list(ranks) == [1, 2, 3]


def test_places_given_back_while_others_are_taken(world: World) -> None:
    pupils = [make_pupil(world.classes[0], f"Élève{n}", f"Rendu{n}") for n in range(40)]
    period = world.period(2)

    def take_and_give_back(pupil: Person) -> None:
        place = confirmation(world, pupil, period)()
        assert isinstance(place, Application)
        give_back(place, None)

    at_once([lambda pupil=pupil: take_and_give_back(pupil) for pupil in pupils])
    period.refresh_from_db()
    assert period.taken == Application.objects.holding().filter(period=period).count() == 0
