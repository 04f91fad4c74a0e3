"""The portfolio: the lots that somebody follows, with their hours and lights, however many there are."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.core.cache import cache
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.urls import reverse

from croisee.clauses.models import (
    CLOSED,
    FOLLOWED,
    Commitment,
    Lot,
    LotState,
    Operation,
    Part,
)
from croisee.clauses.queries.lights import with_light
from croisee.clauses.queries.operations import steered
from croisee.foundation.accounts.models import Account, Organisation

ENDING_WITHIN = 90
"""Days: a lot ends soon."""
MOST_POINTS = 3_000
"""Works drawn on the map at most: those under way first."""
PREPARED = (LotState.STUDY, LotState.CALIBRATED, LotState.PUBLISHED)
MANY, KEPT_SECONDS = 2_000, 60
"""From how many lots on their totals are kept, and how long."""
STAGES: Mapping[str, Sequence[str]] = {
    "": FOLLOWED,
    "preparation": PREPARED,
    "closed": CLOSED,
    "all": tuple(LotState),
}
"""What the tabs of the portfolio show, by what their address says."""


def lots_of(account: Account, stage: str, today: dt.date, *, few: bool = False) -> QuerySet[Any]:
    """The lots of a tab that `account` steers, with hours and light (`lights.with_light`) and what the table shows.

    `holders`: the names of the companies that hold the lot. `bounced`: an e-mail to a contact came back. To filter by:
    `ending` (within `ENDING_WITHIN` days). `few`: a page of them is read, in an order and by filters that ask nothing
    of their hours.
    """
    found = with_light(steered(Lot, account).filter(state__in=STAGES[stage]), today, few=few)
    committed = Commitment.objects.filter(clause__lot=OuterRef("pk"))
    names = (
        committed.filter(part=Part.HOLDER)
        .order_by()
        .values("clause")
        .annotate(names=StringAgg("organisation__name", ", ", order_by="organisation__name"))
        .values("names")
    )
    soon = Q(ends_on__range=(today, today + dt.timedelta(days=ENDING_WITHIN)))
    rows: QuerySet[Any] = (
        found.annotate(
            holders=Subquery(names), bounced=Exists(committed.filter(contact_bounced_at__isnull=False))
        )
        .alias(
            ending=Case(When(soon, then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .select_related("contract__operation__buyer")
    )
    return rows


@dataclass(frozen=True)
class Totals:
    """What the lots shown amount to, in hours."""

    lots: int
    due: Decimal
    done: Decimal
    waiting: Decimal
    late: int

    @property
    def percent(self) -> float:
        """What part of the hours due is done, from 0 to 100."""
        return min(100.0, float(100 * self.done / self.due)) if self.due else 0.0


def totals(lots: QuerySet[Any], named: str) -> Totals:
    """The sums over lots of `lots_of`, filtered or not: one query.

    Those of many lots are kept for a minute under what they are `named` by: whose, which tab, which filters.
    """
    key = f"clauses.totals:{hashlib.sha256(named.encode()).hexdigest()}"
    kept: Totals | None = cache.get(key)
    if kept is not None:
        return kept
    sums = lots.order_by().aggregate(
        lots=Count("pk"),
        due_in_all=Sum("due"),
        done_in_all=Sum("done"),
        waiting_in_all=Sum("waiting"),
        late=Count("pk", filter=Q(light="red")),
    )
    due, done, waiting = (
        sums[name] or Decimal(0) for name in ("due_in_all", "done_in_all", "waiting_in_all")
    )
    found = Totals(sums["lots"], due, done, waiting, sums["late"])
    if found.lots >= MANY:
        cache.set(key, found, KEPT_SECONDS)
    return found


def buyers(account: Account) -> QuerySet[Organisation]:
    """Whose operations are in the portfolio."""
    own = steered(Operation, account).filter(buyer=OuterRef("pk"))
    return Organisation.objects.filter(Exists(own)).order_by("name")


def has_points(account: Account) -> bool:
    """Whether there is anything to draw on a map."""
    return steered(Operation, account).filter(lon__isnull=False).exists()


def geojson(account: Account) -> dict[str, Any]:
    """The operations that have a point, at most `MOST_POINTS`: those with lots under way first, and in colour."""
    running = Lot.objects.filter(contract__operation=OuterRef("pk"), state__in=FOLLOWED)
    found = (
        steered(Operation, account)
        .filter(lon__isnull=False)
        .annotate(running=Exists(running))
        .order_by("-running", "-created_at")
        .values("pk", "name", "address", "lon", "lat", "running", "buyer__name")[:MOST_POINTS]
    )
    return {"type": "FeatureCollection", "features": [_feature(one) for one in found]}


def _feature(operation: Mapping[str, Any]) -> dict[str, Any]:
    place = [round(operation["lon"], 6), round(operation["lat"], 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {
            "name": operation["name"],
            "detail": f"{operation['buyer__name']}, {operation['address']}".strip(", "),
            "weight": 1,
            "strong": operation["running"],
            "url": reverse("clauses:operation", args=[operation["pk"]]),
        },
    }
