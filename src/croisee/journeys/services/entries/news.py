"""Telling what was decided: référents whom people are entrusted to, who asked, and the people."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from croisee.foundation.notices.services import send, send_to
from croisee.journeys.models import Decision, Verdict
from croisee.journeys.notices import entries as notices
from croisee.journeys.queries.recipients import person_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from croisee.foundation.accounts.models import Account


def of_decisions(decisions: Iterable[Decision]) -> int:
    """Tell of these decisions: one e-mail a référent, one for each who asked, one a person; how many e-mails are new.

    Somebody postponed is not written to: nothing is decided for them yet.
    """
    rows = list(
        Decision.objects.filter(pk__in=[one.pk for one in decisions])
        .exclude(verdict=Verdict.WAITING)
        .select_related("journey__written_by", "referent")
        .order_by("created_at", "pk")
    )
    new = 0
    for account, own in _by(rows, "referent").items():
        new += send(notices.ENTRUSTED, [account], key=_key(own), context=_context(own))
    for account, own in _by(rows, "written_by").items():
        new += send(notices.DECIDED, [account], key=_key(own), context=_context(own))
    for row in rows:
        notice = {Verdict.ACCEPTED: notices.ACCEPTED, Verdict.REFUSED: notices.REFUSED}.get(
            Verdict(row.verdict)
        )
        if notice is not None:
            new += send_to(notice, person_of(row.journey), key=str(row.pk), context={"decision": str(row.pk)})
    return new


def _by(rows: Iterable[Decision], what: str) -> dict[Account, list[UUID]]:
    """The decisions by whom they concern; who follows somebody is not told again that the request was accepted."""
    found: dict[Account, list[UUID]] = defaultdict(list)
    for row in rows:
        account = row.referent if what == "referent" else row.journey.written_by
        told_already = what == "written_by" and account == row.referent
        if account is not None and account.is_active and not told_already:
            found[account].append(row.pk)
    return found


def _key(decisions: list[UUID]) -> str:
    return str(decisions[0])


def _context(decisions: list[UUID]) -> dict[str, list[str]]:
    return {"decisions": [str(one) for one in decisions]}
