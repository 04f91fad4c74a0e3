"""The e-mails of audits of proofs. What they say is read when they leave: the outbox holds no name and no secret."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import AuditItem, ItemState
from croisee.clauses.months import named
from croisee.clauses.services.new_links import way_of_contact
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Social clauses")


def _found(context: dict[str, Any], *states: str) -> AuditItem:
    """The item that an e-mail is about. Raises NoLongerNeeded once it is in no such state."""
    rows = AuditItem.objects.filter(pk=UUID(context["item"]), state__in=states)
    row = rows.select_related("statement__assignment__participant__person", "audit").first()
    if row is None:
        raise NoLongerNeeded
    return row


def _said(item: AuditItem) -> dict[str, Any]:
    """Whose hours, as little of the name as the company needs: the given name and an initial."""
    person = item.statement.assignment.participant.person
    return {
        "who": f"{person.given_name} {person.family_name[:1]}.",
        "month": named(item.statement.month),
        "hours": hours_text(item.statement.hours),
        "refused": hours_text(item.hours_refused),
    }


def _way(context: dict[str, Any], item: AuditItem) -> dict[str, Any]:
    """The page of the finding for who has an account, a new secret link for the contact who has none."""
    if "commitment" not in context:
        return {"path": item.get_absolute_url(), "days": 0}
    return way_of_contact(context)


def _finding(context: dict[str, Any]) -> dict[str, Any]:
    item = _found(context, ItemState.CHALLENGED)
    until = in_words(item.answer_by) if item.answer_by else ""
    return {**_said(item), "until": until, **_way(context, item)}


def _decided(context: dict[str, Any]) -> dict[str, Any]:
    item = _found(context, ItemState.UPHELD, ItemState.LIFTED)
    return {
        **_said(item),
        "upheld": hours_text(item.hours_upheld) if item.state == ItemState.UPHELD else "",
        "left": hours_text(item.statement.hours - item.hours_upheld),
        **_way(context, item),
    }


def _to_decide(context: dict[str, Any]) -> dict[str, Any]:
    item = _found(context, ItemState.ANSWERED, ItemState.CHALLENGED)
    return {
        **_said(item),
        "audit": item.audit.name,
        "answered": item.state == ItemState.ANSWERED,
        "path": item.get_absolute_url(),
    }


FINDING = register(
    Notice(
        "clauses.audit_finding",
        _("An audit asks about hours that my company declared"),
        CATEGORY,
        can_be_disabled=False,
        completed=_finding,
        roles=(Role.EMPLOYER,),
    )
)
DECIDED = register(
    Notice(
        "clauses.audit_decided",
        _("What an audit decided of hours that my company declared"),
        CATEGORY,
        can_be_disabled=False,
        completed=_decided,
        roles=(Role.EMPLOYER,),
    )
)
TO_DECIDE = register(
    Notice(
        "clauses.audit_to_decide",
        _("A finding of an audit waits for a decision"),
        CATEGORY,
        completed=_to_decide,
        roles=(Role.FACILITATEUR,),
    )
)

REPORT_LABEL = _("Audit of proofs of hours")
PERIOD_LABEL = _("Period")
SIZE_LABEL = _("Statements drawn")
RATE_LABEL = _("Share of the hours refused")
SEED_LABEL = _("Seed of the draw")
