"""Offers as one pupil sees them: how far, with what odds, already ranked or not, what the reserve means for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.opportunities.models import Application, ApplicationState, Opportunity, Period
from croisee.opportunities.searching import Criteria, find
from croisee.opportunities.travelling import Way, ways_to
from croisee.stages.models import HostKind
from croisee.stages.parameters import PRIVATE_HOST_AGE
from croisee.stages.queries.protection import is_protected
from croisee.stages.queries.wishes import Odds, Situation, for_age, odds, odds_of, periods_of_week, with_odds
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Network, current_network
from croisee.territory.travel.ways import Ways, ways_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

HOLDING = (ApplicationState.OFFERED, ApplicationState.CONFIRMED)


@dataclass(frozen=True)
class Start:
    """From where distances are told: degrees, and whether it is the home (else the school)."""

    lon: float
    lat: float
    home: bool


@dataclass(frozen=True)
class Choice:
    """An offer in the pupil's week. `way` is None where it cannot be told; `wish` is the wish already made for it."""

    period: Period
    way: Way | None
    odds: Odds
    wish: Application | None = None

    @property
    def offer(self) -> Opportunity:
        """What is offered."""
        return self.period.opportunity

    @property
    def public(self) -> bool:
        """Whether the host is public."""
        return self.offer.internship.host_kind == HostKind.PUBLIC

    @property
    def distance(self) -> str:
        """How far it is, in words; empty when it is not known."""
        return self.way.words if self.way else ""

    @property
    def odds_text(self) -> str:
        """Seats and wishes so far, in words."""
        return odds_text(self.odds)


def odds_text(found: Odds) -> str:
    """“2 seats (1 reserved), 7 wishes, 3 of them first”."""
    seats = ngettext("%d seat", "%d seats", found.seats) % found.seats
    if found.reserved and found.reserved == found.seats:
        seats += " " + ngettext("(reserved)", "(all reserved)", found.seats)
    elif found.reserved:
        seats += " " + ngettext("(%d reserved)", "(%d reserved)", found.reserved) % found.reserved
    if not found.wishes:
        return _("%s, no wish so far") % seats
    wishes = ngettext("%d wish", "%d wishes", found.wishes) % found.wishes
    first = ngettext("%d of them first", "%d of them first", found.first) % found.first
    if not found.first:
        first = _("none of them first")
    return f"{seats}, {wishes}, {first}"


def starting_point(where: Situation) -> Start | None:
    """The pupil's home, or the school when only a tag is kept of the home; None when neither has a point."""
    person = where.person
    if person.lon is not None and person.lat is not None:
        return Start(person.lon, person.lat, home=True)
    school = where.enrolment
    if school is None or school.school_lon is None or school.school_lat is None:
        return None
    return Start(school.school_lon, school.school_lat, home=False)


def ways_from(
    start: Start | None,
    offers: Iterable[Opportunity],
    mode: Mode = Mode.TRANSIT,
    network: Network | None = None,
) -> dict[UUID, Way]:
    """How far offers are from there, by their keys: those of which it can be told."""
    return ways_to(network or current_network(), offers, start.lon, start.lat, mode) if start else {}


def ways_there(start: Start | None, offer: Opportunity) -> Ways | None:
    """All the ways from there to an offer; None where either has no point."""
    if start is None or offer.lon is None or offer.lat is None:
        return None
    return ways_between((start.lon, start.lat), (offer.lon, offer.lat))


def periods_open(where: Situation) -> QuerySet[Period]:
    """What the person may wish for, as `queries.wishes.open_periods`, from a situation that is known already."""
    if where.campaign is None or where.monday is None:
        return Period.objects.none()
    rows = for_age(periods_of_week(where.campaign, where.monday), where.person, where.monday)
    return rows if where.turn == 1 else rows.filter(taken__lt=F("seats"))


def counts(where: Situation, offers: QuerySet[Opportunity]) -> tuple[int, int]:
    """How many `offers` there are, and how many of the week their host may not give to somebody so young; one query."""
    if where.campaign is None or where.monday is None:
        return 0, 0
    week = periods_of_week(where.campaign, where.monday)
    taken = for_age(week, where.person, where.monday)
    found = week.aggregate(
        open=Count("pk", filter=Q(opportunity__in=offers.order_by().values("pk"))),
        hidden=Count("pk", filter=~Q(pk__in=taken.values("pk"))),
    )
    return found["open"], found["hidden"]


def offers_open(
    where: Situation,
    account: Account,
    criteria: Criteria,
    start: Start | None,
    network: Network | None = None,
) -> QuerySet[Opportunity]:
    """The offers open to the person that meet the criteria, in order, seen from the starting point."""
    seen = criteria.at(start.lon, start.lat) if start else criteria
    visible = Opportunity.objects.visible_to(account).filter(periods__in=periods_open(where))
    return find(visible.select_related("organisation", "internship"), seen, network)


def choices(where: Situation, offers: Sequence[Opportunity], ways: Mapping[UUID, Way]) -> list[Choice]:
    """`offers` in the pupil's week, with odds and wishes, in one query."""
    if where.campaign is None or where.monday is None:
        return []
    rows = Period.objects.filter(opportunity__in=offers, starts_on=where.monday)
    periods = {row.opportunity_id: row for row in with_odds(rows, where.campaign, where.turn)}
    found = []
    for offer in offers:
        period = periods[offer.pk]
        period.opportunity = offer
        found.append(Choice(period, ways.get(offer.pk), odds_of(period, where.turn), _wish(where, period)))
    return found


def choice(where: Situation, account: Account, period: UUID) -> Choice | None:
    """One period as the person may open it: open to them, or one that they asked for or were given."""
    if where.campaign is None:
        return None
    known = [row.period_id for row in where.applications]
    rows = (
        Period.objects.visible_to(account)
        .filter(Q(pk__in=known) | Q(pk__in=periods_open(where).values("pk")), pk=period)
        .select_related("opportunity__organisation", "opportunity__internship")
    )
    row = with_odds(rows, where.campaign, where.turn).first()
    if row is None:
        return None
    way = ways_from(starting_point(where), [row.opportunity]).get(row.opportunity_id)
    return Choice(row, way, odds_of(row, where.turn), _wish(where, row))


def _wish(where: Situation, period: Period) -> Application | None:
    return next((wish for wish in where.wishes if wish.period_id == period.pk), None)


def ranked(where: Situation, start: Start | None, turn: int | None = None) -> list[Choice]:
    """The wishes of a round, the present one by default, as choices in their order; one query."""
    if where.campaign is None:
        return []
    number = turn or where.turn
    wishes = where.wishes_of(number)
    known = odds([wish.period for wish in wishes], where.campaign, number)
    ways = ways_from(start, [wish.period.opportunity for wish in wishes]) if wishes else {}
    return [
        Choice(wish.period, ways.get(wish.period.opportunity_id), known[wish.period_id], wish)
        for wish in wishes
    ]


@dataclass(frozen=True)
class Left:
    """A seat that is left: `free` for this pupil, `kept` for pupils whom reserved seats still wait for."""

    period: Period
    way: Way | None
    free: int
    kept: int

    @property
    def distance(self) -> str:
        """How far it is, in words; empty when it is not known."""
        return self.way.words if self.way else ""


def left(where: Situation, start: Start | None) -> list[Left]:
    """Offers of the pupil's week with a seat left, soonest reached first; those all reserved for others come last."""
    if where.campaign is None or where.monday is None:
        return []
    rows = (
        for_age(periods_of_week(where.campaign, where.monday), where.person, where.monday)
        .filter(taken__lt=F("seats"))
        .select_related("opportunity__organisation", "opportunity__internship")
        .annotate(
            on_reserved=Count(
                "applications",
                filter=Q(applications__state__in=HOLDING, applications__reserved_seat=True),
            )
        )
    )
    protected = is_protected(where.person)
    ways = ways_from(start, [row.opportunity for row in rows])
    found = []
    for row in rows:
        until = row.opportunity.reserved_until
        waits = until is None or timezone.localdate() <= until
        kept = 0 if protected or not waits else min(row.free, max(row.reserved - row.on_reserved, 0))
        found.append(Left(row, ways.get(row.opportunity_id), row.free - kept, kept))
    return sorted(
        found, key=lambda item: (item.free == 0, item.way is None, item.way.order if item.way else ())
    )


def reserve_text(period: Period, person: Person) -> str:
    """What the reserved seats of an offer mean for this pupil; empty without any."""
    if not period.reserved:
        return ""
    if is_protected(person):
        text = ngettext(
            "%d seat is reserved first for pupils of priority neighbourhoods and schools, as this pupil is; the "
            "other seats count as well.",
            "%d seats are reserved first for pupils of priority neighbourhoods and schools, as this pupil is; the "
            "other seats count as well.",
            period.reserved,
        )
    else:
        text = ngettext(
            "%d seat is reserved first for pupils of priority neighbourhoods and schools; if none of them asks, it is "
            "for all.",
            "%d seats are reserved first for pupils of priority neighbourhoods and schools; those for which none of "
            "them asks are for all.",
            period.reserved,
        )
    return text % period.reserved


def hidden_text(count: int) -> str:
    """Why offers of the week are hidden from somebody under the age that the law asks for."""
    shown = ngettext(
        "%d other offer of this week is not shown.", "%d other offers of this week are not shown.", count
    )
    why = _(
        "Under %d, an internship is done at a public host, or where the host may take younger pupils (code du travail, "
        "L.4153-1 and L.4153-5)."
    )
    return f"{shown % count} {why % PRIVATE_HOST_AGE}"


def map_of(found: Iterable[Choice], urls: dict[UUID, str]) -> dict[str, object]:
    """Choices that have a point, as GeoJSON in lon/lat; those already wished for in colour."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [choice.offer.lon, choice.offer.lat]},
                "properties": {
                    "name": choice.offer.title,
                    "detail": choice.odds_text,
                    "weight": choice.odds.seats,
                    "strong": choice.wish is not None,
                    "url": urls[choice.period.pk],
                },
            }
            for choice in found
            if choice.offer.lon is not None
        ],
    }
