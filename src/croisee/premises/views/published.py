"""CNIG files out and in, with what they lack; the vacancy of zones; the open data of premises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import METHODS
from croisee.foundation.imports import services as imports
from croisee.foundation.listings import Column, Listing
from croisee.foundation.throttle import exceeded
from croisee.premises.cnig import STANDARDS
from croisee.premises.cnig.files import csv_bytes, file_name
from croisee.premises.cnig.rows import Gap, Loss, site_url
from croisee.premises.forms.published import CnigForm
from croisee.premises.queries import open_data as features
from croisee.premises.queries import published as queries
from croisee.premises.queries import vacancy_rates as rates
from croisee.premises.queries.published import IMPORT_KIND, Publication
from croisee.premises.services import published as services

READERS = (Role.DEVELOPER, Role.OFFICIAL)
TONES = {Loss.ROW: "bad", Loss.CELL: "warn", Loss.PRECISION: "info"}
DOWNLOADS_A_MINUTE = 30


@role_required(*READERS)
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, what each file lacks, what was imported."""
    account = signed_in(request)
    found = queries.publication()
    writes = account.has_role(Role.DEVELOPER)
    listing = _gaps(request, found, linked=writes)
    if listing.wants_export:
        return listing.export()
    context = {
        "files": [
            {
                "name": made.standard.name,
                "title": made.standard.title,
                "version": made.standard.version,
                "rows": len(made.rows),
                "left_out": made.left_out,
                "url": reverse("premises:published_file", args=[made.standard.name]),
            }
            for made in found.files
        ],
        "listing": listing,
        "writes": writes,
        "unnumbered": queries.without_identifier() if writes else 0,
        "imports": queries.recent_imports(account) if writes else [],
    }
    return render(request, "premises/published/published.html", context)


def _gaps(request: HttpRequest, found: Publication, *, linked: bool) -> Listing:
    words = {loss: queries.said_loss(loss) for loss in Loss}
    return Listing(
        request,
        found.gaps,
        name="gaps",
        columns=[
            Column("file", _("File"), sort="file"),
            Column("name", _("What"), sort="name", link=lambda gap: gap.url if linked else None),
            Column("field", _("Field"), sort="field"),
            Column("cost", _("What it costs"), lambda gap: words[gap.loss], "cost", badge=_tone),
            Column("problem", _("Why")),
            Column("remedy", _("What to do")),
        ],
        search=["name", "field", "problem"],
        choices={
            "file": (_("File"), [(one.name, one.name) for one in STANDARDS]),
            "cost": (_("What it costs"), [(loss.value, words[loss]) for loss in Loss]),
        },
        per_page=25,
        empty_title=_("No gap"),
        empty_text=_("Everything that is kept here is in the files, whole."),
    )


def _tone(gap: Gap) -> str:
    return TONES[gap.loss]


@role_required(*READERS)
@require_safe
def published_zip(request: HttpRequest) -> HttpResponse:
    """The five files, the gaps and a notice, in one archive."""
    name = f"cnig-{timezone.localdate():%Y%m%d}.zip"
    return _file(queries.archive(queries.publication()), "application/zip", name)


@role_required(*READERS)
@require_safe
def published_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    made = queries.publication().file(name)
    if made is None:
        raise Http404(name)
    return _file(csv_bytes(made.standard, made.rows), "text/csv; charset=utf-8", file_name(made.standard))


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@role_required(Role.DEVELOPER)
@require_POST
def give_identifiers(request: HttpRequest) -> HttpResponse:
    """Give an identifier to each site and piece of land that has none."""
    n = services.give_identifiers()
    said = ngettext("%(n)d identifier given.", "%(n)d identifiers given.", n) % {"n": n}
    messages.success(request, said) if n else messages.info(
        request, _("Each has one already, or no commune.")
    )
    return redirect("premises:published")


@role_required(Role.DEVELOPER)
@require_http_methods(METHODS)
def import_cnig(request: HttpRequest) -> HttpResponse:
    """Send CNIG files: what they would do is shown before anything is written."""
    form = CnigForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(imports.begin(IMPORT_KIND, form.cleaned_data["file"], signed_in(request)))
    context = {
        "form": form,
        "trail": [(reverse("premises:published"), _("Files"))],
        "one_by_one": reverse("imports:begin", args=[IMPORT_KIND]),
    }
    return render(request, "premises/published/import.html", context, status=422 if form.is_bound else 200)


def _year(request: HttpRequest) -> int:
    """The year asked for; this one for none, or for one that is not on the page."""
    text = request.GET.get("year", "")
    years = rates.years()
    return int(text) if re.fullmatch(r"\d{4}", text) and int(text) in years else years[0]


@role_required(*READERS)
@require_safe
def zae_vacancy(request: HttpRequest) -> HttpResponse:
    """The vacancy of zones on 1 January, and that of premises in priority neighbourhoods; what is not known."""
    year = _year(request)
    found = rates.site_rates(year)
    listing = _rates(request, found)
    if listing.wants_export:
        return listing.export()
    in_areas, areas = rates.neighbourhood_rates(year)
    writes = signed_in(request).has_role(Role.DEVELOPER)
    unsure = rates.unsure_units(year, Q(site__zone=True) | ~Q(zone_codes="")) if writes else []
    missing = _unsure(request, unsure)
    if missing.wants_export:
        return missing.export()
    context = {
        "year": str(year),
        "tabs": [(f"?year={one}", str(one), one == year) for one in rates.years()],
        "overall": rates.overall(found),
        "listing": listing,
        "in_areas": in_areas,
        "areas": areas,
        "missing": missing if unsure else None,
        "since": str(year - 2),
        "trail": [(reverse("premises:published"), _("Files"))],
    }
    return render(request, "premises/published/vacancy.html", context)


def _rates(request: HttpRequest, found: list[rates.SiteRate]) -> Listing:
    return Listing(
        request,
        found,
        name="rates",
        columns=[
            Column("name", _("Zone"), sort="name", link=lambda row: site_url(row.site)),
            Column("commune", _("Commune"), sort="commune"),
            Column("total", _("Units of land"), lambda row: row.rate.total, "total", numeric=True),
            Column("vacant", _("of which vacant"), lambda row: row.rate.vacant, "vacant", numeric=True),
            Column("unsure", _("not known"), lambda row: row.rate.unsure, "unsure", numeric=True),
            Column(
                "percent",
                _("Vacancy (%)"),
                lambda row: row.rate.percent,
                "percent",
                numeric=True,
                bar=lambda row: row.rate.percent,
            ),
            Column("most", _("at most (%)"), lambda row: row.rate.most, "most", numeric=True),
        ],
        search=["name", "commune"],
        per_page=25,
        empty_title=_("No zone yet"),
        empty_text=_("Import SITE-ECO and TERRAIN-ECO, or add an economic site."),
    )


def _unsure(request: HttpRequest, unsure: Sequence[Any]) -> Listing:
    return Listing(
        request,
        unsure,
        name="unsure",
        prefix="u_",
        columns=[
            Column("name", _("Premises or plot"), sort="name", link=lambda unit: unit.get_absolute_url()),
            Column("state", _("State"), lambda unit: unit.get_state_display()),
            Column("vacant_since", _("Vacant since"), sort="vacant_since"),
            Column("cfe", _("No CFE since"), lambda unit: str(unit.cfe_free_since or "")),
        ],
        search=["name"],
        per_page=15,
    )


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What everyone may take: what is offered, economic sites, the vacancy of each zone."""
    year = rates.years()[0]
    listing = _rates(request, rates.site_rates(year))
    if listing.wants_export:
        return listing.export()
    context = {
        "listing": listing,
        "year": str(year),
        "collections": [
            {
                "id": one.id,
                "title": one.title,
                "description": one.description,
                "url": reverse("premises:open_geojson", args=[one.id]),
            }
            for one in features.COLLECTIONS.values()
        ],
        "ogc": request.build_absolute_uri(reverse("premises:ogc")),
    }
    return render(request, "premises/published/open_data.html", context)


def _state(request: HttpRequest, name: str) -> str | None:
    found = features.COLLECTIONS.get(name)
    return None if found is None else f'W/"{found.tag()}"'


@login_not_required
@require_safe
@gzip_page
@condition(etag_func=_state)
def open_geojson(request: HttpRequest, name: str) -> HttpResponseBase:
    """A collection whole, as GeoJSON."""
    found = features.COLLECTIONS.get(name)
    if found is None:
        raise Http404(name)
    if exceeded(request, "premises-geojson", limit=DOWNLOADS_A_MINUTE):
        return HttpResponse(_("Too many requests: wait a minute."), status=429, content_type="text/plain")
    rows = (found.feature(row) for row in found.rows().iterator(chunk_size=500))
    response = StreamingHttpResponse(features.geojson(rows), content_type="application/geo+json")
    response["Content-Disposition"] = f'attachment; filename="{name}.geojson"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response
