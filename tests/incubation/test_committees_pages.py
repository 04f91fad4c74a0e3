"""The pages of candidatures and committees: written, sent, judged, closed; papers, minutes read back, exports."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account
from croisee.incubation.models import Candidature, CandidaturePaper, Committee, Criterion, Score
from tests.incubation.projects_helpers import TEXTS, make_draft, marks_of, send_mails
from tests.incubation_world import IncubationWorld, make_project
from tests.journeys_world import move
from tests.world import TODAY

Enter = Callable[[Account], Client]


def url(name: str, *parts: Any) -> str:
    return reverse(f"incubation:{name}", args=parts)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestHolder:
    def test_a_candidature_from_the_first_part_to_the_sending(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        project = make_project(world.a.incubator, world.a.people[0], "Autre projet")
        client = enter(world.a.holders[0])
        answer = client.post(url("new_candidature", project.pk), follow=True)
        assert "Part 1 of 3" in text_of(answer)
        row = Candidature.objects.get(project=project)
        assert "Before it is sent, write" in text_of(client.get(url("candidature", row.pk)))
        body = {"wanted_kind": "workshop", "wanted_surface": "45.5", "motivation": TEXTS["motivation"]}
        answer = client.post(url("candidature_part", row.pk, "space"), body, follow=True)
        assert "Part 2 of 3" in text_of(answer)
        client.post(url("candidature_part", row.pk, "market"), {"market": TEXTS["market"]})
        client.post(url("candidature_part", row.pk, "means"), {"financing": TEXTS["financing"]})
        upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
        client.post(url("add_paper", row.pk), {"name": "Plan d’affaires", "file": upload})
        page = text_of(client.get(url("candidature", row.pk)))
        for shown in ("Viabilité", "Plan d’affaires", "45.5 m²", "Send the candidature"):
            assert shown in page
        client.post(url("submit_candidature", row.pk))
        row.refresh_from_db()
        assert row.state == "submitted"
        assert client.get(url("candidature_part", row.pk, "space")).status_code == 302
        assert client.get(url("candidature_part", row.pk, "autre")).status_code == 404

    def test_papers_are_for_the_holder_and_managers_alone(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.a.holders[1])
        upload = SimpleUploadedFile("x.exe", b"MZ")
        answer = client.post(url("add_paper", world.a.candidature.pk), {"name": "Plan", "file": upload})
        assert answer.status_code == 422
        assert "neither PDF nor JPEG nor PNG" in text_of(answer)
        upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
        client.post(url("add_paper", world.a.candidature.pk), {"name": "Plan", "file": upload})
        paper = CandidaturePaper.objects.get()
        for account, status in (
            (world.a.holders[1], 200),
            (world.a.manager, 200),
            (world.a.holders[0], 404),
            (world.b.manager, 404),
        ):
            answer = enter(account).get(url("candidature_paper", paper.pk))
            assert answer.status_code == status
            if status == 200:
                assert b"".join(answer) == b"%PDF-1.7 plan"  # type: ignore[call-overload]  # a stream

    def test_what_the_committee_writes_is_not_read_before_it_decides(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        Candidature.objects.filter(pk=world.a.candidature.pk).update(
            verdict="refused", reason="Pas de marché.", score=12
        )
        client = enter(world.a.holders[1])
        for where in (
            url("candidature", world.a.candidature.pk),
            url("my_project"),
            url("project", world.a.projects[1].pk),
        ):
            assert "Pas de marché" not in text_of(client.get(where))
        assert client.get(url("judge_candidature", world.a.candidature.pk)).status_code in (403, 404)


class TestManager:
    def test_from_the_agenda_to_the_minutes(self, world: IncubationWorld, enter: Enter) -> None:
        side, client = world.a, enter(world.a.manager)
        Committee.objects.filter(pk=side.committee.pk).update(held_on=TODAY)
        where = url("committee", side.committee.pk)
        assert "1 candidature has no decision yet" in text_of(client.get(where))
        body = marks_of(side, 4, 3, 2) | {"verdict": "refused", "reason": ""}
        answer = client.post(url("judge_candidature", side.candidature.pk), body)
        assert answer.status_code == 422
        assert "Say why it is refused" in text_of(answer)
        assert not Score.objects.exists()
        body |= {"reason": "Pas de marché."}
        client.post(url("judge_candidature", side.candidature.pk), body)
        assert "62.0" in text_of(client.get(where))
        answer = client.post(url("write_minutes", side.committee.pk), {"members": "", "do": "close"})
        assert answer.status_code == 422
        assert "Write the members present" in text_of(answer)
        assert client.post(url("minutes_paper", side.committee.pk)).status_code == 302
        minutes = {"members": "Mme Le Bras\nM. Diallo", "remarks": "Séance calme."}
        client.post(url("write_minutes", side.committee.pk), minutes | {"do": "keep"})
        client.post(url("write_minutes", side.committee.pk), minutes | {"do": "close"})
        send_mails()
        side.candidature.refresh_from_db()
        assert side.candidature.state == "refused"
        told = [one for one in mail.outbox if "Pas de marché." in one.body]
        assert [one.to for one in told] == [[side.holders[1].email]]
        pdf = client.post(url("minutes_paper", side.committee.pk))
        read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
        for shown in ("Mme Le Bras", "Viabilité", "Pas de marché.", "62.0", "Atelier vélo A"):
            assert shown in read
        assert "Pas de marché." in text_of(
            enter(side.holders[1]).get(url("candidature", side.candidature.pk))
        )

    def test_given_back_and_put_on_an_agenda(self, world: IncubationWorld, enter: Enter) -> None:
        side, client = world.a, enter(world.a.manager)
        client.post(url("put_on_agenda", side.candidature.pk), {"committee": ""})
        side.candidature.refresh_from_db()
        assert side.candidature.committee is None
        client.post(url("put_on_agenda", side.candidature.pk), {"committee": str(world.b.committee.pk)})
        side.candidature.refresh_from_db()
        assert side.candidature.committee is None
        client.post(url("put_on_agenda", side.candidature.pk), {"committee": str(side.committee.pk)})
        answer = client.post(url("return_candidature", side.candidature.pk), {"what": ""})
        assert answer.status_code == 422
        client.post(url("return_candidature", side.candidature.pk), {"what": "Le plan."})
        side.candidature.refresh_from_db()
        assert (side.candidature.state, side.candidature.to_complete) == ("draft", "Le plan.")

    def test_planned_moved_cancelled(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.a.manager)
        day = (TODAY + dt.timedelta(days=50)).isoformat()
        body = {"incubator": str(world.a.incubator.pk), "held_on": day, "place": "Le Quadri"}
        answer = client.post(url("new_committee"), body, follow=True)
        assert "The committee is planned" in text_of(answer)
        row = Committee.objects.get(place="Le Quadri")
        body["held_on"] = world.a.committee.held_on.isoformat()
        assert client.post(url("edit_committee", row.pk), body).status_code == 422
        client.post(url("cancel_committee", row.pk))
        row.refresh_from_db()
        assert row.state == "cancelled"
        other = {"incubator": str(world.b.incubator.pk), "held_on": "2027-05-05"}
        assert client.post(url("new_committee"), other).status_code == 422

    def test_criteria_are_of_ones_own_incubator(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.a.manager)
        client.post(url("new_criterion"), {"label": "Écologie", "weight": "2", "order": "4"})
        row = Criterion.objects.get(label="Écologie")
        assert row.incubator == world.a.incubator
        wrong = {"label": "Écologie", "weight": "11", "order": "4"}
        assert client.post(url("edit_criterion", row.pk), wrong).status_code == 422
        client.post(url("edit_criterion", row.pk), {"label": "Climat", "weight": "3", "order": "4"})
        assert "Climat" in text_of(client.get(url("criteria")))
        client.post(url("end_criterion", row.pk))
        assert not Criterion.objects.filter(pk=row.pk).exists()
        assert client.post(url("end_criterion", world.b.criteria[0].pk)).status_code == 404

    def test_another_incubators_committee_is_not_theirs(self, world: IncubationWorld, enter: Enter) -> None:
        client = enter(world.b.manager)
        for where in (
            url("committee", world.a.committee.pk),
            url("candidature", world.a.candidature.pk),
            url("judge_candidature", world.a.candidature.pk),
        ):
            assert client.get(where).status_code == 404
        body = {"members": "X", "do": "close"}
        assert client.post(url("write_minutes", world.a.committee.pk), body).status_code == 404

    def test_the_waiting_list_by_score_and_its_export(self, world: IncubationWorld, enter: Enter) -> None:
        side = world.a
        for title, points in (("Moins", 40), ("Plus", 90)):
            project = make_project(side.incubator, side.people[1], title)
            move(make_draft(project, score=points, decided_on=TODAY), "submitted", "favourable")
        client = enter(side.manager)
        text = text_of(client.get(url("waiting_list")))
        assert text.index(">Plus<") < text.index(">Moins<")
        exported = client.get(url("waiting_list"), {"export": "csv"}).content.decode("utf-8-sig")
        assert exported.splitlines()[1].startswith("Plus")
        assert "Atelier vélo A" in text_of(client.get(url("candidatures")))
        assert client.get(url("candidatures"), {"export": "xlsx"}).status_code == 200

    def test_the_reserves_are_lifted_or_the_candidature_refused(
        self, world: IncubationWorld, enter: Enter
    ) -> None:
        for side, name, body in (
            (world.a, "lift_reserves", {}),
            (world.b, "refuse_reserved", {"reason": "Rien n’est fait."}),
        ):
            move(side.projects[1], "accepted")
            move(side.candidature, "reserved", reserves="Un associé.", decided_on=TODAY)
            enter(side.manager).post(url(name, side.candidature.pk), body)
        states = [Candidature.objects.get(pk=side.candidature.pk).state for side in (world.a, world.b)]
        assert states == ["favourable", "refused"]

    def test_home_says_what_waits(self, world: IncubationWorld, enter: Enter) -> None:
        Candidature.objects.filter(pk=world.a.candidature.pk).update(committee=None)
        text = text_of(enter(world.a.manager).get(reverse("portal:mine")))
        assert "Candidatures to check" in text
        assert "Admission committee" in text
