"""Telling companies what audits find and decide, and facilitateurs what waits for them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from croisee.clauses.models import AuditItem, ItemState
from croisee.clauses.notices import sampling as notices
from croisee.clauses.queries import recipients
from croisee.clauses.services.new_links import to_contact
from croisee.foundation.notices.services import Address, send, send_to

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.notices.declaration import Notice

REMINDED_BEFORE = 5


def finding(item: AuditItem) -> int:
    """Tell the company of a finding, and until when it may answer; how many e-mails are new."""
    return _tell_company(notices.FINDING, item, "finding")


def decided(item: AuditItem) -> int:
    """Tell the company what was decided; how many e-mails are new."""
    return _tell_company(notices.DECIDED, item, "decided")


def answered(item: AuditItem) -> int:
    """Tell facilitateurs other than who made the finding that one of them is to decide; how many are new."""
    return _tell_deciders(item, "answered")


def remind(now: dt.datetime) -> int:
    """Remind companies some days before their time is over, and tell facilitateurs the day after; how many are new."""
    today = timezone.localdate(now)
    soon = today + dt.timedelta(days=REMINDED_BEFORE)
    waiting = AuditItem.objects.filter(state=ItemState.CHALLENGED).select_related(
        "statement__assignment__commitment", "statement__assignment__employer"
    )
    new = 0
    for item in waiting.filter(answer_by__gte=today, answer_by__lte=soon).order_by("pk"):
        new += _tell_company(notices.FINDING, item, "reminder")
    for item in waiting.filter(answer_by__lt=today).order_by("pk"):
        new += _tell_deciders(item, "over")
    return new


def _tell_company(notice: Notice, item: AuditItem, about: str) -> int:
    """One e-mail to each who acts for the employer or for the company that owes the hours, and to its contact.

    The key begins with the commitment's identifier: its journal shows the e-mail.
    """
    assignment = item.statement.assignment
    commitment = assignment.commitment
    team: dict[str, Account] = {}
    for organisation in {assignment.employer, commitment.organisation}:
        for one in recipients.company(organisation):
            if not isinstance(one, Address):
                team[one.email] = one
    key = f"{commitment.pk}:audit:{item.pk}:{about}"
    context = {"item": str(item.pk)}
    new = send(notice, team.values(), key=key, context=context)
    email = commitment.contact_email
    if email and email not in team and commitment.contact_bounced_at is None:
        new += send_to(notice, [Address(email)], key=key, context={**context, **to_contact(commitment)})
    return new


def _tell_deciders(item: AuditItem, about: str) -> int:
    others = [one for one in recipients.facilitateurs() if one.pk != item.found_by_id]
    return send(notices.TO_DECIDE, others, key=f"audit:{item.pk}:{about}", context={"item": str(item.pk)})
