"""Presence, reviews, the calendar and the national platform in a real browser, as each role."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from croisee.opportunities.models import Period
from croisee.stages.models import Attendance, Campaign, Direction, Presence, Rejection, Review
from tests.browser import Visit, look
from tests.stages.test_attendance import agree
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def today_world(first: dt.date) -> World:
    """A world whose first pupil is on internship from `first` on, for five days of any week."""
    world = make_world()
    convention = agree(world)
    period = convention.application.period
    Period.objects.filter(pk=period.pk).update(starts_on=first, ends_on=first + dt.timedelta(days=6))
    hours = {str(day): [["09:00", "12:00"], ["13:30", "16:30"]] for day in range(1, 8)}
    internship = period.opportunity.internship
    internship.hours = hours
    internship.save()
    return world


def test_a_host_notes_presence_then_both_review(visit: Visit) -> None:
    today = timezone.localdate()
    world = today_world(today - dt.timedelta(days=1))
    pupil = world.pupils[0].given_name
    visit.sign_in(world.employers[0])
    page = visit.open(reverse("stages:attendances"))
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("heading", name=pupil)).to_be_visible()
    page.get_by_role("button", name="Présent").click()
    expect(page.get_by_role("button", name="Présent")).to_have_attribute("aria-pressed", "true")
    look(page, "attendances")
    page.get_by_role("link", name="Tous les jours").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Présence")
    assert Attendance.objects.get().presence == Presence.PRESENT
    look(page, "attendance")
    attended = Attendance.objects.get()
    attended.day = today - dt.timedelta(days=1)
    attended.save()
    Period.objects.filter(applications__conventions__attendances=attended).update(
        ends_on=today - dt.timedelta(days=1)
    )
    _review_both(visit, world)
    visit.assert_quiet()


def _review_both(visit: Visit, world: World) -> None:
    convention = Attendance.objects.get().convention
    visit.sign_in(world.families[0])
    page = visit.open(reverse("stages:review", args=[convention.pk, "pupil"]))
    look(page, "review")
    page.get_by_label("4").check()
    page.get_by_label("En quelques mots").fill("J’ai appris à faire le pain.")
    page.get_by_role("button", name="Envoyer mon bilan").click()
    expect(page.get_by_text("J’ai appris à faire le pain.")).to_be_visible()
    visit.sign_in(world.employers[0])
    page = visit.open(reverse("stages:review", args=[convention.pk, "host"]))
    expect(page.get_by_text("J’ai appris")).to_have_count(0)
    page.get_by_label("5").check()
    page.get_by_role("button", name="Envoyer mon bilan").click()
    expect(page.get_by_text("J’ai appris")).to_be_visible()
    assert Review.objects.count() == 2
    look(page, "reviews-read")
    page = visit.open(reverse("stages:attestation", args=[convention.pk]))
    look(page, "attestation")


def test_a_calendar_is_subscribed_to(visit: Visit) -> None:
    world = make_world()
    agree(world)
    visit.sign_in(world.families[0])
    page = visit.open(reverse("stages:calendar_page"))
    page.get_by_role("button", name="Obtenir une adresse").click()
    expect(page.locator("code")).to_contain_text(".ics")
    look(page, "calendar")
    page = visit.open(reverse("stages:calendar_page"))
    page.get_by_role("button", name="Fermer l’adresse").click()
    expect(page.get_by_role("button", name="Obtenir une adresse")).to_be_visible()
    visit.assert_quiet()


def test_the_manager_reads_how_to_configure_and_settles(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "EMAIL", "PASSWORD"):
        monkeypatch.delenv(f"NATIONAL_API_{name}", raising=False)
    world = make_world()
    assert Campaign.objects.exists()
    for code in ("coordinates", "weeks_dropped"):
        Rejection.objects.create(
            direction=Direction.OUT,
            remote_id=str(world.offers[0].pk),
            code=code,
            message="Le lieu de l’offre n’est pas connu.",
            payload={"title": world.offers[0].title},
        )
    visit.sign_in(world.manager)
    page = visit.open(reverse("stages:interchange"))
    look(page, "interchange")
    page.get_by_text("Marquer comme réglé").click()
    page.get_by_role("button", name="Réglé").first.click()
    expect(
        page.get_by_text("Marquer comme réglé").locator("..").get_by_role("listitem", include_hidden=True)
    ).to_have_count(1)
    assert Rejection.objects.filter(settled_at__isnull=True).count() == 1
    page = visit.open(reverse("stages:host_reviews"))
    look(page, "host-reviews")
    page = visit.open(reverse("stages:partner_sectors"))
    look(page, "partner-sectors")
    visit.assert_quiet()
