"""The e-mails about who follows whom: people received, people handed over, my new référent; an opening wanted.

Référents read how many, never who: names are in the software. The person reads a name and how to write.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.journeys.notices.following import CATEGORY, TEAM

FOLLOWING = (Role.REFERENT, Role.PROGRAMME_MANAGER)


def _name(key: str) -> str:
    """What an account is called; empty once it is gone."""
    from croisee.foundation.accounts.models import Account

    return str(Account.objects.filter(pk=UUID(key)).first() or "")


def _received(context: dict[str, Any]) -> dict[str, Any]:
    return {
        **context,
        "by_name": _name(context["by"]),
        "day": in_words(dt.date.fromisoformat(context["on"])),
        "path": f"{reverse('journeys:caseload')}?received=lately",
    }


def _given(context: dict[str, Any]) -> dict[str, Any]:
    return {
        **context,
        "to_name": _name(context["to"]),
        "day": in_words(dt.date.fromisoformat(context["on"])),
        "path": reverse("journeys:caseload"),
    }


def _new_referent(context: dict[str, Any]) -> dict[str, Any]:
    """Who follows the person from which day. NoLongerNeeded when somebody else was named meanwhile."""
    from croisee.journeys.models import Following

    rows = Following.objects.filter(
        journey=UUID(context["journey"]), referent=UUID(context["referent"]), ended_on__isnull=True
    )
    row = rows.select_related("journey__person", "journey__programme", "referent").first()
    if row is None or row.journey.person is None:
        raise NoLongerNeeded
    return {
        **context,
        "first_name": row.journey.person.given_name,
        "programme": row.journey.programme.name,
        "referent_name": str(row.referent),
        "referent_email": row.referent.email,
        "day": in_words(dt.date.fromisoformat(context["on"])),
        "path": reverse("journeys:my_journey"),
    }


def _wanted(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.journeys.models import Step

    row = Step.objects.filter(pk=UUID(context["step"])).select_related("journey").first()
    if row is None:
        raise NoLongerNeeded
    return {**context, "title": row.title, "path": reverse("journeys:journey", args=[row.journey_id])}


RECEIVED = register(
    Notice(
        "journeys.handover_received",
        _("People are handed over to me"),
        TEAM,
        completed=_received,
        roles=FOLLOWING,
    )
)
GIVEN = register(
    Notice(
        "journeys.handover_given",
        _("People whom I followed are handed over"),
        TEAM,
        completed=_given,
        roles=FOLLOWING,
    )
)
NEW_REFERENT = register(
    Notice(
        "journeys.new_referent",
        _("Somebody else follows me"),
        CATEGORY,
        can_be_disabled=False,
        completed=_new_referent,
        roles=(Role.FAMILY,),
    )
)
WANTED = register(
    Notice(
        "journeys.opening_wanted",
        _("An opening is added to the journey of somebody whom I follow"),
        TEAM,
        completed=_wanted,
        roles=FOLLOWING,
    )
)
