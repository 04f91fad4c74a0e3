"""The journal of a contract, of a company or of a participant: what was noted, sent, sent back, decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.clauses.models import (
    Assignment,
    Channel,
    Commitment,
    ContactLog,
    Contract,
    Lot,
    LotState,
    Participant,
    Penalty,
)
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.notices.declaration import notice_named
from croisee.foundation.notices.models import Ledger, State

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

MOST = 500
"""Entries of each kind that a journal reads, the newest first."""
CHANGE = "change"
KINDS = [*Channel.choices, (CHANGE, gettext_lazy("change of state"))]
AUTOMATIC = (Channel.AUTOMATIC, Channel.BOUNCE)


@dataclass(frozen=True)
class Entry:
    """One line of a journal. `log` is what was noted by hand, when it was."""

    at: dt.datetime
    kind: str
    text: str
    about: str = ""
    url: str = ""
    with_whom: str = ""
    by: str = ""
    next_on: dt.date | None = None
    log: ContactLog | None = None

    @property
    def kind_label(self) -> str:
        """How the contact was, in words."""
        return capfirst(str(dict(KINDS)[self.kind]))

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {Channel.BOUNCE.value: "bad", CHANGE: "info"}.get(self.kind, "")


Moved = Lot | Penalty | Assignment


def of_contract(contract: Contract, lots: Sequence[Lot]) -> list[Entry]:
    """Everything about a contract, its `lots` and the companies of these, the newest first."""
    commitments = list(
        Commitment.objects.filter(clause__lot__contract=contract).select_related(
            "organisation", "clause__lot"
        )
    )
    logs = ContactLog.objects.filter(Q(contract=contract) | Q(commitment__in=commitments))
    penalties = Penalty.objects.filter(commitment__in=commitments)[:MOST]
    placed = _placed().filter(commitment__in=commitments)[:MOST]
    return _merged(_noted(logs), _sent(commitments), _changes([*lots, *penalties, *placed]))


def of_commitment(commitment: Commitment, penalties: Sequence[Penalty]) -> list[Entry]:
    """Everything about the company of a lot, its `penalties` included, the newest first."""
    logs = ContactLog.objects.filter(commitment=commitment)
    placed = _placed().filter(commitment=commitment)[:MOST]
    return _merged(_noted(logs), _sent([commitment]), _changes([*penalties, *placed]))


def of_participant(participant: Participant) -> list[Entry]:
    """What was noted about a participant, and what became of each proposal and contract, the newest first."""
    logs = ContactLog.objects.filter(participant=participant)
    return _merged(_noted(logs), _changes(_placed().filter(participant=participant)[:MOST]))


def _placed() -> QuerySet[Assignment]:
    """Assignments with what a journal says of them."""
    return Assignment.objects.select_related("participant__person", "commitment__organisation")


def _merged(*parts: Iterable[Entry]) -> list[Entry]:
    return sorted((entry for part in parts for entry in part), key=attrgetter("at"), reverse=True)


def _noted(logs: QuerySet[ContactLog]) -> list[Entry]:
    named = ("by", "contract", "commitment__organisation", "commitment__clause__lot", "participant__person")
    return [
        Entry(
            at=log.at,
            kind=log.channel,
            text=log.text,
            about=about(log),
            url=url_of(log),
            with_whom=log.with_whom,
            by=str(log.by) if log.by else "",
            next_on=log.next_on,
            log=log,
        )
        for log in logs.select_related(*named).order_by("-at")[:MOST]
    ]


def about(log: ContactLog) -> str:
    """What a contact is about, in words."""
    if log.participant:
        return str(log.participant)
    if log.commitment:
        return f"{log.commitment.organisation.name}, {log.commitment.clause.lot.title}"
    return log.contract.title if log.contract else ""


def url_of(log: ContactLog) -> str:
    """The page of what a contact is about."""
    subject = log.participant or log.commitment or log.contract
    return subject.get_absolute_url() if subject else ""


def _sent(commitments: list[Commitment]) -> list[Entry]:
    """The e-mails about some commitments: those owed under a key that begins with the commitment's identifier."""
    if not commitments:
        return []
    known = {str(one.pk): one for one in commitments}
    wanted = reduce(or_, (Q(key__startswith=pk) for pk in known))
    rows = Ledger.objects.filter(wanted, notice__startswith="clauses.").select_related("account")
    return [_of_ledger(row, known) for row in rows.order_by("-created_at")[:MOST]]


def _of_ledger(row: Ledger, known: dict[str, Commitment]) -> Entry:
    commitment = next(one for pk, one in known.items() if row.key.startswith(pk))
    bounced = row.state == State.BOUNCED
    try:
        what = str(notice_named(row.notice).label)
    except KeyError:
        what = row.notice
    return Entry(
        at=row.sent_at or row.created_at,
        kind=Channel.BOUNCE if bounced else Channel.AUTOMATIC,
        text=_("%(what)s (%(state)s)") % {"what": what, "state": row.get_state_display()},
        about=f"{commitment.organisation.name}, {commitment.clause.lot.title}",
        url=commitment.get_absolute_url(),
        with_whom=row.recipient,
        by=_("Croisée"),
    )


def _changes(rows: Iterable[Moved]) -> list[Entry]:
    """The changes of state of lots, penalties and assignments."""
    moved = {row.pk: row for row in rows}
    found = StateChange.objects.filter(object_id__in=moved).select_related("account").order_by("-at")
    return [_of_change(change, moved[change.object_id]) for change in found[:MOST]]


def _of_change(change: StateChange, row: Moved) -> Entry:
    if isinstance(row, Assignment):
        name = f"{row.participant.person}, {row.commitment.organisation.name}"
    else:
        name = row.title if isinstance(row, Lot) else _("penalty")
    return Entry(
        at=change.at,
        kind=CHANGE,
        text=f"{name}: {change.target_label}",
        about=name,
        url=row.get_absolute_url(),
        by=str(change.account) if change.account else _("Croisée"),
    )


def to_come_back_to(account: Account, today: dt.date) -> QuerySet[ContactLog]:
    """What was to be come back to by a day, the longest waiting first."""
    named = ("by", "contract", "commitment__organisation", "commitment__clause__lot", "participant__person")
    found = ContactLog.objects.visible_to(account).filter(next_on__lte=today)
    return found.select_related(*named).order_by("next_on", "-at")


def ended_with_hours_missing(lots: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Among lots of `lights.with_light`: those under way whose end is past, with hours missing."""
    return lots.filter(state=LotState.RUNNING, ends_on__lt=today, missing__gt=0)
