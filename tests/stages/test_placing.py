"""The round of a campaign: from what people entered to places, and back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from croisee.directory.models import Person, Residence
from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.services import run as work
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin, Period
from croisee.stages import loaded
from croisee.stages.files import read_files
from croisee.stages.models import Campaign, Round, RoundPupil, RoundState
from croisee.stages.phases import Phase, phase
from croisee.stages.queries import balance
from croisee.stages.queries.market import as_csv, market
from croisee.stages.round import run
from croisee.stages.services import placing
from tests.world import LEFT_ON, MONDAY, World, make_world

pytestmark = pytest.mark.django_db


def close(campaign: Campaign) -> None:
    """Make the closing of wishes past."""
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=timezone.now() - dt.timedelta(hours=1))
    campaign.refresh_from_db()


def compute(world: World, turn: int = 1) -> Round:
    progress = placing.start_round(world.campaign, turn, world.manager)
    work.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "done", progress.problem
    world.campaign.refresh_from_db()
    return Round.objects.get(campaign=world.campaign, turn=turn, state=RoundState.COMPUTED)


def publish(world: World, turn: int = 1) -> Round:
    round_ = compute(world, turn)
    placing.publish_round(round_, world.manager)
    world.campaign.refresh_from_db()
    round_.refresh_from_db()
    return round_


def states(world: World, pupil: int) -> list[str]:
    rows = Application.objects.filter(person=world.pupils[pupil]).order_by("turn", "rank")
    return [row.state for row in rows]


@pytest.fixture
def world() -> World:
    """Wishes are closed: three pupils of one week want the bakery (two seats, one reserved), one has no wish."""
    world = make_world()
    for pupil in (0, 1, 2):
        world.wish(pupil, 0, 1)
    world.wish(2, 1, 2)
    close(world.campaign)
    return world


def test_publishing_makes_places_of_wishes(world: World) -> None:
    round_ = publish(world)
    assert round_.state == RoundState.PUBLISHED
    assert world.campaign.published_turn == 1
    assert phase(world.campaign) == Phase.CONFIRMING
    held = Application.objects.holding()
    assert held.filter(period=world.period(0), origin=Origin.WISH).count() == 2
    assert {row.answer_by for row in held} == {world.campaign.confirm_by}
    assert not Application.objects.filter(state=ApplicationState.ASKED).exists()
    for period in Period.objects.all():
        assert period.taken == period.applications.holding().count() <= period.seats
    placed = {row.person_id: row.offer and row.offer.period_id for row in round_.pupils.placed()}
    assert placed == dict(held.values_list("person_id", "period_id"))
    assert StateChange.objects.filter(transition="offer").count() == held.count()


def test_a_place_beyond_the_wishes_is_an_application_too(world: World) -> None:
    publish(world)
    beyond = Application.objects.filter(origin=Origin.RULE)
    assert beyond.exists()
    assert set(beyond.values_list("state", "rank")) == {(ApplicationState.OFFERED, None)}


def test_protected_pupils_hold_the_reserved_seats(world: World) -> None:
    Person.objects.filter(pk=world.pupils[1].pk).update(residence=Residence.YES, zone_codes="QN03501M")
    round_ = publish(world)
    row = round_.pupils.get(person=world.pupils[1])
    assert (row.protected, row.zone_codes, row.reserved_seat) == (True, "QN03501M", True)
    assert Application.objects.get(person=world.pupils[1], state="offered").reserved_seat
    assert Application.objects.filter(reserved_seat=True).count() == 1


def test_a_released_reserve_is_open_to_all(world: World) -> None:
    before = market(world.campaign, 1, world.campaign.reserved_until)
    after = market(world.campaign, 1, world.campaign.reserved_until + dt.timedelta(days=1))
    assert "1" in before.tables["offers"].columns["reserved"]
    assert set(after.tables["offers"].columns["reserved"]) == {"0"}


def test_the_same_placement_as_from_the_exported_files(world: World, tmp_path: Path) -> None:
    found = market(world.campaign, 1)
    for kind, table in found.tables.items():
        (tmp_path / f"{kind}.csv").write_bytes(as_csv(table))
    files = read_files(*(tmp_path / f"{kind}.csv" for kind in ("offers", "pupils", "wishes")))
    assert not files.faults
    outcome = run(files, loaded.zones(), loaded.schools(), placing.parameters(world.campaign))
    round_ = publish(world)
    expected = {
        files.pupils.ids[index]: files.offers.ids[pool] if pool >= 0 else None
        for index, pool in enumerate(outcome.placement.pool.tolist())
    }
    assert {row.reference: row.offer and row.offer.reference for row in round_.pupils.all()} == expected
    inputs = round_.certificate["inputs"]
    assert {kind: source["sha256"] for kind, source in inputs.items()} == found.digests()
    assert round_.files.count() == 0


def test_no_round_while_wishes_are_open(world: World) -> None:
    Campaign.objects.update(closes_at=timezone.now() + dt.timedelta(hours=1))
    with pytest.raises(TransitionRefused):
        placing.start_round(world.campaign, 1, world.manager)
    with pytest.raises(TransitionRefused):
        placing.start_round(world.campaign, 2, world.manager)
    assert not Round.objects.exists()


def test_two_clicks_compute_once(world: World) -> None:
    first = placing.start_round(world.campaign, 1, world.manager)
    assert placing.start_round(world.campaign, 1, world.manager) == first
    assert Round.objects.count() == 1


def test_computing_again_replaces_what_nobody_saw(world: World) -> None:
    first = compute(world)
    assert compute(world) == first
    assert RoundPupil.objects.count() == 6


def test_publishing_twice_gives_once(world: World) -> None:
    round_ = publish(world)
    held = Application.objects.holding().count()
    with pytest.raises(TransitionRefused):
        placing.publish_round(round_, world.manager)
    assert Application.objects.holding().count() == held


@pytest.mark.parametrize("what", ["seat", "pupil", "wish", "offer"])
def test_what_changed_since_the_computation_is_said_and_nothing_is_given(world: World, what: str) -> None:
    round_ = compute(world)
    if what == "seat":
        period = world.period(2)
        Period.objects.filter(pk=period.pk).update(seats=period.seats - 1)
    elif what == "pupil":
        world.pupils[0].enrolments.update(left_on=LEFT_ON)
    elif what == "wish":
        Application.objects.filter(person=world.pupils[2]).delete()
    else:
        perform(world.offers[0], "withdraw", None)
    with pytest.raises(TransitionRefused, match=r"compute it again|relancez le calcul"):
        placing.publish_round(round_, world.manager)
    round_.refresh_from_db()
    assert round_.state == RoundState.COMPUTED
    assert not Application.objects.holding().exists()
    assert not Ledger.objects.exists()
    if what == "offer":
        placing.publish_round(compute(world), world.manager)
        assert not Application.objects.holding().filter(period__opportunity=world.offers[0]).exists()


def test_publication_past_the_date_to_confirm_is_refused(world: World) -> None:
    round_ = compute(world)
    past = timezone.now() - dt.timedelta(minutes=1)
    Campaign.objects.update(publishes_at=past - dt.timedelta(minutes=5), confirm_by=past)
    with pytest.raises(TransitionRefused):
        placing.publish_round(round_, world.manager)
    assert not Application.objects.holding().exists()


def test_wishes_for_another_week_do_not_count(world: World) -> None:
    Application.objects.create(
        person=world.pupils[5], period=world.period(2, MONDAY), call=world.campaign.pk, rank=1
    )
    world.classes[1].weeks.update(monday=MONDAY + dt.timedelta(days=7))
    round_ = publish(world)
    assert round_.summary["notes"]
    assert round_.pupils.get(person=world.pupils[5]).wishes == 0
    assert ApplicationState.NOT_GRANTED in states(world, 5)


def test_what_does_not_count_is_said_without_a_file(world: World) -> None:
    Person.objects.filter(pk=world.pupils[0].pk).update(birth_date=MONDAY.replace(year=MONDAY.year - 13))
    notes = compute(world).summary["notes"]
    assert notes
    assert not any(".csv" in note or "row " in note for note in notes)
    assert any(world.pupils[0].enrolments.get().reference in note for note in notes), notes


def test_who_holds_a_place_and_the_seat_are_left_out(world: World) -> None:
    direct = Application.objects.create(
        person=world.pupils[3], period=world.period(0), call=world.campaign.pk, origin=Origin.DIRECT
    )
    perform(direct, "offer", None)
    perform(direct, "confirm", None)
    round_ = publish(world)
    assert not round_.pupils.filter(person=world.pupils[3]).exists()
    assert round_.offers.get(period=world.period(0)).seats == 1
    direct.refresh_from_db()
    assert direct.state == ApplicationState.CONFIRMED


def test_everyone_is_told_once(world: World) -> None:
    publish(world)
    told = set(Ledger.objects.values_list("account__email", "notice"))
    assert {(f"family{n}@example.org", "stages.result_known") for n in range(1, 7)} <= told
    assert ("head1@example.org", "stages.round_published") in told
    assert ("employer1@example.org", "stages.pupils_proposed") in told
    mail = Ledger.objects.filter(notice="stages.pupils_proposed").first()
    assert mail is not None
    assert not {pupil.given_name for pupil in world.pupils} & set(str(mail.context).split())


def test_withdrawing_gives_wishes_back_until_somebody_confirmed(world: World) -> None:
    round_ = publish(world)
    placing.withdraw_round(round_, world.manager)
    world.campaign.refresh_from_db()
    assert world.campaign.published_turn == 0
    assert set(Application.objects.values_list("state", flat=True)) == {ApplicationState.ASKED}
    assert Application.objects.count() == 4
    assert not Period.objects.filter(taken__gt=0).exists()
    round_ = publish(world)
    place = Application.objects.holding().first()
    assert place is not None
    perform(place, "confirm", None)
    with pytest.raises(TransitionRefused):
        placing.withdraw_round(round_, world.manager)
    assert Ledger.objects.filter(notice="stages.result_known", account=world.families[0]).count() == 2


def test_places_not_confirmed_lapse_and_go_to_the_second_round(world: World) -> None:
    publish(world)
    kept = Application.objects.get(person=world.pupils[0], state="offered")
    perform(kept, "confirm", None)
    assert placing.lapse_due(world.campaign.confirm_by - dt.timedelta(minutes=1)) == 0
    late = Application.objects.filter(state="offered").count()
    after = world.campaign.confirm_by + dt.timedelta(minutes=1)
    assert placing.lapse_due(after) == late
    assert placing.lapse_due(after) == 0
    assert Ledger.objects.filter(notice="stages.place_lapsed").count() == late
    assert Application.objects.holding().get() == kept
    move_to_second_closed(world)
    world.wish(1, 2, 1, turn=2)
    round_ = publish(world, 2)
    assert world.campaign.published_turn == 2
    assert not round_.pupils.filter(person=world.pupils[0]).exists()
    assert Application.objects.get(person=world.pupils[1], turn=2, rank=1).state == "offered"
    assert Application.objects.filter(turn=2).first().answer_by == world.campaign.second_confirm_by  # type: ignore[union-attr]


def test_what_is_left_is_counted_as_the_round_gives_it(world: World) -> None:
    Period.objects.filter(seats__gt=1).update(reserved=1)
    Person.objects.filter(pk=world.pupils[0].pk).update(residence=Residence.YES)
    publish(world)
    Application.objects.filter(state="offered").update(state="confirmed")
    move_to_second_closed(world)
    for released in (False, True):
        if released:
            Opportunity.objects.update(reserved_until=timezone.localdate() - dt.timedelta(days=1))
        table = market(world.campaign, 2).tables["offers"].columns
        told = balance.by_sector(world.campaign, exact=True)
        assert sum(line.seats or 0 for line in told) == sum(map(int, table["seats"]))
        assert sum(line.reserved or 0 for line in told) == sum(map(int, table["reserved"]))
        assert released or any(line.reserved for line in told)


def move_to_second_closed(world: World) -> None:
    """Shift the calendar so that the wishes of the second round have closed."""
    shift = world.campaign.second_closes_at - timezone.now() + dt.timedelta(hours=1)
    names = ("opens_at", "closes_at", "publishes_at", "confirm_by", "second_opens_at", "second_closes_at")
    moved = {name: getattr(world.campaign, name) - shift for name in names}
    Campaign.objects.filter(pk=world.campaign.pk).update(**moved)
    world.campaign.refresh_from_db()
    assert phase(world.campaign) == Phase.SECOND_CLOSED


def test_nothing_to_place_is_said(world: World) -> None:
    for offer in world.offers:
        perform(offer, "withdraw", None)
    progress = placing.start_round(world.campaign, 1, world.manager)
    work.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "failed"
    assert progress.problem


def test_publishing_asks_as_often_for_many_pupils(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    round_ = compute(world)
    with django_assert_max_num_queries(70) as few:
        placing.publish_round(round_, world.manager)
    placing.withdraw_round(round_, world.manager)
    from croisee.foundation.accounts.roles import Role
    from tests.world import make_pupil, member

    for number in range(20):
        pupil = make_pupil(world.classes[0], "Autre", f"Famille{number}", f"other{number}@example.org")
        account: Account = member(
            Role.FAMILY, world.schools[0], f"other{number}@example.org", administers=False
        )
        pupil.contacts.update(account=account)
        Application.objects.create(person=pupil, period=world.period(2), call=world.campaign.pk, rank=1)
    round_ = compute(world)
    with django_assert_max_num_queries(len(few.captured_queries)):
        placing.publish_round(round_, world.manager)
