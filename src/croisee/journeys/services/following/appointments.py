"""Appointments: planned, moved, kept or not, recalled the day before. The person reads each change in an e-mail."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send_to
from croisee.journeys.models import Appointment, AppointmentState, Channel, Exchange, Journey
from croisee.journeys.notices import following as notices
from croisee.journeys.queries.recipients import person_of, referent_of
from croisee.journeys.services.following.locking import fill, locked, open_journey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.notices.declaration import Notice

FIELDS = ("starts_at", "minutes", "subject", "place")


@transaction.atomic
def plan_appointment(journey: Journey, values: Mapping[str, Any], account: Account) -> Appointment:
    """Plan a meeting with the référent of the journey (who plans, where it has none); the person is told.

    `values`: `FIELDS`. Raises ValidationError by field, also when that hour is taken.
    """
    row = open_journey(journey)
    appointment = Appointment(journey=row, with_account=referent_of(row) or account)
    _check_hour(values)
    with _hour_is_free():
        fill(appointment, FIELDS, values)
    _tell(notices.PLANNED, appointment)
    return appointment


@transaction.atomic
def change_appointment(
    appointment: Appointment, values: Mapping[str, Any], *, seen: dt.datetime | None = None
) -> Appointment:
    """Move an appointment, or say another place or subject; the person is told. Raises Stale, ValidationError."""
    row = locked(appointment, seen)
    if row.state != AppointmentState.PLANNED:
        raise ValidationError(_("This appointment is over: plan another one."), code="over")
    _check_hour(values)
    if all(getattr(row, name) == values[name] for name in FIELDS if name in values):
        return row
    row.sequence += 1
    row.reminded_at = None
    with _hour_is_free():
        fill(row, FIELDS, values)
    _tell(notices.MOVED, row)
    return row


@transaction.atomic
def move_appointment(appointment: Appointment, transition: str, account: Account) -> Appointment:
    """Attended, excused, missed, cancelled. Attended, it is an exchange of that day; cancelled, the person is told.

    Raises ValidationError when it is too early to say, TransitionRefused.
    """
    row = locked(appointment)
    if transition in ("attend", "miss") and row.starts_at > timezone.now():
        raise ValidationError(_("This can be noted once the hour has come."), code="early")
    perform(row, transition, account)
    if transition == "attend":
        Exchange.objects.create(
            journey_id=row.journey_id,
            on=timezone.localdate(row.starts_at),
            channel=Channel.MEETING,
            text=row.subject,
            by=account,
        )
    if transition in ("cancel", "excuse"):
        row.sequence += 1
        row.save()
        if row.starts_at > timezone.now():
            _tell(notices.CANCELLED, row)
    return row


def remind_due(now: dt.datetime) -> int:
    """Recall the appointments of tomorrow, and of today when yesterday's run did not; how many people were told."""
    tomorrow = timezone.localdate(now) + dt.timedelta(days=1)
    end = timezone.make_aware(dt.datetime.combine(tomorrow + dt.timedelta(days=1), dt.time()))
    count = 0
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state=AppointmentState.PLANNED, reminded_at__isnull=True, starts_at__gt=now, starts_at__lt=end
        )
        for row in rows.select_related("journey"):
            row.reminded_at = now
            row.save()
            count += _tell(notices.REMINDED, row)
    return count


def _tell(notice: Notice, appointment: Appointment) -> int:
    return send_to(
        notice,
        person_of(appointment.journey),
        key=f"{appointment.pk}:{appointment.sequence}",
        context={"appointment": str(appointment.pk), "sequence": appointment.sequence},
    )


def _check_hour(values: Mapping[str, Any]) -> None:
    if values["starts_at"] < timezone.now():
        raise ValidationError({"starts_at": _("This hour is past. Note a past meeting as an exchange.")})


@contextmanager
def _hour_is_free() -> Iterator[None]:
    """Say in words that the hour is taken: found beforehand, or by the database when two plan it at once."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as refusal:
        said = [message for messages in refusal.message_dict.values() for message in messages]
        if _taken_in_words() in said:
            raise ValidationError({"starts_at": _taken_in_words()}) from refusal
        raise
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise ValidationError({"starts_at": _taken_in_words()}) from error


def _taken_in_words() -> str:
    return _("Another appointment is planned at this hour.")
