"""What is done with classes, pupils, contacts and consents."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from croisee.directory import changes, queries, services
from croisee.directory.models import Capacity, Consent, Contact, Enrolment, Person, Purpose, SchoolClass
from croisee.directory.names import looks_like_a_name, name_key, person_key
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.tracking import event_model
from tests.world import (
    ASKED_ON,
    BORN,
    BORN_LATER,
    LAST_YEAR,
    LEFT_ON,
    NEXT_YEAR,
    YEAR,
    World,
    make_pupil,
    make_world,
)

LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñ"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str]]]:
    """What a listener of an upper floor was told."""
    told: list[tuple[str, frozenset[str]]] = []

    def listen(person: Person, what: frozenset[str], _account: Account | None) -> list[str]:
        told.append((str(person), what))
        return ["It followed."]

    monkeypatch.setattr(changes, "_callbacks", [listen])
    return told


class TestNames:
    """The same person is found however the name is written."""

    @pytest.mark.parametrize(
        "names",
        [
            ("Le Goff", "LE-GOFF", "le  goff", "LeGoff", "Le’Goff"),
            ("Éléonore", "ELEONORE", "Ele\u0301onore"),
            ("Jean-Pierre", "jean pierre", "JEAN\u2011PIERRE"),
            ("Lœuillet", "LOEUILLET"),
            ("Straße", "STRASSE"),
        ],
    )
    def test_one_key(self, names: tuple[str, ...]) -> None:
        assert len({name_key(name) for name in names}) == 1

    @given(st.text(alphabet=LETTERS + " -'", min_size=1))
    def test_case_and_signs_do_not_count(self, name: str) -> None:
        key = name_key(name)
        assert name_key(name.upper()) == key == name_key(name.replace(" ", "-")) == name_key(f" {name} ")
        assert name_key(key) == key

    @given(st.text())
    def test_a_key_is_stable_whatever_is_typed(self, name: str) -> None:
        assert name_key(name_key(name)) == name_key(name)

    @given(
        st.text(alphabet="abcdefghij", min_size=1),
        st.text(alphabet="abcdefghij", min_size=1),
        st.dates(),
        st.dates(),
    )
    def test_twins_and_homonyms_are_two(self, one: str, other: str, day: dt.date, later: dt.date) -> None:
        assert (person_key("Martin", one, day) == person_key("Martin", other, later)) == (
            (one, day) == (other, later)
        )

    def test_what_is_no_name(self) -> None:
        assert not any(map(looks_like_a_name, ["", "=1+1", "12", "a@b", "<b>", "-"]))
        assert all(map(looks_like_a_name, ["Léa", "D’Aubigné", "Jean-Pierre", "Nguyễn", "O.", "محمد"]))


class TestPupils:
    """Added, changed, moved, gone, come back, erased."""

    def test_the_same_pupil_is_added_once(self, world: World) -> None:
        values = {"given_name": "Léa", "family_name": "Le Goff", "birth_date": BORN}
        services.add_pupil(world.classes[0], values)
        with pytest.raises(ValidationError, match="3e 1"):
            services.add_pupil(world.classes[0], {**values, "given_name": "LEA", "family_name": "LE-GOFF"})
        services.add_pupil(world.classes[0], {**values, "given_name": "Zoé"})
        services.add_pupil(world.classes[1], values)

    def test_an_address_that_nothing_can_answer_about_is_kept(self, world: World) -> None:
        values = {"given_name": "Léa", "family_name": "Le Goff", "birth_date": BORN, "address": "1 rue X"}
        person = services.add_pupil(world.classes[0], values, answer_only=True)
        assert (person.residence, person.address, person.residence_on) == ("unknown", "1 rue X", None)

    def test_a_move_in_the_school_keeps_the_reference(self, world: World, heard: list) -> None:
        other = SchoolClass.objects.create(school=world.schools[0], school_year=YEAR, name="3e Z")
        person = world.pupils[0]
        before = queries.current_enrolment(person)
        assert services.move_pupil(person, other, world.heads[0]) == ["It followed."]
        after = queries.current_enrolment(person)
        assert before is not None
        assert after is not None
        assert (after.pk, after.reference, after.school_class) == (before.pk, before.reference, other)
        assert services.move_pupil(person, other, world.heads[0]) == []
        assert heard == [(str(person), frozenset({"class"}))]

    def test_a_move_to_another_school_ends_the_enrolment(self, world: World) -> None:
        person = world.pupils[0]
        services.move_pupil(person, world.classes[1], None)
        assert person.enrolments.count() == 2
        assert not Person.objects.visible_to(world.heads[0]).filter(pk=person.pk).exists()
        assert Person.objects.visible_to(world.heads[1]).filter(pk=person.pk).exists()

    def test_leaving_is_undone(self, world: World, heard: list) -> None:
        person = world.pupils[0]
        with pytest.raises(ValidationError):
            services.leave(person, world.heads[0], timezone.localdate() + dt.timedelta(days=1))
        assert services.leave(person, world.heads[0]) == ["It followed."]
        assert services.leave(person, world.heads[0]) == []
        enrolment = queries.left_lately(world.heads[0]).get()
        assert not queries.left_lately(world.heads[1]).exists()
        services.come_back(enrolment, world.heads[0])
        assert services.come_back(enrolment, world.heads[0]) == []
        assert not queries.left_lately(world.heads[0]).exists()
        assert [what for _name, what in heard] == [{"left"}, {"came_back"}]

    def test_who_is_elsewhere_does_not_come_back(self, world: World) -> None:
        person = world.pupils[0]
        old = queries.current_enrolment(person)
        assert old is not None
        services.move_pupil(person, world.classes[1], None)
        old.refresh_from_db()
        with pytest.raises(ValidationError):
            services.come_back(old, None)

    def test_changes_are_told_with_what_changed(self, world: World, heard: list) -> None:
        person = world.pupils[0]
        values = {"birth_date": BORN_LATER, "needs": "asthma", "given_name": person.given_name}
        assert services.change_person(person, values, world.heads[0]) == ["It followed."]
        assert services.change_person(person, values, world.heads[0]) == []
        assert heard == [(str(person), frozenset({"birth_date", "needs"}))]

    def test_what_a_listener_refuses_is_undone(self, world: World) -> None:
        def refuse(*_args: object) -> list[str]:
            raise ValidationError("no")

        before = changes._callbacks[:]
        changes._callbacks[:] = [refuse]
        try:
            with pytest.raises(ValidationError), transaction.atomic():
                services.change_person(world.pupils[0], {"needs": "x"}, None)
        finally:
            changes._callbacks[:] = before
        assert Person.objects.get(pk=world.pupils[0].pk).needs == ""

    def test_two_tabs(self, world: World) -> None:
        person = Person.objects.get(pk=world.pupils[0].pk)
        seen = person.updated_at
        services.change_person(person, {"needs": "one"}, None, seen=seen)
        with pytest.raises(services.Stale):
            services.change_person(person, {"needs": "two"}, None, seen=seen)

    def test_an_answer_is_frozen_unless_the_address_changes(self, world: World) -> None:
        person = world.pupils[0]
        services.change_person(person, {"needs": "one", "address": person.address}, None)
        assert (person.residence, person.residence_on) == ("no", ASKED_ON)
        services.forget_address(person, None)
        services.change_person(person, {"address": ""}, None)
        assert (person.residence, person.address, person.lon) == ("no", "", None)
        with pytest.raises(ValidationError):
            services.ask_home_again(person, None)

    def test_erased_with_all_that_hangs_on_it(self, world: World, heard: list) -> None:
        person = world.pupils[0]
        services.give_consent(person, Purpose.SHARE_NEEDS, world.heads[0])
        world.wish(0, 0, 1)
        services.erase_person(person, world.heads[0])
        assert services.erase_person(person, world.heads[0]) == []
        assert not Person.objects.filter(pk=person.pk).exists()
        history = event_model(Person)._default_manager.filter(pgh_obj_id=person.pk)
        assert history.count() == 2
        assert {(row.given_name, row.address, row.lon) for row in history} == {("", "", None)}
        contacts = event_model(Contact)._default_manager.filter(person_id=person.pk)
        assert {(row.name, row.email) for row in contacts} == {("", "")}
        assert world.families[0].memberships.active().count() == 0
        assert heard[-1][1] == {"erased"}


class TestClasses:
    """Made, changed, deleted when empty."""

    def test_only_an_empty_one_is_deleted(self, world: World) -> None:
        with pytest.raises(ValidationError):
            services.delete_class(world.classes[0])
        Enrolment.objects.filter(school_class=world.classes[0]).delete()
        services.delete_class(world.classes[0])
        assert not SchoolClass.objects.filter(pk=world.classes[0].pk).exists()

    def test_a_list_imported_by_mistake_is_erased_with_its_class(self, world: World) -> None:
        mistake = SchoolClass.objects.create(school=world.schools[0], school_year=YEAR, name="6e A")
        people = [make_pupil(mistake, f"Élève{number}", "Erreur") for number in range(2)]
        Contact.objects.filter(person__in=people).update(account=None)
        services.erase_class(mistake)
        assert not Person.objects.filter(family_name="Erreur").exists()
        assert not SchoolClass.objects.filter(pk=mistake.pk).exists()

    def test_a_class_in_use_is_not_erased(self, world: World) -> None:
        def kept(school_class: SchoolClass) -> bool:
            with transaction.atomic(), pytest.raises(ValidationError):
                services.erase_class(school_class)
            return Person.objects.filter(enrolments__school_class=school_class).exists()

        first, second = world.classes[:2]
        assert kept(first)  # families are invited
        Contact.objects.update(account=None)
        world.wish(0, 0, 1)
        assert kept(first)
        SchoolClass.objects.filter(pk=second.pk).update(created_at=timezone.now() - dt.timedelta(days=31))
        second.refresh_from_db()
        assert kept(second)
        SchoolClass.objects.filter(pk=second.pk).update(created_at=timezone.now())
        second.refresh_from_db()
        assert services.may_erase(second)
        other = SchoolClass.objects.create(school=world.schools[1], school_year=LAST_YEAR, name="4e A")
        Enrolment.objects.create(person=second.enrolments.first().person, school_class=other, left_on=LEFT_ON)
        assert kept(second)

    def test_once_a_year(self, world: World) -> None:
        values = {"name": "3e 1", "school_year": YEAR}
        with pytest.raises(ValidationError):
            services.save_class(world.schools[0], values)
        assert services.save_class(world.schools[0], {**values, "school_year": NEXT_YEAR}).pk

    def test_the_year_of_a_class_with_pupils_stays(self, world: World) -> None:
        with pytest.raises(ValidationError):
            services.save_class(world.schools[0], {"school_year": NEXT_YEAR}, world.classes[0])


class TestContacts:
    """Whom one writes to."""

    def test_invited_once_and_again(
        self, world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        person = world.pupils[0]
        values = {"capacity": "legal_representative", "name": "Autre", "email": "Autre@Example.org "}
        contact = services.add_contact(person, values, world.heads[0])
        for _time in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                account = services.invite_contact(contact, world.heads[0])
        assert [message.to for message in mail.outbox] == [["autre@example.org"]] * 2
        assert account.memberships.filter(role=Role.FAMILY).count() == 1
        assert not account.memberships.get().administers
        assert set(queries.accounts_of(person)) == {account, world.families[0]}
        assert list(Person.objects.visible_to(account)) == [person]

    def test_without_an_address_through_the_school(self, world: World) -> None:
        contact = services.add_contact(
            world.pupils[0], {"capacity": "legal_representative", "name": "Sans"}, None
        )
        with pytest.raises(ValidationError, match="établissement"):
            services.invite_contact(contact, None)
        with pytest.raises(ValidationError):
            services.add_contact(world.pupils[0], {"capacity": "legal_representative"}, None)

    def test_a_wrong_address_is_corrected(self, world: World) -> None:
        contact = world.pupils[0].contacts.get()
        said = services.change_contact(contact, {"email": "right@example.org"}, None)
        assert "family1@example.org" in said[0]
        assert not Person.objects.visible_to(world.families[0]).exists()
        assert world.families[0].memberships.active().count() == 0
        account = services.invite_contact(Contact.objects.get(pk=contact.pk), None)
        assert account.email == "right@example.org"

    def test_one_account_for_two_children(self, world: World) -> None:
        sibling = world.pupils[1]
        values = {"capacity": "legal_representative", "email": "family1@example.org"}
        contact = services.add_contact(sibling, values, None)
        assert services.invite_contact(contact, None) == world.families[0]
        services.remove_contact(contact, None)
        assert services.remove_contact(contact, None) == []
        assert world.families[0].memberships.active().count() == 1

    def test_a_closed_account_is_said(self, world: World) -> None:
        Account.objects.filter(pk=world.families[0].pk).update(is_active=False)
        with pytest.raises(ValidationError):
            services.invite_contact(world.pupils[0].contacts.get(), None)
        assert queries.accounts_of(world.pupils[0]) == []

    def test_a_class_is_invited_at_once(self, world: World) -> None:
        world.pupils[0].contacts.update(account=None)
        assert services.invite_class(world.classes[0], world.heads[0]) == 1
        assert services.invite_class(world.classes[0], world.heads[0]) == 0

    def test_one_own_address_a_pupil(self, world: World) -> None:
        services.add_contact(world.pupils[0], {"capacity": "self", "email": "a@example.org"}, None)
        with pytest.raises(ValidationError):
            services.add_contact(world.pupils[0], {"capacity": "self", "email": "b@example.org"}, None)


def test_consents_are_dated_and_signed(world: World, heard: list) -> None:
    person, head = world.pupils[0], world.heads[0]
    for _time in range(2):
        services.give_consent(person, Purpose.SHARE_NEEDS, head)
    consent = Consent.objects.get()
    assert (consent.recorded_by, consent.given_at.date()) == (head, timezone.now().date())
    for _time in range(2):
        services.withdraw_consent(person, Purpose.SHARE_NEEDS, head)
    services.give_consent(person, Purpose.SHARE_NEEDS, head)
    assert Consent.objects.count() == 2
    assert len(heard) == 3


class TestOrganisations:
    """By their number."""

    def test_unknown_numbers(self, db: None) -> None:
        assert services.prefill("732 829 320 00074") is None
        assert services.prefill("35600000049837") is None
        assert services.prefill_school("0352091H") is None
        with pytest.raises(identifiers.InvalidIdentifier):
            services.prefill("73282932000075")

    def test_the_first_person_manages_the_team(self, db: None) -> None:
        values = {"kind": Kind.SCHOOL, "name": "Collège", "uai": "0352091H", "email": "tete@example.org"}
        member = services.add_organisation(values)
        assert (member.role, member.administers) == (Role.SCHOOL_HEAD, True)
        with pytest.raises(ValidationError):
            services.add_organisation({**values, "email": "other@example.org"})
        assert Membership.objects.count() == 1


def test_current_school_year() -> None:
    assert queries.current_school_year(dt.date(2026, 7, 31)) == "2025-2026"
    assert queries.current_school_year(dt.date(2026, 8, 1)) == "2026-2027"


def test_capacity_is_known() -> None:
    assert set(Capacity.values) == {"self", "legal_representative"}
