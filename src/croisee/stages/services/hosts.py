"""How an employer comes in: an e-mail address and a SIRET, then the link of an e-mail.

Nothing is made before the link is used: whoever types somebody else's address makes neither an account nor a host.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from croisee.directory.services import joining
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.notices.services import Address, send, send_to
from croisee.opportunities.models import Application
from croisee.opportunities.models.applications import HOLDING
from croisee.stages.models import Internship
from croisee.stages.notices import offers as notices
from croisee.stages.queries.offers import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN_NAME = gettext_lazy("Give the name under which pupils know your organisation.")


@dataclass(frozen=True)
class Arrival:
    """Who came by a link: the account, its host, whether it now acts for it; else its team was asked, if it has one."""

    account: Account | None
    organisation: Organisation
    belongs: bool
    has_team: bool = True


def write_link(email: str, siret: str) -> None:
    """Write to an address how to go on: the same e-mail for every address and every SIRET, known or not."""
    language = (get_language() or "fr")[:2]
    # Each request is an event of its own: a link may be asked for again.
    send_to(
        notices.BEGIN,
        [Address(email, language)],
        key=str(uuid.uuid4()),
        context={"email": email, "siret": siret},
    )


def behind_link(token: str) -> Mapping[str, str] | None:
    """The `email` and the `siret` that a link stands for; None when it is wrong, old or used."""
    found: Mapping[str, str] | None = cache.get(notices.link_key(token))
    return found


def known_host(siret: str) -> Organisation | None:
    """The host with this SIRET, when there is one."""
    return Organisation.objects.filter(siret=siret).first()


def name_of_host(siret: str) -> str:
    """How the host is called: as it is known here, else by SIRENE; empty when neither knows."""
    host = known_host(siret)
    return host.name if host is not None else facts_of(siret).name


@transaction.atomic
def arrive(token: str, organisation_name: str = "", own_name: str = "") -> Arrival | None:
    """Use a link: find or make the host and the account, and let the account act for it when nobody does yet.

    Where a host has a team, its members who administer it are asked to invite the newcomer, and nothing is made. Where
    it has none but pupils come there already (a place that a school noted, a team that left), whoever knows a SIRET
    number would read about them: only an address that an offer names as its tutor's goes on; for others, the
    administrators are asked.
    None when the link is no longer good; the second of two clicks finds it used. Raises ValidationError when the host
    has no name.
    """
    wanted = behind_link(token)
    if wanted is None:
        return None
    siret, email = wanted["siret"], wanted["email"]
    name = name_of_host(siret) or " ".join(organisation_name.split())[:200]
    if not name:
        raise ValidationError({"organisation": UNKNOWN_NAME})
    if not cache.delete(notices.link_key(token)):
        return None
    host, _new = Organisation.objects.get_or_create(
        siret=siret, defaults={"name": name, "kind": Kind.EMPLOYER}
    )
    host = Organisation.objects.select_for_update().get(pk=host.pk)
    account = Account.objects.filter(email=email).first()
    if account is not None and joining.team_of(host).filter(account=account).exists():
        return Arrival(joining.signed_in_by_link(account), host, belongs=True)
    if joining.team_of(host).exists():
        _ask_team(host, email)
        return Arrival(None, host, belongs=False)
    if _welcomes_pupils(host) and not _is_tutor(host, email):
        _ask_administrators(host, email)
        return Arrival(None, host, belongs=False, has_team=False)
    founder = joining.found_team(email, own_name, host)
    return Arrival(joining.signed_in_by_link(founder), host, belongs=True)


def _welcomes_pupils(host: Organisation) -> bool:
    """Whether there is something to read about pupils here: a place that is or was held."""
    places = Application.objects.filter(period__opportunity__organisation=host)
    return places.filter(Q(state__in=HOLDING) | Q(conventions__isnull=False)).exists()


def _is_tutor(host: Organisation, email: str) -> bool:
    """Whether an offer of the host, checked by a school or a manager, names this address as its tutor's."""
    return Internship.objects.filter(opportunity__organisation=host, tutor_email=email).exists()


def _ask_administrators(host: Organisation, email: str) -> None:
    """Ask those who administer the installation to check who wants to act for a host where pupils go."""
    held = Membership.objects.active().filter(role=Role.ADMINISTRATOR)
    send(
        notices.ASKS_FOR_HOST,
        Account.objects.filter(memberships__in=held, is_active=True).distinct(),
        key=f"{host.pk}:{joining.digest(email)}:{timezone.localdate()}",
        context={
            "email": email,
            "organisation": host.name,
            "path": reverse("accounts:organisation", args=[host.pk]),
        },
    )


def _ask_team(host: Organisation, email: str) -> None:
    """Tell those who manage the team, or else all of it, who asks to join."""
    send(
        notices.ASKS_TO_JOIN,
        joining.whom_to_ask(host),
        key=f"{host.pk}:{joining.digest(email)}:{timezone.localdate()}",
        context={
            "email": email,
            "organisation": host.name,
            "path": reverse("directory:team", args=[host.pk]),
        },
    )
