"""A timetable is loaded: rounds, places given again and the pages that speak of them go by travel times."""

import dataclasses
import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.progress.services import run as work
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Origin
from croisee.stages import loaded
from croisee.stages.files import read_files
from croisee.stages.files.timetables import travel_by
from croisee.stages.models import Campaign, Round, RoundState
from croisee.stages.placements import write_placements
from croisee.stages.queries.market import as_csv, market
from croisee.stages.round import run
from croisee.stages.services import placing, withdrawals
from croisee.stages.services.replacing import Seats, Seeker, choose
from croisee.stages.verification import stated_day, verify_placements
from tests.stages.small_timetable import load_timetable
from tests.stages.test_replacing import lawful, place, preference, situations
from tests.world import World, make_offer, make_world

pytestmark = pytest.mark.django_db
# 1.2 km from a stop of the line to the east, and farther than any walk: no bus brings one there in time.
ALOOF = {"lon": -1.6748, "lat": 48.135}
# Three stops to the east on the same line: farther, and soon reached.
BY_BUS = {"lon": -1.5708, "lat": 48.1175}


@pytest.fixture
def world() -> World:
    return two_offers()


def two_offers(**rules: int) -> World:
    """Wishes are closed, nobody made one; two offers: one near by that no bus serves, one farther along a line."""
    world = make_world(**rules)
    for offer in world.offers:
        Opportunity.objects.filter(pk=offer.pk).update(state="withdrawn")
    home = {"lon": -1.6540, "lat": 48.1175}
    Person.objects.update(**home)
    world.offers = [
        make_offer(world.campaign, world.hosts[0], "À l’écart", seats=3, **ALOOF),
        make_offer(world.campaign, world.hosts[1], "Par le bus", seats=3, **BY_BUS),
    ]
    Campaign.objects.filter(pk=world.campaign.pk).update(closes_at=timezone.now() - dt.timedelta(hours=1))
    world.campaign.refresh_from_db()
    return world


def compute(world: World) -> Round:
    progress = placing.start_round(world.campaign, 1, world.manager)
    work.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "done", progress.problem
    world.campaign.refresh_from_db()
    return Round.objects.get(campaign=world.campaign, turn=1, state=RoundState.COMPUTED)


def titles(round_: Round) -> set[str]:
    return {row.offer.title if row.offer else "" for row in round_.pupils.select_related("offer")}


def test_a_round_goes_by_distance_without_a_timetable_and_by_travel_time_with_one(
    world: World, tmp_path: Path
) -> None:
    before = compute(world)
    assert titles(before) == {"À l’écart"}
    assert "travel" not in before.certificate["parameters"]
    path = load_timetable(tmp_path)
    round_ = compute(world)
    assert titles(round_) == {"Par le bus"}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert round_.certificate["inputs"]["timetable"] == {"name": "bus.zip", "sha256": digest}
    network = loaded.network()
    assert network
    assert network.morning
    assert stated_day(round_.certificate) == network.morning.on
    pupil = round_.pupils.earliest("reference")
    assert re.search(r"\b\d\d\smin\b", pupil.reason)
    assert "km" not in pupil.reason


def test_what_is_published_is_not_undone_by_the_next_timetable(world: World, tmp_path: Path) -> None:
    load_timetable(tmp_path)
    round_ = compute(world)
    load_timetable(tmp_path, every=5)
    placing.publish_round(round_, world.manager)
    assert Application.objects.filter(state=ApplicationState.OFFERED, origin=Origin.RULE).count() == 6


def test_the_round_is_proved_again_from_its_tables_and_the_file_of_the_timetable(tmp_path: Path) -> None:
    world = two_offers(limit_km=20)
    world.wish(0, 0, 1)
    path = load_timetable(tmp_path)
    round_ = compute(world)
    tables = market(world.campaign, 1).tables
    for kind, table in tables.items():
        (tmp_path / f"{kind}.csv").write_bytes(as_csv(table))
    files = read_files(*(tmp_path / f"{kind}.csv" for kind in ("offers", "pupils", "wishes")))
    travel = travel_by([path], stated_day(round_.certificate), refuse=pytest.fail)
    outcome = run(files, None, {}, placing.parameters(world.campaign, by_timetable=True), travel)
    write_placements(tmp_path / "placements.csv", outcome)
    expected = {
        files.pupils.ids[index]: files.offers.ids[pool] if pool >= 0 else None
        for index, pool in enumerate(outcome.placement.pool.tolist())
    }
    assert {row.reference: row.offer and row.offer.reference for row in round_.pupils.all()} == expected
    document = round_.certificate
    assert document["parameters"]["farthest_m"] == 20_000
    assert travel.stated() == document["parameters"]["travel"]
    assert verify_placements(tmp_path / "placements.csv", document, files, None, {}, travel) == []


@pytest.mark.parametrize("limits", [{"limit_minutes": 10}, {"limit_km": 4}])
def test_both_limits_of_the_campaign_hold(tmp_path: Path, limits: dict[str, int]) -> None:
    world = two_offers(**limits)
    load_timetable(tmp_path)
    assert titles(compute(world)) == {""}


def test_how_far_travel_times_are_is_told(world: World, tmp_path: Path) -> None:
    load_timetable(tmp_path)
    told: list[tuple[int, int]] = []
    travel = loaded.travel(lambda done, homes: told.append((done, homes)))
    assert travel
    lon = np.linspace(-1.75, -1.6, 600)
    travel.times(lon, np.full(600, 48.1), np.array([-1.65]), np.array([48.1]), np.full(600, 60.0))
    assert told == [(0, 600), (512, 600), (600, 600)]


def test_pages_say_on_what_times_rest(
    world: World, tmp_path: Path, sign_in: Callable[[Account], Client]
) -> None:
    client = sign_in(world.manager)
    rules = reverse("stages:campaign_rules", args=[world.campaign.pk])
    estimated = Client().get(rules).content.decode()
    load_timetable(tmp_path)
    by_timetable = Client().get(rules).content.decode()
    assert "d’après les horaires" in by_timetable
    assert estimated != by_timetable
    round_ = compute(world)
    page = client.get(round_.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    on = stated_day(round_.certificate)
    assert on
    assert str(on.year) in page
    assert "8:45" in page or "8\u00a0h\u00a045" in page


def test_a_pupil_whose_host_withdraws_gets_the_place_that_is_soonest_reached(
    world: World, tmp_path: Path
) -> None:
    gone = make_offer(world.campaign, world.hosts[0], "Fermé")
    world.offers.append(gone)
    load_timetable(tmp_path)
    place(world, 0, 2)
    replaced = withdrawals.withdraw(gone, world.employers[0], "Travaux")
    assert [one.new and one.new.period.opportunity.title for one in replaced] == ["Par le bus"]


@pytest.mark.parametrize("limits", [{"limit_minutes": 10}, {"limit_km": 4}])
def test_nothing_beyond_the_limits_is_given_again(tmp_path: Path, limits: dict[str, int]) -> None:
    world = two_offers(**limits)
    gone = make_offer(world.campaign, world.hosts[0], "Fermé")
    world.offers.append(gone)
    load_timetable(tmp_path)
    place(world, 0, 2)
    replaced = withdrawals.withdraw(gone, world.employers[0], "Travaux")
    assert [one.new for one in replaced] == [None]


@given(situations(), st.randoms(use_true_random=False))
def test_the_rule_by_travel_times_by_another_program(
    situation: tuple[list[Seeker], list[Seats]], random: np.random.Generator
) -> None:
    seekers, seats = situation
    drawn = {(seeker.key, room.key): random.choice([None, 5, 20, 45]) for seeker in seekers for room in seats}
    travelling = [
        dataclasses.replace(
            seeker,
            minutes={room.key: far for room in seats if (far := drawn[seeker.key, room.key]) is not None},
        )
        for seeker in seekers
    ]
    given_ = choose(travelling, seats)
    rooms = {room.key: room for room in seats}
    served = sorted(seekers, key=lambda one: (one.draw, one.key))

    def sooner(seeker: Seeker) -> list[uuid.UUID]:
        """The wishes, then what is reached, by minutes: of what would do by distance too."""
        others = [key for key in preference(seeker, seats) if key not in seeker.wishes]
        reached = [key for key in others if drawn[seeker.key, key] is not None]
        by_time = sorted(reached, key=lambda key: (drawn[seeker.key, key], rooms[key].title, key))
        return [*seeker.wishes, *by_time]

    for position, seeker in enumerate(served):
        wanted = [
            key
            for key in sooner(seeker)
            if key in rooms and lawful(seeker, rooms[key], given_, served[:position])
        ]
        assert given_[seeker.key] == (wanted[0] if wanted else None)
