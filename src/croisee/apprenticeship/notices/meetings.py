"""The e-mails about forums and job datings: a slot is booked, a meeting or a stand is cancelled, it is tomorrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.apprenticeship.models import Booking, Meeting

CATEGORY = _("Forums and job datings")


def _booking(context: dict[str, Any]) -> Booking:
    """The booking as it is when the e-mail leaves. NoLongerNeeded when the slot is another by then, or given back."""
    from croisee.apprenticeship.models import Booking, BookingState

    rows = Booking.objects.filter(pk=UUID(context["booking"]), state=BookingState.BOOKED)
    row = rows.select_related("stand__meeting", "stand__organisation", "person").first()
    if row is None or row.starts_at is None or row.starts_at.isoformat() != context["at"]:
        raise NoLongerNeeded
    return row


def _said(context: dict[str, Any]) -> dict[str, Any]:
    row = _booking(context)
    if row.starts_at is None or row.starts_at < timezone.now():
        raise NoLongerNeeded
    start = timezone.localtime(row.starts_at)
    meeting = row.stand.meeting
    return {
        **context,
        "first_name": row.person.given_name,
        "company": str(row.stand.organisation),
        "meeting": meeting.title,
        "day": date_format(start, "l j F Y"),
        "hour": date_format(start, "TIME_FORMAT"),
        "place": meeting.place,
        "table": row.stand.table,
        "without_cv": meeting.without_cv,
        "path": reverse("apprenticeship:meeting", args=[meeting.pk]),
    }


def _calendar(context: dict[str, Any]) -> Sequence[Attachment]:
    from croisee.apprenticeship.calendars import calendar_of

    return [Attachment("rendez-vous.ics", calendar_of(_booking(context)), "text/calendar; method=PUBLISH")]


BOOKED = register(
    Notice(
        "apprenticeship.slot_booked",
        _("A slot is booked at a stand"),
        CATEGORY,
        can_be_disabled=False,
        completed=_said,
        attached=_calendar,
        roles=(Role.FAMILY,),
    )
)
REMINDED = register(
    Notice(
        "apprenticeship.slot_tomorrow",
        _("An interview at a forum is tomorrow"),
        CATEGORY,
        completed=_said,
        roles=(Role.FAMILY,),
    )
)
CANCELLED = register(
    Notice(
        "apprenticeship.meeting_cancelled",
        _("A forum, or a stand where I had booked, is cancelled"),
        CATEGORY,
        can_be_disabled=False,
        roles=(Role.FAMILY,),
    )
)


def tell_booked(booking: Booking, *, promoted: bool = False) -> None:
    """Tell a person which slot is theirs; `promoted` when it comes from the waiting list."""
    if booking.starts_at is None:
        return
    at = booking.starts_at.isoformat()
    context = {"booking": str(booking.pk), "at": at, "promoted": promoted}
    send_to(BOOKED, _people([booking]).get(booking.person_id, []), key=f"{booking.pk}:{at}", context=context)


def tell_cancelled(meeting: Meeting, bookings: Iterable[Booking], company: str = "") -> None:
    """Tell those who had booked that the meeting, or the stand of `company`, is not held."""
    rows = list(bookings)
    people = _people(rows)
    start = timezone.localtime(meeting.starts_at)
    context = {
        "meeting": meeting.title,
        "company": company,
        "day": date_format(start, "l j F Y"),
        "path": reverse("apprenticeship:meetings"),
    }
    for row in rows:
        send_to(
            CANCELLED, people.get(row.person_id, []), key=f"{meeting.pk}:{company}:{row.pk}", context=context
        )


def _people(bookings: Iterable[Booking]) -> dict[UUID, list[Account | Address]]:
    """How each person is written to: by the account, else by the address. One query."""
    own = Contact.objects.filter(
        person__in={row.person_id for row in bookings}, capacity=Capacity.SELF
    ).select_related("account")
    found: dict[UUID, list[Account | Address]] = {}
    for contact in own:
        if contact.account is not None and contact.account.is_active:
            found[contact.person_id] = [contact.account]
        elif contact.email:
            found[contact.person_id] = [Address(contact.email, settings.LANGUAGE_CODE)]
    return found


def remind(bookings: Iterable[Booking]) -> None:
    """Remind those who have a slot to come; the same slot once."""
    rows = list(bookings)
    people = _people(rows)
    for row in rows:
        if row.starts_at is not None:
            at = row.starts_at.isoformat()
            context = {"booking": str(row.pk), "at": at}
            send_to(REMINDED, people.get(row.person_id, []), key=f"{row.pk}:{at}", context=context)
