"""Reading the offers of the national platform: kept by its number, updated, taken off when it shows them no more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import Opportunity, OpportunityState, Period, Source
from croisee.opportunities.services.moderation import write_searchable
from croisee.opportunities.services.partners import partner_employer, take_off_unseen
from croisee.stages.models import Direction, PartnerOffer
from croisee.stages.models.internships import KIND
from croisee.stages.national_api import incoming, outgoing
from croisee.stages.national_api.client import NationalPlatform
from croisee.stages.queries import interchange as queries
from croisee.stages.services.publishing import Step
from croisee.stages.services.rejections import reject, settle_solved

STEP = 25


def read_theirs(client: NationalPlatform, step: Step) -> Counter[str]:
    """Hold each offer for pupils of 3e in the territory; counts of what was done.

    What the search no longer shows is taken off, once the whole of it was read.
    """
    now, postcodes = timezone.now(), queries.postcodes()
    sectors, ours = queries.our_sector_by_name(), _ours()
    done: Counter[str] = Counter()
    seen: set[str] = set()
    for number, row in enumerate(client.search(), 1):
        if number % STEP == 1:
            step(number, number, _("Offers of the national platform"))
        if str(row.get("remote_id")) in ours:
            done["own"] += 1
        elif incoming.is_for_us(row, postcodes):
            done[_hold(row, sectors, now, seen)] += 1
    done["gone"] = take_off_unseen(PartnerOffer.objects.filter(direction=Direction.IN), seen, now)
    return done


def _ours() -> frozenset[str]:
    """The identifiers of all that we ever sent: random, so that no other partner has the same."""
    sent = PartnerOffer.objects.filter(direction=Direction.OUT)
    return frozenset(sent.values_list("remote_id", flat=True))


def _hold(row: Mapping[str, Any], sectors: dict[str, str], now: dt.datetime, seen: set[str]) -> str:
    """Hold one row, or trace why it cannot be; the name of what was done."""
    number = incoming.number_of(row)
    try:
        read = incoming.read(row, sectors, timezone.localdate(now))
    except incoming.Unreadable as refusal:
        known = number or str(row.get("remote_id") or "?")
        reject(Direction.IN, known, refusal.code, refusal.message, row)
        return "rejected"
    settle_solved(Direction.IN, number, set())
    if not read.mondays:
        return "past"
    seen.add(number)
    return _write(read, row, now)


@transaction.atomic
def _write(read: incoming.Row, row: Mapping[str, Any], now: dt.datetime) -> str:
    link = (
        PartnerOffer.objects.select_for_update().filter(direction=Direction.IN, remote_id=read.number).first()
    )
    sha256 = outgoing.digest(dict(row))
    if link and link.opportunity and link.sent_sha256 == sha256 and link.gone_at is None:
        PartnerOffer.objects.filter(pk=link.pk).update(seen_at=now, updated_at=now)
        return "unchanged"
    offer = _offer(read, link.opportunity if link else None, now)
    _weeks(offer, read)
    PartnerOffer.objects.update_or_create(
        direction=Direction.IN,
        remote_id=read.number,
        defaults={
            "opportunity": offer,
            "payload": dict(row),
            "sent_sha256": sha256,
            "seen_at": now,
            "gone_at": None,
        },
    )
    return "updated" if link else "new"


def _offer(read: incoming.Row, known: Opportunity | None, now: dt.datetime) -> Opportunity:
    """The opportunity of a row, written and published."""
    fields: dict[str, Any] = {
        "organisation": partner_employer(read.employer),
        "title": read.title,
        "description": read.description,
        "sector": read.sector,
        "address": read.address,
        "postcode": read.postcode,
        "city": read.city,
        "lon": read.lon,
        "lat": read.lat,
        "accessible": read.accessible,
        "permalink": read.permalink,
    }
    if known is None:
        known = Opportunity.objects.create(
            kind=KIND, source=Source.PARTNER, remote_id=read.number, published_at=now, **fields
        )
        perform(known, "submit", None)
    else:
        for name, value in fields.items():
            setattr(known, name, value)
        known.save()
    if known.state in (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED):
        perform(known, "publish", None)
    write_searchable(known)
    return known


def _weeks(offer: Opportunity, read: incoming.Row) -> None:
    """The weeks of a row; nobody holds a seat of a partner's here, so that weeks may come and go."""
    offer.periods.exclude(starts_on__in=read.mondays).delete()
    for monday in read.mondays:
        Period.objects.update_or_create(
            opportunity=offer,
            starts_on=monday,
            defaults={"ends_on": monday + dt.timedelta(days=4), "seats": read.seats},
        )
