"""Finding opportunities by text, sector, travel time, period: what is asked, and the query that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, FloatField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from croisee.opportunities.distance import box_around, metres_sql
from croisee.opportunities.kinds import searched_apart
from croisee.opportunities.models import Period
from croisee.opportunities.sectors import Sector
from croisee.opportunities.travelling import with_minutes
from croisee.territory.travel.modes import LONGEST, Mode
from croisee.territory.travel.network import Network, current_network
from croisee.territory.wording import plain

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity

LONGEST_TEXT = 200
MOST_WORDS = 8
DISTANCES_KM = (2, 5, 10, 20, 50)
MINUTES = (15, 20, 30, 45, 60, 90)
SORTS = ("relevance", "minutes", "distance", "date")


@dataclass(frozen=True)
class Criteria:
    """What is searched. `lon`, `lat` (degrees) come together or not at all; `starts_on` is a day of the week wanted.

    `within_minutes` is told of the way one goes, `by`: public transport when empty. `sort` is one of
    SORTS; empty, the order follows from the rest: relevance with a text, minutes with a point, else publication.
    """

    text: str = ""
    sector: str = ""
    lon: float | None = None
    lat: float | None = None
    within_km: int | None = None
    within_minutes: int | None = None
    by: str = ""
    starts_on: date | None = None
    accessible: bool = False
    free_only: bool = False
    kind: str = ""
    organisation: UUID | None = None
    sort: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The criteria in the parameters of an address: whatever is malformed counts as not asked.

        The point is never read from there: see `at`.
        """
        return cls(
            text=str(data.get("text", "")).replace("\0", "").strip()[:LONGEST_TEXT],
            sector=_one_of(data.get("sector"), Sector.values),
            within_km=_bound(data.get("within_km"), 999),
            within_minutes=_bound(data.get("within_minutes"), LONGEST),
            by=_one_of(data.get("by"), (Mode.BICYCLE, Mode.FOOT)),
            starts_on=_day(data.get("starts_on")),
            accessible=bool(data.get("accessible")),
            free_only=bool(data.get("free_only")),
            kind=str(data.get("kind") or "").replace("\0", "")[:30],
            organisation=_uuid(data.get("organisation")),
            sort=_one_of(data.get("sort"), SORTS),
        )

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Self:
        """The criteria of a saved search, with the point that it was saved with."""
        lon, lat = data.get("lon"), data.get("lat")
        criteria = cls.of(data)
        return criteria.at(lon, lat) if isinstance(lon, float) and isinstance(lat, float) else criteria

    def to_keep(self) -> dict[str, Any]:
        """What a saved search holds: the point to some hundred metres, which is enough to tell what is near."""
        if self.lon is None or self.lat is None:
            return self.asked()
        return {**self.asked(), "lon": round(self.lon, 3), "lat": round(self.lat, 3)}

    def at(self, lon: float | None, lat: float | None) -> Self:
        """The same, seen from a point in degrees."""
        return replace(self, lon=lon, lat=lat)

    @property
    def has_point(self) -> bool:
        """Whether distances can be told."""
        return self.lon is not None and self.lat is not None

    @property
    def lacks_point(self) -> bool:
        """Whether a distance or a travel time is asked, and there is nothing to count it from."""
        counted = self.within_km or self.within_minutes or self.sort in ("minutes", "distance")
        return bool(counted) and not self.has_point

    @property
    def mode(self) -> Mode:
        """How one goes."""
        return Mode(self.by) if self.by else Mode.TRANSIT

    @property
    def order(self) -> str:
        """The order that holds: the one asked when it can be had, else the one that follows from the rest."""
        if self.sort == "date" or (self.sort in ("minutes", "distance") and self.has_point):
            return self.sort
        if plain(self.text):
            return "relevance"
        return "minutes" if self.has_point else "date"

    def asked(self) -> dict[str, str]:
        """What is asked beyond the default, as parameters of an address: no point."""
        named = {name: value for name, value in asdict(self).items() if name not in ("lon", "lat")}
        return {
            name: "1" if value is True else str(value)
            for name, value in named.items()
            if value not in ("", None, False)
        }


def find(
    opportunities: QuerySet[Opportunity], criteria: Criteria, network: Network | None = None
) -> QuerySet[Opportunity]:
    """Those of `opportunities` that meet `criteria`, in order, each with `metres` (float; None without two points).

    A text is met by offers that have all its words, whatever their accents, number or gender; the last word may be
    unfinished. Where minutes bound or order them, the points of those that meet the rest are read at once, and each
    has `minutes` by `network` (that of what is loaded, unless one is given).
    """
    found = _narrowed(opportunities, criteria)
    metres = (
        metres_sql(criteria.lon, criteria.lat)
        if criteria.lon is not None and criteria.lat is not None
        else Cast(Value(None), FloatField())
    )
    found = found.annotate(metres=metres)
    found = _near(found, criteria)
    query = text_query(criteria.text)
    if query is not None:
        found = found.filter(search=query)
    found = _soon(found, criteria, network)
    latest = F("published_at").desc(nulls_last=True)
    if criteria.order == "relevance":
        return found.annotate(relevance=SearchRank(F("search"), query)).order_by("-relevance", latest, "pk")
    if criteria.order == "minutes":
        sooner = F("minutes").asc(nulls_last=True)
        return found.order_by(sooner, F("metres").asc(nulls_last=True), latest, "pk")
    if criteria.order == "distance":
        return found.order_by(F("metres").asc(nulls_last=True), latest, "pk")
    return found.order_by(latest, "pk")


def text_query(text: str) -> Any:
    """The query of the database for a text, or None when it has no word. Only letters and digits reach it."""
    asked = plain(text).split()[:MOST_WORDS]
    if not asked:
        return None
    *whole, last = asked
    query = SearchQuery(f"{last}:*", config="simple", search_type="raw") | SearchQuery(
        last, config="french", search_type="raw"
    )
    for word in whole:
        query = SearchQuery(word, config="french", search_type="raw") & query
    return query


def _narrowed(opportunities: QuerySet[Opportunity], criteria: Criteria) -> QuerySet[Opportunity]:
    found = opportunities
    if criteria.sector:
        found = found.filter(sector=criteria.sector)
    if criteria.kind:
        found = found.filter(kind=criteria.kind)
    elif apart := searched_apart():
        found = found.exclude(kind__in=apart)
    if criteria.organisation is not None:
        found = found.filter(organisation=criteria.organisation)
    if criteria.accessible:
        found = found.filter(accessible=True)
    if criteria.starts_on is not None or criteria.free_only:
        periods = Period.objects.filter(opportunity=OuterRef("pk"))
        if criteria.starts_on is not None:
            monday = criteria.starts_on - timedelta(days=criteria.starts_on.weekday())
            periods = periods.filter(starts_on__gte=monday, starts_on__lt=monday + timedelta(days=7))
        if criteria.free_only:
            periods = periods.filter(taken__lt=F("seats"))
        found = found.filter(Exists(periods))
    return found


def _near(found: QuerySet[Opportunity], criteria: Criteria) -> QuerySet[Opportunity]:
    """Those within the distance: the box first, which costs little."""
    lon, lat, kilometres = criteria.lon, criteria.lat, criteria.within_km
    if lon is None or lat is None or kilometres is None:
        return found
    west, south, east, north = box_around(lon, lat, 1000 * kilometres)
    boxed = found.filter(lon__range=(west, east), lat__range=(south, north))
    return boxed.filter(LessThanOrEqual(F("metres"), Value(1000.0 * kilometres)))


def _soon(found: QuerySet[Opportunity], criteria: Criteria, network: Network | None) -> QuerySet[Opportunity]:
    """Those within the minutes, each with its own."""
    lon, lat, within = criteria.lon, criteria.lat, criteria.within_minutes
    if lon is None or lat is None or (within is None and criteria.order != "minutes"):
        return found
    timed = with_minutes(found, network or current_network(), lon, lat, criteria.mode)
    return timed if within is None else timed.filter(LessThanOrEqual(F("minutes"), Value(within)))


def _one_of(value: Any, known: Any) -> str:
    return str(value) if value in known else ""


def _bound(value: Any, most: int) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 4 and 0 < int(text) <= most else None


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None
    # Days near the ends of the calendar have no week around them.
    return day if 2000 <= day.year <= 2200 else None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value or ""))
    except ValueError:
        return None
