"""The e-mails about bookings of spaces: booked, cancelled; to who booked, and to the company that pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send

if TYPE_CHECKING:
    from croisee.incubation.models import Booking

CATEGORY = _("Spaces of the incubator")
READERS = (Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER, Role.EXPERT)


def _rows(context: dict[str, Any]) -> list[Booking]:
    """The bookings as they are when the e-mail leaves."""
    from croisee.incubation.models import Booking

    keys = [UUID(key) for key in context["bookings"]]
    rows = Booking.objects.filter(pk__in=keys).select_related("space__incubator", "organisation")
    return list(rows.order_by("starts_at"))


def _hours(rows: Sequence[Booking]) -> list[str]:
    return [
        f"{date_format(timezone.localtime(row.starts_at), 'l j F Y')}, "
        f"{timezone.localtime(row.starts_at):%H:%M}–{timezone.localtime(row.ends_at):%H:%M}"
        for row in rows
    ]


def _said(context: dict[str, Any], rows: Sequence[Booking]) -> dict[str, Any]:
    if not rows:
        raise NoLongerNeeded
    first = rows[0]
    incubator = first.space.incubator
    town = f"{incubator.postcode} {incubator.city}".strip()
    place = incubator.address if not town or town in incubator.address else f"{incubator.address}, {town}"
    return {
        **context,
        "space": first.space.name,
        "incubator": incubator.name,
        "place": place,
        "day": date_format(timezone.localtime(first.starts_at), "SHORT_DATE_FORMAT"),
        "hours": _hours(rows),
        "company": str(first.organisation or ""),
        "price": sum(row.price for row in rows),
        "path": reverse("incubation:booking", args=[first.pk]),
    }


def _booked(context: dict[str, Any]) -> dict[str, Any]:
    """What is said of those that still stand and are to come; nothing once none does."""
    rows = [row for row in _rows(context) if row.state == "booked" and row.ends_at > timezone.now()]
    return _said(context, rows)


def _cancelled(context: dict[str, Any]) -> dict[str, Any]:
    return _said(context, _rows(context))


def _calendar(context: dict[str, Any]) -> Sequence[Attachment]:
    from croisee.incubation.calendars_of_spaces import calendar_of

    rows = [row for row in _rows(context) if row.state == "booked"]
    return [Attachment("reservation.ics", calendar_of(rows), "text/calendar; method=PUBLISH")] if rows else []


BOOKED = register(
    Notice(
        "incubation.space_booked",
        _("A space is booked"),
        CATEGORY,
        completed=_booked,
        attached=_calendar,
        roles=READERS,
    )
)
CANCELLED = register(
    Notice(
        "incubation.space_cancelled",
        _("A booking of a space is cancelled"),
        CATEGORY,
        can_be_disabled=False,
        completed=_cancelled,
        roles=READERS,
    )
)


def _readers(rows: Sequence[Booking], account: Account) -> list[Account]:
    """Who acted, who had booked, and those who act for the company that pays."""
    first = rows[0]
    people = {account.pk, first.booked_by_id}
    found = list(Account.objects.filter(pk__in=people, is_active=True))
    if first.organisation_id:
        members = Membership.objects.active().filter(
            role=Role.EMPLOYER, organisation_id=first.organisation_id
        )
        found += list(Account.objects.filter(pk__in=members.values("account"), is_active=True))
    return list(dict.fromkeys(found))


def tell_booked(rows: Sequence[Booking], account: Account) -> None:
    """Confirm a booking, or the weeks of one; nobody is written to about works."""
    if not rows[0].closure:
        context = {"bookings": [str(row.pk) for row in rows]}
        send(BOOKED, _readers(rows, account), key=f"booked:{rows[0].pk}", context=context)


def tell_cancelled(rows: Sequence[Booking], account: Account) -> None:
    """Say that a booking, or some weeks of one, are given back."""
    if not rows[0].closure:
        context = {"bookings": [str(row.pk) for row in rows]}
        send(CANCELLED, _readers(rows, account), key=f"cancelled:{rows[0].pk}", context=context)
