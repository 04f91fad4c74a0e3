"""Inclusive suppliers near some works: how many, how far, and what they could take of the purchase."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet

from croisee.clauses.models import Figure, InclusiveSupplier, Parameter
from croisee.clauses.potential import Limits, Potential, potential
from croisee.clauses.queries.calibration import shown
from croisee.engine.transit.walking import metres_between
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import NEVER, current_network

KM = 1000.0
KM_A_DEGREE = 111.0
NEAREST = 12
"""How many are named on the page, with their travel time; all are counted, and listed on their own page."""


@dataclass(frozen=True)
class Near:
    """A supplier, how many kilometres as the crow flies, and minutes by public transport (None: over two hours)."""

    supplier: InclusiveSupplier
    km: float
    minutes: int | None


@dataclass(frozen=True)
class Sourcing:
    """What is near: `loaded` suppliers in all (0: nothing was loaded), those without a place are counted nowhere.

    `potential` is None when it cannot be told: nothing loaded, no place of the works, no figure in force.
    """

    loaded: int
    unplaced: int
    km: Decimal | None
    nearest: tuple[Near, ...] = ()
    potential: Potential | None = None
    estimated: bool = True

    @property
    def km_shown(self) -> str:
        """Within how many kilometres, as one reads it."""
        return shown(self.km) if self.km is not None else ""

    @property
    def dependency(self) -> str:
        """The contract in per cent of the suppliers' mean turnover; empty when it is not known."""
        known = self.potential.dependency if self.potential else None
        return "" if known is None else shown(known)


def sourcing(
    trade: str, lon: float | None, lat: float | None, budget: Decimal | None, on: dt.date
) -> Sourcing:
    """The inclusive suppliers of a trade near a point in degrees, and what they could take of `budget` euros."""
    everyone = InclusiveSupplier.objects.filter(trades__contains=[trade])
    counts = InclusiveSupplier.objects.aggregate(
        loaded=Count("pk"), unplaced=Count("pk", filter=Q(trades__contains=[trade], lon__isnull=True))
    )
    loaded, unplaced = counts["loaded"], counts["unplaced"]
    limits, km = _limits(on)
    if not loaded or lon is None or lat is None or km is None or limits is None:
        return Sourcing(loaded, unplaced, km)
    found = within(everyone, lon, lat, float(km))
    turnovers = [turnover for _pk, _km, turnover in found if turnover]
    mean = sum(turnovers, Decimal(0)) / len(turnovers) if turnovers else None
    nearest, estimated = _nearest(found[:NEAREST], lon, lat)
    return Sourcing(
        loaded, unplaced, km, nearest, potential(len(found), mean, budget, limits), estimated=estimated
    )


def within(
    suppliers: QuerySet[InclusiveSupplier], lon: float, lat: float, km: float
) -> list[tuple[Any, float, Decimal | None]]:
    """Identifier, kilometres and turnover of those within `km`, nearest first: one query, on the index of places."""
    high = km / KM_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(lat)))
    box = suppliers.filter(lon__range=(lon - wide, lon + wide), lat__range=(lat - high, lat + high))
    rows = list(box.order_by("pk").values_list("pk", "lon", "lat", "turnover"))
    if not rows:
        return []
    lons, lats = (np.array([row[place] for row in rows]) for place in (1, 2))
    distances = metres_between(np.array([lon]), np.array([lat]), lons, lats) / KM
    order = np.argsort(distances, kind="stable")
    return [(rows[at][0], float(distances[at]), rows[at][3]) for at in order if distances[at] <= km]


def _nearest(
    found: list[tuple[Any, float, Decimal | None]], lon: float, lat: float
) -> tuple[tuple[Near, ...], bool]:
    """Those found, with the minutes of a morning by public transport, and whether these are taken from distances."""
    rows = InclusiveSupplier.objects.in_bulk([pk for pk, _km, _turnover in found])
    suppliers = [(rows[pk], km) for pk, km, _turnover in found if pk in rows]
    network = current_network()
    minutes = network.minutes(
        np.array([lon]),
        np.array([lat]),
        np.array([one.lon for one, _km in suppliers], dtype=float),
        np.array([one.lat for one, _km in suppliers], dtype=float),
        Mode.TRANSIT,
    )
    near = tuple(
        Near(one, km, None if minutes[0, at] == NEVER else int(minutes[0, at]))
        for at, (one, km) in enumerate(suppliers)
    )
    return near, network.basis(Mode.TRANSIT).is_estimate


def _limits(on: dt.date) -> tuple[Limits | None, Decimal | None]:
    """The figures of the advice in force on a day, in one query; None where one is missing."""
    wanted = (Figure.POTENTIAL_SUPPLIERS, Figure.POTENTIAL_DEPENDENCY, Figure.POTENTIAL_DISTANCE)
    rows = Parameter.objects.in_force(on).filter(Q(figure__in=wanted))
    known = {(row.figure, row.key): row.value for row in rows}
    km = known.get((Figure.POTENTIAL_DISTANCE, ""))
    asked = [
        known.get((Figure.POTENTIAL_SUPPLIERS, "reserved")),
        known.get((Figure.POTENTIAL_SUPPLIERS, "lot")),
        known.get((Figure.POTENTIAL_SUPPLIERS, "execution")),
        known.get((Figure.POTENTIAL_DEPENDENCY, "reserved")),
    ]
    figures = [value for value in asked if value is not None]
    return (Limits(*figures) if len(figures) == len(asked) else None), km


def geojson(suppliers: QuerySet[InclusiveSupplier]) -> dict[str, Any]:
    """Those that have a place, as points with their names and kinds."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    "name": one.name,
                    "detail": one.get_kind_display(),
                    "weight": 1,
                    "strong": True,
                },
            }
            for one in suppliers.filter(lon__isnull=False)
        ],
    }
