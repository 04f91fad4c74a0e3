"""Holding here the offers that La bonne alternance shows around the metropolis: each once, each refusal traced."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Avg
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.lba import incoming, outgoing
from croisee.apprenticeship.lba.client import BonneAlternance
from croisee.apprenticeship.models import (
    KIND,
    ApprenticeshipOffer,
    Direction,
    PartnerJob,
)
from croisee.apprenticeship.services.rejections import trace
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Opportunity, OpportunityState, Period, Source
from croisee.opportunities.services import write_searchable
from croisee.opportunities.services.partners import partner_employer, take_off_unseen
from croisee.territory.models import Commune

if TYPE_CHECKING:
    pass

RADIUS_KM = 30
Step = Callable[[int, int, str], None]
"""Told before each piece of work: how many are done, of how many, of what."""


def read_theirs(client: BonneAlternance, step: Step | None = None) -> Counter[str]:
    """Hold each offer around the metropolis; counts of what was done. What is shown there no more is taken off."""
    centre = centre_of_territory()
    done: Counter[str] = Counter()
    if centre is None:
        return done
    now, seen, ours = timezone.now(), set[str](), _ours()
    for number, row in enumerate(client.search(*centre, RADIUS_KM), 1):
        if step is not None and number % 25 == 1:
            step(number, number, _("Offers of La bonne alternance"))
        if incoming.partner_number(row) in ours or incoming.number_of(row) in ours:
            done["own"] += 1
        elif incoming.is_active(row):
            done[_hold(row, now, seen)] += 1
    done["gone"] = take_off_unseen(PartnerJob.objects.filter(direction=Direction.IN), seen, now)
    return done


def centre_of_territory() -> tuple[float, float] | None:
    """The middle of the communes that are loaded, (lon, lat); of our offers where none has an outline; None without."""
    sides = Commune.objects.filter(west__isnull=False).aggregate(
        west=Avg("west"), east=Avg("east"), south=Avg("south"), north=Avg("north")
    )
    if sides["west"] is not None:
        return (sides["west"] + sides["east"]) / 2, (sides["south"] + sides["north"]) / 2
    own = Opportunity.objects.filter(source=Source.OWN, lon__isnull=False).aggregate(
        lon=Avg("lon"), lat=Avg("lat")
    )
    return None if own["lon"] is None else (own["lon"], own["lat"])


def _ours() -> frozenset[str]:
    """Every identifier, there and here, of what we ever sent."""
    sent = PartnerJob.objects.filter(direction=Direction.OUT).values_list("remote_id", "opportunity_id")
    return frozenset(str(one) for pair in sent for one in pair if one)


def _hold(row: Mapping[str, Any], now: dt.datetime, seen: set[str]) -> str:
    """Hold one row, or trace why it cannot be; the name of what was done."""
    number = incoming.number_of(row)
    try:
        read = incoming.read(row, timezone.localdate(now))
    except incoming.Unreadable as refusal:
        trace(Direction.IN, number or "?", [refusal.fault], row)
        return "rejected"
    trace(Direction.IN, number, [], row)
    seen.add(number)
    return _write(read, row, now)


@transaction.atomic
def _write(read: incoming.Row, row: Mapping[str, Any], now: dt.datetime) -> str:
    link = (
        PartnerJob.objects.select_for_update(of=("self",))
        .filter(direction=Direction.IN, remote_id=read.number)
        .first()
    )
    sha256 = outgoing.digest(dict(row))
    if link is not None and link.opportunity_id and link.sent_sha256 == sha256 and link.gone_at is None:
        PartnerJob.objects.filter(pk=link.pk).update(seen_at=now, updated_at=now)
        return "unchanged"
    offer = _offer(read, link.opportunity if link else None, now)
    PartnerJob.objects.update_or_create(
        direction=Direction.IN,
        remote_id=read.number,
        defaults={
            "opportunity": offer,
            "payload": dict(row),
            "sent_sha256": sha256,
            "status": "Active",
            "seen_at": now,
            "gone_at": None,
        },
    )
    return "updated" if link else "new"


def _offer(read: incoming.Row, known: Opportunity | None, now: dt.datetime) -> Opportunity:
    """The opportunity of a row, written and published."""
    names = ("title", "description", "sector", "address", "postcode", "city", "lon", "lat", "permalink")
    fields: dict[str, Any] = {name: getattr(read, name) for name in names}
    fields["organisation"] = partner_employer(read.employer)
    if known is None:
        known = Opportunity.objects.create(
            kind=KIND, source=Source.PARTNER, remote_id=f"lba:{read.number}", published_at=now, **fields
        )
        perform(known, "submit", None)
    else:
        for name, value in fields.items():
            setattr(known, name, value)
        known.save()
    if known.state in (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED):
        perform(known, "publish", None)
    ApprenticeshipOffer.objects.update_or_create(
        opportunity=known,
        defaults={
            "contracts": list(read.contracts),
            "diploma": read.diploma,
            "jobs": list(read.jobs),
            "months": read.months,
            "remote": read.remote,
            "desired_skills": read.skills,
            "acquired_skills": read.learnt,
            "access_conditions": read.conditions,
            "expires_on": read.expires_on,
            "to_partner": False,
        },
    )
    Period.objects.filter(opportunity=known).exclude(starts_on=read.starts_on).delete()
    Period.objects.update_or_create(
        opportunity=known,
        starts_on=read.starts_on,
        defaults={"ends_on": read.ends_on, "seats": read.seats},
    )
    write_searchable(known)
    return known
