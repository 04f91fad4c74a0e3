"""One room at one hour, by several managers at the same moment: one booking, the others are told what is free."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from croisee.foundation.accounts.models import Membership
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import Booking, Statement
from croisee.incubation.services import bookings, statements
from croisee.incubation.services.bookings import Wish
from tests.incubation.spaces_helpers import (
    LAST_MONTH,
    TOMORROW,
    book,
    make_booking,
    make_statement,
    room_of,
    span,
)
from tests.incubation_world import IncubationWorld, make_incubation_world
from tests.world import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> IncubationWorld:
    return make_incubation_world()


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all of them at once, each on its own connection; a deadlock is an error of the test."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait()
            return job()
        except (ValidationError, IntegrityError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refusals(results: list[object]) -> list[ValidationError]:
    return [one for one in results if isinstance(one, ValidationError)]


def test_two_managers_book_one_room_at_once(world: IncubationWorld) -> None:
    side = world.a
    colleague = member(Role.INCUBATOR_MANAGER, world.metropolis, "collegue@example.org")
    room = room_of(side)
    wish = Wish(span(TOMORROW))
    done = at_once([lambda one=one: bookings.book(room, wish, one) for one in (side.manager, colleague)])
    assert len(refusals(done)) == 1
    assert "This space is taken at that time. Free on that day: 07:00–09:00" in refusals(done)[0].messages[0]
    assert Booking.objects.standing().count() == 1


def test_eight_overlapping_wishes_leave_bookings_that_do_not_overlap(world: IncubationWorld) -> None:
    side = world.a
    room = room_of(side)
    people = [side.manager] + [
        member(Role.INCUBATOR_MANAGER, world.metropolis, f"m{number}@example.org") for number in range(7)
    ]
    hours = [
        (f"{9 + number % 4:02d}:{30 * (number % 2):02d}", f"{11 + number % 4:02d}:00") for number in range(8)
    ]
    jobs = [
        lambda one=one, pair=pair: bookings.book(room, Wish(span(TOMORROW, *pair), weeks=3), one)
        for one, pair in zip(people, hours, strict=True)
    ]
    done = at_once(jobs)
    made = [one for one in done if isinstance(one, list)]
    assert made
    assert len(made) + len(refusals(done)) == 8
    rows = list(Booking.objects.standing().order_by("starts_at"))
    assert len(rows) == 3 * len(made)
    assert all(a.ends_at <= b.starts_at for a, b in itertools.pairwise(rows))


def test_without_the_service_the_constraint_alone_keeps_one(world: IncubationWorld) -> None:
    """The lock gives words; the database gives the guarantee, past any service."""
    side = world.a
    done = at_once(
        [lambda: make_booking(side, TOMORROW), lambda: make_booking(side, TOMORROW, "10:00", "12:00")]
    )
    assert sum(isinstance(one, IntegrityError) for one in done) == 1
    assert Booking.objects.standing().count() == 1


def test_a_booking_given_back_twice_is_given_back_once(world: IncubationWorld) -> None:
    side = world.a
    booking = book(side)[0]
    done = at_once(
        [lambda: bookings.cancel(booking, side.manager), lambda: bookings.cancel(booking, side.tenant)]
    )
    assert sorted(len(one) for one in done if isinstance(one, list)) == [0, 1]
    assert Membership.objects.filter(account=side.manager).exists()


def test_a_month_prepared_by_several_at_once_is_prepared_once(world: IncubationWorld) -> None:
    side = world.a
    make_booking(side, LAST_MONTH + dt.timedelta(days=3))
    done = at_once([lambda: statements.prepare(side.incubator, LAST_MONTH)] * 4)
    assert not refusals(done)
    assert Statement.objects.get().lines.count() == 3


def test_a_statement_sent_twice_is_sent_once_and_replaced_once(world: IncubationWorld) -> None:
    side = world.a
    statement = make_statement(side)
    done = at_once([lambda: statements.issue(statement, side.manager)] * 3)
    assert len(refusals(done)) == 2
    again = at_once([lambda: statements.replace(statement, side.manager)] * 3)
    assert len(refusals(again)) == 2
    assert sorted(Statement.objects.values_list("state", flat=True)) == ["draft", "replaced"]
