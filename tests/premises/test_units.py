"""Premises and plots: written, moved, told; the periods of their story; the opportunity that shows them."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.lifecycles.models import StateChange
from croisee.opportunities.models import Opportunity, OpportunityState
from croisee.opportunities.queries import findable
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services import moderation
from croisee.premises.kinds import UnitKind, Use
from croisee.premises.models import EMPTY, Letting, OwnerKind, Spell, Unit, UnitState
from croisee.premises.models.units import UNIT
from croisee.premises.services import units
from croisee.premises.services.offering import sector_for
from tests.premises_world import PremisesWorld
from tests.world import TODAY

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Pictures go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


VALUES: dict[str, Any] = {
    "kind": UnitKind.GROUND_FLOOR,
    "name": "Local Serbie",
    "surface": Decimal(40),
    "uses": [Use.SHOP],
}


def spells(unit: Unit) -> list[tuple[str, dt.date, dt.date | None]]:
    """The periods of a unit, in order."""
    return list(Spell.objects.filter(unit=unit).values_list("state", "starts_on", "ends_on"))


def assert_partition(unit: Unit, first: dt.date) -> None:
    """Each day from the first is in one period; the last is open, in the state of the unit."""
    rows = spells(unit)
    assert rows[0][1] == first
    assert rows[-1][0] == unit.state
    assert rows[-1][2] is None
    for (_state, starts, ends), (_next, following, _end) in itertools.pairwise(rows):
        assert ends is not None
        assert starts <= ends
        assert following == ends + DAY


def test_a_unit_is_added_found_with_its_first_period(world: PremisesWorld) -> None:
    """It is found, nothing is offered yet."""
    unit = units.add(VALUES | {"parcels": ["35238 000 ab 0123"]}, world.owners[0], world.developer)
    assert (unit.state, unit.owner_kind) == (UnitState.FOUND, OwnerKind.SOCIAL_LANDLORD)
    assert unit.parcels == ["35238000AB0123"]
    assert spells(unit) == [("found", TODAY, None)]
    assert unit.opportunity is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.METROPOLIS, OwnerKind.METROPOLIS),
        (Kind.COMMUNE, OwnerKind.METROPOLIS),
        (Kind.EMPLOYER, OwnerKind.COMPANY),
        (Kind.ASSOCIATION, OwnerKind.ASSOCIATION),
        (Kind.OTHER, OwnerKind.SOCIAL_LANDLORD),
    ],
)
def test_the_kind_of_owner_follows_from_who_owns(world: PremisesWorld, kind: Kind, expected: str) -> None:
    """Unless the values say it."""
    owner = Organisation.objects.create(name="Propriétaire", kind=kind)
    assert units.add(VALUES, owner, None).owner_kind == expected
    said = units.add(VALUES | {"owner_kind": OwnerKind.EPF}, owner, None)
    assert said.owner_kind == OwnerKind.EPF


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"surface": Decimal(0)}, "surface"),
        ({"parcels": ["35238AB123"]}, "parcels"),
        ({"vacant_since": TODAY + DAY}, "vacant_since"),
        ({"checked_on": TODAY + DAY}, "checked_on"),
        ({"cfe_free_since": 1900}, "cfe_free_since"),
        ({"cfe_free_since": TODAY.year + 1}, "cfe_free_since"),
        ({"erp_category": 5}, "erp_type"),
        ({"erp_type": "M", "erp_category": 6}, "erp_category"),
        ({"available_from": dt.date.max}, "available_from"),
        ({"available_until": dt.date.max}, "available_until"),
        ({"lon": 1e300, "lat": 48.0}, "lon"),
        ({"lon": 1.0, "lat": -91.0}, "lat"),
        ({"uses": ["smelting"]}, "uses"),
        ({"rent": Decimal(-1)}, "rent"),
        ({"name": ""}, "name"),
        ({"divisible_from": Decimal(50)}, "__all__"),
        ({"owner_kind": OwnerKind.PERSON, "owner_name": "Jeanne"}, "__all__"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(
    world: PremisesWorld, values: dict[str, Any], field: str
) -> None:
    """New or changed, by the name of its field."""
    before = Unit.objects.count()
    with pytest.raises(ValidationError) as refusal:
        units.add(VALUES | values, None, world.developer)
    assert field in refusal.value.message_dict
    assert Unit.objects.count() == before
    with pytest.raises(ValidationError):
        units.change(world.units[4], values, world.developer)
    kept = Unit.objects.get(pk=world.units[4].pk)
    assert (kept.surface, kept.name, kept.parcels) == (Decimal(45), "Atelier Villejean", [])


def test_only_what_is_ones_own_to_write_is_written(world: PremisesWorld) -> None:
    """The state moves along its lifecycle alone."""
    with pytest.raises(KeyError):
        units.change(world.units[0], {"state": "let"}, world.developer)


def test_what_was_changed_meanwhile_is_not_written_over(world: PremisesWorld) -> None:
    """Whoever is late is told."""
    unit = world.units[0]
    seen = unit.updated_at
    units.change(Unit.objects.get(pk=unit.pk), {"rent": Decimal(300)}, world.developer, seen)
    with pytest.raises(units.Stale):
        units.change(unit, {"rent": Decimal(999)}, world.landlords[0], seen)
    assert Unit.objects.get(pk=unit.pk).rent == Decimal(300)


def test_somebody_in_the_unit_leaves_no_day_of_vacancy(world: PremisesWorld) -> None:
    """A unit that is let is not vacant since a day."""
    with pytest.raises(ValidationError) as refusal:
        units.change(world.units[1], {"vacant_since": TODAY - DAY}, world.developer)
    assert "vacant_since" in refusal.value.message_dict


def test_moves_write_periods_and_since_when_it_is_empty(world: PremisesWorld) -> None:
    """Found, qualified, offered, let, left: each from its day on."""
    first = TODAY - 100 * DAY
    unit = units.add(VALUES, world.owners[0], world.developer, on=first)
    units.move(unit, "qualify", world.developer, first + 10 * DAY)
    assert unit.vacant_since is None
    units.move(unit, "offer", world.developer, first + 20 * DAY)
    assert unit.vacant_since == first + 20 * DAY
    units.move(unit, "hold", world.landlords[0], first + 30 * DAY)
    assert unit.vacant_since == first + 20 * DAY
    units.move(unit, "let", world.developer, first + 40 * DAY)
    assert unit.vacant_since is None
    units.move(unit, "empty", world.developer, first + 90 * DAY)
    assert unit.vacant_since == first + 90 * DAY
    assert [state for state, _starts, _ends in spells(unit)] == [
        "found",
        "qualified",
        "available",
        "option",
        "let",
        "vacant",
    ]
    assert_partition(unit, first)


def test_two_moves_on_one_day_leave_the_last(world: PremisesWorld) -> None:
    """And going back to the state of before goes on with its period."""
    unit = world.units[0]
    units.move(unit, "hold", world.developer)
    units.move(unit, "release", world.developer)
    assert spells(unit) == [("available", TODAY - 90 * DAY, None)]
    units.move(unit, "hold", world.developer)
    units.move(unit, "let", world.developer)
    assert spells(unit) == [
        ("available", TODAY - 90 * DAY, TODAY - DAY),
        ("let", TODAY, None),
    ]
    assert_partition(unit, TODAY - 90 * DAY)


@pytest.mark.parametrize("on", [TODAY + DAY, TODAY - 91 * DAY])
def test_a_move_is_noted_on_a_day_that_has_come_since_the_last(world: PremisesWorld, on: dt.date) -> None:
    """Neither before the period that runs nor to come; nothing is moved."""
    with pytest.raises(ValidationError) as refusal:
        units.move(world.units[0], "hold", world.developer, on)
    assert "on" in refusal.value.message_dict
    world.units[0].refresh_from_db()
    assert world.units[0].state == UnitState.AVAILABLE
    assert not StateChange.objects.filter(object_id=world.units[0].pk, transition="hold").exists()


def test_what_the_state_or_the_role_forbids_is_refused(world: PremisesWorld) -> None:
    """In words; nothing is written."""
    for unit, transition, account in (
        (world.units[1], "offer", world.developer),
        (world.units[0], "let", world.askers[0]),
    ):
        before = spells(unit)
        with pytest.raises(ValidationError):
            units.move(unit, transition, account)
        assert spells(unit) == before


def test_a_letting_follows_who_comes_and_goes(world: PremisesWorld) -> None:
    """Notice given, withdrawn, and the occupant gone: the letting says it where it did not."""
    unit, letting = world.units[1], world.letting
    units.move(unit, "give_notice", world.developer, TODAY - 5 * DAY)
    letting.refresh_from_db()
    assert letting.notice_on == TODAY - 5 * DAY
    units.move(unit, "stay", world.developer, TODAY - 4 * DAY)
    letting.refresh_from_db()
    assert letting.notice_on is None
    units.vacate(unit, world.developer)
    letting.refresh_from_db()
    assert (unit.state, unit.vacant_since, letting.left_on) == (UnitState.VACANT, TODAY, TODAY - DAY)


def test_a_unit_under_notice_is_held_without_being_empty(world: PremisesWorld) -> None:
    """The occupant is still there: it is vacant from the day after on."""
    unit = world.units[1]
    units.move(unit, "give_notice", world.developer)
    units.move(unit, "hold", world.developer)
    assert unit.vacant_since is None
    units.vacate(unit, world.developer)
    assert (unit.state, unit.vacant_since) == (UnitState.OPTION, TODAY)
    assert Letting.objects.get(unit=unit).left_on == TODAY - DAY


# The opportunity


def offered(unit: Unit) -> Opportunity | None:
    """The opportunity of a unit as it is kept."""
    return Opportunity.objects.filter(unit=unit).first()


def test_what_is_offered_is_found_by_a_search(world: PremisesWorld) -> None:
    """Offered and published, a unit is an opportunity that a search of this kind finds; hidden, it is not."""
    unit = world.units[2]
    assert offered(unit) is None
    units.move(unit, "offer", world.landlords[0])
    offer = offered(unit)
    assert offer is not None
    assert (offer.state, offer.organisation, offer.sector) == (
        OpportunityState.PUBLISHED,
        world.owners[0],
        Sector.INDUSTRY,
    )
    assert (offer.address, offer.postcode) == ("12 boulevard de Yougoslavie", "35200")
    assert findable(world.askers[0]).filter(kind="premises", search="pied").exists() is False
    assert list(findable(world.askers[0]).filter(kind="premises")) == [offer]
    units.change(unit, {"published": False}, world.developer)
    assert not findable(world.askers[0]).filter(kind="premises").exists()
    units.change(unit, {"published": True, "name": "Local neuf"}, world.developer)
    assert [one.title for one in findable(world.askers[0]).filter(kind="premises")] == ["Local neuf"]
    units.move(unit, "let", world.developer)
    offer.refresh_from_db()
    assert offer.state == OpportunityState.UNPUBLISHED


def test_a_unit_taken_up_again_has_a_new_opportunity(world: PremisesWorld) -> None:
    """Withdrawn is for good there."""
    unit = world.units[0]
    units.change(unit, {"description": "Deux vitrines."}, world.developer)
    first = offered(unit)
    for transition in ("withdraw", "return", "offer"):
        units.move(unit, transition, world.developer)
    again = offered(unit)
    assert first is not None
    assert again is not None
    assert first.pk != again.pk
    first.refresh_from_db()
    assert (first.state, again.state) == (OpportunityState.WITHDRAWN, OpportunityState.PUBLISHED)


def test_what_a_manager_paused_stays_paused(world: PremisesWorld) -> None:
    """A change of the unit does not show again what was taken off with a reason."""
    unit = world.units[0]
    units.change(unit, {"rent": Decimal(310)}, world.developer)
    offer = offered(unit)
    assert offer is not None
    moderation.unpublish(offer, None, "Des photos d’un autre local.")
    units.change(unit, {"rent": Decimal(320)}, world.developer)
    offer.refresh_from_db()
    assert offer.state == OpportunityState.UNPUBLISHED


def test_without_an_owner_the_metropolis_offers(world: PremisesWorld) -> None:
    """Somebody has to be asked."""
    unit = units.add(VALUES, None, world.developer)
    for transition in ("qualify", "offer"):
        units.move(unit, transition, world.developer)
    offer = offered(unit)
    assert offer is not None
    assert offer.organisation.kind == Kind.METROPOLIS


@pytest.mark.parametrize("kind", UnitKind.values)
def test_every_kind_and_use_has_a_sector(kind: str) -> None:
    """A classic kind has its own; others that of their rarest use, real estate without any."""
    for use in Use.values:
        assert sector_for(kind, [use]) in Sector.values
    expected = Sector.PROPERTY if kind not in ("office", "shop", "workshop", "warehouse") else None
    assert expected in (None, sector_for(kind, []))
    assert sector_for("ground_floor", [Use.OFFICE, Use.FOOD]) == Sector.FOOD


class TestStories(TestCase):
    """Any walk along the states writes periods that part time."""

    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8)), max_size=14))
    def test_periods_part_time_along_any_walk(self, walk: list[tuple[int, int]]) -> None:
        """No gap, no overlap, each day in the state that the last move of the day left; compared with a plain diary."""
        first = TODAY - dt.timedelta(days=200)
        unit = units.add(VALUES, None, None, on=first)
        diary: dict[dt.date, str] = {first: unit.state}
        day = first
        for days, choice in walk:
            day = min(day + dt.timedelta(days=days), TODAY)
            moves = UNIT.leaving(unit.state)
            units.move(unit, moves[choice % len(moves)].name, None, day)
            diary[day] = unit.state
        known, state = {}, ""
        for number in range(201):
            at = first + dt.timedelta(days=number)
            state = diary.get(at, state)
            known[at] = state
        told: dict[dt.date, str] = {}
        for name, starts, ends in spells(unit):
            for number in range(((ends or TODAY) - starts).days + 1):
                at = starts + dt.timedelta(days=number)
                assert at not in told
                told[at] = name
        assert told == known
        assert unit.state not in EMPTY or unit.vacant_since is not None
        if unit.state in (UnitState.LET, UnitState.NOTICE):
            assert unit.vacant_since is None
