"""What is known of the territory, read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from croisee.engine.zones import Index
from croisee.territory.address_search import search_addresses
from croisee.territory.loaders.catalogue import OFFICIAL, Official
from croisee.territory.models import (
    Address,
    Commune,
    DataSet,
    DataSetKind,
    Epci,
    Establishment,
    Location,
    School,
    TransitFeed,
    Zone,
    ZoneIndicator,
    ZoneKind,
)
from croisee.territory.zone_layers import zone_layer

__all__ = ["Missing", "Status", "current_zone_index", "search_addresses", "territory_status", "zones_of"]


def current_zone_index(kind: str = ZoneKind.QPV, generation: int | None = None) -> Index | None:
    """The engine's index of the loaded zones of one kind, of `generation` or of the newest that has outlines.

    None when no outline is loaded. The index answers in longitude and latitude or EPSG:2154, with bands of 300 and
    500 m. It is made once for each state of the data.
    """
    layer = zone_layer(kind, generation)
    return None if layer is None else layer.index


@dataclass(frozen=True, slots=True)
class Missing:
    """A kind of data set of which nothing is loaded, and where it is to be had."""

    kind: DataSetKind
    official: Official


@dataclass(frozen=True, slots=True)
class Status:
    """What is loaded for one EPCI."""

    epci: Epci
    data_sets: Sequence[DataSet]
    communes: int
    outlined: int
    zones: Sequence[tuple[str, int, int, int]]
    """Kind, generation, how many, how many of them with an outline."""
    indicator_values: int
    indicators: int
    """How many have values here."""
    described_zones: int
    """How many zones have values."""
    schools: int
    colleges: int
    colleges_located: int
    colleges_at_commune: int
    priority_colleges: int
    addresses: int
    establishments: int
    timetables: Sequence[TransitFeed]
    """Without their arrays."""
    missing: Sequence[Missing]


def territory_status(epci: Epci) -> Status:
    """What is loaded for `epci`, and what is not; eight queries, whatever the size of the territory."""
    data_sets = list(DataSet.objects.filter(epci=epci).select_related("epci"))
    has_outline = ExpressionWrapper(Q(outline__isnull=False), BooleanField())
    communes = dict(
        Commune.objects.filter(epci=epci).values_list("code").annotate(has_outline=has_outline).order_by()
    )
    its_zones = _zones_in(communes)
    zones = _counted(its_zones)
    college = Q(kind="college")
    schools = School.objects.filter(epci=epci).aggregate(
        all=Count("pk"),
        colleges=Count("pk", filter=college),
        located=Count("pk", filter=college & Q(location=Location.POINT)),
        at_commune=Count("pk", filter=college & Q(location=Location.COMMUNE)),
        priority=Count("pk", filter=college & Q(priority__in=["REP", "REP+"])),
    )
    figures = ZoneIndicator.objects.filter(zone__in=its_zones).aggregate(
        indicators=Count("indicator", distinct=True),
        indicator_values=Count("pk"),
        described_zones=Count("zone", distinct=True),
    )
    return Status(
        **figures,
        epci=epci,
        data_sets=data_sets,
        communes=len(communes),
        outlined=sum(communes.values()),
        zones=zones,
        schools=schools["all"],
        colleges=schools["colleges"],
        colleges_located=schools["located"],
        colleges_at_commune=schools["at_commune"],
        priority_colleges=schools["priority"],
        addresses=Address.objects.filter(street__commune__epci=epci).count(),
        establishments=Establishment.objects.filter(commune__epci=epci).count(),
        timetables=list(TransitFeed.objects.filter(data_set__epci=epci).defer("arrays")),
        missing=_missing(data_sets, zones),
    )


def _counted(zones: QuerySet[Zone]) -> list[tuple[str, int, int, int]]:
    rows = (
        zones.order_by("kind", "generation")
        .values_list("kind", "generation")
        .annotate(all=Count("pk"), outlined=Count("pk", filter=Q(outline__isnull=False)))
    )
    return [
        (str(ZoneKind(kind).label), generation, count, outlined) for kind, generation, count, outlined in rows
    ]


def zones_of(epci: Epci) -> QuerySet[Zone]:
    """The zones that lie, at least in part, in a commune of `epci`."""
    return _zones_in(Commune.objects.filter(epci=epci).values_list("code", flat=True))


def _zones_in(communes: Iterable[str]) -> QuerySet[Zone]:
    return Zone.objects.filter(commune_codes__overlap=list(communes))


def _missing(data_sets: Sequence[DataSet], zones: Sequence[tuple[str, int, int, int]]) -> list[Missing]:
    held = {data_set.kind for data_set in data_sets}
    missing = [
        Missing(kind, OFFICIAL[kind]) for kind in DataSetKind if kind not in held and OFFICIAL[kind].needed
    ]
    newest = any(generation == 2024 and outlined for _kind, generation, _all, outlined in zones)
    if DataSetKind.QPV in held and not newest:
        missing.append(Missing(DataSetKind.QPV, OFFICIAL[DataSetKind.QPV]))
    return missing
