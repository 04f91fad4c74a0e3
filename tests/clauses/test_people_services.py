"""Participants, eligibility, needs, proposals, contracts, erasure: what services do and refuse."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from croisee.clauses.models import (
    Allocation,
    Assignment,
    AssignmentState,
    ContractType,
    Criterion,
    Eligibility,
    EligibilityState,
    Need,
    NeedState,
    Participant,
    Situation,
    Way,
)
from croisee.clauses.privacy_of_people import past
from croisee.clauses.queries.candidates import candidates
from croisee.clauses.queries.eligibility import eligible_on, eligible_until, ending, with_status
from croisee.clauses.queries.monitor import monitor
from croisee.clauses.services import assignments, eligibility, needs, participants
from croisee.clauses.services.erasing_people import erase_participant
from croisee.directory.models import Contact, Person, Profile, Residence
from croisee.directory.privacy import people_past
from croisee.directory.services import AlreadyKnown, change_profile
from croisee.foundation.accounts import privacy as accounts_privacy
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.dates import last_day
from croisee.foundation.documents.uploads import checked
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from tests.clauses.people_helpers import account_of
from tests.clauses_world import ClausesWorld, make_participant
from tests.world import TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PERSON = {
    "given_name": "Awa",
    "family_name": "Le Goff",
    "birth_date": dt.date(1990, 5, 4),
    "address": "",
    "email": "awa@example.org",
    "phone": "",
    "jobs": ["F1606"],
}


def values_of_contract(world: ClausesWorld, **changed: object) -> dict[str, object]:
    return {
        "employer": world.companies[0],
        "way": Way.DIRECT,
        "contract_type": ContractType.CDD,
        "job": "F1606",
        "starts_on": TODAY,
        "ends_on": TODAY + 180 * DAY,
        "weekly_hours": 35,
        "note": "",
        **changed,
    }


def a_criterion(participant: Participant, criterion: str = Criterion.SENIOR, **given: object) -> Eligibility:
    values = {"criterion": criterion, "proof_name": "Carte d’identité", "proof_on": TODAY - 10 * DAY, **given}
    return eligibility.propose(participant, values)


class TestParticipants:
    def test_a_new_person_is_warned_of_twins(self, world: ClausesWorld) -> None:
        made = participants.add_participant(PERSON, world.facilitateur)
        assert made.person.contacts.get().email == "awa@example.org"
        twin = {**PERSON, "given_name": "AWA", "family_name": "le-goff"}
        with pytest.raises(AlreadyKnown) as refusal:
            participants.add_participant(twin, world.facilitateur)
        assert refusal.value.people == [made.person]
        with pytest.raises(ValidationError, match=r"déjà|already"):
            participants.add_participant(twin, world.facilitateur, person=made.person)
        other = participants.add_participant(twin, world.facilitateur, another=True)
        assert other.person != made.person

    def test_a_known_person_becomes_a_participant(self, world: ClausesWorld) -> None:
        person = Person.objects.create(
            given_name="Awa", family_name="Le Goff", birth_date=dt.date(1990, 5, 4)
        )
        made = participants.add_participant(PERSON, world.facilitateur, person=person)
        assert made.person == person

    def test_another_change_meanwhile_is_not_written_over(self, world: ClausesWorld) -> None:
        row = world.participants[0]
        before = row.updated_at
        participants.set_looking(row, looking=False)
        with pytest.raises(ValidationError):
            participants.change_participant(row, {"minutes": 30}, world.facilitateur, seen=before)

    def test_a_change_of_the_profile_elsewhere_is_not_written_over(self, world: ClausesWorld) -> None:
        row = world.participants[0]
        before = participants.last_change(row)
        participants.change_participant(row, {"minutes": 40}, world.facilitateur, seen=before)
        row = Participant.objects.get(pk=row.pk)
        assert row.person.profile.minutes == 40
        before = participants.last_change(row)
        change_profile(row.person, {"jobs": ["K2204"]})
        with pytest.raises(ValidationError):
            participants.change_participant(row, {"minutes": 30}, world.facilitateur, seen=before)

    def test_a_person_has_one_profile(self, world: ClausesWorld) -> None:
        person = Person.objects.create(
            given_name="Awa", family_name="Le Goff", birth_date=PERSON["birth_date"]
        )
        known = change_profile(person, {"level": "4", "mode": "car"})
        made = participants.add_participant({**PERSON, "sex": "woman"}, world.facilitateur, person=person)
        profile = Participant.objects.get(pk=made.pk).person.profile
        assert profile == known
        assert (profile.sex, profile.level, profile.mode, profile.jobs) == ("woman", "4", "car", ["F1606"])

    def test_an_account_is_given_to_the_person(self, world: ClausesWorld) -> None:
        account = participants.invite(world.participants[0], world.facilitateur)
        assert account.email == "personne1@example.org"
        assert list(Participant.objects.visible_to(account)) == [world.participants[0]]

    def test_who_sees_people(self, world: ClausesWorld, account_of: object) -> None:
        assert Person.objects.visible_to(world.facilitateur).count() == 4
        assert Contact.objects.visible_to(world.facilitateur).count() == 4
        seen = Person.objects.visible_to(world.employers[0])
        assert {one.pk for one in seen} == {one.person_id for one in world.participants[:2]}
        assert not Contact.objects.visible_to(world.employers[0]).exists()
        for account in (world.employers[1], world.buyer, world.official):
            assert not Person.objects.visible_to(account).exists()
            assert not Participant.objects.visible_to(account).exists()
            assert not Eligibility.objects.visible_to(account).exists()

    def test_campaign_managers_have_no_business_with_them(
        self, world: ClausesWorld, campaign_manager: Account
    ) -> None:
        assert not Person.objects.visible_to(campaign_manager).exists()
        assert not Contact.objects.visible_to(campaign_manager).exists()


class TestEligibility:
    def test_a_check_needs_a_proof(self, world: ClausesWorld) -> None:
        row = a_criterion(world.participants[2], proof_name="", proof_on=None)
        with pytest.raises(ValidationError):
            eligibility.verify(row, world.facilitateur)
        eligibility.change(row, {"proof_name": "Carte", "proof_on": TODAY})
        eligibility.verify(row, world.facilitateur)
        assert row.state == EligibilityState.VERIFIED
        assert (row.starts_on, row.ends_on) == (TODAY, last_day(TODAY, 24))

    def test_a_proof_grows_old(self, world: ClausesWorld) -> None:
        old = a_criterion(world.participants[2], Criterion.QPV, proof_on=TODAY - 200 * DAY)
        with pytest.raises(ValidationError, match="6"):
            eligibility.verify(old, world.facilitateur)
        fresh = a_criterion(world.participants[3], Criterion.QPV, proof_on=TODAY - 150 * DAY)
        assert eligibility.verify(fresh, world.facilitateur).state == EligibilityState.VERIFIED

    def test_decided_once(self, world: ClausesWorld) -> None:
        row = a_criterion(world.participants[2])
        eligibility.refuse(row, world.facilitateur, "Trop jeune")
        with pytest.raises(TransitionRefused):
            eligibility.verify(row, world.facilitateur)
        with pytest.raises(ValidationError):
            eligibility.change(row, {"note": "x"})

    def test_hours_count_from_the_first_contract_and_longer_for_a_lasting_one(
        self, world: ClausesWorld
    ) -> None:
        person = make_participant(9)
        Eligibility.objects.filter(participant=person).delete()
        row = eligibility.verify(a_criterion(person), world.facilitateur)
        starts = TODAY + 20 * DAY
        contract = assignments.add_contract(
            world.commitments[0], person, values_of_contract(world, starts_on=starts), world.facilitateur
        )
        row.refresh_from_db()
        assert (row.starts_on, row.ends_on) == (starts, last_day(starts, 24))
        assignments.change_contract(
            contract, {"contract_type": ContractType.CDI, "ends_on": None}, world.facilitateur
        )
        row.refresh_from_db()
        assert row.ends_on == last_day(starts, 60)
        assignments.cancel(contract, world.facilitateur)
        row.refresh_from_db()
        assert (row.starts_on, row.ends_on) == (TODAY, last_day(TODAY, 24))
        person.refresh_from_db()
        assert not person.looking

    def test_prolonged_with_a_reason_and_never_shortened(self, world: ClausesWorld) -> None:
        row = world.participants[0].eligibilities.get()
        later = row.ends_on + 365 * DAY
        with pytest.raises(ValidationError):
            eligibility.prolong(row, world.facilitateur, later, " ")
        with pytest.raises(ValidationError):
            eligibility.prolong(row, world.facilitateur, row.ends_on, "formation")
        eligibility.prolong(row, world.facilitateur, later, "fin de formation")
        eligibility.follow_contracts(world.participants[0])
        row.refresh_from_db()
        assert row.ends_on == later

    def test_withdrawn_counts_until_that_day(self, world: ClausesWorld) -> None:
        person = world.participants[2]
        eligibility.withdraw(person.eligibilities.get(), world.facilitateur, "revenu au-dessus du plafond")
        assert eligible_until([person.pk], TODAY) == {person.pk: TODAY}
        assert eligible_on([person.pk], TODAY + DAY) == frozenset()
        assert eligible_on([person.pk], TODAY - DAY) == {person.pk}

    def test_several_criteria_make_one_time_and_one_query(self, world: ClausesWorld) -> None:
        person = world.participants[2]
        first = person.eligibilities.get()
        Eligibility.objects.filter(pk=first.pk).update(ends_on=TODAY + 5 * DAY)
        second = eligibility.verify(a_criterion(person), world.facilitateur)
        with CaptureQueriesContext(connection) as queries:
            found = eligible_until(Participant.objects.all(), TODAY)
        assert len(queries) == 1
        assert found[person.pk] == second.ends_on
        assert len(found) == 4

    def test_ends_are_announced_once_each(self, world: ClausesWorld) -> None:
        now = timezone.now()
        person = world.participants[2]
        Eligibility.objects.filter(participant=person).update(ends_on=TODAY + 60 * DAY)
        assert [row.pk for row in ending(TODAY)] == [person.pk]
        assert eligibility.announce_ends(now) == 2  # both facilitateurs
        assert eligibility.announce_ends(now) == 0
        assert eligibility.announce_ends(now + 10 * DAY) == 0
        assert eligibility.announce_ends(now + 30 * DAY) == 2
        assert eligibility.announce_ends(now + 60 * DAY) == 2
        assert eligibility.announce_ends(now + 61 * DAY) == 0
        [row] = Ledger.objects.filter(account=world.facilitateur, key__endswith=TODAY.isoformat())
        assert "Nom" not in str(row.context)

    def test_status_of_lists(self, world: ClausesWorld) -> None:
        one, two, three, four = world.participants
        Eligibility.objects.filter(participant=one).update(ends_on=TODAY + 30 * DAY)
        Eligibility.objects.filter(participant=two).update(ends_on=TODAY - DAY)
        Eligibility.objects.filter(participant=three).delete()
        rows = {row.pk: row.eligibility for row in with_status(Participant.objects.all(), TODAY)}
        assert rows == {one.pk: "soon", two.pk: "over", three.pk: "none", four.pk: "now"}

    def test_files_are_what_their_bytes_say(self) -> None:
        assert checked(SimpleUploadedFile("x.exe", b"%PDF-1.7 ...")).name == "proof.pdf"
        for content in (b"MZ", b"<html>"):
            with pytest.raises(ValidationError):
                checked(SimpleUploadedFile("proof.pdf", content))
        with pytest.raises(ValidationError):
            checked(SimpleUploadedFile("proof.pdf", b"%PDF-" + b"0" * 5_242_880))


class TestCandidates:
    def test_four_queries_and_nobody_hidden(self, world: ClausesWorld) -> None:
        with CaptureQueriesContext(connection) as queries:
            found = candidates(world.needs[0])
        assert len(queries) <= 6
        people = {one.facts.key for one in (*found.within, *found.too_far)}
        assert people == {one.pk for one in world.participants}

    def test_residence_changes_nothing(self, world: ClausesWorld) -> None:
        for number in range(10, 22):
            make_participant(number, jobs=[random.choice(["F1606", "F1703", "K2204"])])
        before = [(one.facts.key, one.points) for one in candidates(world.needs[0]).within]
        for seed in range(5):
            answers = random.Random(seed)
            for person in Person.objects.all():
                person.residence = answers.choice([Residence.YES, Residence.NO, Residence.UNCERTAIN])
                person.zone_codes = "QN03501M" if person.residence == Residence.YES else ""
                person.residence_on = TODAY
                person.save()
            assert [(one.facts.key, one.points) for one in candidates(world.needs[0]).within] == before

    def test_too_far_is_shown_apart(self, world: ClausesWorld) -> None:
        far = world.participants[2]
        Person.objects.filter(pk=far.person_id).update(lon=-1.1, lat=48.4)
        found = candidates(world.needs[0])
        assert [one.facts.key for one in found.too_far] == [far.pk]

    def test_not_eligible_is_not_put_forward(self, world: ClausesWorld) -> None:
        Eligibility.objects.filter(participant=world.participants[2]).update(ends_on=TODAY - DAY)
        assert candidates(world.needs[0]).of(world.participants[2].pk) is None


class TestProposals:
    def test_the_company_reads_a_first_name(self, world: ClausesWorld) -> None:
        [row] = assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
        assert row.residence == Residence.YES
        assert {one["reason"] for one in row.reasons} >= {"same_job"}
        assert Ledger.objects.filter(notice="clauses.person_proposed").count() == 2
        assert "Nom3" not in str(list(Ledger.objects.values_list("context", flat=True)))
        with pytest.raises(ValidationError):
            assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
        assert (
            not Participant.objects.visible_to(world.employers[0])
            .filter(pk=world.participants[2].pk)
            .exists()
        )

    def test_hired_fills_the_need_and_tells_everyone(self, world: ClausesWorld) -> None:
        person = world.participants[2]
        [row] = assignments.propose(world.needs[0], [person], world.facilitateur)
        assignments.hire(row, values_of_contract(world), world.employers[0])
        world.needs[0].refresh_from_db()
        person.refresh_from_db()
        assert world.needs[0].state == NeedState.FILLED
        assert not person.looking
        told = set(Ledger.objects.values_list("notice", flat=True))
        assert {"clauses.person_hired", "clauses.proposal_answered"} <= told
        with pytest.raises(TransitionRefused):
            assignments.hire(row, {}, world.employers[0])
        with pytest.raises(ValidationError):
            assignments.propose(world.needs[0], [world.participants[3]], world.facilitateur)

    def test_declined_with_a_reason(self, world: ClausesWorld) -> None:
        [row] = assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
        with pytest.raises(ValidationError):
            assignments.decline(row, world.employers[0], " ")
        assert assignments.decline(row, world.employers[0], "poste pourvu").why_over == "poste pourvu"
        assert assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)

    def test_companies_are_reminded_after_five_days_then_weekly(self, world: ClausesWorld) -> None:
        now = timezone.now()
        [row] = assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
        assert assignments.remind_companies(now + 4 * DAY) == 0
        assert assignments.remind_companies(now + 5 * DAY) == 2
        assert assignments.remind_companies(now + 6 * DAY) == 0
        assert assignments.remind_companies(now + 12 * DAY) == 2
        assert assignments.remind_companies(now + 60 * DAY) == 0
        assignments.decline(row, world.employers[0], "non")
        assert assignments.remind_companies(now + 19 * DAY) == 0


class TestContracts:
    def test_the_end_then_six_months_later(self, world: ClausesWorld) -> None:
        row = world.assignments[0]
        with pytest.raises(ValidationError):
            assignments.end(row, world.employers[0], ends_on=TODAY + DAY)
        ended = assignments.end(
            row, world.employers[0], ends_on=TODAY, situation=Situation.TRAINING, looking=True
        )
        assert (ended.state, ended.situation_at_end) == (AssignmentState.ENDED, Situation.TRAINING)
        assert Participant.objects.get(pk=row.participant_id).looking
        noted = assignments.note_after(row, world.facilitateur, Situation.LASTING_JOB)
        assert noted.situation_after_on == TODAY
        again = assignments.resume(row, world.facilitateur)
        assert (again.state, again.situation_after_on) == (AssignmentState.HIRED, None)

    def test_declared_months_hold_the_dates(self, world: ClausesWorld) -> None:
        row = world.assignments[0]
        with pytest.raises(ValidationError):
            assignments.change_contract(row, {"starts_on": TODAY}, world.facilitateur)
        with pytest.raises(ValidationError):
            assignments.cancel(row, world.facilitateur)

    def test_the_employer_may_be_another(self, world: ClausesWorld) -> None:
        known = assignments.employer_by_siret(world.companies[1].siret)
        assert known == world.companies[1]
        with pytest.raises(ValidationError):
            assignments.employer_by_siret("12345678901234", "X")
        with pytest.raises(ValidationError):
            assignments.employer_by_siret("55208131766522")
        assert assignments.employer_by_siret("552 081 317 66522", "ETTI d’essai").name == "ETTI d’essai"


class TestNeeds:
    def test_a_company_writes_and_the_facilitateur_is_told(self, world: ClausesWorld) -> None:
        values = {
            "title": "Maçon",
            "job": "F1703",
            "people": 2,
            "starts_on": TODAY + DAY,
            "months": 4,
            "weekly_hours": 35,
            "beginners": True,
            "address": "",
            "description": "",
        }
        row = needs.write_need(world.commitments[0], values, world.employers[0])
        assert Ledger.objects.filter(notice="clauses.need_written").count() >= 1
        needs.move_need(row, "close", world.employers[0])
        with pytest.raises(ValidationError):
            needs.write_need(world.commitments[0], values, world.employers[0], row)
        with pytest.raises(ValidationError):
            needs.write_need(world.commitments[0], {**values, "starts_on": TODAY - DAY}, world.employers[0])
        assert set(Need.objects.visible_to(world.employers[1])) == set()


class TestErasure:
    def test_hours_stay_without_a_name(self, world: ClausesWorld) -> None:
        person = world.participants[0].person
        known = person.profile
        hours = sum(Allocation.objects.values_list("hours", flat=True))
        erase_participant(world.participants[0], world.facilitateur)
        assert not Person.objects.filter(pk=person.pk).exists()
        row = Participant.objects.get(pk=world.participants[0].pk)
        assert (row.note, row.looking) == ("", False)
        kept = row.person.profile
        assert (kept.sex, kept.level) == (known.sex, known.level) == ("man", "3")
        assert (kept.jobs, kept.weekly_hours, kept.minutes) == ([], 0, 0)
        assert not Profile.objects.filter(pk=known.pk).exists()
        assert list(
            event_model(Profile).objects.filter(pgh_obj_id=known.pk).values_list("sex", flat=True)
        ) == ["", ""]
        assert row.person.birth_date == person.birth_date.replace(month=1, day=1)
        assert sum(Allocation.objects.values_list("hours", flat=True)) == hours
        criterion = row.eligibilities.get()
        assert (criterion.criterion, criterion.proof_name) == (Criterion.RSA, "")
        names = event_model(Person).objects.values_list("given_name", flat=True)
        assert "Prénom1" not in list(names)

    def test_who_never_worked_goes_whole(self, world: ClausesWorld) -> None:
        assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
        erase_participant(world.participants[2], world.facilitateur)
        assert not Participant.objects.filter(pk=world.participants[2].pk).exists()
        assert not Assignment.objects.filter(participant=world.participants[2].pk).exists()

    def test_an_account_takes_its_person_along(self, world: ClausesWorld) -> None:
        account = account_of(world, world.participants[1])
        known = world.participants[1].person
        accounts_privacy.erase(account)
        assert not Person.objects.filter(pk=known.pk).exists()
        row = Participant.objects.get(pk=world.participants[1].pk)
        assert str(row.person) == "Personne effacée"
        assert not Contact.objects.filter(email="personne2@example.org").exists()

    def test_kept_as_long_as_said(self, world: ClausesWorld) -> None:
        much_later = TODAY + dt.timedelta(days=366 * 4)
        assert set(past(TODAY)) == set()
        assert {row.pk for row in past(much_later)} == {one.pk for one in world.participants[2:]}
        assert set(people_past(TODAY + dt.timedelta(days=500))) == set()
        for row in world.assignments:
            assignments.end(row, world.facilitateur, ends_on=TODAY)
        accounts_privacy.apply_retention(much_later, apply=True)
        assert Participant.objects.count() == 2
        accounts_privacy.apply_retention(TODAY + dt.timedelta(days=366 * 11), apply=True)
        assert {str(row) for row in Participant.objects.all()} == {"Personne effacée"}
        assert accounts_privacy.apply_retention(TODAY + dt.timedelta(days=366 * 11), apply=False) == []


class TestMonitor:
    def test_exact_for_facilitateurs_hidden_for_others(self, world: ClausesWorld) -> None:
        with CaptureQueriesContext(connection) as queries:
            exact = monitor(TODAY, exact=True)
        assert len(queries) == 4
        now = exact.stages["eligible"][0]
        assert (now.whole, now.cells["qpv"].part) == (4, 2)
        shown = monitor(TODAY, exact=False)
        assert shown.stages["eligible"][0].whole is None
        assert all(cell.part is None for cell in shown.stages["eligible"][0].cells.values())
        assert sum(row.hours or 0 for row in exact.hours) == 120
        assert all(not row.hours for row in shown.hours)
