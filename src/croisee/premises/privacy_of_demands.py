"""What is done with demands, proposals and visits because founders stand behind some of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, personal_data
from croisee.premises.models import Demand, Proposal, Visit, Where

DAYS_KEPT = 2 * 365
KEPT = _("Two years after the search ended; what was looked for is then counted without anybody’s name.")
NAMED = (
    ~Q(contact_name="")
    | ~Q(contact_email="")
    | ~Q(contact_phone="")
    | ~Q(activity="")
    | Q(asked_by__isnull=False)
)
"""A demand that still says who asks."""


def _limit(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=DAYS_KEPT)


def _own(account: Account, path: str = "") -> Q:
    return Q(**{f"{path}asked_by": account}) | Q(**{f"{path}contact_email__iexact": account.email})


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""
    personal_data.register(
        Demand,
        PersonalData(
            purpose=_("Find premises for who looks for some, and know what is missing."),
            retention=Retention(KEPT, lambda day: Demand.objects.filter(NAMED, closed_on__lt=_limit(day))),
            concerns=lambda account: Demand.objects.filter(_own(account)).select_related("organisation"),
            erase=_without_anybody,
            export=_exported,
        ),
    )
    personal_data.register(
        Proposal,
        PersonalData(
            purpose=_("Know which premises were proposed, and why some did not suit."),
            retention=Retention(
                KEPT,
                lambda day: Proposal.objects.exclude(reason="").filter(demand__closed_on__lt=_limit(day)),
            ),
            concerns=lambda account: Proposal.objects.filter(_own(account, "demand__")).select_related(
                "unit", "demand"
            ),
            erase=lambda rows: _blanked(rows, "reason"),
            export=lambda row: {
                "demand": row.demand.title,
                "premises": row.unit.name,
                "answer": row.get_state_display(),
                "why": row.reason,
            },
        ),
    )
    personal_data.register(
        Visit,
        PersonalData(
            purpose=_("Meet in premises, and know what was said of them."),
            retention=Retention(
                KEPT, lambda day: Visit.objects.exclude(note="").filter(at__date__lt=_limit(day))
            ),
            concerns=lambda account: Visit.objects.filter(_own(account, "demand__")).select_related(
                "unit", "demand"
            ),
            erase=lambda rows: _blanked(rows, "note"),
            export=lambda row: {
                "premises": row.unit.name,
                "at": row.at,
                "state": row.get_state_display(),
                "note": row.note,
            },
        ),
    )


def _exported(row: Demand) -> Mapping[str, object]:
    return {
        "title": row.title,
        "company": str(row.organisation or ""),
        "activity": row.activity,
        "use": row.get_use_display(),
        "surface": [row.least_surface, row.most_surface],
        "rent": row.most_rent,
        "from": row.wanted_from,
        "where": row.address or row.line or row.zone_codes or row.get_where_display(),
        "contact": [row.contact_name, row.contact_email, row.contact_phone],
        "state": row.get_state_display(),
        "outcome": row.outcome,
    }


def _without_anybody(rows: QuerySet[Any]) -> int:
    """Keep what was looked for, without who; an address to be near may be a home: it goes as well."""
    keys = list(rows.values_list("pk", flat=True))
    found = Demand.objects.filter(pk__in=keys)
    found.filter(where=Where.NEAR_POINT).update(where=Where.ANYWHERE, address="", lon=None, lat=None)
    found.update(
        title=str(pgettext_lazy("demand", "Premises")),
        activity="",
        outcome="",
        contact_name="",
        contact_email="",
        contact_phone="",
        asked_by=None,
    )
    audit.redact(Demand, keys)
    return len(keys)


def _blanked(rows: QuerySet[Any], name: str) -> int:
    """Blank what somebody wrote, and its history."""
    keys = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(**{name: ""})
    audit.redact(rows.model, keys)
    return len(keys)
