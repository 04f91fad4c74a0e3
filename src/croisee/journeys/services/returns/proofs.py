"""The proofs of a journey: brought, corrected, accepted, refused with why, removed; those that a programme asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.dates import last_day
from croisee.foundation.lifecycles.services import perform
from croisee.journeys.models import Journey, Programme, Proof, ProofRequirement, ProofState

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

GIVEN = ("kind", "moment", "name", "dated_on", "valid_until")


@transaction.atomic
def bring(journey: Journey, values: Mapping[str, Any], account: Account | None) -> Proof:
    """Add a proof, to be checked. `values`: kind, moment, name, file (checked), dated_on, valid_until.

    Without `valid_until`, it holds for the months that the programme gives that kind. Raises ValidationError by field.
    """
    Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
    return _written(Proof(journey=journey), values)


@transaction.atomic
def change(proof: Proof, values: Mapping[str, Any], *, seen: dt.datetime | None = None) -> Proof:
    """Correct a proof that was not accepted; one that was refused is to be checked again.

    Raises ValidationError by field or once it is accepted, `Stale` when it changed since `seen`.
    """
    row = Proof.objects.select_for_update(of=("self",)).select_related("journey").get(pk=proof.pk)
    if seen is not None and row.updated_at != seen:
        raise Stale
    if row.state != ProofState.TO_CHECK:
        raise ValidationError(_("This proof was checked: bring another one if it changed."))
    return _written(row, values)


def _written(row: Proof, values: Mapping[str, Any]) -> Proof:
    for name in GIVEN:
        if name in values:
            setattr(row, name, values[name])
    if row.dated_on and row.dated_on > timezone.localdate():
        raise ValidationError({"dated_on": _("A proof cannot be of a day to come: write the day it bears.")})
    if row.dated_on and not row.valid_until and (months := _months(row)):
        row.valid_until = last_day(row.dated_on, months)
    former = str(row.file.name) if row.file else ""
    if upload := values.get("file"):
        row.file = upload
    if not row.file and not row.name:
        raise ValidationError(
            {"file": _("Join the file; or write under “Name” which paper you saw, and where it is kept.")}
        )
    row.full_clean(exclude=["checked_by"])
    row.save()
    if former and values.get("file"):
        storage = row.file.storage
        transaction.on_commit(lambda: storage.delete(former))
    return row


def _months(row: Proof) -> int | None:
    asked = ProofRequirement.objects.filter(
        programme=row.journey.programme_id, kind=row.kind, moment=row.moment
    )
    return asked.values_list("months_valid", flat=True).first()


@transaction.atomic
def accept(proof: Proof, account: Account) -> Proof:
    """Note that a proof is sound. Raises ValidationError without its date, TransitionRefused once it is accepted."""
    row = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if row.dated_on is None:
        raise ValidationError(_("Write the date of the proof first: nothing can be checked without it."))
    return _decided(row, "accept", account, "")


@transaction.atomic
def refuse(proof: Proof, account: Account, why: str) -> Proof:
    """Note that a proof does not do, and why. Raises ValidationError without a reason, TransitionRefused."""
    if not why.strip():
        raise ValidationError(_("Write why it is refused: the person is asked for another one."))
    row = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    return _decided(row, "refuse", account, why.strip()[:300])


def _decided(row: Proof, transition: str, account: Account, why: str) -> Proof:
    perform(row, transition, account)
    row.checked_by, row.why_refused = account, why
    row.save()
    return row


@transaction.atomic
def remove(proof: Proof) -> None:
    """Take away a proof that was not accepted, with its file. Raises ValidationError for one that was."""
    row = Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if row.state == ProofState.ACCEPTED:
        raise ValidationError(
            _("A proof that was accepted is kept for audits: refuse it first if it is wrong.")
        )
    row.delete()


@transaction.atomic
def require(programme: Programme, values: Mapping[str, Any]) -> ProofRequirement:
    """Have a programme ask each person for a proof. Raises ValidationError by field, or when it does already."""
    row = ProofRequirement(programme=programme, **values)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def no_longer_require(requirement: ProofRequirement) -> None:
    """Have a programme no longer ask for a proof; those that were brought stay."""
    requirement.delete()
