"""The common indicators of a programme, by sex."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.documents.responses import pdf_response
from croisee.journeys.forms.periods import AnyPeriodForm, YearForm
from croisee.journeys.indicator_table import Part, hides, table
from croisee.journeys.indicators import LABELS
from croisee.journeys.models import Programme
from croisee.journeys.queries import indicators as queries
from croisee.journeys.services.returns import figures as services
from croisee.journeys.views.returns.common import FORM, TEAM, tabs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@role_required(*queries.READERS)
@require_http_methods(FORM)
def indicators(request: HttpRequest) -> HttpResponse:
    """The indicators of a programme and a period; by POST, the workbook or the document of what the address asks for.

    Who does not follow people reads years alone, without small figures.
    """
    account = signed_in(request)
    programmes = queries.programmes_counted(account)
    own = set(Programme.objects.visible_to(account).values_list("pk", flat=True))
    years = queries.years(programmes)
    form = AnyPeriodForm(request.GET, programmes, years)
    programme = form.programme_chosen()
    team = account.has_role(*TEAM)
    if programme is None:
        context: dict[str, Any] = {"form": None, "tabs": tabs(account, "indicators") if team else []}
        return render(request, "journeys/returns/indicators.html", context)
    exact = programme.pk in own
    if not exact:
        form = YearForm(request.GET, programmes, years)  # type: ignore[assignment]
    form.is_valid()
    period = form.period()
    parts = table(queries.count([programme.pk], period), exact=exact)
    if request.method == "POST":
        kind = request.POST.get("as")
        name = _("fse-indicators-%(year)s") % {"year": period.first.year}
        if kind == "pdf":
            pdf = services.as_pdf(programme, period, parts, account, exact=exact)
            return pdf_response(pdf, f"{name}.pdf")
        if kind == "xlsx":
            return _workbook(services.as_workbook(parts, exact=exact), name)
        raise Http404
    context = {
        "form": form,
        "tabs": tabs(account, "indicators") if team else [],
        "programme": programme,
        "period": services.period_text(period),
        "header": services.header(exact=exact),
        "parts": [_shown(part, exact=exact) for part in parts],
        "absent": services.absent(),
        "hides": hides(parts),
        "exact": exact,
    }
    return render(request, "journeys/returns/indicators.html", context)


def _shown(part: Part, *, exact: bool) -> dict[str, Any]:
    return {
        "name": part.frame,
        "title": services.title_of(part),
        "rows": [
            {
                "code": row.code if row.code in LABELS else "",
                "label": services.label_of(row.code),
                "cells": [services.text_of(cell) for cell in services.cells(row, exact=exact)],
            }
            for row in (part.whole, *part.rows)
        ],
    }


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response
