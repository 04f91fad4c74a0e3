"""First contacts: written on the public page, noted by a manager, sent by a référent; answered, closed, reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.incubation.models import Enquiry, EnquiryState, Incubator, Origin
from croisee.incubation.notices import projects as notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey

FIELDS = ("name", "email", "phone", "text", "origin")


@transaction.atomic
def write(incubator: Incubator, values: Mapping[str, Any]) -> Enquiry:
    """Somebody writes from the public page: kept, acknowledged by e-mail where there is an address; managers are told.

    `values`: `FIELDS`. Raises ValidationError by field.
    """
    row = _filled(Enquiry(incubator=incubator), values)
    notices.tell_received(row)
    notices.tell_managers(row)
    return row


@transaction.atomic
def enter(incubator: Incubator, values: Mapping[str, Any]) -> Enquiry:
    """A manager notes somebody whom they met: nobody is written to. Raises ValidationError by field."""
    return _filled(Enquiry(incubator=incubator), values)


@transaction.atomic
def send_person(journey: Journey, incubator: Incubator, text: str, account: Account) -> Enquiry:
    """A référent sends a person, who agreed, to an incubator; its managers are told.

    Raises ValidationError when the person cannot be reached, or was sent there already and waits.
    """
    person: Person | None = journey.person
    if person is None:
        raise ValidationError(_("This person is erased: there is nobody to send."), code="erased")
    # Two clicks make one contact: the second waits here.
    type(person).objects.select_for_update(no_key=True).get(pk=person.pk)
    waiting = Enquiry.objects.filter(
        person=person, incubator=incubator, state__in=[EnquiryState.NEW, EnquiryState.ANSWERED]
    )
    if waiting.exists():
        raise ValidationError(
            {"incubator": _("This person was sent there already: the incubator has not finished with it.")}
        )
    own = person.contacts.filter(capacity="self").first()
    if own is None or not (own.email or own.phone):
        raise ValidationError(
            _("No e-mail address and no telephone is known of this person: note one in the file first."),
            code="unreachable",
        )
    values = {
        "name": str(person)[:150],
        "email": own.email,
        "phone": own.phone,
        "text": text,
        "origin": Origin.REFERENT,
    }
    row = _filled(Enquiry(incubator=incubator, person=person, sent_by=account), values)
    notices.tell_managers(row)
    return row


def _filled(row: Enquiry, values: Mapping[str, Any]) -> Enquiry:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


def locked(enquiry: Enquiry) -> Enquiry:
    """The row again, locked, with its incubator."""
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("incubator", "person")
    return rows.get(pk=enquiry.pk)


@transaction.atomic
def answer(enquiry: Enquiry, text: str, account: Account) -> Enquiry:
    """Note the answer, and write it to the person where there is an address; once more adds an e-mail.

    Raises ValidationError for one that is closed or became a project.
    """
    row = locked(enquiry)
    if row.state not in (EnquiryState.NEW, EnquiryState.ANSWERED):
        raise ValidationError(_("This contact is over: open it again before you answer."), code="over")
    row.answer = text.strip()
    row.full_clean()
    row.save()
    if row.state == EnquiryState.NEW:
        perform(row, "answer", account)
    notices.tell_answer(row)
    return row


@transaction.atomic
def move(enquiry: Enquiry, transition: str, account: Account) -> Enquiry:
    """Close a contact or open it again. Raises ValidationError when it is elsewhere, KeyError for another verb."""
    row = locked(enquiry)
    try:
        perform(row, transition, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
    return row
