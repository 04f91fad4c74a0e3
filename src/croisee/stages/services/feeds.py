"""Calendars as files that other software reads (RFC 5545), and the secret addresses that they are read from."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.enums import STATUS, TRANSP

from croisee.stages.models import CalendarFeed
from croisee.stages.queries.agenda import FOLLOW, Entry, entries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

# A SEQUENCE has 31 bits: seconds are counted from a day before any of ours.
FIRST_DAY = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
REFRESH = dt.timedelta(hours=6)


def calendar_file(account: Account, now: dt.datetime | None = None) -> bytes:
    """The calendar of `account`, in its language, in the time of the installation (with its VTIMEZONE)."""
    moment = now or timezone.now()
    with translation.override(account.language):
        calendar = Calendar.new(
            prodid="-//Croisée//FR",
            method="PUBLISH",
            name=_("My calendar") if account.has_role(*FOLLOW) else _("Internships"),
            language=account.language,
            refresh_interval=REFRESH,
        )
        for entry in entries(account, moment):
            calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry) -> Event:
    return Event.new(
        uid=f"{entry.key}@croisee",
        summary=entry.title,
        start=_local(entry.start),
        end=None if entry.end is None else _local(entry.end),
        location=entry.place or None,
        stamp=entry.changed,
        last_modified=entry.changed,
        # Grows with each change and never goes back: readers keep the highest.
        sequence=int((entry.changed - FIRST_DAY).total_seconds()),
        status=STATUS.CANCELLED if entry.cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.OPAQUE if entry.timed and entry.end else TRANSP.TRANSPARENT,
    )


def _local(moment: dt.date | dt.datetime) -> dt.date | dt.datetime:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)) if isinstance(moment, dt.datetime) else moment


def renew(account: Account) -> str:
    """A new secret for the address of one's calendar; the former stops at once. Shown now, kept as a digest."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(account=account, defaults={"token_sha256": _digest(token)})
    return token


def revoke(account: Account) -> bool:
    """Close the address of one's calendar; False when there was none."""
    return bool(CalendarFeed.objects.filter(account=account).delete()[0])


def account_of(token: str) -> Account | None:
    """Whose calendar a secret address is; None when it is none, was revoked, or the account is closed."""
    feed = (
        CalendarFeed.objects.filter(token_sha256=_digest(token), account__is_active=True)
        .select_related("account")
        .first()
    )
    return feed.account if feed else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
