"""What is written of operations, lots and companies: who may, what is refused and why, what follows."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from pypdf import PdfReader

from croisee.clauses.models import (
    Allocation,
    Channel,
    Clause,
    ClauseKind,
    Commitment,
    ContactLog,
    Contract,
    Lot,
    LotState,
    Operation,
    Order,
    Part,
    Penalty,
    Programme,
    Statement,
)
from croisee.clauses.queries import operations as queries
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.queries.follow_up import of_commitment, of_contract, to_come_back_to
from croisee.clauses.services import alerts, closing, follow_up, penalties
from croisee.clauses.services import operations as services
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.declaration import NoLongerNeeded
from croisee.foundation.notices.messages import written
from croisee.foundation.notices.models import Ledger
from tests.clauses_world import ClausesWorld, make_lot, make_statement, move
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
THIRD = "38012986646850"


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def stranger(world: ClausesWorld) -> Account:
    """Buys for another organisation."""
    other = Organisation.objects.create(name="Autre commune", kind=Kind.COMMUNE)
    return member(Role.BUYER, other, "autre@example.org")


class TestWriting:
    def test_a_buyer_writes_from_the_operation_to_the_company(self, world: ClausesWorld) -> None:
        operation = services.save_operation(
            Operation(name="Médiathèque", buyer=world.metropolis), world.buyer, "1 rue des Essais"
        )
        contract = services.save_contract(
            Contract(operation=operation, title="Gros œuvre", nature="works", framework=True), world.buyer
        )
        lot = services.save_lot(Lot(contract=contract, title="Gros œuvre", trade="masonry"), world.buyer)
        clause = services.save_clause(
            Clause(lot=lot, kind=ClauseKind.EXECUTION, hours_per_keuro=Decimal("1.5")), world.buyer
        )
        made = services.save_commitment(
            Commitment(clause=clause),
            world.buyer,
            f" {THIRD[:3]} {THIRD[3:]} ".replace(" ", ""),
            "Maçons réunis",
        )
        assert (made.organisation.name, made.organisation.siret) == ("Maçons réunis", THIRD)
        services.save_order(Order(lot=lot, reference="BC1", ordered_on=TODAY, amount=40_000), world.buyer)
        assert with_balance(Lot.objects.filter(pk=lot.pk), TODAY).get().due == 60
        with pytest.raises(ValidationError, match="Only a framework has orders"):
            services.save_order(Order(lot=world.lot, reference="1", ordered_on=TODAY, amount=1), world.buyer)

    def test_nobody_writes_in_anothers_contracts(self, world: ClausesWorld, stranger: Account) -> None:
        own = Operation(name="À lui", buyer=world.metropolis)
        with pytest.raises(ValidationError, match="buyers you work for"):
            services.save_operation(own, stranger, "")
        for refused in (
            lambda: services.save_contract(world.contract, stranger),
            lambda: services.save_lot(world.lot, stranger),
            lambda: services.save_clause(world.clause, stranger),
            lambda: services.save_commitment(world.commitments[0], stranger, THIRD, "X"),
            lambda: services.save_lot(
                Lot(contract=world.contract, title="x", trade="other", number="9"), world.employers[0]
            ),
            lambda: services.delete(world.lot, stranger),
            lambda: services.move_lot(world.lot, "abandon", stranger),
        ):
            with pytest.raises(ValidationError, match="not yours"):
                refused()

    def test_what_another_changed_meanwhile_is_not_written_over(self, world: ClausesWorld) -> None:
        seen = world.lot.updated_at - dt.timedelta(seconds=1)
        with pytest.raises(ValidationError, match="Someone else has changed this"):
            services.save_lot(world.lot, world.facilitateur, seen)

    def test_an_exception_has_its_author_and_no_hours(self, world: ClausesWorld) -> None:
        lot = Lot.objects.create(contract=world.contract, number="2", title="Études", trade="studies")
        clause = Clause(
            lot=lot,
            kind=ClauseKind.EXCEPTION,
            hours_due=100,
            exception_reason="short_works",
            exception_text="Trois semaines.",
        )
        services.save_clause(clause, world.buyer)
        assert (clause.exception_by, clause.exception_on, clause.hours_due) == (world.buyer, TODAY, None)
        without_reason = Clause(lot=lot, pk=clause.pk, kind=ClauseKind.EXCEPTION)
        without_reason._state.adding = False
        with pytest.raises(ValidationError, match="reason, an explanation"):
            services.save_clause(without_reason, world.buyer)
        world.clause.kind = ClauseKind.EXCEPTION
        with pytest.raises(ValidationError, match="Companies are committed"):
            services.save_clause(world.clause, world.buyer)

    def test_a_reserved_contract_asks_for_half_at_least(self, world: ClausesWorld) -> None:
        world.clause.kind, world.clause.reserved_share = ClauseKind.RESERVED, 40
        with pytest.raises(ValidationError, match="R2113-7"):
            services.save_clause(world.clause, world.buyer)

    def test_subcontractors_do_not_work_in_a_circle(self, world: ClausesWorld) -> None:
        holder = world.commitments[0]
        sub = services.save_commitment(
            Commitment(clause=world.clause, part=Part.SUBCONTRACTOR, of=holder, hours=100),
            world.facilitateur,
            THIRD,
            "Sous-traitant",
        )
        holder.part, holder.of = Part.SUBCONTRACTOR, sub
        with pytest.raises(ValidationError, match="does not itself work for this one"):
            services.save_commitment(holder, world.facilitateur, holder.organisation.siret)

    def test_a_wrong_siret_is_said(self, world: ClausesWorld) -> None:
        with pytest.raises(ValidationError, match="no SIRET number"):
            services.organisation_of("123")
        with pytest.raises(ValidationError, match="give its name"):
            services.organisation_of(THIRD)


class TestDeleting:
    def test_what_hangs_on_it_is_said(self, world: ClausesWorld) -> None:
        cases = [
            (world.operation, "2 contracts"),
            (world.contract, "1 lot"),
            (world.lot, "1 commitment"),
            (world.commitments[0], "2 assignments"),
        ]
        for row, words in cases:
            with pytest.raises(ValidationError, match=words):
                services.delete(row, world.facilitateur)

    def test_what_nothing_hangs_on_goes(self, world: ClausesWorld) -> None:
        empty = world.commitments[1]
        lot = empty.clause.lot
        services.delete(empty, world.facilitateur)
        services.delete(lot, world.facilitateur)
        services.delete(lot.contract, world.facilitateur)
        assert not Lot.objects.filter(pk=lot.pk).exists()


class TestCompanies:
    def test_a_subcontractors_hours_are_among_those_of_whom_it_works_for(self, world: ClausesWorld) -> None:
        holder = world.commitments[0]
        company = Organisation.objects.create(name="Sous", kind=Kind.EMPLOYER, siret=THIRD)
        sub = Commitment.objects.create(
            clause=world.clause, organisation=company, part=Part.SUBCONTRACTOR, of=holder, hours=100
        )
        move(world.statements[1], "checked", "validated")
        own = Statement.objects.filter(state="sent").first()
        assert own is not None
        Allocation.objects.filter(statement=own).update(commitment=sub)
        move(own, "checked", "validated")
        companies = queries.companies_of(world.clause, TODAY)
        assert [one.commitment.pk for one in companies] == [holder.pk]
        assert companies[0].done == 120 + 120 + Decimal("151.67")
        assert companies[0].subcontractors[0].done == Decimal("151.67")
        assert queries.gap(world.clause, companies, Decimal(833)) == 0

    def test_a_gap_between_companies_and_clause_is_counted(self, world: ClausesWorld) -> None:
        Commitment.objects.filter(pk=world.commitments[0].pk).update(hours=600)
        companies = queries.companies_of(world.clause, TODAY)
        assert queries.gap(world.clause, companies, Decimal(833)) == 233

    def test_the_target_of_urban_renewal_is_followed_apart(self, world: ClausesWorld) -> None:
        assert queries.target_of(world.operation, TODAY) is None
        world.operation.programme = Programme.ANRU_WORKS
        world.operation.save()
        target = queries.target_of(world.operation, TODAY)
        assert target is not None
        assert (target.share, target.done, target.validated) == (5, 120, 120)
        assert target.target == target.worked * 5 / 100 > 0


class TestClosing:
    def test_the_balance_proposes(self, world: ClausesWorld) -> None:
        waits = closing.closing_of(world.lot, TODAY)
        assert (waits.proposed, waits.missing) == (closing.PARTIAL, 713)
        Statement.objects.filter(state="sent").update(state="rejected")
        assert closing.closing_of(world.lot, TODAY).proposed == closing.PENALISED
        Clause.objects.filter(pk=world.clause.pk).update(penalty_per_hour=None)
        assert closing.closing_of(world.lot, TODAY).proposed == closing.PARTIAL
        Clause.objects.filter(pk=world.clause.pk).update(hours_due=100)
        Commitment.objects.filter(pk=world.commitments[0].pk).update(hours=100)
        assert closing.closing_of(world.lot, TODAY).proposed == closing.DONE

    def test_hours_that_are_missing_are_not_called_done(self, world: ClausesWorld) -> None:
        with pytest.raises(ValidationError, match="are missing"):
            closing.close(world.lot, closing.DONE, world.facilitateur)
        world.lot.refresh_from_db()
        assert world.lot.state == LotState.RUNNING
        with pytest.raises(TransitionRefused):
            closing.close(world.lot, closing.PARTIAL, world.buyer)

    def test_a_penalty_is_proposed_notified_answered_decided(self, world: ClausesWorld) -> None:
        closing.close(world.lot, closing.PENALISED, world.facilitateur)
        penalty = Penalty.objects.get()
        assert (penalty.missing, penalty.per_hour, penalty.amount) == (713, 50, 35_650)
        penalties.notify(penalty, world.facilitateur)
        sent = Ledger.objects.filter(notice="clauses.penalty_notified")
        assert {row.address for row in sent} == {
            "entreprise0@example.org",
            world.commitments[0].contact_email,
        }
        penalties.answer(penalty, "Le chantier s’est arrêté.", world.employers[0])
        told = {row.address for row in Ledger.objects.filter(notice="clauses.penalty_answered")}
        assert {"acheteur@example.org", "facilitateur@example.org"} <= told
        with pytest.raises(TransitionRefused):
            penalties.apply(penalty, world.facilitateur)
        with pytest.raises(ValidationError, match="Say why"):
            penalties.waive(penalty, world.buyer, " ")
        penalties.waive(penalty, world.buyer, "Arrêt du chantier.")
        with pytest.raises(ValidationError, match="has decided"):
            penalties.answer(penalty, "Encore.", world.employers[0])
        kinds = {entry.kind for entry in of_commitment(world.commitments[0], [penalty])}
        assert {"note", "automatic", "change"} <= kinds

    def test_a_lot_opened_again_loses_what_was_proposed(self, world: ClausesWorld) -> None:
        closing.close(world.lot, closing.PENALISED, world.facilitateur)
        services.move_lot(world.lot, "reopen", world.facilitateur)
        assert Penalty.objects.get().state == "waived"
        closing.close(world.lot, closing.PENALISED, world.facilitateur)
        penalties.notify(Penalty.objects.get(state="proposed"), world.facilitateur)
        with pytest.raises(ValidationError, match="apply it or waive it"):
            services.move_lot(world.lot, "reopen", world.facilitateur)

    def test_the_amount_is_to_the_cent(self) -> None:
        assert penalties.amount_of(Decimal("12.35"), Decimal("41.50")) == Decimal("512.53")


class TestFollowingUp:
    def test_what_is_noted_comes_back(self, world: ClausesWorld) -> None:
        row = follow_up.note(
            commitment=world.commitments[0],
            channel=Channel.PHONE,
            text="Deux embauches lundi.",
            by=world.facilitateur,
            next_on=TODAY,
        )
        assert list(to_come_back_to(world.facilitateur, TODAY)) == [row]
        assert not to_come_back_to(world.buyer, TODAY)
        assert "Deux embauches lundi." in [entry.text for entry in of_contract(world.contract, [world.lot])]
        with pytest.raises(ValidationError, match="a day to come"):
            follow_up.settle(row, world.colleague, TODAY)
        follow_up.settle(row, world.colleague)
        assert not to_come_back_to(world.facilitateur, TODAY)
        with pytest.raises(ValidationError, match="whoever wrote"):
            follow_up.strike(row, world.colleague)
        follow_up.strike(row, world.facilitateur)
        assert not ContactLog.objects.exists()

    def test_lots_begin_on_their_day_and_their_end_is_told(self, world: ClausesWorld) -> None:
        waiting = make_lot(world.operation, "Attribué", world.companies[1], state="awarded").clause.lot
        assert services.begin_due(timezone.now()) == 1
        waiting.refresh_from_db()
        assert waiting.state == LotState.RUNNING
        assert alerts.tell_of_ended_lots(timezone.now()) == 0
        Lot.objects.filter(pk=world.lot.pk).update(ends_on=TODAY - dt.timedelta(days=1))
        assert alerts.tell_of_ended_lots(timezone.now()) == 2
        assert alerts.tell_of_ended_lots(timezone.now()) == 0
        Operation.objects.filter(pk=world.operation.pk).update(facilitateur=world.colleague)
        Lot.objects.filter(pk=waiting.pk).update(ends_on=TODAY - dt.timedelta(days=2))
        assert alerts.tell_of_ended_lots(timezone.now()) == 1


def test_a_statement_more_is_a_month_more(world: ClausesWorld) -> None:
    make_statement(world.assignments[1], TODAY.replace(day=1), "10", state="validated")
    series = queries.months_of(Allocation.objects.filter(commitment=world.commitments[0]))
    assert [hours for _month, hours in series] == [120, 0, 0, 10]


def test_e_mails_read_well_and_bring_the_letter(world: ClausesWorld) -> None:
    closing.close(world.lot, closing.PENALISED, world.facilitateur)
    penalty = Penalty.objects.get()
    penalties.notify(penalty, world.facilitateur)
    Lot.objects.filter(pk=world.commitments[1].clause.lot_id).update(ends_on=TODAY - dt.timedelta(days=1))
    alerts.tell_of_ended_lots(timezone.now())
    row = Ledger.objects.filter(notice="clauses.penalty_notified").first()
    assert row is not None
    assert "answer_url" not in row.context
    mail = written(row)
    assert "713" in mail.text
    assert "/clauses/penalites/reponse/" in mail.text
    letter = PdfReader(BytesIO(mail.attachments[0].content))
    assert "Peintures Gallo" in letter.pages[0].extract_text()
    penalties.waive(penalty, world.buyer, "Intempéries.")
    assert "Intempéries." in written(Ledger.objects.filter(notice="clauses.penalty_decided")[0]).text
    with pytest.raises(NoLongerNeeded):
        written(row)
    ended = written(Ledger.objects.filter(notice="clauses.lot_ended")[0])
    assert "Nettoyage du groupe scolaire" in ended.subject
    assert "300" in ended.text
