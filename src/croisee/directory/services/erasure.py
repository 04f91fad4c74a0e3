"""Erasing people with all that hangs on them; the history keeps its lines, without what they said of anyone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import router, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.deletion import Collector

from croisee.directory.changes import tell
from croisee.directory.models import Capacity, Contact, Person
from croisee.directory.services.contacts import _end_access
from croisee.foundation.accounts import privacy
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.audit import services as audit
from croisee.foundation.audit.tracking import audited_models
from croisee.foundation.notices.models import Ledger


@transaction.atomic
def erase_person(person: Person, account: Account | None) -> list[str]:
    """Erase a person, contacts, consents, enrolments and all that upper floors hung on it; return what followed.

    Who was only a contact of that person loses the role of family; the person's own account is erased too.
    """
    row = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if row is None:
        return []
    said = tell(row, {"erased"}, account)
    erase_people(Person.objects.filter(pk=row.pk))
    return said


@transaction.atomic
def erase_people(people: QuerySet[Person]) -> int:
    """Erase these people, and blank the personal columns of the history of each row that goes; return how many.

    Their own accounts go with them when they served nothing else, and what the ledger of e-mails holds of addresses.
    """
    chosen = list(people)
    contacts = Contact.objects.filter(person__in=chosen)
    families = list(Account.objects.filter(contacts__in=contacts).distinct())
    own = list(Account.objects.filter(contacts__in=contacts.filter(capacity=Capacity.SELF)).distinct())
    addresses = set(contacts.exclude(email="").values_list("email", flat=True))
    treated = hanging_on(chosen)
    Person.objects.filter(pk__in=[person.pk for person in chosen]).delete()
    for model, keys in treated.items():
        audit.redact(model, keys)
    for account in families:
        _end_access(account)
    _close_unused(own)
    _forget_addresses(addresses)
    return len(chosen)


def _close_unused(accounts: Sequence[Account]) -> None:
    """Erase accounts that are the contact of nobody any more and act for nobody."""
    used = Q(contacts__isnull=False) | Q(pk__in=Membership.objects.active().values("account"))
    for account in Account.objects.filter(pk__in=[one.pk for one in accounts], is_active=True).exclude(used):
        privacy.erase(account)


def _forget_addresses(addresses: set[str]) -> None:
    """Take out of the ledger the e-mails written to addresses that are nobody's any more."""
    kept = set(Contact.objects.filter(email__in=addresses).values_list("email", flat=True))
    Ledger.objects.filter(account=None, email__in=addresses - kept).delete()


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
