"""What is done with first contacts and projects because they are about people, and who sees these people."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.directory import visibility
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.registry import PersonalData, Retention, personal_data
from croisee.incubation.models import Enquiry, EnquiryState, Project, ProjectState
from croisee.incubation.models.readers import advised
from croisee.incubation.queries.projects import holders_seen
from croisee.incubation.services import erasing

MONTHS_OF_ENQUIRY, MONTHS_WITHOUT_COMPANY, MONTHS_WITH = 12, 24, 72
KEPT_ENQUIRY = _("A year after the last news of a contact that became nothing.")
KEPT_PROJECT = _(
    "Two years after the last news of a project without a company; six years after the company left, for its survival "
    "is looked at until five years. What is counted stays, without a name."
)


def enquiries_past(day: dt.date) -> QuerySet[Enquiry]:
    """First contacts that became nothing, kept long enough."""
    limit = add_months(day, -MONTHS_OF_ENQUIRY)
    return Enquiry.objects.exclude(state=EnquiryState.RECEIVED).filter(updated_at__date__lt=limit)


def projects_past(day: dt.date) -> QuerySet[Project]:
    """Projects of somebody, kept long enough: none that is hosted."""
    without = Q(founded_on__isnull=True, updated_at__date__lt=add_months(day, -MONTHS_WITHOUT_COMPANY))
    with_company = Q(founded_on__isnull=False, updated_at__date__lt=add_months(day, -MONTHS_WITH))
    rows = Project.objects.filter(holder__isnull=False).exclude(state=ProjectState.HOSTED)
    return rows.filter(without | with_company)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model, and who sees these people."""
    visibility.register(
        "incubation",
        visibility.Sight(people=_people_seen, contacts=_contacts_seen, apart=_apart, needed=_needed),
    )
    personal_data.register(
        Enquiry,
        PersonalData(
            purpose=_("Answer somebody who has an idea for a company."),
            retention=Retention(KEPT_ENQUIRY, enquiries_past),
            concerns=_enquiries_of,
            erase=erasing.delete_enquiries,
            export=_enquiry,
        ),
    )
    personal_data.register(
        Project,
        PersonalData(
            purpose=_("Follow a business project, from the idea to a company that lasts."),
            retention=Retention(KEPT_PROJECT, projects_past),
            concerns=lambda account: Project.objects.held_by(account).select_related("incubator", "company"),
            erase=erasing.erase_projects,
            export=_project,
        ),
    )


def _enquiries_of(account: Account) -> QuerySet[Enquiry]:
    """Those written with the account's address, sent about its person, or that became its project."""
    own = Q(person__contacts__account=account, person__contacts__capacity="self")
    mine = Q(email=account.email) | own | Q(project__in=Project.objects.held_by(account))
    return Enquiry.objects.filter(pk__in=Enquiry.objects.filter(mine).order_by().values("pk"))


def _people_seen(account: Account) -> Q:
    """Holders of projects, for managers of the incubator and experts booked to advise them."""
    seen = visibility.NOBODY
    if account.has_role(Role.INCUBATOR_MANAGER):
        seen = Q(pk__in=holders_seen(account))
    if account.has_role(Role.EXPERT):
        rows = Project.objects.filter(advised(account), holder__isnull=False)
        met = Q(pk__in=rows.order_by().values("holder"))
        seen = met if seen == visibility.NOBODY else seen | met
    return seen


def _contacts_seen(account: Account) -> Q:
    """The addresses of holders, for managers of the incubator alone."""
    if not account.has_role(Role.INCUBATOR_MANAGER):
        return visibility.NOBODY
    return Q(person__in=holders_seen(account))


def _of_projects() -> QuerySet[Any, Any]:
    return Project.objects.filter(holder__isnull=False).order_by().values("holder")


def _apart() -> Q:
    """Holders of projects and people sent by a référent: not for who runs internships."""
    sent = Enquiry.objects.filter(person__isnull=False).order_by().values("person")
    return Q(pk__in=_of_projects()) | Q(pk__in=sent)


def _needed(day: dt.date) -> Q:
    """Those whose project is not kept long enough yet."""
    kept = Project.objects.filter(holder__isnull=False).exclude(pk__in=projects_past(day).values("pk"))
    return Q(pk__in=kept.order_by().values("holder"))


def _enquiry(row: Enquiry) -> dict[str, object]:
    return {
        "incubator": row.incubator.name,
        "written_at": row.created_at.isoformat(),
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "text": row.text,
        "origin": row.origin,
        "answer": row.answer,
        "state": row.state,
    }


def _project(row: Project) -> dict[str, object]:
    return {
        "incubator": row.incubator.name,
        "title": row.title,
        "description": row.description,
        "partners": row.partners,
        "sector": row.sector,
        "origin": row.origin,
        "received_on": row.received_on.isoformat(),
        "sent_on_to": row.oriented_to,
        "lives_in_priority_neighbourhood": row.residence,
        "neighbourhood": row.zone_codes,
        "wishes_to_work_there": row.stays,
        "company": row.company.name if row.company else "",
        "siren": row.siren,
        "founded_on": row.founded_on and row.founded_on.isoformat(),
        "state": row.state,
    }
