"""Erasing people with all that hangs on them; the history keeps its lines, without what they said of anyone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.db.models.deletion import Collector

from croisee.directory.changes import tell
from croisee.directory.models import Contact, Person
from croisee.directory.services.contacts import _end_access
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.audit.tracking import audited_models


@transaction.atomic
def erase_person(person: Person, account: Account | None) -> list[str]:
    """Erase a person, contacts, consents, enrolments and all that upper floors hung on it; return what followed.

    Who was only a contact of that person loses the role of family.
    """
    row = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if row is None:
        return []
    said = tell(row, {"erased"}, account)
    erase_people(Person.objects.filter(pk=row.pk))
    return said


@transaction.atomic
def erase_people(people: QuerySet[Person]) -> int:
    """Erase these people, and blank the personal columns of the history of each row that goes; return how many."""
    chosen = list(people)
    families = list(Account.objects.filter(contacts__person__in=chosen).distinct())
    treated = hanging_on(chosen)
    Person.objects.filter(pk__in=[person.pk for person in chosen]).delete()
    for model, keys in treated.items():
        audit.redact(model, keys)
    for account in families:
        _end_access(account)
    return len(chosen)


def hanging_on(people: Sequence[Person]) -> dict[type[Model], list[UUID]]:
    """The rows of audited models that are deleted with these people, by model."""
    collector = Collector(using=router.db_for_write(Person))
    collector.collect(people)
    gone: dict[type[Model], set[Any]] = {}
    for model, rows in collector.data.items():
        gone.setdefault(model, set()).update(row.pk for row in rows)
    for rows_to_delete in collector.fast_deletes:
        gone.setdefault(rows_to_delete.model, set()).update(rows_to_delete.values_list("pk", flat=True))
    known = set(audited_models())
    return {model: list(keys) for model, keys in gone.items() if model in known}


@transaction.atomic
def erase_contacts(contacts: QuerySet[Contact]) -> int:
    """Erase contacts alone: the person they were written to about stays."""
    rows = list(contacts)
    families = list(Account.objects.filter(contacts__in=rows, is_active=True).distinct())
    Contact.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for account in families:
        _end_access(account)
    return len(rows)
