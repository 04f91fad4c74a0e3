"""Whom the e-mails about a journey go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.journeys.models import Journey, Programme


def person_of(journey: Journey) -> list[Account | Address]:
    """The person, by the account or by the e-mail address; nobody where none is known, or once erased."""
    if journey.person_id is None:
        return []
    own = Contact.objects.filter(person=journey.person_id, capacity=Capacity.SELF)
    contact = own.select_related("account").first()
    return [] if contact is None else _by(contact)


def people_of(journeys: Iterable[Journey]) -> list[tuple[Journey, list[Account | Address]]]:
    """The people of these journeys, each as `person_of` says; without those whom nobody can write to. One query."""
    rows = [one for one in journeys if one.person_id is not None]
    people = {one.person_id for one in rows}
    own = Contact.objects.filter(person__in=people, capacity=Capacity.SELF).select_related("account")
    contacts = {contact.person_id: _by(contact) for contact in own}
    return [(one, found) for one in rows if one.person_id and (found := contacts.get(one.person_id, []))]


def _by(contact: Contact) -> list[Account | Address]:
    if contact.account is not None and contact.account.is_active:
        return [contact.account]
    return [Address(contact.email, settings.LANGUAGE_CODE)] if contact.email else []


def person_account(journey: Journey) -> Account | None:
    """The person's own account, which reads who opened the file."""
    own = Contact.objects.filter(
        person=journey.person_id, capacity=Capacity.SELF, account__isnull=False, person__isnull=False
    )
    contact = own.select_related("account").first()
    return contact.account if contact else None


def own_account(journey: Journey) -> Account | None:
    """The person's own account, which reads who opened the file; None without one."""
    if journey.person_id is None:
        return None
    own = Contact.objects.filter(
        person=journey.person_id, capacity=Capacity.SELF, account__isnull=False
    ).select_related("account")
    contact = own.first()
    return contact.account if contact else None


def referent_of(journey: Journey) -> Account | None:
    """Who follows the journey today."""
    following = journey.followings.current(timezone.localdate()).select_related("referent").first()
    return following.referent if following else None


def managers_of(programme: Programme) -> list[Account]:
    """Who manages the programme today."""
    held = Membership.objects.active().filter(
        role=Role.PROGRAMME_MANAGER, organisation=programme.organisation_id
    )
    accounts = Account.objects.filter(is_active=True, pk__in=held.values("account"))
    return list(accounts.order_by("email"))


def team_of(journey: Journey) -> list[Account]:
    """The référent of the journey; its managers while it has none."""
    one = referent_of(journey)
    return [one] if one is not None and one.is_active else managers_of(journey.programme)
