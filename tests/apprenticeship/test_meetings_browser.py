"""A job dating in a real browser: prepared, announced, booked on a phone, noted by the company; then a mentor."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.apprenticeship.models import Booking, BookingState, Meeting, Mentorship
from croisee.apprenticeship.services import bookings
from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from tests.apprenticeship.mentoring_helpers import make_mentor
from tests.browser import Visit, look
from tests.journeys_world import JourneysWorld, make_journeys_world, make_person
from tests.world import TODAY, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
DAY = TODAY + dt.timedelta(days=10)


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def make_young(world: JourneysWorld) -> Account:
    """The account of the person of the first journey."""
    young = member(Role.FAMILY, world.metropolis, "jeune@example.org", administers=False)
    Contact.objects.filter(person=world.people[0]).update(account=young)
    return young


def test_a_job_dating_from_its_preparation_to_its_results(visit: Visit) -> None:
    world = make_journeys_world()
    company = Organisation.objects.create(name="Peintures du Salon", kind=Kind.EMPLOYER)
    employer = member(Role.EMPLOYER, company, "salon@example.org")
    young = make_young(world)

    page = enter(visit, world.manager, reverse("apprenticeship:meetings"))
    page.get_by_role("link", name="Prepare a meeting").click()
    page.get_by_label("Title").fill("Salon de l’alternance")
    page.get_by_label("What happens there").fill("Dix minutes avec chaque entreprise, sans CV.")
    page.get_by_label("Place").fill("Halle des Essais")
    page.get_by_label("Begins").fill(f"{DAY}T14:00")
    page.get_by_label("Ends").fill(f"{DAY}T17:00")
    page.get_by_role("button", name="Prepare the meeting").click()
    page.get_by_role("link", name="Give a stand").click()
    page.get_by_label("Company", exact=True).select_option(str(company.pk))
    page.get_by_label("What one is hired for").fill("Peintre en alternance")
    page.get_by_label("To", exact=True).fill(f"{DAY}T15:00")
    page.get_by_role("button", name="Give the stand").click()
    expect(page.get_by_text("0 of 6 slots taken")).to_be_visible()
    page.get_by_role("button", name="Announce").click()
    page.locator("#publish").get_by_role("button", name="Announce").click()
    expect(page.get_by_text("The meeting is announced").first).to_be_visible()
    meeting = Meeting.objects.get()
    stand = meeting.stands.get()
    where = meeting.get_absolute_url()
    for number in range(2):
        bookings.book(stand, make_person(40 + number), world.manager)
    look(visit.open(where), "meetings-of-manager")

    page = enter(visit, young, where)
    page.set_viewport_size(PHONE)
    page.get_by_label("Hour").select_option(label="14:30")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Booked:").first).to_be_visible()
    look(page, "meetings-of-person")
    look(visit.open(reverse("apprenticeship:my_bookings")), "meetings-my-bookings")

    page = enter(visit, employer, where)
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Planning of Peintures du Salon").click()
    booking = Booking.objects.get(person=world.people[0])
    slot = page.get_by_role("listitem").filter(has_text="Prénom1")
    slot.get_by_text("Note what came of it").click()
    slot.get_by_label("Note").fill("Très motivé")
    slot.get_by_role("button", name="To be seen again").click()
    expect(slot.get_by_text("to be seen again", exact=True)).to_be_visible()
    look(page, "meetings-stand")
    booking.refresh_from_db()
    assert (booking.state, booking.result, booking.note) == (BookingState.ATTENDED, "again", "Très motivé")

    page = enter(visit, world.manager, reverse("apprenticeship:presence", args=[meeting.pk]))
    page.set_viewport_size(PHONE)
    page.get_by_role("listitem").filter(has_text="Nom40").get_by_role("button", name="Came").click()
    expect(page.get_by_text("2 of 3 came")).to_be_visible()
    look(page, "meetings-presence")
    visit.assert_quiet()


def test_a_mentor_is_proposed_accepts_and_meets(visit: Visit) -> None:
    world = make_journeys_world()
    young = make_young(world)
    mentor = make_mentor(
        world, lon=-1.68, lat=48.11, city="Rennes", presentation="Peintre en bâtiment depuis vingt ans."
    )
    make_mentor(world, 1, jobs=["K2204"], checked_on=None)
    make_mentor(world, 2, jobs=["F1601"])

    page = enter(visit, world.manager, reverse("apprenticeship:mentors"))
    look(page, "mentoring-mentors")
    page = visit.open(reverse("apprenticeship:mentor", args=[mentor.pk]))
    look(page, "mentoring-mentor")

    page = enter(
        visit, world.referents[0], reverse("apprenticeship:propose_mentor", args=[world.journeys[0].pk])
    )
    first = page.get_by_role("article").filter(has_text="less than 5 km away")
    first.locator("summary").click()
    first.get_by_label("Why this pair").fill("Même métier, à deux rues.")
    look(page, "mentoring-propose")
    first.get_by_role("button", name="Propose this pair").click()
    expect(page.get_by_text("both are told").first).to_be_visible()
    pair = Mentorship.objects.get()

    for account in (young, mentor.account):
        page = enter(visit, account, reverse("apprenticeship:mentorships"))
        page.set_viewport_size(PHONE)
        page.locator("main").get_by_role("link", name="Prénom1").click()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Accepted.").first).to_be_visible()
    page.get_by_label("What was said or done").fill("Visite de l’atelier, prêt d’un livre.")
    page.get_by_role("button", name="Note the meeting").click()
    expect(page.get_by_text("The meeting is noted").first).to_be_visible()
    look(page, "mentoring-pair")
    pair.refresh_from_db()
    assert pair.state == "under_way"
    visit.assert_quiet()
