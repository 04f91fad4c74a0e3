"""A project in a real browser: somebody writes, the manager receives, the holder applies, the committee decides."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Candidature, Committee, Enquiry, Project
from tests.browser import Visit, look
from tests.incubation.projects_helpers import make_referent
from tests.incubation_world import make_incubation_world
from tests.journeys_world import make_person
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def enter(visit: Visit, account: Account, path: str) -> Page:
    visit.sign_in(account)
    visit.speak("en")
    return visit.open(path)


def url(name: str, *parts: object) -> str:
    return reverse(f"incubation:{name}", args=parts)


def test_from_an_idea_to_the_decision_of_the_committee(visit: Visit) -> None:
    side = make_incubation_world().a

    visit.speak("en")
    visit.page.set_viewport_size(PHONE)
    page = visit.open(url("new_enquiry", side.incubator.pk))
    page.get_by_label("Your name").fill("Awa Diallo")
    page.get_by_label("E-mail address").fill("awa@example.org")
    page.get_by_label("The idea in a few lines").fill("Une épicerie sans emballage au Blosne.")
    look(page, "projects-contact")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Your message is sent")).to_be_visible()
    enquiry = Enquiry.objects.get()

    page = enter(visit, side.manager, url("enquiries"))
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "projects-enquiries")
    page.get_by_role("link", name="Awa Diallo").click()
    page.get_by_label("Your answer").fill("Venez jeudi à 10 h.")
    look(page, "projects-enquiry")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The answer is sent by e-mail.").first).to_be_visible()
    page.get_by_role("link", name="Make a project of it").click()
    page.get_by_label("Born on").fill("1990-05-04")
    page.get_by_label("Project", exact=True).fill("Épicerie vrac")
    page.get_by_label("Sector").select_option("trade")
    look(page, "projects-receive")
    page.get_by_role("button", name="Receive the project").click()
    expect(page.get_by_role("heading", level=1, name="Épicerie vrac")).to_be_visible()
    look(page, "projects-project")
    enquiry.refresh_from_db()
    project = Project.objects.get(title="Épicerie vrac")
    assert enquiry.project == project

    holder = Contact.objects.get(person=project.holder).account
    assert holder is not None
    page = enter(visit, holder, url("my_project"))
    page.set_viewport_size(PHONE)
    look(page, "projects-my-project")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Why this incubator").fill("Être près des clients.")
    look(page, "projects-part")
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_label("Customers and competitors").fill("Les habitants du quartier.")
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_label("Means and financing").fill("Un prêt d’honneur.")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Viabilité")).to_be_visible()
    look(page, "projects-candidature")
    page.get_by_role("button", name="Send the candidature").click()
    page.locator("#submit").get_by_role("button", name="Send the candidature").click()
    expect(page.get_by_text("The candidature is sent").first).to_be_visible()

    Committee.objects.filter(pk=side.committee.pk).update(held_on=TODAY)
    page = enter(visit, side.manager, url("committee", side.committee.pk))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("Choose what is on the agenda").click()
    page.get_by_label("Épicerie vrac").check()
    page.get_by_role("button", name="Put those ticked on the agenda").click()
    look(page, "committees-committee")
    for title, mark in (("Épicerie vrac", "4"), ("Atelier vélo A", "3")):
        page.get_by_role("link", name=f"Mark and decide ({title})").click()
        for given in page.locator("select[name^=mark-]").all():
            given.select_option(mark)
        page.get_by_label("Decision").select_option("favourable")
        look(page, "committees-judge")
        page.get_by_role("button", name="Keep").click()
    page.get_by_label("Members present, one a line").fill("Mme Le Bras")
    page.get_by_role("button", name="Close the minutes").click()
    page.locator("#close").get_by_role("button", name="Close the minutes").click()
    expect(page.get_by_text("The minutes are closed").first).to_be_visible()
    look(page, "committees-closed")
    assert set(Candidature.objects.filter(committee=side.committee).values_list("state", flat=True)) == {
        "favourable"
    }
    look(visit.open(url("waiting_list")), "committees-waiting-list")
    look(visit.open(url("projects")), "projects-list")
    look(visit.open(url("criteria")), "committees-criteria")

    page = enter(visit, holder, url("my_project"))
    page.set_viewport_size(PHONE)
    expect(page.get_by_text("You are number 1 of 2 on the waiting list.")).to_be_visible()
    look(page, "projects-my-project-accepted")
    visit.assert_quiet()


def test_a_referent_sends_a_person(visit: Visit) -> None:
    world = make_incubation_world()
    person = make_person(98)
    referent, journey = make_referent(world.metropolis, person)
    page = enter(visit, referent, reverse("journeys:journey", args=[journey.pk]))
    page.get_by_role("link", name="Business project").click()
    page.get_by_label("Incubator", exact=True).select_option(label="Le Quadri A")
    page.get_by_label("The idea in a few lines").fill("Un food-truck.")
    page.get_by_label("The person agrees").check()
    look(page, "projects-send-person")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("The incubator is told").first).to_be_visible()
    assert Enquiry.objects.get().person == person
    visit.assert_quiet()
