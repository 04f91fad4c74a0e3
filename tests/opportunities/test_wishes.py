"""The list of wishes: asked once, in an order without a hole, never longer than it may be."""

import uuid

import pytest

from croisee.opportunities.models import Application, Opportunity, Source
from croisee.opportunities.services import (
    AlreadyAsked,
    ListFull,
    NotOffered,
    Refused,
    StaleList,
    ask,
    put_in_order,
    take_wish_away,
)
from tests.world import OTHER_MONDAY, World, make_offer

pytestmark = pytest.mark.django_db


def asked(world: World, offer: int, turn: int = 1, longest: int = 10) -> Application:
    return ask(
        world.pupils[0], world.period(offer), world.campaign.pk, turn, world.families[0], longest=longest
    )


def ranks(world: World) -> dict[str, int | None]:
    rows = Application.objects.filter(person=world.pupils[0]).select_related("period__opportunity")
    return {row.period.opportunity.title: row.rank for row in rows}


def test_a_wish_goes_to_the_end_of_the_list(world: World) -> None:
    assert [asked(world, offer).rank for offer in (2, 0, 1)] == [1, 2, 3]


def test_asked_twice_it_is_one_wish(world: World) -> None:
    assert asked(world, 0).pk == asked(world, 0).pk
    assert ranks(world) == {"Boulangerie": 1}


def test_an_open_application_of_another_turn_is_in_the_way(world: World) -> None:
    asked(world, 0)
    with pytest.raises(AlreadyAsked):
        asked(world, 0, turn=2)


def test_the_list_has_an_end(world: World) -> None:
    asked(world, 0, longest=2)
    asked(world, 1, longest=2)
    with pytest.raises(ListFull):
        asked(world, 2, longest=2)


def test_no_list_is_longer_than_ten(world: World) -> None:
    for number in range(10):
        offer = make_offer(world.campaign, world.hosts[0], f"Offre {number}")
        world.offers.append(offer)
        asked(world, len(world.offers) - 1, longest=50)
    with pytest.raises(ListFull):
        asked(world, 0, longest=50)


def test_the_list_closes_when_a_wish_is_taken_away(world: World) -> None:
    first, _, _ = (asked(world, offer) for offer in (0, 1, 2))
    take_wish_away(first, world.families[0])
    assert ranks(world) == {"Bureau d’études": 1, "Théâtre": 2}
    take_wish_away(first, world.families[0])
    assert len(ranks(world)) == 2


def test_an_answered_wish_stays(world: World) -> None:
    wish = asked(world, 0)
    Application.objects.filter(pk=wish.pk).update(state="not_granted")
    with pytest.raises(Refused):
        take_wish_away(wish, world.families[0])


def test_the_list_is_put_in_order(world: World) -> None:
    wishes = [asked(world, offer) for offer in (0, 1, 2)]
    order = [str(wishes[number].pk) for number in (2, 0, 1)]
    put_in_order(world.pupils[0], world.campaign.pk, 1, order, world.families[0])
    assert ranks(world) == {"Théâtre": 1, "Boulangerie": 2, "Bureau d’études": 3}


def test_a_list_that_changed_meanwhile_is_left_as_it_is(world: World) -> None:
    wishes = [asked(world, offer) for offer in (0, 1)]
    ids = [wish.pk for wish in wishes]
    asked(world, 2)
    for stale in (ids, [ids[0], ids[0], ids[1]], [*ids, uuid.uuid4()], [*ids, "no id"], []):
        with pytest.raises(StaleList):
            put_in_order(world.pupils[0], world.campaign.pk, 1, stale, world.families[0])
    assert ranks(world) == {"Boulangerie": 1, "Bureau d’études": 2, "Théâtre": 3}


@pytest.mark.parametrize(
    "change",
    [
        {"state": "unpublished"},
        {"listed": False},
        {"source": Source.PARTNER, "remote_id": "1", "permalink": "https://example.org/1"},
    ],
)
def test_some_offers_cannot_be_ranked(world: World, change: dict[str, object]) -> None:
    Opportunity.objects.filter(pk=world.offers[0].pk).update(**change)
    with pytest.raises(NotOffered):
        asked(world, 0)


def test_another_week_of_an_offer_is_another_wish(world: World) -> None:
    asked(world, 0)
    other = world.period(0, OTHER_MONDAY)
    assert ask(world.pupils[0], other, world.campaign.pk, 1, None).rank == 2
