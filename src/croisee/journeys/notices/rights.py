"""The e-mails about access to a journey. The outbox holds no name: who is meant is read when they leave."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Journeys")


def _row(context: dict[str, Any]) -> Any:
    from croisee.journeys.models import AccessRequest

    rows = AccessRequest.objects.filter(pk=UUID(context["request"]))
    row = rows.select_related("person", "asker", "answered_by").first()
    if row is None:
        raise NoLongerNeeded
    return row


def _organisation(account: Any) -> str:
    """Where an agent works, for who is asked."""
    held = account.memberships.filter(
        role__in=[Role.REFERENT, Role.PROGRAMME_MANAGER], ended_on__isnull=True
    ).select_related("organisation")
    return ", ".join(dict.fromkeys(one.organisation.name for one in held))


def _asked(context: dict[str, Any]) -> dict[str, Any]:
    """Who asks to see whose journey, and why. NoLongerNeeded once it is answered."""
    row = _row(context)
    if row.state != "asked":
        raise NoLongerNeeded
    return {
        **context,
        "asker": str(row.asker),
        "organisation": _organisation(row.asker),
        "person": str(row.person),
        "reason": row.reason,
        "path": reverse("journeys:access_request", args=[row.pk]),
    }


def _answered(context: dict[str, Any]) -> dict[str, Any]:
    """What was answered, and until when the journey is open."""
    row = _row(context)
    return {
        **context,
        "state": row.state,
        "answer": row.answer,
        "until": in_words(row.until) if row.until else "",
        "path": reverse("journeys:access_request", args=[row.pk]),
    }


def _given(context: dict[str, Any]) -> dict[str, Any]:
    """Who sees one's journey, until when. NoLongerNeeded once it is taken back."""
    row = _row(context)
    if row.state != "granted":
        raise NoLongerNeeded
    return {
        **context,
        "first_name": row.person.given_name,
        "asker": str(row.asker),
        "organisation": _organisation(row.asker),
        "until": in_words(row.until),
        "path": reverse("journeys:my_crossings"),
    }


ASKED = register(
    Notice(
        "journeys.access_asked",
        _("A colleague asks to see a journey that I follow"),
        CATEGORY,
        completed=_asked,
        roles=(Role.REFERENT, Role.PROGRAMME_MANAGER),
    )
)
ANSWERED = register(
    Notice(
        "journeys.access_answered",
        _("My request to see a journey is answered"),
        CATEGORY,
        completed=_answered,
        roles=(Role.REFERENT, Role.PROGRAMME_MANAGER),
    )
)
GIVEN = register(
    Notice(
        "journeys.access_given",
        _("Somebody else may see my journey"),
        CATEGORY,
        can_be_disabled=False,
        completed=_given,
        roles=(Role.FAMILY,),
    )
)
