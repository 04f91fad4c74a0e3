"""A school's work in a real browser: weeks, a place found, a paper list, reminders; each page looked at on the way."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from croisee.directory.models import Contact
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application, Origin
from croisee.stages.models import ClassWeek
from croisee.stages.services import paper
from tests.browser import Visit, look
from tests.world import OTHER_MONDAY, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_school_leads_its_classes_through_a_campaign(visit: Visit) -> None:
    world = make_world()
    world.wish(0, 0, 1)
    Contact.objects.filter(person=world.pupils[2]).update(email="", account=None)
    visit.sign_in(world.heads[0])
    page = visit.open(reverse("stages:school"))
    expect(page.get_by_role("heading", level=1)).to_have_text(world.campaign.name)
    look(page, "school-classes")

    # The week of a class: what follows is read, then done.
    page.locator(".tabs").get_by_role("link", name="Semaines").click()
    look(page, "school-weeks")
    page.get_by_label("3e 1").select_option(OTHER_MONDAY.isoformat())
    page.get_by_role("button", name="Fixer les semaines").click()
    expect(page.get_by_text("1 vœu suit")).to_be_visible()
    look(page, "school-weeks-confirm")
    page.get_by_role("button", name="Changer les semaines").click()
    expect(page.get_by_text("Les semaines sont fixées.")).to_be_visible()
    assert ClassWeek.objects.get(school_class=world.classes[0]).monday == OTHER_MONDAY

    # Pupils: a reminder to one.
    page.locator(".tabs").get_by_role("link", name="Élèves").click()
    look(page, "school-pupils")
    page.get_by_role("button", name="Relancer les 3 familles de la liste").click()
    look(page, "school-remind-all")
    page.get_by_role("dialog").get_by_role("button", name="Annuler").click()
    page.get_by_label("Choisir Famille2 Élève1").check()
    page.get_by_role("button", name="Relancer les familles cochées").click()
    expect(page.get_by_text("1 famille reçoit un rappel.")).to_be_visible()
    assert Ledger.objects.get(notice="stages.school_reminder").account == world.families[1]

    # A list on paper.
    row = page.get_by_role("row", name="Famille3 Élève2")
    row.get_by_role("link", name="saisir les vœux").click()
    look(page, "school-paper")
    page.locator("#id_wish1").fill(paper.code(world.offers[2].pk))
    page.get_by_role("button", name="Enregistrer ces vœux").click()
    expect(page.get_by_text("Vœux enregistrés pour")).to_be_visible()
    assert world.pupils[2].applications.get().period.opportunity == world.offers[2]

    # A place found.
    page = visit.open(reverse("stages:follow_up", args=[world.campaign.pk]))
    page.get_by_role("row", name="Famille2 Élève1").get_by_role(
        "link", name="déclarer une place trouvée"
    ).click()
    look(page, "school-direct")
    page.get_by_label("Nom de l’organisme d’accueil").fill("Garage Martin")
    page.get_by_label("Ce que l’élève découvrira").fill("Mécanique")
    page.get_by_label("Secteur").select_option("motor")
    page.get_by_label("Adresse du stage").fill("5 rue des Essais, 35000 Rennes")
    page.get_by_label("Tuteur dans l’organisme d’accueil").fill("Paul Martin")
    page.get_by_label("Adresse électronique du tuteur").fill("paul@example.org")
    page.get_by_role("button", name="Enregistrer cette place").click()
    expect(page.get_by_text("La place est enregistrée et confirmée")).to_be_visible()
    assert Application.objects.get(origin=Origin.DIRECT).person == world.pupils[1]

    page = visit.open(reverse("stages:batch_conventions", args=[world.campaign.pk]))
    look(page, "school-conventions")
    visit.assert_quiet()
