"""Participants: made of somebody known or new, changed, invited. Where they live is answered about once and frozen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.clauses.models import Participant
from croisee.clauses.queries.participants import same_people
from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person
from croisee.directory.names import person_key
from croisee.directory.residence import answer_home, set_home
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import HELD_IN, Role
from croisee.foundation.database.locks import hold

IDENTITY = ("given_name", "family_name", "birth_date")
FIELDS = (
    "sex",
    "level",
    "jobs",
    "weekly_hours",
    "available_from",
    "available_until",
    "mode",
    "minutes",
    "prescriber",
    "looking",
    "note",
)


class AlreadyKnown(ValidationError):  # noqa: N818  reads as the sentence it is
    """Somebody of the same name and birth date is known: `people` says whom, the reader says whether it is the same."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        super().__init__(
            _(
                "Somebody of this name, born on this day, is known already: say whether it is the same person."
            ),
            code="already_known",
        )


@transaction.atomic
def add_participant(
    values: Mapping[str, Any], account: Account, *, person: Person | None = None, another: bool = False
) -> Participant:
    """A new participant. `values`: given_name, family_name, birth_date, address, email, phone, and `FIELDS`.

    `person` is the known person that it is; `another` says that it is nobody known. Raises AlreadyKnown when neither is
    said and somebody of that name and birth date is there, or ValidationError by field.
    """
    key = person_key(values["family_name"], values["given_name"], values["birth_date"])
    # Two clicks, or two colleagues, make one person: the second waits here, then finds it.
    hold([f"clauses.participant:{'|'.join(map(str, key))}"])
    if person is None:
        if not another and (known := same_people(*(values[name] for name in IDENTITY))):
            raise AlreadyKnown(known)
        person = _new_person(values)
    elif Participant.objects.filter(person=person).exists():
        raise ValidationError(_("This person is already among the participants."), code="already_there")
    elif values.get("address") and not person.address:
        directory.change_person(person, {"address": values["address"]}, account)
    participant = Participant(person=person)
    _fill(participant, values)
    write_contact(person, values, account)
    return participant


def _new_person(values: Mapping[str, Any]) -> Person:
    person = Person(**{name: values[name] for name in IDENTITY})
    home = answer_home(values.get("address", ""), values.get("lon"), values.get("lat"))
    set_home(person, home, answer_only=False)
    person.full_clean()
    person.save()
    return person


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
    row = Participant.objects.select_for_update(of=("self",)).select_related("person").get(pk=participant.pk)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise directory.Stale
    of_person = {name: values[name] for name in (*IDENTITY, "address") if name in values}
    said = directory.change_person(row.person, of_person, account)
    write_contact(row.person, values, account)
    _fill(row, values)
    participant.refresh_from_db()
    return said


def write_contact(person: Person, values: Mapping[str, Any], account: Account | None) -> None:
    """Keep the person's own e-mail address and telephone, when `values` has them: added, corrected or taken away."""
    given = {name: values[name].strip() for name in ("email", "phone") if name in values}
    if not given:
        return
    own = Contact.objects.filter(person=person, capacity=Capacity.SELF).first()
    if own is None:
        if any(given.values()):
            directory.add_contact(person, {"capacity": Capacity.SELF, "name": str(person), **given}, account)
    elif any(getattr(own, name) != value for name, value in given.items()):
        name = own.name or str(person)
        directory.change_contact(own, {"name": name, **given}, account)


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
