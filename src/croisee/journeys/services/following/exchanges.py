"""Exchanges: noted, corrected by who noted them, taken away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.journeys.models import Exchange, Journey, JourneyState
from croisee.journeys.services.following.locking import fill, locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account

FIELDS = ("on", "channel", "text")
CORRECTED_WITHIN = dt.timedelta(days=30)
ENTERED = (JourneyState.UNDER_WAY, JourneyState.PAUSED, JourneyState.ENDED)


@transaction.atomic
def add_exchange(journey: Journey, values: Mapping[str, Any], account: Account | None) -> Exchange:
    """Note a contact; after the exit too (one asks how it goes). `values`: on, channel, text. ValidationError."""
    row = locked(journey)
    if row.state not in ENTERED:
        raise ValidationError(_("Nobody follows this person in this programme yet."), code="closed")
    exchange = Exchange(journey=row, by=account)
    _check_day(values)
    fill(exchange, FIELDS, values)
    return exchange


@transaction.atomic
def change_exchange(
    exchange: Exchange, values: Mapping[str, Any], account: Account, *, seen: dt.datetime | None = None
) -> Exchange:
    """Correct what one noted oneself. Raises ValidationError for another's or past 30 days, Stale."""
    row = locked(exchange, seen)
    if reason := why_fixed(row, account):
        raise ValidationError(reason, code="fixed")
    _check_day(values)
    fill(row, FIELDS, values)
    return row


@transaction.atomic
def delete_exchange(exchange: Exchange, account: Account) -> None:
    """Take away what one noted oneself. Raises ValidationError for another's or past 30 days."""
    row = locked(exchange)
    if reason := why_fixed(row, account):
        raise ValidationError(reason, code="fixed")
    row.delete()


def why_fixed(exchange: Exchange, account: Account) -> str:
    """Why `account` cannot correct an exchange any more, in words; empty when it can."""
    if exchange.by_id != account.pk:
        return _("Only who noted an exchange can correct it.")
    if timezone.now() - exchange.created_at > CORRECTED_WITHIN:
        return _("An exchange is corrected within 30 days: note a new one that says what has changed.")
    return ""


def _check_day(values: Mapping[str, Any]) -> None:
    if values.get("on") and values["on"] > timezone.localdate():
        raise ValidationError({"on": _("What is to come is an appointment: plan one instead.")})
