"""What becomes of companies: the dashboard, survival, files of SIRENE, figures for officials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.responses import pdf_response
from croisee.foundation.forms import METHODS, FormPage
from croisee.foundation.listings import Column, Listing, Where
from croisee.incubation import outcome_wording as wording
from croisee.incubation.forms.outcomes import DeclareForm, PeriodForm, SireneForm, YearForm
from croisee.incubation.models import Evidence, Incubator, Project, SireneImport
from croisee.incubation.outcome_charts import months_chart, survival_bar
from croisee.incubation.queries import outcomes as queries
from croisee.incubation.services import outcome_report as report
from croisee.incubation.services import outcomes as services
from croisee.incubation.survival import YEARS, anniversary

if TYPE_CHECKING:
    from uuid import UUID

    from croisee.incubation.queries.outcomes import Found

MANAGER = Role.INCUBATOR_MANAGER


@role_required(MANAGER)
@require_http_methods(METHODS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """How the incubator fares over a period, beside the period before; by POST, the workbook of it."""
    account, today = signed_in(request), timezone.localdate()
    every = list(Incubator.objects.visible_to(account).managed_by(account).order_by("name", "pk"))
    form = PeriodForm(request.GET, every, today)
    span = form.span()
    found = queries.found(form.chosen(), span, today)
    if request.method == "POST":
        name = _("incubator-%(first)s-%(last)s") % {"first": span.first, "last": span.last}
        return _workbook(report.as_workbook(found, exact=True), name)
    context = {"form": form, "incubators": every, **_shown(found, exact=True)}
    return render(request, "incubation/outcomes/dashboard.html", context)


def _shown(found: Found, *, exact: bool) -> dict[str, Any]:
    tables = wording.tables(found, exact=exact)
    return {
        "period": wording.period(found.span),
        "before": wording.period(found.span.before),
        "headlines": wording.headlines(found, exact=exact),
        "tables": [one for one in tables if one.lines],
        "months": [(one, wording.percent(one.rate)) for one in found.months],
        "chart": months_chart(found.months),
        "scopes": [
            (scope, [(line, survival_bar(line)) for line in scope.lines])
            for scope in wording.survival(found, exact=exact)
        ],
        "survival_meaning": report.survival_meaning(),
        "hides": not exact,
        "hidden_note": report.hidden_note(),
    }


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=report.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@role_required(Role.OFFICIAL, MANAGER)
@require_http_methods(METHODS)
def public_figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year that has ended, of all incubators, without small ones; by POST, the report of it."""
    account, today = signed_in(request), timezone.localdate()
    every = list(queries.every_incubator())
    begun = queries.first_year(every)
    form = YearForm(request.GET, range(today.year - 1, begun - 1, -1) if begun else ())
    if not form.years:
        if request.method == "POST":
            raise Http404
        return render(request, "incubation/outcomes/public.html", {"form": None})
    span = form.span()
    found = queries.found(every, span, today)
    if request.method == "POST":
        name = _("incubator-report-%(year)s") % {"year": span.first.year}
        kind = request.POST.get("as")
        if kind == report.XLSX:
            return _workbook(report.as_workbook(found, exact=False), name)
        if kind == report.PDF:
            return pdf_response(report.as_pdf(found, _about(every), account), f"{name}.pdf")
        raise Http404
    context = {"form": form, "about": _about(every), **_shown(found, exact=False)}
    return render(request, "incubation/outcomes/public.html", context)


def _about(incubators: list[Incubator]) -> str:
    if len(incubators) == 1:
        return incubators[0].name
    return ngettext("%(n)d incubator", "all %(n)d incubators", len(incubators)) % {"n": len(incubators)}


@role_required(MANAGER)
@require_GET
def survival(request: HttpRequest) -> HttpResponse:
    """Every company that was founded, and whether it was active at 1, 3 and 5 years."""
    account, today = signed_in(request), timezone.localdate()
    rows = queries.with_checks(Project.objects.visible_to(account).managed_by(account))

    def state(years: int) -> Column:
        label = ngettext("After %(n)d year", "After %(n)d years", years) % {"n": years}
        return Column(
            f"after_{years}",
            label,
            lambda row: _state(row, years, today)[0],
            badge=lambda row: _state(row, years, today)[1],
        )

    listing = Listing(
        request,
        rows,
        name="survival",
        columns=[
            Column(
                "title",
                _("Project"),
                sort="title",
                link=lambda row: reverse("incubation:declare_survival", args=[row.pk]),
            ),
            Column("founded_on", _("Founded on"), sort="founded_on"),
            Column("siren", _("SIREN"), sort="siren"),
            Column("micro", _("Micro-entrepreneur"), sort="micro"),
            *map(state, YEARS),
        ],
        search=["title", "siren"],
        choices={
            "micro": (_("Kind"), [(True, _("micro-entrepreneurs")), (False, _("other companies"))]),
            "missing": (
                _("To look at"),
                [
                    (Where("siren", Q(siren="")), _("without a SIREN")),
                    (Where("unknown", queries.some_unknown(today)), _("not known on some day")),
                ],
            ),
        },
        empty_title=_("No company was founded yet"),
        empty_text=_("A company appears here once its project’s page says when it was founded."),
    )
    if listing.wants_export:
        return listing.export()
    return render(request, "incubation/outcomes/survival.html", {"listing": listing})


def _state(row: Any, years: int, today: Any) -> tuple[str, str]:
    """How a company stood so many years after it was founded, and the tone of it."""
    if anniversary(row.founded_on, years) > today:
        return _("to come"), ""
    check = next((one for one in row.its_checks if one["years"] == years), None)
    if check is None:
        return _("not known"), "warn"
    words, tone = (_("active"), "ok") if check["active"] else (_("no longer active"), "bad")
    return (words if check["evidence"] == Evidence.SIRENE else f"{words} ({_('declared')})"), tone


@role_required(MANAGER)
@require_http_methods(METHODS)
def declare_survival(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known of one company; say what SIRENE does not."""
    account, today = signed_in(request), timezone.localdate()
    rows = Project.objects.visible_to(account).managed_by(account).filter(founded_on__isnull=False)
    project = get_object_or_404(rows.select_related("incubator"), pk=pk)
    checks = queries.checks_of(project)
    open_ = queries.untold(project, checks, today)
    form = DeclareForm(request.POST if request.method == "POST" else None, open_)
    page = FormPage(
        str(project),
        [
            (reverse("incubation:dashboard"), _("The incubator")),
            (reverse("incubation:survival"), _("Companies still active")),
        ],
        lead=_("Founded on %(day)s.") % {"day": date_format(project.founded_on or today, "DATE_FORMAT")},
        said=_("What you know is noted. It counts until SIRENE answers."),
        template="incubation/outcomes/declare.html",
        extra={
            "open": bool(open_),
            "checks": [
                (
                    one,
                    capfirst(ngettext("%(n)d year after", "%(n)d years after", one.years) % {"n": one.years}),
                )
                for one in checks
            ],
        },
    )
    if request.method == "POST" and not open_:
        raise Http404
    return page.answer(
        request,
        form,
        lambda: services.declare(project, form.cleaned_data["years"], active=form.cleaned_data["active"]),
        reverse("incubation:survival"),
    )


@role_required(MANAGER)
@require_http_methods(METHODS)
def import_survival(request: HttpRequest) -> HttpResponse:
    """Send the file of the histories of legal units; what was read in those before."""
    account = signed_in(request)
    sent = request.method == "POST"
    form = SireneForm(request.POST, request.FILES) if sent else SireneForm()
    if sent and form.is_valid():
        return redirect(services.start_import(account, form.cleaned_data["file"]))
    imports = SireneImport.objects.visible_to(account).filter(counts__isnull=False)
    context = {"form": form, "imports": imports[: services.KEPT]}
    status = 422 if form.is_bound else 200
    return render(request, "incubation/outcomes/import.html", context, status=status)
