"""A head of school in a browser: a class list is imported, a family invited, a colleague joins; each page looked at."""

from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from croisee.directory.models import Contact, Enrolment, Person, SchoolClass
from croisee.foundation.accounts.roles import Role
from tests.browser import Visit, look
from tests.world import BORN, YEAR, make_world, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = (
    "NOM;PRENOM;NE(E) LE;DIVISION;ADRESSE;CP;COMMUNE;Nom responsable;Adresse mail responsable\n"
    f"LE GOFF;Léa;{BORN:%d/%m/%Y};3e 1;1 rue X;35000;Rennes;Mme Le Goff;mere@example.org\n"
    f"BENALI;Ali;{BORN:12/%m/%Y};3e 1;;;;;\n"
)


def test_a_class_list_then_an_invitation(visit: Visit, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    world = make_world()
    visit.sign_in(world.heads[0])
    page = visit.open(reverse("directory:classes"))
    look(page, "directory-classes")
    page.get_by_role("link", name="3e 1").click()
    look(page, "directory-class")

    # The list: sent as it is, understood, then taken in.
    page.get_by_role("link", name="Importer la liste de classe").click()
    look(page, "directory-import")
    liste = tmp_path / "liste.csv"
    liste.write_text(LIST, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(liste)
    page.get_by_role("button", name="Voir ce que contiennent les fichiers").click()
    expect(page.get_by_role("heading", name="Ce qui va se passer")).to_be_visible()
    look(page, "directory-preview")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_role("link", name="LE GOFF")).to_be_visible()
    assert Enrolment.objects.active().filter(school_class=world.classes[0]).count() == 5

    # The family is invited from the pupil's file.
    page.get_by_role("link", name="LE GOFF").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("LE GOFF")
    look(page, "directory-person")
    page.get_by_role("button", name="Inviter (Mme Le Goff)").click()
    expect(page.get_by_text("invité", exact=True)).to_be_visible()
    contact = Contact.objects.get(person=Person.objects.get(family_name="LE GOFF"))
    assert contact.account is not None
    assert [message.to for message in mail.outbox] == [["mere@example.org"]]

    # Another class: asked once more, since it may cost the place.
    other = SchoolClass.objects.create(school=world.schools[0], school_year=YEAR, name="3e 9")
    page.reload()
    page.locator("#id_school_class").select_option(str(other.pk))
    page.get_by_role("button", name="Changer de classe").click()
    look(page, "directory-move")
    page.get_by_role("dialog").get_by_role("button", name="Annuler").click()
    assert contact.person.enrolments.get().school_class == world.classes[0]
    page.get_by_role("button", name="Changer de classe").click()
    page.get_by_role("dialog").get_by_role("button", name="Changer de classe").click()
    expect(page.locator(".lead")).to_contain_text("3e 9")
    visit.assert_quiet()


def test_a_team(visit: Visit) -> None:
    world = make_world()
    member(Role.SCHOOL_STAFF, world.schools[0], "ancienne@example.org", administers=False)
    visit.sign_in(world.heads[0])
    page = visit.open(reverse("directory:team", args=[world.schools[0].pk]))
    look(page, "directory-team")
    page.get_by_role("link", name="Inviter un collègue").click()
    look(page, "directory-invite")
    page.locator("#id_email").fill("nouveau@example.org")
    page.locator("form:has(#id_email) button").click()
    expect(page.get_by_text("nouveau@example.org").first).to_be_visible()
    visit.assert_quiet()
