"""The e-mails about declared hours. Who they are about is read when they leave: the outbox holds no name, no secret."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import Statement, StatementState
from croisee.clauses.months import named
from croisee.clauses.queries import statements as queries
from croisee.clauses.services.new_links import way_of_contact
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Social clauses")
NAMED_IN_AN_EMAIL = 20


def _short(statement: Statement) -> str:
    """Whose hours, as little of the name as the company needs: the given name and an initial."""
    person = statement.assignment.participant.person
    return f"{person.given_name} {person.family_name[:1]}."


def _rejected(context: dict[str, Any]) -> dict[str, Any]:
    """The statements of one company that are still rejected and not corrected. Raises NoLongerNeeded without any."""
    keys = [UUID(key) for key in context["statements"]]
    rows = list(
        Statement.objects.filter(pk__in=keys, state=StatementState.REJECTED, correction__isnull=True)
        .select_related("assignment__participant__person", "assignment__commitment__clause__lot")
        .order_by("month", "assignment__participant__person__family_name")
    )
    if not rows:
        raise NoLongerNeeded
    lines = [
        f"{_short(row)}, {named(row.month)}, {hours_text(row.hours)} ({row.assignment.commitment.clause.lot.title})"
        for row in rows[:NAMED_IN_AN_EMAIL]
    ]
    return {
        "why": rows[0].why_rejected,
        "count": len(rows),
        "lines": lines,
        "others": len(rows) - len(lines),
        **_way(context, rows[0].get_absolute_url()),
    }


def _validated(context: dict[str, Any]) -> dict[str, Any]:
    """What was validated of one company in a month, by lot. Raises NoLongerNeeded when there is nothing any more."""
    month = dt.date.fromisoformat(context["month"])
    rows = queries.validated_in(month, UUID(context["organisation"]))
    if not rows:
        raise NoLongerNeeded
    lines = [
        _("%(lot)s: %(hours)s validated; %(done)s done of %(due)s due")
        % {
            "lot": row.lot,
            "hours": hours_text(row.hours),
            "done": hours_text(row.done),
            "due": hours_text(row.due),
        }
        for row in rows[:NAMED_IN_AN_EMAIL]
    ]
    return {
        "month": named(month),
        "count": sum(row.statements for row in rows),
        "hours": hours_text(sum(row.hours for row in rows)),
        "lines": lines,
        "others": len(rows) - len(lines),
        **_way(context, reverse("clauses:company")),
    }


def _way(context: dict[str, Any], page: str) -> dict[str, Any]:
    """Where to go: a page for who has an account, a new secret link for the contact who has none."""
    if "commitment" not in context:
        return {"path": page, "days": 0}
    return way_of_contact(context)


REJECTED = register(
    Notice(
        "clauses.hours_rejected",
        _("Hours that my company declared are rejected"),
        CATEGORY,
        can_be_disabled=False,
        completed=_rejected,
        roles=(Role.EMPLOYER,),
    )
)
VALIDATED = register(
    Notice(
        "clauses.hours_validated",
        _("The hours validated in a month"),
        CATEGORY,
        completed=_validated,
        roles=(Role.EMPLOYER,),
    )
)
