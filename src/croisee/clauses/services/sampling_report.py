"""The report of an audit of proofs: how it was drawn, what was found, what it says of all hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import AuditItem, ItemState, ProofAudit
from croisee.clauses.months import named
from croisee.clauses.notices import sampling as words
from croisee.clauses.queries import sampling as queries
from croisee.clauses.queries.reports.wording import percent, whole
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue

if TYPE_CHECKING:
    from croisee.engine.sampling import Estimate
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

AUDIT = register_document(
    Kind(
        "clauses.audit",
        words.REPORT_LABEL,
        shareable={
            "period": words.PERIOD_LABEL,
            "size": words.SIZE_LABEL,
            "seed": words.SEED_LABEL,
            "rate": words.RATE_LABEL,
        },
    )
)


def issue_report(audit: ProofAudit, account: Account) -> IssuedDocument:
    """The report, once every statement drawn is read. It names companies and months, and no person.

    Raises ValidationError as long as a statement is to be read.
    """
    progress = queries.progress(audit)
    if progress.result is None:
        raise ValidationError(_("Read every statement drawn first: the report says what all of them show."))
    return issue(AUDIT.name, "clauses/audit.typ", _data(audit, account, progress, progress.result), account)


def _data(
    audit: ProofAudit, account: Account, progress: queries.Progress, result: Estimate
) -> dict[str, Any]:
    return {
        "title": _("Audit of proofs: %(name)s") % {"name": audit.name},
        "period": f"{named(audit.first_month)} – {named(audit.last_month)}",
        "size": str(progress.drawn),
        "seed": str(audit.seed),
        "rate": percent(100 * result.rate),
        "lead": _("Some findings are not decided yet: each counts here as if it were upheld.")
        if progress.provisional
        else "",
        "result": {"title": _("What it says of all hours"), "pairs": _result(audit, progress, result)},
        "drawn": {"title": _("How the statements were drawn"), "text": _method(), "pairs": _draw(audit)},
        "items": {
            "title": _("Statements drawn"),
            "header": [
                _("Number"),
                _("Employer"),
                _("Month"),
                _("Hours of work"),
                _("State"),
                _("Hours refused"),
            ],
            "rows": [_row(item) for item in queries.items(account, audit)],
        },
        "findings": {
            "title": _("Findings, answers, decisions"),
            "rows": [_finding(item) for item in queries.items(account, audit) if item.finding],
        },
    }


def _result(audit: ProofAudit, progress: queries.Progress, result: Estimate) -> list[list[str]]:
    return [
        [_("Hours refused in the sample"), hours_text(progress.refused)],
        [_("Hours of the sample"), hours_text(progress.sampled)],
        [_("Share of all hours refused, estimated"), percent(100 * result.rate)],
        [_("Hours refused in all, estimated"), hours_text(round(result.refused))],
        [
            _("At most, %(confidence)d times in 100") % {"confidence": round(100 * result.confidence)},
            f"{percent(100 * result.most_rate)}, {hours_text(round(result.most))}",
        ],
        [_("Hours of the period"), hours_text(audit.population_hours)],
    ]


def _method() -> str:
    return _(
        "Monetary-unit sampling in hours: each validated statement may be drawn in proportion to its hours, those that "
        "reach the interval for certain, the others systematically from one random start. The share is the sum of what "
        "was found for certain and of the refused shares times the interval; its upper limit follows the conservative "
        "approach of the European Commission’s guidance (EGESIF_16-0014-01)."
    )


def _draw(audit: ProofAudit) -> list[list[str]]:
    return [
        [_("Statements in the period"), whole(audit.population)],
        [_("Statements to draw"), whole(audit.size)],
        [_("Seed"), str(audit.seed)],
        [_("Drawn on"), date_format(audit.created_at, "DATE_FORMAT")],
        [_("Digest of what was drawn from (SHA-256)"), audit.frame],
    ]


def _row(item: Any) -> list[str]:
    return [
        str(item.order),
        item.statement.assignment.employer.name,
        named(item.statement.month),
        hours_text(item.statement.hours),
        str(item.get_state_display()),
        hours_text(item.refused) if item.refused else "",
    ]


def _finding(item: AuditItem) -> dict[str, Any]:
    upheld = item.state == ItemState.UPHELD
    pairs = [
        [_("Hours refused by the finding"), hours_text(item.hours_refused)],
        [_("Company answered"), _("yes") if item.answered_at else _("no")],
        [_("State"), str(item.get_state_display())],
    ]
    if upheld:
        pairs.append([_("Hours refused in the end"), hours_text(item.hours_upheld)])
    return {"title": f"{item.order}. {item.statement.assignment.employer.name}", "pairs": pairs}
