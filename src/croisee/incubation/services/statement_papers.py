"""A monthly statement on paper: one line a row, the total, and that it is no invoice."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.documents.services import render_pdf
from croisee.incubation.models import Statement, StatementState
from croisee.incubation.queries.statements import in_order


def shown_quantity(value: Decimal) -> str:
    """A quantity without zeros that say nothing: 1, or 0.516129."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    return str(number_format(value, digits, use_l10n=True, force_grouping=True))


def shown_amount(value: Decimal) -> str:
    """An amount in euros."""
    return _("%(amount)s €") % {"amount": number_format(value, 2, use_l10n=True, force_grouping=True)}


def statement_pdf(statement: Statement) -> bytes:
    """The statement as a PDF, in the active language; it holds no name of a person."""
    company, incubator = statement.organisation, statement.incubator
    month = date_format(statement.month, "F Y")
    town = f"{incubator.postcode} {incubator.city}".strip()
    place = incubator.address if not town or town in incubator.address else f"{incubator.address}, {town}"
    facts = [
        [capfirst(pgettext("premises", "incubator")), f"{incubator}, {place}"],
        [capfirst(_("run by")), str(incubator.organisation)],
        [capfirst(_("company")), str(company)],
        [_("SIRET"), company.siret or "–"],
        [capfirst(_("month")), month],
        [capfirst(_("state")), str(statement.get_state_display())],
    ]
    if statement.issued_at is not None:
        facts.append([_("Sent to finance on"), date_format(statement.issued_at, "DATE_FORMAT")])
    data = {
        "title": _("Statement of %(month)s") % {"month": month},
        "facts": facts,
        "columns": [
            pgettext("statement of rent", "What for"),
            _("Quantity"),
            _("Unit price"),
            _("Amount before tax"),
        ],
        "rows": [
            [
                line.label,
                shown_quantity(line.quantity),
                shown_amount(line.unit_price),
                shown_amount(line.amount),
            ]
            for line in in_order(statement.lines.all())
        ],
        "total": [_("Total before tax"), shown_amount(statement.total)],
        "note": _note(statement),
    }
    return render_pdf("incubation/statement.typ", data)


def _note(statement: Statement) -> str:
    if statement.state == StatementState.DRAFT:
        return _("This is a draft: it is checked before it is sent to finance.")
    if statement.state == StatementState.REPLACED:
        return _("This statement is replaced by another of the same month: it no longer counts.")
    return _("This statement is no invoice: the finance department makes the invoice from it.")
