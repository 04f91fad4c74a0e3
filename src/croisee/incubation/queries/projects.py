"""What the pages of first contacts and projects read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from croisee.directory.models import Capacity, Consent, Contact, Person, Purpose
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import (
    Enquiry,
    EnquiryState,
    Exit,
    Incubator,
    Occupancy,
    Project,
    Space,
    SpaceKind,
)
from croisee.journeys import sources
from croisee.journeys.models import FOLLOWED, Journey, Stage, StepKind
from croisee.journeys.openings import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from croisee.foundation.records import Reader


def managers_of(incubator: Incubator) -> QuerySet[Account]:
    """Who manages an incubator today."""
    held = Membership.objects.active().filter(
        organisation=incubator.organisation_id, role=Role.INCUBATOR_MANAGER
    )
    rows = Account.objects.filter(pk__in=held.order_by().values("account"), is_active=True)
    found: QuerySet[Account] = rows.order_by("name", "email")
    return found


def incubators_managed(account: Account) -> list[Incubator]:
    """The incubators that `account` manages, by name."""
    return list(Incubator.objects.visible_to(account).managed_by(account).select_related("organisation"))


def enquiries_listed(account: Account) -> QuerySet[Any]:
    """First contacts of the incubators that one manages, those to be answered first."""
    rows = Enquiry.objects.visible_to(account).select_related("incubator", "project")
    return rows.annotate(waits=Q(state=EnquiryState.NEW)).order_by("-waits", "-created_at", "pk")


def projects_listed(account: Account) -> QuerySet[Project]:
    """Projects of the incubators that one manages, the last received first."""
    rows = Project.objects.visible_to(account).managed_by(account)
    return rows.select_related("holder", "adviser", "company", "incubator")


def readable(account: Account) -> QuerySet[Any]:
    """Projects that one may see, with what their page shows; `managed` and `own` say as whom one reads each."""
    managed = Project.objects.managed_by(account).filter(pk=OuterRef("pk"))
    own = Project.objects.held_by(account).filter(pk=OuterRef("pk"))
    rows = Project.objects.visible_to(account).annotate(managed=Exists(managed), own=Exists(own))
    return rows.select_related("incubator__organisation", "holder", "adviser", "company", "step")


def own_projects(account: Account) -> QuerySet[Project]:
    """The projects of the very person of `account`, those under way first."""
    rows = Project.objects.visible_to(account).held_by(account)
    return (
        rows.select_related("incubator__organisation", "holder", "adviser", "company", "step")
        .annotate(over=Q(state__in=["left", "dropped"]))
        .order_by("over", "-received_on", "pk")
    )


def own_contact(person: Person | None) -> Contact | None:
    """How the person is written to; None without a person or a contact."""
    if person is None:
        return None
    return Contact.objects.filter(person=person, capacity=Capacity.SELF).select_related("account").first()


def whom_it_may_be(people: Iterable[Person], account: Account) -> list[dict[str, Any]]:
    """People of the name and birth date written, as the reader may know them: initials alone, unless entitled.

    Each: `pk`, `name`, `address` (empty when masked), `is_masked`.
    """
    found = list(people)
    seen = set(
        Person.objects.visible_to(account)
        .filter(pk__in=[one.pk for one in found])
        .values_list("pk", flat=True)
    )
    return [
        {
            "pk": str(one.pk),
            "name": str(one) if one.pk in seen else f"{one.given_name[:1]}… {one.family_name[:1]}…",
            "address": one.address if one.pk in seen else "",
            "is_masked": one.pk not in seen,
        }
        for one in found
    ]


def crossing_of(person: Person | None) -> tuple[bool, bool]:
    """Whether a person is followed in a journey under way, and consents that référents see the company. One query."""
    if person is None:
        return False, False
    followed = Journey.objects.filter(person=OuterRef("pk"), state__in=FOLLOWED)
    given = Consent.objects.active().filter(person=OuterRef("pk"), purpose=Purpose.SHOW_BUSINESS)
    found = Person.objects.filter(pk=person.pk).annotate(followed=Exists(followed), given=Exists(given))
    return found.values_list("followed", "given").first() or (False, False)


def sent_by(account: Account, person: Person) -> QuerySet[Enquiry]:
    """What a référent sent of a person to incubators, the last first, and how each answered."""
    return Enquiry.objects.filter(sent_by=account, person=person).select_related("incubator")


def free_spaces(day: dt.date) -> QuerySet[Space]:
    """Spaces that a company could have for itself on a day: in service, not booked by hours, not occupied."""
    held = Occupancy.objects.filter(space=OuterRef("pk"), held=True, starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )
    kinds = [SpaceKind.OFFICE, SpaceKind.WORKSHOP, SpaceKind.DESK]
    return Space.objects.in_service().filter(~Exists(held), bookable=False, kind__in=kinds)


def open_today(today: dt.date) -> list[Opening]:
    """What journeys suggest: each incubator takes projects, with as many places as spaces are free. One query."""
    free = free_spaces(today).filter(incubator=OuterRef("pk")).order_by().values("incubator")
    rows: QuerySet[Any] = Incubator.objects.select_related("organisation").annotate(
        free=Coalesce(Subquery(free.annotate(n=Count("pk")).values("n")), 0)
    )
    return [_opening(row, row.free, today) for row in rows]


def _opening(row: Incubator, free: int, today: dt.date) -> Opening:
    return Opening(
        key=f"incubator:{row.pk}",
        kind=StepKind.BUSINESS_PROJECT,
        title=_("Talk about a business project: %(incubator)s") % {"incubator": row.name},
        organisation=row.organisation.name,
        jobs=(),
        level="",
        starts_on=today,
        ends_on=None,
        weekly_hours=None,
        lon=row.lon,
        lat=row.lat,
        url=row.get_absolute_url(),
        seats=max(free, 1),
        contact=", ".join(part for part in (row.email, row.phone) if part),
        opportunity=row.opportunity_id,
    )


def milestones(day: dt.date) -> QuerySet[Any, dict[str, Any]]:
    """Companies founded by a day out of projects of incubators; over on the day that the activity ceased."""
    ceased = Exit.objects.filter(project=OuterRef("pk"), reason="ceased", on__lte=day).order_by("-on")
    rows = Project.objects.filter(holder__isnull=False, founded_on__lte=day)
    return sources.outline(
        rows.annotate(ceased_on=Subquery(ceased.values("on")[:1])),
        person="holder",
        stage=Stage.COMPANY,
        starts_on="founded_on",
        ends_on="ceased_on",
        title="title",
        where="incubator__name",
    )


def holders_seen(account: Reader) -> QuerySet[Any, UUID | None]:
    """The people of the projects whose incubator one manages, for a condition over `Person`."""
    rows = Project.objects.managed_by(account).filter(holder__isnull=False)
    return rows.order_by().values_list("holder", flat=True)
