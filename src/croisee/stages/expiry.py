"""Whether an offer still stands: one computed function, which pages and both ways of the interchange ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.opportunities.models import OpportunityState, Source

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity


class Standing(TextChoices):
    """What becomes of an offer with time."""

    ACTIVE = "active", _("open")
    FULL = "full", _("full")
    PAST = "past", _("past")
    WITHDRAWN = "withdrawn", _("not offered")
    GONE = "gone", _("gone from the national platform")


@dataclass(frozen=True)
class Terms:
    """What the standing of an offer depends on. `weeks` are first days with the seats that are free from then on."""

    published: bool
    counts_seats: bool
    seen_there: bool
    weeks: Sequence[tuple[dt.date, int]]


def judged(terms: Terms, today: dt.date) -> Standing:
    """The standing of an offer on a day, in this order: gone, not offered, past, full, else open.

    A week that has begun is past: nobody starts in its middle. A partner's seats are not counted here, so that its
    offers are never full.
    """
    if not terms.seen_there:
        return Standing.GONE
    if not terms.published:
        return Standing.WITHDRAWN
    coming = [free for first, free in terms.weeks if first > today]
    if not coming:
        return Standing.PAST
    return Standing.ACTIVE if not terms.counts_seats or any(free > 0 for free in coming) else Standing.FULL


def standing(offer: Opportunity, now: dt.datetime | None = None) -> Standing:
    """The standing of `offer` at `now` (aware; the present by default), from its periods (prefetch them)."""
    partner = offer.source == Source.PARTNER
    published = offer.state == OpportunityState.PUBLISHED
    terms = Terms(
        published=published and offer.listed,
        counts_seats=not partner,
        # What is no longer seen there is unpublished here at once.
        seen_there=not partner or published,
        weeks=[(period.starts_on, period.free) for period in offer.periods.all()],
    )
    return judged(terms, timezone.localdate(now))
