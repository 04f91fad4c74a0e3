"""What the software says by itself of lots, day after day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.formats import date_format

from croisee.clauses.models import Lot
from croisee.clauses.notices.operations import LOT_ENDED
from croisee.clauses.queries.follow_up import ended_with_hours_missing
from croisee.clauses.queries.lights import shown_hours, with_light
from croisee.clauses.queries.operations import facilitateurs
from croisee.foundation.notices.many import Letter, send_many

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

TOLD_FOR = dt.timedelta(days=30)
"""How long after its end a lot is still told of: what ended before is in the portfolio, told or not."""


def tell_of_ended_lots(now: dt.datetime) -> int:
    """Tell the facilitateur of an operation (else all) of lots that ended with hours missing, once a lot and end.

    Returns how many e-mails are new.
    """
    today = timezone.localdate(now)
    lately = Lot.objects.filter(ends_on__gte=today - TOLD_FOR)
    found = ended_with_hours_missing(with_light(lately, today), today)
    named = ("contract__operation__buyer", "contract__operation__facilitateur")
    return send_many(LOT_ENDED, _letters(found.select_related(*named).order_by("pk")))


def _letters(lots: Any) -> Iterator[Letter]:
    everyone: list[Account] | None = None
    for lot in lots:
        follower = lot.contract.operation.facilitateur
        if follower is None or not follower.is_active:
            everyone = list(facilitateurs()) if everyone is None else everyone
        for account in [follower] if follower and follower.is_active else everyone or []:
            with translation.override(account.language):
                yield Letter(account, f"{lot.pk}:ended:{lot.ends_on}", _context(lot))


def _context(lot: Any) -> dict[str, Any]:
    operation = lot.contract.operation
    return {
        "lot": lot.title,
        "buyer": operation.buyer.name,
        "operation": operation.name,
        "end": date_format(lot.ends_on, "DATE_FORMAT"),
        "missing": shown_hours(lot.missing),
        "due": shown_hours(lot.due),
        "path": lot.get_absolute_url(),
    }
