"""How long people take from a point to what is offered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from django.db.models import F, Func, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from croisee.opportunities.distance import metres_between
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import NEVER, Basis, Network
from croisee.territory.travel.wording import far, travels

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity


@dataclass(frozen=True)
class Way:
    """How far an offer is from somewhere: `metres` as the crow flies; `minutes` on `basis`, NEVER when not reached.

    `walked` where no vehicle is quicker than going on foot.
    """

    metres: float
    minutes: int
    basis: Basis
    walked: bool = False

    @property
    def words(self) -> str:
        """“25 min by public transport (6.2 km)”."""
        mode = Mode.FOOT if self.walked else self.basis.mode
        told = travels(mode, self.minutes, about=self.basis.is_estimate)
        return _("%(travel)s (%(distance)s)") % {"travel": told, "distance": far(self.metres)}

    @property
    def order(self) -> tuple[bool, int, float]:
        """What sorts the soonest reached first."""
        return self.minutes == NEVER, self.minutes, self.metres


def ways_to(
    network: Network, offers: Iterable[Opportunity], lon: float, lat: float, mode: Mode = Mode.TRANSIT
) -> dict[UUID, Way]:
    """The way from a point in degrees to each offer that has one, by its key."""
    placed = {
        offer.pk: (offer.lon, offer.lat)
        for offer in offers
        if offer.lon is not None and offer.lat is not None
    }
    basis = network.basis(mode)
    rows = [(pk, *there) for pk, there in placed.items()]
    minutes = _minutes(network, rows, lon, lat, mode)
    on_foot = _minutes(network, rows, lon, lat, Mode.FOOT) if basis.on else {}
    return {
        pk: Way(metres_between(lon, lat, *there), minutes[pk], basis, minutes[pk] == on_foot.get(pk) != NEVER)
        for pk, there in placed.items()
    }


def with_minutes(
    opportunities: QuerySet[Opportunity], network: Network, lon: float, lat: float, mode: Mode
) -> QuerySet[Opportunity]:
    """The same, each with `minutes` from the point; None for those without a point or not reached.

    One query for the points, one pass over the timetable for all; the minutes then go back to the database, which
    sorts, counts and cuts into pages as it does for everything else.
    """
    placed = opportunities.filter(lon__isnull=False).order_by()
    rows = placed.values_list("pk", "lon", "lat")
    found = {str(pk): told for pk, told in _minutes(network, rows, lon, lat, mode).items() if told != NEVER}
    table = Cast(Value(json.dumps(found)), JSONField())
    key = Cast(F("pk"), TextField())
    looked_up = Func(table, key, function="jsonb_extract_path_text", output_field=TextField())
    return opportunities.annotate(minutes=Cast(looked_up, IntegerField()))


def _minutes(
    network: Network,
    rows: Iterable[tuple[UUID, float | None, float | None]],
    lon: float,
    lat: float,
    mode: Mode,
) -> dict[UUID, int]:
    placed = [row for row in rows if row[1] is not None and row[2] is not None]
    there = np.array([point for _pk, *point in placed], float).reshape(-1, 2).T
    found = network.minutes(np.array([lon]), np.array([lat]), there[0], there[1], mode)
    return dict(zip([pk for pk, *_point in placed], found[0].tolist(), strict=True))
