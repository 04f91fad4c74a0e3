"""The pages of people: who gets in, who gets 404, what each reads, how many queries they cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.clauses.models import (
    Assignment,
    AssignmentState,
    Eligibility,
    EligibilityState,
    Need,
    Participant,
)
from croisee.clauses.services import assignments
from croisee.directory.models import Person, Profile
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.models import Access
from croisee.foundation.imports.models import ImportDraft
from tests.clauses.people_helpers import account_of
from tests.clauses_world import ClausesWorld, make_participant
from tests.world import TODAY

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
DAY = dt.timedelta(days=1)
MOST = 12


@pytest.fixture
def proposed(world: ClausesWorld) -> Assignment:
    [row] = assignments.propose(world.needs[0], [world.participants[2]], world.facilitateur)
    return row


def read(browser: Client, url: str, most: int = MOST) -> str:
    browser.get(url)  # what is made once is made
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(url)
    assert response.status_code == 200, url
    assert len(queries) <= most, [query["sql"][:150] for query in queries]
    return response.content.decode()


def test_the_pages_of_a_facilitateur(world: ClausesWorld, proposed: Assignment, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    for number in range(5, 40):
        make_participant(number)
    text = read(browser, reverse("clauses:participants"))
    assert "Nom1 Prénom1" in text
    assert "Nom4" in read(
        browser, reverse("clauses:participants") + "?jobs__overlap=painting&eligibility=now"
    )
    for name in ("new_participant", "needs", "new_need", "assignments", "monitor"):
        read(browser, reverse(f"clauses:{name}"))
    for show in ("ask", "overdue"):
        read(browser, reverse("clauses:assignments") + f"?show={show}")
    for row in (world.participants[0], world.needs[0], proposed, world.assignments[0]):
        read(browser, row.get_absolute_url())
    text = read(browser, world.needs[0].get_absolute_url())
    assert "candidates-chosen" in text
    assert "Prénom3 Nom3" in text
    for name in ("edit_participant", "new_eligibility", "new_contract"):
        read(browser, reverse(f"clauses:{name}", args=[world.participants[0].pk]))
    for name in ("hire", "assignment"):
        read(browser, reverse(f"clauses:{name}", args=[proposed.pk]))
    assert Access.objects.filter(subject_type="clauses.Participant").exists()
    for kind in ("csv", "xlsx"):
        assert browser.get(reverse("clauses:participants"), {"export": kind}).status_code == 200
        assert browser.get(world.needs[0].get_absolute_url(), {"export": kind}).status_code == 200
    assert browser.get(reverse("portal:mine")).status_code == 200


def test_a_company_reads_first_names_until_it_hires(
    world: ClausesWorld, proposed: Assignment, sign_in: SignIn
) -> None:
    browser = sign_in(world.employers[0])
    text = read(browser, world.needs[0].get_absolute_url())
    assert "Prénom3" in text
    for secret in ("Nom3", "RSA", "QN03501M", "rue des Essais, 35000 Rennes", "Prénom4"):
        assert secret not in text, secret
    text = read(browser, proposed.get_absolute_url())
    assert "Prénom3" in text
    assert "Nom3" not in text
    assert "RSA" not in text
    contract = {
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + 100 * DAY).isoformat(),
        "contract_type": "cdd",
        "way": "direct",
        "weekly_hours": "35",
        "job": "",
        "note": "",
        "employer_siret": "",
        "employer_name": "",
    }
    answer = browser.post(reverse("clauses:hire", args=[proposed.pk]), {**contract, "ends_on": ""})
    assert answer.status_code == 200
    answer = browser.post(reverse("clauses:hire", args=[proposed.pk]), contract)
    assert answer.status_code == 302
    assert "Nom3" in read(browser, proposed.get_absolute_url())
    proposed.refresh_from_db()
    assert proposed.state == AssignmentState.HIRED
    for name in ("participant", "edit_participant"):
        url = reverse(f"clauses:{name}", args=[world.participants[2].pk])
        assert browser.get(url).status_code == 404
    other = sign_in(world.employers[1])
    for row in (proposed, world.needs[0]):
        assert other.get(row.get_absolute_url()).status_code == 404
    assert other.get(reverse("clauses:hire", args=[proposed.pk])).status_code == 404


def test_a_company_looks_for_people_and_declines(
    world: ClausesWorld, proposed: Assignment, sign_in: SignIn
) -> None:
    browser = sign_in(world.employers[0])
    values = {
        "commitment": str(world.commitments[0].pk),
        "title": "Manœuvre",
        "people": 2,
        "starts_on": TODAY.isoformat(),
        "months": 3,
        "weekly_hours": "35",
        "address": "",
        "job": "nimporte",
        "description": "",
    }
    assert "nimporte" in browser.post(reverse("clauses:new_need"), values).content.decode()
    assert browser.post(reverse("clauses:new_need"), {**values, "job": "F1704"}).status_code == 302
    need = Need.objects.get(title="Manœuvre")
    assert (need.job, need.beginners) == ("F1704", False)
    wrong = {**values, "commitment": str(world.commitments[1].pk), "job": ""}
    assert browser.post(reverse("clauses:new_need"), wrong).status_code == 200
    read(browser, reverse("clauses:edit_need", args=[need.pk]))
    browser.post(reverse("clauses:move_need", args=[need.pk]), {"transition": "close"})
    browser.post(reverse("clauses:decline", args=[proposed.pk]), {"why": "poste pourvu"})
    proposed.refresh_from_db()
    assert (proposed.state, proposed.why_over) == (AssignmentState.DECLINED, "poste pourvu")
    for url in (reverse("clauses:propose", args=[need.pk]), reverse("clauses:after", args=[proposed.pk])):
        assert browser.post(url).status_code == 404


def test_a_criterion_from_proof_to_check(
    world: ClausesWorld, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    browser = sign_in(world.facilitateur)
    person = world.participants[3]
    url = reverse("clauses:new_eligibility", args=[person.pk])
    proof = SimpleUploadedFile("x.pdf", b"%PDF-1.7 essai")
    values = {"criterion": "qpv", "proof_name": "Facture", "proof_on": TODAY.isoformat(), "note": ""}
    assert browser.post(url, {**values, "proof": SimpleUploadedFile("x.pdf", b"MZ")}).status_code == 200
    assert browser.post(url, {**values, "proof": proof}).status_code == 302
    row = Eligibility.objects.get(participant=person, criterion="qpv")
    decide = reverse("clauses:decide_eligibility", args=[row.pk])
    answer = browser.get(reverse("clauses:eligibility_proof", args=[row.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    for close in answer._resource_closers:
        close()
    read(browser, reverse("clauses:edit_eligibility", args=[row.pk]))
    browser.post(decide, {"do": "verify", "counts_from": ""})
    row.refresh_from_db()
    assert row.state == EligibilityState.VERIFIED
    browser.post(decide, {"do": "prolong", "ends_on": (row.ends_on + DAY).isoformat(), "why": "formation"})
    browser.post(decide, {"do": "withdraw", "why": ""})
    row.refresh_from_db()
    assert (row.state, row.prolonged_because) == (EligibilityState.VERIFIED, "formation")
    browser.post(decide, {"do": "withdraw", "why": "erreur"})
    row.refresh_from_db()
    assert row.state == EligibilityState.WITHDRAWN
    assert browser.post(decide, {"do": "nothing"}).status_code == 404
    assert "Facture" in read(browser, person.get_absolute_url())


def test_people_of_one_name(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    person = world.participants[0].person
    values = {
        "given_name": person.given_name.upper(),
        "family_name": person.family_name,
        "birth_date": person.birth_date.isoformat(),
        "sex": "woman",
        "level": "3",
        "weekly_hours": "35",
        "mode": "transit",
        "minutes": "45",
        "jobs": "F1606, F1703",
    }
    answer = browser.post(reverse("clauses:new_participant"), values)
    assert answer.status_code == 200
    assert Participant.objects.count() == 4
    assert browser.post(reverse("clauses:new_participant"), {**values, "same": "another"}).status_code == 302
    assert Participant.objects.count() == 5
    wrong = {**values, "jobs": "plombier", "birth_date": "2020-01-01"}
    text = browser.post(reverse("clauses:new_participant"), wrong).content.decode()
    assert "plombier" in text
    assert Participant.objects.count() == 5


def test_jobs_are_suggested_after_the_last_comma(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.employers[0])
    text = browser.post(reverse("directory:suggest_jobs"), {"q": "F1606, K22"}).content.decode()
    assert 'data-value="F1606, K2204"' in text
    assert "<li" not in browser.post(reverse("directory:suggest_jobs"), {"q": "xyz"}).content.decode()


def test_several_are_proposed_at_once(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    url = reverse("clauses:propose", args=[world.needs[0].pk])
    browser.post(url, {"chosen": [str(one.pk) for one in world.participants[2:]]})
    assert world.needs[0].assignments.count() == 2
    browser.post(url, {"chosen": ["x"]})
    assert world.needs[0].assignments.count() == 2


def test_ones_own_hours(world: ClausesWorld, sign_in: SignIn) -> None:
    account = account_of(world, world.participants[0])
    browser = sign_in(account)
    text = read(browser, reverse("clauses:my_hours"))
    assert "120" in text
    assert "Peintures Gallo" in text
    assert reverse("clauses:my_hours") in browser.get(reverse("portal:mine")).content.decode()
    other = sign_in(account_of(world, world.participants[2]))
    assert "120" not in read(other, reverse("clauses:my_hours"))


def test_a_family_of_nobody_here(world: ClausesWorld, family: Account, sign_in: SignIn) -> None:
    assert "h validé" not in sign_in(family).get(reverse("clauses:my_hours")).content.decode()


def test_the_official_reads_no_small_figure(world: ClausesWorld, sign_in: SignIn) -> None:
    text = read(sign_in(world.official), reverse("clauses:monitor"))
    assert "120" not in text
    assert sign_in(world.official).get(reverse("clauses:participants")).status_code == 404
    assert sign_in(world.buyer).get(world.assignments[0].get_absolute_url()).status_code == 404
    assert "120" in read(sign_in(world.facilitateur), reverse("clauses:monitor"))


def test_the_end_of_a_contract(world: ClausesWorld, sign_in: SignIn) -> None:
    row = world.assignments[0]
    browser = sign_in(world.employers[0])
    url = reverse("clauses:end_assignment", args=[row.pk])
    read(browser, url)
    read(browser, reverse("clauses:edit_assignment", args=[row.pk]))
    ends = {"ends_on": TODAY.isoformat(), "why": "", "situation": "lasting_job"}
    assert browser.post(url, {**ends, "ends_on": (TODAY + DAY).isoformat()}).status_code == 200
    assert browser.post(url, ends).status_code == 302
    Assignment.objects.filter(pk=row.pk).update(ends_on=TODAY - 200 * DAY, starts_on=TODAY - 300 * DAY)
    browser = sign_in(world.facilitateur)
    assert "Nom1" in read(browser, reverse("clauses:assignments") + "?show=ask")
    browser.post(reverse("clauses:after", args=[row.pk]), {"situation": "training"})
    row.refresh_from_db()
    assert row.situation_after == "training"
    assert "Nom1" not in read(browser, reverse("clauses:assignments") + "?show=ask")


def test_a_table_of_people_is_taken_in_once(world: ClausesWorld, sign_in: SignIn) -> None:
    browser = sign_in(world.facilitateur)
    Person.objects.filter(pk=world.participants[0].person_id).update(given_name="Zoé", family_name="Quéré")
    world.participants[0].person.refresh_from_db()
    table = (
        "nom;prénom;né(e) le;civilité;code rome;critère;date du justificatif;mobilité\n"
        f"LE GOFF;Awa;04/05/1990;Mme;F1606, F1703;RSA;{TODAY - 10 * DAY:%d/%m/%Y};bus\n"
        f"{world.participants[0].person.family_name};{world.participants[0].person.given_name};"
        f"{world.participants[0].person.birth_date:%d/%m/%Y};;K2204;;;voiture\n"
    )
    for expected in (5, 5):
        draft = _draft(browser, table)
        answer = browser.post(reverse("imports:apply", args=[draft.pk]), follow=True)
        assert answer.status_code == 200, answer.content
        assert Participant.objects.count() == expected
    made = Participant.objects.get(person__family_name="LE GOFF")
    known = made.person.profile
    assert (known.sex, known.jobs, known.mode) == ("woman", ["F1606", "F1703"], "transit")
    assert made.eligibilities.get().state == EligibilityState.PROPOSED
    known = Profile.objects.get(person=world.participants[0].person)
    assert (known.jobs, known.mode) == (["K2204"], "car")
    _draft(browser, "nom;prénom;né(e) le;mobilité\nX1;Awa;04/05/2035;fusée\n")
    assert Participant.objects.count() == 5


def _draft(browser: Client, table: str) -> ImportDraft:
    file = SimpleUploadedFile("participants.csv", table.encode())
    browser.post(reverse("imports:begin", args=["clauses.participants"]), {"participants": file})
    return ImportDraft.objects.latest("created_at")
