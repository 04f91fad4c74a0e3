"""The e-mails about candidatures: sent, given back, decided by the committee; and the words of its minutes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send, send_to
from croisee.incubation.notices.projects import CATEGORY
from croisee.incubation.queries.projects import managers_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.incubation.models import Candidature

MINUTES_LABEL = _("Minutes of the admission committee")
INCUBATOR_LABEL = _("Incubator")
MEETING_LABEL = _("Committee of")
LOOKED_AT_LABEL = _("Candidatures looked at")
ACCEPTED_LABEL = pgettext_lazy("candidatures", "Accepted")


def _candidature(context: dict[str, Any]) -> dict[str, Any]:
    """The candidature as it is when the e-mail leaves. NoLongerNeeded when it moved on, or is erased, by then."""
    from croisee.incubation.models import Candidature

    rows = Candidature.objects.filter(pk=UUID(context["candidature"]), state=context["state"])
    row = rows.select_related("project__incubator", "project__holder").first()
    if row is None or row.project.holder is None:
        raise NoLongerNeeded
    incubator = row.project.incubator
    return {
        **context,
        "title": row.project.title,
        "first_name": row.project.holder.given_name,
        "incubator": incubator.name,
        "phone": incubator.phone,
        "email": incubator.email,
        "reserves": row.reserves,
        "reason": row.reason,
        "what": row.to_complete,
        "path": reverse("incubation:candidature", args=[row.pk]),
    }


SUBMITTED = register(
    Notice(
        "incubation.candidature_submitted",
        _("A candidature is sent"),
        CATEGORY,
        completed=_candidature,
        roles=(Role.INCUBATOR_MANAGER,),
    )
)
RETURNED = register(
    Notice(
        "incubation.candidature_returned",
        _("A candidature is given back to be completed"),
        CATEGORY,
        can_be_disabled=False,
        completed=_candidature,
        roles=(Role.PROJECT_HOLDER,),
    )
)
DECIDED = register(
    Notice(
        "incubation.candidature_decided",
        _("The committee decided on a candidature"),
        CATEGORY,
        can_be_disabled=False,
        completed=_candidature,
        roles=(Role.PROJECT_HOLDER,),
    )
)


def _context(row: Candidature) -> dict[str, str]:
    return {"candidature": str(row.pk), "state": str(row.state)}


def _holders(rows: Iterable[Candidature]) -> dict[UUID, list[Account | Address]]:
    """How the holder of each project is written to: by the account, else by the address. One query."""
    found: dict[UUID, list[Account | Address]] = {}
    own: QuerySet[Any] = Contact.objects.filter(
        person__business_projects__in=[row.project_id for row in rows], capacity=Capacity.SELF
    ).annotate(of=F("person__business_projects"))
    for contact in own.select_related("account"):
        if contact.account is not None and contact.account.is_active:
            found[contact.of] = [contact.account]
        elif contact.email:
            found[contact.of] = [Address(contact.email, settings.LANGUAGE_CODE)]
    return found


def tell_submitted(row: Candidature, account: Account) -> None:
    """Tell the managers of the incubator, but who sent it, that a candidature is to be checked."""
    people = managers_of(row.project.incubator).exclude(pk=account.pk)
    key = f"{row.pk}:{row.submitted_on}"
    send(SUBMITTED, people, key=key, context=_context(row))


def tell_returned(row: Candidature) -> None:
    """Tell the holder what is to be completed."""
    send_to(
        RETURNED,
        _holders([row]).get(row.project_id, []),
        key=f"{row.pk}:{row.updated_at}",
        context=_context(row),
    )


def tell_decided(rows: Iterable[Candidature]) -> None:
    """Tell holders what was decided of their candidatures, with the reasons, and how to ask again."""
    decided = list(rows)
    people = _holders(decided)
    for row in decided:
        key = f"{row.pk}:{row.state}"
        send_to(DECIDED, people.get(row.project_id, []), key=key, context=_context(row))


def tell_lifted(row: Candidature) -> None:
    """Tell the holder that the reserves are lifted."""
    tell_decided([row])
