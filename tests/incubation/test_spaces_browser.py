"""Spaces and rooms in a real browser: the plan, the calendar on a phone, booking by keyboard, a month to finance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Booking, Space, SpaceKind, Statement
from tests.browser import Visit, look
from tests.incubation.spaces_helpers import LAST_MONTH, TOMORROW, make_booking, room_of
from tests.incubation_world import IncubationWorld, make_agreement, make_incubation_world, make_space
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world(transactional_db: None) -> IncubationWorld:
    """Two incubators; that of side A with a full plan and a busy week."""
    world = make_incubation_world()
    side = world.a
    make_space(side.incubator, "Salle Blosne", SpaceKind.ROOM, seats=4, equipment="Écran")
    make_space(side.incubator, "Bureau 2", surface=Decimal("14.5"), floor=1)
    desk = make_space(side.incubator, "Poste 1", SpaceKind.DESK, surface=Decimal(6), floor=1)
    make_agreement(
        side.projects[0],
        side.company,
        desk,
        starts_on=TODAY + dt.timedelta(days=60),
        ends_on=TODAY + dt.timedelta(days=200),
    )
    Space.objects.filter(pk=room_of(side).pk).update(outside_price=Decimal(15))
    for number in range(6):
        make_booking(side, TODAY + dt.timedelta(days=number + 1), f"{8 + number:02d}:00", f"{10 + number}:30")
    make_booking(side, LAST_MONTH + dt.timedelta(days=3))
    return world


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def test_a_manager_sees_who_is_where_and_writes_a_space(visit: Visit, world: IncubationWorld) -> None:
    side = world.a
    page = enter(visit, side.manager, reverse("incubation:occupancy_plan"))
    expect(page.get_by_text("Traiteur A, since").first).to_be_visible()
    look(page, "spaces-plan")
    page.get_by_role("link", name="Spaces and rents").click()
    look(page, "spaces-spaces")
    page.get_by_role("link", name="Add a space").click()
    page.get_by_label("Name").fill("Bureau 3")
    page.get_by_label("Surface (m²)").fill("18")
    look(page, "spaces-space")
    page.get_by_role("button", name="Add the space").click()
    expect(page.get_by_text("The space is added.")).to_be_visible()
    page.get_by_role("link", name="Bureau 3").click()
    page.get_by_role("button", name="Take it out of service").click()
    page.locator("#withdraw").get_by_role("button", name="Take it out of service").click()
    expect(page.get_by_text("No longer in service since")).to_be_visible()
    page = visit.open(reverse("incubation:rent_grid", args=[side.incubator.pk]))
    page.get_by_label("Rent of the kind “Store room” in year 1, €/m²/month", exact=True).fill("2.5")
    page.get_by_label("Market rent of the kind “Store room” in year 1").fill("4")
    look(page, "spaces-grid")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The grid is saved")).to_be_visible()
    look(page, "spaces-incubator")
    look(visit.open(reverse("incubation:incubators")), "spaces-incubators")
    visit.assert_quiet()


def test_a_company_books_a_room_on_a_phone_with_the_keyboard(visit: Visit, world: IncubationWorld) -> None:
    side = world.a
    where = f"{reverse('incubation:rooms')}?on={TOMORROW}"
    page = enter(visit, side.tenant, where)
    look(page, "spaces-week")
    page = visit.open(f"{where}&show=day")
    look(page, "spaces-day")
    page.set_viewport_size(PHONE)
    link = page.get_by_role("link", name="Book Salle Blosne, 14:00")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_label("For what").fill("Recrutement")
    page.get_by_label("Repeat").select_option("3")
    look(page, "spaces-book")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(page.get_by_text("Booked over 3 weeks")).to_be_visible()
    look(page, "spaces-booking")
    page = visit.open(f"{reverse('incubation:book_space', args=[room_of(side).pk])}?on={TOMORROW}&at=09:00")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("This space is taken at that time. Free on that day:")).to_be_visible()
    visit.complaints.clear()  # the browser notes that the form came back
    page = visit.open(reverse("incubation:bookings"))
    page.get_by_role("row").filter(has_text="Recrutement").last.get_by_role("link").click()
    page.get_by_role("button", name="Cancel it and the").click()
    page.locator("#cancel-all").get_by_role("button", name="Cancel it and the").click()
    expect(page.get_by_text("The booking is cancelled")).to_be_visible()
    assert Booking.objects.filter(title="Recrutement", state="cancelled").exists()
    look(visit.open(reverse("incubation:bookings")), "spaces-bookings")
    visit.assert_quiet()


def test_a_holder_and_an_expert_see_taken_hours_and_book(visit: Visit, world: IncubationWorld) -> None:
    side = world.a
    for account, hour in ((side.holders[1], "15:00"), (side.expert.account, "17:00")):
        page = enter(visit, account, f"{reverse('incubation:rooms')}?on={TOMORROW}&show=day")
        expect(page.get_by_text("taken", exact=True).first).to_be_visible()
        expect(page.get_by_text("Traiteur A")).to_have_count(0)
        page.get_by_role("link", name=f"Book Salle Vilaine, {hour}").click()
        expect(page.get_by_text("Free of charge for you.")).to_be_visible()
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.get_by_text("Booked: a confirmation")).to_be_visible()
    visit.assert_quiet()


def test_a_month_goes_to_finance_and_the_company_reads_it(visit: Visit, world: IncubationWorld) -> None:
    side = world.a
    page = enter(visit, side.manager, reverse("incubation:statements"))
    page.get_by_role("button", name="Prepare the month").click()
    look(page, "statements-month")
    page.locator("main").get_by_role("link", name="Traiteur A").click()
    page.get_by_label("What for").fill("Deux badges")
    page.get_by_label("Quantity").fill("2")
    page.get_by_label("Unit price").fill("7.50")
    page.get_by_role("button", name="Add the line").click()
    expect(page.get_by_text("The line is added.")).to_be_visible()
    look(page, "statements-statement")
    page.get_by_role("button", name="Send to finance").click()
    page.locator("#issue").get_by_role("button", name="Send to finance").click()
    expect(page.get_by_text("The statement is sent")).to_be_visible()
    assert Statement.objects.get().total == Decimal(191)
    look(visit.open(reverse("incubation:statement_lines")), "statements-lines")
    page = enter(visit, side.tenant, reverse("incubation:my_statements"))
    look(page, "statements-mine")
    page.locator("main tbody").get_by_role("link").first.click()
    expect(page.get_by_text("This is no invoice")).to_be_visible()
    visit.assert_quiet()
