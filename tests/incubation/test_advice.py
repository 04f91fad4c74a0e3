"""Experts, hours, appointments: what services do and refuse, whatever the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from croisee.incubation.models import Advice, AdviceSlot, AdviceState, Expert, Project, ProjectState
from croisee.incubation.queries import advice as queries
from croisee.incubation.services import advice as services
from croisee.incubation.services import advice_bookings as bookings
from croisee.incubation.weekly import MOST, Week, hours_between
from tests.incubation.advice_helpers import at, make_advice, make_slot
from tests.incubation_world import IncubationWorld, make_incubation_world, make_project
from tests.journeys_world import make_person, move
from tests.world import TODAY

PARIS = ZoneInfo("Europe/Paris")
db = pytest.mark.django_db


# Hours laid over a period


@given(
    first=st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    length=st.integers(0, 40),
    weekdays=st.sets(st.integers(0, 6)),
    opens=st.integers(0, 23 * 60),
    lasts=st.integers(0, 600),
    minutes=st.integers(10, 240),
    pause=st.none() | st.tuples(st.integers(0, 1400), st.integers(1, 120)),
)
def test_hours_fit_and_none_more_would(
    first: dt.date,
    length: int,
    weekdays: set[int],
    opens: int,
    lasts: int,
    minutes: int,
    pause: tuple[int, int] | None,
) -> None:
    """Checked against minutes counted one by one: each hour is free of the break, and no room is left for another."""
    closes = min(opens + lasts, 24 * 60 - 1)
    stop = (pause[0], min(pause[0] + pause[1], 24 * 60 - 1)) if pause else None
    week = Week(
        weekdays, _clock(opens), _clock(closes), minutes, (_clock(stop[0]), _clock(stop[1])) if stop else None
    )
    try:
        found = hours_between(first, first + dt.timedelta(days=length), week, PARIS)
    except ValueError:
        assert (length + 1) * lasts // minutes > MOST
        return
    assert found == sorted(found)
    by_day: dict[dt.date, list[int]] = {}
    for span in found:
        assert span.starts_at.weekday() in weekdays
        assert (span.ends_at - span.starts_at).total_seconds() == minutes * 60
        by_day.setdefault(span.starts_at.date(), []).append(span.starts_at.hour * 60 + span.starts_at.minute)
    taken = set(range(stop[0], stop[1])) if stop else set()
    free = [minute not in taken and opens <= minute < closes for minute in range(24 * 60)]
    expected, minute = [], 0
    while minute + minutes <= 24 * 60:
        if all(free[minute : minute + minutes]):
            expected.append(minute)
            minute += minutes
        else:
            minute += 1
    changed = {day for day in by_day if _clocks_change(day)}
    for day in (first + dt.timedelta(days=number) for number in range(length + 1)):
        if day.weekday() in weekdays and day not in changed and not _clocks_change(day):
            assert by_day.get(day, []) == expected


def _clock(minutes: int) -> dt.time:
    return dt.time(minutes // 60, minutes % 60)


def _clocks_change(day: dt.date) -> bool:
    start = dt.datetime.combine(day, dt.time(), PARIS)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), PARIS)
    return end.timestamp() - start.timestamp() != 86_400


def test_an_hour_during_which_clocks_change_is_left_out() -> None:
    night = Week({6}, dt.time(1), dt.time(5), 60)
    spring, autumn = dt.date(2027, 3, 28), dt.date(2027, 10, 31)
    assert [span.starts_at.hour for span in hours_between(spring, spring, night, PARIS)] == [1, 3, 4]
    for day in (spring, autumn):
        for span in hours_between(day, day, night, PARIS):
            assert span.ends_at.timestamp() - span.starts_at.timestamp() == 3600


def test_no_more_than_two_hundred_hours() -> None:
    week = Week(range(7), dt.time(8), dt.time(18), 60)
    assert len(hours_between(TODAY, TODAY + dt.timedelta(days=19), week, PARIS)) == MOST
    with pytest.raises(ValueError, match="more than"):
        hours_between(TODAY, TODAY + dt.timedelta(days=20), week, PARIS)
    with pytest.raises(ValueError, match="a minute"):
        hours_between(TODAY, TODAY, Week({0}, dt.time(8), dt.time(9), 0), PARIS)


def pattern(**values: Any) -> dict[str, Any]:
    """Mornings of every day of a week, from tomorrow."""
    given_ones: dict[str, Any] = {
        "weekdays": list(range(7)),
        "first": TODAY + dt.timedelta(days=1),
        "last": TODAY + dt.timedelta(days=7),
        "opens": dt.time(9),
        "closes": dt.time(12),
        "minutes": 45,
        "place": "Bureau 12",
    }
    return given_ones | values


@db
def test_hours_are_laid_once_and_a_clash_is_named(world: IncubationWorld) -> None:
    expert = world.a.expert
    made = services.lay(expert, pattern())
    assert len(made) == AdviceSlot.objects.count() == 28
    assert {one.place for one in made} == {"Bureau 12"}
    with pytest.raises(ValidationError) as refused:
        services.lay(expert, pattern(opens=dt.time(11, 30), closes=dt.time(14)))
    assert "11:15" in refused.value.messages[0]
    assert "Le Quadri A" in refused.value.messages[0]
    assert AdviceSlot.objects.count() == 28
    # Somebody who advises at two incubators is at one of them at a time.
    other = Expert.objects.create(incubator=world.b.incubator, account=expert.account, topics="Droit")
    with pytest.raises(ValidationError, match="Le Quadri A"):
        services.lay(other, pattern())
    services.lay(other, pattern(opens=dt.time(14), closes=dt.time(15), minutes=60))


@db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first": TODAY - dt.timedelta(days=1)}, "first"),
        ({"last": TODAY - dt.timedelta(days=1)}, "last"),
        ({"last": TODAY + dt.timedelta(days=800)}, "last"),
        ({"last": TODAY + dt.timedelta(days=100)}, "last"),
        ({"closes": dt.time(8)}, "closes"),
        ({"minutes": 240}, "last"),
    ],
)
def test_hours_that_make_no_sense_are_refused_by_field(
    world: IncubationWorld, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.lay(world.a.expert, pattern(**values))
    assert list(refused.value.message_dict) == [field]
    assert not AdviceSlot.objects.exists()


@db
def test_free_hours_go_and_booked_ones_stay(world: IncubationWorld) -> None:
    side = world.a
    free, kept, other = (make_slot(side.expert, days) for days in (3, 4, 5))
    booked = make_advice(side.expert, side.projects[0], 6)
    with pytest.raises(ValidationError, match="Somebody has booked"):
        services.take_away(side.expert, [free.pk, booked.slot_id])
    assert AdviceSlot.objects.count() == 4
    was_booked = bookings.book(kept, side.projects[0], "", side.manager)
    bookings.cancel(was_booked, side.manager)
    assert services.take_away(side.expert, [free.pk, kept.pk]) == 2
    assert not AdviceSlot.objects.filter(pk=free.pk).exists()
    kept.refresh_from_db()
    assert kept.withdrawn
    assert set(AdviceSlot.objects.free(timezone.now())) == {other}
    # The hour may be laid again where a withdrawn one is.
    make_slot(side.expert, 4)


# Experts


@db
def test_an_expert_is_invited_once_and_comes_back(
    world: IncubationWorld, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    incubator = world.a.incubator
    values = {"email": "Avocate@example.org", "name": "Maître Durand", "topics": "Droit", "presentation": ""}
    with django_capture_on_commit_callbacks(execute=True):
        expert = services.invite(incubator, values)
    assert [mail.to for mail in mailoutbox] == [["avocate@example.org"]]
    assert expert.account.has_role(Role.EXPERT)
    with pytest.raises(ValidationError) as refused:
        services.invite(incubator, values)
    assert "email" in refused.value.message_dict
    services.end(expert)
    account = Account.objects.get(pk=expert.account_id)
    assert not account.has_role(Role.EXPERT)
    services.end(expert)
    again = services.invite(incubator, values | {"topics": "Baux"})
    assert (again.pk, again.ended_on, again.topics) == (expert.pk, None, "Baux")


@db
def test_an_expert_ends_without_appointments_to_come(world: IncubationWorld) -> None:
    side = world.a
    make_slot(side.expert, 3)
    advice = make_advice(side.expert, side.projects[0], 4)
    past = make_advice(side.expert, side.projects[0], -4)
    with pytest.raises(ValidationError, match="Appointments are to come"):
        services.end(side.expert)
    assert AdviceSlot.objects.count() == 3
    bookings.cancel(advice, side.manager)
    services.end(side.expert)
    assert set(AdviceSlot.objects.filter(withdrawn=False)) == {past.slot}
    membership = Membership.objects.get(account=side.expert.account, role=Role.EXPERT)
    assert membership.ended_on == TODAY


@db
def test_an_expert_is_not_changed_over_anothers_change(world: IncubationWorld) -> None:
    expert = world.a.expert
    seen = expert.updated_at
    services.change(expert, {"topics": "Assurances"}, seen)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        services.change(expert, {"topics": "Banque"}, seen)


# Appointments


def recipients(notice: str) -> set[str]:
    """Who is owed an e-mail of that name."""
    rows = Ledger.objects.filter(notice=f"incubation.{notice}").select_related("account")
    return {row.account.email if row.account else row.email for row in rows}


@db
def test_an_hour_is_booked_and_both_sides_are_told(world: IncubationWorld) -> None:
    side = world.a
    slot = make_slot(side.expert)
    advice = bookings.book(slot, side.projects[0], " Quel statut ? ", side.tenant)
    assert (advice.question, advice.state, advice.booked_by) == ("Quel statut ?", "booked", side.tenant)
    assert recipients("advice_booked") == {
        side.expert.account.email,
        side.holders[0].email,
        side.tenant.email,
    }
    assert bookings.book(slot, side.projects[0], "", side.holders[0]).pk == advice.pk
    with pytest.raises(ValidationError, match="Somebody else has this hour"):
        bookings.book(slot, side.projects[1], "", side.holders[1])


@db
def test_what_cannot_be_booked(world: IncubationWorld) -> None:
    side = world.a
    project = side.projects[0]
    make_advice(side.expert, project, 5, 10)
    second = Expert.objects.create(incubator=side.incubator, account=side.manager, topics="Banque")
    with pytest.raises(ValidationError, match="another appointment at that time"):
        bookings.book(make_slot(second, 5, 10), project, "", side.manager)
    with pytest.raises(ValidationError, match="no longer offered"):
        bookings.book(make_slot(side.expert, -1), project, "", side.manager)
    with pytest.raises(ValidationError, match="no longer offered"):
        bookings.book(make_slot(side.expert, 8, withdrawn=True), project, "", side.manager)
    with pytest.raises(ValidationError, match="another incubator"):
        bookings.book(make_slot(world.b.expert), project, "", side.manager)
    Project.objects.filter(pk=side.projects[1].pk).update(state=ProjectState.APPLYING)
    left = make_project(side.incubator, make_person(300), "Parti")
    move(left, "dropped")
    with pytest.raises(ValidationError, match="is over"):
        bookings.book(make_slot(side.expert, 9), left, "", side.manager)
    gone = make_slot(side.expert, 10)
    AdviceSlot.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ValidationError, match="taken away"):
        bookings.book(gone, project, "", side.manager)
    assert Advice.objects.count() == 1


@db
def test_cancelled_it_is_free_again_and_the_other_side_is_told(world: IncubationWorld) -> None:
    side = world.a
    slot = make_slot(side.expert)
    advice = bookings.book(slot, side.projects[0], "", side.holders[0])
    bookings.cancel(advice, side.holders[0])
    assert recipients("advice_cancelled") == {side.expert.account.email}
    bookings.cancel(advice, side.holders[0])
    other = bookings.book(slot, side.projects[1], "", side.manager)
    bookings.cancel(other, side.expert.account)
    assert recipients("advice_cancelled") == {side.expert.account.email, side.holders[1].email}
    begun = make_advice(side.expert, side.projects[0], -1)
    with pytest.raises(ValidationError, match="has begun"):
        bookings.cancel(begun, side.manager)
    bookings.attend(begun, True, side.manager)
    with pytest.raises(TransitionRefused):
        bookings.cancel(begun, side.manager)


@db
def test_moved_in_one_step(world: IncubationWorld) -> None:
    side = world.a
    first, second = make_slot(side.expert, 5), make_slot(side.expert, 6)
    advice = bookings.book(first, side.projects[0], "", side.holders[0])
    Advice.objects.filter(pk=advice.pk).update(reminded_at=timezone.now())
    bookings.move(advice, second, side.expert.account)
    advice.refresh_from_db()
    assert (advice.slot, advice.reminded_at) == (second, None)
    assert recipients("advice_moved") == {side.expert.account.email, side.holders[0].email}
    assert list(AdviceSlot.objects.free(timezone.now())) == [first]
    other = bookings.book(first, side.projects[1], "", side.manager)
    with pytest.raises(ValidationError, match="Somebody else has this hour"):
        bookings.move(other, second, side.manager)
    elsewhere = Expert.objects.create(incubator=side.incubator, account=side.manager, topics="Banque")
    with pytest.raises(ValidationError, match="same expert"):
        bookings.move(other, make_slot(elsewhere, 9), side.manager)
    other.refresh_from_db()
    assert other.slot == first


@db
def test_attendance_and_notes_come_after_the_start(world: IncubationWorld) -> None:
    side = world.a
    early = make_advice(side.expert, side.projects[0], 1)
    for act in (
        lambda: bookings.attend(early, True, side.expert.account),
        lambda: bookings.note(early, "x", ""),
    ):
        with pytest.raises(ValidationError, match="has not begun"):
            act()
    advice = make_advice(side.expert, side.projects[0], -1)
    bookings.attend(advice, False, side.expert.account)
    assert bookings.attend(advice, True, side.expert.account).state == AdviceState.ATTENDED
    assert bookings.attend(advice, True, side.expert.account).state == AdviceState.ATTENDED
    with pytest.raises(TransitionRefused):
        bookings.attend(advice, False, side.holders[0])
    advice.refresh_from_db()
    seen = advice.updated_at
    bookings.note(advice, " Choisir la micro-entreprise. ", "Fragile", seen)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        bookings.note(advice, "autre", "", seen)
    advice.refresh_from_db()
    assert (advice.note, advice.private_note) == ("Choisir la micro-entreprise.", "Fragile")


@db
def test_both_sides_are_reminded_the_day_before_once(world: IncubationWorld) -> None:
    side = world.a
    make_advice(side.expert, side.projects[0], 1, booked_by=side.tenant)
    make_advice(side.expert, side.projects[1], 2)
    now = timezone.now()
    assert bookings.remind(now) == 1
    assert bookings.remind(now) == 0
    assert recipients("advice_tomorrow") == {
        side.expert.account.email,
        side.holders[0].email,
        side.tenant.email,
    }


@db
def test_figures_against_a_plain_recount(world: IncubationWorld) -> None:
    side = world.a
    for days, state in ((-3, "attended"), (-4, "attended"), (-5, "missed"), (-500, "missed"), (-2, "booked")):
        Advice.objects.filter(pk=make_advice(side.expert, side.projects[0], days).pk).update(state=state)
    make_advice(side.expert, side.projects[0], 3)
    make_advice(side.expert, side.projects[0], 12)
    make_slot(side.expert, 13)
    make_slot(world.b.expert, 13)
    make_advice(world.b.expert, world.b.projects[0], 3)
    assert queries.figures(side.manager) == {
        "week": 1,
        "to_note": 1,
        "attended": 2,
        "missed": 1,
        "settled": 3,
        "free": 1,
        "rate": 67,
    }


# Who sees what


@db
def test_an_expert_sees_a_project_only_once_booked(world: IncubationWorld) -> None:
    side, expert = world.a, world.a.expert.account
    assert not Project.objects.visible_to(expert).exists()
    advice = make_advice(side.expert, side.projects[0])
    assert list(Project.objects.visible_to(expert)) == [side.projects[0]]
    assert not Project.objects.visible_to(world.b.expert.account).exists()
    bookings.cancel(advice, side.manager)
    assert not Project.objects.visible_to(expert).exists()
    assert not queries.projects_for(expert).exists()


@db
def test_each_books_for_own_projects_alone(world: IncubationWorld) -> None:
    side = world.a
    assert list(queries.projects_for(side.holders[0])) == [side.projects[0]]
    assert list(queries.projects_for(side.tenant)) == [side.projects[0]]
    assert set(queries.projects_for(side.manager)) == set(side.projects)
    assert not Advice.objects.visible_to(world.b.manager).filter(project__in=side.projects).exists()


# At once


@pytest.mark.django_db(transaction=True)
def test_of_those_who_book_one_hour_at_once_one_has_it() -> None:
    world = make_incubation_world()
    side = world.a
    slot, others = make_slot(side.expert, 5), [make_slot(side.expert, days) for days in range(6, 9)]
    projects = [
        *side.projects,
        *(make_project(side.incubator, make_person(200 + n), f"P{n}") for n in range(4)),
    ]
    done = _at_once([lambda one=one: bookings.book(slot, one, "", side.manager) for one in projects])
    assert sum(isinstance(one, ValidationError) for one in done) == len(projects) - 1
    assert Advice.objects.exclude(state="cancelled").count() == 1
    # Three appointments moved to one hour at once: one is, the others stay where they are.
    rows = [
        bookings.book(hour, one, "", side.manager) for hour, one in zip(others, projects[2:], strict=False)
    ]
    target = make_slot(side.expert, 12)
    done = _at_once([lambda row=row: bookings.move(row, target, side.manager) for row in rows])
    assert sum(isinstance(one, ValidationError) for one in done) == 2
    assert Advice.objects.filter(slot=target).count() == 1


@pytest.mark.django_db(transaction=True)
def test_hours_laid_twice_at_once_are_there_once() -> None:
    world = make_incubation_world()
    done = _at_once([lambda: services.lay(world.a.expert, pattern())] * 3)
    assert sum(isinstance(one, ValidationError) for one in done) == 2
    assert AdviceSlot.objects.count() == 28


def _at_once(jobs: list[Callable[[], object]]) -> list[object]:
    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        except ValidationError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@db
def test_the_hours_of_an_expert_and_the_nearest_free_ones(world: IncubationWorld) -> None:
    side = world.a
    for days in range(2, 12):
        make_slot(side.expert, days)
    make_advice(side.expert, side.projects[0], 1)
    make_advice(side.expert, side.projects[0], -1)
    first = queries.free_of([side.expert, world.b.expert])
    assert [slot.starts_at for slot in first[side.expert.pk]] == [at(days, 10) for days in range(2, 8)]
    assert [slot.appointment is not None for slot in queries.hours_of(side.expert)] == [True] + [False] * 10
    shown = list(queries.experts_for(side.holders[0], "compta"))
    assert [(one.pk, one.free) for one in shown] == [(side.expert.pk, 10)]
    assert not queries.experts_for(side.holders[0], "plomberie").exists()
