"""Projects: received with their holder, changed, sent on, given up, taken up again; the access of the holder."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory import services as directory
from croisee.directory.models import Capacity, Contact, Person, Profile
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.incubation.models import (
    Candidature,
    CandidatureState,
    Enquiry,
    Incubator,
    Project,
    ProjectState,
)
from croisee.incubation.services import crossing
from croisee.incubation.services.enquiries import locked as locked_enquiry

if TYPE_CHECKING:
    from collections.abc import Mapping

UNSAID: tuple[Any, ...] = (None, "", [], "unknown")
HOLDER_FIELDS = ("title", "description", "partners", "sector", "naf", "stays")
"""What the holder writes; managers write `FIELDS`."""
FIELDS = (*HOLDER_FIELDS, "origin", "received_on", "adviser")
OPEN = (
    CandidatureState.DRAFT,
    CandidatureState.SUBMITTED,
    CandidatureState.FAVOURABLE,
    CandidatureState.RESERVED,
)
"""Candidatures that are not over."""


def locked(project: Project, seen: dt.datetime | None = None) -> Project:
    """The row again, locked. Raises Stale when it changed since `seen`."""
    rows = Project.objects.select_for_update(of=("self",)).select_related("incubator", "holder")
    row = rows.get(pk=project.pk)
    if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
        raise directory.Stale
    return row


@transaction.atomic
def receive(
    incubator: Incubator,
    values: Mapping[str, Any],
    account: Account,
    *,
    enquiry: Enquiry | None = None,
    person: Person | None = None,
    another: bool = False,
) -> Project:
    """A new project with its holder, of a first contact or not; the holder is invited where an address is known.

    `values`: given_name, family_name, birth_date, address, email, phone, those of a work profile (not looked at for the
    person whom an `enquiry` of a référent is about), and `FIELDS`. `person`, `another`: see `directory.identified`. Of
    somebody whom `account` may not see, only what is missing is filled in. Raises AlreadyKnown, ValidationError.
    """
    contact = locked_enquiry(enquiry) if enquiry is not None else None
    if contact is not None and contact.person is not None:
        holder = contact.person
    else:
        is_new = person is None
        holder = directory.identified(values, person=person, another=another)
        Person.objects.select_for_update(no_key=True).get(pk=holder.pk)
        sees = is_new or Person.objects.visible_to(account).filter(pk=holder.pk).exists()
        _write_person(holder, values, account, is_own=sees)
    project = Project(incubator=incubator, holder=holder, adviser=account)
    _freeze_home(project, holder)
    _fill(project, values, FIELDS)
    if contact is not None:
        _attach(contact, project, account)
    _invite_if_possible(project)
    crossing.link(project, account)
    return project


def _write_person(person: Person, values: Mapping[str, Any], account: Account, *, is_own: bool) -> None:
    """What is said of the person: all of it, or what nobody knew."""
    if values.get("address") and not person.address:
        directory.change_person(person, {"address": values["address"]}, account)
    if is_own or not Profile.objects.filter(person=person).exists():
        said = {name: values[name] for name in directory.PROFILE_FIELDS if values.get(name) not in UNSAID}
        directory.change_profile(person, said)
    given = {name: values[name] for name in ("email", "phone") if values.get(name)}
    if given and (is_own or not Contact.objects.filter(person=person, capacity=Capacity.SELF).exists()):
        directory.write_own_contact(person, given, account)


def _freeze_home(project: Project, holder: Person) -> None:
    """What is counted stays as it was on the day of the reception, whatever outlines and addresses say later."""
    project.residence, project.zone_codes = holder.residence, holder.zone_codes


def _attach(enquiry: Enquiry, project: Project, account: Account) -> None:
    try:
        perform(enquiry, "receive", account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
    enquiry.project = project
    enquiry.save()


def _fill(project: Project, values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in values:
            setattr(project, name, values[name])
    if project.received_on > timezone.localdate():
        raise ValidationError(
            {"received_on": _("A project is noted once it is received: this day is to come.")}
        )
    project.full_clean()
    project.save()


@transaction.atomic
def change(
    project: Project, values: Mapping[str, Any], *, seen: dt.datetime | None = None, by_holder: bool = False
) -> Project:
    """Change what is said of a project: `FIELDS`, or `HOLDER_FIELDS` alone. Raises Stale, ValidationError by field."""
    row = locked(project, seen)
    if row.holder is None:
        raise ValidationError(
            _("This holder is erased: the project is kept for counts alone."), code="erased"
        )
    _fill(row, values, HOLDER_FIELDS if by_holder else FIELDS)
    return row


@transaction.atomic
def orient(project: Project, partner: str, on: dt.date | None) -> Project:
    """Note to whom the holder was sent on, and when; an empty name takes it back. Raises ValidationError by field."""
    row = locked(project)
    row.oriented_to = partner.strip()
    row.oriented_on = (on or timezone.localdate()) if row.oriented_to else None
    if row.oriented_on is not None and row.oriented_on > timezone.localdate():
        raise ValidationError({"oriented_on": _("Note it once it is done: this day is to come.")})
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def move(project: Project, transition: str, account: Account) -> Project:
    """Give a project up (its candidature with it), or follow it again without a place.

    The step of the holder's journey follows. Raises ValidationError when it is elsewhere or another way leads there,
    KeyError for a transition that there is not.
    """
    row = locked(project)
    if transition == "follow" and row.state not in (ProjectState.LEFT, ProjectState.DROPPED):
        raise ValidationError(
            _("To give the place up, withdraw the candidature: the project is followed on."),
            code="candidature",
        )
    if transition == "drop":
        end_candidatures(row, account)
    try:
        perform(row, transition, account)
    except TransitionRefused as refusal:
        raise ValidationError(refusal.reason, code="moved") from refusal
    crossing.bring_up_to_date(row)
    return row


def end_candidatures(project: Project, account: Account | None) -> None:
    """Withdraw what is open of a project's candidatures; they leave the agenda of a committee to come."""
    rows = Candidature.objects.select_for_update(of=("self",)).filter(project=project, state__in=OPEN)
    for candidature in rows.order_by("pk"):
        was_decided = candidature.decided_on is not None
        perform(candidature, "withdraw", account)
        if not was_decided and candidature.committee_id is not None:
            candidature.committee = None
            candidature.save()


@transaction.atomic
def invite_holder(project: Project, account: Account) -> Account:
    """Give the holder an account that sees the project, and write how to sign in.

    Raises ValidationError without an e-mail address, or when it serves somebody else.
    """
    row = locked(project)
    contact = _own_contact(row)
    if contact is None or not contact.email:
        raise ValidationError(
            _("Note an e-mail address of the holder first: it is where the invitation goes.")
        )
    return _invite(row, contact)


def _own_contact(project: Project) -> Contact | None:
    if project.holder is None:
        return None
    own = Contact.objects.select_for_update(of=("self",)).filter(
        person=project.holder, capacity=Capacity.SELF
    )
    return own.first()


def _invite_if_possible(project: Project) -> None:
    contact = _own_contact(project)
    if contact is not None and contact.email and may_be_invited(contact):
        _invite(project, contact)


def may_be_invited(contact: Contact) -> bool:
    """Whether the account of the address may be this person's: it is open, and nobody else's own."""
    known = Account.objects.filter(email=contact.email).first()
    if known is None:
        return True
    others = Contact.objects.filter(account=known, capacity=Capacity.SELF).exclude(pk=contact.pk)
    return known.is_active and not others.exists()


def _invite(project: Project, contact: Contact) -> Account:
    if not may_be_invited(contact):
        raise ValidationError(
            _("The account of this address is closed, or somebody else’s: another address is needed."),
            code="address_taken",
        )
    organisation = project.incubator.organisation
    held = Membership.objects.active().filter(
        account__email=contact.email, organisation=organisation, role=Role.PROJECT_HOLDER
    )
    membership = held.select_related("account", "organisation").first()
    if membership is None:
        name = contact.name or str(contact.person)
        membership = accounts.invite(contact.email, organisation, Role.PROJECT_HOLDER, name)
    else:
        found = membership
        transaction.on_commit(lambda: accounts.send_invitation(found))
    if contact.account_id != membership.account_id:
        contact.account = membership.account
        contact.save()
    return membership.account
