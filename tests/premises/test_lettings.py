"""Visits, options, lettings: each step moves the unit and its story; one option at a time; short leases."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from croisee.foundation.notices.models import Ledger
from croisee.opportunities.tenure import Tenure
from croisee.premises.calendars import calendar_of
from croisee.premises.models import Demand, Letting, Option, Proposal, Spell, Unit, Visit
from croisee.premises.queries.lettings import term_said
from croisee.premises.services import demands, lettings, options, visits
from tests.premises_world import PremisesWorld, make_demand, make_unit
from tests.world import TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def state_of(unit: Unit) -> tuple[str, str]:
    """A unit's state, and that of its open period."""
    unit.refresh_from_db()
    return unit.state, unit.spells.get(ends_on=None).state


def told(notice: str) -> int:
    return Ledger.objects.filter(notice=notice).count()


def another(world: PremisesWorld, unit: Unit | None = None) -> Proposal:
    """The same unit proposed to the other company."""
    return Proposal.objects.create(demand=world.demands[1], unit=unit or world.units[0])


def test_a_visit_from_its_plan_to_its_note(world: PremisesWorld) -> None:
    with pytest.raises(ValidationError, match="planned already"):
        visits.plan(world.proposal, timezone.now() + DAY)
    visits.cancel(world.visit, world.landlords[0])
    assert told("premises.visit_cancelled") == 2
    with pytest.raises(ValidationError, match="past"):
        visits.plan(world.proposal, timezone.now() - DAY)
    visit = visits.plan(world.proposal, timezone.now() + DAY, "Devant le métro")
    assert told("premises.visit_planned") == 2
    event = Calendar.from_ical(calendar_of(visit)).walk("VEVENT")[0]
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (
        "Pied d’immeuble Yougoslavie",
        "Devant le métro",
    )
    with pytest.raises(ValidationError, match="to come"):
        visits.finish(visit, "x", world.landlords[0])
    moved = visits.move(visit, timezone.now() + 2 * DAY, "", visit.updated_at)
    assert told("premises.visit_planned") == 4
    with pytest.raises(ValidationError, match="meanwhile"):
        visits.move(moved, timezone.now() + 3 * DAY, "", visit.updated_at)
    Visit.objects.filter(pk=visit.pk).update(at=timezone.now() - DAY)
    done = visits.finish(visit, "Lumière agréable", world.landlords[0])
    assert (done.state, done.note) == ("done", "Lumière agréable")
    with pytest.raises(ValidationError, match="cannot be done"):
        visits.cancel(visit, world.askers[0])


def test_an_option_keeps_the_unit_then_lapses(world: PremisesWorld) -> None:
    unit = world.units[0]
    for wrong in (TODAY - DAY, TODAY + 93 * DAY):
        with pytest.raises(ValidationError, match="three months"):
            options.hold(world.proposal, wrong, world.landlords[0])
    option = options.hold(world.proposal, TODAY + 10 * DAY, world.landlords[0])
    assert state_of(unit) == ("option", "option")
    assert Proposal.objects.get(pk=world.proposal.pk).state == "wanted"
    with pytest.raises(ValidationError, match="somebody else"):
        options.hold(another(world), TODAY + DAY, world.developer)
    with pytest.raises(ValidationError, match="lift"):
        demands.close(world.demands[0], "drop", "x", world.askers[0])
    with pytest.raises(ValidationError, match="lift"):
        demands.answer(world.proposal, "decline", "x", world.askers[0])
    assert options.lapse(timezone.now() + 10 * DAY) == 0
    assert options.lapse(timezone.now() + 11 * DAY) == 1
    assert options.lapse(timezone.now() + 11 * DAY) == 0
    assert state_of(unit) == ("available", "available")
    assert (Option.objects.get().state, told("premises.option_over")) == ("lapsed", 2)
    with pytest.raises(ValidationError, match="cannot be done"):
        options.lift(option, world.askers[0])


def test_who_asks_lifts_the_option(world: PremisesWorld) -> None:
    option = options.hold(world.proposal, TODAY + 10 * DAY, world.developer)
    options.lift(option, world.askers[0])
    assert state_of(world.units[0]) == ("available", "available")


def test_a_letting_from_an_option_satisfies_the_demand(world: PremisesWorld) -> None:
    other_unit = make_unit(world.owners[0], "Un autre")
    elsewhere = options.hold(
        Proposal.objects.create(demand=world.demands[0], unit=other_unit), TODAY + 5 * DAY, world.developer
    )
    options.hold(world.proposal, TODAY + 10 * DAY, world.landlords[0])
    terms = {
        "tenant": world.companies[0],
        "kind": Tenure.COMMERCIAL,
        "starts_on": TODAY,
        "rent": Decimal(380),
    }
    with pytest.raises(ValidationError, match="somebody else"):
        lettings.let(world.units[0], terms, world.landlords[0], world.demands[1])
    letting = lettings.let(world.units[0], terms, world.landlords[0], world.demands[0])
    assert state_of(world.units[0]) == ("let", "let")
    assert world.units[0].vacant_since is None
    assert Demand.objects.get(pk=world.demands[0].pk).state == "satisfied"
    assert Option.objects.get(unit=world.units[0]).state == "taken"
    elsewhere.refresh_from_db()
    assert elsewhere.state == "lifted"
    assert state_of(other_unit) == ("available", "available")
    assert Visit.objects.get().state == "cancelled"
    assert letting.demand == world.demands[0]


def test_notice_departure_and_the_unit_is_vacant(world: PremisesWorld) -> None:
    unit, letting = world.units[1], world.letting
    with pytest.raises(ValidationError, match="to today"):
        lettings.give_notice(letting, TODAY + DAY, TODAY + 30 * DAY, world.landlords[0])
    row = lettings.give_notice(letting, TODAY, TODAY + 30 * DAY, world.landlords[0])
    assert state_of(unit) == ("notice", "notice")
    assert unit.available_from == TODAY + 31 * DAY
    row = lettings.withdraw_notice(row, world.landlords[0])
    assert state_of(unit) == ("let", "let")
    assert (row.notice_on, unit.available_from) == (None, None)
    lettings.give_notice(row, TODAY, TODAY, world.landlords[0])
    gone = lettings.leave(row, TODAY, world.landlords[0])
    assert state_of(unit) == ("vacant", "vacant")
    assert (gone.left_on, unit.vacant_since) == (TODAY, TODAY)
    with pytest.raises(ValidationError, match="left already"):
        lettings.leave(row, TODAY, world.landlords[0])
    # The story has every day once.
    days = list(Spell.objects.filter(unit=unit).order_by("starts_on").values_list("starts_on", "ends_on"))
    assert all(last + DAY == first for (_, last), (first, _) in itertools.pairwise(days))


def test_an_option_on_a_unit_under_notice_waits_for_the_departure(world: PremisesWorld) -> None:
    unit = world.units[1]
    row = lettings.give_notice(world.letting, TODAY, TODAY + 30 * DAY, world.landlords[0])
    proposal = demands.propose(world.demands[1], unit, world.developer)
    options.hold(proposal, TODAY + 40 * DAY, world.landlords[0])
    terms = {"tenant": world.companies[1], "kind": Tenure.COMMERCIAL, "starts_on": TODAY}
    with pytest.raises(ValidationError, match="occupies"):
        lettings.let(unit, terms, world.landlords[0], world.demands[1])
    with pytest.raises(ValidationError, match="promised"):
        lettings.withdraw_notice(row, world.landlords[0])
    Letting.objects.filter(pk=row.pk).update(starts_on=TODAY - 90 * DAY)
    lettings.leave(row, TODAY - DAY, world.landlords[0])
    assert state_of(unit)[0] == "option"
    lettings.let(unit, terms, world.landlords[0], world.demands[1])
    assert state_of(unit) == ("let", "let")


def test_nobody_is_let_premises_that_somebody_occupies(world: PremisesWorld) -> None:
    terms = {"tenant_name": "Association X", "kind": Tenure.PRECARIOUS, "starts_on": TODAY}
    with pytest.raises(ValidationError):
        lettings.let(world.units[1], terms, world.landlords[0])
    with pytest.raises(ValidationError, match="Say who"):
        lettings.let(world.units[0], {**terms, "tenant_name": ""}, world.landlords[0])
    assert Letting.objects.count() == 1
    assert state_of(world.units[0]) == ("available", "available")


def test_short_leases_last_three_years_at_most_altogether(world: PremisesWorld) -> None:
    unit, company = world.units[0], world.companies[1]
    Letting.objects.create(
        unit=unit,
        tenant=company,
        kind=Tenure.DEROGATORY,
        starts_on=dt.date(2023, 1, 1),
        ends_on=dt.date(2024, 12, 31),
        left_on=dt.date(2024, 12, 31),
    )
    terms = {"tenant": company, "kind": Tenure.DEROGATORY, "starts_on": dt.date(2026, 1, 1)}
    with pytest.raises(ValidationError, match="has a term"):
        lettings.let(unit, terms, world.landlords[0])
    with pytest.raises(ValidationError, match="36 months"):
        lettings.let(unit, {**terms, "ends_on": dt.date(2027, 1, 1)}, world.landlords[0])
    letting = lettings.let(unit, {**terms, "ends_on": dt.date(2026, 12, 31)}, world.landlords[0])
    warned = term_said(letting, dt.date(2026, 12, 10))
    assert warned is not None
    assert "L145-5" in warned[0]
    late = term_said(letting, dt.date(2027, 2, 1))
    assert late is not None
    assert late[1] == "bad"
    # Somebody else's first short lease there has its own three years.
    other = make_unit(world.owners[0], "À côté")
    free = {**terms, "tenant": world.companies[0], "ends_on": dt.date(2028, 12, 31)}
    lettings.let(other, free, world.landlords[0])


def test_a_letting_is_corrected_without_writing_over_another_s(world: PremisesWorld) -> None:
    seen = world.letting.updated_at
    row = lettings.change(world.letting, {"jobs": 4}, seen)
    assert row.jobs == 4
    with pytest.raises(ValidationError, match="meanwhile"):
        lettings.change(world.letting, {"jobs": 5}, seen)


def test_a_closed_demand_has_no_visit_option_nor_letting(world: PremisesWorld) -> None:
    row = make_demand(world.companies[1], world.askers[1], "Close")
    proposal = Proposal.objects.create(demand=row, unit=world.units[0])
    demands.close(row, "drop", "x", world.askers[1])
    for act in (
        lambda: visits.plan(proposal, timezone.now() + DAY),
        lambda: options.hold(proposal, TODAY + DAY, world.developer),
        lambda: lettings.let(
            world.units[0], {"tenant": world.companies[1], "starts_on": TODAY}, world.developer, row
        ),
    ):
        with pytest.raises(ValidationError, match="closed"):
            act()
