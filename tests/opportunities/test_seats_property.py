"""Whatever is done in whatever order: seats taken are those held, at most all; one place a person; ranks 1 to n."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.opportunities.models import Application, Origin, Period
from croisee.opportunities.services import (
    Refused,
    ask,
    cancel,
    confirm,
    give_back,
    hold,
    take_wish_away,
)
from tests.world import World, make_world

PUPILS, OFFERS = st.integers(0, 2), st.integers(0, 2)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "hold", "confirm", "give_back", "cancel", "take_away"]),
        PUPILS,
        OFFERS,
        st.booleans(),
    ),
    max_size=14,
)


def take_step(world: World, step: tuple[str, int, int, bool]) -> None:
    """One thing that somebody does; refusals are answers too."""
    name, pupil, offer, flag = step
    person, period = world.pupils[pupil], world.period(offer)
    call = world.campaign.pk
    try:
        if name == "ask":
            ask(person, period, call, 1, None)
        elif name == "hold":
            hold(
                person,
                period,
                call=call,
                turn=1,
                origin=Origin.LEFT,
                account=None,
                protected=flag,
                confirmed=flag,
            )
        elif (found := Application.objects.filter(person=person, period=period).last()) is not None:
            if name == "take_away":
                take_wish_away(found, None)
            elif name == "cancel":
                cancel(found)
            else:
                {"confirm": confirm, "give_back": give_back}[name](found, None)
    except (Refused, TransitionRefused):
        pass


def assert_sound(world: World) -> None:
    """The promises."""
    for period in Period.objects.all():
        held = Application.objects.holding().filter(period=period)
        assert period.taken == held.count() <= period.seats
        assert held.filter(reserved_seat=True).count() <= period.reserved
    holders = list(Application.objects.holding().values_list("person", flat=True))
    assert len(holders) == len(set(holders))
    for pupil in world.pupils:
        ranks = Application.objects.filter(person=pupil, rank__isnull=False).order_by("rank")
        assert list(ranks.values_list("rank", flat=True)) == list(range(1, len(ranks) + 1))


class Sequences(TestCase):
    @settings(max_examples=25)
    @given(STEPS)
    def test_any_sequence_keeps_the_promises(self, steps: list[tuple[str, int, int, bool]]) -> None:
        world = make_world()
        for step in steps:
            take_step(world, step)
            assert_sound(world)
