"""What is decided of declared hours: checked, validated, rejected, corrected, shared; what companies are told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from croisee.clauses.models import (
    Allocation,
    Commitment,
    CompanyLink,
    Lot,
    ProofKind,
    Statement,
)
from croisee.clauses.queries import sharing as sharing_queries
from croisee.clauses.queries import statements as queries
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.queries.reached import reached
from croisee.clauses.services import checking, statement_notices
from croisee.clauses.services.correcting import correct, in_proportion
from croisee.clauses.services.erasing_statements import blank_statements
from croisee.clauses.services.sharing import share
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import personal_data
from tests.clauses_world import (
    ClausesWorld,
    first_of_month,
    make_assignment,
    make_lot,
    make_participant,
    make_statement,
)
from tests.foundation.test_notices import Inbox, inbox, work
from tests.world import TODAY

__all__ = ["inbox"]
pytestmark = pytest.mark.django_db
SHEET = ProofKind.TIMESHEET


def with_proof(row: Statement, content: bytes = b"%PDF-1.7") -> Statement:
    """Give a statement a file of its own."""
    row.proof = ContentFile(content + str(row.pk).encode(), name="proof.pdf")
    row.save()
    return row


def states(*rows: Statement) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [str(row.state) for row in rows]


def done(lot: Lot) -> Decimal:
    return with_balance(Lot.objects.filter(pk=lot.pk), TODAY).get().done


# Deciding


def test_many_are_validated_at_once_and_count(world: ClausesWorld) -> None:
    sent = [with_proof(row) for row in world.statements[1:3]]
    decided = checking.validate([row.pk for row in sent], world.facilitateur)
    assert (len(decided.moved), decided.met, decided.held) == (2, [], [])
    assert decided.hours == Decimal("271.67")
    assert states(*sent) == ["validated", "validated"]
    assert done(world.lot) == Decimal("391.67")
    assert {row.decided_by for row in sent} == {world.facilitateur}
    assert all(row.decided_at and not row.accepted_because for row in sent)


def test_what_is_odd_is_held_back_until_a_reason_is_written(world: ClausesWorld) -> None:
    clean, odd = with_proof(world.statements[1]), world.statements[2]
    Statement.objects.filter(pk=odd.pk).update(proof_kind=ProofKind.NONE)
    both = [clean.pk, odd.pk]
    decided = checking.validate(both, world.facilitateur)
    assert [row.pk for row in decided.moved] == [clean.pk]
    [(held, anomalies)] = decided.held
    assert held.pk == odd.pk
    assert anomalies[0].code == "no_proof"
    again = checking.validate(both, world.facilitateur, because="Attestation vue sur place")
    assert [row.pk for row in again.moved] == [odd.pk]
    assert [row.pk for row, _why in again.met] == [clean.pk]
    odd.refresh_from_db()
    clean.refresh_from_db()
    assert (odd.accepted_because, clean.accepted_because) == ("Attestation vue sur place", "")


def test_hundreds_are_validated_in_a_bounded_number_of_queries(
    world: ClausesWorld, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    commitment = make_lot(world.operation, "Grand lot", world.companies[0], hours=90_000)
    rows = []
    for number in range(40):
        person = make_participant(100 + number)
        assignment = make_assignment(commitment, person, world.companies[0])
        rows.append(with_proof(make_statement(assignment, first_of_month(-2), "70", state="sent")))
    with django_assert_max_num_queries(34):
        decided = checking.validate([row.pk for row in rows], world.facilitateur)
    assert len(decided.moved) == 40
    assert done(commitment.clause.lot) == 2800


def test_what_was_sent_again_since_the_page_was_read_is_left(world: ClausesWorld) -> None:
    row, seen = with_proof(world.statements[1]), timezone.now()
    Statement.objects.filter(pk=row.pk).update(sent_at=seen + dt.timedelta(seconds=1))
    decided = checking.validate([row.pk], world.facilitateur, seen_at=seen)
    assert decided.moved == []
    assert "again" in decided.met[0][1] or "nouveau" in decided.met[0][1]
    assert states(row) == ["sent"]


@pytest.mark.parametrize("state", ["draft", "validated", "rejected"])
def test_what_happened_meanwhile_is_told(world: ClausesWorld, state: str) -> None:
    row = make_statement(world.assignments[0], first_of_month(-1), "35", state=state)
    for verb in (
        lambda: checking.validate([row.pk], world.facilitateur),
        lambda: checking.check([row.pk], world.facilitateur),
        lambda: checking.reject([row.pk], "Trop tard", world.facilitateur),
    ):
        decided = verb()
        assert decided.moved == []
        assert decided.met[0][1]
    assert states(row) == [state]


def test_checked_then_validated(world: ClausesWorld) -> None:
    row = with_proof(world.statements[1])
    assert len(checking.check([row.pk], world.facilitateur).moved) == 1
    assert states(row) == ["checked"]
    assert len(checking.validate([row.pk], world.colleague).moved) == 1
    assert states(row) == ["validated"]


def test_companies_and_buyers_decide_nothing(world: ClausesWorld) -> None:
    row = world.statements[1]
    with pytest.raises(TransitionRefused):
        checking.validate([row.pk], world.employers[0], because="Je suis sûr")
    with pytest.raises(TransitionRefused):
        checking.reject([row.pk], "Non", world.employers[0])
    assert checking.validate([row.pk], world.employers[1]).moved == []  # it does not even see it
    assert checking.validate([row.pk], world.buyer).moved == []
    assert states(row) == ["sent"]


def test_what_nobody_shared_counts_for_its_own_lot(world: ClausesWorld) -> None:
    row = with_proof(world.statements[1])
    Allocation.objects.filter(statement=row).delete()
    checking.validate([row.pk], world.facilitateur)
    [part] = row.allocations.all()
    assert (part.commitment, part.hours) == (world.commitments[0], 120)


def test_a_lot_completed_is_said_once(world: ClausesWorld) -> None:
    world.clause.hours_due = 300
    world.clause.save()
    rows = [with_proof(row) for row in world.statements[1:3]]
    first = checking.validate([rows[0].pk], world.facilitateur)
    assert first.completed == []
    assert not reached(Lot.objects.all(), TODAY).exists()
    second = checking.validate([rows[1].pk], world.facilitateur)
    assert [lot.pk for lot in second.completed] == [world.lot.pk]
    assert list(reached(Lot.objects.all(), TODAY)) == [world.lot]
    row = with_proof(make_statement(world.assignments[0], first_of_month(-1), "10", state="sent"))
    assert checking.validate([row.pk], world.facilitateur).completed == []


# Rejecting


def test_a_company_is_told_once_for_all_that_is_rejected(world: ClausesWorld, inbox: Inbox) -> None:
    Commitment.objects.filter(pk=world.commitments[0].pk).update(contact_email=world.employers[0].email)
    rows = world.statements[1:3]
    decided = checking.reject([row.pk for row in rows], "Le justificatif manque.", world.facilitateur)
    assert states(*rows) == ["rejected", "rejected"]
    assert len(decided.moved) == 2
    owed = Ledger.objects.get(notice="clauses.hours_rejected")
    assert owed.key.startswith(str(world.commitments[0].pk))
    assert "Nom" not in str(owed.context)
    work()
    [mail] = inbox.mails
    text = mail.get_body("plain").get_content()
    assert mail["To"] == world.employers[0].email
    assert "Le justificatif manque." in text
    assert "Prénom1 N." in text
    assert "Nom1" not in text
    assert "120\u00a0h" in text
    assert "151,67\u00a0h" in text
    assert "/clauses/releves/" in text
    assert queries.to_correct(world.employers[0]).count() == 2
    assert queries.to_correct(world.employers[1]).count() == 0


def test_a_contact_without_an_account_gets_a_link(world: ClausesWorld, inbox: Inbox) -> None:
    checking.reject([world.statements[1].pk], "Illisible.", world.facilitateur)
    assert Ledger.objects.filter(notice="clauses.hours_rejected").count() == 2
    work()
    by_contact = next(mail for mail in inbox.mails if mail["To"] == world.commitments[0].contact_email)
    assert "/clauses/lien/" in by_contact.get_body("plain").get_content()
    assert world.commitments[0].links.count() == 1


def test_a_former_contact_gets_no_link_with_the_reason(world: ClausesWorld, inbox: Inbox) -> None:
    checking.reject([world.statements[1].pk], "Illisible.", world.facilitateur)
    Commitment.objects.update(contact_email="suite@example.org")
    work()
    assert [mail["To"] for mail in inbox.mails] == [world.employers[0].email]
    assert not CompanyLink.objects.exists()


def test_an_address_that_came_back_is_not_written_to(world: ClausesWorld) -> None:
    Commitment.objects.update(contact_bounced_at=timezone.now())
    checking.reject([world.statements[1].pk], "Illisible.", world.facilitateur)
    assert Ledger.objects.get(notice="clauses.hours_rejected").account == world.employers[0]


def test_what_is_corrected_before_the_e_mail_leaves_is_not_asked_for(
    world: ClausesWorld, inbox: Inbox
) -> None:
    row = world.statements[1]
    checking.reject([row.pk], "Illisible.", world.facilitateur)
    correct(row, Decimal(110), proof_kind=SHEET, proof=None, account=world.employers[0], send=True)
    work()
    assert inbox.mails == []


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_a_rejection_has_a_reason(world: ClausesWorld, why: str) -> None:
    with pytest.raises(ValidationError):
        checking.reject([world.statements[1].pk], why, world.facilitateur)
    assert states(world.statements[1]) == ["sent"]


def test_a_company_is_told_each_month_what_was_validated(world: ClausesWorld, inbox: Inbox) -> None:
    month = first_of_month(-1)
    inside = timezone.make_aware(dt.datetime.combine(month, dt.time(12)))
    Statement.objects.filter(pk=world.statements[0].pk).update(decided_at=inside)
    morning = timezone.make_aware(dt.datetime.combine(first_of_month(), dt.time(7)))
    assert statement_notices.tell_validated(morning + dt.timedelta(days=9)) == 0
    assert statement_notices.tell_validated(morning) == 2  # the account, and the contact
    assert statement_notices.tell_validated(morning + dt.timedelta(days=1)) == 0
    work()
    mail = next(mail for mail in inbox.mails if mail["To"] == world.employers[0].email)
    text = mail.get_body("plain").get_content()
    assert "Peinture du groupe scolaire" in text
    assert "120\u00a0h" in text
    assert "833\u00a0h" in text


# Correcting


def test_a_correction_takes_the_place_of_validated_hours_once_validated(world: ClausesWorld) -> None:
    old = world.statements[0]
    other = make_lot(world.operation, "Sols", world.companies[1])
    new = correct(
        old, Decimal(90), proof_kind=SHEET, proof=None, account=world.employers[0], note="Absence", send=True
    )
    assert (new.version, new.corrects_id, new.state, new.declared_by) == (
        2,
        old.pk,
        "sent",
        world.employers[0],
    )
    assert done(world.lot) == 120  # the old version counts until then
    share(new, {world.commitments[0].pk: Decimal(60), other.pk: Decimal(30)}, world.facilitateur)
    checking.validate([new.pk], world.facilitateur, because="Vu")
    assert states(old, new) == ["corrected", "validated"]
    assert (done(world.lot), done(other.clause.lot)) == (60, 30)
    history = queries.versions(new, world.facilitateur)
    assert [one.statement.version for one in history] == [2, 1]
    assert history[0].hours_difference == -30
    third = correct(new, Decimal(45), proof_kind=SHEET, proof=None, account=world.facilitateur, send=True)
    parts = {row.commitment_id: row.hours for row in third.allocations.all()}
    assert parts == {world.commitments[0].pk: 30, other.pk: 15}


def test_a_correction_of_a_correction_that_was_rejected_replaces_what_counts(world: ClausesWorld) -> None:
    first = world.statements[0]
    second = correct(first, Decimal(99), proof_kind=SHEET, proof=None, account=world.employers[0], send=True)
    checking.reject([second.pk], "Illisible", world.facilitateur)
    assert states(first, second) == ["validated", "rejected"]
    third = correct(second, Decimal(98), proof_kind=SHEET, proof=None, account=world.employers[0], send=True)
    checking.validate([third.pk], world.facilitateur, because="Vu")
    assert states(first, second, third) == ["corrected", "corrected", "validated"]
    assert done(world.lot) == 98


def test_one_version_is_corrected_once(world: ClausesWorld) -> None:
    old = world.statements[0]
    correct(old, Decimal(90), proof_kind=SHEET, proof=None, account=world.employers[0])
    with pytest.raises(ValidationError) as refused:
        correct(old, Decimal(80), proof_kind=SHEET, proof=None, account=world.facilitateur)
    assert "2" in refused.value.messages[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(assignment=old.assignment, month=old.month, version=2, hours=1, corrects=old)


@pytest.mark.parametrize("hours", ["-1", "744.01"])
def test_hours_of_a_correction_fit_a_month(world: ClausesWorld, hours: str) -> None:
    with pytest.raises(ValidationError):
        correct(world.statements[0], Decimal(hours), proof_kind=SHEET, proof=None, account=world.employers[0])


def test_who_may_not_correct(world: ClausesWorld) -> None:
    for account in (world.buyer, world.official):
        with pytest.raises(TransitionRefused):
            correct(world.statements[0], Decimal(1), proof_kind=SHEET, proof=None, account=account)
    for row, account in (
        (world.statements[0], world.employers[1]),
        (world.statements[1], world.employers[0]),
    ):
        with pytest.raises(ValidationError):  # another company's; not decided yet
            correct(row, Decimal(1), proof_kind=SHEET, proof=None, account=account)


def test_validated_hours_are_locked_whatever_the_way(world: ClausesWorld) -> None:
    row = world.statements[0]
    for change in (
        lambda: Statement.objects.filter(pk=row.pk).update(hours=1),
        lambda: Allocation.objects.filter(statement=row).update(hours=1),
        lambda: Allocation.objects.filter(statement=row).delete(),
    ):
        with pytest.raises(Exception, match=r"locked|more hours counted|Cannot update"), transaction.atomic():
            change()


def test_the_proof_is_kept_by_a_correction_of_the_same_kind(world: ClausesWorld) -> None:
    row = with_proof(world.statements[0])
    assert len(row.proof_digest) == 64
    same = correct(row, Decimal(90), proof_kind=SHEET, proof=None, account=world.employers[0])
    assert (same.proof.name, same.proof_digest) == (row.proof.name, row.proof_digest)


CENTS = st.integers(0, 74_400).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(CENTS, min_size=1, max_size=6), CENTS, CENTS)
def test_shares_are_kept_in_proportion(parts: list[Decimal], more: Decimal, after: Decimal) -> None:
    shares = {uuid4(): part for part in parts}
    total = sum(parts, Decimal(0))
    before = total + more
    found = in_proportion(shares, before, after)
    assert set(found) == set(shares)
    if not total:
        assert not any(found.values())
        return
    for key, share_ in shares.items():
        assert abs(found[key] - share_ * after / before) <= Decimal("0.01")
        assert found[key] >= 0
    summed = sum(found.values(), Decimal(0))
    assert summed == after if not more else summed <= after


# Sharing between lots


def test_hours_are_shared_and_never_more_than_worked(world: ClausesWorld) -> None:
    row = world.statements[1]
    other = make_lot(world.operation, "Sols", world.companies[1])
    parts = {world.commitments[0].pk: Decimal(70), other.pk: Decimal("50.01")}
    with pytest.raises(ValidationError):
        share(row, parts, world.facilitateur)
    share(row, {**parts, other.pk: Decimal(50)}, world.facilitateur)
    share(row, {world.commitments[0].pk: Decimal(10), other.pk: Decimal(110)}, world.facilitateur)
    with_proof(row)
    checking.validate([row.pk], world.facilitateur)
    assert done(world.lot) == 120 + 10
    assert done(other.clause.lot) == 110
    assert sharing_queries.pooled_hours(other.clause.lot).received == 110
    assert sharing_queries.pooled_hours(world.lot).given == 110
    with pytest.raises(ValidationError):  # locked
        share(row, parts, world.facilitateur)


@pytest.mark.parametrize("part", ["-1", "0.001"])
def test_parts_are_hours(world: ClausesWorld, part: str) -> None:
    with pytest.raises(ValidationError):
        share(world.statements[1], {world.commitments[0].pk: Decimal(part)}, world.facilitateur)


def test_only_facilitateurs_share_and_only_between_lots_there_are(world: ClausesWorld) -> None:
    for account in (world.employers[0], world.buyer):
        with pytest.raises(TransitionRefused):
            share(world.statements[1], {world.commitments[0].pk: Decimal(1)}, account)
    with pytest.raises(ValidationError):
        share(world.statements[1], {uuid4(): Decimal(1)}, world.facilitateur)


class Model:
    """What sharing does, in a few lines: each statement's parts, and what counts."""

    def __init__(self, hours: dict[UUID, Decimal]) -> None:
        self.hours, self.parts, self.locked = hours, {key: {} for key in hours}, set()

    def share(self, key: UUID, parts: dict[UUID, Decimal]) -> bool:
        if key in self.locked or sum(parts.values()) > self.hours[key]:
            return False
        self.parts[key] = {lot: part for lot, part in parts.items() if part}
        return True

    def done(self, lot: UUID) -> Decimal:
        return sum((self.parts[key].get(lot, Decimal(0)) for key in self.locked), Decimal(0))


STEP = st.one_of(
    st.tuples(st.just("share"), st.integers(0, 2), st.lists(st.integers(0, 90), min_size=3, max_size=3)),
    st.tuples(st.just("validate"), st.integers(0, 2), st.just([])),
)


def test_no_hour_counts_twice_whatever_is_shared(world: ClausesWorld) -> None:
    lots = [make_lot(world.operation, f"Lot {n}", world.companies[n % 2], hours=5_000) for n in range(3)]
    people = [make_participant(50 + n) for n in range(3)]
    rows = [
        with_proof(
            make_statement(
                make_assignment(lots[n], people[n], world.companies[0]), first_of_month(-2), "120", "sent"
            )
        )
        for n in range(3)
    ]

    @settings(max_examples=25)
    @given(st.lists(STEP, max_size=8))
    def tried(steps: list[tuple[str, int, list[int]]]) -> None:
        model = Model({row.pk: row.hours for row in rows})
        for row in rows:
            model.share(row.pk, {row.assignment.commitment_id: row.hours})
        before = transaction.savepoint()
        for what, number, numbers in steps:
            row = rows[number]
            if what == "validate":
                checking.validate([row.pk], world.facilitateur, because="Essai")
                if not model.parts[row.pk]:  # nothing shared: all for its own lot
                    model.share(row.pk, {row.assignment.commitment_id: row.hours})
                model.locked.add(row.pk)
                continue
            parts = {lot.pk: Decimal(part) for lot, part in zip(lots, numbers, strict=True)}
            try:
                share(row, parts, world.facilitateur)
            except ValidationError:
                assert not model.share(row.pk, parts)
            else:
                assert model.share(row.pk, parts)
        for lot in lots:
            assert done(lot.clause.lot) == model.done(lot.pk)
        total = sum(done(lot.clause.lot) for lot in lots)
        assert total <= sum(row.hours for row in rows if row.pk in model.locked)
        transaction.savepoint_rollback(before)

    tried()


def test_lots_that_miss_hours_are_suggested(world: ClausesWorld) -> None:
    row = world.statements[1]
    own = make_lot(world.operation, "Autre chantier", world.companies[0], hours=100)
    finished = make_lot(world.operation, "Déjà fait", world.companies[1], hours=0)
    closed = make_lot(world.operation, "Pas encore attribué", world.companies[1], state="published")
    for_others = make_lot(world.operation, "Réservé TH", world.companies[1])
    for_others.clause.publics = ["th"]
    for_others.clause.save()
    found = sharing_queries.suggested(row, TODAY, [world.commitments[0].pk])
    assert [one.pk for one in found] == [own.pk, world.commitments[1].pk]
    assert {finished.pk, closed.pk, for_others.pk}.isdisjoint({one.pk for one in found})
    [looked] = sharing_queries.found("armor nettoyage", TODAY)
    assert looked.pk == world.commitments[1].pk
    [counted] = sharing_queries.shared(row, TODAY)
    assert (counted.pk, counted.counted) == (world.commitments[0].pk, 120)


# Personal data


def test_erasing_takes_what_nothing_needs_and_no_hour(
    world: ClausesWorld, django_capture_on_commit_callbacks: object
) -> None:
    validated, sent = with_proof(world.statements[0]), with_proof(world.statements[1])
    Statement.objects.filter(pk__in=[validated.pk, sent.pk]).update(note="Prénom1 était absent")
    rows = Statement.objects.filter(pk__in=[validated.pk, sent.pk])
    name = sent.proof.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert blank_statements(rows) == 2
    validated.refresh_from_db()
    sent.refresh_from_db()
    assert (validated.hours, validated.note, bool(validated.proof)) == (120, "", True)
    assert (sent.hours, sent.note, sent.proof_digest, bool(sent.proof)) == (120, "", "", False)
    assert not validated.proof.storage.exists(name)
    assert validated.proof.storage.exists(validated.proof.name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        blank_statements(rows, today=TODAY + dt.timedelta(days=366 * 11))
    validated.refresh_from_db()
    assert (bool(validated.proof), validated.hours) == (False, 120)


def test_the_rules_of_personal_data_are_announced(world: ClausesWorld) -> None:
    rules = dict(personal_data.items())
    contact = world.participants[0].person.contacts.get()
    contact.account = world.buyer
    contact.save()
    assert rules[Statement].concerns(world.buyer).count() == 2
    assert rules[Allocation].concerns(world.buyer).count() == 2
    assert rules[Statement].export(world.statements[0])["hours"] == 120
    assert rules[Allocation].export(world.statements[0].allocations.get())["hours"] == 120
    with_proof(world.statements[0])
    assert not rules[Statement].retention.expired(TODAY).exists()
    later = TODAY + dt.timedelta(days=366 * 11)
    assert rules[Statement].retention.expired(later).get() == world.statements[0]


def test_a_draft_goes_with_its_file(world: ClausesWorld, django_capture_on_commit_callbacks: object) -> None:
    row = with_proof(world.statements[3])
    storage, name = row.proof.storage, row.proof.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        row.delete()
    assert not storage.exists(name)
