"""Hosting in a real browser: written, looked at, signed; read by the company on a phone; reviewed, left."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import last_day
from croisee.incubation.models import Agreement, Aid, Review
from croisee.incubation.services import hosting_reviews
from tests.browser import Visit, look
from tests.incubation.hosting_helpers import accepted, free_space, make_figures
from tests.incubation_world import make_incubation_world
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
DAY = dt.timedelta(days=1)


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def test_an_agreement_from_the_draft_to_the_way_out(visit: Visit) -> None:
    make_figures()
    world = make_incubation_world()
    free_space(world.a)
    project = accepted(world.a)

    page = enter(visit, world.a.manager, reverse("incubation:new_agreement", args=[project.pk]))
    page.get_by_label("Bureau 9").check()
    page.get_by_label("Term (last day)").fill(last_day(TODAY, 37).isoformat())
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_text("36 months at most (C. com. L145-5). The last day possible")).to_be_visible()
    look(page, "hosting-refused")
    page.get_by_label("Term (last day)").fill(last_day(TODAY, 36).isoformat())
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_text("Nothing stands in the way")).to_be_visible()
    look(page, "hosting-checked")
    page.get_by_role("button", name="Write the draft").click()
    expect(page.get_by_text("The draft is written").first).to_be_visible()
    look(page, "hosting-draft")
    page.get_by_role("link", name="Change the rents").click()
    look(page, "hosting-rents")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rents are saved").first).to_be_visible()
    page.get_by_role("link", name="Note the signature").click()
    page.get_by_label("Aid declared by the company on").fill(TODAY.isoformat())
    look(page, "hosting-sign")
    page.get_by_role("button", name="Note that it is signed").click()
    expect(page.get_by_text("The agreement is signed").first).to_be_visible()
    row = Agreement.objects.get(project=project)
    assert row.state == "signed"
    assert Aid.objects.filter(agreement=row).exists()

    Agreement.objects.filter(pk=world.a.agreement.pk).update(ends_on=TODAY - 10 * DAY)
    Agreement.objects.filter(pk=row.pk).update(ends_on=TODAY + 80 * DAY)
    look(visit.open(reverse("incubation:agreements")), "hosting-agreements")
    look(visit.open(reverse("incubation:legal")), "hosting-legal")
    look(visit.open(world.a.agreement.get_absolute_url()), "hosting-agreement-late")

    page = visit.open(row.get_absolute_url())
    page.get_by_role("link", name="The company leaves").click()
    page.get_by_label("Why", exact=True).select_option("own")
    page.get_by_label("Where to").select_option("neighbourhood")
    look(page, "hosting-end")
    page.get_by_role("button", name="End the agreement").click()
    expect(page.get_by_text("The agreement is ended").first).to_be_visible()
    visit.assert_quiet()


def test_a_company_reads_its_agreement_declares_aid_and_has_its_review(visit: Visit) -> None:
    make_figures()
    world = make_incubation_world()
    row, project = world.a.agreement, world.a.projects[0]
    hosting_reviews.schedule(project, row.starts_on, row.ends_on)
    review = Review.objects.order_by("due_on")[0]

    page = enter(visit, world.a.manager, reverse("incubation:reviews"))
    look(page, "hosting-reviews")
    page.get_by_role("link", name="Traiteur A").first.click()
    page.get_by_role("link", name="Note what was said").click()
    page.get_by_label("Turnover of the last year").select_option("u33")
    page.get_by_label("People at work, founders among them").fill("2")
    page.get_by_label("Of them, who live in a priority neighbourhood").fill("1")
    page.get_by_label("How the company fares").fill("Les commandes suivent.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The review is noted").first).to_be_visible()

    page = enter(visit, world.a.tenant, reverse("incubation:my_hosting"))
    page.set_viewport_size(PHONE)
    look(page, "hosting-mine")
    page.get_by_role("link", name="See or declare aid").click()
    page.get_by_role("link", name="Declare an aid").click()
    page.get_by_label("Granted on").fill((TODAY - DAY).isoformat())
    page.get_by_label("Gross grant equivalent (€)").fill("1500")
    page.get_by_label("Granted by").fill("Région Bretagne")
    look(page, "aids-declare")
    page.get_by_role("button", name="Declare the aid").click()
    expect(page.get_by_text("The aid is declared").first).to_be_visible()
    look(page, "aids-company")
    look(visit.open(reverse("incubation:review", args=[review.pk])), "hosting-review")
    look(visit.open(row.get_absolute_url()), "hosting-agreement-of-company")

    page = enter(visit, world.a.holders[0], reverse("incubation:review", args=[review.pk]))
    expect(page.get_by_text("Les commandes suivent.")).to_be_visible()
    page = enter(visit, world.a.manager, reverse("incubation:aids"))
    look(page, "aids-list")
    visit.assert_quiet()
