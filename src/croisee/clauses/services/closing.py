"""Closing a lot: what its balance proposes, and what follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import Clause, Lot, LotState
from croisee.clauses.queries.balances import with_balance
from croisee.clauses.queries.lights import shown_hours
from croisee.clauses.queries.operations import Company, companies_of, steered
from croisee.clauses.services import penalties
from croisee.foundation.lifecycles.services import perform

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

DONE, PARTIAL, PENALISED, POOLED = "close_done", "close_partial", "close_penalised", "close_pooled"
WAYS = (DONE, PARTIAL, PENALISED, POOLED)


@dataclass(frozen=True)
class Closing:
    """What stands at the closing of a lot: hours due, done, waiting and missing, and which way to close is proposed.

    `why` says what the proposal rests on; `refused` gives, by way, what stands against it.
    """

    due: Decimal
    done: Decimal
    waiting: Decimal
    missing: Decimal
    proposed: str
    why: str
    refused: dict[str, str]
    companies: list[Company]


def closing_of(lot: Lot, today: dt.date | None = None) -> Closing:
    """The balance of a lot at its closing, and what it proposes."""
    clause = Clause.objects.filter(lot=lot).first()
    companies = companies_of(clause, today or timezone.localdate())
    standing = with_balance(Lot.objects.filter(pk=lot.pk), today or timezone.localdate()).get()
    due, done, waiting = standing.due, standing.done, standing.waiting
    # One company that did more does not make up for another that did less: each owes its own.
    missing = max(due - done, sum((one.missing for one in companies), Decimal(0)))
    rate = clause.penalty_per_hour if clause else None
    refused = {}
    if missing:
        refused[DONE] = _("%(hours)s are missing.") % {"hours": shown_hours(missing)}
    else:
        refused[PARTIAL] = refused[PENALISED] = refused[POOLED] = _("No hour is missing.")
    if missing and not rate:
        refused[PENALISED] = _("The clause has no penalty for an hour that is missing.")
    proposed, why = _proposal(missing, waiting, rate)
    return Closing(due, done, waiting, missing, proposed, why, refused, companies)


def _proposal(missing: Decimal, waiting: Decimal, rate: Decimal | None) -> tuple[str, str]:
    if not missing:
        return DONE, _("All the hours due are validated.")
    if waiting:
        words = {"waiting": shown_hours(waiting), "missing": shown_hours(missing)}
        text = _(
            "%(waiting)s wait to be checked: check them first, since %(missing)s are missing without them."
        )
        return PARTIAL, text % words
    if rate:
        text = _("%(missing)s are missing, and the clause has a penalty for each.")
        return PENALISED, text % {"missing": shown_hours(missing)}
    text = _("%(missing)s are missing, and the clause has no penalty for them.")
    return PARTIAL, text % {"missing": shown_hours(missing)}


def close(lot: Lot, way: str, account: Account, today: dt.date | None = None) -> Lot:
    """Close a lot that is under way; with a penalty, propose one to each company that has hours missing.

    Raises ValidationError for what the balance stands against, TransitionRefused for the state or the role.
    """
    with transaction.atomic():
        kept = steered(Lot, account).select_for_update(of=("self",)).filter(pk=lot.pk).first()
        if kept is None or way not in WAYS:
            raise ValidationError(_("Choose how the lot is closed."))
        day = today or timezone.localdate()
        found = closing_of(kept, day)
        perform(kept, way, account)
        if way in found.refused:
            raise ValidationError(found.refused[way])
        if kept.state == LotState.PENALISED:
            penalties.propose(kept.clause, found.companies, day)
    return kept
