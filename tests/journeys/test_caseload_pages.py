"""Pages of the caseload: who reads whom, filters, load, openings, cards; few queries however many people."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from croisee.clauses.models import Assignment, AssignmentState, NeedState
from croisee.directory.models import Consent, Contact, Person, Purpose, Residence
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import home_cards
from croisee.journeys.deadlines import deadlines
from croisee.journeys.models import (
    Dismissal,
    Following,
    Journey,
    JourneyState,
    Step,
    StepKind,
    StepState,
)
from croisee.journeys.queries.suggestions import suggestions
from croisee.journeys.services.suggestions import forget
from tests.clauses_world import make_clauses_world
from tests.journeys_world import JourneysWorld, make_journey, make_person, make_programme, move
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
CASELOAD = "journeys:caseload"


def page(client: Client, name: str, *args: object, **asked: object) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def late_step(journey: Journey) -> Step:
    return Step.objects.create(
        journey=journey,
        kind=StepKind.TRAINING,
        title="Permis B",
        planned_end_on=TODAY - dt.timedelta(days=4),
    )


def test_a_referent_reads_the_own_people_only(world: JourneysWorld, enter: Enter) -> None:
    late_step(world.journeys[1])
    client = enter(world.referents[0])
    shown = page(client, CASELOAD)
    assert "Nom1 Prénom1" in shown
    assert "Nom2 Prénom2" in shown
    assert "Titre professionnel de peintre" in shown
    assert "Nom3" not in shown
    assert "Nom5" not in shown
    filtered = page(client, CASELOAD, alert="step_late")
    assert "Nom2 Prénom2" in filtered
    assert "Nom1 Prénom1" not in filtered
    assert "Nom1 Prénom1" in page(client, CASELOAD, q="nom1")
    assert "Nom2" not in page(client, CASELOAD, q="nom1")
    in_qpv = page(client, CASELOAD, person__residence=Residence.YES)
    assert ("Nom1 Prénom1" in in_qpv, "Nom2 Prénom2" in in_qpv) == (True, False)
    exported = client.get(reverse(CASELOAD), {"export": "csv"}).content.decode("utf-8-sig")
    assert "Permis B" in exported
    assert len(exported.splitlines()) == 3


def test_a_manager_reads_all_by_referent_and_those_who_left(world: JourneysWorld, enter: Enter) -> None:
    Following.objects.filter(journey=world.journeys[2]).delete()
    client = enter(world.manager)
    shown = page(client, CASELOAD)
    assert all(f"Nom{n}" in shown for n in (1, 2, 3))
    alone = page(client, CASELOAD, referent="none")
    assert ("Nom3 Prénom3" in alone, "Nom1 Prénom1" in alone) == (True, False)
    own = page(client, CASELOAD, referent=str(world.referents[0].pk))
    assert ("Nom3 Prénom3" in own, "Nom1 Prénom1" in own) == (False, True)
    assert "Nom5 Prénom5" in page(client, CASELOAD, stage="ended")
    assert enter(world.referents[0]).get(reverse(CASELOAD), {"stage": "ended"}).status_code == 404


def many_people(world: JourneysWorld, count: int) -> None:
    """So many more people in the programme, followed by the one or the other référent."""
    people = Person.objects.bulk_create(
        Person(given_name=f"Prénom{n}", family_name=f"Autre{n}", birth_date=dt.date(1990, 3, 1))
        for n in range(count)
    )
    rows = Journey.objects.bulk_create(Journey(person=one, programme=world.programme) for one in people)
    entered = TODAY - dt.timedelta(days=100)
    Journey.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=JourneyState.UNDER_WAY, entered_on=entered, planned_end_on=TODAY + dt.timedelta(days=80)
    )
    Following.objects.bulk_create(
        Following(journey=row, referent=world.referents[n % 2], started_on=entered)
        for n, row in enumerate(rows)
    )


def test_the_page_takes_few_queries_with_two_hundred_people(
    world: JourneysWorld, enter: Enter, django_assert_max_num_queries: Callable
) -> None:
    many_people(world, 200)
    other = make_programme(world.plie, name="Deuxième programme")
    make_journey(other, make_person(300), world.referents[0])
    for account in (world.referents[0], world.manager):
        client = enter(account)
        page(client, CASELOAD)
        with django_assert_max_num_queries(12):
            page(client, CASELOAD)
        with django_assert_max_num_queries(12):
            page(client, CASELOAD, alert="no_contact", sort="-alerts")
    with django_assert_max_num_queries(12):
        shown = page(client, "journeys:load", world.programme.pk)
    assert "above what is reckoned with" in shown
    with django_assert_max_num_queries(12):
        client.get(reverse("journeys:handover"), {"referent": str(world.referents[0].pk)})


def test_the_load_of_a_programme(world: JourneysWorld, enter: Enter) -> None:
    late_step(world.journeys[1])
    client = enter(world.manager)
    shown = page(client, "journeys:load", world.programme.pk)
    assert str(world.referents[0]) in shown
    exported = client.get(reverse("journeys:load", args=[world.programme.pk]), {"export": "csv"})
    lines = exported.content.decode("utf-8-sig").splitlines()
    assert lines[1].split(",")[:2] == [str(world.referents[0]), "2"]
    assert lines[2].split(",")[:2] == [str(world.referents[1]), "1"]
    other = make_programme(world.metropolis, name="Programme d’ailleurs")
    assert client.get(reverse("journeys:load", args=[other.pk])).status_code == 404
    assert (
        enter(world.referents[0]).get(reverse("journeys:load", args=[world.programme.pk])).status_code == 404
    )


def test_what_ends_in_another_service_is_told_with_consent_only(world: JourneysWorld, enter: Enter) -> None:
    clauses = make_clauses_world(world.metropolis)
    row = Assignment.objects.filter(state=AssignmentState.HIRED).first()
    assert row is not None
    soon = TODAY + dt.timedelta(days=20)
    Assignment.objects.filter(pk=row.pk).update(ends_on=soon)
    person = row.participant.person
    journey = make_journey(world.programme, person, world.referents[0])
    client = enter(world.referents[0])
    asked = {"alert": "elsewhere"}
    name = f"{person.family_name} {person.given_name}"
    assert name not in page(client, CASELOAD, **asked)
    Consent.objects.create(person=person, purpose=Purpose.SHOW_CLAUSES, recorded_by=world.manager)
    shown = page(client, CASELOAD, **asked)
    assert name in shown
    assert f"Contract with {row.employer.name} ends" in shown
    [found] = deadlines([person.pk], TODAY, TODAY + dt.timedelta(days=60))
    assert (found.person, found.on) == (person.pk, soon)
    assert journey.get_absolute_url() in shown
    assert clauses.facilitateur is not None


def open_need(world: JourneysWorld) -> str:
    """A company looks for a painter, near; how the opening is called."""
    clauses = make_clauses_world(world.metropolis)
    need = clauses.needs[0]
    type(need).objects.filter(pk=need.pk).update(
        state=NeedState.OPEN, job="F1606", lon=-1.69, lat=48.12, starts_on=TODAY + dt.timedelta(days=5)
    )
    return f"need:{need.pk}"


def test_openings_are_taken_up_or_set_aside(world: JourneysWorld, enter: Enter) -> None:
    key = open_need(world)
    journey = world.journeys[0]
    client = enter(world.referents[0])
    shown = page(client, "journeys:suggestions", journey.pk)
    assert "Looks for this very job (40)" in shown
    assert key in shown
    assert (
        enter(world.referents[1]).get(reverse("journeys:suggestions", args=[journey.pk])).status_code == 404
    )
    aside = reverse("journeys:set_aside", args=[journey.pk])
    client.post(aside, {"key": key, "reason": ""})
    assert Dismissal.objects.count() == 0
    client.post(aside, {"key": key, "reason": "Trop tôt le matin"})
    row = Dismissal.objects.get()
    assert (row.by, row.journey, row.reason) == (world.referents[0], journey, "Trop tôt le matin")
    shown = page(client, "journeys:suggestions", journey.pk)
    assert f'value="{key}"' not in shown
    assert "Trop tôt le matin" in shown
    assert enter(world.referents[1]).post(reverse("journeys:suggest_again", args=[row.pk])).status_code == 404
    client.post(reverse("journeys:suggest_again", args=[row.pk]))
    for _twice in range(2):
        client.post(reverse("journeys:take_up", args=[journey.pk]), {"key": key})
    step = Step.objects.get(journey=journey, kind=StepKind.CLAUSE_JOB)
    assert step.state == StepState.PLANNED
    assert f'value="{key}"' not in page(client, "journeys:suggestions", journey.pk)


def test_the_person_reads_the_own_openings(world: JourneysWorld, enter: Enter) -> None:
    key = open_need(world)
    own = member(Role.FAMILY, world.plie, "moi@example.org")
    client = enter(own)
    assert "No journey is under way for you" in page(client, "journeys:my_openings")
    Contact.objects.filter(person=world.people[0]).update(account=own)
    assert key in page(client, "journeys:my_openings")
    client.post(reverse("journeys:take_up", args=[world.journeys[0].pk]), {"key": key})
    assert Step.objects.filter(journey=world.journeys[0], kind=StepKind.CLAUSE_JOB).count() == 1
    other = reverse("journeys:take_up", args=[world.journeys[1].pk])
    assert client.post(other, {"key": key}).status_code == 404
    assert client.get(reverse(CASELOAD)).status_code == 404


def test_where_somebody_lives_moves_no_opening(world: JourneysWorld) -> None:
    open_need(world)
    journey = Journey.objects.select_related("person__profile").get(pk=world.journeys[0].pk)
    orders = []
    for residence, codes in ((Residence.YES, "QN03501M"), (Residence.NO, ""), (Residence.UNCERTAIN, "")):
        Person.objects.filter(pk=journey.person_id).update(residence=residence, zone_codes=codes)
        Journey.objects.filter(pk=journey.pk).update(residence=residence, zone_codes=codes)
        again = Journey.objects.select_related("person__profile").get(pk=journey.pk)
        found = suggestions(again, TODAY, every_job=True)
        orders.append((found.fitting, found.limited, found.seeker))
    assert orders[0][0]
    assert orders[0] == orders[1] == orders[2]


def test_a_person_without_a_profile_and_one_erased(world: JourneysWorld, enter: Enter) -> None:
    open_need(world)
    world.people[0].profile.delete()
    client = enter(world.referents[0])
    assert "No job is named yet" in page(client, "journeys:suggestions", world.journeys[0].pk)
    Journey.objects.filter(pk=world.journeys[1].pk).update(person=None)
    assert "erased person" in page(client, CASELOAD).lower()
    page(client, "journeys:suggestions", world.journeys[1].pk)
    client.get(reverse("journeys:handover"), {"chosen": [str(world.journeys[1].pk)]})


def test_what_was_set_aside_goes_with_the_person(world: JourneysWorld) -> None:
    row = Dismissal.objects.create(
        journey=world.journeys[0], opening_key="need:1", title="Peintre", reason="Allergie", by=None
    )
    assert forget(Dismissal.objects.filter(pk=row.pk)) == 1
    assert not Dismissal.objects.exists()
    events = Dismissal.pgh_event_model.objects.all()  # type: ignore[attr-defined]
    assert {one.reason for one in events} == {""}


def test_home_cards(world: JourneysWorld, english: None) -> None:
    late_step(world.journeys[1])
    cards = {str(card.title): card for card in home_cards.cards_for(world.referents[0])}
    assert cards["My people"].figure == "2"
    assert "step past its planned end (1)" in cards["To look at"].text
    managed = {str(card.title): card for card in home_cards.cards_for(world.manager)}
    assert managed["People followed"].figure == "3"
    move(world.journeys[0], JourneyState.PAUSED)
    again = {
        str(card.title): card for card in home_cards.cards_for(Account.objects.get(pk=world.referents[0].pk))
    }
    assert again["My people"].figure == "2"
