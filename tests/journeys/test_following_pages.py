"""The pages of one journey: who opens them, what each reads, how many queries they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from croisee.directory.models import Residence
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.foundation.documents.models import IssuedDocument
from croisee.journeys.models import (
    AccessRequest,
    Appointment,
    Correction,
    Exchange,
    Following,
    Journey,
    JourneyState,
    Objective,
    Step,
    StepKind,
    StepState,
)
from croisee.journeys.services.following import appointments
from tests.journeys.following_helpers import account_of, at
from tests.journeys_world import JourneysWorld, make_journey, make_person, make_programme, move
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
MOST = 12


def read(browser: Client, url: str, most: int = MOST) -> str:
    browser.get(url)  # what is made once is made
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(url)
    assert response.status_code == 200, url
    assert len(queries) <= most, [query["sql"][:150] for query in queries]
    return response.content.decode()


def url(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def fill_up(world: JourneysWorld) -> None:
    """Much of everything in one journey."""
    journey, referent = world.journeys[0], world.referents[0]
    for number in range(8):
        objective = Objective.objects.create(journey=journey, title=f"Objectif {number}", order=number + 2)
        step = Step.objects.create(
            journey=journey,
            objective=objective,
            kind=StepKind.TRAINING,
            title=f"Étape {number}",
            action=world.action,
        )
        Exchange.objects.create(journey=journey, by=referent, text=f"Échange {number}")
        Correction.objects.create(journey=journey, about=f"Erreur {number}", text="…")
        Appointment.objects.create(journey=journey, with_account=referent, starts_at=at(10 + number))
        if number % 2:
            move(step, "under_way", "done", ended_on=TODAY)


def test_the_page_says_it_all_in_few_queries(world: JourneysWorld, enter: SignIn) -> None:
    browser, page = enter(world.referents[0]), url("journey", world.journeys[0])
    text = read(browser, page)
    for said in (
        "Prénom1 Nom1",
        "PLIE d’essai",
        "Référent: Referent0",
        "Retrouver un emploi dans le bâtiment",
        "Titre professionnel de peintre",
        "Bilan et orientation",
        "Point sur la formation.",
        "Point mensuel",
        "suivi1@example.org",
    ):
        assert said in text, said
    assert text.index("Next step") < text.index("Titre professionnel de peintre") < text.index("1 step over")
    fill_up(world)
    text = read(browser, page)
    assert "All 9 exchanges" in text
    assert "Échange 0" not in text
    assert Access.objects.filter(
        subject_id=str(world.journeys[0].pk), reason__startswith="follow-up"
    ).exists()


@pytest.mark.parametrize("state", JourneyState.values)
def test_the_page_of_each_state(world: JourneysWorld, enter: SignIn, state: str) -> None:
    journey = make_journey(world.programme, make_person(9), world.referents[0], state)
    text = read(enter(world.manager), url("journey", journey))
    assert ("Add a step" in text) == (state in ("under_way", "paused"))
    assert ("Reopen" in text) == (state == "ended")


def test_somebody_erased_has_a_page_still(world: JourneysWorld, enter: SignIn) -> None:
    Journey.objects.filter(pk=world.journeys[0].pk).update(person=None)
    browser = enter(world.manager)
    text = read(browser, url("journey", world.journeys[0]))
    assert "erased person" in text
    assert browser.get(url("edit_person", world.journeys[0])).status_code == 404
    read(browser, url("end_journey", world.journeys[0]))


def test_every_page_of_the_team(world: JourneysWorld, enter: SignIn) -> None:
    browser, journey = enter(world.referents[0]), world.journeys[0]
    row = Correction.objects.create(journey=journey, about="Ma formation", text="…", asked_by=None)
    exchange = Exchange.objects.get()
    pages = [
        *(url(name, journey) for name in ("end_journey", "edit_project", "edit_person", "exchanges")),
        url("edit_objective", world.objective),
        url("edit_step", world.steps[0]),
        url("edit_step", world.steps[1]),
        url("end_step", world.steps[1]),
        url("edit_exchange", exchange),
        url("edit_appointment", world.appointment),
        url("answer_correction", row),
        reverse("journeys:appointments"),
        reverse("journeys:corrections"),
    ]
    for page in pages:
        read(browser, page)
    for page in (
        url("exchanges", journey),
        reverse("journeys:appointments"),
        reverse("journeys:corrections"),
    ):
        assert browser.get(page, {"export": "csv"}).status_code == 200
    assert "My appointments" in browser.get(reverse("portal:mine")).content.decode()


def test_a_referent_of_another_journey_finds_nothing(world: JourneysWorld, enter: SignIn) -> None:
    browser, journey = enter(world.referents[1]), world.journeys[0]
    exchange = Exchange.objects.get()
    correction = Correction.objects.create(journey=journey, about="x", text="y")
    for name in ("journey", "end_journey", "edit_project", "edit_person", "exchanges"):
        assert browser.get(url(name, journey)).status_code == 404, name
    posts = [
        *(
            url(name, journey)
            for name in (
                "new_step",
                "new_objective",
                "new_exchange",
                "new_appointment",
                "move_journey",
                "invite",
                "journey_document",
            )
        ),
        *(url(name, world.steps[1]) for name in ("edit_step", "move_step", "end_step")),
        *(url(name, world.objective) for name in ("edit_objective", "move_objective")),
        *(url(name, exchange) for name in ("edit_exchange", "delete_exchange")),
        *(url(name, world.appointment) for name in ("edit_appointment", "move_appointment")),
        url("answer_correction", correction),
    ]
    for page in posts:
        assert browser.post(page, {"transition": "pause"}).status_code == 404, page
    assert browser.get(url("appointment_file", world.appointment)).status_code == 404
    assert Step.objects.filter(state=StepState.PAUSED).count() == 0


def test_who_was_given_access_reads_only(world: JourneysWorld, enter: SignIn) -> None:
    other, journey = world.referents[1], world.journeys[0]
    row = AccessRequest.objects.create(person=journey.person, asker=other, reason="Contrat de clause.")
    move(row, "granted", until=TODAY)
    browser = enter(other)
    text = read(browser, url("journey", journey))
    assert "Titre professionnel de peintre" in text
    for hidden in (
        "suivi1@example.org",
        "rue des Essais",
        "Add a step",
        "Change the file",
        "Note an exchange",
    ):
        assert hidden not in text, hidden
    assert Access.objects.filter(account=other, reason__startswith="access given").exists()
    assert browser.post(url("new_exchange", journey), {"on": TODAY, "channel": "phone"}).status_code == 404


def test_a_step_and_an_exchange_without_leaving_the_page(world: JourneysWorld, enter: SignIn) -> None:
    browser, journey = enter(world.referents[0]), world.journeys[0]
    given = {
        "title": "Atelier du matin",
        "kind": "diagnosis",
        "action_name": world.action.name,
        "action": str(world.action.pk),
        "objective": str(world.objective and world.objective.pk),
        "begun": "on",
    }
    answer = browser.post(url("new_step", journey), given)
    assert answer["Location"] == f"{journey.get_absolute_url()}#steps"
    step = Step.objects.get(title="Atelier du matin")
    assert (step.action, step.objective, step.state) == (world.action, world.objective, StepState.UNDER_WAY)
    assert step.where == "Association PLIE"
    answer = browser.post(url("new_step", journey), {**given, "title": "", "action_name": "Rien de tel"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="file"' in text
    assert "No action of the catalogue bears this name" in text
    answer = browser.post(url("new_appointment", journey), {"day": TODAY, "hour": "00:00", "minutes": 30})
    assert "This hour is past" in answer.content.decode()
    options = browser.post(reverse("journeys:suggest_actions"), {"q": "oser"}).content.decode()
    assert f'data-id="{world.action.pk}"' in options
    assert (
        'role="option"' not in browser.post(reverse("journeys:suggest_actions"), {"q": "  "}).content.decode()
    )


def test_transitions_on_the_page(world: JourneysWorld, enter: SignIn) -> None:
    browser, journey = enter(world.referents[0]), world.journeys[0]
    browser.post(url("move_step", world.steps[1]), {"transition": "pause"})
    refused = browser.post(url("end_step", world.steps[1]), {"transition": "abandon", "ended_on": TODAY})
    assert "Write why in a few words" in refused.content.decode()
    browser.post(url("end_step", world.steps[1]), {"transition": "finish", "ended_on": TODAY})
    world.steps[1].refresh_from_db()
    assert world.steps[1].state == StepState.DONE
    assert browser.post(url("move_step", world.steps[1]), {"transition": "nothing"}).status_code == 404
    browser.post(url("move_journey", journey), {"transition": "pause"})
    journey.refresh_from_db()
    assert journey.state == JourneyState.PAUSED
    answer = browser.post(
        url("end_journey", journey), {"exited_on": TODAY, "exit_kind": "lasting_job"}, follow=True
    )
    assert "lasting job" in answer.content.decode()


def test_the_person_reads_the_own_journey_and_asks_for_a_correction(
    world: JourneysWorld, enter: SignIn
) -> None:
    own = account_of(world)
    browser = enter(own)
    text = read(browser, reverse("journeys:my_journey"))
    for said in (
        "Titre professionnel de peintre",
        "Referent0",
        "Point mensuel",
        "Contrat d’engagement signed",
    ):
        assert said in text, said
    assert "Identity or residence permit" not in text
    assert "Add a step" not in text
    browser.post(
        url("ask_correction", world.journeys[0]), {"about": "Ma formation", "text": "Elle finit en mars."}
    )
    assert "Ma formation" in read(browser, url("own_journey", world.journeys[0]))
    for other in (world.journeys[1], world.journeys[2]):
        assert browser.get(url("own_journey", other)).status_code == 404
        assert browser.get(url("ask_correction", other)).status_code == 404
        assert browser.post(url("journey_document", other)).status_code == 404
    assert browser.get(url("journey", world.journeys[0])).status_code == 404
    assert "My journey" in browser.get(reverse("portal:mine")).content.decode()


def test_several_journeys_are_a_list(world: JourneysWorld, enter: SignIn) -> None:
    own = account_of(world)
    other = make_programme(world.plie, name="Maison de l’emploi d’essai")
    again = make_journey(other, world.people[0], state=JourneyState.REFUSED)
    text = read(enter(own), reverse("journeys:my_journey"))
    assert url("own_journey", again) in text
    nobody = member(Role.FAMILY, world.plie, "personne@example.org", administers=False)
    assert "No programme follows you" in read(enter(nobody), reverse("journeys:my_journey"))


def test_the_person_cannot_read_what_concerns_a_relative(world: JourneysWorld, enter: SignIn) -> None:
    """A legal representative is no person of a journey."""
    own = account_of(world)
    world.people[0].contacts.update(capacity="legal_representative")
    assert enter(own).get(url("own_journey", world.journeys[0])).status_code == 404


def test_files_for_calendars(world: JourneysWorld, enter: SignIn) -> None:
    appointments.plan_appointment(
        world.journeys[1], {"starts_at": at(8), "minutes": 30, "subject": "", "place": ""}, world.referents[0]
    )
    answer = enter(world.referents[0]).get(reverse("journeys:appointments_file"))
    calendar = Calendar.from_ical(answer.content)
    assert [str(event["SUMMARY"]) for event in calendar.events] == [
        "Appointment with Prénom1",
        "Appointment with Prénom2",
    ]
    own = enter(account_of(world))
    for page in (reverse("journeys:appointments_file"), url("appointment_file", world.appointment)):
        [event] = Calendar.from_ical(own.get(page).content).events
        assert str(event["SUMMARY"]) == "Appointment: PLIE d’essai"


def test_the_document_can_be_verified(world: JourneysWorld, enter: SignIn) -> None:
    for browser in (enter(world.referents[0]), enter(account_of(world))):
        answer = browser.post(url("journey_document", world.journeys[0]))
        assert answer.content.startswith(b"%PDF")
    document = IssuedDocument.objects.order_by("pk").first()
    assert document is not None
    assert "Nom1" not in str(document.shown)
    assert set(document.shown) == {"programme", "day"}


def test_the_history_of_referents_is_never_lost(world: JourneysWorld, enter: SignIn) -> None:
    journey = world.journeys[0]
    journey.followings.update(ended_on=TODAY, note="Bien connaître son employeur.")
    Following.objects.create(journey=journey, referent=world.referents[1], started_on=TODAY)
    text = read(enter(world.referents[1]), url("journey", journey))
    assert "Referent0" in text
    assert "Bien connaître son employeur." in text
    assert enter(world.referents[0]).get(url("journey", journey)).status_code == 404


def test_the_file_of_the_person(world: JourneysWorld, enter: SignIn) -> None:
    browser, journey = enter(world.referents[0]), world.journeys[0]
    form = browser.get(url("edit_person", journey)).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    given |= {
        "family_name": "Le Goff",
        "jobs": "F1606, F1703",
        "birth_date": form["birth_date"].value().isoformat(),
    }
    assert browser.post(url("edit_person", journey), given).status_code == 302
    world.people[0].refresh_from_db()
    assert world.people[0].family_name == "Le Goff"
    assert world.people[0].residence == Residence.YES
    stale = browser.post(url("edit_person", journey), given)
    assert "changed meanwhile" in stale.content.decode()
