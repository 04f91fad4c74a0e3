"""The tables that say in words what the territory map shows."""

from collections.abc import Callable, Sequence

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.listings import Column, Listing
from croisee.portal.queries import Figure
from croisee.territory.models import (
    Commune,
    DataSet,
    EducationPriority,
    School,
    SchoolKind,
    TransitStop,
    Zone,
    ZoneKind,
)

# Under a map, a screen of rows.
ROWS = 20


def zone_url(zone: Zone) -> str:
    """The page of a zone."""
    return reverse("portal:zone", args=[zone.code])


def zones_table(request: HttpRequest) -> Listing:
    """Priority neighbourhoods of every generation, and city neighbourhoods."""
    names = dict(Commune.objects.values_list("code", "name"))
    zones = Zone.objects.exclude(kind=ZoneKind.ZFU).defer("outline")
    pairs = set(zones.order_by().values_list("kind", "generation"))
    generations = sorted({generation for _kind, generation in pairs if generation}, reverse=True)
    columns = [
        Column("name", _("Name"), value=lambda zone: zone.name or zone.code, sort="name", link=zone_url),
        Column("code", _("Code"), sort="code"),
    ]
    if len({kind for kind, _generation in pairs}) > 1:
        columns.append(Column("kind", _("What it is"), value=Zone.get_kind_display, sort="kind"))
    if generations:
        shown = Column("generation", _("Generation"), lambda zone: str(zone.generation or ""), "generation")
        columns.append(shown)
    columns.append(Column("communes", _("Communes"), value=lambda zone: _communes(zone, names)))
    return Listing(
        request,
        zones.order_by("-generation", "kind", "name"),
        name="zones",
        columns=columns,
        per_page=ROWS,
        search=["name", "code"],
        choices={"generation": (_("Generation"), [(year, str(year)) for year in generations])}
        if len(generations) > 1
        else {},
        empty_title=_("No neighbourhood is loaded yet"),
        empty_text=_("Load the territory with: croisee territory load"),
    )


def _communes(zone: Zone, names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in zone.commune_codes)


def communes_table(request: HttpRequest) -> Listing:
    """The communes, and whether a priority neighbourhood of the newest generation lies there."""
    generation = (
        Zone.objects.filter(kind=ZoneKind.QPV).order_by("-generation").values_list("generation", flat=True)
    )
    here = Zone.objects.filter(
        kind=ZoneKind.QPV, generation=generation.first() or 0, commune_codes__contains=[OuterRef("code")]
    )
    return Listing(
        request,
        Commune.objects.defer("outline").annotate(with_qpv=Exists(here)),
        name="communes",
        columns=[
            Column("name", _("Name"), sort="name"),
            Column("code", _("INSEE code"), sort="code"),
            Column("postcodes", _("Postcodes"), value=lambda commune: ", ".join(commune.postcodes)),
            Column("population", _("Inhabitants"), sort="population", numeric=True),
            Column("with_qpv", _("Priority neighbourhood"), sort="with_qpv"),
        ],
        per_page=ROWS,
        search=["name", "code"],
        empty_title=_("No commune is loaded yet"),
        empty_text=_("Load the territory with: croisee territory load"),
    )


def schools_table(request: HttpRequest) -> Listing:
    """The schools with their place in priority education."""
    rank = Case(
        When(priority=EducationPriority.REP_PLUS, then=Value(0)),
        When(priority=EducationPriority.REP, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    schools = School.objects.select_related("commune").annotate(rank=rank)
    return Listing(
        request,
        schools.order_by("rank", "name", "uai"),
        name="schools",
        columns=[
            Column("name", _("Name"), value=str, sort="name"),
            Column("uai", _("UAI code"), sort="uai"),
            Column("kind", _("Kind"), value=School.get_kind_display, sort="kind"),
            Column("commune", _("Commune"), sort="commune__name"),
            Column(
                "priority", _("Priority education"), School.get_priority_display, "rank", badge=_priority_tone
            ),
        ],
        per_page=ROWS,
        search=["name", "uai", "commune__name"],
        choices={
            "kind": (_("Kind"), SchoolKind.choices),
            "priority": (_("Priority education"), [pair for pair in EducationPriority.choices if pair[0]]),
        },
        empty_title=_("No school is loaded yet"),
        empty_text=_("Load the territory with: croisee territory load"),
    )


def _priority_tone(school: School) -> str:
    return "info" if school.is_priority else ""


def figures_table(request: HttpRequest, figures: Sequence[Figure]) -> Listing:
    """What statistics say of a zone, and the median of those like it."""
    columns = [
        Column("indicator", _("Indicator"), sort="indicator", value=lambda figure: str(figure.indicator)),
        Column("value", _("Value"), value=lambda figure: _written(figure, figure.value), numeric=True),
        Column("unit", _("Unit"), value=lambda figure: figure.indicator.unit),
        Column("period", _("Year")),
    ]
    if any(figure.median is not None for figure in figures):
        columns += [
            Column("median", _("Median"), value=lambda figure: _written(figure, figure.median), numeric=True),
            Column("compared", _("Neighbourhoods compared"), numeric=True),
        ]
    listing = Listing(request, figures, columns, name="indicators", per_page=100)
    if listing.wants_export:
        # On the page they are said once, under the table.
        code = Column("code", _("Code"), value=lambda figure: figure.indicator.code)
        source = Column("source", _("Source"), value=lambda figure: source_in_words(figure.source))
        listing.columns = [code, *columns, source]
    return listing


def _written(figure: Figure, value: float | None) -> float | int | None:
    """A count without decimals; the median of two counts may have one."""
    return int(value) if value is not None and figure.indicator.is_whole and value.is_integer() else value


def source_in_words(data_set: DataSet) -> str:
    """The publication, whose it is, its licence and its file."""
    return f"{data_set.title} ({data_set.producer}, {data_set.licence}, {data_set.source})"


def stops_table(request: HttpRequest) -> Listing:
    """The stops of the timetables in use, with the lines that serve each."""
    return Listing(
        request,
        TransitStop.objects.order_by("name", "code", "pk"),
        name="stops",
        columns=[
            Column("name", _("Name"), sort="name"),
            Column("code", _("Code"), sort="code"),
            Column("lines", _("Lines"), value=lambda stop: ", ".join(stop.lines)),
        ],
        per_page=ROWS,
        search=["name", "code"],
        empty_title=_("No timetable is loaded yet"),
        empty_text=_("Load the GTFS feed of the network with: croisee territory load"),
    )


TABLES: dict[str, tuple[str | Promise, Callable[[HttpRequest], Listing]]] = {
    "zones": (gettext_lazy("Neighbourhoods"), zones_table),
    "communes": (gettext_lazy("Communes"), communes_table),
    "schools": (gettext_lazy("Schools and collèges"), schools_table),
    "stops": (gettext_lazy("Stops"), stops_table),
}
