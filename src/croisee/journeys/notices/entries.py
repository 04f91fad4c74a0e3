"""The e-mails about entries. What they say is read when they leave: the outbox holds no name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.journeys.notices.following import CATEGORY, TEAM

AGENDA_LABEL = _("Agenda of the comité d’agrément")
MINUTES_LABEL = _("Minutes of the comité d’agrément")
PROGRAMME_LABEL = _("Programme")
MEETING_LABEL = _("Meeting of")
LINES_LABEL = _("Requests looked at")
ACCEPTED_LABEL = _("Requests accepted")
TEAMS = (Role.REFERENT, Role.PROGRAMME_MANAGER)


def _rows(context: dict[str, Any]) -> list[Any]:
    """The decisions that an e-mail tells of, of people who are still here. Raises NoLongerNeeded when none is left."""
    from croisee.journeys.models import Decision

    keys = [UUID(one) for one in context["decisions"]]
    rows = Decision.objects.filter(pk__in=keys, journey__person__isnull=False)
    found = list(
        rows.select_related("journey__person", "journey__programme", "committee").order_by("created_at", "pk")
    )
    if not found:
        raise NoLongerNeeded
    return found


def _lines(context: dict[str, Any]) -> dict[str, Any]:
    """Each request as initials and a given name: enough for who knows, nothing for who reads over a shoulder."""
    rows = _rows(context)
    return {
        "n": len(rows),
        "programme": rows[0].journey.programme.name,
        "lines": [
            {
                "who": f"{row.journey.person.given_name} {row.journey.person.family_name[:1]}.",
                "verdict": row.get_verdict_display(),
                "reason": row.reason,
            }
            for row in rows
        ],
    }


def _entrusted(context: dict[str, Any]) -> dict[str, Any]:
    return {**_lines(context), "path": reverse("journeys:caseload")}


def _decided(context: dict[str, Any]) -> dict[str, Any]:
    return {**_lines(context), "path": reverse("journeys:requests")}


def _person(context: dict[str, Any]) -> dict[str, Any]:
    """What the person reads: the programme, who runs it, who follows, or why not."""
    from croisee.journeys.models import Decision

    row = (
        Decision.objects.filter(pk=UUID(context["decision"]), journey__person__isnull=False)
        .select_related("journey__programme__organisation", "referent")
        .first()
    )
    if row is None:
        raise NoLongerNeeded
    entered = row.journey.entered_on
    return {
        "programme": row.journey.programme.name,
        "organisation": row.journey.programme.organisation.name,
        "referent": (row.referent.name or row.referent.email) if row.referent else "",
        "referent_email": row.referent.email if row.referent else "",
        "entered_on": in_words(entered) if entered else "",
        "reason": row.reason,
    }


ENTRUSTED = register(
    Notice(
        "journeys.people_entrusted",
        _("People enter a programme, and I follow them"),
        TEAM,
        completed=_entrusted,
        roles=TEAMS,
    )
)
DECIDED = register(
    Notice(
        "journeys.requests_decided",
        _("What was decided of the requests that I wrote"),
        TEAM,
        completed=_decided,
        roles=TEAMS,
    )
)
ACCEPTED = register(
    Notice(
        "journeys.entry_accepted",
        _("I enter a programme"),
        CATEGORY,
        can_be_disabled=False,
        completed=_person,
        roles=(Role.FAMILY,),
    )
)
REFUSED = register(
    Notice(
        "journeys.entry_refused",
        _("I do not enter a programme that was asked for"),
        CATEGORY,
        can_be_disabled=False,
        completed=_person,
        roles=(Role.FAMILY,),
    )
)
