"""The e-mails of the extranet of companies. What they say is read when they leave: the outbox has no secret."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses import months
from croisee.clauses.models import Commitment
from croisee.clauses.queries import missing
from croisee.clauses.services.new_links import way_of_contact
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Social clauses")
NAMED_IN_AN_EMAIL = 20


def _found(context: dict[str, Any]) -> Commitment:
    """The commitment that an e-mail is about. Raises NoLongerNeeded once it is gone."""
    row = (
        Commitment.objects.filter(pk=UUID(context["commitment"]))
        .select_related("organisation", "clause__lot__contract__operation__facilitateur")
        .first()
    )
    if row is None:
        raise NoLongerNeeded
    return row


def _said(commitment: Commitment) -> dict[str, Any]:
    """What every e-mail says of a commitment, and who helps."""
    lot = commitment.clause.lot
    helper = lot.contract.operation.facilitateur
    return {
        "company": commitment.organisation.name,
        "lot": lot.title,
        "operation": lot.contract.operation.name,
        "helper": helper.name if helper else "",
        "helper_email": helper.email if helper else "",
    }


def _with_link(context: dict[str, Any]) -> dict[str, Any]:
    commitment = _found(context)
    return {**_said(commitment), **way_of_contact(context)}


def _reminder(context: dict[str, Any]) -> dict[str, Any]:
    """The month, and the way to it: a link for the contact, the page for a team. Raises NoLongerNeeded once done."""
    month = dt.date.fromisoformat(context["month"])
    commitment = _found(context)
    if not missing.of_month(month).filter(pk=commitment.pk).exists():
        raise NoLongerNeeded
    said = {**_said(commitment), "month": months.named(month), "number": context["number"]}
    if context["to"] == "contact":
        return {
            **said,
            **way_of_contact(context),
            "people": missing.people(commitment, month),
        }
    path = reverse("clauses:declare_month", args=[commitment.pk, months.address(month)])
    return {**said, "path": path, "days": 0, "people": missing.people(commitment, month)}


def _still_missing(context: dict[str, Any]) -> dict[str, Any]:
    """The companies that one facilitateur follows and that did not declare. Raises NoLongerNeeded when all did."""
    month = dt.date.fromisoformat(context["month"])
    rows = missing.followed_by(missing.of_month(month), context["facilitateur"])
    named = [
        f"{row.organisation.name}, {row.clause.lot.title}"
        for row in rows.select_related("organisation", "clause__lot")[:NAMED_IN_AN_EMAIL]
    ]
    if not named:
        raise NoLongerNeeded
    count = rows.count()
    return {
        "month": months.named(month),
        "count": count,
        "lines": named,
        "others": count - len(named),
        "path": f"{reverse('clauses:company_access')}?declared=missing",
    }


def _bounced(context: dict[str, Any]) -> dict[str, Any]:
    commitment = _found(context)
    if commitment.contact_bounced_at is None:
        raise NoLongerNeeded
    return {
        **_said(commitment),
        "contact": commitment.contact_name or commitment.contact_email,
        "path": commitment.get_absolute_url(),
    }


LINK = register(
    Notice("clauses.company_link", _("The link to declare hours of a clause"), CATEGORY, False, _with_link)
)
REMINDER = register(
    Notice(
        "clauses.month_reminder",
        _("The hours of a month are to be declared"),
        CATEGORY,
        False,
        _reminder,
        roles=(Role.EMPLOYER,),
    )
)
STILL_MISSING = register(
    Notice(
        "clauses.still_missing",
        _("Companies did not declare a month after three reminders"),
        CATEGORY,
        completed=_still_missing,
        roles=(Role.FACILITATEUR,),
    )
)
BOUNCED = register(
    Notice(
        "clauses.contact_bounced",
        _("An e-mail to a company’s contact came back"),
        CATEGORY,
        completed=_bounced,
        roles=(Role.FACILITATEUR,),
    )
)
ASKS_TO_JOIN = register(
    Notice(
        "clauses.asks_to_join",
        _("Somebody asks to join my team, for social clauses"),
        CATEGORY,
        can_be_disabled=False,
        roles=(Role.EMPLOYER,),
    )
)

ATTESTATION_LABEL = _("Attestation of clause hours")
COMPANY_LABEL = _("Employer")
PERIOD_LABEL = _("Period")
HOURS_LABEL = _("Hours validated")
