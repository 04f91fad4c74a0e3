"""Calendars: read back by the library that other software uses, as each role."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from croisee.foundation.accounts.models import Account
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import CalendarFeed, Campaign, ClassWeek, Convention, Internship
from croisee.stages.services import feeds
from tests.stages.test_attendance import agree
from tests.world import LAST_YEAR, MONDAY, World, make_campaign, make_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


@pytest.fixture
def world() -> World:
    return make_world()


def events(account: Account) -> dict[str, Event]:
    calendar = Calendar.from_ical(feeds.calendar_file(account))
    found = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT")), "each UID once"
    return found


def internships(account: Account) -> list[Event]:
    return [event for event in events(account).values() if event.end != event.start and "LOCATION" in event]


def test_a_family_finds_the_hours_of_its_child_with_their_breaks(world: World) -> None:
    agree(world)
    found = internships(world.families[0])
    assert len(found) == 10
    first = min(found, key=lambda event: event.start)
    paris = ZoneInfo("Europe/Paris")
    assert first.start == dt.datetime.combine(MONDAY, dt.time(9), paris)
    assert first.end == dt.datetime.combine(MONDAY, dt.time(12), paris)
    assert first["DTSTART"].params["TZID"] == "Europe/Paris"
    assert "Élève0" in first["SUMMARY"]
    assert "Entreprise 1" in first["SUMMARY"]
    assert "Rennes" in first["LOCATION"]
    assert b"BEGIN:VTIMEZONE" in feeds.calendar_file(world.families[0])
    assert internships(world.families[1]) == []


def test_hours_that_are_not_known_make_whole_days(world: World) -> None:
    agree(world)
    Internship.objects.update(hours={})
    (event,) = internships(world.families[0])
    assert (event.start, event.end) == (MONDAY, MONDAY + dt.timedelta(days=5))


def test_a_host_finds_first_names_and_no_more(world: World) -> None:
    agree(world)
    text = feeds.calendar_file(world.employers[0]).decode()
    assert "Élève0" in text
    assert "Famille" not in text
    assert internships(world.employers[1]) == []


def test_a_school_finds_the_weeks_of_its_classes_and_no_pupil(world: World) -> None:
    agree(world)
    for account in (world.heads[0], world.staff[0]):
        days = [event for event in events(account).values() if not isinstance(event.start, dt.datetime)]
        assert [(event.start, event.end) for event in days] == [(MONDAY, MONDAY + dt.timedelta(days=5))]
        assert "3e 1" in days[0]["SUMMARY"]
        assert "Élève" not in feeds.calendar_file(account).decode()


def test_the_campaign_is_in_everyones_calendar(world: World) -> None:
    for account in (world.manager, world.heads[0], world.families[0], world.employers[0]):
        found = [uid for uid in events(account) if uid.startswith(str(world.campaign.pk))]
        assert len(found) == 8
    opens = events(world.manager)[f"{world.campaign.pk}-opens_at@croisee"]
    assert opens.start.utctimetuple() == world.campaign.opens_at.replace(microsecond=0).utctimetuple()


def test_a_family_finds_no_campaign_of_others_and_the_page_shows_nothing_past(
    world: World, sign_in: SignIn
) -> None:
    others = make_campaign(world.metropolis, name="Une autre", school_year=LAST_YEAR)
    assert not [uid for uid in events(world.families[0]) if uid.startswith(str(others.pk))]
    assert [uid for uid in events(world.heads[0]) if uid.startswith(str(others.pk))]
    shown = sign_in(world.families[0]).get(reverse("stages:calendar_page")).context
    assert all(entry.day >= timezone.localdate() for entry in shown["entries"])
    assert shown["more"] > 0


def test_a_draft_is_in_nobodys_calendar(world: World, account_of: Callable[..., Account]) -> None:
    values = Campaign.objects.filter(pk=world.campaign.pk).values().get()
    for name in ("id", "state", "created_at", "updated_at", "published_turn"):
        values.pop(name)
    draft = Campaign.objects.create(**values)
    assert not any(uid.startswith(str(draft.pk)) for uid in events(world.manager))
    assert events(account_of(None)) == {}


def test_a_change_raises_the_sequence_and_keeps_the_identifiers(world: World) -> None:
    convention = agree(world)
    before = events(world.families[0])
    offer = convention.application.period.opportunity
    offer.city = "Cesson-Sévigné"
    offer.save()
    type(offer).objects.filter(pk=offer.pk).update(updated_at=offer.updated_at + dt.timedelta(seconds=5))
    after = events(world.families[0])
    assert before.keys() == after.keys()
    changed = [uid for uid in before if after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]]
    assert len(changed) == 10
    assert all(after[uid]["SEQUENCE"] < 2**31 for uid in after)


def test_a_cancelled_internship_is_sent_as_cancelled(world: World) -> None:
    convention = agree(world)
    before = {event["UID"] for event in internships(world.families[0])}
    Application.objects.filter(pk=convention.application.pk).update(state=ApplicationState.CANCELLED)
    for account in (world.families[0], world.employers[0]):
        found = internships(account)
        assert {event["UID"] for event in found} == before
        assert {str(event["STATUS"]) for event in found} == {"CANCELLED"}
    assert "Élève" not in feeds.calendar_file(world.employers[0]).decode()


def test_a_place_that_was_never_confirmed_is_in_no_calendar(world: World) -> None:
    application = world.wish(0, 0, rank=1)
    assert Convention.objects.count() == 0
    for state in (ApplicationState.OFFERED, ApplicationState.GIVEN_BACK):
        Application.objects.filter(pk=application.pk).update(state=state)
        assert internships(world.families[0]) == []
        assert internships(world.employers[0]) == []


def test_a_title_with_commas_and_line_ends_is_read_back_whole(world: World) -> None:
    world.classes[0].name = "3e A; B, C\\D é" + "x" * 20
    world.classes[0].save()
    found = [event for event in events(world.heads[0]).values() if not isinstance(event.start, dt.datetime)]
    assert "3e A; B, C\\D é" in found[0]["SUMMARY"]
    assert all(len(line) <= 75 for line in feeds.calendar_file(world.heads[0]).split(b"\r\n"))
    assert ClassWeek.objects.count() == 2


# The secret address


def test_the_address_is_read_without_signing_in_renewed_and_closed(
    world: World, sign_in: SignIn, client: Client
) -> None:
    agree(world)
    family = sign_in(world.families[0])
    page = family.get(reverse("stages:calendar_page")).content.decode()
    assert ".ics" in page
    shown = family.post(reverse("stages:calendar_page"), {"what": "renew"}, follow=True)
    assert shown.redirect_chain
    assert shown["Cache-Control"] == "no-store"
    token = shown.context["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in family.get(reverse("stages:calendar_page")).content.decode()
    assert CalendarFeed.objects.get().token_sha256 != token
    first = reverse("stages:calendar_feed", args=[token])
    answer = client.get(first)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert "Élève0" in answer.content.decode()
    second = reverse("stages:calendar_feed", args=[feeds.renew(world.families[0])])
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    family.post(reverse("stages:calendar_page"), {"what": "revoke"})
    assert client.get(second).status_code == 404
    assert not feeds.revoke(world.families[0])


def test_a_closed_account_and_a_made_up_address_show_nothing(world: World, client: Client) -> None:
    token = feeds.renew(world.families[0])
    Account.objects.filter(pk=world.families[0].pk).update(is_active=False)
    assert client.get(reverse("stages:calendar_feed", args=[token])).status_code == 404
    assert client.get(reverse("stages:calendar_feed", args=["x"])).status_code == 404


def test_guessing_addresses_is_limited(world: World, client: Client) -> None:
    address = reverse("stages:calendar_feed", args=["x"])
    assert [client.get(address).status_code for _try in range(61)][-1] == 429
