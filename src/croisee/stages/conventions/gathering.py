"""The content of a convention as the placement, the directory and the offer give it today."""

from __future__ import annotations

from typing import Any

from croisee.directory.models import Capacity, Contact, Enrolment
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.opportunities.models import Application, Opportunity
from croisee.stages.conventions.articles import OBJECTIVES, articles_on
from croisee.stages.conventions.entries import ENTRIES, Content
from croisee.stages.models import HostKind, Internship
from croisee.stages.siting import Site, written
from croisee.territory.models import School


def gathered(application: Application, before: Content | None = None) -> dict[str, Any]:
    """What is agreed if nothing is said otherwise, with what `before` says for this pupil alone.

    Entries set in the convention (`adapted`) and the articles stay those of `before`: neither a change of the offer
    nor another edition of the text undoes them.
    """
    period = application.period
    content: dict[str, Any] = {
        **{entry.name: "" for entry in ENTRIES},
        **_pupil(application),
        **_host(period.opportunity),
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "objectives": OBJECTIVES,
        "family_firm": False,
        "articles": articles_on(period.starts_on),
        "adapted": [],
    }
    if before is not None:
        content |= {name: before[name] for name in ("articles", "adapted", *before["adapted"])}
    return content


def _pupil(application: Application) -> dict[str, Any]:
    person = application.person
    contacts = list(Contact.objects.filter(person=person).order_by("created_at"))
    parents = [contact for contact in contacts if contact.capacity == Capacity.LEGAL_REPRESENTATIVE]
    # One who can be written to, rather than the first.
    parent = min(parents, key=lambda contact: not contact.email, default=None)
    own = next((contact for contact in contacts if contact.capacity == Capacity.SELF), None)
    return {
        "pupil_name": str(person),
        "birth_date": person.birth_date.isoformat(),
        "pupil_email": own.email if own else "",
        "representative_name": parent.name if parent else "",
        "representative_email": parent.email if parent else "",
        **_school(Enrolment.objects.filter(person=person)),
    }


def _school(enrolments: Any) -> dict[str, Any]:
    """The class of now, or the last one: an agreement outlives the pupil's moving on."""
    enrolment = enrolments.order_by("left_on", "created_at").select_related("school_class__school").last()
    current = enrolments.active().select_related("school_class__school").first() or enrolment
    if current is None:
        return {}
    school_class = current.school_class
    head = first_member(school_class.school, Role.SCHOOL_HEAD)
    return {
        "class_name": school_class.name,
        "school_name": school_class.school.name,
        "school_address": _address_of(school_class.school),
        "teacher_name": school_class.teacher_name,
        "teacher_email": school_class.teacher_email,
        "head_name": head.name if head else "",
        "head_email": head.email if head else "",
    }


def _address_of(school: Organisation) -> str:
    """Where the school is, as the directory of schools says; nothing where it does not."""
    found = School.objects.filter(pk=school.uai).select_related("commune").first() if school.uai else None
    if found is None:
        return ""
    return written(Site(found.address, found.postcode, found.commune.name if found.commune else ""))


def _host(offer: Opportunity) -> dict[str, Any]:
    internship = Internship.objects.select_related("campaign").get(opportunity=offer)
    member = first_member(offer.organisation, Role.EMPLOYER)
    return {
        "host_name": offer.organisation.name,
        "siret": offer.organisation.siret,
        "public_host": internship.host_kind == HostKind.PUBLIC,
        "address": written(Site(offer.address, offer.postcode, offer.city)),
        # A host without an account, found by the pupil, is written to at the tutor's.
        "host_signatory": (member.name if member else "") or internship.tutor_name,
        "host_email": member.email if member else internship.tutor_email,
        "tutor_name": internship.tutor_name,
        "tutor_email": internship.tutor_email,
        "tutor_phone": internship.tutor_phone,
        "hours": internship.hours,
        "lunch": internship.lunch,
        "title": offer.title,
        "activities": offer.description,
        "least_hours": internship.campaign.least_hours,
    }


def first_member(organisation: Organisation, role: Role) -> Account | None:
    """Who has held `role` there the longest, of those who manage the team first."""
    members = Membership.objects.active().filter(
        organisation=organisation, role=role, account__is_active=True
    )
    first = members.order_by("-administers", "started_on", "created_at").select_related("account").first()
    return first.account if first else None
