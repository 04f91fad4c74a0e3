"""Owners keep their own list of premises: invited, reminded once a month, confirmed in one click."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.database.locks import hold
from croisee.premises.models import Unit, UnitState
from croisee.premises.notices import owners as notices
from croisee.premises.queries import owners as queries

if TYPE_CHECKING:
    from uuid import UUID

LOCK = "premises.owners"


@transaction.atomic
def invite(
    email: str, name: str, organisation: Organisation | None, new_name: str = "", siret: str = ""
) -> Membership:
    """Invite somebody to keep the list of an owner, who is new here when `organisation` is none.

    Two e-mails leave: how to sign in, and the link to the list. Raises ValidationError by field.
    """
    owner = organisation or _owner(new_name, siret)
    membership = accounts.invite(email.strip().lower(), owner, Role.LANDLORD, name.strip())
    notices.tell_invited(membership)
    return membership


def _owner(name: str, siret: str) -> Organisation:
    """A new owner; the one that has this SIRET, where there is one."""
    if not name.strip():
        raise ValidationError({"new_name": _("Choose an owner, or write the name of a new one.")})
    hold([LOCK])
    if siret:
        known: Organisation | None = Organisation.objects.filter(siret=siret).first()
        if known is not None:
            return known
    made = Organisation(name=" ".join(name.split()), kind=Kind.OTHER, siret=siret)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def confirm(organisation: Organisation, on: datetime | None = None) -> int:
    """Note that the list of an owner is true today: every unit that is not withdrawn; how many. Twice is once."""
    now = on or timezone.now()
    rows = Unit.objects.select_for_update(of=("self",)).filter(owner=organisation)
    keys = list(rows.exclude(state=UnitState.WITHDRAWN).order_by("pk").values_list("pk", flat=True))
    return Unit.objects.filter(pk__in=keys).update(checked_on=timezone.localdate(now), updated_at=now)


@transaction.atomic
def confirm_by_link(owner: UUID, account: UUID) -> int:
    """The same by a link; how many. Raises ValidationError once who was written to no longer keeps the list."""
    return confirm(kept_by_link(owner, account))


def kept_by_link(owner: UUID, account: UUID) -> Organisation:
    """The owner whose list a link opens. Raises ValidationError once who was written to no longer keeps it."""
    keeps = Membership.objects.active().filter(
        organisation=owner, account=account, role=Role.LANDLORD, account__is_active=True
    )
    found = keeps.select_related("organisation").first()
    if found is None:
        raise ValidationError(_("This link was for somebody who no longer keeps this list."))
    organisation: Organisation = found.organisation
    return organisation


@transaction.atomic
def remind(now: datetime) -> int:
    """Ask who keeps a list that nobody confirmed for a month whether it is still true; once a month. How many."""
    today = timezone.localdate(now)
    return sum(notices.ask(one, today) for one in queries.keepers(today))
