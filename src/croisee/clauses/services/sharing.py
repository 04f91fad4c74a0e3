"""Globalisation: one person's month counted for several lots, no hour twice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import WAITING, Allocation, Commitment, Statement, StatementState
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

SHARED_WHILE = (StatementState.DRAFT, *WAITING)
MOST_LOTS = 12
CENT = Decimal("0.01")


def share(statement: Statement, parts: Mapping[UUID, Decimal], account: Account) -> list[Allocation]:
    """Count a statement's hours for commitments: `parts` takes the place of what was there; zero takes a lot out.

    Raises ValidationError when the parts are more than the hours, negative or finer than a hundredth, for a commitment
    that one may not see or without hours due, for too many, and once the statement is validated: a correction is shared
    instead. TransitionRefused for a role that may not.
    """
    if not account.has_role(Role.FACILITATEUR):
        raise TransitionRefused(_("Your role does not allow sharing hours between lots."))
    wanted = {key: part for key, part in parts.items() if part}
    try:
        with transaction.atomic():
            kept = Statement.objects.visible_to(account).select_for_update(of=("self",)).get(pk=statement.pk)
            _may_share(kept, wanted)
            if Commitment.objects.visible_to(account).filter(pk__in=list(wanted)).count() < len(wanted):
                raise ValidationError(_("One of these lots is not there any more: look for it again."))
            return _write(kept, wanted)
    except IntegrityError as error:
        if "clauses_allocation_" not in str(error):
            raise
        raise ValidationError(_("These hours were shared by someone else meanwhile: look again.")) from None


def _may_share(statement: Statement, parts: Mapping[UUID, Decimal]) -> None:
    if statement.state not in SHARED_WHILE:
        raise ValidationError(
            _("This statement is “%(state)s”: correct it first, then share the hours of the correction.")
            % {"state": statement.get_state_display()}
        )
    if any(part < 0 or part != part.quantize(CENT) for part in parts.values()):
        raise ValidationError(_("Hours are zero or more, to the hundredth."))
    if len(parts) > MOST_LOTS:
        raise ValidationError(_("A month is shared between %(n)d lots at most.") % {"n": MOST_LOTS})
    total = sum(parts.values(), Decimal(0))
    if total > statement.hours:
        raise ValidationError(
            _("%(total)s shared, of %(hours)s worked: take away %(more)s.")
            % {
                "total": hours_text(total),
                "hours": hours_text(statement.hours),
                "more": hours_text(total - statement.hours),
            }
        )


def _write(statement: Statement, parts: Mapping[UUID, Decimal]) -> list[Allocation]:
    """First what becomes less, then what becomes more: at no moment more than the hours worked."""
    there = {row.commitment_id: row for row in statement.allocations.all()}
    gone = [row.pk for key, row in there.items() if key not in parts]
    Allocation.objects.filter(pk__in=gone).delete()
    changed = [row for key, row in there.items() if key in parts and parts[key] != row.hours]
    for row in sorted(changed, key=lambda row: parts[row.commitment_id] - row.hours):
        row.hours = parts[row.commitment_id]
        row.save(update_fields=["hours", "updated_at"])
    new = [key for key in parts if key not in there]
    Allocation.objects.bulk_create(
        Allocation(statement=statement, commitment_id=key, hours=parts[key]) for key in new
    )
    return list(statement.allocations.order_by(F("hours").desc(), "pk"))
