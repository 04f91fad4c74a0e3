"""Consents by crossing, access asked for and given, who is seen by whom: services and pages."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse

from croisee.directory.models import Capacity, Contact, Given, Person, Purpose
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.models import Access
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from croisee.journeys.models import AccessRequest, AccessState, Journey
from croisee.journeys.services import rights as services
from tests.journeys_world import JourneysWorld, make_journey, make_programme
from tests.world import TODAY, member

Enter = Callable[[Account], Client]


@pytest.fixture
def elsewhere(world: JourneysWorld) -> Account:
    """A référent of another organisation, who follows nobody here."""
    other = type(world.plie).objects.create(name="Mission locale d’essai", kind=Kind.ASSOCIATION)
    make_programme(other, name="Accompagnement d’essai", fse=False)
    return member(Role.REFERENT, other, "ailleurs@example.org")


def own_account(world: JourneysWorld, number: int = 0) -> Account:
    """The account of the person of that number."""
    account = member(Role.FAMILY, world.plie, f"suivi{number + 1}@example.org", administers=False)
    Contact.objects.filter(person=world.people[number], capacity=Capacity.SELF).update(account=account)
    return account


def told(notice: str) -> set[str]:
    """To whom an e-mail of this kind is owed or was sent."""
    rows = Ledger.objects.filter(notice=notice)
    return {row.account.email if row.account else row.email for row in rows}


class TestConsents:
    """Given and withdrawn by whom it is for."""

    def test_a_person_gives_and_withdraws_on_own_page(self, world: JourneysWorld, enter: Enter) -> None:
        person, account = world.people[0], own_account(world)
        client = enter(account)
        page = reverse("journeys:my_crossings")
        assert client.get(page).content.decode().count("you do not consent") == 6
        url = reverse("journeys:set_crossing", args=[person.pk])
        client.post(url, {"purpose": Purpose.SHOW_CLAUSES, "do": "give"})
        consent = person.consents.get()
        assert (consent.purpose, consent.how, consent.recorded_by) == ("show_clauses", "online", account)
        assert "you consent" in client.get(page).content.decode()
        client.post(url, {"purpose": Purpose.SHOW_CLAUSES, "do": "withdraw"})
        shown = client.get(page).content.decode()
        assert not person.consents.active().exists()
        assert "withdrawn on" in shown
        assert client.post(url, {"purpose": Purpose.SHARE_NEEDS, "do": "give"}).status_code == 404
        foreign = reverse("journeys:set_crossing", args=[world.people[1].pk])
        assert client.post(foreign, {"purpose": Purpose.SHOW_CLAUSES, "do": "give"}).status_code == 404

    def test_before_fifteen_a_legal_representative_decides(self, world: JourneysWorld) -> None:
        child, own = world.people[0], own_account(world)
        parent = member(Role.FAMILY, world.plie, "parent@example.org", administers=False)
        Contact.objects.create(
            person=child, capacity=Capacity.LEGAL_REPRESENTATIVE, name="Parent", account=parent
        )
        for years, who, other in ((14, parent, own), (15, own, parent)):
            Person.objects.filter(pk=child.pk).update(
                birth_date=TODAY.replace(day=1, year=TODAY.year - years)
            )
            services.say_crossing(child, Purpose.KEEP_WAY, who, gives=True)
            with pytest.raises(ValidationError):
                services.say_crossing(child, Purpose.KEEP_WAY, other, gives=False)

    def test_a_referent_records_what_was_said(self, world: JourneysWorld, enter: Enter) -> None:
        journey, referent = world.journeys[0], world.referents[0]
        client = enter(referent)
        url = reverse("journeys:record_crossing", args=[journey.pk])
        values = {
            "purpose": "show_internships",
            "how": "paper",
            "given_on": str(TODAY + dt.timedelta(days=1)),
        }
        assert "today or before" in client.post(url, values).content.decode()
        day = TODAY - dt.timedelta(days=9)
        assert client.post(url, values | {"given_on": str(day)}).status_code == 302
        consent = world.people[0].consents.get()
        assert (consent.how, consent.given_at.date(), consent.recorded_by) == (Given.PAPER, day, referent)
        page = client.get(reverse("journeys:crossings", args=[journey.pk])).content.decode()
        assert "on paper" in page
        client.post(reverse("journeys:withdraw_crossing", args=[journey.pk]), {"purpose": "show_internships"})
        assert not world.people[0].consents.active().exists()
        assert enter(world.referents[1]).get(url).status_code == 404


class TestFinding:
    """People followed elsewhere are masked, and each search is noted."""

    def look(self, client: Client, **values: object) -> Any:
        asked = {"family_name": "NOM1", "given_name": "prenom1", "birth_date": "1981-03-02"}
        return client.post(reverse("journeys:find_person"), asked | values)

    def test_found_masked_then_asked(self, world: JourneysWorld, elsewhere: Account, enter: Enter) -> None:
        own_account(world)
        client = enter(elsewhere)
        response = self.look(client)
        page = response.content.decode()
        assert "P… N…" in page
        assert world.referents[0].email in page
        assert "Prénom1" not in page
        assert Access.objects.filter(subject_id=str(world.people[0].pk), account=elsewhere).count() == 1
        assert "Nobody of this name" in self.look(client, birth_date="1981-03-03").content.decode()
        [found] = response.context["found"]
        answer = client.post(
            reverse("journeys:ask_access"),
            {"found": found["form"]["found"].value(), "reason": "Suivi commun envisagé"},
            follow=True,
        )
        assert "The request has gone" in answer.content.decode()
        row = AccessRequest.objects.get()
        assert (row.person, row.asker, row.state) == (world.people[0], elsewhere, AccessState.ASKED)
        assert told("journeys.access_asked") == {world.referents[0].email}
        assert "the answer is awaited" in self.look(client).content.decode()

    def test_who_found_nobody_cannot_ask(
        self, world: JourneysWorld, elsewhere: Account, enter: Enter
    ) -> None:
        token = self.look(enter(elsewhere)).context["found"][0]["form"]["found"].value()
        enter(world.referents[1]).post(reverse("journeys:ask_access"), {"found": token, "reason": "x"})
        enter(elsewhere).post(reverse("journeys:ask_access"), {"found": token + "x", "reason": "x"})
        assert not AccessRequest.objects.exists()

    def test_searches_are_few(
        self, world: JourneysWorld, elsewhere: Account, enter: Enter, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("croisee.journeys.views.access.SEARCHES_AN_HOUR", 2)
        client = enter(elsewhere)
        pages = [self.look(client).content.decode() for _time in range(3)]
        assert ["many searches" in page for page in pages] == [False, False, True]

    def test_who_follows_sees_the_name(self, world: JourneysWorld, enter: Enter) -> None:
        page = self.look(enter(world.referents[0])).content.decode()
        assert world.journeys[0].get_absolute_url() in page


class TestAccess:
    """Asked with a reason, given until a day, refused with a reason, ended early."""

    def test_given_until_a_day(self, world: JourneysWorld, elsewhere: Account) -> None:
        own, journey = own_account(world), world.journeys[0]
        row = services.ask(world.people[0], elsewhere, "Suivi commun")
        assert not Journey.objects.visible_to(elsewhere).exists()
        for until in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=181)):
            with pytest.raises(ValidationError):
                services.grant(row, world.referents[0], until)
        for stranger in (world.referents[1], elsewhere):
            with pytest.raises(ValidationError):
                services.grant(row, stranger)
        row = services.grant(row, world.referents[0])
        assert row.until == TODAY + dt.timedelta(days=30)
        assert list(Journey.objects.visible_to(elsewhere)) == [journey]
        assert not Journey.objects.followed_by(elsewhere).exists()
        assert Person.objects.visible_to(elsewhere).get() == world.people[0]
        assert not Contact.objects.visible_to(elsewhere).exists()
        assert told("journeys.access_answered") == {elsewhere.email}
        assert told("journeys.access_given") == {own.email}
        AccessRequest.objects.update(until=TODAY - dt.timedelta(days=1))
        assert not Journey.objects.visible_to(elsewhere).exists()
        with pytest.raises(TransitionRefused):
            services.refuse(row, world.referents[0], "Trop tard")

    def test_a_person_without_account_is_written_to(self, world: JourneysWorld, elsewhere: Account) -> None:
        services.grant(services.ask(world.people[0], elsewhere, "Suivi commun"), world.manager)
        assert told("journeys.access_given") == {"suivi1@example.org"}

    def test_refused_with_a_reason(self, world: JourneysWorld, elsewhere: Account, enter: Enter) -> None:
        row = services.ask(world.people[0], elsewhere, "Suivi commun")
        url = reverse("journeys:access_request", args=[row.pk])
        client = enter(world.referents[0])
        assert "Say why: your colleague reads it" in client.post(url, {"do": "refuse"}).content.decode()
        client.post(url, {"do": "refuse", "answer": "Suivi en cours ailleurs"})
        page = enter(elsewhere).get(url).content.decode()
        assert "Suivi en cours ailleurs" in page
        assert "P… N…" in page
        assert enter(world.referents[1]).get(url).status_code == 404
        services.ask(world.people[0], elsewhere, "Autre raison")

    def test_the_person_ends_it(self, world: JourneysWorld, elsewhere: Account, enter: Enter) -> None:
        row = services.grant(services.ask(world.people[0], elsewhere, "Suivi commun"), world.referents[0])
        own = enter(own_account(world))
        page = own.get(reverse("journeys:my_crossings")).content.decode()
        assert str(elsewhere) in page
        assert "Mission locale d’essai" in page
        own.post(reverse("journeys:end_access", args=[row.pk]))
        row.refresh_from_db()
        assert row.state == AccessState.ENDED
        assert not Journey.objects.visible_to(elsewhere).exists()

    def test_lists_and_cards(self, world: JourneysWorld, elsewhere: Account, enter: Enter) -> None:
        services.ask(world.people[0], elsewhere, "Suivi commun")
        client = enter(world.referents[0])
        assert reverse("journeys:access") in client.get(reverse("portal:mine")).content.decode()
        assert "Prénom1 Nom1" in client.get(reverse("journeys:access")).content.decode()
        mine = enter(elsewhere).get(reverse("journeys:access")).content.decode()
        assert "P… N…" in mine
        assert "Prénom1" not in mine

    @pytest.mark.django_db(transaction=True)
    def test_two_clicks_ask_once(self, world: JourneysWorld, elsewhere: Account) -> None:
        answers: list[str] = []

        def ask() -> None:
            try:
                services.ask(world.people[0], elsewhere, "Suivi commun")
                answers.append("asked")
            except ValidationError:
                answers.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=ask) for _time in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["asked", "refused"]


def test_who_sees_which_people(world: JourneysWorld) -> None:
    """Managers those of their programmes, référents those they follow, campaign managers none who are of journeys."""
    manager = member(Role.CAMPAIGN_MANAGER, world.metropolis, "stages@example.org")
    assert Person.objects.visible_to(manager).count() == 0
    assert Person.objects.visible_to(world.manager).count() == 5
    assert Person.objects.visible_to(world.referents[0]).count() == 2
    assert Contact.objects.visible_to(world.referents[1]).count() == 1


def test_own_journey_elsewhere_stays_closed(world: JourneysWorld, elsewhere: Account) -> None:
    """A second journey of the same person, in another programme, is its référent's alone."""
    programme = elsewhere.organisations(Role.REFERENT)[0].programmes.get()
    second = make_journey(programme, world.people[0], elsewhere)
    assert list(Journey.objects.visible_to(elsewhere)) == [second]
    with pytest.raises(ValidationError, match="already"):
        services.ask(world.people[0], elsewhere, "Suivi commun")
