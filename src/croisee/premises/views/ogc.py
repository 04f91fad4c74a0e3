"""OGC API – Features, for everyone: what is offered, on anybody's map. JSON for programs, pages for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from croisee.foundation.throttle import exceeded
from croisee.premises import ogc
from croisee.premises.queries import open_data
from croisee.premises.queries.open_data import COLLECTIONS, Collection

A_MINUTE = 600
"""Requests that one address may make a minute: a map that is dragged asks many."""
Answer = Callable[..., HttpResponseBase]


def _open(view: Answer) -> Answer:
    """Open to everyone, read-only, on any page of the web; a parameter that cannot be is answered 400, in JSON."""

    @login_not_required
    @require_safe
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if exceeded(request, "ogc", limit=A_MINUTE):
            response: HttpResponseBase = _refused(
                429, "TooManyRequests", _("Too many requests: wait a minute.")
            )
            response["Retry-After"] = "60"
        else:
            try:
                response = view(request, **parts)
            except ogc.BadParameter as refused:
                response = _refused(400, "InvalidParameterValue", str(refused))
            except Http404:
                response = _refused(404, "NotFound", _("There is no such collection or feature."))
        response["Access-Control-Allow-Origin"] = "*"
        patch_vary_headers(response, ["Accept"])
        return response

    guarded.__name__, guarded.__doc__ = view.__name__, view.__doc__
    return guarded


def _refused(status: int, code: str, description: str) -> HttpResponse:
    text = json.dumps({"code": code, "description": description}, ensure_ascii=False)
    return HttpResponse(text, content_type=ogc.JSON, status=status)


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("premises:ogc"))


def _wants_page(request: HttpRequest) -> bool:
    """`f` says it; else what the browser accepts first."""
    if "f" in request.GET:
        return request.GET["f"] == "html"
    accepted = request.headers.get("Accept", "")
    return accepted.startswith(ogc.HTML) and "json" not in accepted


def _written(request: HttpRequest, document: Any, media: str = ogc.JSON, tag: str = "") -> HttpResponseBase:
    """A document as JSON; 304 to who has the same already."""
    response = HttpResponse(json.dumps(document, ensure_ascii=False), content_type=media)
    response["Cache-Control"] = "no-cache" if tag else "max-age=3600"
    if not tag:
        return response
    etag = f'W/"{tag}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _page(
    request: HttpRequest,
    title: str,
    lead: str,
    *,
    links: Sequence[tuple[str, str]] = (),
    facts: Sequence[tuple[str, object]] = (),
    table: tuple[Sequence[str], Sequence[Sequence[object]]] | None = None,
    trail: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "links": links,
        "facts": facts,
        "table": table,
        "trail": [(reverse("premises:open_data"), _("Open data")), *trail],
    }
    return render(request, "premises/published/ogc.html", context)


def _trail(*collection: Collection) -> list[tuple[str, str]]:
    root = reverse("premises:ogc")
    found = [(f"{root}?f=html", "OGC API")]
    return found + [(f"{root}/collections/{one.id}?f=html", str(one.title)) for one in collection]


@_open
def landing(request: HttpRequest) -> HttpResponseBase:
    """The landing page."""
    ogc.only(request.GET, {"f"})
    base = _base(request)
    document = ogc.landing(base)
    if not _wants_page(request):
        return _written(request, document)
    links = [
        (f"{base}/collections?f=html", _("The collections")),
        (f"{base}/conformance?f=html", _("What it conforms to")),
        (f"{base}/api?f=html", _("The service, described")),
    ]
    lead = _("Add a connection “WFS / OGC API – Features” in QGIS with this address: %(url)s") % {"url": base}
    return _page(request, document["title"], lead, links=links)


@_open
def conformance(request: HttpRequest) -> HttpResponseBase:
    """What the service conforms to."""
    ogc.only(request.GET, {"f"})
    if not _wants_page(request):
        return _written(request, {"conformsTo": list(ogc.CONFORMS_TO)})
    lead = _("Requirement classes of OGC API – Features, Part 1: Core.")
    rows = [[one] for one in ogc.CONFORMS_TO]
    return _page(request, _("What it conforms to"), lead, table=([_("Class")], rows), trail=_trail())


@_open
def api(request: HttpRequest) -> HttpResponseBase:
    """The definition of the service."""
    ogc.only(request.GET, {"f"})
    document = ogc.openapi(_base(request))
    if not _wants_page(request):
        return _written(request, document, ogc.OPENAPI)
    rows = [
        (path, said["get"]["summary"], ", ".join(one["name"] for one in said["get"]["parameters"]))
        for path, said in document["paths"].items()
    ]
    table = ([_("Address"), _("What it gives"), _("Parameters")], rows)
    lead = _("Addresses under the landing page. Read-only, for everyone, coordinates in WGS 84.")
    return _page(request, _("The service, described"), lead, table=table, trail=_trail())


@_open
def collections(request: HttpRequest) -> HttpResponseBase:
    """The collections."""
    ogc.only(request.GET, {"f"})
    base = _base(request)
    if not _wants_page(request):
        tag = ".".join(one.tag() for one in COLLECTIONS.values())
        return _written(request, ogc.collections(base), tag=tag)
    rows = [(one.title, one.description) for one in COLLECTIONS.values()]
    links = [(f"{base}/collections/{one.id}?f=html", str(one.title)) for one in COLLECTIONS.values()]
    lead = _("Each is a layer of a map.")
    return _page(
        request,
        _("The collections"),
        lead,
        links=links,
        table=([_("Collection"), _("What is in it")], rows),
        trail=_trail(),
    )


def _found(collection_id: str) -> Collection:
    try:
        return COLLECTIONS[collection_id]
    except KeyError:
        raise Http404(collection_id) from None


@_open
def collection(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """One collection."""
    found = _found(collection_id)
    ogc.only(request.GET, {"f"})
    base = _base(request)
    if not _wants_page(request):
        return _written(request, ogc.described(found, base), tag=found.tag())
    rows = [(one.name, one.label, _("yes") if one.condition else _("no")) for one in found.properties]
    own = f"{base}/collections/{found.id}/items"
    return _page(
        request,
        str(found.title),
        str(found.description),
        links=[(f"{own}?f=html", _("See its features")), (own, _("Its features as GeoJSON"))],
        table=([_("Property"), _("What it is"), _("Filters")], rows),
        trail=_trail(),
    )


@_open
def items(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """The features of a collection, by pages."""
    found = _found(collection_id)
    wanted = ogc.asked(request.GET, found)
    rows = found.rows()
    for name, value in wanted.filters.items():
        condition = found.filters[name].condition
        rows = rows.filter(condition(value)) if condition else rows
    if wanted.boxes:
        rows = found.within(rows, wanted.boxes)
    matched = rows.count()
    features = [found.feature(row) for row in rows[wanted.offset : wanted.offset + wanted.limit]]
    links = _paging(request, found, wanted, matched)
    if _wants_page(request):
        return _items_page(request, found, features, matched, links)
    document = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": matched,
        "numberReturned": len(features),
        "links": links,
        "features": features,
    }
    return _written(request, document, ogc.GEOJSON, f"{found.tag()}-{matched}")


def _paging(request: HttpRequest, found: Collection, wanted: ogc.Asked, matched: int) -> list[dict[str, str]]:
    """Links to this page, to the other form of it, to the pages around it, to the collection."""
    base = _base(request)
    own = f"{base}/collections/{found.id}"
    page = _wants_page(request)
    media, other = (ogc.HTML, ogc.GEOJSON) if page else (ogc.GEOJSON, ogc.HTML)

    def address(**changes: object) -> str:
        query = request.GET.copy()
        for name, value in changes.items():
            query[name] = str(value)
        return f"{own}/items?{query.urlencode()}" if query else f"{own}/items"

    links = [
        ogc.link(address(), "self", media),
        ogc.link(address(f="json" if page else "html"), "alternate", other),
        ogc.link(own, "collection", ogc.JSON, str(found.title)),
    ]
    if wanted.offset + wanted.limit < matched:
        links.append(ogc.link(address(offset=wanted.offset + wanted.limit), "next", media))
    if wanted.offset:
        links.append(ogc.link(address(offset=max(0, wanted.offset - wanted.limit)), "prev", media))
    return links


def _items_page(
    request: HttpRequest,
    found: Collection,
    features: Sequence[Mapping[str, Any]],
    matched: int,
    links: Sequence[Mapping[str, str]],
) -> HttpResponse:
    shown = [one for one in found.properties if one.name in SHOWN[found.id]]
    rows = [[feature["properties"][one.name] for one in shown] for feature in features]
    words = {"next": _("Next page"), "prev": _("Previous page"), "alternate": _("As GeoJSON")}
    return _page(
        request,
        str(found.title),
        _("%(n)d features in all.") % {"n": matched},
        links=[(one["href"], words[one["rel"]]) for one in links if one["rel"] in words],
        table=([str(one.label) for one in shown], rows),
        trail=_trail(found),
    )


SHOWN = {
    open_data.PREMISES.id: ("name", "kind_label", "surface_m2", "rent_eur_month", "address"),
    open_data.SITES.id: ("name", "vocation", "gross_ha", "commune_name"),
}
"""The properties of a table of features: the others are on the page of each."""


@_open
def item(request: HttpRequest, collection_id: str, feature_id: str) -> HttpResponseBase:
    """One feature."""
    found = _found(collection_id)
    ogc.only(request.GET, {"f"})
    try:
        row = found.rows().filter(pk=UUID(feature_id)).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404(feature_id)
    own = f"{_base(request)}/collections/{found.id}"
    feature = found.feature(row)
    if _wants_page(request):
        facts = [(str(one.label), feature["properties"][one.name]) for one in found.properties]
        links = [(f"{own}/items/{row.pk}", _("As GeoJSON"))]
        return _page(request, str(row), str(found.title), facts=facts, links=links, trail=_trail(found))
    feature["links"] = [
        ogc.link(f"{own}/items/{row.pk}", "self", ogc.GEOJSON),
        ogc.link(f"{own}/items/{row.pk}?f=html", "alternate", ogc.HTML),
        ogc.link(own, "collection", ogc.JSON),
    ]
    return _written(request, feature, ogc.GEOJSON, f"{row.pk}-{row.updated_at.timestamp()}")
