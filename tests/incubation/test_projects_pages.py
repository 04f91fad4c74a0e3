"""The pages of first contacts and projects: by role, their faults, exports, e-mails, what a holder reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from croisee.directory.models import Consent
from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Enquiry, Incubator, Project
from tests.incubation.projects_helpers import (
    IDENTITY,
    PROJECT,
    make_draft,
    make_enquiry,
    make_referent,
    send_mails,
)
from tests.incubation_world import IncubationWorld, make_project
from tests.journeys_world import make_person, move

Enter = Callable[[Account], Client]
MESSAGE = {"name": "Awa", "email": "awa@example.org", "phone": "", "text": "Une épicerie.", "origin": "own"}


def url(name: str, *parts: Any) -> str:
    return reverse(f"incubation:{name}", args=parts)


class TestPublicPage:
    def test_anyone_writes_is_thanked_and_told_without_a_word_of_the_message(
        self, world: IncubationWorld, client: Client
    ) -> None:
        where = url("new_enquiry", world.a.incubator.pk)
        assert client.get(where).status_code == 200
        answer = client.post(where, MESSAGE, follow=True)
        send_mails()
        assert "Your message is sent" in answer.content.decode()
        row = Enquiry.objects.get()
        assert (row.incubator, row.name, row.state) == (world.a.incubator, "Awa", "new")
        told = {one.to[0]: one.body for one in mail.outbox}
        assert set(told) == {"awa@example.org", world.a.manager.email}
        assert "épicerie" not in told["awa@example.org"]
        assert url("enquiry", row.pk) in told[world.a.manager.email]

    def test_a_machine_is_thanked_and_nothing_is_kept(self, world: IncubationWorld, client: Client) -> None:
        where = url("new_enquiry", world.a.incubator.pk)
        assert client.post(where, MESSAGE | {"website": "http://x"}).status_code == 302
        assert not Enquiry.objects.exists()

    def test_without_a_way_to_answer_it_says_what_to_write(
        self, world: IncubationWorld, client: Client
    ) -> None:
        answer = client.post(url("new_enquiry", world.a.incubator.pk), MESSAGE | {"email": ""})
        assert answer.status_code == 422
        assert "so that we can answer" in answer.content.decode()

    def test_not_more_than_a_few_an_hour(self, world: IncubationWorld, client: Client) -> None:
        where = url("new_enquiry", world.a.incubator.pk)
        answers = [client.post(where, MESSAGE).status_code for _number in range(8)]
        assert answers[-1] == 429
        assert Enquiry.objects.count() == 6


class TestManagers:
    def test_the_list_and_its_export_are_of_ones_own_incubator(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        make_enquiry(world.a.incubator, 1, text="=HYPERLINK(1)")
        make_enquiry(world.b.incubator, 2)
        client = enter(world.a.manager)
        text = client.get(url("enquiries")).content.decode()
        assert "Curieux 1" in text
        assert "Curieux 2" not in text
        exported = client.get(url("enquiries"), {"export": "csv"}).content.decode()
        assert "Curieux 1" in exported
        assert "\n=HYPERLINK" not in exported
        assert ";=HYPERLINK" not in exported

    def test_a_contact_is_met_answered_and_becomes_a_project(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        client = enter(world.a.manager)
        body = MESSAGE | {"incubator": str(world.a.incubator.pk)}
        assert client.post(url("met_enquiry"), body).status_code == 302
        row = Enquiry.objects.get()
        client.post(url("enquiry", row.pk), {"answer": "Venez jeudi à 10 h."})
        send_mails()
        assert any("Venez jeudi" in one.body for one in mail.outbox)
        page = client.get(url("receive_enquiry", row.pk)).content.decode()
        assert 'value="awa@example.org"' in page
        body = IDENTITY | PROJECT | {"incubator": str(world.a.incubator.pk)}
        answer = client.post(url("receive_enquiry", row.pk), body, follow=True)
        assert "invited to follow it here" in answer.content.decode()
        assert Project.objects.get(title="Épicerie vrac").holder.given_name == "Awa"  # type: ignore[union-attr]
        assert client.get(url("receive_enquiry", row.pk)).status_code == 302

    def test_who_is_known_already_is_asked_about_masked(self, world: IncubationWorld, enter: Enter) -> None:
        person = make_person(97)
        body = IDENTITY | PROJECT | {"incubator": str(world.a.incubator.pk)}
        body |= {
            "given_name": person.given_name,
            "family_name": person.family_name,
            "birth_date": person.birth_date.isoformat(),
        }
        client = enter(world.a.manager)
        answer = client.post(url("new_project"), body)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "P… N…" in text
        assert "97 rue des Essais" not in text
        client.post(url("new_project"), body | {"same": str(person.pk)})
        assert Project.objects.get(title="Épicerie vrac").holder == person

    def test_another_incubator_is_not_theirs(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.b.manager)
        row, contact = world.a.projects[0], make_enquiry(world.a.incubator)
        for where in (
            url("project", row.pk),
            url("edit_project", row.pk),
            url("give_company", row.pk),
            url("enquiry", contact.pk),
            url("receive_enquiry", contact.pk),
        ):
            assert client.get(where).status_code == 404
        body = IDENTITY | PROJECT | {"incubator": str(world.a.incubator.pk)}
        assert client.post(url("new_project"), body).status_code == 422
        client.post(url("move_project", row.pk), {"transition": "drop"})
        row.refresh_from_db()
        assert row.state == "hosted"

    def test_filters(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.a.manager)
        text = client.get(url("projects"), {"residence": "yes"}).content.decode()
        assert "Traiteur A" in text
        assert "Atelier vélo A" not in text
        text = client.get(url("projects"), {"q": "Nom41"}).content.decode()
        assert "Atelier vélo A" in text

    def test_a_wrong_siret_is_said_and_a_good_one_makes_the_company(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        client, row = enter(world.a.manager), world.a.projects[1]
        where = url("give_company", row.pk)
        assert client.get(where, {"siret": "73282932000074"}).status_code == 200
        body = {"siret": "73282932000075", "name": "Atelier", "founded_on": "2026-01-05"}
        assert client.post(where, body).status_code == 422
        client.post(where, body | {"siret": "73282932000074"})
        row.refresh_from_db()
        assert row.siren == "732829320"

    def test_a_change_over_anothers_is_refused(self, world: IncubationWorld, enter: Enter) -> None:
        client, row = enter(world.a.manager), world.a.projects[1]
        body = {
            "title": "Autre",
            "sector": "motor",
            "stays": "",
            "origin": "own",
            "received_on": row.received_on.isoformat(),
            "seen": "2020-01-01T00:00:00+00:00",
        }
        answer = client.post(url("edit_project", row.pk), body)
        assert answer.status_code == 422
        assert "changed meanwhile" in answer.content.decode()


class TestHolder:
    def test_one_reads_where_one_stands(self, world: IncubationWorld, enter: Enter) -> None:
        text = enter(world.a.holders[1]).get(url("my_project")).content.decode()
        assert "Your candidature is sent: nothing to do" in text
        assert "you are here" in text
        text = enter(world.a.holders[0]).get(url("my_project")).content.decode()
        assert "You are in the incubator" in text

    def test_every_moment_has_its_sentence(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.a.holders[1])
        row, project = world.a.candidature, world.a.projects[1]
        for states, reads in (
            (("reserved",), "Trouver un associé."),
            (("favourable",), "number 1 of 1 on the waiting list"),
        ):
            move(row, *states, reserves="Trouver un associé.", decided_on=row.submitted_on)
            assert reads in client.get(url("my_project")).content.decode()
        move(row, "withdrawn")
        move(project, "followed")
        assert "Write your candidature for a place" in client.get(url("my_project")).content.decode()
        make_draft(project, to_complete="Le plan de financement.")
        assert "Le plan de financement." in client.get(url("my_project")).content.decode()
        move(project, "dropped")
        text = client.get(url("my_project")).content.decode()
        assert "Take the project up again" in text
        client.post(url("move_project", project.pk), {"transition": "follow"})
        project.refresh_from_db()
        assert project.state == "followed"

    def test_refused_with_the_reason_and_the_way_back(self, world: IncubationWorld, enter: Enter) -> None:
        move(world.a.candidature, "refused", reason="Pas de marché.", decided_on="2026-11-02")
        move(world.a.projects[1], "followed")
        text = enter(world.a.holders[1]).get(url("my_project")).content.decode()
        assert "The reason: Pas de marché. You can write another one" in text

    def test_nothing_yet(self, world: IncubationWorld, enter: Enter) -> None:
        Project.objects.filter(holder=world.a.people[0]).update(holder=world.a.people[1])
        text = enter(world.a.holders[0]).get(url("my_project")).content.decode()
        assert "No project is linked" in text

    def test_several_projects(self, world: IncubationWorld, enter: Enter) -> None:
        other = make_project(world.a.incubator, world.a.people[0], "Deuxième")
        client = enter(world.a.holders[0])
        assert "My other projects" in client.get(url("my_project")).content.decode()
        text = client.get(url("my_project"), {"project": str(other.pk)}).content.decode()
        assert "<h1>Deuxième</h1>" in text

    def test_one_says_who_sees_it(self, world: IncubationWorld, enter: Enter) -> None:
        make_referent(world.metropolis, world.a.people[1])
        client, project = enter(world.a.holders[1]), world.a.projects[1]
        assert "Show it to my référents" in client.get(url("my_project")).content.decode()
        client.post(url("show_project", project.pk), {"do": "show"})
        assert Consent.objects.active().count() == 1
        assert "No longer show it" in client.get(url("my_project")).content.decode()
        client.post(url("show_project", project.pk), {"do": "hide"})
        assert not Consent.objects.active().exists()
        assert client.post(url("show_project", world.b.projects[0].pk), {"do": "show"}).status_code == 404

    def test_the_holder_does_not_write_what_is_the_managers(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        client, row = enter(world.a.holders[1]), world.a.projects[1]
        text = client.get(url("edit_project", row.pk)).content.decode()
        assert "Received on" not in text
        client.post(
            url("edit_project", row.pk),
            {"title": "Vélo pour tous", "sector": "motor", "stays": "true", "origin": "bge"},
        )
        row.refresh_from_db()
        assert (row.title, row.origin, row.stays) == ("Vélo pour tous", "own", True)
        assert client.get(url("give_company", row.pk)).status_code in (403, 404)


class TestReferent:
    def test_a_person_is_sent_with_their_agreement(self, world: IncubationWorld, enter: Enter) -> None:
        person = make_person(98)
        referent, journey = make_referent(world.metropolis, person)
        client = enter(referent)
        where = url("send_person", journey.pk)
        page = client.get(reverse("journeys:journey", args=[journey.pk])).content.decode()
        assert where in page
        body = {"incubator": str(world.a.incubator.pk), "text": "Un food-truck."}
        answer = client.post(where, body)
        assert answer.status_code == 422
        assert "Ask the person first" in answer.content.decode()
        client.post(where, body | {"agreed": "on"})
        assert Enquiry.objects.get().person == person
        assert "to be answered" in client.get(where).content.decode()

    def test_nobody_elses_person(self, world: IncubationWorld, enter: Enter) -> None:
        referent, journey = make_referent(world.metropolis, make_person(98))
        assert enter(world.a.manager).get(url("send_person", journey.pk)).status_code in (403, 404)
        journey.followings.all().delete()
        assert enter(referent).get(url("send_person", journey.pk)).status_code == 404


@pytest.mark.parametrize("who", ["manager", "holder", "tenant"])
def test_pages_of_a_project_take_few_queries(
    world: IncubationWorld, enter: Enter, django_assert_max_num_queries: Any, who: str
) -> None:
    account = {"manager": world.a.manager, "holder": world.a.holders[0], "tenant": world.a.tenant}[who]
    client = enter(account)
    with django_assert_max_num_queries(12):
        assert client.get(url("project", world.a.projects[0].pk)).status_code == 200


def test_a_manager_without_an_incubator_is_told(world: IncubationWorld, enter: Enter) -> None:
    Enquiry.objects.all().delete()
    Incubator.objects.filter(pk=world.b.incubator.pk).update(organisation=world.metropolis)
    text = enter(world.b.manager).get(url("projects")).content.decode()
    assert "You manage no incubator yet" in text
