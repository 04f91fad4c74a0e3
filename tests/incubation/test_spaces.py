"""Incubators, spaces, rents; prices, hours, occupancy; bookings that never overlap."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.dates import add_months
from croisee.foundation.registry import personal_data
from croisee.incubation import rooms
from croisee.incubation.models import Booking, BookingState, GridStep, Incubator, Space, SpaceKind
from croisee.incubation.occupancy import Held, Stay, free_from, rate
from croisee.incubation.pricing import Tariff, price
from croisee.incubation.queries import bookings as reads
from croisee.incubation.queries import spaces as queries
from croisee.incubation.services import bookings, spaces
from croisee.opportunities.kinds import kind_of
from croisee.opportunities.models import Opportunity
from tests.incubation.spaces_helpers import TOMORROW, book, make_booking, room_of, span
from tests.incubation_world import IncubationWorld, make_space
from tests.world import TODAY, member

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)
days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 4, 30))
money = st.decimals(0, 500, places=2)


# Prices


@given(st.integers(0, 29), st.integers(1, 30), money, money, st.one_of(st.none(), money))
def test_a_price_is_hours_times_the_price_of_one_never_more_than_a_day(
    first: int, length: int, hourly: Decimal, daily: Decimal, outside: Decimal | None
) -> None:
    """Against a recount in cents by half hours, with integers."""
    start = dt.datetime(2026, 3, 10, 7, tzinfo=PARIS) + first * dt.timedelta(minutes=30)
    end = start + length * dt.timedelta(minutes=30)
    tariff = Tariff(hourly, daily, outside)

    def recount(of_hour: Decimal) -> Decimal:
        twice = int(of_hour * 100) * length
        return Decimal((twice + 1) // 2) / 100

    asked = recount(hourly)
    assert price(tariff, start, end) == (min(asked, daily) if daily else asked)
    if outside is None:
        with pytest.raises(ValueError, match="others"):
            price(tariff, start, end, outside=True)
    else:
        assert price(tariff, start, end, outside=True) == recount(outside)


def test_a_booking_without_length_has_no_price() -> None:
    moment = dt.datetime(2026, 3, 10, 9, tzinfo=PARIS)
    with pytest.raises(ValueError, match="after it begins"):
        price(Tariff(Decimal(8)), moment, moment)


# Hours


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), max_size=6),
    st.integers(0, 29),
    st.integers(1, 6),
)
def test_free_slots_overlap_nothing_and_are_the_nearest(
    taken: list[tuple[int, int]], first: int, length: int
) -> None:
    """Against a recount half hour by half hour."""
    opens = dt.datetime(2026, 3, 10, 7, tzinfo=PARIS)
    half = dt.timedelta(minutes=30)
    spans = [rooms.Span(opens + a * half, opens + min(a + n, 30) * half) for a, n in taken]
    wanted = rooms.Span(opens + first * half, opens + (first + length) * half)
    busy = {cell for a, n in taken for cell in range(a, min(a + n, 30))}
    every = [a for a in range(31 - length) if not busy & set(range(a, a + length))]
    found = rooms.nearest_free(wanted, spans, opens, PARIS)
    begun = [int((one.starts_at - opens) / half) for one in found]
    assert set(begun) <= set(every)
    assert begun == sorted(begun)
    assert bool(begun) == bool(every)
    if every:
        assert min(abs(a - first) for a in every) == min(abs(a - first) for a in begun)
    assert all(b - a >= length for a, b in itertools.pairwise(begun))


def test_weeks_keep_their_hour_when_summer_time_comes() -> None:
    one = rooms.Span(
        dt.datetime(2026, 3, 23, 9, tzinfo=PARIS).astimezone(dt.UTC),
        dt.datetime(2026, 3, 23, 10, tzinfo=PARIS).astimezone(dt.UTC),
    )
    found = rooms.weekly(one, 3, PARIS)
    assert [(span.starts_at.day, span.starts_at.hour) for span in found] == [(23, 9), (30, 9), (6, 9)]
    assert (found[1].starts_at - found[0].starts_at).days == 7
    assert rooms.is_open(found[0], PARIS)
    assert not rooms.is_open(
        rooms.Span(found[0].starts_at, found[0].starts_at + 14 * dt.timedelta(hours=1)), PARIS
    )


# Occupancy

stays = st.lists(st.tuples(days, st.one_of(st.none(), st.integers(0, 60))), max_size=4)


@given(
    st.lists(
        st.tuples(
            st.decimals(1, 300, places=1),
            st.one_of(st.none(), days),
            st.one_of(st.none(), days),
            stays,
        ),
        max_size=4,
    ),
    days,
    st.integers(0, 90),
)
def test_the_rate_is_that_of_a_count_day_by_day(
    spaces_: list[tuple[Decimal, dt.date | None, dt.date | None, list[tuple[dt.date, int | None]]]],
    first: dt.date,
    length: int,
) -> None:
    last = first + length * DAY
    held = [
        Held(
            surface,
            opened,
            withdrawn,
            [Stay(start, None if n is None else start + n * DAY) for start, n in those],
        )
        for surface, opened, withdrawn, those in spaces_
    ]
    full = there = Decimal(0)
    for number in range(length + 1):
        day = first + number * DAY
        for one in held:
            if (one.opened and day < one.opened) or (one.withdrawn and day >= one.withdrawn):
                continue
            full += one.surface
            if any(stay.first <= day and (stay.last is None or day <= stay.last) for stay in one.stays):
                there += one.surface
    found = rate(held, first, last)
    assert (found is None) == (full == 0)
    if found is not None:
        assert abs(found - 100 * there / full) < Decimal("1e-20")


@given(stays, days)
def test_a_space_is_free_from_the_first_day_on_which_nobody_is_expected(
    those: list[tuple[dt.date, int | None]], today: dt.date
) -> None:
    held = [Stay(first, None if n is None else first + n * DAY) for first, n in those]
    found, day = free_from(held, today), today
    while any(one.first <= day <= one.seen_last(today) for one in held):
        day += DAY
    assert found == day


def test_a_company_past_its_term_is_expected_today_still() -> None:
    stay = Stay(TODAY - 90 * DAY, None, TODAY - 10 * DAY)
    assert stay.seen_last(TODAY) == TODAY
    assert free_from([stay], TODAY) == TODAY + DAY
    assert free_from([Stay(TODAY, None, TODAY + 9 * DAY)], TODAY) == TODAY + 10 * DAY


@pytest.mark.django_db
def test_the_plan_says_who_is_where_and_what_gets_free(world: IncubationWorld) -> None:
    side = world.a
    plan = queries.plan_of(side.incubator, TODAY.replace(day=1), TODAY)
    assert [row.name for row in plan.rows] == ["Atelier 1", "Bureau 1"]
    workshop, office = plan.rows
    assert (workshop.standing, workshop.free, workshop.who) == ("free", TODAY, "")
    assert office.free == side.agreement.ends_on + DAY
    assert "Traiteur A, since" in office.who
    assert plan.free_now == 1
    assert plan.rate_today == Decimal(100 * 20) / 120
    assert office.bars[0].offset == 0
    assert abs(office.bars[0].width - 100) < 1e-9
    before = queries.plan_of(side.incubator, add_months(TODAY.replace(day=1), -24), TODAY)
    assert before.rows[1].bars == []
    assert before.now is None
    assert before.rate == 0


# Incubators, spaces, rents


@pytest.mark.django_db
def test_an_incubator_is_written_once_an_organisation_and_found_by_the_search(world: IncubationWorld) -> None:
    town = Organisation.objects.create(name="Ville d’essai", kind=Kind.COMMUNE)
    manager = member(Role.INCUBATOR_MANAGER, town, "ville@example.org")
    fresh = Incubator(organisation=town, name="La Ruche", description="Dix bureaux.", stay_months=24)
    made = spaces.save_incubator(fresh, manager, "3 rue du Puits, 35000 Rennes")
    assert (made.address, made.postcode, made.city) == ("3 rue du Puits", "35000", "Rennes")
    offer = made.opportunity
    assert offer is not None
    assert (offer.state, offer.kind, offer.title) == ("published", "incubator", "La Ruche")
    assert "ruche" in offer.searchable
    kind = kind_of(offer)
    step = kind.next_step(offer, world.a.tenant)
    assert step is not None
    assert str(made.pk) in step.url
    facts = dict(kind.details(offer, world.a.tenant))
    assert facts["One stays"] == "24 months at most"
    assert kind.offerer_url(offer) == made.get_absolute_url()
    with pytest.raises(ValidationError, match="has an incubator already"):
        spaces.save_incubator(Incubator(organisation=town, name="Autre"), manager, "Rennes")
    with pytest.raises(ValidationError, match="manage no incubator"):
        spaces.save_incubator(made, world.b.manager, "Rennes")
    seen = Incubator.objects.get(pk=made.pk).updated_at
    made.name = "La Grande Ruche"
    spaces.save_incubator(made, manager, "3 rue du Puits, 35000 Rennes", seen=seen)
    offer.refresh_from_db()
    assert (offer.title, Opportunity.objects.filter(kind="incubator").count()) == ("La Grande Ruche", 1)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        spaces.save_incubator(made, manager, "Rennes", seen=seen)


@pytest.mark.django_db
def test_a_space_is_not_withdrawn_while_somebody_is_in_it_or_booked_it(world: IncubationWorld) -> None:
    office, workshop, room = world.a.spaces
    with pytest.raises(ValidationError, match="Traiteur A is in Bureau 1"):
        spaces.withdraw_space(office)
    booking = book(world.a)[0]
    with pytest.raises(ValidationError, match="is booked in the days to come"):
        spaces.withdraw_space(room)
    room.bookable = False
    with pytest.raises(ValidationError, match="is booked in the days to come"):
        spaces.save_space(room)
    bookings.cancel(booking, world.a.manager)
    assert spaces.withdraw_space(room).withdrawn_on == TODAY
    assert spaces.withdraw_space(workshop).withdrawn_on == TODAY
    assert spaces.withdraw_space(workshop).withdrawn_on == TODAY
    assert spaces.restore_space(workshop).withdrawn_on is None
    office.bookable, office.hourly_price = True, Decimal(5)
    with pytest.raises(ValidationError, match="Traiteur A is in Bureau 1"):
        spaces.save_space(office)
    fresh = Space(incubator=world.a.incubator, name="Salle 2", kind=SpaceKind.ROOM, surface=12, bookable=True)
    fresh.daily_price = Decimal(10)
    with pytest.raises(ValidationError, match="price of an hour"):
        spaces.save_space(fresh)
    seen = workshop.updated_at - DAY
    with pytest.raises(ValidationError, match="meanwhile"):
        spaces.save_space(workshop, seen=seen)


@pytest.mark.django_db
def test_the_rent_grid_is_written_whole_or_not_at_all(world: IncubationWorld) -> None:
    incubator = world.a.incubator
    seen = spaces.grid_seen(incubator)
    cells: dict[tuple[str, int], spaces.Cell] = {
        ("office", 1): (Decimal("6.00"), Decimal("12.50")),
        ("office", 2): (Decimal("7.00"), Decimal("12.50")),
        ("workshop", 1): None,
        ("store", 1): (Decimal(2), Decimal(4)),
    }
    assert spaces.save_grid(incubator, cells, seen=seen) == 3
    assert spaces.save_grid(incubator, cells) == 0
    assert GridStep.objects.get(incubator=incubator, kind="office", year=2).rent == 7
    assert not GridStep.objects.filter(incubator=incubator, kind="workshop", year=1).exists()
    with pytest.raises(ValidationError, match="meanwhile"):
        spaces.save_grid(incubator, cells, seen=seen)
    with pytest.raises(ValidationError):
        spaces.save_grid(incubator, {("office", 3): (Decimal(-1), Decimal(4)), ("office", 1): None})
    assert GridStep.objects.filter(incubator=incubator, kind="office").count() == 3


# Bookings


@pytest.mark.django_db
def test_who_is_hosted_followed_or_advises_books_and_pays_what_it_costs(world: IncubationWorld) -> None:
    side = world.a
    paid = book(side)[0]
    assert (paid.price, paid.organisation, paid.booked_by) == (Decimal(16), side.company, side.tenant)
    whole = book(side, day=TOMORROW + DAY, starts="07:00", ends="22:00")[0]
    assert whole.price == 50
    for account, hour in ((side.holders[1], "12"), (side.expert.account, "13"), (side.manager, "14")):
        free = book(side, account, starts=f"{hour}:00", ends=f"{hour}:30")[0]
        assert (free.price, free.organisation) == (0, None)
    holder = book(side, side.holders[0], starts="15:00", ends="16:00", organisation=side.company)[0]
    assert holder.price == 8
    for account in (world.b.tenant, world.b.holders[0], world.b.expert.account, world.b.manager):
        with pytest.raises(ValidationError, match="hosted, followed or advise"):
            book(side, account, starts="17:00", ends="18:00")
    with pytest.raises(ValidationError, match="Choose the company"):
        book(side, side.tenant, starts="17:00", ends="18:00", organisation=None)
    with pytest.raises(ValidationError, match="hosted here"):
        book(side, side.tenant, starts="17:00", ends="18:00", organisation=world.b.company)
    with pytest.raises(ValidationError, match="manager book"):
        book(side, side.tenant, starts="17:00", ends="18:00", outside="Notaire", organisation=None)


@pytest.mark.django_db
def test_others_are_booked_for_by_the_manager_at_their_price(world: IncubationWorld) -> None:
    side, room = world.a, room_of(world.a)
    with pytest.raises(ValidationError, match="no price for others"):
        book(side, side.manager, outside="Cabinet Legoff")
    Space.objects.filter(pk=room.pk).update(outside_price=Decimal("15.00"))
    assert book(side, side.manager, outside="Cabinet Legoff")[0].price == 30
    with pytest.raises(ValidationError, match="not both"):
        book(
            side,
            side.manager,
            outside="Cabinet Legoff",
            organisation=side.company,
            starts="12:00",
            ends="13:00",
        )
    with pytest.raises(ValidationError, match="nobody’s booking"):
        book(side, side.manager, closure=True, organisation=side.company, starts="12:00", ends="13:00")
    closed = book(side, side.manager, closure=True, starts="12:00", ends="22:00", title="Peinture")[0]
    assert closed.price == 0
    with pytest.raises(ValidationError, match="taken at that time"):
        book(side, starts="12:00", ends="13:00")


@pytest.mark.django_db
def test_hours_are_open_ahead_and_not_too_far(world: IncubationWorld) -> None:
    side = world.a
    with pytest.raises(ValidationError, match="from 7 to 22"):
        book(side, starts="06:30", ends="08:00")
    with pytest.raises(ValidationError, match="from 7 to 22"):
        book(side, starts="21:00", ends="22:30")
    with pytest.raises(ValidationError, match="past"):
        book(side, day=TODAY - DAY)
    with pytest.raises(ValidationError, match="6 months ahead"):
        book(side, day=add_months(TODAY, 6) + 2 * DAY)
    with pytest.raises(ValidationError, match="12 weeks at most"):
        book(side, weeks=13)
    assert book(side, day=add_months(TODAY, 6))
    with pytest.raises(ValidationError, match="not booked by hours"):
        bookings.book(side.spaces[0], bookings.Wish(span(TOMORROW), organisation=side.company), side.tenant)
    assert not Booking.objects.filter(space=side.spaces[0]).exists()


@pytest.mark.django_db
def test_a_clash_names_the_nearest_free_hours_and_weeks_are_all_or_nothing(world: IncubationWorld) -> None:
    side = world.a
    book(side)
    with pytest.raises(ValidationError) as refused:
        book(side, side.holders[1], starts="10:00", ends="11:00")
    words = "This space is taken at that time. Free on that day: 08:00–09:00, 11:00–12:00, 12:00–13:00."
    assert refused.value.messages == [words]
    assert book(side, side.holders[1], starts="11:00", ends="12:00")
    make_booking(side, TOMORROW + 14 * DAY, "15:00", "17:00")
    make_booking(side, TOMORROW + 28 * DAY, "15:00", "17:00")
    before = Booking.objects.count()
    with pytest.raises(ValidationError) as clash:
        book(side, starts="16:00", ends="18:00", weeks=12)
    words = clash.value.messages[0]
    assert f"{TOMORROW + 14 * DAY:%m/%d/%Y}, {TOMORROW + 28 * DAY:%m/%d/%Y}. Nothing was booked" in words
    assert Booking.objects.count() == before
    made = book(side, starts="17:00", ends="18:00", weeks=12)
    assert len({one.series for one in made}) == 1
    assert [one.starts_at.astimezone(PARIS).hour for one in made] == [17] * 12
    full = TOMORROW + 60 * DAY
    make_booking(side, full, "07:00", "22:00")
    with pytest.raises(ValidationError, match="Nothing as long is free"):
        book(side, day=full)


@pytest.mark.django_db
def test_a_booking_is_given_back_until_it_begins(world: IncubationWorld) -> None:
    side = world.a
    made = book(side, weeks=4)
    with pytest.raises(ValidationError, match="Only who booked"):
        bookings.cancel(made[0], side.holders[0])
    assert len(bookings.cancel(made[1], side.tenant)) == 1
    assert bookings.cancel(made[1], side.tenant) == []
    assert len(bookings.cancel(made[0], side.manager, following=True)) == 3
    assert set(Booking.objects.values_list("state", flat=True)) == {BookingState.CANCELLED}
    assert book(side, side.holders[1])
    past = make_booking(side, TODAY - DAY)
    with pytest.raises(ValidationError, match="has begun"):
        bookings.cancel(past, side.manager)


@pytest.mark.django_db
def test_the_database_itself_refuses_what_overlaps(world: IncubationWorld) -> None:
    side = world.a
    make_booking(side, TOMORROW)
    with pytest.raises(IntegrityError, match="incubation_space_for_one"), transaction.atomic():
        make_booking(side, TOMORROW, "10:30", "12:00")
    assert make_booking(side, TOMORROW, "11:00", "12:00")
    assert make_booking(side, TOMORROW, "09:30", "10:00", state="booked", space=side.spaces[1])


@pytest.mark.django_db
def test_others_only_see_that_a_room_is_taken(world: IncubationWorld) -> None:
    side, room = world.a, room_of(world.a)
    book(side, title="Secret")
    for account, words in (
        (side.tenant, "Traiteur A"),
        (side.manager, "Traiteur A"),
        (side.holders[1], "taken"),
        (side.expert.account, "taken"),
    ):
        line = reads.days_of([room], TOMORROW, 1, account, PARIS)[0][0]
        assert [one.words for one in line.taken] == [words], account
        assert (line.taken[0].booking is None) == (words == "taken")
    assert list(reads.rooms_booked_by(world.b.tenant)) == [room_of(world.b)]
    assert not Booking.objects.visible_to(side.holders[1]).exists()


@pytest.mark.django_db
def test_erasing_leaves_no_name_and_keeps_what_is_owed(world: IncubationWorld) -> None:
    side = world.a
    booking = make_booking(side, TODAY - 400 * DAY, outside="")
    rule = dict(personal_data.items())[Booking]
    assert list(rule.retention.expired(TODAY)) == [booking]
    assert rule.export(rule.concerns(side.tenant).get())["title"] == "Entretiens d’embauche"
    assert rule.erase(rule.concerns(side.tenant)) == 1
    booking.refresh_from_db()
    assert (booking.booked_by, booking.title, booking.price) == (None, "", Decimal(16))
    assert not rule.retention.expired(TODAY).exists()


def test_rounding_is_half_up() -> None:
    start = dt.datetime(2026, 3, 10, 9, tzinfo=PARIS)
    half = price(Tariff(Decimal("0.01")), start, start + dt.timedelta(minutes=30))
    assert half == Decimal("0.005").quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("0.01")


@pytest.mark.django_db
def test_a_new_space_is_free_for_everyone_to_see(world: IncubationWorld) -> None:
    make_space(world.a.incubator, "Bureau 9", surface=Decimal("12.5"))
    offered = queries.offered(world.a.incubator)
    office = next(one for one in offered.kinds if one.label == "Office")
    assert (office.count, office.free, office.smallest, office.largest) == (
        2,
        1,
        Decimal("12.5"),
        Decimal(20),
    )
    assert office.rents == [Decimal(6), Decimal(8), Decimal(10)]
    row = queries.public_incubators().get(pk=world.a.incubator.pk)
    assert (row.let, row.free, row.lowest) == (3, 2, Decimal(6))
    assert timezone.localdate() == TODAY
