"""The attestation of the hours of a contract that were validated, for the company and for the person."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import Assignment, Statement, StatementState
from croisee.clauses.months import end_of, named
from croisee.clauses.notices import company as notices
from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

ATTESTATION = register_document(
    Kind(
        "clauses.hours_attestation",
        notices.ATTESTATION_LABEL,
        shareable={
            "company": notices.COMPANY_LABEL,
            "period": notices.PERIOD_LABEL,
            "hours": notices.HOURS_LABEL,
        },
    )
)


def counted(assignment: Assignment) -> list[Statement]:
    """The validated statements of a contract, in the order of months."""
    rows = Statement.objects.filter(assignment=assignment, state=StatementState.VALIDATED)
    return list(rows.order_by("month"))


def issue_attestation(assignment: Assignment, account: Account) -> IssuedDocument:
    """The attestation of a contract's validated hours, month by month, verifiable by its reference.

    Raises ValidationError when no month is validated yet. `assignment` comes with its person, employer and lot.
    """
    rows = counted(assignment)
    if not rows:
        raise ValidationError(
            _("No month of this contract is validated yet: the attestation is issued from the first one on.")
        )
    return issue(ATTESTATION.name, "clauses/hours.typ", _attested(assignment, rows), account)


def _attested(assignment: Assignment, rows: list[Statement]) -> dict[str, object]:
    total = sum((row.hours for row in rows), Decimal(0))
    lot = assignment.commitment.clause.lot
    person = assignment.participant.person
    period = _("from %(start)s to %(end)s") % {
        "start": in_words(max(rows[0].month, assignment.starts_on)),
        "end": in_words(min(end_of(rows[-1].month), assignment.ends_on or end_of(rows[-1].month))),
    }
    return {
        "title": str(notices.ATTESTATION_LABEL),
        "company": assignment.employer.name,
        "period": period,
        "hours": hours_text(total),
        "text": _(
            "The hours of work below, done under the social clause of a public contract, were declared by the employer "
            "and validated by the facilitateur of social clauses."
        ),
        "heading": _("The work"),
        "facts": [
            [_("Person"), str(person)],
            [_("Born on"), in_words(person.birth_date)],
            [_("Employer"), assignment.employer.name],
            [_("Contract"), str(assignment.get_contract_type_display())],
            [_("Operation"), lot.contract.operation.name],
            [_("Lot"), lot.title],
            [_("Public buyer"), lot.contract.operation.buyer.name],
            [_("Period"), period],
            [_("Hours validated"), hours_text(total)],
        ],
        "months_heading": _("Month by month"),
        "columns": [_("Month"), _("Hours of work"), _("Validated on")],
        "months": [
            [
                named(row.month),
                number_format(row.hours, 2, use_l10n=True, force_grouping=True),
                in_words(row.decided_at.date()) if row.decided_at else "–",
            ]
            for row in rows
        ],
    }
