"""What is done with mentors and pairs because they are about people."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Mentor, MentorNote, Mentorship
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, personal_data

DAYS_KEPT = 731
KEPT = _("Two years after the end of the mentorship.")


def _limit(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=DAYS_KEPT)


def _past(day: dt.date, path: str = "") -> Q:
    ended = Q(**{f"{path}ended_on__lt": _limit(day)})
    declined = Q(**{f"{path}state": "declined", f"{path}updated_at__date__lt": _limit(day)})
    return ended | declined


def _own(account: Account, path: str = "") -> Q:
    person = Q(**{f"{path}person__contacts__account": account, f"{path}person__contacts__capacity": "self"})
    return person | Q(**{f"{path}mentor__account": account})


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    personal_data.register(
        Mentor,
        PersonalData(
            purpose=_("Propose a mentor to those who want one."),
            retention=Retention(
                _("Until the account is closed."), lambda day: Mentor.objects.filter(account__is_active=False)
            ),
            concerns=lambda account: Mentor.objects.filter(account=account),
            erase=_deleted,
            export=lambda row: {
                "jobs": row.jobs,
                "presentation": row.presentation,
                "town": row.city,
                "most": row.most,
                "charter_on": row.charter_on,
                "checked_on": row.checked_on,
            },
        ),
    )
    personal_data.register(
        Mentorship,
        PersonalData(
            purpose=_("Keep a pair together, and know what it brought."),
            retention=Retention(KEPT, lambda day: Mentorship.objects.filter(_past(day))),
            concerns=lambda account: Mentorship.objects.filter(_own(account)).distinct(),
            erase=_deleted,
            export=lambda row: {
                "state": row.get_state_display(),
                "from": row.started_on,
                "to": row.ended_on,
                "why": row.why,
                "why_ended": row.why_ended,
            },
        ),
    )
    personal_data.register(
        MentorNote,
        PersonalData(
            purpose=_("Keep a pair together, and know what it brought."),
            retention=Retention(KEPT, lambda day: MentorNote.objects.filter(_past(day, "mentorship__"))),
            concerns=lambda account: MentorNote.objects.filter(_own(account, "mentorship__")).distinct(),
            erase=_deleted,
            export=lambda row: {"on": row.on, "text": row.text},
        ),
    )


def _deleted(rows: Any) -> int:
    """Delete rows with what hangs on them, and take the people out of their history."""
    keys = [row.pk for row in rows]
    model = rows.model
    notes = list(MentorNote.objects.filter(mentorship__in=keys).values_list("pk", flat=True))
    model.objects.filter(pk__in=keys).delete()
    audit.redact(model, keys)
    if notes:
        audit.redact(MentorNote, notes)
    return len(keys)
