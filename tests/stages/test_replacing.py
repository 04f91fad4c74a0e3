"""Pupils whose host withdrew get another place at once, by the rule; an independent program says the same."""

import uuid
from collections import Counter
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from croisee.directory.models import Residence
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.distance import metres_between
from croisee.opportunities.models import Application, ApplicationState, OpportunityState, Origin
from croisee.opportunities.services import hold
from croisee.stages.models import HostKind
from croisee.stages.services import withdrawals
from croisee.stages.services.replacing import Seats, Seeker, choose, replace_at_once
from croisee.stages.wording import week_of_monday
from tests.world import ASKED_ON, BORN_LATER, MONDAY, OTHER_MONDAY, World, make_offer, make_world, member

PLACES = [(-1.68, 48.11), (-1.70, 48.12), (-1.60, 48.10), None]


# The rule alone


def keys(count: int, first: int) -> list[uuid.UUID]:
    return [uuid.UUID(int=first + number) for number in range(count)]


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Seeker], list[Seats]]:
    rooms = keys(draw(st.integers(0, 4)), 100)
    seats = [
        Seats(
            key,
            draw(st.sampled_from([MONDAY, OTHER_MONDAY])),
            common=draw(st.integers(0, 2)),
            waiting=draw(st.integers(0, 2)),
            least_age=draw(st.sampled_from([0, 14, 15])),
            site=draw(st.sampled_from(PLACES)),
            title=draw(st.sampled_from("ab")),
        )
        for key in rooms
    ]
    seekers = [
        Seeker(
            key,
            draw=draw(st.sampled_from("xyz")),
            monday=draw(st.sampled_from([MONDAY, OTHER_MONDAY])),
            age=draw(st.integers(13, 15)),
            protected=draw(st.booleans()),
            wishes=tuple(draw(st.permutations(rooms))[: draw(st.integers(0, 3))]),
            home=draw(st.sampled_from(PLACES)),
            within=draw(st.sampled_from([None, 3_000.0, 20_000.0])),
            refused=frozenset(draw(st.sets(st.sampled_from(rooms)))) if rooms else frozenset(),
        )
        for key in keys(draw(st.integers(0, 4)), 1)
    ]
    return seekers, seats


def lawful(
    seeker: Seeker, room: Seats, given: dict[uuid.UUID, uuid.UUID | None], before: list[Seeker]
) -> bool:
    """Whether `room` has a seat for `seeker` once those `before` have theirs: counted anew from the start."""
    here = [other for other in before if given[other.key] == room.key]
    on_reserve = min(room.waiting, sum(other.protected for other in here))
    common_left = room.common - (len(here) - on_reserve)
    left = common_left + (room.waiting - on_reserve if seeker.protected else 0)
    return room.monday == seeker.monday and seeker.age >= room.least_age and left > 0


def preference(seeker: Seeker, seats: list[Seats]) -> list[uuid.UUID]:
    """All that this pupil would take, the dearest first."""
    others = []
    for room in seats:
        if room.key in seeker.wishes or room.key in seeker.refused:
            continue
        known = seeker.home is not None and room.site is not None
        metres = metres_between(*seeker.home, *room.site) if seeker.home and room.site else float("inf")
        if seeker.within is None or (known and metres <= seeker.within):
            others.append((metres, room.title, room.key))
    return [*seeker.wishes, *(key for _metres, _title, key in sorted(others))]


@given(situations())
def test_the_rule_by_another_program(situation: tuple[list[Seeker], list[Seats]]) -> None:
    seekers, seats = situation
    given_ = choose(seekers, seats)
    assert set(given_) == {seeker.key for seeker in seekers}
    served = sorted(seekers, key=lambda one: (one.draw, one.key))
    rooms = {room.key: room for room in seats}
    for position, seeker in enumerate(served):
        before = served[:position]
        # A wish that is also refused, or too far, is still a wish; beyond the wishes both count.
        wanted = [
            key
            for key in preference(seeker, seats)
            if key in rooms and lawful(seeker, rooms[key], given_, before)
        ]
        assert given_[seeker.key] == (wanted[0] if wanted else None)
    taken = Counter(key for key in given_.values() if key is not None)
    assert all(count <= rooms[key].common + rooms[key].waiting for key, count in taken.items())


@given(situations())
def test_the_order_of_the_rows_changes_nothing(situation: tuple[list[Seeker], list[Seats]]) -> None:
    seekers, seats = situation
    expected = choose(seekers, seats)
    for order in list(permutations(seats))[:3]:
        assert choose(reversed(seekers), order) == expected


# In the database


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def place(world: World, pupil: int, offer: int, *, confirmed: bool = False) -> Application:
    monday = MONDAY if pupil < 3 else OTHER_MONDAY
    return hold(
        world.pupils[pupil],
        world.period(offer, monday),
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=False,
        confirmed=confirmed,
    )


def withdraw(world: World, offer: int) -> dict[uuid.UUID, Application | None]:
    replaced = withdrawals.withdraw(world.offers[offer], world.employers[offer == 2], "Travaux")
    return {one.old.person_id: one.new for one in replaced}


def test_the_first_wish_with_a_free_seat_comes_first(world: World) -> None:
    old = place(world, 0, 1)
    world.wish(0, 2, 1)
    world.wish(0, 0, 2)
    new = withdraw(world, 1)[world.pupils[0].pk]
    assert new is not None
    assert new.period == world.period(2)
    assert (new.origin, new.state, new.rank) == (Origin.REPLACED, ApplicationState.OFFERED, None)
    assert new.answer_by is not None
    old.refresh_from_db()
    assert old.state == ApplicationState.CANCELLED
    assert world.period(1).taken == 0
    assert world.period(2).taken == 1


def test_without_a_wish_the_nearest_within_the_limits(world: World) -> None:
    near = make_offer(world.campaign, world.hosts[1], "À côté", lon=-1.671, lat=48.1)
    place(world, 0, 1, confirmed=True)
    new = withdraw(world, 1)[world.pupils[0].pk]
    assert new is not None
    assert new.period.opportunity == near


def test_too_far_is_no_place_and_it_is_said(world: World) -> None:
    for offer in world.offers:
        type(offer).objects.filter(pk=offer.pk).update(lon=2.35, lat=48.85)
    place(world, 0, 1, confirmed=True)
    assert withdraw(world, 1) == {world.pupils[0].pk: None}
    told = Ledger.objects.filter(notice="stages.pupil_replaced")
    assert {row.account for row in told} == {world.manager, world.heads[0], world.staff[0]}
    family = Ledger.objects.get(notice="stages.place_cancelled")
    assert family.account == world.families[0]
    assert family.context["replaced"] is False


def test_family_school_manager_and_host_are_told_once(world: World) -> None:
    place(world, 0, 1, confirmed=True)
    colleague = member(Role.EMPLOYER, world.offers[1].organisation, "collegue@example.org")
    withdraw(world, 1)
    assert Ledger.objects.get(notice="stages.place_cancelled").account == world.families[0]
    # Who withdrew knows that the pupil does not come.
    assert Ledger.objects.get(notice="stages.pupil_gone").account == colleague
    context = Ledger.objects.filter(notice="stages.pupil_replaced")[0].context
    assert world.pupils[0].given_name not in str(context)
    assert context["reference"] == world.pupils[0].enrolments.get().reference


def test_two_clicks_replace_once(world: World) -> None:
    old = place(world, 0, 1)
    stale = Application.objects.get(pk=old.pk)
    withdraw(world, 1)
    assert replace_at_once([stale], None) == []
    assert Application.objects.holding().filter(person=world.pupils[0]).count() == 1


def test_a_reserved_seat_waits_for_protected_pupils(world: World) -> None:
    """One seat is left, a reserved one: the protected pupil has it, whatever the draw."""
    for number in (0, 2):
        withdrawals.withdraw(world.offers[number], world.employers[number == 2], "Fermé")
    last = make_offer(world.campaign, world.hosts[1], "Atelier", seats=1, reserved=1)
    lone = make_offer(world.campaign, world.hosts[0], "Ferme", seats=2, reserved=0)
    world.offers += [last, lone]
    for pupil in (0, 1):
        place(world, pupil, 4)
    world.pupils[1].residence, world.pupils[1].residence_on = Residence.YES, ASKED_ON
    world.pupils[1].save()
    type(world.offers[1]).objects.filter(pk=world.offers[1].pk).update(state=OpportunityState.WITHDRAWN)
    given_ = {
        one.old.person_id: one.new for one in withdrawals.withdraw(lone, world.employers[0], "Grippe aviaire")
    }
    assert given_[world.pupils[0].pk] is None
    new = given_[world.pupils[1].pk]
    assert new is not None
    assert new.reserved_seat
    assert new.period.opportunity == last


def test_a_private_host_takes_nobody_under_14(world: World) -> None:
    world.pupils[0].birth_date = BORN_LATER
    world.pupils[0].save()
    public = make_offer(world.campaign, world.hosts[1], "Mairie", lon=-1.6, lat=48.15)
    public.internship.host_kind = HostKind.PUBLIC
    public.internship.save()
    place(world, 0, 1)
    new = withdraw(world, 1)[world.pupils[0].pk]
    assert new is not None
    assert new.period.opportunity == public


def test_what_was_given_back_is_not_given_again(world: World) -> None:
    from croisee.opportunities.services import give_back

    given_up = place(world, 0, 2)
    give_back(given_up, None)
    place(world, 0, 1)
    new = withdraw(world, 1)[world.pupils[0].pk]
    assert new is not None
    assert new.period != world.period(2)


def test_everyone_of_a_full_offer_gets_a_seat_and_no_offer_overflows(world: World) -> None:
    big = make_offer(world.campaign, world.hosts[1], "Hôpital", seats=3)
    world.offers.append(big)
    for pupil in range(3):
        place(world, pupil, 3)
    replaced = withdrawals.withdraw(big, world.employers[1], "Grève")
    assert all(one.new is not None for one in replaced)
    assert len(replaced) == 3
    for offer in world.offers:
        for period in offer.periods.all():
            held = period.applications.holding().count()
            assert held == period.taken <= period.seats


def test_wishes_for_a_withdrawn_offer_are_taken_away_and_said(world: World) -> None:
    world.wish(0, 1, 1)
    second = world.wish(0, 2, 2)
    withdraw(world, 1)
    second.refresh_from_db()
    assert second.rank == 1
    assert Application.objects.filter(person=world.pupils[0]).count() == 1
    assert Ledger.objects.get(notice="stages.wish_gone").account == world.families[0]


def test_the_family_reads_of_both_places_in_one_e_mail(world: World) -> None:
    place(world, 0, 1, confirmed=True)
    new = withdraw(world, 1)[world.pupils[0].pk]
    assert new is not None
    about_the_place = Ledger.objects.filter(account=world.families[0], notice__contains="place")
    mail = written(about_the_place.get())
    assert "Travaux" in mail.text
    assert world.offers[1].title in mail.text
    assert new.period.opportunity.title in mail.text
    to_school = Ledger.objects.filter(account=world.heads[0])
    assert new.period.opportunity.title in written(to_school.get()).text


# One week


def test_one_week_is_withdrawn_for_its_pupils_alone(world: World) -> None:
    here, elsewhere = place(world, 0, 2, confirmed=True), place(world, 3, 2, confirmed=True)
    world.wish(1, 2, 1)
    replaced = withdrawals.withdraw_week(world.offers[2], MONDAY, world.employers[1], "Inventaire")
    assert [one.old for one in replaced] == [here]
    new = replaced[0].new
    assert new is not None
    assert new.period.opportunity != world.offers[2]
    elsewhere.refresh_from_db()
    assert elsewhere.state == ApplicationState.CONFIRMED
    closed = world.period(2)
    assert (closed.seats, closed.reserved, closed.taken) == (0, 0, 0)
    world.offers[2].refresh_from_db()
    assert world.offers[2].state == OpportunityState.PUBLISHED
    assert Ledger.objects.get(notice="stages.wish_gone").account == world.families[1]


def test_a_week_is_withdrawn_once_with_a_reason_and_never_the_last(world: World) -> None:
    offer, employer = world.offers[2], world.employers[1]
    with pytest.raises(ValidationError):
        withdrawals.withdraw_week(offer, MONDAY, employer, " ")
    withdrawals.withdraw_week(offer, MONDAY, employer, "Inventaire")
    for monday in (MONDAY, OTHER_MONDAY):
        with pytest.raises(ValidationError):
            withdrawals.withdraw_week(offer, monday, employer, "Inventaire")
    assert offer.periods.filter(seats__gt=0).count() == 1


def test_colleagues_are_told_of_the_week(world: World) -> None:
    colleague = member(Role.EMPLOYER, world.hosts[1], "collegue@example.org")
    withdrawals.withdraw_week(world.offers[2], MONDAY, world.employers[1], "Inventaire")
    mail = written(Ledger.objects.get(notice="stages.offer_withdrawn", account=colleague))
    assert week_of_monday(MONDAY) in mail.text
    withdrawals.withdraw(world.offers[2], world.employers[1], "Fermé")
    assert Ledger.objects.filter(notice="stages.offer_withdrawn", account=colleague).count() == 2
