"""What the public pages read of the territory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import Aggregate, Count, FloatField, Max, Q, QuerySet, Sum
from django.http import Http404

from croisee.engine.zones import Index
from croisee.engine.zones.projection import REGIONS, regions_of
from croisee.foundation.registry import Text, personal_data
from croisee.territory.models import (
    Commune,
    DataSet,
    EducationPriority,
    Indicator,
    School,
    SchoolKind,
    TransitStop,
    Zone,
    ZoneIndicator,
    ZoneKind,
)

PRIORITY = [EducationPriority.REP, EducationPriority.REP_PLUS]
# The band around a priority neighbourhood within which public policy counts what is near it, in metres.
BAND = 300.0
# Neighbouring zones are looked for within about 10 km, and the nearest are shown.
NEARBY_DEGREES = 0.12
NEIGHBOURS = 6
# A median of fewer neighbourhoods than these says little.
FEWEST_COMPARED = 5


@dataclass(frozen=True)
class Figures:
    """What is loaded, counted; `generation` is that of the current priority neighbourhoods."""

    communes: int
    population: int
    neighbourhoods: int
    generation: int | None
    colleges: int
    priority_colleges: int


def figures() -> Figures:
    """The key figures of the home page, in three queries."""
    communes = Commune.objects.aggregate(count=Count("pk"), people=Sum("population"))
    qpv = Zone.objects.filter(kind=ZoneKind.QPV).order_by()
    generations = dict(qpv.values_list("generation").annotate(count=Count("pk")))
    colleges = School.objects.filter(kind=SchoolKind.COLLEGE).aggregate(
        count=Count("pk"), priority=Count("pk", filter=Q(priority__in=PRIORITY))
    )
    generation = max(generations, default=None)
    return Figures(
        communes=communes["count"],
        population=communes["people"] or 0,
        neighbourhoods=generations[generation] if generation else 0,
        generation=generation,
        colleges=colleges["count"],
        priority_colleges=colleges["priority"],
    )


def has_stops() -> bool:
    """Whether a timetable is loaded."""
    return TransitStop.objects.exists()


def zone_by_code(code: str) -> Zone:
    """The zone of that code, of its latest generation. Raises Http404."""
    zone = Zone.objects.filter(code=code).order_by("-generation").first()
    if zone is None:
        raise Http404(code)
    return zone


def communes_of(zone: Zone) -> QuerySet[Commune]:
    """The loaded communes that the zone lies in."""
    return Commune.objects.filter(code__in=zone.commune_codes)


@dataclass(frozen=True)
class NearSchool:
    """A school in a zone, or near it."""

    school: School
    inside: bool


def schools_near(zone: Zone, within: float = BAND) -> list[NearSchool]:
    """The schools in the zone or at most `within` metres from it, those inside first.

    Only schools placed at their own point: the middle of a commune says nothing about a neighbourhood.
    """
    if zone.geometry is None or zone.west is None:
        return []
    schools = list(
        School.objects.filter(
            location="point",
            longitude__range=(zone.west - 0.01, (zone.east or 0) + 0.01),
            latitude__range=((zone.south or 0) - 0.01, (zone.north or 0) + 0.01),
        ).select_related("commune")
    )
    index = Index([zone.geometry], [zone.code], bands=(within,), crs=4326)
    lon = np.array([school.longitude for school in schools], dtype=float)
    lat = np.array([school.latitude for school in schools], dtype=float)
    inside = index.tag(lon, lat, crs=4326) != ""
    near = index.tag(lon, lat, within=within, crs=4326) != ""
    found = [NearSchool(school, bool(inside[i])) for i, school in enumerate(schools) if near[i]]
    return sorted(found, key=lambda item: (not item.inside, item.school.kind, item.school.name))


@dataclass(frozen=True)
class Neighbour:
    """Another zone of the same kind and generation, and the metres between the two outlines."""

    zone: Zone
    distance: int


def neighbours_of(zone: Zone) -> list[Neighbour]:
    """The nearest zones of the same kind and generation within about 10 km, nearest first."""
    if zone.geometry is None or zone.west is None:
        return []
    others = Zone.objects.filter(
        kind=zone.kind,
        generation=zone.generation,
        west__lte=(zone.east or 0) + NEARBY_DEGREES,
        east__gte=zone.west - NEARBY_DEGREES,
        south__lte=(zone.north or 0) + NEARBY_DEGREES,
        north__gte=(zone.south or 0) - NEARBY_DEGREES,
    ).exclude(pk=zone.pk)
    here = in_metres(zone.geometry)
    found = [
        Neighbour(other, round(here.distance(in_metres(other.geometry))))
        for other in others
        if other.geometry is not None
    ]
    return sorted(found, key=lambda neighbour: neighbour.distance)[:NEIGHBOURS]


class Median(Aggregate):
    """The value that half of the rows lie below (PostgreSQL)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Figure:
    """The value of an indicator in a zone, beside the median of the zones of its generation that have one.

    `median` is None when fewer than `FEWEST_COMPARED` zones have a value for that period; `compared` counts them.
    """

    indicator: Indicator
    period: str
    value: float
    median: float | None
    compared: int
    source: DataSet


def figures_of(zone: Zone) -> list[Figure]:
    """The indicators published of a zone, in the order of their file, latest year first; two queries at most."""
    held = ZoneIndicator.objects.filter(zone=zone).select_related("indicator", "data_set")
    values = list(held.order_by("indicator__position", "indicator", "-period"))
    if not values:
        return []
    peers = ZoneIndicator.objects.filter(
        zone__kind=zone.kind,
        zone__generation=zone.generation,
        indicator__in={value.indicator_id for value in values},
    )
    grouped = peers.order_by().values_list("indicator", "period")
    compared = {
        (indicator, period): (count, median if count >= FEWEST_COMPARED else None)
        for indicator, period, count, median in grouped.annotate(count=Count("pk"), median=Median("value"))
    }
    found = []
    for value in values:
        count, median = compared[value.indicator_id, value.period]
        found.append(Figure(value.indicator, value.period, value.value, median, count, value.data_set))
    return found


def sources_of(figures: Sequence[Figure]) -> list[DataSet]:
    """The files that these figures come from."""
    return sorted({figure.source for figure in figures}, key=lambda source: (source.title, source.source))


def in_metres(geometry: shapely.Geometry) -> shapely.Geometry:
    """A geometry in longitude and latitude in the official projection of its part of France."""
    corner = shapely.get_coordinates(geometry)[:1]
    region = REGIONS[int(regions_of(corner[:, 0], corner[:, 1])[0])]
    return shapely.transform(geometry, lambda xy: np.column_stack(region.project(xy[:, 0], xy[:, 1])))


def area_in_hectares(zone: Zone) -> float | None:
    """The area within the outline; None without one."""
    return None if zone.geometry is None else float(in_metres(zone.geometry).area) / 10_000


def sources() -> QuerySet[DataSet]:
    """The files that what is shown comes from."""
    return DataSet.objects.order_by("kind", "title", "source")


def generations() -> list[int]:
    """The generations of priority neighbourhoods that have an outline, newest first."""
    found = Zone.objects.filter(kind=ZoneKind.QPV, outline__isnull=False)
    return sorted(set(found.order_by().values_list("generation", flat=True)), reverse=True)


def generation_without_outline(drawn: list[int]) -> int | None:
    """The newest generation of priority neighbourhoods when it is known by name only, not drawn."""
    newest = Zone.objects.filter(kind=ZoneKind.QPV).aggregate(newest=Max("generation"))["newest"]
    return None if newest is None or newest in drawn else newest


def kinds() -> set[str]:
    """The kinds of zones that have an outline."""
    return set(
        Zone.objects.filter(outline__isnull=False).order_by().values_list("kind", flat=True).distinct()
    )


@dataclass(frozen=True)
class RetentionRule:
    """What is kept of people: the kind of data, what for, how long."""

    label: Text
    purpose: Text
    retention: Text


def retention_rules() -> list[RetentionRule]:
    """The rules that every service registered for its personal data."""
    return [
        RetentionRule(model._meta.verbose_name_plural or "", rule.purpose, rule.retention.words)
        for model, rule in personal_data.items()
    ]
