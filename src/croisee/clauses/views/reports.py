"""The yearly report on screen, and the files made of it."""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from croisee.clauses.forms.reports import ReportForm, YearForm
from croisee.clauses.queries.reports import wording
from croisee.clauses.queries.reports.charts import MonthsChart, months_chart
from croisee.clauses.queries.reports.scope import READERS, Scope
from croisee.clauses.queries.reports.shapes import Report
from croisee.clauses.queries.reports.tables import report
from croisee.clauses.services import reports as services
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.progress.models import Progress, State

MOST_LINES = 15


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def yearly(request: HttpRequest) -> HttpResponse:
    """The report of a year; by POST, the document or the workbook of what the address asks for."""
    account = signed_in(request)
    facilitateur = account.has_role(Role.FACILITATEUR)
    form = (ReportForm if facilitateur else YearForm)(request.GET, account)
    scope = form.scope()
    if request.method == "POST":
        return _file(request.POST.get("as", ""), scope, account)
    found = report(scope)
    context = {
        "form": form,
        "facilitateur": facilitateur,
        "found": found,
        "period": wording.period(scope),
        "about": (isinstance(form, ReportForm) and form.about) or services.about(scope),
        "large": wording.headlines(found, wording.IN_LARGE),
        "served": wording.headlines(found, wording.SERVED),
        "due": wording.headlines(found, wording.DUE),
        "moved": wording.moved(found),
        "sections": _sections(found),
        "chart": _chart(found),
        "before": scope.before.last.year,
        "hidden_note": wording.hidden_note() if found.hides else "",
        "national": wording.NATIONAL,
    }
    return render(request, "clauses/reports/report.html", context)


def _sections(found: Report) -> list[dict[str, Any]]:
    sections = []
    for name, tables in wording.SECTIONS:
        shown = [wording.shown(found, found.tables[table], MOST_LINES) for table in tables]
        if name == "works":
            shown.insert(2, wording.programmes(found))
        tables_shown = [table for table in shown if table.lines or table.withheld]
        if tables_shown:
            sections.append({"name": name, "title": wording.section_title(name), "tables": tables_shown})
    return sections


def _chart(found: Report) -> MonthsChart | None:
    table = found.tables["month"]
    return None if table.withheld else months_chart(table.lines)


def _file(kind: str, scope: Scope, account: Account) -> HttpResponse:
    if kind not in services.MEDIA_TYPES:
        raise Http404
    if services.is_long(scope):
        return redirect(services.prepare_in_background(scope, kind, account))
    name = _file_name(scope, kind)
    if kind == services.PDF:
        return pdf_response(services.as_pdf(scope, account), name)
    response = HttpResponse(services.as_workbook(scope), content_type=services.MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _file_name(scope: Scope, kind: str) -> str:
    return _("clauses-report-%(year)s") % {"year": scope.last.year} + f".{kind}"


@role_required(*READERS)
@require_GET
@never_cache
def prepared(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """A file that was made in the background, for whoever asked for it."""
    account = signed_in(request)
    work = f"{services.prepare.__module__}.{services.prepare.__qualname__}"
    rows = Progress.objects.visible_to(account).filter(account=account, work=work, state=State.DONE)
    progress = get_object_or_404(rows, pk=pk)
    name = services.prepared_name(progress.pk, kind)
    if kind not in services.MEDIA_TYPES or not default_storage.exists(name):
        raise Http404
    return FileResponse(
        default_storage.open(name),
        content_type=services.MEDIA_TYPES[kind],
        as_attachment=True,
        filename=_("clauses-report-%(year)s") % {"year": progress.arguments["last"][:4]} + f".{kind}",
    )
