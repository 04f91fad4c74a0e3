"""Telling companies what was decided of the hours they declared: once a decision, once a month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils import timezone

from croisee.clauses.models import Commitment, Statement
from croisee.clauses.months import address, last_month
from croisee.clauses.notices import statements as notices
from croisee.clauses.queries import recipients
from croisee.clauses.queries import statements as queries
from croisee.clauses.services.new_links import to_contact
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.notices.services import Address, send_to

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from croisee.foundation.notices.declaration import Notice

DIGEST_UNTIL = 7
"""The last day of the month on which last month's digest still leaves."""


def rejected(statements: Collection[UUID]) -> int:
    """Tell each company, in one e-mail for all of these statements; how many e-mails are new."""
    rows = Statement.objects.filter(pk__in=list(statements)).select_related("assignment__commitment")
    by_company: dict[UUID, list[Statement]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_company[row.assignment.commitment.organisation_id].append(row)
    batch = uuid4()
    new = 0
    for company, own in by_company.items():
        commitments = list({row.assignment.commitment_id: row.assignment.commitment for row in own}.values())
        context = {"statements": [str(row.pk) for row in own]}
        new += _tell(notices.REJECTED, company, commitments, f"rejected:{batch}", context)
    return new


def tell_validated(now: dt.datetime) -> int:
    """In the first days of a month, tell each company what was validated in the one before; how many are new."""
    today = timezone.localdate(now)
    if today.day > DIGEST_UNTIL:
        return 0
    month = last_month(today)
    new = 0
    for company, commitments in queries.commitments_validated_in(month).items():
        context = {"month": month.isoformat(), "organisation": str(company)}
        new += _tell(notices.VALIDATED, company, commitments, f"validated:{address(month)}", context)
    return new


def _tell(
    notice: Notice,
    company: UUID,
    commitments: Sequence[Commitment],
    about: str,
    context: Mapping[str, object],
) -> int:
    """One e-mail to each who acts for a company, and to each contact who has no account: theirs opens the page.

    The key begins with a commitment's identifier: its journal shows the e-mail.
    """
    organisation = Organisation.objects.get(pk=company)
    key = f"{commitments[0].pk}:{about}"
    team: list[Account | Address] = list(recipients.company(organisation))
    new = send_to(notice, team, key=key, context=dict(context))
    told = {one.email for one in team}
    for commitment in commitments:
        email = commitment.contact_email
        if not email or email in told or commitment.contact_bounced_at is not None:
            continue
        told.add(email)
        by_link = {**context, **to_contact(commitment)}
        new += send_to(notice, [Address(email)], key=key, context=by_link)
    return new
