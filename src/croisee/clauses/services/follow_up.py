"""What is noted of contacts: by hand, or by the software when it writes to somebody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import Channel, ContactLog

if TYPE_CHECKING:
    from croisee.clauses.models import Commitment, Contract, Participant
    from croisee.foundation.accounts.models import Account


def note(
    *,
    contract: Contract | None = None,
    commitment: Commitment | None = None,
    participant: Participant | None = None,
    channel: str,
    text: str,
    by: Account | None = None,
    with_whom: str = "",
    next_on: dt.date | None = None,
    at: dt.datetime | None = None,
) -> ContactLog:
    """Keep one contact about a contract, a commitment of it or a participant; `by` None: the software itself.

    E-mails owed through the ledger under a key that begins with the commitment's identifier appear in its journal by
    themselves, with what became of them: they need no note. Raises ValidationError by field.
    """
    entry = ContactLog(
        contract=contract,
        commitment=commitment,
        participant=participant,
        channel=channel,
        text=text.strip(),
        by=by,
        with_whom=with_whom.strip(),
        next_on=next_on,
        at=at or timezone.now(),
    )
    entry.full_clean(exclude=["by"])
    entry.save()
    return entry


def settle(entry: ContactLog, account: Account, next_on: dt.date | None = None) -> ContactLog:
    """Note that one came back to it; or, with a day to come, put it off until then.

    Raises ValidationError for a day that is past.
    """
    if next_on is not None and next_on <= timezone.localdate():
        raise ValidationError(_("Choose a day to come to put it off."))
    with transaction.atomic():
        kept = ContactLog.objects.visible_to(account).select_for_update(of=("self",)).get(pk=entry.pk)
        kept.next_on = next_on
        kept.save(update_fields=["next_on", "updated_at"])
    return kept


def strike(entry: ContactLog, account: Account) -> None:
    """Take out what `account` wrote by mistake. Raises ValidationError for what another, or the software, wrote."""
    if (
        entry.by_id is None
        or entry.by_id != account.pk
        or entry.channel in (Channel.AUTOMATIC, Channel.BOUNCE)
    ):
        raise ValidationError(_("Only whoever wrote this entry can take it out."))
    entry.delete()
