"""Participants: made of somebody known or new, changed, invited. Where they live is answered about once and frozen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.clauses.models import Participant
from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import HELD_IN, Role

FIELDS = ("prescriber", "looking", "note")


@transaction.atomic
def add_participant(
    values: Mapping[str, Any], account: Account, *, person: Person | None = None, another: bool = False
) -> Participant:
    """A new participant. `values`: given_name, family_name, birth_date, address, email, phone, those of a work profile
    (`directory.PROFILE_FIELDS`), and `FIELDS`.

    `person` is the known person that it is; `another` says that it is nobody known. Raises AlreadyKnown when neither is
    said and somebody of that name and birth date is there, or ValidationError by field.
    """
    person = directory.identified(values, person=person, another=another)
    if Participant.objects.filter(person=person).exists():
        raise ValidationError(_("This person is already among the participants."), code="already_there")
    if values.get("address") and not person.address:
        directory.change_person(person, {"address": values["address"]}, account)
    directory.change_profile(person, values)
    participant = Participant(person=person)
    _fill(participant, values)
    directory.write_own_contact(person, values, account)
    return participant


def _fill(participant: Participant, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(participant, name, values[name])
    participant.full_clean()
    participant.save()


@transaction.atomic
def change_participant(
    participant: Participant, values: Mapping[str, Any], account: Account, *, seen: datetime | None = None
) -> list[str]:
    """Change what is known of a participant; return what followed, in words.

    A new address is answered about; the answer frozen in past contracts stays. Raises Stale when somebody changed it
    since `seen`, or ValidationError by field.
    """
    rows = Participant.objects.select_for_update(of=("self",)).select_related("person__profile")
    row = rows.get(pk=participant.pk)
    if seen is not None and abs((last_change(row) - seen).total_seconds()) > 0.001:
        raise directory.Stale
    of_person = {name: values[name] for name in (*directory.IDENTITY, "address") if name in values}
    said = directory.change_person(row.person, of_person, account)
    directory.write_own_contact(row.person, values, account)
    directory.change_profile(row.person, values)
    _fill(row, values)
    participant.refresh_from_db()
    return said


def last_change(participant: Participant) -> datetime:
    """When something on the page of a participant last changed, here or in another service."""
    return max(participant.updated_at, participant.person.profile.updated_at)


@transaction.atomic
def set_looking(participant: Participant, looking: bool) -> None:
    """Note whether a person looks for work."""
    row = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    row.looking = participant.looking = looking
    row.save()


def invite(participant: Participant, by: Account) -> Account:
    """Give the person an account that reads the own hours, and write how to sign in; again for one who has it.

    Raises ValidationError without an e-mail address, or when that account is closed.
    """
    own = Contact.objects.filter(person=participant.person_id, capacity=Capacity.SELF).first()
    if own is None or not own.email:
        raise ValidationError(_("This person has no e-mail address: write it in the file first."))
    where = by.organisations(Role.FACILITATEUR).filter(kind__in=HELD_IN[Role.FAMILY]).order_by("name").first()
    if where is None:
        raise ValidationError(_("Only a facilitateur of the metropolis can invite people."))
    return directory.invite_contact(own, by, where)
