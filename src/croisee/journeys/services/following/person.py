"""The file of the person of a journey: who it is, how to write to them, what they can do; their own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey

IDENTITY = ("given_name", "family_name", "birth_date", "address")


def last_change(person: Person) -> dt.datetime:
    """When something that the form of a person shows last changed."""
    profile = getattr(person, "profile", None)
    own = next((one for one in person.contacts.all() if one.capacity == Capacity.SELF), None)
    return max(row.updated_at for row in (person, profile, own) if row is not None)


@transaction.atomic
def change_file(
    journey: Journey, values: Mapping[str, Any], account: Account, *, seen: dt.datetime | None = None
) -> list[str]:
    """Change what is known of the person; return what followed, in words.

    `values`: `IDENTITY`, email, phone, and those of a work profile. A new address is answered about; what was frozen
    at the entry stays. Raises Stale when somebody changed it since `seen`, or ValidationError by field.
    """
    if journey.person_id is None:
        raise ValidationError(_("This person was erased."), code="erased")
    rows = Person.objects.select_for_update(of=("self",)).select_related("profile")
    row = rows.get(pk=journey.person_id)
    if seen is not None and abs((last_change(row) - seen).total_seconds()) > 0.001:
        raise directory.Stale
    said = directory.change_person(row, {name: values[name] for name in IDENTITY if name in values}, account)
    directory.write_own_contact(row, values, account)
    directory.change_profile(row, values)
    return said


def invite(journey: Journey, by: Account) -> Account:
    """Give the person an account that reads the own journey, and write how to sign in; again for one who has it.

    Raises ValidationError without an e-mail address, or when that account is closed.
    """
    own = Contact.objects.filter(person=journey.person_id, capacity=Capacity.SELF).first()
    if journey.person_id is None or own is None or not own.email:
        raise ValidationError(_("This person has no e-mail address: write it in the file first."))
    return directory.invite_contact(own, by, journey.programme.organisation)
