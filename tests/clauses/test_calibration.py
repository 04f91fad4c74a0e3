"""Setting clauses: what is written, what is refused, who is told; two people at once."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone, translation

from croisee.clauses.models import (
    Clause,
    ClauseKind,
    ContactLog,
    ContractNature,
    Criterion,
    ExceptionReason,
    Lot,
    LotState,
)
from croisee.clauses.obligation import Answer
from croisee.clauses.proposing import Filling, proposed, version_for
from croisee.clauses.queries import calibration as queries
from croisee.clauses.queries import obligation as obligations
from croisee.clauses.queries.operations import steered
from croisee.clauses.services import calibration as services
from croisee.clauses.services.calibration import Begun, ClauseValues
from croisee.directory.rome import Trade
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.notices.models import Ledger
from tests.clauses.calibration_lots import study_lot
from tests.clauses_world import ClausesWorld, make_clauses_world

D = Decimal
TODAY = timezone.localdate()


@pytest.fixture
def lot(world: ClausesWorld) -> Lot:
    return study_lot(world)


def values(lot: Lot, kind: ClauseKind = ClauseKind.EXECUTION, **changes: object) -> ClauseValues:
    """A clause of 5 % at 50 % of labour and 30 € an hour, on the amount of the lot."""
    known = queries.figures(lot.trade, TODAY)
    made = queries.calculation(
        known,
        amount=None if lot.contract.framework else D(1_000_000),
        labour_share=D(50),
        rate=D(5),
        cost=D(30),
    )
    return ClauseValues(**({"kind": kind, "calculation": made} | changes))  # type: ignore[arg-type]


def test_a_clause_is_written_with_its_trace_and_the_lot_is_calibrated(world: ClausesWorld, lot: Lot) -> None:
    clause = services.save_clause(lot, world.buyer, values(lot, penalty_per_hour=D(50), wording=" Texte. "))
    lot.refresh_from_db()
    assert (lot.state, clause.hours_due, clause.wording) == (LotState.CALIBRATED, D(833), "Texte.")
    trace = queries.trace_of(Lot.objects.get(pk=lot.pk))
    assert trace is not None
    assert trace.hours == 833
    assert [factor.to_confirm for factor in trace.factors] == [False, True, True, True]
    assert trace.labour_share.source == "guides des facilitateurs de clauses sociales"
    assert StateChange.objects.get(object_id=lot.pk).account == world.buyer


def test_a_framework_gets_a_ratio(world: ClausesWorld) -> None:
    lot = study_lot(world, framework=True)
    clause = services.save_clause(lot, world.facilitateur, values(lot))
    assert (clause.hours_due, clause.hours_per_keuro) == (None, D("0.833"))


def test_other_hours_need_a_reason_that_the_trace_keeps(world: ClausesWorld, lot: Lot) -> None:
    with pytest.raises(ValidationError) as refused:
        services.save_clause(lot, world.buyer, values(lot, hours=D(900)))
    assert set(refused.value.message_dict) == {"why_other_hours"}
    clause = services.save_clause(lot, world.buyer, values(lot, hours=D(900), why_other_hours="arrondi"))
    assert (clause.hours_due, clause.calibration["kept"], clause.calibration["why"]) == (
        D(900),
        "900",
        "arrondi",
    )
    assert clause.calibration["result"] == "833"


def test_a_second_calibration_replaces_the_first_and_a_stale_page_does_not(
    world: ClausesWorld, lot: Lot
) -> None:
    seen = services.stamp_of(lot)
    services.save_clause(lot, world.buyer, values(lot), seen=seen)
    fresh = Lot.objects.get(pk=lot.pk)
    with pytest.raises(ValidationError):
        services.save_clause(
            fresh, world.facilitateur, values(lot, hours=D(1), why_other_hours="x"), seen=seen
        )
    services.decide_exception(
        fresh,
        world.facilitateur,
        reason=ExceptionReason.NO_LINK,
        text="Achat de licences.",
        seen=services.stamp_of(fresh),
    )
    clause = Clause.objects.get(lot=lot)
    assert (clause.kind, clause.hours_due, clause.exception_by) == (
        ClauseKind.EXCEPTION,
        None,
        world.facilitateur,
    )
    assert clause.exception_on == TODAY
    services.save_clause(Lot.objects.get(pk=lot.pk), world.buyer, values(lot))
    clause.refresh_from_db()
    assert (clause.exception_reason, clause.exception_text, clause.exception_by) == ("", "", None)


def test_a_published_lot_is_not_changed(world: ClausesWorld) -> None:
    with pytest.raises(ValidationError):
        services.save_clause(world.lot, world.buyer, values(world.lot))
    with pytest.raises(ValidationError):
        services.decide_exception(world.lot, world.buyer, reason=ExceptionReason.NO_LINK, text="x")


def test_another_buyer_writes_nothing(world: ClausesWorld, lot: Lot) -> None:
    with pytest.raises(ValidationError):
        services.save_clause(lot, world.employers[0], values(lot))
    assert not Clause.objects.filter(lot=lot).exists()


def test_exceptions_have_a_reason_that_fits_and_an_explanation(world: ClausesWorld, lot: Lot) -> None:
    def decide(reason: str, text: str = "Parce que.") -> None:
        services.decide_exception(Lot.objects.get(pk=lot.pk), world.buyer, reason=reason, text=text)

    for reason, text, names in (("", "x", "reason"), (ExceptionReason.NO_LINK, "  ", "text")):
        with pytest.raises(ValidationError) as refused:
            decide(reason, text)
        assert set(refused.value.message_dict) == {names}
    type(lot.contract).objects.filter(pk=lot.contract_id).update(months=12)
    with pytest.raises(ValidationError) as refused:
        decide(ExceptionReason.SHORT_WORKS)
    assert set(refused.value.message_dict) == {"reason"}
    type(lot.contract).objects.filter(pk=lot.contract_id).update(months=5)
    decide(ExceptionReason.SHORT_WORKS)


def test_an_award_criterion_alone_is_no_condition_where_one_is_due(world: ClausesWorld) -> None:
    due = study_lot(world, estimate=6_000_000, consulted_on=dt.date(2026, 9, 1))
    with pytest.raises(ValidationError) as refused:
        services.save_clause(due, world.buyer, values(due, ClauseKind.CRITERION))
    assert set(refused.value.message_dict) == {"kind"}
    free = study_lot(world, estimate=100_000, consulted_on=dt.date(2026, 9, 1))
    clause = services.save_clause(free, world.buyer, values(free, ClauseKind.CRITERION))
    assert (clause.hours_due, clause.calibration) == (None, {})


def test_residence_is_never_the_only_way_in(world: ClausesWorld, lot: Lot) -> None:
    with pytest.raises(ValidationError) as refused:
        services.save_clause(lot, world.buyer, values(lot, publics=[Criterion.QPV]))
    assert set(refused.value.message_dict) == {"publics"}
    services.save_clause(lot, world.buyer, values(lot, publics=[Criterion.QPV, Criterion.RSA]))


def test_a_reserved_contract_says_half_at_least(world: ClausesWorld, lot: Lot) -> None:
    with pytest.raises(ValidationError):
        services.save_clause(lot, world.buyer, values(lot, ClauseKind.RESERVED, reserved_share=49))
    clause = services.save_clause(lot, world.buyer, values(lot, ClauseKind.RESERVED, reserved_share=50))
    assert clause.reserved_share == 50


def test_the_facilitateur_is_told_that_help_is_asked(world: ClausesWorld, lot: Lot) -> None:
    assert services.ask_facilitateur(lot, world.buyer, "Quel taux ?") == 2
    entry = ContactLog.objects.get(contract=lot.contract)
    assert "Quel taux ?" in entry.text
    assert entry.next_on == TODAY
    lot.contract.operation.facilitateur = world.facilitateur
    assert services.ask_facilitateur(lot, world.buyer, "Et la pénalité ?") == 1
    told = Ledger.objects.filter(notice="clauses.help_asked").values_list("account__email", flat=True)
    assert sorted(told) == ["collegue@example.org", "facilitateur@example.org", "facilitateur@example.org"]
    with pytest.raises(ValidationError):
        services.ask_facilitateur(lot, world.buyer, "  ")


def test_an_operation_is_made_of_a_calculation(world: ClausesWorld) -> None:
    begun = Begun(
        "Gymnase", world.metropolis, Trade.MASONRY, ContractNature.WORKS, amount=D(2_000_000), months=10
    )
    lot = services.begin(world.buyer, begun)
    assert (lot.state, lot.amount, lot.contract.estimate) == (LotState.STUDY, D(2_000_000), D(2_000_000))
    assert lot.contract.operation.facilitateur is None
    with pytest.raises(ValidationError):
        services.begin(world.buyer, begun)
    with pytest.raises(ValidationError):
        services.begin(world.buyer, Begun("Autre", world.companies[0], Trade.MASONRY, ContractNature.WORKS))


# The obligation, of many


def test_the_condition_in_sql_says_what_the_words_say(world: ClausesWorld) -> None:
    days = [
        None,
        *(dt.date.fromisoformat(day) for day in ("2026-08-21", "2026-08-22", "2027-12-31", "2028-01-01")),
    ]
    natures = (
        (ContractNature.WORKS, 5_404_000),
        (ContractNature.SUPPLIES_SERVICES, 216_000),
        (ContractNature.STATE_SUPPLIES_SERVICES, 140_000),
    )
    for on in days:
        for nature, threshold in natures:
            for estimate in (None, threshold - 1, threshold):
                study_lot(world, estimate=estimate, consulted_on=on, nature=nature)
    rules = obligations.rules()
    today = dt.date(2026, 11, 29)
    lots = Lot.objects.select_related("contract")
    said = {lot.pk for lot in lots if rules.of_contract(lot.contract, today).answer == Answer.OBLIGATORY}
    assert set(obligations.obliged(lots, rules, today).values_list("pk", flat=True)) == said
    assert len(said) == 9


def test_those_without_a_condition(world: ClausesWorld, lot: Lot) -> None:
    mine = steered(Lot, world.buyer)
    assert list(obligations.without_condition(mine)) == [lot]
    Clause.objects.create(lot=lot, kind=ClauseKind.CRITERION)
    assert list(obligations.without_condition(mine)) == [lot]
    Clause.objects.filter(lot=lot).update(kind=ClauseKind.EXECUTION, hours_due=1)
    assert list(obligations.without_condition(mine)) == []


# The wording


@pytest.mark.parametrize("kind", [kind for kind in ClauseKind if kind != ClauseKind.EXCEPTION])
@pytest.mark.parametrize("framework", [False, True])
def test_each_kind_has_a_wording_that_is_whole_and_asks_for_no_residence(
    world: ClausesWorld, kind: ClauseKind, framework: bool
) -> None:
    lot = study_lot(world, framework=framework)
    filling = Filling(
        kind,
        hours=None if framework else D(833),
        per_keuro=D("0.833") if framework else None,
        penalty_per_hour=D(50),
        reserved_share=50,
    )
    with translation.override("en"):
        text = proposed(lot, filling, TODAY)
    assert lot.title in text
    assert "{{" not in text
    assert "{%" not in text
    assert "\n\n\n" not in text
    assert len(text) <= 8000
    assert "doivent résider" not in text
    assert "quartier prioritaire" not in text
    if kind != ClauseKind.CRITERION:
        assert ("0,833" if framework else "833\N{NO-BREAK SPACE}heures") in text
        assert "50\N{NO-BREAK SPACE}€" in text
        for word in ("Facilitateur", "Globalisation", "Pénalités", "jamais une condition"):
            assert word in text


def test_a_title_is_text_in_a_wording(world: ClausesWorld) -> None:
    lot = study_lot(world, title="Murs & {{ toits }}")
    assert "Murs & {{ toits }}" in proposed(lot, Filling(ClauseKind.EXECUTION, hours=D(10)), TODAY)


def test_the_wording_is_that_of_the_day_of_the_consultation() -> None:
    assert version_for(dt.date(2020, 1, 1)) == version_for(dt.date(2030, 1, 1)) == dt.date(2026, 8, 22)


# Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told() -> None:
    world = make_clauses_world()
    lot = study_lot(world)
    seen = services.stamp_of(lot)
    said: list[str] = []
    gate = threading.Barrier(2)

    def save(account: object, hours: int) -> None:
        try:
            gate.wait()
            fresh = Lot.objects.select_related("contract").get(pk=lot.pk)
            services.save_clause(
                fresh,
                account,  # type: ignore[arg-type]
                values(fresh, hours=D(hours), why_other_hours="essai"),
                seen=seen,
            )
            said.append("kept")
        except ValidationError:
            said.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=save, args=one) for one in ((world.buyer, 900), (world.facilitateur, 1000))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["kept", "told"]
    assert Clause.objects.filter(lot=lot).count() == 1
