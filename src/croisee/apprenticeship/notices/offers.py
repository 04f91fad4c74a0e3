"""The e-mails about apprenticeships, to who applies and to who offers. None says a name: the page does."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.apprenticeship.models import Candidacy
from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import Notice, register
from croisee.foundation.notices.services import Address, send, send_to
from croisee.opportunities.notices import offerers

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity

__all__ = ["Notice"]

_CATEGORY = _("Apprenticeship")
_ASKS = (Role.FAMILY, Role.REFERENT)
_OFFERS = (Role.EMPLOYER, Role.TRAINING_CENTRE, Role.PROGRAMME_MANAGER)
INTERVIEW = register(
    Notice("apprenticeship.interview", _("I am invited to an interview"), _CATEGORY, False, roles=_ASKS)
)
OFFERED = register(
    Notice("apprenticeship.place_offered", _("A place is offered to me"), _CATEGORY, False, roles=_ASKS)
)
REFUSED = register(
    Notice("apprenticeship.refused", _("A company says no to my application"), _CATEGORY, False, roles=_ASKS)
)
OVER = register(
    Notice("apprenticeship.over", _("My application ends without an answer"), _CATEGORY, False, roles=_ASKS)
)
EXPIRED = register(
    Notice("apprenticeship.expired", _("An offer that I applied to is shown no more"), _CATEGORY, roles=_ASKS)
)
LAPSED = register(
    Notice("apprenticeship.lapsed", _("A place was not confirmed in time"), _CATEGORY, False, roles=_ASKS)
)
RECEIVED = register(
    Notice("apprenticeship.application_received", _("Somebody applies to my offer"), _CATEGORY, roles=_OFFERS)
)
CHANGED = register(
    Notice(
        "apprenticeship.application_changed",
        _("Who applied confirms, withdraws, or has a contract elsewhere"),
        _CATEGORY,
        roles=_OFFERS,
    )
)
EXPIRES = register(
    Notice("apprenticeship.offer_expires", _("My offer is about to end"), _CATEGORY, roles=_OFFERS)
)


def tell_person(notice: Notice, row: Candidacy) -> int:
    """Write to who applied, and to who applied for that person; how many e-mails are new."""
    application = row.application
    contact = Contact.objects.filter(person=application.person_id, capacity=Capacity.SELF).first()
    recipients: list[Account | Address] = []
    if contact is not None and contact.account is not None:
        recipients.append(contact.account)
    elif contact is not None and contact.email:
        recipients.append(Address(contact.email))
    by = application.entered_by
    if by is not None and by.is_active and by not in recipients:
        recipients.append(by)
    offer = application.period.opportunity
    context = {
        "offer": offer.title,
        "company": offer.organisation.name,
        "outcome": row.outcome,
        "path": reverse("apprenticeship:application", args=[row.pk]),
    }
    if notice is OFFERED and application.answer_by is not None:
        context["until"] = in_words(application.answer_by.date())
    key = f"{notice.name}:{row.pk}:{row.updated_at.isoformat()}"
    return send_to(notice, recipients, key=key, context=context)


def tell_company(notice: Notice, row: Candidacy, what: str) -> int:
    """Write to who acts for the company; how many e-mails are new."""
    offer = row.application.period.opportunity
    context = {
        "offer": offer.title,
        "what": what,
        "path": reverse("apprenticeship:application", args=[row.pk]),
    }
    return send(notice, _team(offer), key=f"{notice.name}:{row.pk}:{what}", context=context)


def _team(offer: Opportunity) -> list[Account]:
    """Who answers: the accounts of the company."""
    return [one for one in offerers(offer) if one.has_role(Role.EMPLOYER)]


def tell_of_expiry(offer: Opportunity, until: dt.date, days: int) -> int:
    """Write to who offers that its last day comes; how many e-mails are new."""
    context = {
        "offer": offer.title,
        "until": in_words(until),
        "path": reverse("apprenticeship:offer", args=[offer.pk]),
    }
    key = f"offer:{offer.pk}:{until.isoformat()}:{days}"
    return send(EXPIRES, offerers(offer), key=key, context=context)
