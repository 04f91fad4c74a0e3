"""Audits of proofs: drawing, reading, telling the company, its answer, the decision of somebody else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.anomalies import hours_text
from croisee.clauses.models import AuditItem, ItemState, ProofAudit, Statement, StatementState
from croisee.clauses.queries import sampling as queries
from croisee.clauses.services import checking, sampling_notices
from croisee.clauses.services.correcting import CORRECTABLE, correct
from croisee.engine import sampling
from croisee.foundation.lifecycles.services import TransitionRefused, perform

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

MOST = 1_000
LEAST_DAYS, MOST_DAYS = 5, 120
MOST_SEED = 2**53


def draw(
    name: str,
    first: dt.date,
    last: dt.date,
    *,
    size: int,
    seed: int,
    answer_days: int,
    account: Account,
) -> ProofAudit:
    """Draw `size` of the validated statements of the months from `first` to `last`, in proportion to their hours.

    The same seed over the same statements draws the same sample (`engine/sampling.py`). Raises ValidationError for
    months without validated hours, or figures out of bounds.
    """
    _check(first, last, size, seed, answer_days)
    frame = queries.frame(first, last)
    sample = sampling.draw(frame, size, seed)
    if not sample.drawn:
        raise ValidationError(_("No hour is validated in these months: there is nothing to draw."))
    with transaction.atomic():
        audit = ProofAudit.objects.create(
            name=name,
            first_month=first,
            last_month=last,
            size=size,
            seed=seed,
            population=sample.population,
            population_hours=Decimal(sample.hundredths) / 100,
            frame=sampling.digest(frame),
            answer_days=answer_days,
            made_by=account,
        )
        AuditItem.objects.bulk_create(
            AuditItem(audit=audit, statement_id=one.key, order=order)
            for order, one in enumerate(sample.drawn, 1)
        )
    return audit


def _check(first: dt.date, last: dt.date, size: int, seed: int, answer_days: int) -> None:
    if last < first:
        raise ValidationError({"last_month": _("The last month comes before the first.")})
    if not 1 <= size <= MOST:
        raise ValidationError({"size": _("Draw between 1 and %(most)d statements.") % {"most": MOST}})
    if not 0 <= seed < MOST_SEED:
        raise ValidationError(
            {"seed": _("A seed is a whole number, zero or more, of fifteen digits at most.")}
        )
    if not LEAST_DAYS <= answer_days <= MOST_DAYS:
        raise ValidationError(
            {
                "answer_days": _("Give companies between %(least)d and %(most)d days to answer.")
                % {"least": LEAST_DAYS, "most": MOST_DAYS}
            }
        )


def accept(item: AuditItem, account: Account) -> None:
    """Note that a statement and its proof agree. Raises TransitionRefused when it was read meanwhile."""
    perform(item, "accept", account)


def challenge(
    item: AuditItem, account: Account, *, finding: str, refused: Decimal, today: dt.date | None = None
) -> AuditItem:
    """Send a finding to the company, which has the days of the audit to answer.

    Raises ValidationError without words, or for hours that are not those of the statement; TransitionRefused when it
    was read meanwhile.
    """
    text = finding.strip()
    if not text:
        raise ValidationError({"finding": _("Write what is wrong: the company reads it, and answers.")})
    if not 0 < refused <= item.statement.hours:
        raise ValidationError(
            {
                "hours_refused": _("Give the hours that are not proved: more than 0, %(most)s at most.")
                % {"most": hours_text(item.statement.hours)}
            }
        )
    on = today or timezone.localdate()
    with transaction.atomic():
        kept = _locked(item)
        if kept.state == ItemState.TO_READ:
            kept.finding, kept.hours_refused, kept.found_by = text, refused, account
            kept.answer_by = on + dt.timedelta(days=kept.audit.answer_days)
            kept.save()
        perform(kept, "challenge", account)
        sampling_notices.finding(kept)
    return kept


def answer(item: AuditItem, account: Account | None, *, text: str, file: Any = None) -> AuditItem:
    """Keep what the company answers, with a file if it has one; once, until it is decided, even late.

    `account` None: the contact, by a link, whose right the caller has checked. Raises ValidationError with nothing to
    say, TransitionRefused when it was answered or decided meanwhile.
    """
    said = text.strip()
    if not said and not file:
        raise ValidationError({"text": _("Write your answer, or join a file.")})
    with transaction.atomic():
        kept = _locked(item)
        if kept.state == ItemState.CHALLENGED:
            kept.answer, kept.answered_at = said, timezone.now()
            if file:
                kept.answer_file = file
            kept.save()
        perform(kept, "answer", account)
        sampling_notices.answered(kept)
    return kept


def uphold(
    item: AuditItem, account: Account, *, decision: str, hours: Decimal, today: dt.date | None = None
) -> AuditItem:
    """Decide that `hours` of the finding are refused: the statement is corrected and validated with what is left.

    Raises ValidationError when it is not for this account, or not yet, to decide, for hours beyond the finding, or when
    the statement is being corrected otherwise; TransitionRefused when it was decided meanwhile.
    """
    with transaction.atomic():
        kept = _to_decide(item, account, decision, today)
        if not 0 < hours <= kept.hours_refused:
            raise ValidationError(
                {
                    "hours_upheld": _(
                        "More than 0, and no more than the finding: %(most)s. To refuse none, lift it."
                    )
                    % {"most": hours_text(kept.hours_refused)}
                }
            )
        _decide(kept, "uphold", account, decision, hours)
        _correct(kept, account)
        sampling_notices.decided(kept)
    return kept


def lift(item: AuditItem, account: Account, *, decision: str, today: dt.date | None = None) -> AuditItem:
    """Decide that the company was right: its hours stay as they are. Raises what `uphold` raises."""
    with transaction.atomic():
        kept = _to_decide(item, account, decision, today)
        _decide(kept, "lift", account, decision, Decimal(0))
        sampling_notices.decided(kept)
    return kept


def why_not_decide(item: AuditItem, account: Account, today: dt.date) -> str:
    """Why `account` cannot decide on a finding today; empty when it can."""
    if item.state not in queries.OPEN_FINDINGS:
        return _("There is no finding to decide on here.")
    if item.found_by_id == account.pk:
        return _("Who made the finding cannot decide on the answer: ask a colleague.")
    if item.state == ItemState.CHALLENGED and item.answer_by is not None and today <= item.answer_by:
        return _("The company may answer until then: decide once it has answered, or afterwards.")
    return ""


def _locked(item: AuditItem) -> AuditItem:
    rows = AuditItem.objects.select_for_update(of=("self",))
    return rows.select_related("audit", "statement__assignment__commitment").get(pk=item.pk)


def _to_decide(item: AuditItem, account: Account, decision: str, today: dt.date | None) -> AuditItem:
    """The item under a lock, when this account may decide on it now, with reasons."""
    if not decision.strip():
        raise ValidationError({"decision": _("Write why: the company reads it, and auditors after it.")})
    kept = _locked(item)
    if kept.state not in queries.OPEN_FINDINGS:
        raise TransitionRefused(
            _("This finding was decided meanwhile: “%(state)s”.") % {"state": kept.get_state_display()}
        )
    if reason := why_not_decide(kept, account, today or timezone.localdate()):
        raise ValidationError(reason)
    return kept


def _decide(item: AuditItem, transition: str, account: Account, decision: str, hours: Decimal) -> None:
    item.decision, item.hours_upheld, item.decided_by = decision.strip(), hours, account
    try:
        item.save()
    except IntegrityError as error:
        if "decided_by_another" not in str(error):
            raise
        raise ValidationError(
            _("Who made the finding cannot decide on the answer: ask a colleague.")
        ) from None
    perform(item, transition, account)


def _correct(item: AuditItem, account: Account) -> Statement | None:
    """The statement as the decision leaves it, validated; None when it has no more hours than that already."""
    left = item.statement.hours - item.hours_upheld
    newest = _newest(item.statement)
    if newest.state == StatementState.VALIDATED and newest.hours <= left:
        return None
    if newest.state not in CORRECTABLE:
        raise ValidationError(
            _("A newer version of this statement waits (%(state)s): validate or reject it first.")
            % {"state": newest.get_state_display()}
        )
    note = _("Audit of proofs “%(name)s”, statement %(order)d") % {
        "name": item.audit.name,
        "order": item.order,
    }
    row = correct(
        newest,
        left,
        proof_kind=newest.proof_kind,
        proof=None,
        account=account,
        note=note[: Statement._meta.get_field("note").max_length],
        send=True,
    )
    decided = checking.validate([row.pk], account, because=note)
    if not decided.moved:
        raise ValidationError(_("The corrected hours could not be validated: look at the statement first."))
    return row


def _newest(statement: Statement) -> Statement:
    rows = Statement.objects.filter(assignment=statement.assignment_id, month=statement.month)
    return rows.order_by("-version").first() or statement
