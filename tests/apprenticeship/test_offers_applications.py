"""Applying, answering, confirming: the rules, who may what, what follows for everybody else."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone

from croisee.apprenticeship.crossing import milestones, open_today
from croisee.apprenticeship.expiry import Standing, Why, stands_now
from croisee.apprenticeship.models import ApprenticeshipOffer, Candidacy, ClosedBecause, Closing, Outcome
from croisee.apprenticeship.services import applications, endings, offers
from croisee.apprenticeship.services.applications import Letter
from croisee.directory.models import Purpose
from croisee.directory.services import give_consent
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from croisee.journeys.models import Step, StepKind
from croisee.opportunities.models import Application, ApplicationState, Opportunity, Period
from croisee.opportunities.services import publish
from tests.apprenticeship.offers_helpers import (
    MOTIVATION,
    company_of,
    make_candidacy,
    make_centre,
    make_company,
    make_offer,
    make_young,
    values,
)
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member

LETTER = Letter(MOTIVATION)


def sent(name: str) -> int:
    return Ledger.objects.filter(notice=f"apprenticeship.{name}").count()


def fresh(row: Candidacy) -> Candidacy:
    return Candidacy.objects.select_related("application").get(pk=row.pk)


def offered(row: Candidacy, company: Any) -> Candidacy:
    return applications.propose(row, company)


# Offers


@pytest.mark.django_db
def test_an_offer_is_written_checked_and_published_by_managers_of_programmes(world: JourneysWorld) -> None:
    company = make_company()
    offer = offers.save_offer(company, company_of(company), values())
    assert (offer.apprenticeship.expires_on, offer.state) == (TODAY + dt.timedelta(days=60), "draft")
    offers.submit(offer, company)
    offer.refresh_from_db()
    campaigns = member(Role.CAMPAIGN_MANAGER, world.metropolis, "campagnes@example.org")
    with pytest.raises(TransitionRefused):
        publish(offer, campaigns)
    assert not Opportunity.objects.checked_by(campaigns).filter(pk=offer.pk).exists()
    assert not Opportunity.objects.visible_to(campaigns).filter(pk=offer.pk).exists()
    assert Opportunity.objects.checked_by(world.manager).get() == offer
    publish(offer, world.manager)
    assert stands_now(offer).standing is Standing.ACTIVE
    assert Opportunity.objects.visible_to(campaigns).filter(pk=offer.pk).exists()


@pytest.mark.django_db
def test_two_clicks_make_one_offer_and_a_stale_form_changes_nothing() -> None:
    company = make_company()
    offer = make_offer(company)
    again = offers.save_offer(company, company_of(company), values(), new_id=offer.pk)
    assert again.pk == offer.pk
    with pytest.raises(offers.Stale):
        offers.save_offer(
            company,
            company_of(company),
            values(),
            offer=offer,
            seen=offer.updated_at - dt.timedelta(seconds=1),
        )
    with pytest.raises(ValidationError) as refused:
        offers.save_offer(
            company,
            company_of(company),
            values(expires_on=TODAY + dt.timedelta(days=400), seats=90),
            offer=offer,
        )
    assert set(refused.value.message_dict) == {"expires_on", "seats"}


@pytest.mark.django_db
def test_who_ends_is_warned_twice_and_extends_in_one_click() -> None:
    company = make_company()
    offer = make_offer(company, expires_on=TODAY + dt.timedelta(days=7))
    now = timezone.now()
    assert endings.warn_of_expiry(now) == 1
    assert endings.warn_of_expiry(now + dt.timedelta(days=3)) == 0
    assert endings.warn_of_expiry(now + dt.timedelta(days=6)) == 1
    assert offers.extend(offer, company) == TODAY + dt.timedelta(days=60)
    assert endings.warn_of_expiry(now) == 0


@pytest.mark.django_db
def test_enough_applications_close_an_offer_until_it_is_extended() -> None:
    company = make_company()
    offer = make_offer(company)
    ApprenticeshipOffer.objects.update(most_applications=1)
    make_candidacy(offer)
    assert stands_now(offer).why is Why.ENOUGH
    with pytest.raises(ValidationError):
        make_candidacy(offer, 32)
    offers.extend(offer, company)
    assert stands_now(offer).standing is Standing.ACTIVE


@pytest.mark.django_db
def test_closing_tells_those_who_wait_and_a_copy_starts_anew() -> None:
    company = make_company()
    offer = make_offer(company)
    row, _account = make_candidacy(offer)
    told = offers.close(offer, company, Closing.FILLED, ClosedBecause.HIRED_ELSEWHERE)
    assert (told, fresh(row).outcome, sent("over")) == (1, Outcome.OFFER_CLOSED, 1)
    assert offers.close(offer, company, Closing.FILLED, ClosedBecause.OTHER) == 0
    assert stands_now(offer).standing is Standing.FILLED
    with pytest.raises(ValidationError):
        offers.extend(offer, company)
    copy = offers.duplicate(offer, company)
    assert offers.duplicate(offer, company) == copy
    assert (copy.state, copy.apprenticeship.closed_as, copy.apprenticeship.jobs) == ("draft", "", ["D1102"])


@pytest.mark.django_db
def test_past_its_last_day_who_waits_is_told_once_and_may_still_be_answered() -> None:
    company = make_company()
    offer = make_offer(company, expires_on=TODAY)
    row, _account = make_candidacy(offer)
    tomorrow = timezone.now() + dt.timedelta(days=1)
    assert (endings.tell_of_closed(tomorrow), endings.tell_of_closed(tomorrow)) == (1, 0)
    assert (sent("expired"), fresh(row).application.state) == (1, "asked")
    applications.refuse(row, company, Outcome.FAR, "Trop loin.")
    assert (fresh(row).outcome, sent("refused")) == (Outcome.FAR, 1)


# Applying


@pytest.mark.django_db
def test_two_clicks_make_one_application_and_the_company_is_told_once() -> None:
    offer = make_offer(make_company())
    person, account = make_young(31)
    first = applications.apply(account, person, offer, LETTER)
    assert applications.apply(account, person, offer, LETTER) == first
    assert (Candidacy.objects.count(), sent("application_received")) == (1, 1)


@pytest.mark.django_db
def test_one_applies_three_times_at_most() -> None:
    offer = make_offer(make_company())
    person, account = make_young(31)
    for _time in range(3):
        applications.withdraw(applications.apply(account, person, offer, LETTER), account)
    with pytest.raises(ValidationError, match=r"."):
        applications.apply(account, person, offer, LETTER)
    assert Candidacy.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "states", "may"), [(13, True, False), (15, False, False), (15, True, True)])
def test_the_young_apply_as_the_law_says(age: int, states: bool, may: bool) -> None:
    offer = make_offer(make_company())
    person, account = make_young(31, age)
    letter = Letter(MOTIVATION, states_age=states)
    if may:
        assert applications.apply(account, person, offer, letter).pk
    else:
        with pytest.raises(ValidationError):
            applications.apply(account, person, offer, letter)


@pytest.mark.django_db
def test_nobody_applies_to_what_is_not_open() -> None:
    company = make_company()
    offer = make_offer(company)
    offers.pause(offer, company)
    person, account = make_young(31)
    with pytest.raises(ValidationError):
        applications.apply(account, person, offer, LETTER)
    offers.resume(offer, company)
    assert applications.apply(account, person, offer, LETTER).pk


@pytest.mark.django_db
def test_no_cv_is_kept_where_the_company_hires_without() -> None:
    company = make_company()
    details = dict(values().details)
    without = make_offer(company, details={**details, "without_cv": True})
    wanted = make_offer(company)
    person, account = make_young(31)
    upload = SimpleUploadedFile("proof.pdf", b"%PDF-1.4 essai")
    assert not applications.apply(account, person, without, Letter(MOTIVATION, cv=upload)).cv
    upload.seek(0)
    row = applications.apply(account, person, wanted, Letter(MOTIVATION, cv=upload))
    path, storage = str(row.cv.name), row.cv.storage
    assert storage.exists(path)


@pytest.mark.django_db
def test_a_referent_applies_for_somebody_it_follows_and_a_step_is_planned(world: JourneysWorld) -> None:
    offer = make_offer(make_company())
    person, referent = world.people[0], world.referents[0]
    person.birth_date = TODAY - dt.timedelta(days=365 * 20)
    person.save()
    row = applications.apply(referent, person, offer, LETTER)
    step = Step.objects.get(opportunity=offer)
    assert (step.kind, step.journey.person) == (StepKind.APPRENTICESHIP, person)
    assert list(Candidacy.objects.visible_to(referent)) == [row]
    assert not Candidacy.objects.visible_to(world.referents[1]).exists()
    assert not Candidacy.objects.visible_to(world.manager).exclude(application__person=person).exists()


# Answering


@pytest.mark.django_db
def test_an_interview_then_a_place_that_the_person_confirms() -> None:
    company = make_company()
    offer = make_offer(company)
    row, account = make_candidacy(offer)
    at = timezone.now() + dt.timedelta(days=2)
    applications.invite(row, company, at, "Au fournil")
    applications.invite(row, company, at, "Au fournil")
    assert (sent("interview"), fresh(row).application.state) == (1, "asked")
    with pytest.raises(ValidationError):
        applications.invite(row, company, timezone.now() - dt.timedelta(days=1), "Au fournil")
    applications.propose(row, company, "Bienvenue")
    place = fresh(row).application
    assert place.state == ApplicationState.OFFERED
    assert place.answer_by is not None
    assert (place.answer_by - timezone.now()).days in (14, 15)
    applications.confirm(row, account)
    applications.confirm(row, account)
    assert (fresh(row).application.state, sent("place_offered")) == ("confirmed", 1)
    assert Ledger.objects.filter(notice="apprenticeship.application_changed").count() == 1
    assert stands_now(offer).why is Why.NO_SEAT
    with pytest.raises(ValidationError):
        applications.refuse(row, company, Outcome.PROFILE)


@pytest.mark.django_db
def test_a_contract_ends_the_other_applications_and_the_others_of_a_full_offer() -> None:
    baker, cook = make_company(), make_company("Cantine d’essai", "cantine@example.org")
    offer, elsewhere = make_offer(baker), make_offer(cook)
    row, account = make_candidacy(offer, 31)
    other = applications.apply(account, row.application.person, elsewhere, LETTER)
    rival, _rival_account = make_candidacy(offer, 32)
    offered(row, baker)
    applications.confirm(row, account)
    assert fresh(other).outcome == Outcome.ELSEWHERE
    assert (fresh(rival).outcome, sent("over")) == (Outcome.OFFER_CLOSED, 1)
    with pytest.raises(ValidationError):
        applications.apply(account, row.application.person, elsewhere, LETTER)


@pytest.mark.django_db
def test_a_no_has_a_reason_of_the_list() -> None:
    company = make_company()
    row, _account = make_candidacy(make_offer(company))
    for outcome, text in ((Outcome.WITHDRAWN, "x"), ("", "x"), (Outcome.OTHER, " ")):
        with pytest.raises(ValidationError):
            applications.refuse(row, company, outcome, text)
    assert fresh(row).application.state == "asked"


@pytest.mark.django_db
def test_places_lapse_and_silence_ends_in_sixty_days_both_told() -> None:
    company = make_company()
    offer = make_offer(company)
    row, _account = make_candidacy(offer, 31)
    silent, _other = make_candidacy(offer, 32)
    offered(row, company)
    later = timezone.now() + dt.timedelta(days=16)
    assert (endings.lapse_due(timezone.now()), endings.lapse_due(later), endings.lapse_due(later)) == (
        0,
        1,
        0,
    )
    assert (fresh(row).application.state, sent("lapsed"), sent("application_changed")) == ("lapsed", 1, 1)
    assert Period.objects.get(opportunity=offer).taken == 0
    assert endings.end_unanswered(timezone.now()) == 0
    assert endings.end_unanswered(timezone.now() + dt.timedelta(days=61)) == 1
    assert (fresh(silent).outcome, sent("over")) == (Outcome.NO_ANSWER, 1)


@pytest.mark.django_db
def test_withdrawing_frees_the_place_and_tells_the_company() -> None:
    company = make_company()
    offer = make_offer(company)
    row, account = make_candidacy(offer)
    offered(row, company)
    applications.confirm(row, account)
    applications.withdraw(row, account)
    applications.withdraw(row, account)
    assert (fresh(row).outcome, Period.objects.get(opportunity=offer).taken) == (Outcome.WITHDRAWN, 0)
    assert stands_now(offer).standing is Standing.ACTIVE


# Who sees what


@pytest.mark.django_db
def test_applications_are_seen_by_both_sides_alone(world: JourneysWorld) -> None:
    centre = make_centre()
    company, other = make_company(), make_company("Cantine d’essai", "cantine@example.org")
    cfa = Organisation.objects.get(kind=Kind.ASSOCIATION, name="CFA d’essai")
    offer = make_offer(company, details={**values().details, "centre": cfa})
    row, account = make_candidacy(offer)
    person = row.application.person
    seen = {
        name: Candidacy.objects.visible_to(one).exists()
        for name, one in {
            "company": company,
            "other": other,
            "person": account,
            "centre": centre,
            "manager": world.manager,
            "referent": world.referents[0],
        }.items()
    }
    assert [name for name, sees in seen.items() if sees] == ["company", "person"]
    Candidacy.objects.update(shared_with_centre=True)
    assert Candidacy.objects.visible_to(centre).exists()
    assert not Candidacy.objects.answered_by(centre).exists()
    journey = world.journeys[0]
    journey.person = person
    journey.save()
    assert not Candidacy.objects.visible_to(world.referents[0]).exists()
    give_consent(person, Purpose.SHOW_APPRENTICESHIPS, account)
    assert Candidacy.objects.visible_to(world.referents[0]).exists()
    assert (
        Application.objects.visible_to(
            member(Role.CAMPAIGN_MANAGER, world.metropolis, "campagnes@example.org")
        ).count()
        == 0
    )


@pytest.mark.django_db
def test_a_contract_that_has_begun_is_a_milestone_and_what_is_open_is_suggested() -> None:
    company = make_company()
    offer = make_offer(company)
    [opening] = open_today(TODAY)
    assert (opening.opportunity, opening.jobs, opening.seats) == (offer.pk, ("D1102",), 1)
    row, account = make_candidacy(offer)
    offered(row, company)
    applications.confirm(row, account)
    assert not milestones(TODAY).exists()
    assert not open_today(TODAY)
    [told] = milestones(TODAY + dt.timedelta(days=61))
    assert (told["way_person"], told["way_title"]) == (row.application.person_id, "Apprenti boulanger")


@pytest.mark.django_db
def test_applications_are_erased_a_year_after_the_answer() -> None:
    from croisee.foundation.registry import personal_data

    company = make_company()
    row, _account = make_candidacy(make_offer(company))
    applications.refuse(row, company, Outcome.PROFILE)
    rule = dict(personal_data.items())[Candidacy]
    assert not rule.retention.expired(TODAY + dt.timedelta(days=300)).exists()
    assert rule.erase(rule.retention.expired(TODAY + dt.timedelta(days=400))) == 1
    assert not Candidacy.objects.exists()
    assert not Application.objects.exists()


# Under concurrency


@pytest.mark.django_db(transaction=True)
def test_one_place_is_never_given_to_two() -> None:
    company = make_company()
    offer = make_offer(company)
    rows = [make_candidacy(offer, 40 + number)[0] for number in range(4)]
    start = threading.Barrier(len(rows))
    outcomes: list[str] = []

    def give(row: Candidacy) -> None:
        start.wait()
        try:
            applications.propose(row, company)
            outcomes.append("given")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given", "refused", "refused", "refused"]
    period = Period.objects.get(opportunity=offer)
    assert (period.taken, Application.objects.holding().count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_wait_at_each_others_offers_confirm_at_once() -> None:
    companies = [make_company(), make_company("Cantine d’essai", "cantine@example.org")]
    both = [make_offer(company) for company in companies]
    pairs = [make_candidacy(offer, 50 + number) for number, offer in enumerate(both)]
    for (row, account), offer in zip(pairs, reversed(both), strict=True):
        applications.apply(account, row.application.person, offer, LETTER)
    for (row, _account), company in zip(pairs, companies, strict=True):
        offered(row, company)
    start = threading.Barrier(2)
    faults: list[BaseException] = []

    def confirm(pair: Any) -> None:
        start.wait()
        try:
            applications.confirm(*pair)
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    states = sorted(Application.objects.values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "not_granted", "not_granted"]
