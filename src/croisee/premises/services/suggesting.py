"""Which units that came on offer lately fit which open demands: what the software proposes by itself each day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from croisee.premises.fit import fitting
from croisee.premises.models import OFFERED, Demand, DemandState, Proposal, Spell, Unit
from croisee.premises.queries.matching import stock_for, wanted_by

MOST_A_DAY = 10
NEW_DAYS = 30
"""Units on offer for longer are on the page of the demand; nobody is written to about them."""


def suggestions(now: dt.datetime) -> Iterator[tuple[Demand, list[Unit]]]:
    """Open demands, each with the units to propose, best first: published, on offer since the demand was written.

    Six queries at most, and one for each demand that has units.
    """
    today = timezone.localdate(now)
    since = _on_offer_since(today)
    if not since:
        return
    demands = list(Demand.objects.filter(state=DemandState.OPEN).order_by("created_at", "pk"))
    stock = stock_for(None)
    known = _proposed_already()
    for demand, wanted in zip(demands, wanted_by(demands), strict=True):
        written = timezone.localdate(demand.created_at)
        keys = [stock.units[at].key for at in fitting(wanted, stock)[0]]
        fresh = [
            key for key in keys if key in since and since[key] >= written and key not in known[demand.pk]
        ]
        if fresh:
            units = Unit.objects.in_bulk(fresh[:MOST_A_DAY])
            yield demand, [units[key] for key in fresh[:MOST_A_DAY] if key in units]


def _on_offer_since(today: dt.date) -> dict[UUID, dt.date]:
    """Since when published units have been on offer: those for a month at most."""
    rows = Spell.objects.filter(
        ends_on__isnull=True,
        state__in=[str(state) for state in OFFERED],
        starts_on__gte=today - dt.timedelta(days=NEW_DAYS),
        unit__published=True,
        unit__state__in=[str(state) for state in OFFERED],
    )
    return dict(rows.order_by().values_list("unit", "starts_on"))


def _proposed_already() -> defaultdict[UUID, set[UUID]]:
    """The units proposed to each open demand."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = Proposal.objects.filter(demand__state=DemandState.OPEN).order_by()
    for demand, unit in rows.values_list("demand", "unit"):
        found[demand].add(unit)
    return found
