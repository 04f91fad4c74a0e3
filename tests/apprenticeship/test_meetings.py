"""Forums and job datings: slots, bookings that never clash, the waiting list, results, who sees whom."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pypdf import PdfReader

from croisee.apprenticeship.calendars import calendar_of_meeting
from croisee.apprenticeship.models import Booking, BookingState, Meeting, Registration, Stand
from croisee.apprenticeship.services import bookings, meetings
from croisee.apprenticeship.slots import Span, slots
from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.notices.models import Ledger
from croisee.journeys.models import Step, StepKind
from tests.apprenticeship.job_dating import make_job_dating
from tests.journeys_world import JourneysWorld, make_person
from tests.world import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NINE = dt.datetime(2027, 3, 2, 9, tzinfo=dt.UTC)


@given(
    minutes=st.integers(1, 60),
    length=st.integers(1, 190),
    pauses=st.lists(st.tuples(st.integers(0, 190), st.integers(0, 40)), max_size=4),
)
def test_slots_fill_the_time_without_clashing(
    minutes: int, length: int, pauses: list[tuple[int, int]]
) -> None:
    """Checked against a minute-by-minute recount: no slot meets another or a break, and none more would fit."""
    closes = NINE + dt.timedelta(minutes=length)
    breaks = [
        Span(NINE + dt.timedelta(minutes=begin), NINE + dt.timedelta(minutes=begin + lasts))
        for begin, lasts in pauses
    ]
    found = slots(NINE, closes, minutes, breaks)
    minute = dt.timedelta(minutes=1)
    busy = {NINE + minute * n for n in range(length) if any(a <= NINE + minute * n < b for a, b in breaks)}
    taken: set[dt.datetime] = set()
    for span in found:
        own = {span.starts_at + minute * n for n in range(minutes)}
        assert span.ends_at - span.starts_at == minute * minutes
        assert span.ends_at <= closes
        assert not own & (busy | taken)
        taken |= own
    run = expected = 0
    for n in range(length):
        run = 0 if NINE + minute * n in busy else run + 1
        if run == minutes:
            run, expected = 0, expected + 1
    assert len(found) == expected


def test_a_stand_lays_its_slots_and_keeps_those_held(world: JourneysWorld) -> None:
    meeting, stand = make_job_dating(world)
    assert stand.slots.count() == 6
    bookings.book(stand, world.people[0], world.manager)
    with pytest.raises(ValidationError, match="would go"):
        meetings.change_stand(stand, {"starts_at": stand.starts_at + dt.timedelta(minutes=10)})
    meetings.change_stand(stand, {"ends_at": stand.ends_at - dt.timedelta(minutes=20)})
    assert stand.slots.count() == 4
    with pytest.raises(ValidationError, match="during the meeting"):
        meetings.change_stand(stand, {"ends_at": meeting.ends_at + dt.timedelta(hours=1)})


def test_a_slot_is_for_one_and_a_person_is_at_one_place(world: JourneysWorld) -> None:
    meeting, stand = make_job_dating(world)
    other = meetings.ask_for_stand(
        meeting,
        Organisation.objects.create(name="Autre", kind=Kind.EMPLOYER),
        {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "minutes": 10},
        confirmed=True,
    )
    first = stand.slots.order_by("starts_at")[0]
    booked = bookings.book(stand, world.people[0], world.manager, first)
    assert bookings.book(stand, world.people[0], world.manager, first) == booked
    with pytest.raises(ValidationError, match="Somebody else"):
        bookings.book(stand, world.people[1], world.manager, first)
    with pytest.raises(ValidationError, match="another stand"):
        bookings.book(other, world.people[0], world.manager, other.slots.order_by("starts_at")[0])
    assert bookings.book(other, world.people[0], world.manager).starts_at == first.ends_at
    assert Registration.objects.get(person=world.people[0]).meeting == meeting


def test_who_waits_has_the_slot_given_back(world: JourneysWorld) -> None:
    """In the order of arrival, and an e-mail with a calendar says so."""
    _meeting, stand = make_job_dating(world, slots=1)
    kept = bookings.book(stand, world.people[0], world.manager)
    waits = [bookings.book(stand, one, world.manager) for one in world.people[1:3]]
    assert [one.state for one in waits] == [BookingState.WAITING] * 2
    bookings.cancel(kept, world.manager)
    states = [Booking.objects.get(pk=one.pk).state for one in waits]
    assert states == [BookingState.BOOKED, BookingState.WAITING]
    told = Ledger.objects.get(notice="apprenticeship.slot_booked", email="suivi2@example.org")
    assert told.context["promoted"] is True


def test_more_slots_go_to_those_who_wait(world: JourneysWorld) -> None:
    """In the order of arrival, when the stand stays open longer or somebody moves to another hour."""
    _meeting, stand = make_job_dating(world, slots=1)
    rows = [bookings.book(stand, one, world.manager) for one in world.people[:3]]
    meetings.change_stand(stand, {"ends_at": stand.ends_at + dt.timedelta(minutes=10)})
    states = [Booking.objects.get(pk=one.pk).state for one in rows]
    assert states == [BookingState.BOOKED, BookingState.BOOKED, BookingState.WAITING]
    first, second = stand.slots.order_by("starts_at")
    Booking.objects.filter(pk=rows[1].pk).update(state="cancelled")
    bookings.book(stand, world.people[0], world.manager, second)
    assert Booking.objects.get(pk=rows[2].pk).slot == first


def test_results_go_to_the_journey_once(world: JourneysWorld) -> None:
    _meeting, stand = make_job_dating(world)
    employer = Account.objects.get(email="salon@example.org")
    booking = bookings.book(stand, world.people[0], world.manager)
    bookings.note_result(booking, "again", "à rappeler", employer)
    bookings.note_result(booking, "hired", "", employer)
    assert Step.objects.filter(journey=world.journeys[0], kind=StepKind.EMPLOYMENT).count() == 1
    bookings.note_presence(booking, False, employer)
    booking.refresh_from_db()
    assert (booking.state, booking.result) == (BookingState.MISSED, "")


def test_a_cancelled_meeting_tells_who_had_booked(world: JourneysWorld) -> None:
    meeting, stand = make_job_dating(world)
    bookings.book(stand, world.people[0], world.manager)
    meetings.move(meeting, "cancel", world.manager)
    assert Booking.objects.get().state == BookingState.CANCELLED
    assert Ledger.objects.filter(notice="apprenticeship.meeting_cancelled").count() == 1


def test_people_are_reminded_the_day_before_once(world: JourneysWorld) -> None:
    meeting, stand = make_job_dating(world)
    bookings.book(stand, world.people[0], world.manager)
    eve = meeting.starts_at - dt.timedelta(days=1)
    assert (bookings.remind(eve), bookings.remind(eve)) == (1, 0)
    assert mail.outbox == []


def test_a_company_reads_first_names_alone(world: JourneysWorld, enter: Callable[[Account], Client]) -> None:
    _meeting, stand = make_job_dating(world)
    bookings.book(stand, world.people[0], world.manager)
    page = (
        enter(Account.objects.get(email="salon@example.org")).get(stand.get_absolute_url()).content.decode()
    )
    assert "Prénom1" in page
    assert "Nom1" not in page
    stranger = member(
        Role.EMPLOYER, Organisation.objects.create(name="Ailleurs", kind=Kind.EMPLOYER), "x@example.org"
    )
    assert enter(stranger).get(stand.get_absolute_url()).status_code == 404


def test_one_books_for_oneself_and_a_referent_for_own_people(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    _meeting, stand = make_job_dating(world)
    person = member(Role.FAMILY, world.metropolis, "moi@example.org", administers=False)
    Contact.objects.filter(person=world.people[2]).update(account=person)
    book = reverse("apprenticeship:book", args=[stand.pk])
    assert enter(person).post(book, {"person": world.people[0].pk}).status_code == 404
    assert enter(person).post(book).status_code == 302
    assert enter(world.referents[0]).post(book, {"person": world.people[2].pk}).status_code == 404
    assert enter(world.referents[0]).post(book, {"person": world.people[0].pk}).status_code == 302
    assert Booking.objects.filter(state=BookingState.BOOKED).count() == 2
    shown = enter(person).get(reverse("apprenticeship:my_bookings")).content.decode()
    assert "Salon" in shown


def test_everyone_reads_the_agenda_of_what_is_announced(
    world: JourneysWorld, client: Client, settings: object
) -> None:
    meeting, _stand = make_job_dating(world)
    Meeting.objects.create(
        organiser=world.plie,
        title="En secret",
        place="X",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )
    page = client.get(reverse("apprenticeship:meetings")).content.decode()
    assert meeting.title in page
    assert "En secret" not in page
    events = Calendar.from_ical(calendar_of_meeting(meeting)).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [meeting.title]


def test_the_planning_is_a_document_with_first_names(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    meeting, stand = make_job_dating(world)
    bookings.book(stand, world.people[0], world.manager)
    answer = enter(world.manager).get(reverse("apprenticeship:planning", args=[meeting.pk]))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Prénom1" in text
    assert timezone.localtime(stand.starts_at).strftime("%H:%M") in text


def test_presence_is_noted_on_the_list_of_the_day(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    meeting, _stand = make_job_dating(world)
    row = bookings.register(meeting, world.people[0], world.manager)
    where = reverse("apprenticeship:presence", args=[meeting.pk])
    browser = enter(world.manager)
    assert browser.post(where, {"registration": row.pk, "came": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.came is True
    assert "1 of 1 came" in browser.get(where).content.decode()


def test_a_full_meeting_takes_nobody_more(world: JourneysWorld) -> None:
    meeting, _stand = make_job_dating(world)
    Meeting.objects.filter(pk=meeting.pk).update(capacity=1)
    bookings.register(meeting, world.people[0], world.manager)
    with pytest.raises(ValidationError, match="full"):
        bookings.register(meeting, world.people[1], world.manager)


def test_a_company_asks_and_the_organiser_confirms(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    meeting, _stand = make_job_dating(world)
    company = Organisation.objects.create(name="Boulangerie", kind=Kind.EMPLOYER)
    employer = member(Role.EMPLOYER, company, "boulangerie@example.org")
    start = timezone.localtime(meeting.starts_at)
    form = {
        "organisation": company.pk,
        "hiring_for": "Vendeur",
        "jobs": "",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + dt.timedelta(minutes=30):%Y-%m-%dT%H:%M}",
        "minutes": 10,
        "contact_email": "",
    }
    answer = enter(employer).post(reverse("apprenticeship:new_stand", args=[meeting.pk]), form)
    assert answer.status_code == 302, answer.content.decode()
    stand = Stand.objects.get(organisation=company)
    assert (stand.confirmed, stand.slots.count()) == (False, 0)
    with pytest.raises(ValidationError, match="not confirmed"):
        bookings.book(stand, world.people[0], world.manager)
    enter(world.manager).post(reverse("apprenticeship:confirm_stand", args=[stand.pk]))
    stand.refresh_from_db()
    assert (stand.confirmed, stand.slots.count()) == (True, 3)


def test_pages_ask_the_database_little_however_many_come(
    world: JourneysWorld,
    enter: Callable[[Account], Client],
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    meeting, stand = make_job_dating(world, slots=12)
    for number in range(8):
        bookings.book(stand, make_person(60 + number), world.manager)
    browser = enter(world.manager)
    for path in (
        reverse("apprenticeship:meetings"),
        meeting.get_absolute_url(),
        stand.get_absolute_url(),
        reverse("apprenticeship:presence", args=[meeting.pk]),
    ):
        with django_assert_max_num_queries(12):
            assert browser.get(path).status_code == 200
