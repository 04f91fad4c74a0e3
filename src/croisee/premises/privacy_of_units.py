"""What is done with units because they name whom to ask."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.premises.models import Picture, Spell, Unit, UnitState

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAYS_KEPT = 366
CONTACT = ("contact_name", "contact_email", "contact_phone")


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    impersonal(Spell, Picture)
    personal_data.register(
        Unit,
        PersonalData(
            purpose=_("Tell who looks for premises whom to ask."),
            retention=Retention(_("A year after the premises are withdrawn."), _expired),
            concerns=lambda account: Unit.objects.filter(contact_email__iexact=account.email),
            erase=_blank,
            export=lambda row: {
                "unit": row.name,
                "address": row.address,
                "name": row.contact_name,
                "email": row.contact_email,
                "telephone": row.contact_phone,
            },
        ),
    )


def _expired(day: dt.date) -> QuerySet[Unit]:
    """Withdrawn for more than a year, and somebody is still named."""
    named = ~Q(**dict.fromkeys(CONTACT, ""))
    limit = day - dt.timedelta(days=DAYS_KEPT)
    gone = Q(spells__state=UnitState.WITHDRAWN, spells__ends_on__isnull=True, spells__starts_on__lt=limit)
    return Unit.objects.filter(named, gone, state=UnitState.WITHDRAWN).distinct()


def _blank(rows: QuerySet[Any]) -> int:
    """Name nobody any more, in the rows and in their history."""
    keys = list(rows.values_list("pk", flat=True))
    count = Unit.objects.filter(pk__in=keys).update(**dict.fromkeys(CONTACT, ""))
    audit.redact(Unit, keys)
    return count
