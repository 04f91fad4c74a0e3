"""Writing operations, contracts, lots, orders, clauses and commitments; moving lots along; closing them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.clauses.models import (
    CLOSED,
    WITH_HOURS,
    Allocation,
    Assignment,
    Clause,
    ClauseKind,
    Commitment,
    ContactLog,
    Contract,
    Lot,
    LotState,
    Need,
    Operation,
    Order,
    Part,
    Penalty,
    PenaltyState,
)
from croisee.clauses.queries.operations import buyers_for, steered
from croisee.clauses.siting import locate
from croisee.directory.services.companies import prefill
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.lifecycles.services import perform, perform_all

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.records import Record

R = TypeVar("R", bound="Record")


def organisation_of(siret: str, name: str = "", kind: Kind = Kind.EMPLOYER) -> Organisation:
    """The organisation of that SIRET: the one that is there, or a new one named as SIRENE, or else `name`, says.

    Raises ValidationError when the number is none, or nobody knows its name.
    """
    try:
        number = identifiers.siret(siret)
        known = prefill(number)
    except identifiers.InvalidIdentifier as refusal:
        text = _("“%(siret)s” is no SIRET number: it has 14 digits, the last of which checks the others.")
        raise ValidationError({"siret": text % {"siret": siret}}) from refusal
    found = Organisation.objects.filter(siret=number).first()
    if found is not None:
        return found
    called = name.strip() or (known["name"] if known else "")
    if not called:
        text = _("No establishment of this number is known here: give its name too.")
        raise ValidationError({"name": text})
    try:
        with transaction.atomic():
            return Organisation.objects.create(name=called[:200], kind=kind, siret=number)
    except IntegrityError:
        # Somebody else made it between the two.
        return Organisation.objects.get(siret=number)


def save_operation(
    operation: Operation, account: Account, address: str, seen: dt.datetime | None = None
) -> Operation:
    """Write an operation; its address is found on the map, with the answer about priority neighbourhoods.

    Raises ValidationError by field, or when somebody else changed it since `seen`.
    """
    with transaction.atomic():
        _unchanged(operation, account, seen)
        if not buyers_for(account).filter(pk=operation.buyer_id).exists():
            raise ValidationError({"buyer": _("Choose one of the buyers you work for.")})
        locate(operation, address)
        return _written(operation)


def save_contract(contract: Contract, account: Account, seen: dt.datetime | None = None) -> Contract:
    """Write a contract of an operation that `account` steers. Raises ValidationError by field."""
    with transaction.atomic():
        _unchanged(contract, account, seen)
        _steered(Operation, contract.operation_id, account)
        return _written(contract)


def save_lot(lot: Lot, account: Account, seen: dt.datetime | None = None) -> Lot:
    """Write a lot of a contract that `account` steers. Raises ValidationError by field."""
    with transaction.atomic():
        _unchanged(lot, account, seen)
        _steered(Contract, lot.contract_id, account)
        return _written(lot)


def save_order(order: Order, account: Account, seen: dt.datetime | None = None) -> Order:
    """Write an order of a framework: hours due grow by the ratio of the clause. Raises ValidationError by field."""
    with transaction.atomic():
        _unchanged(order, account, seen)
        lot = _steered(Lot, order.lot_id, account)
        if not lot.contract.framework:
            text = _("Only a framework has orders: say on the page of the contract that it is one.")
            raise ValidationError(text)
        _open(lot)
        return _written(order)


def save_clause(clause: Clause, account: Account, seen: dt.datetime | None = None) -> Clause:
    """Write the clause of a lot, or the exception: its author is `account`, its day today unless one is given.

    What does not go with the kind is emptied: no hours with an exception, no exception with hours. Raises
    ValidationError by field.
    """
    with transaction.atomic():
        _unchanged(clause, account, seen)
        lot = _steered(Lot, clause.lot_id, account)
        _open(lot)
        if clause.kind == ClauseKind.EXCEPTION:
            _as_exception(clause, account)
        else:
            clause.exception_reason, clause.exception_text = "", ""
            clause.exception_by, clause.exception_on = None, None
        if clause.kind not in WITH_HOURS:
            clause.hours_due = clause.hours_per_keuro = None
        if clause.kind != ClauseKind.RESERVED:
            clause.reserved_share = None
        return _written(clause)


def _as_exception(clause: Clause, account: Account) -> None:
    if clause.pk and Commitment.objects.filter(clause=clause).exists():
        text = _("Companies are committed under this clause: take them out before making it an exception.")
        raise ValidationError({"kind": text})
    clause.exception_on = clause.exception_on or timezone.localdate()
    clause.exception_by = clause.exception_by or account
    clause.penalty_per_hour, clause.publics = None, []


def save_commitment(
    commitment: Commitment, account: Account, siret: str, name: str = "", seen: dt.datetime | None = None
) -> Commitment:
    """Write the commitment of the company of that SIRET, made known when it is new here.

    Raises ValidationError by field (`siret`, `name` and those of the model).
    """
    with transaction.atomic():
        _unchanged(commitment, account, seen)
        clause = _steered(Clause, commitment.clause_id, account)
        if clause.kind not in WITH_HOURS:
            raise ValidationError(_("This clause asks for no hours: no company can be committed to some."))
        _open(clause.lot)
        commitment.organisation = organisation_of(siret, name)
        if commitment.part != Part.SUBCONTRACTOR:
            commitment.of = None
        if commitment.of_id and not _may_work_for(commitment):
            text = _("Choose another company of this lot, which does not itself work for this one.")
            raise ValidationError({"of": text})
        return _written(commitment)


def _may_work_for(commitment: Commitment) -> bool:
    """Whether the chain of who works for whom stays in the clause and comes back to nobody."""
    above = dict(Commitment.objects.filter(clause=commitment.clause_id).values_list("pk", "of"))
    one = commitment.of_id
    while one is not None:
        if one == commitment.pk or one not in above:
            return False
        one = above[one]
    return True


def _written(row: R) -> R:
    row.full_clean()
    row.save()
    return row


def _unchanged(row: Record, account: Account, seen: dt.datetime | None) -> None:
    """Lock a row that exists, which `account` must steer, and refuse to write over what another wrote since `seen`."""
    if row._state.adding:
        return
    kept = _steered(type(row), row.pk, account)
    if seen is not None and kept.updated_at != seen:
        raise ValidationError(
            _("Someone else has changed this since you opened it: open it again, then change it.")
        )


def _steered(model: type[R], pk: object, account: Account) -> R:
    """A row that `account` steers, locked. Raises ValidationError for another."""
    try:
        return steered(model, account).select_for_update(of=("self",)).get(pk=pk)
    except model.DoesNotExist:
        raise ValidationError(_("This is not yours to change.")) from None


def _open(lot: Lot) -> None:
    if lot.state in CLOSED:
        raise ValidationError(_("This lot is closed: open it again before changing it."))


# Taking away what was written by mistake


def delete(row: Record, account: Account) -> None:
    """Take away what nothing hangs on. Raises ValidationError that says what hangs on it, and what to do."""
    with transaction.atomic():
        kept = _steered(type(row), row.pk, account)
        if hanging := _hanging(kept):
            text = _("It cannot be deleted: %(what)s. Delete these first, or leave it as it is.")
            raise ValidationError(text % {"what": ", ".join(hanging)})
        if isinstance(kept, Order):
            _open(kept.lot)
        try:
            kept.delete()
        except models.ProtectedError:
            raise ValidationError(_("It cannot be deleted: something was recorded about it.")) from None


_HANGING: dict[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    Operation: ((Contract, "operation"),),
    Contract: ((Lot, "contract"), (ContactLog, "contract")),
    Lot: ((Order, "lot"), (Commitment, "clause__lot")),
    Clause: ((Commitment, "clause"),),
    Commitment: (
        (Assignment, "commitment"),
        (Allocation, "commitment"),
        (Need, "commitment"),
        (Commitment, "of"),
        (Penalty, "commitment"),
        (ContactLog, "commitment"),
    ),
    Order: (),
}
"""What keeps each from being deleted: the model and how it leads to it."""


def _hanging(row: Record) -> list[str]:
    """What hangs on a row, in words with counts."""
    found = []
    for model, path in _HANGING[type(row)]:
        if count := model._default_manager.filter(**{path: row}).count():
            names = model._meta
            found.append(f"{count} {names.verbose_name if count == 1 else names.verbose_name_plural}")
    return found


# Along the life of a lot


def move_lot(lot: Lot, transition: str, account: Account) -> Lot:
    """Do one of the transitions of a lot that is no closing. Raises TransitionRefused, and ValidationError.

    A lot that is opened again no longer has the penalties that were proposed; one that was notified stands against it.
    """
    with transaction.atomic():
        kept = _steered(Lot, lot.pk, account)
        if transition.startswith("close"):
            raise ValidationError(_("Close the lot from its page of closing, which shows what is missing."))
        if transition == "reopen":
            _drop_penalties(kept, account)
        perform(kept, transition, account)
    return kept


def _drop_penalties(lot: Lot, account: Account) -> None:
    penalties = Penalty.objects.filter(commitment__clause__lot=lot)
    if penalties.filter(state=PenaltyState.NOTIFIED).exists():
        text = _("A penalty was notified for this lot: apply it or waive it before opening the lot again.")
        raise ValidationError(text)
    for penalty in penalties.filter(state=PenaltyState.PROPOSED):
        perform(penalty, "waive", account)
        penalty.why = _("The lot was opened again.")
        penalty.save(update_fields=["why", "updated_at"])


def begin_due(now: dt.datetime) -> int:
    """Begin the lots awarded whose first day has come; how many."""
    day = timezone.localdate(now)
    waiting = Lot.objects.filter(state=LotState.AWARDED, starts_on__lte=day)
    return perform_all(waiting, "begin", None)
