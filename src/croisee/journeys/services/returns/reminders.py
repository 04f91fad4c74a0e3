"""Reminding référents of what is missing: each day on which something is new, and when a manager asks them to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.notices.many import Letter, send_many
from croisee.foundation.notices.services import send
from croisee.journeys.models import Journey
from croisee.journeys.notices import returns as notices
from croisee.journeys.queries import returns as queries
from croisee.journeys.queries.completeness import standings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

LAST_DAYS = 7
"""Days before the end of the time to ask from which a situation is told of again."""


def remind(referent: UUID, by: Account, today: dt.date | None = None) -> int:
    """Write to a référent what is missing of the people that both may write to; once a day. How many e-mails are new.

    Raises ValidationError when nothing is missing, or the référent is not one of the people's.
    """
    day = today or timezone.localdate()
    found = [one for one in standings(by, day) if one.referent == referent]
    account = Account.objects.filter(pk=referent, is_active=True).first()
    if not found or account is None:
        raise ValidationError(_("Nothing is missing of the people that this référent follows."))
    context = {"account": str(account.pk), "by": str(by.pk)}
    return send(notices.MISSING, [account], key=f"asked:{day.isoformat()}", context=context)


def tell_of_situations(now: dt.datetime) -> int:
    """Tell each référent of the questionnaires to ask, on days when one is new, ends in a week, or is late since today.

    And of all of them each Monday. Returns how many e-mails are new.
    """
    today = timezone.localdate(now)
    return send_many(notices.TO_ASK, _letters(today))


def _letters(today: dt.date) -> Iterator[Letter]:
    news: set[UUID] = set()
    for one in queries.to_ask(Journey.objects.all(), today):
        days = {one.reached, one.until - dt.timedelta(days=LAST_DAYS), one.until + dt.timedelta(days=1)}
        if one.referent and (today in days or today.weekday() == 0):
            news.add(one.referent)
    for account in Account.objects.filter(pk__in=news, is_active=True).order_by("email"):
        yield Letter(account, f"situations:{today.isoformat()}", {"account": str(account.pk)})
