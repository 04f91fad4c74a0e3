"""Whom offers are told about: hosts of their pupils, families and schools of an offer that goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from croisee.directory.queries import accounts_of, current_enrolment
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import send
from croisee.stages.notices import offers as notices
from croisee.stages.queries.offers import team

if TYPE_CHECKING:
    from datetime import date

    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.notices.declaration import Notice
    from croisee.opportunities.models import Application, Opportunity
    from croisee.stages.services.replacing import Replacement

SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)


def tell_confirmed(application: Application) -> None:
    """Tell the host that a pupil confirmed: first name, class and school, nothing else."""
    _tell_host(notices.PUPIL_CONFIRMED, application)


def tell_gone(application: Application, account: Account | None) -> None:
    """Tell the host that a pupil who had confirmed does not come; not `account`, whose doing it is."""
    _tell_host(notices.PUPIL_GONE, application, but=account)


def _tell_host(notice: Notice, application: Application, but: Account | None = None) -> None:
    enrolment = current_enrolment(application.person)
    offer = application.period.opportunity
    context = {
        "offer": offer.title,
        "given_name": application.person.given_name,
        "class_name": enrolment.school_class.name if enrolment else "",
        "school": enrolment.school_class.school.name if enrolment else "",
        "monday": application.period.starts_on.isoformat(),
        "path": reverse("stages:hosted_pupils", args=[offer.pk]),
    }
    told = [one for one in team(offer.organisation) if one != but]
    send(notice, told, key=f"application:{application.pk}", context=context)


def tell_wish_gone(application: Application, offer: Opportunity) -> None:
    """Tell the family that a wish is taken away because its offer, or its week, is no more."""
    person = application.person
    context = {
        "offer": offer.title,
        "given_name": person.given_name,
        "path": reverse("stages:my_internship", args=[person.pk]),
    }
    send(notices.WISH_GONE, accounts_of(person), key=f"application:{application.pk}", context=context)


def tell_replacement(one: Replacement, why: str) -> None:
    """Tell the school and the campaign managers, by the pupil's pseudonym, where a pupil now goes, or that there is
    nowhere yet.
    """
    enrolment = current_enrolment(one.old.person)
    period = one.old.period
    context = {
        "reference": enrolment.reference if enrolment else "",
        "class_name": enrolment.school_class.name if enrolment else "",
        "offer": period.opportunity.title,
        "monday": period.starts_on.isoformat(),
        "new": one.new.period.opportunity.title if one.new else "",
        "why": why,
        "path": reverse("portal:mine"),
    }
    readers = _managers()
    if enrolment is not None:
        readers = _members(enrolment.school_class.school, *SCHOOL) + readers
    send(notices.PUPIL_REPLACED, readers, key=f"application:{one.old.pk}", context=context)


def tell_withdrawn(
    offer: Opportunity, account: Account | None, replaced: Sequence[Replacement], monday: date | None = None
) -> None:
    """Tell the host's team that the offer, or its week of `monday`, is withdrawn, and what became of its pupils.

    Who withdrew it is not told.
    """
    context = {
        "offer": offer.title,
        "pupils": len(replaced),
        "placed": sum(one.new is not None for one in replaced),
        "monday": monday.isoformat() if monday else "",
        "path": reverse("stages:offer", args=[offer.pk]),
    }
    colleagues = [one for one in team(offer.organisation) if one != account]
    key = f"opportunity:{offer.pk}:{monday or ''}"
    send(notices.OFFER_WITHDRAWN, colleagues, key=key, context=context)


def _members(organisation: Organisation, *roles: Role) -> list[Account]:
    held = Membership.objects.active().filter(organisation=organisation, role__in=roles)
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("email"))


def _managers() -> list[Account]:
    held = Membership.objects.active().filter(role=Role.CAMPAIGN_MANAGER)
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("email"))
