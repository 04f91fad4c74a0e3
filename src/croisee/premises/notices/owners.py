"""The e-mails to owners: invited to keep their list, asked whether it is still true. The link is made as they leave."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import send
from croisee.premises.owner_links import token_for

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Membership

CATEGORY = _("Premises of owners")


def _said(context: dict[str, Any]) -> dict[str, Any]:
    """The owner, how many units are listed, and the link, which no outbox holds."""
    from croisee.foundation.accounts.models import Membership
    from croisee.premises.queries.owners import count_listed

    rows = Membership.objects.active().filter(pk=UUID(context["membership"]))
    row = rows.select_related("organisation").first()
    if row is None:
        raise NoLongerNeeded
    return {
        **context,
        "owner": row.organisation.name,
        "count": count_listed(row.organisation),
        "path": reverse("premises:owner_list", args=[token_for(row.organisation_id, row.account_id)]),
    }


INVITED = register(
    Notice(
        "premises.owner_invited",
        _("I am asked to keep the list of an owner’s premises"),
        CATEGORY,
        can_be_disabled=False,
        completed=_said,
        roles=(Role.LANDLORD,),
    )
)
ASKED = register(
    Notice(
        "premises.owner_asked",
        _("Is the list of our premises still true? Once a month"),
        CATEGORY,
        completed=_said,
        roles=(Role.LANDLORD,),
    )
)


def tell_invited(membership: Membership) -> None:
    """Send somebody who is to keep a list the link to it."""
    send(INVITED, [membership.account], key=str(membership.pk), context={"membership": str(membership.pk)})


def ask(membership: Membership, today: dt.date) -> int:
    """Ask whether a list is still true; once a month. Whether an e-mail is new."""
    key = f"{membership.pk}:{today:%Y-%m}"
    return send(ASKED, [membership.account], key=key, context={"membership": str(membership.pk)})
