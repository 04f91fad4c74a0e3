"""Entries: programmes, requests for somebody known or new, committees that decide in one go, what people are told."""

import datetime as dt
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from croisee.directory.models import Contact, Person, Profile, Residence
from croisee.directory.services import AlreadyKnown
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.models import Access
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import home_cards
from croisee.journeys.models import (
    Committee,
    Decision,
    Following,
    Journey,
    JourneyState,
    Programme,
    Verdict,
)
from croisee.journeys.services.entries import committees, papers, requests
from croisee.journeys.services.entries.committees import Line, Unready
from tests.journeys_world import (
    JourneysWorld,
    make_journey,
    make_journeys_world,
    make_person,
    make_programme,
)
from tests.world import TODAY, member

Enter = Callable[[Account], Client]
WORDS = {"members": "Anne Un\nBruno Deux\nCarla Trois", "minutes": "Échange sur les places."}
VALUES: dict[str, Any] = {
    "given_name": "Awa",
    "family_name": "Le Goff",
    "birth_date": dt.date(1990, 5, 4),
    "address": "",
    "email": "awa@example.org",
    "phone": "",
    "sex": "woman",
    "level": "3",
    "jobs": ["F1606"],
    "asked_on": TODAY,
    "why": "Cherche un emploi durable.",
    "project": "",
}


def meeting(world: JourneysWorld, people: int = 3, held_on: dt.date | None = None) -> list[Decision]:
    """A meeting held today with so many requests of référent 0 on its agenda."""
    committee = Committee.objects.create(programme=world.programme, held_on=held_on or TODAY)
    for number in range(people):
        journey = make_journey(
            world.programme, make_person(20 + number, Residence.YES), state=JourneyState.PROPOSED
        )
        Journey.objects.filter(pk=journey.pk).update(
            written_by=world.referents[0], residence="", zone_codes=""
        )
        Decision.objects.create(committee=committee, journey=journey)
    return list(committee.decisions.select_related("committee", "journey").order_by("created_at"))


def lines_of(world: JourneysWorld, rows: list[Decision]) -> dict[Any, Line]:
    """The first accepted, the second refused, the others postponed."""
    said = [
        Line(Verdict.ACCEPTED, "", world.referents[1]),
        Line(Verdict.REFUSED, "Relève de la mission locale."),
        Line(Verdict.POSTPONED, "Pièce attendue."),
    ]
    return {row.pk: said[min(number, 2)] for number, row in enumerate(rows)}


@pytest.mark.django_db
class TestCommittee:
    pytestmark = pytest.mark.usefixtures("english")

    def test_closing_makes_everything_happen_at_once(self, world: JourneysWorld) -> None:
        rows = meeting(world)
        committees.close(rows[0].committee, WORDS, lines_of(world, rows), world.manager)
        first, second, third = (Journey.objects.get(pk=row.journey_id) for row in rows)
        assert (first.state, second.state, third.state) == ("under_way", "refused", "proposed")
        assert first.entered_on == TODAY
        assert first.planned_end_on == TODAY.replace(year=TODAY.year + 2)
        assert (first.residence, first.zone_codes) == ("yes", "QN03501M")
        follows = Following.objects.get(journey=first)
        assert (follows.referent, follows.started_on, follows.ended_on) == (world.referents[1], TODAY, None)
        assert Journey.objects.visible_to(world.referents[1]).filter(pk=first.pk).exists()
        rows[0].committee.refresh_from_db()
        assert (rows[0].committee.state, rows[0].committee.minutes) == ("closed", WORDS["minutes"])
        assert str(third.pk) in {str(one.pk) for one in _next_agenda(world)}

    def test_whom_it_concerns_is_told_once_and_the_outbox_holds_no_name(self, world: JourneysWorld) -> None:
        rows = meeting(world)
        committees.close(rows[0].committee, WORDS, lines_of(world, rows), world.manager)
        texts = {row.notice: written(row) for row in Ledger.objects.all()}
        assert set(texts) == {
            "journeys.people_entrusted",
            "journeys.requests_decided",
            "journeys.entry_accepted",
            "journeys.entry_refused",
        }
        assert "Prénom20 N." in texts["journeys.people_entrusted"].text
        assert "Relève de la mission locale." in texts["journeys.requests_decided"].text
        assert "referent1@example.org" in texts["journeys.entry_accepted"].text
        assert "Relève de la mission locale." in texts["journeys.entry_refused"].text
        assert all("Nom2" not in str(row.context) for row in Ledger.objects.all())
        Journey.objects.filter(pk__in=[row.journey_id for row in rows]).update(person=None)
        with pytest.raises(NoLongerNeeded):
            written(Ledger.objects.get(notice="journeys.entry_refused"))

    @pytest.mark.parametrize(
        ("line", "field", "said"),
        [
            (Line(Verdict.REFUSED, "  "), "reason", "Line 2, Prénom21 Nom21: say why it is not accepted"),
            (Line(Verdict.POSTPONED), "reason", "say why it is not accepted"),
            (Line(Verdict.WAITING), "verdict", "say whether it is accepted, postponed or refused"),
            (Line(Verdict.ACCEPTED), "referent", "choose the référent"),
        ],
    )
    def test_a_line_that_lacks_something_is_named_and_nothing_changes(
        self, world: JourneysWorld, line: Line, field: str, said: str
    ) -> None:
        rows = meeting(world)
        with pytest.raises(Unready, match=said) as refusal:
            committees.close(
                rows[0].committee, WORDS, {**lines_of(world, rows), rows[1].pk: line}, world.manager
            )
        assert list(refusal.value.lines) == [rows[1].pk]
        assert list(refusal.value.lines[rows[1].pk]) == [field]
        _nothing_happened(rows)

    def test_who_follows_nobody_here_is_not_entrusted_anybody(self, world: JourneysWorld) -> None:
        rows = meeting(world, 1)
        stranger = member(
            Role.REFERENT, Organisation.objects.create(name="Ailleurs", kind=Kind.OTHER), "x@example.org"
        )
        with pytest.raises(Unready, match="follows nobody in this programme"):
            committees.close(
                rows[0].committee, WORDS, {rows[0].pk: Line(Verdict.ACCEPTED, "", stranger)}, world.manager
            )

    @pytest.mark.parametrize(
        ("members", "present"),
        [("", 0), ("Anne Un\nBruno Deux\n \n", 2), ("Anne Un\nAnne  Un\nBruno Deux", 2)],
    )
    def test_without_its_quorum_it_decides_nothing(
        self, world: JourneysWorld, members: str, present: int
    ) -> None:
        rows = meeting(world)
        with pytest.raises(Unready, match=f"3 members are needed to decide, and {present} are named"):
            committees.close(
                rows[0].committee, {**WORDS, "members": members}, lines_of(world, rows), world.manager
            )
        _nothing_happened(rows)

    def test_a_meeting_to_come_is_not_closed(self, world: JourneysWorld) -> None:
        rows = meeting(world, held_on=TODAY + dt.timedelta(days=1))
        with pytest.raises(Unready, match="is to come"):
            committees.close(rows[0].committee, WORDS, lines_of(world, rows), world.manager)
        _nothing_happened(rows)

    def test_what_is_written_during_the_meeting_is_kept(self, world: JourneysWorld) -> None:
        rows = meeting(world)
        committees.write_down(rows[0].committee, WORDS, {rows[1].pk: Line(Verdict.REFUSED)})
        rows[1].refresh_from_db()
        assert rows[1].verdict == Verdict.REFUSED
        assert Journey.objects.get(pk=rows[1].journey_id).state == "proposed"

    def test_a_request_withdrawn_leaves_the_agenda(self, world: JourneysWorld) -> None:
        rows = meeting(world)
        requests.withdraw(rows[1].journey, world.referents[0])
        assert not Decision.objects.filter(pk=rows[1].pk).exists()
        left = {row.pk: Line(Verdict.POSTPONED, "Absent.") for row in (rows[0], rows[2])}
        committees.close(rows[0].committee, WORDS, left, world.manager)
        with pytest.raises(ValidationError, match="cannot be done"):
            requests.withdraw(rows[1].journey, world.manager)

    def test_the_agenda_is_what_is_ticked_and_a_request_is_on_one_agenda(self, world: JourneysWorld) -> None:
        rows = meeting(world, 2)
        other = Committee.objects.create(programme=world.programme, held_on=TODAY + dt.timedelta(days=30))
        free = make_journey(world.programme, make_person(40), state=JourneyState.PROPOSED)
        assert committees.set_agenda(other, [str(free.pk), str(rows[0].journey_id), "x"]) == 1
        committees.write_down(rows[0].committee, WORDS, {rows[0].pk: Line(Verdict.REFUSED, "Non.")})
        assert committees.set_agenda(rows[0].committee, [str(rows[0].journey_id)]) == 1
        kept = Decision.objects.get(committee=rows[0].committee)
        assert (kept.pk, kept.reason) == (rows[0].pk, "Non.")
        committees.cancel(other, world.manager)
        assert not other.decisions.exists()
        with pytest.raises(ValidationError, match="not open any more"):
            committees.set_agenda(other, [])

    def test_papers(self, world: JourneysWorld) -> None:
        rows = meeting(world)
        text = _text(papers.agenda(rows[0].committee))
        assert "Prénom20 Nom20" in text
        assert "Cherche un emploi durable." in text
        assert "rue des Essais" not in text
        with pytest.raises(ValidationError, match="not closed yet"):
            papers.issue_minutes(rows[0].committee, world.manager)
        committees.close(rows[0].committee, WORDS, lines_of(world, rows), world.manager)
        closed = Committee.objects.select_related("programme__organisation").get(pk=rows[0].committee_id)
        document = papers.issue_minutes(closed, world.manager)
        text = _text(document.pdf)
        for part in ("Carla Trois", "Échange sur les places.", "Relève de la mission locale.", "Prénom22"):
            assert part in text
        assert document.shown["accepted"] == "1"
        assert "Nom2" not in str(document.shown)


def _next_agenda(world: JourneysWorld) -> Any:
    from croisee.journeys.queries.entries import waiting_for

    return waiting_for(Committee.objects.create(programme=world.programme, held_on=TODAY + dt.timedelta(60)))


def _nothing_happened(rows: list[Decision]) -> None:
    assert Committee.objects.get(pk=rows[0].committee_id).state == "planned"
    journeys = Journey.objects.filter(pk__in=[row.journey_id for row in rows])
    assert {journey.state for journey in journeys} == {"proposed"}
    assert not Following.objects.filter(journey__in=journeys).exists()
    assert set(Decision.objects.filter(journey__in=journeys).values_list("verdict", flat=True)) == {"waiting"}
    assert not Ledger.objects.exists()


def _text(pdf: Any) -> str:
    pages = pypdf.PdfReader(io.BytesIO(bytes(pdf))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.django_db(transaction=True)
def test_what_two_do_at_once_has_one_effect() -> None:
    world = make_journeys_world()
    rows = meeting(world)
    lines = lines_of(world, rows)
    close = lambda: committees.close(rows[0].committee, WORDS, lines, world.manager)  # noqa: E731
    assert at_once([close, close, close]) == [False, False, True]
    assert Following.objects.filter(journey=rows[0].journey_id).count() == 1
    assert Ledger.objects.filter(notice="journeys.entry_accepted").count() == 1
    other = make_programme(world.plie, name="Maison de l’emploi d’essai", kind="mde", fse=False)
    asked = [
        lambda one=one: requests.ask_entry(one, VALUES, world.referents[0])
        for one in (world.programme, other)
    ]
    assert at_once(asked) == [False, True]
    assert Person.objects.filter(family_name="Le Goff").count() == 1
    # Withdrawn while the minutes are closed: it is one or the other.
    second = Committee.objects.create(programme=world.programme, held_on=TODAY - dt.timedelta(days=1))
    journey = Journey.objects.get(person__family_name="Le Goff")
    Journey.objects.filter(pk=journey.pk).update(programme=world.programme)
    row = Decision.objects.create(committee=second, journey=journey)
    line = {row.pk: Line(Verdict.ACCEPTED, "", world.referents[0])}
    done = at_once(
        [
            lambda: committees.close(second, WORDS, line, world.manager),
            lambda: requests.withdraw(journey, world.manager),
        ]
    )
    assert done == [False, True]
    journey.refresh_from_db()
    assert (journey.state == "under_way") == (Committee.objects.get(pk=second.pk).state == "closed")


def at_once(jobs: list[Callable[[], object]]) -> list[bool]:
    """Whether each was done, all of them at once on their own connections; those refused first."""

    def run(job: Callable[[], object]) -> bool:
        try:
            job()
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


@pytest.mark.django_db
class TestRequests:
    pytestmark = pytest.mark.usefixtures("english")

    def test_somebody_new_gets_a_file(self, world: JourneysWorld) -> None:
        journey = requests.ask_entry(world.programme, VALUES, world.referents[0])
        assert (journey.state, journey.written_by) == ("proposed", world.referents[0])
        assert journey.person is not None
        assert journey.person.profile.jobs == ["F1606"]
        assert Contact.objects.get(person=journey.person, capacity="self").email == "awa@example.org"

    def test_somebody_known_is_not_made_twice_nor_changed_by_a_stranger(self, world: JourneysWorld) -> None:
        known = Person.objects.create(
            given_name="Awa", family_name="LE-GOFF", birth_date=VALUES["birth_date"]
        )
        Profile.objects.create(person=known, jobs=["K2204"], level="5")
        Contact.objects.create(person=known, capacity="self", name="Awa", email="own@example.org")
        with pytest.raises(AlreadyKnown) as refusal:
            requests.ask_entry(world.programme, VALUES, world.referents[0])
        assert refusal.value.people == [known]
        journey = requests.ask_entry(world.programme, VALUES, world.referents[0], person=known)
        assert journey.person == known
        known.refresh_from_db()
        assert known.profile.jobs == ["K2204"]
        assert known.contacts.get().email == "own@example.org"
        with pytest.raises(ValidationError, match="in this programme already"):
            requests.ask_entry(world.programme, VALUES, world.manager, person=known)
        # A request is not a key to the file: only what was written is read.
        assert not Journey.objects.visible_to(world.referents[0]).filter(pk=journey.pk).exists()
        assert Journey.objects.asked_by(world.referents[0]).filter(pk=journey.pk).exists()
        assert not Journey.objects.asked_by(world.referents[1]).filter(pk=journey.pk).exists()

    def test_a_closed_programme_and_a_day_to_come_are_refused(self, world: JourneysWorld) -> None:
        later = {**VALUES, "asked_on": TODAY + dt.timedelta(days=1)}
        with pytest.raises(ValidationError) as refusal:
            requests.ask_entry(world.programme, later, world.manager)
        assert list(refusal.value.message_dict) == ["asked_on"]
        world.programme.is_open = False
        with pytest.raises(ValidationError, match="takes nobody"):
            requests.ask_entry(world.programme, VALUES, world.manager)

    def test_without_a_committee_the_manager_decides(self, world: JourneysWorld) -> None:
        Programme.objects.filter(pk=world.programme.pk).update(has_committee=False)
        one = requests.ask_entry(world.programme, VALUES, world.manager)
        requests.accept_directly(one, world.referents[0], TODAY, world.manager)
        one.refresh_from_db()
        assert (one.state, one.entered_on) == ("under_way", TODAY)
        other = requests.ask_entry(world.programme, {**VALUES, "given_name": "Bo"}, world.manager)
        with pytest.raises(ValidationError, match="Say why"):
            requests.refuse_directly(other, " ", world.manager)
        requests.refuse_directly(other, "Déjà en emploi.", world.manager)
        other.refresh_from_db()
        assert other.state == "refused"
        assert other.decisions.get().committee is None
        with pytest.raises(ValidationError, match="cannot be done"):
            requests.accept_directly(other, world.referents[0], TODAY, world.manager)

    def test_with_one_the_manager_does_not(self, world: JourneysWorld) -> None:
        with pytest.raises(ValidationError, match="committee decides"):
            requests.accept_directly(world.journeys[3], world.referents[0], TODAY, world.manager)


@pytest.mark.django_db
class TestPages:
    def test_a_manager_creates_a_programme_and_takes_a_request_to_the_minutes(
        self, world: JourneysWorld, enter: Enter
    ) -> None:
        client = enter(world.manager)
        fields = {
            "name": "Maison de l’emploi",
            "kind": "mde",
            "organisation": world.plie.pk,
            "is_open": "on",
            "has_committee": "on",
            "quorum": 1,
            "months": 12,
            "contact_weeks": 4,
            "caseload": 60,
            "retention_months": 24,
        }
        answer = client.post(reverse("journeys:new_programme"), fields)
        made = Programme.objects.get(name="Maison de l’emploi")
        assert answer.headers["Location"] == made.get_absolute_url()
        sent = {**VALUES, "programme": made.pk, "jobs": "F1606", "birth_date": "1990-05-04"}
        answer = client.post(reverse("journeys:new_request"), sent)
        asked = Journey.objects.get(programme=made)
        assert answer.headers["Location"] == reverse("journeys:request", args=[asked.pk])
        client.post(reverse("journeys:new_committee", args=[made.pk]), {"held_on": TODAY.isoformat()})
        committee = Committee.objects.get(programme=made)
        client.post(reverse("journeys:set_agenda", args=[committee.pk]), {"chosen": [str(asked.pk)]})
        row = committee.decisions.get()
        page = reverse("journeys:decide_committee", args=[committee.pk])
        lines = {f"{row.pk}-verdict": "accepted", f"{row.pk}-reason": "", f"{row.pk}-referent": ""}
        sent = {"members": "Anne Un", "minutes": "", "do": "close", **lines}
        answer = client.post(page, sent)
        assert answer.status_code == 422
        assert "Line 1, Awa Le Goff: choose the référent" in answer.content.decode()
        sent[f"{row.pk}-referent"] = str(world.referents[0].pk)
        answer = client.post(page, sent, follow=True)
        assert "The minutes are closed" in answer.content.decode()
        asked.refresh_from_db()
        assert asked.state == "under_way"
        pdf = client.post(reverse("journeys:minutes", args=[committee.pk]))
        assert pdf["Content-Type"] == "application/pdf"

    def test_whom_somebody_may_be_is_masked_for_who_may_not_see_them(
        self, world: JourneysWorld, enter: Enter
    ) -> None:
        Person.objects.create(
            given_name="Awa", family_name="Le Goff", birth_date=VALUES["birth_date"], address="3 rue Secrète"
        )
        client = enter(world.referents[0])
        sent = {**VALUES, "programme": world.programme.pk, "jobs": "", "birth_date": "1990-05-04"}
        text = client.post(reverse("journeys:new_request"), sent).content.decode()
        assert "A… L…" in text
        assert "Secrète" not in text
        client.post(
            reverse("journeys:new_request"),
            {**sent, "same": str(Person.objects.get(family_name="Le Goff").pk)},
        )
        asked = Journey.objects.get(person__family_name="Le Goff")
        text = client.get(reverse("journeys:request", args=[asked.pk])).content.decode()
        assert "You read here what you wrote" in text
        assert Access.objects.filter(subject_id=str(asked.pk), account=world.referents[0]).exists()
        assert enter(world.referents[1]).get(reverse("journeys:request", args=[asked.pk])).status_code == 404

    def test_a_referent_reads_the_lines_that_concern_them_and_decides_nothing(
        self, world: JourneysWorld, enter: Enter
    ) -> None:
        rows = meeting(world)
        page = reverse("journeys:committee", args=[rows[0].committee_id])
        own = enter(world.referents[0]).get(page).content.decode()
        assert "Nom20" in own
        assert "Write down" not in own
        assert "Nom20" not in enter(world.referents[1]).get(page).content.decode()
        for name in ("decide_committee", "agenda", "edit_committee"):
            address = reverse(f"journeys:{name}", args=[rows[0].committee_id])
            assert enter(world.referents[0]).get(address).status_code == 404

    def test_a_manager_of_elsewhere_sees_nothing(self, world: JourneysWorld, enter: Enter) -> None:
        elsewhere = Organisation.objects.create(name="Autre PLIE", kind=Kind.ASSOCIATION)
        client = enter(member(Role.PROGRAMME_MANAGER, elsewhere, "autre@example.org"))
        for name, row in (
            ("programme", world.programme),
            ("edit_programme", world.programme),
            ("committee", world.committee),
            ("request", world.journeys[3]),
        ):
            assert client.get(reverse(f"journeys:{name}", args=[row.pk])).status_code == 404
        assert "Nom4" not in client.get(reverse("journeys:requests")).content.decode()
        sent = {"organisation": world.plie.pk, "name": "x", "kind": "plie"}
        client.post(reverse("journeys:new_programme"), sent)
        assert not Programme.objects.filter(name="x").exists()

    def test_pages_ask_few_queries_however_many_rows(self, world: JourneysWorld, enter: Enter) -> None:
        rows = meeting(world, 12)
        client = enter(world.manager)
        for name, args in (
            ("programmes", []),
            ("programme", [world.programme.pk]),
            ("requests", []),
            ("request", [rows[0].journey_id]),
            ("committee", [rows[0].committee_id]),
            ("decide_committee", [rows[0].committee_id]),
            ("new_request", []),
        ):
            address = reverse(f"journeys:{name}", args=args)
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            assert len(queries) <= 12, (name, len(queries))

    def test_lists_are_exported_and_the_export_is_noted(self, world: JourneysWorld, enter: Enter) -> None:
        client = enter(world.manager)
        answer = client.get(reverse("journeys:requests") + "?export=csv")
        assert "Nom4 Prénom4" in answer.content.decode("utf-8-sig")
        assert Access.objects.filter(account=world.manager, reason="list of requests for entry").exists()

    def test_home_pages_say_what_waits(self, world: JourneysWorld) -> None:
        requests.ask_entry(world.programme, VALUES, world.referents[0])
        cards = {str(card.title): card for card in home_cards.cards_for(world.manager)}
        assert cards["Requests for entry"].figure == "2"
        assert "1 meeting is planned." in str(cards["Requests for entry"].text)
        cards = {str(card.title): card for card in home_cards.cards_for(world.referents[0])}
        assert cards["Requests that I wrote"].figure == "1"
