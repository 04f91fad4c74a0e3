"""Candidatures and committees: the score, drafts, papers, agendas, decisions that take effect together."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.notices.models import Ledger
from croisee.incubation.models import (
    Candidature,
    CandidaturePaper,
    CandidatureState,
    Committee,
    Criterion,
    ProjectState,
    Score,
)
from croisee.incubation.queries import committees as queries
from croisee.incubation.scoring import score
from croisee.incubation.services import candidatures, committees, criteria, erasing
from croisee.incubation.services.committees import Mark
from tests.incubation.projects_helpers import make_draft
from tests.incubation_world import IncubationWorld, Side, make_project
from tests.journeys_world import make_person, move
from tests.world import TODAY

MINUTES = {"members": "Mme Le Bras\nM. Diallo\nMme Le Bras", "remarks": "Séance calme."}
MARKS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10)), min_size=1, max_size=12)


def recounted(marks: list[tuple[int, int]]) -> Decimal:
    """The score by fractions, rounded by the decimal module: another way to the same number."""
    whole = sum(Fraction(mark * weight) for mark, weight in marks)
    exact = whole / sum(Fraction(5 * weight) for _mark, weight in marks) * 100
    return (Decimal(exact.numerator * 10**6) / exact.denominator / 10**6).quantize(
        Decimal("0.1"), ROUND_HALF_UP
    )


class TestScore:
    @given(MARKS)
    def test_it_is_what_fractions_say(self, marks: list[tuple[int, int]]) -> None:
        assert score(marks) == recounted(marks)

    @given(MARKS, st.randoms(use_true_random=False))
    def test_bounds_order_and_a_better_mark(self, marks: list[tuple[int, int]], shuffled: Any) -> None:
        found = score(marks)
        assert found is not None
        assert 0 <= found <= 100
        other = list(marks)
        shuffled.shuffle(other)
        assert score(other) == found
        better = [(min(mark + 1, 5), weight) for mark, weight in marks]
        assert score(better) >= found  # type: ignore[operator]  # there are marks

    def test_known_values_and_halves_go_up(self) -> None:
        assert score([]) is None
        assert score([(5, 1), (5, 10)]) == 100
        assert score([(0, 3)]) == 0
        assert score([(4, 4), (3, 3), (2, 3)]) == Decimal("62.0")
        # 1 / 80 is 1.25 of 100: a half, which goes up.
        assert score([(1, 1), *[(0, 5)] * 3]) == Decimal("1.3")

    @pytest.mark.parametrize("wrong", [(6, 1), (-1, 1), (3, 0)])
    def test_other_marks_are_refused(self, wrong: tuple[int, int]) -> None:
        with pytest.raises(ValueError, match="mark"):
            score([wrong])


def judge(side: Side, *marks: int, **values: str) -> Candidature:
    """Mark the candidature of a side, criterion by criterion, and decide."""
    given_marks = {one.pk: Mark(mark) for one, mark in zip(side.criteria, marks, strict=True)}
    return committees.judge(side.candidature, given_marks, values)


def held(committee: Committee) -> Committee:
    """The committee as if it was today."""
    Committee.objects.filter(pk=committee.pk).update(held_on=TODAY)
    committee.refresh_from_db()
    return committee


class TestWriting:
    def test_a_draft_is_written_part_by_part_and_sent(self, world: IncubationWorld) -> None:
        side = world.a
        project = make_project(side.incubator, side.people[0], "Autre projet")
        draft = candidatures.begin(project)
        assert candidatures.begin(project) == draft
        with pytest.raises(ValidationError, match="why this incubator, customers"):
            candidatures.submit(draft, side.holders[0])
        candidatures.write_part(draft, "space", {"motivation": "Être ici.", "financing": "non"})
        candidatures.write_part(draft, "market", {"market": "Le quartier."})
        candidatures.write_part(draft, "means", {"financing": "Un prêt."})
        sent = candidatures.submit(draft, side.holders[0])
        project.refresh_from_db()
        assert (sent.state, sent.submitted_on, project.state) == ("submitted", TODAY, "applying")
        with pytest.raises(ValidationError, match="is sent"):
            candidatures.write_part(sent, "means", {"financing": "Autre chose."})
        assert Ledger.objects.filter(notice="incubation.candidature_submitted").count() == 1

    def test_a_company_that_is_too_old_does_not_apply(self, world: IncubationWorld) -> None:
        project = make_project(
            world.a.incubator, world.a.people[0], "Ancienne", founded_on=TODAY - dt.timedelta(days=3 * 366)
        )
        with pytest.raises(ValidationError, match="younger than 3 years"):
            candidatures.submit(make_draft(project), world.a.holders[0])

    def test_given_back_with_what_is_missing_then_sent_again(self, world: IncubationWorld) -> None:
        row = candidatures.give_back(world.a.candidature, "Le plan de financement.", world.a.manager)
        assert (row.state, row.committee, row.to_complete) == ("draft", None, "Le plan de financement.")
        assert Ledger.objects.filter(notice="incubation.candidature_returned").count() == 1
        candidatures.write_part(row, "market", {"market": "Le quartier."})
        candidatures.write_part(row, "means", {"financing": "Un prêt."})
        assert candidatures.submit(row, world.a.holders[1]).to_complete == ""

    def test_withdrawn_it_leaves_the_agenda_and_the_project_goes_on(self, world: IncubationWorld) -> None:
        row = candidatures.withdraw(world.a.candidature, world.a.holders[1])
        row.project.refresh_from_db()
        assert (row.state, row.committee, row.project.state) == ("withdrawn", None, "followed")

    def test_papers_are_checked_and_their_files_go_with_them(
        self, world: IncubationWorld, django_capture_on_commit_callbacks: Any
    ) -> None:
        row = world.a.candidature
        with pytest.raises(ValidationError, match="neither PDF"):
            candidatures.add_paper(row, "Script", SimpleUploadedFile("a.pdf", b"#!/bin/sh"))
        paper = candidatures.add_paper(row, "Plan", SimpleUploadedFile("a.pdf", b"%PDF-1.7 plan"))
        where = Path(paper.file.path)
        assert where.exists()
        with pytest.raises(ValidationError, match="is sent"):
            candidatures.remove_paper(paper)
        with django_capture_on_commit_callbacks(execute=True):
            erasing.erase_papers(CandidaturePaper.objects.filter(pk=paper.pk))
        assert not where.exists()

    def test_no_more_than_twelve_papers(self, world: IncubationWorld) -> None:
        for number in range(12):
            CandidaturePaper.objects.create(
                candidature=world.a.candidature, name=str(number), file="incubation/papers/no.pdf"
            )
        with pytest.raises(ValidationError, match="twelve"):
            candidatures.add_paper(world.a.candidature, "Plan", SimpleUploadedFile("a.pdf", b"%PDF-1.7"))


class TestAgenda:
    def test_exactly_those_chosen_and_never_of_another_incubator(self, world: IncubationWorld) -> None:
        side = world.a
        assert committees.set_agenda(side.committee, []) == 0
        side.candidature.refresh_from_db()
        assert side.candidature.committee is None
        chosen = [str(side.candidature.pk), str(world.b.candidature.pk), "n’importe quoi"]
        assert committees.set_agenda(side.committee, chosen) == 1
        world.b.candidature.refresh_from_db()
        assert world.b.candidature.committee == world.b.committee

    def test_one_candidature_on_one_agenda(self, world: IncubationWorld) -> None:
        other = Committee.objects.create(incubator=world.a.incubator, held_on=TODAY + dt.timedelta(days=40))
        assert committees.set_agenda(other, [str(world.a.candidature.pk)]) == 0
        assert candidatures.put_on_agenda(world.a.candidature, other).committee == other
        with pytest.raises(ValidationError, match="this incubator"):
            candidatures.put_on_agenda(world.a.candidature, world.b.committee)

    def test_cancelled_its_candidatures_wait_for_another(self, world: IncubationWorld) -> None:
        committees.cancel(world.a.committee, world.a.manager)
        world.a.candidature.refresh_from_db()
        assert (world.a.candidature.committee, world.a.candidature.state) == (None, "submitted")
        with pytest.raises(ValidationError, match="not open any more"):
            committees.set_agenda(world.a.committee, [])

    def test_two_on_one_day_are_refused(self, world: IncubationWorld) -> None:
        with pytest.raises(ValidationError, match="that day"):
            committees.plan(Committee(incubator=world.a.incubator), {"held_on": world.a.committee.held_on})


class TestDeciding:
    def test_marks_keep_the_weight_of_their_day(self, world: IncubationWorld) -> None:
        row = judge(world.a, 4, 3, 2, verdict="favourable")
        assert (row.score, row.state) == (Decimal("62.0"), "submitted")
        criterion = world.a.criteria[0]
        other = criteria.change(criterion, {"weight": 9})
        criterion.refresh_from_db()
        assert (criterion.ended_on, criterion.weight, other.weight) == (TODAY, 4, 9)
        row.refresh_from_db()
        assert row.score == Decimal("62.0")
        assert set(Score.objects.values_list("weight", flat=True)) == {4, 3}

    def test_accepted_the_day_of_the_meeting_and_told(self, world: IncubationWorld) -> None:
        judge(world.a, 5, 5, 5, verdict="favourable")
        committee = committees.close(held(world.a.committee), MINUTES, world.a.manager)
        row = Candidature.objects.select_related("project").get(pk=world.a.candidature.pk)
        assert (committee.state, row.state, row.decided_on) == ("closed", "favourable", TODAY)
        assert row.project.state == ProjectState.ACCEPTED
        assert Ledger.objects.filter(notice="incubation.candidature_decided").count() == 1
        assert queries.rank_of(row) == (1, 1)
        with pytest.raises(ValidationError, match="not open any more"):
            committees.close(world.a.committee, MINUTES, world.a.manager)

    def test_refused_with_a_reason_the_project_goes_on(self, world: IncubationWorld) -> None:
        judge(world.a, 1, 1, 1, verdict="refused", reason="Pas de marché.")
        committees.close(held(world.a.committee), MINUTES, world.a.manager)
        row = Candidature.objects.select_related("project").get(pk=world.a.candidature.pk)
        assert (row.state, row.project.state) == ("refused", "followed")
        assert candidatures.begin(row.project).state == CandidatureState.DRAFT

    def test_reserves_are_lifted_or_not(self, world: IncubationWorld) -> None:
        for side in (world.a, world.b):
            judge(side, 3, 3, 3, verdict="reserved", reserves="Trouver un associé.")
            committees.close(held(side.committee), MINUTES, side.manager)
        lifted = candidatures.lift_reserves(world.a.candidature, world.a.manager)
        assert lifted.state == CandidatureState.FAVOURABLE
        with pytest.raises(ValidationError, match="Say why"):
            candidatures.refuse_reserved(world.b.candidature, " ", world.b.manager)
        refused = candidatures.refuse_reserved(world.b.candidature, "Rien n’est fait.", world.b.manager)
        refused.project.refresh_from_db()
        assert (refused.state, refused.project.state) == ("refused", "followed")

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, "say what the committee decides"),
            ({"verdict": "reserved"}, "which reserves"),
            ({"verdict": "refused"}, "say why"),
        ],
    )
    def test_nothing_is_half_decided(self, world: IncubationWorld, values: dict[str, str], said: str) -> None:
        side = world.a
        judge(side, 3, 3, 3, **values)
        whole = make_project(side.incubator, make_person(88), "Décidé")
        move(whole, "applying")
        other = make_draft(whole, committee=side.committee, verdict="favourable")
        move(other, "submitted", submitted_on=TODAY)
        for one in side.criteria:
            Score.objects.create(candidature=other, criterion=one, mark=5, weight=one.weight)
        with pytest.raises(ValidationError, match=said):
            committees.close(held(side.committee), MINUTES, side.manager)
        other.refresh_from_db()
        side.committee.refresh_from_db()
        assert (other.state, side.committee.state, side.committee.members) == ("submitted", "planned", "")

    def test_a_mark_for_each_criterion_in_use(self, world: IncubationWorld) -> None:
        judge(world.a, 3, 3, 3, verdict="favourable")
        Criterion.objects.create(incubator=world.a.incubator, label="Nouveau", weight=1, order=9)
        with pytest.raises(ValidationError, match="each criterion in use"):
            committees.close(held(world.a.committee), MINUTES, world.a.manager)

    def test_not_before_it_is_held_nor_without_members(self, world: IncubationWorld) -> None:
        judge(world.a, 3, 3, 3, verdict="favourable")
        with pytest.raises(ValidationError, match="to come") as refusal:
            committees.close(world.a.committee, {"members": " \n"}, world.a.manager)
        assert any("members present" in one for one in refusal.value.messages)

    def test_a_criterion_without_marks_is_deleted_one_with_marks_is_kept(
        self, world: IncubationWorld
    ) -> None:
        judge(world.a, 3, 3, 3)
        criteria.end(world.a.criteria[0])
        assert Criterion.objects.get(pk=world.a.criteria[0].pk).ended_on == TODAY
        unused = criteria.add(world.a.incubator, {"label": "Rien", "weight": 1, "order": 5})
        criteria.end(unused)
        assert not Criterion.objects.filter(pk=unused.pk).exists()
        with pytest.raises(ValidationError):
            criteria.add(world.a.incubator, {"label": "Trop", "weight": 11})

    def test_an_erased_holder_waits_no_more(self, world: IncubationWorld) -> None:
        erasing.erase_person(world.a.people[1])
        assert queries.agenda_of(world.a.committee) == []


class TestWaitingList:
    def test_by_score_then_by_day(self, world: IncubationWorld) -> None:
        side = world.a
        made = []
        for number, (points, days) in enumerate(((70, 5), (90, 1), (70, 9), (None, 20))):
            project = make_project(side.incubator, make_person(60 + number), f"P{number}")
            row = make_draft(project, score=points, decided_on=TODAY - dt.timedelta(days=days))
            move(row, "submitted", "favourable")
            made.append(row)
        listed = list(queries.waiting_list(side.manager))
        assert [(row.project.title, row.rank) for row in listed] == [
            ("P1", 1),
            ("P2", 2),
            ("P0", 3),
            ("P3", 4),
        ]
        assert queries.rank_of(made[0]) == (3, 4)
        assert not queries.waiting_list(world.b.manager).exists()
