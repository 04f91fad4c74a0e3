"""What is done with bookings because they are about people; incubators, spaces and rents are about nobody."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.incubation.models import Booking, GridStep, Incubator, Space

DAYS_KEPT = 366
NAMED = Q(booked_by__isnull=False) | ~Q(title="") | ~Q(outside="")


def declare() -> None:
    """Announce purpose, retention, export and erasure."""
    impersonal(Incubator, Space, GridStep)
    personal_data.register(
        Booking,
        PersonalData(
            purpose=_("Share the rooms of the incubator, and tell who booked what changes."),
            retention=Retention(
                _("A year after the booking; then the hours and the price stay, without a name."),
                lambda day: Booking.objects.filter(
                    NAMED, ends_at__date__lt=day - dt.timedelta(days=DAYS_KEPT)
                ),
            ),
            concerns=lambda account: Booking.objects.filter(booked_by=account).select_related(
                "space__incubator"
            ),
            erase=_unnamed,
            export=lambda row: {
                "space": row.space.name,
                "incubator": row.space.incubator.name,
                "from": row.starts_at,
                "to": row.ends_at,
                "title": row.title,
                "booked_for": row.outside,
                "state": row.get_state_display(),
            },
        ),
    )


def _unnamed(rows: QuerySet[Any]) -> int:
    """Take people out of bookings and of their history; hours, price and the company stay."""
    keys = [row.pk for row in rows]
    Booking.objects.filter(pk__in=keys).update(booked_by=None, title="", outside="")
    audit.redact(Booking, keys)
    return len(keys)
