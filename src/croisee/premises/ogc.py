"""OGC API – Features, Part 1: Core 1.0.1 (OGC 17-069r4): what a request asks for, and the documents that answer.

Coordinates are longitude and latitude (CRS84), the only system. A parameter that is not known, or whose value cannot
be, is refused (requirements /req/core/query-param-unknown and query-param-invalid).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from croisee.premises.queries.open_data import COLLECTIONS, Box, Collection, extent

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON, JSON, HTML = "application/geo+json", "application/json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS_TO = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "oas30", "html", "geojson")
)
DEFAULT_LIMIT, MOST = 100, 1000
FURTHEST = 1_000_000
FORMATS = ("json", "html")
DAY = r"\d{4}-\d{2}-\d{2}"
INSTANT = re.compile(rf"{DAY}(T\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?(Z|[+-]\d{{2}}:\d{{2}}))?")


class BadParameter(ValueError):  # noqa: N818  reads as the sentence it is
    """A parameter that is not known or cannot be read; the sentence says which and what to write."""


@dataclass(frozen=True)
class Asked:
    """What a request for features asks: `boxes` none for everywhere, `filters` by property."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    boxes: tuple[Box, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)


def asked(query: QueryDict, collection: Collection) -> Asked:
    """The request for features that a query string is. Raises BadParameter."""
    known = {"f", "limit", "offset", "bbox", "datetime", *collection.filters}
    only(query, known)
    _instants(query.get("datetime", ""))
    return Asked(
        limit=min(_whole(query, "limit", DEFAULT_LIMIT, 1), MOST),
        offset=_whole(query, "offset", 0, 0, FURTHEST),
        boxes=_boxes(str(query["bbox"])) if "bbox" in query else (),
        filters={
            name: _value(collection, name, str(query[name])) for name in collection.filters if name in query
        },
    )


def only(query: QueryDict, known: set[str]) -> None:
    """Raises BadParameter for a parameter that is not `known`, is given twice, or a format that is none of ours."""
    for name, values in query.lists():
        if name not in known:
            raise BadParameter(
                _("The parameter “%(name)s” is not known here. Known: %(known)s.")
                % {"name": name[:40], "known": ", ".join(sorted(known))}
            )
        if len(values) > 1:
            raise BadParameter(_("The parameter “%(name)s” is there twice.") % {"name": name})
    if query.get("f", FORMATS[0]) not in FORMATS:
        raise BadParameter(_("“f” is json or html."))


def _whole(query: QueryDict, name: str, default: int, least: int, most: int | None = None) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least or (most is not None and int(text) > most):
        raise BadParameter(_("“%(name)s” is a whole number from %(least)d.") % {"name": name, "least": least})
    return int(text)


def _value(collection: Collection, name: str, text: str) -> str:
    values = collection.filters[name].values
    if values and text not in values:
        raise BadParameter(
            _("“%(name)s” is one of: %(values)s.") % {"name": name, "values": ", ".join(values)}
        )
    if "\0" in text or len(text) > 100:
        raise BadParameter(_("“%(name)s” cannot be read.") % {"name": name})
    return text


def _boxes(text: str) -> tuple[Box, ...]:
    """One box, or the two halves of one that crosses the antimeridian; heights of six numbers are passed over."""
    shape = _("“bbox” is west,south,east,north in degrees (longitude and latitude), with or without heights.")
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadParameter(shape) from None
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise BadParameter(shape)
    west, south, east, north = numbers
    if south > north or max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
        raise BadParameter(shape)
    if west > east:
        return ((west, south, 180.0, north), (-180.0, south, east, north))
    return ((west, south, east, north),)


def _instants(text: str) -> None:
    """Checked, and then of no effect: no feature has a time, so each of them is of any (/req/core/fc-time-response)."""
    if not text:
        return
    parts = text.split("/")
    instants = [part for part in parts if part not in ("", "..")]
    sound = len(parts) <= 2 and bool(instants or len(parts) == 2) and all(map(_is_instant, instants))
    if sound and len(parts) == 2 and len(instants) == 2:
        sound = instants[0][:10] <= instants[1][:10]
    if not sound:
        raise BadParameter(
            _("“datetime” is an instant or an interval of RFC 3339, as 2026-01-01T00:00:00Z or 2026-01-01/..")
        )


def _is_instant(text: str) -> bool:
    if not INSTANT.fullmatch(text):
        return False
    try:
        dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    """A link as every document has them."""
    found = {"href": href, "rel": rel, "type": media}
    return found | ({"title": title} if title else {})


def described(collection: Collection, base: str) -> dict[str, Any]:
    """The description of a collection; `base` is the address of the landing page."""
    own = f"{base}/collections/{collection.id}"
    box = extent(collection)
    found: dict[str, Any] = {
        "id": collection.id,
        "title": str(collection.title),
        "description": str(collection.description),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(own, "self", JSON),
            link(f"{own}?f=html", "alternate", HTML),
            link(f"{own}/items", "items", GEOJSON, str(collection.title)),
            link(f"{own}/items?f=html", "items", HTML, str(collection.title)),
        ],
    }
    if box is not None:
        found["extent"] = {"spatial": {"bbox": [list(box)], "crs": CRS84}}
    return found


def landing(base: str) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": _("Premises and economic sites of the territory"),
        "description": _("What is offered and shown to everyone, for maps: OGC API – Features."),
        "links": [
            link(base, "self", JSON, _("This document")),
            link(f"{base}?f=html", "alternate", HTML, _("This document as a page")),
            link(f"{base}/api", "service-desc", OPENAPI, _("Definition of the service (OpenAPI 3.0)")),
            link(f"{base}/api?f=html", "service-doc", HTML, _("The service, described")),
            link(f"{base}/conformance", "conformance", JSON, _("What it conforms to")),
            link(f"{base}/collections", "data", JSON, _("The collections")),
        ],
    }


def collections(base: str) -> dict[str, Any]:
    """All collections."""
    own = f"{base}/collections"
    return {
        "links": [link(own, "self", JSON), link(f"{own}?f=html", "alternate", HTML)],
        "collections": [described(one, base) for one in COLLECTIONS.values()],
    }


def openapi(base: str) -> dict[str, Any]:
    """The definition of the service, OpenAPI 3.0."""
    paths: dict[str, Any] = {
        "/": _operation("getLandingPage", _("Landing page")),
        "/conformance": _operation("getConformanceDeclaration", _("What it conforms to")),
        "/collections": _operation("getCollections", _("The collections")),
    }
    for one in COLLECTIONS.values():
        own, name = f"/collections/{one.id}", one.id.capitalize()
        paths[own] = _operation(f"describe{name}", str(one.title))
        paths[f"{own}/items"] = _operation(f"get{name}", str(one.title), [*_PAGING, *_filters(one)], GEOJSON)
        paths[f"{own}/items/{{featureId}}"] = _operation(
            f"get{name}Feature", str(one.title), [_FEATURE], GEOJSON
        )
    return {
        "openapi": "3.0.3",
        "info": {"title": landing(base)["title"], "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
    }


def _parameter(name: str, schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema), **more}


_FORMAT = _parameter("f", {"type": "string", "enum": list(FORMATS), "default": "json"})
_PAGING = [
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
               style="form", explode=False),
    _parameter("offset", {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0}),
    _parameter("bbox", {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }, style="form", explode=False),
    _parameter("datetime", {"type": "string"}, style="form", explode=False),
]  # fmt: skip
_FEATURE = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}


def _filters(collection: Collection) -> list[dict[str, Any]]:
    found = []
    for one in collection.filters.values():
        schema: dict[str, Any] = {"type": "string"}
        if one.values:
            schema["enum"] = list(one.values)
        found.append(_parameter(one.name, schema, description=str(one.label)))
    return found


def _operation(
    name: str, summary: str, parameters: list[dict[str, Any]] | None = None, media: str = JSON
) -> dict[str, Any]:
    answer = {"description": summary, "content": {media: {"schema": {"type": "object"}}}}
    refused = {"description": _("A parameter that is not known or cannot be read.")}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*(parameters or []), _FORMAT],
            "responses": {"200": answer, "400": refused},
        }
    }
