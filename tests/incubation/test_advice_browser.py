"""Advice and the board in a real browser: hours laid, booked on a phone, noted; a notice, its answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Advice, AdviceSlot, Expert, Post
from tests.browser import Visit, look
from tests.incubation.advice_helpers import make_advice, make_post
from tests.incubation.test_board import neighbour
from tests.incubation_world import make_incubation_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def test_hours_are_laid_booked_on_a_phone_and_noted(visit: Visit) -> None:
    world = make_incubation_world()
    side = world.a
    Expert.objects.filter(pk=side.expert.pk).update(
        presentation="Expert-comptable au Blosne depuis dix ans. Je reçois les personnes qui créent leur entreprise."
    )
    Account.objects.filter(pk=side.expert.account_id).update(name="Jeanne Le Goff")
    first, last = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=14)

    page = enter(visit, side.manager, reverse("incubation:advice"))
    page.get_by_role("link", name="Lay hours (Jeanne Le Goff)").click()
    for day in ("Tuesday", "Thursday"):
        page.get_by_label(day).check()
    page.get_by_label("First day").fill(first.isoformat())
    page.get_by_label("Last day").fill(last.isoformat())
    page.get_by_label("From", exact=True).fill("09:00")
    page.get_by_label("To", exact=True).fill("12:00")
    page.get_by_label("Break from").fill("10:30")
    page.get_by_label("Break to").fill("10:45")
    page.get_by_label("Place, or how one is called").fill("Bureau 12, au premier étage")
    look(page, "advice-lay")
    page.get_by_role("button", name="Lay these hours").click()
    expect(page.get_by_text("The hours are laid").first).to_be_visible()
    assert AdviceSlot.objects.count() == 12
    look(page, "advice-hours")

    page = enter(visit, side.holders[0], reverse("incubation:experts"))
    page.set_viewport_size(PHONE)
    look(page, "advice-experts")
    page.set_viewport_size(PHONE)
    page.locator(".card .button").first.click()
    page.get_by_label("What do you want to talk about?").fill("Quel statut choisir pour un traiteur ?")
    look(page, "advice-book")
    page.get_by_role("button", name="Book this hour").click()
    expect(page.get_by_text("Booked: an e-mail confirms it").first).to_be_visible()
    look(page, "advice-appointment")
    advice = Advice.objects.get()
    make_advice(side.expert, side.projects[1], -2, question="Assurance de l’atelier")
    past = make_advice(side.expert, side.projects[0], -9, note="Demander l’ACRE dans les 45 jours.")
    Advice.objects.filter(pk=past.pk).update(state="attended")
    look(visit.open(reverse("incubation:own_advice")), "advice-own")

    page = enter(visit, side.expert.account, reverse("incubation:my_advice"))
    page.set_viewport_size(PHONE)
    look(page, "advice-mine")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Held (Atelier vélo A)").click()
    page.get_by_label("What was advised").fill("Prendre une responsabilité civile professionnelle.")
    page.get_by_label("Note for the team").fill("À revoir dans un mois.")
    look(page, "advice-note")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The notes are saved").first).to_be_visible()
    look(page, "advice-noted")
    look(visit.open(reverse("incubation:expert", args=[side.expert.pk])), "advice-expert")
    page = visit.open(reverse("incubation:appointment", args=[advice.pk]))
    page.get_by_role("button", name="Cancel the appointment").click()
    page.locator("#cancel").get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_text("the other side is told").first).to_be_visible()
    advice.refresh_from_db()
    assert advice.state == "cancelled"

    look(enter(visit, side.manager, reverse("incubation:advice")), "advice-manager")
    visit.assert_quiet()


def test_a_notice_is_written_answered_and_settled(visit: Visit) -> None:
    side = make_incubation_world().a
    _company, other = neighbour(side)
    make_post(side.incubator, side.manager, kind="request", title="Commande groupée de papier avant Noël")

    page = enter(visit, side.tenant, reverse("incubation:board"))
    page.get_by_role("link", name="Write a notice").click()
    page.get_by_label("Offers").check()
    page.get_by_label("Title").fill("Prête une perceuse")
    page.get_by_label("Text").fill("Dans l’atelier 1, à rendre le soir.")
    look(page, "board-new")
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.get_by_text("The notice is on the board.").first).to_be_visible()

    page = enter(visit, other, reverse("incubation:board"))
    page.set_viewport_size(PHONE)
    look(page, "board-board")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Prête une perceuse").click()
    page.get_by_label("Your answer").fill("Je la prends jeudi, merci !")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Je la prends jeudi")).to_be_visible()

    page = enter(visit, side.tenant, Post.objects.get(title="Prête une perceuse").get_absolute_url())
    look(page, "board-notice")
    page.get_by_role("button", name="It is settled").click()
    expect(page.get_by_text("it leaves the board").first).to_be_visible()
    look(page, "board-settled")
    visit.assert_quiet()
