"""Bookings and statements for the tests of spaces."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core import mail
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import add_months
from croisee.foundation.notices.models import Ledger
from croisee.foundation.notices.services import deliver
from croisee.incubation.models import Booking, LineKind, Space, Statement, StatementLine
from croisee.incubation.rooms import Span
from croisee.incubation.services import bookings, statements
from croisee.incubation.services.bookings import Wish, here
from tests.incubation_world import Side
from tests.world import TODAY

THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = add_months(THIS_MONTH, -1)
TOMORROW = TODAY + dt.timedelta(days=1)


def span(day: dt.date, starts: str = "09:00", ends: str = "11:00") -> Span:
    """From an hour to another of a day, by the clocks there."""
    moments = [dt.datetime.combine(day, dt.time.fromisoformat(hour), here()) for hour in (starts, ends)]
    return Span(*moments)


def room_of(side: Side) -> Space:
    """The room of a side, booked by hours."""
    return side.spaces[2]


def book(side: Side, account: Account | None = None, day: dt.date = TOMORROW, **fields: Any) -> list[Booking]:
    """A booking by the hosted company, two hours from nine, unless it is said otherwise."""
    hours = (fields.pop("starts", "09:00"), fields.pop("ends", "11:00"))
    account = account or side.tenant
    if account == side.tenant:
        fields.setdefault("organisation", side.company)
    return bookings.book(room_of(side), Wish(span(day, *hours), **fields), account)


def make_booking(
    side: Side, day: dt.date, starts: str = "09:00", ends: str = "11:00", **fields: Any
) -> Booking:
    """A booking as it stands in the database, past ones too."""
    values: dict[str, Any] = {
        "space": room_of(side),
        "organisation": side.company,
        "price": Decimal(16),
        "booked_by": side.tenant,
        "title": "Entretiens d’embauche",
    }
    starts_at, ends_at = span(day, starts, ends)
    return Booking.objects.create(starts_at=starts_at, ends_at=ends_at, **(values | fields))


def make_statement(side: Side, month: dt.date = LAST_MONTH) -> Statement:
    """The draft of a month of the hosted company."""
    statements.prepare(side.incubator, month)
    return Statement.objects.exclude(state="replaced").get(incubator=side.incubator, month=month)


def issued(side: Side, month: dt.date = LAST_MONTH) -> Statement:
    """The same, sent to finance."""
    return statements.issue(make_statement(side, month), side.manager)


def add_other(statement: Statement, label: str = "Badge") -> StatementLine:
    """Another line of a draft."""
    line = statements.add_line(statement, label, Decimal(2), Decimal("7.50"))
    assert line.kind == LineKind.OTHER
    return line


def at(day: dt.date, hour: int) -> dt.datetime:
    """An hour of a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def delivered() -> list[Any]:
    """The e-mails that are owed, sent now, in the language of the tests."""
    mail.outbox.clear()
    Account.objects.update(language="en")
    for row in Ledger.objects.filter(state="waiting").order_by("created_at"):
        deliver.call(str(row.pk))
    return list(mail.outbox)
