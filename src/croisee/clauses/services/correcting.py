"""Correcting declared hours: a new version of a statement, which takes its place once it is validated."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import SENDERS, Allocation, ProofKind, Statement, StatementState
from croisee.foundation.lifecycles.services import TransitionRefused, perform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from croisee.foundation.accounts.models import Account

CORRECTABLE = (StatementState.VALIDATED, StatementState.REJECTED)
MOST_HOURS = Decimal(744)
CENT = Decimal("0.01")


def correct(
    statement: Statement,
    hours: Decimal,
    *,
    proof_kind: str,
    proof: Any,
    account: Account | None,
    note: str = "",
    send: bool = False,
) -> Statement:
    """A new version of a validated or rejected statement; the one before stays in force until it is validated.

    It is a draft, or sent at once with `send`. `proof` is a file, or nothing: the proof of the version before then
    holds for this one too. What the hours count for is copied, in proportion. `account` None: the contact, by a link,
    whose right to the statement the caller has checked. Raises ValidationError for hours that do not fit a month, for
    a version that has a newer one, and when somebody else corrected it at the same moment; TransitionRefused for a
    role that may not send.
    """
    if account is not None and not account.has_role(*SENDERS):
        raise TransitionRefused(_("Your role does not allow corrections."))
    if not 0 <= hours <= MOST_HOURS:
        raise ValidationError({"hours": _("Give between 0 and 744 hours: a month has no more.")})
    if proof_kind not in ProofKind.values:
        raise ValidationError({"proof_kind": _("Choose what proves the hours.")})
    try:
        with transaction.atomic():
            kept = _locked(statement, account)
            row = _written(kept, hours, proof_kind, proof, account, note.strip(), send=send)
            _copy_what_it_counts_for(kept, row)
            if send:
                perform(row, "send", account)
    except IntegrityError as error:
        if "corrects" not in str(error):
            raise
        raise ValidationError(_("Someone else is already correcting this statement.")) from None
    return row


def _locked(statement: Statement, account: Account | None) -> Statement:
    """The version to correct, under a lock, when it may be corrected."""
    mine = Statement.objects.visible_to(account) if account is not None else Statement.objects.all()
    kept = mine.select_for_update(of=("self",)).filter(pk=statement.pk).select_related("assignment").first()
    if kept is None:
        raise ValidationError(_("This statement is not yours to correct."))
    newer = Statement.objects.filter(corrects=kept).select_related("declared_by").first()
    if newer is not None:
        raise ValidationError(
            _("Version %(n)d corrects this one already (%(who)s, %(state)s): work on that one.")
            % {
                "n": newer.version,
                "who": newer.declared_by or _("by the software"),
                "state": newer.get_state_display(),
            }
        )
    if kept.state not in CORRECTABLE:
        raise ValidationError(
            _("A statement is corrected once it is validated or rejected; this one is “%(state)s”.")
            % {"state": kept.get_state_display()}
        )
    return kept


def _written(
    kept: Statement,
    hours: Decimal,
    proof_kind: str,
    proof: Any,
    account: Account | None,
    note: str,
    *,
    send: bool,
) -> Statement:
    row = Statement(
        assignment=kept.assignment,
        month=kept.month,
        version=kept.version + 1,
        hours=hours,
        proof_kind=proof_kind,
        corrects=kept,
        declared_by=account,
        sent_at=timezone.now() if send else None,
        note=note,
    )
    if proof:
        row.proof = proof
    elif kept.proof and proof_kind == kept.proof_kind:
        row.proof.name, row.proof_digest = kept.proof.name, kept.proof_digest
    row.full_clean(exclude=["corrects", "assignment"], validate_unique=False, validate_constraints=False)
    row.save()
    return row


def _copy_what_it_counts_for(kept: Statement, row: Statement) -> None:
    shares = {one.commitment_id: one.hours for one in kept.allocations.all() if one.hours}
    if not shares:
        shares = {kept.assignment.commitment_id: Decimal(1)}
        parts = {kept.assignment.commitment_id: row.hours}
    else:
        parts = in_proportion(shares, kept.hours, row.hours)
    Allocation.objects.bulk_create(
        Allocation(statement=row, commitment_id=commitment, hours=part)
        for commitment, part in parts.items()
        if part or len(parts) == 1
    )


def in_proportion(shares: Mapping[UUID, Decimal], before: Decimal, after: Decimal) -> dict[UUID, Decimal]:
    """Shares of `before` hours made shares of `after`, to the hundredth of an hour, in the same proportions.

    Their sum is `after` when the sum of `shares` is `before`, never more; what rounding leaves goes, cent by cent, to
    those that lost most by it.
    """
    total = sum(shares.values(), Decimal(0))
    if not before or not total:
        return dict.fromkeys(shares, Decimal(0))
    exact = {key: share * after / before for key, share in shares.items()}
    parts = {key: value.quantize(CENT, ROUND_DOWN) for key, value in exact.items()}
    wanted = after if total >= before else (after * total / before).quantize(CENT, ROUND_DOWN)
    left = int((wanted - sum(parts.values(), Decimal(0))) / CENT)
    by_loss: Sequence[UUID] = sorted(parts, key=lambda key: (parts[key] - exact[key], str(key)))
    for key in by_loss[: max(0, left)]:
        parts[key] += CENT
    return parts
