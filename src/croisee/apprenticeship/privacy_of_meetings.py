"""What is done with registrations and bookings because they are about people."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Booking, Meeting, Registration, Slot, Stand
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data

DAYS_KEPT = 366
KEPT = _("A year after the meeting.")


def _limit(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=DAYS_KEPT)


def _own(account: Account) -> dict[str, object]:
    return {"person__contacts__account": account, "person__contacts__capacity": "self"}


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    impersonal(Meeting, Slot)
    personal_data.register(
        Booking,
        PersonalData(
            purpose=_("Keep a few minutes with a company for each person, and know what came of it."),
            retention=Retention(
                KEPT, lambda day: Booking.objects.filter(stand__meeting__ends_at__date__lt=_limit(day))
            ),
            concerns=lambda account: Booking.objects.filter(**_own(account)).select_related(
                "stand__organisation", "stand__meeting"
            ),
            erase=_deleted,
            export=lambda row: {
                "meeting": row.stand.meeting.title,
                "company": row.stand.organisation.name,
                "at": row.starts_at,
                "state": row.get_state_display(),
                "result": row.get_result_display() if row.result else "",
                "note": row.note,
            },
        ),
    )
    personal_data.register(
        Registration,
        PersonalData(
            purpose=_("Know who comes to a forum or a job dating."),
            retention=Retention(
                KEPT, lambda day: Registration.objects.filter(meeting__ends_at__date__lt=_limit(day))
            ),
            concerns=lambda account: Registration.objects.filter(**_own(account)).select_related("meeting"),
            erase=_deleted,
            export=lambda row: {"meeting": row.meeting.title, "came": row.came},
        ),
    )
    personal_data.register(
        Stand,
        PersonalData(
            purpose=_("Write to the company of a stand."),
            retention=Retention(
                KEPT,
                lambda day: Stand.objects.exclude(contact_email="").filter(
                    meeting__ends_at__date__lt=_limit(day)
                ),
            ),
            concerns=lambda account: Stand.objects.filter(contact_email=account.email).select_related(
                "meeting"
            ),
            erase=lambda rows: rows.update(contact_email=""),
            export=lambda row: {"meeting": row.meeting.title, "email": row.contact_email},
        ),
    )


def _deleted(rows: object) -> int:
    """Delete rows, and take the person out of their history."""
    keys = [row.pk for row in rows]  # type: ignore[attr-defined]  # a query set of either model
    model = rows.model  # type: ignore[attr-defined]
    model.objects.filter(pk__in=keys).delete()
    audit.redact(model, keys)
    return len(keys)
