"""Booking a slot at a stand: nobody has two at one time, no slot is given twice, a freed slot goes to who waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.apprenticeship.models import (
    Booking,
    BookingState,
    Meeting,
    MeetingState,
    Registration,
    Result,
    Slot,
    Stand,
)
from croisee.apprenticeship.models.bookings import HOLDING
from croisee.apprenticeship.notices import meetings as notices
from croisee.foundation.lifecycles.services import perform
from croisee.journeys.models import FOLLOWED, Journey, Step, StepKind

if TYPE_CHECKING:
    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

OPEN = (BookingState.WAITING, BookingState.BOOKED)


@transaction.atomic
def register(meeting: Meeting, person: Person, account: Account, *, came: bool | None = None) -> Registration:
    """Somebody comes to a meeting; asked twice, it is once. Raises ValidationError when it is full or not open."""
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.state != MeetingState.PUBLISHED:
        raise ValidationError(_("This meeting takes nobody: it is not announced, or it is over."))
    known: Registration | None = row.registrations.filter(person=person).first()
    if known is not None:
        return known
    if row.capacity is not None and row.registrations.count() >= row.capacity:
        raise ValidationError(_("This meeting is full."), code="full")
    made: Registration = Registration.objects.create(
        meeting=row, person=person, registered_by=account, came=came
    )
    return made


@transaction.atomic
def leave(registration: Registration, account: Account) -> None:
    """Somebody does not come after all: the slots booked there are given back."""
    open_ones = Booking.objects.filter(
        person=registration.person_id, stand__meeting=registration.meeting_id, state__in=OPEN
    )
    # In one order for everybody: two who leave at once would wait for each other's stands.
    for booking in open_ones.order_by("stand_id"):
        cancel(booking, account)
    registration.delete()


@transaction.atomic
def book(stand: Stand, person: Person, account: Account, slot: Slot | None = None) -> Booking:
    """A slot for somebody, who is registered at the meeting with it; the one asked for, else the first that suits.

    When all are taken, a place on the waiting list. Asked twice, the same booking is returned. Raises ValidationError
    when the slot is taken, over, or at the time of another of that person's.
    """
    row = Stand.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=stand.pk)
    if not row.confirmed:
        raise ValidationError(_("This stand is not confirmed yet."))
    register(row.meeting, person, account)
    known: Booking | None = row.bookings.filter(person=person).exclude(state=BookingState.CANCELLED).first()
    if known is not None and (slot is None or known.slot_id == slot.pk):
        return known
    if known is not None and known.state not in OPEN:
        raise ValidationError(_("This interview took place already."))
    booking = known or Booking.objects.create(stand=row, person=person, booked_by=account)
    left = booking.slot
    chosen = slot if slot is not None else _first_free(row, person)
    if chosen is not None:
        _give(booking, chosen)
        notices.tell_booked(booking)
    if left is not None and left.starts_at > timezone.now():
        _pass_on(row, left)
    return booking


def _first_free(stand: Stand, person: Person) -> Slot | None:
    """The first slot to come that nobody has and that suits the person; none when there is none."""
    elsewhere = Booking.objects.filter(
        person=person,
        state=BookingState.BOOKED,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    free = stand.slots.filter(~Exists(elsewhere), starts_at__gt=timezone.now()).exclude(
        bookings__state__in=HOLDING
    )
    found: Slot | None = free.order_by("starts_at").first()
    return found


def _give(booking: Booking, slot: Slot) -> None:
    """Put a booking into a slot; ValidationError when somebody has it, or the person is elsewhere then."""
    if slot.stand_id != booking.stand_id or slot.starts_at <= timezone.now():
        raise ValidationError(_("This slot is over: choose another."))
    booking.slot, booking.starts_at, booking.ends_at = slot, slot.starts_at, slot.ends_at
    try:
        with transaction.atomic():
            booking.save()
            if booking.state == BookingState.WAITING:
                perform(booking, "book", None)
    except IntegrityError as error:
        if "no_overlap" in str(error):
            raise ValidationError(_("This person is at another stand at that time."), code="busy") from error
        raise ValidationError(_("Somebody else has this slot: choose another."), code="taken") from error


@transaction.atomic
def cancel(booking: Booking, account: Account | None) -> Booking:
    """Give a slot back, or leave the waiting list; the slot goes to the first who waits and is free then.

    Cancelled twice, it stays cancelled. Raises TransitionRefused once the interview took place.
    """
    stand = Stand.objects.select_for_update(of=("self",)).get(pk=booking.stand_id)
    row = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if row.state == BookingState.CANCELLED:
        return row
    freed = row.slot if row.state == BookingState.BOOKED else None
    perform(row, "cancel", account)
    if freed is not None and freed.starts_at > timezone.now():
        _pass_on(stand, freed)
    return row


def pass_on_free(stand: Stand) -> None:
    """Give the free slots of a stand to those who wait there: it has more of them. The stand is locked."""
    if not stand.bookings.filter(state=BookingState.WAITING).exists():
        return
    free = stand.slots.filter(starts_at__gt=timezone.now()).exclude(bookings__state__in=HOLDING)
    for slot in list(free.order_by("starts_at")):
        _pass_on(stand, slot)


def _pass_on(stand: Stand, slot: Slot) -> None:
    """Give a freed slot to the first on the waiting list who is free at that time, and say so."""
    for waiting in stand.bookings.filter(state=BookingState.WAITING).order_by("created_at", "pk"):
        try:
            _give(waiting, slot)
        except ValidationError:
            waiting.refresh_from_db()
            continue
        notices.tell_booked(waiting, promoted=True)
        return


@transaction.atomic
def note_presence(booking: Booking, came: bool, account: Account) -> Booking:
    """Note that somebody came to the interview, or did not; corrected as often as needed. Raises TransitionRefused."""
    row = Booking.objects.select_for_update(of=("self",)).select_related("stand__meeting").get(pk=booking.pk)
    if row.state != (BookingState.ATTENDED if came else BookingState.MISSED):
        row.result = ""
        row.save()
        perform(row, "attend" if came else "miss", account)
    if came:
        Registration.objects.filter(meeting=row.stand.meeting_id, person=row.person_id).update(came=True)
    return row


@transaction.atomic
def note_result(booking: Booking, result: str, note: str, account: Account) -> Booking:
    """What came of an interview; who was hired, or is to be seen again, has it as a step of the journey under way.

    Raises ValidationError for an unknown result, TransitionRefused for who may not.
    """
    row = note_presence(booking, True, account)
    if result not in Result.values:
        raise ValidationError({"result": _("Choose what came of it.")})
    row.result, row.note = result, note.strip()[:300]
    row.full_clean()
    row.save()
    if result != Result.NO:
        _as_step(row)
    return row


def _as_step(booking: Booking) -> None:
    """A planned step of the person's journey, once."""
    journey = (
        Journey.objects.filter(person=booking.person_id, state__in=FOLLOWED).order_by("-entered_on").first()
    )
    title = _("Interview at %(meeting)s") % {"meeting": booking.stand.meeting.title}
    if journey is None or journey.steps.filter(kind=StepKind.EMPLOYMENT, title=title[:200]).exists():
        return
    Step.objects.create(
        journey=journey,
        kind=StepKind.EMPLOYMENT,
        title=title[:200],
        where=str(booking.stand.organisation)[:200],
        starts_on=timezone.localdate(),
    )


@transaction.atomic
def remind(now: datetime) -> int:
    """Remind those whose interview is on the next day, once each; how many."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    due = Booking.objects.filter(state=BookingState.BOOKED, starts_at__date=tomorrow, reminded_at=None)
    rows = list(due.select_for_update(of=("self",), skip_locked=True))
    notices.remind(rows)
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return len(rows)
