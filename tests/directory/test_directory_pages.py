"""The pages of classes and pupils, for each who may open them, and for those who may not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from croisee.directory.models import Contact, Enrolment, Person, SchoolClass
from croisee.foundation.audit.models import Access
from tests.world import BORN, YEAR, World, make_pupil, make_world


@pytest.fixture
def world(db) -> World:
    return make_world()


def test_a_head_does_the_whole_part(world, sign_in, django_assert_max_num_queries):
    browser = sign_in(world.heads[0])
    for number in range(60):
        make_pupil(world.classes[0], f"P{number}", "Grand", f"p{number}@example.org")
    pupil = world.pupils[0]
    urls = [
        reverse("directory:classes"),
        reverse("directory:school_class", args=[world.classes[0].pk]),
        reverse("directory:person", args=[pupil.pk]),
        reverse("directory:edit_person", args=[pupil.pk]),
        reverse("directory:new_pupil", args=[world.classes[0].pk]),
        reverse("directory:edit_class", args=[world.classes[0].pk]),
    ]
    for url in urls:
        with django_assert_max_num_queries(12):
            assert browser.get(url).status_code == 200, url
    browser.post(
        reverse("directory:new_class"), {"name": "3e Z", "school_year": YEAR, "teacher_name": "M. Z"}
    )
    made = SchoolClass.objects.get(name="3e Z")
    values = {"given_name": "Léa", "family_name": "Neuf", "birth_date": BORN.isoformat()}
    for _twice in range(2):
        browser.post(reverse("directory:new_pupil", args=[made.pk]), values)
    new = Person.objects.get(family_name="Neuf")
    browser.post(
        reverse("directory:add_contact", args=[new.pk]),
        {"capacity": "legal_representative", "email": "neuf@example.org"},
    )
    contact = Contact.objects.get(person=new)
    browser.post(reverse("directory:invite_contact", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.account is not None
    browser.post(reverse("directory:consent", args=[new.pk]), {"purpose": "share_needs", "do": "give"})
    assert new.consents.active().count() == 1
    browser.post(reverse("directory:move_pupil", args=[new.pk]), {"school_class": world.classes[0].pk})
    assert Enrolment.objects.get(person=new).school_class == world.classes[0]
    browser.post(
        reverse("directory:leave_class", args=[new.pk]), {"left_on": timezone.localdate().isoformat()}
    )
    assert browser.get(reverse("directory:person", args=[new.pk])).status_code == 404
    browser.post(reverse("directory:come_back", args=[Enrolment.objects.get(person=new).pk]))
    browser.post(reverse("directory:erase_person", args=[new.pk]))
    assert not Person.objects.filter(pk=new.pk).exists()
    browser.post(reverse("directory:delete_class", args=[made.pk]))
    assert not SchoolClass.objects.filter(pk=made.pk).exists()
    assert browser.get(urls[1] + "?export=csv").status_code == 200
    assert Access.objects.filter(account=world.heads[0], subject_type="directory.Person").exists()


def test_a_class_made_by_mistake_is_erased_on_screen(world, sign_in):
    browser = sign_in(world.heads[0])
    page = reverse("directory:school_class", args=[world.classes[0].pk])
    erase = reverse("directory:delete_class", args=[world.classes[0].pk])
    assert erase not in browser.get(page).content.decode()
    assert browser.post(erase, {"do": "erase"})["Location"] == page
    Contact.objects.update(account=None)
    assert erase in browser.get(page).content.decode()
    browser.post(erase, {"do": "erase"})
    assert not SchoolClass.objects.filter(pk=world.classes[0].pk).exists()
    assert not Person.objects.filter(pk=world.pupils[0].pk).exists()


def test_a_teacher_sees_and_changes_nothing(world, sign_in):
    browser = sign_in(world.staff[0])
    pupil = world.pupils[0]
    page = browser.get(reverse("directory:person", args=[pupil.pk])).content.decode()
    assert "2 rue des Essais" not in page
    assert browser.get(reverse("directory:school_class", args=[world.classes[0].pk])).status_code == 200
    for name in ("erase_person", "edit_person", "leave_class", "move_pupil", "consent", "home"):
        assert browser.post(reverse(f"directory:{name}", args=[pupil.pk])).status_code == 404


def test_another_school_sees_nothing(world, sign_in):
    browser = sign_in(world.heads[1])
    pupil = world.pupils[0]
    for name in ("person", "edit_person", "add_contact"):
        assert browser.get(reverse(f"directory:{name}", args=[pupil.pk])).status_code == 404
    assert browser.get(reverse("directory:school_class", args=[world.classes[0].pk])).status_code == 404
    contact = pupil.contacts.get()
    assert browser.post(reverse("directory:remove_contact", args=[contact.pk])).status_code == 404


def test_two_tabs_are_told(world, sign_in):
    browser = sign_in(world.heads[0])
    pupil = Person.objects.get(pk=world.pupils[0].pk)
    url = reverse("directory:edit_person", args=[pupil.pk])
    seen = browser.get(url).context["form"]["seen"].value()
    values = {
        "given_name": pupil.given_name.replace("0", ""),
        "family_name": "Famille",
        "birth_date": BORN.isoformat(),
        "address": pupil.address,
        "seen": seen,
    }
    assert browser.post(url, values).status_code == 302
    assert browser.post(url, values | {"needs": "x"}).status_code == 200
    assert Person.objects.get(pk=pupil.pk).needs == ""
