"""First contacts and projects: written, answered, received, changed, given up; the company; the holder's journey."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person, Purpose, Residence
from croisee.directory.services.erasure import erase_person
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import (
    Candidature,
    Enquiry,
    EnquiryState,
    Exit,
    Project,
    ProjectState,
)
from croisee.incubation.panels import Panel, panels_for, register
from croisee.incubation.privacy_of_projects import enquiries_past, projects_past
from croisee.incubation.queries import projects as queries
from croisee.incubation.services import companies, crossing, enquiries, erasing, projects
from croisee.journeys import published
from croisee.journeys.models import Stage, Step, StepKind, StepState
from tests.incubation.projects_helpers import make_draft, make_enquiry, make_referent
from tests.incubation_world import IncubationWorld, make_project
from tests.journeys_world import make_person, move
from tests.world import TODAY

BORN = dt.date(1990, 5, 4)
SIRET = "73282932000074"
PERSON = {
    "given_name": "Awa",
    "family_name": "Diallo",
    "birth_date": BORN,
    "email": "awa@example.org",
    "phone": "",
    "address": "",
}
IDEA = {"title": "Épicerie vrac", "sector": "trade", "received_on": TODAY, "origin": "bge", "stays": True}


class TestEnquiries:
    def test_a_message_is_kept_and_told_once_a_day_to_an_address(
        self, world: IncubationWorld, django_capture_on_commit_callbacks: object
    ) -> None:
        values = {
            "name": "Awa",
            "email": "awa@example.org",
            "phone": "",
            "text": "Une épicerie.",
            "origin": "own",
        }
        for _again in range(2):
            enquiries.write(world.a.incubator, values)
        assert Enquiry.objects.filter(incubator=world.a.incubator).count() == 2

    def test_nobody_can_be_answered_without_an_address_nor_a_telephone(self, world: IncubationWorld) -> None:
        with pytest.raises(ValidationError, match="telephone"):
            enquiries.enter(world.a.incubator, {"name": "Awa", "text": "Une épicerie."})
        assert not Enquiry.objects.exists()

    def test_answered_closed_and_opened_again(self, world: IncubationWorld) -> None:
        row = make_enquiry(world.a.incubator)
        enquiries.answer(row, "Venez jeudi.", world.a.manager)
        row.refresh_from_db()
        assert (row.state, row.answer) == (EnquiryState.ANSWERED, "Venez jeudi.")
        enquiries.move(row, "close", world.a.manager)
        with pytest.raises(ValidationError, match="open it again"):
            enquiries.answer(row, "Trop tard.", world.a.manager)
        with pytest.raises(ValidationError):
            enquiries.move(row, "close", world.a.manager)
        assert enquiries.move(row, "reopen", world.a.manager).state == EnquiryState.ANSWERED

    def test_a_referent_sends_a_person_once(self, world: IncubationWorld) -> None:
        person = make_person(91)
        referent, journey = make_referent(world.metropolis, person)
        sent = enquiries.send_person(journey, world.a.incubator, "Un food-truck.", referent)
        assert (sent.person, sent.sent_by, sent.origin) == (person, referent, "referent")
        assert sent.email == "suivi91@example.org"
        with pytest.raises(ValidationError, match="already"):
            enquiries.send_person(journey, world.a.incubator, "Encore.", referent)
        enquiries.send_person(journey, world.b.incubator, "Ailleurs.", referent)
        assert Enquiry.objects.filter(person=person).count() == 2

    def test_nobody_is_sent_who_cannot_be_reached(self, world: IncubationWorld) -> None:
        person = make_person(92)
        Contact.objects.filter(person=person).update(email="", phone="")
        referent, journey = make_referent(world.metropolis, person)
        with pytest.raises(ValidationError, match="No e-mail address"):
            enquiries.send_person(journey, world.a.incubator, "Un food-truck.", referent)


class TestReceiving:
    def test_a_contact_becomes_a_project_whose_holder_is_invited(self, world: IncubationWorld) -> None:
        contact = make_enquiry(world.a.incubator)
        made = projects.receive(world.a.incubator, PERSON | IDEA, world.a.manager, enquiry=contact)
        contact.refresh_from_db()
        assert (contact.state, contact.project) == (EnquiryState.RECEIVED, made)
        assert made.holder is not None
        own = Contact.objects.get(person=made.holder, capacity=Capacity.SELF)
        assert own.account is not None
        held = Membership.objects.active().get(account=own.account)
        assert (held.role, held.organisation) == (Role.PROJECT_HOLDER, world.metropolis)
        assert made.adviser == world.a.manager
        assert list(Project.objects.held_by(own.account)) == [made]

    def test_a_contact_becomes_one_project(self, world: IncubationWorld) -> None:
        contact = make_enquiry(world.a.incubator)
        projects.receive(world.a.incubator, PERSON | IDEA, world.a.manager, enquiry=contact)
        before = Project.objects.count()
        other = PERSON | {"given_name": "Ana", "email": "ana@example.org"}
        with pytest.raises(ValidationError):
            projects.receive(world.a.incubator, other | IDEA, world.a.manager, enquiry=contact)
        assert Project.objects.count() == before

    def test_the_home_is_frozen_as_it_was_answered(self, world: IncubationWorld) -> None:
        person = make_person(93, Residence.YES)
        values = {"given_name": person.given_name, "family_name": person.family_name}
        values |= {"birth_date": person.birth_date}
        made = projects.receive(world.a.incubator, values | IDEA, world.a.manager, person=person)
        Person.objects.filter(pk=person.pk).update(residence=Residence.NO, zone_codes="")
        made.refresh_from_db()
        assert (made.residence, made.zone_codes) == (Residence.YES, "QN03501M")

    def test_who_is_known_already_is_said_and_not_made_twice(self, world: IncubationWorld) -> None:
        person = make_person(94)
        values = (
            PERSON
            | IDEA
            | {
                "given_name": person.given_name.upper(),
                "family_name": person.family_name,
                "birth_date": person.birth_date,
                "email": "autre@example.org",
            }
        )
        with pytest.raises(directory.AlreadyKnown):
            projects.receive(world.a.incubator, values, world.a.manager)
        made = projects.receive(world.a.incubator, values, world.a.manager, person=person)
        # Of somebody known to another service alone, nothing is written over.
        assert Contact.objects.get(person=person).email == "suivi94@example.org"
        assert made.holder == person

    def test_an_account_that_is_somebody_elses_is_not_given_a_second_person(
        self, world: IncubationWorld
    ) -> None:
        taken = world.a.holders[0].email
        made = projects.receive(world.a.incubator, PERSON | IDEA | {"email": taken}, world.a.manager)
        own = Contact.objects.get(person=made.holder)
        assert own.account is None
        with pytest.raises(ValidationError, match="somebody else"):
            projects.invite_holder(made, world.a.manager)
        assert made not in Project.objects.visible_to(world.a.holders[0])

    def test_whom_a_referent_sent_is_the_holder(self, world: IncubationWorld) -> None:
        person = make_person(95)
        referent, journey = make_referent(world.metropolis, person)
        sent = enquiries.send_person(journey, world.a.incubator, "Un food-truck.", referent)
        made = projects.receive(world.a.incubator, IDEA, world.a.manager, enquiry=sent)
        assert made.holder == person

    def test_a_day_to_come_is_refused_and_nothing_is_written(self, world: IncubationWorld) -> None:
        before = Person.objects.count()
        later = {"received_on": TODAY + dt.timedelta(days=1)}
        with pytest.raises(ValidationError, match="to come"):
            projects.receive(world.a.incubator, PERSON | IDEA | later, world.a.manager)
        assert Person.objects.count() == before


class TestLife:
    def test_the_holder_changes_what_is_theirs_to_say(self, world: IncubationWorld) -> None:
        row = world.a.projects[0]
        projects.change(row, {"title": "Nouveau", "origin": "adie", "adviser": None}, by_holder=True)
        row.refresh_from_db()
        assert (row.title, row.origin) == ("Nouveau", "own")
        with pytest.raises(directory.Stale):
            projects.change(row, {"title": "X"}, seen=row.updated_at - dt.timedelta(seconds=5))

    def test_sent_on_and_taken_back(self, world: IncubationWorld) -> None:
        row = projects.orient(world.a.projects[0], " BGE ", None)
        assert (row.oriented_to, row.oriented_on) == ("BGE", TODAY)
        with pytest.raises(ValidationError, match="to come"):
            projects.orient(row, "Adie", TODAY + dt.timedelta(days=1))
        row = projects.orient(row, "", None)
        assert (row.oriented_to, row.oriented_on) == ("", None)

    def test_given_up_with_its_candidature_then_taken_up_again(self, world: IncubationWorld) -> None:
        row, candidature = world.a.projects[1], world.a.candidature
        projects.move(row, "drop", world.a.holders[1])
        candidature.refresh_from_db()
        row.refresh_from_db()
        assert (row.state, candidature.state, candidature.committee) == ("dropped", "withdrawn", None)
        assert projects.move(row, "follow", world.a.manager).state == ProjectState.FOLLOWED
        with pytest.raises(ValidationError):
            projects.move(world.a.projects[0], "drop", world.a.manager)

    def test_a_place_is_given_back_by_the_candidature(self, world: IncubationWorld) -> None:
        with pytest.raises(ValidationError, match="withdraw the candidature"):
            projects.move(world.a.projects[1], "follow", world.a.manager)


class TestCompany:
    def test_the_holder_acts_for_a_new_company(self, world: IncubationWorld) -> None:
        row = world.a.projects[1]
        values = {"siret": "732 829 320 00074", "name": "Atelier SAS", "founded_on": TODAY, "micro": True}
        made = companies.give_company(row, values, world.a.manager)
        assert made.company is not None
        assert (made.siren, made.company.siret, made.micro) == ("732829320", SIRET, True)
        held = Membership.objects.active().get(organisation=made.company)
        assert (held.role, held.account) == (Role.EMPLOYER, world.a.holders[1])

    def test_a_team_that_is_there_decides_who_enters_it(self, world: IncubationWorld) -> None:
        row, taken = world.a.projects[1], world.b.company
        values = {"siret": taken.siret, "name": "", "founded_on": TODAY}
        made = companies.give_company(row, values, world.a.manager)
        assert made.company == taken
        assert not world.a.holders[1].organisations(Role.EMPLOYER).exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"siret": "12345678901234"}, "siret"),
            ({"name": ""}, "name"),
            ({"founded_on": TODAY + dt.timedelta(days=1)}, "founded_on"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, world: IncubationWorld, changes: dict[str, object], field: str
    ) -> None:
        values = {"siret": SIRET, "name": "Atelier", "founded_on": TODAY} | changes
        with pytest.raises(ValidationError) as refusal:
            companies.give_company(world.a.projects[1], values, world.a.manager)
        assert field in refusal.value.message_dict
        assert not Organisation.objects.filter(siret=SIRET).exists()


class TestJourney:
    @pytest.fixture
    def followed(self, world: IncubationWorld) -> Project:
        """The project of a person who is followed in a journey under way."""
        make_referent(world.metropolis, world.a.people[1])
        return world.a.projects[1]

    def test_nothing_is_told_without_consent(self, world: IncubationWorld, followed: Project) -> None:
        assert crossing.link(followed, world.a.manager) is None
        assert not Step.objects.exists()

    def test_consent_makes_a_step_which_follows_the_project(
        self, world: IncubationWorld, followed: Project
    ) -> None:
        crossing.show(followed, world.a.holders[1])
        step = Step.objects.get()
        followed.refresh_from_db()
        assert (step.kind, step.state, followed.step) == (StepKind.BUSINESS_PROJECT, "under_way", step)
        projects.move(followed, "drop", world.a.manager)
        step.refresh_from_db()
        assert step.state == StepState.ABANDONED
        projects.move(followed, "follow", world.a.manager)
        step.refresh_from_db()
        assert step.state == StepState.UNDER_WAY
        values = {"siret": SIRET, "name": "Atelier", "founded_on": TODAY}
        companies.give_company(followed, values, world.a.manager)
        step.refresh_from_db()
        assert (step.state, step.ended_on) == (StepState.DONE, TODAY)

    def test_withdrawn_nothing_more_is_written(self, world: IncubationWorld, followed: Project) -> None:
        crossing.show(followed, world.a.holders[1])
        crossing.hide(followed, world.a.holders[1])
        followed.refresh_from_db()
        assert followed.step is None
        projects.move(followed, "drop", world.a.manager)
        assert Step.objects.get().state == StepState.UNDER_WAY

    def test_a_step_that_the_referent_wrote_becomes_the_project(
        self, world: IncubationWorld, followed: Project
    ) -> None:
        journey = followed.holder.journeys.get()  # type: ignore[union-attr]  # it has a holder
        step = Step.objects.create(journey=journey, kind=StepKind.BUSINESS_PROJECT, title="Créer")
        directory.give_consent(world.a.people[1], Purpose.SHOW_BUSINESS, world.a.holders[1])
        followed.refresh_from_db()
        assert followed.step == step

    def test_only_the_holder_says_who_sees_it(self, world: IncubationWorld, followed: Project) -> None:
        for other in (world.a.manager, world.a.holders[0], world.b.holders[1]):
            with pytest.raises(ValidationError, match="Only the project holder"):
                crossing.show(followed, other)


class TestTold:
    def test_companies_are_stages_of_ways(self, world: IncubationWorld) -> None:
        rows = list(queries.milestones(TODAY))
        assert {row["way_person"] for row in rows} == {world.a.people[0].pk, world.b.people[0].pk}
        (own,) = (row for row in rows if row["way_person"] == world.a.people[0].pk)
        assert (own["way_stage"], own["way_ends_on"]) == (Stage.COMPANY, None)
        Exit.objects.create(project=world.a.projects[0], on=TODAY, reason="ceased", destination="none")
        (own,) = (row for row in queries.milestones(TODAY) if row["way_person"] == world.a.people[0].pk)
        assert own["way_ends_on"] == TODAY

    def test_openings_are_one_an_incubator_in_one_query(
        self, world: IncubationWorld, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture
            found = {one.organisation: one for one in queries.open_today(TODAY)}
        assert found[world.metropolis.name].kind == StepKind.BUSINESS_PROJECT
        # The office is let, the workshop is free, the room is booked by hours.
        assert queries.free_spaces(TODAY).filter(incubator=world.a.incubator).count() == 1

    def test_incubators_go_out_in_the_schema(self, world: IncubationWorld) -> None:
        made = published.publication()
        assert not [fault for fault in made.faults if fault.entry.name.startswith("Le Quadri")]
        assert {"Le Quadri A", "Le Quadri B"} <= {row["nom"] for row in made.structures}
        assert len([row for row in made.services if row["type"] == "accompagnement"]) >= 2

    def test_panels_come_in_their_order_and_none_is_nothing(
        self, world: IncubationWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("croisee.incubation.panels._makers", {})
        register("b", 20, lambda _project, _account: Panel("B", "b", "/b"))
        register("a", 10, lambda _project, _account: Panel("A", "a", "/a"))
        register("c", 5, lambda _project, _account: None)
        assert [one.title for one in panels_for(world.a.projects[0], world.a.manager)] == ["A", "B"]


class TestWhoSees:
    def test_managers_see_their_holders_alone(self, world: IncubationWorld) -> None:
        seen = set(Person.objects.visible_to(world.a.manager))
        assert seen == set(world.a.people)
        assert set(Contact.objects.visible_to(world.a.manager).values_list("person", flat=True)) == {
            one.pk for one in world.a.people
        }
        assert not Person.objects.visible_to(world.a.expert.account).exists()

    def test_colleagues_read_no_candidature(self, world: IncubationWorld) -> None:
        draft = make_draft(make_project(world.a.incubator, world.a.people[0], "Autre"))
        Project.objects.filter(pk=draft.project_id).update(company=world.a.company)
        assert draft.project in Project.objects.visible_to(world.a.tenant)
        assert draft not in Candidature.objects.visible_to(world.a.tenant)
        assert draft in Candidature.objects.visible_to(world.a.holders[0])


class TestErasure:
    def test_a_person_erased_leaves_counts_and_no_name(self, world: IncubationWorld) -> None:
        row, person = world.a.projects[1], world.a.people[1]
        Project.objects.filter(pk=row.pk).update(description="Nom41 répare des vélos", partners="Nom41")
        enquiry = make_enquiry(world.a.incubator, person=person)
        erase_person(person, None)
        row.refresh_from_db()
        candidature = Candidature.objects.get(project=row)
        assert (row.holder, row.title, row.description, row.partners) == (None, "–", "", "")
        assert (row.state, candidature.state, candidature.motivation) == ("dropped", "withdrawn", "")
        assert (row.sector, row.residence) == ("motor", Residence.NO)
        assert not Enquiry.objects.filter(pk=enquiry.pk).exists()
        history = str(list(Project.events.rel.related_model.objects.filter(pgh_obj_id=row.pk).values()))
        assert not re.search("Nom41|vélo", history)

    def test_the_company_of_a_micro_entrepreneur_goes_another_stays(self, world: IncubationWorld) -> None:
        hosted = world.a.projects[0]
        erasing.erase_projects(Project.objects.filter(pk=hosted.pk))
        hosted.refresh_from_db()
        assert hosted.siren == world.a.company.siret[:9]
        Project.objects.filter(pk=hosted.pk).update(micro=True)
        erasing.erase_projects(Project.objects.filter(pk=hosted.pk))
        hosted.refresh_from_db()
        assert (hosted.siren, hosted.company) == ("", None)

    def test_what_became_nothing_is_kept_a_year(self, world: IncubationWorld) -> None:
        row = make_enquiry(world.a.incubator)
        assert not enquiries_past(TODAY + dt.timedelta(days=364)).exists()
        assert list(enquiries_past(TODAY + dt.timedelta(days=368))) == [row]

    def test_hosted_projects_are_kept(self, world: IncubationWorld) -> None:
        later = TODAY + dt.timedelta(days=365 * 2 + 3)
        assert world.a.projects[1] in projects_past(later)
        assert world.a.projects[0] not in projects_past(TODAY + dt.timedelta(days=365 * 20))
        move(world.a.projects[0], "left")
        assert world.a.projects[0] not in projects_past(later)
        assert world.a.projects[0] in projects_past(TODAY + dt.timedelta(days=365 * 6 + 3))


def test_no_mail_is_sent_to_nobody(world: IncubationWorld) -> None:
    make_enquiry(world.a.incubator, email="", phone="0600000000")
    row = Enquiry.objects.get()
    enquiries.answer(row, "Appelez-nous.", world.a.manager)
    assert not [one for one in mail.outbox if "" in one.to]
