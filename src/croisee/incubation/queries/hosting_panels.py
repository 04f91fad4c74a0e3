"""What hosting says elsewhere: on a project's page, and to the référent of its holder."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.incubation.models import Agreement, AgreementState, ProjectState, Review
from croisee.incubation.panels import Panel
from croisee.journeys import deadlines
from croisee.opportunities.tenure import alert

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Project

TO_HOST = (ProjectState.ACCEPTED, ProjectState.FOLLOWED, ProjectState.LEFT)


def panel_of_agreement(project: Project, account: Account) -> Panel | None:
    """The agreement under way or being written; for a manager, where to write one. One query."""
    living = [AgreementState.DRAFT, AgreementState.SIGNED]
    rows = Agreement.objects.visible_to(account).filter(project=project, state__in=living)
    row = rows.order_by("-state", "-starts_on").first()
    if row is not None:
        found = alert(row.ends_on, timezone.localdate()) if row.state == AgreementState.SIGNED else None
        text = _("%(state)s, until %(day)s") % {
            "state": row.get_state_display(),
            "day": in_words(row.ends_on),
        }
        tone = found.tone if found else "ok" if row.state == AgreementState.SIGNED else "info"
        return Panel(_("Hosting agreement"), text, row.get_absolute_url(), tone)
    if not account.has_role(Role.INCUBATOR_MANAGER) or project.state not in TO_HOST:
        return None
    if project.company_id is None and project.state != ProjectState.ACCEPTED:
        return None
    text = _("None yet: write one.") if project.company_id else _("None yet: first note the company.")
    return Panel(_("Hosting agreement"), text, reverse("incubation:new_agreement", args=[project.pk]))


def panel_of_reviews(project: Project, account: Account) -> Panel | None:
    """The next review that is to be held. One query."""
    if project.state != ProjectState.HOSTED or not account.has_role(
        Role.INCUBATOR_MANAGER, Role.EMPLOYER, Role.PROJECT_HOLDER
    ):
        return None
    rows = Review.objects.visible_to(account).filter(project=project, held_on__isnull=True)
    row = rows.order_by("due_on").first()
    if row is None:
        return None
    late = row.due_on < timezone.localdate()
    return Panel(
        _("Six-monthly review"),
        _("due on %(day)s") % {"day": in_words(row.due_on)},
        reverse("incubation:review", args=[row.pk]),
        "bad" if late else "",
    )


def terms(people: QuerySet[Any, Any], first: dt.date, last: dt.date) -> QuerySet[Any, Any]:
    """The terms of the hosting agreements of these people’s companies, from a day to another."""
    found = Agreement.objects.filter(
        project__holder__in=people,
        state=AgreementState.SIGNED,
        left_on__isnull=True,
        ends_on__range=(first, last),
    )
    return deadlines.rows(
        found, person="project__holder_id", on="ends_on", what="tenant__name", where="incubator__name"
    )


def term_words(what: str, where: str) -> str:
    """A term, as a référent reads it."""
    return str(_("hosting of %(company)s at %(incubator)s ends") % {"company": what, "incubator": where})
