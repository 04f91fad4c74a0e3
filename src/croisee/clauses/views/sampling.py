"""Audits of proofs: the list, drawing a new one, how far it is, its report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.anomalies import hours_text
from croisee.clauses.forms.sampling import AuditForm
from croisee.clauses.models import ItemState, ProofAudit
from croisee.clauses.months import named
from croisee.clauses.queries import sampling as queries
from croisee.clauses.queries.reports.wording import percent
from croisee.clauses.services import sampling as services
from croisee.clauses.services import sampling_report
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.listings import Column, Listing

TONES = {
    ItemState.TO_READ: "info",
    ItemState.CONFORM: "ok",
    ItemState.CHALLENGED: "warn",
    ItemState.ANSWERED: "warn",
    ItemState.UPHELD: "bad",
    ItemState.LIFTED: "ok",
}


@role_required(Role.FACILITATEUR)
@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """Every audit, the latest first."""
    listing = Listing(
        request,
        queries.audits(signed_in(request)),
        name="audits",
        columns=[
            Column("name", _("Name"), sort="name", link=lambda row: row.get_absolute_url()),
            Column("period", _("Months"), period, "first_month"),
            Column("drawn", _("Statements drawn"), sort="drawn", numeric=True),
            Column("unread", _("To be read"), sort="unread", numeric=True),
            Column("findings", _("Findings to decide"), sort="findings", numeric=True),
            Column(
                "refused", _("Hours refused"), lambda row: hours_text(row.refused), "refused", numeric=True
            ),
        ],
        search=["name"],
        empty_title=_("No audit of proofs yet"),
        empty_text=_(
            "Draw some validated statements, in proportion to their hours, and read their proofs: what is found there "
            "says how many of all the hours are wrong."
        ),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "clauses/sampling/audits.html", {"listing": listing})


def period(audit: ProofAudit) -> str:
    """The months of an audit in words."""
    if audit.first_month == audit.last_month:
        return named(audit.first_month)
    return _("%(first)s to %(last)s") % {"first": named(audit.first_month), "last": named(audit.last_month)}


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_audit(request: HttpRequest) -> HttpResponse:
    """Choose months, size and seed, and draw."""
    form = AuditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = services.draw(
                values["name"],
                values["first_month"],
                values["last_month"],
                size=values["size"],
                seed=values["seed"],
                answer_days=values["answer_days"],
                account=signed_in(request),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The statements are drawn: read the proof of each."))
            return redirect(made)
    return render(request, "clauses/sampling/new.html", {"form": form})


@role_required(Role.FACILITATEUR)
@require_safe
def audit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far an audit is, what it says of all hours, and the statements drawn."""
    account = signed_in(request)
    found = get_object_or_404(ProofAudit.objects.visible_to(account).select_related("made_by"), pk=pk)
    listing = Listing(
        request,
        queries.items(account, found),
        name="items",
        columns=[
            Column("order", _("Number"), sort="order", link=lambda row: row.get_absolute_url()),
            Column("person", _("Person"), lambda row: str(row.statement.assignment.participant)),
            Column(
                "employer",
                _("Employer"),
                lambda row: row.statement.assignment.employer.name,
                "statement__assignment__employer__name",
            ),
            Column("month", _("Month"), lambda row: named(row.statement.month), "statement__month"),
            Column(
                "hours",
                _("Hours of work"),
                lambda row: hours_text(row.statement.hours),
                "statement__hours",
                numeric=True,
            ),
            Column(
                "state",
                _("State"),
                lambda row: row.get_state_display(),
                "state",
                badge=lambda row: TONES[row.state],
            ),
            Column("refused", _("Hours refused"), _refused, "refused", numeric=True),
            Column("answer_by", _("Answer by"), sort="answer_by"),
        ],
        search=[
            "statement__assignment__employer__name",
            "statement__assignment__participant__person__family_name",
        ],
        choices={"state": (_("State"), ItemState.choices)},
        empty_title=_("Nothing was drawn"),
        empty_text=_("Draw another audit."),
    )
    if listing.wants_export:
        record_export(account, found, _("statements drawn for an audit"))
        return listing.export()
    record_read(account, found, _("statements drawn for an audit"))
    progress = queries.progress(found)
    return render(request, "clauses/sampling/audit.html", _context(found, progress) | {"listing": listing})


def _refused(row: Any) -> str:
    return hours_text(row.refused) if row.refused else ""


def _context(found: ProofAudit, progress: queries.Progress) -> dict[str, Any]:
    result = progress.result
    return {
        "audit": found,
        "period": period(found),
        "progress": progress,
        "population_hours": hours_text(found.population_hours),
        "sampled": hours_text(progress.sampled),
        "refused": hours_text(progress.refused),
        "rate": percent(100 * result.rate) if result else "",
        "most_rate": percent(100 * result.most_rate) if result else "",
        "extrapolated": hours_text(round(result.refused)) if result else "",
        "most": hours_text(round(result.most)) if result else "",
    }


@role_required(Role.FACILITATEUR)
@require_POST
def audit_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report of an audit as a document that anyone can verify."""
    account = signed_in(request)
    found = get_object_or_404(ProofAudit.objects.visible_to(account), pk=pk)
    try:
        document = sampling_report.issue_report(found, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(found)
    record_export(account, found, _("report of an audit"))
    return pdf_response(document.pdf, f"audit-{document.reference}.pdf")
