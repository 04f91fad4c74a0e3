"""How somebody whose address is proved (by a link sent to it) comes to act for an organisation.

The first of a team founds it; where there is a team, those who manage it are asked to invite the newcomer.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from django.db import models


def team_of(organisation: Organisation) -> models.QuerySet[Membership]:
    """Those who act for an organisation as an employer today."""
    return Membership.objects.active().filter(
        organisation=organisation, role=Role.EMPLOYER, account__is_active=True
    )


def whom_to_ask(organisation: Organisation) -> models.QuerySet[Account]:
    """Those who manage the team of an organisation; all of the team when nobody does."""
    managing = team_of(organisation).filter(administers=True)
    asked = managing if managing.exists() else team_of(organisation)
    people: models.QuerySet[Account] = Account.objects.filter(memberships__in=asked).distinct()
    return people


def found_team(email: str, name: str, organisation: Organisation) -> Account:
    """The account of this address, made when there is none: from now on the first of the team, who manages it.

    Call it with the organisation's row locked, once `team_of` said that there is no team. Raises ValidationError when
    the address or the name is not to be kept.
    """
    account: Account | None = Account.objects.filter(email=email).first()
    if account is None:
        account = Account(email=email, name=name, language=(get_language() or "fr")[:2])
        account.set_unusable_password()
        account.full_clean(exclude=["password"])
        account.save()
    Membership.objects.create(
        account=account, organisation=organisation, role=Role.EMPLOYER, administers=True
    )
    account.refresh_from_db()
    return account


def signed_in_by_link(account: Account) -> Account:
    """Note a sign-in by link: it uses up every other link of the account."""
    account.last_login = timezone.now()
    account.save(update_fields=["last_login"])
    return account


def digest(email: str) -> str:
    """What tells one address from another in the key of an e-mail, which is kept, without being it."""
    return hashlib.sha256(email.encode()).hexdigest()[:16]
