"""What was seen on the field, and which known units stand near it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from croisee.premises.models import Sighting, Unit

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

NEAR_METRES = 120
MOST_NEAR = 8
METRES_A_DEGREE = 111_320
"""Of latitude; of longitude at the equator."""


@dataclass(frozen=True)
class Near:
    """A known unit near what was seen, and how far away it is, in metres."""

    unit: Unit
    metres: int


def sightings(account: Account) -> QuerySet[Sighting]:
    """Those that `account` may see, the latest first, with how many photos each has: one query."""
    return (
        Sighting.objects.visible_to(account)
        .select_related("unit", "seen_by")
        .annotate(pictures=Count("photos"))
        .order_by("-seen_at", "pk")
    )


def near(sighting: Sighting, account: Account) -> list[Near]:
    """Known units within 120 m of what was seen, the nearest first: one query; none without a position."""
    if sighting.lon is None or sighting.lat is None:
        return []
    up = NEAR_METRES / METRES_A_DEGREE
    across = up / max(math.cos(math.radians(sighting.lat)), 0.01)
    rows = (
        Unit.objects.visible_to(account)
        .filter(
            lat__range=(sighting.lat - up, sighting.lat + up),
            lon__range=(sighting.lon - across, sighting.lon + across),
        )
        .defer("outline", "description")
    )
    found = [Near(row, round(_metres(sighting.lon, sighting.lat, row))) for row in rows[:200]]
    kept = [one for one in found if one.metres <= NEAR_METRES]
    return sorted(kept, key=lambda one: (one.metres, one.unit.name))[:MOST_NEAR]


def _metres(lon: float, lat: float, unit: Unit) -> float:
    """On a plane: exact to a millimetre at that distance."""
    east = ((unit.lon or 0) - lon) * METRES_A_DEGREE * math.cos(math.radians(lat))
    north = ((unit.lat or 0) - lat) * METRES_A_DEGREE
    return math.hypot(east, north)
