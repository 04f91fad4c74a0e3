"""Plans of hours: what they are made from, what is kept, who reads them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.clauses.models import (
    Assignment,
    Criterion,
    HoursPlan,
    Participant,
    PlannedContract,
    PlanShortfall,
)
from croisee.clauses.queries.planning import Market, market, month_after, months_between
from croisee.clauses.queries.plans import LACKS, in_words, training_alerts
from croisee.clauses.services.planning import figures, keep, start_plan
from croisee.directory.models import Person, Profile, Residence
from croisee.directory.rome import Trade
from croisee.engine.hours import Lack, Why, audit, greedy, plan
from croisee.foundation.accounts.models import Account
from croisee.foundation.progress.models import Progress, State
from croisee.foundation.progress.services import run
from croisee.territory.travel.network import current_network
from tests.browser import Visit, look
from tests.clauses_world import ClausesWorld, first_of_month, make_lot, make_participant
from tests.world import TODAY

pytestmark = pytest.mark.django_db
START = first_of_month(1)


@pytest.fixture
def busy(world: ClausesWorld) -> ClausesWorld:
    """Nobody is hired any more, and people have the jobs of both lots."""
    Assignment.objects.all().update(state="ended")
    Profile.objects.update(jobs=["F1606", "K2204"])
    return world


def market_of(world: ClausesWorld, months: int = 12) -> Market:
    return market(world.facilitateur, START, months, current_network())


def test_months_are_counted_over_years() -> None:
    assert month_after(dt.date(2026, 11, 1), 3) == dt.date(2027, 2, 1)
    assert month_after(dt.date(2027, 1, 1), -1) == dt.date(2026, 12, 1)
    assert months_between(dt.date(2026, 11, 1), dt.date(2028, 1, 31)) == 14


def test_a_lot_has_left_what_is_due_less_what_is_done_and_waiting(busy: ClausesWorld) -> None:
    found = market_of(busy)
    left = dict(zip([lot.pk for lot in found.lot_rows], found.lots.hours.tolist(), strict=True))
    assert left[busy.lot.pk] == 833 - 120 - 272  # 271.67 waiting, rounded down with the rest
    assert sum(left.values()) == 441 + 300


def test_hours_of_people_stop_with_eligibility_availability_and_contracts(busy: ClausesWorld) -> None:
    first, second, third, fourth = busy.participants
    first.eligibilities.update(ends_on=month_after(START, 2) - dt.timedelta(days=1))
    over = month_after(START, 1) - dt.timedelta(days=1)
    Profile.objects.filter(person=second.person).update(available_until=over)
    found = market_of(busy, 6)
    row = {one.pk: found.people.hours[at] for at, one in enumerate(found.people_rows)}
    monthly = int(35 * Decimal(52) / 12)
    assert row[first.pk].tolist() == [monthly] * 2 + [0] * 4
    assert row[second.pk].tolist() == [monthly] + [0] * 5
    assert row[third.pk].tolist() == row[fourth.pk].tolist() == [monthly] * 6


def test_who_may_not_work_on_a_lot_has_the_first_reason(busy: ClausesWorld) -> None:
    first, second, third, fourth = busy.participants
    Profile.objects.filter(person=second.person).update(jobs=["N1105"])
    Profile.objects.filter(person=third.person).update(minutes=1)
    Person.objects.filter(pk=third.person_id).update(lon=-1.2, lat=47.9)
    busy.clause.publics = [Criterion.RSA]
    busy.clause.save()
    fourth.eligibilities.update(criterion=Criterion.DELD)
    found = market_of(busy)
    column = [lot.pk for lot in found.lot_rows].index(busy.lot.pk)
    told = {one.pk: Why(found.reasons[at, column]) for at, one in enumerate(found.people_rows)}
    assert told == {first.pk: Why.MAY, second.pk: Why.TRADE, third.pk: Why.TRAVEL, fourth.pk: Why.ELIGIBILITY}


def test_residence_plays_no_part(busy: ClausesWorld) -> None:
    before = market_of(busy)
    Person.objects.update(residence=Residence.NO, zone_codes="")
    after = market_of(busy)
    assert np.array_equal(before.reasons, after.reasons)
    assert np.array_equal(before.people.hours, after.people.hours)


def test_what_a_plan_rests_on_takes_as_many_queries_whatever_there_is(busy: ClausesWorld) -> None:
    market_of(busy)  # roles and the network are asked once
    with CaptureQueriesContext(connection) as few:
        market_of(busy)
    for number in range(10, 30):
        make_participant(number)
    make_lot(busy.operation, "Autre lot", busy.companies[1])
    with CaptureQueriesContext(connection) as many:
        market_of(busy)
    assert len(many) == len(few) <= 6


def test_a_plan_is_kept_with_what_it_cannot_meet(busy: ClausesWorld) -> None:
    make_lot(busy.operation, "Chantier sans personne", busy.companies[1], hours=90_000, trade=Trade.PAINTING)
    found = market_of(busy)
    best = plan(found.lots, found.people, found.reasons)
    assert audit(best, found.lots, found.people, found.reasons) == []
    row = keep(busy.facilitateur, found, best, greedy(found.lots, found.people, found.reasons))
    assert sum(one.hours for one in PlannedContract.objects.filter(plan=row)) == row.figures["met"]
    missing = PlanShortfall.objects.filter(plan=row)
    assert sum(one.missing for one in missing) == 90_000 + 741 - row.figures["met"]
    assert {one.why for one in missing} <= set(LACKS)
    assert missing.get(lot__title="Chantier sans personne").missing > 0
    assert "%" in in_words(row)


def test_each_lack_of_the_engine_is_told_in_words() -> None:
    assert {lack.name.lower() for lack in Lack} == set(LACKS)


def test_the_forecast_says_by_when_a_training_must_begin(busy: ClausesWorld) -> None:
    make_lot(busy.operation, "Maçonnerie", busy.companies[1], hours=20_000, trade=Trade.MASONRY)
    found = market_of(busy)
    best = plan(found.lots, found.people, found.reasons)
    row = HoursPlan(first_month=START, figures=figures(found, best, best))
    trades = {one["trade"]: one["quarters"] for one in row.figures["forecast"]}
    assert sum(cell["due"] for cell in trades["masonry"]) == 20_000
    assert sum(cell["gap"] for cell in trades["masonry"]) == 20_000  # nobody has a mason's job
    told = training_alerts(row, TODAY)
    assert told
    assert any(not alert.late for alert in told)


def test_work_in_the_background_makes_the_plan(busy: ClausesWorld) -> None:
    progress = start_plan(busy.facilitateur, START, 12)
    run.call(str(progress.pk))
    progress = Progress.objects.get(pk=progress.pk)
    assert progress.state == State.DONE, progress.problem
    made = HoursPlan.objects.get()
    assert progress.result_url == made.get_absolute_url()
    assert made.figures["met"] == made.figures["asked"] == 741


def test_without_people_or_lots_there_is_nothing_to_plan(busy: ClausesWorld) -> None:
    Participant.objects.update(looking=False)
    progress = start_plan(busy.facilitateur, START, 12)
    run.call(str(progress.pk))
    assert Progress.objects.get(pk=progress.pk).state == State.FAILED


def test_a_plan_begins_this_month_or_later(world: ClausesWorld) -> None:
    with pytest.raises(ValidationError):
        start_plan(world.facilitateur, first_of_month(-1), 12)
    with pytest.raises(ValidationError):
        start_plan(world.facilitateur, START, 61)


def made_plan(world: ClausesWorld) -> HoursPlan:
    make_lot(world.operation, "Maçonnerie du gymnase", world.companies[1], hours=20_000, trade=Trade.MASONRY)
    found = market_of(world, 18)
    best = plan(found.lots, found.people, found.reasons)
    return keep(world.facilitateur, found, best, greedy(found.lots, found.people, found.reasons))


def test_the_pages_are_the_facilitateurs(busy: ClausesWorld, sign_in: Callable[[Account], Client]) -> None:
    row = made_plan(busy)
    browser = sign_in(busy.facilitateur)
    page = browser.get(row.get_absolute_url()).content.decode()
    assert any(str(one) in page for one in busy.participants)
    assert browser.get(row.get_absolute_url() + "?c-export=csv").status_code == 200
    assert browser.get(reverse("clauses:plans")).status_code == 200
    assert sign_in(busy.buyer).get(row.get_absolute_url()).status_code == 404
    assert browser.post(reverse("clauses:delete_plan", args=[row.pk])).status_code == 302
    assert not HoursPlan.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_facilitateur_asks_for_a_plan_and_reads_it(busy: ClausesWorld, visit: Visit) -> None:
    row = made_plan(busy)
    visit.sign_in(busy.facilitateur)
    look(visit.open(reverse("clauses:plans")), "clauses-plans")
    look(visit.open(row.get_absolute_url()), "clauses-plan")
    visit.assert_quiet()
