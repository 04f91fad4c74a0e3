"""Consents given and withdrawn, access asked for, given, refused, ended; each told to whom it concerns."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory import services as directory
from croisee.directory.models import CROSSINGS, Capacity, Contact, Given, Person, Purpose
from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.foundation.notices.services import Address, send, send_to
from croisee.journeys.models import LIVING, AccessRequest, AccessState, Journey
from croisee.journeys.notices import rights as notices
from croisee.journeys.queries.rights import deciding, those_who_answer

DEFAULT_DAYS, MOST_DAYS = 30, 180
"""How long an access lasts when nothing else is said, and at most."""


@transaction.atomic
def say_crossing(person: Person, purpose: Purpose, account: Account, *, gives: bool) -> None:
    """Give or withdraw, online, the consent of a person for whom `account` decides.

    Raises ValidationError for somebody for whom it does not (`queries.rights.deciding`), or another purpose.
    """
    if purpose not in CROSSINGS or not deciding(account).filter(pk=person.pk).exists():
        raise ValidationError(_("This choice is not yours to make."), code="not_yours")
    if gives:
        directory.give_consent(person, purpose, account)
    else:
        directory.withdraw_consent(person, purpose, account)


@transaction.atomic
def record_crossing(journey: Journey, purpose: Purpose, account: Account, how: Given, day: dt.date) -> None:
    """Record a consent that the person gave on paper or by word of mouth, on a day.

    Raises ValidationError when it was given on this site (the person says that), in the future, or before the person
    was born, and when the journey is of an erased person or not `account`'s to write in.
    """
    person = _written_by(journey, account)
    if how == Given.ONLINE or purpose not in CROSSINGS:
        raise ValidationError(_("Record what was said on paper or by word of mouth."), code="how")
    if day > timezone.localdate() or day < person.birth_date:
        raise ValidationError({"given_on": _("Write the day on which it was given: today or before.")})
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    directory.give_consent(person, purpose, account, how=how, given_at=min(noon, timezone.now()))


@transaction.atomic
def record_withdrawal(journey: Journey, purpose: Purpose, account: Account) -> None:
    """Record that the person withdrew a consent, said to the référent. Raises ValidationError as `record_crossing`."""
    person = _written_by(journey, account)
    if purpose not in CROSSINGS:
        raise ValidationError(_("This choice is not yours to make."), code="not_yours")
    directory.withdraw_consent(person, purpose, account)


def _written_by(journey: Journey, account: Account) -> Person:
    """The person of a journey that `account` may write in."""
    rows = Journey.objects.followed_by(account).filter(pk=journey.pk, person__isnull=False)
    row = rows.select_related("person").first()
    if row is None or row.person is None:
        raise ValidationError(_("You do not follow this person."), code="not_yours")
    return row.person


@transaction.atomic
def ask(person: Person, asker: Account, reason: str) -> AccessRequest:
    """Ask to see the journey of somebody followed elsewhere; the référent is told by e-mail.

    Raises ValidationError by field without a reason; when nobody follows the person; when one sees it already, or has
    asked and waits.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you need it: the référent decides on this.")})
    if not Journey.objects.filter(person=person, state__in=LIVING).exists():
        raise ValidationError(_("No programme follows this person today."), code="not_followed")
    if Journey.objects.visible_to(asker).filter(person=person, state__in=LIVING).exists():
        raise ValidationError(_("You see this journey already."), code="seen")
    request = AccessRequest(person=person, asker=asker, reason=reason.strip())
    request.full_clean(exclude=["answered_by"])
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        raise ValidationError(_("You have asked already: the answer is awaited."), code="asked") from None
    send(
        notices.ASKED,
        those_who_answer(person),
        key=f"access:{request.pk}",
        context={"request": str(request.pk)},
    )
    return request


@transaction.atomic
def grant(
    request: AccessRequest, account: Account, until: dt.date | None = None, answer: str = ""
) -> AccessRequest:
    """Give access until a day (thirty days from now by default); the asker and the person are told by e-mail.

    Raises ValidationError by field for a day that is past or too far, TransitionRefused once it is answered, and
    ValidationError for who is not in charge of the person.
    """
    today = timezone.localdate()
    day = until or today + dt.timedelta(days=DEFAULT_DAYS)
    if not today <= day <= today + dt.timedelta(days=MOST_DAYS):
        raise ValidationError(
            {
                "until": _("Choose a day from today on, within %(days)d days.") % {"days": MOST_DAYS},
            }
        )
    row = _answered(request, account, "grant", answer, until=day)
    context = {"request": str(row.pk)}
    send(notices.ANSWERED, [row.asker], key=f"access:{row.pk}:{row.state}", context=context)
    send_to(notices.GIVEN, _written_to(row.person), key=f"access:{row.pk}:given", context=context)
    return row


@transaction.atomic
def refuse(request: AccessRequest, account: Account, answer: str) -> AccessRequest:
    """Refuse, and say why; the asker is told by e-mail. Raises as `grant`, and ValidationError without a reason."""
    if not answer.strip():
        raise ValidationError({"answer": _("Say why: your colleague reads it.")})
    row = _answered(request, account, "refuse", answer)
    send(
        notices.ANSWERED,
        [row.asker],
        key=f"access:{row.pk}:{row.state}",
        context={"request": str(row.pk)},
    )
    return row


@transaction.atomic
def end(request: AccessRequest, account: Account) -> AccessRequest:
    """Take an access back at once: who follows the person, the person, or the one who had it. The asker is told.

    Raises ValidationError for anybody else, TransitionRefused once it is over.
    """
    row = _locked(request)
    by_asker = row.asker_id == account.pk
    if not (by_asker or _in_charge(row, account) or deciding(account).filter(pk=row.person_id).exists()):
        raise ValidationError(_("This access is not yours to end."), code="not_yours")
    perform(row, "end", account)
    if not by_asker:
        send(
            notices.ANSWERED,
            [row.asker],
            key=f"access:{row.pk}:{row.state}",
            context={"request": str(row.pk)},
        )
    return row


def _answered(
    request: AccessRequest, account: Account, transition: str, answer: str, **values: dt.date
) -> AccessRequest:
    """Move the request with its answer, in one transaction with its row locked."""
    row = _locked(request)
    if not _in_charge(row, account):
        raise ValidationError(_("You do not follow this person."), code="not_yours")
    if row.state == AccessState.ASKED:
        # The state says that an access has its last day: the day comes first, under the same lock.
        row.answer, row.answered_by = answer.strip(), account
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
    perform(row, transition, account)
    return row


def _locked(request: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("asker", "person")
    return rows.get(pk=request.pk)


def _in_charge(row: AccessRequest, account: Account) -> bool:
    """Whether `account` follows the person today, or manages a programme that does; never for its own request."""
    if row.asker_id == account.pk:
        return False
    return Journey.objects.followed_by(account).filter(person=row.person_id, state__in=LIVING).exists()


def _written_to(person: Person) -> Iterable[Account | Address]:
    """The person's own account, else the person's own address, else nobody."""
    contacts = Contact.objects.filter(person=person, capacity=Capacity.SELF).select_related("account")
    for contact in contacts:
        if contact.account is not None and contact.account.is_active:
            yield contact.account
        elif contact.email:
            yield Address(contact.email)


__all__ = [
    "DEFAULT_DAYS",
    "MOST_DAYS",
    "TransitionRefused",
    "ask",
    "end",
    "grant",
    "record_crossing",
    "record_withdrawal",
    "refuse",
    "say_crossing",
]
