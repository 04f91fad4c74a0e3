"""Appointments with experts: booked, cancelled, moved, held or missed, what was advised, reminders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import Advice, AdviceSlot, AdviceState, Project
from croisee.incubation.notices import advice as notices
from croisee.incubation.queries.advice import OVER

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


@transaction.atomic
def book(slot: AdviceSlot, project: Project, question: str, account: Account) -> Advice:
    """Book an hour for a project; both sides are told. Asked twice, the same appointment is returned.

    Raises ValidationError when the hour is taken or past, of another incubator, or at the time of another appointment
    of the project; or when the project is over.
    """
    # The project first: it has one appointment at a time, whichever hours two people book for it at once.
    of_whom = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
    row = _slot(slot)
    known: Advice | None = row.appointments.exclude(state=AdviceState.CANCELLED).first()
    if known is not None and known.project_id == of_whom.pk:
        return known
    _refuse(row, of_whom, known)
    made = Advice(slot=row, project=of_whom, question=question.strip(), booked_by=account)
    made.full_clean()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise _taken() from error
    notices.tell_booked(made)
    return made


def _slot(slot: AdviceSlot) -> AdviceSlot:
    found = (
        AdviceSlot.objects.select_for_update(of=("self",))
        .select_related("expert__account", "expert__incubator")
        .filter(pk=slot.pk)
        .first()
    )
    if found is None:
        raise ValidationError(_("This hour was taken away: choose another."), code="gone")
    return found


def _taken() -> ValidationError:
    return ValidationError(_("Somebody else has this hour: choose another."), code="taken")


def _refuse(slot: AdviceSlot, project: Project, known: Advice | None, leaving: Advice | None = None) -> None:
    """Raise ValidationError when `project` cannot have `slot`, which `known` holds; `leaving` is given up for it."""
    if known is not None:
        raise _taken()
    if slot.starts_at <= timezone.now() or slot.withdrawn or slot.expert.ended_on is not None:
        raise ValidationError(_("This hour is no longer offered: choose another."), code="gone")
    if slot.expert.incubator_id != project.incubator_id:
        raise ValidationError(_("This expert advises at another incubator."))
    if project.state in OVER:
        raise ValidationError(_("This project is over: follow it again first."))
    elsewhere = project.appointments.filter(
        state=AdviceState.BOOKED, slot__starts_at__lt=slot.ends_at, slot__ends_at__gt=slot.starts_at
    )
    if leaving is not None:
        elsewhere = elsewhere.exclude(pk=leaving.pk)
    if elsewhere.exists():
        raise ValidationError(_("This project has another appointment at that time."), code="busy")


def _locked(advice: Advice) -> Advice:
    found: Advice = (
        Advice.objects.select_for_update(of=("self",))
        .select_related("slot__expert__account", "slot__expert__incubator", "project")
        .get(pk=advice.pk)
    )
    return found


def _refuse_begun(advice: Advice) -> None:
    if advice.slot.starts_at <= timezone.now():
        raise ValidationError(_("This appointment has begun: note whether it was held."), code="begun")


@transaction.atomic
def cancel(advice: Advice, account: Account) -> Advice:
    """Cancel an appointment to come: the others are told, the hour is free again. Twice is once.

    Raises ValidationError once it has begun, TransitionRefused once it was held.
    """
    row = _locked(advice)
    if row.state == AdviceState.CANCELLED:
        return row
    if row.state == AdviceState.BOOKED:
        _refuse_begun(row)
    perform(row, "cancel", account)
    notices.tell_cancelled(row, account)
    return row


@transaction.atomic
def move(advice: Advice, slot: AdviceSlot, account: Account) -> Advice:
    """Move an appointment to another hour of the same expert; both sides are told. Raises ValidationError as `book`."""
    Project.objects.select_for_update(of=("self",), no_key=True).get(pk=advice.project_id)
    row = _locked(advice)
    if row.slot_id == slot.pk:
        return row
    if row.state != AdviceState.BOOKED:
        raise ValidationError(_("This appointment is over or cancelled: book another."))
    _refuse_begun(row)
    chosen = _slot(slot)
    if chosen.expert_id != row.slot.expert_id:
        raise ValidationError(_("Choose an hour of the same expert."))
    known = chosen.appointments.exclude(state=AdviceState.CANCELLED).first()
    _refuse(chosen, row.project, known, leaving=row)
    before = row.slot.starts_at
    row.slot, row.reminded_at = chosen, None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _taken() from error
    notices.tell_moved(row, before)
    return row


@transaction.atomic
def attend(advice: Advice, came: bool, account: Account) -> Advice:
    """Note that an appointment was held, or that nobody came; corrected as often as needed.

    Raises ValidationError before it begins, TransitionRefused once it is cancelled.
    """
    row = _locked(advice)
    _refuse_early(row)
    if row.state != (AdviceState.ATTENDED if came else AdviceState.MISSED):
        perform(row, "attend" if came else "miss", account)
    return row


def _refuse_early(advice: Advice) -> None:
    if advice.slot.starts_at > timezone.now():
        raise ValidationError(_("This appointment has not begun yet."), code="early")


@transaction.atomic
def note(advice: Advice, note: str, private_note: str, seen: datetime | None = None) -> Advice:
    """Write what was advised, for the holder too, and what the team keeps for itself.

    Raises ValidationError before the appointment, once it is cancelled, by field, or when it was changed since `seen`.
    """
    row = _locked(advice)
    if row.state == AdviceState.CANCELLED:
        raise ValidationError(_("This appointment is cancelled."))
    _refuse_early(row)
    if seen is not None and row.updated_at != seen:
        raise Stale
    row.note, row.private_note = note.strip(), private_note.strip()
    row.full_clean(exclude=["booked_by"])  # nobody, once that person is erased
    row.save()
    return row


@transaction.atomic
def remind(now: datetime) -> int:
    """Remind both sides of the appointments of the next day, once each; how many."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    due = Advice.objects.filter(
        state=AdviceState.BOOKED, slot__starts_at__date=tomorrow, reminded_at__isnull=True
    ).select_related("slot__expert__account", "project")
    rows = list(due.select_for_update(of=("self",), skip_locked=True))
    notices.remind(rows)
    Advice.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return len(rows)
