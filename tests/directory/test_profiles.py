"""Work profiles: one a person, written by any service, read by who sees the person, gone once nobody needs it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from croisee.directory import visibility
from croisee.directory.models import Capacity, Contact, Person, Profile
from croisee.directory.privacy import people_past
from croisee.directory.services import change_profile, erase_people, forget_profiles
from croisee.foundation.accounts import privacy
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.queries import everything_about
from croisee.foundation.audit.tracking import event_model

pytestmark = pytest.mark.django_db
FACTS = {"sex": "woman", "level": "4", "jobs": ["F1606"], "weekly_hours": 28, "mode": "bike", "minutes": 25}


@pytest.fixture
def person() -> Person:
    return Person.objects.create(given_name="Awa", family_name="Le Goff", birth_date=dt.date(1990, 5, 4))


def test_two_services_write_one_profile(person: Person) -> None:
    made = change_profile(person, FACTS)
    assert person.profile == made
    changed = change_profile(Person.objects.get(pk=person.pk), {"minutes": 40, "note": "of another form"})
    assert changed.pk == made.pk
    assert (changed.minutes, changed.jobs, changed.sex) == (40, ["F1606"], "woman")
    same = change_profile(person, {"minutes": 40})
    assert same.updated_at == changed.updated_at
    assert event_model(Profile).objects.filter(pgh_obj_id=made.pk).count() == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sex", "x"),
        ("weekly_hours", 49),
        ("weekly_hours", 0),
        ("minutes", 181),
        ("jobs", ["plumber"]),
        ("mode", ""),
    ],
)
def test_what_cannot_be_is_refused_by_field(person: Person, name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        change_profile(person, {name: value})
    assert name in refusal.value.message_dict
    assert not Profile.objects.exists()


def test_the_database_holds_what_forms_let_through(person: Person) -> None:
    first, last = dt.date(2026, 9, 1), dt.date(2026, 8, 31)
    with pytest.raises(ValidationError):
        change_profile(person, {"available_from": first, "available_until": last})
    change_profile(person, {})
    for wrong in ({"sex": "x"}, {"weekly_hours": 60}, {"available_from": first, "available_until": last}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Profile.objects.filter(person=person).update(**wrong)


def test_who_sees_the_person_sees_the_profile(
    person: Person, family: Account, employer: Account, campaign_manager: Account
) -> None:
    Contact.objects.create(person=person, capacity=Capacity.SELF, account=family)
    profile = change_profile(person, FACTS)
    assert list(Profile.objects.visible_to(family)) == [profile]
    assert list(Profile.objects.visible_to(campaign_manager)) == [profile]
    assert not Profile.objects.visible_to(employer).exists()


def test_it_is_told_and_goes_with_the_person(person: Person, family: Account) -> None:
    Contact.objects.create(person=person, capacity=Capacity.SELF, account=family)
    profile = change_profile(person, FACTS)
    (told,) = everything_about(family)["directory.Profile"]["rows"]
    assert (told["jobs"], told["travels"]) == (["F1606"], "bike")
    privacy.erase(family)
    assert not Person.objects.exists()
    assert not Profile.objects.exists()
    lines = event_model(Profile).objects.filter(pgh_obj_id=profile.pk)
    assert {(line.sex, line.minutes, tuple(line.jobs)) for line in lines} == {("", 0, ())}


def test_it_stays_as_long_as_a_service_needs_the_person(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_profile(person, FACTS)
    monkeypatch.setitem(visibility._SIGHTS, "made up", visibility.Sight(needed=lambda _day: Q(pk=person.pk)))
    assert forget_profiles([person.pk]) == 0
    assert Profile.objects.exists()
    monkeypatch.delitem(visibility._SIGHTS, "made up")
    assert forget_profiles([person.pk]) == 1
    assert Person.objects.filter(pk=person.pk).exists()
    later = timezone.localdate() + dt.timedelta(days=400)
    assert list(people_past(later)) == [person]
    change_profile(person, FACTS)
    assert erase_people(Person.objects.filter(pk=person.pk)) == 1
    assert not Profile.objects.exists()
