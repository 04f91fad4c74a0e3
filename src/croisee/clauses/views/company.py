"""The home of a company, its hours month by month, attestations, the table that its payroll fills."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from croisee.clauses import months
from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import Assignment, Statement, StatementState
from croisee.clauses.payroll.kind import address_for
from croisee.clauses.payroll.template import table_to_fill
from croisee.clauses.queries import company as queries
from croisee.clauses.queries.callers import Caller
from croisee.clauses.queries.declaring import Limits
from croisee.clauses.services import attesting
from croisee.clauses.wording import TONES, state_text
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.listings import Column, Listing

ATTESTED = (Role.EMPLOYER, Role.FAMILY, Role.FACILITATEUR)


@role_required(Role.EMPLOYER)
@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """What one's companies owe, have done and have to do."""
    account, today = signed_in(request), timezone.localdate()
    caller = Caller(account)
    first = _page(request)
    found = list(queries.commitments(caller, today)[first : first + queries.PER_PAGE + 1])
    limits = Limits.on(today)
    shown = found[: queries.PER_PAGE]
    page = first // queries.PER_PAGE + 1
    if shown:
        record_read(account, shown[0].organisation, _("people at work under clauses"))
    rows = queries.owed(caller, shown, limits.hours_a_day, today)
    context = {
        "light": False,
        "rows": rows,
        "rejected": queries.rejected(caller)[:20],
        "penalties": queries.penalties(caller)[:20],
        "findings": queries.findings(account)[:20],
        "today": today,
        "hours_a_day": limits.hours_a_day,
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > queries.PER_PAGE else None,
        "imports": [(one, address_for(one)) for one in queries.companies(rows)],
    }
    return render(request, "clauses/company/home.html", context)


def _page(request: HttpRequest) -> int:
    """The place of the first commitment of the page asked for; of the first page for anything else."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else 1
    return (max(1, number) - 1) * queries.PER_PAGE


@role_required(Role.EMPLOYER)
@require_safe
def own_hours(request: HttpRequest) -> HttpResponse:
    """Each month that one's companies declared, and what became of it."""
    account = signed_in(request)
    listing = Listing(
        request,
        queries.hours_of(Statement.objects.visible_to(account)),
        name="hours",
        columns=_columns(export="export" in request.GET),
        search=[
            "assignment__participant__person__family_name",
            "assignment__participant__person__given_name",
            "assignment__commitment__clause__lot__title",
        ],
        choices={"state": (_("State"), StatementState.choices)},
        empty_title=_("No month is declared yet"),
        empty_text=_("Months appear here once their hours are declared."),
    )
    about = account.organisations(Role.EMPLOYER)[0]
    if listing.wants_export:
        record_export(account, about, _("hours month by month"))
        return listing.export()
    record_read(account, about, _("hours month by month"))
    return render(request, "clauses/company/hours.html", {"listing": listing})


def _columns(*, export: bool) -> list[Column]:
    """A name leads to the attestation, a month to all that is known of it, its proof too."""
    return [
        Column(
            "person",
            _("Person"),
            lambda row: str(row.assignment.participant),
            "assignment__participant__person__family_name",
            link=lambda row: reverse("clauses:hours_attestation", args=[row.assignment_id]),
        ),
        Column(
            "month",
            _("Month"),
            lambda row: row.month if export else months.named(row.month),
            "month",
            link=lambda row: reverse("clauses:statement", args=[row.pk]),
        ),
        Column(
            "hours",
            _("Hours of work"),
            lambda row: float(row.hours) if export else hours_text(row.hours),
            "hours",
            numeric=True,
        ),
        Column(
            "state",
            _("State"),
            lambda row: row.get_state_display(),
            "state",
            badge=lambda row: TONES[StatementState(row.state)],
        ),
        Column("told", _("When, by whom, why"), state_text),
        Column("lot", _("Lot"), lambda row: row.assignment.commitment.clause.lot.title),
        Column("employer", _("Employer"), lambda row: row.assignment.employer.name),
        Column("version", _("Version"), lambda row: row.version, numeric=True),
        Column("proof", _("Proof"), lambda row: row.get_proof_kind_display()),
    ]


@role_required(*ATTESTED)
@require_http_methods(["GET", "HEAD", "POST"])
def hours_attestation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the attestation of a contract says, and the button that issues it."""
    account = signed_in(request)
    assignment = _attestable(account, pk)
    if request.method == "POST":
        try:
            document = attesting.issue_attestation(assignment, account)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("clauses:hours_attestation", pk)
        record_export(account, assignment, _("attestation of clause hours"))
        return pdf_response(document.pdf, f"attestation-{document.reference}.pdf")
    record_read(account, assignment, _("hours of a contract"))
    counted = attesting.counted(assignment)
    context = {
        "assignment": assignment,
        "counted": counted,
        "total": sum(row.hours for row in counted),
        "back": _back(account, assignment),
    }
    return render(request, "clauses/company/attestation.html", context)


def _back(account: Account, assignment: Assignment) -> str:
    """Where each reader of an attestation comes from."""
    if account.has_role(Role.EMPLOYER):
        return reverse("clauses:own_hours")
    if account.has_role(Role.FACILITATEUR):
        return assignment.get_absolute_url()
    return reverse("clauses:my_hours")


def _attestable(account: Account, pk: UUID) -> Assignment:
    rows = Assignment.objects.visible_to(account).select_related(
        "participant__person", "employer", "commitment__clause__lot__contract__operation__buyer"
    )
    return get_object_or_404(rows, pk=pk)


@role_required(Role.EMPLOYER)
@require_safe
def payroll_table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The table of a company's people and undeclared months, to fill and to send back."""
    account = signed_in(request)
    organisation = get_object_or_404(account.organisations(Role.EMPLOYER), pk=pk)
    record_export(account, organisation, _("table of people at work, for payroll"))
    content = table_to_fill(organisation, timezone.localdate())
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="heures.xlsx"'
    return response
