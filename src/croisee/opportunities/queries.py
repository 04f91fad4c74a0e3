"""What the pages about opportunities read, beyond a filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.opportunities.kinds import open_on, searched_apart
from croisee.opportunities.models import Opportunity, OpportunityState, Period, Report, ReportState
from croisee.opportunities.searching import Criteria, find

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import SavedSearch

MOST_ON_MAP = 1000


def findable(account: Account, today: date | None = None) -> QuerySet[Opportunity]:
    """What `account` may find by searching: published, shown to everyone, not over yet."""
    day = today or timezone.localdate()
    to_come = Period.objects.filter(opportunity=OuterRef("pk"), ends_on__gte=day)
    offers = Opportunity.objects.visible_to(account)
    return offers.filter(open_on(day), Exists(to_come), state=OpportunityState.PUBLISHED, listed=True)


def with_periods(offers: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """The same with who offers them and their weeks, in two more queries whatever their number."""
    weeks = Period.objects.order_by("starts_on")
    return offers.select_related("organisation").prefetch_related(Prefetch("periods", queryset=weeks))


def weeks_on_offer(today: date | None = None) -> list[date]:
    """The Mondays of the weeks to come in which something is published for everyone, in order."""
    shown = Q(opportunity__state=OpportunityState.PUBLISHED, opportunity__listed=True)
    weeks = Period.objects.exclude(opportunity__kind__in=searched_apart())
    starts = weeks.filter(shown, ends_on__gte=today or timezone.localdate()).order_by("starts_on")
    days = starts.values_list("starts_on", flat=True).distinct()
    return sorted({start - timedelta(days=start.weekday()) for start in days})


def geojson(offers: QuerySet[Opportunity]) -> dict[str, Any]:
    """Those that have a point, the first thousand in their order, as GeoJSON points in lon/lat."""
    placed = offers.filter(lon__isnull=False).annotate(
        seats=Sum("periods__seats"), left=Sum(F("periods__seats") - F("periods__taken"))
    )
    return {
        "type": "FeatureCollection",
        "features": [_feature(offer) for offer in placed.select_related("organisation")[:MOST_ON_MAP]],
    }


def _feature(offer: Any) -> dict[str, Any]:
    left = offer.left or 0
    seats = ngettext("%(free)d seat free", "%(free)d seats free", left) % {"free": left}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [offer.lon, offer.lat]},
        "properties": {
            "name": offer.title,
            "detail": f"{offer.organisation}, {seats}",
            "weight": offer.seats or 1,
            "strong": bool(left),
            "url": reverse("opportunities:opportunity", args=[offer.pk]),
        },
    }


def new_for(search: SavedSearch, account: Account, until: datetime) -> QuerySet[Opportunity]:
    """What was published since the search was last told of, up to `until`, that meets it."""
    found = find(findable(account), Criteria.kept(search.criteria))
    return found.filter(published_at__gt=search.seen_until, published_at__lte=until)


def found_now(criteria: Criteria, account: Account) -> int:
    """How many offers meet these criteria now."""
    return find(findable(account), criteria).count()


def to_check(account: Account) -> QuerySet[Opportunity]:
    """Offers that wait for this manager, those that wait longest first, with their seats."""
    ours = Opportunity.objects.checked_by(account)
    waiting = ours.filter(state=OpportunityState.SUBMITTED).select_related("organisation")
    return waiting.annotate(seats=Sum("periods__seats")).order_by("updated_at", "pk")


def all_offers(offers: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Every offer that has been proposed, the latest first, with seats and places given."""
    proposed = offers.exclude(state=OpportunityState.DRAFT).select_related("organisation")
    return proposed.annotate(seats=Sum("periods__seats"), given=Sum("periods__taken")).order_by(
        F("published_at").desc(nulls_last=True), "-created_at"
    )


def reports_to_settle(account: Account) -> QuerySet[Report]:
    """The reports of offers that this manager checks."""
    return Report.objects.filter(
        opportunity__in=Opportunity.objects.checked_by(account).order_by().values("pk")
    )


def open_reports(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with their offer, those to be looked at first, oldest first."""
    first = Case(When(state=ReportState.OPEN, then=Value(0)), default=Value(1))
    return reports.select_related("opportunity__organisation").order_by(first, "created_at")


def loosened(offers: QuerySet[Opportunity], criteria: Criteria) -> list[tuple[str, Criteria, int]]:
    """What finds something when a search finds nothing: (what is left out, criteria without it, how many).

    At most one query for each criterion asked, or two where minutes count.
    """
    without = {
        "text": (_("the words"), replace(criteria, text="")),
        "within_minutes": (_("the travel time"), replace(criteria, within_minutes=None)),
        "within_km": (_("the distance"), replace(criteria, within_km=None)),
        "sector": (_("the sector"), replace(criteria, sector="")),
        "starts_on": (_("the week"), replace(criteria, starts_on=None)),
        "free_only": (_("“free seats only”"), replace(criteria, free_only=False)),
    }
    asked = criteria.asked()
    tried = [
        (label, looser, find(offers, looser).count())
        for name, (label, looser) in without.items()
        if name in asked
    ]
    return [one for one in tried if one[2]]
