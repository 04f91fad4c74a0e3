"""Whom one writes to about a pupil: added, corrected, invited, removed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory.changes import tell
from croisee.directory.models import Capacity, Contact, Enrolment, Person, SchoolClass
from croisee.directory.services.people import locked
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role

FIELDS = ("capacity", "name", "email", "phone")


@transaction.atomic
def add_contact(person: Person, values: Mapping[str, Any], account: Account | None) -> Contact:
    """A new contact of a person. `values`: capacity, name, email, phone; all but the capacity may be empty, not all.

    Raises ValidationError by field, or when that address or capacity is there already.
    """
    row = locked(person)
    contact = Contact(person=row, **{name: values[name] for name in FIELDS if name in values})
    _check(contact)
    contact.save()
    tell(row, {"contacts"}, account)
    return contact


@transaction.atomic
def change_contact(contact: Contact, values: Mapping[str, Any], account: Account | None) -> list[str]:
    """Correct a contact; return what followed, in words.

    A contact whose address changes loses the account of the old one, which sees the person no more: a wrong address may
    be a stranger's. The new one is invited by `invite_contact`.
    """
    person = locked(contact.person)
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    before, former = row.email, row.account
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    _check(row)
    moved = row.email.strip().lower() != before
    if moved:
        row.account = None
    row.save()
    said = tell(person, {"contacts"}, account)
    if moved and former is not None:
        _end_access(former)
        said.insert(0, _("%(email)s can no longer see this pupil.") % {"email": former.email})
    return said


def write_own_contact(person: Person, values: Mapping[str, Any], account: Account | None) -> None:
    """Keep the person's own e-mail address and telephone, when `values` has them: added, corrected or taken away."""
    given = {name: values[name].strip() for name in ("email", "phone") if name in values}
    if not given:
        return
    own = Contact.objects.filter(person=person, capacity=Capacity.SELF).first()
    if own is None:
        if any(given.values()):
            add_contact(person, {"capacity": Capacity.SELF, "name": str(person), **given}, account)
    elif any(getattr(own, name) != value for name, value in given.items()):
        change_contact(own, {"name": own.name or str(person), **given}, account)


def _check(contact: Contact) -> None:
    """Refuse, in words, a contact that says nothing or that is there already."""
    if not (contact.name or contact.email or contact.phone):
        raise ValidationError(_("Write a name, an e-mail address or a telephone number."), code="empty")
    others = Contact.objects.filter(person=contact.person).exclude(pk=contact.pk)
    if contact.capacity == "self" and others.filter(capacity="self").exists():
        raise ValidationError({"capacity": _("The pupil's own address is there already: correct that one.")})
    contact.full_clean()


@transaction.atomic
def remove_contact(contact: Contact, account: Account | None) -> list[str]:
    """Take a contact away, with its access; return what followed."""
    person = locked(contact.person)
    row = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if row is None:
        return []
    former = row.account
    row.delete()
    if former is not None:
        _end_access(former)
    return tell(person, {"contacts"}, account)


@transaction.atomic
def invite_contact(contact: Contact, by: Account | None, organisation: Organisation | None = None) -> Account:
    """Give a contact an account that sees the person, and write to it how to sign in; again for one who has it.

    The role of family is held in the person's school, or in `organisation` for who is in none. Raises ValidationError
    without an e-mail address or a class, or when that account is closed.
    """
    person = locked(contact.person)
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if not row.email:
        raise ValidationError(_("This contact has no e-mail address: it works through the school."))
    held_in = organisation or _school_of(person)
    account = _family_account(row, held_in)
    is_new = row.account_id != account.pk
    row.account = contact.account = account
    row.save()
    if is_new:
        tell(person, {"contacts"}, by)
    return account


def _school_of(person: Person) -> Organisation:
    enrolments = Enrolment.objects.active().filter(person=person).select_related("school_class__school")
    enrolment = enrolments.first()
    if enrolment is None:
        raise ValidationError(_("This pupil is in no class."))
    return enrolment.school_class.school


@transaction.atomic
def invite_class(school_class: SchoolClass, by: Account) -> int:
    """Invite the contacts of a class that have an e-mail address and no account; return how many were written to."""
    waiting = Contact.objects.filter(
        person__enrolments__school_class=school_class,
        person__enrolments__left_on__isnull=True,
        account__isnull=True,
    ).exclude(email="")
    closed = Account.objects.filter(is_active=False).values("email")
    count = 0
    for contact in waiting.exclude(email__in=closed).select_related("person"):
        invite_contact(contact, by)
        count += 1
    return count


def _family_account(contact: Contact, school: Organisation) -> Account:
    """The account of the contact's address, with the role of family in the school; written to in any case."""
    Organisation.objects.select_for_update().get(pk=school.pk)
    known = Account.objects.filter(email=contact.email).first()
    if known is not None and not known.is_active:
        raise ValidationError(_("The account of this address is closed: another address is needed."))
    held = Membership.objects.active().filter(account=known, organisation=school, role=Role.FAMILY)
    membership = held.select_related("account", "organisation").first() if known is not None else None
    if membership is None:
        membership = accounts.invite(contact.email, school, Role.FAMILY, contact.name)
    else:
        found = membership
        transaction.on_commit(lambda: accounts.send_invitation(found))
    return membership.account


def _end_access(account: Account) -> None:
    """End the role of family of an account that is the contact of nobody any more."""
    if Contact.objects.filter(account=account).exists():
        return
    for membership in Membership.objects.active().filter(account=account, role=Role.FAMILY, ended_on=None):
        accounts.end_membership(membership)
