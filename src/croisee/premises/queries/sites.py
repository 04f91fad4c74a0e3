"""What the pages of economic sites read, beyond a filter."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import shapely
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from croisee.foundation.dates import add_months
from croisee.premises.inventory import MONTHS_BETWEEN, Standing, standing
from croisee.premises.models import EMPTY, Site, Unit

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

PRECISION = 0.00001
"""In degrees: about a metre."""


def listed(account: Reader) -> QuerySet[Site]:
    """Sites with how many units one may see in each, and how many of them nobody occupies."""
    seen = Q(units__in=Unit.objects.visible_to(account).order_by().values("pk"))
    empty = Q(units__state__in=[str(state) for state in EMPTY])
    counted = Site.objects.visible_to(account).annotate(
        known=Count("units", filter=seen), empty=Count("units", filter=seen & empty)
    )
    return counted.defer("outline").order_by("name", "pk")


def of_inventory(site: Site, today: dt.date | None = None) -> Standing:
    """Where the inventory of a site stands."""
    return standing(
        zone=site.zone,
        updated_on=site.updated_on,
        consulted_on=site.consulted_on,
        today=today or timezone.localdate(),
    )


def is_late(today: dt.date | None = None) -> Q:
    """Over sites: those whose inventory is more than six years old, a consultation of today left aside."""
    return Q(zone=True, updated_on__lt=add_months(today or timezone.localdate(), -MONTHS_BETWEEN))


def late(account: Reader, today: dt.date | None = None) -> QuerySet[Site]:
    """The zones whose inventory the law wants brought up to date."""
    return Site.objects.visible_to(account).filter(is_late(today))


def geojson(sites: QuerySet[Site]) -> dict[str, Any]:
    """Those that have an outline, as GeoJSON in lon/lat."""
    drawn = sites.filter(outline__isnull=False).only("name", "vocation", "commune_name", "outline")
    return {"type": "FeatureCollection", "features": [_feature(site) for site in drawn]}


def _feature(site: Site) -> dict[str, Any]:
    outline = shapely.set_precision(shapely.from_wkb(bytes(site.outline or b"")), PRECISION)
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(outline)),
        "properties": {
            "code": str(site.pk),
            "name": site.name,
            "detail": f"{capfirst(str(site.get_vocation_display()))}, {site.commune_name}",
            "url": reverse("premises:site", args=[site.pk]),
        },
    }
