"""The same slot, seat or pair, by several at the same moment: one is done, the others wait or are told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from croisee.apprenticeship.models import Booking, BookingState, Meeting, Mentorship, Registration
from croisee.apprenticeship.services import bookings, mentoring
from tests.apprenticeship.job_dating import make_job_dating
from tests.apprenticeship.mentoring_helpers import make_mentor
from tests.journeys_world import JourneysWorld, make_journeys_world, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> JourneysWorld:
    return make_journeys_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except ValidationError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refused(results: list[object]) -> int:
    return sum(isinstance(one, ValidationError) for one in results)


def test_eight_people_book_the_last_slot(world: JourneysWorld) -> None:
    """One has it, seven wait; given back by all at once, it is nobody's."""
    _meeting, stand = make_job_dating(world, slots=1)
    people = [make_person(100 + number) for number in range(8)]
    done = at_once([lambda one=one: bookings.book(stand, one, world.manager) for one in people])
    assert refused(done) == 0
    states = sorted(Booking.objects.values_list("state", flat=True))
    assert states == [BookingState.BOOKED] + [BookingState.WAITING] * 7
    rows = list(Booking.objects.all())
    at_once([lambda row=row: bookings.cancel(row, world.manager) for row in rows])
    assert set(Booking.objects.values_list("state", flat=True)) == {BookingState.CANCELLED}


def test_the_slot_asked_for_by_all_is_for_one(world: JourneysWorld) -> None:
    _meeting, stand = make_job_dating(world)
    slot = stand.slots.order_by("starts_at")[0]
    people = [make_person(100 + number) for number in range(4)]
    done = at_once([lambda one=one: bookings.book(stand, one, world.manager, slot) for one in people])
    assert refused(done) == 3
    assert Booking.objects.get().slot == slot
    again = at_once([lambda: bookings.book(stand, people[0], world.manager)] * 3)
    assert refused(again) == 0
    assert Booking.objects.filter(person=people[0], stand=stand).count() == 1


def test_the_last_seat_and_the_only_pair(world: JourneysWorld) -> None:
    meeting, _stand = make_job_dating(world)
    Meeting.objects.filter(pk=meeting.pk).update(capacity=1)
    people = [make_person(100 + number) for number in range(4)]
    done = at_once([lambda one=one: bookings.register(meeting, one, world.manager) for one in people])
    assert (refused(done), Registration.objects.count()) == (3, 1)
    mentor, other = make_mentor(world), make_mentor(world, 1)
    proposed = at_once(
        [lambda one=one: mentoring.propose(mentor, one, world.manager, "") for one in people]
        + [lambda one=one: mentoring.propose(other, one, world.manager, "") for one in people]
    )
    assert (refused(proposed), Mentorship.objects.count()) == (6, 2)
    pair = Mentorship.objects.all()[0]
    at_once([lambda side=side: mentoring.accept(pair, as_mentor=side) for side in (True, False)])
    pair.refresh_from_db()
    assert pair.state == "under_way"
