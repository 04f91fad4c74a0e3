"""The portfolio as a file: the columns of the import, then the hours and the light, which an import passes over."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from croisee.clauses.contract_lists.columns import LABELS
from croisee.clauses.models import Part
from croisee.clauses.queries.lights import reading
from croisee.foundation.listings import Column


def _clause(row: Any) -> Any:
    return getattr(row, "clause", None)


def _holder(row: Any) -> Any:
    """The commitment of the holder, from what was read with the lot."""
    commitments = _clause(row).commitments.all() if _clause(row) else []
    return next((one for one in commitments if one.part == Part.HOLDER), None)


def _number(value: Any) -> Any:
    """A Decimal as a number of a spreadsheet."""
    return None if value is None else float(value)


_VALUES: dict[str, Callable[[Any], object]] = {
    "buyer_siret": lambda row: row.contract.operation.buyer.siret,
    "buyer": lambda row: row.contract.operation.buyer.name,
    "operation": lambda row: row.contract.operation.name,
    "address": lambda row: row.contract.operation.address,
    "reference": lambda row: row.contract.reference,
    "object": lambda row: row.contract.title,
    "nature": lambda row: row.contract.get_nature_display(),
    "framework": lambda row: _("yes") if row.contract.framework else _("no"),
    "amount": lambda row: _number(row.contract.amount),
    "consulted_on": lambda row: row.contract.consulted_on,
    "notified_on": lambda row: row.contract.notified_on,
    "lot": lambda row: row.number,
    "lot_title": lambda row: row.title,
    "trade": lambda row: row.get_trade_display(),
    "lot_amount": lambda row: _number(row.amount),
    "starts_on": lambda row: row.starts_on,
    "ends_on": lambda row: row.ends_on,
    "hours_due": lambda row: _number(_clause(row) and _clause(row).hours_due),
    "hours_per_keuro": lambda row: _number(_clause(row) and _clause(row).hours_per_keuro),
    "penalty": lambda row: _number(_clause(row) and _clause(row).penalty_per_hour),
    "holder_siret": lambda row: _holder(row) and _holder(row).organisation.siret,
    "holder": lambda row: _holder(row) and _holder(row).organisation.name,
    "part": lambda row: _holder(row) and _holder(row).get_part_display(),
    "company_hours": lambda row: _number(_holder(row) and _holder(row).hours),
    "contact_name": lambda row: _holder(row) and _holder(row).contact_name,
    "contact_email": lambda row: _holder(row) and _holder(row).contact_email,
}


def columns_of_export(today: dt.date) -> list[Column]:
    """One column for each of the import's, then state, hours and light. Rows are lots of `portfolio.lots_of`."""
    shared = [Column(name, label, _VALUES[name]) for name, label in LABELS.items()]
    return [
        *shared,
        Column("state", _("State"), lambda row: row.get_state_display()),
        Column("due", _("Hours due in all"), lambda row: float(row.due)),
        Column("done", _("Hours validated"), lambda row: float(row.done)),
        Column("waiting", _("Hours to check"), lambda row: float(row.waiting)),
        Column("forecast", _("Hours still planned"), lambda row: round(float(row.forecast), 2)),
        Column(
            "missing",
            _("Hours missing at this pace"),
            lambda row: row.missing and round(float(row.missing), 2),
        ),
        Column("light", _("Light"), lambda row: reading(row, today).label),
        Column("why", _("Why"), lambda row: reading(row, today).sentence),
    ]
