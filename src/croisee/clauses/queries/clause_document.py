"""What the paper of a clause says: the wording, the calculation step by step, what the law asks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.formula import quantity
from croisee.clauses.models import ClauseKind
from croisee.clauses.queries.calibration import Result, amount_of, trace_of

if TYPE_CHECKING:
    from croisee.clauses.models import Clause, Lot
    from croisee.clauses.queries.obligation import Rules


def clause_document(lot: Lot, rules: Rules, hours_a_day: Decimal, today: dt.date) -> dict[str, Any]:
    """The data of `clause.typ`. Needs `lot.clause`, `lot.contract.operation.buyer`."""
    clause: Clause = lot.clause
    trace = trace_of(lot)
    result = Result(trace, hours_a_day, lot.contract.months or 0, amount_of(lot)[0]) if trace else None
    return {
        "title": str(_("Social clause")),
        "facts": _facts(lot, clause),
        "obligation_heading": str(_("What the law asks")),
        "obligation": rules.of_contract(lot.contract, today).words,
        "wording_heading": str(_("Wording")),
        "wording": [line for line in clause.wording.splitlines() if line.strip()],
        "exception_heading": str(_("Exception")),
        "exception": _exception(clause),
        "trace_heading": str(_("The calculation")),
        "steps_head": [str(_("Calculation")), str(_("Result")), str(_("What it is"))],
        "steps": [
            [f"{step.left} {step.sign} {step.right}".strip() or "–", step.result, step.meaning]
            for step in (trace.steps() if trace else [])
        ],
        "factors_head": [str(_("Factor")), str(_("Value")), str(_("Source"))],
        "factors": [
            [factor.label, factor.shown, _origin(factor.origin, to_confirm=factor.to_confirm)]
            for factor in (trace.factors if trace else [])
        ],
        "kept": _kept(clause),
        "load": _load(result),
    }


def _facts(lot: Lot, clause: Clause) -> list[list[str]]:
    contract = lot.contract
    due = ""
    if clause.hours_due is not None:
        due = quantity(clause.hours_due, "hours")
    elif clause.hours_per_keuro is not None:
        due = _("%(ratio)s for 1 000 € ordered") % {"ratio": quantity(clause.hours_per_keuro, "hours_fine")}
    facts = [
        (_("Buyer"), contract.operation.buyer.name),
        (_("Contract"), contract.title),
        (_("Lot"), f"{lot.number}. {lot.title}"),
        (_("How it enters the contract"), clause.get_kind_display()),
        (_("Hours due"), due),
    ]
    if clause.kind == ClauseKind.RESERVED and clause.reserved_share:
        facts.append(
            (_("Share of disadvantaged workers"), quantity(Decimal(clause.reserved_share), "percent"))
        )
    return [[str(name), str(value)] for name, value in facts if value]


def _exception(clause: Clause) -> list[str]:
    if clause.kind != ClauseKind.EXCEPTION or clause.exception_on is None:
        return []
    decided = _("Decided by %(name)s on %(day)s.") % {
        "name": clause.exception_by.name if clause.exception_by else "–",
        "day": date_format(clause.exception_on, "DATE_FORMAT"),
    }
    reason = str(clause.get_exception_reason_display())
    return [reason[:1].upper() + reason[1:] + ".", clause.exception_text, decided]


def _origin(origin: str, *, to_confirm: bool) -> str:
    return f"{origin} [{_('to be confirmed')}]" if to_confirm else origin


def _kept(clause: Clause) -> str:
    kept = clause.calibration.get("kept")
    if not kept:
        return ""
    return _("The clause asks for %(hours)s: %(why)s") % {
        "hours": quantity(Decimal(kept), "hours"),
        "why": clause.calibration.get("why", ""),
    }


def _load(result: Result | None) -> str:
    if result is None or result.load is None:
        return ""
    return _("That is %(days)s days of work, or %(months)s months of one full-time person.") % {
        "days": result.days,
        "months": result.full_time_months,
    }
