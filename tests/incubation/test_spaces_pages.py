"""The pages of incubators, spaces and rooms: what each role sees and does, faults, exports, e-mails, few queries."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.incubation.models import Booking, GridStep, Incubator, Space
from croisee.incubation.services import spaces
from croisee.opportunities.models import Opportunity
from tests.incubation.spaces_helpers import TOMORROW, book, delivered, make_booking, room_of
from tests.incubation_world import IncubationWorld, make_space
from tests.world import TODAY, member

Enter = Callable[[Account], Client]
MOST = 12


def page(client: Client, name: str, *args: object, query: str = "", status: int = 200) -> str:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse(f"incubation:{name}", args=args) + query)
    assert answer.status_code == status, (name, answer.status_code)
    assert len(queries) <= MOST, (name, len(queries))
    return answer.content.decode()


def send(client: Client, name: str, /, *args: object, **values: Any) -> Any:
    return client.post(reverse(f"incubation:{name}", args=args), values)


def wanted(**changed: object) -> dict[str, object]:
    return {
        "day": TOMORROW.isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "title": "",
        "weeks": "1",
    } | changed


@pytest.mark.django_db
def test_everyone_reads_what_an_incubator_offers(world: IncubationWorld, client: Client) -> None:
    text = page(client, "incubators")
    assert "Le Quadri A" in text
    assert "Write my incubator" not in text
    text = page(client, "incubator", world.a.incubator.pk)
    for words in (
        "less than 3 years old",
        "36 months at most",
        "Salle Vilaine",
        "6.00 €",
        "Present my project",
    ):
        assert words in text, words
    assert "Traiteur" not in text
    assert reverse("incubation:new_enquiry", args=[world.a.incubator.pk]) in text
    assert "Change the incubator" not in text
    exported = client.get(reverse("incubation:incubators") + "?export=csv")
    assert b"Le Quadri B" in exported.content


@pytest.mark.django_db
def test_a_manager_writes_the_incubator_its_spaces_and_its_rents(enter: Enter) -> None:
    town = Organisation.objects.create(name="Ville d’essai", kind=Kind.COMMUNE)
    client = enter(member(Role.INCUBATOR_MANAGER, town, "ville@example.org"))
    for name in ("spaces", "occupancy_plan", "rooms", "statements", "statement_lines"):
        assert "Write my incubator" in page(client, name)
    values = {"organisation": town.pk, "name": "La Ruche", "address": "3 rue du Puits, 35000 Rennes"}
    values |= {"company_years": 3, "stay_months": 36}
    bad = send(client, "new_incubator", **{**values, "name": "", "stay_months": 0})
    assert bad.status_code == 422
    answer = send(client, "new_incubator", **values)
    made = Incubator.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert Opportunity.objects.get(kind="incubator").state == "published"
    assert client.get(reverse("incubation:new_incubator")).status_code == 302
    assert "3 rue du Puits, 35000 Rennes" in page(client, "edit_incubator", made.pk)
    values = {
        "kind": "office",
        "name": "Bureau 1",
        "floor": 0,
        "surface": "18,5",
        "seats": 2,
        "accessible": "on",
    }
    values |= {"hourly_price": 0, "daily_price": 0, "surface": "18.5"}
    assert send(client, "new_space", made.pk, **{**values, "surface": "-1"}).status_code == 422
    assert send(client, "new_space", made.pk, **values).status_code == 302
    space = Space.objects.get()
    assert "Bureau 1" in page(client, "spaces")
    assert send(client, "edit_space", space.pk, **{**values, "seats": 3}).status_code == 302
    assert (
        send(client, "edit_space", space.pk, **{**values, "seen": "2020-01-01T00:00:00+00:00"}).status_code
        == 422
    )
    assert "free" in page(client, "occupancy_plan")
    assert send(client, "move_space", space.pk, do="withdraw").status_code == 302
    assert "No longer in service since" in page(client, "edit_space", space.pk)
    send(client, "move_space", space.pk, do="restore")
    space.refresh_from_db()
    assert (space.withdrawn_on, space.seats) == (None, 3)
    text = page(client, "rent_grid", made.pk)
    assert "rent-office-3" in text
    assert "rent-office-4" not in text
    answer = send(client, "rent_grid", made.pk, **{"rent-office-1": "6"})
    assert answer.status_code == 422
    assert "Give both figures, or neither." in answer.content.decode()
    answer = send(client, "rent_grid", made.pk, **{"rent-office-1": "6", "market-office-1": "12.5"})
    assert answer.status_code == 302
    assert GridStep.objects.get().market == Decimal("12.5")
    answer = send(
        client, "rent_grid", made.pk, **{"seen": "other", "rent-office-1": "7", "market-office-1": "9"}
    )
    assert "meanwhile" in answer.content.decode()


@pytest.mark.django_db
def test_the_plan_shows_filters_and_exports(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    client = enter(side.manager)
    text = page(client, "occupancy_plan")
    assert "Traiteur A, since" in text
    assert "17 %" in text
    text = page(client, "occupancy_plan", query="?standing=free")
    assert "Atelier 1" in text
    assert "Traiteur A" not in text
    assert "Bureau 1" not in page(client, "occupancy_plan", query="?kind=workshop")
    assert "nobody in these months" in page(client, "occupancy_plan", query="?from=2020-01")
    assert page(client, "occupancy_plan", query="?from=x&incubator=y")
    rows = list(
        csv.reader(
            io.StringIO(
                client.get(reverse("incubation:occupancy_plan") + "?export=csv").content.decode("utf-8-sig")
            )
        )
    )
    assert rows[0] == ["Space", "Kind", "Surface (m²)", "Who is there", "Free"]
    assert rows[1] == ["Atelier 1", "workshop", "100.0", "", "now"]
    assert "Le Quadri B" not in text
    for number in range(30):
        make_space(side.incubator, f"Bureau {number + 10}")
    assert "Bureau 39" in page(client, "occupancy_plan")
    assert client.get(reverse("incubation:spaces") + "?export=xlsx").status_code == 200


@pytest.mark.django_db
def test_a_company_books_is_told_and_gives_back(world: IncubationWorld, enter: Enter) -> None:
    side, room = world.a, room_of(world.a)
    client = enter(side.tenant)
    text = page(client, "rooms")
    assert "Salle Vilaine" in text
    assert "Book" in page(client, "rooms", query=f"?show=day&on={TOMORROW}")
    form = page(client, "book_space", room.pk, query=f"?on={TOMORROW}&at=21:30")
    assert '<option value="22:00" selected>' in form
    assert "8.00 € an hour, 50.00 € a day at most" in form
    assert "Another customer" not in form
    bad = send(client, "book_space", room.pk, **wanted(ends="09:00", organisation=side.company.pk))
    assert bad.status_code == 422
    assert "choose a later hour" in bad.content.decode()
    answer = send(
        client, "book_space", room.pk, **wanted(organisation=side.company.pk, title="Atelier", weeks="2")
    )
    first, second = Booking.objects.order_by("starts_at")
    assert answer.headers["Location"] == reverse("incubation:booking", args=[first.pk])
    answer = send(client, "book_space", room.pk, **wanted(organisation=side.company.pk))
    assert "Free on that day: 07:00–09:00, 11:00–13:00" in answer.content.decode()
    text = page(client, "booking", first.pk)
    assert "Cancel it and the 1 after it" in text
    assert "16.00 €" in text
    calendar = Calendar.from_ical(client.get(reverse("incubation:booking_file", args=[first.pk])).content)
    assert str(calendar.events[0]["SUMMARY"]) == "Salle Vilaine (Le Quadri A)"
    assert "Atelier" in page(client, "bookings")
    [message] = delivered()
    assert message.to == [side.tenant.email]
    assert message.subject == f"Salle Vilaine is booked on {TOMORROW:%m/%d/%Y}"
    assert "Price before tax: 32.00 €" in message.body
    assert "09:00–11:00" in message.body
    assert message.attachments[0][0] == "reservation.ics"
    send(client, "cancel_space_booking", first.pk, following="yes")
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert "is no longer booked" in delivered()[0].subject
    assert "Cancel the booking" not in page(client, "booking", first.pk)
    assert client.get(reverse("incubation:booking_file", args=[first.pk])).status_code == 404


@pytest.mark.django_db
def test_a_manager_books_for_others_and_closes(world: IncubationWorld, enter: Enter) -> None:
    side, room = world.a, room_of(world.a)
    spaces.save_space(Space.objects.get(pk=room.pk))
    Space.objects.filter(pk=room.pk).update(outside_price=Decimal(15))
    client = enter(side.manager)
    assert "15.00 € an hour for others" in page(client, "book_space", room.pk)
    assert send(client, "book_space", room.pk, **wanted(outside="=Cabinet")).status_code == 302
    assert [one.to for one in delivered()] == [[side.manager.email]]
    sent = send(
        client,
        "book_space",
        room.pk,
        **wanted(closure="on", starts="13:00", ends="22:00", title="Peinture"),
    )
    assert sent.status_code == 302
    assert delivered() == []
    text = page(client, "rooms", query=f"?on={TOMORROW}")
    assert "closed: Peinture" in text
    assert "All bookings" in text
    assert "=Cabinet" in page(client, "bookings", query="?q=cabinet")
    exported = client.get(reverse("incubation:bookings") + "?export=csv").content.decode()
    assert "'=Cabinet" in exported
    tenant = enter(side.tenant)
    text = page(tenant, "rooms", query=f"?on={TOMORROW}")
    assert "closed" in text
    assert "Peinture" not in text
    assert "Cabinet" not in text


@pytest.mark.django_db
def test_who_has_no_right_finds_nothing_and_changes_nothing(world: IncubationWorld, enter: Enter) -> None:
    side, room = world.a, room_of(world.a)
    booking = make_booking(side, TOMORROW)
    for account in (world.b.tenant, world.b.manager, world.b.holders[0], world.b.expert.account):
        client = enter(account)
        assert "Salle Vilaine" in page(client, "rooms", query=f"?incubator={side.incubator.pk}&on={TOMORROW}")
        assert "Le Quadri A" not in page(client, "rooms", query=f"?incubator={side.incubator.pk}")
        page(client, "book_space", room.pk, status=404)
        page(client, "booking", booking.pk, status=404)
        page(client, "booking_file", booking.pk, status=404)
        assert send(client, "cancel_space_booking", booking.pk).status_code == 404
        assert send(client, "book_space", room.pk, **wanted()).status_code == 404
    other = enter(world.b.manager)
    for name, key in (
        ("edit_incubator", side.incubator.pk),
        ("rent_grid", side.incubator.pk),
        ("new_space", side.incubator.pk),
        ("edit_space", room.pk),
    ):
        page(other, name, key, status=404)
    assert send(other, "move_space", room.pk).status_code == 404
    assert "Traiteur A" not in page(other, "occupancy_plan", query=f"?incubator={side.incubator.pk}")
    holder = enter(side.holders[1])
    text = page(holder, "rooms", query=f"?on={TOMORROW}")
    assert "09:00–11:00" in text
    assert "Traiteur A" not in text
    assert send(holder, "cancel_space_booking", booking.pk).status_code == 404
    booking.refresh_from_db()
    assert booking.state == "booked"


@pytest.mark.django_db
def test_pages_do_not_grow_with_the_tables(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    names = ("incubators", "spaces", "occupancy_plan", "rooms", "bookings")
    client = enter(side.manager)

    def counts() -> list[int]:
        found = []
        for name in names:
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"incubation:{name}"))
            found.append(len(queries))
        return found

    book(side)
    before = counts()
    for number in range(12):
        make_booking(side, TODAY + dt.timedelta(days=number + 2))
        make_space(side.incubator, f"Salle {number}", "room")
        make_space(side.incubator, f"Bureau {number + 20}")
    assert counts() == before
    assert max(before) <= MOST


@pytest.mark.django_db
def test_home_pages_say_what_there_is(world: IncubationWorld, enter: Enter) -> None:
    book(world.a, day=TODAY + dt.timedelta(days=1))
    for account, words in (
        (world.a.manager, "space is free today"),
        (world.a.tenant, "Book a room"),
        (world.a.holders[1], "Book a room"),
        (world.a.expert.account, "Book a room"),
    ):
        text = enter(account).get(reverse("portal:mine")).content.decode()
        assert words in text, account
    nobody = Organisation.objects.create(name="Ailleurs", kind=Kind.EMPLOYER)
    client = enter(member(Role.EMPLOYER, nobody, "ailleurs@example.org"))
    assert "Book a room" not in client.get(reverse("portal:mine")).content.decode()
    assert "You book no room yet" in page(client, "rooms")
    town = Organisation.objects.create(name="Ville", kind=Kind.COMMUNE)
    fresh = enter(member(Role.INCUBATOR_MANAGER, town, "ville@example.org"))
    assert "Write your incubator" in fresh.get(reverse("portal:mine")).content.decode()
