"""What the pages of the incubator share: roles, the way back, the incubator that a manager works in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.accounts.roles import Role
from croisee.incubation.models import CandidatureState, EnquiryState, ProjectState
from croisee.incubation.queries.projects import incubators_managed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Candidature, Incubator, Project

MANAGER = (Role.INCUBATOR_MANAGER,)
HOLDER = (Role.PROJECT_HOLDER,)
BOTH = (*MANAGER, *HOLDER)
READERS = (*BOTH, Role.EXPERT, Role.EMPLOYER)
Trail = list[tuple[str, str]]

ENQUIRIES = {EnquiryState.NEW: "warn", EnquiryState.ANSWERED: "info", EnquiryState.RECEIVED: "ok"}
PROJECTS = {
    ProjectState.APPLYING: "info",
    ProjectState.ACCEPTED: "warn",
    ProjectState.HOSTED: "ok",
}
CANDIDATURES = {
    CandidatureState.DRAFT: "",
    CandidatureState.SUBMITTED: "info",
    CandidatureState.FAVOURABLE: "ok",
    CandidatureState.RESERVED: "warn",
    CandidatureState.REFUSED: "bad",
    CandidatureState.PLACED: "ok",
}
"""Tones of the badges, by state."""


def the_incubator(request: HttpRequest, managed: Sequence[Incubator] | None = None) -> Incubator | None:
    """The incubator that a manager looks at: the one of `?incubator=`, else the first by name; None without any.

    `managed`: those that the reader manages, when they are known already.
    """
    rows = incubators_managed(signed_in(request)) if managed is None else managed
    asked = request.GET.get("incubator", "")
    return next((one for one in rows if str(one.pk) == asked), rows[0] if rows else None)


def of_incubator(path: str, managed: Sequence[Incubator]) -> dict[str, Any]:
    """The filter by incubator of a list, for who manages several; nothing to filter by for others."""
    if len(managed) < 2:
        return {}
    return {path: (pgettext("premises", "Incubator"), [(one.pk, one.name) for one in managed])}


def manages(account: Account, project: Project) -> bool:
    """Whether `account` manages the incubator of a project."""
    return any(one.pk == project.incubator_id for one in incubators_managed(account))


def projects_trail(account: Account, project: Project | None = None) -> Trail:
    """The pages above: the list for who manages, one's own page for a holder."""
    if account.has_role(*MANAGER):
        trail = [(reverse("incubation:projects"), _("Projects"))]
    elif account.has_role(*HOLDER):
        trail = [(reverse("incubation:my_project"), _("My project"))]
    else:
        trail = []
    return trail if project is None else [*trail, (project.get_absolute_url(), project.title)]


def enquiries_trail() -> Trail:
    """The pages above a first contact."""
    return [
        (reverse("incubation:projects"), _("Projects")),
        (reverse("incubation:enquiries"), _("First contacts")),
    ]


def candidature_trail(account: Account, candidature: Candidature | None = None) -> Trail:
    """The pages above a candidature: its project, or the list."""
    if candidature is None:
        return [*projects_trail(account), (reverse("incubation:candidatures"), _("Candidatures"))]
    return projects_trail(account, candidature.project)


def committees_trail() -> Trail:
    """The pages above a committee."""
    return [
        (reverse("incubation:projects"), _("Projects")),
        (reverse("incubation:committees"), _("Committees")),
    ]


def uuid_of(text: str) -> UUID:
    """An identifier that a form sent; one of nothing for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
