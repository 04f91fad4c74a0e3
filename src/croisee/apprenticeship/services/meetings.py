"""Forums and job datings: prepared, announced, stands confirmed with their slots, what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.apprenticeship.models import (
    Booking,
    BookingState,
    Meeting,
    MeetingState,
    Registration,
    Slot,
    Stand,
)
from croisee.apprenticeship.notices import meetings as notices
from croisee.apprenticeship.services.bookings import pass_on_free
from croisee.apprenticeship.slots import Span, slots
from croisee.foundation.lifecycles.services import perform, perform_all

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account, Organisation

FIELDS = (
    "kind",
    "title",
    "description",
    "for_whom",
    "place",
    "starts_at",
    "ends_at",
    "capacity",
    "without_cv",
)
STAND_FIELDS = ("table", "hiring_for", "jobs", "starts_at", "ends_at", "minutes", "contact_email")


@transaction.atomic
def prepare(organiser: Organisation, values: Mapping[str, Any]) -> Meeting:
    """A new meeting, which nobody sees yet. `values`: `FIELDS`. Raises ValidationError by field."""
    return _filled(Meeting(organiser=organiser), values)


@transaction.atomic
def change(meeting: Meeting, values: Mapping[str, Any]) -> Meeting:
    """Change what is said of a meeting. Raises ValidationError by field, or when it is over or cancelled."""
    row = _locked(meeting)
    if row.state not in (MeetingState.DRAFT, MeetingState.PUBLISHED):
        raise ValidationError(_("This meeting is over: it is not changed any more."))
    outside = row.stands.filter(starts_at__lt=values["starts_at"]) | row.stands.filter(
        ends_at__gt=values["ends_at"]
    )
    if outside.exists():
        raise ValidationError({"starts_at": _("A stand is open at other hours: change it first.")})
    return _filled(row, values)


def _filled(meeting: Meeting, values: Mapping[str, Any]) -> Meeting:
    for name in FIELDS:
        if name in values:
            setattr(meeting, name, values[name])
    meeting.full_clean()
    meeting.save()
    return meeting


def _locked(meeting: Meeting) -> Meeting:
    found: Meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    return found


@transaction.atomic
def move(meeting: Meeting, transition: str, account: Account) -> Meeting:
    """Announce, close or cancel a meeting; who had booked is told of a cancellation.

    Raises TransitionRefused, KeyError for an unknown transition.
    """
    if transition == "cancel":
        # Who books or gives back holds the stand first: the same order here.
        list(Stand.objects.select_for_update(of=("self",)).filter(meeting=meeting).order_by("pk"))
    row = _locked(meeting)
    perform(row, transition, account)
    if row.state == MeetingState.CANCELLED:
        open_ones = Booking.objects.filter(
            stand__meeting=row, state__in=[BookingState.BOOKED, BookingState.WAITING]
        )
        told = list(open_ones.select_related("person"))
        perform_all(open_ones, "cancel", None)
        notices.tell_cancelled(row, told)
    return row


@transaction.atomic
def ask_for_stand(
    meeting: Meeting, organisation: Organisation, values: Mapping[str, Any], *, confirmed: bool = False
) -> Stand:
    """A company wants a stand, or the organiser gives it one (`confirmed`, with its slots).

    Raises ValidationError by field, or when the meeting takes no stand any more.
    """
    row = _locked(meeting)
    if row.state not in (MeetingState.DRAFT, MeetingState.PUBLISHED):
        raise ValidationError(_("This meeting takes no stand any more."))
    stand = Stand(meeting=row, organisation=organisation, confirmed=confirmed)
    return _stand(stand, values)


@transaction.atomic
def change_stand(stand: Stand, values: Mapping[str, Any], *, confirmed: bool | None = None) -> Stand:
    """Change a stand; its free slots follow its hours. Raises ValidationError when somebody has a slot outside them."""
    row = Stand.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=stand.pk)
    if confirmed is not None:
        row.confirmed = confirmed
    return _stand(row, values)


def _stand(stand: Stand, values: Mapping[str, Any]) -> Stand:
    for name in STAND_FIELDS:
        if name in values:
            setattr(stand, name, values[name])
    if stand.starts_at < stand.meeting.starts_at or stand.ends_at > stand.meeting.ends_at:
        raise ValidationError({"starts_at": _("A stand is open during the meeting: choose hours within it.")})
    stand.full_clean()
    stand.save()
    if stand.confirmed:
        lay_slots(stand, values.get("breaks", ()))
        pass_on_free(stand)
    return stand


def lay_slots(stand: Stand, breaks: Sequence[Span] = ()) -> None:
    """Make the slots of a stand what its hours say: those held stay, and must be among them.

    Raises ValidationError when a slot that somebody holds would go, or there are too many.
    """
    try:
        wanted = {
            span.starts_at: span for span in slots(stand.starts_at, stand.ends_at, stand.minutes, breaks)
        }
    except ValueError as error:
        raise ValidationError(
            {"minutes": _("That makes too many slots: give each person longer.")}
        ) from error
    there = {slot.starts_at: slot for slot in stand.slots.all()}
    gone = [
        slot
        for begins, slot in there.items()
        if begins not in wanted or wanted[begins].ends_at != slot.ends_at
    ]
    held = Booking.objects.filter(slot__in=gone).exclude(state=BookingState.CANCELLED)
    if held.exists():
        raise ValidationError({"minutes": _("Somebody has a slot that would go: move those bookings first.")})
    Slot.objects.filter(pk__in=[slot.pk for slot in gone]).delete()
    kept = there.keys() - {slot.starts_at for slot in gone}
    Slot.objects.bulk_create(
        Slot(stand=stand, starts_at=span.starts_at, ends_at=span.ends_at)
        for begins, span in wanted.items()
        if begins not in kept
    )


@transaction.atomic
def withdraw_stand(stand: Stand) -> None:
    """Take a stand away; those who had booked there are told."""
    row = Stand.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=stand.pk)
    told: Iterable[Booking] = list(
        row.bookings.filter(state__in=[BookingState.BOOKED, BookingState.WAITING]).select_related("person")
    )
    notices.tell_cancelled(row.meeting, told, str(row.organisation))
    row.delete()


@transaction.atomic
def note_came(registration: Registration, came: bool | None) -> None:
    """Note that somebody came to a meeting, did not, or take the note back."""
    row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    row.came = came
    row.save()
