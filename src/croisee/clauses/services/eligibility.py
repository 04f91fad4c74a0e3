"""Why people are eligible: proposed with a proof, checked, refused, withdrawn, prolonged; ends announced in time.

Start and end: hours count from the day of the check until a first contract begins, then from that contract; for so many
months as the dated figure gives for the kind of contract (24, longer for lasting ones), or until a prolongation.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.clauses.durations import is_older_than
from croisee.clauses.models import (
    HIRED,
    Assignment,
    ContractType,
    Eligibility,
    EligibilityState,
    Figure,
    Participant,
)
from croisee.clauses.notices import people as notices
from croisee.clauses.queries import parameters
from croisee.clauses.queries.eligibility import SOON, ending
from croisee.clauses.queries.recipients import facilitateurs
from croisee.foundation.accounts.models import Account
from croisee.foundation.dates import in_words, last_day
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send

WARNINGS = (SOON, 30, 0)
"""Days before the end on which it is announced."""
USUAL = ContractType.CDD
"""Whose months of eligibility hold before any contract."""
GIVEN = ("criterion", "proof_name", "proof_on", "note")


@transaction.atomic
def propose(participant: Participant, values: Mapping[str, Any]) -> Eligibility:
    """A criterion to be checked. `values`: criterion, proof_name, proof_on, proof (a file, checked), note.

    Raises ValidationError by field; when the criterion is there already; when the proof is of a day to come.
    """
    row = Eligibility(participant=participant)
    return _written(row, values)


@transaction.atomic
def change(eligibility: Eligibility, values: Mapping[str, Any]) -> Eligibility:
    """Correct what is not checked yet, or add its proof. Raises ValidationError once it is checked, or by field."""
    row = Eligibility.objects.select_for_update(of=("self",)).get(pk=eligibility.pk)
    if row.state != EligibilityState.PROPOSED:
        raise ValidationError(_("This criterion is decided: add it anew if its proof changed."))
    return _written(row, values)


def _written(row: Eligibility, values: Mapping[str, Any]) -> Eligibility:
    for name in GIVEN:
        if name in values:
            setattr(row, name, values[name])
    if row.proof_on and row.proof_on > timezone.localdate():
        raise ValidationError({"proof_on": _("A proof cannot be of a day to come: write the day it bears.")})
    former = str(row.proof.name) if row.proof else ""
    if upload := values.get("proof"):
        row.proof = upload
    row.full_clean()
    row.save()
    if former and upload:
        storage = row.proof.storage
        transaction.on_commit(lambda: storage.delete(former))
    return row


def proof_months(criterion: str, day: dt.date) -> int | None:
    """The age in months of a proof of this criterion at most, on a day; None where no figure is in force."""
    found = parameters.values(Figure.PROOF_MONTHS, on=day).get(criterion)
    return None if found is None else int(found)


def months_of(contract_type: str, day: dt.date) -> int:
    """For how many months hours count from the first contract, by its kind, on a day. Raises NoFigure without one."""
    return int(parameters.value(Figure.ELIGIBLE_MONTHS, contract_type, on=day))


@transaction.atomic
def verify(
    eligibility: Eligibility,
    account: Account,
    *,
    counts_from: dt.date | None = None,
    today: dt.date | None = None,
) -> Eligibility:
    """Check an eligibility: hours count from today, or from `counts_from` for somebody who works already.

    Raises ValidationError without a proof and its date, when the proof is older than its criterion allows on the day
    from which hours count, or for a day to come; TransitionRefused when it is decided already.
    """
    day = today or timezone.localdate()
    # The person first, as a hire does: two criteria checked at once wait for each other, not for ever.
    Participant.objects.select_for_update(of=("self",)).get(pk=eligibility.participant_id)
    row = Eligibility.objects.select_for_update(of=("self",)).get(pk=eligibility.pk)
    first = counts_from or day
    if first > day:
        raise ValidationError({"counts_from": _("Hours cannot count from a day to come.")})
    _refuse_a_proof(row, first)
    if row.state == EligibilityState.PROPOSED:
        row.checked_by, row.checked_on = account, day
        row.starts_on = first
        row.ends_on = last_day(first, months_of(USUAL, first))
        row.save()
    perform(row, "verify", account)
    follow_contracts(row.participant)
    eligibility.refresh_from_db()
    return eligibility


def _refuse_a_proof(row: Eligibility, day: dt.date) -> None:
    if row.proof_on is None or not (row.proof or row.proof_name):
        raise ValidationError(_("Add the proof and its date first: nothing can be checked without it."))
    months = proof_months(row.criterion, day)
    if months is not None and is_older_than(row.proof_on, months, day):
        text = ngettext(
            "The proof is of %(day)s: for this criterion it must be of %(months)d month ago at most. "
            "Ask for a newer one.",
            "The proof is of %(day)s: for this criterion it must be of %(months)d months ago at most. "
            "Ask for a newer one.",
            months,
        )
        raise ValidationError({"proof_on": text % {"day": in_words(row.proof_on), "months": months}})


@transaction.atomic
def refuse(eligibility: Eligibility, account: Account, why: str) -> Eligibility:
    """Say that the criterion does not hold, and why. Raises ValidationError without a reason, TransitionRefused."""
    if not why.strip():
        raise ValidationError({"why": _("Write why: the person may ask.")})
    row = Eligibility.objects.select_for_update(of=("self",)).get(pk=eligibility.pk)
    row.note = _with_line(row.note, why)
    row.save()
    perform(row, "refuse", account)
    return row


@transaction.atomic
def withdraw(
    eligibility: Eligibility, account: Account, why: str, *, today: dt.date | None = None
) -> Eligibility:
    """End a checked eligibility today: hours after today no longer count on it, those before still do.

    Raises ValidationError without a reason, TransitionRefused when it is not checked.
    """
    if not why.strip():
        raise ValidationError({"why": _("Write why: the person may ask.")})
    day = today or timezone.localdate()
    row = Eligibility.objects.select_for_update(of=("self",)).get(pk=eligibility.pk)
    perform(row, "withdraw", account)
    if row.starts_on and row.starts_on > day:
        row.starts_on = row.ends_on = None
    else:
        row.ends_on = min(row.ends_on or day, day)
    row.note = _with_line(row.note, why)
    row.save()
    return row


def _with_line(note: str, why: str) -> str:
    longest = Eligibility._meta.get_field("note").max_length
    return f"{note}\n{why.strip()}".strip()[-(longest or 0) :]


@transaction.atomic
def prolong(eligibility: Eligibility, account: Account, ends_on: dt.date, why: str) -> Eligibility:
    """Have hours count until a later day, with its reason. Raises ValidationError by field."""
    row = Eligibility.objects.select_for_update(of=("self",)).get(pk=eligibility.pk)
    if row.state != EligibilityState.VERIFIED:
        raise ValidationError(_("Only a checked criterion can be prolonged."))
    if not why.strip():
        raise ValidationError({"why": _("Write why it is prolonged: audits ask.")})
    if row.ends_on is None or ends_on <= row.ends_on:
        raise ValidationError({"ends_on": _("Write a day after the present end.")})
    row.ends_on, row.prolonged_because, row.warned_on = ends_on, why.strip(), None
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def follow_contracts(participant: Participant) -> None:
    """Have the dates of checked eligibilities follow the contracts: call it after each hire, change, end or cancelling.

    Hours count from the first contract that goes on on or after the day of the check, for the months of the longest
    kind among the contracts begun within them. A prolongation is never shortened.
    """
    rows = Eligibility.objects.select_for_update(of=("self",)).in_force().filter(participant=participant)
    contracts = list(
        Assignment.objects.filter(participant=participant, state__in=HIRED)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on", "contract_type")
    )
    for row in rows:
        base = min(day for day in (row.checked_on, row.starts_on) if day is not None)
        first, last = dates_from_contracts(base, contracts)
        if row.prolonged_because and row.ends_on:
            last = max(last, row.ends_on)
        if (first, last) != (row.starts_on, row.ends_on):
            row.starts_on, row.ends_on, row.warned_on = first, last, None
            row.save()


def dates_from_contracts(
    base: dt.date, contracts: list[tuple[dt.date, dt.date | None, str]]
) -> tuple[dt.date, dt.date]:
    """From when and until when hours count, checked from `base`, with these contracts (first, last, kind) in order."""
    going_on = [one for one in contracts if one[1] is None or one[1] >= base]
    first = max(base, going_on[0][0]) if going_on else base
    last = last_day(first, months_of(USUAL, first))
    for begins, _ends, kind in going_on:
        if begins <= last:
            last = max(last, last_day(first, months_of(kind, first)))
    return first, last


def announce_ends(now: dt.datetime) -> int:
    """Tell facilitateurs whose eligibility ends in 90 days, 30 days or today, once each; how many e-mails are new."""
    today = timezone.localdate(now)
    with transaction.atomic():
        soon: Iterable[Any] = ending(today).prefetch_related("eligibilities")
        due = [row for row in soon if _is_due(row, today)]
        if not due:
            return 0
        told = send(
            notices.ENDS,
            facilitateurs(),
            key=f"eligibility:{today.isoformat()}",
            context={
                "soon": sum(row.until - today <= dt.timedelta(days=30) for row in due),
                "count": len(due),
                "path": f"{reverse('clauses:participants')}?eligibility=soon",
            },
        )
        Eligibility.objects.in_force().filter(participant__in=due).update(warned_on=today)
    return told


def _is_due(row: Any, today: dt.date) -> bool:
    """Whether one of the days of announcement has come since the last announcement."""
    warned = max((one.warned_on for one in row.eligibilities.all() if one.warned_on), default=None)
    days = (row.until - dt.timedelta(days=days) for days in WARNINGS)
    newest = max(day for day in days if day <= today)
    return warned is None or warned < newest
