"""Seats: given once, kept for those they are reserved for, freed when given back."""

import datetime as dt

import pytest
from django.utils import timezone

from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin, Period
from croisee.opportunities.services import (
    HasPlace,
    NoSeat,
    NotOffered,
    TooLate,
    ask,
    cancel,
    confirm,
    give_back,
    hold,
)
from tests.world import World

pytestmark = pytest.mark.django_db


def held(
    world: World, pupil: int, offer: int, *, protected: bool = False, confirmed: bool = False
) -> Application:
    return hold(
        world.pupils[pupil],
        world.period(offer),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.LEFT,
        account=world.heads[0],
        protected=protected,
        confirmed=confirmed,
    )


def taken(world: World, offer: int) -> int:
    return world.period(offer).taken


def test_a_seat_is_held_then_confirmed_then_given_back(world: World) -> None:
    place = held(world, 0, 2)
    assert (place.state, place.rank, taken(world, 2)) == (ApplicationState.OFFERED, None, 1)
    confirm(place, world.families[0])
    assert place.state == ApplicationState.CONFIRMED
    give_back(place, world.families[0])
    assert (place.state, taken(world, 2)) == (ApplicationState.GIVEN_BACK, 0)


def test_two_clicks_make_one_effect(world: World) -> None:
    place = held(world, 0, 2, confirmed=True)
    assert held(world, 0, 2, confirmed=True).pk == place.pk
    assert confirm(place, world.families[0]).state == ApplicationState.CONFIRMED
    give_back(place, world.families[0])
    assert give_back(place, world.families[0]).state == ApplicationState.GIVEN_BACK
    other = held(world, 0, 2)
    assert cancel(cancel(other)).state == ApplicationState.CANCELLED
    assert taken(world, 2) == 0


def test_a_full_week_takes_nobody(world: World) -> None:
    held(world, 0, 1)
    with pytest.raises(NoSeat):
        held(world, 1, 1)


def test_nobody_has_two_places(world: World) -> None:
    held(world, 0, 2)
    with pytest.raises(HasPlace):
        held(world, 0, 1)
    assert taken(world, 1) == 0


def test_reserved_seats_wait_for_those_they_are_for(world: World) -> None:
    assert not held(world, 0, 0).reserved_seat
    with pytest.raises(NoSeat):
        held(world, 1, 0)
    assert held(world, 2, 0, protected=True).reserved_seat


def test_a_reserved_seat_is_counted_once(world: World) -> None:
    assert held(world, 0, 0, protected=True).reserved_seat
    assert not held(world, 1, 0).reserved_seat


@pytest.mark.parametrize(("days", "waits"), [(-1, False), (0, True), (1, True)])
def test_reserved_seats_wait_through_the_last_day(world: World, days: int, waits: bool) -> None:
    Period.objects.filter(pk=world.period(1).pk).update(reserved=1)
    day = timezone.localdate() + dt.timedelta(days=days)
    Opportunity.objects.filter(pk=world.offers[1].pk).update(reserved_until=day)
    if waits:
        with pytest.raises(NoSeat):
            held(world, 0, 1)
    else:
        assert held(world, 0, 1).state == ApplicationState.OFFERED


def test_without_a_date_reserved_seats_wait_to_the_end(world: World) -> None:
    Period.objects.filter(pk=world.period(1).pk).update(reserved=1)
    Opportunity.objects.filter(pk=world.offers[1].pk).update(reserved_until=None)
    with pytest.raises(NoSeat):
        held(world, 0, 1)


@pytest.mark.parametrize("state", ["unpublished", "rejected", "withdrawn"])
def test_an_offer_that_is_closed_takes_nobody(world: World, state: str) -> None:
    Opportunity.objects.filter(pk=world.offers[2].pk).update(state=state)
    with pytest.raises(NotOffered):
        held(world, 0, 2)


def test_a_wish_that_waits_becomes_the_place_and_the_list_closes(world: World) -> None:
    first = world.wish(0, 0, 1)
    second = world.wish(0, 2, 2)
    place = held(world, 0, 0, protected=True)
    second.refresh_from_db()
    assert (place.pk, place.rank, place.origin, second.rank) == (first.pk, None, Origin.LEFT, 1)


def test_a_place_is_confirmed_before_its_date(world: World) -> None:
    place = held(world, 0, 2)
    place.answer_by = timezone.now()
    place.save()
    with pytest.raises(TooLate):
        confirm(place, world.families[0])
    assert taken(world, 2) == 1


def test_a_place_given_back_is_not_confirmed(world: World) -> None:
    place = give_back(held(world, 0, 2), world.families[0])
    with pytest.raises(TransitionRefused):
        confirm(place, world.families[0])
    with pytest.raises(TransitionRefused):
        cancel(place)


def test_an_employer_confirms_nothing(world: World) -> None:
    place = held(world, 0, 2)
    with pytest.raises(TransitionRefused):
        confirm(place, world.employers[1])


def test_a_pupil_may_ask_again_for_a_place_given_back(world: World) -> None:
    give_back(held(world, 0, 2), world.families[0])
    wish = ask(world.pupils[0], world.period(2), world.campaign.pk, 2, world.families[0])
    assert (wish.rank, wish.turn) == (1, 2)
