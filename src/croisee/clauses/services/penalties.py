"""Penalties: proposed from the balance, notified to the company, which may answer, then applied or waived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from croisee.clauses.models import Channel, Clause, Penalty, PenaltyState
from croisee.clauses.notices import operations as notices
from croisee.clauses.queries.operations import Company, facilitateurs
from croisee.clauses.services.follow_up import note
from croisee.directory.services.joining import digest
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.services import render_pdf
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import Address, send, send_to

if TYPE_CHECKING:
    pass

CENT = Decimal("0.01")
SALT = "clauses.penalty"
LINK_LASTS = dt.timedelta(days=60)


def amount_of(missing: Decimal, per_hour: Decimal) -> Decimal:
    """Missing hours × the penalty for an hour, in euros to the cent, halves up."""
    return (missing * per_hour).quantize(CENT, ROUND_HALF_UP)


def propose(clause: Clause, companies: Iterable[Company], today: dt.date) -> list[Penalty]:
    """Propose a penalty to each holder and co-contractor whose hours are missing: `queries.operations.companies_of`.

    The hours of subcontractors are among those of the company they work for. One that is already being discussed, or
    was decided for the same hours, is not proposed again.
    """
    made: list[Penalty] = []
    if clause.penalty_per_hour is None:
        return made
    for company in companies:
        missing = company.missing.quantize(CENT)
        if (
            not missing
            or Penalty.objects.filter(
                commitment=company.commitment, state__in=(PenaltyState.PROPOSED, PenaltyState.NOTIFIED)
            ).exists()
        ):
            continue
        penalty = Penalty(
            commitment=company.commitment,
            missing=missing,
            per_hour=clause.penalty_per_hour,
            amount=amount_of(missing, clause.penalty_per_hour),
            counted_on=today,
        )
        penalty.full_clean()
        penalty.save()
        made.append(penalty)
    return made


def notify(penalty: Penalty, account: Account) -> Penalty:
    """Tell the company, by e-mail with the letter, what it may have to pay, and that it may answer.

    Raises TransitionRefused, and ValidationError when nobody of the company can be written to.
    """
    with transaction.atomic():
        kept = _locked(penalty)
        recipients = recipients_of(kept)
        if not recipients:
            text = _(
                "Nobody of this company can be written to: give the e-mail address of its contact first."
            )
            raise ValidationError(text)
        perform(kept, "notify", account)
        key = f"{kept.commitment_id}:penalty:{kept.pk}"
        send_to(notices.PENALTY_NOTIFIED, recipients, key=key, context=context_of(kept))
        text = _("A penalty of %(amount)s was notified to the company.") % {"amount": euros(kept.amount)}
        note(commitment=kept.commitment, channel=Channel.NOTE, text=text, by=account)
    return kept


def answer(penalty: Penalty, text: str, account: Account | None) -> Penalty:
    """Keep what the company says of a penalty that was notified; the facilitateur and the buyer are told.

    It may be said again until the buyer decides: the last words stand. Raises ValidationError.
    """
    said = text.strip()
    if not said:
        raise ValidationError({"answer": _("Write what you want the buyer to read.")})
    with transaction.atomic():
        kept = _locked(penalty)
        if kept.state != PenaltyState.NOTIFIED:
            raise ValidationError(_("The buyer has decided: this penalty can no longer be answered."))
        kept.answer = said
        kept.full_clean(exclude=["commitment"])
        kept.save(update_fields=["answer", "updated_at"])
        moment = timezone.now()
        key = f"{kept.commitment_id}:answer:{kept.pk}:{moment:%Y%m%dT%H%M%S%f}"
        send(notices.PENALTY_ANSWERED, deciders(kept), key=key, context=context_of(kept))
        note(
            commitment=kept.commitment,
            channel=Channel.NOTE,
            text=_("The company answered the penalty."),
            by=account,
        )
    return kept


def apply(penalty: Penalty, account: Account, why: str = "") -> Penalty:
    """Decide that the penalty is due: the buyer alone does. The company is told. Raises TransitionRefused."""
    return _decide(penalty, "apply", account, why)


def waive(penalty: Penalty, account: Account, why: str) -> Penalty:
    """Give the penalty up, with a reason; a company that was notified is told.

    Raises TransitionRefused, and ValidationError without a reason.
    """
    if not why.strip():
        raise ValidationError({"why": _("Say why the penalty is waived: it is kept with it.")})
    return _decide(penalty, "waive", account, why)


def _decide(penalty: Penalty, transition: str, account: Account, why: str) -> Penalty:
    with transaction.atomic():
        kept = _locked(penalty)
        told = kept.state == PenaltyState.NOTIFIED
        perform(kept, transition, account)
        kept.why = why.strip()
        kept.full_clean(exclude=["commitment"])
        kept.save(update_fields=["why", "updated_at"])
        if told and (recipients := recipients_of(kept)):
            key = f"{kept.commitment_id}:decided:{kept.pk}"
            send_to(notices.PENALTY_DECIDED, recipients, key=key, context=context_of(kept))
    return kept


def _locked(penalty: Penalty) -> Penalty:
    found = Penalty.objects.select_for_update(of=("self",))
    named = "commitment__clause__lot__contract__operation__buyer"
    return found.select_related(named, "commitment__organisation").get(pk=penalty.pk)


def recipients_of(penalty: Penalty) -> list[Account | Address]:
    """Who is written to for the company: its contact for this lot, and those who act for it here."""
    commitment = penalty.commitment
    held = Membership.objects.active().filter(organisation=commitment.organisation_id, role=Role.EMPLOYER)
    people: list[Account | Address] = list(
        Account.objects.filter(pk__in=held.values("account"), is_active=True)
    )
    emails = {one.email for one in people}
    if commitment.contact_email and commitment.contact_email not in emails:
        people.append(Address(commitment.contact_email))
    return people


def deciders(penalty: Penalty) -> list[Account]:
    """Who is told of the answer: the facilitateur of the operation (else all), and those who buy for its buyer."""
    operation = penalty.commitment.clause.lot.contract.operation
    own = (
        Membership.objects.active().filter(organisation=operation.buyer_id, role=Role.BUYER).values("account")
    )
    buyers = list(Account.objects.filter(pk__in=own, is_active=True))
    followers = [operation.facilitateur] if operation.facilitateur else list(facilitateurs())
    return list(dict.fromkeys([*followers, *buyers]))


def euros(amount: Decimal) -> str:
    """An amount as text: `15 500,00 €`."""
    shown = number_format(amount, 2, use_l10n=True, force_grouping=True)
    return _("€%(amount)s") % {"amount": shown}


def context_of(penalty: Penalty) -> dict[str, Any]:
    """What the e-mails about a penalty need, as JSON."""
    commitment = penalty.commitment
    contract = commitment.clause.lot.contract
    return {
        "penalty": str(penalty.pk),
        "company": commitment.organisation.name,
        "lot": commitment.clause.lot.title,
        "contract": contract.title,
        "buyer": contract.operation.buyer.name,
        "missing": str(penalty.missing),
        "per_hour": str(penalty.per_hour),
        "amount": str(penalty.amount),
        "applied": penalty.state == PenaltyState.APPLIED,
        "why": penalty.why,
        "path": reverse("clauses:penalty", args=[penalty.pk]),
    }


# The way to answer without an account


def token_of(penalty: Penalty) -> str:
    """What opens the page of the answer to one penalty, for `LINK_LASTS`: drawn when the e-mail is sent, not kept.

    It holds as long as the contact of the lot is the one of today.
    """
    return signing.dumps([str(penalty.pk), digest(penalty.commitment.contact_email)], salt=SALT)


def penalty_of(token: str) -> Penalty | None:
    """The penalty, notified or decided, that a token opens; None when it opens none any more."""
    try:
        pk, address = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    named = "commitment__clause__lot__contract__operation__buyer"
    found = Penalty.objects.exclude(state=PenaltyState.PROPOSED).select_related(
        named, "commitment__organisation"
    )
    penalty = found.filter(pk=pk).first()
    return penalty if penalty and digest(penalty.commitment.contact_email) == address else None


# The letter


def letter(penalty: Penalty) -> bytes:
    """The letter that notifies a penalty, as a PDF, in the active language."""
    commitment = penalty.commitment
    lot = commitment.clause.lot
    contract, operation = lot.contract, lot.contract.operation
    facts = [
        [
            _("Public contract"),
            f"{contract.title} ({contract.reference})" if contract.reference else contract.title,
        ],
        [_("Lot"), f"{lot.number}. {lot.title}"],
        [_("Company"), commitment.organisation.name],
        [_("Counted on"), date_format(penalty.counted_on, "DATE_FORMAT")],
        [_("Hours missing"), number_format(penalty.missing, 2, use_l10n=True, force_grouping=True)],
        [_("Penalty for an hour"), euros(penalty.per_hour)],
        [_("Amount"), euros(penalty.amount)],
    ]
    text = _(
        "The social clause of this contract asks for hours of work by people far from employment. On the day above, "
        "hours were missing that nothing sent to us makes up for. The contract provides for a penalty for each."
    )
    closing = _(
        "Before anything is decided you may say what explains it, or send hours that were not declared: by the page "
        "whose address is in our e-mail, or by answering it. The buyer then decides."
    )
    data = {
        "title": _("Notification of a penalty"),
        "sender": operation.buyer.name,
        "recipient": commitment.organisation.name,
        "text": text,
        "facts": facts,
        "closing": closing,
    }
    return render_pdf("clauses/penalty.typ", data)
