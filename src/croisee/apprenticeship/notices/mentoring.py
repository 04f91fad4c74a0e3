"""The e-mails about pairs: proposed, begun, ended, not met for a while. None says more than a first name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register
from croisee.foundation.notices.services import Address, send_to

if TYPE_CHECKING:
    from croisee.apprenticeship.models import Mentorship

CATEGORY = _("Mentors")
ROLES = (Role.MENTOR, Role.FAMILY, Role.REFERENT, Role.PROGRAMME_MANAGER)


def _said(context: dict[str, Any]) -> dict[str, Any]:
    from croisee.apprenticeship.models import Mentorship

    rows = Mentorship.objects.filter(pk=UUID(context["pair"])).select_related("mentor__account", "person")
    row = rows.first()
    if row is None or row.state != context["state"]:
        raise NoLongerNeeded
    return {
        **context,
        "mentor": str(row.mentor.account),
        "first_name": row.person.given_name,
        "why": row.why_ended,
        "path": reverse("apprenticeship:mentorship", args=[row.pk]),
    }


def _notice(name: str, label: Any) -> Notice:
    notice = Notice(
        f"apprenticeship.{name}", label, CATEGORY, can_be_disabled=False, completed=_said, roles=ROLES
    )
    return register(notice)


PROPOSED = _notice("pair_proposed", _("A mentor and a person are proposed to each other"))
BEGUN = _notice("pair_begun", _("A mentorship begins"))
ENDED = _notice("pair_ended", _("A mentorship is declined or ended"))
QUIET = _notice("pair_quiet", _("A pair has not met for six weeks"))


def tell(notice: Notice, pair: Mentorship, key: str = "") -> None:
    """Write to both, and to who proposed; of a pair that does not meet, to the mentor alone."""
    people: list[Account | Address] = [pair.mentor.account]
    if notice is not QUIET:
        own = Contact.objects.filter(person=pair.person_id, capacity=Capacity.SELF).select_related("account")
        contact = own.first()
        if contact is not None and contact.account is not None and contact.account.is_active:
            people.append(contact.account)
        elif contact is not None and contact.email:
            people.append(Address(contact.email, settings.LANGUAGE_CODE))
        if notice is not PROPOSED and pair.proposed_by is not None:
            people.append(pair.proposed_by)
    context = {"pair": str(pair.pk), "state": str(pair.state)}
    send_to(notice, people, key=f"{pair.pk}:{key}", context=context)
