"""What employers do with their offers, without a browser."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application, Opportunity, OpportunityState, Origin, Period
from croisee.opportunities.sectors import Sector
from croisee.opportunities.services import hold, publish, reject, unpublish
from croisee.stages.forms.offers import USUAL_HOURS, of_fields, to_fields
from croisee.stages.models import Campaign, Internship
from croisee.stages.offer_kind import details, hours_in_words
from croisee.stages.queries import offers as queries
from croisee.stages.services import offers as services
from croisee.stages.services.offers import OfferValues, SeatsRefused, Stale, WeekSeats
from croisee.stages.services.withdrawals import withdraw
from croisee.stages.siting import Site, in_parts, written
from tests.world import LEFT_ON, MONDAY, NEXT_YEAR, OTHER_MONDAY, World, make_campaign, make_world

pytestmark = pytest.mark.django_db

VALUES = OfferValues(
    title="Fournil",
    sector=Sector.FOOD,
    site=Site("1 rue du Port", "35000", "Rennes"),
    hours=USUAL_HOURS,
    weeks={MONDAY: WeekSeats(3)},
    description="Pétrir, cuire, vendre.",
    tutor_name="Une tutrice",
    tutor_email="tutrice@example.org",
)


@pytest.fixture
def world() -> World:
    return make_world()


Save = Callable[..., Opportunity]


@pytest.fixture
def save(world: World) -> Save:
    """`save(**changes)`: save an offer of the first host, with these values changed."""

    def run(
        offer: Opportunity | None = None,
        seen: dt.datetime | None = None,
        new_id: uuid.UUID | None = None,
        **changes: object,
    ) -> Opportunity:
        return services.save_offer(
            world.employers[0],
            world.hosts[0],
            world.campaign,
            replace(VALUES, **changes),  # type: ignore[arg-type]
            offer=offer,
            seen=seen,
            new_id=new_id,
        )

    return run


def place(world: World, pupil: int, period: Period, *, protected: bool = False) -> Application:
    return hold(
        world.pupils[pupil],
        period,
        call=world.campaign.pk,
        turn=1,
        origin=Origin.WISH,
        account=None,
        protected=protected,
    )


def as_published(offer: Opportunity, world: World) -> Opportunity:
    services.submit(offer, world.employers[0])
    publish(offer, world.manager)
    offer.refresh_from_db()
    return offer


# Writing


def test_a_new_offer_is_a_draft_with_the_usual_reserve(save: Save, world: World) -> None:
    offer = save()
    assert offer.state == OpportunityState.DRAFT
    assert offer.reserved_until == world.campaign.reserved_until
    period = offer.periods.get()
    assert (period.seats, period.reserved) == (3, 1)  # 30 % of 3, rounded up
    assert (period.starts_on, period.ends_on) == (MONDAY, MONDAY + dt.timedelta(days=4))
    assert "fournil" in offer.searchable


@pytest.mark.parametrize(
    ("seats", "usual", "least"), [(1, 1, 0), (2, 1, 0), (3, 1, 0), (4, 2, 1), (10, 3, 3)]
)
def test_the_reserve_of_so_many_seats(world: World, seats: int, usual: int, least: int) -> None:
    assert queries.usual_reserve(world.campaign, seats) == usual
    assert queries.least_reserve(world.campaign, seats) == least


def test_two_clicks_make_one_offer(save: Save) -> None:
    form = uuid.uuid4()
    assert save(new_id=form).pk == save(new_id=form).pk == form


def test_the_form_of_another_host_is_refused(save: Save, world: World) -> None:
    with pytest.raises(ValidationError, match="form"):
        save(new_id=world.offers[2].pk)


def test_a_stale_form_saves_nothing(save: Save, world: World) -> None:
    offer = save()
    seen = offer.updated_at
    save(offer, seen=seen, title="Fournil et boutique")
    with pytest.raises(Stale):
        save(offer, seen=seen, title="Autre chose")
    offer.refresh_from_db()
    assert offer.title == "Fournil et boutique"


def test_the_words_of_a_published_offer_change_and_it_stays_published(save: Save, world: World) -> None:
    offer = as_published(save(), world)
    save(offer, title="Boulangerie du port")
    offer.refresh_from_db()
    assert (offer.title, offer.state) == ("Boulangerie du port", OpportunityState.PUBLISHED)
    assert "boulangerie du port" in offer.searchable


def test_a_closed_campaign_takes_no_new_offer(save: Save, world: World) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(
        opens_at=world.campaign.opens_at - dt.timedelta(days=30), closes_at=world.campaign.opens_at
    )
    world.campaign.refresh_from_db()
    with pytest.raises(ValidationError, match=world.campaign.name):
        save()


# Seats


def test_seats_do_not_fall_below_those_that_pupils_hold(save: Save, world: World) -> None:
    offer = as_published(save(), world)
    for pupil in (0, 1):
        place(world, pupil, offer.periods.get())
    with pytest.raises(SeatsRefused) as refused:
        save(offer, weeks={MONDAY: WeekSeats(1)})
    assert "2" in refused.value.by_week[MONDAY]
    with pytest.raises(SeatsRefused):
        save(offer, weeks={})
    save(offer, weeks={MONDAY: WeekSeats(2, 0)})
    assert offer.periods.get().seats == 2


def test_the_reserve_leaves_room_for_those_who_hold_seats(save: Save, world: World) -> None:
    offer = as_published(save(), world)
    place(world, 0, offer.periods.get(), protected=True)
    place(world, 1, offer.periods.get())
    for reserved in (0, 3):
        with pytest.raises(SeatsRefused):
            save(offer, weeks={MONDAY: WeekSeats(3, reserved)})
    save(offer, weeks={MONDAY: WeekSeats(3, 2)})


@pytest.mark.parametrize(
    "week", [WeekSeats(0), WeekSeats(-1), WeekSeats(51), WeekSeats(2, 3), WeekSeats(10, 2)]
)
def test_seats_that_make_no_sense(save: Save, week: WeekSeats) -> None:
    with pytest.raises(SeatsRefused):
        save(weeks={MONDAY: week})
    assert not Opportunity.objects.filter(title="Fournil").exists()


def test_a_week_without_classes_is_refused(save: Save) -> None:
    with pytest.raises(SeatsRefused):
        save(weeks={MONDAY + dt.timedelta(days=14): WeekSeats(1)})


def test_a_week_goes_with_the_wishes_for_it(world: World, save: Save) -> None:
    world.wish(0, 1, 1)
    kept = world.wish(3, 2, 1) if world.offers[2].periods.filter(starts_on=OTHER_MONDAY) else None
    save(world.offers[1], weeks={OTHER_MONDAY: WeekSeats(1)})
    assert [p.starts_on for p in world.offers[1].periods.all()] == [OTHER_MONDAY]
    assert kept is None or Application.objects.filter(pk=kept.pk).exists()
    assert Ledger.objects.get(notice="stages.wish_gone").account == world.families[0]


def test_a_week_that_was_once_held_keeps_its_row(world: World, save: Save) -> None:
    from croisee.opportunities.services import give_back

    give_back(place(world, 0, world.period(2)), None)
    offer = world.offers[2]
    services.change_seats(offer, {OTHER_MONDAY: WeekSeats(3)}, None)
    assert offer.periods.get(starts_on=MONDAY).seats == 0


# States


def test_propose_be_refused_propose_again(save: Save, world: World) -> None:
    offer = save()
    services.submit(offer, world.employers[0])
    reject(offer, world.manager, "Dites ce que l’élève fera.")
    save(offer, description="Tout.")
    assert services.submit(offer, world.employers[0]).state == OpportunityState.SUBMITTED


def test_without_a_week_nothing_is_proposed(save: Save, world: World) -> None:
    offer = save(weeks={})
    with pytest.raises(ValidationError):
        services.submit(offer, world.employers[0])
    offer.refresh_from_db()
    assert offer.state == OpportunityState.DRAFT


def test_who_paused_shows_again(world: World) -> None:
    offer = services.pause(world.offers[0], world.employers[0])
    assert not services.may_resume(offer, world.employers[1])
    assert services.resume(offer, world.employers[0]).state == OpportunityState.PUBLISHED
    unpublish(offer, world.manager, "Signalée")
    assert not services.may_resume(offer, world.employers[0])
    with pytest.raises(ValidationError):
        services.resume(offer, world.employers[0])


def test_withdrawn_once_for_good(world: World, save: Save) -> None:
    with pytest.raises(ValidationError):
        withdraw(world.offers[0], world.employers[0], "  ")
    withdraw(world.offers[0], world.employers[0], "Travaux")
    assert Internship.objects.get(opportunity=world.offers[0]).why_withdrawn == "Travaux"
    with pytest.raises(ValidationError):
        withdraw(world.offers[0], world.employers[0], "Encore")
    with pytest.raises(ValidationError):
        save(world.offers[0])


def test_duplicated_for_next_year_once(world: World) -> None:
    next_year = make_campaign(world.metropolis, days=3, name="L’an prochain", school_year=NEXT_YEAR)
    made = services.duplicate(world.offers[0], next_year, world.employers[0])
    assert services.duplicate(world.offers[0], next_year, world.employers[0]) == made
    assert (made.state, made.duplicate_of, made.periods.count()) == (
        OpportunityState.DRAFT,
        world.offers[0],
        0,
    )
    assert made.internship.hours == world.offers[0].internship.hours


# Small things


def test_addresses_in_parts() -> None:
    assert in_parts("1 rue du Port, 35000 Rennes") == Site("1 rue du Port", "35000", "Rennes")
    assert in_parts(" 1  rue du Port 35000 Saint-Malo ") == Site("1 rue du Port", "35000", "Saint-Malo")
    assert in_parts("Zone du Lac") == Site("Zone du Lac")
    assert written(in_parts("35000 Rennes")) == "35000 Rennes"


def test_hours_go_through_the_form_unchanged() -> None:
    hours = {**USUAL_HOURS, "3": [["09:00", "12:00"]], "5": [["13:30", "16:30"]]}
    assert of_fields(to_fields(hours)) == hours
    assert of_fields(to_fields(USUAL_HOURS)) == USUAL_HOURS
    assert hours_in_words(USUAL_HOURS).count("–") == 2


def test_details_say_nothing_of_the_tutor(world: World) -> None:
    said = str(details(world.offers[0], world.families[0]))
    assert "Tutrice" not in said
    assert "tutrice@" not in said
    assert (
        hours_in_words(world.offers[0].internship.hours)
        in dict(details(world.offers[0], world.families[0])).values()
    )


def test_weeks_of_a_campaign(world: World) -> None:
    found = queries.weeks_of(world.campaign)
    assert [(week.monday, week.pupils) for week in found] == [(MONDAY, 3), (OTHER_MONDAY, 3)]
    world.pupils[0].enrolments.update(left_on=LEFT_ON)
    assert queries.weeks_of(world.campaign)[0].pupils == 2
