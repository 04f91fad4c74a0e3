"""Declaring a month: hours of each person, kept as drafts, then sent; or that nobody worked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import (
    FOLLOWED,
    HIRED,
    Allocation,
    Assignment,
    Channel,
    Commitment,
    NothingDone,
    ProofKind,
    Statement,
    StatementState,
)
from croisee.clauses.months import end_of, named
from croisee.clauses.queries.missing import at_work
from croisee.clauses.services import correcting, follow_up
from croisee.foundation.lifecycles.services import perform, perform_all

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from django.core.files import File

    from croisee.clauses.queries.callers import Caller
    from croisee.foundation.accounts.models import Account

NAMED_BY_LINK = 150
"""How much of the contact's name the journal keeps."""


@dataclass(frozen=True)
class Entry:
    """What is said of one person's month: hours, and what proves them. No new `proof` leaves the one that is there."""

    assignment: Assignment
    hours: Decimal
    proof_kind: str = ProofKind.NONE
    proof: File[bytes] | None = None


@transaction.atomic
def declare(
    assignment: Assignment,
    month: dt.date,
    hours: Decimal,
    *,
    proof_kind: str = ProofKind.NONE,
    proof: File[bytes] | None = None,
    account: Account | None,
) -> Statement:
    """Keep the hours of one person's month as a draft, all counted for the commitment of the assignment.

    A draft that is there already is changed: of two clicks, or two tabs, one statement comes. Hours that were shared
    out between lots stay so, in proportion. `account` None: the contact, by a link. Raises ValidationError when these
    hours are sent already, when the month is not one of the contract, or for hours that no month has.
    """
    locked = _locked(assignment)
    if problem := refusal(locked, month):
        raise ValidationError(problem)
    last = locked.statements.filter(month=month).order_by("version").last()
    if last is not None and last.state != StatementState.DRAFT:
        raise ValidationError(
            _("The hours of %(month)s are already sent for %(person)s: correct them.") % _about(locked, month)
        )
    statement = last or Statement(assignment=locked, month=month)
    counted = _shared(last, locked, hours)
    if last is not None:
        last.allocations.all().delete()
    statement.hours = hours
    statement.declared_by = account
    if proof is not None:
        _forget_file(statement)
        statement.proof = proof
    if statement.proof or proof_kind == ProofKind.PAYROLL:
        statement.proof_kind = proof_kind
    statement.full_clean(exclude=["assignment", "corrects", "declared_by"])
    statement.save()
    Allocation.objects.bulk_create(
        Allocation(statement=statement, commitment_id=commitment, hours=part)
        for commitment, part in counted.items()
    )
    if hours:
        NothingDone.objects.filter(commitment=locked.commitment_id, month=month).delete()
    return statement


def _forget_file(statement: Statement) -> None:
    """Once all is written, take the file that another replaces from the disk, unless another version has it too."""
    if not statement.proof:
        return
    storage, name = statement.proof.storage, str(statement.proof.name)
    if not Statement.objects.filter(proof=name).exclude(pk=statement.pk).exists():
        transaction.on_commit(lambda: storage.delete(name))


def _shared(last: Statement | None, assignment: Assignment, hours: Decimal) -> dict[UUID, Decimal]:
    """What each commitment counts of a month's hours: all for the own one, unless a draft shares them out already."""
    shares = dict(last.allocations.values_list("commitment", "hours")) if last is not None else {}
    if last is None or len(shares) < 2 or not last.hours:
        return {assignment.commitment_id: hours}
    return correcting.in_proportion(shares, last.hours, hours)


def _locked(assignment: Assignment) -> Assignment:
    """The assignment as it is now, its row locked: one change of its statements at a time."""
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("commitment__clause__lot", "participant__person")
        .get(pk=assignment.pk)
    )


def refusal(assignment: Assignment, month: dt.date) -> str | None:
    """Why no hours can be declared for a month of this contract; None when they can.

    `assignment` comes with its commitment's lot and its person.
    """
    about = _about(assignment, month)
    if assignment.state not in HIRED:
        return _("%(person)s is not hired: no hours can be declared.") % about
    if assignment.commitment.clause.lot.state not in FOLLOWED:
        return _("The lot is closed: ask the facilitateur to open it again before you declare hours.")
    if end_of(month) < assignment.starts_on:
        return _("The contract of %(person)s begins after %(month)s: choose a later month.") % about
    if assignment.ends_on is not None and month > assignment.ends_on:
        return _("The contract of %(person)s ended before %(month)s: choose an earlier month.") % about
    if month > timezone.localdate():
        return _("%(month)s has not begun: declare it when the hours are done.") % about
    return None


def _about(assignment: Assignment, month: dt.date) -> dict[str, str]:
    return {"person": str(assignment.participant), "month": named(month)}


@transaction.atomic
def send(statements: Iterable[Statement], account: Account | None) -> int:
    """Send those that are still drafts to the facilitateur; how many. A second click finds nothing left to send.

    Raises ValidationError when a lot is closed, TransitionRefused when `account` may not send.
    """
    keys = [one.pk for one in statements]
    drafts = list(
        Statement.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state=StatementState.DRAFT)
        .select_related("assignment__commitment__clause__lot")
        .order_by("pk")
    )
    if any(one.assignment.commitment.clause.lot.state not in FOLLOWED for one in drafts):
        raise ValidationError(
            _("The lot is closed: ask the facilitateur to open it again before you declare hours.")
        )
    rows = Statement.objects.filter(pk__in=[one.pk for one in drafts])
    return perform_all(rows, "send", account, sent_at=timezone.now()) if drafts else 0


@transaction.atomic
def take_back(statement: Statement, account: Account | None) -> Statement:
    """Make a draft again of what was sent and not checked yet. Raises TransitionRefused once it is checked."""
    perform(statement, "take_back", account)
    statement.sent_at = None
    statement.save(update_fields=["sent_at", "updated_at"])
    return statement


def correct(statement: Statement, entry: Entry, account: Account | None) -> Statement:
    """A new version of what was rejected or validated, sent at once. Raises as `correcting.correct`."""
    kind = entry.proof_kind if entry.proof else statement.proof_kind
    return correcting.correct(
        statement, entry.hours, proof_kind=kind, proof=entry.proof, account=account, send=True
    )


@dataclass(frozen=True)
class Outcome:
    """What became of a month's entries: drafts kept, how many were sent, and what was refused, by assignment's key."""

    kept: list[Statement]
    sent: int
    refused: dict[UUID, str]


@transaction.atomic
def declare_month(
    caller: Caller, commitment: Commitment, month: dt.date, entries: Iterable[Entry], *, sending: bool
) -> Outcome:
    """Keep what was entered for a month; then send all its drafts, unless something was refused.

    What is right is kept even when something else is refused: no photo is taken twice. By a link, the journal of the
    commitment notes who sent.
    """
    kept: list[Statement] = []
    refused: dict[UUID, str] = {}
    for entry in entries:
        try:
            with transaction.atomic():
                kept.append(
                    declare(
                        entry.assignment,
                        month,
                        entry.hours,
                        proof_kind=entry.proof_kind,
                        proof=entry.proof,
                        account=caller.account,
                    )
                )
        except ValidationError as refusal_:
            refused[entry.assignment.pk] = " ".join(refusal_.messages)
    if not sending or refused:
        return Outcome(kept, 0, refused)
    own = caller.assignments().filter(commitment=commitment)
    drafts = Statement.objects.filter(assignment__in=own, month=month, state=StatementState.DRAFT)
    sent = send(drafts, caller.account)
    if sent:
        _note(caller, commitment, _("Hours of %(month)s sent by the link.") % {"month": named(month)})
    return Outcome(kept, sent, refused)


def _note(caller: Caller, commitment: Commitment, text: str) -> None:
    """What was done without an account is written down: the statement names nobody."""
    if caller.account is None:
        who = commitment.contact_name or commitment.contact_email
        follow_up.note(
            commitment=commitment, channel=Channel.AUTOMATIC, text=text, with_whom=who[:NAMED_BY_LINK]
        )


@transaction.atomic
def say_nothing_done(caller: Caller, commitment: Commitment, month: dt.date) -> NothingDone:
    """Note that nobody worked in a month; drafts without hours go. Saying it twice says it once.

    Raises ValidationError when hours are declared for that month, or when it is still to come.
    """
    Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    if month > timezone.localdate():
        raise ValidationError(_("%(month)s has not begun.") % {"month": named(month)})
    declared = Statement.objects.filter(assignment__commitment=commitment, month=month).exclude(
        state=StatementState.CORRECTED
    )
    if declared.filter(hours__gt=0).exists():
        raise ValidationError(
            _("Hours are already entered for %(month)s: set them to 0 first, if nobody worked after all.")
            % {"month": named(month)}
        )
    declared.filter(state=StatementState.DRAFT, corrects__isnull=True).delete()
    row, new = NothingDone.objects.get_or_create(commitment=commitment, month=month)
    if new:
        _note(
            caller, commitment, _("Nobody worked in %(month)s, said by the link.") % {"month": named(month)}
        )
    return row


def worked_after_all(commitment: Commitment, month: dt.date) -> None:
    """Take back that nobody worked."""
    NothingDone.objects.filter(commitment=commitment, month=month).delete()


def people_at_work(caller: Caller, commitment: Commitment, month: dt.date) -> int:
    """How many people the month's screen has."""
    return at_work(caller.assignments().filter(commitment=commitment), month).count()
