"""The company of a project: by its SIRET, as SIRENE knows it; an organisation, and its holder who acts for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Capacity, Contact
from croisee.directory.services.companies import prefill
from croisee.foundation import identifiers
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.incubation.models import Project
from croisee.incubation.services import crossing
from croisee.incubation.services.projects import locked, may_be_invited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from croisee.foundation.accounts.models import Account


@transaction.atomic
def give_company(project: Project, values: Mapping[str, Any], account: Account) -> Project:
    """Note the company that came of a project. `values`: siret, name, founded_on, micro.

    The name may be left out when SIRENE is loaded and gives it. The organisation is made if there is none of that
    number; the holder acts for it unless it has a team already, which then invites whom it wishes. Raises
    ValidationError by field.
    """
    row = locked(project)
    if row.holder is None:
        raise ValidationError(
            _("This holder is erased: the project is kept for counts alone."), code="erased"
        )
    siret, known = _known(values.get("siret", ""))
    founded_on: dt.date = values["founded_on"]
    if founded_on > timezone.localdate():
        raise ValidationError({"founded_on": _("Note the company once it is founded: this day is to come.")})
    name = values.get("name", "").strip() or (known or {}).get("name", "")
    row.company = _organisation(siret, name)
    row.siren, row.founded_on, row.micro = siret[:9], founded_on, bool(values.get("micro"))
    row.naf = (known or {}).get("naf", "") or row.naf
    row.full_clean()
    row.save()
    _have_holder_act(row)
    crossing.bring_up_to_date(row)
    return row


def _known(text: str) -> tuple[str, dict[str, Any] | None]:
    """The number, checked, and what SIRENE knows of it."""
    try:
        return identifiers.siret(text), prefill(text)
    except identifiers.InvalidIdentifier as error:
        raise ValidationError({"siret": str(error)}) from error


def _organisation(siret: str, name: str) -> Organisation:
    found = Organisation.objects.select_for_update().filter(siret=siret).first()
    if found is not None:
        return found
    if not name:
        raise ValidationError({"name": _("SIRENE does not give the name of this company here: write it.")})
    made = Organisation(name=name, kind=Kind.EMPLOYER, siret=siret)
    made.full_clean()
    made.save()
    return made


def _have_holder_act(project: Project) -> None:
    """The holder acts for the company, if nobody else does: a team that is there decides who enters it."""
    company = project.company
    own = (
        Contact.objects.filter(person=project.holder, capacity=Capacity.SELF)
        .select_related("account")
        .first()
    )
    if company is None or own is None or not own.email or not may_be_invited(own):
        return
    if Membership.objects.active().filter(organisation=company).exists():
        return
    email = own.account.email if own.account is not None else own.email
    membership = accounts.invite(email, company, Role.EMPLOYER, own.name or str(project.holder))
    if own.account_id is None:
        own.account = membership.account
        own.save()
