"""Setting the clause of a lot, or the exception, with the calculation; asking the facilitateur for help."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import (
    WITH_HOURS,
    Channel,
    Clause,
    ClauseKind,
    Contract,
    ContractNature,
    Criterion,
    ExceptionReason,
    Lot,
    LotState,
    Operation,
)
from croisee.clauses.notices import calibration as notices
from croisee.clauses.obligation import Answer
from croisee.clauses.queries import obligation as obligations
from croisee.clauses.queries.calibration import OPEN
from croisee.clauses.queries.operations import facilitateurs
from croisee.clauses.services import follow_up, operations
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.clauses.formula import Calculation

SHORT_WORKS_MONTHS = 6


@dataclass(frozen=True)
class ClauseValues:
    """What a clause says. `hours` may differ from what the calculation gives: then `why_other_hours` says why.

    `calculation` without an amount gives hours for 1 000 € ordered; `hours` is then left empty.
    """

    kind: str
    calculation: Calculation | None = None
    hours: Decimal | None = None
    why_other_hours: str = ""
    publics: Sequence[str] = field(default_factory=list)
    penalty_per_hour: Decimal | None = None
    reserved_share: int | None = None
    wording: str = ""


def save_clause(lot: Lot, account: Account, values: ClauseValues, *, seen: str = "") -> Clause:
    """Write the clause of a lot and note the lot as calibrated, in one transaction with the lot locked.

    `seen` is the `stamp_of` the lot that `account` was looking at: what somebody else changed meanwhile is not
    overwritten. Raises ValidationError by field, and TransitionRefused from the lifecycle.
    """
    if values.kind == ClauseKind.EXCEPTION or values.kind not in ClauseKind.values:
        raise ValidationError({"kind": _("Choose how the social consideration enters the contract.")})
    with transaction.atomic():
        kept = _open(lot, seen)
        _check_condition(kept, values.kind)
        _check_publics(values.publics)
        clause = _clause_of(kept)
        clause.kind = values.kind
        clause.publics = list(values.publics)
        clause.penalty_per_hour = values.penalty_per_hour
        clause.reserved_share = values.reserved_share
        clause.wording = values.wording.strip()
        _set_hours(clause, values)
        operations.save_clause(clause, account)
        _note_calibrated(kept, account)
    return clause


def decide_exception(
    lot: Lot, account: Account, *, reason: str, text: str, seen: str = "", today: dt.date | None = None
) -> Clause:
    """Write that a lot carries no clause, why, who decided and when (L2112-2-1; the report of presentation says why).

    Raises ValidationError by field, and TransitionRefused from the lifecycle.
    """
    if reason not in ExceptionReason.values:
        raise ValidationError({"reason": _("Choose the reason of the exception: the law names them.")})
    if not text.strip():
        raise ValidationError(
            {"text": _("Explain the exception in a few sentences: an auditor will read them.")}
        )
    with transaction.atomic():
        kept = _open(lot, seen)
        contract = kept.contract
        works = contract.nature == ContractNature.WORKS
        if reason == ExceptionReason.SHORT_WORKS and not (
            works and (contract.months is None or contract.months < SHORT_WORKS_MONTHS)
        ):
            raise ValidationError(
                {"reason": _("This reason is for works lasting less than six months: choose another.")}
            )
        clause = _clause_of(kept)
        clause.kind = ClauseKind.EXCEPTION
        clause.hours_due = clause.hours_per_keuro = clause.penalty_per_hour = clause.reserved_share = None
        clause.publics, clause.wording, clause.calibration = [], "", {}
        clause.exception_reason, clause.exception_text = reason, text.strip()
        clause.exception_by, clause.exception_on = account, today or timezone.localdate()
        operations.save_clause(clause, account)
        _note_calibrated(kept, account)
    return clause


def ask_facilitateur(lot: Lot, account: Account, question: str) -> int:
    """Tell the facilitateur of the operation (all of them when it has none) that a buyer asks for help with a lot.

    Kept in the contract's history of contacts. Returns how many are told. Raises ValidationError without a question,
    and when nobody is there to be told.
    """
    asked = question.strip()
    if not asked:
        raise ValidationError({"question": _("Write what you would like to know.")})
    bought = lot.contract.operation
    readers = [bought.facilitateur] if bought.facilitateur else list(facilitateurs())
    if not readers:
        raise ValidationError(
            {
                "question": _(
                    "Nobody follows social clauses here yet: ask an administrator to invite somebody."
                )
            }
        )
    with transaction.atomic():
        entry = follow_up.note(
            contract=lot.contract,
            channel=Channel.NOTE,
            text=_("Help asked for with the calibration of lot %(lot)s: %(question)s")
            % {"lot": lot.number, "question": asked},
            by=account,
            with_whom=account.name,
            next_on=timezone.localdate(),
        )
        context = {
            "lot": lot.title,
            "contract": lot.contract.title,
            "buyer": bought.buyer.name,
            "who": account.name,
            "email": account.email,
            "question": asked,
            "path": reverse("clauses:calibrate", args=[lot.pk]),
        }
        return send(notices.HELP_ASKED, readers, key=f"help:{entry.pk}", context=context)


def stamp_of(lot: Lot) -> str:
    """What tells one state of a lot's clause from the next: sent back with a form, compared when it is saved."""
    return lot.clause.updated_at.isoformat() if hasattr(lot, "clause") else "none"


def _open(lot: Lot, seen: str) -> Lot:
    """The lot, locked, while its clause may be written."""
    # Locked alone, then read: what is joined to a row that was waited for is as it was before the wait.
    Lot.objects.select_for_update().get(pk=lot.pk)
    kept = Lot.objects.select_related("contract", "clause").get(pk=lot.pk)
    if kept.state not in OPEN:
        raise ValidationError(
            _(
                "The consultation of this lot is published: only an amendment to the contract changes its clause."
            )
        )
    if seen and seen != stamp_of(kept):
        raise ValidationError(
            _("Somebody else changed this clause while you were writing: open the page again to see it.")
        )
    return kept


def _clause_of(lot: Lot) -> Clause:
    return Clause.objects.filter(lot=lot).first() or Clause(lot=lot)


def _check_condition(lot: Lot, kind: str) -> None:
    """An obligatory condition is not met by an award criterion alone."""
    if kind not in obligations.NO_CONDITION:
        return
    found = obligations.rules().of_contract(lot.contract, timezone.localdate())
    if found.answer == Answer.OBLIGATORY:
        raise ValidationError(
            {
                "kind": _(
                    "This contract must carry an execution condition (L2112-2-1); an award criterion alone is none. "
                    "Choose a condition, or give the reason of an exception."
                )
            }
        )


def _check_publics(publics: Sequence[str]) -> None:
    """Where somebody lives may make eligible beside other criteria; alone it would keep the others out."""
    if list(publics) == [Criterion.QPV] or set(publics) == {Criterion.QPV, Criterion.ZRR}:
        raise ValidationError(
            {
                "publics": _(
                    "Residence cannot be the only way to be eligible: it would exclude others in the same situation "
                    "(equal treatment of candidates). Add other criteria, or leave all of them open."
                )
            }
        )


def _set_hours(clause: Clause, values: ClauseValues) -> None:
    clause.hours_due = clause.hours_per_keuro = None
    clause.calibration = {}
    if values.kind not in WITH_HOURS:
        return
    if values.calculation is None:
        raise ValidationError({"amount": _("Give the amount, the share of labour, the rate and the cost.")})
    trace = values.calculation.as_json()
    if values.calculation.amount is None:
        clause.hours_per_keuro = values.calculation.per_keuro
        if not clause.hours_per_keuro:
            raise ValidationError({"rate": _("This gives no hours: raise the rate, or check the factors.")})
    else:
        computed = Decimal(values.calculation.hours or 0)
        clause.hours_due = computed if values.hours is None else values.hours
        if not clause.hours_due:
            raise ValidationError({"rate": _("This gives no hours: raise the rate, or check the factors.")})
        if clause.hours_due != computed:
            why = values.why_other_hours.strip()
            if not why:
                raise ValidationError(
                    {
                        "why_other_hours": _(
                            "Say why the clause asks for other hours than the calculation gives."
                        )
                    }
                )
            trace |= {"kept": str(clause.hours_due), "why": why}
    clause.calibration = {**trace, "on": timezone.localdate().isoformat()}


def _note_calibrated(lot: Lot, account: Account) -> None:
    if lot.state == LotState.STUDY:
        lot.refresh_from_db()
        perform(lot, "calibrate", account)


@dataclass(frozen=True)
class Begun:
    """What an operation begins with, when it is made of a calculation."""

    name: str
    buyer: Organisation
    trade: str
    nature: str
    address: str = ""
    amount: Decimal | None = None
    consulted_on: dt.date | None = None
    months: int | None = None
    framework: bool = False


def begin(account: Account, begun: Begun) -> Lot:
    """An operation with one contract and one lot, ready to be calibrated. Raises ValidationError by field."""
    with transaction.atomic():
        operation = operations.save_operation(
            Operation(
                name=begun.name,
                buyer=begun.buyer,
                facilitateur=account if account.has_role(Role.FACILITATEUR) else None,
            ),
            account,
            begun.address,
        )
        contract = operations.save_contract(
            Contract(
                operation=operation,
                title=begun.name,
                nature=begun.nature,
                framework=begun.framework,
                estimate=begun.amount,
                consulted_on=begun.consulted_on,
                months=begun.months,
            ),
            account,
        )
        amount = None if begun.framework else begun.amount
        lot = Lot(contract=contract, title=begun.name, trade=begun.trade, amount=amount)
        return operations.save_lot(lot, account)
